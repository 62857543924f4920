"""Which exhibits become native, editable charts, and of what; all others are put on the slide as pictures."""

from __future__ import annotations

from typing import Any

from kamkit.deliver.deck.charts import curves, details, matrices, rows
from kamkit.deliver.deck.charts.rows import Draw
from kamkit.deliver.deck.text import Box
from kamkit.deliver.kept import Kept
from kamkit.locale.numbers import Numbers

__all__ = ["NATIVE", "draw_native"]


def draw_native(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> bool:
    """Draw an exhibit as a chart of PowerPoint; whether it could be: a table without figures has no bars."""
    draw = NATIVE.get(shown.draw)
    return draw is not None and draw(slide, box, shown, numbers) is not False


NATIVE: dict[str, Draw] = {
    "market_growth": rows.markets,
    "market_growth_split": rows.growth,
    "lorenz_curve": curves.lorenz,
    "price_waterfall": rows.waterfall,
    "contribution_ladder": rows.waterfall,
    "whale_curve": curves.whale,
    "price_cost_matrix": matrices.price_cost,
    "capacity_use": rows.rows(
        [("used_minutes", "actual"), ("unused_minutes", "line")], "count", label="team", stacked=True
    ),
    "segment_worth": rows.rows(
        [("customer_profit", "actual")],
        "money",
        label="segment",
        sort="customer_profit",
        order="falling",
        signed=True,
    ),
    "price_level": rows.rows([("premium", "actual")], "share", label="segment", signed=True),
    "price_sensitivity": curves.prices,
    "portfolio_matrix": matrices.placed,
    "choice_curve": curves.marginal,
    "choice_certainty": rows.rows([("probability", "actual")], "share", sort="probability", most=20),
    "service_menu_effect": rows.waterfall,
    "investment_cases": rows.rows(
        [("npv", "actual")], "money", sort="npv", order="falling", signed=True, planned=True, most=18
    ),
    "npv_distribution": rows.histogram,
    "tornado": rows.tornado,
    "effort_placement": rows.rows([("hours_now", "line"), ("hours", "actual")], "count", sort="change"),
    "share_of_wallet": rows.rows([("share", "actual")], "share", sort="sales"),
    "white_space": rows.white_space,
    "value_stairs": rows.waterfall,
    "offer_value": rows.rows(
        [("premium_asked", "line"), ("confirmed_value", "actual")], "money", sort="premium_asked"
    ),
    "discount_break_even": rows.rows([("volume_needed", "actual")], "share", sort="pocket_revenue"),
    "relationship_coverage": rows.rows(
        [("power_reached", "actual")], "share", sort="power_reached", order="rising", most=18
    ),
    "leaver_loss": rows.leavers,
    "role_agreement": rows.rows([("agreement", "actual")], "share", most=18),
    "stage_probabilities": rows.rows([("seller", "line"), ("history", "actual")], "share", label="stage"),
    "deal_ageing": rows.ageing,
    "pipeline_value": rows.histogram,
    "event_study": curves.event_study,
    "ebit_at_stake": rows.rows(
        [("ebit_change", "actual")], "money", sort="ebit_change", order="rising", signed=True
    ),
    "joint_loss_curve": curves.joint_loss,
    "loss_distribution": rows.histogram,
    "unit_conflicts": rows.rows(
        [("group_result", "actual"), ("unit_result", "bad")], "money", sort="unit_result", order="rising"
    ),
    "transfer_sweep": curves.transfer_prices,
    "importance_map": matrices.needs,
    "programme_cash_flow": details.cash_flow,
    "programme_paths": curves.paths,
    **details.DETAILED,
}
"""By exhibit, what draws it natively."""
