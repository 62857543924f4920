"""The contribution ladder of every customer, from list price to the customer's profit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import ColumnError, NotDefinedError, ParameterError, Sentence, ValuesError, list_some
from kamkit.method.frames import HAIR, UNASSIGNED, as_pandas, fraction, identifiers, numeric, unique
from kamkit.method.lines import TIME_KEYS, line_frame, line_sums
from kamkit.method.profitability.costing import served_cells
from kamkit.method.profitability.ledger import LEDGER_COLUMNS, ledger_rows, rung_totals, traced
from kamkit.method.rollup import Rollup, booking_keys, roll_up

__all__ = ["LADDER", "ProfitBasis", "customer_pnl", "gross_margin", "profit_basis"]

LADDER = (
    "list_revenue", "invoice_discount", "invoiced_revenue", "deductions", "pocket_revenue",
    "product_cost", "cm1", "marketing", "cm2", "selling", "cm3", "service", "cm4", "key_account",
    "capital", "customer_profit",
)  # fmt: skip
"""Columns of the customer P&L, top to bottom."""

_FOLLOWING = ("invoice_discount", "pocket_revenue", "cm1", "cm2", "cm3", "cm4", "customer_profit")

SALES_COLUMNS = {
    "net_amount": "invoiced_revenue",
    "list_amount": "list_revenue",
    "product_cost": "product_cost",
}
"""Amounts of a sales line, with the column of the ladder they stand in."""

ABSORBED_RUNGS = ("marketing", "selling", "service", "sustaining")
"""Rungs whose unassigned cost is spread when absorbing."""


def customer_pnl(
    sales: Any,
    ledger: Any,
    activities: Any = None,
    activity_use: Any = None,
    accounts: Any = None,
    by: Sequence[str] = ("account_id",),
    absorb: bool = False,
    capital_rate: float | None = None,
) -> pd.DataFrame:
    """Profit and loss of every customer, as a contribution ladder.

    | ``pocket_revenue = invoiced_revenue − deductions``
    | ``cm1 = pocket_revenue − product_cost; cm2 = cm1 − marketing; cm3 = cm2 − selling; cm4 = cm3 − service``
    | ``customer_profit = cm4 − key_account − capital (− absorbed)``

    Costs are what the ledger books on the account, plus time-driven cost of activities. Cost that is
    neither stays unassigned (see :func:`reconcile`), unless ``absorb``.

    Parameters
    ----------
    sales : account_id, net_amount; date, list_amount, product_cost, bu_id. Any frame Narwhals
        supports: the lines stay in their engine and are read once. Amounts are taken to six decimals.
    ledger : rung, amount; account_id, team, month, practical_minutes, bu_id. None if there is none.
    activities, activity_use : as for :func:`cost_to_serve`; without both, teams' cost stays unassigned.
    accounts : account_id, and the columns that ``by`` or ``capital_rate`` ask for.
    by : of account_id, bu_id, month, year, parent_id (the top of the chain, or the account itself),
        or any column of accounts.
    absorb : spread what is unassigned in marketing, selling, service and sustaining in proportion to
        pocket revenue, in a column ``absorbed``.
    capital_rate : cost of capital per year, a fraction; adds revenue · payment_days / 365 · rate.

    Returns
    -------
    DataFrame
        Indexed by ``by``: list_revenue, invoice_discount, invoiced_revenue, deductions,
        pocket_revenue, product_cost, cm1, marketing, cm2, selling, cm3, service, cm4, key_account,
        capital, (absorbed,) customer_profit, all money. A rung whose data are absent, or incomplete
        for the row, is NaN, and so is every rung below it.

    Raises
    ------
    ValuesError
        NaN in a required column, an unknown rung, parents in a loop, payment_days missing for an
        account with revenue, capital both booked and imputed.
    NotDefinedError
        Absorbing over a pocket revenue that is unknown or not positive.
    UnitError
        ``capital_rate`` in percent.
    ParameterError, ColumnError, EmptyError
        A key without its table, a missing column, no rows.

    Notes
    -----
    Source: Cooper & Kaplan (1991); Kaplan & Anderson (2004). Product cost is standard cost, by line.

    Examples
    --------
    >>> import pandas as pd
    >>> sales = pd.DataFrame({"date": pd.to_datetime(["2025-01-10", "2025-01-11"]), "account_id": ["a", "b"],
    ...                       "net_amount": [100.0, 50.0], "product_cost": [60.0, 30.0]})
    >>> ledger = pd.DataFrame({"month": ["2025-01-01"], "code": ["50"], "rung": ["deduction"],
    ...                        "amount": [10.0], "account_id": ["a"]})
    >>> customer_pnl(sales, ledger)[["pocket_revenue", "cm1", "customer_profit"]]
                pocket_revenue   cm1  customer_profit
    account_id
    a                     90.0  30.0             30.0
    b                     50.0  20.0             20.0
    """
    rollup = roll_up(by, accounts)
    rows = None if ledger is None else ledger_rows(ledger)
    cells = _sales_cells(sales, rollup)
    if capital_rate is not None:
        cells["capital"] = _capital(cells, rows, accounts, capital_rate)
    costs = None if rows is None else _cost_cells(rows, activities, activity_use, rollup)
    pnl = fill_ladder(_joined(cells, costs, rollup))
    return _absorb(pnl, rows) if absorb else pnl


def _sales_cells(sales: Any, rollup: Rollup) -> pd.DataFrame:
    """Amounts of sales by the keys that lines carry, in one pass."""
    keys = rollup.line_keys
    carried = ["date" if key in TIME_KEYS else key for key in keys]
    lines = line_frame(sales, "sales", dict.fromkeys([*carried, "net_amount"]))
    present = lines.collect_schema().names()
    optional = [column for column in ("list_amount", "product_cost") if column in present]
    cells = line_sums(lines, "sales", keys, ["net_amount"], optional)
    return cells.reindex(columns=[*keys, *SALES_COLUMNS]).rename(columns=SALES_COLUMNS)


def _cost_cells(rows: pd.DataFrame, activities: Any, activity_use: Any, rollup: Rollup) -> pd.DataFrame:
    """Assigned cost by the keys that bookings carry, a column for each rung."""
    keys = rollup.line_keys
    booked = traced(rows)
    costs = [booking_keys(booked, "ledger", keys).assign(rung=booked["rung"], cost=booked["amount"])]
    if activities is not None and activity_use is not None:
        costs.append(served_cells(rows, activities, activity_use, keys)[[*keys, "rung", "cost"]])
    long = pd.concat([part for part in costs if len(part)] or costs[:1])
    wide = {column: long["cost"].where(long["rung"] == rung, 0.0) for rung, column in LEDGER_COLUMNS.items()}
    return long[keys].assign(**wide)


def _capital(cells: pd.DataFrame, rows: pd.DataFrame | None, accounts: Any, capital_rate: float) -> pd.Series:
    """Revenue · payment_days / 365 · rate: capital bound while the customer has not paid."""
    rate = fraction(capital_rate, "capital_rate")
    if rows is not None and (traced(rows)["rung"] == "capital").any():
        raise ValuesError(
            "capital is booked on accounts and imputed by capital_rate: it would count twice",
            where="ledger.rung, capital_rate",
            remedy="leave capital_rate out, or mark the booked rows as excluded",
        )
    if accounts is None:
        raise ParameterError(
            "capital_rate needs accounts.payment_days", where="accounts", remedy="give accounts="
        )
    table = as_pandas(accounts, "accounts", ["account_id", "payment_days"])
    ids = unique(identifiers(table, "account_id", "accounts"), "accounts")
    days = pd.Series(
        numeric(table, "payment_days", "accounts", missing=True).to_numpy(), index=ids.to_numpy()
    )
    days[UNASSIGNED] = 0.0
    revenue = cells["invoiced_revenue"]
    known = cells["account_id"].map(days)
    silent = sorted(set(cells.loc[known.isna() & (revenue != 0), "account_id"]))
    if silent:
        raise ValuesError(
            f"payment_days is not known for {len(silent)} account(s) with revenue",
            where=f"accounts.payment_days: {list_some(silent)}",
            remedy="complete payment_days, or leave capital_rate out",
        )
    return revenue * known.fillna(0.0) / 365 * rate


def _joined(cells: pd.DataFrame, costs: pd.DataFrame | None, rollup: Rollup) -> pd.DataFrame:
    """Sales and cost by the keys asked for, side by side; no booking is 0, no ledger is NaN."""
    sold = rollup.add_up(cells, [c for c in cells.columns if c not in rollup.line_keys])
    columns = list(LEDGER_COLUMNS.values())
    if costs is None:
        spent = pd.DataFrame(np.nan, index=sold.index, columns=columns)
    else:
        spent = rollup.add_up(costs, columns)
        index = sold.index.union(spent.index, sort=True)
        known = [column for column in sold if cells[column].notna().any()]
        unsold = index.difference(sold.index)
        sold = sold.reindex(index)
        sold.loc[unsold, known] = 0.0
        spent = spent.reindex(index, fill_value=0.0)
    if "capital" in sold:
        spent["capital"] = sold.pop("capital")
    return pd.concat([sold, spent], axis=1)


def fill_ladder(pnl: pd.DataFrame) -> pd.DataFrame:
    """Fill in the rungs that follow from others, and order the columns from top to bottom."""
    given = {str(name): pnl[name].to_numpy(dtype=float) for name in pnl}
    last = ["key_account", "capital", *(["absorbed"] if "absorbed" in given else [])]
    given["invoice_discount"] = given["list_revenue"] - given["invoiced_revenue"]
    given["pocket_revenue"] = given["invoiced_revenue"] - given["deductions"]
    given["cm1"] = given["pocket_revenue"] - given["product_cost"]
    given["cm2"] = given["cm1"] - given["marketing"]
    given["cm3"] = given["cm2"] - given["selling"]
    given["cm4"] = given["cm3"] - given["service"]
    given["customer_profit"] = given["cm4"] - np.sum([given[name] for name in last], axis=0)
    columns = [*LADDER[:-1], *last[2:], LADDER[-1]]
    whole = _without_hairs(given)
    return pd.DataFrame({name: whole[name] for name in columns}, pnl.index)


def _without_hairs(given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Zero where rounding left a hair of amounts that cancel: it would count as a loss."""
    hairs = HAIR * np.nansum(np.abs(list(given.values())), axis=0)
    return {n: np.where(np.abs(v) <= hairs, 0.0, v) if n in _FOLLOWING else v for n, v in given.items()}


def unassigned_pool(pnl: pd.DataFrame, rows: pd.DataFrame) -> float:
    """What no customer caused, of the rungs that can be absorbed."""
    totals = rung_totals(rows).reindex(list(ABSORBED_RUNGS), fill_value=0.0)
    return float(totals.sum() - sum(pnl[c].sum() for c in ABSORBED_RUNGS if c in pnl))


def _absorb(pnl: pd.DataFrame, rows: pd.DataFrame | None) -> pd.DataFrame:
    """Spread the unassigned pool in proportion to pocket revenue."""
    if rows is None:
        raise NotDefinedError(
            "without a ledger there is no cost to absorb",
            where="ledger",
            remedy="give the ledger, or absorb=False",
        )
    pocket = pnl["pocket_revenue"]
    total = pocket.sum()
    if not total > 0:
        raise NotDefinedError(
            Sentence(
                "pocket revenue is {total:,.2f} in total, so nothing can be spread in proportion to it",
                total=total,
            ),
            where="pocket_revenue",
            remedy="use the attributable view, absorb=False",
        )
    return fill_ladder(pnl.assign(absorbed=unassigned_pool(pnl, rows) * (pocket / total)))


def gross_margin(pnl: pd.DataFrame) -> pd.Series:
    """Invoiced revenue less product cost, by customer.

    ``invoiced_revenue − product_cost``

    Parameters
    ----------
    pnl : as :func:`customer_pnl` returns it.

    Returns
    -------
    Series
        Money, indexed as ``pnl``; NaN where the product cost is not known.

    Raises
    ------
    ColumnError
        ``pnl`` lacks one of the two columns.

    Notes
    -----
    Source: definition. It is deeper than revenue and shallower than CM1, which takes deductions too.

    Examples
    --------
    >>> import pandas as pd
    >>> gross_margin(pd.DataFrame({"invoiced_revenue": [100.0], "product_cost": [60.0]}, index=["a"]))["a"]
    np.float64(40.0)
    """
    require_rungs(pnl, ["invoiced_revenue", "product_cost"])
    return (pnl["invoiced_revenue"] - pnl["product_cost"]).rename("gross_margin")


def require_rungs(pnl: pd.DataFrame, rungs: Sequence[str]) -> None:
    """Raise :class:`ColumnError` if the P&L lacks a rung."""
    missing = [rung for rung in rungs if rung not in getattr(pnl, "columns", ())]
    if missing:
        raise ColumnError(
            f"the P&L lacks {list_some(missing)}", where="pnl", remedy="give what customer_pnl returns"
        )


@dataclass(frozen=True)
class ProfitBasis:
    """The deepest profit the data allow: its name, and the figure by customer."""

    name: str
    values: pd.Series


def profit_basis(pnl: pd.DataFrame) -> ProfitBasis:
    """The deepest profit that is known for every customer.

    Customer profit; else gross margin; else nothing, with the reason.

    Parameters
    ----------
    pnl : as :func:`customer_pnl` returns it.

    Returns
    -------
    ProfitBasis
        name ("customer_profit" or "gross_margin"), values (Series, money).

    Raises
    ------
    NotDefinedError
        The product cost is not known for every customer: says what is missing and which conclusions
        that rules out.
    ColumnError
        ``pnl`` lacks a rung.

    Notes
    -----
    Source: own rule. One basis for all customers, so that no two are compared on different ones.

    Examples
    --------
    >>> import pandas as pd
    >>> pnl = pd.DataFrame({"invoiced_revenue": [100.0], "product_cost": [60.0], "customer_profit": None})
    >>> profit_basis(pnl).name
    'gross_margin'
    """
    require_rungs(pnl, ["customer_profit"])
    margin = gross_margin(pnl)
    for values in (pnl["customer_profit"], margin):
        if len(pnl) and values.notna().all():
            return ProfitBasis(str(values.name), values)
    lacking = pnl.index[margin.isna()]
    some = (
        f", for {len(lacking)} of {len(pnl)}: {list_some(list(lacking))}" if len(lacking) < len(pnl) else ""
    )
    raise NotDefinedError(
        "the product cost is not known for every customer, so it can't be said who earns or loses money: "
        "no margin, no whale curve, no customer profit, no break-even",
        where=f"sales.product_cost{some}",
        remedy="ask for the standard cost of each line; until then revenue, concentration and the pattern of "
        "invoices can be assessed",
    )
