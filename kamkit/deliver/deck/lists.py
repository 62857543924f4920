"""Exhibits that are lists of words: on slides they are tables that can be edited."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from kamkit.deliver.columns import word
from kamkit.deliver.kept import Kept
from kamkit.deliver.tables import Header, TableView, as_frame, view
from kamkit.locale import _
from kamkit.locale.numbers import MISSING, Numbers
from kamkit.plots.rows import name_of

__all__ = ["LISTS", "pieces"]

_IMPROVEMENTS = ("improvement", "action", "effort_grade", "owner", "due", "value", "target", "progress")
_DEALS = ("rank", "name", "stage", "amount", "probability", "expected_margin", "return_per_hour", "chosen")


def pieces(seen: TableView, most: int) -> list[TableView]:
    """A table in parts of at most so many rows, one per slide."""
    starts = range(0, len(seen.rows), most)
    return [TableView(seen.headers, seen.rows[start : start + most], seen.unit, 0) for start in starts]


def _improvements(shown: Kept, numbers: Numbers) -> TableView:
    shares = {"value": "share", "target": "share"}
    return view(shown.tables[0], numbers, columns=_IMPROVEMENTS, formats=shares)


def _deals(shown: Kept, numbers: Numbers) -> TableView:
    table = as_frame(shown.tables[0]).head(12)
    names = [name_of(account, shown.options.get("names")) for account in table["account_id"]]
    return view(table.assign(name=names), numbers, columns=_DEALS)


def _charter(shown: Kept, numbers: Numbers) -> TableView:
    """The five questions, each figure in its own unit."""
    headers = [(_("Question"), False), (_("Line"), False), (_("Key accounts"), True), (_("The rest"), True)]
    rows, asked = [], ""
    for line in shown.tables[0].itertuples():
        question = "" if line.question == asked else word(str(line.question))
        asked = line.question
        figures = [_figure(value, str(line.unit), numbers) for value in (line.key_figure, line.rest_figure)]
        rows.append((question, word(str(line.line)), *figures))
    return TableView(tuple(Header(title, "", right) for title, right in headers), tuple(rows), "", 0)


def _figure(value: Any, unit: str, numbers: Numbers) -> str:
    if pd.isna(value):
        return MISSING
    if unit == "money":
        return numbers.money(value)
    return numbers.percent(value) if unit == "share" else numbers.number(value)


LISTS: Mapping[str, Callable[[Kept, Numbers], TableView]] = {
    "improvement_list": _improvements,
    "deal_priorities": _deals,
    "programme_charter": _charter,
}
"""By exhibit, the table that a slide shows of it."""
