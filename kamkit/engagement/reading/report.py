"""Reports that are no table yet: their cells under their headers, total rows left out and used as a check.

A report by customer and year is not a table of invoice lines, and the gate can't make it one. What can
be done with certainty is done here; how its columns become one of the tables is the consultant's to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from kamkit.engagement.config import Read
from kamkit.engagement.problems import Problem
from kamkit.engagement.reading import numbers, totals
from kamkit.engagement.reading.cells import Cell, Row, is_blank, tally
from kamkit.engagement.reading.emptiness import is_marker
from kamkit.engagement.reading.findings import Findings, list_rows, refuse
from kamkit.engagement.reading.header import Header, join_headers, texts
from kamkit.engagement.reading.opening import open_grid
from kamkit.engagement.reading.sources import Source

__all__ = ["CellTable", "cells"]


@dataclass(frozen=True)
class CellTable:
    """The cells of a report, one column per header, indexed by the row's number in the file.

    Columns that hold only numbers are float64, with a mark for nothing as NaN; others are as they stand.
    ``totals`` are the rows that were left out, in the same columns.
    """

    frame: pd.DataFrame
    totals: pd.DataFrame
    problems: tuple[Problem, ...]


def cells(source: Source, read: Read | None = None) -> CellTable:
    """Read a report as it stands.

    Rows whose label says total and whose other texts are empty are left out and held against the rows
    above them. ``read.header_row`` is the lowest row of the header.

    Raises
    ------
    GateError
        If the file can't be opened, or shows no header.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "report.csv")
    ...     _ = file.write_text("Sales by customer;\\nName;2025\\nAb;1,5\\nBo;2,5\\nTotal;4,0\\n")
    ...     report = cells(Source(file))
    >>> float(report.frame["2025"].sum()), len(report.totals)
    (4.0, 1)
    """
    read = read or Read()
    found = Findings(source.label)
    grid = open_grid(source, read, lambda record: 0, found)
    rows = [row for row in grid.rows() if not all(map(is_blank, row[1]))]
    header = _header(rows, read, found)
    body = [(n, _padded(record, len(header.names))) for n, record in rows if n > header.row]
    body = [(n, record) for n, record in body if texts(record) not in header.parts]
    frame = _frame(header, body, found)
    marked = [n for n, record in body if _is_total(record, frame)]
    _check_totals(frame, body, marked, found)
    return CellTable(frame.drop(index=marked), frame.loc[marked], found.problems)


def _header(rows: list[Row], read: Read, found: Findings) -> Header:
    if read.header_row:
        rows = [row for row in rows if row[0] >= read.header_row - 1]
    for (number, upper), (below, lower) in pairwise(rows):
        if below == read.header_row and not _stand_together(upper, lower):
            continue
        if sum(not is_blank(c) for c in upper) > 1:
            two = below == number + 1 and _stand_together(upper, lower)
            names = join_headers(upper, lower) if two else texts(upper)
            parts = (texts(upper), texts(lower)) if two else (texts(upper),)
            found.add("note", f"header in row {below if two else number}" + (", of two rows" if two else ""))
            return Header(below if two else number, _distinct(names), parts=parts)
    remedy = "write header_row = … in engagement.toml"
    return refuse(found.file, "no row looks like a header with data below it", remedy)


def _stand_together(upper: list[Cell], lower: list[Cell]) -> bool:
    """Whether the lower row fills the gaps of the upper one, with words only."""
    gaps = [i for i, cell in enumerate(upper) if is_blank(cell) and i < len(lower)]
    words = [cell for cell in lower if not is_blank(cell)]
    filled = [i for i in gaps if not is_blank(lower[i])]
    return bool(filled) and all(isinstance(c, str) and numbers.parse(c) is None for c in words)


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    distinct = []
    for i, name in enumerate(names):
        base = name or f"column {i + 1}"
        seen[base] = seen.get(base, 0) + 1
        distinct.append(base if seen[base] == 1 else f"{base} ({seen[base]})")
    return tuple(distinct)


def _padded(record: list[Cell], width: int) -> list[Cell]:
    return [*record[:width], *[None] * (width - len(record))]


def _frame(header: Header, body: list[Row], found: Findings) -> pd.DataFrame:
    index = pd.Index([n for n, _ in body], name="row", dtype="int64")
    columns = {
        name: _column(name, [record[i] for _, record in body], list(index), found)
        for i, name in enumerate(header.names)
    }
    return pd.DataFrame(columns, index=index)


def _column(name: str, column: list[Cell], rows: list[int], found: Findings) -> Any:
    seen = {cell: t for cell, t in tally(column, rows).items() if not is_blank(cell)}
    real = [t for cell, t in seen.items() if not is_marker(cell)]
    evidence = numbers.NumberEvidence()
    for one in real:
        evidence.see(one)
    sign = evidence.sign() or ("." if not evidence.open_question.count else None)
    values = {t.value: numbers.number_in(t.value, sign) for t in real} if sign else {}
    if not values or None in values.values():
        return [None if is_blank(cell) else cell for cell in column]
    for cell, t in seen.items():
        if is_marker(cell):
            what = "a mark for nothing was read as empty"
            found.add("note", what, column=name, row=t.row, value=cell, count=t.count)
    return pd.array([values.get(cell) for cell in column], dtype="float64")


def _is_total(record: list[Cell], frame: pd.DataFrame) -> bool:
    words = [
        c for c, dtype in zip(record, frame.dtypes, strict=True) if dtype != "float64" and not is_blank(c)
    ]
    return bool(words) and all(totals.says_total(word) for word in words)


def _check_totals(frame: pd.DataFrame, body: list[Row], marked: list[int], found: Findings) -> None:
    sums = totals.Sums()
    amounts = frame.select_dtypes("float64")
    for number, record in body:
        row = {str(name): x for name, x in amounts.loc[number].to_dict().items() if x == x}
        if number not in marked:
            sums.add(row)
            continue
        label = totals.label_in(record)
        if missed := sums.difference(row, label):
            found.add("warning", totals.sentence(label, *missed), column=missed[0], row=number)
        sums.close_block()
    if marked:
        found.add(
            "note", f"total rows were left out: rows {list_rows(marked)}", row=marked[0], count=len(marked)
        )
