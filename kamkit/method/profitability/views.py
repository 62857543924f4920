"""The customer P&L as its exhibits show it: waterfall, ladder, matrix, the two views of cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kamkit.errors import ColumnError, EmptyError, NotDefinedError, ParameterError, ValuesError, list_some
from kamkit.method.frames import UNASSIGNED
from kamkit.method.profitability.ladder import require_rungs

__all__ = ["SERVING_RUNGS", "contribution_ladder", "cost_views", "price_cost_matrix", "price_waterfall"]

_WATERFALL = ("list_revenue", "invoice_discount", "invoiced_revenue", "deductions", "pocket_revenue")
_CONTRIBUTION = (
    "pocket_revenue", "product_cost", "cm1", "marketing", "cm2", "selling", "cm3", "service", "cm4",
    "key_account", "capital", "absorbed", "customer_profit",
)  # fmt: skip
_TOTALS = {
    "list_revenue", "invoiced_revenue", "pocket_revenue", "cm1", "cm2", "cm3", "cm4", "customer_profit",
}  # fmt: skip
SERVING_RUNGS = ("selling", "service", "key_account")
"""Rungs of the cost to serve: what is spent on a customer beyond the product and the price."""


def price_waterfall(pnl: pd.DataFrame) -> pd.DataFrame:
    """From list revenue to what stays in the pocket, all customers together.

    ``list − invoice discount = invoiced; invoiced − deductions = pocket``

    Parameters
    ----------
    pnl : as :func:`customer_pnl` returns it.

    Returns
    -------
    DataFrame
        step, kind (total, change), amount (money; what is taken off is negative), share (of list
        revenue, or of invoiced revenue where no list is known). An amount that is not known for
        every customer is NaN; a share of a base that is not positive is NaN.

    Raises
    ------
    ColumnError, EmptyError
        ``pnl`` lacks a rung, or has no rows.

    Notes
    -----
    Source: Marn & Rosiello (1992).

    Examples
    --------
    >>> import pandas as pd
    >>> pnl = pd.DataFrame({"list_revenue": [200.0], "invoice_discount": [20.0], "invoiced_revenue": [180.0],
    ...                     "deductions": [30.0], "pocket_revenue": [150.0]})
    >>> price_waterfall(pnl)[["step", "amount", "share"]]
                   step  amount  share
    0      list_revenue   200.0   1.00
    1  invoice_discount   -20.0  -0.10
    2  invoiced_revenue   180.0   0.90
    3        deductions   -30.0  -0.15
    4    pocket_revenue   150.0   0.75
    """
    steps = _steps(pnl, _WATERFALL)
    base = next(
        (steps[rung] for rung in ("list_revenue", "invoiced_revenue") if not np.isnan(steps[rung])), np.nan
    )
    return _staircase(steps, "step", base)


def contribution_ladder(pnl: pd.DataFrame) -> pd.DataFrame:
    """From pocket revenue down to customer profit, all customers together.

    Parameters
    ----------
    pnl : as :func:`customer_pnl` returns it, absorbed or not.

    Returns
    -------
    DataFrame
        rung, kind (total, change), amount (money; costs negative), share (of pocket revenue; NaN
        where that is not positive). A rung that is not known for every customer is NaN.

    Raises
    ------
    NotDefinedError
        Pocket revenue is not known: there is no ledger to take the deductions from.
    ColumnError, EmptyError
        ``pnl`` lacks a rung, or has no rows.

    Notes
    -----
    Source: stepwise contribution accounting (Riebel 1959; Cooper & Kaplan 1991).

    Examples
    --------
    >>> import pandas as pd
    >>> from kamkit.method.profitability import customer_pnl
    >>> sales = pd.DataFrame({"account_id": ["a"], "net_amount": [100.0], "product_cost": [60.0]})
    >>> ledger = pd.DataFrame({"rung": ["service"], "amount": [15.0], "account_id": ["a"]})
    >>> contribution_ladder(customer_pnl(sales, ledger)).tail(1)[["rung", "amount", "share"]]
                   rung  amount  share
    11  customer_profit    25.0   0.25
    """
    rungs = [
        rung for rung in _CONTRIBUTION if rung != "absorbed" or "absorbed" in getattr(pnl, "columns", ())
    ]
    steps = _steps(pnl, rungs)
    if np.isnan(steps["pocket_revenue"]):
        raise NotDefinedError(
            "pocket revenue is not known: without the ledger there are no deductions and no cost to take off",
            where="pnl.pocket_revenue",
            remedy="ask for the ledger, with deductions by customer",
        )
    return _staircase(steps, "rung", steps["pocket_revenue"])


def _steps(pnl: pd.DataFrame, rungs: Sequence[str]) -> dict[str, float]:
    """Totals of the rungs, NaN where one customer's is not known."""
    require_rungs(pnl, rungs)
    if pnl.empty:
        raise EmptyError("the P&L has no customers", where="pnl")
    return {rung: float(pnl[rung].sum(skipna=False)) for rung in rungs}


def _staircase(steps: dict[str, float], name: str, base: float) -> pd.DataFrame:
    kinds = ["total" if rung in _TOTALS else "change" for rung in steps]
    amounts = [
        amount if kind == "total" else 0.0 - amount
        for amount, kind in zip(steps.values(), kinds, strict=True)
    ]
    table = pd.DataFrame({name: list(steps), "kind": kinds, "amount": amounts})
    return table.assign(share=table["amount"] / base if base > 0 else np.nan)


def price_cost_matrix(pnl: pd.DataFrame) -> pd.DataFrame:
    """Net price against cost to serve: Shapiro's four quadrants.

    | ``price_realisation = pocket_revenue / list_revenue``
    | ``cost_to_serve = selling + service + key_account``
    | ``cost_share = cost_to_serve / pocket_revenue``
    | The cuts are the means weighted by pocket revenue; a value equal to its cut is high.

    Parameters
    ----------
    pnl : as :func:`customer_pnl` returns it, by account_id.

    Returns
    -------
    DataFrame
        Indexed by account_id: pocket_revenue, price_realisation, cost_to_serve, cost_share,
        price_cut, cost_cut, quadrant: carriage_trade (high price, high cost), passive (high, low),
        aggressive (low, high), bargain_basement (low, low). An account whose list or pocket revenue
        is not positive, or not known, stands without a quadrant, and so does "unassigned".

    Raises
    ------
    NotDefinedError
        No account has a price and a cost to serve: says which table or column is missing.
    ParameterError
        ``pnl`` has several keys.
    ColumnError, EmptyError
        ``pnl`` lacks a rung, or has no rows.

    Notes
    -----
    Source: Shapiro, Rangan, Moriarty & Ross (1987).

    Examples
    --------
    >>> import pandas as pd
    >>> pnl = pd.DataFrame({"list_revenue": [100.0, 100], "pocket_revenue": [90.0, 60], "marketing": 0.0,
    ...                     "selling": [5.0, 20], "service": 0.0, "key_account": 0.0}, index=["a", "b"])
    >>> price_cost_matrix(pnl)["quadrant"].to_dict()
    {'a': 'passive', 'b': 'aggressive'}
    """
    _steps(pnl, ["list_revenue", "pocket_revenue", *SERVING_RUNGS])
    if pnl.index.nlevels > 1:
        raise ParameterError("the matrix takes one key", where="pnl.index", remedy='use by=("account_id",)')
    pocket, serving = pnl["pocket_revenue"], pnl[list(SERVING_RUNGS)].sum(axis=1, skipna=False)
    positive = pocket.where(pocket > 0)
    matrix = pd.DataFrame(
        {
            "pocket_revenue": pocket,
            "price_realisation": positive / pnl["list_revenue"].where(pnl["list_revenue"] > 0),
            "cost_to_serve": serving,
            "cost_share": serving / positive,
        }
    )
    return _quadrants(matrix)


def _quadrants(matrix: pd.DataFrame) -> pd.DataFrame:
    placed = matrix[["price_realisation", "cost_share"]].notna().all(axis=1) & (matrix.index != UNASSIGNED)
    if not placed.any():
        raise NotDefinedError(
            "no account has both a price and a cost to serve",
            where="sales.list_amount, ledger, activity_use",
            remedy="ask for the lines at list price and for the cost of selling and service",
        )
    if not (matrix.loc[placed, "cost_share"] > 0).any():
        raise NotDefinedError(
            "no cost to serve has been traced to any account, so none is dear to serve",
            where="ledger, activity_use",
            remedy="ask for the cost of selling and service by customer or by team",
        )
    weights = matrix.loc[placed, "pocket_revenue"]
    cuts = {
        c: float(np.average(matrix.loc[placed, c], weights=weights))
        for c in ("price_realisation", "cost_share")
    }
    dear, costly = (_at_least(matrix[column], cut) for column, cut in cuts.items())
    names = np.select(
        [~placed, dear & costly, dear, costly],
        ["", "carriage_trade", "passive", "aggressive"],
        "bargain_basement",
    )
    quadrant = pd.Series(names, index=matrix.index, dtype="str").where(placed)
    return matrix.assign(price_cut=cuts["price_realisation"], cost_cut=cuts["cost_share"], quadrant=quadrant)


def _at_least(values: pd.Series, cut: float) -> pd.Series:
    """Not under the cut, rounding aside."""
    return (values > cut) | np.isclose(values, cut, rtol=1e-12, atol=0)


def cost_views(attributable: pd.DataFrame, absorbed: pd.DataFrame) -> pd.DataFrame:
    """Each customer's profit under the two views of cost, side by side.

    Parameters
    ----------
    attributable : as :func:`customer_pnl` returns it.
    absorbed : the same with ``absorb=True``.

    Returns
    -------
    DataFrame
        Indexed as both: attributable_profit, absorbed_profit, absorbed_cost (money), sign_change
        (whether the view decides between profit and loss).

    Raises
    ------
    ValuesError
        The two have different customers.
    NotDefinedError
        Customer profit is not known for everyone.
    ColumnError, EmptyError
        A missing rung, or no rows.

    Notes
    -----
    Source: Cooper & Kaplan (1991). Only attributable cost would go with the customer.

    Examples
    --------
    >>> import pandas as pd
    >>> attributable = pd.DataFrame({"customer_profit": [10.0, 2.0]}, index=["a", "b"])
    >>> absorbed = pd.DataFrame({"absorbed": [5.0, 5.0], "customer_profit": [5.0, -3.0]}, index=["a", "b"])
    >>> cost_views(attributable, absorbed)["sign_change"].to_dict()
    {'a': False, 'b': True}
    """
    before = _steps(attributable, ["customer_profit"])["customer_profit"]
    if "absorbed" not in getattr(absorbed, "columns", ()):
        raise ColumnError(
            "the second P&L is not absorbed", where="absorbed", remedy="use customer_pnl(…, absorb=True)"
        )
    after = _steps(absorbed, ["absorbed", "customer_profit"])["customer_profit"]
    if np.isnan(before) or np.isnan(after):
        raise NotDefinedError(
            "customer profit is not known for every customer",
            where="customer_profit",
            remedy="the ledger, sales.product_cost or both are incomplete",
        )
    other = attributable.index.symmetric_difference(absorbed.index)
    if len(other):
        raise ValuesError("the two views have different customers", where=list_some(list(other)))
    spread = absorbed.reindex(attributable.index)
    profit, full = attributable["customer_profit"], spread["customer_profit"]
    return pd.DataFrame(
        {
            "attributable_profit": profit,
            "absorbed_profit": full,
            "absorbed_cost": spread["absorbed"],
            "sign_change": (profit < 0) != (full < 0),
        }
    )
