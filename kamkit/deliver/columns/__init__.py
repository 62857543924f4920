"""What each column of a result table is called, what it means and in which unit: one place for all tables.

A table on paper takes its headers, its number formats and its explanations from :data:`COLUMNS`; the
words that stand in cells (``carriage_trade``, ``pocket_revenue``) take theirs from :data:`WORDS`.
"""

from __future__ import annotations

import pandas as pd

from kamkit.deliver.columns import accounts, choice, customers, measures
from kamkit.deliver.columns.elsewhere import BY_DATA, ELSEWHERE, named_by_data
from kamkit.deliver.columns.kinds import Kind, ResultColumn
from kamkit.deliver.columns.sums import adds_up, total_keys
from kamkit.deliver.columns.units import kind_in_row, unit_column
from kamkit.deliver.columns.words import WORDS
from kamkit.engagement.said_of_input import said_of_input
from kamkit.locale import N_, _
from kamkit.method.demand import ALL

__all__ = [
    "BY_DATA",
    "COLUMNS",
    "ELSEWHERE",
    "WORDS",
    "ResultColumn",
    "adds_up",
    "caveat",
    "column",
    "kind_in_row",
    "said",
    "total_keys",
    "unit_column",
    "word",
]

COLUMNS: dict[str, ResultColumn] = {
    c.name: c
    for c in (
        *customers.IDENTITY,
        *customers.TIME,
        *customers.MARKET,
        *customers.LADDER,
        *customers.PROFIT,
        *customers.COUNTS,
        *choice.INVESTMENT,
        *choice.CHOICE,
        *choice.SEGMENTS,
        *accounts.RELATIONSHIPS,
        *measures.PROGRAMME,
        *accounts.OFFERS,
        *accounts.OPPORTUNITIES,
        *measures.CAPABILITY,
        *measures.RISK,
    )
}


def column(name: str, values: pd.Series | None = None, table: str = "") -> ResultColumn:
    """The column's definition; one that nobody defined reads as its name, written as its values ask.

    Parameters
    ----------
    name : column of a result table.
    values : its values, which decide the kind of a column that is not defined.
    table : the table or exhibit it stands in, where that is known: some columns mean something else there.

    Examples
    --------
    >>> column("customer_profit").title
    'Customer profit'
    >>> column("factor", table="transfer_sweep").title
    'Transfer prices'
    >>> column("days_late", pd.Series([3, 4])).kind
    'count'
    """
    defined = named_by_data(name, table) or ELSEWHERE.get(table, {}).get(name) or COLUMNS.get(name)
    if defined is not None:
        return defined
    title = name.replace("_", " ").capitalize()
    return ResultColumn(name, title, "text" if values is None else _kind(values))


def _kind(values: pd.Series) -> Kind:
    if pd.api.types.is_bool_dtype(values):
        return "flag"
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    if pd.api.types.is_integer_dtype(values):
        return "count"
    return "number" if pd.api.types.is_numeric_dtype(values) else "text"


_CAVEATS = {"gross_margin": N_("This is gross margin: what it costs to serve them is not known.")}


def caveat(name: str) -> str:
    """What a sentence about a column must add so that it does not mislead; empty for most.

    >>> caveat("gross_margin")
    'This is gross margin: what it costs to serve them is not known.'
    """
    return _(_CAVEATS.get(name, ""))


def word(value: str) -> str:
    """A key that stands in a cell, as a client reads it; text that is no key stands as it is.

    Examples
    --------
    >>> word("carriage_trade"), word("cm1"), word("Åkerlund")
    ('Carriage trade', 'Contribution 1', 'Åkerlund')
    """
    if value in WORDS:
        return _(WORDS[value])
    return _(COLUMNS[value].title) if value in COLUMNS else value


def said(kind: Kind, value: str) -> str:
    """A text of a result table, as a client reads it.

    >>> said("text", "all"), said("part", "all"), said("part", "Pumps"), said("word", "cm1")
    ('all', 'All', 'Pumps', 'Contribution 1')
    """
    if kind == "word" or (kind == "part" and value == ALL):
        return word(value)
    return said_of_input(value) if kind == "told" else value
