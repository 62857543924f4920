"""One client's folder: configuration, gate, ledger engine, decisions, and what steps hand on.

The names below load pandas and the ledger engine when they are first used, so that a process that only
needs the log of decisions or of votes stays small.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kamkit.engagement.decisions.table import decision_table
    from kamkit.engagement.engagement import Engagement
    from kamkit.engagement.gaps import NotAssessed, known
    from kamkit.engagement.problems import GateError, Problem
    from kamkit.engagement.step import Step

__all__ = ["Engagement", "GateError", "NotAssessed", "Problem", "Step", "decision_table", "known"]

_HOME = {
    "Engagement": "engagement", "GateError": "problems", "NotAssessed": "gaps", "Problem": "problems",
    "Step": "step", "decision_table": "decisions.table", "known": "gaps",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
