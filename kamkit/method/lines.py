"""Sums over invoice lines and activity counts, made in the engine that holds them.

Up to a hundred million rows stay where they are; one pass brings one row per account (and business
unit, month) into pandas.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from kamkit.errors import EmptyError, ValuesError, list_some
from kamkit.method.exact import LARGEST_LINE, add_up, as_amount, fits
from kamkit.method.frames import UNASSIGNED, as_lazy, collected, len_of
from kamkit.method.settled import once

__all__ = ["TIME_KEYS", "first_day", "line_frame", "line_sums", "line_totals", "moment"]

TIME_KEYS = ("month", "year")


def line_frame(frame: Any, table: str, required: Iterable[str]) -> nw.LazyFrame:
    """A line table as a lazy frame; pandas' columns of date objects become timestamps, Spark's days."""
    lazy = as_lazy(frame, table, required)
    schema = lazy.collect_schema()
    dated = [c for c in ("date", "month") if c in schema.names()]
    if lazy.implementation.is_spark_like():
        timed = [nw.col(c).cast(nw.Date) for c in dated if schema[c] == nw.Datetime]
        return once(lazy, "days", lambda: lazy.with_columns(timed)) if timed else lazy
    objects = [c for c in dated if schema[c] == nw.Object]
    if not objects:
        return lazy
    native = lazy.collect("pandas").to_native().copy()
    for column in objects:
        native[column] = pd.to_datetime(native[column])
    return nw.from_native(native).lazy()


def moment(lines: nw.LazyFrame, day: dt.datetime, column: str = "date") -> dt.date:
    """A day to hold a column against: without a time where the column has none.

    Spark takes a time to be one of this machine's time zone, which need not be that of its session.
    """
    plain = dt.datetime(day.year, day.month, day.day)
    return plain.date() if lines.collect_schema()[column] == nw.Date else plain


def first_day(lines: nw.LazyFrame) -> pd.Timestamp | None:
    """The day of the first line, or None where no line has one."""
    first: Any = once(lines, "first day", lambda: collected(lines.select(nw.col("date").min())).iloc[0, 0])
    return None if pd.isna(first) else pd.Timestamp(first).tz_localize(None)


def line_sums(
    lines: nw.LazyFrame,
    table: str,
    keys: Sequence[str],
    required: Sequence[str],
    optional: Sequence[str] = (),
    *,
    blank_is_none: Sequence[str] = (),
    moment: str = "date",
) -> pd.DataFrame:
    """Sums by key in one pass: columns keys, ``lines``, and the amounts.

    An optional amount is NaN for a key where a line does not state it; a blank one of
    ``blank_is_none`` adds nothing. A required one that is missing, any that is infinite or beyond
    :data:`LARGEST_LINE` raises :class:`ValuesError`, as does a key that is missing; a missing
    business unit is "unassigned".
    """
    asked = tuple(map(tuple, (keys, required, optional, blank_is_none)))
    return once(lines, ("sums", moment, *asked), lambda: _line_sums(lines, table, moment, *asked))


def _line_sums(
    lines: nw.LazyFrame,
    table: str,
    moment: str,
    keys: Sequence[str],
    required: Sequence[str],
    optional: Sequence[str],
    blank_is_none: Sequence[str],
) -> pd.DataFrame:
    amounts = [*required, *optional, *blank_is_none]
    _check_numbers(lines, table, amounts)
    if blank_is_none:
        lines = lines.with_columns(*[as_amount(c).fill_nan(None).fill_null(0.0) for c in blank_is_none])
    sums = add_up(lines, table, {key: _key(lines, table, key, moment) for key in keys}, amounts)
    _refuse_empty(len(sums), table)
    _refuse_missing_keys(sums, lines, table, keys)
    _mark_missing(sums, lines, table, [*required, *blank_is_none], optional)
    return _tidy(sums[[*keys, "lines", *amounts]], keys)


def line_totals(lines: nw.LazyFrame, table: str, columns: Sequence[str]) -> pd.Series:
    """Totals of amounts over all lines, NaN where a column is absent or a line does not state it."""
    present = [column for column in columns if column in lines.collect_schema().names()]
    _check_numbers(lines, table, present)
    row = add_up(lines, table, {}, present).astype("float64").iloc[0]
    totals = {c: row[c] if row[f"{c} known"] == row["lines"] else float("nan") for c in present}
    return pd.Series(totals, dtype="float64").reindex(list(columns))


def _check_numbers(lines: nw.LazyFrame, table: str, columns: Iterable[str]) -> None:
    schema = lines.collect_schema()
    for column in columns:
        if not (schema[column].is_numeric() or schema[column] == nw.Object):
            _refuse_empty(len_of(lines), table)
            raise ValuesError(
                f"{column} is {schema[column]}, not a number",
                where=f"{table}.{column}",
                remedy=f"read {column} as numbers",
            )


def _refuse_empty(rows: int, table: str) -> None:
    if not rows:
        raise EmptyError(f"{table} has no rows", where=table, remedy="check the period and the file")


def _key(lines: nw.LazyFrame, table: str, key: str, moment: str) -> nw.Expr:
    dtype = lines.collect_schema()[moment if key in TIME_KEYS else key]
    if key in TIME_KEYS:
        if not dtype.is_temporal():
            raise ValuesError(
                f"{moment} is {dtype}, not a date",
                where=f"{table}.{moment}",
                remedy=f"read {moment} as dates",
            )
        zoned = isinstance(dtype, nw.Datetime) and dtype.time_zone is not None
        day = nw.col(moment).dt.replace_time_zone(None) if zoned else nw.col(moment)
        return day.dt.year() if key == "year" else day.dt.truncate("1mo")
    if dtype.is_float():
        raise ValuesError(
            f"{key} is a number with decimals", where=f"{table}.{key}", remedy=f"read {key} as text"
        )
    name = nw.col(key)
    text = name if dtype == nw.String else nw.when(~name.is_null()).then(name.cast(nw.String))
    return text.fill_null(UNASSIGNED) if key == "bu_id" else text


def _refuse_missing_keys(sums: pd.DataFrame, lines: nw.LazyFrame, table: str, keys: Sequence[str]) -> None:
    for key in keys:
        missing = int(sums.loc[sums[key].isna(), "lines"].sum())
        if missing:
            raise ValuesError(
                f"{key} is empty in {missing} row(s)",
                where=f"{table}.{key}{_rows(lines, nw.col(key).is_null()) if key not in TIME_KEYS else ''}",
                remedy=f"fill in {key}; what belongs to no known customer is called {UNASSIGNED!r}",
            )


def _mark_missing(
    sums: pd.DataFrame, lines: nw.LazyFrame, table: str, required: Sequence[str], optional: Sequence[str]
) -> None:
    """NaN where an optional amount is incomplete; an error for what can't be an amount."""
    for column in (*required, *optional):
        incomplete = sums[f"{column} known"] < sums["lines"]
        if not incomplete.any():
            continue
        missing, too_large = _diagnose(lines, column)
        if column in required or too_large:
            raise ValuesError(
                f"{column} is missing in {missing} row(s), infinite or too large in {too_large}",
                where=f"{table}.{column}, keys {list_some(list(sums.loc[incomplete, sums.columns[0]]))}"
                + _rows(lines, ~fits(column).fill_null(False)),
                allowed=f"numbers within ±{LARGEST_LINE:.1e}",
                remedy="complete the rows; NaN is not zero",
            )
        sums[column] = sums[column].astype("float64").mask(incomplete)


def _rows(lines: nw.LazyFrame, wrong: nw.Expr) -> str:
    """Which rows, where the engine numbers them, as pandas does."""
    if not lines.implementation.is_pandas_like():
        return ""
    flags = lines.select(wrong.alias("wrong")).collect().to_native()["wrong"]
    return f", rows {list_some(list(flags.index[flags.astype(bool)]))}"


def _diagnose(lines: nw.LazyFrame, column: str) -> tuple[int, int]:
    """Rows without a value, and rows whose value is infinite or too large."""
    amount = as_amount(column)
    empty = amount.is_null() | amount.is_nan()
    counts = lines.select(
        missing=empty.cast(nw.Int64).sum(),
        too_large=((~empty) & ~fits(column)).cast(nw.Int64).sum(),
    )
    row = collected(counts).fillna(0).iloc[0]
    return int(row["missing"]), int(row["too_large"])


def _tidy(sums: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Keys as pandas types that match the other tables'."""
    types = {key: "int64" if key == "year" else "str" for key in keys if key != "month"}
    sums = sums.astype(types)
    if "month" in keys:
        month = pd.to_datetime(sums["month"])
        sums["month"] = month.dt.tz_localize(None).dt.normalize().astype("datetime64[us]")
    return sums.reset_index(drop=True)
