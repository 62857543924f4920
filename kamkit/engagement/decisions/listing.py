"""The log as rows and lines for the command line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kamkit.engagement.decisions.keys import KEYS
from kamkit.engagement.decisions.log import FILE, Entry, history
from kamkit.engagement.decisions.standing import Standing
from kamkit.errors import ParameterError, list_some

__all__ = ["COLUMNS", "TODAY", "one", "rows", "today_rows"]

COLUMNS = ("Id", "Key", "Value", "By", "When", "Why", "State")
TODAY = ("Id", "Key", "Value", "Verdict", "Why so", "Figures then → now", "Review")


def rows(folder: Path, everything: bool = False) -> list[tuple[str, ...]]:
    """A row for each decision in force, or for every one that was ever made; see :data:`COLUMNS`."""
    entries = [e for e in history(folder) if everything or e.state == "in force"]
    return [_row(entry) for entry in entries]


def _row(entry: Entry) -> tuple[str, ...]:
    made = entry.decision
    who = f"{made.by} ({made.role})" if made.role else made.by
    read = "" if made.key in KEYS else ", read by no step of kamkit"
    return (
        made.id,
        made.key,
        _text(made.value),
        who,
        made.at[:16].replace("T", " "),
        made.why,
        entry.state + read,
    )


def today_rows(found: Iterable[Standing]) -> list[tuple[str, ...]]:
    """A row for each decision in force, held against today's numbers; see :data:`TODAY`."""
    return [
        (
            s.decision.id,
            s.decision.key,
            _text(s.decision.value),
            s.verdict.upper() if s.verdict == "flips" else s.verdict,
            s.reason,
            "\n".join(f"{f.name}: {_text(f.then)} → {_text(f.now)}" for f in s.figures if f.moved),
            f"overdue since {s.decision.review}" if s.overdue else s.decision.review,
        )
        for s in found
    ]


def one(folder: Path, which: str) -> list[str]:
    """Everything that the log says of one decision, by its id, or by its key of the last one.

    Raises
    ------
    ParameterError
        There is no such decision.
    """
    entries = history(folder)
    found = [e for e in entries if which in (e.decision.id, e.decision.key)]
    if not found:
        known = list_some(sorted({e.decision.key for e in entries}), 12) if entries else "none was recorded"
        raise ParameterError(f"there is no decision {which!r}", where=FILE, allowed=known)
    return [*_lines(_telling(found)), *_earlier(found)]


def _telling(found: Sequence[Entry]) -> Entry:
    """The one in force, else the last."""
    return next((e for e in found if e.state == "in force"), found[-1])


def _lines(entry: Entry) -> list[str]:
    made = entry.decision
    meaning = f"{made.key}: {KEYS[made.key].meaning}" if made.key in KEYS else made.key
    facts = {
        "value": made.value, "state": entry.state, "id": made.id, "step": made.step, "by": made.by,
        "role": made.role, "when": made.at, "why": made.why, "options": list(made.options),
        "expected": made.expected,
        "review": made.review, "recommended": made.recommended.get("value"), "supersedes": made.supersedes,
    }  # fmt: skip
    lines = [
        meaning,
        *(f"  {name:12} {_text(value)}" for name, value in facts.items() if value not in ("", None, [])),
    ]
    lines += [f"  on screen    {name} = {_text(value)}" for name, value in made.figures.items()]
    lines += [f"  input        {name} {sha[:12]}" for name, sha in made.inputs.items()]
    undone = entry.withdrawn
    return lines + ([f"  withdrawn    {undone.at} by {undone.by}: {undone.why}"] if undone else [])


def _earlier(found: Sequence[Entry]) -> list[str]:
    others = [e for e in found if e is not _telling(found)]
    lines = [
        f"  {e.decision.id}  {_text(e.decision.value)}  {e.decision.by}, {e.decision.at[:10]} ({e.state})"
        for e in others
    ]
    return ["Others of this key:", *lines] if lines else []


def _text(value: Any) -> str:
    if value is None:
        return "?"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
