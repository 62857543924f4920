"""What losing customers would cost, who may be about to leave, and how sure that is."""

from kamkit.method.risk.accounts import (
    account_costs,
    account_losses,
    operating_result,
    team_minutes_by_account,
)
from kamkit.method.risk.loss import LossImpact, expected_loss, loss_impact, replacement_cost
from kamkit.method.risk.register import loss_register
from kamkit.method.risk.reputation import reputation
from kamkit.method.risk.simulation import (
    LossHistory,
    LossSimulation,
    loss_histogram,
    loss_history,
    simulate_losses,
)
from kamkit.method.risk.stress import (
    Stress,
    idle_capacity,
    joint_losses,
    months_to_replace,
    new_business,
    stress,
)
from kamkit.method.risk.warnings import early_warnings, false_discovery

__all__ = [
    "LossHistory",
    "LossImpact",
    "LossSimulation",
    "Stress",
    "account_costs",
    "account_losses",
    "early_warnings",
    "expected_loss",
    "false_discovery",
    "idle_capacity",
    "joint_losses",
    "loss_histogram",
    "loss_history",
    "loss_impact",
    "loss_register",
    "months_to_replace",
    "new_business",
    "operating_result",
    "replacement_cost",
    "reputation",
    "simulate_losses",
    "stress",
    "team_minutes_by_account",
]
