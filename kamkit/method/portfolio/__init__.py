"""Which accounts are invested in: where they stand, how they are treated, how many the hours carry."""

from kamkit.method.portfolio.certainty import choice_certainty, priced, rank_range
from kamkit.method.portfolio.choice import ChosenAccounts, choice_limits, choose_accounts
from kamkit.method.portfolio.matrix import (
    CELLS,
    RULES,
    candidates,
    eligible,
    place,
    placement_flips,
    recut,
    treatment,
)
from kamkit.method.portfolio.sheet import (
    HoursPlan,
    abc_by_treatment,
    choice_sheet,
    growth_worth,
    hours_plan,
    matrix_table,
    rules_of_thumb,
    scored_worth,
)
from kamkit.method.portfolio.strength import relative_strength, strength_by_item
from kamkit.method.service import service_menu

__all__ = [
    "CELLS",
    "RULES",
    "ChosenAccounts",
    "HoursPlan",
    "abc_by_treatment",
    "candidates",
    "choice_certainty",
    "choice_limits",
    "choice_sheet",
    "choose_accounts",
    "eligible",
    "growth_worth",
    "hours_plan",
    "matrix_table",
    "place",
    "placement_flips",
    "priced",
    "rank_range",
    "recut",
    "relative_strength",
    "rules_of_thumb",
    "scored_worth",
    "service_menu",
    "strength_by_item",
    "treatment",
]
