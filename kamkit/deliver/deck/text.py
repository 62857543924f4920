"""Text on a slide: cleaned, measured, set in the largest size that fits, cut with a mark where none does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.util import Emu, Pt

from kamkit.plots.layout import width
from kamkit.plots.style import PALETTE

__all__ = ["LINE", "Box", "fit", "line_width", "plain", "rgb", "wrapped", "write"]

_NARROWER = 0.92
"""Arial is narrower than DejaVu Sans, by which the library measures; some room is kept."""

LINE = 1.22
"""Height of a line in sizes of its type."""

_LONGEST = 2_000


@dataclass(frozen=True)
class Box:
    """A place on a slide, in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[Emu, Emu, Emu, Emu]:
        """The place in the unit of PowerPoint."""
        return Emu(Pt(self.left)), Emu(Pt(self.top)), Emu(Pt(self.width)), Emu(Pt(self.height))


def plain(text: Any) -> str:
    """Text from data as a file can hold it: no control characters, no half pairs, of bearable length.

    >>> plain("a\\x00b"), plain("=1+1")
    ('ab', '=1+1')
    """
    held = "".join(c for c in str(text)[:_LONGEST] if c >= " " or c in "\n\t")
    return held.encode("utf-8", errors="replace").decode("utf-8")


def fit(text: str, box: Box, sizes: Sequence[float], *, bold: bool = False) -> tuple[str, float]:
    """The text and the largest of the sizes in which it fits the box; cut with … where none does.

    Examples
    --------
    >>> fit("One account loses money.", Box(0, 0, 250, 30), (24, 18))
    ('One account loses money.', 18)
    """
    whole = plain(text)
    for size in sizes:
        if len(wrapped(whole, box.width, size, bold=bold)) * size * LINE <= box.height:
            return whole, size
    least = sizes[-1]
    lines = wrapped(whole, box.width, least, bold=bold)[: max(1, int(box.height / (least * LINE)))]
    return _cut(" ".join(lines), box.width * len(lines), least, bold), least


def wrapped(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """The lines into which a text falls; a word wider than the line is broken.

    >>> wrapped("one two", 30, 12)
    ['one', 'two']
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            for piece in _pieces(word, room, size, bold):
                tried = f"{line} {piece}".strip()
                if line and line_width(tried, size, bold) > room:
                    lines.append(line)
                    line = piece
                else:
                    line = tried
        lines.append(line)
    return lines


def write(
    slide: Any,
    box: Box,
    paragraphs: Sequence[str],
    size: float,
    *,
    bold: bool = False,
    color: str = "text",
    anchor: MSO_ANCHOR = MSO_ANCHOR.TOP,
    bullets: bool = False,
    gap: float = 0.0,
) -> Any:
    """Write paragraphs into a text box without margins."""
    shape = slide.shapes.add_textbox(*box.emu)
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, anchor
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for number, text in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(gap)
        run = paragraph.add_run()
        run.text = f"– {plain(text)}" if bullets else plain(text)
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = rgb(color)
    return shape


def rgb(color: str) -> RGBColor:
    """A colour of the palette, or one given as ``#rrggbb``.

    >>> str(rgb("#1d3f66"))
    '1D3F66'
    """
    return RGBColor.from_string(PALETTE.get(color, color).lstrip("#").upper())


def line_width(text: str, size: float, bold: bool = False) -> float:
    """Width of a line on a slide, in points.

    >>> line_width("one", 12) < line_width("one", 14)
    True
    """
    return width(text, size, bold) * _NARROWER


def _pieces(word: str, room: float, size: float, bold: bool) -> list[str]:
    if line_width(word, size, bold) <= room:
        return [word]
    pieces, start = [], 0
    for end in range(1, len(word) + 1):
        if end - start > 1 and line_width(word[start:end], size, bold) > room:
            pieces.append(word[start : end - 1])
            start = end - 1
    return [*pieces, word[start:]]


def _cut(text: str, room: float, size: float, bold: bool) -> str:
    while text and line_width(f"{text}…", size, bold) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
