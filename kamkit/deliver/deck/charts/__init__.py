"""Which exhibits become native, editable charts, and of what; all others are put on the slide as pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pptx.enum.chart import XL_LABEL_POSITION

from kamkit.deliver.columns import COLUMNS, word
from kamkit.deliver.deck.charts.labels import Point
from kamkit.deliver.deck.charts.native import (
    Bars,
    Curve,
    bar_chart,
    bubble_chart,
    number_format,
    xy_chart,
)
from kamkit.deliver.deck.charts.waterfall import tornado_chart, waterfall_chart
from kamkit.deliver.deck.text import Box
from kamkit.deliver.kept import Kept
from kamkit.locale import _
from kamkit.locale.numbers import Numbers
from kamkit.plots.rows import name_of

__all__ = ["NATIVE", "draw_native"]

_MOST_ROWS, _NAMED = 14, 12
_PERCENT = "0%"
Draw = Callable[[Any, Box, Kept, Numbers], None]


def draw_native(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> bool:
    """Draw an exhibit as a chart of PowerPoint; whether it could be."""
    draw = NATIVE.get(shown.draw)
    if draw is None:
        return False
    draw(slide, box, shown, numbers)
    return True


def _whale(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    curve, summary = shown.tables
    points = []
    scale = numbers.scale([summary.peak, summary.total])
    if summary.losers and summary.peak_rank:
        text = _("Peak {amount} after {n} accounts").format(
            amount=numbers.scaled(summary.peak, scale), n=numbers.count(summary.peak_rank)
        )
        points.append(
            Point(_("Peak"), summary.peak_rank, summary.peak, 1, "good", text, XL_LABEL_POSITION.ABOVE)
        )
    total = _("Total {amount}").format(amount=numbers.scaled(summary.total, scale))
    points.append(Point(_("Total"), summary.n, summary.total, 1, "actual", total, XL_LABEL_POSITION.BELOW))
    xs, ys = [0, *curve["rank"]], [0.0, *curve["cumulative_profit"]]
    titles = (_("accounts, the most profitable first"), _running(scale.unit_label))
    code = number_format([summary.peak, summary.total], "money", numbers)
    xy_chart(slide, box, [Curve(_("Running profit"), xs, ys)], points, titles, ("#,##0", code))


def _lorenz(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    curve, summary = shown.tables
    xs, ys = curve["account_share"], curve["value_share"]
    tenth = int(np.ceil(0.1 * summary.n))
    place = curve[curve["rank"] == tenth]
    points = [
        Point(
            _("Largest tenth"),
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
        Curve(_("All equal"), [0.0, 1.0], [0.0, 1.0], "muted", 1.25, dashed=True),
    ]
    titles = (_("share of customers, the largest first"), _("share of revenue"))
    xy_chart(slide, box, curves, points, titles, (_PERCENT, _PERCENT), legend=True)


def _marginal(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    curve = shown.tables[0]
    best = curve.loc[curve["value"].idxmax()]
    scale = numbers.scale(curve["value"])
    text = _("{n} accounts: {amount}").format(
        n=numbers.count(best["accounts"]), amount=numbers.scaled(best["value"], scale)
    )
    point = Point(
        _("Best"), float(best["accounts"]), float(best["value"]), 1, "good", text, XL_LABEL_POSITION.ABOVE
    )
    titles = (_("number of key accounts"), _("worth of the choice, {unit}").format(unit=scale.unit_label))
    code = number_format(curve["value"], "money", numbers)
    xy_chart(slide, box, [Curve(_("Value"), curve["accounts"], curve["value"])], [point], titles, ("0", code))


def _prices(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    curves, summary = shown.tables
    looks = {
        "too_cheap": (_("Too cheap"), "second"),
        "cheap": (_("Cheap"), "good"),
        "expensive": (_("Expensive"), "bad"),
        "too_expensive": (_("Too expensive"), "muted"),
    }
    lines = [Curve(name, curves["price"], curves[c], color) for c, (name, color) in looks.items()]
    rejected = float(np.interp(summary.opp, curves["price"], curves["too_cheap"]))
    text = numbers.count(summary.opp)
    point = Point(
        _("Fewest reject"), float(summary.opp), rejected, 1, "actual", text, XL_LABEL_POSITION.ABOVE
    )
    titles = (_("price, {unit}").format(unit=numbers.currency), _("share of those asked"))
    xy_chart(slide, box, lines, [point], titles, ("#,##0", _PERCENT), legend=True)


def _placed(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    matrix = _flat(shown.tables[0]).dropna(subset=["attractiveness", "strength"])
    groups = _groups(matrix, "treatment", "strength", "attractiveness", "revenue", shown.options.get("names"))
    cuts = float(matrix["strength_cut"].iloc[0]), float(matrix["attractiveness_cut"].iloc[0])
    titles = (_("strength against the best competitor"), _("attractiveness"))
    bubble_chart(slide, box, groups, titles, ("0.0;−0.0", "0.00"), cuts)


def _price_cost(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    matrix = _flat(shown.tables[0])
    matrix = matrix[matrix["quadrant"].notna()]
    near = (matrix["cost_share"] <= matrix["cost_share"].quantile(0.98)) & (
        matrix["price_realisation"] >= matrix["price_realisation"].quantile(0.01)
    )
    groups = _groups(
        matrix[near],
        "quadrant",
        "cost_share",
        "price_realisation",
        "pocket_revenue",
        shown.options.get("names"),
    )
    cuts = float(matrix["cost_cut"].iloc[0]), float(matrix["price_cut"].iloc[0])
    titles = (_("cost to serve, % of pocket revenue"), _("price, % of list"))
    bubble_chart(slide, box, groups, titles, (_PERCENT, _PERCENT), cuts)


_GROUP_COLORS = {
    "invest": "good", "maintain": "actual", "cost_efficient": "second", "exit": "bad", "not_placed": "line",
    "passive": "good", "carriage_trade": "actual", "bargain_basement": "second", "aggressive": "bad",
}  # fmt: skip


def _groups(
    matrix: pd.DataFrame, by: str, x: str, y: str, size: str, names: Mapping[str, str] | None
) -> list[tuple[str, str, list[Point]]]:
    """Bubbles by group; the largest customers are named, what flips easily has a dashed rim."""
    named = set(matrix.nlargest(_NAMED, size)["account_id"])
    flips = (
        set(matrix.loc[matrix["flips_easily"].eq(True), "account_id"]) if "flips_easily" in matrix else set()
    )
    groups = []
    for key, rows in matrix.groupby(by, sort=False):
        points = [
            Point(
                str(account), float(across), float(up), float(large),
                text=name_of(account, names) if account in named else "",
                dashed=account in flips,
            )
            for account, across, up, large in rows[["account_id", x, y, size]].itertuples(index=False)
        ]  # fmt: skip
        groups.append((word(str(key)), _GROUP_COLORS.get(str(key), "muted"), points))
    # LibreOffice drops series that stand before a longer one
    return sorted(groups, key=lambda group: -len(group[2]))


def _waterfall(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    steps = shown.tables[0].reset_index(drop=True)
    key = "rung" if "rung" in steps else "step"
    waterfall_chart(slide, box, steps, [word(str(k)) for k in steps[key]], numbers)


def _tornado(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    table = shown.tables[0]
    ranges = [
        f"{word(str(r.input))}\n{numbers.number(r.input_low)} … {numbers.number(r.input_high)}"
        for r in table.itertuples()
    ]
    tornado_chart(slide, box, table, ranges, numbers)


def _histogram(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    table = shown.tables[0]
    low = "class_from" if "class_from" in table else table.columns[0]
    scale = numbers.scale([*table["class_from"], *table["class_to"]])
    middle = (table[low] + table["class_to"]) / 2
    names = [numbers.scaled(m, scale) for m in middle]
    losses = np.where(middle < 0, table["share"], 0.0)
    gains = np.where(middle < 0, 0.0, table["share"])
    series = [
        Bars(_("below zero"), losses, "bad", labelled=False),
        Bars(_("zero or more"), gains, "actual", labelled=False),
    ]
    bar_chart(slide, box, names, series, "0%", stacked=True, columns=True)


def _rows(
    columns: Sequence[tuple[str, str]],
    kind: str,
    *,
    label: str = "account_id",
    sort: str | None = None,
    stacked: bool = False,
    signed: bool = False,
    most: int = _MOST_ROWS,
) -> Draw:
    """Bars of columns of the exhibit's table, one row per customer, team or segment, the largest first."""

    def draw(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
        table = _flat(shown.tables[0]).dropna(subset=[columns[0][0]])
        if sort:
            table = table.reindex(table[sort].abs().sort_values(ascending=False, kind="stable").index)
        table = table.head(most)
        names = [_row_name(key, label, shown) for key in table[label]]
        values = [table[c].to_numpy(dtype=float) for c, _color in columns]
        code = number_format(np.concatenate(values), kind, numbers)
        series = [
            Bars(_title(c), v, color, signed=signed) for (c, color), v in zip(columns, values, strict=True)
        ]
        bar_chart(slide, box, names, series, code, stacked=stacked)

    return draw


def _markets(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    table = shown.tables[0]
    latest = table[table["year"] == table["year"].max()].nlargest(_MOST_ROWS, "market")
    label = "family" if latest["scope_id"].nunique() == 1 else "scope_id"
    code = number_format(latest["market"], "money", numbers)
    series = [Bars(_("Market"), latest["market"], "line"), Bars(_("Own sales"), latest["own"], "actual")]
    bar_chart(slide, box, [str(n) for n in latest[label]], series, code)


def _growth(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    table = shown.tables[0]
    latest = table[table["year_to"] == table["year_to"].max()]
    latest = latest.reindex(latest["change"].abs().sort_values(ascending=False).index).head(_MOST_ROWS)
    label = "family" if latest["scope_id"].nunique() == 1 else "scope_id"
    parts = (("market_effect", "line"), ("share_effect", "actual"), ("interaction", "second"))
    code = number_format(np.concatenate([latest[c] for c, _color in parts]), "money", numbers)
    series = [Bars(_title(c), latest[c], color) for c, color in parts]
    bar_chart(slide, box, [str(n) for n in latest[label]], series, code)


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    return table.reset_index() if table.index.name else table


def _row_name(key: Any, label: str, shown: Kept) -> str:
    return name_of(key, shown.options.get("names")) if label == "account_id" else word(str(key))


def _title(name: str) -> str:
    return _(COLUMNS[name].title) if name in COLUMNS else word(name)


def _running(unit: str) -> str:
    return _("running profit, {unit}").format(unit=unit)


NATIVE: dict[str, Draw] = {
    "market_growth": _markets,
    "market_growth_split": _growth,
    "lorenz_curve": _lorenz,
    "price_waterfall": _waterfall,
    "contribution_ladder": _waterfall,
    "whale_curve": _whale,
    "price_cost_matrix": _price_cost,
    "capacity_use": _rows(
        [("used_minutes", "actual"), ("unused_minutes", "line")], "count", label="team", stacked=True
    ),
    "segment_worth": _rows([("customer_profit", "actual")], "money", label="segment", signed=True),
    "price_level": _rows([("premium", "actual")], "share", label="segment", signed=True),
    "price_sensitivity": _prices,
    "portfolio_matrix": _placed,
    "choice_curve": _marginal,
    "choice_certainty": _rows([("probability", "actual")], "share", sort="probability", most=20),
    "service_menu_effect": _waterfall,
    "investment_cases": _rows([("npv", "actual")], "money", sort="npv", signed=True, most=18),
    "npv_distribution": _histogram,
    "tornado": _tornado,
    "effort_placement": _rows([("hours_now", "line"), ("hours", "actual")], "count", sort="change"),
}
"""By exhibit, what draws it natively."""
