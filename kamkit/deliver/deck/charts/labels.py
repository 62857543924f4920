"""Marked points, and on which side of a bubble its name can stand without covering another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pptx.enum.chart import XL_LABEL_POSITION

from kamkit.deliver.deck.text import Box
from kamkit.plots.layout import width

__all__ = ["Point", "name_sides"]

_LEFT, _RIGHT, _TOP, _BOTTOM = 50.0, 12.0, 28.0, 46.0
_LARGEST, _LINE, _TEXT, _HALF = 0.055, 13.0, 11.0, 4.0
_RIGHT_OF, _LEFT_OF = XL_LABEL_POSITION.RIGHT, XL_LABEL_POSITION.LEFT
_ABOVE, _BELOW = XL_LABEL_POSITION.ABOVE, XL_LABEL_POSITION.BELOW

Corners = tuple[float, float, float, float]


@dataclass(frozen=True)
class Point:
    """A marked point, with what stands beside it."""

    name: str
    x: float
    y: float
    size: float = 1.0
    color: str = "actual"
    text: str = ""
    position: XL_LABEL_POSITION = XL_LABEL_POSITION.RIGHT
    dashed: bool = field(default=False, compare=False)


def name_sides(
    points: Sequence[Point],
    box: Box,
    across: tuple[float, float],
    up: tuple[float, float],
    cuts: tuple[float, float] | None = None,
    largest: float | None = None,
) -> dict[str, XL_LABEL_POSITION]:
    """The side of each bubble on which its name is free; a name that is free on none is left out.

    Parameters
    ----------
    points : all bubbles; those with a text are to be named, the largest first.
    box : place of the chart on the slide, in points.
    across, up : ends of the two scales.
    cuts : the two lines across the chart, which names keep off where they can.
    largest : the size that is drawn largest; that of the largest point by default.

    Examples
    --------
    >>> apart = [Point("a", 0.2, 0.2, text="A"), Point("b", 0.8, 0.8, text="B")]
    >>> sorted(name_sides(apart, Box(0, 0, 600, 300), (0, 1), (0, 1)))
    ['a', 'b']
    >>> same = [Point("a", 0.2, 0.2, text="A" * 60), Point("b", 0.2, 0.2, text="B" * 60)]
    >>> len(name_sides(same, Box(0, 0, 600, 300), (0, 1), (0, 1))) < 2
    True
    """
    if not points:
        return {}
    wide, tall = box.width - _LEFT - _RIGHT, box.height - _TOP - _BOTTOM
    biggest = largest or max(p.size for p in points) or 1.0

    def circle(p: Point) -> tuple[float, float, float]:
        x = _LEFT + (p.x - across[0]) / (across[1] - across[0]) * wide
        y = _TOP + (up[1] - p.y) / (up[1] - up[0]) * tall
        return x, y, max(3.0, _LARGEST * min(wide, tall) * 2 * (max(p.size, 0.0) / biggest) ** 0.5)

    circles = {p.name: circle(p) for p in points}
    lines = circle(Point("", *cuts))[:2] if cuts else None
    taken: list[Corners] = []
    sides: dict[str, XL_LABEL_POSITION] = {}
    for point in sorted((p for p in points if p.text), key=lambda p: -p.size):
        free = [
            (side, corners)
            for side, corners in _tries(circles[point.name], width(point.text, _TEXT))
            if _inside(corners, box)
            and not any(_meet(corners, t) for t in taken)
            and _clear(corners, (c for name, c in circles.items() if name != point.name))
        ]
        if free:
            side, corners = min(free, key=lambda one: _crossed(one[1], lines))
            sides[point.name] = side
            taken.append(corners)
    return sides


def _crossed(corners: Corners, lines: tuple[float, float] | None) -> int:
    """How many of the two lines run through a label."""
    if lines is None:
        return 0
    return (corners[0] < lines[0] < corners[2]) + (corners[1] < lines[1] < corners[3])


def _tries(circle: tuple[float, float, float], long: float) -> list[tuple[XL_LABEL_POSITION, Corners]]:
    x, y, r = circle
    half = _LINE / 2
    return [
        (_RIGHT_OF, (x + r, y - half, x + r + long + 6, y + half)),
        (_LEFT_OF, (x - r - long - 6, y - half, x - r, y + half)),
        (_ABOVE, (x - long / 2, y - r - _LINE - 3, x + long / 2, y - r)),
        (_BELOW, (x - long / 2, y + r, x + long / 2, y + r + _LINE + 3)),
    ]


def _inside(corners: Corners, box: Box) -> bool:
    return (
        corners[0] >= _LEFT
        and corners[2] <= box.width
        and corners[1] >= 0
        and corners[3] <= box.height - _BOTTOM + _HALF
    )


def _meet(a: Corners, b: Corners) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _clear(corners: Corners, circles: Iterable[tuple[float, float, float]]) -> bool:
    """Whether the label covers the middle of no other bubble."""
    return not any(
        corners[0] - 0.5 * r < x < corners[2] + 0.5 * r and corners[1] - 0.5 * r < y < corners[3] + 0.5 * r
        for x, y, r in circles
    )
