"""What is done better until the next run, by whom, and the measure that will show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, list_some
from kamkit.method.capability.practices import PRACTICES
from kamkit.method.capability.problems import PROBLEMS
from kamkit.method.frames import as_pandas, one_of

__all__ = ["EFFORTS", "backlog"]

EFFORTS = {
    "problem_definition": "low",
    "problem_units": "low",
    "problem_complexity": "medium",
    "problem_conflict": "high",
    "problem_strategy": "medium",
    "problem_roles": "low",
    "problem_measurement": "high",
    "problem_skills": "high",
    "practice_goals": "medium",
    "practice_value": "medium",
    "practice_responsibility": "low",
    "practice_plan": "medium",
    "practice_measuring": "medium",
}
"""What an improvement usually takes: low, a rule that is agreed on; medium, work on each account; high, a
change of pay, prices or people's skills."""

_GRADES = ("low", "medium", "high")
_SAME = {"practice_responsibility": "problem_roles", "practice_goals": "problem_strategy"}
_COLUMNS = (
    "improvement", "source", "action", "effect", "effort_grade", "owner", "due", "overdue", "measure",
    "value_before", "value", "target", "progress",
)  # fmt: skip
_DECIDABLE = ("action", "effect", "effort_grade", "owner", "due")


def backlog(
    problems: pd.DataFrame,
    practices: pd.DataFrame | None = None,
    plan_items: Any = None,
    before: pd.DataFrame | None = None,
    decided: Mapping[str, Mapping[str, Any]] | None = None,
    today: Any = None,
) -> pd.DataFrame:
    """Improvements, each with effect, effort, owner, date and the measure that will show it.

    A problem that was found and a practice that is not in place are improvements. An action of the
    company in the plans whose ``metric`` holds every word of a measure's name is what is done about it,
    and lends it text, owner and date; the company's other actions stand on their own. What an earlier
    run listed and is found no more is reported as solved.

    Parameters
    ----------
    problems, practices : as :func:`eight_problems` and :func:`five_practices` return them.
    plan_items : actions with subject_type ``company``: item_id, text, metric, owner, due.
    before : this table as the last run handed it on.
    decided : by improvement: action, effect (money a year), effort_grade (low, medium, high), owner,
        due.
    today : an improvement that is due before this day is late.

    Returns
    -------
    DataFrame
        improvement (problem, practice or item_id), source (problem, practice, plan), action (a key, or the
        plan's words), effect (money a year at stake; NaN where none is known), effort_grade, owner, due
        (empty where nobody and no day is named), overdue, measure, value_before (in the last run), value,
        target, progress (new, better, as_before, worse, solved; ``not_measured`` for one without a
        measure). What is furthest beyond its limit stands first.

    Raises
    ------
    NotDefinedError
        Nothing to improve was found, now or before.
    ParameterError
        A decision on an improvement that is not listed, or on a field that it does not have.
    ColumnError, EmptyError
        A table lacks columns or rows.

    Notes
    -----
    Source: own rule; the usual effort is an estimate (:data:`EFFORTS`) until it is decided.

    Examples
    --------
    >>> problems = pd.DataFrame({"problem": ["problem_roles"], "measure": "key_accounts_with_unclear_roles",
    ...     "value": 0.5, "limit": 0.2, "part": 9.0, "unit": "accounts", "found": True, "assessed": True})
    >>> list_ = backlog(problems, decided={"problem_roles": {"owner": "DIR01", "due": "2026-03-31"}})
    >>> list_[["improvement", "effort_grade", "owner", "value", "target", "progress"]].to_numpy().tolist()
    [['problem_roles', 'low', 'DIR01', 0.5, 0.2, 'new']]
    """
    rows = [*_from_problems(problems), *_from_practices(practices, problems)]
    actions = _company_actions(plan_items)
    taken = [_lend(row, actions) for row in rows]
    rows += _from_plan(actions, [item for item in taken if item])
    _decide(rows, decided or {})
    table = pd.DataFrame(_since(rows, before, problems, practices), columns=list(_COLUMNS))
    if table.empty:
        raise NotDefinedError("nothing to improve was found, and nothing is planned", where="problems")
    due = pd.to_datetime(table["due"])
    now = pd.Timestamp.max if today is None else pd.Timestamp(today)
    late = due.notna() & (due < now) & (table["progress"] != "solved") & (today is not None)
    return table.assign(due=due, overdue=late)


def _from_problems(problems: pd.DataFrame) -> list[dict[str, Any]]:
    required = ["problem", "measure", "value", "limit", "part", "unit", "found", "assessed"]
    found = as_pandas(problems, "problems", required).query("found")
    ranked = found.assign(beyond=found["value"] / found["limit"]).sort_values(
        "beyond", ascending=False, kind="stable"
    )
    return [_row(r.problem, "problem", r) | {"effect": _loss(r)} for r in ranked.itertuples()]


def _loss(row: Any) -> float:
    """What a problem costs a year, where its measure is money lost."""
    return float(row.part) if row.problem == "problem_conflict" else float("nan")


def _from_practices(practices: pd.DataFrame | None, problems: pd.DataFrame) -> list[dict[str, Any]]:
    """Practices not in place, but for those whose lack is a problem that is listed already."""
    if practices is None:
        return []
    listed = set(problems.loc[problems["found"].astype(bool), "problem"])
    lacking = practices[practices["status"].isin(["in_part", "rare"])]
    rows = lacking.sort_values("value", kind="stable").itertuples()
    return [_from_practice(r) for r in rows if _SAME.get(str(r.practice)) not in listed]


def _from_practice(practice: Any) -> dict[str, Any]:
    """One whose measure is reached, and that is held back by something else, has no measure to show it."""
    row = _row(practice.practice, "practice", practice)
    if practice.value >= practice.limit:
        row |= {"action": f"improve_{practice.reading}", "measure": None, "progress": "not_measured"}
        row |= {"value": float("nan"), "target": float("nan")}
    return row


def _row(name: Any, source: str, cells: Any) -> dict[str, Any]:
    return {
        "improvement": str(name), "source": source, "action": f"improve_{name}", "effect": float("nan"),
        "effort_grade": EFFORTS[str(name)], "owner": None, "due": None, "measure": str(cells.measure),
        "value_before": float("nan"), "value": float(cells.value), "target": float(cells.limit),
        "progress": "new",
    }  # fmt: skip


def _company_actions(plan_items: Any) -> pd.DataFrame:
    columns = ["item_id", "subject_type", "kind", "text"]
    if plan_items is None:
        return pd.DataFrame(columns=[*columns, "metric", "owner", "due", "status"])
    items = as_pandas(plan_items, "plan_items", columns)
    mine = items[(items["subject_type"] == "company") & (items["kind"] == "action")]
    wide = mine.reindex(columns=list(dict.fromkeys([*mine.columns, "metric", "owner", "due", "status"])))
    return wide[~wide["status"].astype("object").fillna("").astype(str).str.casefold().eq("done")]


def _lend(row: dict[str, Any], actions: pd.DataFrame) -> str | None:
    """Give an improvement the text, owner and day of the company's action that is measured alike."""
    words = set(str(row["measure"]).split("_"))
    for action in actions.itertuples():
        metric = str(action.metric).casefold().replace("_", " ").split()
        if words <= set(metric):
            row |= {"action": str(action.text), "owner": _known(action.owner), "due": _known(action.due)}
            return str(action.item_id)
    return None


def _from_plan(actions: pd.DataFrame, taken: list[str]) -> list[dict[str, Any]]:
    rest = actions[~actions["item_id"].astype(str).isin(taken)]
    return [
        {
            "improvement": str(a.item_id), "source": "plan", "action": str(a.text), "effect": float("nan"),
            "effort_grade": None, "owner": _known(a.owner), "due": _known(a.due), "measure": _known(a.metric),
            "value_before": float("nan"), "value": float("nan"), "target": float("nan"),
            "progress": "not_measured",
        }
        for a in rest.itertuples()
    ]  # fmt: skip


def _known(value: Any) -> Any:
    return None if pd.isna(value) else value


def _decide(rows: list[dict[str, Any]], decided: Mapping[str, Mapping[str, Any]]) -> None:
    """Put in what was decided; a decision on what is not a problem, practice or action is a mistake."""
    by_name = {row["improvement"]: row for row in rows}
    strange = sorted(set(decided) - set(by_name) - set(PROBLEMS) - set(PRACTICES))
    if strange:
        raise ParameterError(
            f"nothing is called {list_some(strange)}", where="decided", allowed=list_some(list(EFFORTS), 20)
        )
    for name, fields in decided.items():
        foreign = sorted(set(fields) - set(_DECIDABLE))
        if foreign:
            raise ParameterError(
                f"an improvement has no {list_some(foreign)}", where=name, allowed=list_some(_DECIDABLE)
            )
        if "effort_grade" in fields:
            one_of(str(fields["effort_grade"]), _GRADES, "effort_grade")
        if name in by_name:
            by_name[name] |= dict(fields)


def _since(
    rows: list[dict[str, Any]], before: pd.DataFrame | None, problems: pd.DataFrame, practices: Any
) -> list[dict[str, Any]]:
    """What became of each improvement since the last run; those solved since are added at the end."""
    if before is None or before.empty:
        return rows
    earlier = {r["improvement"]: r for r in before.to_dict("records") if r["progress"] != "solved"}
    for row in rows:
        past = earlier.pop(row["improvement"], None)
        if past is not None and row["progress"] != "not_measured":
            row |= {"value_before": past["value"], "progress": _moved(row, float(past["value"]))}
    today: dict[str, Any] = {str(r["problem"]): r for r in problems.to_dict("records")}
    if practices is not None:
        today |= {str(r["practice"]): r for r in practices.to_dict("records")}
    for name, past in earlier.items():
        if name in today and today[name]["assessed"]:
            now = {"value_before": past["value"], "value": today[name]["value"], "progress": "solved"}
            rows.append({**{str(k): v for k, v in past.items()}, **now})
    return rows


def _moved(row: dict[str, Any], past: float) -> str:
    """Nearer to the target or further from it; shares within a thousandth are the same."""
    was, is_ = abs(past - row["target"]), abs(row["value"] - row["target"])
    return "as_before" if abs(is_ - was) < 1e-3 else "better" if is_ < was else "worse"
