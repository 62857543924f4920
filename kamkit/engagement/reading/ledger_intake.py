"""A ledger table from its source to a typed Parquet file, never wholly in memory."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import duckdb
import pandas as pd

import kamkit
from kamkit.engagement.config import Read
from kamkit.engagement.ledger import connect
from kamkit.engagement.problems import Problem
from kamkit.engagement.reading import intake, store
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

_FORMAT = 2
"""Raise it when typed files made before must be made again."""


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
    target = cache / f"{table.name}-{_fingerprint(table, source, read, columns, currency)}.parquet"
    if remembered := _remembered(target):
        return remembered
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
    _remember(result, target)
    return result


def _run_through(frames: Iterator[pd.DataFrame]) -> None:
    for _ in frames:
        pass


def _fingerprint(table: Table, source: Source, read: Read, columns: dict[str, str], currency: str) -> str:
    with source.path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    told = (content, source.label, read.model_dump(), sorted(columns.items()), currency)
    made_by = (kamkit.__version__, _FORMAT, asdict(table))
    return hashlib.sha256(repr((told, made_by)).encode()).hexdigest()[:24]


def _remember(result: Result, target: Path) -> None:
    told = {
        "rows_read": result.rows_read,
        "rows_left_out": result.rows_left_out,
        "problems": [asdict(p) for p in result.problems],
    }
    with store.partial(target.with_suffix(".json")) as path:
        path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def _remembered(target: Path) -> Result | None:
    notes = target.with_suffix(".json")
    if not (target.is_file() and notes.is_file()):
        return None
    try:
        told = json.loads(notes.read_text(encoding="utf-8"))
        problems = tuple(Problem(**p) for p in told["problems"])
        return Result(problems, told["rows_read"], told["rows_left_out"], parquet=target)
    except (ValueError, KeyError, TypeError):
        return None
