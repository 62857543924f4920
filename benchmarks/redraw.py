"""The naive redraw, to measure against: the pictures of the panels by a new matplotlib figure each time."""

from __future__ import annotations

import io
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from kamkit.plots.style import PALETTE, style
from kamkit.workshop.panels.stage import SIZE, Stage

__all__ = ["Redrawn"]


class Redrawn(Stage):
    """A stage that is a figure of matplotlib's."""

    def __init__(self, name: str, width: float, height: float) -> None:
        super().__init__(name, width, height)
        with style():
            self.figure = Figure(figsize=(width / 72, height / 72), dpi=72)
            self.ax = self.figure.add_axes((0, 0, 1, 1))
        self.ax.set_axis_off()
        self.ax.set(xlim=(0, width), ylim=(height, 0))

    def text(self, x: float, y: float, words: str, most: float = 0.0, **look: Any) -> None:  # type: ignore[override]
        """Words."""
        shown = self.cut(words, most, look.get("fontsize", SIZE)) if most else words
        given = {"va": "center", "fontsize": SIZE, "color": PALETTE["text"], "parse_math": False, **look}
        if given.pop("halo", False):
            given["path_effects"] = [withStroke(linewidth=5, foreground="white")]
        with style():
            self.ax.text(x, y, shown, **given)

    def bar(self, x: float, y: float, width: float, height: float, **look: Any) -> None:  # type: ignore[override]
        """A rectangle."""
        self.ax.add_patch(Rectangle((x, y), width, height, **{"linewidth": 0, **look}))

    def line(self, xs: Any, ys: Any, **look: Any) -> None:  # type: ignore[override]
        """A line."""
        self.ax.plot(xs, ys, scalex=False, scaley=False, **{"color": PALETTE["text"], "linewidth": 2, **look})

    def dots(self, xs: Any, ys: Any, radii: Any, **look: Any) -> None:  # type: ignore[override]
        """Bubbles."""
        sizes = [(2 * float(r)) ** 2 for r in radii]
        self.ax.scatter(xs, ys, s=sizes, **look)

    def svg(self) -> str:
        """The figure as SVG, text as text."""
        buffer = io.BytesIO()
        with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": self.name}):
            self.figure.savefig(buffer, format="svg", metadata={"Date": None})
        return buffer.getvalue().decode()
