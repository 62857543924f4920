"""Sales held against the client's own ledger, and what a missing figure rules out."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kamkit.engagement.check.given import Given, amount, lines
from kamkit.engagement.problems import Problem
from kamkit.errors import list_some

__all__ = ["months", "outside_period", "payment_days", "product_cost", "revenue_rows", "totals"]

_PAIRS = (("revenue", "net_amount"), ("product_cost", "product_cost"))
_SHOWN = 4


def _compared(given: Given, rung: str, column: str) -> pd.DataFrame:
    """month, ledger, sales of the period; empty where either side has nothing to compare."""
    ledger = given.table("ledger", "month", "rung", "amount")
    sums = given.sales_by_month
    if ledger is None or sums.empty or column not in sums:
        return pd.DataFrame({"ledger": [], "sales": []})
    booked = given.within(ledger[ledger["rung"] == rung])
    if booked.empty or not (column == "net_amount" or sums["costed"].sum()):
        return pd.DataFrame({"ledger": [], "sales": []})
    by_month = booked.groupby(pd.to_datetime(booked["month"]))["amount"].sum()
    sold = given.within(sums).set_index("month")[column]
    return pd.DataFrame({"ledger": by_month, "sales": sold}).fillna(0.0).sort_index()


def _misses(given: Given, ledger: pd.Series, sales: pd.Series) -> pd.Series:
    """Where the difference is beyond the relative or, if it is set, the absolute tolerance."""
    controls = given.config.controls
    difference = (ledger - sales).abs().round(6)
    beyond = difference > controls.tolerance * ledger.abs()
    return beyond if controls.absolute is None else beyond | (difference > controls.absolute)


def _tolerances(given: Given) -> str:
    controls, currency = given.config.controls, given.config.currency
    absolute = (
        "no absolute limit is set"
        if controls.absolute is None
        else f"and {amount(controls.absolute, currency)}"
    )
    return f"allowed: {100 * controls.tolerance:g} % of the ledger {absolute}".replace(
        "ledger no", "ledger; no"
    )


def _difference(given: Given, ledger: float, sales: float) -> str:
    currency, gap = given.config.currency, ledger - sales
    share = f" = {abs(gap) / abs(ledger):.3%} of the ledger" if ledger else ""
    return (
        f"sales {amount(sales, currency)}, ledger {amount(ledger, currency)}, "
        f"difference (ledger − sales) {amount(gap, currency)}{share}"
    )


def totals(given: Given) -> Iterator[Problem]:
    """Revenue and product cost of the whole period."""
    for rung, column in _PAIRS:
        compared = _compared(given, rung, column)
        if compared.empty:
            continue
        ledger, sales = compared["ledger"].sum(), compared["sales"].sum()
        if _misses(given, pd.Series([ledger]), pd.Series([sales])).item():
            first, last = compared.index[0], compared.index[-1]
            what = f"{rung} misses the ledger over {first:%Y-%m} to {last:%Y-%m}: {_difference(given, ledger, sales)}"
            yield given.problem(
                "fatal", "sales", f"{what}; {_tolerances(given)}", _MISS_REMEDY, column=column
            )


_MISS_REMEDY = (
    "look for lines that are missing or double, for VAT or freight in one of the two, and for months cut off; "
    "what can't be mended is settled by tolerance and absolute under [controls]"
)


def months(given: Given) -> Iterator[Problem]:
    """Revenue and product cost of each month."""
    for rung, column in _PAIRS:
        compared = _compared(given, rung, column)
        missed = (
            compared[_misses(given, compared["ledger"], compared["sales"])] if len(compared) else compared
        )
        if missed.empty:
            continue
        worst = missed.loc[(missed["ledger"] - missed["sales"]).abs().sort_values(ascending=False).index]
        shown = "; ".join(
            f"{m:%Y-%m}: {_difference(given, *row)}"
            for m, row in zip(worst.index[:_SHOWN], worst.to_numpy(), strict=False)
        )
        more = f"; and {len(worst) - _SHOWN} more" if len(worst) > _SHOWN else ""
        number = "1 month" if len(worst) == 1 else f"{len(worst)} months"
        what = f"{rung} misses the ledger in {number}: {shown}{more}; {_tolerances(given)}"
        yield given.problem("fatal", "sales", what, _MONTH_REMEDY, column=column, count=len(worst))


_MONTH_REMEDY = "look whether both sides take the month from the same date, then for missing or double lines"


def revenue_rows(given: Given) -> Iterator[Problem]:
    """A ledger that says nothing about revenue."""
    ledger = given.table("ledger", "month", "rung", "amount")
    if ledger is None or given.sales is None:
        return
    if given.within(ledger[ledger["rung"] == "revenue"]).empty:
        what = "no rows of rung revenue in the period, so the sales can't be held against the client's own accounts"
        yield given.problem(
            "warning", "ledger", what, "add the revenue accounts of the trial balance", column="rung"
        )


def product_cost(given: Given) -> Iterator[Problem]:
    """Product cost that stands on one side only, or on some of the lines."""
    if given.sales is None:
        return
    ledger = given.table("ledger", "month", "rung", "amount")
    booked = ledger is not None and "product_cost" in set(ledger["rung"])
    sums = given.sales_by_month
    costed, all_lines = sums["costed"].sum() if "costed" in sums else 0, sums["lines"].sum()
    if not costed and booked:
        what = "the ledger holds product cost and the sales don't: margin, profit and losses by customer are not known"
        yield given.problem(
            "warning", "sales", what, "add the column product_cost to the sales", column="product_cost"
        )
    elif costed and costed < all_lines:
        what = f"{lines(all_lines - costed)} of {all_lines:,.0f} hold no product cost: the profit of their customers is not known"
        yield given.problem("warning", "sales", what, "fill in the product cost; 0 only where it really is 0",
                            column="product_cost", count=int(all_lines - costed))  # fmt: skip
    elif costed and ledger is not None and not booked:
        what = "the sales hold product cost and the ledger doesn't: it can't be held against the client's own accounts"
        yield given.problem("warning", "ledger", what, "add rows of rung product_cost", column="rung")


def outside_period(given: Given) -> Iterator[Problem]:
    """Sales before or after the configured period."""
    sums = given.sales_by_month
    if given.config.period is None or sums.empty:
        return
    outside = sums.drop(given.within(sums).index)
    inside = len(sums) - len(outside)
    start, end = given.config.period.start, given.config.period.end
    if len(outside):
        money = amount(outside["net_amount"].sum(), given.config.currency)
        what = f"{lines(outside['lines'].sum())}, {money} lie outside the period {start} to {end} and are left out"
        severity, remedy = (
            ("note", "") if inside else ("fatal", "correct [period] in engagement.toml, or add the sales")
        )
        yield given.problem(severity, "sales", what, remedy, column="date", count=int(outside["lines"].sum()))  # type: ignore[arg-type]


def payment_days(given: Given) -> Iterator[Problem]:
    """A cost of capital without the days that it runs."""
    accounts = given.table("accounts", "account_id")
    rate = given.config.controls.capital_rate
    if accounts is None or rate is None or given.sales is None:
        return
    buying = accounts[accounts["account_id"].isin(given.sales_by_account["account_id"])]
    without = buying[buying["payment_days"].isna()] if "payment_days" in buying else buying
    if len(without):
        shown = list_some(without["account_id"].tolist(), 3)
        what = f"capital_rate is {rate:g}, but {len(without)} customers with sales have no payment_days ({shown}): their capital charge is not known"
        yield given.problem("warning", "accounts", what, "fill in payment_days, or leave capital_rate out",
                            column="payment_days", rows=without.index)  # fmt: skip
