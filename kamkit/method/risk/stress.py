"""Several customers lost at once: EBIT, capacity left idle, months to replace them."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import fsum
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import (
    EmptyError,
    NotDefinedError,
    ParameterError,
    Sentence,
    ValuesError,
    list_some,
    nearest,
)
from kamkit.method.frames import UNASSIGNED, account_series, as_pandas, identifiers, number
from kamkit.method.profitability.ladder import require_rungs
from kamkit.method.risk.accounts import contribution_of
from kamkit.method.risk.loss import UNKNOWN_LOSS, aligned, require_frame, share_of_result

__all__ = ["Stress", "idle_capacity", "joint_losses", "months_to_replace", "new_business", "stress"]

_JOINT = ["revenue_share", "idle_cost", "ebit_change"]


@dataclass(frozen=True)
class Stress:
    """Customers lost together: money a year, minutes of the period, months. NaN where not known."""

    accounts: tuple[str, ...]
    revenue: float
    revenue_share: float
    contribution: float
    avoidable_cost: float
    stranded_cost: float
    ebit_change: float
    share_of_ebit: float
    ebit_after: float
    idle_minutes: float
    months_to_replace: float
    teams: pd.DataFrame | None = field(default=None, repr=False)


def stress(
    pnl: pd.DataFrame,
    accounts: Any,
    ebit: float | None = None,
    avoidable_cost: Any = 0.0,
    stranded_cost: Any = 0.0,
    minutes: pd.DataFrame | None = None,
    capacity: pd.DataFrame | None = None,
    won_a_month: float | None = None,
) -> Stress:
    """What losing several customers at once would do.

    ``ΔEBIT = −sum over the lost of (contribution − avoidable cost + stranded cost)``

    Parameters
    ----------
    pnl : as ``customer_pnl`` returns it, by account.
    accounts : the customers to lose: their ids, or how many of the largest by revenue.
    ebit : of the period, money; None if it is not known.
    avoidable_cost, stranded_cost : by account (as :func:`account_losses` returns them), or one number
        for each account.
    minutes : accounts × teams, as :func:`team_minutes_by_account` returns it.
    capacity : as ``capacity_use`` returns it; with ``minutes``, gives the teams' use before and after.
    won_a_month : yearly contribution won from new customers in a month, see :func:`new_business`.

    Returns
    -------
    Stress
        accounts, revenue, revenue_share (of all revenue, unassigned included), contribution,
        avoidable_cost, stranded_cost, ebit_change (negative), share_of_ebit, ebit_after,
        idle_minutes, months_to_replace; teams as :func:`idle_capacity` returns it, or None.

    Raises
    ------
    ParameterError
        An account that has no row, or stands twice; a number below 1.
    NotDefinedError
        Neither CM1 nor gross margin is known, or total revenue is not positive.
    ColumnError, ValuesError
        As the functions named above.

    Notes
    -----
    Source: definition; joint loss of the largest rather than a sum of likelihoods, since large
    customers of one industry leave for one reason.

    Examples
    --------
    >>> pnl = pd.DataFrame({"invoiced_revenue": [60.0, 40.0], "product_cost": [30.0, 20.0],
    ...                     "cm1": [30.0, 20.0]}, index=pd.Index(["a", "b"], name="account_id"))
    >>> both = stress(pnl, ["a", "b"], ebit=25.0)
    >>> both.ebit_change, both.ebit_after
    (-50.0, -25.0)
    """
    require_rungs(pnl, ["invoiced_revenue", "product_cost", "cm1"])
    lost = _chosen(accounts, pnl)
    total, contribution = fsum(pnl["invoiced_revenue"]), contribution_of(pnl[pnl.index != UNASSIGNED])
    if contribution.isna().any():
        raise NotDefinedError(
            "the contribution of the customers is not known, so neither is what losing them costs",
            where="pnl.cm1, pnl.product_cost",
        )
    if not total > 0:
        raise NotDefinedError("total revenue is not positive", where="pnl.invoiced_revenue")
    revenue, margin = fsum(pnl.loc[lost, "invoiced_revenue"]), fsum(contribution[lost])
    avoided = fsum(aligned(avoidable_cost, lost, "avoidable_cost"))
    stranded = fsum(aligned(stranded_cost, lost, "stranded_cost"))
    change, earned = -(margin - avoided + stranded), np.nan if ebit is None else number(ebit, "ebit")
    freed = None if minutes is None else minutes.reindex(lost, fill_value=0.0).sum()
    return Stress(
        accounts=tuple(lost),
        revenue=revenue,
        revenue_share=revenue / total,
        contribution=margin,
        avoidable_cost=avoided,
        stranded_cost=stranded,
        ebit_change=change,
        share_of_ebit=float(share_of_result(change, earned)),
        ebit_after=earned + change,
        idle_minutes=np.nan if freed is None else float(freed.sum()),
        months_to_replace=_months(margin, won_a_month),
        teams=None if freed is None or capacity is None else idle_capacity(capacity, freed),
    )


def _chosen(accounts: Any, pnl: pd.DataFrame) -> pd.Index:
    """The customers to lose, each with a row."""
    known = pnl[pnl.index != UNASSIGNED]
    if isinstance(accounts, int | np.integer) and not isinstance(accounts, bool):
        if accounts < 1:
            raise ParameterError(f"accounts = {accounts} is below 1", where="accounts")
        ranked = known.assign(key=known.index.astype("str"))
        ranked = ranked.sort_values(["invoiced_revenue", "key"], ascending=[False, True])
        return ranked.index[: int(accounts)]
    wanted = pd.Index([accounts] if isinstance(accounts, str) else list(accounts))
    if wanted.empty:
        raise EmptyError("no account is chosen", where="accounts", remedy="name at least one")
    double, strange = list(wanted[wanted.duplicated()]), list(wanted.difference(known.index))
    if double:
        raise ParameterError(f"{list_some(double)} stands twice", where="accounts")
    if strange:
        near = nearest(str(strange[0]), known.index.astype("str"))
        raise ParameterError(
            f"{list_some(strange)} is no customer of this P&L", where="accounts",
            remedy=f"did you mean {near[0]!r}?" if near else "",
        )  # fmt: skip
    return wanted


def idle_capacity(capacity: pd.DataFrame, freed: pd.Series) -> pd.DataFrame:
    """The teams' use before and after customers are gone, and what the idle time costs.

    ``utilisation after = (used − freed) / supplied; idle cost = freed · rate``

    Parameters
    ----------
    capacity : team, supplied_minutes, used_minutes, unused_minutes, unused_cost, as ``capacity_use``
        returns it.
    freed : minutes by team.

    Returns
    -------
    DataFrame
        By team: supplied_minutes, freed_minutes, utilisation_before, utilisation_after. NaN where a
        team states no minutes.

    Raises
    ------
    ColumnError
        ``capacity`` lacks a column.

    Notes
    -----
    Source: Kaplan & Anderson (2004).

    Examples
    --------
    >>> capacity = pd.DataFrame({"team": ["Service"], "supplied_minutes": [1000.0], "used_minutes": [900.0]})
    >>> idle_capacity(capacity, pd.Series({"Service": 400.0})).loc["Service", "utilisation_after"]
    np.float64(0.5)
    """
    table = require_frame(capacity, ["team", "supplied_minutes", "used_minutes"], "capacity", "capacity_use")
    teams = table.set_index("team")
    less = freed.reindex(teams.index, fill_value=0.0)
    return pd.DataFrame({
        "supplied_minutes": teams["supplied_minutes"],
        "freed_minutes": less,
        "utilisation_before": teams["used_minutes"] / teams["supplied_minutes"],
        "utilisation_after": (teams["used_minutes"] - less) / teams["supplied_minutes"],
    })  # fmt: skip


def joint_losses(losses: pd.DataFrame, ebit: float | None = None, most: int = 10) -> pd.DataFrame:
    """EBIT if the customers that carry most of it left, one after the other.

    ``EBIT after k = EBIT + sum of the k largest losses``

    Parameters
    ----------
    losses : revenue_share, idle_cost, ebit_change by account, as :func:`account_losses` returns it.
    ebit : of the period, money; None if it is not known.
    most : how many to lose at most.

    Returns
    -------
    DataFrame
        One row for 0, 1, … lost: lost, account_id (the last to go; empty in the first row),
        revenue_share, idle_cost, ebit_change, ebit_after, share_of_ebit; all together.

    Raises
    ------
    NotDefinedError
        What a loss does to EBIT is not known.
    ParameterError, ColumnError
        ``most`` below 1, or a missing column.

    Notes
    -----
    Source: definition; the order is that of the loss, so no other k customers cost more.

    Examples
    --------
    >>> index = pd.Index(["a", "b"], name="account_id")
    >>> losses = pd.DataFrame({"revenue_share": [0.3, 0.2], "idle_cost": 0.0, "ebit_change": [-8.0, -5.0]},
    ...                       index=index)
    >>> joint_losses(losses, ebit=10.0)["ebit_after"].tolist()
    [10.0, 2.0, -3.0]
    """
    table = require_frame(losses, _JOINT, "losses", "account_losses")
    if int(most) < 1:
        raise ParameterError(f"most = {most} is below 1", where="most")
    if table["ebit_change"].isna().any():
        raise NotDefinedError(UNKNOWN_LOSS, where="losses.ebit_change")
    ranked = table.assign(key=table.index.astype("str")).sort_values(["ebit_change", "key"]).head(int(most))
    sums = np.vstack([np.zeros(len(_JOINT)), ranked[_JOINT].to_numpy(dtype=float).cumsum(axis=0)])
    curve = pd.DataFrame(sums, columns=_JOINT)
    curve.insert(0, "lost", range(len(curve)))
    curve.insert(1, "account_id", ["", *ranked.index.astype("str")])
    earned = np.nan if ebit is None else number(ebit, "ebit")
    return curve.assign(
        ebit_after=earned + curve["ebit_change"], share_of_ebit=share_of_result(curve["ebit_change"], earned)
    )


def new_business(pnl: pd.DataFrame, accounts: Any, today: Any, years: int = 3) -> float:
    """Yearly contribution won from new customers in a month.

    ``contribution of customers since today − years, over 12 · years``

    Parameters
    ----------
    pnl : as ``customer_pnl`` returns it, by account, for a year up to ``today``.
    accounts : account_id, since.
    today : last day of the period.
    years : how far back a customer counts as new.

    Returns
    -------
    float
        Money a year, won in a month.

    Raises
    ------
    NotDefinedError
        ``since`` or the contribution is not known, or new customers bring no contribution.
    ParameterError
        ``years`` below 1.

    Notes
    -----
    Source: own rule: what new customers bring *today*, after some have left again.

    Examples
    --------
    >>> pnl = pd.DataFrame({"invoiced_revenue": [100.0], "product_cost": [64.0], "cm1": [36.0]},
    ...                    index=pd.Index(["a"], name="account_id"))
    >>> accounts = pd.DataFrame({"account_id": ["a"], "since": ["2024-05-01"]})
    >>> new_business(pnl, accounts, "2025-12-31")
    1.0
    """
    require_rungs(pnl, ["invoiced_revenue", "product_cost", "cm1"])
    table = as_pandas(accounts, "accounts", ["account_id"])
    if "since" not in table.columns or table["since"].isna().all():
        raise NotDefinedError("accounts does not say since when anyone buys", where="accounts.since")
    if int(years) < 1:
        raise ParameterError(f"years = {years} is below 1", where="years")
    first = pd.Timestamp(today) - pd.DateOffset(years=int(years))
    new = identifiers(table, "account_id", "accounts")[pd.to_datetime(table["since"]) > first]
    won = float(contribution_of(pnl)[pnl.index.isin(new)].sum(skipna=False)) / (12 * int(years))
    if not won > 0:
        raise NotDefinedError(
            Sentence(
                "customers won in the last {years} years bring no contribution, so the months to replace "
                "one can't be told",
                years=int(years),
            ),
            where="accounts.since",
        )
    return won


def months_to_replace(contribution: pd.Series, won_a_month: float) -> pd.Series:
    """Months of winning new customers that make up for each customer's contribution.

    ``contribution a year / yearly contribution won in a month``

    Parameters
    ----------
    contribution : by account, money a year.
    won_a_month : as :func:`new_business` returns it, above 0.

    Returns
    -------
    Series
        Months; 0 where the contribution is not positive.

    Raises
    ------
    ValuesError, EmptyError
        NaN, or a rate that is not positive.

    Notes
    -----
    Source: definition. It takes all new customers of those months for one that is lost.

    Examples
    --------
    >>> months_to_replace(pd.Series({"a": 24.0}), 2.0)["a"]
    np.float64(12.0)
    """
    rate = number(won_a_month, "won_a_month")
    if not rate > 0:
        raise ValuesError(f"won_a_month = {rate:g} is not positive", where="won_a_month", allowed="above 0")
    amounts = account_series(contribution, "contribution")
    return (amounts.clip(lower=0.0) / rate).rename("months_to_replace")


def _months(contribution: float, won_a_month: float | None) -> float:
    if won_a_month is None:
        return float("nan")
    return float(months_to_replace(pd.Series({"": contribution}), won_a_month).iloc[0])
