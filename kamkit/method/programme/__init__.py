"""Whether the programme pays, judged against accounts that are not in it."""

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
)
from kamkit.method.programme.staggered import (
    GroupTimeEffects,
    PreTrend,
    group_time_effects,
    placebo_start,
    pre_trend,
)
from kamkit.method.programme.worth import programme_worth

__all__ = [
    "DifferenceInDifferences",
    "GroupTimeEffects",
    "MatchedEffect",
    "Permutation",
    "PreTrend",
    "ProgrammeDesign",
    "ProgrammeEvaluation",
    "difference_in_differences",
    "evaluate_programme",
    "event_study",
    "group_time_effects",
    "key_accounts",
    "match_accounts",
    "matched_effect",
    "permutation_p",
    "placebo_start",
    "pre_trend",
    "programme_design",
    "programme_effects",
    "programme_paths",
    "programme_worth",
    "sales_panel",
    "PUBLISHED",
    "large_customers",
    "published_figures",
    "tenfold_accounts",
    "GrowthAgainstMarket",
    "KeyAccountMultiple",
    "growth_against_market",
    "key_account_multiple",
]
