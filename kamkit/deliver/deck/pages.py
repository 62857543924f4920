"""The kinds of slides: cover, list, exhibit, table. One message each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
from PIL import Image
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Pt

from kamkit import plots
from kamkit.deliver.deck.charts import draw_native
from kamkit.deliver.deck.charts.units import SlideNumbers, in_unit
from kamkit.deliver.deck.grid import planned
from kamkit.deliver.deck.lists import LISTS, pieces
from kamkit.deliver.deck.master import Master
from kamkit.deliver.deck.questions import question_about
from kamkit.deliver.deck.text import Box, fit, line_width, plain, rgb, wrapped, write
from kamkit.deliver.kept import Kept
from kamkit.deliver.tables import TableView, view
from kamkit.locale import _
from kamkit.locale.numbers import Numbers
from kamkit.plots.style import ink_on
from kamkit.plots.svg import to_png

__all__ = ["Pages"]

_TITLE_SIZES = (24, 22, 20, 18, 16)
_LIST_SIZES, _GAP = (20, 18, 16, 14, 12), 0.45
_SMALL, _BLOCK = 9, 12
_BLOCK_SIZES, _LEAST_NAME = (12, 11, 10), 0.12
_CELL_SIZES = (16, 14, 12, 11, 10, 9, 8)
_MOST_COLUMNS, _MOST_ROWS = 9, 12
_MOST_LISTED_COLUMNS = 12
_DPI, _POINT = 220, 12_700


class Pages:
    """Adds slides to a deck."""

    def __init__(self, master: Master, numbers: Numbers) -> None:
        self.master, self.numbers = master, numbers

    def cover(self, title: str, subtitle: str, facts: Sequence[str], logo: bytes | None) -> None:
        """The first slide."""
        slide = self.master.deck.slides.add_slide(self.master.cover)
        self._place_title(slide, title, (40, 34, 28, 24))
        bodies = [p for p in slide.placeholders if p.placeholder_format.idx != 0]
        if bodies:
            bodies[0].text_frame.text = plain(subtitle)
        for unused in bodies[1:]:
            unused._element.getparent().remove(unused._element)
        foot = self.master.foot
        left = slide.shapes.title.left / _POINT
        write(slide, Box(left, foot.top - 40, foot.width, 60), facts, 12, color="muted")
        if logo is not None:
            self._picture(slide, logo, Box(left, 40, 180, 60), plain(title))

    def listed(self, title: str, lines: Sequence[str], notes: str = "") -> None:
        """A slide of sentences, in the largest type in which all fit."""
        slide = self._page(title)
        box = self.master.content
        box = Box(box.left, box.top - self.master.block.height, box.width, box.height)
        size = next((s for s in _LIST_SIZES if self._fits(lines, box, s)), 0.0)
        shown = list(lines) if size else self._cut(lines, box)
        size = size or _LIST_SIZES[-1]
        write(slide, box, shown, size, bullets=True, gap=size * _GAP)
        self._finish(slide, "", notes)

    def _cut(self, lines: Sequence[str], box: Box) -> list[str]:
        """Each line cut to its share of the room, where all do not fit in the smallest type."""
        share = Box(0, 0, box.width, box.height / len(lines) - _LIST_SIZES[-1] * _GAP)
        cut = (fit(f"– {line}", share, _LIST_SIZES[-1:])[0] for line in lines)
        return [line.removeprefix("– ") for line in cut]

    def exhibit(self, shown: Kept) -> None:
        """An exhibit: message, title block, native chart or picture, source; how to read it in the notes.

        One that is a list of words is a table, on as many slides as it needs.
        """
        if shown.draw in LISTS:
            for part in pieces(LISTS[shown.draw](shown, self.numbers), _MOST_ROWS):
                self._listed_exhibit(shown, part)
            return
        slide = self._page(shown.message)
        numbers = SlideNumbers(self.numbers.currency, self.numbers.language)
        block = shown.title
        if draw_native(slide, self.master.content, shown, numbers):
            unit = getattr(plots, shown.draw).unit(*shown.tables, numbers=self.numbers)
            block = in_unit(shown.title, unit, numbers)
        else:
            self._drawn(slide, shown)
        self._block(slide, block)
        self._describe(slide, shown)
        self._finish(slide, shown.source, self._notes(shown))

    def _listed_exhibit(self, shown: Kept, seen: TableView) -> None:
        slide = self._page(shown.message)
        self._block(slide, shown.title)
        self._grid(slide, self.master.content, seen, _MOST_LISTED_COLUMNS)
        self._finish(slide, shown.source, self._notes(shown))

    def table(self, shown: Kept, most: int = _MOST_ROWS) -> None:
        """A table of the report as a table that can be edited."""
        options = shown.options
        rows = min(options.get("rows") or most, most)
        seen = view(
            shown.tables[0],
            self.numbers,
            columns=options.get("columns"),
            rows=rows,
            formats=options.get("formats"),
        )
        slide = self._page(shown.message or shown.title)
        if shown.message:
            self._block(slide, shown.title)
        left_out = self._grid(slide, self.master.content, seen)
        source = f"{left_out} {shown.source}".strip()
        self._finish(slide, source, self._notes(shown))

    def grid(self, title: str, seen: TableView, source: str = "") -> None:
        """A slide with a table that is not in a notebook, such as the decisions."""
        slide = self._page(title)
        left_out = self._grid(slide, self.master.content, seen)
        self._finish(slide, f"{left_out} {source}".strip(), "")

    # -- parts of a slide ------------------------------------------------------------------------

    def _page(self, title: str) -> Any:
        slide = self.master.deck.slides.add_slide(self.master.page)
        self._place_title(slide, title, _TITLE_SIZES)
        for body in [p for p in slide.placeholders if p.placeholder_format.idx != 0]:
            body._element.getparent().remove(body._element)
        return slide

    def _place_title(self, slide: Any, title: str, sizes: Sequence[float]) -> None:
        shape = slide.shapes.title
        emu = (shape.width, shape.height)
        box = Box(0, 0, emu[0] / 12_700, min(emu[1] / 12_700, self.master.title.height * 2))
        text, size = fit(title, box, sizes, bold=True)
        frame = shape.text_frame
        frame.text = text
        frame.word_wrap = True
        frame.paragraphs[0].runs[0].font.size = Pt(size) if frame.paragraphs[0].runs else None

    def _drawn(self, slide: Any, shown: Kept) -> None:
        """A picture, where PowerPoint has no chart for it."""
        draw = getattr(plots, shown.draw)
        figure = draw(*shown.tables, numbers=self.numbers, **shown.options).get_figure(root=True)
        try:
            content = to_png(figure, dpi=_DPI)
        finally:
            plt.close(figure)
        self._picture(slide, content, self.master.content, shown.message)

    def _picture(self, slide: Any, content: bytes, box: Box, alt: str) -> None:
        with Image.open(io.BytesIO(content)) as image:
            wide, tall = image.size
        scale = min(box.width / wide, box.height / tall)
        at = Box(box.left, box.top, wide * scale, tall * scale)
        picture = slide.shapes.add_picture(io.BytesIO(content), *at.emu)
        picture._element.nvPicPr.cNvPr.set("descr", plain(alt))

    def _describe(self, slide: Any, shown: Kept) -> None:
        """The alternative text of a native chart."""
        draw = getattr(plots, shown.draw)
        for shape in slide.shapes:
            if shape.has_chart:
                frame = shape._element.nvGraphicFramePr.cNvPr
                frame.set("descr", plain(draw.alt(*shown.tables, numbers=self.numbers)))
                frame.set("name", plain(shown.anchor))

    def _grid(self, slide: Any, box: Box, seen: TableView, most: int = _MOST_COLUMNS) -> str:
        """A table in the largest type in which its rows fit; says how many rows stand elsewhere."""
        plan = planned(seen, box, min(len(seen.headers), most), _CELL_SIZES)
        place = Box(box.left, box.top, sum(plan.widths), sum(plan.heights))
        shape = slide.shapes.add_table(len(plan.rows) + 1, len(plan.widths), *place.emu)
        table = shape.table
        _plain_style(shape)
        for number, high in enumerate(plan.heights):
            table.rows[number].height = Emu(Pt(high))
        for column, wide in enumerate(plan.widths):
            table.columns[column].width = Emu(Pt(wide))
            head = seen.headers[column]
            _cell(table.cell(0, column), head.title, plan.size, bold=True, right=head.is_number)
            for row, cells in enumerate(plan.rows, start=1):
                fill = seen.fills[row - 1][column] if seen.fills else ""
                _cell(table.cell(row, column), cells[column], plan.size, right=head.is_number, fill=fill)
        left = seen.size - len(plan.rows)
        return _("{n} further rows stand in the workbook.").format(n=self.numbers.count(left)) if left else ""

    def _fits(self, lines: Sequence[str], box: Box, size: float) -> bool:
        count = sum(len(wrapped(f"– {line}", box.width, size)) for line in lines)
        return count * size * 1.22 + len(lines) * size * _GAP <= box.height

    def _block(self, slide: Any, title: str) -> None:
        """The title block in one line: smaller where it is long; then the name of the client is cut."""
        who, dot, rest = title.partition(" · ")
        box = self.master.block
        line = Box(0, 0, box.width, _BLOCK * 1.25)
        size = next(
            (s for s in _BLOCK_SIZES if len(wrapped(plain(title), box.width, s)) == 1), _BLOCK_SIZES[-1]
        )
        if len(wrapped(plain(title), box.width, size)) > 1:
            left = box.width - line_width(plain(dot + rest), size)
            title = (
                fit(who, Box(0, 0, max(left, _LEAST_NAME * box.width), line.height), (size,))[0] + dot + rest
            )
        write(slide, box, [fit(title, line, (size,))[0]], size, color="muted")

    def _notes(self, shown: Kept) -> str:
        parts = []
        if shown.how:
            parts.append(_("How to read it: {how}").format(how=shown.how))
        parts.append(_("To ask: {question}").format(question=question_about(shown.draw)))
        return "\n\n".join(parts)

    def _finish(self, slide: Any, source: str, notes: str) -> None:
        foot = self.master.foot
        if source:
            text = fit(source, Box(0, 0, foot.width - 50, foot.height), (_SMALL, 8))[0]
            write(
                slide, Box(foot.left, foot.top, foot.width - 50, foot.height), [text], _SMALL, color="muted"
            )
        number = write(
            slide, Box(foot.left + foot.width - 40, foot.top, 40, 14), [""], _SMALL, color="muted",
            anchor=MSO_ANCHOR.TOP,
        )  # fmt: skip
        _number(number)
        if notes:
            slide.notes_slide.notes_text_frame.text = plain(notes)


def _number(shape: Any) -> None:
    """The slide's number, kept current by PowerPoint."""
    paragraph = shape.text_frame.paragraphs[0]
    paragraph.alignment = 3
    field = parse_xml(
        f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
        f'<a:rPr lang="en-GB" sz="{_SMALL * 100}"/><a:t>‹#›</a:t></a:fld>'
    )
    for run in paragraph._p.findall(qn("a:r")):
        paragraph._p.remove(run)
    paragraph._p.insert(1 if paragraph._p.find(qn("a:pPr")) is not None else 0, field)


def _cell(
    cell: Any, text: str, size: float, *, bold: bool = False, right: bool = False, fill: str = ""
) -> None:
    cell.margin_left = cell.margin_right = Emu(Pt(6))
    cell.margin_top = cell.margin_bottom = Emu(Pt(2))
    cell.vertical_anchor = MSO_ANCHOR.TOP
    frame = cell.text_frame
    frame.word_wrap = True
    frame.text = plain(text)
    paragraph = frame.paragraphs[0]
    paragraph.alignment = 3 if right else 1
    for run in paragraph.runs:
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, rgb("text")
        if fill:
            run.font.color.rgb = RGBColor.from_string(ink_on(fill).removeprefix("#"))
    if not fill:
        cell.fill.background()
        return
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(fill.removeprefix("#"))


def _plain_style(shape: Any) -> None:
    """Hairlines instead of PowerPoint's coloured bands."""
    properties = shape._element.graphic.graphicData.tbl.tblPr
    properties.set("bandRow", "0")
    style = properties.find(qn("a:tableStyleId"))
    if style is not None:
        style.text = "{9D7B030F-B1BA-407E-8F0A-0F1F3E2D4B3C}"
