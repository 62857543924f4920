"""The rows below the header, read twice: once for evidence over the whole file, once for the values."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kamkit.engagement.reading import totals
from kamkit.engagement.reading.cells import Chunk, Grid, is_blank
from kamkit.engagement.reading.fields import Fields
from kamkit.engagement.reading.findings import Findings, list_rows
from kamkit.engagement.reading.header import Header, texts
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
        self.headers_again: list[int] = []
        self.rows_read = 0
        self.beyond = 0
        """Rows with cells right of the last header, in files where nothing can have shifted."""

    def chunks(self) -> Iterator[Chunk]:
        """The rows, some at a time, from the top; what was left out is counted anew each time."""
        self.shifted, self.headers_again, self.rows_read, self.beyond = [], [], 0, 0
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
        fits = not self._grid.can_shift or (len(record) >= width and not beyond)
        if not fits and not totals.label_in(record):
            self.shifted.append(number)
            return False
        return True

    def _names_columns(self, record: list) -> bool:
        return not self._first_names.isdisjoint(record) and texts(record) in self._header.parts


class Reading:
    """One reading of a table's body: evidence, then typed frames, total rows left out on the way."""

    def __init__(self, body: Body, fields: Fields, table: Table, found: Findings) -> None:
        self.body, self.fields, self.table, self.found = body, fields, table, found
        self.totals_left_out: list[int] = []
        self._labelled: dict[int, str] = {}
        self._sums = totals.Sums()
        required = [c for c in table.columns if c.required]
        self._keys = [fields.places[c.name] for c in required if c.kind in ("id", "date", "month")]
        self._texts = [fields.places[c.name] for c in required if c.kind in ("id", "date", "month", "text")]
        self._money = [c.name for c in table.columns if c.kind == "money" and c.name in fields.places]

    def gather(self) -> None:
        """First pass: evidence from every data row."""
        for chunk in self.body.chunks():
            labelled = self._find_labels(chunk)
            self._labelled |= labelled
            gaps = {row for row, label in labelled.items() if label.startswith("gap ")}
            self.fields.see(chunk, totals=gaps)
        self._report_shifted()
        self.fields.settle()

    def frames(self) -> Iterator[pd.DataFrame]:
        """Second pass: typed frames of the settled columns, with each row's number in the file."""
        for chunk in self.body.chunks():
            kept = self._without_totals(chunk) if self._labelled else chunk
            frame = self._typed(kept)
            if len(frame):
                yield frame
        self.fields.report()
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

    def _find_labels(self, chunk: Chunk) -> dict[int, str]:
        labels = {}
        for i in sorted(self._suspicious(chunk)):
            if label := totals.label_in(chunk.records[i]):
                kind = "gap " if self._has_no_keys(chunk.records[i]) else "sum "
                labels[chunk.numbers[i]] = kind + label
        return labels

    def _suspicious(self, chunk: Chunk) -> set[int]:
        """Places of the rows with a required cell that is empty or says total."""
        places: set[int] = set()
        for column in map(chunk.column, self._texts):
            odd = {cell for cell in set(column) if is_blank(cell) or totals.says_total(cell)}
            places.update(i for i, cell in enumerate(column) if cell in odd) if odd else None
        return places

    def _has_no_keys(self, record: list) -> bool:
        cells = [record[i] if i < len(record) else None for i in self._keys]
        texts_ = [record[i] if i < len(record) else None for i in self._texts]
        return all(is_blank(c) or totals.says_total(c) for c in cells) and any(map(is_blank, texts_))

    def _without_totals(self, chunk: Chunk) -> Chunk:
        left_out: set[int] = set()
        for number, record in zip(chunk.numbers, chunk.records, strict=True):
            amounts = self._amounts(record)
            label = self._labelled.get(number, "")
            if label and (label.startswith("gap ") or self._sums.fit(amounts)):
                left_out.add(number)
                self._check_total(number, label[4:], amounts)
            else:
                self._sums.add(amounts)
        self.totals_left_out += sorted(left_out)
        return chunk.without(left_out)

    def _amounts(self, record: list) -> dict[str, float]:
        cells = {n: record[i] for n in self._money if (i := self.fields.places[n]) < len(record)}
        peeked = {n: self.fields.numbers[n].peek(cell) for n, cell in cells.items()}
        return {n: amount for n, amount in peeked.items() if amount is not None}

    def _check_total(self, row: int, label: str, amounts: dict[str, float]) -> None:
        if missed := self._sums.difference(amounts, label):
            remedy = "ask the client which rows are missing, or were added"
            self.found.add("warning", totals.sentence(label, *missed), remedy, column=missed[0], row=row)
        self._sums.close_block()

    def _report_shifted(self) -> None:
        rows = self.body.shifted
        if rows:
            self.found.add(
                "fatal",
                f"rows with more or fewer cells than the header, so that values stand in the wrong column: "
                f"rows {list_rows(rows)}",
                "put cells that hold the delimiter in quotes",
                row=rows[0],
                count=len(rows),
            )

    def _report_left_out(self) -> None:
        if self.body.beyond:
            self.found.add("note", "cells right of the last header were left out", count=self.body.beyond)
        for rows, what in (
            (self.totals_left_out, "total rows were left out"),
            (self.body.headers_again, "the header is repeated; these rows were left out"),
        ):
            if rows:
                self.found.add("note", f"{what}: rows {list_rows(rows, 20)}", row=rows[0], count=len(rows))
