"""What hangs on each customer: contribution, cost that goes with it, cost that stays, time left idle."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, Sentence
from kamkit.method.frames import UNASSIGNED, as_pandas, fraction, identifiers
from kamkit.method.profitability.costing import served_cells
from kamkit.method.profitability.ladder import gross_margin, require_rungs
from kamkit.method.profitability.ledger import TEAM_RUNGS, ledger_rows, traced
from kamkit.method.risk.loss import share_of_result

__all__ = ["account_costs", "account_losses", "operating_result", "team_minutes_by_account"]

_NOT_IN_RESULT = ("revenue", "excluded")
_BELOW_CONTRIBUTION = (*TEAM_RUNGS, "capital")


def operating_result(ledger: Any) -> float:
    """EBIT of the period from the client's own ledger.

    ``revenue − every other rung but excluded``

    Parameters
    ----------
    ledger : rung, amount; costs and deductions positive. Transfers net to zero.

    Returns
    -------
    float
        Money.

    Raises
    ------
    ValuesError, ColumnError, EmptyError
        NaN, an unknown rung, no rows.
    NotDefinedError
        The ledger states no revenue or no product cost: what is left of the sum would be no result.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> rows = {"rung": ["revenue", "product_cost", "sustaining"], "amount": [100.0, 60.0, 30.0]}
    >>> operating_result(pd.DataFrame(rows))
    10.0
    """
    rows = ledger_rows(ledger)
    absent = [rung for rung in ("revenue", "product_cost") if rung not in set(rows["rung"])]
    if absent:
        raise NotDefinedError(
            Sentence("the ledger states no {absent}, so EBIT is not known", absent=absent[0]),
            where="ledger.rung",
        )
    amounts = rows["amount"].where(rows["rung"] == "revenue", -rows["amount"])
    return float(amounts[rows["rung"] != "excluded"].sum())


def account_losses(
    pnl: pd.DataFrame,
    ledger: Any = None,
    activities: Any = None,
    activity_use: Any = None,
    team_share: float = 0.0,
    stranded_share: float = 0.0,
    costs: pd.DataFrame | None = None,
    ebit: float | None = None,
) -> pd.DataFrame:
    """What losing each customer would do to EBIT within the year, and what would stay behind.

    | ``ebit_change = −(contribution − avoidable_cost + stranded_cost)``
    | ``avoidable_cost = cost booked on the account below the contribution + team_share · team time``
    | ``stranded_cost = stranded_share · product_cost; idle_cost = (1 − team_share) · team time``

    Parameters
    ----------
    pnl : as :func:`kamkit.method.profitability.customer_pnl` returns it, by account.
    ledger : account_id, rung, amount, team, practical_minutes. Without it EBIT and what is avoidable
        are not known.
    activities, activity_use : as for ``customer_pnl``; without both, no time is traced.
    team_share : share of the teams' time that can be cut within the year, a fraction. At 0 the people
        stay: their time is left idle.
    stranded_share : share of the product cost that is fixed and stays, a fraction.
    costs : as :func:`account_costs` returns it, where it is at hand: ``activity_use`` is then not read.
    ebit : as :func:`operating_result` returns it, where it is at hand: the ledger is then not added up.

    Returns
    -------
    DataFrame
        By account, largest loss first: revenue (invoiced), revenue_share, contribution (CM1, else
        gross margin, else NaN), avoidable_cost, stranded_cost, idle_cost, idle_minutes, ebit_change
        (negative where EBIT is lost), share_of_ebit (NaN where EBIT is unknown or not positive).

    Raises
    ------
    ValuesError, ColumnError, UnitError
        As ``customer_pnl``; a share in percent.
    NotDefinedError
        No customer is known, or total revenue is not positive.

    Notes
    -----
    Source: definition; only avoidable cost falls away (Cooper & Kaplan, 1991). An account that loses
    money after team time can still carry EBIT: the time stays when the account goes.

    Examples
    --------
    >>> pnl = pd.DataFrame({"invoiced_revenue": [100.0], "product_cost": [60.0], "cm1": [40.0]},
    ...                    index=pd.Index(["a"], name="account_id"))
    >>> rows = {"rung": ["revenue", "product_cost", "service"], "amount": [100.0, 60.0, 15.0]}
    >>> ledger = pd.DataFrame(rows).assign(account_id=[None, None, "a"])
    >>> account_losses(pnl, ledger)[["contribution", "avoidable_cost", "ebit_change", "share_of_ebit"]]
                contribution  avoidable_cost  ebit_change  share_of_ebit
    account_id
    a                   40.0            15.0        -25.0            1.0
    """
    require_rungs(pnl, ["invoiced_revenue", "product_cost", "cm1"])
    cut, fixed = fraction(team_share, "team_share"), fraction(stranded_share, "stranded_share")
    known = pnl[pnl.index != UNASSIGNED]
    revenue, total = known["invoiced_revenue"], float(pnl["invoiced_revenue"].sum())
    if known.empty or not total > 0:
        raise NotDefinedError("no revenue of known customers can be lost", where="pnl.invoiced_revenue")
    if costs is None:
        costs = account_costs(known.index, ledger, activities, activity_use)
    booked, time, minutes = (costs[c].reindex(known.index) for c in ("booked", "team_cost", "minutes"))
    contribution = contribution_of(known)
    losses = pd.DataFrame({
        "revenue": revenue,
        "revenue_share": revenue / total,
        "contribution": contribution,
        "avoidable_cost": booked + cut * time,
        "stranded_cost": fixed * known["product_cost"] if fixed else contribution * 0.0,
        "idle_cost": (1 - cut) * time,
        "idle_minutes": (1 - cut) * minutes,
    })  # fmt: skip
    losses["ebit_change"] = -(contribution - losses["avoidable_cost"] + losses["stranded_cost"])
    if ebit is None:
        ebit = float("nan") if ledger is None else operating_result(ledger)
    losses["share_of_ebit"] = share_of_result(losses["ebit_change"], ebit)
    largest = losses.assign(less=-losses["revenue"], key=losses.index.astype("str"))
    return losses.loc[largest.sort_values(["ebit_change", "less", "key"]).index]


def contribution_of(pnl: pd.DataFrame) -> pd.Series:
    """CM1 where it is known for all, else gross margin, else NaN: one basis for all customers."""
    for basis in (pnl["cm1"], gross_margin(pnl)):
        if basis.notna().all():
            return basis.astype("float64")
    return pd.Series(np.nan, index=pnl.index)


def account_costs(
    among: pd.Index, ledger: Any = None, activities: Any = None, activity_use: Any = None
) -> pd.DataFrame:
    """What each account costs below its contribution: booked on it, and in the teams' time.

    Parameters
    ----------
    among : the accounts that are asked for.
    ledger, activities, activity_use : as for :func:`account_losses`.

    Returns
    -------
    DataFrame
        By account: booked (money, on the account itself), team_cost (money), minutes; NaN where not known.

    Raises
    ------
    ValuesError, ColumnError
        As ``cost_to_serve``.

    Notes
    -----
    Source: Kaplan & Anderson (2004).

    Examples
    --------
    >>> ledger = pd.DataFrame({"rung": ["service"], "amount": [15.0], "account_id": ["a"]})
    >>> account_costs(pd.Index(["a"]), ledger)[["booked", "team_cost"]]
       booked  team_cost
    a    15.0        0.0
    """
    costs = pd.DataFrame(np.nan, index=among, columns=["booked", "team_cost", "minutes"])
    if ledger is None:
        return costs
    rows = ledger_rows(ledger)
    own = traced(rows)
    below = own[own["rung"].isin(_BELOW_CONTRIBUTION)]
    costs["booked"] = below.groupby("account_id")["amount"].sum().reindex(among, fill_value=0.0)
    if activities is None or activity_use is None:
        return costs.assign(team_cost=0.0)
    served = served_cells(rows, activities, activity_use, ("account_id",))
    sums = served.groupby("account_id")[["cost", "minutes"]].sum().reindex(among, fill_value=0.0)
    return costs.assign(team_cost=sums["cost"], minutes=sums["minutes"])


def team_minutes_by_account(ledger: Any, activities: Any, activity_use: Any) -> pd.DataFrame:
    """Minutes that each team works for each account.

    ``count · base_minutes + extra_units · extra_minutes``, summed over a team's activities

    Parameters
    ----------
    ledger, activities, activity_use : as for :func:`kamkit.method.profitability.cost_to_serve`.

    Returns
    -------
    DataFrame
        Accounts × teams, minutes; 0 where a team does nothing for an account.

    Raises
    ------
    ValuesError, ColumnError, EmptyError
        As ``cost_to_serve``.

    Notes
    -----
    Source: Kaplan & Anderson (2004).

    Examples
    --------
    >>> ledger = pd.DataFrame({"month": ["2025-01-01"], "code": ["60"], "rung": ["service"],
    ...                        "amount": [800.0], "team": ["Service"], "practical_minutes": [1000.0]})
    >>> activities = pd.DataFrame({"activity_id": ["order"], "team": ["Service"], "rung": ["service"],
    ...                            "base_minutes": [8.0]})
    >>> use = pd.DataFrame({"account_id": ["a"], "activity_id": ["order"], "count": [50]})
    >>> team_minutes_by_account(ledger, activities, use).loc["a", "Service"]
    np.float64(400.0)
    """
    served = served_cells(ledger_rows(ledger), activities, activity_use, ("account_id",))
    return served.pivot_table("minutes", "account_id", "team", aggfunc="sum", fill_value=0.0).astype(
        "float64"
    )


def known_names(accounts: Any) -> pd.Series:
    """Names by account."""
    table = as_pandas(accounts, "accounts", ["account_id", "name"])
    return pd.Series(
        table["name"].to_numpy(), index=identifiers(table, "account_id", "accounts"), name="name"
    )
