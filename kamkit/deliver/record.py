"""What is known about a run: ``run.json`` in its folder, written whole each time something changes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from kamkit import __version__
from kamkit.deliver.ground import versions

__all__ = ["PlanRecord", "RunRecord", "StepRecord", "lenders", "new_run", "now", "sha256"]

_FILE = "run.json"
FORMAT = 2
"""Of ``run.json``; a run of another format lends nothing."""

_LENDERS = 12
"""How many earlier runs are looked at for what can be taken over."""

_STAMP = "%Y%m%dT%H%M%SZ"
_SAVING = Lock()

StepStatus = Literal["waiting", "running", "done", "reused", "failed", "not run"]


@dataclass
class StepRecord:
    """What became of one step.

    Parameters
    ----------
    notebook : hash of its notebook.
    because : why it was executed though it had been before.
    reused_from : the run that executed it, where its results were taken over.
    read : all that it read, in the words of :mod:`kamkit.engagement.reads`; how each of them was stands
        in the run's ``states``. None where that is not known, and nothing can be taken over.
    handed_on : per table that it hands on, a hash of what a reader gets.
    files : per file that it made in the run's folder, its hash.
    """

    title: str
    notebook: str
    parameters: dict[str, Any] = field(default_factory=dict)
    status: StepStatus = "waiting"
    seconds: float | None = None
    message: str = ""
    because: str = ""
    reused_from: str = ""
    read: list[str] | None = None
    handed_on: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


@dataclass
class PlanRecord:
    """What became of one account's plan; ``file`` is its page, in the run's folder of plans.

    The other fields are as those of :class:`StepRecord`.
    """

    name: str
    file: str
    notebook: str
    parameters: dict[str, Any] = field(default_factory=dict)
    status: StepStatus = "waiting"
    seconds: float | None = None
    message: str = ""
    because: str = ""
    reused_from: str = ""
    read: list[str] | None = None
    files: dict[str, str] = field(default_factory=dict)


@dataclass
class RunRecord:
    """One run. Only one whose status is *succeeded* is ever built upon; *running* was killed half-way
    unless its process still holds the engagement's lock.

    ``ground`` stands for kamkit, packages, Python and the place (:mod:`kamkit.deliver.ground`); ``states``
    says how each thing was that a step or plan read.
    """

    id: str
    client: str
    status: Literal["running", "succeeded", "failed", "interrupted"]
    started: str
    finished: str | None
    kamkit: str
    python: str
    packages: dict[str, str]
    parameters: dict[str, Any]
    inputs: dict[str, str]
    steps: dict[str, StepRecord]
    tables: dict[str, str] = field(default_factory=dict)
    plans: dict[str, PlanRecord] = field(default_factory=dict)
    anonymous: bool = False
    ground: str = ""
    states: dict[str, str] = field(default_factory=dict)
    format: int = 0

    def save(self, folder: Path) -> None:
        """Write ``run.json`` whole or not at all."""
        with _SAVING:
            text = json.dumps(asdict(self), indent=1, ensure_ascii=False, default=str)
            partial = folder / f".{_FILE}.part"
            partial.write_text(text, encoding="utf-8", errors="backslashreplace")
            os.replace(partial, folder / _FILE)

    def know(self, states: Mapping[str, str]) -> None:
        """Note how things were that a step or plan read."""
        with _SAVING:
            self.states.update(states)

    @property
    def handed_on(self) -> dict[str, str]:
        """Per table that a step has handed on by now, a hash of what a reader gets."""
        done = [step for step in list(self.steps.values()) if step.status in ("done", "reused")]
        return {name: content for step in done for name, content in step.handed_on.items()}

    def finish(self, folder: Path, status: Literal["succeeded", "failed", "interrupted"]) -> None:
        """Close the run."""
        self.status, self.finished = status, now()
        self.save(folder)

    def hash_tables(self, folder: Path) -> None:
        """Note the hashes of the tables that the steps handed on."""
        self.tables = {p.stem: sha256(p) for p in sorted((folder / "tables").glob("*.parquet"))}
        self.save(folder)

    @classmethod
    def load(cls, folder: Path) -> RunRecord | None:
        """The record of a run folder, or None where there is none that can be read."""
        try:
            content = json.loads((folder / _FILE).read_text(encoding="utf-8"))
            content["steps"] = {name: StepRecord(**step) for name, step in content["steps"].items()}
            content["plans"] = {name: PlanRecord(**plan) for name, plan in content.get("plans", {}).items()}
            return cls(**content)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None


def new_run(
    runs: Path,
    client: str,
    inputs: Mapping[str, str],
    parameters: Mapping[str, Any],
    steps: dict[str, StepRecord],
    anonymous: bool = False,
    ground: str = "",
) -> tuple[Path, RunRecord]:
    """Make a run folder; its name sorts behind those of the runs before it and tells inputs apart."""
    started = now()
    digest = hashlib.sha256(json.dumps(dict(inputs), sort_keys=True).encode()).hexdigest()[:8]
    folder = _make(runs, f"{_stamp(runs, started)}-{digest}")
    record = RunRecord(
        id=folder.name,
        client=client,
        status="running",
        started=started,
        finished=None,
        kamkit=__version__,
        python=platform.python_version(),
        packages=versions(),
        parameters=dict(parameters),
        inputs=dict(inputs),
        steps=steps,
        anonymous=anonymous,
        ground=ground,
        format=FORMAT,
    )
    record.save(folder)
    return folder, record


def _stamp(runs: Path, started: str) -> str:
    """The time as a run's name has it; a second after the latest run where the clock has been set back."""
    time = dt.datetime.fromisoformat(started)
    for folder in runs.glob("*T*Z-*"):
        try:
            before = dt.datetime.strptime(folder.name.partition("-")[0], _STAMP).replace(tzinfo=dt.UTC)
            time = max(time, before + dt.timedelta(seconds=1))
        except (ValueError, OverflowError):
            continue
    return time.strftime(_STAMP)


def _make(runs: Path, name: str) -> Path:
    """A folder of that name, or with a number behind it where two runs start in one second."""
    for number in range(1, 1000):
        folder = runs / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        for part in ("tables", "findings", "notebooks", "logs"):
            (folder / part).mkdir()
        return folder
    raise FileExistsError(f"{runs / name}")


def lenders(runs: Path, ground: str, anonymous: bool = False) -> list[tuple[Path, RunRecord]]:
    """The latest runs that succeeded on this ground, masked or not as today's; the latest first."""
    found: list[tuple[Path, RunRecord]] = []
    for folder in sorted(runs.glob("*T*Z-*"), reverse=True):
        record = RunRecord.load(folder)
        if record is not None and _lends(record, ground, anonymous):
            found.append((folder, record))
        if len(found) == _LENDERS:
            break
    return found


def _lends(record: RunRecord, ground: str, anonymous: bool) -> bool:
    same = record.format == FORMAT and record.ground == ground and record.anonymous == anonymous
    return same and record.status == "succeeded"


def now() -> str:
    """The time, in UTC, to the second."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def sha256(file: Path) -> str:
    """SHA-256 of a file's content."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
