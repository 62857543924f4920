"""Customers or needs by two scales: bubbles whose area is size, or dots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator
from pptx.chart.chart import Chart
from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE
from pptx.oxml.ns import qn
from pptx.util import Pt

from kamkit.deliver.deck.charts.data import BubbleData, XyData
from kamkit.deliver.deck.charts.labels import Point, name_sides
from kamkit.deliver.deck.charts.native import DASH, added, legend, not_inverted, point_label, scales
from kamkit.deliver.deck.text import Box, plain, rgb

__all__ = ["bubble_chart", "dot_chart"]

_BUBBLES, _DOTS = 35, 11
_SMALL = 50.0
"""A dot of size 1 is small beside it."""

Groups = Sequence[tuple[str, str, Sequence[Point]]]
"""By group: its name, its colour, its points."""


def bubble_chart(
    slide: Any,
    box: Box,
    groups: Groups,
    titles: tuple[str, str],
    codes: tuple[str, str],
    cuts: tuple[float, float],
) -> Chart:
    """Bubbles by group; the axes cross at the cut lines, area is size."""
    data = BubbleData()
    for name, _color, points in groups:
        one = data.add_series(plain(name))
        for point in points:
            one.add_data_point(point.x, point.y, max(point.size, 0.0))
    chart = added(slide, box, XL_CHART_TYPE.BUBBLE, data)
    plot = chart.plots[0]
    plot.bubble_scale = _BUBBLES
    ends = _limits(chart, groups, cuts)
    sides = name_sides([p for _n, _c, points in groups for p in points], box, ends[0], ends[1], cuts)
    for drawn, (_name, color, points) in zip(plot.series, groups, strict=True):
        drawn.format.fill.solid()
        drawn.format.fill.fore_color.rgb = rgb(color)
        drawn.format.line.color.rgb = rgb("#FFFFFF")
        not_inverted(drawn)
        for place, point in enumerate(points):
            if point.dashed:
                rim = drawn.points[place].format
                rim.fill.solid()
                rim.fill.fore_color.rgb = rgb(color)
                rim.line.color.rgb, rim.line.dash_style, rim.line.width = rgb("text"), DASH, Pt(1.25)
            if point.name in sides:
                point_label(drawn.points[place], replace(point, position=sides[point.name]))
    scales(chart, titles, codes)
    _cross(chart, *cuts)
    legend(chart, [name for name, _c, _p in groups])
    return chart


def dot_chart(
    slide: Any,
    box: Box,
    groups: Groups,
    titles: tuple[str, str],
    codes: tuple[str, str],
    cuts: tuple[float, float],
) -> Chart:
    """Dots of one size by group; the axes cross at the cut lines, what is not sure is hollow."""
    data = XyData()
    for name, _color, points in groups:
        one = data.add_series(plain(name))
        for point in points:
            one.add_data_point(point.x, point.y)
    chart = added(slide, box, XL_CHART_TYPE.XY_SCATTER, data)
    ends = _limits(chart, groups, cuts)
    every = [p for _n, _c, points in groups for p in points]
    sides = name_sides(every, box, ends[0], ends[1], cuts, largest=_SMALL)
    for drawn, (_name, color, points) in zip(chart.plots[0].series, groups, strict=True):
        drawn.format.line.fill.background()
        drawn.marker.style, drawn.marker.size = XL_MARKER_STYLE.CIRCLE, _DOTS
        _dotted(drawn.marker.format, color, color)
        for place, point in enumerate(points):
            if point.dashed:
                _dotted(drawn.points[place].marker.format, "#FFFFFF", color)
            if point.name in sides:
                point_label(drawn.points[place], replace(point, position=sides[point.name]))
    scales(chart, titles, codes)
    _cross(chart, *cuts)
    legend(chart, [name for name, _c, _p in groups])
    return chart


def _dotted(mark: Any, face: str, rim: str) -> None:
    mark.fill.solid()
    mark.fill.fore_color.rgb = rgb(face)
    mark.line.color.rgb = rgb(rim)


def _limits(chart: Chart, groups: Groups, cuts: tuple[float, float]) -> list[tuple[float, float]]:
    every = [p for _name, _color, points in groups for p in points]
    values = ([p.x for p in every], [p.y for p in every])
    axes = (chart.category_axis, chart.value_axis)
    return [_limit(axis, v, cut) for axis, v, cut in zip(axes, values, cuts, strict=True)]


def _limit(axis: Any, values: Sequence[float], cut: float) -> tuple[float, float]:
    """Ends of a scale of positions on round values, just beyond the outermost ones and the cut."""
    low, high = min([*values, cut]), max([*values, cut])
    steps = MaxNLocator(7, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    step = float(steps[1] - steps[0])
    start = float(np.floor(low / step - 0.2) * step)
    ends = (0.0 if low >= 0 > start else start), float(np.ceil(high / step + 0.2) * step)
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = *ends, step
    return ends


def _cross(chart: Chart, x: float, y: float) -> None:
    """Let each axis cross the other at the cut, drawn as the line of the cut."""
    for axis, at in ((chart.category_axis, y), (chart.value_axis, x)):
        crosses = axis._element.find(qn("c:crosses"))
        if crosses is not None:
            at_element = crosses.makeelement(qn("c:crossesAt"), {"val": repr(float(at))})
            crosses.getparent().replace(crosses, at_element)
        axis.format.line.color.rgb = rgb("text")
