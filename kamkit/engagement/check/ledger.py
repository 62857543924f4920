"""The ledger's own sums, and the teams whose cost reaches customers through activities."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from kamkit.engagement.check.given import Given, amount
from kamkit.engagement.check.matching import meant
from kamkit.engagement.problems import Problem
from kamkit.errors import list_some

__all__ = ["activity_rung", "minutes_once", "minutes_there", "one_rung_per_team", "transfers"]

_HALF_A_CENT = 0.005
_SHOWN = 4


def transfers(given: Given) -> Iterator[Problem]:
    """Transfers between business units, which net to zero in each month."""
    ledger = given.table("ledger", "month", "rung", "amount")
    if ledger is None:
        return
    moved = given.within(ledger[ledger["rung"] == "transfer"])
    net = moved.groupby("month")["amount"].agg(math.fsum)
    off = net[net.abs() >= _HALF_A_CENT]
    if off.empty:
        return
    currency, total = given.config.currency, math.fsum(moved["amount"])
    shown = "; ".join(f"{m:%Y-%m}: {amount(x, currency)}" for m, x in off.head(_SHOWN).items())
    more = f"; and {len(off) - _SHOWN} more months" if len(off) > _SHOWN else ""
    what = f"transfers don't net to zero: {amount(total, currency)} over the period ({shown}{more})"
    remedy = "add the missing side" if abs(total) >= _HALF_A_CENT else "book both sides in the same month"
    yield given.problem(
        "fatal", "ledger", what, remedy, column="amount", rows=moved.index[moved["month"].isin(off.index)]
    )


def _team_rows(given: Given) -> pd.DataFrame | None:
    """Rows whose cost is the team's to hand on: with a team, not traced to an account."""
    ledger = given.table("ledger", "month", "rung", "amount", "team")
    if ledger is None:
        return None
    rows = ledger[ledger["team"].notna()]
    return rows[rows["account_id"].isna()] if "account_id" in rows else rows


def one_rung_per_team(given: Given) -> Iterator[Problem]:
    """A team whose cost stands on several rungs."""
    rows = _team_rows(given)
    if rows is None:
        return
    rungs = rows.groupby("team")["rung"].unique()
    for team, found in rungs[rungs.map(len) > 1].items():
        what = f"the team's cost stands on several rungs: {', '.join(sorted(found))}"
        yield given.problem("fatal", "ledger", what, "a team has one rung: split the team, or move the rows",
                            column="team", value=team, rows=rows.index[rows["team"] == team])  # fmt: skip


def activity_rung(given: Given) -> Iterator[Problem]:
    """Activities whose team is not in the ledger, or stands there on another rung."""
    rows, activities = _team_rows(given), given.table("activities", "team", "rung")
    if activities is None or rows is None:
        return
    rungs = rows.groupby("team")["rung"].unique()
    for team, done in activities.dropna(subset=["team"]).groupby("team", sort=False):
        if team not in rungs.index:
            what = "the team has no cost in the ledger: what its activities cost is not known"
            remedy = f"{meant(team, rungs.index)} write the team on its rows of the ledger".strip()
            yield given.problem(
                "fatal", "activities", what, remedy, column="team", value=team, rows=done.index
            )
            continue
        other = done[~done["rung"].isin(rungs[team])]
        if len(other):
            what = f"team {team} stands on rung {' and '.join(rungs[team])} in the ledger, here on {list_some(other['rung'].unique().tolist())}"
            yield given.problem("fatal", "activities", what, "write the rung of the ledger in both", column="rung",
                                value=other["rung"].iloc[0], rows=other.index)  # fmt: skip


def minutes_once(given: Given) -> Iterator[Problem]:
    """Practical minutes that stand more than once for a team and month, and would be counted twice."""
    ledger = given.table("ledger", "month", "team", "practical_minutes")
    if ledger is None:
        return
    stated = ledger[ledger["practical_minutes"].fillna(0) > 0]
    lost = stated[stated["team"].isna()]
    if len(lost):
        yield given.problem("fatal", "ledger", "practical_minutes without a team", "write whose minutes they are",
                            column="practical_minutes", value=lost["practical_minutes"].iloc[0], rows=lost.index)  # fmt: skip
    twice = stated[stated["team"].notna() & stated.duplicated(["team", "month"], keep=False)]
    for team, rows in twice.groupby("team", sort=False):
        what = f"team {team}: practical_minutes stand more than once in {_months(rows)} and would be added up"
        yield given.problem("fatal", "ledger", what, "write them on one row per team and month",
                            column="practical_minutes", value=rows["practical_minutes"].iloc[0], rows=rows.index)  # fmt: skip


def _months(rows: pd.DataFrame) -> str:
    found = sorted(rows["month"].dropna().unique())
    shown = ", ".join(f"{pd.Timestamp(m):%Y-%m}" for m in found[:_SHOWN])
    return f"{shown} and {len(found) - _SHOWN} more months" if len(found) > _SHOWN else shown


def minutes_there(given: Given) -> Iterator[Problem]:
    """Teams that activities are handed out from, without the minutes that make a rate."""
    rows, activities = _team_rows(given), given.table("activities", "team")
    if rows is None or activities is None:
        return
    rows = given.within(rows)
    minutes = (
        rows["practical_minutes"].fillna(0) if "practical_minutes" in rows else pd.Series(0.0, rows.index)
    )
    for team in activities["team"].dropna().unique():
        its = rows[rows["team"] == team]
        by_month = minutes.loc[its.index].groupby(its["month"]).sum()
        bare = its[its["month"].isin(by_month.index[by_month <= 0])]
        if its.empty or bare.empty:
            continue
        if len(by_month[by_month > 0]) == 0:
            what = f"team {team} has no practical_minutes, so there is no cost per minute"
            yield given.problem("fatal", "ledger", what, "write the team's practical minutes on one row per month",
                                column="practical_minutes", rows=its.index)  # fmt: skip
        else:
            what = (
                f"team {team} has cost but no practical_minutes in {_months(bare)}: its minutes cost too much"
            )
            yield given.problem("warning", "ledger", what, "write the minutes of every month", column="practical_minutes",
                                rows=bare.index)  # fmt: skip
