"""Columns of money, numbers, fractions and whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from kamkit.engagement.reading import numbers
from kamkit.engagement.reading.cells import Cell, Tally
from kamkit.engagement.reading.emptiness import is_marker
from kamkit.engagement.reading.field import Field, Unreadable

__all__ = ["NumberField"]


class NumberField(Field):
    """Reads numbers, once the decimal sign of the column is settled."""

    def __init__(self, *of_field: Any) -> None:
        super().__init__(*of_field)
        self.evidence = numbers.NumberEvidence()
        self.sign: numbers.Sign = "."
        self._in_percent = self.column.name in self.settings.percent
        self._largest = 0.0

    def see(self, cells: Sequence[Cell], rows: Sequence[int]) -> None:
        """Gather evidence; plainly written numbers all at once."""
        array = numbers.plain_numbers(cells)
        if array is not None and len(array):
            self.evidence.see_plain(array, rows)
        else:
            super().see(cells, rows)

    def read(self, cells: Sequence[Cell], rows: Sequence[int]) -> pd.Series:
        """The numbers in some cells; empty and unreadable ones are missing."""
        array = None if self._in_percent else numbers.plain_numbers(cells)
        values = None if array is None else numbers.values_of_plain(array, self.sign)
        return super().read(cells, rows) if values is None else self._series(values)

    def _see(self, seen: Tally) -> None:
        self.evidence.see(seen)

    def settle(self, others: set[numbers.Sign]) -> None:
        """Decide the decimal sign from this column, or from the file's other columns."""
        evidence, proven = self.evidence, self.evidence.sign()
        if self.settings.decimal:
            self.sign = self.settings.decimal
        elif evidence.contradicts_itself:
            self._contradiction()
        elif proven:
            self.sign = proven
            self._note(
                f"the decimal sign is {proven!r}", evidence.seen["comma" if proven == "," else "point"]
            )
        elif evidence.open_question.count:
            self._settle_from(others)
        self._settle_marks()

    def peek(self, cell: Cell) -> float | None:
        """The number in a cell, if it is one, saying nothing about it."""
        return numbers.number_in(cell, self.sign)

    def _contradiction(self) -> None:
        comma, point = self.evidence.seen["comma"], self.evidence.seen["point"]
        self.settled = False
        self._complain(
            f"the column has two decimal signs: {comma.value!r} (row {comma.row}) needs the comma, "
            f"{point.value!r} (row {point.row}) the point",
            "export the column again with one decimal sign",
            comma,
        )

    def _settle_from(self, others: set[numbers.Sign]) -> None:
        seen = self.evidence.open_question
        both = self.evidence.seen["either comma"].count and self.evidence.seen["either point"].count
        if len(others) == 1 and not both:
            self.sign = next(iter(others))
            self._note(f"the decimal sign is taken to be {self.sign!r}, as in the file's other columns", seen)
            return
        written = numbers.parse(str(seen.value))
        readings = [numbers.value_of(written, sign) for sign in (",", ".")] if written else []
        shown = " or ".join(sorted(f"{r:g}" for r in readings if r is not None))
        signs = [f'decimal = "{sign}"' for sign in (",", ".")]
        self._unsettled(
            f"the decimal sign is ambiguous: {seen.value!r} reads {shown}", " or ".join(signs), seen
        )

    def _settle_marks(self) -> None:
        if self.evidence.odd_minus.count:
            self._note("negative numbers written (x), x- or −x", self.evidence.odd_minus)
        percent, bare = self.evidence.percent, self.evidence.bare
        if self._in_percent and percent.count and bare.count:
            what = f"some cells carry a percent sign ({percent.value!r}), others don't ({bare.value!r})"
            self.settled = False
            self._complain(what, "write the column one way", bare)

    def settle_currency(self, reporting: str, by_line: bool) -> None:
        """Leave out a currency written with the numbers, unless it contradicts the reporting currency.

        ``by_line``: the table has a column for each line's currency, which then decides.
        """
        marked = {code: seen for code, seen in self.evidence.currencies.items() if code}
        for code, seen in marked.items():
            other = self.column.kind == "money" and not by_line and numbers.denies(code, reporting)
            if len(marked) > 1 or other:
                self.settled = False
                what = (
                    f"the amount is marked {code}, not {reporting}"
                    if other
                    else f"two currencies, one is {code}"
                )
                self._complain(what, "put the currency in a column of its own, and give its rates", seen)
            else:
                self._note(f"the currency {code} written with the number was left out", seen)

    def _value(self, seen: Tally) -> Any:
        if is_marker(seen.value):
            self._markers.add(seen)
            return None
        number = numbers.native(seen.value)
        if number is None and isinstance(seen.value, str):
            written = numbers.parse(seen.value)
            if written is None:
                return Unreadable("this is not a number", "write a number, or leave the cell empty")
            if written.percent and not self._in_percent:
                return self._percent_unasked()
            number = numbers.value_of(written, self.sign)
        if number is None:
            return Unreadable(f"this is not a number with the decimal sign {self.sign!r}", "mend the cell")
        self._largest = max(self._largest, abs(number))
        return number / 100 if self._in_percent else number

    def _percent_unasked(self) -> Unreadable:
        asked = "a fraction" if self.column.kind == "fraction" else "a number"
        return Unreadable(
            f"percent where {asked} is asked",
            f'write percent = ["{self.column.name}"] under [read.{self.table.name}] in engagement.toml',
        )

    def report(self) -> None:
        """Say what was taken for what."""
        super().report()
        if self._in_percent and 0 < self._largest <= 1 and not self.evidence.percent.count:
            self.found.add(
                "warning",
                "the column is listed as percent, but no value is above 1: are these fractions already?",
                f"take it out of percent under [read.{self.table.name}]",
                column=self.column.name,
            )
        elif self._in_percent:
            self.found.add("note", "percent was divided by 100", column=self.column.name)

    def _series(self, values: Any) -> pd.Series:
        return pd.Series(values, dtype="float64")
