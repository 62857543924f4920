"""Which notebooks there are, and in which order their declared tables ask for them to run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import nbformat

from kamkit.engagement.schemas import TABLES
from kamkit.errors import ParameterError, RunError, list_some, nearest
from kamkit.resources import bundled

__all__ = [
    "PLAN",
    "Notebook",
    "find_notebooks",
    "find_plan_notebook",
    "needed_for",
    "ordered",
    "read_notebook",
    "selected",
    "writers_of",
]

PLAN = "account_plan"
"""Name of the notebook that is run once for each key account, after all steps."""


_NAME = re.compile(r"(?P<number>\d\d)_[a-z0-9_]+")


@dataclass(frozen=True)
class Notebook:
    """One step's notebook: what its metadata declares, and the hash of its text."""

    path: Path
    name: str
    title: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    sha256: str

    @property
    def number(self) -> int:
        """The step's number in the process."""
        return int(self.name[:2])


def find_notebooks(engagement: Path) -> list[Notebook]:
    """The engagement's own notebooks where it has any, else those that come with kamkit.

    Raises
    ------
    RunError
        If a notebook can't be read.
    """
    own = _numbered(engagement / "notebooks")
    return [read_notebook(path) for path in own or _numbered(bundled("notebooks"))]


def find_plan_notebook(engagement: Path) -> Notebook | None:
    """The notebook of the account plan: the engagement's own where it has any notebooks, else kamkit's.

    None where an engagement with notebooks of its own has none for plans: it wants no plans.

    Raises
    ------
    RunError
        If the notebook can't be read.
    """
    folder = engagement / "notebooks" if _numbered(engagement / "notebooks") else bundled("notebooks")
    path = folder / f"{PLAN}.ipynb"
    return read_notebook(path) if path.is_file() else None


def writers_of(notebooks: Sequence[Notebook], notebook: Notebook) -> set[str]:
    """Names of the notebooks that write what a notebook reads; what nobody writes is a gap to a plan."""
    writers = _writers(notebooks)
    return {writers[name] for name in notebook.reads if name in writers}


def _numbered(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("*.ipynb") if _NAME.fullmatch(p.stem))


def read_notebook(path: Path) -> Notebook:
    """What a notebook's metadata declares.

    Raises
    ------
    RunError
        If the file is no notebook.
    """
    content = path.read_bytes()
    try:
        notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
    except (ValueError, AttributeError, KeyError, nbformat.ValidationError) as error:
        raise RunError(
            f"{path.name} can't be read as a notebook: {error}",
            where=str(path),
            remedy="save it again from JupyterLab, or take the one that comes with kamkit",
        ) from error
    declared = notebook.metadata.get("kamkit", {})
    return Notebook(
        path=path,
        name=path.stem,
        title=_title(notebook) or path.stem,
        reads=tuple(declared.get("reads", ())),
        writes=tuple(declared.get("writes", ())),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _title(notebook: Any) -> str:
    texts = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    headings = (re.match(r"#+\s+(.+)", line) for text in texts for line in text.splitlines())
    return next((found[1].strip() for found in headings if found), "")


def ordered(notebooks: Sequence[Notebook]) -> list[Notebook]:
    """The notebooks so that each comes after those whose tables it reads; by number where free.

    Raises
    ------
    RunError
        If two notebooks write one table, one reads what nobody writes, or they wait for each other.
    """
    graph = _graph(notebooks)
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        raise RunError(
            f"the notebooks wait for each other: {circle}",
            where="metadata kamkit.reads and kamkit.writes",
            remedy="let one of them do without the other's table",
        ) from error
    by_name = {n.name: n for n in notebooks}
    line: list[Notebook] = []
    ready: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()])
        first = ready.pop(0)
        sorter.done(first)
        line.append(by_name[first])
    return line


def needed_for(notebooks: Sequence[Notebook], names: Iterable[str]) -> set[str]:
    """Names of the notebooks that these ones wait for, directly or through others."""
    graph, open_names = _graph(notebooks), list(names)
    found: set[str] = set()
    while open_names:
        fresh = graph[open_names.pop()] - found
        found |= fresh
        open_names += fresh
    return found


def _graph(notebooks: Sequence[Notebook]) -> dict[str, set[str]]:
    """For each notebook, the names of those that write what it reads."""
    writers = _writers(notebooks)
    graph: dict[str, set[str]] = {}
    for notebook in notebooks:
        handed_on = [name for name in notebook.reads if name not in TABLES]
        for name in handed_on:
            if name not in writers:
                raise _nobody_writes(name, notebook, [*writers, *TABLES])
        graph[notebook.name] = {writers[name] for name in handed_on}
    return graph


def _writers(notebooks: Sequence[Notebook]) -> dict[str, str]:
    writers: dict[str, str] = {}
    for notebook in notebooks:
        for name in notebook.writes:
            if name in writers or name in TABLES:
                other = writers.get(name, "the client's own data")
                raise RunError(
                    f"{notebook.name} writes the table {name!r}, which {other} is the source of",
                    where="metadata kamkit.writes",
                    remedy="give one of the two tables another name",
                )
            writers[name] = notebook.name
    return writers


def _nobody_writes(name: str, notebook: Notebook, known: Sequence[str]) -> RunError:
    close = nearest(name, known)
    return RunError(
        f"{notebook.name} reads the table {name!r}, which no notebook writes",
        where=f"metadata kamkit.reads of {notebook.path.name}",
        remedy=f"{close[0]}?" if close else "declare it in kamkit.writes of the notebook that makes it",
    )


def selected(notebooks: Sequence[Notebook], steps: str | None) -> set[str]:
    """Names of the notebooks that a selection such as ``1-3,5`` asks for; all where it is None.

    Raises
    ------
    ParameterError
        If the selection can't be read or names a step that is not there.
    """
    numbers = {n.number: n.name for n in notebooks}
    if steps is None:
        return set(numbers.values())
    asked = [number for part in steps.split(",") for number in _range(part.strip(), steps)]
    missing = [number for number in asked if number not in numbers]
    if missing:
        raise ParameterError(
            f"there is no step {list_some(missing)}",
            where="--steps",
            allowed=", ".join(map(str, sorted(numbers))),
        )
    return {numbers[number] for number in asked}


def _range(part: str, steps: str) -> range:
    found = re.fullmatch(r"(\d{1,2})(?:\s*-\s*(\d{1,2}))?", part)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if last < first:
        raise ParameterError(f"{steps!r} is no selection of steps", where="--steps", allowed="such as 1-3,5")
    return range(first, last + 1)
