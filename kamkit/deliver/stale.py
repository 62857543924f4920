"""Which steps and plans are stale: what they read is another thing today, or nobody knows what they read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamkit.deliver.order import Notebook
from kamkit.deliver.record import PlanRecord, RunRecord, StepRecord, lenders, sha256
from kamkit.deliver.today import Today
from kamkit.deliver.unseen import unseen
from kamkit.engagement import reads

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__all__ = ["Asked", "Earlier", "Lent", "Verdict", "judge", "kept_as", "noted"]

_WORDS = {
    "table": "the table {name}",
    "handed": "the table {name} that an earlier step hands on",
    "decision": "the decision {name}",
    "decisions": "a decision",
    "config": "{name} in engagement.toml",
    "previous": "the earlier run that it compares itself with",
    "day": "the day",
    "inputs": "an input",
    "masked": "what is masked",
    "file": "the file {name}",
    "folder": "which files are in {name}",
    "modules": "which modules are in {name}",
}


@dataclass(frozen=True)
class Lent:
    """What an earlier run made of a step or plan, as good as made today."""

    folder: Path
    run: RunRecord
    made: StepRecord | PlanRecord

    @property
    def origin(self) -> str:
        """The run that executed the notebook."""
        return self.made.reused_from or self.run.id


@dataclass(frozen=True)
class Verdict:
    """Whether something can be taken over, and from where; else why not, where it was made before."""

    lent: Lent | None = None
    because: str = ""


@dataclass(frozen=True)
class Asked:
    """What is to be made: by which notebook, with which parameters, given what was handed on by now."""

    notebook: Notebook
    parameters: Mapping[str, Any]
    handed_on: Mapping[str, str] = field(default_factory=dict)


class Earlier:
    """The earlier runs that can lend, and how everything stands today.

    Parameters
    ----------
    engagement : the engagement.
    runs : folder of its runs.
    ground : what every result stands on (:mod:`kamkit.deliver.ground`).

    Attributes
    ----------
    moved : whether there are runs, but none that succeeded on this ground.
    """

    def __init__(self, engagement: Engagement, runs: Path, ground: str) -> None:
        self.engagement, self.ground, self.today = engagement.path, ground, Today(engagement)
        self.runs = lenders(runs, ground, engagement.anonymous)
        self.moved = not self.runs and any(runs.glob("*T*Z-*"))
        self._opened = engagement

    @cached_property
    def inputs(self) -> dict[str, str]:
        """Today's hashes of the tables."""
        return self.today.inputs

    @cached_property
    def decided(self) -> dict[str, Any]:
        """The values in force, as the engagement hands them out."""
        return self._opened.in_force()

    def settle(self, read: list[str] | None, record: RunRecord) -> list[str] | None:
        """Note in a run's record how everything stands that was read.

        What another step of the run has found to stand otherwise is held against nothing from now on.
        """
        if read is None:
            return None
        found = {what: self.today.state(what, record.handed_on) for what in read}
        states = {what: state for what, state in found.items() if state is not None}
        moved = {what for what, state in states.items() if record.states.get(what, state) != state}
        record.know({what: state for what, state in states.items() if what not in moved})
        return [*read, *(f"always:{what} changed while the run was at work" for what in sorted(moved))]


def judge(
    asked: Asked, candidates: Iterable[tuple[Path, RunRecord, StepRecord | PlanRecord | None]], today: Today
) -> Verdict:
    """The latest of the earlier runs that made it of what there is today.

    Parameters
    ----------
    asked : what is to be made.
    candidates : earlier runs, the latest first, with their records of it.
    today : how everything stands.

    Returns
    -------
    Verdict
        Where no run can lend it, ``because`` says what has changed since the latest that made it.
    """
    because = ""
    for folder, run, made in candidates:
        if made is None or made.status not in ("done", "reused"):
            continue
        changed = _changed(asked, folder, run, made, today)
        if not changed:
            return Verdict(Lent(folder, run, made))
        because = because or changed
    return Verdict(because=because)


def _changed(asked: Asked, folder: Path, run: RunRecord, made: StepRecord | PlanRecord, today: Today) -> str:
    """What is another thing today than when it was made; empty where nothing is."""
    if made.read is None:
        return "what it read is not known"
    if made.notebook != asked.notebook.sha256:
        return "its notebook has changed"
    if _text(made.parameters) != _text(asked.parameters):
        return "its parameters have changed"
    for read in made.read:
        now = today.state(read, asked.handed_on)
        if now is None or now != run.states.get(read):
            return _sentence(read)
    kept = made.files.items()
    whole = all((folder / name).is_file() and sha256(folder / name) == sha for name, sha in kept)
    return "" if whole and made.files else "what was kept of it is damaged"


def _text(parameters: Mapping[str, Any]) -> str:
    return json.dumps(dict(parameters), sort_keys=True, default=str)


def _sentence(read: str) -> str:
    kind, _colon, name = read.partition(":")
    if kind not in _WORDS:
        return f"what it read can't be held against today: {name}"
    return f"{_WORDS[kind].format(name=name)} has changed"


def noted(notebook: Notebook, executed: Path, started: float, engagement: Path) -> list[str] | None:
    """All that an executed notebook read; None where its kernel did not note it.

    Parameters
    ----------
    notebook : the notebook, whose code may read what no kernel notices.
    executed : the executed notebook; the notes lie beside it.
    started : when it began, in seconds since the epoch.
    engagement : its folder, from which files are named.
    """
    try:
        lines = reads.file_for(executed).read_text(encoding="utf-8").splitlines()
        seen = [str(json.loads(line)) for line in lines]
    except (OSError, ValueError):
        return None
    if "process:watched" not in seen:
        return None
    found = {_placed(read, engagement) for read in seen} | set(unseen(notebook.path))
    found |= {w for read in found if (w := _while_at_work(read, started, engagement))}
    return sorted(found | {f"always:{r}, undeclared" for r in _undeclared(found, notebook)})


def _placed(read: str, engagement: Path) -> str:
    """Files of the engagement by their place in it."""
    kind, _colon, name = read.partition(":")
    if kind in ("file", "folder", "modules") and Path(name).is_relative_to(engagement):
        return f"{kind}:{Path(name).relative_to(engagement).as_posix()}"
    return read


def _undeclared(found: Iterable[str], notebook: Notebook) -> list[str]:
    """Tables of other steps that the notebook does not wait for."""
    handed = (read.removeprefix("handed:") for read in found if read.startswith("handed:"))
    return [f"handed on {name}" for name in handed if name not in notebook.reads]


def _while_at_work(read: str, started: float, engagement: Path) -> str:
    """A file that changed after the notebook had begun; a day that ended."""
    kind, _colon, name = read.partition(":")
    file = engagement / name
    if kind == "file" and file.is_file() and _changed_since(file, started):
        return f"always:{name} changed while the step was at work"
    if kind == "day" and dt.date.fromtimestamp(started) != dt.date.today():
        return "always:the day ended while the step was at work"
    return ""


def _changed_since(file: Path, started: float) -> bool:
    """Whether a file may have been written since; some disks keep even seconds only."""
    written = file.stat().st_mtime
    return written >= started - (2 if written == int(written) else 0.02)


def kept_as(run_folder: Path, files: Sequence[Path]) -> dict[str, str]:
    """The hash of each file that was made, by its place in the run's folder."""
    return {file.relative_to(run_folder).as_posix(): sha256(file) for file in sorted(files) if file.is_file()}
