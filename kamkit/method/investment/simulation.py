"""How sure a case is: what may turn out differently, and what that does to its value."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import ParameterError, UnitError, ValuesError, list_some
from kamkit.method.frames import number
from kamkit.method.investment.cases import InvestmentCase

__all__ = [
    "RANGES",
    "CaseSimulation",
    "Normal",
    "Range",
    "checked_ranges",
    "ends_of",
    "simulate_case",
    "simulate_cases",
    "value_at",
    "whole_number",
]

RANGES: Mapping[str, tuple[float, float, float]] = {
    "uplift": (0.60, 1.00, 1.30),
    "retention": (0.90, 1.00, 1.00),
    "ramp": (0.00, 0.00, 0.50),
    "cost": (0.90, 1.00, 1.20),
}
"""A first assumption of how plans turn out, around what is expected of them; the management's judgement
is to replace it."""

_LIMITS = {"uplift": (-np.inf, np.inf), "retention": (0.0, 1.0), "ramp": (0.0, np.inf), "cost": (0.0, np.inf)}
_AS_PLANNED = {"uplift": 1.0, "retention": 1.0, "ramp": 0.0, "cost": 1.0}
_TAIL = 1.6448536269514722
"""Standard deviations from the mean to the 5th and 95th percentile of a normal input."""
_SURE = 0.25


@dataclass(frozen=True)
class Normal:
    """A normally distributed input: mean and standard deviation, in the input's own unit."""

    mean: float
    sd: float


Range = float | tuple[float, float, float] | Normal
"""A fixed value, a triangular range (low, most likely, high), or a normal one."""


@dataclass(frozen=True)
class CaseSimulation:
    """The distribution of a case's net present value.

    ``npv`` is sorted money, one value for each draw; ``probability_of_loss`` the share below zero,
    ``standard_error`` that of this share; ``low`` and ``high`` the 5th and 95th percentile;
    ``planned`` the value as planned; ``inputs`` the ranges as given; ``clipped`` the share of draws
    that were moved to what an input can be at all.
    """

    npv: pd.Series
    planned: float
    mean: float
    low: float
    median: float
    high: float
    probability_of_loss: float
    standard_error: float
    draws: int
    seed: int
    clipped: float
    inputs: Mapping[str, Range]


def simulate_case(
    case: InvestmentCase,
    *,
    uplift: Range = 1.0,
    retention: Range = 1.0,
    ramp: Range = 0.0,
    cost: Range = 1.0,
    draws: int = 10_000,
    seed: int = 0,
) -> CaseSimulation:
    """The case over and over, each time with other values of what is not sure.

    ``npv = sum of (B_t(ramp) · uplift · retention^t − cost_t · cost) / (1 + rate)^t``, with B_t the
    planned contribution, later by ``ramp`` years. Each uncertain input is a number, a triangular range
    ``(low, most likely, high)``, or :class:`Normal`; they are drawn independently of each other.

    Parameters
    ----------
    case : as :func:`investment_case` returns it.
    uplift : incremental contribution over the planned one (1 = as planned).
    retention : share of it that is left after each year (1 = as planned), a fraction.
    ramp : by how many years it comes later than planned (0 = as planned). What falls beyond the last
        year is lost to the case.
    cost : programme cost over the planned one (1 = as planned).
    draws : how many, at least 100.
    seed : a whole number, not negative; the same seed gives the same result.

    Returns
    -------
    CaseSimulation

    Raises
    ------
    ParameterError, ValuesError, UnitError
        A range that does not rise or is not possible, NaN, percent, too few draws, no seed.

    Notes
    -----
    Source: Hertz (1964). Each input has its own stream of random numbers, so that a change to one
    leaves the draws of the others.

    Examples
    --------
    >>> from kamkit.method.investment import investment_case
    >>> case = investment_case(1_000, 0.10, 0.40, 0.0, 0.10, years=5, initial=100, counterfactual="none")
    >>> simulation = simulate_case(case, uplift=(0.5, 1.0, 1.2), draws=1_000, seed=1)
    >>> 0 < simulation.probability_of_loss < 0.5
    True
    """
    given = checked_ranges({"uplift": uplift, "retention": retention, "ramp": ramp, "cost": cost})
    count, start = whole_number(draws, "draws", 100), whole_number(seed, "seed", 0)
    drawn = {name: _draw(name, value, count, start) for name, value in given.items()}
    kept = {name: np.clip(values, *_LIMITS[name]) for name, values in drawn.items()}
    moved = np.logical_or.reduce([kept[name] != drawn[name] for name in kept])
    values = np.sort(_values(case, **kept))
    loss = float((values < 0).mean())
    low, median, high = (float(q) for q in np.quantile(values, [0.05, 0.5, 0.95]))
    return CaseSimulation(
        npv=pd.Series(values, name="npv"),
        planned=case.npv,
        mean=float(values.mean()),
        low=low,
        median=median,
        high=high,
        probability_of_loss=loss,
        standard_error=float(np.sqrt(loss * (1 - loss) / count)),
        draws=count,
        seed=start,
        clipped=float(moved.mean()),
        inputs=given,
    )


def simulate_cases(
    cases: Mapping[str, InvestmentCase],
    ranges: Mapping[str, Range] | None = None,
    draws: int = 10_000,
    seed: int = 0,
) -> pd.DataFrame:
    """How sure the verdict on each case is.

    Parameters
    ----------
    cases : by account_id, as ``planned_cases(…).cases``.
    ranges : of uplift, retention, ramp and cost, as :func:`simulate_case` takes them; the assumption
        :data:`RANGES` where nothing is given.
    draws, seed : as of :func:`simulate_case`. All cases see the same futures.

    Returns
    -------
    DataFrame
        Indexed by account_id: npv (as planned; money), irr, discounted_payback, mean, low, high (5th
        and 95th percentile; money), probability_of_loss (fraction), verdict, close_call (whether the
        verdict fails in more than a quarter of the futures).

    Raises
    ------
    ParameterError, ValuesError, UnitError
        As :func:`simulate_case`; an input nobody knows.

    Notes
    -----
    Source: Hertz (1964).

    Examples
    --------
    >>> from kamkit.method.investment import investment_case
    >>> case = investment_case(1_000, 0.10, 0.40, 0.0, 0.10, initial=10, counterfactual="none",
    ...                        required_return=0.10)
    >>> simulate_cases({"a": case}, draws=200)["close_call"].to_dict()
    {'a': False}
    """
    used = dict(RANGES if ranges is None else ranges)
    unknown = sorted(set(used) - set(_AS_PLANNED))
    if unknown:
        raise ParameterError(f"there is no input {list_some(unknown)}", allowed=", ".join(_AS_PLANNED))
    simulations = {a: simulate_case(c, draws=draws, seed=seed, **used) for a, c in cases.items()}
    rows = [
        {
            "account_id": account,
            "npv": s.planned,
            "irr": cases[account].irr,
            "discounted_payback": cases[account].discounted_payback,
            "mean": s.mean,
            "low": s.low,
            "high": s.high,
            "probability_of_loss": s.probability_of_loss,
            "verdict": cases[account].verdict,
            "close_call": _is_close(cases[account].verdict, s.probability_of_loss),
        }
        for account, s in simulations.items()
    ]
    return pd.DataFrame(rows).set_index("account_id")


def _values(case: InvestmentCase, uplift: Any, retention: Any, ramp: Any, cost: Any) -> np.ndarray:
    """Net present values of many draws at once."""
    planned = case.table["incremental_contribution"].to_numpy(dtype=float)
    costs = case.table["programme_cost"].to_numpy(dtype=float)
    years = np.arange(len(planned), dtype=float)
    factors = (1 + case.rate) ** -years
    ends, sums = np.arange(len(planned) + 1, dtype=float), np.concatenate([[0.0], planned.cumsum()])
    came = np.interp(ends[None, :] - np.asarray(ramp)[:, None], ends, sums)
    kept = np.asarray(retention)[:, None] ** years[None, :]
    benefit = np.asarray(uplift)[:, None] * np.diff(came, axis=1) * kept
    return np.asarray((benefit - np.asarray(cost)[:, None] * costs) @ factors)


def value_at(case: InvestmentCase, inputs: Mapping[str, float]) -> float:
    """Net present value at one value of each input."""
    return float(_values(case, **{name: np.array([value]) for name, value in inputs.items()})[0])


def _draw(name: str, value: Range, draws: int, seed: int) -> np.ndarray:
    stream = np.random.default_rng([seed, zlib.crc32(name.encode())])
    if isinstance(value, Normal):
        return stream.normal(value.mean, value.sd, draws)
    low, middle, high = ends_of(value)
    return stream.triangular(low, middle, high, draws) if low < high else np.full(draws, middle)


def ends_of(value: Range) -> tuple[float, float, float]:
    """Low, base and high of an input."""
    if isinstance(value, Normal):
        return value.mean - _TAIL * value.sd, value.mean, value.mean + _TAIL * value.sd
    return value if isinstance(value, tuple) else (value, value, value)


def checked_ranges(given: Mapping[str, Any]) -> dict[str, Range]:
    """The ranges of all inputs, or the error that says which is none."""
    return {name: _checked(name, value) for name, value in given.items()}


def _checked(name: str, value: Any) -> Range:
    if isinstance(value, Normal):
        _possible(name, number(value.mean, name))
        if number(value.sd, name) < 0:
            raise ValuesError(f"the standard deviation of {name} is negative", where=name)
        return value
    if np.isscalar(value):
        return _possible(name, number(value, name))
    points = tuple(_possible(name, number(v, name)) for v in value)
    if len(points) != 3 or not points[0] <= points[1] <= points[2]:
        raise ParameterError(
            f"{name} = {tuple(value)} is no range", where=name, allowed="(low, most likely, high), rising"
        )
    return points


def _possible(name: str, value: float) -> float:
    low, high = _LIMITS[name]
    if value > (high if name == "retention" else 10):
        raise UnitError(
            f"{name} = {value:g} is not in its unit",
            where=name,
            allowed="years later" if name == "ramp" else "1 is as planned",
            remedy=f"write {value:g} % as {value / 100:g}" if name != "ramp" else "give years, not months",
        )
    if value < low:
        raise ValuesError(f"{name} = {value:g} is too low", where=name, allowed=f"{low:g} or more")
    return value


def whole_number(value: Any, name: str, least: int) -> int:
    """A whole number of at least ``least``."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ParameterError(
            f"{name} = {value!r} is not allowed", where=name, allowed=f"whole numbers from {least}"
        )
    return int(value)


def _is_close(verdict: str, loss: float) -> bool:
    """Whether the verdict fails in more than a quarter of the futures."""
    if verdict == "earns_required_return":
        return loss > _SURE
    return verdict in ("below_required_return", "loses_money") and loss < 1 - _SURE
