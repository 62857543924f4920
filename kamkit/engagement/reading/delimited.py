"""Text files of rows and delimiters, read as a stream.

A record may hold line breaks within quotes, so the row number given with each is that of the physical
line it starts on. Quoting is strict: a quote that is never closed, or text behind a closing quote, stops
the reading instead of shifting what follows.
"""

from __future__ import annotations

import csv
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from kamkit.engagement.reading.cells import Row, is_blank
from kamkit.engagement.reading.findings import refuse

__all__ = ["Delimited", "delimiter_of"]

_CANDIDATES = (",", ";", "\t", "|")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE = 300
_LONGEST_CELL = 1_000_000
_LONGEST_LINE = 20_000_000


@dataclass(frozen=True)
class Delimited:
    """A delimited text file as a grid of text cells."""

    path: Path
    codec: str
    delimiter: str

    @property
    def can_shift(self) -> bool:
        """Delimiters may stand within cells."""
        return True

    @property
    def settings(self) -> str:
        """How the file was opened."""
        return f"delimiter {_NAMES.get(self.delimiter, self.delimiter)}"

    def rows(self) -> Iterator[Row]:
        """Every record with the line it starts on.

        Raises
        ------
        GateError
            If a quote is not closed, or stands where it can't.
        """
        csv.field_size_limit(_LONGEST_CELL)
        with self.path.open(encoding=self.codec, newline="") as file:
            records = csv.reader(self._lines(file), delimiter=self.delimiter, strict=True)
            start = 1
            try:
                for record in records:
                    if not (start == 1 and _declares_delimiter(record)):
                        yield start, record  # type: ignore[misc]
                    start = records.line_num + 1
            except csv.Error as error:
                self._refuse_quote(start, str(error))

    def _lines(self, file: TextIO) -> Iterator[str]:
        while line := file.readline(_LONGEST_LINE):
            if len(line) == _LONGEST_LINE:
                refuse(
                    self.path.name, f"a line is longer than {_LONGEST_LINE:,} characters", "is this a table?"
                )
            yield line

    def _refuse_quote(self, row: int, message: str) -> None:
        never = "unexpected end" in message or "larger than field limit" in message
        what = (
            f"the quote opened in row {row} is never closed"
            if never
            else f"row {row} has a quote within a cell that is not doubled"
        )
        refuse(self.path.name, what, "mend the row, or export again with quotes doubled", row=row)


def delimiter_of(path: Path, codec: str, names_found: Callable[[list], int]) -> str:
    """The delimiter that finds most of the wanted headers; in a tie, that cuts the rows most evenly.

    Parameters
    ----------
    names_found : counts the wanted column names in a record.
    """
    with path.open(encoding=codec, newline="") as file:
        lines = [file.readline(_LONGEST_CELL) for _ in range(_SAMPLE)]
    lines = [line for line in lines if line]
    if lines and (declared := _declares_delimiter([lines[0].strip("\r\n\ufeff")])):
        return declared
    return max(_CANDIDATES, key=lambda delimiter: _merit(lines, delimiter, names_found))


def _merit(lines: list[str], delimiter: str, names_found: Callable[[list], int]) -> tuple[int, float]:
    records = [r for r in csv.reader(lines, delimiter=delimiter) if not all(map(is_blank, r))]
    if not records:
        return 0, 0.0
    widths = [len(r) for r in records]
    width = statistics.mode(widths)
    even = widths.count(width) / len(widths) * (width if width > 1 else 0)
    return max(map(names_found, records)), even


def _declares_delimiter(record: list[str]) -> str:
    """The delimiter of a first line such as ``sep=;``, which Excel writes and obeys."""
    text = record[0].strip() if record else ""
    if text.lower().startswith("sep=") and len(text) <= 5 and len(record) <= 2:
        return text[4:] or ("\t" if len(record) == 1 else ",")
    return ""
