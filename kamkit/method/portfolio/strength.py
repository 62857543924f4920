"""Relative strength: how much better the customer sees us than the best alternative."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence, ValuesError, list_some
from kamkit.method.frames import as_pandas, identifiers, numeric
from kamkit.method.scoring.criteria import checked_criteria, checked_weights

__all__ = ["relative_strength", "strength_by_item"]

_KEYS = ("item_id", "subject_type", "subject_id", "value")


def relative_strength(responses: Any, criteria: Any = None, instrument: str = "strength") -> pd.Series:
    """Our rating by the customer less that of the best competitor, in points of their common scale.

    ``strength_i = sum over items k of w_k · (mean rating of us − mean rating of the best competitor)``

    Parameters
    ----------
    responses : table ``responses``: item_id, subject_type (account: us; competitor: the best alternative
        of that account), subject_id (the account), value; instrument where several are in it.
    criteria : table ``criteria``, for the weights and directions of the items; without it, or without
        weights, all items count alike.
    instrument : which instrument is taken.

    Returns
    -------
    Series
        strength by account_id; positive where the customer sees us ahead. Accounts without a rating of
        both, or without one of the weighed items, are left out: see :func:`strength_by_item`.

    Raises
    ------
    NotDefinedError
        No account has ratings of both; nobody answered the instrument.
    ValuesError, ColumnError, EmptyError, ParameterError
        NaN, weights that do not sum to 1, items on different scales, a missing column.

    Notes
    -----
    Source: McDonald & Woodburn (2007): strength is the customer's view against the best competitor, not
    our own view of ourselves.

    Examples
    --------
    >>> responses = pd.DataFrame({"item_id": "advice", "subject_type": ["account", "competitor"],
    ...                           "subject_id": "a", "value": [8, 6]})
    >>> relative_strength(responses)
    account_id
    a    2.0
    Name: strength, dtype: float64
    """
    items = strength_by_item(responses, criteria, instrument)
    known = _weighed(criteria, instrument)
    if known is None:
        return items.mean(axis=1).rename("strength")
    missing = [item for item in known.index if item not in items.columns]
    whole = items.reindex(columns=known.index).dropna()
    if missing or whole.empty:
        raise NotDefinedError(
            Sentence(
                "no account has been rated on every weighed item: {items}",
                items=list_some(missing or list(known.index)),
            ),
            where="responses.item_id",
        )
    return pd.Series(whole.to_numpy() @ checked_weights(known), whole.index, name="strength")


def strength_by_item(responses: Any, criteria: Any = None, instrument: str = "strength") -> pd.DataFrame:
    """Our lead over the best competitor on each item.

    ``lead_ik = mean rating of us − mean rating of the best competitor``, turned where less is better

    Parameters
    ----------
    responses, criteria, instrument : as :func:`relative_strength`.

    Returns
    -------
    DataFrame
        By account_id: one column per item, scale points; NaN where either rating is missing. Accounts
        without any pair of ratings are left out.

    Raises
    ------
    NotDefinedError
        No account has ratings of both; nobody answered the instrument.
    ValuesError, ColumnError, EmptyError, ParameterError
        As :func:`relative_strength`.

    Notes
    -----
    Source: McDonald & Woodburn (2007).

    Examples
    --------
    >>> responses = pd.DataFrame({"item_id": ["advice", "advice", "price"],
    ...                           "subject_type": ["account", "competitor", "account"],
    ...                           "subject_id": "a", "value": [8, 6, 7]})
    >>> strength_by_item(responses)
                advice
    account_id
    a              2.0
    """
    rows = _ratings(responses, instrument)
    means = rows.groupby(["subject_type", "subject_id", "item_id"])["value"].mean().unstack()
    ours, best = (_part(means, kind) for kind in ("account", "competitor"))
    lead = (ours - best).dropna(how="all").dropna(axis=1, how="all")
    if lead.empty:
        raise NotDefinedError(
            "no account has been rated together with its best alternative", where="responses.subject_type"
        )
    known = _of_instrument(criteria, instrument)
    turned = [] if known is None else [i for i in known.index[known["direction"] == "min"] if i in lead]
    lead[turned] = -lead[turned]
    return lead.rename_axis(index="account_id", columns=None)


def _ratings(responses: Any, instrument: str) -> pd.DataFrame:
    table = as_pandas(responses, "responses", _KEYS)
    if "instrument" in table:
        table = table[table["instrument"].astype("str") == instrument]
    rows = table[table["subject_type"].isin(["account", "competitor"])]
    if rows.empty:
        raise NotDefinedError(
            Sentence("there are no answers to {instrument!r}", instrument=instrument),
            where="responses.instrument",
        )
    return rows.assign(
        value=numeric(rows, "value", "responses"),
        subject_id=identifiers(rows, "subject_id", "responses"),
        item_id=identifiers(rows, "item_id", "responses"),
    )


def _part(means: pd.DataFrame, kind: str) -> pd.DataFrame:
    if kind not in means.index.get_level_values("subject_type"):
        return means.iloc[:0].droplevel("subject_type")
    return means.loc[[kind]].droplevel("subject_type")


def _of_instrument(criteria: Any, instrument: str) -> pd.DataFrame | None:
    """The instrument's criteria, on one common scale; None where there are none."""
    if criteria is None:
        return None
    table = as_pandas(criteria, "criteria", ["item_id", "direction"])
    if "instrument" in table:
        table = table[table["instrument"].astype("str") == instrument].drop(columns="instrument")
    if table.empty:
        return None
    known = checked_criteria(table, ("direction",))
    scales = {column: known[column].unique() for column in ("scale_min", "scale_max") if column in known}
    if any(len(ends) > 1 for ends in scales.values()):
        raise ParameterError(
            f"the items of {instrument!r} are on different scales",
            where="criteria.scale_min, scale_max",
            remedy="rate all items on one scale, so that leads can be added up",
        )
    return known


def _weighed(criteria: Any, instrument: str) -> pd.DataFrame | None:
    known = _of_instrument(criteria, instrument)
    if known is None or "weight" not in known or known["weight"].isna().all():
        return None
    if known["weight"].isna().any():
        raise ValuesError(
            "some items have a weight and others have none",
            where=f"criteria.weight: {list_some(list(known.index[known['weight'].isna()]))}",
        )
    return known
