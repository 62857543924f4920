"""Which accounts are invested in: where they stand, how they are treated, how many the hours carry."""

from kamkit.method.portfolio.candidates import HoursPlan, choice_sheet, growth_worth, hours_plan, matrix_table
from kamkit.method.portfolio.certainty import choice_certainty, priced, rank_range
from kamkit.method.portfolio.choice import ChosenAccounts, choose_accounts
from kamkit.method.portfolio.matrix import CELLS, RULES, eligible, invested, place, placement_flips, treatment
from kamkit.method.portfolio.strength import relative_strength, strength_by_item

__all__ = [
    "CELLS",
    "RULES",
    "ChosenAccounts",
    "HoursPlan",
    "choice_certainty",
    "choice_sheet",
    "choose_accounts",
    "eligible",
    "growth_worth",
    "hours_plan",
    "invested",
    "matrix_table",
    "place",
    "placement_flips",
    "priced",
    "rank_range",
    "relative_strength",
    "strength_by_item",
    "treatment",
]
