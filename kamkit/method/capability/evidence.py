"""What problems and practices are measured by: parts of a whole, or the tables that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, ValuesError, list_some
from kamkit.method.frames import (
    UNASSIGNED,
    as_pandas,
    fraction,
    identifiers,
    numeric,
    require_columns,
    unique,
)

__all__ = [
    "Measured",
    "Missing",
    "checked_limits",
    "is_true",
    "joined",
    "key_accounts",
    "row_of",
    "with_complete_goal",
    "with_unclear_roles",
]

_MARKS = ("kam_start", "kam_tier")
_GOAL = ("metric", "target", "owner", "due")
_MOST_SUBJECTS = 60
AGREED = 2 / 3
"""Share of those asked who must name the same accountable person."""


@dataclass(frozen=True)
class Measured:
    """A part of a whole, in one unit, and whom or what it was found at; money may exceed the whole."""

    part: float
    whole: float
    unit: str
    subjects: Sequence[str] = ()

    @property
    def value(self) -> float:
        """The part as a fraction; NaN where there is no whole."""
        return self.part / self.whole if self.whole > 0 else float("nan")


@dataclass(frozen=True)
class Missing:
    """Tables, or columns of them, without which a measure can't be taken."""

    needs: tuple[str, ...]


def row_of(found: Measured | Missing) -> dict[str, Any]:
    """The figures of one measure as cells; a measure whose whole is nothing is not assessed."""
    if isinstance(found, Missing):
        return {
            "value": float("nan"), "part": float("nan"), "whole": float("nan"), "unit": "",
            "assessed": False, "found_at": "", "needs": ", ".join(found.needs),
        }  # fmt: skip
    return {
        "value": found.value, "part": float(found.part), "whole": float(found.whole), "unit": found.unit,
        "assessed": found.whole > 0, "found_at": joined(found.subjects), "needs": "",
    }  # fmt: skip


def is_true(column: pd.Series) -> pd.Series:
    """Whether a flag is set; one that is empty is not. Text says true or false.

    >>> is_true(pd.Series(["true", None, "False"])).tolist()
    [True, False, False]
    """
    words = column.astype("object").where(column.notna(), "false").astype(str).str.casefold()
    known = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}
    strange = sorted(set(words) - set(known))
    if strange:
        raise ValuesError(
            f"{column.name} is neither true nor false", where=f"{column.name}: {list_some(strange)}",
            allowed="true, false",
        )  # fmt: skip
    return words.map(known).astype(bool)


def joined(subjects: Iterable[str]) -> str:
    """Some identifiers in one cell.

    >>> joined(["10042", "10043"])
    '10042; 10043'
    """
    return "; ".join(list(map(str, subjects))[:_MOST_SUBJECTS])


def key_accounts(accounts: Any) -> pd.Index:
    """The accounts of the programme: those with a start or a tier.

    Raises :class:`NotDefinedError` where none is marked.

    >>> key_accounts(pd.DataFrame({"account_id": ["a", "b"], "kam_tier": ["A", None]})).tolist()
    ['a']
    """
    table = as_pandas(accounts, "accounts", ["account_id"])
    marks = [c for c in _MARKS if c in table]
    ids = unique(identifiers(table, "account_id", "accounts"), "accounts")
    keys = pd.Index(ids[table[marks].notna().any(axis=1)] if marks else [], name="account_id", dtype="str")
    keys = keys[keys != UNASSIGNED]
    if keys.empty:
        raise NotDefinedError(
            "no account is marked as a key account", where="accounts.kam_start, accounts.kam_tier",
            remedy="fill in kam_start, the day an account entered the programme",
        )  # fmt: skip
    return keys


def with_complete_goal(plan_items: Any, subject_type: str = "account") -> set[str]:
    """Who has a goal with measure, target, owner and day."""
    items = as_pandas(plan_items, "plan_items", ["subject_type", "subject_id", "kind"])
    goals = items[(items["subject_type"] == subject_type) & (items["kind"] == "goal")]
    goals = goals.reindex(columns=list(dict.fromkeys([*goals.columns, *_GOAL])))
    return set(goals.loc[goals[list(_GOAL)].notna().all(axis=1), "subject_id"].astype(str))


def with_unclear_roles(keys: pd.Index, raci_defects: pd.DataFrame, role_agreement: Any = None) -> list[str]:
    """Key accounts where a task lacks its one accountable or its responsible person, or views differ."""
    require_columns(raci_defects.columns, ["account_id"], "raci_defects")
    unclear = set(identifiers(raci_defects, "account_id", "raci_defects"))
    if role_agreement is not None and len(role_agreement):
        agreement = numeric(role_agreement, "agreement", "role_agreement", missing=True)
        apart = role_agreement[agreement < AGREED - 1e-9]
        unclear |= set(identifiers(apart, "account_id", "role_agreement"))
    return [a for a in keys if a in unclear]


def checked_limits(limits: Mapping[str, float] | None, defaults: Mapping[str, float]) -> dict[str, float]:
    """The limits with what was decided instead of the default; a limit is a fraction."""
    decided = dict(limits or {})
    strange = sorted(set(decided) - set(defaults))
    if strange:
        raise ParameterError(
            f"limits knows no {list_some(strange)}", where="limits", allowed=list_some(list(defaults), 20)
        )
    return {**defaults, **{name: fraction(value, f"limits[{name!r}]") for name, value in decided.items()}}
