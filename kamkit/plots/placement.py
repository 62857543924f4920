"""Names beside marks without overlap: greedy, in the order given, the same result each time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

__all__ = ["Box", "Mark", "place_names"]


class Box(NamedTuple):
    """A rectangle in points."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Box) -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def within(self, other: Box) -> bool:
        """Whether this one lies wholly in the other."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.bottom >= other.bottom
            and self.top <= other.top
        )


class Mark(NamedTuple):
    """A round mark: centre and radius in points."""

    x: float
    y: float
    radius: float

    @property
    def box(self) -> Box:
        """The square within the circle, which a name must not cover."""
        half = self.radius * 0.8
        return Box(self.x - half, self.y - half, self.x + half, self.y + half)


_GAP, _MOST_COVERED = 2.0, 3


def place_names(
    marks: Sequence[Mark],
    sizes: Sequence[tuple[float, float]],
    bounds: Box,
    obstacles: Sequence[Box] = (),
    others: Sequence[Mark] = (),
    always: int = 0,
) -> list[Box | None]:
    """Find a place for the name of each mark, or none.

    Of the places around its mark a name takes the one that covers fewest marks; never one that
    meets another name or an obstacle, leaves the bounds, or covers more than three marks.

    Parameters
    ----------
    marks : what is named, the most important first.
    sizes : width and height of each name in points.
    bounds : where names may stand.
    obstacles : what they must not meet.
    others : marks they should rather not cover.
    always : how many of the first names may cover more than three marks.

    Returns
    -------
    list of Box or None, as long as marks.

    Examples
    --------
    >>> place_names([Mark(50, 50, 5)], [(30, 10)], Box(0, 0, 100, 100))
    [Box(left=57.0, bottom=45.0, right=87.0, top=55.0)]
    >>> place_names([Mark(50, 50, 5)], [(300, 10)], Box(0, 0, 100, 100))
    [None]
    """
    taken: list[Box] = list(obstacles)
    avoid = np.array([m.box for m in (*marks, *others)], dtype=float).reshape(-1, 4).T
    placed: list[Box | None] = []
    for mark, size in zip(marks, sizes, strict=True):
        free = [b for b in _places(mark, size) if b.within(bounds) and not any(b.meets(t) for t in taken)]
        costs = [_covered(b, avoid) for b in free]
        tolerable = free and (len(placed) < always or min(costs) <= _MOST_COVERED)
        best = free[costs.index(min(costs))] if tolerable else None
        placed.append(best)
        if best is not None:
            taken.append(best)
    return placed


def _covered(box: Box, avoid: np.ndarray) -> int:
    """How many of the boxes, columns of left, bottom, right and top, a box meets."""
    left, bottom, right, top = avoid
    meets = (left < box.right) & (box.left < right) & (bottom < box.top) & (box.bottom < top)
    return int(np.count_nonzero(meets))


def _places(mark: Mark, size: tuple[float, float]) -> list[Box]:
    """Right, left, above, below, the corners, and on the mark itself where it is large."""
    wide, tall = size
    far, near = mark.radius + _GAP, 0.7 * mark.radius + _GAP
    corners = [
        (mark.x + far, mark.y - tall / 2),
        (mark.x - far - wide, mark.y - tall / 2),
        (mark.x - wide / 2, mark.y + far),
        (mark.x - wide / 2, mark.y - far - tall),
        (mark.x + near, mark.y + near),
        (mark.x + near, mark.y - near - tall),
        (mark.x - near - wide, mark.y + near),
        (mark.x - near - wide, mark.y - near - tall),
    ]
    if mark.radius >= tall:
        corners.append((mark.x - wide / 2, mark.y - tall / 2))
    return [Box(x, y, x + wide, y + tall) for x, y in corners]
