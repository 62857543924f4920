"""Sales held against the client's own ledger, and what a missing figure rules out."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kamkit.engagement.check.given import Given, amount, lines
from kamkit.engagement.problems import Problem
from kamkit.errors import list_some

__all__ = ["cost_rows", "months", "outside_period", "payment_days", "product_cost", "revenue_rows", "totals"]

_PAIRS = (("revenue", "net_amount"), ("product_cost", "product_cost"))
_COST_RUNGS = ("marketing", "selling", "service", "key_account", "sustaining")
_SHOWN = 4
_TOTAL_REMEDY = (
    "look for missing or double lines, for VAT or freight on one side only, for months cut off; "
    "what can't be mended is settled by tolerance and absolute under [controls]"
)
_VAT_RATES = (0.19, 0.20, 0.21, 0.22, 0.23, 0.24, 0.25, 0.255)
_NEAR = 0.003
_MONTH_REMEDY = "look whether both sides take the month from the same date, then for missing or double lines"


def totals(given: Given) -> Iterator[Problem]:
    """Revenue and product cost of the whole period."""
    for rung, column in _PAIRS:
        compared = _compared(given, rung, column)
        if compared.empty:
            continue
        whole = compared.sum().to_frame().T
        if _misses(given, whole).item():
            span = f"{compared.index[0]:%Y-%m} to {compared.index[-1]:%Y-%m}"
            what = f"{rung} misses the ledger over {span}: {_difference(given, whole.iloc[0])}"
            remedy = _usual_cause(*whole.iloc[0]) or _discounts(given, rung, whole) or _TOTAL_REMEDY
            yield given.fatal(f"sales.{column}", f"{what}; {_tolerances(given)}", remedy)


def _usual_cause(ledger: float, sales: float) -> str:
    """What a telling ratio of the two speaks of, or an empty text."""
    ratio = sales / ledger if ledger else 0.0
    if ratio < 0:
        return "one of the two has the opposite sign: revenue and costs are positive, credit notes negative"
    if any(abs(ratio * factor - 1) < _NEAR for factor in (1000, 1 / 1000)):
        return "one of the two is in thousands: write both in the currency itself"
    if any(abs(ratio - 1 - vat) < _NEAR for vat in _VAT_RATES):
        return f"the sales are {100 * (ratio - 1):.3g} % higher: do they include VAT? All money is net of VAT"
    return ""


def _discounts(given: Given, rung: str, whole: pd.DataFrame) -> str:
    """Whether the ledger takes off as deductions what the invoices have taken off already."""
    ledger = given.table("ledger", "month", "rung", "amount")
    if rung != "revenue" or ledger is None:
        return ""
    taken_off = given.within(ledger[ledger["rung"] == "deduction"])["amount"].sum()
    if not taken_off or _misses(given, whole.assign(ledger=whole["ledger"] - taken_off)).item():
        return ""
    money = amount(taken_off, given.config.currency)
    return (
        f"the difference is the ledger's deductions, {money}: rung revenue is what was invoiced, after the "
        "invoice's discounts. Give the accounts of these discounts the rung revenue, with a minus; deduction "
        "is for bonuses and rebates that are on no invoice"
    )


def months(given: Given) -> Iterator[Problem]:
    """Revenue and product cost of each month, the worst first: a cut-off where the period ties."""
    for rung, column in _PAIRS:
        compared = _compared(given, rung, column)
        missed = compared[_misses(given, compared)]
        if missed.empty or len(compared) == 1:
            continue
        worst = missed.loc[(missed["ledger"] - missed["sales"]).abs().sort_values(ascending=False).index]
        shown = "; ".join(f"{m:%Y-%m}: {_difference(given, row)}" for m, row in worst.head(_SHOWN).iterrows())
        more = f"; and {len(worst) - _SHOWN} more" if len(worst) > _SHOWN else ""
        number = "1 month" if len(worst) == 1 else f"{len(worst)} months"
        what = f"{rung} misses the ledger in {number}: {shown}{more}; {_tolerances(given)}"
        yield given.warning(f"sales.{column}", what, _MONTH_REMEDY)


def _compared(given: Given, rung: str, column: str) -> pd.DataFrame:
    """Per month of the period: ledger, sales; empty where either side has nothing to compare."""
    nothing = pd.DataFrame({"ledger": pd.Series(dtype=float), "sales": pd.Series(dtype=float)})
    ledger, sums = given.table("ledger", "month", "rung", "amount"), given.sales_by_month
    if ledger is None or sums.empty or column not in sums:
        return nothing
    booked = given.within(ledger[ledger["rung"] == rung])
    if booked.empty or (column == "product_cost" and not sums["costed"].sum()):
        return nothing
    by_month = booked.groupby(pd.to_datetime(booked["month"]))["amount"].sum()
    sold = given.within(sums).set_index("month")[column]
    return pd.DataFrame({"ledger": by_month, "sales": sold}).fillna(0.0).sort_index()


def _misses(given: Given, compared: pd.DataFrame) -> pd.Series:
    """Where the difference is beyond the relative or, if it is set, the absolute tolerance."""
    controls = given.config.controls
    difference = (compared["ledger"] - compared["sales"]).abs().round(6)
    beyond = difference > controls.tolerance * compared["ledger"].abs()
    return beyond if controls.absolute is None else beyond | (difference > controls.absolute)


def _tolerances(given: Given) -> str:
    controls = given.config.controls
    relative = f"allowed: {100 * controls.tolerance:g} % of the ledger"
    if controls.absolute is None:
        return f"{relative}; no absolute limit is set"
    return f"{relative} and {amount(controls.absolute, given.config.currency)}"


def _difference(given: Given, row: pd.Series) -> str:
    currency, ledger, sales = given.config.currency, row["ledger"], row["sales"]
    share = f" = {100 * abs(ledger - sales) / abs(ledger):.3g} % of the ledger" if ledger else ""
    return (
        f"sales {amount(sales, currency)}, ledger {amount(ledger, currency)}, "
        f"difference (ledger − sales) {amount(ledger - sales, currency)}{share}"
    )


def revenue_rows(given: Given) -> Iterator[Problem]:
    """A ledger that says nothing about revenue."""
    ledger = given.table("ledger", "month", "rung", "amount")
    if ledger is None or given.sales is None:
        return
    if given.within(ledger[ledger["rung"] == "revenue"]).empty:
        what = "no rows of rung revenue in the period: the sales can't be held against the client's accounts"
        yield given.warning("ledger.rung", what, "add the revenue accounts of the trial balance")


def cost_rows(given: Given) -> Iterator[Problem]:
    """A ledger that holds revenue and no cost of serving customers."""
    ledger = given.table("ledger", "month", "rung", "amount")
    if ledger is None or given.sales is None:
        return
    rungs = set(given.within(ledger)["rung"])
    if rungs and rungs.isdisjoint(_COST_RUNGS):
        what = "no rows of cost beyond product cost in the period: nothing is taken off for serving customers"
        remedy = f"add the cost accounts of the trial balance, as {', '.join(_COST_RUNGS)}"
        yield given.warning("ledger.rung", what, remedy)


def product_cost(given: Given) -> Iterator[Problem]:
    """Product cost that stands on one side only, or on some of the lines."""
    if given.sales is None:
        return
    ledger, sums = given.table("ledger", "month", "rung", "amount"), given.sales_by_month
    booked = ledger is not None and "product_cost" in set(ledger["rung"])
    costed = int(sums["costed"].sum()) if "costed" in sums else 0
    bare = int(sums["lines"].sum()) - costed
    if not costed and booked:
        what = "the ledger holds product cost, the sales don't: margin and profit by customer are not known"
        yield given.warning("sales.product_cost", what, "add the column product_cost to the sales")
    if costed and bare:
        what = (
            f"{lines(bare)} of {costed + bare:,} hold no product cost: their customers' profit is not known"
        )
        remedy = "fill in the product cost; 0 only where it really is 0"
        yield given.warning("sales.product_cost", what, remedy, count=bare)
    if costed and ledger is not None and not booked:
        what = (
            "the sales hold product cost, the ledger doesn't: it can't be held against the client's accounts"
        )
        yield given.warning("ledger.rung", what, "add rows of rung product_cost")


def outside_period(given: Given) -> Iterator[Problem]:
    """Sales before or after the configured period."""
    sums = given.sales_by_month
    if given.config.period is None or sums.empty:
        return
    outside = sums.drop(given.within(sums).index)
    if outside.empty:
        return
    number, money = int(outside["lines"].sum()), amount(outside["net_amount"].sum(), given.config.currency)
    span = f"{given.config.period.start} to {given.config.period.end}"
    if len(outside) < len(sums):
        what = f"{lines(number)}, {money}, lie outside the period {span} and are left out"
        yield given.note("sales.date", what, count=number)
    else:
        covered = f"{sums['month'].min():%Y-%m} to {sums['month'].max():%Y-%m}"
        what = f"no line lies within the period {span}; the sales cover {covered}"
        yield given.fatal("sales.date", what, "correct [period] in engagement.toml", count=number)


def payment_days(given: Given) -> Iterator[Problem]:
    """A cost of capital without the days that it runs."""
    accounts, rate = given.table("accounts", "account_id"), given.config.controls.capital_rate
    if accounts is None or rate is None or given.sales is None:
        return
    buying = accounts[accounts["account_id"].isin(given.sales_by_account["account_id"])]
    without = buying[buying["payment_days"].isna()] if "payment_days" in buying else buying
    if len(without):
        number = "1 customer has" if len(without) == 1 else f"{len(without):,} customers have"
        shown = list_some(without["account_id"].tolist(), 3)
        what = f"capital_rate is {rate:g}, but {number} sales and no payment_days ({shown})"
        remedy = "their capital charge is not known: fill in payment_days, or leave capital_rate out"
        yield given.warning("accounts.payment_days", what, remedy, rows=without.index)
