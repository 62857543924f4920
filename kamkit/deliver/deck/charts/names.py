"""What bears its name itself, so that no legend is needed: the first bar of a series, a curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator
from pptx.chart.chart import Chart
from pptx.enum.chart import XL_LABEL_POSITION
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt

from kamkit.deliver.deck.charts.labels import Point
from kamkit.deliver.deck.text import Box, plain, rgb
from kamkit.plots.layout import width

__all__ = ["Curve", "Frame", "Values", "ends_of_bars", "ends_of_scales", "name_curves", "name_first_bar"]

_TEXT, _MOST_ROOM = 11, 0.3
_LEFT, _RIGHT, _TOP, _BOTTOM, _HIGH = 56.0, 12.0, 8.0, 46.0, 14.0
_NONE, _MARGINAL, _SAMPLES = 1e-9, 0.5, 32
Corners = tuple[float, float, float, float]
_Line = tuple[np.ndarray, np.ndarray]
Values = Sequence[float] | np.ndarray | pd.Series

_ABOVE, _BELOW = XL_LABEL_POSITION.ABOVE, XL_LABEL_POSITION.BELOW


@dataclass(frozen=True)
class Curve:
    """One line of an XY chart."""

    name: str
    xs: Values
    ys: Values
    color: str = "actual"
    width: float = 2.25
    dashed: bool = False


def name_first_bar(drawn: Any, code: str) -> None:
    """Let the label of a series' first bar say the name of the series beside the value."""
    label = drawn.points[0].data_label._get_or_add_dLbl()
    for child in list(label)[1:]:
        label.remove(child)
    for element in _name_and_value(code):
        label.append(element)


def ends_of_bars(axis: Any, values: Sequence[Values], stacked: bool, label: float) -> None:
    """Let bars start at zero, with room beyond the longest for what stands at its end.

    PowerPoint and LibreOffice would cut the scale below the shortest bar where all are about as long.
    ``label`` is the length of the longest label as a share of the plot.
    """
    known = np.nan_to_num(np.array([np.asarray(v, dtype=float) for v in values]))
    low, high = min(0.0, float(known.min(initial=0.0))), max(0.0, float(known.max(initial=0.0)))
    if stacked:
        low = float(np.where(known < 0, known, 0.0).sum(axis=0).min(initial=0.0))
        high = float(np.where(known > 0, known, 0.0).sum(axis=0).max(initial=0.0))
    sides = (low < 0) + (high > 0)
    part = 0.0 if stacked else min(label, _MOST_ROOM)
    room = (high - low) * part / (1 - sides * part)
    axis.maximum_scale = (high + room if high > 0 else 0.0) or (0.0 if low < 0 else 1.0)
    axis.minimum_scale = low - room if low < 0 else 0.0


def ends_of_scales(
    chart: Chart, curves: Sequence[Curve], points: Sequence[Point] = ()
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Let the horizontal scale hold the curves exactly, and the vertical one start at zero; both ends."""
    xs = np.concatenate([np.asarray(c.xs, dtype=float) for c in curves])
    ys = np.concatenate([*(np.asarray(c.ys, dtype=float) for c in curves), [p.y for p in points]])
    across = float(np.nanmin(xs)), float(np.nanmax(xs))
    low, high = min(0.0, float(np.nanmin(ys))), max(0.0, float(np.nanmax(ys)))
    steps = MaxNLocator(8, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    step = float(steps[1] - steps[0])
    up = float(np.floor(low / step + _NONE) * step), float(np.ceil(high / step - _NONE) * step)
    chart.category_axis.minimum_scale, chart.category_axis.maximum_scale = across
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = up
    chart.value_axis.major_unit = step
    return across, up


@dataclass(frozen=True)
class Frame:
    """Where the curves of a chart stand: its place on the slide and the ends of its scales."""

    box: Box
    across: tuple[float, float]
    up: tuple[float, float]

    def points(self, xs: Values, ys: Values) -> tuple[np.ndarray, np.ndarray]:
        """Values as points of the slide, from the chart's upper left corner."""
        wide, tall = self.box.width - _LEFT - _RIGHT, self.box.height - _TOP - _BOTTOM
        right = (np.asarray(xs, dtype=float) - self.across[0]) / (self.across[1] - self.across[0] or 1.0)
        down = (self.up[1] - np.asarray(ys, dtype=float)) / (self.up[1] - self.up[0] or 1.0)
        return _LEFT + right * wide, _TOP + down * tall


def name_curves(
    drawn: Sequence[Any], curves: Sequence[Curve], frame: Frame, points: Sequence[Point] = ()
) -> None:
    """Write the name of each curve where it is farthest from the others and covers none."""
    for line, curve, (place, side) in zip(
        drawn, curves, places_of_names(curves, frame, points), strict=False
    ):
        label = line.points[place].data_label
        label.text_frame.text = plain(curve.name)
        label.text_frame.word_wrap = False
        font = label.text_frame.paragraphs[0].runs[0].font
        font.size, font.bold = Pt(_TEXT), True
        font.color.rgb = rgb("muted" if curve.color in ("second", "line") else curve.color)
        label.position = side


def places_of_names(
    curves: Sequence[Curve], frame: Frame, points: Sequence[Point] = ()
) -> list[tuple[int, XL_LABEL_POSITION]]:
    """For each curve the point that bears its name, and the side of it that is free.

    Examples
    --------
    >>> flat = Curve("flat", [0, 1, 2, 3, 4], [0.0, 0.0, 0.0, 0.0, 0.0])
    >>> bent = Curve("bent", [0, 1, 2, 3, 4], [0.1, 0.2, 0.9, 0.2, 0.1])
    >>> frame = Frame(Box(0, 0, 800, 400), (0, 4), (-1, 1))
    >>> [(place, side.name) for place, side in places_of_names([flat, bent], frame)]
    [(2, 'BELOW'), (2, 'ABOVE')]
    """
    known = [_known(curve, frame) for curve in curves]
    taken = [_around(point, frame) for point in points]
    found = []
    for own, curve in enumerate(curves):
        place, side, corners = _best(own, known, width(curve.name, _TEXT, bold=True), frame, taken)
        taken.append(corners)
        found.append((place, side))
    return found


def _best(
    own: int, known: Sequence[_Line], long: float, frame: Frame, taken: Sequence[Corners]
) -> tuple[int, XL_LABEL_POSITION, Corners]:
    """The point, side and corners of a name: on no curve and no other name, far from other curves."""
    xs, ys = known[own]
    others = [line for i, line in enumerate(known) if i != own]
    tries = []
    for place in range(len(xs)):
        for side, corners in _sides(xs[place], ys[place], long):
            covered = _covered(corners, known) + sum(_meet(corners, other) for other in taken)
            covered += _MARGINAL * (not _inside(corners, frame.box))
            middle = (corners[0] + corners[2]) / 2, (corners[1] + corners[3]) / 2
            free = min((abs(np.interp(middle[0], x, y) - middle[1]) for x, y in others), default=0.0)
            tries.append((-covered, free, -abs(place - len(xs) / 2), place, side, corners))
    best = max(tries, key=lambda t: t[:3])
    return best[3], best[4], best[5]


def _sides(x: float, y: float, long: float) -> list[tuple[XL_LABEL_POSITION, Corners]]:
    half, near = _HIGH / 2, 4.0
    return [
        (_ABOVE, (x - long / 2, y - near - _HIGH, x + long / 2, y - near)),
        (_BELOW, (x - long / 2, y + near, x + long / 2, y + near + _HIGH)),
        (XL_LABEL_POSITION.RIGHT, (x + near + 2, y - half, x + near + 2 + long, y + half)),
        (XL_LABEL_POSITION.LEFT, (x - near - 2 - long, y - half, x - near - 2, y + half)),
    ]


def _covered(corners: Corners, known: Sequence[_Line]) -> float:
    """How much of the rectangle's length curves run through."""
    left, top, right, bottom = corners
    at = np.linspace(left - 2, right + 2, _SAMPLES)
    share = 0.0
    for xs, ys in known:
        on = at[(at >= xs[0]) & (at <= xs[-1])]
        height = np.interp(on, xs, ys)
        within = (height > top - 2) & (height < bottom + 2)
        passed = (height[:-1] <= top) & (height[1:] >= bottom) | (height[:-1] >= bottom) & (height[1:] <= top)
        share += (within.sum() + passed.sum()) / _SAMPLES
    return float(share)


def _around(point: Point, frame: Frame) -> Corners:
    """The room that a marked point takes with its text, on whichever side that stands."""
    x, y = (float(v[0]) for v in frame.points([point.x], [point.y]))
    long = width(point.text, _TEXT) if point.text else 0.0
    if point.position in (_ABOVE, _BELOW):
        return x - long / 2 - 4, y - _HIGH - 8, x + long / 2 + 4, y + _HIGH + 8
    return x - 16, y - _HIGH / 2, x + long + 14, y + _HIGH / 2


def _inside(corners: Corners, box: Box) -> bool:
    left, top, right, bottom = corners
    return left >= _LEFT and right <= box.width and top >= 0 and bottom <= box.height - _BOTTOM


def _meet(a: Corners, b: Corners) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _known(curve: Curve, frame: Frame) -> _Line:
    """The known points of a curve on the slide, from left to right."""
    xs, ys = np.asarray(curve.xs, dtype=float), np.asarray(curve.ys, dtype=float)
    both = np.isfinite(xs) & np.isfinite(ys)
    return frame.points(xs[both], ys[both])


def _name_and_value(code: str) -> list[Any]:
    """The parts of a data label that shows both, in the order of the schema."""
    style = f'<a:p><a:pPr><a:defRPr sz="{_TEXT * 100}"/></a:pPr></a:p>'
    parts = [
        f'<c:numFmt {nsdecls("c")} formatCode={quoteattr(code)} sourceLinked="0"/>',
        f'<c:txPr {nsdecls("c", "a")}><a:bodyPr wrap="none"/><a:lstStyle/>{style}</c:txPr>',
        *(
            f'<c:{name} {nsdecls("c")} val="{value}"/>'
            for name, value in (
                ("dLblPos", "outEnd"), ("showLegendKey", 0), ("showVal", 1), ("showCatName", 0),
                ("showSerName", 1), ("showPercent", 0), ("showBubbleSize", 0),
            )
        ),
        f'<c:separator {nsdecls("c")}> </c:separator>',
    ]  # fmt: skip
    return [parse_xml(part) for part in parts]
