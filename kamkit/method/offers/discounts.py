"""What a change of price, cost or volume does on each account's own figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.frames import UNASSIGNED, as_pandas, fraction
from kamkit.method.profitability import break_even_volume, price_levers

__all__ = ["account_levers", "discount_break_even"]

_LEVERS = ("price", "variable_cost", "volume", "fixed_cost")


def account_levers(pnl: pd.DataFrame, change: float = 0.01) -> pd.DataFrame:
    """Effect on each account's profit of bettering a lever by the same fraction, the others unchanged.

    | price: ``change · pocket_revenue``; variable cost: ``change · product cost``
    | volume: ``change · contribution 1``; fixed cost: ``change · cost to serve``
    | as a fraction: over customer_profit, where that is positive

    Parameters
    ----------
    pnl : by account_id: pocket_revenue, cm1, customer_profit, as ``profitability.customer_pnl`` returns it.
    change : fraction, 0.01 for one per cent.

    Returns
    -------
    DataFrame
        Indexed by account_id, the largest revenue first: pocket_revenue, customer_profit, price_worth,
        variable_cost_worth, volume_worth, fixed_cost_worth (money a year), price_share (the price
        effect as a fraction of profit; NaN where the account earns nothing).

    Raises
    ------
    NotDefinedError
        No account has revenue and a known profit.
    UnitError, ColumnError, EmptyError
        Percent, missing columns, no rows.

    Notes
    -----
    Source: Marn & Rosiello (1992), on the account's own cost; cost to serve is taken as fixed.

    Examples
    --------
    >>> pnl = pd.DataFrame({"pocket_revenue": [100.0], "cm1": [33.8], "customer_profit": [9.7]}, index=["a"])
    >>> account_levers(pnl)[["price_worth", "volume_worth", "price_share"]].round(3).loc["a"].tolist()
    [1.0, 0.338, 0.103]
    """
    step = fraction(change, "change")
    known = _known(pnl, ["pocket_revenue", "cm1", "customer_profit"])
    revenue, contribution, profit = (known[c] for c in ("pocket_revenue", "cm1", "customer_profit"))
    parts = {
        "price": revenue,
        "variable_cost": revenue - contribution,
        "volume": contribution,
        "fixed_cost": contribution - profit,
    }
    table = known[["pocket_revenue", "customer_profit"]].copy()
    for lever in _LEVERS:
        table[f"{lever}_worth"] = step * parts[lever]
    table["price_share"] = [
        _price_share(*figures, step)
        for figures in zip(revenue, parts["variable_cost"], parts["fixed_cost"], strict=True)
    ]
    return table


def _price_share(revenue: float, variable: float, fixed: float, step: float) -> float:
    """NaN where the account earns nothing, or a cost is negative."""
    if min(variable, fixed) < 0:
        return float("nan")
    try:
        return float(price_levers(revenue, variable, fixed, step)["price"])
    except NotDefinedError:
        return float("nan")


def discount_break_even(pnl: pd.DataFrame, discount: float = 0.05) -> pd.DataFrame:
    """How much more each account must buy before a discount leaves the contribution as it was.

    ``volume_needed = discount / (margin_rate − discount)``; none suffices once the discount takes the
    whole margin.

    Parameters
    ----------
    pnl : by account_id: pocket_revenue, cm1.
    discount : fraction of today's price, over 0.

    Returns
    -------
    DataFrame
        Indexed by account_id, the largest revenue first: pocket_revenue, margin_rate (contribution 1 over
        pocket revenue), discount, contribution_given (money a year at today's volume),
        volume_needed (fraction; NaN where no volume makes up for it), never (that this is so),
        volume_to_lose (fraction of volume that a price increase of the same size may cost).

    Raises
    ------
    NotDefinedError
        The product cost of no account is known.
    UnitError, ValuesError, ColumnError, EmptyError
        Percent, a discount of zero or less, missing columns, no rows.

    Notes
    -----
    Source: Nagle & Holden (1987). Cost to serve is left as it is: more orders make the true figure worse.

    Examples
    --------
    >>> pnl = pd.DataFrame({"pocket_revenue": [100.0, 50.0], "cm1": [30.0, 2.0]}, index=["a", "b"])
    >>> discount_break_even(pnl, 0.05)[["margin_rate", "volume_needed", "never"]]
                margin_rate  volume_needed  never
    account_id
    a                  0.30            0.2  False
    b                  0.04            NaN   True
    """
    cut = fraction(discount, "discount", low=1e-9)
    known = _known(pnl, ["pocket_revenue", "cm1"])
    margin = known["cm1"] / known["pocket_revenue"]
    table = known[["pocket_revenue"]].assign(
        margin_rate=margin,
        discount=cut,
        contribution_given=cut * known["pocket_revenue"],
        volume_needed=[_volume(-cut, rate) for rate in margin],
        never=margin <= cut,
    )
    lost = [-_volume(cut, rate) if rate > 0 else np.nan for rate in margin]
    return table.assign(volume_to_lose=lost)


def _volume(change: float, margin_rate: float) -> float:
    if margin_rate <= -change or margin_rate <= 0:
        return float("nan")
    try:
        return break_even_volume(change, margin_rate)
    except NotDefinedError:
        return float("nan")


def _known(pnl: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The known accounts with revenue and all the figures, the largest first."""
    rows = as_pandas(pnl, "pnl", columns)[columns].astype(float).rename(index=str)
    rows = rows[(rows.index != UNASSIGNED) & (rows["pocket_revenue"] > 0)].dropna()
    if rows.empty:
        raise NotDefinedError(
            "what a lower price costs can't be said: the product cost of the customers is not known",
            where=f"pnl: {', '.join(columns)}",
            remedy="give product_cost in sales, and the ledger",
        )
    return rows.rename_axis("account_id").sort_values("pocket_revenue", ascending=False, kind="stable")
