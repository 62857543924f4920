"""Parquet files, as cells or straight into the engine.

Row numbers count the records from 2, as if a header stood in row 1: the same table saved as CSV has the
same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kamkit.engagement.reading.cells import Cell, Row
from kamkit.engagement.reading.findings import refuse

__all__ = ["Columnar"]

_BATCH = 50_000


@dataclass(frozen=True)
class Columnar:
    """A Parquet file as a grid of native cells."""

    path: Path

    @property
    def can_shift(self) -> bool:
        """Columns are stored apart."""
        return False

    @property
    def settings(self) -> str:
        """Nothing had to be chosen."""
        return ""

    @cached_property
    def schema(self) -> pa.Schema:
        """The file's Arrow schema.

        Raises
        ------
        GateError
            If the file is not Parquet, or is cut off.
        """
        try:
            return pq.read_schema(self.path)
        except (pa.ArrowException, OSError) as error:
            reason = str(error).split("\n")[0][:120]
            refuse(self.path.name, f"the Parquet file can't be read: {reason}", "export it again")

    def rows(self) -> Iterator[Row]:
        """The column names, then every record."""
        yield 1, list(self.schema.names)
        number = 2
        with pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                columns = [_cells(column) for column in batch.columns]
                for record in zip(*columns, strict=True):
                    yield number, list(record)
                    number += 1


def _cells(column: pa.Array) -> list[Cell]:
    if pa.types.is_floating(column.type):
        return [None if cell != cell else cell for cell in column.to_pylist()]
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    if (
        pa.types.is_nested(column.type)
        or pa.types.is_binary(column.type)
        or pa.types.is_large_binary(column.type)
    ):
        return [None if cell is None else str(cell) for cell in column.to_pylist()]
    return column.to_pylist()
