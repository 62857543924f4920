"""What each group of customers gets, what that costs, and what the profit becomes with those who leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence, ValuesError, list_some
from kamkit.method.frames import (
    as_lazy,
    as_pandas,
    collected,
    fraction,
    numeric,
    one_of,
    require_columns,
    unique,
)
from kamkit.method.profitability.costing import cost_to_serve
from kamkit.method.profitability.views import SERVING_RUNGS
from kamkit.method.strategies import TREATMENTS, segment_strategies

__all__ = [
    "LEVELS",
    "TREATMENTS",
    "largest_effects",
    "menu_effect",
    "menu_of",
    "segment_strategies",
    "service_costs",
    "service_levels",
    "service_menu",
]

LEVELS: Mapping[str, Mapping[str, float]] = {
    "invest": {"cost_change": 0.0, "price_change": 0.0, "leave_probability": 0.0, "avoidable_share": 0.6},
    "maintain": {"cost_change": 0.0, "price_change": 0.0, "leave_probability": 0.0, "avoidable_share": 0.6},
    "cost_efficient": {
        "cost_change": -0.25, "price_change": 0.01, "leave_probability": 0.05, "avoidable_share": 0.6,
    },
    "exit": {"cost_change": 0.0, "price_change": 0.0, "leave_probability": 1.0, "avoidable_share": 0.6},
}  # fmt: skip
"""A first assumption of what each treatment changes, to be replaced by what the management decides."""

_SETTINGS = ("cost_change", "price_change", "leave_probability", "avoidable_share")


def service_levels(decided: Mapping[str, Mapping[str, float]] | None = None) -> pd.DataFrame:
    """What each treatment changes in service, price and the risk of losing the customer.

    Parameters
    ----------
    decided : by treatment, those of cost_change, price_change, leave_probability and avoidable_share
        that differ from the assumption :data:`LEVELS`.

    Returns
    -------
    DataFrame
        Indexed by treatment: cost_change (of cost to serve), price_change (of pocket revenue),
        leave_probability, avoidable_share (of cost to serve, what really goes away when the work
        does), all fractions; goal and coverage (keys); decided (whether the management has set any).

    Raises
    ------
    ParameterError
        An unknown treatment or setting.
    UnitError, ValuesError
        Percent, NaN, or a fraction outside its range.

    Notes
    -----
    Source: the treatments of Carrus; service menus after Anderson & Narus (1995).

    Examples
    --------
    >>> service_levels({"cost_efficient": {"cost_change": -0.4}})["cost_change"].tolist()
    [0.0, 0.0, -0.4, 0.0]
    """
    given = decided or {}
    for treatment, settings in given.items():
        one_of(treatment, TREATMENTS, "treatment")
        for setting in settings:
            one_of(setting, _SETTINGS, "setting")
    rows = {t: {**LEVELS[t], **given.get(t, {})} for t in TREATMENTS}
    levels = pd.DataFrame.from_dict(rows, orient="index", columns=list(_SETTINGS)).rename_axis("treatment")
    _check_settings(levels, "service_levels")
    goals, coverage = (f"{what}_" + levels.index.to_series() for what in ("goal", "coverage"))
    return levels.assign(goal=goals, coverage=coverage, decided=[t in given for t in TREATMENTS])


def menu_of(treatment: pd.DataFrame, levels: pd.DataFrame, pnl: pd.DataFrame | None = None) -> pd.DataFrame:
    """The service menu of each account: the level of its treatment.

    Parameters
    ----------
    treatment : by account_id, the column treatment.
    levels : by treatment, as :func:`service_levels` returns it.
    pnl : by account_id; where it is given, accounts without business in it get no menu.

    Returns
    -------
    DataFrame
        Indexed by account_id: treatment, cost_change, price_change, leave_probability, avoidable_share.

    Raises
    ------
    ParameterError
        A treatment that has no level.
    NotDefinedError
        No account (with business) has a treatment.
    ColumnError, EmptyError
        Missing columns, no rows.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> treatment = pd.DataFrame({"treatment": ["exit"]}, index=pd.Index(["a"], name="account_id"))
    >>> menu_of(treatment, service_levels())["leave_probability"].to_dict()
    {'a': 1.0}
    """
    placed = as_pandas(treatment, "treatment", ["treatment"])["treatment"].dropna().astype(str)
    placed = placed if pnl is None else placed[placed.index.isin(pnl.index)]
    if placed.empty:
        raise NotDefinedError("no account has a treatment", where="treatment")
    unknown = sorted(set(placed) - set(levels.index))
    if unknown:
        raise ParameterError(
            f"no service level for treatment {list_some(unknown)}",
            where="levels",
            allowed=", ".join(levels.index),
        )
    menu = pd.DataFrame(
        {"treatment": placed, **{setting: placed.map(levels[setting]) for setting in _SETTINGS}}
    )
    return menu.rename_axis("account_id")


def service_menu(pnl: pd.DataFrame, menu: pd.DataFrame) -> pd.DataFrame:
    """What a service menu does to the profit, with the customers who leave because of it.

    | ``profit_effect = (1 − P) (−ΔCTS + ΔPrice · Q) − P (lost margin − avoidable cost)``
    | CTS = marketing + selling + service + key_account; lost margin = pocket revenue − product cost
    | ΔPrice · Q = price_change · pocket revenue; avoidable cost = avoidable_share · CTS
    | ΔCTS = cost_change · CTS where it rises; of a saving only the avoidable share counts.

    Parameters
    ----------
    pnl : by account_id, as ``profitability.customer_pnl`` returns it: pocket_revenue, cm1, marketing,
        selling, service, key_account, customer_profit.
    menu : by account_id: cost_change, price_change, leave_probability (P), avoidable_share, fractions;
        a treatment is carried along.

    Returns
    -------
    DataFrame
        Indexed by account_id: (treatment,) pocket_revenue, cost_to_serve, profit_now, saving (of those
        who stay; negative where service grows), price_effect, lost_margin, avoided_cost,
        profit_effect, profit_then, stranded_cost (cost of work that falls away and stays behind all
        the same), money, each expected over staying and leaving.

    Raises
    ------
    NotDefinedError
        The cost to serve or the product cost of an account is not known, or no account has both.
    UnitError, ValuesError
        Percent, NaN, accounts twice.
    ColumnError, EmptyError
        Missing columns, no rows.

    Notes
    -----
    Source: definition; cost that does not leave with the customer is stranded (Cooper & Kaplan 1991).
    Letting a customer go never betters the profit by more than the avoidable cost, as long as the
    customer pays more than the product costs.

    Examples
    --------
    >>> pnl = pd.DataFrame({"pocket_revenue": [100.0], "cm1": [30.0], "marketing": 0.0, "selling": 20.0,
    ...                     "service": 20.0, "key_account": 0.0, "customer_profit": [-10.0]}, index=["a"])
    >>> menu = pd.DataFrame({"cost_change": [-0.5], "price_change": 0.02, "leave_probability": 0.1,
    ...                      "avoidable_share": 0.6}, index=["a"])
    >>> service_menu(pnl, menu)[["saving", "price_effect", "lost_margin", "avoided_cost"]].round(9)
                saving  price_effect  lost_margin  avoided_cost
    account_id
    a             10.8           1.8         -3.0           2.4
    """
    rows = as_pandas(menu, "menu", _SETTINGS)
    unique(pd.Series(rows.index, name="account_id"), "menu")
    _check_settings(rows, "menu")
    base = _base(pnl, rows.index)
    cost, leave = base["cost_to_serve"], rows["leave_probability"].astype(float)
    avoidable, change = rows["avoidable_share"].astype(float), rows["cost_change"].astype(float) * cost
    counted = change.where(change > 0, change * avoidable)
    result = pd.DataFrame(
        {
            "pocket_revenue": base["pocket_revenue"],
            "cost_to_serve": cost,
            "profit_now": base["customer_profit"],
            "saving": -(1 - leave) * counted,
            "price_effect": (1 - leave) * rows["price_change"].astype(float) * base["pocket_revenue"],
            "lost_margin": -leave * base["cm1"],
            "avoided_cost": leave * avoidable * cost,
        }
    )
    parts = ["saving", "price_effect", "lost_margin", "avoided_cost"]
    result["profit_effect"] = result[parts].sum(axis=1, skipna=False)
    result["profit_then"] = result["profit_now"] + result["profit_effect"]
    freed = leave * cost + (1 - leave) * (-change).clip(lower=0.0)
    result["stranded_cost"] = (1 - avoidable) * freed
    result += 0.0
    if "treatment" in rows:
        result.insert(0, "treatment", rows["treatment"])
    return result.rename_axis("account_id")


def menu_effect(service_menu: pd.DataFrame) -> pd.DataFrame:
    """The service menu's effect on the profit, step by step, all accounts together.

    Parameters
    ----------
    service_menu : as :func:`service_menu` returns it.

    Returns
    -------
    DataFrame
        step (profit_now, saving, price_effect, lost_margin, avoided_cost, profit_then), kind (total,
        change), amount (money), share (of profit now; NaN where that is not positive),
        stranded_cost (money that stays behind, in the last row).

    Raises
    ------
    ColumnError, EmptyError, ValuesError
        Missing columns, no rows, NaN.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> menu = pd.DataFrame({"profit_now": [100.0], "saving": 20.0, "price_effect": 5.0,
    ...     "lost_margin": -15.0, "avoided_cost": 4.0, "profit_then": 114.0, "stranded_cost": 6.0})
    >>> menu_effect(menu)["amount"].tolist()
    [100.0, 20.0, 5.0, -15.0, 4.0, 114.0]
    """
    steps = ("profit_now", "saving", "price_effect", "lost_margin", "avoided_cost", "profit_then")
    table = as_pandas(service_menu, "service_menu", [*steps, "stranded_cost"])
    amounts = [float(numeric(table, step, "service_menu").sum()) for step in steps]
    kinds = ["total", *["change"] * 4, "total"]
    rows = pd.DataFrame({"step": steps, "kind": kinds, "amount": amounts})
    rows.loc[len(rows) - 1, "amount"] = rows["amount"].iloc[:-1].sum()
    stays = [0.0] * 5 + [float(numeric(table, "stranded_cost", "service_menu").sum())]
    return rows.assign(share=rows["amount"] / amounts[0] if amounts[0] > 0 else np.nan, stranded_cost=stays)


def largest_effects(effects: pd.DataFrame, accounts: Any = None) -> pd.DataFrame:
    """The customers whom the service menu changes, those to be let go first, then by effect.

    Parameters
    ----------
    effects : as :func:`service_menu` returns it, with the treatment.
    accounts : account_id, name; the names are joined where it is given.

    Returns
    -------
    DataFrame
        Indexed by account_id: (name,) treatment, profit_now, profit_effect, profit_then,
        stranded_cost (money) of those whose profit or cost changes. Empty where nothing changes. An
        exit with a negative effect costs more than it saves.

    Raises
    ------
    ColumnError, EmptyError
        Missing columns, no rows.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> effects = pd.DataFrame({"treatment": ["maintain", "exit"], "profit_now": [9.0, -5.0], "profit_effect":
    ...     [0.0, 2.0], "profit_then": [9.0, -3.0], "stranded_cost": [0.0, 3.0]}, index=["a", "b"])
    >>> largest_effects(effects).index.tolist()
    ['b']
    """
    columns = ["treatment", "profit_now", "profit_effect", "profit_then", "stranded_cost"]
    rows = as_pandas(effects, "effects", columns)[columns]
    changed = rows[(rows["profit_effect"] != 0) | (rows["stranded_cost"] != 0)]
    order = pd.DataFrame({"stays": changed["treatment"] != "exit", "size": -changed["profit_effect"].abs()})
    table = changed.loc[order.sort_values(["stays", "size"], kind="stable").index].rename_axis("account_id")
    if accounts is not None:
        named = as_pandas(accounts, "accounts", ["account_id", "name"]).set_index("account_id")["name"]
        table.insert(0, "name", named.reindex(table.index))
    return table


def service_costs(ledger: Any, activities: Any, activity_use: Any) -> pd.DataFrame:
    """What one unit of each service costs: the price list of the service menu.

    ``unit_cost = cost of the activity over all accounts / number of times it was done``

    Parameters
    ----------
    ledger, activities, activity_use : as for ``profitability.cost_to_serve``.

    Returns
    -------
    DataFrame
        activity_id, name, unit, accounts, count, minutes, cost, unit_cost (money), the dearest first.

    Raises
    ------
    KamkitError
        As ``profitability.cost_to_serve``.

    Notes
    -----
    Source: Kaplan & Anderson (2004).

    Examples
    --------
    >>> ledger = pd.DataFrame({"month": ["2025-01-01"], "code": ["60"], "rung": ["service"],
    ...                        "amount": [560_000.0], "team": ["Service"], "practical_minutes": [700_000.0]})
    >>> activities = pd.DataFrame({"activity_id": ["order"], "name": "Orders", "unit": "order",
    ...                            "team": ["Service"], "rung": ["service"], "base_minutes": [8.0]})
    >>> use = pd.DataFrame({"account_id": ["a"], "activity_id": ["order"], "count": [10]})
    >>> service_costs(ledger, activities, use)["unit_cost"].tolist()
    [6.4]
    """
    import narwhals as nw

    costs = cost_to_serve(ledger, activities, activity_use)
    sums = costs.groupby("activity_id").agg(
        accounts=("account_id", "nunique"), minutes=("minutes", "sum"), cost=("cost", "sum")
    )
    use = as_lazy(activity_use, "activity_use", ["activity_id", "count"]).group_by("activity_id")
    counts = collected(use.agg(nw.col("count").sum())).set_index("activity_id")["count"]
    named = as_pandas(activities, "activities", ["activity_id"]).set_index("activity_id")
    table = sums.join(named.reindex(columns=["name", "unit"])).assign(count=counts.astype(float))
    table["unit_cost"] = table["cost"] / table["count"].where(table["count"] > 0)
    columns = ["activity_id", "name", "unit", "accounts", "count", "minutes", "cost", "unit_cost"]
    return table.sort_values("cost", ascending=False).reset_index()[columns]


def _base(pnl: pd.DataFrame, accounts: pd.Index) -> pd.DataFrame:
    """What the P&L says of the accounts of the menu; all of it must be known."""
    columns = ["pocket_revenue", "cm1", "customer_profit", *SERVING_RUNGS]
    require_columns(as_pandas(pnl, "pnl", columns).columns, columns, "pnl")
    missing = accounts.difference(pnl.index)
    if len(missing):
        raise ValuesError(
            f"{len(missing)} account(s) of the menu are not in the P&L",
            where=list_some([str(a) for a in missing]),
        )
    rows = pnl.loc[accounts, columns].astype(float)
    unknown = [c for c in columns if rows[c].isna().any()]
    if unknown:
        raise NotDefinedError(
            Sentence(
                "{unknown} of the accounts is not known, so the effect of a menu is not either",
                unknown=list_some(unknown),
            ),
            where="pnl",
            remedy="complete the ledger and the product cost of the sales",
        )
    return rows.assign(cost_to_serve=rows[list(SERVING_RUNGS)].sum(axis=1))


def _check_settings(table: pd.DataFrame, where: str) -> None:
    limits = {"cost_change": (-1.0, 1.0), "price_change": (-1.0, 1.0)}
    for setting in _SETTINGS:
        low, high = limits.get(setting, (0.0, 1.0))
        for value in numeric(table, setting, where).unique():
            fraction(value, setting, low, high)
