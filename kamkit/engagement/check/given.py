"""What the checks look at: the tables, and the few sums of the large ones that all of them share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import narwhals as nw
import pandas as pd

from kamkit.engagement.config import Config
from kamkit.engagement.problems import Problem
from kamkit.engagement.reading.verdict import ROW
from kamkit.method import frames

__all__ = ["Given", "Severity", "amount", "collected", "lines"]

Severity = Literal["fatal", "warning", "note"]


@dataclass(frozen=True)
class Given:
    """The tables of one engagement, as far as they are there."""

    tables: Mapping[str, pd.DataFrame]
    sales: nw.LazyFrame | None
    activity_use: nw.LazyFrame | None
    config: Config
    files: Mapping[str, str]
    rates: pd.DataFrame | None = None

    def table(self, name: str, *columns: str) -> pd.DataFrame | None:
        """The table, or None where it, or one of the columns, is missing."""
        frame = self.tables.get(name)
        return None if frame is None or not set(columns) <= set(frame.columns) else frame

    def fatal(self, place: str, what: str, remedy: str, **seen: Any) -> Problem:
        """What stops a run; ``place`` is ``table.column``, ``seen`` as in :meth:`problem`."""
        return self.problem("fatal", place, what, remedy, **seen)

    def warning(self, place: str, what: str, remedy: str, **seen: Any) -> Problem:
        """What a run goes on with, and the report shows."""
        return self.problem("warning", place, what, remedy, **seen)

    def note(self, place: str, what: str, remedy: str = "", **seen: Any) -> Problem:
        """What was decided, for the record."""
        return self.problem("note", place, what, remedy, **seen)

    def problem(
        self,
        severity: Severity,
        place: str,
        what: str,
        remedy: str,
        *,
        rows: pd.Index | None = None,
        value: object = None,
        count: int | None = None,
    ) -> Problem:
        """A problem at ``table.column``: of the rows concerned the first is shown, all are counted."""
        table, _, column = place.partition(".")
        some = rows is not None and len(rows) > 0
        if value is None and some and table in self.tables and column in self.tables[table]:
            value = self.tables[table].loc[rows[:1], column].iloc[0]  # type: ignore[index]
        row = int(rows[0]) if some and rows.name == ROW else None  # type: ignore[index, union-attr]
        number = count if count is not None else len(rows) if rows is not None else 1
        file = self.files.get(table, table)
        return Problem(severity, file, what, remedy, table, row, column, _shown(value), number)

    @cached_property
    def sales_columns(self) -> set[str]:
        """Names of the columns of the sales."""
        return set() if self.sales is None else set(self.sales.collect_schema().names())

    @cached_property
    def unrated(self) -> pd.DataFrame:
        """Months and currencies of the sales that have no rate: month, currency, lines."""
        from kamkit.engagement.rates import missing_rates

        return missing_rates(self.sales, self.rates, self.config.currency)

    @cached_property
    def reported_sales(self) -> nw.LazyFrame | None:
        """The sales in the reporting currency, or None where a rate is missing."""
        if self.sales is None or len(self.unrated):
            return None
        if "currency" not in self.sales_columns or self.rates is None:
            return self.sales
        from kamkit.engagement.rates import to_reporting

        return to_reporting(self.sales, self.rates, self.config.currency)

    @cached_property
    def sales_by_account(self) -> pd.DataFrame:
        """account_id, lines, amount: the amount in reporting currency, NaN where a rate is missing."""
        return self._sales_by("account_id")

    @cached_property
    def sales_by_product(self) -> pd.DataFrame:
        """product_id, lines, amount."""
        return self._sales_by("product_id")

    def _sales_by(self, column: str) -> pd.DataFrame:
        if self.sales is None or column not in self.sales_columns:
            return pd.DataFrame({column: pd.Series(dtype="str"), "lines": 0, "amount": 0.0})
        if self.reported_sales is None:
            return collected(self.sales.group_by(column).agg(lines=nw.len())).assign(amount=float("nan"))
        sums = {"lines": nw.len(), "amount": nw.col("net_amount").sum()}
        return collected(self.reported_sales.group_by(column).agg(**sums))

    @cached_property
    def sales_by_month(self) -> pd.DataFrame:
        """month, lines, net_amount in reporting currency, product_cost, costed (lines that hold a cost)."""
        frame = self.reported_sales
        if frame is None or not {"date", "net_amount"} <= self.sales_columns:
            return pd.DataFrame({"month": pd.Series(dtype="datetime64[us]"), "lines": 0, "net_amount": 0.0})
        sums = {"lines": nw.len(), "net_amount": nw.col("net_amount").sum()}
        if "product_cost" in self.sales_columns:
            sums |= {"product_cost": nw.col("product_cost").sum(), "costed": nw.col("product_cost").count()}
        months = frame.with_columns(month=nw.col("date").dt.truncate("1mo"))
        by_month = collected(months.group_by("month").agg(**sums))
        return by_month.assign(month=pd.to_datetime(by_month["month"])).sort_values(
            "month", ignore_index=True
        )

    @cached_property
    def period(self) -> tuple[pd.Timestamp, pd.Timestamp] | None:
        """First and last month under analysis: as configured, else what the sales cover."""
        if self.config.period:
            start, end = self.config.period.start, self.config.period.end
            return pd.Timestamp(start).replace(day=1), pd.Timestamp(end).replace(day=1)
        months = self.sales_by_month["month"].dropna()
        return None if months.empty else (months.min(), months.max())

    def within(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Rows of a frame with a column ``month`` that fall into the period."""
        if self.period is None or frame.empty:
            return frame
        return frame[frame["month"].between(*self.period)]


def _shown(value: object) -> str:
    """A value as it may stand in the client's file."""
    if value is None or value is pd.NaT or value != value:
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def collected(frame: Any) -> pd.DataFrame:
    """A small lazy result as a pandas frame."""
    return frames.collected(frame if isinstance(frame, nw.LazyFrame) else frame.lazy())


def amount(value: float, currency: str) -> str:
    """Money with all its digits, as a person compares it with the ledger.

    >>> amount(-1234567.891, "EUR")
    'EUR -1,234,567.89'
    """
    return f"{currency} {value:,.2f}"


def lines(n: float) -> str:
    """A number of lines in words.

    >>> lines(1), lines(12000)
    ('1 line', '12,000 lines')
    """
    return "1 line" if n == 1 else f"{int(n):,} lines"
