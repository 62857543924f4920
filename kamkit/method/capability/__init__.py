"""Step 10: how mature the programme is, what its people can, what goes wrong, and what is done about it."""

from kamkit.method.capability.backlog import EFFORTS, backlog
from kamkit.method.capability.charter import QUESTIONS, programme_charter
from kamkit.method.capability.practices import PRACTICE_LIMITS, PRACTICES, five_practices
from kamkit.method.capability.predictions import brier_score, decisions_reviewed
from kamkit.method.capability.problems import PROBLEM_LIMITS, PROBLEMS, eight_problems
from kamkit.method.capability.rater_agreement import intraclass_correlation, weighted_kappa
from kamkit.method.capability.skills import (
    SKILLS_CATALOGUE,
    development_paths,
    rating_agreement,
    skill_gaps,
    skills_asked,
)
from kamkit.method.capability.stages import PHASES, maturity

__all__ = [
    "EFFORTS",
    "PHASES",
    "PRACTICES",
    "PRACTICE_LIMITS",
    "PROBLEMS",
    "PROBLEM_LIMITS",
    "QUESTIONS",
    "SKILLS_CATALOGUE",
    "backlog",
    "brier_score",
    "decisions_reviewed",
    "development_paths",
    "eight_problems",
    "five_practices",
    "intraclass_correlation",
    "maturity",
    "programme_charter",
    "rating_agreement",
    "skill_gaps",
    "skills_asked",
    "weighted_kappa",
]
