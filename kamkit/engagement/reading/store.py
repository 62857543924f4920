"""Where typed rows go: into one pandas frame, or row group by row group into a Parquet file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kamkit.engagement.folder import alive
from kamkit.engagement.reading.field import dtype_of
from kamkit.engagement.reading.verdict import ROW
from kamkit.engagement.schemas import Column, Table

__all__ = ["arrow_schema", "collect", "empty", "write"]

_ARROW = {
    "id": pa.string(), "text": pa.string(), "flag": pa.bool_(),
    "date": pa.timestamp("us"), "month": pa.timestamp("us"),
    "money": pa.float64(), "number": pa.float64(), "fraction": pa.float64(),
}  # fmt: skip


def arrow_type(column: Column) -> pa.DataType:
    """The Arrow type of a column in a typed Parquet file."""
    return _ARROW.get(column.kind, pa.int64() if column.required else pa.float64())


def arrow_schema(table: Table, names: Iterable[str]) -> pa.Schema:
    """The schema of a typed Parquet file with some of a table's columns, in the table's order."""
    wanted = set(names)
    return pa.schema([(c.name, arrow_type(c)) for c in table.columns if c.name in wanted])


def empty(table: Table, names: Iterable[str]) -> pd.DataFrame:
    """A typed frame without rows."""
    wanted = set(names)
    return pd.DataFrame({c.name: pd.Series([], dtype=dtype_of(c)) for c in table.columns if c.name in wanted})


def collect(table: Table, frames: Iterable[pd.DataFrame], names: Iterable[str]) -> pd.DataFrame:
    """All frames as one, typed, in the table's column order, indexed by the row of the file."""
    parts = list(frames)
    wanted = set(names)
    if not parts:
        return empty(table, wanted)
    whole = pd.concat(parts, ignore_index=True)
    if ROW in whole:
        whole = whole.set_index(ROW)
    columns = [c for c in table.columns if c.name in wanted]
    return whole[[c.name for c in columns]].astype({c.name: dtype_of(c) for c in columns})


def write(schema: pa.Schema, frames: Iterable[pd.DataFrame], target: Path) -> None:
    """Write frames to a Parquet file that appears only when it is whole."""
    with partial(target) as path, pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for frame in frames:
            writer.write_table(pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False))


class partial:
    """A file under a passing name, given its own name if all goes well, deleted if not.

    What a process that was killed has left under such a name is deleted, too.
    """

    def __init__(self, target: Path) -> None:
        self.target = target

    def __enter__(self) -> Path:
        self.target.parent.mkdir(parents=True, exist_ok=True)
        for left in self.target.parent.glob("*.part-*"):
            if not alive(left.name.rpartition("part-")[2].partition("-")[0]):
                left.unlink(missing_ok=True)
        prefix = f".{self.target.name}.part-{os.getpid()}-"
        handle, name = tempfile.mkstemp(dir=self.target.parent, prefix=prefix)
        os.close(handle)
        self.path = Path(name)
        return self.path

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            os.replace(self.path, self.target)
        else:
            self.path.unlink(missing_ok=True)
