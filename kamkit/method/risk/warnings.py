"""Early-warning signs in the invoices: who orders less often, buys for less, or buys fewer kinds."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence
from kamkit.method.frames import UNASSIGNED, collected, distinct, fraction
from kamkit.method.lines import first_day, line_frame, moment
from kamkit.method.risk.months import all_months, known_between, monthly_sums

__all__ = ["SIGNS", "early_warnings", "false_discovery"]

SIGNS = ("orders", "revenue", "range")
"""Falling order rate, falling sales, a family no longer bought."""

_RECENT, _BEFORE, _LEAST_MONTHS = 6, 12, 6
_COLUMNS = ["account_id", "sign", "family", "usual", "recent", "ratio", "p_value"]


def early_warnings(
    sales: Any,
    today: Any,
    accounts: Any = None,
    level: float = 0.05,
    least_fall: float = 0.10,
) -> pd.DataFrame:
    """Accounts whose purchases fell in the last six months, against the year before and all others.

    | *orders*: orders of the six months against the twelve before; given their sum binomial with the
      share that all other accounts have, lowered by ``least_fall``
    | *revenue*: monthly net sales over those of all others; one-sided t test that the mean fell by more
      than ``least_fall``
    | *range*: orders with a family, among all orders, six months against twelve: hypergeometric, times
      the number of families tested for the account

    Season and market are in the other accounts' figures. All tests together are held to a false
    discovery rate of ``level``: of the accounts warned of, at most that fraction is expected to be
    warned of by chance.

    Parameters
    ----------
    sales : date, account_id, net_amount; order_id, family (or product_id), over 18 months or more to
        ``today``. Any frame Narwhals supports. Credit notes are no orders.
    today : last day of the period; months are counted back from its month.
    accounts : account_id, status; accounts that are known as lost are left out.
    level : false discovery rate, a fraction.
    least_fall : a fall that is not worth a call, a fraction: less than this is no warning however sure.

    Returns
    -------
    DataFrame
        One row for each account and sign that could be tested, most certain first: account_id, sign,
        family (for *range*), usual and recent (of a month: orders, money; share of orders),
        ratio (recent over usual, others' change taken out), p_value, q_value, warned. Tested are
        accounts that bought in at least six of the twelve months before.

    Raises
    ------
    NotDefinedError
        The invoices cover less than 18 months, or fewer than two accounts can be tested.
    UnitError, ParameterError
        ``level`` or ``least_fall`` no fraction.
    ColumnError, ValuesError, EmptyError
        As ``customer_pnl``.

    Notes
    -----
    Sources: Przyborowski & Wilenski (1940) for rates; Student (1908), with a minimum effect as McCarthy
    & Smyth (2009); Benjamini & Hochberg (1995) for the false discovery rate. Whether customers pay later
    can't be seen in ``payment_days``, which is one number: it takes the day each invoice was paid.

    Examples
    --------
    >>> days = pd.date_range("2024-07-01", periods=18, freq="MS")
    >>> steady = pd.DataFrame({"date": days, "account_id": "a", "net_amount": 100.0})
    >>> fading = steady.assign(account_id="b", net_amount=[90.0, 110.0] * 6 + [20.0, 30.0] * 3)
    >>> found = early_warnings(pd.concat([steady, fading]), "2025-12-31")
    >>> found.loc[found["warned"], ["account_id", "sign"]].to_numpy().tolist()
    [['b', 'revenue']]
    """
    rate, fall, end = fraction(level, "level"), fraction(least_fall, "least_fall"), pd.Timestamp(today)
    if not 0 < rate < 1 or fall >= 1:
        raise ParameterError(
            f"level = {rate:g}, least_fall = {fall:g}", where="level, least_fall", allowed="0 to 1"
        )
    lines, sums = _recent_lines(sales, end)
    money = _by_month(sums, "net_amount", end)
    tested = _tested(money, accounts)
    bought = lines.filter(nw.col("net_amount") > 0)
    orders = _by_month(_order_counts(bought), "orders", end).reindex(money.index, fill_value=0)
    found = [
        _falling_orders(orders, tested, fall),
        _falling_revenue(money, tested, fall),
        _shrinking_range(bought, tested, end, fall),
    ]
    signs = pd.concat([frame for frame in found if len(frame)], ignore_index=True)[_COLUMNS]
    q_value = false_discovery(signs["p_value"])
    signs = signs.assign(q_value=q_value, warned=(q_value <= rate) & (signs["ratio"] < 1 - fall))
    return signs.sort_values(["p_value", "account_id", "sign"], kind="stable").reset_index(drop=True)


def false_discovery(p_values: pd.Series) -> pd.Series:
    """p-values adjusted so that keeping those under a level holds the false discovery rate.

    ``q_(i) = min over j ≥ i of m · p_(j) / j``

    Parameters
    ----------
    p_values : one for each test, 0–1.

    Returns
    -------
    Series
        q-values, in the order given.

    Raises
    ------
    ParameterError
        A p-value outside 0–1, or NaN.

    Notes
    -----
    Source: Benjamini & Hochberg (1995).

    Examples
    --------
    >>> false_discovery(pd.Series([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    values = p_values.to_numpy(dtype=float)
    if not ((values >= 0) & (values <= 1)).all():
        raise ParameterError("a p-value is missing or outside 0 to 1", where="p_values")
    order = np.argsort(values, kind="stable")
    scaled = values[order] * len(values) / np.arange(1, len(values) + 1)
    adjusted = np.minimum.accumulate(scaled[::-1])[::-1].clip(max=1.0)
    result = np.empty(len(values))
    result[order] = adjusted
    return pd.Series(result, index=p_values.index, name="q_value")


def _recent_lines(sales: Any, end: pd.Timestamp) -> tuple[nw.LazyFrame, pd.DataFrame]:
    """Lines of known accounts in the eighteen months up to the end of the period, and their sums by month."""
    lines = line_frame(sales, "sales", ["date", "account_id", "net_amount"])
    first = (end.to_period("M") - (_RECENT + _BEFORE - 1)).to_timestamp()
    after = (end.to_period("M") + 1).to_timestamp()
    monthly = all_months(lines)
    if not (_reaches(lines, first) if monthly is None else monthly["month"].min() <= first):
        raise NotDefinedError(
            Sentence(
                "the invoices cover less than {value} months, so no fall can be told from a season",
                value=_RECENT + _BEFORE,
            ),
            where="sales.date",
        )
    known = nw.col("account_id") != UNASSIGNED
    day = nw.col("date")
    recent = lines.filter((day >= moment(lines, first)) & (day < moment(lines, after)) & known)
    sums = None if monthly is None else known_between(monthly, first, after - pd.DateOffset(months=1))
    return recent, monthly_sums(recent) if sums is None or sums.empty else sums


def _reaches(lines: nw.LazyFrame, first: pd.Timestamp) -> bool:
    """Whether there are lines in the first of the months, or before."""
    earliest = first_day(lines)
    return earliest is not None and earliest < first + pd.DateOffset(months=1)


def _by_month(sums: pd.DataFrame, amount: str, end: pd.Timestamp) -> pd.DataFrame:
    """Accounts × the eighteen months, oldest first; 0 where nothing was bought."""
    sums = sums.astype({amount: "float64"})
    wide = sums.pivot_table(amount, "account_id", "month", aggfunc="sum", fill_value=0.0)
    months = pd.period_range(end=end.to_period("M"), periods=_RECENT + _BEFORE, freq="M").to_timestamp()
    return wide.reindex(columns=months, fill_value=0.0)


def _tested(money: pd.DataFrame, accounts: Any) -> pd.Index:
    regular = money.index[(money.iloc[:, :_BEFORE] > 0).sum(axis=1) >= _LEAST_MONTHS]
    if accounts is not None and "status" in accounts:
        gone = accounts.loc[accounts["status"] == "lost", "account_id"].astype("str")
        regular = regular.difference(pd.Index(gone))
    if len(regular) < 1 or len(money) < 2:
        raise NotDefinedError(
            "too few accounts buy regularly to tell one that fades from the season", where="sales"
        )
    return regular


def _order_counts(lines: nw.LazyFrame) -> pd.DataFrame:
    """Orders by account and month; where no order number is given, days with an invoice."""
    key = "order_id" if "order_id" in lines.collect_schema().names() else "date"
    month = nw.col("date").dt.truncate("1mo").alias("month")
    single = distinct(lines.select("account_id", month, nw.col(key).alias("order")))
    counts = collected(single.group_by("account_id", "month").agg(nw.len().alias("orders")))
    months = pd.to_datetime(counts["month"]).dt.tz_localize(None)
    return counts.assign(month=months.astype("datetime64[us]"), account_id=counts["account_id"].astype("str"))


def _windows(wide: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return wide.iloc[:, :_BEFORE], wide.iloc[:, _BEFORE:]


def _signs(sign: str, tested: pd.Index, **columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"account_id": tested.astype("str"), "sign": sign, "family": "", **columns})


def _falling_orders(orders: pd.DataFrame, tested: pd.Index, fall: float) -> pd.DataFrame:
    from scipy.stats import binom

    before, recent = (part.sum(axis=1) for part in _windows(orders))
    others_before, others = before.sum() - before, recent.sum() - recent
    change = others / others_before
    odds = (1 - fall) * change
    n, k = (before + recent)[tested].to_numpy(), recent[tested].to_numpy()
    p_value = binom.cdf(k, n, (odds / (1 + odds))[tested].to_numpy())
    ratio = (recent / before / change)[tested].to_numpy()
    rates = {"usual": before[tested].to_numpy() / _BEFORE, "recent": k / _RECENT}
    return _usable(_signs("orders", tested, **rates, ratio=ratio, p_value=p_value))


def _falling_revenue(money: pd.DataFrame, tested: pd.Index, fall: float) -> pd.DataFrame:
    from scipy.stats import t as student

    share = money / (money.sum() - money)
    before, recent = (part.loc[tested].to_numpy(dtype=float) for part in _windows(share))
    freedom = _BEFORE + _RECENT - 2
    spread = (_squares(before) + _squares(recent)) / freedom
    error = np.sqrt(spread * ((1 - fall) ** 2 / _BEFORE + 1 / _RECENT))
    distance = recent.mean(axis=1) - (1 - fall) * before.mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = np.where(
            error > 0, student.cdf(distance / error, freedom), np.where(distance < 0, 0.0, 1.0)
        )
        ratio = recent.mean(axis=1) / before.mean(axis=1)
    rates = [part.loc[tested].mean(axis=1).to_numpy() for part in _windows(money)]
    columns = {"usual": rates[0], "recent": rates[1], "ratio": ratio, "p_value": p_value}
    return _usable(_signs("revenue", tested, **columns))


def _squares(values: np.ndarray) -> np.ndarray:
    return ((values - values.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)


def _shrinking_range(lines: nw.LazyFrame, tested: pd.Index, end: pd.Timestamp, fall: float) -> pd.DataFrame:
    """For each account the family that has dropped out of its orders most surely."""
    from scipy.stats import hypergeom

    columns = lines.collect_schema().names()
    kind = next((c for c in ("family", "product_id", "bu_id") if c in columns), None)
    if kind is None or "order_id" not in columns:
        return pd.DataFrame(columns=_COLUMNS)
    counts = _orders_with(lines, kind, end)
    counts = counts[counts["account_id"].isin(tested) & (counts["before"] > 0)]
    n = counts["all_before"] + counts["all_recent"]
    hits = counts["before"] + counts["recent"]
    single = hypergeom.cdf(counts["recent"], n, hits, counts["all_recent"])
    families = counts.groupby("account_id")["what"].transform("size")
    with np.errstate(divide="ignore", invalid="ignore"):
        before, recent = counts["before"] / counts["all_before"], counts["recent"] / counts["all_recent"]
    rows = counts.assign(
        sign="range",
        p_value=(single * families).clip(upper=1.0),
        usual=before,
        recent=recent,
        ratio=recent / before,
    )
    ranked = rows.rename(columns={"what": "family"}).sort_values(["p_value", "family"], kind="stable")
    first = ranked.drop_duplicates("account_id")
    return _usable(first[_COLUMNS])


def _orders_with(lines: nw.LazyFrame, kind: str, end: pd.Timestamp) -> pd.DataFrame:
    """Orders with each kind and orders in all, before and recently, by account and kind."""
    cut = (end.to_period("M") - (_RECENT - 1)).to_timestamp()
    late = (nw.col("date") >= moment(lines, cut)).alias("late")
    keys = ["account_id", "order_id", "late"]
    marked = lines.select("account_id", "order_id", late, nw.col(kind).alias("what"))
    held = distinct(marked).group_by("account_id", "late", "what").agg(nw.len().alias("orders"))
    whole = distinct(marked.select(*keys)).group_by("account_id", "late").agg(nw.len().alias("orders"))
    parts = [collected(frame) for frame in (held, whole)]
    kinds, totals = (p.astype({"account_id": "str", "orders": "float64"}) for p in parts)
    wide = kinds.pivot_table("orders", ["account_id", "what"], "late", aggfunc="sum", fill_value=0.0)
    all_orders = totals.pivot_table("orders", "account_id", "late", aggfunc="sum", fill_value=0.0)
    wide, all_orders = (t.reindex(columns=[False, True], fill_value=0) for t in (wide, all_orders))
    wide.columns, all_orders.columns = ["before", "recent"], ["all_before", "all_recent"]
    return wide.reset_index().join(all_orders, on="account_id")


def _usable(signs: pd.DataFrame) -> pd.DataFrame:
    return signs[signs[["ratio", "p_value"]].notna().all(axis=1)]
