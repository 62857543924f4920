"""The rows below the header, read twice: once for evidence over the whole file, once for the values."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kamkit.engagement.reading import totals
from kamkit.engagement.reading.cells import Chunk, Grid, is_blank
from kamkit.engagement.reading.fields import Fields
from kamkit.engagement.reading.findings import Findings, list_rows
from kamkit.engagement.reading.header import Header, texts
from kamkit.engagement.reading.total_rows import TotalRows
from kamkit.engagement.reading.verdict import ROW
from kamkit.engagement.schemas import Table

__all__ = ["Body", "Reading"]

_CHUNK = 100_000


class Body:
    """The data rows of a grid: without blank rows, repeated headers and rows that are shifted."""

    def __init__(self, grid: Grid, header: Header) -> None:
        self._grid, self._header = grid, header
        self._first_names = {next(name for name in part if name) for part in header.parts}
        self.shifted: list[int] = []
        self.short_totals: list[int] = []
        """Rows with fewer cells than the header that call themselves a total."""
        self.headers_again: list[int] = []
        self.rows_read = 0
        self.beyond = 0
        """Rows with cells right of the last header, in files where nothing can have shifted."""

    def chunks(self) -> Iterator[Chunk]:
        """The rows, some at a time, from the top; what was left out is counted anew each time."""
        self.shifted, self.short_totals, self.headers_again = [], [], []
        self.rows_read = self.beyond = 0
        chunk = Chunk()
        for number, record in self._grid.rows():
            if number <= self._header.row or all(map(is_blank, record)):
                continue
            self.rows_read += 1
            if self._is_data(number, record):
                chunk.numbers.append(number)
                chunk.records.append(record)
            if len(chunk.numbers) >= _CHUNK:
                yield chunk
                chunk = Chunk()
        if chunk.numbers:
            yield chunk

    def _is_data(self, number: int, record: list) -> bool:
        width = len(self._header.names)
        if self._names_columns(record):
            self.headers_again.append(number)
            return False
        beyond = len(record) > width and not all(map(is_blank, record[width:]))
        self.beyond += beyond and not self._grid.can_shift
        if not self._grid.can_shift or (len(record) >= width and not beyond):
            return True
        may_be_total = len(record) < width and bool(totals.label_in(record))
        (self.short_totals if may_be_total else self.shifted).append(number)
        return may_be_total

    def _names_columns(self, record: list) -> bool:
        return not self._first_names.isdisjoint(record) and texts(record) in self._header.parts


class Reading:
    """One reading of a table's body: evidence first, then typed frames, without its total rows."""

    def __init__(self, body: Body, fields: Fields, table: Table, found: Findings) -> None:
        self.body, self.fields, self.found = body, fields, found
        self.totals = TotalRows(table, fields, found)

    @property
    def rows_left_out(self) -> int:
        """Total rows and repeated headers."""
        return len(self.totals.left_out) + len(self.body.headers_again)

    def gather(self) -> None:
        """First pass: evidence from every data row."""
        for chunk in self.body.chunks():
            self.fields.see(chunk, totals=self.totals.look(chunk))
        self._report_shifted()
        self.fields.settle()

    def frames(self) -> Iterator[pd.DataFrame]:
        """Second pass: typed frames of the settled columns, with each row's number in the file."""
        for chunk in self.body.chunks():
            frame = self._typed(self.totals.take_out(chunk))
            if len(frame):
                yield frame
        self.fields.report()
        self.totals.report()
        self._report_left_out()

    def _typed(self, chunk: Chunk) -> pd.DataFrame:
        settled = self.fields.settled
        columns = {
            name: reader.read(chunk.column(self.fields.places[name]), chunk.numbers)
            for name, reader in settled.items()
        }
        frame = pd.DataFrame({**columns, ROW: pd.Series(chunk.numbers, dtype="int64")})
        unreadable = set().union(*(reader.unreadable for reader in settled.values()))
        return frame[~frame[ROW].isin(unreadable)] if unreadable else frame

    def _report_shifted(self) -> None:
        short = [row for row in self.body.short_totals if not self.totals.is_certain(row)]
        rows = sorted(self.body.shifted + short)
        if rows:
            what = "rows with more or fewer cells than the header, so that values stand in the wrong column"
            remedy = "put cells that hold the delimiter in quotes, delete rows that are remarks"
            self.found.add("fatal", f"{what}: rows {list_rows(rows)}", remedy, row=rows[0], count=len(rows))

    def _report_left_out(self) -> None:
        if self.body.beyond:
            self.found.add("note", "cells right of the last header were left out", count=self.body.beyond)
        if again := self.body.headers_again:
            what = f"the header is repeated; these rows were left out: rows {list_rows(again, 20)}"
            self.found.add("note", what, row=again[0], count=len(again))
