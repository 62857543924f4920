"""Markets: how large, how fast, whose, and where the profit is.

All functions read ``demand``: scope (market, account), scope_id, family, year, supplier ("us",
"total" or a name), amount. A total that is absent is the sum of the suppliers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence, UnitError, ValuesError, list_some
from kamkit.method.demand import CELL, SERIES, TOTAL, cell_name, cells_of, checked_demand, latest_year, pool
from kamkit.method.frames import identifiers, number, numeric

__all__ = [
    "cagr",
    "growth_split",
    "growth_table",
    "latest_year",
    "market_share",
    "pool",
    "profit_pool",
    "supplier_concentration",
]

_ROUNDING = 1e-9


def cagr(first: float, last: float, years: float) -> float:
    """Compound annual growth rate.

    ``(last / first)^(1 / years) − 1``

    Parameters
    ----------
    first, last : amounts in one unit; ``first`` positive, ``last`` not negative.
    years : number of intervals, not of points; above 0.

    Returns
    -------
    float
        Fraction per year.

    Raises
    ------
    NotDefinedError
        ``first`` is not positive, or ``last`` is negative.
    ValuesError
        ``years`` is not positive, or a value is NaN.

    Notes
    -----
    Source: definition; Buzzell & Gale (1987) for its use on markets.

    Examples
    --------
    >>> round(cagr(7, 70, 5), 3)
    0.585
    """
    start, end, intervals = number(first, "first"), number(last, "last"), number(years, "years")
    if intervals <= 0:
        raise ValuesError(f"years = {intervals:g} is not positive", where="years", allowed="above 0")
    if start <= 0 or end < 0:
        raise NotDefinedError(
            Sentence("growth from {start:g} to {end:g} has no rate", start=start, end=end),
            where="first, last",
            allowed="first above 0, last 0 or more",
            remedy="show the change in money",
        )
    return (end / start) ** (1 / intervals) - 1


def growth_table(first: float, last: float, years: Sequence[float] = (3, 5, 7, 10)) -> pd.DataFrame:
    """The yearly growth behind "from 7 to 70", for several periods it may have taken.

    Parameters
    ----------
    first, last : as for :func:`cagr`.
    years : the periods.

    Returns
    -------
    DataFrame
        years, cagr (fraction per year).

    Raises
    ------
    NotDefinedError, ValuesError
        As :func:`cagr`.
    ParameterError
        No periods.

    Notes
    -----
    Source: definition. For figures that are told without their period.

    Examples
    --------
    >>> growth_table(7, 70).round(3)
       years   cagr
    0      3  1.154
    1      5  0.585
    2      7  0.389
    3     10  0.259
    """
    periods = list(years)
    if not periods:
        raise ParameterError("years names no period", where="years", allowed="one or more, such as (3, 5)")
    return pd.DataFrame({"years": periods, "cagr": [cagr(first, last, n) for n in periods]})


def market_share(demand: Any) -> pd.DataFrame:
    """Size and growth of each market, our share of it, and our share against the largest competitor.

    | ``share = own / market; relative_share = own / largest competitor``
    | ``growth = market / market of the year before − 1``

    Parameters
    ----------
    demand : scope, scope_id, family, year, supplier, amount (money per year, not negative).

    Returns
    -------
    DataFrame
        scope, scope_id, family, year, market, own, competitor (money), share, relative_share,
        growth (fractions). Own sales or a competitor that no row states is NaN, and so is what
        follows from it. A share above 1 is not clipped: market or hierarchy is wrong.

    Raises
    ------
    NotDefinedError
        A market of zero.
    ValuesError
        NaN or negative amounts, a supplier that stands twice in a market and year.
    ColumnError, EmptyError
        A missing column, or no rows.

    Notes
    -----
    Source: Buzzell & Gale (1987); Henderson (1970) for the relative share.

    Examples
    --------
    >>> import pandas as pd
    >>> demand = pd.DataFrame({"scope": "market", "scope_id": "SE", "family": "Valves", "year": 2025,
    ...                        "supplier": ["total", "us", "Rival"], "amount": [200.0, 30.0, 60.0]})
    >>> market_share(demand)[["market", "own", "competitor", "share", "relative_share"]]
       market   own  competitor  share  relative_share
    0   200.0  30.0        60.0   0.15             0.5
    """
    cells = cells_of(checked_demand(demand))
    rival = cells["competitor"]
    before = cells.set_index([*SERIES, "year"])["market"]
    year_before = pd.MultiIndex.from_frame(cells[CELL].assign(year=cells["year"] - 1))
    return cells[[*CELL, "market", "own", "competitor"]].assign(
        share=cells["own"] / cells["market"],
        relative_share=cells["own"] / rival.where(rival > 0),
        growth=cells["market"].to_numpy() / before.reindex(year_before).to_numpy() - 1,
    )


def growth_split(demand: Any) -> pd.DataFrame:
    """What the market gave to our growth, and what we took.

    | ``market_effect = own_from · growth of the market``
    | ``share_effect = market_from · change of share``
    | ``interaction = change of market · change of share``; the three add up to the change

    Parameters
    ----------
    demand : as for :func:`market_share`.

    Returns
    -------
    DataFrame
        scope, scope_id, family, year_from, year_to, own_from, own_to, change, market_effect,
        share_effect, interaction (money); one row for each pair of successive years that are
        stated. NaN where own sales are not.

    Raises
    ------
    NotDefinedError
        No market with two years, or a market of zero.
    ValuesError, ColumnError, EmptyError
        As :func:`market_share`.

    Notes
    -----
    Source: shift–share analysis (Dunn 1960). The interaction is shown, not hidden in one of the others.

    Examples
    --------
    >>> import pandas as pd
    >>> demand = pd.DataFrame({"scope": "market", "scope_id": "SE", "family": "Valves",
    ...                        "year": [2024, 2024, 2025, 2025], "supplier": ["us", "total"] * 2,
    ...                        "amount": [10.0, 100, 18, 120]})
    >>> growth_split(demand)[["change", "market_effect", "share_effect", "interaction"]].round(6)
       change  market_effect  share_effect  interaction
    0     8.0            2.0           5.0          1.0
    """
    cells = cells_of(checked_demand(demand))
    before = cells.groupby(SERIES)[["year", "own", "market"]].shift()
    known = before["year"].notna()
    if not known.any():
        raise NotDefinedError(
            "no market has two years", where="demand.year", remedy="ask for the year before as well"
        )
    now, was = cells[known], before[known]
    share_change = now["own"] / now["market"] - was["own"] / was["market"]
    market_change = now["market"] - was["market"]
    split = now[SERIES].assign(
        year_from=was["year"].astype("int64"),
        year_to=now["year"],
        own_from=was["own"],
        own_to=now["own"],
        change=now["own"] - was["own"],
        market_effect=was["own"] * market_change / was["market"],
        share_effect=was["market"] * share_change,
        interaction=market_change * share_change,
    )
    return split.reset_index(drop=True)


def supplier_concentration(demand: Any) -> pd.DataFrame:
    """How concentrated the suppliers of each market are, we among them.

    ``hhi = sum of (100 · share)²; effective_number = 10 000 / hhi; cr4 = share of the four largest``

    Parameters
    ----------
    demand : as for :func:`market_share`.

    Returns
    -------
    DataFrame
        scope, scope_id, family, year, market (money), suppliers (named), named_share (fraction of the
        market), hhi, hhi_lower, hhi_upper (0–10 000), effective_number, effective_lower,
        effective_upper, cr1, cr4 (fractions of the market, named suppliers only). Where the named
        suppliers do not add up to the market, hhi and effective_number are NaN and the bounds say
        between what they lie: the rest as countless small suppliers, or as a single one.

    Raises
    ------
    NotDefinedError
        A market of zero.
    ValuesError
        Named suppliers that add up to more than the total; else as :func:`market_share`.
    ColumnError, EmptyError
        A missing column, or no rows.

    Notes
    -----
    Source: Herfindahl (1950), Hirschman (1964).

    Examples
    --------
    >>> import pandas as pd
    >>> demand = pd.DataFrame({"scope": "market", "scope_id": "SE", "family": "Valves", "year": 2025,
    ...                        "supplier": ["us", "P", "Q", "R"], "amount": [30.0, 30, 20, 20]})
    >>> supplier_concentration(demand)[["hhi", "effective_number", "cr1", "cr4"]].round(3)
          hhi  effective_number  cr1  cr4
    0  2600.0             3.846  0.3  1.0
    """
    checked = checked_demand(demand)
    cells = cells_of(checked)
    _refuse_overfull(cells)
    named = checked[checked["supplier"] != TOTAL].merge(cells[[*CELL, "market"]], on=CELL)
    shares = named.assign(share=named["amount"] / named["market"]).groupby(CELL)["share"]
    keys = pd.MultiIndex.from_frame(cells[CELL])
    lower = shares.agg(lambda s: float(((100 * s) ** 2).sum())).reindex(keys, fill_value=0.0).to_numpy()
    rest = (1 - cells["named"] / cells["market"]).clip(lower=0.0)
    rest = rest.mask(rest <= _ROUNDING, 0.0)
    upper = lower + (100 * rest) ** 2
    index = pd.Series(lower, index=cells.index).where(rest == 0)
    return cells[[*CELL, "market", "suppliers"]].assign(
        named_share=1 - rest,
        hhi=index,
        hhi_lower=lower,
        hhi_upper=upper,
        effective_number=10_000 / index,
        effective_lower=10_000 / upper,
        effective_upper=10_000 / pd.Series(lower, index=cells.index).where(lower > 0),
        cr1=shares.max().reindex(keys, fill_value=0.0).to_numpy(),
        cr4=shares.agg(lambda s: s.nlargest(4).sum()).reindex(keys, fill_value=0.0).to_numpy(),
    )


def _refuse_overfull(cells: pd.DataFrame) -> None:
    over = cells[cells["named"] > cells["market"] * (1 + _ROUNDING)]
    if len(over):
        raise ValuesError(
            "the suppliers add up to more than the total",
            where=f"demand.amount: {list_some([cell_name(row) for _, row in over.iterrows()])}",
            remedy="mend the total or the suppliers",
        )


def profit_pool(demand: Any, margin: Any) -> pd.DataFrame:
    """Profit that each market holds for all its suppliers.

    ``pool = market · margin; the shares are of the year's total within the scope``

    Parameters
    ----------
    demand : as for :func:`market_share`.
    margin : fraction of the amount that suppliers of the market keep: one figure, or a Series indexed
        by family or by any of scope, scope_id, family, year (named levels).

    Returns
    -------
    DataFrame
        scope, scope_id, family, year, market, margin (fraction), pool (money), size_share,
        pool_share (fractions; pool_share is NaN where the year's pool is not positive).

    Raises
    ------
    UnitError
        A margin in percent.
    ValuesError
        A market without margin; else as :func:`market_share`.
    ParameterError
        A margin indexed by something else.
    NotDefinedError, ColumnError, EmptyError
        As :func:`market_share`.

    Notes
    -----
    Source: Gadiesh & Gilbert (1998). Say whose margin it is: the suppliers', not ours.

    Examples
    --------
    >>> import pandas as pd
    >>> demand = pd.DataFrame({"scope": "market", "scope_id": "SE", "family": ["Valves", "Pumps"],
    ...                        "year": 2025, "supplier": "total", "amount": [100.0, 300.0]})
    >>> margin = pd.Series({"Valves": 0.30, "Pumps": 0.10}, name="margin").rename_axis("family")
    >>> profit_pool(demand, margin)[["family", "pool", "size_share", "pool_share"]]
       family  pool  size_share  pool_share
    0   Pumps  30.0        0.75         0.5
    1  Valves  30.0        0.25         0.5
    """
    cells = cells_of(checked_demand(demand))[[*CELL, "market"]]
    rates = _margins(cells, margin)
    pools = cells.assign(margin=rates, pool=cells["market"] * rates)
    totals = pools.groupby(["scope", "year"])[["market", "pool"]].transform("sum")
    return pools.assign(
        size_share=pools["market"] / totals["market"],
        pool_share=pools["pool"] / totals["pool"].where(totals["pool"] > 0),
    )


def _margin_table(margin: pd.Series, levels: list[str]) -> pd.DataFrame:
    """The margins with their keys as columns, one row for each key."""
    table = margin.rename_axis(levels).rename("margin").reset_index()
    double = table[table.duplicated(levels)]
    if len(double):
        places = list_some([" ".join(map(str, row)) for row in double[levels].to_numpy()])
        raise ValuesError("a margin stands twice", where=f"margin: {places}", remedy="keep one row for each")
    if "year" in levels:
        table["year"] = numeric(table, "year", "margin").astype("int64")
    names = {key: identifiers(table, key, "margin") for key in levels if key != "year"}
    return table.assign(margin=numeric(table, "margin", "margin", missing=True), **names)


def _margins(cells: pd.DataFrame, margin: Any) -> pd.Series:
    """The margin of each market, checked to be a fraction."""
    if isinstance(margin, pd.Series):
        levels = ["family"] if margin.index.names == [None] else [str(name) for name in margin.index.names]
        if not set(levels) <= set(CELL):
            raise ParameterError(
                f"margin is indexed by {list_some(levels)}", where="margin", allowed=list_some(CELL)
            )
        rates = cells.merge(_margin_table(margin, levels), how="left", on=levels)["margin"]
    else:
        rates = pd.Series(number(margin, "margin"), index=cells.index)
    unknown = cells[~np.isfinite(rates.to_numpy())]
    if len(unknown):
        names = list_some([cell_name(row) for _, row in unknown.iterrows()])
        raise ValuesError(
            "a market has no margin", where=f"margin: {names}", remedy="state its margin, or leave it out"
        )
    if (rates.abs() > 1).any():
        worst = max(rates, key=abs)
        raise UnitError(
            f"margin = {worst:g} is no fraction",
            where="margin",
            remedy=f"write {worst:g} % as {worst / 100:g}",
        )
    return rates
