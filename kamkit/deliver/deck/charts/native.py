"""Native PowerPoint charts in the notation of the exhibits: labels at the marks, bars from zero."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pptx.chart.chart import Chart
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.util import Pt

from kamkit.deliver.deck.charts.data import CategoryData, XyData
from kamkit.deliver.deck.charts.labels import Point
from kamkit.deliver.deck.charts.names import (
    Curve,
    Frame,
    Values,
    ends_of_bars,
    ends_of_scales,
    name_curves,
    name_first_bar,
)
from kamkit.deliver.deck.text import Box, plain, rgb
from kamkit.plots.layout import shorten, widest
from kamkit.plots.style import brand_font

__all__ = [
    "BASE",
    "DASH",
    "LABELS",
    "TEXT",
    "Bars",
    "Curve",
    "Values",
    "added",
    "bar_chart",
    "legend",
    "not_inverted",
    "point_label",
    "scales",
    "xy_chart",
]

BASE = "(base)"
"""Name of the series without fill on which the bars of a waterfall stand."""

LABELS = "(labels)"
"""Name of the series without fill that carries the texts at the ends of floating bars."""

TEXT, _NAMES_WIDE = 11, 220.0
_GAP = 45
_FIGURE, _HIGH, _BESIDE = 52.0, 22.0, 28.0
"""Room in points for a figure at the end of a bar, over a column, and beside the plot."""


@dataclass(frozen=True)
class Bars:
    """One series of bars; a negative one turns to the colour of loss where ``signed``."""

    name: str
    values: Values
    color: str = "actual"
    labelled: bool = True
    signed: bool = False
    texts: Sequence[str] | None = None
    planned: Collection[int] = ()
    """Places of the bars that are a plan: outlined."""


def bar_chart(
    slide: Any,
    box: Box,
    categories: Sequence[str],
    series: Sequence[Bars],
    code: str,
    *,
    stacked: bool = False,
    columns: bool = False,
) -> Chart:
    """Bars by category, from the top; or columns, from the left."""
    data = CategoryData(number_format=code)
    data.categories = [_name(c) for c in categories]
    for one in series:
        data.add_series(plain(one.name), [_finite(v) for v in one.values])
    chart = added(slide, box, _BAR_TYPES[stacked, columns], data)
    plot = chart.plots[0]
    plot.gap_width = _GAP
    plot.overlap = 100 if stacked else -10
    figure = _HIGH / box.height if columns else _FIGURE / _plot_width(box, categories)
    for drawn, one in zip(plot.series, series, strict=True):
        _fill(drawn, one)
        if one.labelled:
            _label(drawn, one, code, figure * _reach(series) if stacked else 0.0)
    _category_axis(chart, columns)
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    labelled = [s for s in series if s.labelled]
    if not stacked and len(labelled) > 1:
        for drawn in plot.series:
            name_first_bar(drawn, code)
        figure += widest([s.name for s in labelled], TEXT) / _plot_width(box, categories)
    ends_of_bars(chart.value_axis, [s.values for s in series], stacked, figure)
    legend(chart, [s.name for s in labelled] if stacked else [])
    return chart


def xy_chart(
    slide: Any,
    box: Box,
    curves: Sequence[Curve],
    points: Sequence[Point],
    titles: tuple[str, str],
    codes: tuple[str, str],
    named: bool = False,
) -> Chart:
    """Lines over a horizontal scale from their start to their end, with marked and labelled points.

    Where there are several (``named``), each bears its name where it is farthest from the others.
    """
    data = XyData()
    for curve in curves:
        one = data.add_series(plain(curve.name), number_format=codes[1])
        for x, y in zip(curve.xs, curve.ys, strict=True):
            if np.isfinite(x) and np.isfinite(y):
                one.add_data_point(float(x), float(y))
    for point in points:
        data.add_series(plain(point.name), number_format=codes[1]).add_data_point(point.x, point.y)
    chart = added(slide, box, XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, data)
    drawn = list(chart.plots[0].series)
    for line, curve in zip(drawn, curves, strict=False):
        line.smooth = False
        line.format.line.color.rgb, line.format.line.width = rgb(curve.color), Pt(curve.width)
        if curve.dashed:
            line.format.line.dash_style = DASH
    for mark, point in zip(drawn[len(curves) :], points, strict=True):
        _mark(mark, point)
    scales(chart, titles, codes)
    across, up = ends_of_scales(chart, curves, points)
    chart.has_legend = False
    if named:
        name_curves(drawn, curves, Frame(box, across, up), points)
    return chart


_BAR_TYPES = {
    (False, False): XL_CHART_TYPE.BAR_CLUSTERED,
    (True, False): XL_CHART_TYPE.BAR_STACKED,
    (False, True): XL_CHART_TYPE.COLUMN_CLUSTERED,
    (True, True): XL_CHART_TYPE.COLUMN_STACKED,
}
DASH = MSO_LINE.DASH


def added(slide: Any, box: Box, kind: XL_CHART_TYPE, data: Any) -> Chart:
    chart = slide.shapes.add_chart(kind, *box.emu, data).chart
    chart.font.size, chart.font.color.rgb, chart.font.name = Pt(TEXT), rgb("text"), brand_font() or "Arial"
    chart.has_title = False
    return chart


def _name(category: str) -> str:
    """What stands at the axis, cut line by line."""
    return "\n".join(shorten(plain(line), _NAMES_WIDE, TEXT) for line in str(category).split("\n"))


def _finite(value: Any) -> float | None:
    return float(value) if value is not None and np.isfinite(value) else None


def _fill(drawn: Any, one: Bars) -> None:
    if one.name in (BASE, LABELS):
        drawn.format.fill.background()
        drawn.format.line.fill.background()
        return
    drawn.format.fill.solid()
    drawn.format.fill.fore_color.rgb = rgb(one.color)
    not_inverted(drawn)
    for place, value in enumerate(one.values):
        loss = one.signed and value is not None and value < 0
        if loss or place in one.planned:
            _dress(drawn.points[place].format, "bad" if loss else one.color, place in one.planned)


def _dress(look: Any, color: str, planned: bool) -> None:
    """Actual solid, planned outlined."""
    look.fill.solid()
    look.fill.fore_color.rgb = rgb("#FFFFFF" if planned else color)
    if planned:
        look.line.color.rgb, look.line.width = rgb(color), Pt(1.5)


def not_inverted(drawn: Any) -> None:
    element = drawn._element.find(qn("c:invertIfNegative"))
    if element is not None:
        element.set("val", "0")


def _plot_width(box: Box, categories: Sequence[str]) -> float:
    """Points that are left for bars beside their names."""
    lines = [line for category in categories for line in plain(category).split("\n")]
    return box.width - min(widest(lines, TEXT), _NAMES_WIDE) - _BESIDE


def _reach(series: Sequence[Bars]) -> float:
    """Length of the longest stack."""
    sizes = np.abs(np.array([np.asarray(s.values, dtype=float) for s in series]))
    return float(np.nansum(sizes, axis=0).max(initial=0.0))


def _label(drawn: Any, one: Bars, code: str, least: float) -> None:
    if one.texts is not None:
        for place, text in enumerate(one.texts):
            if text:
                _text_label(drawn.points[place].data_label, text, None)
        return
    labels = drawn.data_labels
    labels.show_value, labels.number_format, labels.number_format_is_linked = True, code, False
    labels.font.size, labels.font.color.rgb = Pt(TEXT), rgb("#FFFFFF" if least and _dark(one) else "text")
    if not least:
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
    else:
        _hide_small(drawn, one, least)


def _hide_small(drawn: Any, one: Bars, least: float) -> None:
    """A label that its part of the bar can't hold would cover its neighbour's."""
    sizes = np.abs(np.asarray(one.values, dtype=float))
    for place in np.flatnonzero(~(sizes >= least)):
        label = drawn.points[int(place)].data_label._get_or_add_dLbl()
        for child in list(label)[1:]:
            label.remove(child)
        label.append(label.makeelement(qn("c:delete"), {"val": "1"}))


def _dark(one: Bars) -> bool:
    return one.color in ("actual", "good", "bad", "muted")


def _text_label(label: Any, text: str, position: XL_LABEL_POSITION | None) -> None:
    frame = label.text_frame
    frame.text, frame.word_wrap = plain(text), False
    font = frame.paragraphs[0].runs[0].font
    font.size, font.color.rgb = Pt(TEXT), rgb("text")
    if position is not None:
        label.position = position


def _mark(drawn: Any, point: Point) -> None:
    drawn.format.line.fill.background()
    drawn.marker.style, drawn.marker.size = XL_MARKER_STYLE.CIRCLE, 9
    drawn.marker.format.fill.solid()
    drawn.marker.format.fill.fore_color.rgb = rgb(point.color)
    drawn.marker.format.line.color.rgb = rgb("#FFFFFF")
    if point.text:
        point_label(drawn.points[0], point)


def point_label(drawn: Any, point: Point) -> None:
    _text_label(drawn.data_label, shorten(plain(point.text), 380.0, TEXT), point.position)


def _category_axis(chart: Chart, columns: bool) -> None:
    axis = chart.category_axis
    axis.reverse_order = not columns
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.tick_labels.font.size = Pt(TEXT)
    axis.format.line.color.rgb = rgb("text")
    axis.has_major_gridlines = False


def scales(chart: Chart, titles: tuple[str, str], codes: tuple[str, str]) -> None:
    for axis, title, code in zip((chart.category_axis, chart.value_axis), titles, codes, strict=True):
        axis.has_major_gridlines = False
        axis.major_tick_mark = XL_TICK_MARK.NONE
        axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = code, False
        axis.tick_labels.font.size = Pt(TEXT)
        axis.format.line.color.rgb = rgb("line")
        axis.has_title = True
        axis.axis_title.text_frame.text = plain(title)
        font = axis.axis_title.text_frame.paragraphs[0].runs[0].font
        font.size, font.bold, font.color.rgb = Pt(TEXT), False, rgb("muted")


def legend(chart: Chart, names: Sequence[str]) -> None:
    chart.has_legend = len(names) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
        chart.legend.font.size = Pt(TEXT)
