"""What is wrong with a typed table: one judgement, whatever it was read from.

Written once, in Narwhals, for pandas frames, DuckDB relations, Spark and Polars frames alike. Only what
one table can tell by itself is judged here.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from kamkit.engagement.reading.findings import Findings, Severity
from kamkit.engagement.reading.usual_words import mapping_lines, mapping_remedy
from kamkit.engagement.reading.words import plain
from kamkit.engagement.schemas import UNASSIGNED, Column, Table
from kamkit.errors import list_some
from kamkit.method.frames import distinct

__all__ = ["ROW", "judge_rows", "judge_whole", "keeps_unassigned"]

ROW = "row_in_file"
"""Name of the column that holds each row's number in its file."""

_MOST_GROUPS = 10
_ABSURD = 1e15
_OLDEST, _EARLIEST, _LATEST = dt.datetime(1850, 1, 1), dt.datetime(1970, 1, 1), dt.datetime(2100, 1, 1)
_NUMERIC = ("money", "number", "fraction", "integer")


@dataclass(frozen=True)
class Rule:
    """A fault that a row can have, as an expression that is true where it has it."""

    column: str
    fault: nw.Expr
    what: str
    remedy: str = ""
    severity: Severity = "fatal"
    allowed: tuple[str, ...] = ()


def keeps_unassigned(table: Table, column: str) -> bool:
    """Whether rows without this identifier are kept, under ``unassigned``."""
    return table.name in ("sales", "opportunities") and column == "account_id"


def judge_rows(table: Table, frame: Any, found: Findings) -> None:
    """Judge every row of a typed frame by itself, in one pass.

    Parameters
    ----------
    frame : any frame Narwhals supports, columns by our names, with the row number in :data:`ROW`; of
        an engine whose rows have none, a finding shows the lowest value at fault.
    """
    lazy = nw.from_native(frame).lazy()
    names = lazy.collect_schema().names()
    rules = [rule for c in table.columns if c.name in names for rule in _rules(table, c)]
    shown = [ROW if ROW in names else rule.column for rule in rules]
    counts = lazy.select(
        *(
            nw.when(r.fault).then(nw.lit(1)).otherwise(nw.lit(0)).sum().alias(f"n{i}")
            for i, r in enumerate(rules)
        ),
        *(nw.when(r.fault).then(nw.col(shown[i])).min().alias(f"first{i}") for i, r in enumerate(rules)),
    ).collect()
    for i, rule in enumerate(rules):
        if count := int(counts.item(0, f"n{i}") or 0):
            first = counts.item(0, f"first{i}")
            row = int(first) if ROW in names else None
            value = first if row is None else _value(lazy, rule.column, row)
            _report(rule, value, count, row, found, _unknown_words(lazy, rule))


def judge_whole(table: Table, frame: Any, found: Findings) -> None:
    """Judge what only all rows together can tell: keys given twice, identifiers that only look different."""
    lazy = nw.from_native(frame).lazy()
    names = lazy.collect_schema().names()
    if table.key and set(table.key[:1]) <= set(names):
        _judge_keys([k for k in table.key if k in names], lazy, ROW in names, found)
    for column in table.columns:
        if column.name in names and _identifies(table, column):
            _judge_lookalikes(column.name, lazy, found)


def _rules(table: Table, column: Column) -> Iterator[Rule]:
    name, cell = column.name, nw.col(column.name)
    if column.required and keeps_unassigned(table, name):
        yield Rule(
            name, cell.is_null(), f"rows without a customer are kept as {UNASSIGNED!r}", severity="note"
        )
    elif column.required:
        remedy = "write the number, 0 if it is nothing" if column.kind in _NUMERIC else "fill it in"
        yield Rule(name, cell.is_null(), "the cell is empty, and the column is required", remedy)
    if column.kind in _NUMERIC:
        yield from _rules_of_numbers(table, column)
    if column.kind in ("date", "month"):
        earliest = _EARLIEST if column.required else _OLDEST
        far = (cell < nw.lit(earliest)) | (cell >= nw.lit(_LATEST))
        yield Rule(name, far, f"a day before {earliest.year} or after 2099", "check the year", "warning")
    if column.allowed and column.kind != "flag":
        unknown = ~cell.is_in(list(column.allowed)) & ~cell.is_null()
        yield Rule(name, unknown, "not one of the words that the column takes", allowed=column.allowed)
    if table.name == "accounts" and name == "account_id":
        yield Rule(
            name,
            cell == UNASSIGNED,
            f"{UNASSIGNED!r} is reserved for sales of no known customer",
            "rename it",
        )


def _rules_of_numbers(table: Table, column: Column) -> Iterator[Rule]:
    name, cell = column.name, nw.col(column.name).cast(nw.Float64)
    sane = cell.abs() <= _ABSURD
    yield Rule(name, cell.abs() > _ABSURD, "infinite, or above 1e15", "correct the number")
    if column.kind == "integer":
        yield Rule(name, sane & (cell != cell.round(0)), "a whole number is asked", "correct the number")
    if column.kind == "fraction":
        remedy = f'write percent = ["{name}"] under [read.{table.name}] in engagement.toml, or divide by 100'
        yield Rule(name, sane & (cell > 1), "above 1 where a fraction is asked: is it percent?", remedy)
    elif column.high is not None:
        yield Rule(
            name,
            sane & (cell > column.high),
            f"above {column.high:g}, the highest value allowed",
            "correct it",
        )
    if column.low is not None:
        yield Rule(
            name, sane & (cell < column.low), f"below {column.low:g}, the lowest value allowed", "correct it"
        )


def _value(lazy: nw.LazyFrame, column: str, row: int) -> Any:
    return lazy.filter(nw.col(ROW) == row).select(column).collect().item(0, column)


def _unknown_words(lazy: nw.LazyFrame, rule: Rule) -> list[str]:
    """The words at fault, where the rule is one of words."""
    if not rule.allowed:
        return []
    words = distinct(lazy.filter(rule.fault).select(rule.column)).collect()
    return sorted(words.get_column(rule.column).to_list())


def _report(rule: Rule, value: Any, count: int, row: int | None, found: Findings, words: list[str]) -> None:
    remedy, toml = rule.remedy, ""
    if words:
        lines, section = mapping_lines(words, rule.allowed), f"[values.{found.table}.{rule.column}]"
        remedy = f"allowed: {', '.join(rule.allowed)}; {mapping_remedy(lines, section)}"
        toml = "\n".join([section, *lines])
    shown = "" if value is None or value != value else value
    found.add(
        rule.severity, rule.what, remedy, column=rule.column, row=row, value=shown, count=count, toml=toml
    )


def _identifies(table: Table, column: Column) -> bool:
    return column.kind == "id" and (column.required or bool(column.references))


def _judge_keys(key: list[str], lazy: nw.LazyFrame, numbered: bool, found: Findings) -> None:
    first = [nw.col(ROW).min().alias("first"), nw.col(ROW).max().alias("last")] if numbered else []
    doubles = lazy.group_by(*key).agg(nw.len().alias("n"), *first).filter(nw.col("n") > 1)
    count = doubles.select(nw.col("n").sum()).collect().item()
    if not count:
        return
    head = doubles.sort("first" if numbered else key[0]).head(1).collect().rows(named=True)[0]
    again = f" (rows {head['first']} and {head['last']})" if numbered else ""
    found.add(
        "fatal",
        f"the key {' + '.join(key)} stands more than once{again}",
        "leave one of the rows",
        column=key[0],
        row=head.get("first"),
        value=" + ".join("empty" if head[k] is None or head[k] != head[k] else str(head[k]) for k in key),
        count=int(count),
    )


def _judge_lookalikes(name: str, lazy: nw.LazyFrame, found: Findings) -> None:
    values = distinct(lazy.filter(~nw.col(name).is_null()).select(name)).collect()
    alike: dict[str, list[str]] = defaultdict(list)
    for value in values.get_column(name).to_list():
        alike[plain(value)].append(value)
    groups = sorted(sorted(group) for group in alike.values() if len(group) > 1)
    for group in groups[:_MOST_GROUPS]:
        found.add(
            "warning",
            f"probable doubles, not merged: {list_some(group)} differ only by case, spaces or width",
            "give the customer, product or person one identifier",
            column=name,
            value=group[0],
            count=len(group),
        )
    rest = groups[_MOST_GROUPS:]
    if rest:
        what = f"{len(rest)} more groups of probable doubles like those above"
        found.add(
            "warning", what, "mend the ones above, then check again", column=name, count=sum(map(len, rest))
        )
