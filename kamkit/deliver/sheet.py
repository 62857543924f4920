"""One result table as a sheet: formats in the client's currency, frozen headings, filter, live totals."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from kamkit.deliver.columns import ResultColumn, adds_up, kind_in_row, said, unit_column
from kamkit.engagement.anonymous.few import COUNT, FEW, has_few
from kamkit.locale import N_, _, language
from kamkit.locale.numbers import signs
from kamkit.plots.style import PALETTE, brand_font
from kamkit.spreadsheets import MOST_ROWS, cell_text

__all__ = ["HEADINGS_ROW", "LINE_HEIGHT", "Formats", "lines_of", "write_sheet"]

_TOTALS_ROW = 2
HEADINGS_ROW = 3
"""Row of the headings, counted from zero: title, link and totals stand above."""

_FIRST_ROW = HEADINGS_ROW + 1
TOTAL = N_("Total of the rows shown")
_WIDEST_TEXT, _SAMPLED, LINE_HEIGHT = 60, 500, 15
_CHANCES, _CHANCE = ("p_value", "permutation_p", "placebo_p", "q_value"), "[<0.0001]0.0E+00;0.0000"
_BAR, _BAR_BELOW_ZERO = "#A9C1D9", "#E3A79B"

FORMULAS: dict[str, dict[str, str]] = {
    "reconciliation": {"unassigned": "{ledger}-{assigned}", "difference": "{ledger}-{assigned}"}
}
"""By table and column: the formula of a cell, where its value follows from cells of its own row."""


class Formats:
    """The looks of cells, made once for a workbook."""

    def __init__(self, book: Any, currency: str) -> None:
        base = {"font_name": brand_font() or "Calibri", "font_size": 11, "valign": "top"}
        ink, pale = PALETTE["actual"], PALETTE["wash"]
        beside = {**base, "align": "left", "indent": 1}
        self.text = book.add_format(beside)
        self.wrapped = book.add_format({**beside, "text_wrap": True})
        self.title = book.add_format({**base, "font_size": 16, "bold": True, "font_color": ink})
        self.link = book.add_format({**base, "font_color": "#0B5CAD", "underline": 1})
        head = {"bold": True, "bottom": 2, "bottom_color": ink, "bg_color": pale, "text_wrap": True}
        self.head = book.add_format({**beside, **head, "valign": "vcenter"})
        self.number_head = book.add_format({**base, **head, "valign": "vcenter", "align": "right"})
        money = f'#,##0.00 "{currency}"'
        patterns = {
            "money": money,
            "share": "0.0%",
            "number": "#,##0.00##",
            "count": "#,##0",
            "minutes": "#,##0",
        }
        patterns |= {"year": "0", "date": "yyyy-mm-dd", "month": "yyyy-mm", "chance": _CHANCE}
        self.by_kind = {k: book.add_format({**base, "num_format": p}) for k, p in patterns.items()}
        self.totals = {
            k: book.add_format({**base, "num_format": p, "bold": True}) for k, p in patterns.items()
        }
        self.bold = book.add_format({**base, "bold": True})
        self.count = self.by_kind["count"]

    def of(self, kind: str) -> Any:
        """The look of a cell of this kind."""
        return self.by_kind.get(kind, self.text)

    def of_column(self, defined: ResultColumn) -> Any:
        """The look of the cells of a column: chances are often too small for two decimals."""
        return self.of("chance" if defined.name in _CHANCES else defined.kind)


def write_sheet(
    sheet: Any,
    table: str,
    frame: pd.DataFrame,
    columns: Sequence[ResultColumn],
    formats: Formats,
    totals: Mapping[str, float],
) -> None:
    """Write a table from top to bottom.

    Parameters
    ----------
    sheet : an XlsxWriter worksheet whose first two rows are written.
    table : name of the result table.
    frame : its rows; those beyond the sheet's end are left out, and a last line says how many.
    columns : definition of each column, in the order of the frame.
    formats : the looks.
    totals : by column, the total that stands above the heading as a formula over the visible rows.
    """
    rows = min(len(frame), MOST_ROWS - _FIRST_ROW - 1)
    widths = _widths(table, frame, columns, totals)
    _look(sheet, columns, formats, rows, widths)
    _total_row(sheet, columns, totals, formats, rows)
    for place, defined in enumerate(columns):
        head = formats.number_head if defined.is_number else formats.head
        sheet.write_string(HEADINGS_ROW, place, cell_text(_(defined.title)), head)
    _rows(sheet, table, frame.head(rows), columns, formats)
    if rows < len(frame):
        left = _("{n} further rows do not fit into a sheet").format(
            n=f"{len(frame) - rows:,}".translate(signs(language()))
        )
        sheet.write_string(rows + _FIRST_ROW, 0, left, formats.bold)


def _rows(
    sheet: Any, table: str, frame: pd.DataFrame, columns: Sequence[ResultColumn], formats: Formats
) -> None:
    few, long = has_few(frame), _long(frame, columns)
    writers = [
        _count_writer(formats) if few and c.name == COUNT else _writer(c, formats, place in long)
        for place, c in enumerate(columns)
    ]
    units = _units(table, columns)
    live = {places[0]: places[1:] for places in _live(table, columns)}
    for row, values in enumerate(frame.itertuples(index=False, name=None), start=_FIRST_ROW):
        lines = max((lines_of(str(values[place]), _WIDEST_TEXT) for place in long), default=1)
        if lines > 1:
            sheet.set_row(row, lines * LINE_HEIGHT)
        for place, (write, value) in enumerate(zip(writers, values, strict=True)):
            formula = _formula(live.get(place), row, values, value)
            if formula:
                sheet.write_formula(row, place, formula, formats.of(columns[place].kind), value)
            elif place in units:
                _number(sheet, row, place, value, formats.of(kind_in_row(values[units[place]], value)))
            else:
                write(sheet, row, place, value)


def _long(frame: pd.DataFrame, columns: Sequence[ResultColumn]) -> list[int]:
    """Places of the columns of text that need more than one line in some row."""
    texts = [place for place, c in enumerate(columns) if not c.is_number and c.kind != "flag"]
    return [p for p in texts if frame.iloc[:, p].dropna().astype(str).str.len().max() > _WIDEST_TEXT - 3]


def _look(
    sheet: Any, columns: Sequence[ResultColumn], formats: Formats, rows: int, widths: Sequence[float]
) -> None:
    """Panes, filter, widths, print set-up, bars in the last column of money."""
    named = sum(c.name in ("account_id", "name") for c in columns[:2])
    sheet.freeze_panes(_FIRST_ROW, max(1, named))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADINGS_ROW)
    lines = max(lines_of(_(c.title), width) for c, width in zip(columns, widths, strict=True))
    sheet.set_row(HEADINGS_ROW, LINE_HEIGHT * max(2, lines) + 2)
    if rows:
        sheet.autofilter(HEADINGS_ROW, 0, _FIRST_ROW + rows - 1, len(columns) - 1)
    for place, (defined, width) in enumerate(zip(columns, widths, strict=True)):
        sheet.set_column(place, place, width, formats.of_column(defined))
    barred = [place for place, c in enumerate(columns) if c.kind == "money" and adds_up(c.name)][-1:]
    for place in barred if rows else ():
        bars = {
            "type": "data_bar",
            "bar_color": _BAR,
            "bar_negative_color": _BAR_BELOW_ZERO,
            "bar_solid": True,
        }
        sheet.conditional_format(_FIRST_ROW, place, _FIRST_ROW + rows - 1, place, bars)


def _widths(
    table: str, frame: pd.DataFrame, columns: Sequence[ResultColumn], totals: Mapping[str, float]
) -> list[float]:
    """Width of each column: its longest word of heading, its values, and what stands over it."""
    units = _units(table, columns)
    widths = [_width(c, frame.iloc[:, place], place in units) for place, c in enumerate(columns)]
    if len(columns) > 1 and columns[1].name in totals:
        widths[0] = max(widths[0], len(_(TOTAL)) + 2)
    return widths


def _width(defined: ResultColumn, values: pd.Series, any_unit: bool) -> float:
    heading = max((len(part) for part in _(defined.title).split()), default=0) + 4
    if defined.is_number:
        return max(heading, 18 if defined.kind == "money" or any_unit else 11)
    longest = _lengths(defined, values.head(_SAMPLED)).max()
    return max(heading, min(_WIDEST_TEXT, 0 if pd.isna(longest) else int(longest) + 3))


def _lengths(defined: ResultColumn, values: pd.Series) -> pd.Series:
    """How long the texts of a column are, as they are written."""
    return values.dropna().astype(str).map(lambda text: len(said(defined.kind, text)))


def lines_of(text: str, width: float) -> int:
    """On how many lines a text stands in a cell of this width, broken between words or within a long one.

    >>> lines_of("one line", 20), lines_of("a few words more than that", 20), lines_of("x" * 50, 20)
    (1, 2, 3)
    """
    lines, used, room = 1, 0, max(int(width) - 2, 1)
    for part in text.split():
        if used and used + 1 + len(part) > room:
            lines, used = lines + 1, 0
        used += len(part) + (1 if used else 0)
        lines, used = lines + (used - 1) // room, (used - 1) % room + 1
    return lines


def _total_row(
    sheet: Any, columns: Sequence[ResultColumn], totals: Mapping[str, float], formats: Formats, rows: int
) -> None:
    if not (totals and rows):
        return
    sheet.write_string(_TOTALS_ROW, 0, _(TOTAL), formats.bold)
    for place, defined in enumerate(columns):
        if defined.name in totals and place:
            first, last = _cell(_FIRST_ROW, place), _cell(_FIRST_ROW + rows - 1, place)
            look = formats.totals.get(defined.kind, formats.bold)
            formula = f"=SUBTOTAL(109,{first}:{last})"
            sheet.write_formula(_TOTALS_ROW, place, formula, look, totals[defined.name])


def _units(table: str, columns: Sequence[ResultColumn]) -> dict[int, int]:
    """Place of each column whose unit another column says, and the place of that."""
    places = {c.name: place for place, c in enumerate(columns)}
    says = {place: unit_column(table, name) for name, place in places.items()}
    return {place: places[name] for place, name in says.items() if name in places}


def _live(table: str, columns: Sequence[ResultColumn]) -> list[tuple[int, str, dict[str, int]]]:
    """Place of each column whose cells are formulas, its pattern, and the places it is made of."""
    places = {c.name: place for place, c in enumerate(columns)}
    patterns = FORMULAS.get(table, {})
    return [(places[name], pattern, places) for name, pattern in patterns.items() if name in places]


def _formula(live: tuple[Any, ...] | None, row: int, values: Sequence[Any], value: Any) -> str:
    """The formula of a cell, where what it comes to is the value itself."""
    if live is None or pd.isna(value):
        return ""
    pattern, places = live
    names = [name for name in places if f"{{{name}}}" in pattern]
    left, right = (values[places[name]] for name in names)
    if pd.isna(left) or pd.isna(right) or not math.isclose(left - right, value, abs_tol=0.005, rel_tol=0.0):
        return ""
    return "=" + pattern.format(**{name: _cell(row, places[name]) for name in names})


def _cell(row: int, place: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, place))


def _count_writer(formats: Formats) -> Callable[[Any, int, int, Any], None]:
    """What writes how many accounts a row speaks of, where those that are too few are left out."""
    look = formats.of("count")
    return lambda s, r, p, v: s.write_string(r, p, _(FEW), look) if _missing(v) else _number(s, r, p, v, look)


def _writer(
    defined: ResultColumn, formats: Formats, wrapped: bool = False
) -> Callable[[Any, int, int, Any], None]:
    """What writes a value of this kind into a cell; what is not known leaves the cell blank."""
    look = formats.wrapped if wrapped else formats.of_column(defined)
    if defined.kind in ("date", "month"):
        return lambda s, r, p, v: _day(s, r, p, v, look)
    if defined.kind == "flag":
        return lambda s, r, p, v: (
            None if pd.isna(v) else s.write_string(r, p, _("yes") if v else _("no"), look)
        )
    if defined.is_number:
        return lambda s, r, p, v: _number(s, r, p, v, look)
    kind = defined.kind
    return lambda s, r, p, v: (
        None if _missing(v) else s.write_string(r, p, cell_text(said(kind, str(v))), look)
    )


def _day(sheet: Any, row: int, place: int, value: Any, look: Any) -> None:
    """A date; what is no date stays the text that it is."""
    if _missing(value):
        return
    day = pd.to_datetime(value, errors="coerce")
    if pd.isna(day):
        sheet.write_string(row, place, cell_text(str(value)), look)
    else:
        sheet.write_datetime(row, place, day, look)


def _number(sheet: Any, row: int, place: int, value: Any, look: Any) -> None:
    if _missing(value):
        return
    try:
        number = float(value)
    except (TypeError, ValueError):
        sheet.write_string(row, place, cell_text(str(value)), look)
        return
    if math.isinf(number):
        sheet.write_string(row, place, "∞" if number > 0 else "−∞", look)
    else:
        sheet.write_number(row, place, number + 0.0, look)


def _missing(value: Any) -> bool:
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))
