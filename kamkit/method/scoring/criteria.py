"""Criteria and the values judged by them, checked once for every function that scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import (
    ColumnError,
    EmptyError,
    NotDefinedError,
    Sentence,
    UnitError,
    ValuesError,
    list_some,
)
from kamkit.method.frames import LARGEST_MONEY, as_pandas, identifiers, numeric, require_columns, unique

__all__ = ["checked_criteria", "checked_values", "checked_weights", "instrument_criteria", "with_weights"]

_SUM_SLACK = 1e-6
_SCALE_COLUMNS = ("scale_min", "scale_max")


def instrument_criteria(
    criteria: Any, instrument: str, weights: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """The criteria of one instrument.

    Parameters
    ----------
    criteria : table ``criteria``: instrument, item_id and what a function asks of them.
    instrument : such as ``"attractiveness"``.
    weights : decided in place of those of the table, see :func:`with_weights`; None leaves these.

    Returns
    -------
    DataFrame
        Its rows, indexed by item_id, in the table's order.

    Raises
    ------
    NotDefinedError
        The table holds no such instrument.
    ValuesError, UnitError
        ``weights`` as :func:`with_weights`.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> criteria = pd.DataFrame({"instrument": ["nps", "strength"], "item_id": ["recommend", "price"]})
    >>> instrument_criteria(criteria, "strength").index.tolist()
    ['price']
    """
    table = as_pandas(criteria, "criteria", ["instrument", "item_id"])
    rows = table[table["instrument"].astype("str") == instrument]
    if rows.empty:
        raise NotDefinedError(
            Sentence("there are no criteria for {instrument!r}", instrument=instrument),
            where="criteria.instrument",
            allowed=list_some(sorted(table["instrument"].astype("str").unique()), 20),
        )
    known = checked_criteria(rows.drop(columns="instrument"), ())
    return known if weights is None else weighed(known, weights)


def with_weights(criteria: pd.DataFrame, weights: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Criteria with other weights than their table states.

    Parameters
    ----------
    criteria : item_id (column or index), weight.
    weights : by item_id, fractions that sum to 1; None leaves the criteria as they are.

    Returns
    -------
    DataFrame
        The criteria, indexed by item_id.

    Raises
    ------
    ValuesError, UnitError
        The weights do not name every criterion and no other, or do not sum to 1.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> criteria = pd.DataFrame({"item_id": ["growth", "pays"], "weight": [0.5, 0.5]})
    >>> with_weights(criteria, {"growth": 0.7, "pays": 0.3})["weight"].tolist()
    [0.7, 0.3]
    """
    known = checked_criteria(criteria, ())
    return known if weights is None else weighed(known, weights)


def weighed(known: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """Criteria that were checked, with other weights; errors as :func:`with_weights`."""
    unlike = sorted(set(map(str, known.index)) ^ set(map(str, weights)))
    if unlike:
        raise ValuesError(
            f"the weights and the criteria differ in {list_some(unlike)}",
            where="weights",
            allowed=list_some(list(known.index), 20),
            remedy="weigh every criterion, and nothing else",
        )
    result = known.assign(weight=[float(weights[str(item)]) for item in known.index])
    checked_weights(result)
    return result


def checked_criteria(criteria: Any, required: tuple[str, ...]) -> pd.DataFrame:
    """Criteria indexed by item_id, each once, with sound directions and scales where they are asked for."""
    table = criteria
    if isinstance(criteria, pd.DataFrame) and criteria.index.name == "item_id" and "item_id" not in criteria:
        table = criteria.reset_index()
    table = as_pandas(table, "criteria", ["item_id", *required])
    items = unique(identifiers(table, "item_id", "criteria"), "criteria")
    result = table.assign(item_id=items).set_index("item_id")
    if "direction" in required:
        _check_directions(result)
    if set(_SCALE_COLUMNS) <= set(required):
        _check_scales(result)
    return result


def _check_directions(criteria: pd.DataFrame) -> None:
    wrong = criteria.index[~criteria["direction"].isin(["max", "min"])]
    if len(wrong):
        raise ValuesError(
            "the direction is neither 'max' nor 'min'",
            where=f"criteria.direction: {list_some(list(wrong))}",
            allowed="max (more is better), min (less is better)",
        )


def _check_scales(criteria: pd.DataFrame) -> None:
    low, high = (numeric(criteria, column, "criteria") for column in _SCALE_COLUMNS)
    wrong = criteria.index[~(low < high)]
    if len(wrong):
        raise ValuesError(
            "the lowest value of the scale is not below the highest",
            where=f"criteria.scale_min, scale_max: {list_some(list(wrong))}",
            remedy="a scale on which less is better has direction 'min', not turned ends",
        )


def checked_weights(criteria: pd.DataFrame) -> np.ndarray:
    """The weights, which are never renormalised: fractions that sum to 1 within 1e-6."""
    weights = numeric(criteria, "weight", "criteria")
    total = float(weights.sum())
    if (weights < 0).any():
        raise ValuesError(
            "a weight is negative",
            where=f"criteria.weight: {list_some(list(weights.index[weights < 0]))}",
            remedy="turn the direction instead",
        )
    if abs(total - 100) <= 100 * _SUM_SLACK:
        raise UnitError(
            "the weights sum to 100", where="criteria.weight", allowed="fractions that sum to 1",
            remedy="divide each by 100",
        )  # fmt: skip
    if abs(total - 1) > _SUM_SLACK:
        raise ValuesError(
            f"the weights sum to {total:.6g}",
            where="criteria.weight",
            allowed="1, within 0.000001",
            remedy="agree on weights that sum to 1; they are not adjusted silently",
        )
    return weights.to_numpy()


def checked_values(values: Any, criteria: pd.DataFrame, *, on_scale: bool = True) -> pd.DataFrame:
    """Values of every subject on every criterion, in the order of the criteria; within the scales."""
    if not isinstance(values, pd.DataFrame):
        values = as_pandas(values, "values", criteria.index)
    require_columns(values.columns, criteria.index, "values")
    foreign = [c for c in values.columns if c not in criteria.index]
    if foreign:
        raise ColumnError(
            f"values has columns that are no criteria: {list_some(foreign)}",
            where="values",
            allowed=list_some(list(criteria.index), 20),
            remedy="leave them out knowingly, or add them to the criteria with a weight",
        )
    if values.empty:
        raise EmptyError("values has no rows", where="values")
    double = values.index[values.index.duplicated()].unique()
    if len(double):
        raise ValuesError("values has subjects that stand twice", where=f"values: {list_some(list(double))}")
    result = _numbers(values, criteria.index)
    if on_scale:
        _check_range(result, criteria)
    return result


def _numbers(values: pd.DataFrame, items: pd.Index) -> pd.DataFrame:
    """The values as finite numbers; where one is none, the check of its column says so."""
    table = values[list(items)]
    if (
        all(dtype == np.float64 for dtype in table.dtypes)
        and (np.abs(table.to_numpy()) <= LARGEST_MONEY).all()
    ):
        return table
    return pd.DataFrame({item: numeric(values, item, "values") for item in items}, values.index)


def _check_range(values: pd.DataFrame, criteria: pd.DataFrame) -> None:
    low, high = (numeric(criteria, column, "criteria") for column in _SCALE_COLUMNS)
    inside = (values.to_numpy() >= low.to_numpy()) & (values.to_numpy() <= high.to_numpy())
    if not inside.all():
        _refuse_outside(values, low, high)


def _refuse_outside(values: pd.DataFrame, lows: pd.Series, highs: pd.Series) -> None:
    """Say which values of the first criterion that has any are outside its scale."""
    for item, low, high in zip(lows.index, lows, highs, strict=True):
        beyond = values.loc[~values[item].between(low, high), item]
        if len(beyond):
            raise ValuesError(
                f"{item} is outside its scale for {len(beyond)} subject(s)",
                where=f"values.{item}: {list_some([f'{s}: {v:g}' for s, v in beyond.items()])}",
                allowed=f"{low:g} to {high:g}",
                remedy="correct the value, or the scale's anchors; scales are fixed, not fitted to the data",
            )
