"""Columns of identifiers, texts and flags."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pandas as pd

from kamkit.engagement.reading import words
from kamkit.engagement.reading.cells import Cell, Tally, tally
from kamkit.engagement.reading.client_words import ClientWords
from kamkit.engagement.reading.emptiness import EXPORT_MARKERS, is_marker
from kamkit.engagement.reading.field import Field, Unreadable
from kamkit.engagement.reading.header import flat
from kamkit.engagement.reading.usual_words import mapping_lines, mapping_remedy

__all__ = ["FlagField", "TextField"]


_FIFTEEN_DIGITS = 1e15
"""From here on, Excel and floating point round the last digits away."""


class WordField(Field):
    """Reads words, those of the client as ``[values]`` maps them."""

    def __init__(self, *of_field: Any) -> None:
        super().__init__(*of_field)
        self._client = ClientWords(self.table, self.column, self.settings)

    def _ours(self, text: str, seen: Tally) -> str | None:
        ours = self._client.ours(text)
        if ours is not None:
            self._client.saw(text, seen.count, seen.row)
        return ours

    def report(self) -> None:
        """Say what was taken for what."""
        super().report()
        self._client.report(self.found)


class TextField(WordField):
    """Reads identifiers and texts, letter by letter as they stand; enumerations in our spelling."""

    from_workbook = False

    def __init__(self, *of_field: Any) -> None:
        super().__init__(*of_field)
        self.nulls = Tally()
        self.nulls_are_empty = False
        self._spelt: dict[str, Tally] = defaultdict(Tally)
        self._allowed = {flat(value): value for value in self.column.allowed}
        self._as_number = Tally()

    def see(self, cells: Sequence[Cell], rows: Sequence[int]) -> None:
        """Look for cells that may stand for nothing."""
        for marker in EXPORT_MARKERS.intersection(cells):
            self.nulls.add(tally(cells, rows)[marker])

    def read(self, cells: Sequence[Cell], rows: Sequence[int]) -> pd.Series:
        """The texts of some cells; empty and unreadable ones are missing."""
        if self._client or self._allowed or not all(map(_is_plain, set(cells))):
            return super().read(cells, rows)
        return self._series(list(cells))

    def settle(self, columns_with_nulls: int) -> None:
        """Decide whether ``NULL`` is a word or nothing: nothing if several columns say it."""
        self.nulls_are_empty = columns_with_nulls > 1
        if not self.nulls.count:
            return
        what = (
            "cells that say it were read as empty: several columns of the file do"
            if self.nulls_are_empty
            else "this may stand for nothing, but was kept as text: no other column of the file says it"
        )
        self._note(what, self.nulls, "warning")

    def _value(self, seen: Tally) -> Any:
        if self.nulls_are_empty and seen.value in EXPORT_MARKERS:
            return None
        if self.column.kind == "id" and not isinstance(seen.value, str):
            if isinstance(seen.value, (dt.date, dt.time, dt.timedelta)):
                return Unreadable(
                    "an identifier has become a date",
                    "format the column as text and type the identifier again",
                )
            if isinstance(seen.value, float) and abs(seen.value) >= _FIFTEEN_DIGITS:
                return Unreadable(
                    "an identifier of more than 15 digits, kept as a number, has lost its last ones",
                    "export the column again as text",
                )
            self._as_number.add(seen)
        text = words.as_text(seen.value)
        if text and (ours := self._ours(text, seen)) is not None:
            return ours
        return self._in_our_spelling(text, seen) if self._allowed and text else text

    def _in_our_spelling(self, text: str, seen: Tally) -> str:
        ours = self._allowed.get(flat(text), text)
        if ours != text:
            self._spelt[ours].add(seen)
        return ours

    def report(self) -> None:
        """Say what was taken for what."""
        super().report()
        for ours, seen in self._spelt.items():
            self._note(f"read as {ours!r}", seen)
        if self._as_number.count and self.from_workbook:
            self._note(
                "identifiers stand as numbers: leading zeros, if there were any, are lost", self._as_number
            )


def _is_plain(cell: Cell) -> bool:
    """Whether a cell is a text that needs no second look."""
    return isinstance(cell, str) and bool(cell) and cell[0].isalnum() and cell not in EXPORT_MARKERS


class FlagField(WordField):
    """Reads yes and no."""

    def _value(self, seen: Tally) -> Any:
        text = words.as_text(seen.value) or ""
        ours = self._ours(text, seen)
        flag = words.as_flag(seen.value) if ours is None else ours == "true"
        if flag is None and is_marker(seen.value):
            self._markers.add(seen)
            return None
        if flag is not None:
            return flag
        lines = mapping_lines([text], ("true", "false"))
        section = f"[values.{self.table.name}.{self.column.name}]"
        remedy = f"allowed: true, false, yes, no; {mapping_remedy(lines, section)}"
        return Unreadable("this is neither true nor false", remedy)
