"""Bars, lines and boxes at places of the data, as they are.

An exhibit sets the limits of its axes itself (see :func:`kamkit.plots.layout.make_room`). Matplotlib's own
``barh`` or ``hlines`` would measure each mark again to find limits, which takes longer than to draw it.
"""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.container import BarContainer
from matplotlib.patches import Rectangle

__all__ = ["bar", "column", "hline", "rectangle", "vline"]


def bar(ax: Axes, row: float, length: float, thick: float, left: float = 0.0, **look: Any) -> None:
    """A bar along a row, from ``left`` as far as it is long; ``look`` are properties of a patch."""
    drawn = rectangle(ax, (left, row - thick / 2), length, thick, **look)
    ax.add_container(BarContainer([drawn], orientation="horizontal"))


def column(ax: Axes, x: float, height: float, wide: float, **look: Any) -> None:
    """A bar that stands on zero, its middle at ``x``; ``look`` are properties of a patch."""
    drawn = rectangle(ax, (x - wide / 2, 0.0), wide, height, **look)
    ax.add_container(BarContainer([drawn], orientation="vertical"))


def rectangle(ax: Axes, corner: tuple[float, float], wide: float, tall: float, **look: Any) -> Rectangle:
    """A rectangle by its lower left corner; ``look`` are properties of a patch."""
    drawn = Rectangle(corner, wide, tall, **look)
    ax.add_artist(drawn)
    return drawn


def hline(ax: Axes, y: float, start: float, end: float, **look: Any) -> None:
    """A horizontal line; ``look`` are properties of a collection of lines."""
    ax.add_collection(LineCollection([((start, y), (end, y))], **look), autolim=False)


def vline(ax: Axes, x: float, start: float, end: float, **look: Any) -> None:
    """A vertical line; ``look`` are properties of a collection of lines."""
    ax.add_collection(LineCollection([((x, start), (x, end))], **look), autolim=False)
