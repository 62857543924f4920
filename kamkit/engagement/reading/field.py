"""One reader per kind of column: it looks at every cell first, is settled once, and then reads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from kamkit.engagement.config import Read
from kamkit.engagement.reading.cells import Cell, Tally, is_blank, tally
from kamkit.engagement.reading.emptiness import EXCEL_ERRORS
from kamkit.engagement.reading.findings import Findings
from kamkit.engagement.schemas import Column, Table

__all__ = ["Field", "Unreadable", "dtype_of"]


def dtype_of(column: Column) -> str:
    """The pandas dtype a column has in every typed frame.

    >>> from kamkit.engagement.schemas import TABLES
    >>> dtype_of(TABLES["demand"].column("year")), dtype_of(TABLES["sales"].column("date"))
    ('int64', 'datetime64[us]')
    """
    if column.kind == "integer":
        return "int64" if column.required else "float64"
    kinds = {
        "id": "str",
        "text": "str",
        "flag": "boolean",
        "date": "datetime64[us]",
        "month": "datetime64[us]",
    }
    return kinds.get(column.kind, "float64")


class Field(ABC):
    """Reads the cells of one column of a table."""

    def __init__(self, table: Table, column: Column, read: Read, found: Findings) -> None:
        self.table, self.column, self.settings, self.found = table, column, read, found
        self.settled = True
        self.unreadable: set[int] = set()
        """Rows whose cell could not be read: reported, and not judged further."""
        self._markers = Tally()

    def see(self, cells: Sequence[Cell], rows: Sequence[int]) -> None:
        """Look at cells before any is read."""
        for cell, seen in tally(cells, rows).items():
            if not is_blank(cell):
                self._see(seen)

    def read(self, cells: Sequence[Cell], rows: Sequence[int]) -> pd.Series:
        """The values of some cells; empty and unreadable ones are missing."""
        values = {cell: self._value_or_none(seen, cells, rows) for cell, seen in tally(cells, rows).items()}
        return self._series([values[cell] for cell in cells])

    def report(self) -> None:
        """Say, when all is read, what was taken for what."""
        if self._markers.count:
            self.found.add(
                "note",
                "cells with a mark for nothing were read as empty",
                column=self.column.name,
                row=self._markers.row,
                value=self._markers.value,
                count=self._markers.count,
            )

    def _value_or_none(self, seen: Tally, cells: Sequence[Cell], rows: Sequence[int]) -> Any:
        if is_blank(seen.value):
            return None
        value = _FAILED if seen.value in EXCEL_ERRORS else self._value(seen)
        if isinstance(value, Unreadable):
            self.unreadable |= {row for cell, row in zip(cells, rows, strict=True) if cell == seen.value}
            self._complain(value.why, value.remedy, seen)
            return None
        return value

    def _complain(self, what: str, remedy: str, seen: Tally) -> None:
        self.found.add(
            "fatal", what, remedy, column=self.column.name, row=seen.row, value=seen.value, count=seen.count
        )

    def _unsettled(self, what: str, setting: str, seen: Tally) -> None:
        self.settled = False
        self._complain(what, f"write {setting} under [read.{self.table.name}] in engagement.toml", seen)

    def _note(self, what: str, seen: Tally, severity: Literal["note", "warning"] = "note") -> None:
        self.found.add(
            severity, what, column=self.column.name, row=seen.row, value=seen.value, count=seen.count
        )

    def _see(self, seen: Tally) -> None:  # noqa: B027  most kinds have nothing to learn beforehand
        """Look at one distinct cell."""

    @abstractmethod
    def _value(self, seen: Tally) -> Any:
        """The value of one distinct cell that is not blank, or why it has none."""

    def _series(self, values: Any) -> pd.Series:
        return pd.Series(values, dtype=dtype_of(self.column))


class Unreadable:
    """What a field returns for a cell that has no value."""

    def __init__(self, why: str, remedy: str = "") -> None:
        self.why, self.remedy = why, remedy


_FAILED = Unreadable(
    "an Excel formula failed here, or was never computed", "mend the formula, then save the workbook in Excel"
)
