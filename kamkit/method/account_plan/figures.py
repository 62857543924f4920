"""What one account brings, where there is room, and the figures that its plan opens with."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.account_plan.accounts import account_rows
from kamkit.method.account_plan.items import of_account
from kamkit.method.frames import UNASSIGNED, as_pandas, numeric
from kamkit.method.offers import offer_value, value_stairs
from kamkit.method.profitability.views import contribution_ladder

__all__ = ["account_deals", "account_ladder", "account_room", "account_stairs", "plan_figures"]


def account_ladder(pnl: pd.DataFrame, account_id: str) -> pd.DataFrame:
    """From pocket revenue down to customer profit, of one customer.

    Parameters
    ----------
    pnl : by account_id, as ``profitability.customer_pnl`` returns it.
    account_id : the account.

    Returns
    -------
    DataFrame
        rung, kind (total, change), amount (money; costs negative), share (of pocket revenue); without
        the rung of capital where no cost of capital is asked for.

    Raises
    ------
    NotDefinedError
        The account has no sales in the period, or its pocket revenue is not known.
    ColumnError
        ``pnl`` lacks a rung.

    Notes
    -----
    Source: stepwise contribution accounting (Riebel 1959; Cooper & Kaplan 1991).

    Examples
    --------
    >>> from kamkit.method.profitability import customer_pnl
    >>> sales = pd.DataFrame({"account_id": ["a", "b"], "net_amount": [100.0, 9], "product_cost": [60.0, 5]})
    >>> ledger = pd.DataFrame({"rung": ["service"], "amount": [15.0], "account_id": ["a"]})
    >>> account_ladder(customer_pnl(sales, ledger), "a").tail(1)["amount"].tolist()
    [25.0]
    """
    row = account_rows(pnl, account_id)
    if row.empty:
        raise NotDefinedError("the account has no sales in the period", where="sales.account_id")
    ladder = contribution_ladder(row)
    idle = (ladder["rung"] == "capital") & (ladder["amount"] == 0)
    return ladder[~idle].reset_index(drop=True)


def account_room(white_space: pd.DataFrame, account_id: str) -> pd.DataFrame:
    """Where one customer buys from others what we could sell: by family, the largest gap first.

    Parameters
    ----------
    white_space : account_id, family, wallet, current, gap, confidence; expected_value where it is known.
    account_id : the account.

    Returns
    -------
    DataFrame
        family, wallet, current, share (of the wallet; NaN where it is not positive), gap, expected_value,
        confidence. Empty where no wallet of the account is known.

    Raises
    ------
    ColumnError
        A column is missing.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> white = pd.DataFrame({"account_id": "a", "family": ["Pumps", "Seals"], "wallet": [100.0, 80.0],
    ...                       "current": [40.0, 10.0], "gap": [10.0, 30.0], "confidence": ["C", "D"]})
    >>> account_room(white, "a")[["family", "share"]].to_numpy().tolist()
    [['Seals', 0.125], ['Pumps', 0.4]]
    """
    columns = ["family", "wallet", "current", "gap", "confidence"]
    if not white_space.empty:
        as_pandas(white_space, "white_space", columns)
    rows = account_rows(white_space, account_id)
    rows = rows.assign(share=rows["current"] / rows["wallet"].where(rows["wallet"] > 0))
    shown = ["family", "wallet", "current", "share", "gap", "expected_value", "confidence"]
    ordered = rows.sort_values(["gap", "wallet"], ascending=False, kind="stable", na_position="last")
    return ordered.reindex(columns=shown).reset_index(drop=True)


def account_deals(deals: pd.DataFrame, account_id: str) -> pd.DataFrame:
    """The open deals with one customer, in the order that step 8 ranks them; doubles come last.

    Parameters
    ----------
    deals : indexed by opportunity_id: account_id, stage, amount, probability, expected_close, owner; family,
        overdue, double_of and chosen where they are known.
    account_id : the account.

    Returns
    -------
    DataFrame
        Indexed by opportunity_id: family, stage, amount, probability, weighted (amount times
        probability), expected_close, overdue, owner, chosen, double_of. Empty without open deals.

    Raises
    ------
    ColumnError
        A column is missing.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> deals = pd.DataFrame({"account_id": "a", "stage": "Lead", "amount": 200.0, "probability": 0.25,
    ...                       "expected_close": pd.NaT, "owner": "K"}, index=["D1"])
    >>> account_deals(deals, "a")["weighted"].tolist()
    [50.0]
    """
    needed = ["account_id", "stage", "amount", "probability", "expected_close", "owner"]
    table = deals if deals.empty else as_pandas(deals, "deals", needed)
    rows = table[table["account_id"].astype(str) == account_id]
    more = ["family", "overdue", "chosen", "double_of"]
    rows = rows.reindex(columns=[*needed[1:], *more]).assign(weighted=rows["amount"] * rows["probability"])
    first = rows["double_of"].notna().sort_values(kind="stable").index
    shown = ["family", "stage", "amount", "probability", "weighted", "expected_close", "overdue", "owner"]
    return rows.loc[first, [*shown, "chosen", "double_of"]].rename_axis("opportunity_id")


def account_stairs(plan_items: pd.DataFrame, account_id: str) -> pd.DataFrame:
    """What our offer to one customer is worth to them, step by step, and what they keep of it.

    Parameters
    ----------
    plan_items : rows of kind offer and value_driver, as for :func:`kamkit.method.offers.stated_value`.
    account_id : the account.

    Returns
    -------
    DataFrame
        step, kind (total, change), amount (money a year), confirmed.

    Raises
    ------
    NotDefinedError
        The account has no offer, or its offer lacks price, reference or drivers.

    Notes
    -----
    Source: as :func:`kamkit.method.offers.economic_value`.

    Examples
    --------
    >>> rows = pd.DataFrame({"item_id": ["O", "V"], "subject_type": "account", "subject_id": "a",
    ...     "kind": ["offer", "value_driver"], "text": ["Uptime", "Stops"], "amount": [110.0, 2.0],
    ...     "baseline": [100.0, 30.0], "target": [None, 10.0], "metric": ["EUR", "hours a year"]})
    >>> account_stairs(rows, "a")["amount"].tolist()
    [100.0, 40.0, 140.0, -110.0, 30.0]
    """
    mine = of_account(as_pandas(plan_items, "plan_items", ["subject_type", "subject_id", "kind"]), account_id)
    if not mine["kind"].isin(["offer", "value_driver"]).any():
        raise NotDefinedError(
            "no offer is stated in plan_items, kind offer and value_driver", where="plan_items.kind"
        )
    return value_stairs(offer_value(mine, account_id))


def plan_figures(
    account_id: str,
    pnl: pd.DataFrame | None = None,
    wallet: pd.DataFrame | None = None,
    room: pd.DataFrame | None = None,
    deals: pd.DataFrame | None = None,
    certainty: pd.DataFrame | None = None,
    coverage: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    actions: pd.DataFrame | None = None,
) -> pd.Series:
    """The figures that a plan opens with, and that the next one is compared with.

    Parameters
    ----------
    account_id : the account.
    pnl : by account_id, invoiced_revenue, pocket_revenue and customer_profit; the others give the ranks.
    wallet : by account_id, share; one row per account.
    room : as :func:`account_room` returns it.
    deals : as :func:`account_deals` returns it; doubles don't count.
    certainty : by account_id, npv and probability_of_loss of the planned investment.
    coverage : by account_id, power_reached and deciders_unreached.
    goals, actions : as :func:`account_goals` and :func:`account_actions` return them.

    Returns
    -------
    Series
        By figure, those that are known only: revenue, revenue_rank, profit, profit_rank, customers,
        profit_share (of pocket revenue), share_of_wallet, gap, expected_gap, open_deals, open_amount,
        weighted, npv, probability_of_loss, power_reached, deciders_unreached, goals, goals_agreed,
        open_actions, overdue_actions.

    Raises
    ------
    ColumnError
        A table lacks a column.

    Notes
    -----
    Source: definition. Ranks count down from 1; equals share the better one.

    Examples
    --------
    >>> pnl = pd.DataFrame({"invoiced_revenue": [9.0, 5.0], "pocket_revenue": [8.0, 5.0],
    ...                     "customer_profit": [1.0, 2.0]}, index=pd.Index(["a", "b"], name="account_id"))
    >>> plan_figures("a", pnl)[["revenue", "profit_rank", "profit_share"]].tolist()
    [9.0, 2.0, 0.125]
    """
    figures = {
        **_standing(pnl, account_id),
        **_picked(wallet, account_id, share_of_wallet="share"),
        **_room_figures(room),
        **_deal_figures(deals),
        **_picked(certainty, account_id, npv="npv", probability_of_loss="probability_of_loss"),
        **_picked(
            coverage, account_id, power_reached="power_reached", deciders_unreached="deciders_unreached"
        ),
        **_item_figures(goals, actions),
    }
    known = {name: float(value) for name, value in figures.items() if pd.notna(value)}
    return pd.Series(known, dtype="float64", name="value").rename_axis("figure")


def _standing(pnl: pd.DataFrame | None, account_id: str) -> dict[str, Any]:
    """Revenue and profit of the account, and its rank among the customers."""
    if pnl is None:
        return {}
    table = as_pandas(pnl, "pnl", ["invoiced_revenue", "pocket_revenue", "customer_profit"])
    customers = table[table.index.astype(str) != UNASSIGNED]
    if account_id not in customers.index:
        return {}
    figures: dict[str, Any] = {}
    for name, column in (("revenue", "invoiced_revenue"), ("profit", "customer_profit")):
        values = numeric(customers, column, "pnl", missing=True)
        if pd.notna(values[account_id]):
            figures[name] = values[account_id]
            figures[f"{name}_rank"] = (values > values[account_id]).sum() + 1
    pocket = numeric(customers, "pocket_revenue", "pnl", missing=True)[account_id]
    if "profit" in figures and pocket > 0:
        figures["profit_share"] = figures["profit"] / pocket
    return {**figures, "customers": len(customers)}


def _picked(table: pd.DataFrame | None, account_id: str, **columns: str) -> dict[str, Any]:
    """Single cells of the account's row."""
    row = None if table is None else account_rows(table, account_id)
    if row is None or row.empty:
        return {}
    as_pandas(row, "table", columns.values())
    return {name: row[column].iloc[0] for name, column in columns.items()}


def _room_figures(room: pd.DataFrame | None) -> dict[str, Any]:
    if room is None or room.empty:
        return {}
    return {"gap": room["gap"].sum(min_count=1), "expected_gap": room["expected_value"].sum(min_count=1)}


def _deal_figures(deals: pd.DataFrame | None) -> dict[str, Any]:
    if deals is None:
        return {}
    counted = deals[deals["double_of"].isna()]
    sums = {"open_amount": counted["amount"].sum(), "weighted": counted["weighted"].sum(min_count=1)}
    return {"open_deals": len(counted), **(sums if len(counted) else {})}


def _item_figures(goals: pd.DataFrame | None, actions: pd.DataFrame | None) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    if goals is not None:
        agreed = goals["customer_agreed"].astype("boolean").fillna(False)
        figures |= {"goals": len(goals), "goals_agreed": agreed.sum()}
    if actions is not None:
        figures |= {"open_actions": (~actions["done"]).sum(), "overdue_actions": actions["overdue"].sum()}
    return figures
