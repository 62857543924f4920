"""Bars whose names carry what stands beside them in the exhibit: the question's scale, the sign, the kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from kamkit.deliver.deck.charts.native import Bars, bar_chart
from kamkit.deliver.deck.charts.rows import Draw, flat, title
from kamkit.deliver.deck.charts.units import number_format
from kamkit.deliver.deck.charts.waterfall import waterfall_chart
from kamkit.deliver.deck.text import Box
from kamkit.deliver.kept import Kept
from kamkit.locale import _
from kamkit.locale.numbers import Numbers
from kamkit.plots.opportunities import DIMENSIONS
from kamkit.plots.opportunities_value import OUTCOMES
from kamkit.plots.programme import BASES
from kamkit.plots.risk_warnings import SIGNS, drawn_warnings
from kamkit.plots.rows import name_of
from kamkit.plots.scorecard import part_name
from kamkit.plots.scorecard_satisfaction import asked_title
from kamkit.plots.scoring import item_text
from kamkit.plots.segmentation import choice_name

__all__ = ["DETAILED", "cash_flow"]

_MOST_ROWS = 12
Rows = Callable[[pd.DataFrame], pd.DataFrame]
Called = Callable[[Any, Kept, Numbers], str]


def _bars(columns: Mapping[str, str], kind: str, called: Called, chosen: Rows | None = None) -> Draw:
    """Bars of columns with their colours; ``called`` names a row, ``chosen`` picks and orders the rows."""

    def draw(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> bool:
        table = flat(shown.tables[0]).dropna(subset=list(columns), how="all")
        table = (chosen(table) if chosen else table).head(_MOST_ROWS)
        if table.empty:
            return False
        names = [called(row, shown, numbers) for row in table.itertuples()]
        code = number_format(table[list(columns)].to_numpy(dtype=float).ravel(), kind, numbers)
        money = kind == "money"
        series = [Bars(title(c), table[c], color, signed=money) for c, color in columns.items()]
        bar_chart(slide, box, names, series, code)
        return True

    return draw


def cash_flow(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """What each year brings in money of today, one upon the other, up to the programme's value."""
    yearly = shown.tables[0]
    amounts = [*yearly["discounted"], yearly["cumulative_discounted"].iloc[-1]]
    kinds = ["total", *["change"] * (len(yearly) - 1), "total"]
    names = [*(str(int(y)) for y in yearly["year"]), title("npv")]
    steps = pd.DataFrame({"kind": kinds, "amount": amounts})
    waterfall_chart(slide, box, steps, names, numbers, planned=range(len(steps)))


def _most_turned(views: pd.DataFrame) -> pd.DataFrame:
    """Those whose profit turns into a loss, then those that bear most; the most profitable on top."""
    order = ["sign_change", "absorbed_cost", "account_id"]
    picked = views.sort_values(order, ascending=[False, False, True]).head(_MOST_ROWS)
    return picked.sort_values(["attributable_profit", "account_id"], ascending=[False, True])


def _account(row: Any, shown: Kept, _numbers: Numbers) -> str:
    named = getattr(row, "name", None)
    return str(named) if isinstance(named, str) else name_of(row.account_id, shown.options.get("names"))


def _warnings(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> bool:
    """What is left of former purchases; in the colour of bad news only where somebody is warned of."""
    color = "bad" if shown.tables[0]["warned"].any() else "second"
    draw = _bars({"ratio": color}, "share", _warning, lambda w: drawn_warnings(w).sort_values("ratio"))
    return bool(draw(slide, box, shown, numbers))


def _warning(row: Any, shown: Kept, numbers: Numbers) -> str:
    return f"{_account(row, shown, numbers)}\n{_(SIGNS.get(row.sign, str(row.sign)))}"


def _group(row: Any, _shown: Kept, _numbers: Numbers) -> str:
    return f"{_(DIMENSIONS.get(row.dimension, row.dimension))}: {name_of(row.group, None)}"


def _basis(row: Any, numbers: Numbers) -> str:
    net = _("net {amount}").format(amount=numbers.money(row.net))
    return f"{_(BASES.get(row.cost_basis, row.cost_basis))}\n{net}"


def _asked(row: Any, _shown: Kept, numbers: Numbers) -> str:
    """The question, its figure on its own scale with its interval, and how many answered."""
    figure = f"{numbers.number(row.rating)} ± {numbers.number(row.half_width)}"
    return f"{asked_title(row)}\n{figure}, n = {numbers.count(row.n)}"


DETAILED: Mapping[str, Draw] = {
    "account_scorecards": _bars(
        {"score": "actual"}, "share", _account, lambda card: card.sort_values("score", ascending=False)
    ),
    "consensus_spread": _bars(
        {"blind_spread": "line", "consensus_spread": "actual"},
        "number",
        lambda row, _shown, _numbers: item_text(row._asdict()),
        lambda items: items.sort_values("blind_spread", ascending=False),
    ),
    "cost_views": _bars(
        {"attributable_profit": "line", "absorbed_profit": "actual"}, "money", _account, _most_turned
    ),
    "deal_slippage": _bars(
        {"median_days": "line", "mean_days": "actual"},
        "count",
        lambda row, _shown, _numbers: _(OUTCOMES.get(row.outcome, row.outcome)),
    ),
    "early_warnings": _warnings,
    "programme_scorecard": _bars(
        {"possible": "line", "points": "actual"},
        "share",
        lambda row, _shown, _numbers: part_name(str(row.element)),
    ),
    "programme_worth": _bars(
        {"extra_contribution": "actual", "programme_cost": "second"},
        "money",
        lambda row, _shown, numbers: _basis(row, numbers),
    ),
    "satisfaction": _bars({"place": "actual"}, "share", _asked),
    "segment_choice": _bars(
        {"silhouette": "line", "stability": "actual"},
        "number",
        lambda row, _shown, _numbers: choice_name(row),
    ),
    "win_rate_groups": _bars({"win_rate": "line", "shrunk": "actual"}, "share", _group),
}
"""By exhibit, what draws its bars."""
