"""What a stream of cash flows is worth, what it yields, and when it has paid back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import (
    EmptyError,
    NotDefinedError,
    ParameterError,
    Sentence,
    UnitError,
    ValuesError,
    list_some,
)
from kamkit.method.frames import LARGEST_MONEY, UNASSIGNED, as_pandas, fraction, number, numeric

__all__ = [
    "break_even_table",
    "break_even_uplift",
    "discount_rate",
    "discounted_payback",
    "flows_of",
    "irr",
    "npv",
    "payback",
]

_SAME_ROOT = 1e-5
"""Roots nearer to each other than this are one."""
_HALVINGS = 70


def npv(cash_flows: Sequence[float] | np.ndarray, rate: float) -> float:
    """Net present value of yearly cash flows, the first of them today.

    ``sum of flow_t / (1 + rate)^t, t = 0, 1, …``

    Parameters
    ----------
    cash_flows : money by year; what is paid is negative. The first stands at t = 0.
    rate : discount rate per year, a fraction over −1 up to 1.

    Returns
    -------
    float
        Money of today.

    Raises
    ------
    UnitError
        A rate over 1: it is in percent.
    ValuesError, EmptyError, ParameterError
        A rate of −1 or less, NaN, no flows, flows that are no list of numbers.

    Notes
    -----
    Source: definition; Fisher (1907).

    Examples
    --------
    >>> round(npv([-100, 40, 40, 40, 40, 40], 0.10), 2)
    51.63
    """
    flows = flows_of(cash_flows)
    return float(flows @ (1 + discount_rate(rate)) ** -np.arange(len(flows), dtype=float))


def irr(cash_flows: Sequence[float] | np.ndarray) -> float:
    """Internal rate of return: the one rate at which the net present value is zero.

    ``sum of flow_t / (1 + irr)^t = 0``

    Parameters
    ----------
    cash_flows : money by year, as of :func:`npv`.

    Returns
    -------
    float
        Fraction per year, over −1. It may lie above 1.

    Raises
    ------
    NotDefinedError
        The flows never change their sign; no rate makes them zero; or several do, which are named.
    ValuesError, EmptyError, ParameterError
        NaN, no flows, flows that are no list of numbers.

    Notes
    -----
    Source: Boulding (1935). With several changes of sign there may be several rates (Lorie & Savage
    1955), and none of them is the return: judge by the net present value.

    Examples
    --------
    >>> round(irr([-100, 40, 40, 40, 40, 40]), 4)
    0.2865
    """
    flows = flows_of(cash_flows)
    signs = np.sign(flows[flows != 0])
    changes = int((signs[1:] != signs[:-1]).sum())
    if changes == 0:
        raise NotDefinedError(
            "the cash flows never change their sign, so there is no internal rate of return",
            where="cash_flows",
            remedy="give what is paid as negative and what comes in as positive",
        )
    factors = [_only_factor(flows)] if changes == 1 else _factors(flows)
    if len(factors) != 1:
        rates = ", ".join(f"{1 / x - 1:.1%}" for x in factors)
        raise NotDefinedError(
            Sentence("{n} rates make the net present value zero: {rates}", n=len(factors), rates=rates)
            if factors
            else "no rate makes the net present value zero",
            where="cash_flows",
            remedy="judge the investment by its net present value",
        )
    return float(1 / factors[0] - 1)


def _only_factor(flows: np.ndarray) -> float:
    """The discount factor 1 / (1 + r) of flows whose sign changes once."""
    powers = np.arange(len(flows), dtype=float)
    scaled = flows / np.abs(flows).max()

    def value(log_factor: float) -> float:
        """Net present value over its largest term, so that nothing overflows."""
        logs = powers * log_factor
        return float(scaled @ np.exp(logs - logs.max()))

    bound = 1.0
    while value(-bound) * value(bound) > 0:
        bound *= 2
    low, high = -bound, bound
    rises = value(high) > 0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if (value(middle) > 0) == rises else (middle, high)
    return float(np.exp((low + high) / 2))


def _factors(flows: np.ndarray) -> list[float]:
    """All positive discount factors at which the value is zero, the highest rate first."""
    from numpy.polynomial import polynomial

    inner = np.trim_zeros(flows)
    roots = polynomial.polyroots(inner / np.abs(inner).max())
    real = np.sort(roots.real[(np.abs(roots.imag) < _SAME_ROOT * np.abs(roots)) & (roots.real > 0)])
    return [float(x) for i, x in enumerate(real) if i == 0 or x - real[i - 1] > _SAME_ROOT * x]


def payback(cash_flows: Sequence[float] | np.ndarray) -> float:
    """Years until what was paid has come back, interpolated within the year.

    ``k − 1 + (−cumulative flow after k − 1) / flow_k``, with k the first year in which the cumulative
    flow is no longer negative after it has been so.

    Parameters
    ----------
    cash_flows : money by year, the first at t = 0.

    Returns
    -------
    float
        Years from t = 0; infinite if it never comes back; 0 where nothing is ever advanced.

    Raises
    ------
    ValuesError, EmptyError, ParameterError
        NaN, no flows, flows that are no list of numbers.

    Notes
    -----
    Source: definition. It ignores what comes later, and what time costs.

    Examples
    --------
    >>> payback([-100, 40, 40, 40, 40, 40])
    2.5
    """
    return _years_to_zero(flows_of(cash_flows))


def discounted_payback(cash_flows: Sequence[float] | np.ndarray, rate: float) -> float:
    """Years until what was paid has come back with the required interest.

    As :func:`payback`, of the flows each over ``(1 + rate)^t``.

    Parameters
    ----------
    cash_flows : money by year, the first at t = 0.
    rate : discount rate per year, a fraction over −1 up to 1.

    Returns
    -------
    float
        Years from t = 0; infinite if it never comes back.

    Raises
    ------
    UnitError, ValuesError, EmptyError, ParameterError
        As :func:`npv`.

    Notes
    -----
    Source: definition; Rappaport (1965).

    Examples
    --------
    >>> round(discounted_payback([-100, 40, 40, 40, 40, 40], 0.10), 2)
    3.02
    """
    flows = flows_of(cash_flows)
    return _years_to_zero(flows / (1 + discount_rate(rate)) ** np.arange(len(flows)))


def _years_to_zero(flows: np.ndarray) -> float:
    cumulative = flows.cumsum()
    under = np.flatnonzero(cumulative < 0)
    if len(under) == 0:
        return 0.0
    back = np.flatnonzero(cumulative[under[0] :] >= 0)
    if len(back) == 0:
        return float("inf")
    year = under[0] + back[0]
    return float(year - 1 - cumulative[year - 1] / flows[year])


def break_even_uplift(programme_cost: float, margin_rate: float, revenue: float) -> float:
    """Rise in revenue at which a programme earns its cost.

    ``programme_cost / (margin_rate · revenue)``

    Parameters
    ----------
    programme_cost : money per year, not negative.
    margin_rate : contribution of one more unit of revenue, a fraction over 0.
    revenue : money per year without the programme.

    Returns
    -------
    float
        Fraction of the revenue; may exceed 1.

    Raises
    ------
    NotDefinedError
        Revenue or margin is not positive: no uplift earns anything.
    UnitError, ValuesError
        Percent, NaN, or a negative cost.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> round(break_even_uplift(programme_cost=50_000, margin_rate=0.25, revenue=2_000_000), 3)
    0.1
    """
    cost, margin = number(programme_cost, "programme_cost"), fraction(margin_rate, "margin_rate", low=-1.0)
    base = number(revenue, "revenue")
    if cost < 0:
        raise ValuesError(
            f"programme_cost = {cost:g} is negative", where="programme_cost", allowed="0 or more"
        )
    if not (margin > 0 and base > 0):
        raise NotDefinedError(
            Sentence(
                "a margin of {margin:g} on revenue of {base:,.2f}: no uplift earns the cost of the programme",
                margin=margin,
                base=base,
            ),
            where="margin_rate, revenue",
            allowed="both over 0",
        )
    return cost / (margin * base)


def break_even_table(
    pnl: pd.DataFrame,
    programme_cost: float,
    margin_rates: Sequence[float] = (0.10, 0.20, 0.30, 0.40),
    largest: int = 10,
) -> pd.DataFrame:
    """What a programme must bring at the largest accounts, where nothing is known but their revenue.

    ``programme_cost / (margin_rate · revenue)`` for each margin.

    Parameters
    ----------
    pnl : by account_id, invoiced_revenue.
    programme_cost : money per year and account, not negative.
    margin_rates : margins to look at, fractions over 0.
    largest : how many accounts.

    Returns
    -------
    DataFrame
        Indexed by account_id: invoiced_revenue (money), and a column uplift_at_10 … for each margin,
        fractions of the revenue.

    Raises
    ------
    NotDefinedError
        No account has revenue.
    UnitError, ValuesError, ColumnError, EmptyError
        Percent, NaN, a negative cost, a missing column, no rows.

    Notes
    -----
    Source: definition, as :func:`break_even_uplift`.

    Examples
    --------
    >>> pnl = pd.DataFrame({"invoiced_revenue": [500_000.0]}, index=pd.Index(["a"], name="account_id"))
    >>> break_even_table(pnl, 50_000, margin_rates=(0.2, 0.4)).loc["a"].tolist()
    [500000.0, 0.5, 0.25]
    """
    revenue = numeric(as_pandas(pnl, "pnl", ["invoiced_revenue"]), "invoiced_revenue", "pnl", missing=True)
    top = revenue[(revenue > 0) & (revenue.index != UNASSIGNED)].nlargest(largest)
    if top.empty:
        raise NotDefinedError("no account has revenue", where="pnl.invoiced_revenue")
    table = top.to_frame().rename_axis("account_id")
    for rate in margin_rates:
        table[f"uplift_at_{100 * fraction(rate, 'margin_rates'):g}"] = [
            break_even_uplift(programme_cost, rate, value) for value in top
        ]
    return table


def flows_of(cash_flows: Any) -> np.ndarray:
    """Cash flows as finite numbers, at least one."""
    try:
        flows = np.asarray(cash_flows, dtype=float)
    except (TypeError, ValueError) as error:
        raise ParameterError("cash_flows hold something that is no number", where="cash_flows") from error
    if flows.ndim != 1:
        raise ParameterError("cash_flows are no list", where="cash_flows", allowed="one amount for each year")
    if len(flows) == 0:
        raise EmptyError("there are no cash flows", where="cash_flows")
    wrong = np.flatnonzero(~(np.abs(flows) <= LARGEST_MONEY))
    if len(wrong):
        raise ValuesError(
            f"{len(wrong)} cash flow(s) are missing, infinite or too large",
            where=f"cash_flows, years {list_some([int(t) for t in wrong])}",
            remedy="NaN is not zero: write 0 where nothing flows",
        )
    return flows


def discount_rate(rate: Any, name: str = "rate") -> float:
    """A yearly rate over −1 up to 1; above that it is in percent."""
    value = number(rate, name)
    if value > 1:
        raise UnitError(
            f"{name} = {value:g} is no fraction",
            where=name,
            allowed="over −1 up to 1",
            remedy=f"write {value:g} % as {value / 100:g}",
        )
    if value <= -1:
        raise ValuesError(f"{name} = {value:g} is too low", where=name, allowed="over −1 up to 1")
    return value
