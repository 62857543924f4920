"""Which earlier judgement was right: stated probabilities and decisions against what came."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import EmptyError, NotDefinedError, ParameterError, UnitError, ValuesError
from kamkit.method.frames import require_columns

__all__ = ["brier_score", "decisions_reviewed"]

_REVIEWED = ("key", "value", "by", "at", "review", "expected")


def brier_score(probability: Any, outcome: Any) -> float:
    """How far stated probabilities were from what came: 0 best, 0.25 for always saying one half.

    ``B = mean of (p_i − o_i)²`` with o = 1 where it came and 0 where it did not

    Parameters
    ----------
    probability : stated beforehand, fractions 0–1.
    outcome : 1 or True where it came, 0 or False where it did not; in the same order.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    EmptyError
        No pair.
    ParameterError
        The two are not equally long.
    UnitError
        A probability in percent.
    ValuesError
        A missing value, or an outcome that is neither 0 nor 1.

    Notes
    -----
    Source: Brier (1950), in the two-class form of one term per event.

    Examples
    --------
    >>> round(brier_score([0.9, 0.2], [1, 0]), 3)
    0.025
    """
    stated, came = _column(probability, "probability"), _column(outcome, "outcome")
    if len(stated) != len(came):
        raise ParameterError(
            f"there are {len(stated)} probabilities and {len(came)} outcomes", where="probability, outcome"
        )
    if not len(stated):
        raise EmptyError("there is nothing to score", where="probability")
    if not np.isfinite(stated).all() or not np.isin(came, (0.0, 1.0)).all():
        raise ValuesError(
            "a probability is missing, or an outcome is neither 0 nor 1", where="probability, outcome",
            remedy="score what is decided and was estimated before; leave the rest out knowingly",
        )  # fmt: skip
    if stated.max() > 1:
        raise UnitError(
            f"probability = {stated.max():g} is no fraction", where="probability", allowed="0 to 1",
            remedy="divide percent by 100",
        )  # fmt: skip
    if stated.min() < 0:
        raise ValuesError(
            f"probability = {stated.min():g} is negative", where="probability", allowed="0 to 1"
        )
    return float(np.mean((stated - came) ** 2))


def _column(values: Any, name: str) -> np.ndarray:
    try:
        column = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValuesError(f"{name} holds something that is no number", where=name) from error
    return np.atleast_1d(column)


def decisions_reviewed(decisions: pd.DataFrame, today: Any) -> pd.DataFrame:
    """Each decision that is due for review: what was expected of it, and what came.

    Parameters
    ----------
    decisions : one row per decision and figure it was made on: key, value, by, at (dates), review,
        expected; figure, then, now (the figure when it was decided, and today) where there are any.
    today : a decision whose review day is not after this day is due.

    Returns
    -------
    DataFrame
        key, value, by, at, review, expected, figure, then, now, moved (now less then), came (risen,
        fallen, same, unknown); the longest due first.

    Raises
    ------
    NotDefinedError
        No decision was recorded, or none is due by that day.
    ColumnError
        The table lacks columns.

    Notes
    -----
    Source: definition. What came stands beside what was expected; that it came because of the decision
    is not claimed.

    Examples
    --------
    >>> decisions = pd.DataFrame({"key": ["choice.hours"], "value": ["5,000"], "by": "A. Tamm",
    ...     "at": ["2025-03-01"], "review": ["2025-12-01"], "expected": "two more accounts carried",
    ...     "figure": "choice_sheet.chosen", "then": 12.0, "now": 14.0})
    >>> decisions_reviewed(decisions, "2025-12-31")[["key", "then", "now", "came"]].to_numpy().tolist()
    [['choice.hours', 12.0, 14.0, 'risen']]
    """
    require_columns(decisions.columns, _REVIEWED, "decisions")
    if decisions.empty:
        raise NotDefinedError("no decision has been recorded yet", where="decisions")
    review = pd.to_datetime(decisions["review"].replace("", None))
    due = decisions.assign(review=review)[review.notna() & (review <= pd.Timestamp(today))]
    if due.empty:
        raise NotDefinedError("no recorded decision is due for review yet", where="decisions.review")
    due = due.reindex(columns=[*_REVIEWED, "figure", "then", "now"])
    then, now = (pd.to_numeric(due[name], errors="coerce") for name in ("then", "now"))
    moved = now - then
    slack = 1e-9 * then.abs().clip(lower=1.0)
    came = np.select([moved.isna(), moved > slack, moved < -slack], ["unknown", "risen", "fallen"], "same")
    found = due.assign(then=then, now=now, moved=moved, came=came)
    return found.sort_values(["review", "key"], kind="stable", ignore_index=True)
