"""Scores of accounts: fixed anchors, gates before scores, and how sure a ranking is."""

from kamkit.method.scoring.acceptability import chosen_probability, rank_acceptability
from kamkit.method.scoring.agreement import (
    complete,
    consensus,
    first_answered,
    judged_values,
    kendalls_w,
    panel_agreement,
)
from kamkit.method.scoring.criteria import instrument_criteria, with_weights
from kamkit.method.scoring.distance import topsis
from kamkit.method.scoring.robustness import choice_flips, cut_flips, weight_flips
from kamkit.method.scoring.scores import (
    Weighing,
    failed_gates,
    passing,
    score_change,
    utilities,
    weighted_score,
)
from kamkit.method.scoring.weights import PairwiseWeights, ahp_weights, roc_weights

__all__ = [
    "PairwiseWeights",
    "Weighing",
    "ahp_weights",
    "chosen_probability",
    "choice_flips",
    "complete",
    "consensus",
    "cut_flips",
    "failed_gates",
    "first_answered",
    "instrument_criteria",
    "judged_values",
    "kendalls_w",
    "panel_agreement",
    "passing",
    "rank_acceptability",
    "roc_weights",
    "score_change",
    "topsis",
    "utilities",
    "weight_flips",
    "weighted_score",
    "with_weights",
]
