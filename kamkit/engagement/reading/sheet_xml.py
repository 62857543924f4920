"""A look at the XML of a workbook's sheets, streamed, for what must be known before they are opened."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from kamkit.engagement.reading.emptiness import NOT_COMPUTED

__all__ = ["SheetLook", "look_at_sheets"]

_BLOCK = 1 << 20
_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?r=\"([A-Z]{1,3})(\d{1,7})\"[^>]*?(/?)>")
_ERROR = re.compile(
    rb"r=\"([A-Z]{1,3})(\d{1,7})\"[^>]*\bt=\"e\"[^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>(#[^<]{1,20})<",
    re.DOTALL,
)
_NOT_COMPUTED = re.compile(
    rb"r=\"([A-Z]{1,3})(\d{1,7})\"(?![^>]*\bt=)[^>/]*><f(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>"
)
"""A formula that a program wrote and no spreadsheet has opened since: its value is not known."""
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class SheetLook:
    """How far a sheet reaches, and its cells with an error."""

    rows: int = 0
    columns: int = 0
    filled_rows: int = 0
    """The last row in which something stands; cells that are only formatted lie in ``rows``."""
    corner: str = "A1"
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    """Row and column, from 1, of cells such as ``#DIV/0!``."""

    @property
    def cells(self) -> int:
        """Cells in the rectangle that holds all used ones."""
        return self.rows * self.columns


def look_at_sheets(archive: zipfile.ZipFile) -> dict[str, SheetLook]:
    """What each sheet of an .xlsx archive holds; nothing for other formats."""
    if "xl/workbook.xml" not in archive.namelist():
        return {}
    return {name: _look(_text(archive, part)) for name, part in _parts(archive)}


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    if archive.getinfo("xl/workbook.xml").file_size > 16 * _BLOCK:
        raise zipfile.BadZipFile("its list of sheets is too large")
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except ElementTree.ParseError as error:
        raise zipfile.BadZipFile(str(error)) from error
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_LINK), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in archive.namelist():
            yield str(sheet.get("name")), part


def _text(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in blocks that never cut a row."""
    tail = b""
    with archive.open(part) as file:
        while block := file.read(_BLOCK):
            text = tail + block
            cut = max(text.rfind(b"</row>"), text.rfind(b"<row"), 0)
            cut = cut or (len(text) if len(text) > 8 * _BLOCK else 0)
            yield text[:cut]
            tail = text[cut:]
    yield tail


def _look(blocks: Iterator[bytes]) -> SheetLook:
    look = SheetLook()
    for block in blocks:
        for letters, digits, is_empty in _CELL.findall(block):
            row, column = int(digits), column_number(letters)
            if row > look.rows or column > look.columns:
                look.corner = f"{letters.decode()}{row}"
            look.rows, look.columns = max(look.rows, row), max(look.columns, column)
            look.filled_rows = look.filled_rows if is_empty else max(look.filled_rows, row)
        for letters, digits, error in _ERROR.findall(block):
            look.errors[int(digits), column_number(letters)] = error.decode()
        for letters, digits in _NOT_COMPUTED.findall(block):
            look.errors[int(digits), column_number(letters)] = NOT_COMPUTED
    return look


def column_number(letters: bytes) -> int:
    """Column number of its letters.

    >>> column_number(b"A"), column_number(b"AB")
    (1, 28)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
