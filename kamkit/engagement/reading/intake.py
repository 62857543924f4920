"""One table from its source to a typed pandas frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import narwhals as nw
import pandas as pd

from kamkit.engagement.config import Read
from kamkit.engagement.problems import Problem
from kamkit.engagement.reading import store
from kamkit.engagement.reading.body import Body, Reading
from kamkit.engagement.reading.cells import Grid, is_blank
from kamkit.engagement.reading.client_words import say_what_is_unused
from kamkit.engagement.reading.date_field import DateField
from kamkit.engagement.reading.fields import Fields
from kamkit.engagement.reading.findings import Findings, refuse
from kamkit.engagement.reading.header import Header, Names, find_header
from kamkit.engagement.reading.opening import open_grid
from kamkit.engagement.reading.sources import Source
from kamkit.engagement.reading.verdict import judge_rows, judge_whole, keeps_unassigned
from kamkit.engagement.reading.word_field import TextField
from kamkit.engagement.reading.workbook import Workbook
from kamkit.engagement.schemas import UNASSIGNED, Table

__all__ = ["Result", "header_of", "prepare", "take_in", "typed_frames"]


@dataclass(frozen=True)
class Result:
    """What came through, and what was said about it."""

    problems: tuple[Problem, ...]
    rows_read: int
    rows_left_out: int
    frame: pd.DataFrame | None = None
    parquet: Path | None = None
    lines: nw.LazyFrame | None = None


def take_in(
    table: Table, source: Source, read: Read, columns: dict[str, str], found: Findings, currency: str
) -> Result:
    """Read a table into a typed frame.

    Raises
    ------
    GateError
        If the file can't be read at all.
    """
    grid = open_grid(source, read, Names(table, columns).found_in, found)
    header = header_of(table, grid, read, columns, found)
    reading = prepare(table, grid, header, read, found, currency)
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
    return Result(found.problems, reading.body.rows_read, reading.rows_left_out, frame, parquet)


def header_of(table: Table, grid: Grid, read: Read, columns: dict[str, str], found: Findings) -> Header:
    """The header of a grid, and which of its columns no table asks for.

    Raises
    ------
    GateError
        If the file is empty, or has no such row.
    """
    top = [
        row for row in islice(grid.rows(), max(100, read.header_row or 0)) if not all(map(is_blank, row[1]))
    ]
    if not top:
        refuse(
            found.file,
            "the file is empty: not assessed",
            "export it again, with its header",
            table=table.name,
        )
    names = Names(table, columns)
    header = find_header(top, names, read, found)
    say_what_is_unused(table, read, header.places, found)
    if grid.settings:
        found.add("note", f"{grid.settings}, header in row {header.row}")
    unused = [h for h in header.names if h and not names.ours(h)]
    if unused:
        found.add("note", f"columns that no table asks for were left out: {', '.join(map(repr, unused))}")
    return header


def prepare(table: Table, grid: Grid, header: Header, read: Read, found: Findings, currency: str) -> Reading:
    """Gather the evidence of all rows below a header, and settle the columns."""
    fields = Fields(table, header.places, read, found, currency)
    _tell_origin(fields, grid)
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
