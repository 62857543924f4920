"""A source opened as a grid of cells, by its ending and by what it turns out to hold."""

from __future__ import annotations

from collections.abc import Callable

from kamkit.engagement.config import Read
from kamkit.engagement.reading import encoding
from kamkit.engagement.reading.cells import Cell, Grid
from kamkit.engagement.reading.columnar import Columnar
from kamkit.engagement.reading.delimited import Delimited, delimiter_of
from kamkit.engagement.reading.findings import Findings, refuse
from kamkit.engagement.reading.sources import TEXT, Source
from kamkit.engagement.reading.workbook import SUFFIXES, Workbook

__all__ = ["NamesFound", "open_grid"]

NamesFound = Callable[[list[Cell]], int]
"""Counts the wanted column names in a record."""


def open_grid(source: Source, read: Read, names_found: NamesFound, found: Findings) -> Grid:
    """Open a source as a grid of cells, by its ending and what it turns out to hold.

    Raises
    ------
    GateError
        If it can't be opened.
    """
    suffix = source.path.suffix.lower()
    if suffix == ".parquet":
        return Columnar(source.path)
    if suffix in SUFFIXES:
        return Workbook(source.path, read.sheet or source.sheet, found.table)
    if suffix not in TEXT:
        refuse(source.label, f"files that end in {suffix!r} are not read", "save it as CSV, Excel or Parquet")
    return _open_text(source, read, names_found, found)


def _open_text(source: Source, read: Read, names_found: NamesFound, found: Findings) -> Grid:
    with source.path.open("rb") as file:
        head = file.read(4)
    if head in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"):
        kind = "a Parquet file" if head == b"PAR1" else "a workbook"
        refuse(
            source.label,
            f"this is {kind}, though it is called {source.path.suffix}",
            "give it its right ending",
        )
    chosen = encoding.detect(source.path, read.encoding)
    if chosen.why:
        found.add("note", chosen.why)
    delimiter = read.delimiter or delimiter_of(source.path, chosen.codec, names_found)
    return Delimited(source.path, chosen.codec, delimiter)
