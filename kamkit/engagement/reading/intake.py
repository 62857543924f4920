"""One table from its source to a typed pandas frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pandas as pd

from kamkit.engagement.config import Read
from kamkit.engagement.problems import Problem
from kamkit.engagement.reading import encoding, store
from kamkit.engagement.reading.body import Body, Reading
from kamkit.engagement.reading.cells import Grid
from kamkit.engagement.reading.columnar import Columnar
from kamkit.engagement.reading.date_field import DateField
from kamkit.engagement.reading.delimited import Delimited, delimiter_of
from kamkit.engagement.reading.fields import Fields
from kamkit.engagement.reading.findings import Findings, refuse
from kamkit.engagement.reading.header import Names, find_header
from kamkit.engagement.reading.sources import TEXT, Source
from kamkit.engagement.reading.verdict import judge_rows, judge_whole, keeps_unassigned
from kamkit.engagement.reading.word_field import TextField
from kamkit.engagement.reading.workbook import SUFFIXES, Workbook
from kamkit.engagement.schemas import UNASSIGNED, Table

__all__ = ["Result", "open_grid", "prepare", "take_in", "typed_frames"]


@dataclass(frozen=True)
class Result:
    """What came through, and what was said about it."""

    problems: tuple[Problem, ...]
    rows_read: int
    rows_left_out: int
    frame: pd.DataFrame | None = None
    parquet: Path | None = None


def take_in(
    table: Table, source: Source, read: Read, columns: dict[str, str], found: Findings, currency: str
) -> Result:
    """Read a table into a typed frame.

    Raises
    ------
    GateError
        If the file can't be read at all.
    """
    reading = prepare(
        table, open_grid(source, read, Names(table, columns), found), read, columns, found, currency
    )
    names = list(reading.fields.places)
    frames = list(typed_frames(table, reading, found))
    if found.stopped and not frames:
        return result(reading, found)
    numbered = pd.concat(frames, ignore_index=True) if frames else store.empty(table, names)
    judge_whole(table, numbered, found)
    frame = None if found.stopped else store.collect(table, [numbered] if frames else [], names)
    return result(reading, found, frame=frame)


def result(
    reading: Reading, found: Findings, frame: pd.DataFrame | None = None, parquet: Path | None = None
) -> Result:
    """The result of a reading."""
    left_out = len(reading.totals_left_out) + len(reading.body.headers_again)
    return Result(found.problems, reading.body.rows_read, left_out, frame, parquet)


def open_grid(source: Source, read: Read, names: Names, found: Findings) -> Grid:
    """Open a source as a grid of cells, by its ending and what it turns out to hold.

    Raises
    ------
    GateError
        If it can't be opened.
    """
    suffix = source.path.suffix.lower()
    if suffix == ".parquet":
        return Columnar(source.path)
    if suffix in SUFFIXES:
        return Workbook(source.path, read.sheet or source.sheet)
    if suffix not in TEXT:
        refuse(source.label, f"files that end in {suffix!r} are not read", "save it as CSV, Excel or Parquet")
    return _open_text(source, read, names, found)


def _open_text(source: Source, read: Read, names: Names, found: Findings) -> Grid:
    with source.path.open("rb") as file:
        head = file.read(4)
    if head in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"):
        kind = "a Parquet file" if head == b"PAR1" else "a workbook"
        refuse(
            source.label,
            f"this is {kind}, though it is called {source.path.suffix}",
            "give it its right ending",
        )
    chosen = encoding.detect(source.path, read.encoding)
    if chosen.why:
        found.add("note", chosen.why)
    delimiter = read.delimiter or delimiter_of(source.path, chosen.codec, names.found_in)
    return Delimited(source.path, chosen.codec, delimiter)


def prepare(
    table: Table, grid: Grid, read: Read, columns: dict[str, str], found: Findings, currency: str
) -> Reading:
    """Find the header and gather the evidence of all rows.

    Raises
    ------
    GateError
        If the file holds no header.
    """
    top = list(islice(grid.rows(), max(100, read.header_row or 0)))
    names = Names(table, columns)
    header = find_header([row for row in top if any(c not in (None, "") for c in row[1])], names, read, found)
    if grid.settings:
        found.add("note", f"{grid.settings}, header in row {header.row}")
    fields = Fields(table, header.places, read, found)
    _tell_origin(fields, grid)
    unused = [h for h in header.names if h and not names.ours(h)]
    if unused:
        found.add("note", f"columns that no table asks for were left out: {', '.join(map(repr, unused))}")
    reading = Reading(Body(grid, header), fields, table, found)
    reading.gather()
    return reading


def _tell_origin(fields: Fields, grid: Grid) -> None:
    if not isinstance(grid, Workbook):
        return
    for field in fields.by_name.values():
        if isinstance(field, DateField) and grid.epoch:
            field.epoch, field.epoch_known = grid.epoch, True
        if isinstance(field, TextField):
            field.from_workbook = True


def typed_frames(table: Table, reading: Reading, found: Findings) -> Iterator[pd.DataFrame]:
    """Typed and judged rows, some at a time, with the row number in :data:`~.verdict.ROW`."""
    any_rows = False
    for frame in reading.frames():
        any_rows = True
        judge_rows(table, frame, found)
        for name in frame.columns.intersection(["account_id"]):
            if keeps_unassigned(table, name):
                frame = frame.assign(**{name: frame[name].fillna(UNASSIGNED)})
        yield frame
    if not any_rows and not found.stopped:
        found.add("note", "the table has no rows: not assessed")
