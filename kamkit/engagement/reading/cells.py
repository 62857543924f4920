"""Cells as they stand in a file, before anyone has said what they mean."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

__all__ = ["Cell", "Grid", "Row", "Tally", "is_blank", "tally"]

Cell = str | float | int | Decimal | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None
"""Text as typed, or what the file itself knows to be a number or a date."""

Row = tuple[int, list[Cell]]
"""Row number as a person sees it, and the row's cells."""


class Grid(Protocol):
    """Something that gives its rows as often as it is asked."""

    @property
    def settings(self) -> str:
        """How the file was opened, for messages."""

    @property
    def can_shift(self) -> bool:
        """Whether a stray delimiter could have moved a row's values into other columns."""

    def rows(self) -> Iterator[Row]:
        """Every row from the top, title and blank rows included."""


@dataclass
class Tally:
    """How often something was seen, and where first."""

    count: int = 0
    row: int = 0
    value: Cell = ""

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        if self.count == 0 or other.row < self.row:
            self.row, self.value = other.row, other.value
        self.count += other.count


@dataclass
class Chunk:
    """Some consecutive data rows."""

    numbers: list[int] = field(default_factory=list)
    records: list[list[Cell]] = field(default_factory=list)

    def column(self, index: int) -> list[Cell]:
        """One column of the rows; short rows give empty cells."""
        return [record[index] if index < len(record) else None for record in self.records]

    def without(self, rows: set[int]) -> Chunk:
        """The chunk without the rows of those numbers."""
        if not rows:
            return self
        kept = [(n, r) for n, r in zip(self.numbers, self.records, strict=True) if n not in rows]
        return Chunk([n for n, _ in kept], [r for _, r in kept])


def is_blank(cell: Cell) -> bool:
    """Whether nothing stands in the cell, no-break spaces counting as nothing.

    >>> is_blank("\\u00a0"), is_blank(0.0), is_blank("0")
    (True, False, False)
    """
    return cell is None or (isinstance(cell, str) and not cell.strip())


def tally(cells: Sequence[Cell], rows: Sequence[int]) -> dict[Cell, Tally]:
    """Distinct cells with their count and first row.

    >>> tally(["a", "b", "a"], [2, 3, 4])["a"]
    Tally(count=2, row=2, value='a')
    """
    first = dict(zip(reversed(cells), reversed(rows), strict=True))
    return {cell: Tally(n, first[cell], cell) for cell, n in Counter(cells).items()}
