"""How much may be lost in a year: the rate of the past, and a simulated distribution."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError
from kamkit.method.frames import UNASSIGNED, account_series, fraction, number
from kamkit.method.lines import line_frame, moment
from kamkit.method.risk.loss import UNKNOWN_LOSS, aligned, expected_loss
from kamkit.method.risk.months import all_months, known_between, monthly_sums

__all__ = ["LossHistory", "LossSimulation", "loss_histogram", "loss_history", "simulate_losses"]

_TAIL, _CHUNK = 0.05, 64


@dataclass(frozen=True)
class LossHistory:
    """Customers that bought in one year and not in the next: counts, and the rate with its 95 % interval.

    ``revenue_rate`` is the share of the first years' revenue that left with them.
    """

    years: int
    at_risk: int
    lost: int
    rate: float
    rate_low: float
    rate_high: float
    revenue_rate: float


def loss_history(sales: Any, today: Any) -> LossHistory:
    """How many customers left in the years the invoices cover.

    ``rate = bought in one year and not in the next / bought in the first``

    Parameters
    ----------
    sales : date, account_id, net_amount, over at least two years to ``today``; any frame Narwhals
        supports. Years count back from ``today``; an incomplete first year is left out.
    today : last day of the period.

    Returns
    -------
    LossHistory
        years (pairs compared), at_risk, lost, rate, rate_low, rate_high (Wilson, 95 %), revenue_rate.

    Raises
    ------
    NotDefinedError
        The invoices cover less than two years.
    ValuesError, ColumnError, EmptyError
        As ``customer_pnl``.

    Notes
    -----
    Source: Wilson (1927). It is a rate of customers, small ones most of them; whether the largest
    leave as often can't be seen in so few.

    Examples
    --------
    >>> sales = pd.DataFrame({"date": pd.to_datetime(["2024-01-05", "2024-06-01", "2025-03-01"]),
    ...                       "account_id": ["a", "b", "a"], "net_amount": [10.0, 5.0, 9.0]})
    >>> history = loss_history(sales, "2025-12-31")
    >>> history.at_risk, history.lost, history.rate
    (2, 1, 0.5)
    """
    yearly = _yearly(sales, pd.Timestamp(today))
    pairs = yearly.shape[1] - 1
    if pairs < 1:
        raise NotDefinedError(
            "the invoices cover less than two years, so nobody can be seen leaving", where="sales.date"
        )
    before, after = yearly.iloc[:, :-1].to_numpy(), yearly.iloc[:, 1:].to_numpy()
    bought, gone = before > 0, (before > 0) & (after <= 0)
    at_risk, lost = int(bought.sum()), int(gone.sum())
    if not at_risk:
        raise NotDefinedError("nobody bought in the earlier years", where="sales.net_amount")
    low, high = _wilson(lost, at_risk)
    return LossHistory(
        years=pairs,
        at_risk=at_risk,
        lost=lost,
        rate=lost / at_risk,
        rate_low=low,
        rate_high=high,
        revenue_rate=float(before[gone].sum() / before[bought].sum()),
    )


def _yearly(sales: Any, today: pd.Timestamp) -> pd.DataFrame:
    """Net sales of known customers by whole years counted back from today, oldest first."""
    monthly = _known_until(line_frame(sales, "sales", ["date", "account_id", "net_amount"]), today)
    ago = (today.year - monthly["month"].dt.year) * 12 + today.month - monthly["month"].dt.month
    whole = (int(ago.max()) + 1) // 12
    kept = monthly.assign(year=-(ago // 12))[ago // 12 < whole]
    return kept.pivot_table("net_amount", "account_id", "year", aggfunc="sum", fill_value=0.0)


def _known_until(lines: nw.LazyFrame, today: pd.Timestamp) -> pd.DataFrame:
    """Sales of known customers up to today, by month."""
    monthly = all_months(lines) if today.is_month_end else None
    if monthly is not None:
        known = known_between(monthly, monthly["month"].min(), today)
        if not known.empty:
            return known
    after = moment(lines, today + pd.Timedelta(days=1))
    return monthly_sums(lines.filter((nw.col("account_id") != UNASSIGNED) & (nw.col("date") < after)))


def _wilson(hits: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    share, spread = hits / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z * np.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))


@dataclass(frozen=True)
class LossSimulation:
    """Simulated years: money (negative where EBIT is lost) and probabilities.

    ``low`` and ``high`` hold nine of ten years; ``tail`` is the mean of the worst twentieth;
    ``outcomes`` the change of EBIT in each year.
    """

    expected: float
    mean: float
    sd: float
    low: float
    high: float
    tail: float
    probability_any: float
    probability_negative: float
    ebit: float
    correlation: float
    draws: int
    seed: int
    outcomes: pd.Series = field(repr=False)


def simulate_losses(
    impact: pd.Series,
    probability: Any,
    ebit: float | None = None,
    correlation: float = 0.0,
    draws: int = 10_000,
    seed: int = 0,
) -> LossSimulation:
    """Distribution of what customers that leave take with them in a year.

    ``ΔEBIT = sum over customers of left_i · impact_i; left_i = 1 with probability p_i``

    With ``correlation`` a customer leaves when √ρ · common + √(1 − ρ) · own falls below Φ⁻¹(p): all
    standard normal, so that each keeps its probability and bad years are bad for many.

    Parameters
    ----------
    impact : change of EBIT by account, negative where EBIT is lost.
    probability : of leaving within the year; one fraction, or a Series by account.
    ebit : of the period; with it comes the probability that EBIT ends below zero.
    correlation : 0 (each on its own) up to, not including, 1.
    draws, seed : number of simulated years, and the seed.

    Returns
    -------
    LossSimulation
        expected (exact), mean, sd, low, high (5 % and 95 % of the years), tail, probability_any,
        probability_negative (NaN without ``ebit``), ebit, correlation, draws, seed, outcomes.

    Raises
    ------
    NotDefinedError
        What a loss does to EBIT is not known of any account.
    UnitError, ValuesError, ParameterError, EmptyError
        A probability in percent, NaN, a correlation outside 0 ≤ ρ < 1, less than 100 draws.

    Notes
    -----
    Source: Bernoulli model with one common factor (Vasicek, 2002). The same seed gives the same
    years in whatever order the accounts stand.

    Examples
    --------
    >>> result = simulate_losses(pd.Series({"a": -10.0, "b": -20.0}), 0.5, draws=4_000)
    >>> result.expected, bool(abs(result.mean - result.expected) < 0.5)
    (-15.0, True)
    """
    if isinstance(impact, pd.Series) and len(impact) and impact.isna().all():
        raise NotDefinedError(UNKNOWN_LOSS, where="impact")
    amounts = account_series(impact, "impact")
    amounts = amounts.loc[sorted(amounts.index, key=str)]
    chance = aligned(probability, amounts.index, "probability")
    expected = float(expected_loss(chance, amounts).sum())
    rho, n = fraction(correlation, "correlation"), int(number(draws, "draws"))
    if rho >= 1 or n < 100:
        raise ParameterError(
            f"correlation = {rho:g} and draws = {n} can't be simulated",
            where="correlation, draws",
            allowed="a correlation from 0 to below 1, at least 100 draws",
        )
    outcomes, any_lost = _simulated(amounts.to_numpy(), chance.to_numpy(), rho, n, int(seed))
    earned = np.nan if ebit is None else number(ebit, "ebit")
    low, high = (float(q) for q in np.quantile(outcomes, [_TAIL, 1 - _TAIL]))
    return LossSimulation(
        expected=expected,
        mean=float(outcomes.mean()),
        sd=float(outcomes.std(ddof=1)),
        low=low,
        high=high,
        tail=float(np.sort(outcomes)[: max(1, round(_TAIL * n))].mean()),
        probability_any=float(any_lost.mean()),
        probability_negative=np.nan if ebit is None else float((earned + outcomes < 0).mean()),
        ebit=earned,
        correlation=rho,
        draws=n,
        seed=int(seed),
        outcomes=pd.Series(outcomes, name="ebit_change"),
    )


def _simulated(
    impact: np.ndarray, chance: np.ndarray, rho: float, draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Change of EBIT in each year and whether anyone left, some accounts at a time."""
    from scipy.special import ndtri

    draw = np.random.default_rng(seed)
    common = draw.standard_normal(draws) if rho else None
    outcomes, any_lost = np.zeros(draws), np.zeros(draws, dtype=bool)
    for start in range(0, len(impact), _CHUNK):
        part = slice(start, start + _CHUNK)
        if common is None:
            left = draw.random((draws, len(impact[part]))) < chance[part]
        else:
            own = draw.standard_normal((draws, len(impact[part])))
            left = np.sqrt(rho) * common[:, None] + np.sqrt(1 - rho) * own < ndtri(chance[part])
        outcomes += left @ impact[part]
        any_lost |= left.any(axis=1)
    return outcomes, any_lost


def loss_histogram(simulation: LossSimulation, classes: int = 24) -> pd.DataFrame:
    """The simulated years counted in equal classes, the last ending at zero or above.

    Parameters
    ----------
    simulation : as :func:`simulate_losses` returns it.
    classes : how many classes at most.

    Returns
    -------
    DataFrame
        class_from, class_to (money), draws, share (of all draws).

    Raises
    ------
    ParameterError
        Less than 2 classes.
    NotDefinedError
        All years are alike: there is no distribution.

    Notes
    -----
    Source: definition; a year falls into the class whose lower end it has reached.

    Examples
    --------
    >>> result = simulate_losses(pd.Series({"a": -10.0}), 0.5, draws=1_000)
    >>> int(loss_histogram(result, classes=2)["draws"].sum())
    1000
    """
    if int(classes) < 2:
        raise ParameterError(f"classes = {classes} is below 2", where="classes")
    outcomes = simulation.outcomes
    low, high = float(outcomes.min()), float(outcomes.max())
    if low == high:
        raise NotDefinedError("all simulated years are alike: there is no distribution", where="simulation")
    counts, edges = np.histogram(outcomes, bins=int(classes), range=(low, high))
    return pd.DataFrame(
        {"class_from": edges[:-1], "class_to": edges[1:], "draws": counts, "share": counts / counts.sum()}
    )
