"""Programmes that accounts joined at different times: what each group did at each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence
from kamkit.method.programme.comparison import Average, Comparison, compare

__all__ = ["GroupTimeEffects", "PreTrend", "group_time_effects", "placebo_start", "pre_trend"]

_SMALLEST_BASE = 3
_DRAWS = 2_000


@dataclass(frozen=True)
class GroupTimeEffects:
    """What accounts that joined together did at each time, and averages of it, in the panel's unit.

    ``effect`` is the mean over key accounts of their mean after the start, with standard_error, p_value,
    low, high (95 %); ``table`` has a row per group and period, ``events`` one per time since the start,
    ``groups`` one per start.
    """

    effect: float
    standard_error: float
    p_value: float
    low: float
    high: float
    accounts: int
    controls: int
    table: pd.DataFrame
    events: pd.DataFrame
    groups: pd.DataFrame


@dataclass(frozen=True)
class PreTrend:
    """How much faster key accounts grew before their start, per year, in the panel's unit."""

    slope: float
    standard_error: float
    p_value: float
    low: float
    high: float
    accounts: int


def group_time_effects(
    panel: Any,
    starts: Any,
    base: int = 12,
    controls: str = "not_yet",
    bins: int = 1,
    draws: int = _DRAWS,
    seed: int = 0,
) -> GroupTimeEffects:
    """Effects by group and time for accounts that joined at different times.

    | ``ATT(g, t) = mean over group g of (Y_t − Y_base) − mean over controls of (Y_t − Y_base)``
    | ``Y_base``: mean of the last ``base`` periods before g; base = 1 is the period before
    | ``effect = mean over key accounts of the mean over their periods from the start on of ATT(g, t)``

    Each group is only ever compared with accounts that are not in the programme yet or never will be;
    accounts that joined earlier are no yardstick, as they would be in a two-way fixed-effects regression.

    Parameters
    ----------
    panel : accounts × first days of the periods; logarithms of money, or money.
    starts : first programme day by account_id; accounts without one, or with one after the panel's end,
        are never in the programme. The period a start lies in counts as the first one.
    base : periods before the start that are the yardstick; a year's evens out the seasons.
    controls : "not_yet" (later starts too, until they start) or "never".
    bins : how many periods since the start one row of ``events`` gathers.
    draws, seed : of the bootstrap behind the simultaneous band.

    Returns
    -------
    GroupTimeEffects
        table: group, period, event_time, accounts, controls, effect, standard_error, low, high.
        events: event_time (first of the bin), after, accounts, controls, effect, standard_error, low,
        high (each time by itself), band_low, band_high (all times together).
        groups: start, accounts, controls, effect, standard_error, p_value, low, high.
        All intervals 95 %, errors by account.

    Raises
    ------
    NotDefinedError
        No start within the panel, none with a period before it, or nobody to compare with.
    ParameterError, ValuesError, EmptyError
        A parameter or an account nobody knows, NaN.

    Notes
    -----
    Source: Callaway & Sant'Anna (2021), whose base is one period; a mean of several is the same
    estimator with less noise, under parallel trends in all of them. Why not two-way fixed effects:
    Goodman-Bacon (2021). The band is their multiplier bootstrap by account.

    Examples
    --------
    >>> months = pd.date_range("2025-01-01", periods=4, freq="MS")
    >>> panel = pd.DataFrame([[1, 1, 4, 4], [2, 2, 2, 6], [5, 5, 6, 6], [7, 7, 8, 8.0]],
    ...                      index=list("abcd"), columns=months)
    >>> starts = {"a": "2025-03-01", "b": "2025-04-01"}
    >>> found = group_time_effects(panel, starts, base=1, controls="never")
    >>> found.effect, found.groups["effect"].tolist()
    (3.0, [2.0, 4.0])
    """
    comparison = compare(panel, starts, base, controls)
    if bins < 1 or bins != int(bins):
        raise ParameterError(f"bins = {bins} is no number of periods", where="bins", allowed="1 or more")
    overall = comparison.average(_after(comparison))
    return GroupTimeEffects(
        **_figures(overall),
        accounts=overall.accounts,
        controls=overall.controls,
        table=_cells(comparison),
        events=_events(comparison, int(bins), draws, seed),
        groups=_groups(comparison),
    )


def _figures(found: Average) -> dict[str, float]:
    return {name: getattr(found, name) for name in ("effect", "standard_error", "p_value", "low", "high")}


def _after(comparison: Comparison, among: np.ndarray | None = None) -> np.ndarray:
    """Each key account's periods from its start on, with the same weight, as far as there are controls."""
    weights = np.zeros(comparison.values.shape)
    for start in comparison.cohorts:
        there = comparison.controls(start).any(axis=0) & (np.arange(len(comparison.periods)) >= start)
        mine = comparison.start == start
        if there.any():
            weights[np.ix_(mine, there)] = 1 / there.sum()
    return weights if among is None else np.where(among[:, None], weights, 0.0)


def _cells(comparison: Comparison) -> pd.DataFrame:
    rows = []
    for start in comparison.cohorts:
        mine = comparison.start == start
        for at in np.flatnonzero(comparison.controls(start).any(axis=0)):
            weights = np.zeros(comparison.values.shape)
            weights[mine, at] = 1.0
            found = comparison.average(weights)
            rows.append({"group": comparison.periods[int(start)], "period": comparison.periods[int(at)],
                         "event_time": int(at - start), "accounts": found.accounts,
                         "controls": found.controls, **_figures(found)})  # fmt: skip
    return pd.DataFrame(rows).drop(columns="p_value")


def _groups(comparison: Comparison) -> pd.DataFrame:
    rows = []
    for start in comparison.cohorts:
        weights = _after(comparison, comparison.start == start)
        if weights.any():
            found = comparison.average(weights)
            rows.append({"start": comparison.periods[int(start)], "accounts": found.accounts,
                         "controls": found.controls, **_figures(found)})  # fmt: skip
    return pd.DataFrame(rows)


def _events(comparison: Comparison, bins: int, draws: int, seed: int) -> pd.DataFrame:
    """Averages by time since the start, with an interval for each and a band for all."""
    rows, influence = [], []
    for first in _bin_starts(comparison, bins):
        weights = _at(comparison, first, bins)
        if not weights.any():
            continue
        found = comparison.average(weights)
        rows.append({"event_time": first, "after": first >= 0, "accounts": found.accounts,
                     "controls": found.controls, **_figures(found)})  # fmt: skip
        influence.append(found.influence)
    events = pd.DataFrame(rows).drop(columns="p_value")
    reach = _sup_t(np.array(influence), draws, seed)
    pointwise = (events["high"] - events["effect"]).to_numpy()
    half = np.fmax(reach * events["standard_error"].to_numpy(), pointwise)
    return events.assign(band_low=events["effect"] - half, band_high=events["effect"] + half)


def _bin_starts(comparison: Comparison, bins: int) -> range:
    last = comparison.values.shape[1] - 1 - comparison.cohorts.min()
    first = -int(comparison.cohorts.max() // bins) * bins
    return range(first, int(last) + 1, bins)


def _at(comparison: Comparison, first: int, bins: int) -> np.ndarray:
    """Weights of the periods ``first`` to ``first + bins − 1`` after each start, where all are there."""
    weights = np.zeros(comparison.values.shape)
    for start in comparison.cohorts:
        at = np.arange(start + first, start + first + bins)
        if (
            at[0] < 0
            or at[-1] >= len(comparison.periods)
            or not comparison.controls(start)[:, at].any(0).all()
        ):
            continue
        weights[np.ix_(comparison.start == start, at)] = 1 / bins
    return weights


def _sup_t(influence: np.ndarray, draws: int, seed: int) -> float:
    """How many standard errors hold all times together in 95 of 100 cases."""
    errors = np.sqrt((influence**2).sum(axis=1))
    known = np.isfinite(errors) & (errors > 0)
    if not known.any():
        return 0.0
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(draws, influence.shape[1]))
    t = np.abs(signs @ influence[known].T) / errors[known]
    return float(np.quantile(t.max(axis=1), 0.95))


def pre_trend(panel: Any, starts: Any, controls: str = "not_yet", least: int = 3) -> PreTrend:
    """Whether key accounts grew faster than the others before they joined.

    ``slope = mean over key accounts of the straight line through their gaps to the controls before g``

    Parameters
    ----------
    panel, starts, controls : as for :func:`group_time_effects`.
    least : periods before the start that an account must have to take part.

    Returns
    -------
    PreTrend
        slope per year, in the panel's unit (about a fraction a year where it holds logarithms), with
        its error, p and 95 % interval.

    Raises
    ------
    NotDefinedError
        No key account with ``least`` periods before its start.
    ParameterError, ValuesError, EmptyError
        As :func:`group_time_effects`.

    Notes
    -----
    A slope, not a joint test of all periods: with a few dozen accounts the joint test rejects at random.
    That a trend is not seen does not prove that there is none (Roth 2022): read its interval.

    Examples
    --------
    >>> months = pd.date_range("2025-01-01", periods=4, freq="MS")
    >>> panel = pd.DataFrame([[1, 2, 3, 9], [1, 1, 1, 1], [4, 4, 4, 4.0]], index=list("abc"), columns=months)
    >>> round(pre_trend(panel, {"a": "2025-04-01"}).slope, 6)
    12.0
    """
    comparison = compare(panel, starts, 1, controls)
    return PreTrend(*_slope(comparison, least, _per_year(comparison.periods)))


def _slope(comparison: Comparison, least: int, per_year: float) -> tuple[Any, ...]:
    def line(start: int) -> np.ndarray:
        time = np.arange(start) - (start - 1) / 2
        return time / (time**2).sum() * per_year

    found = comparison.average(_before(comparison, least, line))
    return (found.effect, found.standard_error, found.p_value, found.low, found.high, found.accounts)


def _before(comparison: Comparison, least: int, of: Callable[[int], np.ndarray]) -> np.ndarray:
    """Weights ``of(start)`` of the periods before each start that has ``least`` of them."""
    weights = np.zeros(comparison.values.shape)
    for start in comparison.cohorts:
        if start >= max(least, 2):
            weights[np.ix_(comparison.start == start, np.arange(start))] = of(int(start))
    if not weights.any():
        raise NotDefinedError(
            Sentence("no key account has {least} periods before its start", least=least), where="starts"
        )
    return weights


def _per_year(periods: pd.DatetimeIndex) -> float:
    step = (periods[-1] - periods[0]) / max(1, len(periods) - 1)
    return 12 / max(1, round(step.days / 30.44))


def placebo_start(panel: Any, starts: Any, early: int = 6, controls: str = "not_yet") -> Average:
    """The same figure for a start that never was: ``early`` periods before each real one.

    ``mean of the last early periods before g − mean of the up to early periods before those``, against
    the controls

    Parameters
    ----------
    panel, starts, controls : as for :func:`group_time_effects`; nothing from the real start on is read.
    early : periods between the placebo start and the real one.

    Returns
    -------
    Average
        Should hold zero in its interval.

    Raises
    ------
    NotDefinedError
        No key account with so many periods before its start.
    ParameterError, ValuesError, EmptyError
        As :func:`group_time_effects`.

    Notes
    -----
    Source: the placebo test of Abadie, Diamond & Hainmueller (2010), in time.

    Examples
    --------
    >>> months = pd.date_range("2025-01-01", periods=5, freq="MS")
    >>> panel = pd.DataFrame([[1, 1, 1, 1, 9], [1, 2, 1, 2, 1], [2, 2, 2, 2, 2.0]],
    ...                      index=list("abc"), columns=months)
    >>> placebo_start(panel, {"a": "2025-05-01"}, early=2).effect
    0.0
    """
    comparison = compare(panel, starts, 1, controls)

    def step(start: int) -> np.ndarray:
        at = np.zeros(start)
        at[start - early :] = 1 / early
        base = slice(max(0, start - 2 * early), start - early)
        at[base] = -1 / (base.stop - base.start)
        return at

    if early < 1 or early != int(early):
        raise ParameterError(f"early = {early} is no number of periods", where="early", allowed="1 or more")
    return comparison.average(_before(comparison, int(early) + 1, step))
