"""The investment in an account or in the programme: incremental, discounted, judged."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, ValuesError
from kamkit.method.frames import fraction, number
from kamkit.method.investment.cash_flows import (
    discount_rate,
    discounted_payback,
    flows_of,
    irr,
    npv,
    payback,
)

__all__ = ["InvestmentCase", "VERDICTS", "case_of", "investment_case"]

VERDICTS = ("earns_required_return", "below_required_return", "loses_money", "not_judged", "incomplete")
"""What a case can come to; incomplete where the plan lacks its benefit, its cost or their months."""


@dataclass(frozen=True)
class InvestmentCase:
    """An investment judged against what would have happened without it.

    ``table`` has a row per year: year, revenue_uplift, incremental_contribution, programme_cost, net,
    discounted, cumulative (of net), cumulative_discounted (ends at ``npv``); money. ``rate``, ``irr``,
    ``roi``, ``break_even_uplift`` and ``required_return`` are fractions, paybacks years from the first
    row. What is not defined is NaN, and ``note`` says why.
    """

    table: pd.DataFrame
    counterfactual: str
    rate: float
    npv: float
    irr: float
    payback: float
    discounted_payback: float
    roi: float
    break_even_uplift: float
    required_return: float
    verdict: str
    note: str


def investment_case(
    revenue: float | Sequence[float],
    uplift: float,
    margin_rate: float,
    programme_cost: float | Sequence[float],
    rate: float,
    *,
    counterfactual: str,
    years: int = 3,
    initial: float = 0.0,
    ramp: float = 0.0,
    retention: float = 1.0,
    required_return: float | None = None,
) -> InvestmentCase:
    """What a programme brings beyond what would have happened without it, year by year.

    | year 0: ``−initial``
    | year t: ``revenue_t · uplift · ramp_t · retention^(t−1) · margin_rate − programme_cost_t``
    | ramp_t: mean over the year of a straight rise from nothing to all within ``ramp`` years
    | roi: ``(incremental contribution − cost) / cost``, undiscounted
    | break-even uplift: the uplift at which the net present value is zero; with one year, no ramp
      and no initial outlay it is ``cost / (margin_rate · revenue)``

    Parameters
    ----------
    revenue : money per year *without* the programme, one figure or one for each year.
    uplift : what the programme adds to it when fully at work, a fraction. Not the growth of key
        accounts: they were chosen because they grew.
    margin_rate : contribution of one more unit of revenue, a fraction.
    programme_cost : money per year, one figure or one for each year.
    rate : discount rate per year, a fraction.
    counterfactual : in words, what would have happened without the programme; printed with the case.
    years : how many years after the outlay, where revenue and cost are single figures.
    initial : money paid at the start.
    ramp : years until the uplift is fully there.
    retention : share of the uplift that is left after each further year, a fraction.
    required_return : what the owner asks per year, a fraction; None leaves the case unjudged.

    Returns
    -------
    InvestmentCase

    Raises
    ------
    ParameterError
        No counterfactual, lists of different lengths, a length of less than a year.
    UnitError, ValuesError, EmptyError
        A rate or share in percent, NaN, negative cost, no years.

    Notes
    -----
    Source: discounted cash flow (Fisher 1907) applied to customers as Ryals & Knox (2005).
    The verdict takes the net present value at ``required_return``.

    Examples
    --------
    >>> case = investment_case(1_000_000, 0.10, 0.40, 0.0, 0.10, years=5, initial=100_000,
    ...                        counterfactual="grows with its market", required_return=0.10)
    >>> round(case.npv), case.payback, round(case.discounted_payback, 2), case.verdict
    (51631, 2.5, 3.02, 'earns_required_return')
    """
    base, costs = _yearly(revenue, programme_cost, years)
    rise = fraction(uplift, "uplift", low=-1.0)
    margin = fraction(margin_rate, "margin_rate", low=-1.0)
    outlay = _not_negative(initial, "initial")
    shape = ramp_shares(len(base), ramp) * fraction(retention, "retention") ** np.arange(len(base))
    extra = np.concatenate([[0.0], base * rise * shape])
    table = pd.DataFrame(
        {
            "year": np.arange(len(base) + 1),
            "revenue_uplift": extra,
            "incremental_contribution": extra * margin,
            "programme_cost": np.concatenate([[outlay], costs]),
        }
    )
    at_full = np.concatenate([[0.0], base * shape]) * margin
    return case_of(table, rate, counterfactual, required_return, contribution_at_full=at_full)


def case_of(
    table: pd.DataFrame,
    rate: float,
    counterfactual: str,
    required_return: float | None = None,
    contribution_at_full: np.ndarray | None = None,
    complete: bool = True,
) -> InvestmentCase:
    """The case of yearly contributions and costs that are already known.

    Parameters
    ----------
    table : year, revenue_uplift, incremental_contribution, programme_cost; the first row is t = 0.
    rate, counterfactual, required_return : as of :func:`investment_case`.
    contribution_at_full : by year, the contribution of an uplift of 100 %; without it the break-even
        uplift is NaN.
    complete : whether the plan states all that the verdict needs.

    Returns
    -------
    InvestmentCase

    Raises
    ------
    ParameterError, UnitError, ValuesError, EmptyError
        As :func:`investment_case`.

    Notes
    -----
    Source: as :func:`investment_case`.

    Examples
    --------
    >>> table = pd.DataFrame({"year": [2026, 2027], "revenue_uplift": [0.0, 400.0],
    ...                       "incremental_contribution": [0.0, 110.0], "programme_cost": [100.0, 0.0]})
    >>> case_of(table, 0.10, "no programme").npv
    0.0
    """
    if not isinstance(counterfactual, str) or not counterfactual.strip():
        raise ParameterError(
            "the counterfactual is not stated",
            where="counterfactual",
            remedy="say in words what would happen without the programme",
        )
    discount = discount_rate(rate)
    net = flows_of(table["incremental_contribution"] - table["programme_cost"])
    factors = (1 + discount) ** -np.arange(len(net), dtype=float)
    yearly = table.assign(
        net=net,
        discounted=net * factors,
        cumulative=net.cumsum(),
        cumulative_discounted=(net * factors).cumsum(),
    )
    rate_of_return, note = _irr_or_reason(net)
    cost = float(table["programme_cost"].sum())
    return InvestmentCase(
        table=yearly,
        counterfactual=counterfactual.strip(),
        rate=discount,
        npv=_clean(float((net * factors).sum()), net),
        irr=rate_of_return,
        payback=payback(net),
        discounted_payback=discounted_payback(net, discount),
        roi=float(net.sum()) / cost if cost > 0 else math.nan,
        break_even_uplift=_break_even(table["programme_cost"].to_numpy(), contribution_at_full, factors),
        required_return=math.nan
        if required_return is None
        else discount_rate(required_return, "required_return"),
        verdict=_verdict(net, required_return) if complete else "incomplete",
        note=note,
    )


def ramp_shares(years: int, ramp: float) -> np.ndarray:
    """Mean of each year of a straight rise from 0 to 1 within ``ramp`` years.

    >>> ramp_shares(3, 2.0).tolist()
    [0.25, 0.75, 1.0]
    """
    length = _not_negative(ramp, "ramp")
    ends = np.arange(years + 1, dtype=float)
    if length == 0:
        return np.ones(years)
    reached = np.where(ends < length, ends**2 / (2 * length), ends - length / 2)
    return np.diff(reached)


def _yearly(revenue: Any, cost: Any, years: int) -> tuple[np.ndarray, np.ndarray]:
    """Revenue and cost as one figure for each year."""
    lengths = {len(x) for x in (revenue, cost) if not np.isscalar(x)}
    if len(lengths) > 1:
        raise ParameterError(
            "revenue and programme_cost have different lengths", where="revenue, programme_cost"
        )
    n = lengths.pop() if lengths else years
    if isinstance(n, bool) or int(n) != n or n < 1:
        raise ParameterError(f"years = {n} is no number of years", where="years", allowed="1 or more")
    base, costs = (np.broadcast_to(np.asarray(x, dtype=float), (int(n),)) for x in (revenue, cost))
    for name, values in (("revenue", base), ("programme_cost", costs)):
        for value in values:
            _not_negative(value, name)
    return base, costs


def _not_negative(value: Any, name: str) -> float:
    result = number(value, name)
    if result < 0:
        raise ValuesError(f"{name} = {result:g} is negative", where=name, allowed="0 or more")
    return result


def _irr_or_reason(net: np.ndarray) -> tuple[float, str]:
    try:
        return irr(net), ""
    except NotDefinedError as error:
        return math.nan, error.what


def _break_even(costs: np.ndarray, at_full: np.ndarray | None, factors: np.ndarray) -> float:
    """Cost over what an uplift of 100 % would bring, both of today's value."""
    earned = math.nan if at_full is None else float((at_full * factors).sum())
    return float((costs * factors).sum()) / earned if earned > 0 else math.nan


def _verdict(net: np.ndarray, required_return: float | None) -> str:
    if required_return is None:
        return "not_judged"
    if _clean(npv(net, discount_rate(required_return, "required_return")), net) >= 0:
        return "earns_required_return"
    return "below_required_return" if _clean(float(net.sum()), net) > 0 else "loses_money"


def _clean(value: float, net: np.ndarray) -> float:
    """Zero where the value is no more than the rounding of its terms."""
    return 0.0 if abs(value) <= 1e-12 * np.abs(net).sum() else value
