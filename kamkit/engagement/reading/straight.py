"""Ledger tables in Parquet, straight into the engine: out of core, no cell looked at one by one.

This way is open to files whose columns have their types already and that hold no row that might be a
total; any other Parquet file is read cell by cell like a CSV, to the same verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import duckdb
import pyarrow as pa

from kamkit.engagement.config import Read
from kamkit.engagement.reading import store
from kamkit.engagement.reading.client_words import ClientWords
from kamkit.engagement.reading.columnar import Columnar
from kamkit.engagement.reading.emptiness import EXPORT_MARKERS
from kamkit.engagement.reading.findings import Findings
from kamkit.engagement.reading.header import Header
from kamkit.engagement.reading.totals import says_total
from kamkit.engagement.reading.verdict import ROW, judge_rows, keeps_unassigned
from kamkit.engagement.schemas import UNASSIGNED, Column, Table

__all__ = ["BLANKS", "Passage"]

BLANKS = " \t\n\r\u00a0\u202f\u2009\u3000"


class Passage:
    """The straight way of one Parquet file, if it is open."""

    def __init__(
        self, table: Table, grid: Columnar, header: Header, read: Read, on: duckdb.DuckDBPyConnection
    ) -> None:
        self.table, self.grid, self.header, self._on = table, grid, header, on
        self._percent, self._read = read.percent, read
        self._columns = [c for c in table.columns if c.name in header.places]

    @property
    def is_open(self) -> bool:
        """Whether every column has its type, and no row might be a total."""
        return all(map(self._is_typed, self._columns)) and not self._has_odd_rows()

    def judge(self, found: Findings) -> None:
        """Judge every row, and say which days were cut to their month."""
        judge_rows(self.table, self._on.sql(self._query(numbered=True)), found)
        for column in self._columns:
            if column.kind == "month":
                self._report_cut(column, found)
            elif column.name in self._read.values:
                self._report_words(column, found)

    def write(self, target: Path) -> None:
        """Write the typed file."""
        with store.partial(target) as path:
            how = "(FORMAT parquet, CODEC zstd, USE_TMP_FILE false)"
            self._ask(f"COPY ({self._query(numbered=False)}) TO {_text(str(path))} {how}")

    @property
    def rows(self) -> int:
        """How many records the file holds."""
        return int(self._ask(f"SELECT count(*) FROM {self._file()}")[0][0])

    def _ask(self, query: str) -> list[tuple]:
        return self._on.execute(query).fetchall()

    def _file(self) -> str:
        return f"read_parquet({_text(str(self.grid.path))}, file_row_number = true)"

    def _theirs(self, column: Column) -> pa.Field:
        return self.grid.schema.field(self.header.places[column.name])

    def _is_typed(self, column: Column) -> bool:
        kind = self._theirs(column).type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if column.kind in ("id", "text"):
            return _is_text(kind) or (column.kind == "id" and pa.types.is_integer(kind))
        if column.kind in ("date", "month"):
            return pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None)
        if column.kind == "flag" or column.name in self._percent:
            return False
        return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)

    def _has_odd_rows(self) -> bool:
        words = [c for c in self._columns if c.kind in ("id", "text") and (c.required or c.references)]
        distinct = (row[0] for c in words for row in self._distinct(c))
        if any(says_total(word) or word in EXPORT_MARKERS for word in distinct):
            return True
        days = [_name(self._theirs(c)) for c in self._columns if c.required and c.kind in ("date", "month")]
        missing = " OR ".join(f"{day} IS NULL" for day in days)
        return bool(self._ask(f"SELECT 1 FROM {self._file()} WHERE {missing} LIMIT 1"))

    def _distinct(self, column: Column) -> Sequence[tuple]:
        name = _name(self._theirs(column))
        return self._ask(f"SELECT DISTINCT CAST({name} AS VARCHAR) FROM {self._file()}")

    def _query(self, *, numbered: bool) -> str:
        columns = [f"{self._expression(c, numbered)} AS {c.name}" for c in self._columns]
        row = [f"file_row_number + 2 AS {ROW}"] if numbered else []
        return f"SELECT {', '.join(columns + row)} FROM {self._file()}"

    def _expression(self, column: Column, to_judge: bool) -> str:
        theirs = self._theirs(column)
        name = _name(theirs)
        if column.kind == "month":
            return f"CAST(date_trunc('month', {name}) AS TIMESTAMP)"
        if column.kind == "date":
            return f"CAST(CAST({name} AS DATE) AS TIMESTAMP)"
        if column.kind not in ("id", "text"):
            number = f"CAST({name} AS DOUBLE)"
            return f"CASE WHEN isnan({number}) THEN NULL ELSE {number} END"
        text = f"CAST({name} AS VARCHAR)"
        text = f"CASE WHEN trim({text}, {_text(BLANKS)}) = '' THEN NULL ELSE {text} END"
        if mapped := self._mapped.get(column.name):
            cases = " ".join(f"WHEN {_text(theirs)} THEN {_text(ours)}" for theirs, ours in mapped.items())
            text = f"CASE {text} {cases} ELSE {text} END"
        return (
            f"coalesce({text}, '{UNASSIGNED}')"
            if keeps_unassigned(self.table, column.name) and not to_judge
            else text
        )

    @cached_property
    def _mapped(self) -> dict[str, dict[str, str]]:
        """By column the texts of the file that ``[values]`` maps, with our words."""
        mapped = [c for c in self._columns if c.name in self._read.values]
        return {c.name: self._client(c).among(self._texts(c)) for c in mapped}

    def _client(self, column: Column) -> ClientWords:
        return ClientWords(self.table, column, self._read)

    def _texts(self, column: Column) -> list[str]:
        return [text for (text,) in self._distinct(column) if text is not None]

    def _report_words(self, column: Column, found: Findings) -> None:
        name, client = _name(self._theirs(column)), self._client(column)
        counted = self._ask(
            f"SELECT CAST({name} AS VARCHAR) AS word, count(*), min(file_row_number) + 2 FROM {self._file()} "
            "GROUP BY word"
        )
        for word, count, row in counted:
            if word in self._mapped[column.name]:
                client.saw(word, count, row)
        client.report(found)

    def _report_cut(self, column: Column, found: Findings) -> None:
        name = _name(self._theirs(column))
        count, row, value = self._ask(
            f"SELECT count(*), min(file_row_number) + 2, min_by({name}, file_row_number) FROM {self._file()} "
            f"WHERE day({name}) <> 1"
        )[0]
        if count:
            what = "days within the month were read as the month's first day"
            found.add("note", what, column=column.name, row=row, value=value, count=count)


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def _name(theirs: pa.Field) -> str:
    return '"' + theirs.name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
