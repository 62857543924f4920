"""How far those who score agree: alone, after discussion, and who stands apart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import EmptyError, NotDefinedError, Sentence, ValuesError, list_some
from kamkit.method.frames import as_pandas, identifiers, number, numeric
from kamkit.method.scoring.criteria import instrument_criteria

__all__ = ["complete", "consensus", "first_answered", "judged_values", "kendalls_w", "panel_agreement"]

_ROUNDS = ("blind", "consensus")
_KEYS = ("instrument", "item_id", "subject_type", "subject_id", "respondent", "value")
_SURE = 3.0


def judged_values(
    responses: Any, instrument: str, round: str | None = None, subject_type: str = "account"
) -> pd.DataFrame:
    """The mean judgement of each subject on each item.

    Parameters
    ----------
    responses : table ``responses``: instrument, item_id, subject_type, subject_id, respondent, value.
    instrument : such as ``"attractiveness"``.
    round : blind or consensus; None takes the consensus round where there is one, else all answers.
    subject_type : what was judged.

    Returns
    -------
    DataFrame
        subjects (index account_id, or subject_id for other subjects) × items, on the raw scales. An
        item that nobody answered for a subject is NaN, never zero; see :func:`complete`.

    Raises
    ------
    NotDefinedError
        Nobody answered this instrument, or not in this round.
    ColumnError, ValuesError, EmptyError
        The table lacks columns, values or rows.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> responses = pd.DataFrame({
    ...     "instrument": "attractiveness", "item_id": "growth", "subject_type": "account",
    ...     "subject_id": "a", "respondent": ["M1", "M2"], "value": [4, 5]})
    >>> judged_values(responses, "attractiveness")
                growth
    account_id
    a              4.5
    """
    rows = _answers(responses, instrument, subject_type)
    taken = round or ("consensus" if (rows["round"] == "consensus").any() else None)
    rows = rows[rows["round"] == taken] if taken else rows
    if rows.empty:
        raise NotDefinedError(
            Sentence(
                "nobody answered {instrument!r} in the round {taken!r}", instrument=instrument, taken=taken
            ),
            where="responses.round",
        )
    means = rows.groupby(["subject_id", "item_id"], sort=True)["value"].mean().unstack()
    return means.rename_axis(index="account_id" if subject_type == "account" else "subject_id", columns=None)[
        list(dict.fromkeys(rows["item_id"]))
    ]


def complete(values: pd.DataFrame) -> pd.DataFrame:
    """The subjects that were judged on every item; the others are left out, not scored with gaps.

    Parameters
    ----------
    values : subjects × criteria, NaN where nobody answered.

    Returns
    -------
    DataFrame
        The rows without NaN.

    Raises
    ------
    NotDefinedError
        No subject was judged on every item.

    Notes
    -----
    Source: definition; a blank is not a zero.

    Examples
    --------
    >>> complete(pd.DataFrame({"growth": [4.0, None], "pays": [3.0, 5.0]}, index=["a", "b"])).index.tolist()
    ['a']
    """
    whole = values.dropna()
    if whole.empty:
        raise NotDefinedError("no subject was judged on every item", where="responses")
    return whole


def first_answered(responses: Any, instruments: Iterable[str], subject_type: str = "account") -> str:
    """The first of several instruments that anybody answered.

    Parameters
    ----------
    responses : table ``responses``.
    instruments : the one that is wanted first, then what stands in for it.
    subject_type : what was judged.

    Returns
    -------
    str
        Its name.

    Raises
    ------
    NotDefinedError
        Nobody answered any of them.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> responses = pd.DataFrame({"instrument": ["today"], "subject_type": ["account"]})
    >>> first_answered(responses, ["horizon", "today"])
    'today'
    """
    table = as_pandas(responses, "responses", ["instrument", "subject_type"])
    answered = set(table.loc[table["subject_type"] == subject_type, "instrument"].astype(str))
    wanted = list(instruments)
    found = next((name for name in wanted if name in answered), None)
    if found is None:
        raise NotDefinedError(
            Sentence("nobody answered {wanted}", wanted=list_some(wanted)), where="responses.instrument"
        )
    return found


def kendalls_w(ranks: Any) -> float:
    """Kendall's coefficient of concordance: 1 when all judges order the subjects alike, 0 at random.

    ``W = 12 S / (m² (n³ − n) − m · sum of (t³ − t))`` with S the squared deviations of the rank sums
    and t the sizes of the groups of ties of each judge.

    Parameters
    ----------
    ranks : judges × subjects; ranks or anything that orders, ties allowed (they get their mean rank).

    Returns
    -------
    float
        0–1.

    Raises
    ------
    NotDefinedError
        One judge, one subject, or judges who tell no subject apart: agreement is undefined.
    ValuesError, EmptyError
        A rank is missing; no rows.

    Notes
    -----
    Source: Kendall & Babington Smith (1939); Kendall (1970) for ties.

    Examples
    --------
    >>> kendalls_w([[1, 2, 3], [1, 2, 3]])
    1.0
    >>> round(kendalls_w([[1, 2, 3], [3, 2, 1], [1, 2, 3]]), 4)
    0.1111
    """
    given = np.asarray(ranks, dtype=float)
    if given.size == 0:
        raise EmptyError("ranks has no rows", where="ranks")
    if given.ndim != 2 or not np.isfinite(given).all():
        raise ValuesError(
            "a rank is missing, or ranks is no table of judges × subjects", where="ranks",
            remedy="leave out subjects that not every judge has ranked",
        )  # fmt: skip
    m, n = given.shape
    if m < 2 or n < 2:
        raise NotDefinedError(
            Sentence("agreement is undefined for {m} judge(s) and {n} subject(s)", m=m, n=n), where="ranks"
        )
    ordered = pd.DataFrame(given).rank(axis=1).to_numpy()
    ties = sum(_tie_term(row) for row in ordered)
    scale = m**2 * (n**3 - n) - m * ties
    if scale <= 0:
        raise NotDefinedError("agreement is undefined where no judge tells the subjects apart", where="ranks")
    sums = ordered.sum(axis=0)
    return float(12 * ((sums - sums.mean()) ** 2).sum() / scale)


def _tie_term(row: np.ndarray) -> float:
    sizes = np.unique(row, return_counts=True)[1].astype(float)
    return float((sizes**3 - sizes).sum())


def consensus(
    responses: Any, criteria: Any, instrument: str = "attractiveness", limit: float = 0.15
) -> pd.DataFrame:
    """How far judges were apart on each item, alone and after discussion, and which role stood out.

    ``spread = mean over subjects of the standard deviation (n − 1) over respondents``; a role's
    deviation is the mean over subjects of its own value less the mean of the others, in the blind round.

    Parameters
    ----------
    responses : table ``responses`` with round (blind, consensus); respondent_role names the roles.
    criteria : table ``criteria``, for the wording and the length of the scale.
    instrument : such as ``"attractiveness"``.
    limit : a role stands out where its deviation is over this part of the scale's length and over
        three of its standard errors.

    Returns
    -------
    DataFrame
        item_id, text, scale_min, scale_max, blind_spread, consensus_spread (scale points; NaN without
        two respondents), blind_w, consensus_w (Kendall's W over the subjects that all have judged),
        outlier_role (None where nobody stands out), outlier_deviation (scale points); the item with
        the widest blind spread first.

    Raises
    ------
    NotDefinedError
        Nobody answered the instrument, or no round is marked.
    ColumnError, ValuesError, EmptyError
        The tables lack columns, values or rows.

    Notes
    -----
    Source: Kendall (1970); Dalkey & Helmer (1963) for scoring alone first.

    Examples
    --------
    >>> responses = pd.DataFrame({
    ...     "instrument": "attractiveness", "item_id": "growth", "subject_type": "account",
    ...     "subject_id": ["a", "a"] * 2, "respondent": ["M1", "M2"] * 2, "value": [2, 5, 4, 4],
    ...     "round": ["blind", "blind", "consensus", "consensus"]})
    >>> criteria = pd.DataFrame({"instrument": ["attractiveness"], "item_id": ["growth"], "text": ["Growth"],
    ...                          "scale_min": 1, "scale_max": 5})
    >>> consensus(responses, criteria)[["text", "blind_spread", "consensus_spread"]].round(2)
         text  blind_spread  consensus_spread
    0  Growth          2.12               0.0
    """
    limit = number(limit, "limit")
    known = instrument_criteria(criteria, instrument)
    rows = _answers(responses, instrument)
    if not rows["round"].isin(_ROUNDS).any():
        raise NotDefinedError("no answer is marked as blind or consensus", where="responses.round")
    lines = [_item_line(rows[rows["item_id"] == item], known.loc[item], limit) for item in known.index]
    table = pd.DataFrame(lines, index=known.index).reset_index()
    for column in ("text", "scale_min", "scale_max"):
        table[column] = known[column].to_numpy() if column in known else np.nan
    first = ["item_id", "text", "scale_min", "scale_max"]
    ordered = table.sort_values("blind_spread", ascending=False, kind="stable", ignore_index=True)
    return ordered[[*first, *(c for c in ordered if c not in first)]]


def _item_line(rows: pd.DataFrame, criterion: pd.Series, limit: float) -> dict[str, Any]:
    rounds = {name: rows[rows["round"] == name] for name in _ROUNDS}
    length = float(criterion["scale_max"]) - float(criterion["scale_min"])
    role, deviation = _outlier(rounds["blind"], limit * length)
    line: dict[str, Any] = {f"{name}_spread": _spread(part) for name, part in rounds.items()}
    line |= {f"{name}_w": _concordance(part, "value") for name, part in rounds.items()}
    return line | {"outlier_role": role, "outlier_deviation": deviation}


def _spread(rows: pd.DataFrame) -> float:
    return float(rows.groupby(["item_id", "subject_id"])["value"].std().mean())


def _outlier(blind: pd.DataFrame, least: float) -> tuple[str | None, float]:
    """The role furthest from the others, if it is far and surely so."""
    if blind["respondent"].nunique() < 3:
        return None, float("nan")
    grid = blind.pivot_table("value", "subject_id", "respondent")
    others = (grid.sum(axis=1).to_numpy()[:, None] - grid) / (grid.count(axis=1).to_numpy()[:, None] - 1)
    apart = grid - others
    mean: pd.Series = apart.mean()
    error: pd.Series = apart.std() / np.sqrt(apart.count())
    furthest = int(mean.abs().to_numpy().argmax())
    deviation = float(mean.iloc[furthest])
    if not (abs(deviation) >= least and abs(deviation) > _SURE * float(error.iloc[furthest])):
        return None, float("nan")
    who = str(grid.columns[furthest])
    role = blind.loc[blind["respondent"] == who, "respondent_role"].iloc[0]
    return role if isinstance(role, str) else who, deviation


def _concordance(rows: pd.DataFrame, value: str) -> float:
    """Kendall's W over the subjects that every judge has judged; NaN where it is not defined."""
    grid = rows.pivot_table(value, "respondent", "subject_id").dropna(axis=1)
    try:
        return kendalls_w(grid.to_numpy())
    except (NotDefinedError, EmptyError):
        return float("nan")


def panel_agreement(responses: Any, criteria: Any, instrument: str = "attractiveness") -> pd.DataFrame:
    """How well the judges agree on the order of the subjects, round by round.

    Each judge's own weighted score orders the subjects; Kendall's W compares the orders.

    Parameters
    ----------
    responses, criteria, instrument : as :func:`consensus`; criteria with weight, direction and scale.

    Returns
    -------
    DataFrame
        round, judges, subjects (that all of them have judged on every item), spread (scale points),
        kendalls_w; rounds without answers are left out.

    Raises
    ------
    NotDefinedError
        Nobody answered the instrument, or no round is marked; one judge only: agreement is undefined.
    ColumnError, ValuesError, EmptyError
        The tables lack columns, values or rows.

    Notes
    -----
    Source: Kendall (1970).

    Examples
    --------
    >>> responses = pd.DataFrame({
    ...     "instrument": "attractiveness", "item_id": "growth", "subject_type": "account",
    ...     "subject_id": ["a", "b"] * 2, "respondent": ["M1", "M1", "M2", "M2"], "value": [2, 5, 3, 4],
    ...     "round": "consensus"})
    >>> criteria = pd.DataFrame({"instrument": ["attractiveness"], "item_id": ["growth"], "weight": 1.0,
    ...                          "direction": "max", "scale_min": 1, "scale_max": 5})
    >>> panel_agreement(responses, criteria)[["round", "judges", "subjects", "kendalls_w"]]
           round  judges  subjects  kendalls_w
    0  consensus       2         2         1.0
    """
    from kamkit.method.scoring.scores import weighted_score

    known = instrument_criteria(criteria, instrument)
    answers = _answers(responses, instrument)
    lines = []
    for name in _ROUNDS:
        rows = answers[answers["round"] == name]
        if rows.empty:
            continue
        sheets = rows.pivot_table("value", ["respondent", "subject_id"], "item_id")
        sheets = complete(sheets.reindex(columns=known.index).rename_axis(columns=None))
        scores = weighted_score(sheets, known)["score"].unstack()
        shared = scores.dropna(axis=1)
        if shared.empty:
            raise NotDefinedError(
                Sentence(
                    "no subject was judged by all {n} people of the {name} round", n=len(scores), name=name
                ),
                where="responses",
            )
        lines.append({
            "round": name, "judges": len(shared), "subjects": shared.shape[1], "spread": _spread(rows),
            "kendalls_w": kendalls_w(np.round(shared.to_numpy(), 9)),
        })  # fmt: skip
    if not lines:
        raise NotDefinedError("no answer is marked as blind or consensus", where="responses.round")
    return pd.DataFrame(lines)


def _answers(responses: Any, instrument: str, subject_type: str = "account") -> pd.DataFrame:
    """One instrument's answers about one type of subject, with round and role (None where unknown)."""
    table = as_pandas(responses, "responses", _KEYS)
    mine = (table["instrument"].astype("str") == instrument) & (table["subject_type"] == subject_type)
    rows = table[mine]
    if rows.empty:
        raise NotDefinedError(
            Sentence(
                "there are no answers to {instrument!r} about {subject_type}s",
                instrument=instrument,
                subject_type=subject_type,
            ),
            where="responses.instrument",
        )
    more = {c: None for c in ("round", "respondent_role") if c not in rows}
    return rows.assign(
        value=numeric(rows, "value", "responses"),
        subject_id=identifiers(rows, "subject_id", "responses"),
        item_id=identifiers(rows, "item_id", "responses"),
        respondent=identifiers(rows, "respondent", "responses"),
        **more,
    )
