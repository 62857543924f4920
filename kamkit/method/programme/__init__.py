"""Whether the programme pays, judged against accounts that are not in it."""

from kamkit.method.programme.effect import DifferenceInDifferences, difference_in_differences
from kamkit.method.programme.matching import MatchedEffect, match_accounts, matched_effect
from kamkit.method.programme.panel import key_accounts, sales_panel
from kamkit.method.programme.permutation import Permutation, permutation_p
from kamkit.method.programme.staggered import (
    GroupTimeEffects,
    PreTrend,
    group_time_effects,
    placebo_start,
    pre_trend,
)

__all__ = [
    "DifferenceInDifferences",
    "GroupTimeEffects",
    "MatchedEffect",
    "Permutation",
    "PreTrend",
    "difference_in_differences",
    "group_time_effects",
    "key_accounts",
    "match_accounts",
    "matched_effect",
    "permutation_p",
    "placebo_start",
    "pre_trend",
    "sales_panel",
]
