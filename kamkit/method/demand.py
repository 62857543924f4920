"""The table of demand: checked, by market and year, pooled over families or markets."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence, ValuesError, list_some
from kamkit.method.frames import as_pandas, identifiers, numeric

__all__ = [
    "ALL",
    "CELL",
    "SERIES",
    "TOTAL",
    "US",
    "cell_name",
    "cells_of",
    "checked_demand",
    "latest_year",
    "pool",
]

CELL = ["scope", "scope_id", "family", "year"]
SERIES = CELL[:3]
US, TOTAL = "us", "total"
ALL = "all"


def checked_demand(demand: Any) -> pd.DataFrame:
    """Demand, checked: amounts not negative, one row for each supplier in a market and year."""
    table = as_pandas(demand, "demand", [*CELL, "supplier", "amount"])
    amount = numeric(table, "amount", "demand")
    if (amount < 0).any():
        rows = list_some(list(amount.index[amount < 0]))
        raise ValuesError("amount is negative", where=f"demand.amount, rows {rows}", allowed="0 or more")
    keys = {key: identifiers(table, key, "demand") for key in [*SERIES, "supplier"]}
    checked = pd.DataFrame({**keys, "year": _years(table), "amount": amount})
    double = checked[checked.duplicated([*CELL, "supplier"])]
    if len(double):
        places = [f"{cell_name(row)}, {row['supplier']}" for _, row in double.iterrows()]
        raise ValuesError(
            "a supplier stands twice in one market and year",
            where=f"demand: {list_some(places)}",
            remedy="keep one row for each",
        )
    return checked


def _years(table: pd.DataFrame) -> pd.Series:
    year = numeric(table, "year", "demand")
    broken = year.index[year % 1 != 0]
    if len(broken):
        raise ValuesError(
            "year is no whole number", where=f"demand.year, rows {list_some(list(broken))}", allowed="as 2025"
        )
    return year.astype("int64")


def cell_name(row: pd.Series) -> str:
    return f"{row['scope']} {row['scope_id']}, {row['family']}, {row['year']}"


def cells_of(demand: pd.DataFrame) -> pd.DataFrame:
    """One row for each market and year: market, own, competitor, named (sum of suppliers), suppliers."""
    named = demand[demand["supplier"] != TOTAL]
    stated = demand[demand["supplier"] == TOTAL].set_index(CELL)["amount"]
    groups = named.groupby(CELL)["amount"]
    cells = pd.DataFrame(index=pd.MultiIndex.from_frame(demand[CELL]).unique()).sort_index()
    cells = cells.assign(named=groups.sum(), suppliers=groups.size())
    cells = cells.fillna({"named": 0.0, "suppliers": 0}).astype({"suppliers": "int64"})
    cells["market"] = stated.reindex(cells.index).fillna(cells["named"])
    cells["own"] = named[named["supplier"] == US].set_index(CELL)["amount"].reindex(cells.index)
    cells["competitor"] = named[named["supplier"] != US].groupby(CELL)["amount"].max().reindex(cells.index)
    cells = cells.reset_index()
    empty = cells[cells["market"] <= 0]
    if len(empty):
        raise NotDefinedError(
            "a market of zero has no shares",
            where=f"demand: {list_some([cell_name(row) for _, row in empty.iterrows()])}",
            remedy="leave the market out, or state its amount",
        )
    return cells


def pool(demand: Any, over: str, scope: str = "market") -> pd.DataFrame:
    """Demand added up over all families of a market, or over all markets of a family.

    ``amount = sum of the amounts of a supplier over the pooled cells``; a total that is absent in a
    cell is first made the sum of its suppliers.

    Parameters
    ----------
    demand : as for :func:`market_share`; confidence.
    over : family or scope_id; it reads ``all`` in the result.
    scope : which rows, market or account.

    Returns
    -------
    DataFrame
        scope, scope_id, family, year, supplier, amount (money per year), and the worst confidence of
        what was added up, where demand has one. Ourselves are left out where a cell does not state us.

    Raises
    ------
    NotDefinedError
        No row of that scope; a cell that is stated in one year and not in another, so that the sum
        would seem to grow or shrink.
    ParameterError
        Another ``over``.
    ValuesError, ColumnError, EmptyError
        As :func:`market_share`.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> import pandas as pd
    >>> families = ["Valves", "Valves", "Pumps", "Pumps"]
    >>> demand = pd.DataFrame({"scope": "market", "scope_id": "SE", "family": families, "year": 2025,
    ...                        "supplier": ["us", "total"] * 2, "amount": [10.0, 100, 20, 50]})
    >>> pool(demand, over="family")[["family", "supplier", "amount"]]
      family supplier  amount
    0    all    total   150.0
    1    all       us    30.0
    """
    if over not in ("family", "scope_id"):
        raise ParameterError(f"can't pool over {over!r}", where="over", allowed="family, scope_id")
    checked = checked_demand(demand)
    if "confidence" in demand:
        checked["confidence"] = as_pandas(demand, "demand", ["confidence"])["confidence"]
    rows = checked[checked["scope"] == scope]
    if rows.empty:
        raise NotDefinedError(
            Sentence("demand holds no row of scope {scope}", scope=scope),
            where="demand.scope",
            remedy="ask for it",
        )
    _require_same_cells(rows, over)
    worst = {"confidence": ("confidence", "max")} if "confidence" in rows else {}
    cells = rows.merge(cells_of(rows)[[*CELL, "market", "own"]], on=CELL)
    parts = _suppliers(cells, over, worst), _whole(cells, over, worst)
    pooled = pd.concat(parts).assign(**{over: ALL}).sort_values([*CELL, "supplier"], ignore_index=True)
    return pooled[[*CELL, "supplier", "amount", *worst]]


def _suppliers(cells: pd.DataFrame, over: str, worst: dict[str, tuple[str, str]]) -> pd.DataFrame:
    """Each named supplier's sum; ourselves only where every pooled cell states us."""
    keys = [key for key in CELL if key != over]
    named = cells[cells["supplier"] != TOTAL].groupby([*keys, "supplier"])
    sums = named.agg(amount=("amount", "sum"), **worst)
    silent = cells[cells["own"].isna()][keys].drop_duplicates().assign(supplier=US)
    return sums.drop(pd.MultiIndex.from_frame(silent), errors="ignore").reset_index()


def _whole(cells: pd.DataFrame, over: str, worst: dict[str, tuple[str, str]]) -> pd.DataFrame:
    """The sum of the cells' totals."""
    keys = [key for key in CELL if key != over]
    once = cells.drop_duplicates(CELL).groupby(keys).agg(amount=("market", "sum"))
    whole = once.join(cells.groupby(keys).agg(**worst)) if worst else once
    return whole.reset_index().assign(supplier=TOTAL)


def _require_same_cells(rows: pd.DataFrame, over: str) -> None:
    """Each pooled cell must be stated in every year its group is."""
    group = next(key for key in ("scope_id", "family") if key != over)
    cells = rows[[group, over, "year"]].drop_duplicates()
    wanted = cells[[group, over]].drop_duplicates().merge(cells[[group, "year"]].drop_duplicates(), on=group)
    missing = wanted.merge(cells, how="left", indicator=True).query("_merge == 'left_only'")
    if len(missing):
        first = missing.iloc[0]
        raise NotDefinedError(
            Sentence(
                "{n} cell(s) of demand are stated in some years only, first {first}, {first_2} in {year}",
                n=len(missing),
                first=first[group],
                first_2=first[over],
                year=first["year"],
            ),
            where="demand.year",
            remedy="complete them, or leave the cell out of every year",
        )


def latest_year(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last year that a table by year holds.

    Parameters
    ----------
    table : column year.

    Returns
    -------
    DataFrame
        Those rows, as they are.

    Raises
    ------
    ColumnError, EmptyError
        No column year, or no rows.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> import pandas as pd
    >>> latest_year(pd.DataFrame({"year": [2024, 2025], "market": [100.0, 107.0]}))
       year  market
    0  2025   107.0
    """
    rows = as_pandas(table, "table", ["year"])
    return rows[rows["year"] == rows["year"].max()].reset_index(drop=True)
