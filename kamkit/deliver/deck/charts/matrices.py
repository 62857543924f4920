"""Exhibits that place customers by two scales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kamkit.deliver.columns import word
from kamkit.deliver.deck.charts.bubbles import bubble_chart, dot_chart
from kamkit.deliver.deck.charts.labels import Point
from kamkit.deliver.deck.charts.rows import flat, title
from kamkit.deliver.deck.text import Box
from kamkit.deliver.kept import Kept
from kamkit.locale import _
from kamkit.locale.numbers import Numbers
from kamkit.plots.importance import COLORS, SURE
from kamkit.plots.rows import name_of

__all__ = ["needs", "placed", "price_cost"]

_NAMED = 12
_PERCENT = "0%"


def placed(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """Attractiveness against our strength."""
    matrix = flat(shown.tables[0]).dropna(subset=["attractiveness", "strength"])
    groups = _groups(matrix, "treatment", "strength", "attractiveness", "revenue", shown.options.get("names"))
    cuts = float(matrix["strength_cut"].iloc[0]), float(matrix["attractiveness_cut"].iloc[0])
    titles = (_("strength against the best competitor"), _("attractiveness"))
    bubble_chart(slide, box, groups, titles, ("0.0;−0.0", "0.00"), cuts)


def price_cost(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """Net price against cost to serve."""
    matrix = flat(shown.tables[0])
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


def needs(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """What customers say matters against what moves their satisfaction."""
    table = shown.tables[0]
    groups = []
    for quadrant, rows in table.groupby("quadrant", sort=False):
        points = [
            Point(str(r.text), float(r.stated), float(r.derived), 1.0, text=str(r.text), dashed=r.sure < SURE)
            for r in rows.itertuples()
        ]
        groups.append((word(str(quadrant)), COLORS[str(quadrant)], points))
    groups.sort(key=lambda group: -len(group[2]))
    cuts = float(table["stated_cut"].iloc[0]), float(table["derived_cut"].iloc[0])
    dot_chart(slide, box, groups, (title("stated"), title("derived")), ("0.0", _PERCENT), cuts)


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
