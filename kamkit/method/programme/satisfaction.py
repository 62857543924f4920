"""Satisfaction of customers, staff, management and owners, with how sure each figure is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, Sentence, ValuesError, list_some
from kamkit.method.frames import as_pandas, identifiers, number, numeric
from kamkit.method.scoring.criteria import instrument_criteria

__all__ = ["ASKED", "Nps", "account_satisfaction", "nps", "satisfaction"]

ASKED: Mapping[str, str] = {
    "satisfaction": "customers",
    "nps": "customers",
    "satisfaction_staff": "staff",
    "satisfaction_management": "management",
    "satisfaction_owner": "owners",
}
"""Who is asked by which instrument."""

_Z, _OVERALL = 1.959964, "overall"


@dataclass(frozen=True)
class Nps:
    """Net promoter score and half the width of its 95 % interval, both in points (−100 to 100)."""

    nps: float
    half_width: float


def nps(values: Any) -> Nps:
    """Net promoter score with its 95 % interval.

    ``100 · (p − d); half width = 100 · 1.96 · √((p + d − (p − d)²) / n)``

    p is the share of answers 9–10, d of answers 0–6.

    Parameters
    ----------
    values : answers from 0 to 10, one for each respondent; or for each account, where several answer
        for one.

    Returns
    -------
    Nps
        nps, half_width; points. The half width is NaN for a single answer.

    Raises
    ------
    ValuesError
        NaN, or an answer outside 0–10.
    NotDefinedError
        No answers.

    Notes
    -----
    Source: Reichheld (2003); the standard error is that of a trinomial difference.

    Examples
    --------
    >>> answers = [10] * 25 + [8] * 15 + [3] * 10
    >>> score = nps(answers)
    >>> round(score.nps, 6), round(score.half_width, 1)
    (30.0, 21.6)
    """
    answers = _answers(values)
    promoter, detractor = float((answers >= 9).mean()), float((answers <= 6).mean())
    spread = promoter + detractor - (promoter - detractor) ** 2
    n = len(answers)
    half = 100 * _Z * np.sqrt(max(spread, 0.0) / n) if n > 1 else np.nan
    return Nps(100 * (promoter - detractor), float(half))


def _answers(values: Any) -> np.ndarray:
    array = np.atleast_1d(np.asarray(values, dtype="object")).ravel()
    if not len(array):
        raise NotDefinedError("nobody has answered", where="values")
    answers = np.array([number(v, "values") for v in array])
    if ((answers < 0) | (answers > 10)).any():
        wrong = sorted({float(a) for a in answers[(answers < 0) | (answers > 10)]})
        raise ValuesError(f"{list_some(wrong)} is no answer", where="values", allowed="0 to 10")
    return answers


def satisfaction(responses: Any, criteria: Any, asked: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Satisfaction of everyone who was asked, each figure with its 95 % interval.

    Mean of the answers on the item ``overall`` where there is one, else of each respondent's mean over
    the items; where accounts are the subject, each account counts once. Half width: Student's t.

    Parameters
    ----------
    responses : instrument, item_id, subject_type, subject_id, respondent, value.
    criteria : instrument, item_id, scale_min, scale_max.
    asked : instrument to group asked, by default :data:`ASKED`.

    Returns
    -------
    DataFrame
        One row for each figure: asked, measure (mean or nps), basis (accounts or respondents), n,
        rating, half_width (NaN for a single one), scale_min, scale_max, place (the figure as a fraction
        of its scale), place_low, place_high (held within 0–1).

    Raises
    ------
    NotDefinedError
        None of the instruments was answered.
    ValuesError, ColumnError, EmptyError
        NaN, an answer outside its scale, a missing column, no rows.

    Notes
    -----
    Sources: Reichheld (2003); Student (1908). Those who answer are not those who are silent: the
    interval says nothing of that.

    Examples
    --------
    >>> criteria = pd.DataFrame({"instrument": ["satisfaction_owner"], "item_id": ["return"],
    ...                          "scale_min": [1], "scale_max": [5]})
    >>> answers = pd.DataFrame({"instrument": "satisfaction_owner", "item_id": "return", "value": [3, 4, 5],
    ...     "subject_type": "programme", "subject_id": "kam", "respondent": ["O1", "O2", "O3"]})
    >>> satisfaction(answers, criteria)[["asked", "n", "rating", "half_width"]].round(2).to_numpy().tolist()
    [['owners', 3, 4.0, 2.48]]
    """
    columns = ["instrument", "item_id", "subject_type", "subject_id", "respondent", "value"]
    table = as_pandas(responses, "responses", columns)
    rows = []
    for instrument, group in (asked or ASKED).items():
        answered = table[table["instrument"].astype("str") == instrument]
        if len(answered):
            rows += _figures(answered, criteria, instrument, group)
    if not rows:
        raise NotDefinedError(
            "nobody was asked how satisfied they are",
            where="responses.instrument",
            allowed=list_some(list(asked or ASKED), 20),
        )
    figures = pd.DataFrame(rows)
    scale = figures["scale_max"] - figures["scale_min"]
    half = (figures["half_width"] / scale).astype("float64")
    place = (figures["rating"] - figures["scale_min"]) / scale
    return figures.assign(
        place=place, place_low=(place - half).clip(lower=0.0), place_high=(place + half).clip(upper=1.0)
    )


def _figures(answered: pd.DataFrame, criteria: Any, instrument: str, group: str) -> list[dict[str, Any]]:
    """The rows of one instrument: by account where accounts are judged, and for NPS by respondent too."""
    answers = _by_respondent(answered, criteria, instrument)
    by_account = (answers["subject_type"] == "account").all()
    units = answers.groupby("subject_id")["value"].mean() if by_account else answers["value"]
    basis = "accounts" if by_account else "respondents"
    if instrument != "nps":
        scale = {"scale_min": answers["low"].iloc[0], "scale_max": answers["high"].iloc[0]}
        return [{"asked": group, "measure": "mean", "basis": basis, **_mean(units), **scale}]
    scale = {"scale_min": -100.0, "scale_max": 100.0}
    single = nps(answers["value"].to_numpy())
    told: list[dict[str, Any]] = [
        {"basis": "respondents", "n": len(answers), "rating": single.nps, "half_width": single.half_width}
    ]
    if by_account:
        balance = (answers["value"] >= 9).astype(float) - (answers["value"] <= 6).astype(float)
        told.insert(0, {"basis": "accounts", **_mean(100 * balance.groupby(answers["subject_id"]).mean())})
    return [{"asked": group, "measure": "nps", **row, **scale} for row in told]


def _by_respondent(answered: pd.DataFrame, criteria: Any, instrument: str) -> pd.DataFrame:
    """One answer for each respondent and subject, on one scale."""
    known = instrument_criteria(criteria, instrument)
    items = identifiers(answered, "item_id", "responses")
    if _OVERALL in set(items):
        answered, items = answered[items == _OVERALL], items[items == _OVERALL]
    low, high = (numeric(known, c, "criteria").reindex(items).to_numpy() for c in ("scale_min", "scale_max"))
    value = numeric(answered, "value", "responses").to_numpy()
    if not ((value >= low) & (value <= high)).all():
        raise ValuesError(
            f"an answer to {instrument} is outside its scale, or to an item without one",
            where="responses.value, criteria.scale_min, scale_max",
        )
    if len({*zip(low, high, strict=True)}) > 1:
        raise NotDefinedError(
            Sentence("the items of {instrument} have different scales", instrument=instrument),
            where="criteria.scale_max",
        )
    keys = ["subject_type", "subject_id", "respondent"]
    means = answered.assign(value=value).groupby(keys, as_index=False)["value"].mean()
    return means.assign(low=float(low[0]), high=float(high[0]))


def _mean(values: pd.Series) -> dict[str, float]:
    from scipy.stats import t as student

    n = len(values)
    half = float(student.ppf(0.975, n - 1) * values.std(ddof=1) / np.sqrt(n)) if n > 1 else np.nan
    return {"n": n, "rating": float(values.mean()), "half_width": half}


def account_satisfaction(responses: Any, criteria: Any, instrument: str = "satisfaction") -> pd.DataFrame:
    """Satisfaction of each account, as a fraction of the scale.

    ``(mean over its respondents − scale_min) / (scale_max − scale_min)``

    Parameters
    ----------
    responses, criteria : as for :func:`satisfaction`.
    instrument : one that is asked of accounts.

    Returns
    -------
    DataFrame
        By account_id: satisfaction (fraction), respondents.

    Raises
    ------
    NotDefinedError
        No account has answered.
    ValuesError, ColumnError, EmptyError
        As :func:`satisfaction`.

    Notes
    -----
    Source: definition. Mostly one or two people speak for an account.

    Examples
    --------
    >>> criteria = pd.DataFrame({"instrument": ["satisfaction"], "item_id": ["overall"], "scale_min": [1],
    ...                          "scale_max": [5]})
    >>> answers = pd.DataFrame({"instrument": "satisfaction", "item_id": "overall", "value": [3, 4],
    ...     "subject_type": "account", "subject_id": "a", "respondent": ["R1", "R2"]})
    >>> account_satisfaction(answers, criteria).loc["a"].tolist()
    [0.625, 2.0]
    """
    columns = ["instrument", "item_id", "subject_type", "subject_id", "respondent", "value"]
    table = as_pandas(responses, "responses", columns)
    asked = table[(table["instrument"] == instrument) & (table["subject_type"] == "account")]
    if asked.empty:
        raise NotDefinedError(
            Sentence("no account has answered {instrument!r}", instrument=instrument),
            where="responses.instrument",
        )
    answers = _by_respondent(asked, criteria, instrument)
    place = (answers["value"] - answers["low"]) / (answers["high"] - answers["low"])
    groups = place.groupby(answers["subject_id"])
    return pd.DataFrame({"satisfaction": groups.mean(), "respondents": groups.size()}).rename_axis(
        "account_id"
    )
