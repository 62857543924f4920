"""The ledger engine: where sales and activity use stay, however many rows they have."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw

from kamkit.engagement.schemas import UNASSIGNED

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

__all__ = [
    "between",
    "connect",
    "months_covered",
    "open_parquet",
    "unassigned_share",
    "with_families",
    "with_known_accounts",
]

_DAY = {"sales": "date", "activity_use": "month", "ledger": "month"}


def connect(memory_limit: str, spill: Path) -> duckdb.DuckDBPyConnection:
    """An embedded DuckDB that spills to ``spill`` when it meets its memory limit."""
    import duckdb

    return duckdb.connect(config={"memory_limit": memory_limit, "temp_directory": str(spill)})


def open_parquet(connection: duckdb.DuckDBPyConnection, file: Path) -> nw.LazyFrame:
    """A typed Parquet file as a lazy frame; nothing is read until a result is collected."""
    return nw.from_native(connection.read_parquet(str(file)))


def with_known_accounts(frame: nw.LazyFrame, known: pd.Series, connection: Any) -> nw.LazyFrame:
    """Rows whose account is empty or not among ``known`` are kept, under ``unassigned``."""
    import pandas as pd

    listed = pd.DataFrame({"account_id": known.astype(object), "listed": True})
    accounts = nw.from_native(connection.from_df(listed))
    joined = frame.join(accounts, on="account_id", how="left")
    account = nw.when(nw.col("listed").is_null()).then(nw.lit(UNASSIGNED)).otherwise(nw.col("account_id"))
    return joined.with_columns(account_id=account).drop("listed")


def with_families(sales: nw.LazyFrame, products: pd.DataFrame | None, connection: Any) -> nw.LazyFrame:
    """Every line with the family of its product; ``unassigned`` where that is not known.

    No line is dropped and none doubled: a product stands once in its table.
    """
    import pandas as pd

    if products is None or "product_id" not in sales.collect_schema().names():
        return sales.with_columns(family=nw.lit(UNASSIGNED))
    known = products[["product_id", "family"]].dropna().drop_duplicates("product_id").astype(object)
    families = nw.from_native(connection.from_df(pd.DataFrame(known)))
    joined = sales.join(families, on="product_id", how="left")
    return joined.with_columns(family=nw.col("family").fill_null(UNASSIGNED))


def between(frame: Any, table: str, start: pd.Timestamp, end: pd.Timestamp) -> Any:
    """The rows of a dated table from ``start`` to ``end``, both included; other tables whole."""
    if table not in _DAY:
        return frame
    day = nw.col(_DAY[table])
    first, after = start.to_pydatetime(), end.to_pydatetime() + dt.timedelta(days=1)
    return nw.from_native(frame).filter(day >= first, day < after).to_native()


def months_covered(sales: nw.LazyFrame) -> tuple[Any, Any] | None:
    """First and last date of the sales, or None where there are none."""
    row = (
        sales.select(first=nw.col("date").min(), last=nw.col("date").max())
        .collect("pandas")
        .to_native()
        .iloc[0]
    )
    return None if row.isna().any() else (row["first"], row["last"])


def unassigned_share(sales: Any) -> float:
    """Share of net sales that no known customer carries; NaN where net sales are not positive."""
    by_account = nw.from_native(sales).group_by("account_id").agg(nw.col("net_amount").sum())
    amounts = by_account.collect("pandas").to_native().set_index("account_id")["net_amount"]
    total = amounts.sum()
    return float(amounts.get(UNASSIGNED, 0.0) / total) if total > 0 else float("nan")
