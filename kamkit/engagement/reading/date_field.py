"""Columns of dates and months."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import numpy as np
import pandas as pd

from kamkit.engagement.reading import dates
from kamkit.engagement.reading.cells import Tally
from kamkit.engagement.reading.emptiness import is_marker
from kamkit.engagement.reading.field import Field, Unreadable

__all__ = ["DateField"]


class DateField(Field):
    """Reads dates, once the order of day, month and year is settled. Months are their first day."""

    epoch: Literal[1900, 1904] = 1900
    epoch_known = False

    def __init__(self, *of_field: Any) -> None:
        super().__init__(*of_field)
        self.evidence = dates.DateEvidence()
        self.order: dates.Order | None = self.settings.dates
        self._cut, self._zoned = Tally(), Tally()

    @property
    def proven(self) -> dates.Order | None:
        """The order these cells prove, if they prove one."""
        orders = self.evidence.orders
        return orders[0] if len(orders) == 1 and self.evidence.kinds["numbers"].count else None

    def _see(self, seen: Tally) -> None:
        if not is_marker(seen.value):
            self.evidence.see(seen)

    def settle(self, others: set[dates.Order]) -> None:
        """Decide the order from this column, or from the file's other columns."""
        kinds = self.evidence.kinds
        if self.order is None and kinds["numbers"].count:
            if kinds["settled"].count:
                self._mixed()
            elif self.evidence.ambiguous.count or not self.evidence.orders:
                self._settle_order(others)
        if self.evidence.short_year.count:
            self._note("years of two digits were read as 1970–2069", self.evidence.short_year)
        if self.evidence.serial.count:
            self._report_serial()

    def _mixed(self) -> None:
        one, other = self.evidence.kinds["settled"], self.evidence.kinds["numbers"]
        shown = f"{one.value} (row {one.row}) and {other.value} (row {other.row})"
        self._unsettled(f"dates are written in two ways: {shown}", self._setting(other), other)

    def _settle_order(self, others: set[dates.Order]) -> None:
        orders, seen = self.evidence.orders, self.evidence.ambiguous
        if len(orders) == 1:
            self.order = orders[0]
            self._note(
                f"dates are {self.order}: only so can every cell be read", self.evidence.kinds["numbers"]
            )
        elif not orders:
            self._no_order()
        elif len(others & set(orders)) == 1 == len(others):
            self.order = next(iter(others))
            self._note(f"dates are taken to be {self.order}, as in the file's other columns", seen)
        else:
            self._unsettled(
                f"the order of day and month is ambiguous: {self._both(seen)}", self._setting(seen), seen
            )

    def _no_order(self) -> None:
        told = "; ".join(f"{w.value!r} (row {w.row}) is not {o}" for o, w in self.evidence.witness.items())
        self.settled = False
        witness = next(iter(self.evidence.witness.values()))
        self._complain(f"no one order of day and month fits: {told}", "export the dates in one form", witness)

    def _both(self, seen: Tally) -> str:
        written = dates.parse(str(seen.value))
        readings = written.readings if written else {}
        shown = " or ".join(
            f"{day} ({order})" for order, day in readings.items() if order in self.evidence.orders
        )
        return f"{seen.value!r} reads {shown}"

    def _setting(self, seen: Tally) -> str:
        written = dates.parse(str(seen.value))
        orders = [o for o in self.evidence.orders if written and o in written.readings] or ["day-first"]
        return " or ".join(f'dates = "{order}"' for order in orders)

    def _report_serial(self) -> None:
        seen = self.evidence.serial
        if not isinstance(seen.value, str) and dates.COMPACT.fullmatch(str(seen.value).removesuffix(".0")):
            return
        day = self._native_or_text_serial(seen)
        known = "" if self.epoch_known else " (the 1904 system would be four years and a day later)"
        self._note(
            f"numbers were read as Excel days of the {self.epoch} system: {seen.value} is {day}{known}",
            seen,
            "note" if self.epoch_known else "warning",
        )

    def _native_or_text_serial(self, seen: Tally) -> dt.date | None:
        if isinstance(seen.value, str):
            return dates.from_serial(float(seen.value.replace(",", ".")), self.epoch)
        return dates.native(seen.value, self.epoch)

    def _value(self, seen: Tally) -> Any:
        if is_marker(seen.value):
            self._markers.add(seen)
            return None
        day = self._day(seen)
        if day is None:
            return Unreadable(
                "this is not a date" + (f", read {self.order}" if self.order else ""), "mend the cell"
            )
        if self.column.kind == "month" and day.day != 1:
            self._cut.add(seen)
            day = day.replace(day=1)
        if isinstance(seen.value, dt.datetime) and seen.value.tzinfo:
            self._zoned.add(seen)
        return day

    def _day(self, seen: Tally) -> dt.date | None:
        cell = seen.value
        if self.column.kind == "month" and isinstance(cell, (int, float)) and 190001 <= cell <= 219912:
            cell = str(int(cell))
        if not isinstance(cell, str):
            return dates.native(cell, self.epoch)
        written = dates.parse(cell)
        if written is None or (written.to_the_month and self.column.kind == "date"):
            return None
        if written.kind == "serial":
            return self._native_or_text_serial(seen)
        return dates.read_as(written, self.order)

    def report(self) -> None:
        """Say what was taken for what."""
        super().report()
        if self._cut.count:
            self._note("days within the month were read as the month's first day", self._cut)
        if self._zoned.count:
            self._note("times with a time zone were read as the local day", self._zoned)

    def _series(self, values: Any) -> pd.Series:
        return pd.Series(np.array(values, dtype="datetime64[us]"))
