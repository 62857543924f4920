"""Weighted scores on fixed anchors, each explained by its contributions; gates before scores."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence, list_some
from kamkit.method.frames import numeric
from kamkit.method.scoring.criteria import checked_criteria, checked_values, checked_weights, weighed

__all__ = ["SCALED", "Weighing", "failed_gates", "passing", "score_change", "utilities", "weighted_score"]

SCALED = ("direction", "scale_min", "scale_max")
"""What utilities ask of criteria."""

_OWN = ("score", "gate_failed")


def utilities(values: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    """Values as utilities between 0 and 1, the direction applied.

    | more is better: ``u = (v − scale_min) / (scale_max − scale_min)``
    | less is better: ``u = (scale_max − v) / (scale_max − scale_min)``

    Parameters
    ----------
    values : subjects × criteria, on the raw scales; columns are item_id.
    criteria : item_id, direction (max, min), scale_min, scale_max.

    Returns
    -------
    DataFrame
        subjects × criteria, fractions. The anchors are the scale's ends, never the data's: adding a
        subject changes no other.

    Raises
    ------
    ColumnError
        A criterion has no column, or a column no criterion.
    ValuesError, EmptyError
        NaN (a blank is not zero), a value outside its scale, a subject or criterion that stands twice.

    Notes
    -----
    Source: Keeney & Raiffa (1976); Edwards & Barron (1994).

    Examples
    --------
    >>> criteria = pd.DataFrame({"item_id": ["growth", "pressure"], "direction": ["max", "min"],
    ...                          "scale_min": 1, "scale_max": 5})
    >>> utilities(pd.DataFrame({"growth": [5, 2], "pressure": [5, 2]}, index=["a", "b"]), criteria)
       growth  pressure
    a    1.00      0.00
    b    0.25      0.75
    """
    known = checked_criteria(criteria, SCALED)
    return _utilities(checked_values(values, known), known)


def _utilities(values: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    low = criteria["scale_min"].to_numpy(dtype=float)
    high = criteria["scale_max"].to_numpy(dtype=float)
    raw, more = values.to_numpy(), (criteria["direction"] == "max").to_numpy()
    distance = np.where(more, raw - low, high - raw)
    return pd.DataFrame(distance / (high - low), values.index, values.columns)


def weighted_score(values: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    """Score of each subject, and what each criterion contributes to it.

    ``S_i = sum over k of w_k · u_ik``

    Parameters
    ----------
    values : subjects × criteria, on the raw scales.
    criteria : item_id, weight (fractions that sum to 1), direction, scale_min, scale_max; optionally
        gate, on the raw scale: a value equal to the gate passes.

    Returns
    -------
    DataFrame
        By subject: one column per criterion with its contribution w · u; score (0–1), the sum of
        them; gate_failed (bool). A failed gate is not made good by other criteria, so the score is
        shown beside it, not changed by it.

    Raises
    ------
    ValuesError, UnitError
        Weights that do not sum to 1 ± 1e-6, or are points out of 100; NaN; values outside the scale.
    ColumnError, EmptyError
        As :func:`utilities`.

    Notes
    -----
    Source: Keeney & Raiffa (1976); McDonald & Woodburn (2007) for key accounts.

    Examples
    --------
    >>> criteria = pd.DataFrame({"item_id": ["growth", "pays"], "weight": [0.75, 0.25], "direction": "max",
    ...                          "scale_min": 1, "scale_max": 5, "gate": [None, 2.0]})
    >>> weighted_score(pd.DataFrame({"growth": [5, 3], "pays": [1, 5]}, index=["a", "b"]), criteria)
       growth  pays  score  gate_failed
    a   0.750  0.00  0.750         True
    b   0.375  0.25  0.625        False
    """
    return Weighing(values, criteria).score()


class Weighing:
    """Values that are checked once and scored under as many weights as are tried.

    Parameters
    ----------
    values, criteria : as :func:`weighted_score`.

    Raises
    ------
    ValuesError, UnitError, ColumnError, EmptyError
        As :func:`weighted_score`.

    Examples
    --------
    >>> criteria = pd.DataFrame({"item_id": ["growth", "pays"], "weight": [0.75, 0.25], "direction": "max",
    ...                          "scale_min": 1, "scale_max": 5})
    >>> weighing = Weighing(pd.DataFrame({"growth": [5, 3], "pays": [1, 5]}, index=["a", "b"]), criteria)
    >>> weighing.score({"growth": 0.5, "pays": 0.5})["score"].tolist()
    [0.5, 0.75]
    """

    def __init__(self, values: pd.DataFrame, criteria: pd.DataFrame) -> None:
        self._criteria = known = checked_criteria(criteria, ("weight", *SCALED))
        clash = [item for item in known.index if item in _OWN]
        if clash:
            raise ParameterError(
                f"a criterion is called {list_some(clash)}", remedy="give it another item_id"
            )
        checked = checked_values(values, known)
        self._utilities = _utilities(checked, known)
        self._gate_failed = _failures(checked, known).any(axis=1)

    def score(self, weights: Mapping[str, float] | None = None) -> pd.DataFrame:
        """What :func:`weighted_score` returns, under these weights; None takes those of the criteria.

        Raises
        ------
        ValuesError, UnitError
            As :func:`~kamkit.method.scoring.with_weights`.
        """
        stated = self._criteria if weights is None else weighed(self._criteria, weights)
        contributions = self._utilities * checked_weights(stated)
        return contributions.assign(score=contributions.sum(axis=1).to_numpy(), gate_failed=self._gate_failed)


def failed_gates(values: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    """The gates that were not reached: who, on which criterion, by how much.

    more is better: fails where ``v < gate``; less is better: fails where ``v > gate``

    Parameters
    ----------
    values : subjects × criteria, on the raw scales.
    criteria : item_id, direction, scale_min, scale_max, gate (NaN: none), on the raw scale.

    Returns
    -------
    DataFrame
        subject (under the name of the index of ``values``), criterion, value, gate; no rows where
        all gates are passed.

    Raises
    ------
    ColumnError, ValuesError, EmptyError
        As :func:`utilities`.

    Notes
    -----
    Source: definition; a compensating score hides knock-outs, so gates come first.

    Examples
    --------
    >>> criteria = pd.DataFrame({"item_id": ["pays"], "direction": "max", "scale_min": 1, "scale_max": 5,
    ...                          "gate": 2})
    >>> failed_gates(pd.DataFrame({"pays": [1.5, 2.0]}, index=["a", "b"]), criteria)
      subject criterion  value  gate
    0       a      pays    1.5   2.0
    """
    known = checked_criteria(criteria, SCALED)
    checked = checked_values(values, known)
    rows, columns = np.nonzero(_failures(checked, known).to_numpy())
    gates = numeric(known, "gate", "criteria", missing=True) if "gate" in known else pd.Series(dtype=float)
    return pd.DataFrame({
        checked.index.name or "subject": checked.index[rows],
        "criterion": checked.columns[columns],
        "value": checked.to_numpy()[rows, columns],
        "gate": gates.to_numpy()[columns] if len(columns) else pd.Series(dtype=float),
    })  # fmt: skip


def passing(values: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    """The subjects that pass all gates: gates come before scores.

    Parameters
    ----------
    values, criteria : as :func:`failed_gates`.

    Returns
    -------
    DataFrame
        The rows of ``values`` that fail no gate.

    Raises
    ------
    NotDefinedError
        None passes.
    ColumnError, ValuesError, EmptyError
        As :func:`utilities`.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> criteria = pd.DataFrame({"item_id": ["pays"], "direction": "max", "scale_min": 1, "scale_max": 5,
    ...                          "gate": 2})
    >>> passing(pd.DataFrame({"pays": [1.5, 2.0]}, index=["a", "b"]), criteria).index.tolist()
    ['b']
    """
    known = checked_criteria(criteria, SCALED)
    checked = checked_values(values, known)
    found = checked[~_failures(checked, known).any(axis=1)]
    if found.empty:
        raise NotDefinedError("no subject passes all gates", where="criteria.gate")
    return found


def _failures(values: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    if "gate" not in criteria:
        return pd.DataFrame(False, values.index, values.columns)
    gates = numeric(criteria, "gate", "criteria", missing=True).to_numpy()
    more = (criteria["direction"] == "max").to_numpy()
    short = np.where(more, values.to_numpy() < gates, values.to_numpy() > gates)
    return pd.DataFrame(short, values.index, values.columns)


def score_change(before: pd.DataFrame, after: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    """What moved each score: the change of every contribution.

    ``ΔS_i = sum over k of w_k · (u_ik after − u_ik before)``

    Parameters
    ----------
    before, after : subjects × criteria, on the raw scales.
    criteria : as :func:`weighted_score` takes them, the same for both.

    Returns
    -------
    DataFrame
        By subject: one column per criterion with the change of its contribution, which add up to
        change; score_before, score_after, change; largest (the criterion that moved most, None where
        nothing moved); status (kept, new, gone). What stands on one side only has NaN on the other.

    Raises
    ------
    NotDefinedError
        ``before`` was scored on other criteria.
    ValuesError, ColumnError, EmptyError
        As :func:`weighted_score`.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> criteria = pd.DataFrame({"item_id": ["growth", "pays"], "weight": [0.75, 0.25], "direction": "max",
    ...                          "scale_min": 1, "scale_max": 5})
    >>> one = pd.DataFrame({"growth": [3], "pays": [3]}, index=["a"])
    >>> two = pd.DataFrame({"growth": [5], "pays": [2]}, index=["a"])
    >>> score_change(one, two, criteria)[["growth", "pays", "change", "largest"]]
       growth    pays  change largest
    a   0.375 -0.0625  0.3125  growth
    """
    if set(before.columns) != set(after.columns):
        changed = sorted(set(map(str, before.columns)) ^ set(map(str, after.columns)))
        raise NotDefinedError(
            Sentence("the criteria are not those of before: {changed}", changed=list_some(changed)),
            where="before, after",
        )
    old, new = weighted_score(before, criteria), weighted_score(after, criteria)
    items = [c for c in new.columns if c not in _OWN]
    subjects = new.index.union(old.index, sort=False).rename(new.index.name)
    old, new = old.reindex(subjects), new.reindex(subjects)
    moved = new[items] - old[items]
    status = np.select([old["score"].isna(), new["score"].isna()], ["new", "gone"], "kept")
    still = moved.abs().max(axis=1).fillna(0.0) == 0
    largest = moved.abs().fillna(0.0).idxmax(axis=1).where(~still, None)
    return moved.assign(
        score_before=old["score"],
        score_after=new["score"],
        change=new["score"] - old["score"],
        largest=largest,
        status=status,
    )
