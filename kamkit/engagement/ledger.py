"""The ledger engine: where sales and activity use stay, however many rows they have."""

from __future__ import annotations

import atexit
import datetime as dt
import os
import shutil
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import narwhals as nw

from kamkit.engagement.folder import alive
from kamkit.engagement.schemas import UNASSIGNED
from kamkit.method.frames import collected
from kamkit.method.lines import moment
from kamkit.method.settled import settle

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

__all__ = [
    "HandedOut",
    "beside",
    "between",
    "connect",
    "months_covered",
    "open_parquet",
    "unassigned_share",
    "under_known_accounts",
    "with_families",
    "with_known_accounts",
]

T = TypeVar("T")

_SPILL = "spill-"
_DAY = {"sales": "date", "activity_use": "month", "ledger": "month"}


def connect(memory_limit: str, cache: Path) -> duckdb.DuckDBPyConnection:
    """An embedded DuckDB that spills into a folder of ``cache`` when it meets its memory limit."""
    import duckdb

    return duckdb.connect(config={"memory_limit": memory_limit, "temp_directory": str(_spill(cache))})


def _spill(cache: Path) -> Path:
    """A folder of this process, which goes with it; those of processes that were killed go now."""
    for left in cache.glob(f"{_SPILL}*"):
        if not alive(left.name.removeprefix(_SPILL)):
            shutil.rmtree(left, ignore_errors=True)
    folder = cache / f"{_SPILL}{os.getpid()}"
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


class HandedOut(dict[Any, Any]):
    """The frames of lines that one engagement has handed out, each of which stays the same one.

    So a step that asks the same of them again is told without another scan.
    """

    def once(self, which: Hashable, make: Callable[[], T]) -> T:
        """The frame of that name, made when it is first asked for; None is none."""
        if which not in self:
            frame = make()
            self[which] = frame if frame is None else settle(frame)
        return self[which]


def open_parquet(connection: duckdb.DuckDBPyConnection, file: Path) -> nw.LazyFrame:
    """A typed Parquet file as a lazy frame; nothing is read until a result is collected."""
    return nw.from_native(connection.read_parquet(str(file)))


def beside(frame: nw.LazyFrame, table: pd.DataFrame, connection: Any) -> nw.LazyFrame:
    """A small table of texts in the engine that holds a frame, so that both can be joined.

    Spark sends it whole to every worker, so that no line has to move for the join.
    """
    if not frame.implementation.is_spark_like():
        return nw.from_native(connection.from_df(table.astype(object)))
    import pyarrow as pa

    names = list(table.columns)
    rows = pa.Table.from_pandas(
        table, pa.schema([(name, pa.string()) for name in names]), preserve_index=False
    )
    return nw.from_native(frame.to_native().sparkSession.createDataFrame(rows).hint("broadcast"))


def with_known_accounts(frame: nw.LazyFrame, known: pd.Series, connection: Any) -> nw.LazyFrame:
    """Rows whose account is empty or not among ``known`` are kept, under ``unassigned``."""
    import pandas as pd

    accounts = beside(frame, pd.DataFrame({"account_id": known, "listed": "yes"}), connection)
    joined = frame.join(accounts, on="account_id", how="left")
    account = nw.when(nw.col("listed").is_null()).then(nw.lit(UNASSIGNED)).otherwise(nw.col("account_id"))
    return joined.with_columns(account_id=account).drop("listed")


def under_known_accounts(frame: pd.DataFrame, known: pd.Series) -> pd.DataFrame:
    """As :func:`with_known_accounts` for a small table, in which an empty account stays so."""
    if "account_id" not in frame:
        return frame
    strange = frame["account_id"].notna() & ~frame["account_id"].isin(known)
    return frame.assign(account_id=frame["account_id"].mask(strange, UNASSIGNED))


def with_families(sales: nw.LazyFrame, products: pd.DataFrame | None, connection: Any) -> nw.LazyFrame:
    """Every line with the family of its product; ``unassigned`` where that is not known.

    No line is dropped and none doubled: a product stands once in its table.
    """
    if products is None or "product_id" not in sales.collect_schema().names():
        return sales.with_columns(family=nw.lit(UNASSIGNED))
    known = products[["product_id", "family"]].dropna().drop_duplicates("product_id")
    families = beside(sales, known, connection)
    joined = sales.join(families, on="product_id", how="left")
    return joined.with_columns(family=nw.col("family").fill_null(UNASSIGNED))


def between(frame: Any, table: str, start: pd.Timestamp, end: pd.Timestamp) -> Any:
    """The rows of a dated table from ``start`` to ``end``, both included; other tables whole."""
    if table not in _DAY:
        return frame
    lines, day = nw.from_native(frame).lazy(), _DAY[table]
    first, after = (moment(lines, limit, day) for limit in (start, end + dt.timedelta(days=1)))
    return nw.from_native(frame).filter(nw.col(day) >= first, nw.col(day) < after).to_native()


def months_covered(sales: nw.LazyFrame) -> tuple[Any, Any] | None:
    """First and last date of the sales, or None where there are none."""
    row = collected(sales.select(first=nw.col("date").min(), last=nw.col("date").max())).iloc[0]
    return None if row.isna().any() else (row["first"], row["last"])


def unassigned_share(sales: Any) -> float:
    """Share of net sales that no known customer carries; NaN where net sales are not positive."""
    by_account = nw.from_native(sales).lazy().group_by("account_id").agg(nw.col("net_amount").sum())
    amounts = collected(by_account).set_index("account_id")["net_amount"]
    total = amounts.sum()
    return float(amounts.get(UNASSIGNED, 0.0) / total) if total > 0 else float("nan")
