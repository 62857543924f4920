"""Whether the programme pays, judged against accounts that are not in it."""

from kamkit.method.programme.changes import (
    account_changes,
    assumptions,
    decision_changes,
    period_changes,
    programme_assumptions,
)
from kamkit.method.programme.design import ProgrammeDesign, programme_design
from kamkit.method.programme.effect import DifferenceInDifferences, difference_in_differences
from kamkit.method.programme.evaluation import (
    ProgrammeEvaluation,
    evaluate_programme,
    event_study,
    programme_effects,
    programme_paths,
)
from kamkit.method.programme.figures import (
    GrowthAgainstMarket,
    KeyAccountMultiple,
    growth_against_market,
    key_account_multiple,
)
from kamkit.method.programme.matching import MatchedEffect, match_accounts, matched_effect
from kamkit.method.programme.panel import key_accounts, sales_panel
from kamkit.method.programme.permutation import Permutation, permutation_p
from kamkit.method.programme.published import (
    PUBLISHED,
    large_customers,
    published_figures,
    tenfold_accounts,
    tenfold_stories,
)
from kamkit.method.programme.satisfaction import (
    ASKED,
    Nps,
    account_satisfaction,
    nps,
    satisfaction,
)
from kamkit.method.programme.scorecard import (
    PARTS,
    account_growth,
    account_scorecard,
    scorecard,
    scorecard_parts,
)
from kamkit.method.programme.staggered import (
    GroupTimeEffects,
    PreTrend,
    group_time_effects,
    placebo_start,
    pre_trend,
)
from kamkit.method.programme.units import (
    conflicts,
    group_results,
    line_measures,
    shadow_credits,
    transfer_prices,
    transfer_sweep,
)
from kamkit.method.programme.worth import programme_worth

__all__ = [
    "ASKED",
    "PARTS",
    "PUBLISHED",
    "DifferenceInDifferences",
    "GroupTimeEffects",
    "GrowthAgainstMarket",
    "KeyAccountMultiple",
    "MatchedEffect",
    "Nps",
    "Permutation",
    "PreTrend",
    "ProgrammeDesign",
    "ProgrammeEvaluation",
    "account_changes",
    "account_growth",
    "account_satisfaction",
    "account_scorecard",
    "assumptions",
    "conflicts",
    "decision_changes",
    "difference_in_differences",
    "evaluate_programme",
    "event_study",
    "group_results",
    "group_time_effects",
    "growth_against_market",
    "key_account_multiple",
    "key_accounts",
    "large_customers",
    "line_measures",
    "match_accounts",
    "matched_effect",
    "nps",
    "period_changes",
    "permutation_p",
    "placebo_start",
    "pre_trend",
    "programme_assumptions",
    "programme_design",
    "programme_effects",
    "programme_paths",
    "programme_worth",
    "published_figures",
    "sales_panel",
    "satisfaction",
    "scorecard",
    "scorecard_parts",
    "shadow_credits",
    "tenfold_accounts",
    "tenfold_stories",
    "transfer_prices",
    "transfer_sweep",
]
