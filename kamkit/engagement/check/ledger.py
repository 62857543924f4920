"""The ledger's own sums, and the teams whose cost reaches customers through activities."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from kamkit.engagement.check.given import Given, amount
from kamkit.engagement.check.matching import meant
from kamkit.engagement.problems import Problem
from kamkit.errors import list_some

__all__ = [
    "activity_rung",
    "minutes_of_a_team",
    "minutes_once",
    "minutes_there",
    "one_rung_per_team",
    "team_in_ledger",
    "transfers",
]

_HALF_A_CENT = 0.005
_SHOWN = 4
_MINUTES = "ledger.practical_minutes"


def transfers(given: Given) -> Iterator[Problem]:
    """Transfers between business units, which net to zero in each month."""
    ledger = given.table("ledger", "month", "rung", "amount")
    if ledger is None:
        return
    moved = given.within(ledger[ledger["rung"] == "transfer"])
    net = moved.groupby("month")["amount"].agg(math.fsum)
    off = net[net.abs() >= _HALF_A_CENT]
    if len(off):
        currency, total = given.config.currency, math.fsum(moved["amount"])
        shown = "; ".join(f"{m:%Y-%m}: {amount(x, currency)}" for m, x in off.head(_SHOWN).items())
        more = f"; and {len(off) - _SHOWN} more months" if len(off) > _SHOWN else ""
        what = f"transfers don't net to zero: {amount(total, currency)} over the period ({shown}{more})"
        remedy = "add the missing side" if abs(total) >= _HALF_A_CENT else "book both sides in the same month"
        yield given.fatal("ledger.amount", what, remedy, rows=moved.index[moved["month"].isin(off.index)])


def _team_rows(given: Given) -> pd.DataFrame | None:
    """Rows whose cost is the team's to hand on: with a team, not traced to an account."""
    ledger = given.table("ledger", "month", "rung", "amount", "team")
    if ledger is None:
        return None
    rows = ledger[ledger["team"].notna()]
    return rows[rows["account_id"].isna()] if "account_id" in rows else rows


def _rungs(rows: pd.DataFrame) -> dict[str, list[str]]:
    return {str(team): sorted(found.unique()) for team, found in rows.groupby("team", sort=False)["rung"]}


def one_rung_per_team(given: Given) -> Iterator[Problem]:
    """A team whose cost stands on several rungs."""
    rows = _team_rows(given)
    for team, rungs in _rungs(rows).items() if rows is not None else ():
        if len(rungs) > 1:
            what = f"the team's cost stands on several rungs: {', '.join(rungs)}"
            remedy = "a team has one rung: split the team, or move the rows"
            yield given.fatal("ledger.team", what, remedy, rows=rows.index[rows["team"] == team])  # type: ignore[union-attr, index]


def team_in_ledger(given: Given) -> Iterator[Problem]:
    """Activities of a team that has no cost in the ledger."""
    rows, activities = _team_rows(given), given.table("activities", "team")
    if activities is None or rows is None:
        return
    teams = pd.Index(rows["team"].unique())
    for team, done in activities[~activities["team"].isin(teams)].groupby("team", sort=False):
        what = "the team has no cost in the ledger: what its activities cost is not known"
        remedy = f"{meant(team, teams)} write the same team here and on its rows of the ledger".strip()
        yield given.fatal("activities.team", what, remedy, rows=done.index)


def activity_rung(given: Given) -> Iterator[Problem]:
    """Activities that stand on another rung than their team's cost."""
    rows, activities = _team_rows(given), given.table("activities", "team", "rung")
    if activities is None or rows is None:
        return
    rungs = _rungs(rows)
    for team, done in activities[activities["team"].isin(list(rungs))].groupby("team", sort=False):
        other = done[~done["rung"].isin(rungs[str(team)])]
        if len(other):
            here, there = list_some(other["rung"].unique().tolist()), list_some(rungs[str(team)])
            what = f"the cost of team {team} stands on rung {there} in the ledger, here on {here}"
            yield given.fatal(
                "activities.rung", what, "write the rung of the ledger in both", rows=other.index
            )


def minutes_of_a_team(given: Given) -> Iterator[Problem]:
    """Practical minutes on a row without a team."""
    ledger = given.table("ledger", "practical_minutes")
    if ledger is None:
        return
    nobody = ledger["team"].isna() if "team" in ledger else pd.Series(True, index=ledger.index)
    rows = ledger.index[(ledger["practical_minutes"] > 0) & nobody]
    if len(rows):
        yield given.fatal(
            _MINUTES, "practical_minutes without a team", "write whose minutes they are", rows=rows
        )


def minutes_once(given: Given) -> Iterator[Problem]:
    """Practical minutes that stand more than once for a team and month, and would be counted twice."""
    ledger = given.table("ledger", "month", "team", "practical_minutes")
    if ledger is None:
        return
    stated = ledger[(ledger["practical_minutes"] > 0) & ledger["team"].notna()]
    for team, rows in stated[stated.duplicated(["team", "month"], keep=False)].groupby("team", sort=False):
        what = f"team {team}: practical_minutes stand more than once in {_months(rows)} and would be added up"
        yield given.fatal(_MINUTES, what, "write them on one row per team and month", rows=rows.index)


def _months(rows: pd.DataFrame) -> str:
    found = sorted(rows["month"].dropna().unique())
    shown = ", ".join(f"{pd.Timestamp(m):%Y-%m}" for m in found[:_SHOWN])
    return f"{shown} and {len(found) - _SHOWN} more months" if len(found) > _SHOWN else shown


def minutes_there(given: Given) -> Iterator[Problem]:
    """Teams that do activities, without the minutes that make a rate."""
    rows, activities = _team_rows(given), given.table("activities", "team")
    if rows is None or activities is None:
        return
    for team, its in given.within(rows).groupby("team", sort=False):
        if team not in set(activities["team"]):
            continue
        stated = (
            its["practical_minutes"] > 0 if "practical_minutes" in its else pd.Series(False, index=its.index)
        )
        bare = its[~its["month"].isin(its.loc[stated, "month"])]
        if not stated.any():
            what = f"team {team} has no practical_minutes, so there is no cost per minute"
            remedy = "write the team's practical minutes on one of its rows per month"
            yield given.fatal(_MINUTES, what, remedy, rows=its.index)
        elif len(bare):
            what = (
                f"team {team} has cost but no practical_minutes in {_months(bare)}: its rate is then too high"
            )
            yield given.warning(_MINUTES, what, "write the minutes of every month", rows=bare.index)
