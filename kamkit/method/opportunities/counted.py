"""The open deals as they are counted: each once, with the probability that history gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError
from kamkit.method.frames import UNASSIGNED, fraction, number
from kamkit.method.opportunities.deals import deal_table
from kamkit.method.opportunities.pipeline import coverage_ratio, velocity, weighted_pipeline
from kamkit.method.opportunities.rates import win_rates

__all__ = ["PipelineSummary", "open_pipeline", "pipeline_lines", "pipeline_summary", "valued"]


def open_pipeline(
    opportunities: Any, chances: pd.DataFrame, double_booked: pd.DataFrame | None = None, today: Any = None
) -> pd.DataFrame:
    """The open deals as they are counted: once each, with the probability that history gives them.

    Parameters
    ----------
    opportunities : the deals.
    chances : age_days, probability, counted_as by open deal, as :func:`deal_probability` returns it.
    double_booked : pairs as :func:`double_booked` returns them; the later entry counts nothing.
    today : day by which deals are overdue; without it overdue is missing.

    Returns
    -------
    DataFrame
        Indexed by opportunity_id: account_id, stage, family, bu_id, owner, created, expected_close, amount
        (money), margin_rate, seller_probability, probability (fractions), age_days, overdue (whether the
        expected day has passed), double_of (the deal it repeats), outcome (open), counted_as: ``judged``,
        ``no_precedent``, ``no_history``, ``no_amount`` or ``booked_twice``; only the first counts.

    Raises
    ------
    NotDefinedError, ValuesError, EmptyError
        As :func:`deal_table`; no deal is open.

    Notes
    -----
    Source: methods of :func:`stage_probabilities` and :func:`double_booked`.

    Examples
    --------
    >>> deals = pd.DataFrame({"opportunity_id": ["a"], "amount": [9.0], "outcome": ["open"]})
    >>> chances = pd.DataFrame({"age_days": [5.0], "probability": [0.4], "counted_as": "judged"}, index=["a"])
    >>> open_pipeline(deals, chances)[["amount", "probability", "counted_as"]].values.tolist()
    [[9.0, 0.4, 'judged']]
    """
    deals = deal_table(opportunities).reindex(chances.index)
    columns = [
        "account_id",
        "stage",
        "family",
        "bu_id",
        "owner",
        "created",
        "expected_close",
        "amount",
        "margin_rate",
    ]
    table = deals[columns].assign(
        outcome="open",
        seller_probability=deals["probability"],
        probability=chances["probability"],
        age_days=chances["age_days"],
        overdue=_overdue(deals["expected_close"], today),
        double_of=_repeats(double_booked, deals.index),
    )
    counted_as = chances["counted_as"].mask(table["amount"].isna(), "no_amount")
    return table.assign(counted_as=counted_as.mask(table["double_of"].notna(), "booked_twice")).rename_axis(
        "opportunity_id"
    )


def _overdue(expected: pd.Series, today: Any) -> pd.Series:
    if today is None:
        return pd.Series(pd.NA, expected.index, dtype="boolean")
    return (expected < pd.Timestamp(today)).astype("boolean").mask(expected.isna())


def _repeats(pairs: pd.DataFrame | None, index: pd.Index) -> pd.Series:
    """For each later entry of a pair the deal it repeats."""
    if pairs is None or pairs.empty:
        return pd.Series(np.nan, index, dtype="str")
    first = pairs.drop_duplicates("later").set_index("later")["opportunity_id"]
    return first.reindex(index).astype("str")


def valued(deals: pd.DataFrame, today: Any = None) -> pd.DataFrame:
    """The open deals that count: those that have an amount and a probability, each once.

    Parameters
    ----------
    deals : as :func:`open_pipeline` returns them.
    today : where given, only those expected to close within twelve months of it, or on no known day.

    Returns
    -------
    DataFrame
        The rows whose counted_as is ``judged``.

    Raises
    ------
    NotDefinedError
        There is none, with the reason that holds for most.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> valued(pd.DataFrame({"counted_as": ["judged", "booked_twice"]})).index.tolist()
    [0]
    """
    judged = deals[deals["counted_as"].eq("judged")]
    if judged.empty:
        reasons = {
            "no_amount": "the open deals have no amount",
            "no_precedent": "every open deal is older than any that was ever decided",
        }
        most = deals["counted_as"].mode().iloc[0]
        raise NotDefinedError(
            reasons.get(most, "no open deal has a probability from history"), where="opportunities"
        )
    if today is None:
        return judged
    last = pd.Timestamp(today) + pd.DateOffset(years=1)
    due = judged[judged["expected_close"].isna() | (judged["expected_close"] <= last)]
    if due.empty:
        raise NotDefinedError("no open deal is expected to close within twelve months", where="opportunities")
    return due


@dataclass(frozen=True)
class PipelineSummary:
    """Single figures of the pipeline. Money, unless said otherwise.

    ``open_deals`` (number) and ``open_amount`` as booked; ``counted_deals`` and ``counted_amount`` of those
    that count; the amounts that do not: ``double_amount`` (booked twice), ``no_precedent_amount``,
    ``no_history_amount``; ``no_amount_deals`` (number). ``weighted`` and ``sd`` by history,
    ``seller_weighted`` by the sellers' own probability (NaN where one is missing). ``wanted`` for the
    twelve months after ``today``, ``in_period`` the counted amount expected to close in them (overdue deals
    included), ``coverage_ratio`` their ratio, ``needed`` the one that the win rate by value asks.
    """

    open_deals: int
    open_amount: float
    counted_deals: int
    counted_amount: float
    double_deals: int
    double_amount: float
    no_precedent_deals: int
    no_precedent_amount: float
    no_history_deals: int
    no_history_amount: float
    no_amount_deals: int
    unassigned_deals: int
    weighted: float
    sd: float
    seller_weighted: float
    wanted: float
    in_period: float
    coverage_ratio: float
    needed: float
    per_day: float
    today: pd.Timestamp


def pipeline_summary(
    deals: pd.DataFrame, counted: pd.DataFrame, opportunities: Any, today: Any, target: float | None = None
) -> PipelineSummary:
    """The pipeline in single figures, with what is not counted beside what is.

    Parameters
    ----------
    deals : as :func:`open_pipeline` returns them.
    counted : those of them that count, as :func:`valued` returns them.
    opportunities : all deals, for win rate and velocity.
    today : day the pipeline is looked at.
    target : wanted in the twelve months after it; NaN figures without one.

    Returns
    -------
    PipelineSummary

    Raises
    ------
    NotDefinedError, ValuesError, ParameterError, EmptyError
        No open deal counts; a target that is no positive number; as :func:`deal_table`.

    Notes
    -----
    Source: as :func:`weighted_pipeline`, :func:`coverage_ratio`, :func:`velocity`.

    Examples
    --------
    >>> everything = pd.DataFrame({"opportunity_id": ["a", "b"], "amount": [9.0, 4.0],
    ...     "outcome": ["open", "won"], "closed": [None, "2025-01-05"], "created": "2025-01-01"})
    >>> chances = pd.DataFrame({"age_days": [5.0], "probability": [0.5], "counted_as": "judged"}, index=["a"])
    >>> deals = open_pipeline(everything, chances)
    >>> pipeline_summary(deals, valued(deals), everything, "2025-02-01").weighted
    4.5
    """
    day = pd.Timestamp(today)
    weighted = weighted_pipeline(counted)
    n = {name: int(size) for name, size in deals["counted_as"].value_counts().items()}
    amount = {
        str(name): float(total) for name, total in deals["amount"].groupby(deals["counted_as"]).sum().items()
    }
    due = _due(counted, day)
    wanted, coverage = _against(target, due)
    seller = (counted["seller_probability"] * counted["amount"]).sum(skipna=False)
    return PipelineSummary(
        open_deals=len(deals),
        open_amount=float(deals["amount"].sum()),
        counted_deals=weighted.deals,
        counted_amount=float(counted["amount"].sum()),
        double_deals=n.get("booked_twice", 0),
        double_amount=amount.get("booked_twice", 0.0),
        no_precedent_deals=n.get("no_precedent", 0),
        no_precedent_amount=amount.get("no_precedent", 0.0),
        no_history_deals=n.get("no_history", 0),
        no_history_amount=amount.get("no_history", 0.0),
        no_amount_deals=n.get("no_amount", 0),
        unassigned_deals=int(deals["account_id"].eq(UNASSIGNED).sum()),
        weighted=weighted.value,
        sd=weighted.sd,
        seller_weighted=float(seller),
        wanted=wanted,
        in_period=due,
        coverage_ratio=coverage,
        needed=_needed(opportunities),
        per_day=_or_nan(velocity, opportunities),
        today=day,
    )


def _due(deals: pd.DataFrame, today: pd.Timestamp) -> float:
    """Counted amount expected to close within twelve months."""
    try:
        return float(valued(deals, today)["amount"].sum())
    except NotDefinedError:
        return 0.0


def _against(target: float | None, in_period: float) -> tuple[float, float]:
    if target is None:
        return float("nan"), float("nan")
    wanted = number(target, "target")
    if wanted <= 0:
        raise ParameterError(f"target = {wanted:g} is not positive", where="target", allowed="over 0")
    return wanted, coverage_ratio(in_period, wanted, 0.0)


def _needed(opportunities: Any) -> float:
    """Coverage that the win rate by value asks for."""
    deals = deal_table(opportunities)
    rates = _or_nan(
        lambda d: win_rates(d.assign(every="all"), "every", shrink=False)["value_rate"].iloc[0], deals
    )
    return 1 / fraction(rates, "win rate") if rates > 0 else float("nan")


def _or_nan(figure: Any, opportunities: Any) -> float:
    try:
        return float(figure(opportunities))
    except NotDefinedError:
        return float("nan")


def pipeline_lines(pipeline: PipelineSummary) -> pd.DataFrame:
    """What stands in the book, line by line down to what counts.

    Parameters
    ----------
    pipeline : as :func:`pipeline_summary` returns it.

    Returns
    -------
    DataFrame
        line, deals (number), amount (money): booked, less booked twice, less those without precedent, without
        history, without amount, counted; then their expected value by history and by the
        sellers' own probability (deals as counted). Amounts less are negative; booked and the lines less add
        up to counted.

    Raises
    ------
    AttributeError
        It is no summary.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> everything = pd.DataFrame({"opportunity_id": ["a", "b"], "amount": [9.0, 4.0],
    ...     "outcome": ["open", "won"], "closed": [None, "2025-01-05"], "created": "2025-01-01"})
    >>> chances = pd.DataFrame({"age_days": [5.0], "probability": [0.5], "counted_as": "judged"}, index=["a"])
    >>> deals = open_pipeline(everything, chances)
    >>> summary = pipeline_summary(deals, valued(deals), everything, "2025-02-01")
    >>> pipeline_lines(summary).set_index("line")["amount"][["booked", "counted"]].tolist()
    [9.0, 9.0]
    """
    counted = pipeline.counted_deals
    rows = [
        ("booked", pipeline.open_deals, pipeline.open_amount),
        ("booked_twice", -pipeline.double_deals, -pipeline.double_amount),
        ("no_precedent", -pipeline.no_precedent_deals, -pipeline.no_precedent_amount),
        ("no_history", -pipeline.no_history_deals, -pipeline.no_history_amount),
        ("no_amount", -pipeline.no_amount_deals, 0.0),
        ("counted", counted, pipeline.counted_amount),
        ("expected_by_history", counted, pipeline.weighted),
        ("expected_by_sellers", counted, pipeline.seller_weighted),
    ]
    return pd.DataFrame(rows, columns=["line", "deals", "amount"])
