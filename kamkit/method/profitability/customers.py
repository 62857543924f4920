"""The customers among the rows of a P&L: those that are known, and those that lose most."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.frames import UNASSIGNED, as_pandas
from kamkit.method.profitability.ladder import profit_basis
from kamkit.method.profitability.views import SERVING_RUNGS

__all__ = ["known_customers", "largest_losses"]


def known_customers(pnl: pd.DataFrame) -> pd.DataFrame:
    """The rows of a P&L that belong to a known customer.

    Parameters
    ----------
    pnl : as :func:`customer_pnl` returns it, by one key.

    Returns
    -------
    DataFrame
        The P&L without the row ``unassigned``.

    Raises
    ------
    NotDefinedError
        No row is left.

    Notes
    -----
    Source: definition. Customers are counted without the line that nobody is known for; totals that
    tie to the ledger are made with it.

    Examples
    --------
    >>> rows = pd.Index(["a", "unassigned"], name="account_id")
    >>> pnl = pd.DataFrame({"invoiced_revenue": [5.0, 2.0]}, index=rows)
    >>> known_customers(pnl)
                invoiced_revenue
    account_id
    a                        5.0
    """
    known = pnl.loc[pnl.index != UNASSIGNED]
    if known.empty:
        raise NotDefinedError(
            "none of the sales belongs to a known customer",
            where="sales.account_id",
            remedy="complete accounts",
        )
    return known


def largest_losses(pnl: pd.DataFrame, accounts: Any = None) -> pd.DataFrame:
    """The customers that lose money, the largest loss first, with what makes the loss.

    Parameters
    ----------
    pnl : as :func:`customer_pnl` returns it, by account.
    accounts : account_id, name; the names are joined where it is given.

    Returns
    -------
    DataFrame
        Indexed by account_id: (name,) pocket_revenue, product_cost, cost_to_serve and the profit
        that :func:`profit_basis` finds, under its own name; money. Empty where nobody loses.

    Raises
    ------
    NotDefinedError
        No profit is known.

    Notes
    -----
    Source: Kaplan & Narayanan (2001).

    Examples
    --------
    >>> rungs = dict.fromkeys(["marketing", "selling", "service", "key_account"], 10.0)
    >>> revenue = {"invoiced_revenue": [90.0, 50.0], "pocket_revenue": [90.0, 50.0], "product_cost": 30.0}
    >>> pnl = pd.DataFrame({**revenue, **rungs, "customer_profit": [20.0, -20.0]},
    ...                    index=pd.Index(["a", "b"], name="account_id"))
    >>> largest_losses(pnl)
                pocket_revenue  product_cost  cost_to_serve  customer_profit
    account_id
    b                     50.0          30.0           30.0            -20.0
    """
    basis = profit_basis(pnl)
    losing = basis.values[basis.values < 0].sort_values(kind="stable").index
    rows = pnl.loc[losing]
    losses = pd.DataFrame({
        "pocket_revenue": rows["pocket_revenue"],
        "product_cost": rows["product_cost"],
        "cost_to_serve": rows[list(SERVING_RUNGS)].sum(axis=1, skipna=False),
        basis.name: basis.values[losing],
    })  # fmt: skip
    if accounts is None:
        return losses
    named = as_pandas(accounts, "accounts", ["account_id", "name"]).set_index("account_id")["name"]
    losses.insert(0, "name", named.reindex(losses.index))
    return losses
