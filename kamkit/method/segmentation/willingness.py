"""What customers say they would pay: Van Westendorp's price sensitivity meter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence, ValuesError, list_some
from kamkit.method.frames import LARGEST_MONEY
from kamkit.method.segmentation.needs import answers_of

__all__ = [
    "CONVENTION",
    "QUESTIONS",
    "WillingnessToPay",
    "price_answers",
    "price_curves",
    "willingness_to_pay",
]

QUESTIONS = ("too_cheap", "cheap", "expensive", "too_expensive")
"""The four questions, in the order of their prices."""

CONVENTION = "lower: too cheap × expensive; upper: too expensive × cheap (as drawn today)"
"""How ``lower`` and ``upper`` are drawn; the 1976 paper turns the cheap and the expensive curve around."""

_DRAWS, _SEED = 500, 0


@dataclass(frozen=True)
class WillingnessToPay:
    """The crossings, in the unit of the prices.

    Attributes
    ----------
    opp : optimal price point, too cheap × too expensive.
    ipp : indifference price point, cheap × expensive.
    lower, upper : ends of the range of acceptable prices, as ``convention`` says.
    lower_1976, upper_1976 : the same as the paper draws them: too cheap × not cheap, and too expensive ×
        not expensive; the range is wider.
    opp_low, opp_high : where 90 % of the bootstrap samples have ``opp``.
    respondents, left_out : people counted, and those whose four prices are not in order.
    convention : which curves ``lower`` and ``upper`` are crossings of.
    """

    opp: float
    ipp: float
    lower: float
    upper: float
    lower_1976: float
    upper_1976: float
    opp_low: float
    opp_high: float
    respondents: int
    left_out: int
    convention: str


def willingness_to_pay(too_cheap: Any, cheap: Any, expensive: Any, too_expensive: Any) -> WillingnessToPay:
    """Where the four curves of Van Westendorp's price sensitivity meter cross.

    | falling: ``share of respondents with too_cheap (cheap) ≥ p``
    | rising: ``share of respondents with expensive (too_expensive) ≤ p``
    | a crossing is the lowest price p from which the rising curve is at least as high as the falling one

    Parameters
    ----------
    too_cheap, cheap, expensive, too_expensive : a price by respondent, over or equal to 0; Series are
        matched by index.

    Returns
    -------
    WillingnessToPay
        opp, ipp, lower, upper, lower_1976, upper_1976, opp_low, opp_high, respondents, left_out,
        convention.

    Raises
    ------
    NotDefinedError
        No respondent gives the four prices in order.
    ValuesError, ParameterError
        NaN, a negative or infinite price, or answers of different respondents.

    Notes
    -----
    Source: Van Westendorp (1976). People answer without paying: read it as a first sign, beside the
    prices that customers do pay (:func:`price_premium`). Prices out of order are left out and counted.

    Examples
    --------
    >>> found = willingness_to_pay([2, 3, 4], [4, 5, 6], [6, 7, 8], [8, 9, 10])
    >>> found.opp, found.ipp, found.respondents, found.left_out
    (4.0, 6.0, 3, 0)
    """
    answers = _answers(too_cheap, cheap, expensive, too_expensive)
    values = _in_order(answers)
    c = {question: values[:, i] for i, question in enumerate(QUESTIONS)}
    rng = np.random.default_rng(_SEED)
    drawn = [values[rng.integers(0, len(values), len(values))] for _ in range(_DRAWS)]
    low, high = np.quantile([_crossing(v[:, 0], v[:, 3]) for v in drawn], [0.05, 0.95], method="nearest")
    return WillingnessToPay(
        opp=_crossing(c["too_cheap"], c["too_expensive"]),
        ipp=_crossing(c["cheap"], c["expensive"]),
        lower=_crossing(c["too_cheap"], c["expensive"]),
        upper=_crossing(c["cheap"], c["too_expensive"]),
        lower_1976=_crossing(c["too_cheap"], c["cheap"]),
        upper_1976=_crossing(c["expensive"], c["too_expensive"]),
        opp_low=float(low),
        opp_high=float(high),
        respondents=len(values),
        left_out=len(answers) - len(values),
        convention=CONVENTION,
    )


def _answers(*given: Any) -> pd.DataFrame:
    """The four prices by respondent, checked."""
    series = [g if isinstance(g, pd.Series) else pd.Series(list(g)) for g in given]
    first = series[0].index
    for name, column in zip(QUESTIONS, series, strict=True):
        if column.index.has_duplicates or len(column) != len(first) or not column.index.isin(first).all():
            raise ParameterError(
                f"{name} is not from the same respondents as too_cheap", where=name,
                allowed="one price for each respondent and question",
            )  # fmt: skip
    try:
        table = pd.DataFrame(
            {n: c.astype("float64").reindex(first) for n, c in zip(QUESTIONS, series, strict=True)}
        )
    except (TypeError, ValueError) as error:
        raise ValuesError("a price is no number", where=", ".join(QUESTIONS)) from error
    wrong = ~((table >= 0) & (table <= LARGEST_MONEY))
    for name in QUESTIONS:
        if wrong[name].any():
            rows = list_some([str(r) for r in table.index[wrong[name]]])
            raise ValuesError(
                f"{name} is missing, negative or infinite for {int(wrong[name].sum())} respondent(s)",
                where=f"{name}: {rows}",
                remedy="complete the four prices, or leave the respondent out knowingly",
            )  # fmt: skip
    if table.empty:
        raise NotDefinedError("nobody named prices", where="too_cheap")
    return table


def _in_order(answers: pd.DataFrame) -> np.ndarray:
    values = answers.to_numpy()
    kept = values[(np.diff(values, axis=1) >= 0).all(axis=1)]
    if not len(kept):
        raise NotDefinedError(
            "no respondent gives the four prices in order", where=", ".join(QUESTIONS),
            allowed="too cheap ≤ cheap ≤ expensive ≤ too expensive",
        )  # fmt: skip
    return kept


def _crossing(falls: np.ndarray, rises: np.ndarray) -> float:
    """The infimum of the prices at which the share ≤ p of one is at least the share ≥ p of the other.

    The falling curve drops just behind a price, the rising one steps up at it, so only the prices that
    were named can be the infimum.
    """
    prices = np.unique(np.concatenate([falls, rises]))
    falls, rises = np.sort(falls), np.sort(rises)
    n, m = len(falls), len(rises)
    risen = np.searchsorted(rises, prices, side="right") / m
    behind = (n - np.searchsorted(falls, prices, side="right")) / n
    return float(prices[np.argmax(risen >= behind - 1e-12)])


def price_curves(too_cheap: Any, cheap: Any, expensive: Any, too_expensive: Any) -> pd.DataFrame:
    """The four curves, at each price that somebody named.

    Parameters
    ----------
    too_cheap, cheap, expensive, too_expensive : as for :func:`willingness_to_pay`.

    Returns
    -------
    DataFrame
        price, and the shares of respondents (fractions): too_cheap, cheap (falling: who named this price
        or a higher one), expensive, too_expensive (rising: who named this price or a lower one).

    Raises
    ------
    NotDefinedError, ValuesError, ParameterError
        As :func:`willingness_to_pay`.

    Notes
    -----
    Source: Van Westendorp (1976).

    Examples
    --------
    >>> price_curves([1, 2], [2, 3], [3, 4], [4, 5])[["price", "too_cheap", "expensive"]].head(3)
       price  too_cheap  expensive
    0    1.0        1.0        0.0
    1    2.0        0.5        0.0
    2    3.0        0.0        0.5
    """
    values = _in_order(_answers(too_cheap, cheap, expensive, too_expensive))
    prices, n = np.unique(values), len(values)
    columns = {"price": prices}
    for i, question in enumerate(QUESTIONS):
        side = "left" if i < 2 else "right"
        under = np.searchsorted(np.sort(values[:, i]), prices, side=side) / n  # type: ignore[call-overload]
        columns[question] = 1 - under if i < 2 else under
    return pd.DataFrame(columns)


def price_answers(responses: Any, criteria: Any, instrument: str = "wtp") -> pd.DataFrame:
    """The four prices by respondent, from the answers to a questionnaire.

    Parameters
    ----------
    responses : instrument, item_id, subject_id, respondent, value.
    criteria : instrument, item_id, scale_min, scale_max, direction.
    instrument : the one with the items too_cheap, cheap, expensive, too_expensive.

    Returns
    -------
    DataFrame
        Indexed by (account_id, respondent): too_cheap, cheap, expensive, too_expensive; respondents who
        named all four.

    Raises
    ------
    NotDefinedError
        Nobody answered, or a question was not asked.
    ValuesError, ColumnError, EmptyError
        As :func:`needs_from`.

    Notes
    -----
    Source: Van Westendorp (1976), the four questions.

    Examples
    --------
    >>> rows = [("wtp", item, "a", "p", 100.0 + i) for i, item in enumerate(QUESTIONS)]
    >>> answers = pd.DataFrame(rows, columns=["instrument", "item_id", "subject_id", "respondent", "value"])
    >>> asked = answers[["instrument", "item_id"]].assign(scale_min=0.0, scale_max=2000.0, direction="max")
    >>> price_answers(answers, asked).iloc[0].to_list()
    [100.0, 101.0, 102.0, 103.0]
    """
    answers = answers_of(responses, criteria, instrument)
    absent = [question for question in QUESTIONS if question not in answers.columns]
    complete = answers.dropna(subset=[q for q in QUESTIONS if q in answers.columns])
    if absent or complete.empty:
        raise NotDefinedError(
            Sentence("{instrument!r} does not ask {absent}", instrument=instrument, absent=list_some(absent))
            if absent
            else Sentence("nobody named all prices of {instrument!r}", instrument=instrument),
            where="criteria.item_id",
            allowed=", ".join(QUESTIONS),
        )
    return complete[list(QUESTIONS)]
