"""What customers say matters to them, freed of how each of them uses the scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence, ValuesError, list_some
from kamkit.method.frames import as_pandas, identifiers, numeric

__all__ = [
    "NeedsCoverage",
    "answers_of",
    "as_importance",
    "item_texts",
    "needs_coverage",
    "needs_from",
    "number_table",
    "within_respondent",
]

_LONG = ("item_id", "subject_id", "respondent", "value")
_ROUNDING = 1e-6
_LONGEST_SCALE, _LONGEST_RATING = 100.0, 20.0
_NO_NEEDS = {
    "satisfaction": Sentence("how well a need is met, not how much it matters"),
    "strength": Sentence("how we do against the best alternative, not what matters"),
    "attractiveness": Sentence("how attractive the customer is to us, not what the customer needs"),
    "attractiveness_horizon": Sentence(
        "how attractive the customer will be to us, not what the customer needs"
    ),
    "wtp": Sentence("prices, not how much something matters"),
    "nps": Sentence("whether the customer would recommend us, not what the customer needs"),
    "maturity": Sentence("how far we are, not what the customer needs"),
    "skills": Sentence("what our people can do, not what the customer needs"),
}


def within_respondent(responses: Any) -> pd.DataFrame:
    """Answers as z-scores within each respondent: who says 9 to everything says nothing.

    ``z_i = (x_i − mean of the respondent) / standard deviation of the respondent`` (population form)

    Parameters
    ----------
    responses : item_id, subject_id, respondent, value of one instrument; or a table of numbers, a row
        per respondent and a column per item.

    Returns
    -------
    DataFrame
        Rows indexed by (account_id, respondent), or as given; a column per item. A respondent who gives
        all items the same value becomes zeros; an item that a respondent did not answer is NaN.

    Raises
    ------
    ParameterError
        The answers are of several instruments.
    ValuesError, ColumnError, EmptyError
        NaN or text, an item answered twice by one respondent, a missing column, no rows.

    Notes
    -----
    Source: Cunningham, Cunningham & Green (1977), ipsative scores against scale-use bias.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"item_id": ["price", "stock"] * 2, "subject_id": ["a", "a", "b", "b"],
    ...                         "respondent": ["p", "p", "q", "q"], "value": [9.0, 5.0, 7.0, 7.0]})
    >>> within_respondent(answers)
    item_id                price  stock
    account_id respondent
    a          p             1.0   -1.0
    b          q             0.0    0.0
    """
    if isinstance(responses, pd.DataFrame) and not set(_LONG) & set(responses.columns):
        answers = number_table(responses, "responses", missing=True)
    else:
        answers = _wide(as_pandas(responses, "responses", _LONG))
    return _standardised(answers)


def _wide(responses: pd.DataFrame) -> pd.DataFrame:
    """A row per (account, respondent), a column per item."""
    if "instrument" in responses and responses["instrument"].nunique() > 1:
        raise ParameterError(
            "the answers are of several instruments",
            where="responses.instrument",
            allowed="the rows of one instrument",
            remedy=f"choose one of {list_some(sorted(responses['instrument'].astype(str).unique()))}",
        )
    keys = [identifiers(responses, c, "responses") for c in ("subject_id", "respondent", "item_id")]
    values = pd.Series(
        numeric(responses, "value", "responses").to_numpy(),
        index=pd.MultiIndex.from_arrays(keys, names=["account_id", "respondent", "item_id"]),
    )
    double = values.index[values.index.duplicated()]
    if len(double):
        raise ValuesError(
            f"{len(double)} answer(s) are given twice",
            where=f"responses: {list_some(['/'.join(map(str, key)) for key in double])}",
            remedy="keep one answer for each respondent, item and subject",
        )
    return values.unstack("item_id")


def _standardised(answers: pd.DataFrame) -> pd.DataFrame:
    centred = answers.sub(answers.mean(axis=1), axis=0)
    spread = answers.std(axis=1, ddof=0)
    constant = spread <= 1e-9 * answers.abs().max(axis=1).clip(lower=1.0)
    scaled = centred.div(spread.mask(constant), axis=0)
    return scaled.mask(constant, centred.where(centred.isna(), 0.0), axis=0)


def number_table(table: Any, name: str, *, missing: bool = False) -> pd.DataFrame:
    """A table of numbers, subjects × items, checked."""
    frame = as_pandas(table, name, [])
    if frame.shape[1] < 2:
        raise ParameterError(f"{name} has {frame.shape[1]} item(s)", where=name, allowed="two items or more")
    double = frame.index[frame.index.duplicated()].unique()
    if len(double):
        raise ValuesError(f"{name} has rows that stand twice", where=f"{name}: {list_some(list(double))}")
    return pd.DataFrame(
        {c: numeric(frame, c, name, missing=missing) for c in frame.columns}, index=frame.index
    )


def as_importance(needs: Any) -> pd.DataFrame:
    """Subjects × items standardised within the row, or the reason why the numbers can't be importance.

    Rows that are standardised already stay as they are; ratings of up to 20, and points of up to 100
    that are whole or add up to the same in each row, are standardised. Anything else is refused.

    Raises
    ------
    NotDefinedError
        The numbers are amounts, or were standardised by column.
    ValuesError, ParameterError, EmptyError
        NaN, text, rows that stand twice, fewer than two items, no rows.
    """
    table = number_table(needs, "needs")
    if (table.mean(axis=1).abs() < _ROUNDING).all():
        return table
    reason = _why_no_importance(table)
    if reason:
        raise NotDefinedError(
            Sentence("these are no needs: {reason}", reason=reason),
            where="needs",
            allowed="importance on a rating scale, points that add up to the same for each, or z-scores "
            "within the respondent",
            remedy="ask the customers what matters to them; segments by spend are not segments by need",
        )
    return _standardised(table)


def _why_no_importance(table: pd.DataFrame) -> str:
    values = table.to_numpy()
    largest = float(np.abs(values).max())
    if largest > _LONGEST_SCALE:
        return Sentence(
            "a value of {largest:,.0f} is an amount, such as spend: what customers did, not what they need",
            largest=largest,
        )
    centred = (np.abs(values.mean(axis=0)) < _ROUNDING).all() and len(values) > 2
    if centred and np.allclose(values.std(axis=0), values.std(axis=0)[0], rtol=0.05):
        return Sentence(
            "they are standardised by column, where importance is standardised within each respondent"
        )
    sums = values.sum(axis=1)
    is_points = bool(np.allclose(sums, sums[0]) or (values == np.round(values)).all())
    if (values >= 0).all() and largest > _LONGEST_RATING and not is_points:
        return Sentence("they are neither ratings nor points that add up to the same for each")
    return ""


def needs_from(responses: Any, criteria: Any, instrument: str = "needs") -> pd.DataFrame:
    """What matters to each account: z-scores within respondent, averaged over the account's respondents.

    ``needs(account, item) = mean over respondents of z(respondent, item)``

    Parameters
    ----------
    responses : instrument, item_id, subject_id, respondent, value; subject_type.
    criteria : instrument, item_id, scale_min, scale_max, direction; weight, gate.
    instrument : the questionnaire of importance.

    Returns
    -------
    DataFrame
        Indexed by account_id, a column per item in the order of ``criteria``. Accounts for which nobody
        answered an item are not in it; :func:`needs_coverage` counts them.

    Raises
    ------
    NotDefinedError
        Nobody answered, or the instrument does not ask for importance: satisfaction, scorecards with
        weights or gates, scales that only an amount of money needs.
    ValuesError, ColumnError, EmptyError
        NaN, an item that ``criteria`` does not know, a missing column, no rows.

    Notes
    -----
    Source: needs-based segmentation after Haley (1968). An item with direction ``min`` (1 is the most
    important) is turned before.

    Examples
    --------
    >>> import pandas as pd
    >>> criteria = pd.DataFrame({"instrument": "needs", "item_id": ["price", "stock"], "scale_min": 1.0,
    ...                          "scale_max": 10.0, "direction": "max"})
    >>> answers = pd.DataFrame({"instrument": "needs", "item_id": ["price", "stock"], "subject_id": "a",
    ...                         "respondent": "p", "value": [9.0, 5.0]})
    >>> needs_from(answers, criteria)
    item_id     price  stock
    account_id
    a             1.0   -1.0
    """
    return _by_account(responses, criteria, instrument).dropna()


def _by_account(responses: Any, criteria: Any, instrument: str) -> pd.DataFrame:
    answers = answers_of(responses, criteria, instrument, refuse=True)
    return _standardised(answers).groupby(level="account_id").mean()


def answers_of(responses: Any, criteria: Any, instrument: str, *, refuse: bool = False) -> pd.DataFrame:
    """The answers to an instrument, (account, respondent) × item, all items pointing upwards.

    Raises
    ------
    NotDefinedError
        Nobody answered it; with ``refuse``, it does not ask for importance.
    ValuesError
        An item that ``criteria`` does not know.
    """
    asked = as_pandas(criteria, "criteria", ["instrument", "item_id", "scale_min", "scale_max", "direction"])
    asked = asked[asked["instrument"] == instrument]
    given = as_pandas(responses, "responses", ["instrument", *_LONG])
    given = given[given["instrument"] == instrument]
    if given.empty or asked.empty:
        raise NotDefinedError(
            Sentence("nobody answered a questionnaire {instrument!r}", instrument=instrument),
            where="responses.instrument",
            remedy=f"ask for {instrument!r}, or name the instrument that was used",
        )
    if refuse:
        _refuse_no_needs(given, asked, instrument)
    return _upwards(_wide(given), asked.set_index("item_id"), instrument)


def _upwards(answers: pd.DataFrame, asked: pd.DataFrame, instrument: str) -> pd.DataFrame:
    unknown = [item for item in answers.columns if item not in asked.index]
    if unknown:
        raise ValuesError(
            f"{len(unknown)} item(s) of {instrument!r} are not in criteria",
            where=f"responses.item_id: {list_some(unknown)}",
            allowed=list_some(list(asked.index), 20),
        )
    answers = answers[[item for item in asked.index if item in answers.columns]]
    turned = asked.index[asked["direction"] == "min"].intersection(answers.columns)
    ends = (asked["scale_min"] + asked["scale_max"]).astype("float64")
    return answers.assign(**{item: ends[item] - answers[item] for item in turned})


def _refuse_no_needs(given: pd.DataFrame, asked: pd.DataFrame, instrument: str) -> None:
    """Raise what speaks against reading the answers as importance."""
    reason = _NO_NEEDS.get(instrument) or _NO_NEEDS.get(instrument.partition("_")[0])
    if not reason and "overall" in set(asked["item_id"]):
        reason = _NO_NEEDS["satisfaction"]
    if not reason and not ((asked["scale_max"] - asked["scale_min"]) <= _LONGEST_SCALE).all():
        reason = Sentence("amounts, such as spend: what customers did, not what they need")
    if not reason and any(c in asked and asked[c].notna().any() for c in ("weight", "gate")):
        reason = Sentence("a scorecard with weights or gates, which is our view and not the customer's")
    subjects = set(given.get("subject_type", pd.Series(["account"]))) - {"account"}
    if not reason and subjects:
        reason = Sentence(
            "answers about {subjects}, not about the account's own needs",
            subjects=list_some(sorted(map(str, subjects))),
        )
    if reason:
        raise NotDefinedError(
            Sentence("{instrument!r} holds no needs but {reason}", instrument=instrument, reason=reason),
            where="criteria.instrument",
            allowed="a questionnaire in which customers say how important each item is to them",
            remedy="name the instrument that asks for importance",
        )


@dataclass(frozen=True)
class NeedsCoverage:
    """Who answered: counts, and the accounts that are left out because an item was not answered."""

    instrument: str
    items: int
    respondents: int
    accounts: int
    complete: int
    incomplete: int
    undecided: int


def needs_coverage(responses: Any, criteria: Any, instrument: str = "needs") -> NeedsCoverage:
    """How many answered the questionnaire of needs, and how many of them can be used.

    Parameters
    ----------
    responses, criteria, instrument : as for :func:`needs_from`.

    Returns
    -------
    NeedsCoverage
        items, respondents, accounts; accounts that are complete and incomplete (nobody there answered
        some item); undecided respondents, who gave every item the same value.

    Raises
    ------
    NotDefinedError, ValuesError, ColumnError, EmptyError
        As :func:`needs_from`.

    Examples
    --------
    >>> import pandas as pd
    >>> criteria = pd.DataFrame({"instrument": "needs", "item_id": ["price", "stock"], "scale_min": 1.0,
    ...                          "scale_max": 10.0, "direction": "max"})
    >>> answers = pd.DataFrame({"instrument": "needs", "item_id": ["price", "stock"], "subject_id": "a",
    ...                         "respondent": "p", "value": [9.0, 5.0]})
    >>> needs_coverage(answers, criteria).respondents
    1
    """
    answers = answers_of(responses, criteria, instrument, refuse=True)
    scores = _standardised(answers)
    by_account = scores.groupby(level="account_id").mean()
    complete = int(by_account.notna().all(axis=1).sum())
    return NeedsCoverage(
        instrument=instrument,
        items=answers.shape[1],
        respondents=len(answers),
        accounts=len(by_account),
        complete=complete,
        incomplete=len(by_account) - complete,
        undecided=int((scores.fillna(0.0) == 0).all(axis=1).sum()),
    )


def item_texts(criteria: Any, instrument: str = "needs") -> dict[str, str]:
    """By item_id, the words in which an instrument asks.

    >>> item_texts(pd.DataFrame({"instrument": ["needs"], "item_id": ["stock"], "text": ["Parts in stock"]}))
    {'stock': 'Parts in stock'}
    """
    table = as_pandas(criteria, "criteria", ["instrument", "item_id"])
    rows = table[table["instrument"] == instrument]
    if "text" not in rows:
        return {}
    return {str(i): str(t) for i, t in zip(rows["item_id"], rows["text"], strict=True) if pd.notna(t)}
