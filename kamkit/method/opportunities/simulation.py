"""The pipeline over and over: what few large deals and shared customers do to the expected value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import ParameterError
from kamkit.method.frames import UNASSIGNED, fraction, number
from kamkit.method.opportunities.pipeline import open_and_known

__all__ = ["PipelineSimulation", "pipeline_histogram", "simulate_pipeline"]

_CELLS = 4_000_000
_CLASSES = 24


@dataclass(frozen=True)
class PipelineSimulation:
    """The distribution of what the open deals bring.

    ``value`` is sorted money, one figure for each draw; ``weighted`` the exact expected value,
    ``independent_sd`` the exact standard deviation without a common shock; ``mean``, ``sd``, ``low``,
    ``median``, ``high`` (5th and 95th percentile) those of the draws. ``target`` and
    ``probability_of_target``, the share of draws that reach it, are NaN where none was given.
    ``largest_share`` is the largest deal's part of the expected value.
    """

    value: pd.Series
    weighted: float
    independent_sd: float
    mean: float
    sd: float
    low: float
    median: float
    high: float
    target: float
    probability_of_target: float
    largest_share: float
    deals: int
    accounts: int
    correlation: float
    draws: int
    seed: int


def simulate_pipeline(
    opportunities: Any,
    draws: int = 10_000,
    seed: int = 0,
    correlation: float = 0.3,
    target: float | None = None,
) -> PipelineSimulation:
    """What the open deals bring, many times over; deals of one account share a shock.

    Deal i of account a is won where ``sqrt(ρ) Z_a + sqrt(1 − ρ) e_i < Φ⁻¹(p_i)``, Z and e standard normal:
    each deal keeps its probability, and deals of an account are won or lost together more often.

    Parameters
    ----------
    opportunities : account_id, amount, probability of each open deal; outcome where not all are open.
        Deals without an account share no shock.
    draws : how many, at least 100.
    seed : a whole number, not negative; the same seed gives the same result in any order of the rows.
    correlation : ρ, 0 for independent deals, up to 1.
    target : amount wanted from these deals.

    Returns
    -------
    PipelineSimulation

    Raises
    ------
    NotDefinedError, ValuesError, UnitError, EmptyError
        As :func:`weighted_pipeline`; a correlation in percent.
    ParameterError
        Too few draws, no seed.

    Notes
    -----
    Source: Vasicek (1987), the one-factor model of loans, by account. A correlation of 0.3 is an
    assumption until the client's own history, or its management, says another.

    Examples
    --------
    >>> deals = pd.DataFrame({"account_id": ["x", "x"], "amount": 100.0, "probability": 0.5})
    >>> together = simulate_pipeline(deals, draws=1_000, seed=1, correlation=1.0)
    >>> sorted(together.value.unique().tolist()), round(together.independent_sd, 1)
    ([0.0, 200.0], 70.7)
    """
    count, start = _whole(draws, "draws", 100), _whole(seed, "seed", 0)
    shared = fraction(correlation, "correlation")
    deals = open_and_known(opportunities)
    p, amount = deals["probability"].to_numpy(), deals["amount"].to_numpy()
    customers = deals["account_id"].where(deals["account_id"] != UNASSIGNED, deals.index)
    codes = pd.factorize(customers, sort=True)[0]
    value = np.sort(_drawn(p, amount, codes, shared, count, start))
    low, median, high = (float(q) for q in np.quantile(value, [0.05, 0.5, 0.95]))
    wanted = float("nan") if target is None else number(target, "target")
    expected = float(p @ amount)
    return PipelineSimulation(
        value=pd.Series(value, name="value"),
        weighted=expected,
        independent_sd=float(np.sqrt((p * (1 - p) * amount**2).sum())),
        mean=float(value.mean()),
        sd=float(value.std()),
        low=low,
        median=median,
        high=high,
        target=wanted,
        probability_of_target=float((value >= wanted).mean()) if wanted == wanted else float("nan"),
        largest_share=float((p * amount).max() / expected) if expected > 0 else float("nan"),
        deals=len(deals),
        accounts=int(codes.max()) + 1,
        correlation=shared,
        draws=count,
        seed=start,
    )


def _drawn(
    p: np.ndarray, amount: np.ndarray, codes: np.ndarray, shared: float, draws: int, seed: int
) -> np.ndarray:
    """Amount won in each draw, in chunks of draws so that memory stays bounded."""
    from scipy.special import ndtri

    limits = ndtri(p)
    shocks, own = (np.random.default_rng([seed, part]) for part in (1, 2))
    step = max(1, _CELLS // len(p))
    result = np.empty(draws)
    for first in range(0, draws, step):
        n = min(step, draws - first)
        common = shocks.standard_normal((n, int(codes.max()) + 1))
        state = np.sqrt(shared) * common[:, codes] + np.sqrt(1 - shared) * own.standard_normal((n, len(p)))
        result[first : first + n] = (state < limits) @ amount
    return result


def _whole(value: Any, name: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ParameterError(
            f"{name} = {value!r} is not allowed", where=name, allowed=f"whole numbers from {least}"
        )
    return int(value)


def pipeline_histogram(simulation: PipelineSimulation) -> pd.DataFrame:
    """The simulated amounts in equal classes from zero.

    Parameters
    ----------
    simulation : as :func:`simulate_pipeline` returns it.

    Returns
    -------
    DataFrame
        class_from, class_to (money), draws, share (fraction of the draws).

    Raises
    ------
    ParameterError
        It is no simulation.

    Notes
    -----
    Source: definition. The width is a round number, so that the axis can be read.

    Examples
    --------
    >>> deals = pd.DataFrame({"amount": [100.0], "probability": [1.0]})
    >>> pipeline_histogram(simulate_pipeline(deals, draws=100))["draws"].sum()
    np.int64(100)
    """
    if not isinstance(simulation, PipelineSimulation):
        raise ParameterError("it is no simulation of the pipeline", where="simulation")
    value = simulation.value.to_numpy()
    wide = _round_width(float(np.quantile(value, 0.999)) or 1.0)
    first, last = np.floor(min(value[0], 0.0) / wide), np.floor(value[-1] / wide)
    counts = np.bincount((np.floor(value / wide) - first).astype(int), minlength=int(last - first) + 1)
    edges = (first + np.arange(len(counts))) * wide
    return pd.DataFrame(
        {"class_from": edges, "class_to": edges + wide, "draws": counts, "share": counts / len(value)}
    )


def _round_width(span: float) -> float:
    """A width of 1, 2 or 5 times a power of ten that makes about as many classes as wanted."""
    rough = span / _CLASSES
    power = 10.0 ** np.floor(np.log10(rough))
    return float(next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= rough * (1 - 1e-9)))
