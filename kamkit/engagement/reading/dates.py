"""Dates as people and systems write them.

``03/04/2025`` is the third of April or the fourth of March. The order of day, month and year is settled
once per column, by the cells that can be read in one order only; a column without such a cell is asked.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal

from babel import Locale

from kamkit.engagement.reading.cells import Cell, Tally

__all__ = ["COMPACT", "DateEvidence", "Order", "Written", "from_serial", "parse", "read_as"]

Order = Literal["day-first", "month-first", "year-first"]
Kind = Literal["iso", "compact", "named", "serial", "numbers"]

ORDERS: tuple[Order, ...] = ("day-first", "month-first", "year-first")
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?"
_TIME = rf"(?:[T ]\s*{_CLOCK}\s*(?:Z|UTC|[+-]\d{{2}}:?\d{{2}})?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_NUMBERS = re.compile(rf"(\d{{1,2}})([-/. ])(\d{{1,2}})\2(\d{{4}}|\d{{2}})\.?{_TIME}")
COMPACT = re.compile(rf"((?:19|20|21)\d{{2}})(\d{{2}})(\d{{2}}){_TIME}")
_MONTH = re.compile(r"((?:19|20|21)\d{2})[-/.]?(\d{2})|(\d{1,2})[-/.](\d{4})")
_NAMED = re.compile(
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?[\s\-/]*(?:of )?)?(?P<name>[^\W\d_]{{3,}})\.?[\s\-/,]*"
    rf"(?:(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?[\s\-/]+)?(?P<year>\d{{4}}|\d{{2}}){_TIME}"
)
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_LANGUAGES = ("en", "sv", "de", "et", "fi", "da", "nb", "lv", "lt", "fr")
_PIVOT = 70
_EPOCHS = {1900: dt.date(1899, 12, 30), 1904: dt.date(1904, 1, 1)}


@dataclass(frozen=True)
class Written:
    """A date taken apart: what it can mean in each order."""

    kind: Kind
    readings: dict[Order, dt.date] = field(default_factory=dict)
    to_the_month: bool = False
    short_year: bool = False

    @property
    def ambiguous(self) -> bool:
        """Whether different orders give different days."""
        return len(set(self.readings.values())) > 1


@functools.lru_cache(maxsize=100_000)
def parse(text: str) -> Written | None:
    """Take a written date apart; None if it isn't one.

    >>> sorted(str(d) for d in parse("03/04/2025").readings.values())
    ['2025-03-04', '2025-04-03']
    >>> parse("31/04/2025") is None
    True
    """
    text = " ".join(text.split())
    for pattern, reader in _READERS:
        if match := pattern.fullmatch(text):
            written = reader(match)
            if written is not None and written.readings:
                return written
    return None


def _always(kind: Kind, day: dt.date | None, **more: bool) -> Written | None:
    return Written(kind, dict.fromkeys(ORDERS, day), **more) if day else None


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _iso(m: re.Match[str]) -> Written | None:
    return _always("iso", _day(int(m[1]), int(m[3]), int(m[4])))


def _compact(m: re.Match[str]) -> Written | None:
    return _always("compact", _day(int(m[1]), int(m[2]), int(m[3])))


def _month(m: re.Match[str]) -> Written | None:
    year, month = (m[1], m[2]) if m[1] else (m[4], m[3])
    return _always("iso", _day(int(year), int(month), 1), to_the_month=True)


def _serial(m: re.Match[str]) -> Written | None:
    return _always("serial", from_serial(float(m[0].replace(",", ".")), 1900))


def _named(m: re.Match[str]) -> Written | None:
    month = month_names().get(m["name"].casefold())
    if month is None or (m["day"] and m["day2"]):
        return None
    day = m["day"] or m["day2"]
    short = len(m["year"]) == 2
    return _always(
        "named", _day(_full(m["year"]), month, int(day or 1)), to_the_month=not day, short_year=short
    )


def _numbers(m: re.Match[str]) -> Written | None:
    a, b, c = m[1], m[3], m[4]
    tries = {"day-first": (c, b, a), "month-first": (c, a, b)}
    if len(c) == 2:
        tries["year-first"] = (a, b, c)
    days = {order: _day(_full(y), int(mo), int(d)) for order, (y, mo, d) in tries.items()}
    readings = {order: day for order, day in days.items() if day}
    return Written("numbers", readings, short_year=len(c) == 2)  # type: ignore[arg-type]


def _full(year: str) -> int:
    if len(year) == 4:
        return int(year)
    return int(year) + (2000 if int(year) < _PIVOT else 1900)


_READERS = (
    (_YEAR_FIRST, _iso),
    (COMPACT, _compact),
    (_NUMBERS, _numbers),
    (_MONTH, _month),
    (_SERIAL, _serial),
    (_NAMED, _named),
)


@functools.cache
def month_names() -> dict[str, int]:
    """Months by name and abbreviation, in the languages that clients' exports come in.

    >>> month_names()["mars"], month_names()["dec"]
    (3, 12)
    """
    names: dict[str, int] = {}
    for language in _LANGUAGES:
        months = Locale(language).months
        for context in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                for number, name in months[context][width].items():
                    names.setdefault(name.rstrip(".").casefold(), number)
    return names


def from_serial(number: float, epoch: Literal[1900, 1904]) -> dt.date | None:
    """The day that Excel stores as a number; None for day 60 of the 1900 system, which never was.

    Excel's 1900 system counts a 29 February 1900 that did not exist, so days before it lie one later.

    >>> str(from_serial(59, 1900)), from_serial(60, 1900), str(from_serial(61, 1900))
    ('1900-02-28', None, '1900-03-01')
    >>> str(from_serial(0, 1904))
    '1904-01-01'
    """
    days = int(number)
    if (epoch == 1900 and (days < 1 or days == 60)) or not 0 <= days < 110_000:
        return None
    return _EPOCHS[epoch] + dt.timedelta(days=days + (epoch == 1900 and days < 60))


def native(cell: Cell, epoch: Literal[1900, 1904]) -> dt.date | None:
    """The day of a cell that the file itself knows to be a date or a number; time zones give the local day.

    >>> native(20250304.0, 1900), native(45720.0, 1900)
    (datetime.date(2025, 3, 4), datetime.date(2025, 3, 4))
    """
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, (bool, str)) or not isinstance(cell, (int, float)) or cell != cell:
        return None
    if cell == int(cell) and (compact := COMPACT.fullmatch(str(int(cell)))):
        return _day(int(compact[1]), int(compact[2]), int(compact[3]))
    return None if 1900 <= cell <= 2200 else from_serial(cell, epoch)


def read_as(written: Written, order: Order | None) -> dt.date | None:
    """The date under an order; None if it can't be read so."""
    if order is None:
        return next(iter(written.readings.values())) if not written.ambiguous else None
    return written.readings.get(order)


class DateEvidence:
    """What the cells of one column say about the order of day, month and year.

    Examples
    --------
    >>> evidence = DateEvidence()
    >>> evidence.see(Tally(1, 2, "03/04/2025"))
    >>> len(evidence.orders), evidence.ambiguous.value
    (2, '03/04/2025')
    >>> evidence.see(Tally(1, 3, "25/04/2025"))
    >>> evidence.orders
    ['day-first']
    """

    def __init__(self) -> None:
        self.kinds: dict[str, Tally] = defaultdict(Tally)
        self.ambiguous, self.short_year, self.serial = Tally(), Tally(), Tally()
        self._impossible: set[Order] = set()
        self.witness: dict[Order, Tally] = {}

    def see(self, cell: Tally) -> None:
        """Take one distinct cell into account."""
        if not isinstance(cell.value, str):
            self._see_native(cell)
            return
        written = parse(cell.value)
        if written is None:
            return
        self.kinds["numbers" if written.kind == "numbers" else "settled"].add(cell)
        if written.kind == "serial":
            self.serial.add(cell)
        if written.short_year:
            self.short_year.add(cell)
        if written.kind == "numbers":
            self._see_numbers(cell, written)

    def _see_native(self, cell: Tally) -> None:
        self.kinds["settled"].add(cell)
        if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool):
            self.serial.add(cell)

    def _see_numbers(self, cell: Tally, written: Written) -> None:
        if written.ambiguous:
            self.ambiguous.add(cell)
        for order in ORDERS:
            if order not in written.readings:
                self._impossible.add(order)
                self.witness.setdefault(order, cell)

    @property
    def orders(self) -> list[Order]:
        """The orders in which every cell can be read."""
        return [order for order in ORDERS if order not in self._impossible]
