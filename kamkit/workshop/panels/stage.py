"""A picture of a panel, written as SVG.

A slider asks for a picture with every key. A figure of a plotting library takes longer to draw than
the figures take to compute; words, bars, lines and bubbles at given pixels are lines of text. So
coordinates are pixels of the picture from its upper left corner, and a place is arithmetic. The look is
that of the exhibits: their palette, their fonts, text as typed.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from kamkit.plots.layout import clean, shorten
from kamkit.plots.style import PALETTE, brand_font
from kamkit.plots.svg import FACES

__all__ = ["LINE", "NOTE", "SIZE", "Stage"]

SIZE, NOTE = 25.0, 22.0
"""Type sizes in pixels of a screen of 1920: a capital of 18 pixels is 11 minutes of arc from eight metres
on a picture 2.4 metres wide, twice what good eyes need."""
LINE = 34.0
"""Height of a line of text in pixels."""

_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_BASELINE = 0.36
"""From the middle of a line of text down to its baseline, in parts of its size."""
_DEPTHS = {"bar": 1.0, "dots": 1.0, "line": 2.0, "text": 3.0}
"""What lies above what, unless said otherwise: marks, lines, words."""
_ABOVE_ALL = 9.0
Dash = str | tuple[float, Sequence[float]]


class Stage:
    """One picture, drawn from the back to the front.

    Parameters
    ----------
    name : of the picture.
    width, height : in pixels.
    """

    def __init__(self, name: str, width: float, height: float) -> None:
        self.name, self.width, self.height = name, width, height
        self._drawn: list[tuple[float, str]] = []

    def text(
        self,
        x: float,
        y: float,
        words: str,
        most: float = 0.0,
        *,
        fontsize: float = SIZE,
        fontweight: str = "normal",
        ha: str = "left",
        color: str = "",
        halo: bool = False,
        zorder: float = _DEPTHS["text"],
    ) -> None:
        """Words at a place, the middle of their line at ``y``; cut to ``most`` pixels where that is given.

        With a halo they can be read where they cross marks and lines.
        """
        shown = self.cut(words, most, fontsize, fontweight == "bold") if most else clean(words)
        bold = ' font-weight="bold"' if fontweight == "bold" else ""
        anchor = "" if ha == "left" else f' text-anchor="{_ANCHORS[ha]}"'
        light = (
            ' stroke="white" stroke-width="5" stroke-linejoin="round" paint-order="stroke"' if halo else ""
        )
        look = f'font-size="{fontsize:g}" fill="{color or PALETTE["text"]}"{bold}{anchor}{light}'
        place = f'x="{x:.1f}" y="{y + _BASELINE * fontsize:.1f}"'
        self._draw(zorder, f"<text {place} {look}>{html.escape(shown)}</text>")

    def cut(self, words: str, most: float, size: float = SIZE, bold: bool = False) -> str:
        """Words cut to what fits."""
        return shorten(words, most, size, bold)

    def bar(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        facecolor: str,
        edgecolor: str = "none",
        linewidth: float = 0.0,
        zorder: float = _DEPTHS["bar"],
    ) -> None:
        """A rectangle, from its upper left corner."""
        place = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.0):.1f}" height="{max(height, 0.0):.1f}"'
        self._draw(zorder, f'<rect {place} fill="{facecolor}"{_rim(edgecolor, linewidth)}/>')

    def line(
        self,
        xs: Iterable[float],
        ys: Iterable[float],
        *,
        color: str = "",
        linewidth: float = 2.0,
        linestyle: Dash = "-",
        zorder: float = _DEPTHS["line"],
    ) -> None:
        """A line through points."""
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
        look = _rim(color or PALETTE["text"], linewidth, linestyle)
        self._draw(zorder, f'<polyline points="{points}" fill="none" stroke-linejoin="round"{look}/>')

    def dots(
        self,
        xs: Iterable[float],
        ys: Iterable[float],
        radii: Iterable[float],
        *,
        facecolors: str | Sequence[str],
        edgecolors: str = "none",
        linewidths: float = 0.0,
        linestyle: Dash = "-",
        alpha: float = 1.0,
        zorder: float = _DEPTHS["dots"],
    ) -> None:
        """Bubbles with radii in pixels; one colour for all, or one for each."""
        rows = list(zip(xs, ys, radii, strict=True))
        faces = [facecolors] * len(rows) if isinstance(facecolors, str) else facecolors
        circles = (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{face}"/>'
            for (x, y, radius), face in zip(rows, faces, strict=True)
        )
        seen = "" if alpha == 1.0 else f' fill-opacity="{alpha:g}" stroke-opacity="{alpha:g}"'
        self._draw(zorder, f"<g{_rim(edgecolors, linewidths, linestyle)}{seen}>{''.join(circles)}</g>")

    def grip(
        self, name: str, start: tuple[float, float], end: tuple[float, float], zero: float, unit: float
    ) -> None:
        """Lets a line be dragged by a pointer; a knob at its start shows it.

        Parameters
        ----------
        name : of the control that it moves.
        start, end : ends of the line, upright or level.
        zero, unit : pixel at which the control is at nothing, and pixels for one unit of it.
        """
        axis = "x" if start[0] == end[0] else "y"
        (x, y), (x1, y1) = start, end
        moves = f'data-control="{name}" data-axis="{axis}" data-zero="{zero:.4f}" data-unit="{unit:.6f}"'
        knob = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="13" fill="{PALETTE["text"]}"/>'
        line = f'<path d="M{x:.1f} {y:.1f}L{x1:.1f} {y1:.1f}" stroke="transparent" stroke-width="36"/>'
        self._draw(_ABOVE_ALL, f'<g class="kk-grip kk-grip-{axis}" {moves}>{knob}{line}</g>')

    def svg(self) -> str:
        """The picture as it stands now."""
        own = f"'{brand_font()}', " if brand_font() else ""
        size = f'viewBox="0 0 {self.width:g} {self.height:g}"'
        parts = "".join(part for _depth, part in sorted(self._drawn, key=lambda drawn: drawn[0]))
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{own}{FACES}">{parts}</svg>'

    def _draw(self, depth: float, part: str) -> None:
        self._drawn.append((depth, part))


def _rim(color: str, width: float, style: Dash = "-") -> str:
    """Stroke of a mark; dashes are counted in widths of the line."""
    if color == "none" or not width:
        return ""
    dashes = "" if isinstance(style, str) else " ".join(f"{width * part:g}" for part in style[1])
    return f' stroke="{color}" stroke-width="{width:g}"' + (f' stroke-dasharray="{dashes}"' if dashes else "")
