"""A picture that is kept: one figure, its artists moved, sent as SVG.

A new figure for every move of a slider costs twice as much as moving what is there. Coordinates are
pixels of the picture, from its upper left corner, so that a place is arithmetic and nothing is laid
out anew. The look is that of the exhibits: their palette, their fonts, text as typed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from kamkit.plots.layout import shorten
from kamkit.plots.style import PALETTE, brand_font, style
from kamkit.plots.svg import FACES

__all__ = ["LINE", "NOTE", "SIZE", "Stage"]

SIZE, NOTE = 25.0, 22.0
"""Type sizes in pixels of a screen of 1920: a capital of 18 pixels is 11 minutes of arc from eight metres
on a picture 2.4 metres wide, twice what good eyes need."""
LINE = 34.0
"""Height of a line of text in pixels."""
_FONTS = re.compile(rb"'DejaVu Sans'(, ?[^;\"]*?)?(?=[;\"])")


class Stage:
    """One figure whose artists are kept by name.

    Parameters
    ----------
    name : of the picture; its parts bear it, so that two pictures on a page don't mix up.
    width, height : in pixels.
    """

    def __init__(self, name: str, width: float, height: float) -> None:
        self.name, self.width, self.height = name, width, height
        with style():
            self.figure = Figure(figsize=(width / 72, height / 72), dpi=72)
            self.ax = self.figure.add_axes((0, 0, 1, 1))
        self.ax.set_axis_off()
        self.ax.set(xlim=(0, width), ylim=(height, 0))
        self._texts: dict[str, Text] = {}
        self._bars: dict[str, Rectangle] = {}
        self._lines: dict[str, Line2D] = {}
        self._dots: dict[str, PathCollection] = {}
        self._used: set[int] = set()

    def text(self, key: str, x: float, y: float, words: str, most: float = 0.0, **look: Any) -> None:
        """Words at a place, cut to ``most`` pixels where that is given; kept under ``key``."""
        artist = self._texts.get(key)
        size = look.get("fontsize", SIZE)
        bold = look.get("fontweight") == "bold"
        shown = self.cut(words, most, size, bold) if most else words
        if artist is None:
            settings = {"va": "center", "fontsize": SIZE, "color": PALETTE["text"], "parse_math": False}
            with style():
                artist = self._texts[key] = self.ax.text(x, y, shown, **{**settings, **look})
        else:
            artist.set(text=shown, x=x, y=y, **look)
        self._show(artist)

    def cut(self, words: str, most: float, size: float = SIZE, bold: bool = False) -> str:
        """Words cut to what fits."""
        return shorten(words, most, size, bold)

    def bar(self, key: str, x: float, y: float, width: float, height: float, **look: Any) -> None:
        """A rectangle, from its upper left corner."""
        artist = self._bars.get(key)
        if artist is None:
            artist = self._bars[key] = Rectangle((x, y), width, height, **{"linewidth": 0, **look})
            self.ax.add_patch(artist)
        else:
            artist.set_bounds(x, y, width, height)
            artist.set(**look)
        self._show(artist)

    def line(self, key: str, xs: Sequence[float], ys: Sequence[float], **look: Any) -> None:
        """A line through points."""
        artist = self._lines.get(key)
        if artist is None:
            artist = self._lines[key] = Line2D(xs, ys, **{"color": PALETTE["text"], "linewidth": 2, **look})
            self.ax.add_line(artist)
        else:
            artist.set_data(xs, ys)
            artist.set(**look)
        self._show(artist)

    def dots(self, key: str, xs: Any, ys: Any, radii: Any, **look: Any) -> None:
        """Bubbles with radii in pixels."""
        artist = self._dots.get(key)
        sizes = [(2 * float(r)) ** 2 for r in radii]
        if artist is None:
            artist = self._dots[key] = self.ax.scatter(xs, ys, s=sizes, **look)
        else:
            artist.set_offsets(list(zip(xs, ys, strict=True)))
            artist.set_sizes(sizes)
            artist.set(**look)
        self._show(artist)

    def _show(self, artist: Any) -> None:
        artist.set_visible(True)
        self._used.add(id(artist))

    def svg(self) -> str:
        """The picture as it stands now; what was not drawn since the last time is left out."""
        for kept in (self._texts, self._bars, self._lines, self._dots):
            for artist in kept.values():
                if id(artist) not in self._used:
                    artist.set_visible(False)
        self._used.clear()
        buffer = io.BytesIO()
        with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": self.name}):
            self.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "kamkit"})
        own = f"'{brand_font()}', " if brand_font() else ""
        return _FONTS.sub(f"{own}{FACES}".encode(), buffer.getvalue()).decode()
