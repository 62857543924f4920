"""Excel and OpenDocument workbooks, through calamine, looked at before they are opened.

A workbook is an archive that may unpack to anything, and one stray cell at XFD1048576 makes its sheet 17
billion cells large. So the archive's declared sizes and the sheets' used ranges are checked first. The
same look finds cells with an Excel error such as #DIV/0!, which calamine gives as empty.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, NoReturn

import python_calamine as calamine

from kamkit.engagement.reading.cells import Cell, Row
from kamkit.engagement.reading.findings import refuse
from kamkit.engagement.reading.sheet_xml import SheetLook, look_at_sheets

__all__ = ["SUFFIXES", "Workbook", "look_inside"]

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_LARGEST_FILE = 200 * 1024**2
_LARGEST_UNPACKED = 1024**3
_HIGHEST_RATIO = 250
_SMALL = 20 * 1024**2
_MOST_CELLS = 60_000_000
_MAIN_PARTS = {"xl/workbook.xml": ".xlsx", "xl/workbook.bin": ".xlsb", "content.xml": ".ods"}
"""What an archive holds, and the ending of such a workbook."""
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_AS_CSV = "save it as CSV or Parquet"


@dataclass(frozen=True)
class Workbook:
    """One sheet of a workbook as a grid of native cells, merged cells filled."""

    path: Path
    sheet: str | None = None
    table: str = ""
    """Name of the sheet to take if none is named, where there is one."""

    @property
    def can_shift(self) -> bool:
        """Cells have addresses."""
        return False

    @property
    def settings(self) -> str:
        """How the file was opened."""
        others = len(open_book(self.path).sheet_names) - 1
        return f"sheet {self._sheet.name!r}" + (f" ({others} more in the workbook)" if others else "")

    @cached_property
    def epoch(self) -> Literal[1900, 1904] | None:
        """The date system, where the file says it."""
        if self.path.suffix.lower() not in (".xlsx", ".xlsm"):
            return None
        with zipfile.ZipFile(self.path) as archive:
            book = archive.read("xl/workbook.xml")
        return 1904 if re.search(rb"date1904=[\"'](1|true)[\"']", book) else 1900

    @cached_property
    def _opened(self) -> tuple[dict[str, SheetLook], calamine.CalamineSheet]:
        looks = look_inside(self.path)
        book = open_book(self.path)
        names = {name.strip().casefold(): name for name in reversed(book.sheet_names)}
        wanted = (self.sheet or self.table).strip().casefold()
        actual = names.get(wanted, "" if self.sheet else book.sheet_names[0])
        if not actual:
            refuse(
                self.path.name, f"there is no sheet {self.sheet!r}", f"sheets: {', '.join(book.sheet_names)}"
            )
        try:
            return looks, book.get_sheet_by_name(actual)
        except calamine.CalamineError as error:
            _unreadable(self.path, str(error))

    @property
    def _sheet(self) -> calamine.CalamineSheet:
        return self._opened[1]

    @property
    def _errors(self) -> dict[tuple[int, int], str]:
        look = self._opened[0].get(self._sheet.name)
        return look.errors if look else {}

    @cached_property
    def merged(self) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """Merged ranges as first and last (row, column), from 0."""
        try:
            return list(self._sheet.merged_cell_ranges or [])
        except calamine.CalamineError:
            return []

    def rows(self) -> Iterator[Row]:
        """Every row of the sheet; cells merged downwards are filled, Excel errors stand as text."""
        errors = self._errors
        left = self._sheet.start[1] if self._sheet.start else 0
        downwards = [m for m in self.merged if m[1][0] > m[0][0]]
        starting = {m[0][0]: [x for x in downwards if x[0][0] == m[0][0]] for m in downwards}
        open_now: list[tuple[int, int, Cell]] = []
        for i, values in enumerate(self._sheet.iter_rows()):
            record: list[Cell] = [None] * left
            record += [None if v == "" else v for v in values]
            for column in range(len(record)) if errors else ():
                record[column] = errors.get((i + 1, column + 1), record[column])
            open_now = [m for m in open_now if m[0] >= i]
            for _, column, cell in open_now:
                if column < len(record) and record[column] is None:
                    record[column] = cell
            open_now += [
                (m[1][0], m[0][1], record[m[0][1]]) for m in starting.get(i, []) if m[0][1] < len(record)
            ]
            yield i + 1, record


def open_book(path: Path) -> calamine.CalamineWorkbook:
    """Open a workbook that has been looked at.

    Raises
    ------
    GateError
        If it is encrypted, cut off, or no workbook.
    """
    try:
        return calamine.CalamineWorkbook.from_path(str(path))
    except calamine.PasswordError:
        _encrypted(path)
    except (calamine.CalamineError, OSError) as error:
        _unreadable(path, str(error))


def look_inside(path: Path) -> dict[str, SheetLook]:
    """Look at a workbook without unpacking it into memory.

    Raises
    ------
    GateError
        If it is too large, unpacks to too much, is encrypted, cut off, or something else under this name.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(8)
    if size > _LARGEST_FILE:
        refuse(path.name, f"a workbook of {size / 1024**2:,.0f} MB is too large to be read as Excel", _AS_CSV)
    if head.startswith(_OLE):
        _look_at_ole(path)
        return {}
    if not head.startswith(_ZIP):
        refuse(
            path.name,
            f"this is not a workbook, though it is called {path.suffix}",
            "give it its right ending",
        )
    return _look_at_archive(path)


def _look_at_ole(path: Path) -> None:
    if path.suffix.lower() == ".xls":
        return
    if _ENCRYPTED in path.read_bytes():
        _encrypted(path)
    refuse(path.name, f"this is an old Excel workbook under the name {path.suffix}", "rename it to .xls")


def _look_at_archive(path: Path) -> dict[str, SheetLook]:
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bomb(path, archive.infolist())
            _refuse_wrong_ending(path, archive.namelist())
            if damaged := archive.testzip():
                _unreadable(path, damaged)
            looks = look_at_sheets(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, OSError, RuntimeError) as error:
        _unreadable(path, str(error))
    for name, look in looks.items():
        if look.cells > _MOST_CELLS:
            refuse(
                path.name,
                f"sheet {name!r} reaches to cell {look.corner}: {look.cells:,} cells",
                f"delete the stray cell, or {_AS_CSV}",
            )
    return looks


def _refuse_wrong_ending(path: Path, parts: list[str]) -> None:
    given = path.suffix.lower()
    held = next((ending for part, ending in _MAIN_PARTS.items() if part in parts), given)
    if held != given and (held, given) != (".xlsx", ".xlsm"):
        refuse(path.name, f"this is an {held} workbook under the name {given}", f"rename it to {held}")


def _refuse_bomb(path: Path, members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(m.file_size for m in members)
    swollen = [
        m for m in members if m.file_size > _SMALL and m.file_size > _HIGHEST_RATIO * max(m.compress_size, 1)
    ]
    if unpacked > _LARGEST_UNPACKED or swollen:
        refuse(
            path.name,
            f"a workbook of {path.stat().st_size / 1024**2:,.1f} MB unpacks to {unpacked / 1024**2:,.0f} MB",
            f"if it is genuine, {_AS_CSV}",
        )


def _encrypted(path: Path) -> NoReturn:
    refuse(path.name, "the workbook is encrypted", "save it without a password")


def _unreadable(path: Path, reason: str) -> NoReturn:
    others = "" if path.suffix.lower() in (".xlsx", ".xlsm") else ", or save it as .xlsx"
    refuse(
        path.name,
        f"the workbook is damaged or cut off ({reason.strip()[:120]})",
        f"copy or export it again{others}",
    )
