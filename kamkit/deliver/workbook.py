"""The workbook: every table that the steps handed on, all digits, totals as live formulas."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow.parquet as pq

from kamkit.deliver.columns import BY_DATA, ResultColumn, adds_up, column, total_keys
from kamkit.deliver.record import RunRecord
from kamkit.deliver.results import read_result
from kamkit.deliver.sheet import LINE_HEIGHT, Formats, lines_of, write_sheet
from kamkit.deliver.sheet_titles import sheet_title
from kamkit.deliver.tables import as_frame
from kamkit.engagement.gaps import NotAssessed
from kamkit.errors import RunError
from kamkit.locale import _
from kamkit.method.demand import ALL
from kamkit.plots.style import branded
from kamkit.spreadsheets import cell_text, new_workbook, sheet_names

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__all__ = ["build_workbook"]

_FIRST = "reconciliation"
_FURTHER_RANKS = frozenset(str(rank) for rank in range(2, 1000))
_TITLE_HEIGHT = 24
_DEFINITION_WIDTHS = (34, 28, 70, 60)
_CONTENTS_WIDTHS = (34, 52, 10, 12, 60)


@dataclass(frozen=True)
class _Page:
    """One table of the run, or the gap in its place, and the sheet it gets."""

    table: str
    title: str
    step: str
    content: pd.DataFrame | NotAssessed
    sheet: str = ""

    @property
    def frame(self) -> pd.DataFrame | None:
        return self.content if isinstance(self.content, pd.DataFrame) else None


def build_workbook(run_folder: Path, engagement: Engagement, target: Path) -> Path:
    """Write the result tables of a run as one Excel workbook.

    Contents with links, the reconciliation, one sheet per table in the order of the process, the
    definition of every column. Totals of what adds up are formulas over the rows that the filter leaves.

    Parameters
    ----------
    run_folder : folder of the run.
    engagement : the engagement that was run, for names, currency and period.
    target : the file to write, ``.xlsx``.

    Raises
    ------
    RunError
        If the folder holds no run.
    TableError
        If the file can't be written.
    """
    record = RunRecord.load(run_folder)
    if record is None:
        raise RunError("the folder holds no run", where=str(run_folder), remedy="kamkit run")
    pages = _pages(run_folder, engagement)
    title = f"{engagement.config.client} – {_('Workbook')}"
    started = dt.datetime.fromisoformat(record.started)
    branding = engagement.config.branding
    with (
        branded(branding.colours, branding.font),
        new_workbook(target, title, created=started, row_by_row=True) as book,
    ):
        _Workbook(book, engagement, record, pages).write()
    return target


def _pages(run_folder: Path, engagement: Engagement) -> list[_Page]:
    """The tables of the run: the reconciliation first, then step by step."""
    found = [_page(run_folder, file.stem, _step_of(file)) for file in sorted(run_folder.glob("tables/*"))]
    found.sort(key=lambda page: (page.table != _FIRST, page.step, page.title.casefold()))
    shown = [page for page in found if page.frame is not None]
    names = sheet_names([_("Contents"), _("Definitions"), *(page.title for page in shown)])[2:]
    sheets = dict(zip((page.table for page in shown), names, strict=True))
    return [
        _Page(p.table, p.title, p.step, _in_words(p.content, engagement), sheets.get(p.table, ""))
        for p in found
    ]


def _page(run_folder: Path, name: str, step: str) -> _Page:
    content = read_result(run_folder, name)
    held = content if isinstance(content, NotAssessed) else _without_margins(name, as_frame(content))
    return _Page(name, sheet_title(name), step, held)


def _without_margins(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table by customer and family, without the sums over all of either."""
    keys = list(total_keys(table, frame.columns))
    if keys != ["account_id", "family"] or not set(keys) <= set(frame):
        return frame
    return frame[(frame[keys].astype("str") != ALL).all(axis=1)]


def _step_of(file: Path) -> str:
    note = json.loads((pq.read_schema(file).metadata or {}).get(b"kamkit", b"{}"))
    return str(note.get("step", ""))


def _in_words(content: pd.DataFrame | NotAssessed, engagement: Engagement) -> pd.DataFrame | NotAssessed:
    """The name of each customer beside its number, where the table has none, and criteria as they read."""
    if isinstance(content, NotAssessed):
        return content
    if "criterion" in content:
        said = content["criterion"].map(_criteria(engagement))
        content = content.assign(criterion=said.where(said.notna(), content["criterion"]))
    if {"figure", "n"} <= set(content):
        content = content.assign(n=content["n"].where(content["n"] > 0))
    accounts = engagement.table("accounts")
    if accounts is None or "account_id" not in content or "name" in content:
        return content
    named = content["account_id"].map(accounts.drop_duplicates("account_id").set_index("account_id")["name"])
    place = list(content.columns).index("account_id") + 1
    return pd.concat([content.iloc[:, :place], named.rename("name"), content.iloc[:, place:]], axis=1)


def _criteria(engagement: Engagement) -> dict[str, str]:
    """What each criterion of the choice asks, by its key."""
    table = engagement.table("criteria")
    if table is None or "text" not in table:
        return {}
    asked = table[table["instrument"].astype("str").isin(BY_DATA)].dropna(subset=["text"])
    return dict(zip(asked["item_id"].astype("str"), asked["text"].astype("str"), strict=True))


class _Workbook:
    """The workbook while it is written."""

    def __init__(self, book: Any, engagement: Engagement, record: RunRecord, pages: Sequence[_Page]) -> None:
        self.book, self.record, self.pages = book, record, pages
        self.client = engagement.config.client
        start, end = engagement.period
        self.period = f"{engagement.numbers.month(start)} – {engagement.numbers.month(end)}"
        self.formats = Formats(book, engagement.numbers.unit)
        self.criteria = _criteria(engagement)
        self.definitions: dict[ResultColumn, list[str]] = {}

    def write(self) -> None:
        self._contents()
        for page in self.pages:
            if page.frame is not None:
                self._table(page, page.frame)
        self._definitions()

    def _contents(self) -> None:
        sheet = self.book.add_worksheet(_("Contents"))
        self._prepare(sheet, _CONTENTS_WIDTHS)
        sheet.set_row(0, _TITLE_HEIGHT)
        head = [
            (f"{self.client} · {self.period}", self.formats.title),
            (_("run {id}").format(id=self.record.id), self.formats.text),
        ]
        for row, (text, look) in enumerate(head):
            sheet.write_string(row, 0, cell_text(text), look)
        headings = (_("Sheet"), _("What it holds"), _("Step"), _("Rows"), _("Remarks"))
        self._row(sheet, 3, headings, self.formats.head)
        for row, page in enumerate(self.pages, start=4):
            self._contents_row(sheet, row, page)
        sheet.write_url(len(self.pages) + 4, 0, _link(_("Definitions")), self.formats.link, _("Definitions"))

    def _contents_row(self, sheet: Any, row: int, page: _Page) -> None:
        if page.sheet:
            sheet.write_url(row, 0, _link(page.sheet), self.formats.link, page.sheet)
        sheet.write_string(row, 1, cell_text(page.title), self.formats.text)
        sheet.write_string(row, 2, page.step.split("_")[0].lstrip("0"), self.formats.text)
        if page.frame is not None:
            sheet.write_number(row, 3, len(page.frame), self.formats.count)
        remark = str(page.content) if isinstance(page.content, NotAssessed) else ""
        sheet.write_string(row, 4, cell_text(remark), self.formats.text)

    def _table(self, page: _Page, frame: pd.DataFrame) -> None:
        columns = [self._column(page.table, str(name), frame[name]) for name in frame]
        for defined in columns:
            if defined.name not in _FURTHER_RANKS:
                self.definitions.setdefault(replace(defined, kind="text"), []).append(page.sheet)
        sheet = self.book.add_worksheet(page.sheet)
        sheet.set_row(0, _TITLE_HEIGHT)
        sheet.write_string(0, 0, cell_text(f"{page.title} · {self.period}"), self.formats.title)
        sheet.write_url(1, 0, _link(_("Contents")), self.formats.link, _("Contents"))
        write_sheet(
            sheet, page.table, frame, columns, self.formats, totals=_totals(page.table, frame, columns)
        )

    def _column(self, table: str, name: str, values: pd.Series) -> ResultColumn:
        defined = column(name, values, table)
        return replace(defined, title=self.criteria.get(name, defined.title)) if table in BY_DATA else defined

    def _definitions(self) -> None:
        sheet = self.book.add_worksheet(_("Definitions"))
        self._prepare(sheet, _DEFINITION_WIDTHS)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        headings = (_("Heading"), _("Column"), _("What it means"), _("Sheet"))
        self._row(sheet, 0, headings, self.formats.head)
        terms = sorted(self.definitions, key=lambda c: (_(c.title).casefold(), c.name))
        for row, term in enumerate(terms, start=1):
            places = "; ".join(self.definitions[term])
            cells = (_(term.title), term.name, _(term.meaning), places)
            tall = max(lines_of(text, width) for text, width in zip(cells, _DEFINITION_WIDTHS, strict=True))
            sheet.set_row(row, tall * LINE_HEIGHT)
            self._row(sheet, row, cells, self.formats.wrapped)

    def _prepare(self, sheet: Any, widths: Sequence[int]) -> None:
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)

    def _row(self, sheet: Any, row: int, cells: Sequence[str], look: Any) -> None:
        for place, text in enumerate(cells):
            sheet.write_string(row, place, cell_text(text), look)


def _link(sheet: str) -> str:
    quoted = sheet.replace("'", "''")
    return f"internal:'{quoted}'!A1"


def _totals(table: str, frame: pd.DataFrame, columns: Sequence[ResultColumn]) -> dict[str, float]:
    """The total of each column that adds up, in a table whose rows are parts of a whole."""
    keys = list(total_keys(table, frame.columns))
    if not keys or not set(keys) <= set(frame) or frame.duplicated(keys).any():
        return {}
    return {
        c.name: math.fsum(frame[c.name].dropna())
        for c in columns
        if adds_up(c.name) and c.is_number and frame[c.name].notna().any()
    }
