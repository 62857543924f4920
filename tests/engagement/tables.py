"""Tables written as clients' systems write them, for the gate's tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from kamkit.engagement.config import Read
from kamkit.engagement.gate import Gated, Source, gate
from kamkit.engagement.problems import Problem
from kamkit.engagement.reading.verdict import ROW
from kamkit.engagement.schemas import TABLES

MESSY = Path(__file__).parents[2].parent / "shared" / "data" / "messy_invoice_files"
needs_messy_files = pytest.mark.skipif(
    not MESSY.is_dir(), reason="the messy invoice files lie outside the project"
)


def through_gate(
    path: Path, table: str, columns: dict[str, str] | None = None, currency: str = "EUR", **read
) -> Gated:
    """The gate's answer to one file."""
    settled = Read(**{k: v for k, v in read.items() if k != "sheet_of_source"})
    return gate(
        TABLES[table], Source(path), settled, columns or {}, cache=path.parent / "cache", currency=currency
    )


def written(folder: Path, name: str, text: str | bytes, encoding: str = "utf-8") -> Path:
    """A text file in a folder."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def sales(
    folder: Path, *lines: str, header: str = "date;account_id;net_amount", encoding: str = "utf-8"
) -> Path:
    """A sales file with semicolons."""
    return written(folder, "sales.csv", "\n".join([header, *lines]) + "\n", encoding)


def frame_of(gated: Gated) -> pd.DataFrame:
    """The typed rows, wherever they are kept."""
    assert not fatal(gated), [str(p) for p in fatal(gated)]
    if gated.parquet:
        return pq.read_table(gated.parquet).to_pandas()
    assert gated.frame.empty or gated.frame.index.name == ROW
    return gated.frame.reset_index(drop=True)


def fatal(gated: Gated) -> list[Problem]:
    return [p for p in gated.problems if p.severity == "fatal"]


def said(gated: Gated, *words: str, severity: str = "") -> Problem:
    """The one problem whose sentence holds all the words."""
    hits = [
        p
        for p in gated.problems
        if all(w in f"{p.what} {p.remedy} {p.value}" for w in words) and severity in ("", p.severity)
    ]
    assert len(hits) == 1, [str(p) for p in gated.problems]
    return hits[0]


def workbook(
    path: Path,
    rows: Sequence[Sequence],
    sheet: str = "sheet",
    epoch_1904: bool = False,
    merge: Sequence[tuple] = (),
) -> Path:
    """A workbook with native numbers and dates, texts as texts."""
    with xlsxwriter.Workbook(path, {"date_1904": epoch_1904, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                _write(page, i, j, cell, day)
        for first_row, first_column, last_row, last_column, text in merge:
            page.merge_range(first_row, first_column, last_row, last_column, text)
    return path


def _write(page, i: int, j: int, cell: object, day: object) -> None:
    if isinstance(cell, (dt.date, dt.datetime)):
        page.write_datetime(i, j, cell, day)
    elif isinstance(cell, str):
        page.write_string(i, j, cell)
    elif cell is not None:
        page.write(i, j, cell)


def as_parquet(path: Path, frame: pd.DataFrame, schema: pa.Schema | None = None) -> Path:
    pq.write_table(pa.Table.from_pandas(frame, schema=schema, preserve_index=False), path)
    return path
