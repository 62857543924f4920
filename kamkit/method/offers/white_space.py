"""What customers need and do not buy from us yet, by product family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, ValuesError, list_some
from kamkit.method.demand import ALL
from kamkit.method.frames import UNASSIGNED, as_pandas, fraction, numeric
from kamkit.method.lines import line_sums
from kamkit.method.offers.wallet import CELL, GRADES, wallet_cells, with_family

__all__ = ["CERTAINTY", "Pace", "expected_gap", "family_map", "pace_so_far", "white_space", "white_space_map"]

CERTAINTY: Mapping[str, float] = {"A": 1.0, "B": 0.75, "C": 0.5, "D": 0.25}
"""What a gap counts for by the grade of the wallet it follows from: a convention, no measurement."""

_MONEY = ["wallet", "potential", "current", "gap", "expected_value"]
_GROUP = ["account_id", "family"]


def white_space(
    sales: Any,
    demand: Any,
    target_share: Any,
    fit: Any = 1.0,
    *,
    certainty: Mapping[str, float] | None = None,
    probability: Any = 1.0,
) -> pd.DataFrame:
    """What a customer would buy of a family at the share we aim for, less what it buys now.

    | ``potential = wallet · target_share · fit``
    | ``gap = max(0, potential − max(0, current))``
    | ``expected_value = gap · certainty of the wallet's grade · probability``

    Parameters
    ----------
    sales, demand : as for :func:`wallet_cells`; sales may carry bu_id.
    target_share : share of the wallet aimed for, a fraction; a number, or by family, by account_id, or
        by both (a Series, or a mapping by family).
    fit : how much of the need we can meet, a fraction; given like ``target_share``.
    certainty : by grade A to D, what a gap counts for; :data:`CERTAINTY` where nothing is given.
    probability : that the gap is won, a fraction; given like ``target_share``.

    Returns
    -------
    DataFrame
        account_id, family, year, (bu_id: units that sell the family, the largest first), wallet,
        potential, current, gap (money per year), share (of the wallet), confidence, expected_value,
        above_wallet (current exceeds the wallet: one of the two is wrong), months_sold. There is no row
        where there is no need; a gap of zero says that the aim is reached.

    Raises
    ------
    UnitError, ValuesError
        A fraction in percent, NaN; a family or account that ``target_share`` or ``fit`` leaves out.
    NotDefinedError, ColumnError, EmptyError
        As :func:`wallet_cells`.

    Notes
    -----
    Source: definition. The expected value ranks; it promises nothing as long as the probability is 1.

    Examples
    --------
    >>> sales = pd.DataFrame({"date": pd.to_datetime(["2025-01-31"]), "account_id": "a",
    ...                       "family": "Valves", "net_amount": 60.0})
    >>> demand = pd.DataFrame({"scope": "account", "scope_id": "a", "family": ["Valves", "Pumps"],
    ...     "year": 2025, "supplier": "total", "amount": [200.0, 40.0], "confidence": "B"})
    >>> white_space(sales, demand, 0.5)[["family", "potential", "current", "gap", "expected_value"]]
       family  potential  current   gap  expected_value
    0   Pumps       20.0      0.0  20.0            15.0
    1  Valves      100.0     60.0  40.0            30.0
    """
    cells = wallet_cells(sales, demand).rename(columns={"sales": "current"})
    aim = _spread(target_share, cells, "target_share") * _spread(fit, cells, "fit")
    sold = cells["current"].clip(lower=0.0)
    cells["potential"] = cells["wallet"] * aim
    cells["gap"] = (cells["potential"] - sold).clip(lower=0.0)
    cells["above_wallet"] = sold > cells["wallet"] * (1 + 1e-9)
    cells["share"] = (sold / cells["wallet"].where(cells["wallet"] > 0)).mask(cells["above_wallet"])
    units = _units(sales)
    if units is not None:
        cells["bu_id"] = cells["family"].map(units).astype("object")
    cells = expected_gap(cells, certainty=certainty, probability=probability)
    named = [*CELL, *(["bu_id"] if units is not None else [])]
    return cells[
        [*named, *_MONEY[:-1], "share", "confidence", "expected_value", "above_wallet", "months_sold"]
    ]


def _spread(value: Any, cells: pd.DataFrame, name: str) -> pd.Series:
    """A fraction for each cell: one for all, or by family, by account, or by both."""
    if isinstance(value, Mapping):
        value = pd.Series(dict(value), dtype="object").rename_axis("family")
    if not isinstance(value, pd.Series):
        return pd.Series(fraction(value, name), index=cells.index)
    levels = [str(level) for level in value.index.names]
    if not set(levels) <= set(_GROUP) or value.index.has_duplicates:
        raise ParameterError(
            f"{name} is indexed by {list_some(levels)}",
            where=name,
            allowed="family, account_id, or both; each once",
        )
    keys: pd.Index = (
        pd.MultiIndex.from_frame(cells[levels]) if len(levels) > 1 else pd.Index(cells[levels[0]])
    )
    absent = keys[~keys.isin(value.index)].unique()
    if len(absent):
        raise ValuesError(
            f"{name} lacks {len(absent)} of the {list_some(levels)}", where=list_some(list(absent))
        )
    checked = value.map(lambda v: fraction(v, name)).astype(float)
    return pd.Series(checked.reindex(keys).to_numpy(), index=cells.index)


def _units(sales: Any) -> pd.Series | None:
    """By family the business units that sell it, the largest first; None where sales state no unit."""
    lines = with_family(sales)
    if "bu_id" not in lines.collect_schema().names():
        return None
    sums = line_sums(lines, "sales", ["family", "bu_id"], ["net_amount"])
    sums = sums[sums["bu_id"] != UNASSIGNED].sort_values(["net_amount", "bu_id"], ascending=[False, True])
    return sums.groupby("family")["bu_id"].agg(", ".join)


def expected_gap(
    white_space: pd.DataFrame, *, certainty: Mapping[str, float] | None = None, probability: Any = 1.0
) -> pd.DataFrame:
    """The same cells with another certainty of the grades or another probability of winning.

    ``expected_value = gap · certainty of the wallet's grade · probability``

    Parameters
    ----------
    white_space : as :func:`white_space` returns it: account_id, family, gap, confidence.
    certainty, probability : as for :func:`white_space`; None for a probability of 1.

    Returns
    -------
    DataFrame
        The cells with expected_value (money per year).

    Raises
    ------
    ParameterError
        A grade that is not known.
    UnitError, ValuesError, ColumnError, EmptyError
        Percent, NaN, missing columns, no rows.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> cells = pd.DataFrame({"account_id": ["a"], "family": ["Valves"], "gap": [40.0], "confidence": ["B"]})
    >>> expected_gap(cells, certainty={"B": 0.5}, probability=0.2)["expected_value"].tolist()
    [4.0]
    """
    cells = as_pandas(white_space, "white_space", [*_GROUP, "gap", "confidence"])
    weights = {**CERTAINTY, **(certainty or {})}
    strange = sorted(set(weights) - set(GRADES))
    if strange:
        raise ParameterError(
            f"certainty knows no grade {list_some(strange)}", where="certainty", allowed=", ".join(GRADES)
        )
    known = {grade: fraction(weight, f"certainty[{grade!r}]") for grade, weight in weights.items()}
    chance = _spread(1.0 if probability is None else probability, cells, "probability")
    return cells.assign(expected_value=cells["gap"] * cells["confidence"].map(known).astype(float) * chance)


@dataclass(frozen=True)
class Pace:
    """How much of the white space of one year was sold in the next: money, and a fraction of the gap."""

    year_from: int
    year_to: int
    cells: int
    open_before: float
    gained: float
    filled_share: float


def pace_so_far(white_space: pd.DataFrame) -> Pace:
    """Of the white space of the year before, the part that was sold in the last year.

    ``filled_share = sum of (current then − current before) / sum of gap before``, over the cells with a gap,
    between 0 and 1.

    Parameters
    ----------
    white_space : as :func:`white_space` returns it, of two whole years.

    Returns
    -------
    Pace

    Raises
    ------
    NotDefinedError
        Fewer than two whole years in sequence, or no gap in the former.
    ColumnError, EmptyError, ValuesError
        Missing columns, no rows, NaN.

    Notes
    -----
    Source: definition. It counts growth of the market and of prices too, so it is the most that effort
    has brought; a reference class for any promise of more.

    Examples
    --------
    >>> cells = pd.DataFrame({"account_id": "a", "family": "Valves", "year": [2024, 2025],
    ...     "current": [60.0, 70.0], "gap": [40.0, 35.0], "months_sold": 12})
    >>> pace_so_far(cells).filled_share
    0.25
    """
    cells = as_pandas(white_space, "white_space", [*CELL, "current", "gap", "months_sold"])
    whole = cells[cells["months_sold"] == 12]
    last = whole["year"].max()
    pairs = whole[whole["year"] == last - 1].merge(
        whole[whole["year"] == last], on=_GROUP, suffixes=("", "_then")
    )
    open_cells = pairs[pairs["gap"] > 0]
    if open_cells.empty:
        raise NotDefinedError(
            "how fast white space was filled so far needs the wallets of two whole years in sequence",
            where="demand.year",
            remedy="state the wallets of the year before as well",
        )
    gap = float(numeric(open_cells, "gap", "white_space").sum())
    gained = float((open_cells["current_then"] - open_cells["current"]).sum())
    filled = float(np.clip(gained / gap, 0.0, 1.0))
    return Pace(int(last - 1), int(last), len(open_cells), gap, gained, filled)


def white_space_map(white_space: pd.DataFrame) -> pd.DataFrame:
    """The cells of one year with the sums of each customer, each family, and all.

    Parameters
    ----------
    white_space : as :func:`white_space` returns it, of one year.

    Returns
    -------
    DataFrame
        account_id, family, wallet, potential, current, gap, expected_value (money per year), confidence
        (the worst of the cells added up), above_wallet (of any of them; where it is, the gap is not known
        and counts as nothing); ``all`` stands for the sum over customers or families. Largest gaps
        first, sums last.

    Raises
    ------
    NotDefinedError
        Several years.
    ValuesError, ColumnError, EmptyError
        NaN, missing columns, no rows.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> cells = pd.DataFrame({"account_id": "a", "family": ["Valves", "Pumps"], "year": 2025, "wallet": 100.0,
    ...     "potential": 50.0, "current": [10.0, 20.0], "gap": [40.0, 30.0], "expected_value": 1.0,
    ...     "confidence": ["B", "D"]})
    >>> white_space_map(cells)[["account_id", "family", "gap", "confidence"]].tail(1)
      account_id family   gap confidence
    5        all    all  70.0          D
    """
    cells = as_pandas(white_space, "white_space", [*CELL, *_MONEY, "confidence"])
    if cells["year"].nunique() > 1:
        raise NotDefinedError(
            "white space of several years does not add up", where="white_space.year", remedy="choose one year"
        )
    for column in _MONEY:
        numeric(cells, column, "white_space")
    worst = {name: "max" for name in ("confidence", "above_wallet") if name in cells}
    return _with_sums(cells, {**dict.fromkeys(_MONEY, "sum"), **worst}, "gap")


def family_map(family_sales: pd.DataFrame) -> pd.DataFrame:
    """Sales by customer and family over all years, with the sums of each customer, each family, and all.

    Parameters
    ----------
    family_sales : account_id, family, sales, as :func:`family_sales` returns it.

    Returns
    -------
    DataFrame
        account_id, family, sales (money); ``all`` stands for the sum over customers or families. Largest
        sums first, sums last. Sales of no known customer are left to the ledger's reconciliation.

    Raises
    ------
    NotDefinedError
        No sales of a known customer.
    ValuesError, ColumnError, EmptyError
        NaN, missing columns, no rows.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> sold = pd.DataFrame({"account_id": ["a", "b"], "family": ["Valves", "Pumps"], "sales": [60.0, 40.0]})
    >>> family_map(sold)["sales"].tolist()
    [60.0, 60.0, 40.0, 40.0, 60.0, 40.0, 100.0]
    """
    sold = as_pandas(family_sales, "family_sales", [*_GROUP, "sales"])
    numeric(sold, "sales", "family_sales")
    known = sold[sold["account_id"] != UNASSIGNED]
    if known.empty:
        raise NotDefinedError("no sales of a known customer", where="family_sales.account_id")
    return _with_sums(known, {"sales": "sum"}, "sales")


def _with_sums(cells: pd.DataFrame, how: dict[str, Any], largest: str) -> pd.DataFrame:
    """The cells with their sums, ordered by the sums of one column."""
    parts = [_added(cells, keys, how) for keys in (_GROUP, ["account_id"], ["family"], [])]
    table = pd.concat(parts, ignore_index=True)
    places = pd.DataFrame({key: _places(table, key, largest) for key in _GROUP})
    return table.loc[places.sort_values(_GROUP).index].reset_index(drop=True)


def _added(cells: pd.DataFrame, keys: list[str], how: dict[str, Any]) -> pd.DataFrame:
    """Sums over what is not among the keys, which then reads ``all``."""
    labelled = cells.assign(**{key: ALL for key in _GROUP if key not in keys})
    return labelled.groupby(_GROUP, as_index=False).agg(how)


def _places(table: pd.DataFrame, key: str, largest: str) -> pd.Series:
    """Place of each row's customer or family: the largest sum first, all last."""
    other = next(k for k in _GROUP if k != key)
    sums = table[table[other] == ALL].sort_values([largest, key], ascending=[False, True])[key]
    ranked = [*(name for name in sums if name != ALL), ALL]
    return table[key].map({name: place for place, name in enumerate(ranked)})
