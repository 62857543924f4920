"""One account's plan: whom a plan is made for, what it says, and what has moved since the last one."""

from kamkit.method.account_plan.accounts import account_rows, planned_accounts
from kamkit.method.account_plan.changes import (
    account_ladder,
    figure_changes,
    item_changes,
    plan_figures,
    plan_state,
)
from kamkit.method.account_plan.items import (
    account_actions,
    account_case,
    account_goals,
    account_risks,
    account_team,
)

__all__ = [
    "account_actions",
    "account_case",
    "account_goals",
    "account_ladder",
    "account_risks",
    "account_rows",
    "account_team",
    "figure_changes",
    "item_changes",
    "plan_figures",
    "plan_state",
    "planned_accounts",
]
