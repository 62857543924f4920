"""A ledger table from its source to a typed Parquet file, never wholly in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd

from kamkit.engagement.config import Read
from kamkit.engagement.ledger import connect
from kamkit.engagement.reading import intake, remembered, store
from kamkit.engagement.reading.columnar import Columnar
from kamkit.engagement.reading.findings import Findings
from kamkit.engagement.reading.header import Names
from kamkit.engagement.reading.intake import Result
from kamkit.engagement.reading.opening import open_grid
from kamkit.engagement.reading.sources import Source
from kamkit.engagement.reading.straight import Passage
from kamkit.engagement.reading.verdict import judge_whole
from kamkit.engagement.schemas import Table
from kamkit.engagement.watching import watched

__all__ = ["take_in"]


def take_in(
    table: Table,
    source: Source,
    read: Read,
    columns: dict[str, str],
    found: Findings,
    cache: Path,
    currency: str,
    memory_limit: str,
) -> Result:
    """Read a ledger table into the cache, or take it from there if nothing has changed.

    Raises
    ------
    GateError
        If the file can't be read at all.
    """
    target = remembered.place(cache, table, source, read, columns, currency)
    if known := remembered.recall(target):
        return known
    target.parent.mkdir(parents=True, exist_ok=True)
    with connect(memory_limit, cache) as on:
        return _make(table, source, read, columns, found, target, currency, on)


def _make(
    table: Table,
    source: Source,
    read: Read,
    columns: dict[str, str],
    found: Findings,
    target: Path,
    currency: str,
    on: duckdb.DuckDBPyConnection,
) -> Result:
    grid = open_grid(source, read, Names(table, columns).found_in, found)
    header = intake.header_of(table, grid, read, columns, found)
    if isinstance(grid, Columnar) and not found.stopped:
        passage = Passage(table, grid, header, read, on)
        if result := watched(on, f"reading {source.label}", lambda: _straight(passage, found, target)):
            return _kept(result, table, on, found, target)
    reading = intake.prepare(table, grid, header, read, found, currency)
    return _kept(_cell_by_cell(table, reading, found, target), table, on, found, target)


def _straight(passage: Passage, found: Findings, target: Path) -> Result | None:
    if not passage.is_open:
        return None
    passage.judge(found)
    if not found.stopped:
        passage.write(target)
    return Result((), passage.rows, 0)


def _cell_by_cell(table: Table, reading: intake.Reading, found: Findings, target: Path) -> Result:
    frames = intake.typed_frames(table, reading, found)
    if found.stopped:
        _run_through(frames)
    else:
        store.write(store.arrow_schema(table, reading.fields.places), frames, target)
    return intake.result(reading, found)


def _kept(
    result: Result, table: Table, on: duckdb.DuckDBPyConnection, found: Findings, target: Path
) -> Result:
    """The result with its file judged as a whole; a file with a fatal problem is not kept."""
    if not found.stopped:
        whole = on.read_parquet(str(target))
        watched(on, f"checking {found.file}", lambda: judge_whole(table, whole, found))
    if found.stopped:
        target.unlink(missing_ok=True)
        return replace(result, problems=found.problems)
    result = replace(result, problems=found.problems, parquet=target)
    remembered.remember(result, target)
    return result


def _run_through(frames: Iterator[pd.DataFrame]) -> None:
    for _ in frames:
        pass
