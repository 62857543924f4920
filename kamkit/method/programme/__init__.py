"""Whether the programme pays, judged against accounts that are not in it."""

from kamkit.method.programme.effect import DifferenceInDifferences, difference_in_differences
from kamkit.method.programme.panel import key_accounts, sales_panel
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
    "PreTrend",
    "difference_in_differences",
    "group_time_effects",
    "key_accounts",
    "placebo_start",
    "pre_trend",
    "sales_panel",
]
