"""The eight problems of key-account programmes, each measured in the client's own tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.capability.evidence import (
    Measured,
    Missing,
    checked_limits,
    key_accounts,
    row_of,
    with_complete_goal,
    with_unclear_roles,
)
from kamkit.method.frames import UNASSIGNED, as_pandas, identifiers, numeric, require_columns
from kamkit.method.scoring import failed_gates, instrument_criteria, judged_values

__all__ = ["PROBLEMS", "PROBLEM_LIMITS", "eight_problems"]

PROBLEMS = {
    "problem_definition": "key_accounts_off_criteria",
    "problem_units": "deals_booked_twice",
    "problem_complexity": "contacts_without_owner",
    "problem_conflict": "good_for_group_bad_for_unit",
    "problem_strategy": "key_accounts_without_goal",
    "problem_roles": "key_accounts_with_unclear_roles",
    "problem_measurement": "hours_rewarded_by_unit_revenue",
    "problem_skills": "skills_a_background_lacks",
}
"""Mercuri's eight problems, and the measure that shows each of them."""

_OF_MONEY, _OF_COUNTS = 0.05, 0.20
PROBLEM_LIMITS = {
    name: _OF_MONEY if name in ("problem_units", "problem_conflict") else _OF_COUNTS for name in PROBLEMS
}
"""A problem begins beyond this part: a twentieth of the money, a fifth of the accounts, contacts, hours or
skills."""

UNIT_INCENTIVES, FIXED_INCENTIVES = ("unit_revenue",), ("fixed",)


def eight_problems(
    accounts: Any = None,
    criteria: Any = None,
    responses: Any = None,
    assignments: Any = None,
    opportunities: Any = None,
    plan_items: Any = None,
    relationship_coverage: Any = None,
    raci_defects: Any = None,
    role_agreement: Any = None,
    double_booked: Any = None,
    conflicts: Any = None,
    group_results: Any = None,
    skill_gaps: Any = None,
    limits: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Mercuri's eight problems, each with a measure, its value and what it says.

    Every measure is a defect, a part of a whole; a problem is found where ``value > limit``. Limits are
    the same for everybody and stated beside the value: money begins to matter at a twentieth, the usual
    line of materiality; accounts, contacts, hours and skills at a fifth. A measure whose tables are
    missing is not assessed, which is neither good nor bad.

    Parameters
    ----------
    accounts : table ``accounts``; key accounts have kam_start or kam_tier.
    criteria, responses : tables of the choice, instrument ``attractiveness``.
    assignments : hours_year, incentive. Hours paid ``fixed`` count neither way.
    opportunities : open deals, which double_booked is held against.
    plan_items : goals of the accounts.
    relationship_coverage, raci_defects, role_agreement : as step 7 hands them on.
    double_booked : as step 8 hands it on.
    conflicts, group_results : as step 9 hands them on.
    skill_gaps : as :func:`kamkit.method.capability.skill_gaps` returns it.
    limits : by problem, the part that is borne (fraction), where it was decided otherwise.

    Returns
    -------
    DataFrame
        problem, measure, value (fraction), limit, part, whole, unit (accounts, contacts, money, hours,
        skills), found, assessed, reading (a key), found_at (accounts, people or skills), needs (the tables
        that are missing); the eight in Mercuri's order.

    Raises
    ------
    NotDefinedError
        Not one of the eight can be measured.
    ParameterError, UnitError
        A limit for no problem, or one in percent.
    ColumnError, ValuesError
        A table lacks columns or holds wrong values.

    Notes
    -----
    Source: Mercuri's eight problems; measures and limits are our own.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": ["a", "b"], "kam_tier": ["A", "A"]})
    >>> plan_items = pd.DataFrame({"subject_type": "account", "subject_id": ["a"], "kind": "goal",
    ...     "metric": "share of wallet", "target": 0.4, "owner": "KAM01", "due": "2026-12-31"})
    >>> found = eight_problems(accounts, plan_items=plan_items).set_index("problem")
    >>> found.loc[["problem_strategy"], ["value", "limit", "found", "found_at"]].to_numpy().tolist()
    [[0.5, 0.2, True, 'b']]
    >>> found.loc["problem_skills", "needs"]
    'criteria, responses, assignments'
    """
    borne = checked_limits(limits, PROBLEM_LIMITS)
    keys = _keys(accounts)
    measures = {
        "problem_definition": _definition(keys, criteria, responses),
        "problem_units": _units(opportunities, double_booked),
        "problem_complexity": _complexity(keys, relationship_coverage),
        "problem_conflict": _conflict(conflicts, group_results),
        "problem_strategy": _strategy(keys, plan_items),
        "problem_roles": _roles(keys, raci_defects, role_agreement),
        "problem_measurement": _measurement(assignments),
        "problem_skills": _skills(skill_gaps),
    }
    rows = [_line(name, row_of(found), borne[name]) for name, found in measures.items()]
    table = pd.DataFrame(rows)
    if not table["assessed"].any():
        raise NotDefinedError(
            "it takes key accounts (kam_start) with plans, roles, contacts, deals, scores or skills",
            where="accounts, assignments, contacts, criteria, opportunities, plan_items, responses",
        )
    return table


def _line(problem: str, cells: dict[str, Any], limit: float) -> dict[str, Any]:
    found = bool(cells["assessed"] and cells["value"] > limit)
    verdict = "found" if found else "clear" if cells["assessed"] else "open"
    kept = ("value", "part", "whole", "unit", "assessed", "found_at", "needs")
    value, *others = kept
    return {
        "problem": problem,
        "measure": PROBLEMS[problem],
        value: cells[value],
        "limit": limit,
        **{name: cells[name] for name in others},
        "found": found,
        "reading": f"{problem}_{verdict}" if verdict != "open" else "not_assessed",
    }


def _keys(accounts: Any) -> pd.Index | None:
    if accounts is None:
        return None
    try:
        return key_accounts(accounts)
    except NotDefinedError:
        return None


_NO_KEYS = "accounts (kam_start)"


def _definition(keys: pd.Index | None, criteria: Any, responses: Any) -> Measured | Missing:
    """Key accounts that were not scored on all agreed criteria, or are in against a gate."""
    if criteria is None or responses is None or keys is None:
        given = {_NO_KEYS: keys, "criteria": criteria, "responses": responses}
        return Missing(tuple(name for name, table in given.items() if table is None))
    try:
        known = instrument_criteria(criteria, "attractiveness")
        values = judged_values(responses, "attractiveness").reindex(columns=known.index).dropna()
    except NotDefinedError:
        return Missing(("criteria", "responses"))
    if "weight" not in known or known["weight"].isna().all():
        return Missing(("criteria (weight)",))
    scored = values[values.index.isin(keys)]
    failed = set(failed_gates(scored, known).iloc[:, 0]) if len(scored) else set()
    off = [a for a in keys if a not in scored.index or a in failed]
    return Measured(len(off), len(keys), "accounts", off)


def _units(opportunities: Any, double_booked: Any) -> Measured | Missing:
    """Of the open pipeline, the amount that stands in the books of two units."""
    if opportunities is None or double_booked is None or "outcome" not in opportunities:
        return Missing(("opportunities",))
    table = as_pandas(opportunities, "opportunities", ["opportunity_id", "amount", "outcome"])
    open_deals = table[table["outcome"] == "open"].set_index("opportunity_id")["amount"]
    require_columns(double_booked.columns, ["account_id", "later_amount"], "double_booked")
    double = float(double_booked["later_amount"].sum())
    at = _ranked(double_booked, "later_amount")
    return Measured(double, float(open_deals.sum()), "money", at)


def _complexity(keys: pd.Index | None, relationship_coverage: Any) -> Measured | Missing:
    """Of the contacts at key accounts, those whom nobody of us knows."""
    if keys is None or relationship_coverage is None:
        return Missing((_NO_KEYS,) if keys is None else ("contacts", "relationships"))
    require_columns(relationship_coverage.columns, ["contacts", "unowned"], "relationship_coverage")
    table = relationship_coverage[relationship_coverage.index.isin(keys)]
    if table.empty:
        return Missing(("contacts", "relationships"))
    unowned = numeric(table, "unowned", "relationship_coverage")
    worst = unowned[unowned > 0].sort_values(ascending=False, kind="stable").index
    contacts = numeric(table, "contacts", "relationship_coverage")
    return Measured(float(unowned.sum()), float(contacts.sum()), "contacts", list(worst))


def _conflict(conflicts: Any, group_results: Any) -> Measured | Missing:
    """What units lose on accounts that the group earns on, of what all accounts earn."""
    if conflicts is None or group_results is None:
        return Missing(("sales", "ledger", "products"))
    require_columns(conflicts.columns, ["account_id", "unit_result"], "conflicts")
    known = group_results.reset_index() if "account_id" not in group_results else group_results
    known = known[known["account_id"].astype(str) != UNASSIGNED]
    lost = conflicts.assign(lost=-numeric(conflicts, "unit_result", "conflicts"))
    earned = float(numeric(known, "result", "group_results").sum())
    return Measured(float(lost["lost"].sum()), earned, "money", _ranked(lost, "lost"))


def _strategy(keys: pd.Index | None, plan_items: Any) -> Measured | Missing:
    """Key accounts without a goal that has measure, target, owner and day."""
    if keys is None or plan_items is None:
        return Missing((_NO_KEYS,) if keys is None else ("plan_items",))
    stated = with_complete_goal(plan_items)
    without = [a for a in keys if a not in stated]
    return Measured(len(without), len(keys), "accounts", without)


def _roles(keys: pd.Index | None, raci_defects: Any, role_agreement: Any) -> Measured | Missing:
    """Key accounts on which a task is not one person's, or those asked do not name the same one."""
    if keys is None or raci_defects is None:
        return Missing((_NO_KEYS,) if keys is None else ("assignments",))
    unclear = with_unclear_roles(keys, raci_defects, role_agreement)
    return Measured(len(unclear), len(keys), "accounts", unclear)


def _measurement(assignments: Any) -> Measured | Missing:
    """Of the hours that are rewarded for a result, those rewarded for the revenue of one unit."""
    if assignments is None or not {"hours_year", "incentive"} <= set(assignments):
        return Missing(("assignments",) if assignments is None else ("assignments (hours_year, incentive)",))
    rows = assignments[assignments["hours_year"].notna() & assignments["incentive"].notna()]
    if rows.empty:
        return Missing(("assignments (hours_year, incentive)",))
    rewarded = rows[~rows["incentive"].isin(FIXED_INCENTIVES)]
    unit = rewarded["incentive"].isin(UNIT_INCENTIVES)
    hours = numeric(rewarded, "hours_year", "assignments")
    people = identifiers(rewarded[unit], "person_id", "assignments")
    whole = hours.sum() or numeric(rows, "hours_year", "assignments").sum()
    return Measured(float(hours[unit].sum()), float(whole), "hours", sorted(set(people)))


def _skills(skill_gaps: Any) -> Measured | Missing:
    """Of the skills asked for, those in which a whole background is a full step short."""
    if skill_gaps is None:
        return Missing(("criteria", "responses", "assignments"))
    lacking = skill_gaps.loc[skill_gaps["lacking"].astype(bool), "skill"]
    lacked = list(dict.fromkeys(lacking))
    return Measured(len(lacked), skill_gaps["item_id"].nunique(), "skills", lacked)


def _ranked(table: pd.DataFrame, amount: str) -> list[str]:
    """Accounts by the amount found at them, the largest first."""
    if table.empty:
        return []
    sums = table.groupby(table["account_id"].astype(str))[amount].sum()
    return list(sums.sort_values(ascending=False, kind="stable").index)
