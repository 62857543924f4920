"""What share of all possible weights would rank a subject where: SMAA, in chunks, always the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError
from kamkit.method.frames import number
from kamkit.method.scoring.criteria import checked_criteria, checked_weights
from kamkit.method.scoring.robustness import worths
from kamkit.method.scoring.scores import SCALED, utilities

__all__ = ["chosen_probability", "rank_acceptability"]

_MOST_SUBJECTS, _MOST_LATTICE = 20_000, 10
_MOST_DOUBLES = 5_000
_CELLS = 2_000_000
_SCORE_BITS = 46


def rank_acceptability(
    values: pd.DataFrame, criteria: pd.DataFrame, draws: int = 10_000, seed: int = 0
) -> pd.DataFrame:
    """How often each subject takes each rank, when nothing is known about the weights.

    Weights are drawn evenly from all that sum to 1 (Dirichlet with parameters 1);
    ``b_i^r = share of the draws with rank_i = r``, where ``rank_i = 1 + number of subjects with a higher
    score``.

    Parameters
    ----------
    values : subjects × criteria, on the raw scales; without those that fail a gate.
    criteria : item_id, direction, scale_min, scale_max; agreed weights play no part.
    draws : how many weights are drawn.
    seed : the same seed gives the same figures, whatever the order of the subjects.

    Returns
    -------
    DataFrame
        subjects × rank (1 … n), fractions of the draws; each row sums to 1. The standard error of a
        fraction b is at most sqrt(b (1 − b) / draws): 0.005 at 10 000 draws. Single precision beyond
        5 000 subjects.

    Raises
    ------
    ParameterError
        No draws, or over 20 000 subjects.
    ValuesError, ColumnError, EmptyError
        As :func:`utilities`.

    Notes
    -----
    Source: Lahdelma, Hokkanen & Salminen (1998); Lahdelma & Salminen (2001). Subjects that are equal
    share the better rank. Takes a few seconds and half a gigabyte for 10 000 subjects.

    Examples
    --------
    >>> criteria = pd.DataFrame({"item_id": ["x", "y"], "direction": "max", "scale_min": 0, "scale_max": 10})
    >>> values = pd.DataFrame({"x": [10, 0, 6], "y": [0, 10, 6]}, index=["A", "B", "C"])
    >>> rank_acceptability(values, criteria)[1].round(2).tolist()
    [0.4, 0.4, 0.2]
    """
    utility = utilities(values, criteria)
    n = len(utility)
    if n > _MOST_SUBJECTS:
        raise ParameterError(
            f"{n} subjects make a table of ranks too large", where="values",
            allowed=f"up to {_MOST_SUBJECTS}", remedy="use chosen_probability, which has no table of ranks",
        )  # fmt: skip
    weights = _draws(utility.shape[1], draws, seed)
    counts = np.zeros((n, n), dtype=np.uint16 if draws < 2**16 else np.uint32)
    for scores in _scored(utility.to_numpy(), weights):
        _count(counts, _ranks(scores))
    shares = np.empty((n, n), dtype=np.float64 if n <= _MOST_DOUBLES else np.float32)
    for row in range(n):
        shares[row] = counts[row] / draws
    return pd.DataFrame(shares, utility.index, pd.RangeIndex(1, n + 1, name="rank"), copy=False)


def chosen_probability(
    values: pd.DataFrame,
    criteria: pd.DataFrame,
    size: int,
    worth: Any = None,
    cut: float = 0.0,
    concentration: float | None = None,
    draws: int = 10_000,
    seed: int = 0,
) -> pd.Series:
    """Probability that a subject is among the best, over the weights that are possible.

    ``p_i = share of the draws in which rank_i ≤ size and score_i ≥ cut``; without worth and cut the sum
    of :func:`rank_acceptability` up to ``size``

    Parameters
    ----------
    values : subjects × criteria, on the raw scales.
    criteria : item_id, direction, scale_min, scale_max; weight where ``concentration`` is given.
    size : how many are chosen.
    worth : what a score of 1 is worth, by subject (positive), where ``worth · score`` is ranked.
    cut : score that must be reached too, 0–1.
    concentration : None draws from all weights alike; a number draws around the agreed weights
        (Dirichlet with parameters ``concentration · w``): a weight of 0.2 then has a standard
        deviation of ``0.4 / sqrt(concentration + 1)``.
    draws, seed : as :func:`rank_acceptability`.

    Returns
    -------
    Series
        probability by subject, fraction.

    Raises
    ------
    ParameterError
        ``size`` or ``draws`` is no whole number of at least 1; ``concentration`` is not positive.
    ValuesError, ColumnError, EmptyError
        As :func:`weighted_score`.

    Notes
    -----
    Source: Lahdelma, Hokkanen & Salminen (1998).

    Examples
    --------
    >>> criteria = pd.DataFrame({"item_id": ["x", "y"], "direction": "max", "scale_min": 0, "scale_max": 10})
    >>> values = pd.DataFrame({"x": [10, 0, 6], "y": [0, 10, 6]}, index=["A", "B", "C"])
    >>> chosen_probability(values, criteria, size=2).round(1).tolist()
    [0.5, 0.5, 1.0]
    """
    _whole(size, "size")
    utility = utilities(values, criteria)
    n = len(utility)
    parameters = None if concentration is None else _around(criteria, concentration)
    weights = _draws(utility.shape[1], draws, seed, parameters)
    chosen = np.zeros(n, dtype=np.int64)
    times, line = worths(worth, utility.index), number(cut, "cut")
    for scores in _scored(utility.to_numpy(), weights):
        ranked = np.where(scores >= line, scores * times, -1.0)
        least = np.partition(ranked, max(n - size, 0), axis=1)[:, [max(n - size, 0)]]
        chosen += ((ranked >= least) & (ranked >= 0)).sum(axis=0)
    return pd.Series(chosen / draws, utility.index, name="probability")


def _draws(width: int, draws: int, seed: int, parameters: np.ndarray | None = None) -> np.ndarray:
    """Draws × criteria: all of them at once, so that chunks change nothing.

    Even weights are the gaps between sorted points of a rotated lattice (Cranley & Patterson, 1976),
    which comes nearer to the true shares than independent draws; with many criteria they are independent.
    """
    _whole(draws, "draws")
    random = np.random.default_rng(seed)
    if parameters is not None or width > _MOST_LATTICE:
        return random.dirichlet(np.ones(width) if parameters is None else parameters, draws)
    points = (random.random(width - 1) + np.arange(1, draws + 1)[:, None] * _lattice(width - 1)) % 1.0
    return np.diff(np.sort(points, axis=1), axis=1, prepend=0.0, append=1.0)


def _lattice(dimensions: int) -> np.ndarray:
    """Steps of the additive recurrence by powers of the root of ``x^(d+1) = x + 1`` (Roberts, 2018)."""
    root = 2.0
    for _ in range(64):
        root = (1.0 + root) ** (1.0 / (dimensions + 1))
    return root ** -np.arange(1.0, dimensions + 1)


def _around(criteria: pd.DataFrame, concentration: float) -> np.ndarray:
    strength = number(concentration, "concentration")
    weights = checked_weights(checked_criteria(criteria, ("weight", *SCALED)))
    if strength <= 0:
        raise ParameterError(f"concentration = {strength:g} is not positive", where="concentration")
    if not (weights > 0).all():
        raise NotDefinedError(
            "weights cannot be drawn around a weight of zero", where="criteria.weight",
            remedy="leave the criterion out",
        )  # fmt: skip
    return strength * weights


def _scored(utility: np.ndarray, weights: np.ndarray) -> Iterator[np.ndarray]:
    """Draws × subjects in chunks; each sum in the criteria's order, so that equals stay equal to the bit."""
    step = max(1, _CELLS // len(utility))
    for start in range(0, len(weights), step):
        part = weights[start : start + step]
        scores = part[:, [0]] * utility[:, 0]
        for k in range(1, utility.shape[1]):
            scores += part[:, [k]] * utility[:, k]
        yield scores


def _ranks(scores: np.ndarray) -> np.ndarray:
    """Draws × subjects: 0 for the best. Sorts whole numbers that hold score and position."""
    n = scores.shape[1]
    bits = max(1, (n - 1).bit_length())
    keys = ((2.0 - scores) * 2.0**_SCORE_BITS).astype(np.int64) << bits
    keys |= np.arange(n)
    keys.sort(axis=1)
    order = keys & ((1 << bits) - 1)
    keys >>= bits
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, _positions(keys), axis=1)
    return ranks


def _positions(ordered: np.ndarray) -> np.ndarray:
    """Positions along sorted rows, equal ones at the first of them."""
    positions = np.broadcast_to(np.arange(ordered.shape[1]), ordered.shape)
    equal = ordered[:, 1:] == ordered[:, :-1]
    if not equal.any():
        return positions
    starts = np.where(np.pad(equal, ((0, 0), (1, 0))), 0, positions)
    return np.maximum.accumulate(starts, axis=1)


def _count(counts: np.ndarray, ranks: np.ndarray) -> None:
    """Add the ranks of a chunk, subject by subject: memory is touched in order."""
    n = counts.shape[0]
    flat, one = counts.reshape(-1), counts.dtype.type(1)
    by_subject = np.ascontiguousarray(ranks.T)
    by_subject += (np.arange(n) * n)[:, None]
    np.add.at(flat, by_subject.reshape(-1), one)


def _whole(value: Any, name: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise ParameterError(f"{name} = {value!r} is not allowed", where=name, allowed="1, 2, 3 …")
