"""What each column of a result table is called, what it means and in which unit: one place for all tables.

A table on paper takes its headers, its number formats and its explanations from :data:`COLUMNS`; the
words that stand in cells (``carriage_trade``, ``pocket_revenue``) take theirs from :data:`WORDS`.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kamkit.deliver.columns import accounts, choice, customers, measures
from kamkit.deliver.columns.kinds import Kind, ResultColumn
from kamkit.deliver.columns.words import WORDS
from kamkit.locale import N_, _

__all__ = ["COLUMNS", "WORDS", "ResultColumn", "adds_up", "caveat", "column", "kinds_in", "word"]

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

_KINDS_IN: dict[str, dict[str, Kind]] = {
    "allocation": {"source": "money"},
    "choice_certainty": {"change": "number"},
    "choice_sheet": {"change": "number"},
    "chosen_accounts": {"change": "number"},
    "eight_problems": {"value": "share", "reading": "word"},
    "five_practices": {"value": "share", "reading": "word"},
    "failed_gates": {"value": "number", "gate": "number"},
    "flips": {"change": "number"},
    "improvements": {"value": "share", "target": "share"},
    "improvement_list": {"value": "share", "target": "share"},
}


def kinds_in(table: str) -> dict[str, Kind]:
    """Kinds of the columns that mean something else in one table, or in one exhibit, than in all others.

    >>> kinds_in("eight_problems")["value"]
    'share'
    """
    return _KINDS_IN.get(table, {})


def column(name: str, values: pd.Series | None = None, table: str = "") -> ResultColumn:
    """The column's definition; one that nobody defined reads as its name, written as its values ask.

    Parameters
    ----------
    name : column of a result table.
    values : its values, which decide the kind of a column that is not defined.
    table : the table it stands in, where that is known; see :func:`kinds_in`.

    Examples
    --------
    >>> column("customer_profit").title
    'Customer profit'
    >>> column("days_late", pd.Series([3, 4])).kind
    'count'
    """
    if name in COLUMNS:
        defined = COLUMNS[name]
        return replace(defined, kind=kinds_in(table).get(name, defined.kind))
    return ResultColumn(
        name, name.replace("_", " ").capitalize(), "text" if values is None else _kind(values)
    )


def _kind(values: pd.Series) -> Kind:
    if pd.api.types.is_bool_dtype(values):
        return "flag"
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    if pd.api.types.is_integer_dtype(values):
        return "count"
    return "number" if pd.api.types.is_numeric_dtype(values) else "text"


_ADD_UP = frozenset(
    {c.name for c in customers.LADDER}
    | {"profit", "gross_margin", "revenue", "net_amount", "amount", "cost_to_serve", "cost", "unused_cost"}
    | {"attributable_profit", "absorbed_profit", "absorbed_cost", "orders", "lines", "credit_lines", "hours"}
    | {"supplied_minutes", "used_minutes", "unused_minutes", "minutes", "benefit", "investment", "npv"}
    | {"avoidable_cost", "idle_cost", "ebit_change", "expected_loss", "transfers", "result", "unit_result"}
    | {"cost_below", "revenue_before", "revenue_change", "profit_before", "profit_change"}
    | {"saving", "price_effect", "lost_margin", "avoided_cost", "profit_effect", "stranded_cost"}
    | {"premium_amount", "compared_amount", "expected_amount", "potential", "current", "gap"}
)


def adds_up(name: str) -> bool:
    """Whether the values of a column may be summed over customers, teams or deals.

    Shares, rates, ranks and running totals may not.

    >>> adds_up("customer_profit"), adds_up("cumulative_profit"), adds_up("margin")
    (True, False, False)
    """
    return name in _ADD_UP


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
