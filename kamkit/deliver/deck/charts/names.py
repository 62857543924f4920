"""What bears its name itself, so that no legend is needed: the first bar of a series, a curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import pandas as pd
from pptx.chart.chart import Chart
from pptx.enum.chart import XL_LABEL_POSITION
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt

from kamkit.deliver.deck.text import plain, rgb

__all__ = ["Curve", "Values", "ends_of_scales", "make_room_for_names", "name_curves", "name_first_bar"]

_TEXT, _ROOM, _MARGIN, _STEEP = 11, 0.22, 0.08, 0.35
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


def make_room_for_names(axis: Any, values: Sequence[float | None]) -> None:
    """Bars start at zero, with room beyond the longest for its name."""
    known = np.array([0.0 if v is None or not np.isfinite(v) else float(v) for v in values])
    low, high = min(0.0, known.min(initial=0.0)), max(0.0, known.max(initial=0.0))
    room = (high - low) * (_ROOM if low == 0 else 1.6 * _ROOM) or 1.0
    axis.maximum_scale = high + room
    axis.minimum_scale = low - room if low < 0 else 0.0


def ends_of_scales(chart: Chart, curves: Sequence[Curve]) -> None:
    """Let the horizontal scale hold the curves exactly, and the vertical one start at zero."""
    xs = np.concatenate([np.asarray(c.xs, dtype=float) for c in curves])
    ys = np.concatenate([np.asarray(c.ys, dtype=float) for c in curves])
    chart.category_axis.minimum_scale = float(np.nanmin(xs))
    chart.category_axis.maximum_scale = float(np.nanmax(xs))
    if np.nanmin(ys) >= 0:
        chart.value_axis.minimum_scale = 0.0
    if np.nanmin(ys) >= 0 and np.nanmax(ys) == 1:
        chart.value_axis.maximum_scale = 1.0


def name_curves(drawn: Sequence[Any], curves: Sequence[Curve]) -> None:
    """Write the name of each curve where it is farthest from the others."""
    for line, curve, (place, side) in zip(drawn, curves, places_of_names(curves), strict=False):
        label = line.points[place].data_label
        label.text_frame.text = plain(curve.name)
        font = label.text_frame.paragraphs[0].runs[0].font
        font.size, font.bold = Pt(_TEXT), True
        font.color.rgb = rgb("muted" if curve.color in ("second", "line") else curve.color)
        label.position = side


def places_of_names(curves: Sequence[Curve]) -> list[tuple[int, XL_LABEL_POSITION]]:
    """For each curve the point that bears its name, and the side of it that is free.

    Examples
    --------
    >>> flat = Curve("flat", [0, 1, 2, 3, 4], [0.0, 0.0, 0.0, 0.0, 0.0])
    >>> bent = Curve("bent", [0, 1, 2, 3, 4], [0.1, 0.2, 0.9, 0.2, 0.1])
    >>> [(place, side.name) for place, side in places_of_names([flat, bent])]
    [(2, 'BELOW'), (2, 'ABOVE')]
    """
    known = [_known(curve) for curve in curves]
    found = []
    for own, (xs, ys) in enumerate(known):
        others = np.array([np.interp(xs, *other) for i, other in enumerate(known) if i != own])
        gaps = np.abs(others - ys).min(axis=0) if len(others) else np.ones(len(xs))
        inside = (xs - xs[0] >= _MARGIN * np.ptp(xs)) & (xs[-1] - xs >= _MARGIN * np.ptp(xs))
        place = int(np.where(inside, gaps, -1.0).argmax())
        nearest = others[np.abs(others[:, place] - ys[place]).argmin(), place] if len(others) else -np.inf
        found.append((place, _side(_slope(xs, ys, place, known), bool(ys[place] >= nearest))))
    return found


def _slope(xs: np.ndarray, ys: np.ndarray, place: int, known: Sequence[tuple[Any, Any]]) -> float:
    """Rise of a curve around a point, in heights of the picture per width."""
    height = np.ptp(np.concatenate([y for _x, y in known])) or 1.0
    width = np.ptp(np.concatenate([x for x, _y in known])) or 1.0
    low, high = max(0, place - 1), min(len(xs) - 1, place + 1)
    run = (xs[high] - xs[low]) / width
    return float((ys[high] - ys[low]) / height / run) if run else 0.0


def _side(slope: float, above: bool) -> XL_LABEL_POSITION:
    """Over or under a flat curve; beside a steep one, where it does not pass."""
    if abs(slope) < _STEEP:
        return _ABOVE if above else _BELOW
    return XL_LABEL_POSITION.LEFT if (slope > 0) == above else XL_LABEL_POSITION.RIGHT


def _known(curve: Curve) -> tuple[np.ndarray, np.ndarray]:
    xs, ys = np.asarray(curve.xs, dtype=float), np.asarray(curve.ys, dtype=float)
    both = np.isfinite(xs) & np.isfinite(ys)
    return xs[both], ys[both]


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
