"""Exhibits that are lists of words or grids of figures: on slides they are tables that can be edited."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from kamkit.deliver.columns import COLUMNS, column, word
from kamkit.deliver.deck.shading import SHADES
from kamkit.deliver.kept import Kept
from kamkit.deliver.tables import Header, TableView, as_frame, view
from kamkit.locale import N_, _
from kamkit.locale.numbers import MISSING, Numbers, Scale
from kamkit.method.demand import ALL
from kamkit.plots.capability import word as capability_word
from kamkit.plots.capability_findings import evidence
from kamkit.plots.programme_figures import figure_name, figure_texts
from kamkit.plots.rows import name_of

__all__ = ["LISTS", "PICTURES", "pieces"]

_IMPROVEMENTS = ("improvement", "action", "effort_grade", "owner", "due", "value", "target", "progress")
_MOST, _TENTHS = 12, Scale(1.0, "", 1)
_DEALS = ("rank", "name", "stage", "amount", "probability", "expected_margin", "return_per_hour", "chosen")


def pieces(seen: TableView, most: int) -> list[TableView]:
    """A table in parts of at most so many rows, one per slide."""
    starts = range(0, len(seen.rows), most)
    return [
        TableView(seen.headers, seen.rows[at : at + most], seen.unit, 0, seen.fills[at : at + most])
        for at in starts
    ]


def _improvements(shown: Kept, numbers: Numbers) -> TableView:
    shares = {"value": "share", "target": "share"}
    return view(shown.tables[0], numbers, columns=_IMPROVEMENTS, formats=shares)


def _deals(shown: Kept, numbers: Numbers) -> TableView:
    """The open deals by what an hour brings; each amount with its own unit."""
    rows = tuple(
        (
            numbers.count(deal.rank),
            name_of(deal.account_id, shown.options.get("names")),
            word(str(deal.stage)),
            numbers.money(deal.amount),
            numbers.percent(deal.probability),
            numbers.money(deal.expected_margin),
            numbers.money(deal.return_per_hour),
            _("yes") if deal.chosen else _("no"),
        )
        for deal in as_frame(shown.tables[0]).head(_MOST).itertuples()
    )
    return _table([COLUMNS[name].title for name in _DEALS], rows, right=(0, 3, 4, 5, 6))


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


def _verdicts(shown: Kept, numbers: Numbers) -> TableView:
    """Problems and practices: what it says, what was counted, the part and its line, the verdict."""
    table, key = shown.tables[0], shown.draw.split("_")[1].removesuffix("s")
    titles = [COLUMNS[name].title for name in (key, "reading", "measure", "value", "limit", "status")]
    rows = tuple(
        (
            word(str(row[key])),
            word(str(row["reading"])) if row["assessed"] else str(row["needs"]),
            evidence(row, numbers) if row["assessed"] else MISSING,
            numbers.percent(row["value"]) if row["assessed"] else MISSING,
            numbers.percent(row["limit"], decimals=0) if row["assessed"] else MISSING,
            _verdict(row),
        )
        for _place, row in table.iterrows()
    )
    return _table(titles, rows, right=(3, 4))


def _verdict(row: pd.Series) -> str:
    if "status" in row:
        return word(str(row["status"]))
    if not row["assessed"]:
        return word("not_assessed")
    return _("▲ problem") if row["found"] else _("– clear")


def _published(shown: Kept, numbers: Numbers) -> TableView:
    rows = tuple(
        (figure_name(row, numbers), *figure_texts(row, numbers)) for row in shown.tables[0].itertuples()
    )
    heads = (COLUMNS["figure"].title, COLUMNS["published"].title, COLUMNS["here"].title)
    return _table([*heads, N_("range")], rows, right=(1, 2, 3))


def _maturity(shown: Kept, numbers: Numbers) -> TableView:
    rows = tuple(
        (
            capability_word(area.area),
            numbers.number(area.median),
            numbers.number(area.least_stage),
            str(area.weakest),
            capability_word(area.phase),
            numbers.count(area.raters),
        )
        for area in shown.tables[0].sort_values("median", ascending=False, kind="stable").itertuples()
    )
    names = ("area", "median", "least_stage", "weakest", "phase", "raters")
    return _table([COLUMNS[name].title for name in names], rows, right=(1, 2, 5))


def _scores(shown: Kept, numbers: Numbers) -> TableView:
    """Each score with what every criterion adds to it."""
    table = as_frame(shown.tables[0]).sort_values("score", ascending=False, kind="stable").head(_MOST)
    named, worded = shown.options.get("names"), shown.options.get("items")
    items = {} if worded is None else dict(worded)
    parts = [str(c) for c in table.select_dtypes("number") if c != "score"]
    rows = tuple(
        (
            name_of(row["account_id"], named),
            numbers.percent(row["score"], decimals=0),
            *(numbers.percent(row[c], decimals=0) for c in parts),
            _("✕ failed") if row["gate_failed"] else _("passed"),
        )
        for _place, row in table.iterrows()
    )
    heads = [COLUMNS["account_id"].title, COLUMNS["score"].title]
    heads += [str(items.get(c, COLUMNS[c].title if c in COLUMNS else c)) for c in parts]
    return _table([*heads, N_("gates")], rows, right=range(1, len(heads)))


def _pivot(by: str, across: str, cell: Callable[[Any, Numbers], str]) -> Callable[[Kept, Numbers], TableView]:
    """A grid with a row per value of one column and a column per value of another, shaded as on the page."""

    def table(shown: Kept, numbers: Numbers) -> TableView:
        frame = as_frame(shown.tables[0])
        heads, keys = list(dict.fromkeys(frame[across])), list(dict.fromkeys(frame[by]))
        rows_by = {(row[by], row[across]): row for _place, row in frame.iterrows()}
        found = [[rows_by.get((key, head)) for head in heads] for key in keys]
        named, shade = shown.options.get("names"), SHADES[shown.draw](frame)
        rows = tuple(
            (
                name_of(key, named) if by == "account_id" and key != ALL else word(str(key)),
                *("" if row is None else cell(row, numbers) for row in line),
            )
            for key, line in zip(keys, found, strict=True)
        )
        fills = tuple(("", *("" if row is None else shade(row) for row in line)) for line in found)
        titles = [column(by, table=shown.draw).title, *(word(str(h)) for h in heads)]
        return replace(_table(titles, rows, right=range(1, len(titles))), fills=fills)

    return table


def _need(row: pd.Series, numbers: Numbers) -> str:
    value = row["importance"]
    return "" if pd.isna(value) else ("+" if value > 0 else "") + numbers.scaled(value, _TENTHS)


def _level(row: pd.Series, numbers: Numbers) -> str:
    if pd.isna(row["present"]):
        return ""
    text = _("{present} of {required}").format(
        present=numbers.number(row["present"]), required=numbers.number(row["required"])
    )
    return f"{text} ▼" if row["lacking"] else text


def _moved(row: pd.Series, numbers: Numbers) -> str:
    return f"{numbers.count(row['accounts'])} · {str(row['names']).split('; ')[0]}"


def _bought(row: pd.Series, numbers: Numbers) -> str:
    return "" if not row["sales"] or pd.isna(row["sales"]) else numbers.money(row["sales"])


def _table(
    titles: Sequence[str],
    rows: tuple[tuple[str, ...], ...],
    right: Collection[int] = (),
) -> TableView:
    heads = tuple(Header(_(title), "", place in right) for place, title in enumerate(titles))
    return TableView(heads, rows, "", 0)


LISTS: Mapping[str, Callable[[Kept, Numbers], TableView]] = {
    "improvement_list": _improvements,
    "deal_priorities": _deals,
    "programme_charter": _charter,
    "eight_problems": _verdicts,
    "five_practices": _verdicts,
    "published_figures": _published,
    "maturity_by_area": _maturity,
    "score_contributions": _scores,
    "segment_needs": _pivot("text", "segment", _need),
    "segment_migration": _pivot("before", "after", _moved),
    "skill_levels": _pivot("skill", "background", _level),
    "family_sales": _pivot("account_id", "family", _bought),
}
"""By exhibit, the table that a slide shows of it."""

PICTURES: Mapping[str, str] = {
    "relationship_map": "a network of people with lines of three kinds, which PowerPoint has no chart for",
}
"""Exhibits that stay pictures, with the reason."""
