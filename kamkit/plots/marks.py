"""Bars, lines and boxes at places of the data, as they are.

An exhibit sets the limits of its axes itself (see :func:`kamkit.plots.layout.make_room`). Matplotlib's own
``barh`` or ``hlines`` would measure each mark again to find limits, which takes longer than to draw it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

__all__ = ["bar", "classes", "column", "dot", "hline", "rectangle", "vline"]


def bar(ax: Axes, row: float, length: float, thick: float, left: float = 0.0, **look: Any) -> None:
    """A bar along a row, from ``left`` as far as it is long; ``look`` are properties of a patch."""
    drawn = rectangle(ax, (left, row - thick / 2), length, thick, **look)
    ax.add_container(BarContainer([drawn], orientation="horizontal"))


def column(ax: Axes, x: float, height: float, wide: float, **look: Any) -> None:
    """A bar that stands on zero, its middle at ``x``; ``look`` are properties of a patch."""
    drawn = rectangle(ax, (x - wide / 2, 0.0), wide, height, **look)
    ax.add_container(BarContainer([drawn], orientation="vertical"))


def classes(ax: Axes, histogram: pd.DataFrame, colors: Sequence[str], filled: float) -> None:
    """A column for each class of a histogram, which fills a part of the class."""
    wide = histogram["class_to"] - histogram["class_from"]
    middles = histogram["class_from"] + wide / 2
    for x, share, each, color in zip(middles, histogram["share"], filled * wide, colors, strict=True):
        column(ax, x, share, each, facecolor=color, zorder=2)


def rectangle(ax: Axes, corner: tuple[float, float], wide: float, tall: float, **look: Any) -> Rectangle:
    """A rectangle by its lower left corner; ``look`` are properties of a patch."""
    drawn = Rectangle(corner, wide, tall, **look)
    ax.add_artist(drawn)
    return drawn


def dot(ax: Axes, x: float, y: float, shape: str, **look: Any) -> None:
    """A single mark of a shape such as ``"o"``; ``look`` are properties of a line of marks."""
    ax.add_artist(Line2D([x], [y], marker=shape, linestyle="None", **look))


def hline(ax: Axes, y: float, start: float, end: float, **look: Any) -> None:
    """A horizontal line; ``look`` are properties of a collection of lines."""
    ax.add_collection(LineCollection([((start, y), (end, y))], **look), autolim=False)


def vline(ax: Axes, x: float, start: float, end: float, **look: Any) -> None:
    """A vertical line; ``look`` are properties of a collection of lines."""
    ax.add_collection(LineCollection([((x, start), (x, end))], **look), autolim=False)
