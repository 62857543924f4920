"""The five practices of firms whose key-account programmes work, each measured in the client's tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.capability.evidence import (
    Measured,
    Missing,
    checked_limits,
    is_true,
    key_accounts,
    row_of,
    with_complete_goal,
    with_unclear_roles,
)
from kamkit.method.capability.stages import PHASES
from kamkit.method.frames import as_pandas

__all__ = ["PRACTICES", "PRACTICE_LIMITS", "five_practices"]

PRACTICES = {
    "practice_goals": "key_accounts_with_goal",
    "practice_value": "key_accounts_with_agreed_value",
    "practice_responsibility": "key_accounts_with_clear_roles",
    "practice_plan": "key_accounts_with_whole_plan",
    "practice_measuring": "key_accounts_measured_fully",
}
"""Mercuri's five practices, and the measure that shows each of them."""

PRACTICE_LIMITS = dict.fromkeys(PRACTICES, 0.80)
"""A practice is in place from this part of the key accounts on, and in part from a half of it."""

_DONE = ("done", "completed", "closed", "cancelled")


def five_practices(
    accounts: Any = None,
    plan_items: Any = None,
    assignments: Any = None,
    opportunities: Any = None,
    pnl: Any = None,
    raci_defects: Any = None,
    role_agreement: Any = None,
    maturity: pd.DataFrame | None = None,
    today: Any = None,
    limits: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Mercuri's five practices: on which part of the key accounts each is in place.

    In place where ``value >= limit``, in part where ``value >= limit / 2``, rare below. The first practice
    is in place only where the programme itself has a complete goal too; the last only where the managers
    do not put their measuring in one of the first two phases of maturity.

    Parameters
    ----------
    accounts : table ``accounts``; key accounts have kam_start or kam_tier.
    plan_items : goals (metric, target, owner, due), offers and value drivers (baseline, target, amount,
        customer_agreed), actions (owner, due, status), risks (probability, amount); subject_type ``company``
        is the programme.
    assignments : hours_year.
    opportunities : outcome, probability.
    pnl : by account_id, customer_profit.
    raci_defects, role_agreement : as step 7 hands them on.
    maturity : as :func:`kamkit.method.capability.maturity` returns it; its area ``measurement`` counts.
    today : an action that is due before this day and not done is late.
    limits : by practice, the part that is asked (fraction), where it was decided otherwise.

    Returns
    -------
    DataFrame
        practice, measure, value (fraction), limit, part, whole (key accounts), unit, assessed, found_at
        (key accounts where it is missing), needs (tables), status (in_place, in_part, rare, not_assessed),
        reading (a key); in Mercuri's order.

    Raises
    ------
    NotDefinedError
        No account is marked as a key account, or none of the five can be measured.
    ParameterError, UnitError
        A limit for no practice, or one in percent.

    Notes
    -----
    Source: Mercuri's five practices; measures and limits are our own.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": ["a", "b"], "kam_tier": ["A", "A"]})
    >>> goal = {"kind": "goal", "metric": "revenue", "target": 9.0, "owner": "K1", "due": "2026-12-31"}
    >>> plan_items = pd.DataFrame([{"subject_type": "account", "subject_id": s, **goal} for s in "ab"])
    >>> found = five_practices(accounts, plan_items).set_index("practice")
    >>> found.loc[["practice_goals"], ["value", "status", "reading"]].to_numpy().tolist()
    [[1.0, 'in_part', 'practice_goals_company']]
    """
    asked = checked_limits(limits, PRACTICE_LIMITS)
    keys = key_accounts(accounts)
    items = None if plan_items is None else as_pandas(plan_items, "plan_items", ["subject_id", "kind"])
    measures = {
        "practice_goals": _goals(keys, items),
        "practice_value": _value(keys, items),
        "practice_responsibility": _responsibility(keys, raci_defects, role_agreement),
        "practice_plan": _plans(keys, items, today),
        "practice_measuring": _measuring(keys, items, assignments, opportunities, pnl),
    }
    held_back = {}
    if items is not None and not with_complete_goal(items, "company"):
        held_back["practice_goals"] = "practice_goals_company"
    if maturity is not None and _young(maturity, "measurement"):
        held_back["practice_measuring"] = "practice_measuring_unused"
    rows = [_line(name, row_of(found), asked[name], held_back.get(name)) for name, found in measures.items()]
    table = pd.DataFrame(rows)
    if not table["assessed"].any():
        raise NotDefinedError("it takes plans and roles of the key accounts", where="plan_items, assignments")
    return table


def _line(practice: str, cells: dict[str, Any], limit: float, held_back: str | None) -> dict[str, Any]:
    status, reading = "not_assessed", "not_assessed"
    if cells["assessed"]:
        value = cells["value"]
        status = "in_place" if value >= limit else "in_part" if value >= limit / 2 else "rare"
        reading = f"{practice}_{status}"
        if held_back and status != "rare":
            status, reading = "in_part", held_back
    value = {"value": cells.pop("value"), "limit": limit}
    named = {"practice": practice, "measure": PRACTICES[practice]}
    return {**named, **value, **cells, "status": status, "reading": reading}


def _young(maturity: pd.DataFrame, area: str) -> bool:
    """Whether those asked put an area in one of the first two phases."""
    return bool(maturity.loc[maturity["area"] == area, "phase"].isin(PHASES[:2]).any())


def _measured(keys: pd.Index, there: Iterable[str]) -> Measured:
    """The key accounts where something is there; the subjects are those where it is not."""
    having = set(there)
    without = [a for a in keys if a not in having]
    return Measured(len(keys) - len(without), len(keys), "accounts", without)


def _goals(keys: pd.Index, items: pd.DataFrame | None) -> Measured | Missing:
    return Missing(("plan_items",)) if items is None else _measured(keys, with_complete_goal(items))


def _value(keys: pd.Index, items: pd.DataFrame | None) -> Measured | Missing:
    """An offer, and of what it is worth to the customer at least one part that the customer has agreed to."""
    if items is None:
        return Missing(("plan_items",))
    drivers = _with(items, "value_driver", ("baseline", "target", "amount", "customer_agreed"))
    agreed = drivers[is_true(drivers["customer_agreed"])]
    return _measured(keys, _subjects(_with(items, "offer")) & _subjects(agreed))


def _responsibility(keys: pd.Index, raci_defects: Any, role_agreement: Any) -> Measured | Missing:
    if raci_defects is None:
        return Missing(("assignments",))
    return _measured(keys, set(keys) - set(with_unclear_roles(keys, raci_defects, role_agreement)))


def _plans(keys: pd.Index, items: pd.DataFrame | None, today: Any) -> Measured | Missing:
    """Goal, offer and owned, dated actions in one plan, and no action late."""
    if items is None:
        return Missing(("plan_items",))
    actions = _with(items, "action", ("owner", "due"))
    late: set[str] = set()
    if today is not None and len(actions):
        status = actions.get("status", pd.Series("", index=actions.index))
        open_ = ~status.astype("object").fillna("").astype(str).str.casefold().isin(_DONE)
        late = _subjects(actions[open_ & (pd.to_datetime(actions["due"]) < pd.Timestamp(today))])
    whole = with_complete_goal(items) & _subjects(_with(items, "offer")) & _subjects(actions)
    return _measured(keys, whole - late)


def _measuring(
    keys: pd.Index, items: pd.DataFrame | None, assignments: Any, opportunities: Any, pnl: Any
) -> Measured | Missing:
    """Result, threats, opportunities and bottlenecks: profit, weighed risk, open deal and hours."""
    given = {"ledger": pnl, "plan_items": items, "opportunities": opportunities, "assignments": assignments}
    missing = tuple(name for name, table in given.items() if table is None)
    if missing:
        return Missing(missing)
    assert items is not None
    result = set(pnl.index[pnl["customer_profit"].notna()].astype(str))
    threats = _subjects(_with(items, "risk", ("probability", "amount")))
    deals = _filled(opportunities, ("account_id", "outcome"))
    open_deals = set(deals.loc[deals["outcome"] == "open", "account_id"].astype(str))
    booked = set(_filled(assignments, ("account_id", "hours_year"))["account_id"].astype(str))
    return _measured(keys, result & threats & open_deals & booked)


def _with(items: pd.DataFrame, kind: str, columns: tuple[str, ...] = ()) -> pd.DataFrame:
    """The accounts' items of a kind in which the columns are filled."""
    mine = items[(items["kind"] == kind) & (items["subject_type"] == "account")]
    return _filled(mine, columns)


def _filled(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    wanted = table.reindex(columns=list(dict.fromkeys([*table.columns, *columns])))
    return wanted[wanted[list(columns)].notna().all(axis=1)] if columns else wanted


def _subjects(items: pd.DataFrame) -> set[str]:
    return set(items["subject_id"].astype(str))
