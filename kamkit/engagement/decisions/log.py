"""What was decided, by whom, when, why and on which numbers: one line of JSON each, only ever added to."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from kamkit.engagement import journal
from kamkit.engagement.decisions.keys import require_allowed, require_spelling
from kamkit.engagement.problems import Problem
from kamkit.errors import KamkitError, ParameterError, list_some

__all__ = ["FILE", "Decision", "Entry", "history", "in_force", "read", "record", "withdraw"]

FILE = "decisions.jsonl"
"""Name of the log in an engagement folder."""

State = Literal["in force", "superseded", "withdrawn"]


@dataclass(frozen=True)
class Decision:
    """One line of the log: a decision, or the withdrawal of one.

    Parameters
    ----------
    key, value : what was decided; the value is anything that JSON can hold.
    by, why : who decided, and the reason.
    step : the step it belongs to, such as ``"04_choose"``.
    at : ISO time with its zone.
    role : of who decided.
    options : what else was considered.
    figures : the figures on the screen; one named ``table.column`` or ``table.column[row]`` is a cell of
        a table that a step hands on, and can be looked up again.
    inputs : SHA-256 of each input it was made on, by name.
    recommended : ``value`` that the key's rule recommended on those inputs, and the ``run`` it was taken
        from; empty where there was none.
    expected : the outcome that is expected of it.
    review : ISO date on which to look at it again.
    supersedes : id of the decision that was in force before.
    withdraws : id of the decision that this line takes back; empty where the line is a decision.
    id : its name in the log.
    """

    key: str
    value: Any
    by: str
    why: str
    step: str = ""
    at: str = ""
    role: str = ""
    options: tuple[Any, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    recommended: Mapping[str, Any] = field(default_factory=dict)
    expected: str = ""
    review: str = ""
    supersedes: str = ""
    withdraws: str = ""
    id: str = ""


@dataclass(frozen=True)
class Entry:
    """A decision and what became of it; ``withdrawn`` is the line that took it back."""

    decision: Decision
    state: State
    withdrawn: Decision | None = None


_TEXTS = tuple(f.name for f in fields(Decision) if f.type == "str")
_MAPPINGS = ("figures", "inputs", "recommended")
_OBLIGATORY = ("key", "by", "why")


def record(folder: Path, key: str, value: Any, by: str, why: str, step: str = "", **more: Any) -> Decision:
    """Add a decision to the log; it is on the disk when this returns.

    Parameters
    ----------
    folder : the engagement folder.
    key : what was decided, such as ``"required_return"``; see :mod:`kamkit.engagement.decisions.keys`. The
        last decision of a key that was not withdrawn is the one in force.
    value : what the key allows; of a key of your own anything that JSON can hold.
    by, why : who decided, and the reason; neither may be empty.
    step : the step it belongs to, such as ``"04_choose"``.
    more : role, options, figures, inputs, recommended, expected, review as in :class:`Decision`.

    Raises
    ------
    ParameterError
        Key, by or why empty, a value that the key does not allow or JSON cannot hold, a field that no
        decision has.
    LockedError
        Another process has been writing to the log for ten seconds.
    TableError
        There is no such folder, or the log cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = record(folder, "required_return", 0.08, by="A. Tamm", why="group treasury")
    >>> latest = record(folder, "required_return", 0.09, by="A. Tamm", why="new rate for 2026")
    >>> in_force(folder)["required_return"]
    0.09
    >>> _ = withdraw(folder, latest.id, by="A. Tamm", why="meant for 2027")
    >>> in_force(folder)["required_return"]
    0.08
    """
    decision = _new(key=key, value=value, by=by, why=why, step=step, **more)
    require_spelling(key)
    require_allowed(key, value)

    def with_predecessor(lines: list[journal.Line]) -> bytes:
        nonlocal decision
        before = _last(_understood(lines)[0]).get(key)
        decision = replace(decision, supersedes=before.id if before else "")
        return _line(decision)

    _line(decision)
    journal.append(Path(folder) / FILE, with_predecessor)
    return decision


def withdraw(folder: Path, which: str, by: str, why: str, role: str = "") -> Decision:
    """Take a decision back, by a line of its own; what was in force before it is in force again.

    Parameters
    ----------
    folder : the engagement folder.
    which : id of a decision, or a key, whose decision in force is meant.
    by, why, role : who takes it back, and the reason.

    Returns
    -------
    Decision
        The withdrawal.

    Raises
    ------
    ParameterError
        There is no such decision, or it was withdrawn already; by or why empty.
    LockedError, TableError
        As :func:`record`.
    """
    undo = _new(key="-", value=None, by=by, why=why, role=role)

    def of_what_stands(lines: list[journal.Line]) -> bytes:
        nonlocal undo
        made = _understood(lines)[0]
        undo = _withdrawal(made, which, undo)
        return _line(undo)

    journal.append(Path(folder) / FILE, of_what_stands)
    return undo


def _withdrawal(made: Sequence[Decision], which: str, undo: Decision) -> Decision:
    last, withdrawn = _last(made), _withdrawn(made)
    target = last.get(which) or next((d for d in made if d.id == which and not d.withdraws), None)
    if target is None:
        raise ParameterError(
            f"there is no decision {which!r}",
            where=FILE,
            allowed=list_some([f"{d.key} ({d.id})" for d in last.values()], 12) or "none is in force",
            remedy="give an id or a key that kamkit decisions lists",
        )
    if target.id in withdrawn:
        raise ParameterError(
            f"{target.key} ({target.id}) was withdrawn already", where=FILE, remedy="record it again instead"
        )
    return replace(undo, key=target.key, step=target.step, withdraws=target.id)


def _new(**given: Any) -> Decision:
    for name in _OBLIGATORY:
        if not isinstance(given[name], str) or not given[name].strip():
            raise ParameterError(f"a decision needs {name}", remedy=f"give {name} as text")
    known = {f.name for f in fields(Decision)} - {"id", "at", "supersedes", "withdraws"}
    foreign = sorted(given.keys() - known)
    if foreign:
        raise ParameterError(
            f"a decision has no {foreign[0]!r}", where=given["key"], allowed=", ".join(sorted(known))
        )
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    given["options"] = tuple(given.get("options") or ())
    given["review"] = _day(given.get("review") or "")
    return Decision(**given, at=now, id=uuid.uuid4().hex[:12])


def _day(review: Any) -> str:
    try:
        return str(review) and dt.date.fromisoformat(str(review)[:10]).isoformat()
    except ValueError as error:
        raise ParameterError(
            f"review = {review!r} is no date", where="review", allowed="a date such as 2026-06-30"
        ) from error


def _line(decision: Decision) -> bytes:
    kept = {name: value for name, value in asdict(decision).items() if value or name in ("value", *_FIRST)}
    return journal.as_line(kept, f"decision {decision.key}")


_FIRST = ("key", "by", "why", "step", "at", "id")


def read(folder: Path) -> tuple[list[Decision], list[Problem]]:
    """All lines of the log in the order they were written, and what is wrong with it.

    Parameters
    ----------
    folder : the engagement folder.

    Returns
    -------
    tuple
        The decisions and withdrawals; and a warning for each line that is none, such as a last line torn
        off, and a fatal problem for each value in force that its key does not allow.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / FILE).write_text('{"key": "seed", "val')
    >>> print(*read(folder)[1])
    decisions.jsonl, row 1, '{"key": "seed", "val': the last line was not written to its end; ...
    """
    lines = journal.read(Path(folder) / FILE)
    made, problems = _understood(lines)
    return made, problems + [p for d in _last(made).values() if (p := _not_allowed(d))]


def _understood(lines: Sequence[journal.Line]) -> tuple[list[Decision], list[Problem]]:
    decisions: list[Decision] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for line in lines:
        decision = _decision(line)
        if decision is None:
            problems.append(_unreadable(line))
        elif decision.id in seen:
            problems.append(_twice(line, decision))
        else:
            seen.add(decision.id)
            decisions.append(decision)
    return decisions, problems


def _decision(line: journal.Line) -> Decision | None:
    """The decision of a line; one without an id, from before there were any, is named by its content."""
    if line.content is None:
        return None
    try:
        decision = Decision(**line.content)
    except TypeError:
        return None
    texts = all(isinstance(getattr(decision, name), str) for name in _TEXTS)
    mappings = all(isinstance(getattr(decision, name), dict) for name in _MAPPINGS)
    if not (texts and mappings and isinstance(decision.options, (list, tuple))):
        return None
    name = decision.id or hashlib.sha256(line.text).hexdigest()[:12]
    return replace(decision, id=name, options=tuple(decision.options))


def _unreadable(line: journal.Line) -> Problem:
    what = (
        "the last line was not written to its end" if line.torn else "this line can't be read as a decision"
    )
    return Problem(
        "warning", FILE, f"{what}; the other lines are kept",
        "if the decision still holds, record it again", row=line.row,
        value=line.text[:60].decode(errors="replace"),
    )  # fmt: skip


def _twice(line: journal.Line, decision: Decision) -> Problem:
    what = f"the decision {decision.id} stands in the log twice; this line is not counted"
    return Problem("warning", FILE, what, "take the line out", row=line.row, value=decision.key)


def _not_allowed(decision: Decision) -> Problem | None:
    try:
        require_allowed(decision.key, decision.value)
    except KamkitError as error:
        what = f"the value in force can't be used: {error.what}"
        remedy = f"decide again, or withdraw {decision.id}"
        return Problem("fatal", FILE, what, remedy, column=decision.key, value=str(decision.value)[:60])
    return None


def _withdrawn(made: Sequence[Decision]) -> dict[str, Decision]:
    """The withdrawals by the id of what they take back."""
    return {d.withdraws: d for d in made if d.withdraws}


def _last(made: Sequence[Decision]) -> dict[str, Decision]:
    """The decision in force of each key: the last one that was not taken back."""
    withdrawn = _withdrawn(made)
    return {d.key: d for d in made if not d.withdraws and d.id not in withdrawn}


def history(folder: Path) -> list[Entry]:
    """Every decision that was ever made, in order, and whether it is in force, superseded or withdrawn.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for rate in (0.08, 0.09):
    ...     _ = record(folder, "required_return", rate, by="A. Tamm", why="group treasury")
    >>> [(entry.decision.value, entry.state) for entry in history(folder)]
    [(0.08, 'superseded'), (0.09, 'in force')]
    """
    made = read(folder)[0]
    last, withdrawn = _last(made), _withdrawn(made)
    decided = [d for d in made if not d.withdraws]
    return [Entry(d, _state(d, last, withdrawn), withdrawn.get(d.id)) for d in decided]


def _state(decision: Decision, last: Mapping[str, Decision], withdrawn: Mapping[str, Decision]) -> State:
    if decision.id in withdrawn:
        return "withdrawn"
    return "in force" if last[decision.key].id == decision.id else "superseded"


def in_force(folder: Path) -> dict[str, Any]:
    """The value in force of each key; see :func:`record` for an example."""
    return {key: d.value for key, d in _last(read(folder)[0]).items()}
