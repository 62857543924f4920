"""Adding money in whatever engine holds it, so that the same input gives the same bytes.

Threads add floats in any order, the last digits follow, and a customer whose invoices and credit
notes cancel ends a hair below zero and counts as a loser. Amounts are therefore taken to six decimals
and added as whole millionths, whose sum knows no order: as integers, in pandas as whole floats, which
are exact up to nine milliards and rounded once beyond.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import narwhals as nw
import pandas as pd

from kamkit.errors import ValuesError

__all__ = ["LARGEST_LINE", "add_up", "as_amount", "fits"]

_UNITS = 1_000_000
_LARGEST_INTEGER = 2.0**63
LARGEST_LINE = _LARGEST_INTEGER / _UNITS
"""An amount of one line stays below it, about 9.2e12: in millionths it must fit a 64-bit integer."""


def as_amount(column: str) -> nw.Expr:
    """A column as float64."""
    return nw.col(column).cast(nw.Float64)


def fits(column: str) -> nw.Expr:
    """Whether the amount is a number that can be added."""
    return (as_amount(column) * _UNITS).abs() < _LARGEST_INTEGER


def add_up(
    lines: nw.LazyFrame, table: str, keys: Mapping[str, nw.Expr], amounts: Sequence[str]
) -> pd.DataFrame:
    """Sums by key, in its order, or over all lines: keys, ``lines``, the amounts, ``<amount> known``.

    What is missing, infinite or not below :data:`LARGEST_LINE` is not added, and not counted as known.
    DuckDB refuses such a value while casting, so it is asked without a guard first, which is quicker.
    """
    whole = {c: (_within(c) * _UNITS).round() for c in amounts}
    if lines.implementation.is_pandas_like():
        return _in_money(_sums(lines, keys, whole, amounts), amounts)
    guarded = {c: millionths.cast(nw.Int64) for c, millionths in whole.items()}
    if lines.implementation is not nw.Implementation.DUCKDB:
        return _refuse_overflow(_sums(lines, keys, guarded, amounts, extremes=True), table, amounts)
    try:
        sums = _sums(lines, keys, {c: (as_amount(c) * _UNITS).cast(nw.Int64) for c in amounts}, amounts)
    except duckdb.ConversionException:
        sums = _sums(lines, keys, guarded, amounts)
    return _in_money(sums, amounts)


def _within(column: str) -> nw.Expr:
    """The amount, null where it can't be added."""
    return nw.when(fits(column)).then(as_amount(column))


def _sums(
    lines: nw.LazyFrame,
    keys: Mapping[str, nw.Expr],
    units: Mapping[str, nw.Expr],
    amounts: Sequence[str],
    extremes: bool = False,
) -> pd.DataFrame:
    named = {**keys, **units}
    prepared = lines.select(*[expression.alias(name) for name, expression in named.items()])
    figures = [nw.len().alias("lines"), *[nw.col(c).sum() for c in amounts]]
    figures += [nw.col(c).count().alias(f"{c} known") for c in amounts]
    if extremes:
        figures += [nw.col(c).max().alias(f"{c} max") for c in amounts]
        figures += [nw.col(c).min().alias(f"{c} min") for c in amounts]
    sums = prepared.group_by(*keys).agg(*figures).sort(*keys) if keys else prepared.select(*figures)
    result = sums.collect("pandas").to_native()
    return result.assign(**{c: result[c].astype("float64").fillna(0.0) for c in amounts})


def _in_money(sums: pd.DataFrame, amounts: Sequence[str]) -> pd.DataFrame:
    return sums.assign(**{c: sums[c] / _UNITS for c in amounts})


def _refuse_overflow(sums: pd.DataFrame, table: str, amounts: Sequence[str]) -> pd.DataFrame:
    """DuckDB adds in 128 bits; elsewhere a 64-bit sum may wrap round in silence."""
    for column in amounts:
        ends = sums[[f"{column} max", f"{column} min"]].astype("float64").abs()
        if (ends.max(axis=1).fillna(0.0) * sums["lines"]).max() > _LARGEST_INTEGER:
            raise ValuesError(
                f"{column} may add up to more than this engine can hold",
                where=f"{table}.{column}",
                remedy="use the DuckDB engine, or state the amounts in thousands",
            )
    return _in_money(sums, amounts)
