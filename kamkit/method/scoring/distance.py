"""Closeness to the ideal, as a second opinion beside the weighted score."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.scoring.criteria import checked_criteria, checked_values, checked_weights

__all__ = ["topsis"]


def topsis(values: pd.DataFrame, criteria: pd.DataFrame) -> pd.Series:
    """Relative closeness to the ideal among the subjects given.

    ``r = x / ‖x_j‖``; ``v = w · r``; the ideal is the largest v of a criterion (for direction min the
    smallest), the anti-ideal the other end; ``C = S⁻ / (S⁺ + S⁻)`` with the Euclidean distances to both.

    Parameters
    ----------
    values : subjects × criteria, as they are: neither turned nor scaled before.
    criteria : item_id, weight (fractions that sum to 1), direction.

    Returns
    -------
    Series
        closeness by subject, 0–1; higher is better. It depends on which subjects are compared.

    Raises
    ------
    NotDefinedError
        All subjects are alike on every criterion of weight, so that ideal and anti-ideal are one.
    ValuesError, ColumnError, EmptyError
        NaN, weights that do not sum to 1, columns that do not match the criteria.

    Notes
    -----
    Source: Hwang & Yoon (1981). Inverting a cost or scaling it first gives other numbers.

    Examples
    --------
    >>> criteria = pd.DataFrame({"item_id": ["growth", "price"], "weight": 0.5, "direction": ["max", "min"]})
    >>> values = pd.DataFrame({"growth": [4, 3, 0], "price": [0, 4, 3]}, index=["a", "b", "c"])
    >>> topsis(values, criteria).round(4)
    a    1.0000
    b    0.4212
    c    0.1667
    Name: closeness, dtype: float64
    """
    known = checked_criteria(criteria, ("weight", "direction"))
    checked = checked_values(values, known, on_scale=False)
    raw = checked.to_numpy()
    norms = np.sqrt((raw**2).sum(axis=0))
    weighted = checked_weights(known) * np.divide(raw, norms, out=np.zeros_like(raw), where=norms > 0)
    more = (known["direction"] == "max").to_numpy()
    top, bottom = weighted.max(axis=0), weighted.min(axis=0)
    to_ideal = np.sqrt(((weighted - np.where(more, top, bottom)) ** 2).sum(axis=1))
    to_worst = np.sqrt(((weighted - np.where(more, bottom, top)) ** 2).sum(axis=1))
    if not ((to_ideal + to_worst) > 0).all():
        raise NotDefinedError(
            "all subjects are alike, so none is nearer to an ideal",
            where="values",
            remedy="compare at least two different subjects",
        )
    return pd.Series(to_worst / (to_ideal + to_worst), checked.index, name="closeness")
