"""The data request: what the client is asked for, as a workbook to fill in and as a page to read.

Everything is made from :data:`kamkit.engagement.schemas.TABLES`. The gate reads the filled workbook:
each sheet bears a table's name, and its first row holds exactly our column names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from math import ceil
from pathlib import Path
from typing import Any

from kamkit.engagement.request_cells import comment, entry_rule, title_of
from kamkit.engagement.schemas import OBLIGATORY, TABLES, Column, Table
from kamkit.locale import N_, _, language, use_language
from kamkit.spreadsheets import new_workbook

__all__ = ["STEPS", "data_request_markdown", "write_request"]

STEPS: dict[str, tuple[int, ...]] = {
    "accounts": tuple(range(1, 11)),
    "products": (2, 3, 5, 6, 8),
    "sales": tuple(range(1, 11)),
    "ledger": (2, 5, 9),
    "activities": (2, 5),
    "activity_use": (2, 5),
    "demand": (1, 4, 6, 9),
    "criteria": (3, 4, 9, 10),
    "responses": (3, 4, 9, 10),
    "contacts": (7, 10),
    "relationships": (7, 10),
    "assignments": (4, 7, 10),
    "opportunities": (8, 10),
    "plan_items": (5, 6, 9, 10),
}
"""The steps of the process that each table serves."""

_ADVICE = (
    N_("The sheets accounts and sales are enough to begin. Each further sheet answers more questions."),
    N_("One row per line, from row 2 on. Leave the names of the sheets and of the columns as they are."),
    N_("Columns with a dark, underlined heading are obligatory. Leave empty what you do not have."),
    N_("An empty cell means “not known”. Write 0 only where it really is 0."),
    N_("Customer and product numbers are kept as text, so that 00123 stays 00123. Paste values only."),
    N_("Amounts without VAT, in one currency; credit notes negative. Shares as fractions: 0.25 for 25 %."),
    N_("No totals or subtotals. Many rows? A CSV or Parquet file with the same columns is as good."),
)
_HEADINGS = (N_("Sheet"), N_("Needed"), N_("What it is for"), N_("One row per"), N_("For the steps"))
_GUIDE_HEADINGS = (
    N_("Sheet"),
    N_("Column"),
    N_("Needed"),
    N_("What it means"),
    N_("Unit or form"),
    N_("Allowed values"),
    N_("Example"),
)
_INK, _PALE = "#14344F", "#E9EDF1"


def write_request(path: Path, language: str = "en") -> Path:
    """Write the data-request workbook.

    Parameters
    ----------
    path : file to write, ``.xlsx``.
    language : of all that is explained; the names of sheets and columns are never translated.

    Returns
    -------
    The file.

    Raises
    ------
    TableError
        The file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> write_request(Path(tempfile.mkdtemp()) / "data-request.xlsx").name
    'data-request.xlsx'
    """
    path = Path(path)
    with _in_language(language), new_workbook(path, _("Data request")) as book:
        _Request(book).write()
    return path


@contextmanager
def _in_language(code: str) -> Iterator[None]:
    before = language()
    use_language(code)
    try:
        yield
    finally:
        use_language(before)


class _Request:
    """The workbook while it is written: its formats, and one method per kind of sheet."""

    def __init__(self, book: Any) -> None:
        self.book = book
        base = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
        head = {**base, "bold": True, "bottom": 2, "bottom_color": _INK, "valign": "vcenter"}
        self.plain = _Row(book, base)
        self.banded = _Row(book, {**base, "bg_color": "#F6F8FA"})
        self.title = book.add_format({**base, "font_size": 18, "bold": True, "font_color": _INK})
        self.head = book.add_format({**head, "bg_color": _PALE, "text_wrap": True})
        # no mark in the text: the cell must hold the bare column name, also when saved as CSV
        obligatory = {"bg_color": _INK, "font_color": "#FFFFFF", "underline": 1, "num_format": "@"}
        self.obligatory = book.add_format({**head, **obligatory})
        self.optional = book.add_format({**head, "bg_color": _PALE, "bold": False, "num_format": "@"})
        self.by_kind = {kind: book.add_format({**base, "num_format": f}) for kind, f in _CELL_FORMATS.items()}

    def write(self) -> None:
        contents, guide = (
            self.book.add_worksheet(title_of("contents")),
            self.book.add_worksheet(title_of("guide")),
        )
        for table in TABLES.values():
            self._table(table)
        self._contents(contents)
        self._guide(guide)

    def _contents(self, sheet: Any) -> None:
        _page(sheet, _WIDTHS)
        sheet.write_string(0, 0, _("Data request"), self.title)
        sheet.set_row(0, 30)
        for row, advice in enumerate(_ADVICE, start=1):
            sheet.write_string(row, 0, f"{row}. {_(advice)}")
        top = len(_ADVICE) + 2
        self._headings(sheet, top, _HEADINGS)
        for row, table in enumerate(TABLES.values(), start=top + 1):
            self._row(sheet, row, table, _of_table(table), _WIDTHS, self.plain, table.name in OBLIGATORY)

    def _guide(self, sheet: Any) -> None:
        _page(sheet, _GUIDE_WIDTHS)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 2)
        self._headings(sheet, 0, _GUIDE_HEADINGS)
        rows = [(table, column) for table in TABLES.values() for column in table.columns]
        bands = dict(zip(TABLES, cycle((self.plain, self.banded)), strict=False))
        for row, (table, column) in enumerate(rows, start=1):
            cells = (column.name, _needed(column.required), *_described(column))
            self._row(sheet, row, table, cells, _GUIDE_WIDTHS, bands[table.name], column.required)
        sheet.autofilter(0, 0, len(rows), len(_GUIDE_HEADINGS) - 1)

    def _table(self, table: Table) -> None:
        sheet = self.book.add_worksheet(table.name)
        sheet.freeze_panes(1, 1)
        sheet.set_row(0, 24)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, max(14, len(column.name) + 4), self.by_kind[column.kind])
            sheet.write_string(0, place, column.name, self.obligatory if column.required else self.optional)
            sheet.write_comment(
                0, place, comment(column), {"x_scale": 2.2, "y_scale": 1.6, "author": "kamkit"}
            )
            sheet.data_validation(1, place, _LAST_ROW, place, entry_rule(column, place))

    def _headings(self, sheet: Any, row: int, headings: tuple[str, ...]) -> None:
        for place, heading in enumerate(headings):
            sheet.write_string(row, place, _(heading), self.head)

    def _row(
        self,
        sheet: Any,
        row: int,
        table: Table,
        cells: Sequence[str],
        widths: tuple[int, ...],
        look: _Row,
        strong: bool,
    ) -> None:
        """A link to the table's sheet and the cells beside it; the second of all tells what is obligatory."""
        sheet.set_row(
            row, _LINE * max(ceil(len(c) / (1.1 * w)) for c, w in zip(cells, widths[1:], strict=True))
        )
        sheet.write_url(row, 0, f"internal:'{table.name}'!A1", look.link, table.name)
        for place, text in enumerate(cells, start=1):
            sheet.write_string(row, place, text, look.strong if strong and place < 3 else look.text)


class _Row:
    """The formats of one row: a link, text, and text that stands out."""

    def __init__(self, book: Any, base: dict[str, Any]) -> None:
        self.link = book.add_format({**base, "font_color": "#0B5CAD", "underline": 1})
        self.text = book.add_format({**base, "text_wrap": True})
        self.strong = book.add_format({**base, "bold": True})


_LINE = 15.5
_WIDTHS = (18, 16, 44, 40, 22)
_GUIDE_WIDTHS = (15, 20, 16, 46, 32, 42, 32)
_LAST_ROW = 1_048_575
_CELL_FORMATS = {
    "id": "@",
    "text": "@",
    "flag": "@",
    "money": "#,##0.00",
    "number": "General",
    "fraction": "0.00##",
    "integer": "0",
    "date": "yyyy-mm-dd",
    "month": "yyyy-mm-dd",
}


def _page(sheet: Any, widths: tuple[int, ...]) -> None:
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)


def _needed(required: bool) -> str:
    return _("● obligatory") if required else _("if you have it")


def _steps(name: str) -> str:
    steps = STEPS[name]
    return _("all") if len(steps) == 10 else ", ".join(str(step) for step in steps)


_FORMS = {
    "id": N_("text, kept as typed"),
    "text": N_("text"),
    "flag": N_("true or false"),
    "number": N_("number"),
    "integer": N_("whole number"),
    "date": N_("date"),
    "month": N_("date, first day of the month"),
}


def _described(column: Column) -> tuple[str, str, str, str]:
    """Meaning, unit or form, allowed values, example."""
    form = _(column.unit) if column.unit else _(_FORMS.get(column.kind, "number"))
    return _(column.meaning), form, _allowed(column), column.example


def _allowed(column: Column) -> str:
    if column.allowed:
        return ", ".join(column.allowed)
    if column.references:
        table, key = column.references.split(".")
        return _("as in {column} of {table}").format(column=key, table=table)
    if column.low is not None and column.high is not None:
        return _("{low:g} to {high:g}").format(low=column.low, high=column.high)
    return _("{low:g} or more").format(low=column.low) if column.low is not None else ""


def data_request_markdown() -> str:
    """The data request as a page of the user guide, in Markdown.

    Examples
    --------
    >>> data_request_markdown().splitlines()[0]
    '# Data request'
    """
    return "\n".join(_page_lines()) + "\n"


def _page_lines() -> Iterator[str]:
    yield "# Data request"
    yield ""
    yield "What a client is asked for. `kamkit new` writes the same as a workbook to fill in."
    yield "This page is made from the schemas; a test holds that it is current."
    yield ""
    yield from (f"{number}. {_(advice)}" for number, advice in enumerate(_ADVICE, start=1))
    yield ""
    yield "A client's own export is as good: its headers are mapped under `[columns]`, and its words for the"
    yield "allowed values below under `[values]` ([the client's words](engagement.md#the-clients-words))."
    yield ""
    yield from _markdown_table(
        _HEADINGS, ([f"[{t.name}](#{t.name})", *_of_table(t)] for t in TABLES.values())
    )
    for table in TABLES.values():
        yield ""
        yield f"## {table.name}"
        yield ""
        yield f"{_(table.purpose)}. {_('One row per')} {_(table.grain)}."
        yield ""
        rows = ([f"`{c.name}`", _needed(c.required), *_described(c)] for c in table.columns)
        yield from _markdown_table(_GUIDE_HEADINGS[1:], rows)


def _of_table(table: Table) -> list[str]:
    """Needed, purpose, grain, steps."""
    return [_needed(table.name in OBLIGATORY), _(table.purpose), _(table.grain), _steps(table.name)]


def _markdown_table(headings: tuple[str, ...], rows: Iterator[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(_(h) for h in headings)} |"
    yield f"|{'---|' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
