"""How sure a ranking is: what it takes to turn it, and how often other weights would."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, ValuesError, list_some
from kamkit.method.frames import account_series, number
from kamkit.method.scoring.criteria import checked_criteria, checked_weights
from kamkit.method.scoring.scores import SCALED, utilities

__all__ = ["choice_flips", "cut_flips", "weight_flips", "worths"]

_MOST_ROWS = 20_000_000
_SLACK = 1e-12


def weight_flips(values: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    """The change of one weight that makes two subjects change places, for each pair and criterion.

    ``δ_k = (P_j − P_i) / (u_jk − u_ik)``; the new weight is ``w_k − δ_k``, and then all are made to sum
    to 1 again. Feasible iff ``δ_k ≤ w_k``: a weight cannot fall below zero, but can grow without limit.

    Parameters
    ----------
    values : subjects × criteria, on the raw scales.
    criteria : as :func:`weighted_score` takes them.

    Returns
    -------
    DataFrame
        first, second (the one with the higher score first), criterion, change (−δ: what is added to
        the weight before all are made to sum to 1), percent (change over the weight, a fraction; NaN
        where the weight is zero), feasible. A pair that is equal on a criterion has no row for it.

    Raises
    ------
    ParameterError
        More rows than fit a table: pass the candidates only.
    ValuesError, ColumnError, EmptyError
        As :func:`weighted_score`.

    Notes
    -----
    Source: Triantaphyllou & Sánchez (1997).

    Examples
    --------
    >>> criteria = pd.DataFrame({"item_id": ["growth", "pays"], "weight": [0.6, 0.4], "direction": "max",
    ...                          "scale_min": 0, "scale_max": 10})
    >>> weight_flips(pd.DataFrame({"growth": [10, 0], "pays": [0, 10]}, index=["a", "b"]), criteria)
      first second criterion  change   percent  feasible
    0     a      b    growth    -0.2 -0.333333      True
    1     a      b      pays     0.2  0.500000      True
    """
    utility, weights = _weighed(values, criteria)
    n, width = utility.shape
    if n * (n - 1) // 2 * width > _MOST_ROWS:
        raise ParameterError(
            f"{n} subjects make too many pairs", where="values",
            remedy="pass the candidates only, or use choice_flips for a set that was chosen",
        )  # fmt: skip
    ordered = utility.iloc[_order(utility, weights)]
    first, second = np.triu_indices(n, k=1)
    change = _changes(ordered.to_numpy()[first], ordered.to_numpy()[second], weights)
    rows, columns = np.nonzero(~np.isnan(change))
    moved, at = change[rows, columns], weights[columns]
    return pd.DataFrame({
        "first": ordered.index[first[rows]],
        "second": ordered.index[second[rows]],
        "criterion": ordered.columns[columns],
        "change": moved,
        "percent": _percent(moved, at),
        "feasible": at + moved >= -_SLACK,
    })  # fmt: skip


def choice_flips(
    values: pd.DataFrame,
    criteria: pd.DataFrame,
    chosen: Iterable[Any],
    worth: Any = None,
    limit: float = 0.05,
) -> pd.DataFrame:
    """The smallest change of one weight that would let a subject into the chosen set, or out of it.

    For each subject the feasible change (see :func:`weight_flips`) of smallest size over all pairs of
    one that was chosen and one that was not and stands behind it.

    Parameters
    ----------
    values : subjects × criteria, on the raw scales.
    criteria : as :func:`weighted_score` takes them.
    chosen : the subjects that were chosen.
    worth : what a score of 1 is worth, by subject (money, positive), where ``worth · score`` was chosen by.
    limit : a change of weight up to this flips easily; fraction, 0.05 is five points of a hundred.

    Returns
    -------
    DataFrame
        By subject: chosen, rival (whom it would change places with), criterion, change, percent,
        flips_easily. Where no feasible change does it, rival is None and change NaN.

    Raises
    ------
    ValuesError
        A chosen subject is not among the values; a worth that is not positive.
    NotDefinedError
        All subjects were chosen, or none.

    Notes
    -----
    Source: after Triantaphyllou & Sánchez (1997).

    Examples
    --------
    >>> criteria = pd.DataFrame({"item_id": ["growth", "pays"], "weight": [0.6, 0.4], "direction": "max",
    ...                          "scale_min": 0, "scale_max": 10})
    >>> values = pd.DataFrame({"growth": [10, 0, 7], "pays": [0, 10, 4]}, index=["a", "b", "c"])
    >>> choice_flips(values, criteria, ["a"])[["chosen", "rival", "criterion", "change", "flips_easily"]]
       chosen rival criterion    change  flips_easily
    a    True     c      pays    0.05          True
    b   False     a    growth   -0.20         False
    c   False     a      pays    0.05          True
    """
    utility, weights = _weighed(values, criteria)
    limit = number(limit, "limit")
    inside = _membership(utility.index, chosen)
    matrix = utility.to_numpy() * worths(worth, utility.index)[:, None]
    best = _Closest(len(utility))
    outside = np.flatnonzero(~inside)
    for row in np.flatnonzero(inside):
        rivals = outside[matrix[outside] @ weights <= matrix[row] @ weights + _SLACK]
        best.offer(row, rivals, _feasible(_changes(matrix[[row]], matrix[rivals], weights), weights))
    return best.table(utility, weights, limit).assign(chosen=inside)[
        ["chosen", "rival", "criterion", "change", "percent", "flips_easily"]
    ]


def cut_flips(values: pd.DataFrame, criteria: pd.DataFrame, cut: float, limit: float = 0.05) -> pd.DataFrame:
    """The smallest change of one weight that would carry a score across a cut.

    ``(S_i + d · u_ik) / (1 + d) = cut``, so ``d = (cut − S_i) / (u_ik − cut)``; feasible iff ``w_k + d ≥ 0``.

    Parameters
    ----------
    values : subjects × criteria, on the raw scales.
    criteria : as :func:`weighted_score` takes them.
    cut : score that divides, 0–1.
    limit : a change of weight up to this flips easily; fraction.

    Returns
    -------
    DataFrame
        By subject: score, criterion, change (added to the weight before all are made to sum to 1),
        percent (fraction of the weight), flips_easily. NaN where no feasible change does it.

    Raises
    ------
    ValuesError, ColumnError, EmptyError
        As :func:`weighted_score`.

    Notes
    -----
    Source: after Triantaphyllou & Sánchez (1997), against a subject that is at the cut on every criterion.

    Examples
    --------
    >>> criteria = pd.DataFrame({"item_id": ["growth", "pays"], "weight": [0.6, 0.4], "direction": "max",
    ...                          "scale_min": 0, "scale_max": 10})
    >>> cut_flips(pd.DataFrame({"growth": [8], "pays": [2]}, index=["a"]), criteria, cut=0.5)
       score criterion  change   percent  flips_easily
    a   0.56    growth    -0.2 -0.333333         False
    """
    utility, weights = _weighed(values, criteria)
    line = np.full((1, len(weights)), number(cut, "cut"))
    change = _feasible(_changes(utility.to_numpy(), line, weights), weights)
    best = _Closest(len(utility))
    for row in range(len(utility)):
        best.offer(row, np.array([row]), change[[row]])
    table = best.table(utility, weights, number(limit, "limit"))
    table.insert(0, "score", utility.to_numpy() @ weights)
    return table[["score", "criterion", "change", "percent", "flips_easily"]]


class _Closest:
    """For each subject the smallest change seen so far, its criterion and the rival."""

    def __init__(self, n: int) -> None:
        self.change = np.full(n, np.nan)
        self.criterion = np.full(n, -1)
        self.rival = np.full(n, -1)

    def offer(self, row: Any, rivals: np.ndarray, changes: np.ndarray) -> None:
        """Changes between one subject and its rivals (rivals × criteria), to both sides of each pair."""
        if changes.size == 0:
            return
        size = np.where(np.isnan(changes), np.inf, np.abs(changes))
        column = size.argmin(axis=1)
        smallest = size[np.arange(len(rivals)), column]
        signed = changes[np.arange(len(rivals)), column]
        for place, rival in enumerate(rivals):
            self._take(int(rival), row, smallest[place], signed[place], column[place])
        nearest = int(smallest.argmin())
        self._take(row, int(rivals[nearest]), smallest[nearest], signed[nearest], column[nearest])

    def _take(self, row: int, rival: int, size: float, signed: float, column: int) -> None:
        if np.isfinite(size) and not size >= abs(self.change[row]):
            self.change[row], self.criterion[row], self.rival[row] = signed, column, rival

    def table(self, utility: pd.DataFrame, weights: np.ndarray, limit: float) -> pd.DataFrame:
        """The smallest changes by subject."""
        known = self.rival >= 0
        at = np.where(known, weights[self.criterion], np.nan)
        return pd.DataFrame(
            {
                "rival": np.where(known, utility.index.to_numpy(dtype=object)[self.rival], None),
                "criterion": np.where(known, utility.columns.to_numpy(dtype=object)[self.criterion], None),
                "change": self.change,
                "percent": _percent(self.change, at),
                "flips_easily": np.abs(self.change) <= limit + _SLACK,
            },
            index=utility.index,
        )


def _weighed(values: pd.DataFrame, criteria: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    known = checked_criteria(criteria, ("weight", *SCALED))
    return utilities(values, criteria), checked_weights(known)


def _order(utility: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
    """Positions from the highest score to the lowest; equal ones in order of their name."""
    scores = np.round(utility.to_numpy() @ weights, 12)
    return np.lexsort((utility.index.astype(str).to_numpy(dtype=object), -scores))


def _changes(first: np.ndarray, second: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Pairs × criteria: what is added to a weight to make both equal; NaN where they are equal on it."""
    lead = first @ weights - second @ weights
    gap = second - first
    equal = np.abs(gap) <= _SLACK
    change = np.divide(lead[:, None], gap, out=np.full(gap.shape, np.nan), where=~equal)
    return change + 0.0


def _feasible(change: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.where(weights + change >= -_SLACK, change, np.nan)


def _percent(change: np.ndarray, weight: np.ndarray) -> np.ndarray:
    return np.divide(change, weight, out=np.full(len(change), np.nan), where=weight > 0)


def _membership(index: pd.Index, chosen: Iterable[Any]) -> np.ndarray:
    wanted = list(chosen)
    unknown = [c for c in wanted if c not in index]
    if unknown:
        raise ValuesError("chosen names subjects that have no values", where=f"chosen: {list_some(unknown)}")
    inside = index.isin(wanted)
    if inside.all() or not inside.any():
        raise NotDefinedError(
            "all subjects were chosen, or none, so that none can change places", where="chosen"
        )
    return np.asarray(inside)


def worths(worth: Any, index: pd.Index) -> np.ndarray:
    """What a score of 1 is worth, in the order of the subjects; 1 for all where none is given."""
    if worth is None:
        return np.ones(len(index))
    series = account_series(worth, "worth")
    missing = [s for s in index if s not in series.index]
    known = series.reindex(index)
    if missing or (known <= 0).any():
        raise ValuesError(
            "worth is missing or not positive",
            where=f"worth: {list_some(missing or list(index[known <= 0]))}",
            remedy="rank only subjects that are worth something",
        )
    return np.asarray(known / known.max(), dtype=float)
