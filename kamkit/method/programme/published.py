"""What the field publishes of its programmes, beside the client's own figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence
from kamkit.method.concentration import top_share
from kamkit.method.frames import account_series, as_pandas
from kamkit.method.markets import cagr, growth_table
from kamkit.method.programme.figures import GrowthAgainstMarket, KeyAccountMultiple
from kamkit.method.programme.panel import sales_panel

__all__ = ["PUBLISHED", "large_customers", "published_figures", "tenfold_accounts", "tenfold_stories"]

_TENFOLD, _ALIKE = 10.0, 2.0
_CENT = 1e-6
_MANY = 30
"""From here on a tenth of the customers is three or more; of fewer, whole customers are no tenth."""

PUBLISHED = {
    "profit_multiple": 2.4,
    "growth": 0.32,
    "market_growth": 0.07,
    "tenfold": 10.0,
    "top_decile": 0.49,
    "large_customer": 0.05,
}
"""What is published of key-account programmes: anecdotes, no benchmarks."""


def tenfold_accounts(sales: Any, until: Any = None, times: float = _TENFOLD) -> pd.DataFrame:
    """The accounts that grew tenfold from the first year to the last, and how many were like them.

    | ``times_as_much = sales of the last year / sales of the first``
    | ``cagr = times_as_much^(1 / years) − 1``
    | alike: accounts whose first year was between half and twice as large

    Parameters
    ----------
    sales : date, account_id, net_amount, all years there are.
    until : last day to count.
    times : at least so many times as much.

    Returns
    -------
    DataFrame
        Indexed by account_id, the fastest first: first_year, last_year (money), years, times_as_much, cagr,
        alike (accounts, itself among them), alike_grown (those of them that grew as much). May have no rows.

    Raises
    ------
    NotDefinedError
        Less than two whole years of sales, or no account that bought in the first quarter.
    ColumnError, ValuesError, EmptyError
        As :func:`sales_panel`.

    Notes
    -----
    Published is one account that went from 7 to 70 million, without its period and without the accounts
    that did not. Only accounts that bought in the first quarter of the first year have a whole one to grow
    from; a newcomer's few months would make a multiple of anything.

    Examples
    --------
    >>> days = pd.to_datetime(["2024-01-01", "2024-12-01", "2025-01-01", "2025-12-01"])
    >>> sales = pd.concat([pd.DataFrame({"date": days, "account_id": a, "net_amount": [3.5, 3.5, m, m]})
    ...                    for a, m in (("a", 35.0), ("b", 3.0))])
    >>> tenfold_accounts(sales)[["times_as_much", "cagr", "alike", "alike_grown"]]
                times_as_much  cagr  alike  alike_grown
    account_id
    a                    10.0   9.0      2            1
    """
    if not times > 1:
        raise ParameterError(f"times = {times:g} is no growth", where="times", allowed="above 1")
    first, last, years = _ends(sales, until)
    multiple = last / first
    enough = multiple >= times * (1 - _CENT)
    grown = multiple[enough].sort_values(ascending=False, kind="stable").index
    alike = [(first >= first[a] / _ALIKE) & (first <= first[a] * _ALIKE) for a in grown]
    return pd.DataFrame(
        {
            "first_year": first[grown],
            "last_year": last[grown],
            "years": years,
            "times_as_much": multiple[grown],
            "cagr": [cagr(first[a], last[a], years) for a in grown],
            "alike": [int(mask.sum()) for mask in alike],
            "alike_grown": [int(enough[mask].sum()) for mask in alike],
        },
        index=grown.rename("account_id"),
    )


def tenfold_stories(
    tenfold: pd.DataFrame, accounts: Any, years: Sequence[float] = (3, 5, 7, 10)
) -> pd.DataFrame:
    """The client's accounts that grew tenfold, above the published story told over several periods.

    Parameters
    ----------
    tenfold : as :func:`tenfold_accounts` returns it.
    accounts : account_id, name.
    years : periods that "from 7 to 70 million" may have taken.

    Returns
    -------
    DataFrame
        name, first_year, last_year (money; NaN for the story, which has another currency), years, cagr,
        alike, alike_grown (NaN for the story, which names none).

    Raises
    ------
    ColumnError, EmptyError
        A missing column, or no accounts.
    ParameterError
        No years.

    Examples
    --------
    >>> nobody = pd.DataFrame(columns=["first_year", "last_year", "years", "cagr", "alike", "alike_grown"])
    >>> tenfold_stories(nobody, pd.DataFrame({"account_id": ["a"], "name": ["A"]}))[["name", "years", "cagr"]]
         name  years      cagr
    0  7 → 70      3  1.154435
    1  7 → 70      5  0.584893
    2  7 → 70      7  0.389495
    3  7 → 70     10  0.258925
    """
    table = as_pandas(accounts, "accounts", ["account_id", "name"])
    names = table.set_index(table["account_id"].astype(str))["name"]
    own = tenfold.reset_index(drop=True).assign(name=names.reindex(tenfold.index.astype(str)).to_numpy())
    story = growth_table(7, 70, years).assign(name="7 → 70")
    columns = ["name", "first_year", "last_year", "years", "cagr", "alike", "alike_grown"]
    if own.empty:
        return story.reindex(columns=columns)
    return pd.concat([own[columns], story], ignore_index=True)


def _ends(sales: Any, until: Any) -> tuple[pd.Series, pd.Series, int]:
    """Sales of the first and last whole year, of accounts with a whole first one, and years between."""
    yearly, quarterly = sales_panel(sales, until, "year"), sales_panel(sales, until, "quarter")
    if yearly.shape[1] < 2:
        raise NotDefinedError("the sales cover a single whole year", where="sales.date")
    began = quarterly[yearly.columns[0]].reindex(yearly.index) > 0
    whole = yearly[began & (yearly.iloc[:, 0] > 0)]
    if whole.empty:
        raise NotDefinedError("no account bought in the first quarter of the sales", where="sales.date")
    return whole.iloc[:, 0], whole.iloc[:, -1], yearly.shape[1] - 1


def large_customers(revenue: Any, share: float = PUBLISHED["large_customer"]) -> pd.DataFrame:
    """The customers that make up a given share of revenue or more.

    Parameters
    ----------
    revenue : by account_id, money.
    share : fraction of the total.

    Returns
    -------
    DataFrame
        Indexed by account_id, the largest first: revenue, share (of the total).

    Raises
    ------
    NotDefinedError
        The total is not positive.
    ValuesError, EmptyError
        NaN, or no accounts.

    Notes
    -----
    Published is that a customer of 5 % of revenue is hard to replace; what losing it costs is
    ``risk.loss_impact``.

    Examples
    --------
    >>> large_customers(pd.Series({"a": 90.0, "b": 6, "c": 4}))["share"].to_dict()
    {'a': 0.9, 'b': 0.06}
    """
    values = account_series(revenue, "revenue")
    total = float(values.sum())
    if total <= 0:
        raise NotDefinedError(Sentence("the total of revenue is {total:,.2f}", total=total), where="revenue")
    ranked = values.sort_values(ascending=False, kind="stable")
    found = ranked[ranked / total >= share - 1e-12]
    return pd.DataFrame({"revenue": found, "share": found / total}).rename_axis("account_id")


def published_figures(
    revenue: Any,
    multiple: KeyAccountMultiple | None = None,
    growth: GrowthAgainstMarket | None = None,
    tenfold: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What the field publishes beside the client's own figure, row by row.

    Parameters
    ----------
    revenue : by account_id, money, of the period.
    multiple, growth, tenfold : as :func:`key_account_multiple`, :func:`growth_against_market` and
        :func:`tenfold_accounts` return them; what is None has no row.

    Returns
    -------
    DataFrame
        figure, counted_as (multiple, share, count), published (NaN where the field publishes none), here,
        here_low, here_high (95 %, NaN where none is given), n (accounts behind it). The exhibit says
        what to beware of at each. The share of the largest tenth, rounded up, has no row where a tenth
        is under three customers: the published share is one of firms with many.

    Raises
    ------
    NotDefinedError, ValuesError, EmptyError
        As :func:`large_customers`.

    Examples
    --------
    >>> published_figures(pd.Series({"a": 90.0, "b": 6, "c": 4}))[["figure", "published", "here"]]
                    figure  published  here
    0   large_customer       0.05   0.9
    1  over_five_share        NaN   2.0
    """
    values = account_series(revenue, "revenue")
    rows = [*_multiple_rows(multiple), *_growth_rows(growth), *_tenfold_rows(tenfold)]
    large = large_customers(values)
    rows += [
        *_decile_rows(values),
        _figure(
            "large_customer", "share", PUBLISHED["large_customer"], float(values.max() / values.sum()), n=1
        ),
        _figure("over_five_share", "count", np.nan, len(large), n=len(values)),
    ]
    return pd.DataFrame(rows)


def _figure(
    figure: str,
    unit: str,
    published: float,
    own: float,
    low: float = np.nan,
    high: float = np.nan,
    n: int = 0,
) -> dict[str, Any]:
    return {
        "figure": figure,
        "counted_as": unit,
        "published": published,
        "here": float(own),
        "here_low": low,
        "here_high": high,
        "n": n,
    }


def _decile_rows(values: pd.Series) -> list[dict[str, Any]]:
    """The share of the largest tenth, where that is a handful of customers and not one or two."""
    if len(values) < _MANY:
        return []
    tenth = math.ceil(len(values) / 10)
    return [_figure("top_decile", "share", PUBLISHED["top_decile"], top_share(values, 0.10), n=tenth)]


def _multiple_rows(multiple: KeyAccountMultiple | None) -> list[dict[str, Any]]:
    if multiple is None:
        return []
    told = {"raw": PUBLISHED["profit_multiple"]}
    rows = multiple.table.set_index("multiple")[["value", "low", "high"]].T.to_dict("list")
    return [
        _figure(f"profit_{name}", "multiple", told.get(str(name), np.nan), *found)
        for name, found in rows.items()
    ]


def _growth_rows(growth: GrowthAgainstMarket | None) -> list[dict[str, Any]]:
    if growth is None:
        return []
    return [
        _figure(
            "key_growth", "share", PUBLISHED["growth"], growth.key_accounts, growth.low, growth.high, growth.n
        ),
        _figure("market_growth", "share", PUBLISHED["market_growth"], growth.market),
        _figure("largest_now", "share", np.nan, growth.largest_now, n=growth.n),
        _figure("largest_before", "share", np.nan, growth.largest_before, n=growth.n),
    ]


def _tenfold_rows(tenfold: pd.DataFrame | None) -> list[dict[str, Any]]:
    """How many accounts grew tenfold, and how many began like the fastest of them."""
    if tenfold is None:
        return []
    if tenfold.empty:
        return [_figure("tenfold", "count", 1.0, 0.0)]
    return [_figure("tenfold", "count", 1.0, len(tenfold), n=int(tenfold["alike"].iloc[0]))]
