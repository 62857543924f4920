"""The gate: each table of an engagement is read, cleaned and judged here, once, and nowhere else.

What it decided is listed as notes, what it can't decide is asked as a fatal problem that names the line
of ``engagement.toml`` that settles it, and whatever it left out is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import narwhals as nw
import pandas as pd
import pyarrow as pa

from kamkit.engagement.config import Read
from kamkit.engagement.lake import Lake
from kamkit.engagement.problems import GateError, Problem
from kamkit.engagement.reading import in_engine, intake, ledger_intake, remembered
from kamkit.engagement.reading.findings import Findings
from kamkit.engagement.reading.sources import Source, find_sources
from kamkit.engagement.schemas import LEDGER_TABLES, Table

__all__ = ["Gated", "Source", "find_sources", "gate"]


@dataclass(frozen=True)
class Gated:
    """A table that has been through the gate.

    ``frame`` is typed, by our column names; for the ledger tables it is None and ``parquet`` is the path
    of a typed file, or ``lines`` the typed table in Spark. All are None where a problem is fatal.
    """

    name: str
    frame: pd.DataFrame | None
    problems: tuple[Problem, ...]
    rows_read: int
    rows_left_out: int
    parquet: Path | None = None
    lines: nw.LazyFrame | None = None


def gate(
    table: Table,
    source: Source | Lake,
    read: Read,
    columns: dict[str, str],
    *,
    cache: Path,
    currency: str,
    memory_limit: str = "2GB",
) -> Gated:
    """Read one table of an engagement.

    Parameters
    ----------
    read : what the consultant has settled about the file.
    columns : the client's header → our column.
    cache : folder for the typed Parquet files, which are made again only when a file or its settings change.
    currency : the reporting currency, such as ``EUR``.
    memory_limit : what the engine that reads ledger tables may take.

    Returns
    -------
    Gated
        With every problem found; bad input never raises.

    Examples
    --------
    >>> import tempfile
    >>> from kamkit.engagement.schemas import TABLES
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "accounts.csv")
    ...     _ = file.write_text("Kundnr;Name\\n00123;None\\n")
    ...     columns = {"Kundnr": "account_id"}
    ...     gated = gate(
    ...         TABLES["accounts"], Source(file), Read(), columns, cache=Path(folder), currency="EUR"
    ...     )
    >>> gated.frame.to_dict("list")
    {'account_id': ['00123'], 'name': ['None']}
    """
    found = Findings(source.label, table.name)
    try:
        if isinstance(source, Lake):
            result = in_engine.take_in(table, source, read, columns, found, cache, currency)
        elif table.name in LEDGER_TABLES:
            result = ledger_intake.take_in(table, source, read, columns, found, cache, currency, memory_limit)
        else:
            kept = remembered.place(cache, table, source, read, columns, currency)
            result = remembered.once(
                kept, lambda: intake.take_in(table, source, read, columns, found, currency)
            )
    except GateError as refused:
        found.extend(refused.problems)
    except (OSError, pa.ArrowException, duckdb.Error) as error:
        reason = str(error).strip().split("\n")[0][:200]
        found.add(
            "fatal", f"the file can't be read: {reason}", "close it elsewhere, or copy or export it again"
        )
    else:
        return Gated(
            table.name,
            result.frame,
            result.problems,
            result.rows_read,
            result.rows_left_out,
            result.parquet,
            result.lines,
        )
    return Gated(table.name, None, found.problems, 0, 0)
