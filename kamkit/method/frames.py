"""What every method function asks of its arguments, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from kamkit.errors import (
    ColumnError,
    EmptyError,
    NotDefinedError,
    ParameterError,
    Sentence,
    UnitError,
    ValuesError,
    list_some,
    nearest,
)

__all__ = [
    "HAIR",
    "LARGEST_MONEY",
    "UNASSIGNED",
    "account_series",
    "as_lazy",
    "as_pandas",
    "collected",
    "distinct",
    "fraction",
    "hair",
    "identifiers",
    "len_of",
    "months",
    "number",
    "numeric",
    "one_of",
    "positive_total",
    "require_columns",
    "unique",
]

UNASSIGNED = "unassigned"
"""The account that sales of no known customer stand under."""

LARGEST_MONEY = 1e15
"""Beyond this a float no longer holds a cent, and a figure is a mistake rather than money."""

HAIR = 1e-13
"""Fraction of the amounts added that rounding may leave of a sum that is zero in truth."""


def require_columns(names: Iterable[str], required: Iterable[str], table: str) -> None:
    """Raise :class:`ColumnError` with the nearest names if a required column is missing."""
    present = list(names)
    for column in required:
        if column in present:
            continue
        near = [name for name in nearest(column, present) if _alike(name, column)]
        remedy = f"rename {near[0]!r} to {column!r}" if near else f"add the column {column!r}"
        raise ColumnError(
            f"the column {column!r} is missing", where=table, allowed=list_some(present, 20), remedy=remedy
        )


def _alike(name: str, column: str) -> bool:
    """Whether one may be the other misspelt: stricter than for values, since ``month`` is no ``amount``."""
    return SequenceMatcher(None, name.casefold(), column).ratio() > 0.77


def as_lazy(frame: Any, table: str, required: Iterable[str]) -> nw.LazyFrame:
    """Any frame Narwhals supports as a lazy frame with the required columns."""
    if isinstance(frame, nw.LazyFrame | nw.DataFrame):
        lazy = frame.lazy()
    else:
        try:
            lazy = nw.from_native(frame).lazy()
        except TypeError as error:
            raise ParameterError(
                f"{table} is no table but {type(frame).__name__}",
                where=table,
                allowed="pandas, DuckDB relation, Polars, PySpark, or any other frame Narwhals supports",
            ) from error
    require_columns(lazy.collect_schema().names(), required, table)
    return lazy


def len_of(lazy: nw.LazyFrame) -> int:
    """How many rows there are, counted by the engine that holds them."""
    counted: Any = collected(lazy.select(nw.len())).iloc[0, 0]
    return int(counted)


def distinct(lazy: nw.LazyFrame) -> nw.LazyFrame:
    """Every different row once, by the engine that holds them.

    Narwhals' ``unique`` numbers the rows of DuckDB in a window, which holds them all and takes ten times as
    long as a group for each.
    """
    names = lazy.collect_schema().names()
    return lazy.group_by(*names).agg(nw.len().alias("times")).select(*names)


def collected(lazy: nw.LazyFrame) -> pd.DataFrame:
    """A small result as pandas; days and times without a zone, as the engine's session shows them.

    Spark hands it over as Arrow: its own way to pandas goes row by row.
    """
    if not lazy.implementation.is_spark_like():
        return lazy.collect("pandas").to_native()
    result = lazy.collect("pyarrow").to_native().to_pandas(date_as_object=False)
    zoned = result.select_dtypes("datetimetz").columns
    return result.assign(**{column: result[column].dt.tz_localize(None) for column in zoned})


def as_pandas(frame: Any, table: str, required: Iterable[str]) -> pd.DataFrame:
    """A small table as pandas with the required columns and at least one row."""
    if isinstance(frame, pd.DataFrame):
        require_columns(frame.columns, required, table)
        result = frame
    else:
        result = collected(as_lazy(frame, table, required))
    if result.empty:
        raise EmptyError(f"{table} has no rows", where=table, remedy=f"leave {table} out, or fill it")
    return result


def numeric(frame: pd.DataFrame, column: str, table: str, *, missing: bool = False) -> pd.Series:
    """A column as float64, finite; ``missing`` allows NaN."""
    try:
        values = frame[column].astype("float64")
    except (TypeError, ValueError) as error:
        raise ValuesError(
            f"{column} holds text, not numbers", where=f"{table}.{column}", remedy=f"read {column} as numbers"
        ) from error
    numbers = values.to_numpy()
    wrong = ~(np.abs(numbers) <= LARGEST_MONEY)
    if missing:
        wrong &= ~np.isnan(numbers)
    if wrong.any():
        rows = values[wrong]
        shown = list_some([f"row {r}: {v}" for r, v in rows.items()])
        raise ValuesError(
            f"{len(rows)} value(s) of {column} are missing, infinite or too large",
            where=f"{table}.{column}, {shown}",
            allowed=f"numbers within ±{LARGEST_MONEY:.0e}",
            remedy="fill in the value or take the row out",
        )
    return values


def identifiers(frame: pd.DataFrame, column: str, table: str, *, missing: bool = False) -> pd.Series:
    """A column of identifiers as text; whole numbers that became floats are mended, NaN stays NaN."""
    values = frame[column]
    if pd.api.types.is_float_dtype(values.dtype) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    if values.isna().any() and not missing:
        rows = list_some(list(values.index[values.isna()]))
        raise ValuesError(
            f"{column} is empty in {values.isna().sum()} row(s)",
            where=f"{table}.{column}, rows {rows}",
            remedy=f"fill in {column}; what belongs to no known customer is called {UNASSIGNED!r}",
        )
    if values.dtype == "str":
        return values
    return values.astype("object").where(values.isna(), values.astype(str)).astype("str")


def months(frame: pd.DataFrame, column: str, table: str) -> pd.Series:
    """A column of dates as the first day of their month."""
    try:
        dates = pd.to_datetime(frame[column])
    except (TypeError, ValueError) as error:
        raise ValuesError(
            f"{column} holds something that is no date",
            where=f"{table}.{column}",
            allowed="dates, as 2025-03-01",
        ) from error
    if dates.isna().any():
        rows = list_some(list(dates.index[dates.isna()]))
        raise ValuesError(
            f"{column} is empty", where=f"{table}.{column}, rows {rows}", remedy="fill in the date"
        )
    month = dates.dt.tz_localize(None).to_numpy().astype("datetime64[M]")
    return pd.Series(month.astype("datetime64[us]"), index=frame.index, name=column)


def unique(values: pd.Series, table: str) -> pd.Series:
    """The values, or :class:`ValuesError` naming those that stand twice."""
    double = values[values.duplicated()].unique()
    if len(double):
        raise ValuesError(
            f"{values.name} is not unique", where=f"{table}.{values.name}: {list_some(list(double))}",
            remedy="keep one row for each",
        )  # fmt: skip
    return values


def one_of(value: str, allowed: Sequence[str], name: str) -> str:
    """The value if it is allowed."""
    if value not in allowed:
        near = nearest(str(value), allowed)
        raise ParameterError(
            f"{name} = {value!r} is not known",
            where=name,
            allowed=list_some(allowed, 20),
            remedy=f"did you mean {near[0]!r}?" if near else "",
        )
    return value


def account_series(values: Any, name: str) -> pd.Series:
    """Figures by account as a checked float Series: not empty, finite, one value for each account."""
    series = _one_column(values, name)
    if series.empty:
        raise EmptyError(f"{name} has no values", where=name)
    if series.index.nlevels > 1:
        raise ParameterError(
            f"{name} has several keys: {list_some(list(series.index.names))}",
            where=name,
            remedy="sum it to one key first, such as account_id",
        )
    if series.index.hasnans:
        raise ValuesError(
            f"{name} has {int(np.sum(series.index.isna()))} value(s) without an account",
            where=f"the index of {name}",
            remedy=f"name the account; what belongs to no known customer is called {UNASSIGNED!r}",
        )
    if not series.index.is_unique:
        double = series.index[series.index.duplicated()].unique()
        raise ValuesError(f"{name} has accounts that stand twice", where=f"{name}: {list_some(list(double))}")
    try:
        numbers = series.astype("float64")
    except (TypeError, ValueError) as error:
        raise ValuesError(f"{name} holds something that is no number", where=name) from error
    outside = ~(np.abs(numbers.to_numpy()) <= LARGEST_MONEY)
    if outside.any():
        wrong = numbers.index[outside]
        raise ValuesError(
            f"{name} is missing, infinite or too large for {len(wrong)} account(s)",
            where=f"{name}: {list_some([str(a) for a in wrong])}",
            remedy="NaN is not zero: leave these accounts out knowingly, or complete the data",
        )
    return numbers


def _one_column(values: Any, name: str) -> pd.Series:
    if isinstance(values, pd.Series):
        return values
    if isinstance(values, Mapping):
        return pd.Series(values, dtype="object")
    array = np.asarray(values)
    if array.ndim > 1:
        raise ParameterError(
            f"{name} has {array.ndim} dimensions, not one", where=name, remedy="give one column, by account"
        )
    return pd.Series(np.atleast_1d(array))


def hair(values: Any) -> float:
    """What rounding can leave of a sum of these values that is zero in truth."""
    return HAIR * float(np.abs(np.asarray(values, dtype="float64")).sum())


def positive_total(values: pd.Series, what: str) -> float:
    """The total, or :class:`NotDefinedError` where shares of it would mean nothing."""
    total = float(np.sort(values.to_numpy()).sum())
    if not total > hair(values):
        raise NotDefinedError(
            Sentence(
                "the total of {what} is {total:,.2f}, so shares of it are not defined", what=what, total=total
            ),
            where=what,
            remedy="show the money instead of shares",
        )
    return total


def number(value: Any, name: str) -> float:
    """A single finite number."""
    try:
        result = float(value)
    except (TypeError, ValueError) as error:
        raise ParameterError(f"{name} = {value!r} is no number", where=name) from error
    if not np.isfinite(result) or abs(result) > LARGEST_MONEY:
        raise ValuesError(f"{name} = {result} is missing, infinite or too large", where=name)
    return result


def fraction(value: Any, name: str, low: float = 0.0, high: float = 1.0) -> float:
    """A rate as a fraction; one that looks like percent is a :class:`UnitError`."""
    result = number(value, name)
    if result > high or result < min(low, -1.0):
        raise UnitError(
            f"{name} = {result:g} is no fraction",
            where=name,
            allowed=f"{low:g} to {high:g}",
            remedy=f"write {result:g} % as {result / 100:g}",
        )
    if result < low:
        raise ValuesError(f"{name} = {result:g} is too low", where=name, allowed=f"{low:g} to {high:g}")
    return result
