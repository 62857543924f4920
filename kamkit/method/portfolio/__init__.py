"""Which accounts are invested in: where they stand, how they are treated, how many the hours carry."""

from kamkit.method.portfolio.candidates import HoursPlan, choice_sheet, growth_worth, hours_plan
from kamkit.method.portfolio.choice import ChosenAccounts, choose_accounts
from kamkit.method.portfolio.matrix import CELLS, RULES, eligible, invested, place, placement_flips, treatment
from kamkit.method.portfolio.strength import relative_strength, strength_by_item

__all__ = [
    "CELLS",
    "RULES",
    "ChosenAccounts",
    "HoursPlan",
    "choice_sheet",
    "choose_accounts",
    "eligible",
    "growth_worth",
    "hours_plan",
    "invested",
    "place",
    "placement_flips",
    "relative_strength",
    "strength_by_item",
    "treatment",
]
