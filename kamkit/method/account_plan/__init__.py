"""One account's plan: whom a plan is made for, what it says, and what has moved since the last one."""

from kamkit.method.account_plan.accounts import account_rows, planned_accounts
from kamkit.method.account_plan.changes import figure_changes, item_changes, plan_state
from kamkit.method.account_plan.figures import (
    account_deals,
    account_ladder,
    account_room,
    account_stairs,
    plan_figures,
)
from kamkit.method.account_plan.items import (
    account_actions,
    account_case,
    account_goals,
    account_needs,
    account_profile,
    account_risks,
)
from kamkit.method.account_plan.people import account_people, account_team

__all__ = [
    "account_actions",
    "account_case",
    "account_deals",
    "account_goals",
    "account_ladder",
    "account_needs",
    "account_people",
    "account_profile",
    "account_risks",
    "account_room",
    "account_rows",
    "account_stairs",
    "account_team",
    "figure_changes",
    "item_changes",
    "plan_figures",
    "plan_state",
    "planned_accounts",
]
