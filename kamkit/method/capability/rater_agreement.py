"""Whether two who rate the same thing mean the same: intraclass correlation and weighted kappa."""

from __future__ import annotations

from typing import Any

import numpy as np

from kamkit.errors import NotDefinedError, ParameterError, ValuesError

__all__ = ["intraclass_correlation", "weighted_kappa"]


def intraclass_correlation(ratings: Any) -> float:
    """Agreement of raters on a scale: ICC(2,1), two-way random effects, absolute agreement, one rater.

    ``ICC = (MSR − MSE) / (MSR + (k − 1)·MSE + k·(MSC − MSE)/n)`` with the mean squares of rows
    (targets), columns (raters) and the rest; k raters, n targets.

    Parameters
    ----------
    ratings : n targets × k raters, scale values.

    Returns
    -------
    float
        1 where all raters give the same; 0 or less where they tell targets apart no better than chance.
        A rater who is always higher lowers it.

    Raises
    ------
    NotDefinedError
        Fewer than two targets or raters; or nobody tells any two apart.
    ValuesError
        A rating is missing or infinite.

    Notes
    -----
    Source: Shrout & Fleiss (1979), case 2; McGraw & Wong (1996), ICC(A,1).

    Examples
    --------
    >>> judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> round(intraclass_correlation(judges), 2)
    0.29
    """
    given = _complete(ratings)
    n, k = given.shape
    mean = given.mean()
    rows = k * ((given.mean(axis=1) - mean) ** 2).sum()
    columns = n * ((given.mean(axis=0) - mean) ** 2).sum()
    total = ((given - mean) ** 2).sum()
    if total <= 1e-12 * max(1.0, float(np.abs(given).max())) ** 2:
        raise NotDefinedError("agreement is undefined where nobody tells any two apart", where="ratings")
    rest = max(total - rows - columns, 0.0)
    msr, msc, mse = rows / (n - 1), columns / (k - 1), rest / ((n - 1) * (k - 1))
    return float((msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n))


def weighted_kappa(first: Any, second: Any) -> float:
    """Agreement of two raters beyond chance, a miss of two steps counting four times one of one step.

    ``κ = 1 − Σ(i − j)²·observed_ij / Σ(i − j)²·expected_ij``, expected from the two raters' own shares

    Parameters
    ----------
    first, second : the two raters' values of the same things, in the same order.

    Returns
    -------
    float
        1 where both always give the same, 0 at chance, below 0 where they contradict each other.

    Raises
    ------
    NotDefinedError
        Fewer than two pairs; or both give one and the same value to everything.
    ParameterError
        The two are not equally long.
    ValuesError
        A value is missing or infinite.

    Notes
    -----
    Source: Cohen (1968), with quadratic weights (Fleiss & Cohen 1973).

    Examples
    --------
    >>> round(weighted_kappa([1, 2, 3, 3], [1, 2, 3, 2]), 4)
    0.8
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.shape != b.shape or a.ndim != 1:
        raise ParameterError(f"the raters gave {a.size} and {b.size} values", where="first, second")
    pairs = _complete(np.column_stack([a, b]))
    observed = float(((pairs[:, 0] - pairs[:, 1]) ** 2).mean())
    expected = float(pairs.var(axis=0).sum() + (pairs[:, 0].mean() - pairs[:, 1].mean()) ** 2)
    if expected <= 1e-12 * max(1.0, float(np.abs(pairs).max())) ** 2:
        raise NotDefinedError(
            "agreement is undefined where nobody tells any two apart", where="first, second"
        )
    return 1.0 - observed / expected


def _complete(ratings: Any) -> np.ndarray:
    given = np.asarray(ratings, dtype=float)
    if given.ndim != 2 or min(given.shape) < 2:
        raise NotDefinedError(
            "agreement is undefined for fewer than two raters or two things rated", where="ratings"
        )
    if not np.isfinite(given).all():
        raise ValuesError(
            "a rating is missing or infinite", where="ratings", remedy="compare what both have rated"
        )
    return given
