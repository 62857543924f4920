"""Exhibits that are lines over a scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pptx.enum.chart import XL_LABEL_POSITION

from kamkit.deliver.deck.charts.labels import Point
from kamkit.deliver.deck.charts.native import Curve, xy_chart
from kamkit.deliver.deck.charts.rows import title
from kamkit.deliver.deck.charts.units import number_format, slide_scale
from kamkit.deliver.deck.text import Box
from kamkit.deliver.kept import Kept
from kamkit.locale import _
from kamkit.locale.numbers import Numbers
from kamkit.plots.programme import GROUPS
from kamkit.plots.whale import end_texts, group_texts, peak_text

__all__ = [
    "event_study",
    "joint_loss",
    "lorenz",
    "marginal",
    "paths",
    "prices",
    "transfer_prices",
    "whale",
]

_PERCENT, _YEAR = "0%", 12
_MANY = 30


def whale(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """Profit that runs up and down again, with its peak, its erosion and the three groups."""
    curve, summary = shown.tables
    points = []
    scale = slide_scale([summary.peak, summary.total], numbers)
    if summary.losers and summary.peak_rank:
        text = peak_text(summary, numbers, scale)
        points.append(
            Point(_("Peak"), summary.peak_rank, summary.peak, 1, "good", text, XL_LABEL_POSITION.ABOVE)
        )
    total = ", ".join(end_texts(summary, numbers, scale))
    points.append(Point(_("Total"), summary.n, summary.total, 1, "actual", total, XL_LABEL_POSITION.LEFT))
    xs, ys = [0, *curve["rank"]], [0.0, *curve["cumulative_profit"]]
    groups = " · ".join(group_texts(summary, numbers))
    titles = (f"{_('accounts, the most profitable first')}: {groups}", _running(scale.unit_label))
    code = number_format([summary.peak, summary.total], "money", numbers)
    xy_chart(slide, box, [Curve(_("Running profit"), xs, ys)], points, titles, ("#,##0", code))


def lorenz(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """How much hangs on few."""
    curve, summary = shown.tables
    xs, ys = curve["account_share"], curve["value_share"]
    tenth = int(np.ceil(0.1 * summary.n))
    place = curve[curve["rank"] == tenth]
    points = [
        Point(
            _("Largest tenth") if summary.n >= _MANY else _("The largest"),
            float(row.account_share),
            float(row.value_share),
            1,
            "actual",
            _("the {n} largest: {share}").format(
                n=numbers.count(tenth), share=numbers.percent(row.value_share)
            ),
        )
        for row in place.itertuples()
    ]
    curves = [
        Curve(_("Customers"), xs, ys),
        Curve(_("All equal"), [0.0, 0.5, 1.0], [0.0, 0.5, 1.0], "muted", 1.25, dashed=True),
    ]
    titles = (_("share of customers, the largest first"), _("share of revenue"))
    xy_chart(slide, box, curves, points, titles, (_PERCENT, _PERCENT), named=True)


def marginal(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """What the next key account adds."""
    curve = shown.tables[0]
    best = curve.loc[curve["value"].idxmax()]
    scale = slide_scale(curve["value"], numbers)
    text = _("{n} accounts: {amount}").format(
        n=numbers.count(best["accounts"]), amount=numbers.scaled(best["value"], scale)
    )
    point = Point(
        _("Best"), float(best["accounts"]), float(best["value"]), 1, "good", text, XL_LABEL_POSITION.ABOVE
    )
    titles = (_("number of key accounts"), _("worth of the choice, {unit}").format(unit=scale.unit_label))
    code = number_format(curve["value"], "money", numbers)
    xy_chart(slide, box, [Curve(_("Value"), curve["accounts"], curve["value"])], [point], titles, ("0", code))


def prices(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """Who rejects which price."""
    curves, summary = shown.tables
    looks = {
        "too_cheap": (_("Too cheap"), "second", True),
        "cheap": (_("Cheap"), "second", False),
        "expensive": (_("Expensive"), "actual", False),
        "too_expensive": (_("Too expensive"), "actual", True),
    }
    lines = [
        Curve(name, curves["price"], curves[c], color, dashed=dashed)
        for c, (name, color, dashed) in looks.items()
    ]
    rejected = float(np.interp(summary.opp, curves["price"], curves["too_cheap"]))
    text = numbers.count(summary.opp)
    point = Point(
        _("Fewest reject"), float(summary.opp), rejected, 1, "actual", text, XL_LABEL_POSITION.ABOVE
    )
    titles = (_("price, {unit}").format(unit=numbers.currency), _("share of those asked"))
    xy_chart(slide, box, lines, [point], titles, ("#,##0", _PERCENT), named=True)


def _running(unit: str) -> str:
    return _("running profit, {unit}").format(unit=unit)


def event_study(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """Sales against the comparison accounts, month by month around the start."""
    table = shown.tables[0].sort_values("months_since")
    months = table["months_since"]
    lines = [
        Curve(_("Against the comparison"), months, table["uplift"]),
        Curve(_("95% from"), months, table["uplift_low"], "second", 1.0, dashed=True),
        Curve(_("95% to"), months, table["uplift_high"], "second", 1.0, dashed=True),
    ]
    titles = (_("months since the start as a key account"), _("sales against the comparison"))
    chart = xy_chart(slide, box, lines, [], titles, ("0;−0", "0%;−0%"), named=True)
    chart.category_axis.major_unit = 6.0 if np.ptp(months) > _YEAR else 3.0


def paths(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """Sales to key accounts and to those they are compared with, quarter by quarter."""
    table = shown.tables[0].sort_values("quarter")
    lines = []
    for group, rows in table.groupby("group", sort=False):
        when = pd.to_datetime(rows["quarter"])
        name = f"{_(GROUPS.get(str(group), str(group)))} ({numbers.count(rows['accounts'].iloc[0])})"
        color = "actual" if group == "key_accounts" else "second"
        lines.append(Curve(name, when.dt.year + (when.dt.month - 1) / 12, rows["of_first_year"], color))
    titles = (title("quarter"), title("of_first_year"))
    chart = xy_chart(slide, box, lines, [], titles, ("0", _PERCENT), named=True)
    chart.category_axis.major_unit = 1.0


def joint_loss(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """EBIT after the largest accounts are lost together."""
    table = shown.tables[0].dropna(subset=["ebit_after"])
    scale = slide_scale(table["ebit_after"], numbers)
    titles = (_("accounts lost, the largest first"), _("EBIT after it, {unit}").format(unit=scale.unit_label))
    code = number_format(table["ebit_after"], "money", numbers)
    xy_chart(slide, box, [Curve(_("EBIT"), table["lost"], table["ebit_after"])], [], titles, ("0", code))


def transfer_prices(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """Each unit's result as the transfer price moves; the group's stays."""
    table = shown.tables[0]
    lines = [
        Curve(str(unit), rows["factor"], rows["unit_result"], "second")
        for unit, rows in table.groupby("bu_id", sort=True)
    ]
    group = table.drop_duplicates("factor").sort_values("factor")
    lines.append(Curve(_("All units"), group["factor"], group["group_result"], "actual", 3.0))
    scale = slide_scale(table[["unit_result", "group_result"]].to_numpy().ravel(), numbers)
    titles = (_("transfer price, today = 100%"), _("result, {unit}").format(unit=scale.unit_label))
    code = number_format(table["unit_result"], "money", numbers)
    xy_chart(slide, box, lines, [], titles, ("0%", code), named=True)
