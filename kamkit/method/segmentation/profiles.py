"""What the segments are worth, what they ask for, and where the A-B-C customers went."""

from __future__ import annotations

import datetime as dt
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from kamkit.errors import EmptyError, NotDefinedError, ParameterError, Sentence, ValuesError
from kamkit.method.concentration import abc_classes
from kamkit.method.frames import UNASSIGNED, as_pandas
from kamkit.method.lines import first_day, line_frame, line_sums, moment
from kamkit.method.segmentation.needs import item_texts

__all__ = [
    "NOT_ASKED",
    "abc_by_revenue",
    "account_revenue",
    "needs_by_segment",
    "segment_needs",
    "segment_profiles",
]

NOT_ASKED = "not_asked"
"""Where accounts stand that have no segment, or no class."""


def account_revenue(sales: Any, start: Any, end: Any) -> pd.DataFrame:
    """Revenue of each account in a period, in the period of the same length before, and its growth.

    ``revenue_growth = revenue / previous_revenue − 1``

    Parameters
    ----------
    sales : date, account_id, net_amount; of both periods. Any frame Narwhals supports.
    start, end : first and last day of the period.

    Returns
    -------
    DataFrame
        Indexed by account_id: revenue, previous_revenue (money; NaN where the sales don't reach back),
        revenue_growth (fraction; NaN where there was no revenue before). Accounts with a line in
        either period.

    Raises
    ------
    NotDefinedError
        No sales in the period.
    ParameterError, ValuesError, ColumnError, EmptyError
        A period that ends before it starts; NaN in a required column, a missing column, no rows.

    Notes
    -----
    Source: definition. The earlier period counts as known if the sales begin in its first month or before.

    Examples
    --------
    >>> import pandas as pd
    >>> sales = pd.DataFrame({"date": pd.to_datetime(["2024-01-10", "2025-03-01"]), "account_id": "a",
    ...                       "net_amount": [100.0, 120.0]})
    >>> account_revenue(sales, "2025-01-01", "2025-12-31")
                revenue  previous_revenue  revenue_growth
    account_id
    a             120.0             100.0             0.2
    """
    first, last = pd.Timestamp(start).normalize(), pd.Timestamp(end).normalize()
    if last < first:
        raise ParameterError(f"the period ends on {last:%Y-%m-%d}, before it starts", where="end")
    lines = line_frame(sales, "sales", ["date", "account_id", "net_amount"])
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    before = first - pd.DateOffset(months=months)
    now = _revenue(lines, first, last)
    if now.empty:
        raise NotDefinedError(
            Sentence("there are no sales from {first:%Y-%m-%d} to {last:%Y-%m-%d}", first=first, last=last),
            where="sales.date",
        )
    previous = _revenue(lines, before, first - pd.Timedelta(days=1)) if _reaches(lines, before) else None
    index = now.index if previous is None else now.index.union(previous.index)
    revenue = now.reindex(index).fillna(0.0)
    earlier = pd.Series(np.nan, index) if previous is None else previous.reindex(index).fillna(0.0)
    growth = revenue / earlier.where(earlier > 0) - 1
    table = pd.DataFrame({"revenue": revenue, "previous_revenue": earlier, "revenue_growth": growth})
    return table.sort_index().rename_axis("account_id")


def _revenue(lines: nw.LazyFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.Series:
    day, after = nw.col("date"), last + dt.timedelta(days=1)
    within = lines.filter(day >= moment(lines, first), day < moment(lines, after))
    try:
        sums = line_sums(within, "sales", ["account_id"], ["net_amount"])
    except EmptyError:
        return pd.Series(dtype="float64", index=pd.Index([], dtype="str"))
    return sums.set_index("account_id")["net_amount"]


def _reaches(lines: nw.LazyFrame, before: pd.Timestamp) -> bool:
    earliest = first_day(lines)
    return earliest is not None and earliest < before + pd.DateOffset(months=1)


def abc_by_revenue(revenue: pd.DataFrame) -> pd.Series:
    """A, B and C by revenue, of the accounts that have any: what most firms sort their customers by.

    Parameters
    ----------
    revenue : as :func:`account_revenue` returns it.

    Returns
    -------
    Series
        Class by account_id, as :func:`kamkit.method.concentration.abc_classes` gives it.

    Raises
    ------
    NotDefinedError
        No account has revenue.

    Notes
    -----
    Source: Dickie (1951), cuts at 80 % and 95 % of the revenue.

    Examples
    --------
    >>> import pandas as pd
    >>> abc_by_revenue(pd.DataFrame({"revenue": [90.0, 6.0, 4.0]}, index=list("abc"))).to_dict()
    {'a': 'A', 'b': 'B', 'c': 'C'}
    """
    amounts = revenue["revenue"]
    own = amounts[(amounts > 0) & (amounts.index != UNASSIGNED)]
    if own.empty:
        raise NotDefinedError("no known account has revenue", where="revenue")
    return abc_classes(own)


def segment_profiles(
    labels: pd.Series,
    revenue: pd.DataFrame,
    pnl: pd.DataFrame | None = None,
    premium: pd.DataFrame | None = None,
    profit: str = "customer_profit",
    rest: str = NOT_ASKED,
) -> pd.DataFrame:
    """What each segment is worth: size, growth, profit and price level.

    | ``revenue_growth = sum of revenue / sum of previous_revenue − 1`` (of sums, not a mean)
    | ``profit_margin = sum of profit / sum of pocket_revenue``

    Parameters
    ----------
    labels : by account_id, the segment.
    revenue : as :func:`account_revenue` returns it.
    pnl : as ``profitability.customer_pnl`` returns it, by account.
    premium : as :func:`price_premium` returns it.
    profit : the column of ``pnl`` that is called profit.
    rest : where the accounts without a segment stand.

    Returns
    -------
    DataFrame
        Indexed by segment, the largest revenue first, then ``rest`` and "unassigned" where there are such:
        accounts, revenue, revenue_share (of all sales), revenue_growth, customer_profit, profit_margin,
        losers (accounts), price_level. What was not given is NaN. Revenue adds up to that of all accounts.

    Raises
    ------
    ValuesError
        Accounts that stand twice among the labels.
    NotDefinedError
        The revenue is not positive in all.

    Notes
    -----
    Source: criteria of a useful segment, measurable and substantial, after Kotler (1967).

    Examples
    --------
    >>> import pandas as pd
    >>> revenue = pd.DataFrame({"revenue": [60.0, 40.0], "previous_revenue": [50.0, 40.0]}, index=["a", "b"])
    >>> segment_profiles(pd.Series({"a": "stock"}), revenue)[["accounts", "revenue_share", "revenue_growth"]]
               accounts  revenue_share  revenue_growth
    segment
    stock             1            0.6             0.2
    not_asked         1            0.4             0.0
    """
    if labels.index.has_duplicates:
        raise ValuesError("labels have accounts that stand twice", where="labels")
    table = revenue[["revenue", "previous_revenue"]].reindex(revenue.index.union(labels.index))
    table.loc[:, "revenue"] = table["revenue"].fillna(0.0)
    table = table.assign(
        segment=_placed(labels, table.index, rest), **_worth(table.index, pnl, premium, profit)
    )
    total = float(table["revenue"].sum())
    if not total > 0:
        raise NotDefinedError("the revenue of all accounts is not positive", where="revenue")
    groups = table.groupby("segment")
    sums = groups[["revenue", "previous_revenue", "profit", "pocket", "net", "expected"]].sum(min_count=1)
    result = pd.DataFrame(
        {
            "accounts": groups.size().astype("int64"),
            "revenue": sums["revenue"],
            "revenue_share": sums["revenue"] / total,
            "revenue_growth": sums["revenue"] / sums["previous_revenue"].where(sums["previous_revenue"] > 0)
            - 1,
            "customer_profit": sums["profit"],
            "profit_margin": sums["profit"] / sums["pocket"].where(sums["pocket"] > 0),
            "losers": groups["loses"].sum(min_count=1).astype("Int64"),
            "price_level": sums["net"] / sums["expected"],
        }
    )
    return result.loc[_in_order(result, rest)]


def _placed(labels: pd.Series, index: pd.Index, rest: str) -> pd.Series:
    segment = labels.reindex(index).astype("object").where(lambda s: s.notna(), rest)
    return segment.mask(index == UNASSIGNED, UNASSIGNED).astype("str")


def _worth(
    index: pd.Index, pnl: pd.DataFrame | None, premium: pd.DataFrame | None, profit: str
) -> dict[str, pd.Series]:
    unknown = pd.Series(np.nan, index)
    found = {name: unknown for name in ("profit", "pocket", "loses", "net", "expected")}
    if pnl is not None:
        own = as_pandas(pnl, "pnl", [profit, "pocket_revenue"]).reindex(index)
        loses = (own[profit] < 0).astype("float64").where(own[profit].notna())
        found |= {
            "profit": own[profit],
            "pocket": own["pocket_revenue"].where(own[profit].notna()),
            "loses": loses,
        }
    if premium is not None:
        own = as_pandas(premium, "premium", ["compared_amount", "expected_amount"]).reindex(index)
        found |= {
            "net": own["compared_amount"].where(own["expected_amount"].notna()),
            "expected": own["expected_amount"],
        }
    return found


def _in_order(result: pd.DataFrame, rest: str) -> list[str]:
    last, revenue = {rest: 1, UNASSIGNED: 2}, result["revenue"].to_dict()
    return sorted(result.index, key=lambda s: (last.get(s, 0), -revenue[s], s))


def segment_needs(
    profiles: pd.DataFrame, criteria: Any = None, instrument: str = "needs", most: int = 3
) -> pd.DataFrame:
    """What each segment asks for most and least, in the words of the questionnaire.

    Parameters
    ----------
    profiles : segments × items, mean importance.
    criteria : instrument, item_id, text; gives the words.
    instrument : the questionnaire of needs.
    most : how many needs to name at the top.

    Returns
    -------
    DataFrame
        Indexed by segment: wants_1 … (texts, the most important first), least (text).

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> import pandas as pd
    >>> profiles = pd.DataFrame({"price": [1.0], "stock": [-1.0]}, index=["S1"])
    >>> asked = pd.DataFrame({"instrument": ["needs"], "item_id": ["price"], "text": ["A low price"]})
    >>> segment_needs(profiles, asked, most=1)
       wants_1  least
    S1  A low price  stock
    """
    words = item_texts(criteria, instrument) if criteria is not None else {}
    ranked = [profiles.loc[s].sort_values(ascending=False, kind="stable").index for s in profiles.index]
    named = [[words.get(item, str(item)) for item in items] for items in ranked]
    columns = [f"wants_{i + 1}" for i in range(min(most, profiles.shape[1]))]
    rows = [[*items[: len(columns)], items[-1]] for items in named]
    return pd.DataFrame(rows, index=profiles.index, columns=[*columns, "least"], dtype="str")


def needs_by_segment(
    profiles: pd.DataFrame,
    labels: pd.Series,
    criteria: Any = None,
    instrument: str = "needs",
    borderline: pd.Series | None = None,
) -> pd.DataFrame:
    """What matters how much in each segment: a row per segment and item, for a heat map.

    Parameters
    ----------
    profiles : segments × items, mean importance.
    labels : by account_id, the segment.
    criteria : instrument, item_id, text; gives the words.
    instrument : the questionnaire of needs.
    borderline : by account_id, whether it could stand in another segment as well.

    Returns
    -------
    DataFrame
        segment, accounts, borderline (accounts), item_id, text, importance (z-score within respondent),
        rank (of the item in the segment, 1 the most important); segments in the order of ``profiles``.

    Raises
    ------
    NotDefinedError
        No account stands in any of the segments.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> import pandas as pd
    >>> profiles = pd.DataFrame({"price": [1.0], "stock": [-1.0]}, index=["S1"])
    >>> needs_by_segment(profiles, pd.Series({"a": "S1"}))[["segment", "accounts", "item_id", "rank"]]
      segment  accounts item_id  rank
    0      S1         1   price     1
    1      S1         1   stock     2
    """
    words = item_texts(criteria, instrument) if criteria is not None else {}
    count = labels.value_counts()
    unsure = labels[borderline.reindex(labels.index).eq(True)] if borderline is not None else labels[:0]
    if not count.reindex(profiles.index).fillna(0).sum():
        raise NotDefinedError("no account stands in any of the segments", where="labels")
    stacked = pd.Series(profiles.rename_axis(index="segment", columns="item_id").stack(), name="importance")
    long = stacked.reset_index()
    return pd.DataFrame(
        {
            "segment": long["segment"],
            "accounts": long["segment"].map(count).fillna(0).astype("int64"),
            "borderline": long["segment"].map(unsure.value_counts()).fillna(0).astype("int64"),
            "item_id": long["item_id"].astype("str"),
            "text": [words.get(item, str(item)) for item in long["item_id"]],
            "importance": long["importance"],
            "rank": long.groupby("segment")["importance"]
            .rank(ascending=False, method="first")
            .astype("int64"),
        }
    )
