"""Adding money in whatever engine holds it, so that the same input gives the same bytes.

Threads add floats in any order, the last digits follow, and a customer whose invoices and credit
notes cancel ends a hair below zero and counts as a loser. Amounts are therefore taken to six decimals
and added as whole millionths, whose sum knows no order: in DuckDB as integers, which it adds in 128
bits; in pandas as whole floats, which are exact up to nine milliards and rounded once beyond; elsewhere,
as in Spark, as two integers of 64 bits, the upper and the lower half of the millionths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import narwhals as nw
import pandas as pd

from kamkit.method.frames import collected

__all__ = ["LARGEST_LINE", "add_up", "as_amount", "fits"]

_UNITS = 1_000_000
_LARGEST_INTEGER = 2.0**63
_HALF = 2**31
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
    if lines.implementation is not nw.Implementation.DUCKDB:
        return _in_money(_sums_of_halves(lines, keys, whole), amounts)
    try:
        sums = _sums(lines, keys, {c: (as_amount(c) * _UNITS).cast(nw.Int64) for c in amounts}, amounts)
    except duckdb.ConversionException:
        guarded = {c: millionths.cast(nw.Int64) for c, millionths in whole.items()}
        sums = _sums(lines, keys, guarded, amounts)
    return _in_money(sums, amounts)


def _within(column: str) -> nw.Expr:
    """The amount, null where it can't be added."""
    return nw.when(fits(column)).then(as_amount(column))


def _sums(
    lines: nw.LazyFrame, keys: Mapping[str, nw.Expr], units: Mapping[str, nw.Expr], amounts: Sequence[str]
) -> pd.DataFrame:
    result = _totals(lines, keys, units, amounts)
    return result.assign(**{c: result[c].astype("float64").fillna(0.0) for c in amounts})


def _totals(
    lines: nw.LazyFrame, keys: Mapping[str, nw.Expr], units: Mapping[str, nw.Expr], amounts: Sequence[str]
) -> pd.DataFrame:
    named = {**keys, **units}
    prepared = lines.select(*[expression.alias(name) for name, expression in named.items()])
    figures = [nw.len().alias("lines"), *[nw.col(c).sum() for c in units]]
    figures += [nw.col(c).count().alias(f"{c} known") for c in amounts]
    return collected(
        prepared.group_by(*keys).agg(*figures).sort(*keys) if keys else prepared.select(*figures)
    )


def _sums_of_halves(
    lines: nw.LazyFrame, keys: Mapping[str, nw.Expr], whole: Mapping[str, nw.Expr]
) -> pd.DataFrame:
    """As :func:`_sums`, where a sum of 64 bits could wrap round: exact for 2³¹ lines of any size.

    Splitting a whole float at a power of two rounds nothing.
    """
    uppers = {c: (units / _HALF).floor() for c, units in whole.items()}
    halves = {c: (units - uppers[c] * _HALF).cast(nw.Int64) for c, units in whole.items()}
    halves |= {f"{c} upper": upper.cast(nw.Int64) for c, upper in uppers.items()}
    sums = _totals(lines, keys, halves, list(whole))
    return sums.assign(**{c: _put_together(sums[f"{c} upper"], sums[c]) for c in whole})


def _put_together(upper: pd.Series, lower: pd.Series) -> pd.Series:
    """Both halves as one float, rounded once: the lower hands on what is more than a half."""
    high, low = (half.fillna(0).astype("int64") for half in (upper, lower))
    return (high + low // _HALF).astype("float64") * _HALF + low % _HALF


def _in_money(sums: pd.DataFrame, amounts: Sequence[str]) -> pd.DataFrame:
    return sums.assign(**{c: sums[c] / _UNITS for c in amounts})
