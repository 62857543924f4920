"""What was decided, by whom, when and why: one line of JSON each, only ever added to."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from kamkit.engagement.problems import Problem
from kamkit.errors import LockedError, ParameterError, TableError

__all__ = ["FILE", "Decision", "in_force", "read", "record"]

FILE = "decisions.jsonl"
"""Name of the log in an engagement folder."""

_WAIT_SECONDS = 10


@dataclass(frozen=True)
class Decision:
    """One line of the log. ``value`` is anything that JSON can hold; ``at`` is ISO time with its zone."""

    key: str
    value: Any
    by: str
    why: str
    step: str
    at: str


def record(folder: Path, key: str, value: Any, by: str, why: str, step: str = "") -> Decision:
    """Add a decision to the log; it is on the disk when this returns.

    Parameters
    ----------
    folder : the engagement folder.
    key : what was decided, such as ``"capital_rate"``; the last decision of a key is the one in force.
    value : anything that JSON can hold, without NaN or infinity.
    by, why : who decided, and the reason; neither may be empty.
    step : the step it belongs to, such as ``"04_choose"``.

    Raises
    ------
    ParameterError
        Key, by or why empty, or a value that JSON cannot hold.
    LockedError
        Another process has been writing to the log for ten seconds.
    TableError
        There is no such folder, or the log cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = record(folder, "capital_rate", 0.08, by="A. Tamm", why="group treasury")
    >>> _ = record(folder, "capital_rate", 0.09, by="A. Tamm", why="new rate for 2026")
    >>> in_force(folder)["capital_rate"]
    0.09
    """
    for name, text in (("key", key), ("by", by), ("why", why)):
        if not isinstance(text, str) or not text.strip():
            raise ParameterError(f"a decision needs {name}", remedy=f"give {name} as text")
    decision = Decision(key, value, by, why, step, dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"))
    line = _line(decision)
    path = Path(folder) / FILE
    if not path.parent.is_dir():
        raise TableError(
            "there is no such folder", where=str(path.parent), remedy="give the engagement's folder"
        )
    try:
        with FileLock(f"{path}.lock", timeout=_WAIT_SECONDS):
            _append(path, line)
    except Timeout as error:
        raise LockedError(
            "another process is writing decisions", where=str(path), remedy="try again"
        ) from error
    except OSError as error:
        raise TableError(
            f"the decision could not be saved: {error.strerror}",
            where=str(path),
            remedy="check that the folder can be written to and the disk is not full, then decide again",
        ) from error
    return decision


def _line(decision: Decision) -> bytes:
    try:
        text = json.dumps(asdict(decision), ensure_ascii=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f"this value can't be kept: {error}",
            where=f"decision {decision.key}",
            allowed="text, numbers, true, false, lists and dictionaries of them",
        ) from error
    return text.encode() + b"\n"


def _append(path: Path, line: bytes) -> None:
    """A line of its own, also after a line that was torn off."""
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            line = line if file.read(1) == b"\n" else b"\n" + line
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def read(folder: Path) -> tuple[list[Decision], list[Problem]]:
    """All decisions in the order they were made, and the lines that can't be read.

    Parameters
    ----------
    folder : the engagement folder.

    Returns
    -------
    The decisions; and one warning for each line that is not a decision, such as a last line torn off.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / FILE).write_text('{"key": "capital_rate", "val')
    >>> print(*read(folder)[1])
    decisions.jsonl, row 1, '{"key": "capital_rate", "val': the last line was not written to its end; ...
    """
    path = Path(folder) / FILE
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    decisions, problems = [], []
    for row, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            decisions.append(Decision(**json.loads(line)))
        except (ValueError, TypeError):
            problems.append(_torn(row, line, last=row == len(lines)))
    return decisions, problems


def _torn(row: int, line: bytes, last: bool) -> Problem:
    what = "the last line was not written to its end" if last else "this line can't be read as a decision"
    return Problem(
        "warning", FILE, f"{what}; the other lines are kept",
        "if the decision still holds, record it again", row=row, value=line[:60].decode(errors="replace"),
    )  # fmt: skip


def in_force(folder: Path) -> dict[str, Any]:
    """The value last decided for each key; see :func:`record` for an example."""
    return {d.key: d.value for d in read(folder)[0]}
