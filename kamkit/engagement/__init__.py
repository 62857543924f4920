"""One client's folder: configuration, gate, ledger engine, decisions, and what steps hand on."""

from kamkit.engagement.engagement import Engagement
from kamkit.engagement.gaps import NotAssessed, known
from kamkit.engagement.problems import GateError, Problem
from kamkit.engagement.step import Step

__all__ = ["Engagement", "GateError", "NotAssessed", "Problem", "Step", "known"]
