"""Ledger tables that stay in Spark: typed and judged there, to the verdict that a file would get.

The columns must have their types, as in a lake they have: text is not searched for dates and decimals.
Rows have no numbers there, so a finding shows a value and a count. What the gate found is remembered
under the table's fingerprint; the lines themselves are never brought here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw

import kamkit
from kamkit.engagement.config import Read
from kamkit.engagement.problems import Problem
from kamkit.engagement.reading import intake, store
from kamkit.engagement.reading.cells import Row
from kamkit.engagement.reading.client_words import ClientWords
from kamkit.engagement.reading.emptiness import EXPORT_MARKERS
from kamkit.engagement.reading.findings import Findings
from kamkit.engagement.reading.intake import Result
from kamkit.engagement.reading.straight import BLANKS
from kamkit.engagement.reading.totals import says_total
from kamkit.engagement.reading.verdict import judge_rows, judge_whole, keeps_unassigned
from kamkit.engagement.schemas import UNASSIGNED, Column, Table
from kamkit.method.frames import collected, distinct

if TYPE_CHECKING:
    from kamkit.engagement.lake import Lake

__all__ = ["take_in"]

_FORMAT = 1
"""Raise it when what is remembered must be found again."""


def take_in(
    table: Table,
    lake: Lake,
    read: Read,
    columns: dict[str, str],
    found: Findings,
    cache: Path,
    currency: str,
) -> Result:
    """Type and judge a table where it is, or remember the verdict if nothing has changed.

    Raises
    ------
    GateError
        If it can't be read at all.
    """
    names = _Names(tuple(lake.lines.collect_schema().names()))
    header = intake.header_of(table, names, read, columns, found)
    typing = _Typing(table, lake.lines, dict(header.places), read)
    typing.refuse_untyped(found)
    if found.stopped:
        return Result(found.problems, 0, 0)
    made_by = (
        kamkit.__version__,
        _FORMAT,
        asdict(table),
        read.model_dump(),
        sorted(columns.items()),
        currency,
    )
    mark = hashlib.sha256(repr((lake.fingerprint(), made_by)).encode()).hexdigest()[:24]
    notes = cache / f"{table.name}-{mark}.json"
    with lake.reading():
        result = _remembered(notes) or _judged(typing, found, notes)
    lines = None if any(p.severity == "fatal" for p in result.problems) else typing.kept
    return Result(result.problems, result.rows_read, result.rows_left_out, lines=lines)


@dataclass(frozen=True)
class _Names:
    """The names of the columns, as a grid of one row."""

    names: tuple[str, ...]
    settings = ""
    can_shift = False

    def rows(self) -> Iterator[Row]:
        yield 1, list(self.names)


class _Typing:
    """One table as our columns with our types, by expressions of its engine."""

    def __init__(self, table: Table, lines: nw.LazyFrame, places: dict[str, int], read: Read) -> None:
        self.table, self._lines, self._percent, self._read = table, lines, read.percent, read
        theirs = lines.collect_schema()
        names = theirs.names()
        self._theirs = {ours: names[place] for ours, place in places.items()}
        self._types = {ours: theirs[name] for ours, name in self._theirs.items()}
        self.columns = [c for c in table.columns if c.name in places]

    def refuse_untyped(self, found: Findings) -> None:
        """A column whose type says something else than its meaning."""
        for column in self.columns:
            kind = self._types[column.name]
            if not _fits(column, kind):
                what = f"the column is {kind}, and {_WANTED[column.kind]} is asked"
                found.add("fatal", what, "cast it in a view, and name the view", column=column.name)

    @property
    def typed(self) -> nw.LazyFrame:
        """Every row, typed."""
        return self._lines.select(*[self._typed(c).alias(c.name) for c in self.columns])

    @property
    def body(self) -> nw.LazyFrame:
        """The rows that are no totals."""
        return self.typed if self._total is None else self.typed.filter(~self._total)

    @property
    def kept(self) -> nw.LazyFrame:
        """The rows that count, with what is of no known customer as such."""
        known = [c.name for c in self.columns if keeps_unassigned(self.table, c.name)]
        told = [nw.col(name).fill_null(UNASSIGNED) for name in known]
        return self.body.with_columns(*told) if told else self.body

    def totals(self) -> int:
        """How many rows only add up others."""
        return 0 if self._total is None else _count(self.typed.filter(self._total))

    @cached_property
    def _total(self) -> nw.Expr | None:
        """Whether a row calls itself a total and lacks a key that a line has; None where no row does."""
        said = [nw.col(name).is_in(texts).fill_null(False) for name, texts in self._labels.items()]
        if not said:
            return None
        keys = [c.name for c in self.columns if c.required and c.kind in ("id", "date", "month")]
        lacking = nw.any_horizontal(*[nw.col(key).is_null() for key in keys], ignore_nulls=False)
        return lacking & nw.any_horizontal(*said, ignore_nulls=False)

    @cached_property
    def _labels(self) -> dict[str, list[str]]:
        """By column of words what it says of totals."""
        words = [c.name for c in self.columns if c.kind in ("id", "text") and (c.required or c.references)]
        labels = {name: [t for t in _distinct(self.typed, name) if says_total(t)] for name in words}
        return {name: texts for name, texts in labels.items() if texts}

    @cached_property
    def _counted(self) -> dict[str, dict[str, int]]:
        """By column that ``[values]`` maps how many rows say each text."""
        mapped = [c.name for c in self.columns if c.name in self._read.values]
        return {name: _counts(self._lines, self._theirs[name]) for name in mapped}

    def _in_our_words(self, column: Column, text: nw.Expr) -> nw.Expr:
        client = ClientWords(self.table, column, self._read)
        said = text
        for theirs, ours in client.among(self._counted.get(column.name, {})).items():
            said = nw.when(text == theirs).then(nw.lit(ours)).otherwise(said)
        return said

    def report_words(self, found: Findings) -> None:
        """Say what was read as what."""
        for column in self.columns:
            client = ClientWords(self.table, column, self._read)
            for theirs in client.among(self._counted.get(column.name, {})):
                client.saw(theirs, self._counted[column.name][theirs])
            client.report(found)

    def _typed(self, column: Column) -> nw.Expr:
        cell = nw.col(self._theirs[column.name])
        if column.kind == "date":
            return cell.cast(nw.Date)
        if column.kind == "month":
            return cell.cast(nw.Date).dt.truncate("1mo").cast(nw.Date)
        if column.kind in ("id", "text"):
            text = cell.cast(nw.String)
            empty = (text.str.strip_chars(BLANKS) == "") | text.is_in(list(EXPORT_MARKERS))
            return self._in_our_words(column, nw.when(~empty).then(text))
        number = cell.cast(nw.Float64)
        number = nw.when(~number.is_nan()).then(number)
        return number / 100 if column.name in self._percent else number


_WANTED = {
    "id": "text or a whole number", "text": "text", "date": "a date", "month": "a date",
    "money": "a number", "number": "a number",
}  # fmt: skip


def _fits(column: Column, kind: Any) -> bool:
    if column.kind in ("id", "text"):
        return kind == nw.String or (column.kind == "id" and kind.is_integer())
    if column.kind in ("date", "month"):
        return kind in (nw.Date, nw.Datetime)
    return kind.is_numeric()


def _judged(typing: _Typing, found: Findings, notes: Path) -> Result:
    rows, left_out = _count(typing.typed), typing.totals()
    if left_out:
        found.add("note", "total rows were left out", count=left_out)
    if not rows:
        found.add("note", "the table has no rows: not assessed")
    typing.report_words(found)
    judge_rows(typing.table, typing.body, found)
    if not found.stopped:
        judge_whole(typing.table, typing.kept, found)
    result = Result(found.problems, rows, left_out)
    _remember(result, notes)
    return result


def _count(lines: nw.LazyFrame) -> int:
    return int(collected(lines.select(nw.len().alias("rows")))["rows"].sum())


def _distinct(lines: nw.LazyFrame, name: str) -> list[str]:
    return collected(distinct(lines.select(name)))[name].dropna().tolist()


def _counts(lines: nw.LazyFrame, name: str) -> dict[str, int]:
    word = nw.col(name).cast(nw.String).alias("word")
    counted = collected(lines.select(word).group_by("word").agg(nw.len().alias("rows"))).dropna()
    return dict(zip(counted["word"], counted["rows"].astype(int), strict=True))


def _remember(result: Result, notes: Path) -> None:
    told = {"rows": result.rows_read, "left_out": result.rows_left_out,
            "problems": [asdict(p) for p in result.problems]}  # fmt: skip
    with store.partial(notes) as path:
        path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def _remembered(notes: Path) -> Result | None:
    try:
        told = json.loads(notes.read_text(encoding="utf-8"))
        return Result(tuple(Problem(**p) for p in told["problems"]), told["rows"], told["left_out"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
