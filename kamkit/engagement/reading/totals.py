"""Rows that only add up others.

A row is a total if a cell says so *and* the rest of the row agrees: a key that a data row must have is
empty, or its numbers are the sum of the rows above. "Total Oil AB" is a customer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kamkit.engagement.reading.cells import Cell

__all__ = ["Sums", "label_in", "says_total"]

_WORDS = (
    "total", "totals", "grand total", "sum total", "subtotal", "sub total", "sub-total", "sum",
    "summa", "totalt", "totalsumma", "delsumma", "slutsumma", "i alt",
    "kokku", "vahesumma", "kõik kokku", "üldsumma", "yhteensä", "välisumma", "loppusumma",
    "summe", "gesamt", "gesamtsumme", "zwischensumme", "total général", "sous-total",
    "kopā", "iš viso", "razem", "suma",
)  # fmt: skip
_ANY = "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
_ALONE = re.compile(rf"\**\s*(?:{_ANY})\s*[:.]?\s*\**", re.IGNORECASE)
_WITH_NAME = re.compile(rf"(?:(?:{_ANY})\b[\s:]+.+|.+\s(?:{_ANY})[:.]?)", re.IGNORECASE)
_GRAND = re.compile(
    r"grand|totalt|slutsumma|totalsumma|gesamt|üldsumma|loppusumma|général|kõik", re.IGNORECASE
)


def says_total(cell: Cell) -> bool:
    """Whether a cell could be the label of a total row.

    >>> says_total("Summa Argentina"), says_total("Germany total"), says_total("Totalförsvar AB")
    (True, True, False)
    """
    return isinstance(cell, str) and bool(
        _ALONE.fullmatch(cell.strip()) or _WITH_NAME.fullmatch(cell.strip())
    )


def label_in(record: Sequence[Cell]) -> str:
    """The first label of a total in a record, or nothing."""
    return next((str(cell).strip() for cell in record if says_total(cell)), "")


@dataclass
class Sums:
    """What the money columns add up to, since the last total and since the top.

    Examples
    --------
    >>> sums = Sums(); sums.add({"amount": 5.0}); sums.add({"amount": 7.0})
    >>> sums.fit({"amount": 12.0}), sums.fit({"amount": 11.0})
    (True, False)
    >>> sums.difference({"amount": 11.0})
    ('amount', 11.0, 12.0)
    """

    block: dict[str, float] = field(default_factory=dict)
    whole: dict[str, float] = field(default_factory=dict)
    rows: int = 0
    rows_in_block: int = 0

    def add(self, amounts: dict[str, float], rows: int = 1) -> None:
        """Add data rows."""
        self.rows, self.rows_in_block = self.rows + rows, self.rows_in_block + rows
        for name, amount in amounts.items():
            self.block[name] = self.block.get(name, 0.0) + amount
            self.whole[name] = self.whole.get(name, 0.0) + amount

    def fit(self, amounts: dict[str, float]) -> bool:
        """Whether the amounts are those of the block, or of everything, above."""
        return bool(amounts) and any(
            rows > 1 and all(_equal(amount, sums.get(name, 0.0)) for name, amount in amounts.items())
            for sums, rows in ((self.block, self.rows_in_block), (self.whole, self.rows))
        )

    def close_block(self) -> None:
        """Begin a new block."""
        self.block, self.rows_in_block = {}, 0

    def difference(self, amounts: dict[str, float], label: str = "") -> tuple[str, float, float] | None:
        """Column, amount and nearest sum where a total does not meet the rows above it."""
        for name, amount in amounts.items():
            sums = [self.whole.get(name, 0.0)] + ([] if _GRAND.search(label) else [self.block.get(name, 0.0)])
            if not any(_equal(amount, s) for s in sums):
                return name, amount, min(sums, key=lambda s: abs(s - amount))
        return None


def sentence(label: str, column: str, amount: float, above: float) -> str:
    """What to say of a total that does not meet the rows above it."""
    return (
        f"the total row {label!r} says {amount:,.2f} in {column!r}, the rows above it sum to {above:,.2f}: "
        f"a difference of {amount - above:,.2f}"
    )


def _equal(a: float, b: float) -> bool:
    return abs(a - b) <= max(0.011, 1e-9 * abs(b))
