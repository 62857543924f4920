"""What ties, or can't be tied, and still can't be right: rows that nothing would count, signs, gaps."""

from __future__ import annotations

from collections.abc import Iterator

import narwhals as nw
import pandas as pd

from kamkit.engagement.check.given import Given, amount, collected, lines
from kamkit.engagement.problems import Problem
from kamkit.errors import list_some

__all__ = ["costs_below_zero", "ledger_outside", "list_below_invoiced", "months_without_sales", "use_outside"]

_COSTS = (
    "deduction",
    "product_cost",
    "marketing",
    "selling",
    "service",
    "key_account",
    "capital",
    "sustaining",
)
_SIGN = "costs are positive, credit notes negative: turn the sign round"


def ledger_outside(given: Given) -> Iterator[Problem]:
    """Ledger rows of months that are not analysed."""
    ledger = given.table("ledger", "month", "rung", "amount")
    if ledger is None:
        return
    outside = ledger.drop(given.within(ledger).index)
    if len(outside):
        revenue = outside.loc[outside["rung"] == "revenue", "amount"].sum()
        size = f"{_rows(len(outside))}, revenue {amount(revenue, given.config.currency)},"
        yield _outside(given, "ledger", outside["month"], size, len(outside))


def use_outside(given: Given) -> Iterator[Problem]:
    """Activity use of months that are not analysed."""
    if given.activity_use is None:
        return
    by_month = collected(given.activity_use.group_by("month").agg(rows=nw.len()))
    by_month = by_month.assign(month=pd.to_datetime(by_month["month"]))
    outside = by_month.drop(given.within(by_month).index)
    if len(outside):
        number = int(outside["rows"].sum())
        yield _outside(given, "activity_use", outside["month"], _rows(number), number)


def _outside(given: Given, table: str, months: pd.Series, size: str, count: int) -> Problem:
    whose = "the period" if given.config.period else "the months of the sales"
    span = " to ".join(f"{month:%Y-%m}" for month in given.period or ())
    what = f"{size} of {months.min():%Y-%m} to {months.max():%Y-%m} lie outside {whose}, {span}: left out"
    if given.config.period:
        return given.note(f"{table}.month", what, count=count)
    remedy = "are sales of these months missing? otherwise write a [period] in engagement.toml"
    return given.warning(f"{table}.month", what, remedy, count=count)


def months_without_sales(given: Given) -> Iterator[Problem]:
    """Months in the midst of the sales without a single line: a part of the export may be missing."""
    covered = given.within(given.sales_by_month)["month"].dropna()
    if covered.empty:
        return
    every = pd.date_range(covered.min(), covered.max(), freq="MS")
    empty = [f"{month:%Y-%m}" for month in every.difference(pd.DatetimeIndex(covered))]
    if empty:
        number = "1 month" if len(empty) == 1 else f"{len(empty)} months"
        what = f"no line in {number} between the first and the last: {list_some(empty)}"
        remedy = "is a part of the export missing, or a year mistyped?"
        yield given.warning("sales.date", what, remedy, count=len(empty))


def costs_below_zero(given: Given) -> Iterator[Problem]:
    """Costs that sum to less than nothing, as systems write them that keep costs negative."""
    sums = given.within(given.sales_by_month)
    if "product_cost" in sums and sums["product_cost"].sum() < 0 < sums["net_amount"].sum():
        total = amount(sums["product_cost"].sum(), given.config.currency)
        yield given.fatal("sales.product_cost", f"the product cost sums to {total}", _SIGN)
    ledger = given.table("ledger", "month", "rung", "amount")
    if ledger is None:
        return
    totals = given.within(ledger).groupby("rung")["amount"].sum()
    for rung in (r for r in _COSTS if totals.get(r, 0.0) < 0):
        what = f"{rung} sums to {amount(totals[rung], given.config.currency)}"
        yield given.warning("ledger.amount", what, _SIGN)


def list_below_invoiced(given: Given) -> Iterator[Problem]:
    """List prices below what was invoiced: often a price for one unit where the line is asked."""
    frame = given.reported_sales
    if frame is None or "list_amount" not in given.sales_columns:
        return
    listed = frame.filter(~nw.col("list_amount").is_null())
    sums = collected(listed.select(nw.col("list_amount").sum(), nw.col("net_amount").sum())).iloc[0]
    if sums["list_amount"] < sums["net_amount"]:
        shown = [amount(sums[c], given.config.currency) for c in ("list_amount", "net_amount")]
        what = f"the lines at list price sum to {shown[0]}, below the {shown[1]} invoiced"
        remedy = "write the whole line at list price, not the price of one unit"
        yield given.warning("sales.list_amount", what, remedy)


def _rows(number: int) -> str:
    return lines(number).replace("line", "row")
