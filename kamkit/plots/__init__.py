"""One function per exhibit: it takes tables that ``method`` returned, draws on ``ax``, returns ``ax``.

No chart computes: every number it shows is a cell of the tables it was given.
"""

from kamkit.plots.capability import maturity_by_area, skill_levels
from kamkit.plots.capability_backlog import improvement_list
from kamkit.plots.capability_charter import programme_charter
from kamkit.plots.capability_findings import eight_problems, five_practices
from kamkit.plots.capacity import capacity_use
from kamkit.plots.case_risk import npv_distribution, tornado
from kamkit.plots.choice import choice_certainty, choice_curve
from kamkit.plots.concentration import lorenz_curve
from kamkit.plots.effort import effort_placement, service_menu_effect
from kamkit.plots.exhibit import Exhibit, exhibit
from kamkit.plots.importance import importance_map
from kamkit.plots.investment import investment_cases, programme_cash_flow
from kamkit.plots.layout import missing_glyphs
from kamkit.plots.markets import market_growth, market_growth_split
from kamkit.plots.matrix import price_cost_matrix
from kamkit.plots.offers import discount_break_even, share_of_wallet
from kamkit.plots.offers_heat import family_sales, white_space
from kamkit.plots.offers_value import offer_value, value_stairs
from kamkit.plots.opportunities import deal_priorities, stage_probabilities, win_rate_groups
from kamkit.plots.opportunities_value import deal_ageing, deal_slippage, pipeline_value
from kamkit.plots.portfolio import portfolio_matrix
from kamkit.plots.prices import price_waterfall
from kamkit.plots.profitability import contribution_ladder, cost_views
from kamkit.plots.programme import event_study, programme_paths, programme_worth
from kamkit.plots.programme_figures import published_figures
from kamkit.plots.relationships import leaver_loss, relationship_coverage, role_agreement
from kamkit.plots.relationships_map import relationship_map
from kamkit.plots.relationships_words import issues_message, raci_message, stale_message
from kamkit.plots.risk import ebit_at_stake, joint_loss_curve
from kamkit.plots.risk_simulation import loss_distribution
from kamkit.plots.risk_warnings import early_warnings
from kamkit.plots.scorecard import account_scorecards, programme_scorecard
from kamkit.plots.scorecard_satisfaction import satisfaction
from kamkit.plots.scoring import consensus_spread, score_contributions
from kamkit.plots.segmentation import segment_choice, segment_migration, segment_needs
from kamkit.plots.style import style
from kamkit.plots.svg import to_png, to_svg
from kamkit.plots.units import transfer_sweep, unit_conflicts
from kamkit.plots.whale import whale_curve
from kamkit.plots.willingness import price_level, price_sensitivity
from kamkit.plots.worth import segment_worth

__all__ = [
    "Exhibit",
    "account_scorecards",
    "capacity_use",
    "choice_certainty",
    "choice_curve",
    "consensus_spread",
    "contribution_ladder",
    "cost_views",
    "deal_ageing",
    "deal_priorities",
    "deal_slippage",
    "discount_break_even",
    "early_warnings",
    "ebit_at_stake",
    "effort_placement",
    "eight_problems",
    "event_study",
    "exhibit",
    "family_sales",
    "five_practices",
    "importance_map",
    "improvement_list",
    "investment_cases",
    "issues_message",
    "joint_loss_curve",
    "leaver_loss",
    "lorenz_curve",
    "loss_distribution",
    "market_growth",
    "market_growth_split",
    "maturity_by_area",
    "missing_glyphs",
    "npv_distribution",
    "offer_value",
    "pipeline_value",
    "portfolio_matrix",
    "price_cost_matrix",
    "price_level",
    "price_sensitivity",
    "price_waterfall",
    "programme_cash_flow",
    "programme_charter",
    "programme_paths",
    "programme_scorecard",
    "programme_worth",
    "published_figures",
    "raci_message",
    "relationship_coverage",
    "relationship_map",
    "role_agreement",
    "satisfaction",
    "score_contributions",
    "segment_choice",
    "segment_migration",
    "segment_needs",
    "segment_worth",
    "service_menu_effect",
    "share_of_wallet",
    "skill_levels",
    "stage_probabilities",
    "stale_message",
    "style",
    "to_png",
    "to_svg",
    "tornado",
    "transfer_sweep",
    "unit_conflicts",
    "value_stairs",
    "whale_curve",
    "white_space",
    "win_rate_groups",
]
