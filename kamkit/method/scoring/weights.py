"""Weights from what people can say: an order, or comparisons of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import EmptyError, NotDefinedError, ParameterError, Sentence, ValuesError

__all__ = ["PairwiseWeights", "ahp_weights", "roc_weights"]

_RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
_RECIPROCAL_SLACK = 1e-2


def roc_weights(n: int) -> np.ndarray:
    """Rank-order centroid weights: all that follows from an order of importance alone.

    ``w_k = (1/n) · sum over i from k to n of 1/i``

    Parameters
    ----------
    n : number of criteria, at least 1.

    Returns
    -------
    ndarray
        Weights from the most to the least important, which sum to 1.

    Raises
    ------
    ParameterError
        ``n`` is not a whole number of at least 1.

    Notes
    -----
    Source: Edwards & Barron (1994).

    Examples
    --------
    >>> roc_weights(4).round(4).tolist()
    [0.5208, 0.2708, 0.1458, 0.0625]
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise ParameterError(f"n = {n!r} is no number of criteria", where="n", allowed="1, 2, 3 …")
    parts = 1.0 / np.arange(1, n + 1)
    return parts[::-1].cumsum()[::-1] / n


@dataclass(frozen=True)
class PairwiseWeights:
    """Weights from comparisons of pairs, and whether the comparisons fit together.

    ``consistency_ratio`` up to 0.10 is accepted; above it, the comparisons are to be made again.
    """

    weights: pd.Series
    lambda_max: float
    consistency_ratio: float


def ahp_weights(matrix: Any) -> PairwiseWeights:
    """Weights of the analytic hierarchy process.

    The weights are the principal eigenvector, made to sum to 1; ``CI = (λ_max − n)/(n − 1)``,
    ``CR = CI / RI`` with Saaty's random index, and CR = 0 for n ≤ 2.

    Parameters
    ----------
    matrix : n × n comparisons, positive; ``matrix[i, j]`` says how many times i is as important as j,
        ``matrix[j, i]`` is its reciprocal. A DataFrame gives its names to the weights. n ≤ 10.

    Returns
    -------
    PairwiseWeights
        weights (Series), lambda_max, consistency_ratio.

    Raises
    ------
    ParameterError
        The matrix is not square.
    ValuesError
        A comparison is missing, not positive, or not the reciprocal of its counterpart (to 1 %).
    NotDefinedError
        More than ten criteria: no random index is published here for them.

    Notes
    -----
    Source: Saaty (1980).

    Examples
    --------
    >>> found = ahp_weights([[1, 4, 3, 7], [1/4, 1, 1/3, 3], [1/3, 3, 1, 5], [1/7, 1/3, 1/5, 1]])
    >>> found.weights.round(4).tolist(), round(found.lambda_max, 4), round(found.consistency_ratio, 4)
    ([0.5476, 0.1266, 0.2699, 0.0559], 4.1184, 0.0439)
    """
    comparisons = _comparisons(matrix)
    n = len(comparisons)
    values, vectors = np.linalg.eig(comparisons)
    first = int(values.real.argmax())
    principal = np.abs(vectors[:, first].real)
    lambda_max = float(values[first].real)
    ratio = (lambda_max - n) / (n - 1) / _RANDOM_INDEX[n - 1] if n > 2 else 0.0
    names = matrix.index if isinstance(matrix, pd.DataFrame) else None
    weights = pd.Series(principal / principal.sum(), index=names, name="weight")
    return PairwiseWeights(weights, lambda_max, max(ratio, 0.0))


def _comparisons(matrix: Any) -> np.ndarray:
    try:
        found = np.asarray(matrix, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValuesError("a comparison is no number", where="matrix") from error
    if found.size == 0:
        raise EmptyError("the matrix of comparisons is empty", where="matrix")
    if found.ndim != 2 or found.shape[0] != found.shape[1]:
        raise ParameterError(f"the matrix of comparisons is {found.shape}, not square", where="matrix")
    if len(found) > len(_RANDOM_INDEX):
        raise NotDefinedError(
            Sentence("the consistency of {n} criteria has no published random index here", n=len(found)),
            where="matrix",
            remedy="group them into at most ten",
        )
    if not (np.isfinite(found) & (found > 0)).all():
        raise ValuesError("a comparison is missing or not positive", where="matrix", allowed="1/9 to 9")
    product = found * found.T
    worst = np.unravel_index(np.abs(product - 1).argmax(), product.shape)
    if abs(product[worst] - 1) > _RECIPROCAL_SLACK:
        i, j = int(worst[0]), int(worst[1])
        raise ValuesError(
            "a comparison is not the reciprocal of its counterpart",
            where=f"matrix, row {i + 1}, column {j + 1}: {found[i, j]:g} and {found[j, i]:g}",
            remedy="compare each pair once and write the reciprocal below the diagonal",
        )
    return found
