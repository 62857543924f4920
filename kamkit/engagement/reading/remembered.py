"""Typed tables kept in the cache, so that a file passes the gate once and not in every process."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import kamkit
from kamkit.engagement.config import Read
from kamkit.engagement.problems import Problem
from kamkit.engagement.reading import store
from kamkit.engagement.reading.intake import Result
from kamkit.engagement.reading.sources import Source
from kamkit.engagement.schemas import Table

__all__ = ["once", "place", "recall", "remember"]

_KEPT = 4
"""How many typed files of one table stay: those of the last few states of its file."""


def place(
    folder: Path, table: Table, source: Source, read: Read, columns: dict[str, str], currency: str
) -> Path:
    """Where a table is kept that was read from this content, with these settings, by this code."""
    with source.path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    told = (content, source.label, read.model_dump(), sorted(columns.items()), currency)
    mark = hashlib.sha256(repr((told, asdict(table), _made_by())).encode()).hexdigest()[:24]
    return folder / f"{table.name}-{mark}.parquet"


@cache
def _made_by() -> tuple[str, ...]:
    """The code that reads: other code may read the same file otherwise."""
    own = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        own.update(file.read_bytes())
    return kamkit.__version__, own.hexdigest(), pd.__version__, pa.__version__, duckdb.__version__


def recall(target: Path) -> Result | None:
    """What was said of a typed file that is kept, or None where none is, whole."""
    notes = target.with_suffix(".json")
    if not (target.is_file() and notes.is_file()):
        return None
    try:
        told = json.loads(notes.read_text(encoding="utf-8"))
        problems = tuple(Problem(**p) for p in told["problems"])
        return Result(problems, told["rows_read"], told["rows_left_out"], parquet=target)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def once(target: Path, make: Callable[[], Result]) -> Result:
    """A table in memory as it is kept, else made and kept; one with a fatal problem is made each time."""
    if known := _with_frame(recall(target), target):
        return known
    result = make()
    if result.frame is not None:
        _keep(result, result.frame, target)
    return result


def remember(result: Result, target: Path) -> None:
    """Keep what was said of the typed file ``target``, and let go of old ones of the same table."""
    told = {
        "rows_read": result.rows_read,
        "rows_left_out": result.rows_left_out,
        "problems": [asdict(p) for p in result.problems],
    }
    with store.partial(target.with_suffix(".json")) as path:
        path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    _let_go(target)


def _with_frame(result: Result | None, target: Path) -> Result | None:
    try:
        return result and replace(result, parquet=None, frame=_frame(target))
    except (OSError, pa.ArrowException):
        return None


def _keep(result: Result, frame: pd.DataFrame, target: Path) -> None:
    """Keep a frame that comes back from its file exactly as it is; where none can be kept, none is."""
    try:
        with store.partial(target) as path:
            pq.write_table(pa.Table.from_pandas(frame), path, compression="zstd")
        if _same(_frame(target), frame):
            remember(result, target)
        else:
            target.unlink()
    except (OSError, pa.ArrowException):
        return


def _frame(file: Path) -> pd.DataFrame:
    return pq.ParquetFile(file).read(use_threads=False).to_pandas(use_threads=False)


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    named = one.index.name == other.index.name and one.index.dtype == other.index.dtype
    return named and one.dtypes.equals(other.dtypes) and one.equals(other)


def _let_go(target: Path) -> None:
    table = target.name.rpartition("-")[0]
    kept = sorted(target.parent.glob(f"{table}-*.parquet"), key=_made, reverse=True)
    for old in kept[_KEPT:]:
        for file in (old, old.with_suffix(".json")):
            try:
                file.unlink(missing_ok=True)
            except OSError:
                continue


def _made(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
