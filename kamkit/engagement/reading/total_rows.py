"""The total rows of one table: found by their label, left out, counted, and held against the rows above."""

from __future__ import annotations

from dataclasses import dataclass

from kamkit.engagement.reading.cells import Cell, Chunk, is_blank
from kamkit.engagement.reading.fields import Fields
from kamkit.engagement.reading.findings import Findings, list_rows
from kamkit.engagement.reading.totals import Sums, label_in, says_total, sentence
from kamkit.engagement.schemas import Table

__all__ = ["TotalRows"]

_OUR_WORD = {"demand": ("supplier",)}
"""Columns in which "total" is a value of ours."""


@dataclass(frozen=True)
class Label:
    """What a row calls itself, and whether its empty keys leave no doubt of it."""

    text: str
    certain: bool


class TotalRows:
    """Finds the total rows of a table in a first pass, and takes them out in a second."""

    def __init__(self, table: Table, fields: Fields, found: Findings) -> None:
        self.left_out: list[int] = []
        self._fields, self._found = fields, found
        self._labels: dict[int, Label] = {}
        self._sums = Sums()
        places = fields.places
        self._ours = {places[n] for n in _OUR_WORD.get(table.name, ()) if n in places}
        required = [c for c in table.columns if c.required and c.name in places]
        self._keys = [places[c.name] for c in required if c.kind in ("id", "date", "month")]
        self._words = [places[c.name] for c in required if c.kind in ("id", "date", "month", "text")]
        self._money = [c.name for c in table.columns if c.kind == "money" and c.name in places]

    def look(self, chunk: Chunk) -> set[int]:
        """The numbers of the rows that are totals beyond doubt; doubtful ones wait for their sums."""
        labels = {}
        for i in sorted(self._suspicious(chunk)):
            record = self._without_our_words(chunk.records[i])
            if text := label_in(record):
                labels[chunk.numbers[i]] = Label(text, self._has_no_keys(record))
        self._labels |= labels
        return {row for row, label in labels.items() if label.certain}

    def is_certain(self, row: int) -> bool:
        """Whether the row of that number is a total beyond doubt."""
        return row in self._labels and self._labels[row].certain

    def take_out(self, chunk: Chunk) -> Chunk:
        """The chunk without its total rows, each held against the rows above it."""
        if not self._labels:
            return chunk
        left_out: set[int] = set()
        for number, record in zip(chunk.numbers, chunk.records, strict=True):
            amounts, label = self._amounts(record), self._labels.get(number)
            if label and (label.certain or self._sums.fit(amounts)):
                left_out.add(number)
                self._check(number, label.text, amounts)
            else:
                self._sums.add(amounts)
        self.left_out += sorted(left_out)
        return chunk.without(left_out)

    def report(self) -> None:
        """Say which rows were left out."""
        rows = self.left_out
        if rows:
            what = f"total rows were left out: rows {list_rows(rows, 20)}"
            self._found.add("note", what, row=rows[0], count=len(rows))

    def _suspicious(self, chunk: Chunk) -> set[int]:
        """Places of the rows with a required cell that is empty or says total."""
        places: set[int] = set()
        for word in self._words:
            column = chunk.column(word)
            odd = {cell for cell in set(column) if is_blank(cell) or says_total(cell)}
            if odd:
                places.update(i for i, cell in enumerate(column) if cell in odd)
        return places

    def _without_our_words(self, record: list[Cell]) -> list[Cell]:
        return [0 if i in self._ours else cell for i, cell in enumerate(record)] if self._ours else record

    def _has_no_keys(self, record: list[Cell]) -> bool:
        keys = [record[i] if i < len(record) else None for i in self._keys]
        words = [record[i] if i < len(record) else None for i in self._words]
        return bool(keys) and all(is_blank(c) or says_total(c) for c in keys) and any(map(is_blank, words))

    def _amounts(self, record: list[Cell]) -> dict[str, float]:
        places = self._fields.places
        cells = {name: record[places[name]] for name in self._money if places[name] < len(record)}
        peeked = {name: self._fields.numbers[name].peek(cell) for name, cell in cells.items()}
        return {name: amount for name, amount in peeked.items() if amount is not None}

    def _check(self, row: int, label: str, amounts: dict[str, float]) -> None:
        if missed := self._sums.difference(amounts, label):
            remedy = "ask the client which rows are missing, or were added"
            self._found.add("warning", sentence(label, *missed), remedy, column=missed[0], row=row)
        self._sums.close_block()
