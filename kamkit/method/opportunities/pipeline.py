"""What the open deals are worth, how far that is from what is wanted, and how fast it comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, Sentence, ValuesError, list_some
from kamkit.method.frames import number
from kamkit.method.opportunities.deals import days_between, deal_table, require_known

__all__ = [
    "WeightedPipeline", "coverage_ratio", "open_and_known", "velocity", "weighted_pipeline",
    "won_in_last_year",
]  # fmt: skip


@dataclass(frozen=True)
class WeightedPipeline:
    """Expected value of the open deals and its standard deviation, money; ``deals`` their number."""

    value: float
    sd: float
    deals: int


def weighted_pipeline(opportunities: Any) -> WeightedPipeline:
    """Expected amount of the open deals, and its spread if they are won independently of each other.

    ``value = Σ p V``, ``sd = sqrt(Σ p (1 − p) V²)``

    Parameters
    ----------
    opportunities : amount and probability of each open deal (fractions); outcome, where not all are open.

    Returns
    -------
    WeightedPipeline

    Raises
    ------
    NotDefinedError
        No deal is open; no open deal has an amount, or a probability.
    ValuesError
        An open deal lacks amount or probability: choose with :func:`valued` those that have both.
    UnitError, EmptyError
        A probability in percent; no rows.

    Notes
    -----
    Source: textbook. Deals of one account are not independent: :func:`simulate_pipeline`. Where a few
    deals hold most of the value, the expected value is one that never comes.

    Examples
    --------
    >>> deals = pd.DataFrame({"amount": [100.0, 200.0], "probability": [0.5, 0.2], "outcome": "open"})
    >>> weighted_pipeline(deals)
    WeightedPipeline(value=90.0, sd=94.33981132056604, deals=2)
    """
    deals = open_and_known(opportunities)
    p, amount = deals["probability"], deals["amount"]
    spread = float(np.sqrt((p * (1 - p) * amount**2).sum()))
    return WeightedPipeline(float((p * amount).sum()), spread, len(deals))


def open_and_known(opportunities: Any) -> pd.DataFrame:
    """The open deals, each with amount and probability."""
    deals = deal_table(opportunities)
    deals = deals[deals["outcome"].eq("open")]
    require_known(deals, "amount", "probability")
    for column in ("amount", "probability"):
        missing = deals.index[deals[column].isna()]
        if len(missing):
            raise ValuesError(
                f"{len(missing)} open deal(s) have no {column}",
                where=f"opportunities.{column}: {list_some(list(missing))}",
                remedy="complete it, or take these deals out and say so (valued)",
            )
    return deals


def coverage_ratio(open_value: float, target: float, won: float) -> float:
    """Open amount over what is still wanted.

    ``open / (target − won)``

    Parameters
    ----------
    open_value : amount of the open deals that are expected to close in the period, unweighted.
    target, won : wanted and won so far in the period, money.

    Returns
    -------
    float
        About 1 / win rate by value is needed.

    Raises
    ------
    NotDefinedError
        The target is reached: nothing is left to cover.
    ValuesError
        NaN, or a negative amount.

    Notes
    -----
    Source: sales-management practice; the rule of thumb of three holds at a win rate of a third only.

    Examples
    --------
    >>> coverage_ratio(300.0, 150.0, 50.0)
    3.0
    """
    amounts = {"open_value": open_value, "target": target, "won": won}
    given = {name: number(value, name) for name, value in amounts.items()}
    below = [name for name, value in given.items() if value < 0]
    if below:
        raise ValuesError(f"{list_some(below)} is negative", where=", ".join(below), allowed="0 and more")
    if given["target"] <= given["won"]:
        raise NotDefinedError(
            Sentence(
                "the target of {target:,.2f} is reached with {won:,.2f} won",
                target=given["target"],
                won=given["won"],
            ),
            where="target",
        )
    return given["open_value"] / (given["target"] - given["won"])


def velocity(opportunities: Any) -> float:
    """Amount that the pipeline wins a day, if it goes on as it went.

    ``open deals · their mean amount · win rate by count / mean days of won deals``

    Parameters
    ----------
    opportunities : outcome, amount, created, closed.

    Returns
    -------
    float
        Money per day.

    Raises
    ------
    NotDefinedError
        No open deal with an amount, no decided deal, or no won deal with both days.
    ValuesError, EmptyError
        As :func:`deal_table`.

    Notes
    -----
    Source: sales-management practice. Open deals without amount count at the mean of the others. A
    comparison over time, not a forecast: it does not know the age of the deals.

    Examples
    --------
    >>> deals = pd.DataFrame({"outcome": ["open", "won", "lost"], "amount": [100.0, 50.0, 50.0],
    ...     "created": "2025-01-01", "closed": [None, "2025-01-11", "2025-01-21"]})
    >>> velocity(deals)
    5.0
    """
    deals = deal_table(opportunities)
    outcome, amount = deals["outcome"], deals["amount"]
    opened, won = outcome.eq("open"), outcome.eq("won")
    require_known(deals[opened], "amount")
    days = days_between(deals["created"], deals["closed"])[won]
    days = days[days >= 0]
    if days.empty or days.isna().all() or not days.mean() > 0:
        raise NotDefinedError("no won deal says how many days it took", where="opportunities.closed")
    rate = won.sum() / outcome.isin(["won", "lost"]).sum()
    return float(opened.sum() * amount[opened].mean() * rate / days.mean())


def won_in_last_year(opportunities: Any, today: Any) -> float:
    """Amount won in the twelve months up to a day: what a next year may be measured against.

    Parameters
    ----------
    opportunities : outcome, amount, closed.
    today : last day of the twelve months.

    Returns
    -------
    float
        Money.

    Raises
    ------
    NotDefinedError
        Nothing was won with a known amount and day in that time.
    ValuesError, EmptyError
        As :func:`deal_table`.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> deals = pd.DataFrame({"outcome": "won", "amount": [5.0, 7.0], "closed": ["2025-03-01", "2023-03-01"]})
    >>> won_in_last_year(deals, "2025-12-31")
    5.0
    """
    deals, day = deal_table(opportunities), pd.Timestamp(today)
    within = deals["closed"].gt(day - pd.DateOffset(years=1)) & deals["closed"].le(day)
    won = deals[deals["outcome"].eq("won") & within & deals["amount"].notna()]
    if won.empty:
        raise NotDefinedError(
            "no deal with a known amount was won in the last twelve months", where="opportunities"
        )
    return float(won["amount"].sum())
