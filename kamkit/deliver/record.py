"""What is known about a run: ``run.json`` in its folder, written whole each time something changes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from kamkit import __version__

__all__ = ["PlanRecord", "RunRecord", "StepRecord", "latest_usable", "new_run", "now", "sha256"]

_FILE = "run.json"
_PACKAGES = (
    "pandas",
    "numpy",
    "pyarrow",
    "narwhals",
    "duckdb",
    "matplotlib",
    "papermill",
    "nbclient",
    "ipykernel",
    "jinja2",
    "babel",
    "python-calamine",
)

StepStatus = Literal["waiting", "running", "done", "reused", "failed", "not run"]


@dataclass
class StepRecord:
    """What became of one step."""

    title: str
    notebook: str
    parameters: dict[str, Any] = field(default_factory=dict)
    status: StepStatus = "waiting"
    seconds: float | None = None
    message: str = ""
    reused_from: str = ""


@dataclass
class PlanRecord:
    """What became of one account's plan; ``file`` is its page, in the run's folder of plans."""

    name: str
    file: str
    signature: str
    status: StepStatus = "waiting"
    seconds: float | None = None
    message: str = ""
    reused_from: str = ""


@dataclass
class RunRecord:
    """One run. Only one whose status is *succeeded* is ever built upon; *running* was killed half-way
    unless its process still holds the engagement's lock.
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

    def save(self, folder: Path) -> None:
        """Write ``run.json`` whole or not at all."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False, default=str)
        partial = folder / f".{_FILE}.part"
        partial.write_text(text, encoding="utf-8", errors="backslashreplace")
        os.replace(partial, folder / _FILE)

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
) -> tuple[Path, RunRecord]:
    """Make a run folder; its name sorts by time and tells inputs apart."""
    started = now()
    digest = hashlib.sha256(json.dumps(dict(inputs), sort_keys=True).encode()).hexdigest()[:8]
    stamp = started.replace("-", "").replace(":", "").replace("+0000", "Z")
    folder = _make(runs, f"{stamp}-{digest}")
    record = RunRecord(
        id=folder.name,
        client=client,
        status="running",
        started=started,
        finished=None,
        kamkit=__version__,
        python=platform.python_version(),
        packages=_versions(),
        parameters=dict(parameters),
        inputs=dict(inputs),
        steps=steps,
        anonymous=anonymous,
    )
    record.save(folder)
    return folder, record


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


def latest_usable(runs: Path, inputs: Mapping[str, str]) -> tuple[Path, RunRecord] | None:
    """The last run that succeeded on these very inputs with this version of kamkit."""
    for folder in sorted(runs.glob("*T*Z-*"), reverse=True):
        record = RunRecord.load(folder)
        if record is None or record.status != "succeeded":
            continue
        if record.inputs == dict(inputs) and record.kamkit == __version__:
            return folder, record
    return None


def now() -> str:
    """The time, in UTC, to the second."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def sha256(file: Path) -> str:
    """SHA-256 of a file's content."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
