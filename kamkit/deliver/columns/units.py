"""Columns whose unit changes from row to row: another column says which it is."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kamkit.deliver.columns.kinds import Kind

__all__ = ["kind_in_row", "unit_column"]

_SAYS_UNIT: dict[str, tuple[str, frozenset[str]]] = {
    "charter": ("unit", frozenset({"key_figure", "rest_figure"})),
    "early_warnings": ("sign", frozenset({"usual", "recent"})),
    "eight_problems": ("unit", frozenset({"part", "whole"})),
    "five_practices": ("unit", frozenset({"part", "whole"})),
    "key_account_figures": ("counted_as", frozenset({"published", "here", "here_low", "here_high"})),
    "published_figures": ("counted_as", frozenset({"published", "here", "here_low", "here_high"})),
    "scorecard_parts": ("element", frozenset({"base"})),
}

_KINDS: dict[str, Kind] = {
    "money": "money",
    "revenue": "money",
    "sales_growth": "money",
    "return_on_sales": "money",
    "share_of_wallet": "money",
    "share": "share",
    "range": "share",
}


def unit_column(table: str, name: str) -> str:
    """The column that says in which unit each value of a column is; empty where all have the same.

    >>> unit_column("charter", "key_figure"), unit_column("charter", "line")
    ('unit', '')
    """
    says, columns = _SAYS_UNIT.get(table, ("", frozenset()))
    return says if name in columns else ""


def kind_in_row(unit: Any, value: Any) -> Kind:
    """How a value is written that is in this unit.

    >>> kind_in_row("money", 5.0), kind_in_row("accounts", 18.0), kind_in_row("multiple", 2.4)
    ('money', 'count', 'number')
    """
    if str(unit) in _KINDS:
        return _KINDS[str(unit)]
    whole = pd.notna(value) and float(value).is_integer()
    return "count" if whole else "number"
