"""What a run folder holds: tables handed on, findings, gaps, executed notebooks."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pyarrow.parquet as pq
from markupsafe import Markup

from kamkit.deliver.kept import read_kept
from kamkit.deliver.passages import Passage, told
from kamkit.deliver.record import RunRecord, StepRecord
from kamkit.deliver.show import MIME, in_this_language
from kamkit.engagement.gaps import NotAssessed, gap_from
from kamkit.engagement.schemas import TABLES, Table
from kamkit.locale import _, ngettext
from kamkit.locale.own_words import in_own_words
from kamkit.locale.sentences import from_data

__all__ = [
    "OWN_PAGE",
    "Asked",
    "FilesMore",
    "Gap",
    "Section",
    "asked_for",
    "chosen",
    "files_more",
    "read_result",
    "sections_of",
]

_FIRST = 3


OWN_PAGE = "own-page"
"""Tag of cells whose table the report prints on a page of its own."""


@dataclass(frozen=True)
class Gap:
    """One thing that a step could not say, and the tables that would let it."""

    step: str
    what: str
    needs: tuple[str, ...]
    reason: str

    @property
    def number(self) -> int:
        """Number of the step in the process."""
        return int(self.step[:2])


@dataclass(frozen=True)
class Section:
    """One step as the report tells it."""

    name: str
    title: str
    body: Markup
    findings: tuple[str, ...]
    gaps: tuple[Gap, ...]
    status: str

    @property
    def number(self) -> int:
        """Number of the step in the process."""
        return int(self.name[:2])

    @property
    def has_exhibit(self) -> bool:
        """Whether anything is shown but prose and gaps."""
        return "<figure" in self.body

    @property
    def told(self) -> bool:
        """Whether the step ran to its end, in this run or the one it was taken from."""
        return self.status in ("done", "reused")


@dataclass(frozen=True)
class Asked:
    """A table that is missing, and all that waits for it."""

    table: Table
    waiting: tuple[Gap, ...]


@dataclass(frozen=True)
class FilesMore:
    """Files that are missing, and the questions that they would answer."""

    tables: tuple[str, ...]
    questions: tuple[str, ...]

    def __str__(self) -> str:
        first = "; ".join(self.questions[:_FIRST])
        rest = len(self.questions) - _FIRST
        more = ngettext("{first} and {n} question more", "{first} and {n} questions more", max(rest, 1))
        said = more.format(first=first, n=rest) if rest > 0 else first
        return f"{' + '.join(self.tables)}: {said}"


def read_result(run_folder: Path, name: str) -> pd.DataFrame | NotAssessed | None:
    """A table that a step handed on, the gap in its place, or None where no step wrote it."""
    file = run_folder / "tables" / f"{name}.parquet"
    if not file.is_file():
        return None
    note = json.loads((pq.read_schema(file).metadata or {}).get(b"kamkit", b"{}"))
    gap = note.get("gap")
    return gap_from(gap) if gap else in_own_words(pd.read_parquet(file))


def sections_of(run_folder: Path, record: RunRecord) -> list[Section]:
    """The steps of the run, in the order of the process."""
    return [_section(run_folder, name, step) for name, step in sorted(record.steps.items())]


def chosen(sections: Sequence[Section], numbers: Sequence[int]) -> list[Section]:
    """The sections whose numbers are given, in that order; all where none is given."""
    by_number = {section.number: section for section in sections}
    return [by_number[n] for n in numbers if n in by_number] if numbers else list(sections)


def asked_for(gaps: Sequence[Gap]) -> list[Asked]:
    """The missing tables, each once, in the order of the data request, with what waits for them."""
    waiting = {name: tuple(g for g in gaps if name in g.needs) for name in TABLES}
    return [Asked(TABLES[name], found) for name, found in waiting.items() if found]


def files_more(gaps: Sequence[Gap]) -> list[FilesMore]:
    """What one file more would answer, or the few that belong together; the most questions first.

    A question that waits for several files counts for these together.
    """
    missing, waiting = {name for gap in gaps for name in gap.needs}, dict[tuple[str, ...], list[str]]()
    for gap in gaps:
        tables = _with_referred(gap.needs, missing)
        questions = waiting.setdefault(tables, [])
        if tables and gap.what not in questions:
            questions.append(gap.what)
    found = [FilesMore(tables, tuple(asked)) for tables, asked in waiting.items() if asked]
    order = list(TABLES)
    return sorted(found, key=lambda m: (len(m.tables), -len(m.questions), order.index(m.tables[0])))


def _with_referred(needs: Sequence[str], missing: Collection[str]) -> tuple[str, ...]:
    """Tables in the order of the data request, with those missing ones that their rows refer to."""
    referred = {
        column.references.partition(".")[0]
        for name in needs
        if name in TABLES
        for column in TABLES[name].columns
        if column.required
    }
    wanted = {*needs, *(referred & set(missing))}
    return tuple(name for name in TABLES if name in wanted)


def _section(run_folder: Path, name: str, step: StepRecord) -> Section:
    told = step.status in ("done", "reused")
    title, body = _body(run_folder, name) if told else ("", Markup(""))
    records = _records(run_folder / "findings" / f"{name}.json") if told else []
    found = sorted((r for r in records if r["kind"] == "finding"), key=lambda r: -r.get("weight", 1))
    gaps = [r for r in records if r["kind"] == "not_assessed"]
    return Section(
        name=name,
        title=title or _(step.title),
        body=body,
        findings=tuple(_finding(run_folder, r) for r in found),
        gaps=tuple(_gap(name, gap_from(r)) for r in gaps),
        status=step.status,
    )


def _finding(run_folder: Path, record: dict[str, Any]) -> str:
    """A finding in the language in force: that of what was shown, or a text said again."""
    if record.get("key"):
        return read_kept(run_folder, record["key"]).message
    return _(from_data(record["said"])) if "said" in record else str(record["text"])


def _gap(step: str, gap: NotAssessed) -> Gap:
    return Gap(step, _(gap.what), gap.needs, _(gap.reason))


def _records(file: Path) -> list[dict[str, Any]]:
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []


def _body(run_folder: Path, name: str) -> tuple[str, Markup]:
    """Title and content of an executed notebook: its prose and what it shows, no code."""
    title, passages = "", _passages(run_folder, name)
    for passage in passages:
        if not title and passage.text.lstrip().startswith("# "):
            heading, _rest, passage.text = passage.text.lstrip().partition("\n")
            title = heading[2:].strip()
    return title, told(passages)


def _passages(run_folder: Path, name: str) -> list[Passage]:
    """Each Markdown cell, translated, with what the code cells below it show.

    What has a page of its own in the report, as the reconciliation has, is not repeated in its step.
    """
    passages = [Passage("")]
    for cell in nbformat.read(run_folder / "notebooks" / f"{name}.ipynb", as_version=4).cells:
        if cell.cell_type == "markdown":
            passages.append(Passage(_(cell.source)))
        elif OWN_PAGE in cell.metadata.get("tags", ()):
            passages[-1] = Passage("")
        elif cell.cell_type == "code":
            for data in (o.get("data", {}) for o in cell.outputs):
                if MIME in data:
                    note = data[MIME]
                    passages[-1].shown.append(Markup(in_this_language(note, data["text/html"], run_folder)))
                    passages[-1].gaps += note["kind"] == "gap"
    return passages
