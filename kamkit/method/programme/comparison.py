"""What each key account did beside the comparison accounts, and how sure an average of that is.

Every figure of the programme that is told with an interval is one average over key accounts: of their
sales after the start less before it, less the same difference of those not (yet) in the programme. The
average is linear in what the accounts did, so each account's part in it, its influence, gives the error.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence, ValuesError, list_some
from kamkit.method.programme.panel import checked_panel

__all__ = ["Average", "Comparison", "compare", "t_test"]

NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Average:
    """An average over key accounts with its 95 % interval; ``influence`` is each account's part in it."""

    effect: float
    standard_error: float
    p_value: float
    low: float
    high: float
    accounts: int
    controls: int
    influence: np.ndarray


@dataclass(frozen=True)
class Comparison:
    """A panel beside the starts: ``values`` accounts × periods, ``start`` the number of the first
    programme period or :data:`NEVER`, ``base`` how many periods before it are the yardstick."""

    accounts: pd.Index
    periods: pd.DatetimeIndex
    values: np.ndarray
    start: np.ndarray
    base: int
    not_yet: bool

    @cached_property
    def treated(self) -> np.ndarray:
        return np.flatnonzero(self.start < NEVER)

    @cached_property
    def cohorts(self) -> np.ndarray:
        """The starts there are, as numbers of periods."""
        return np.unique(self.start[self.treated])

    def differences(self, start: int) -> np.ndarray:
        """Every account's values less its own mean over the base before ``start``."""
        yardstick = self.values[:, max(0, start - self.base) : start].mean(axis=1)
        return self.values - yardstick[:, None]

    def controls(self, start: int) -> np.ndarray:
        """Accounts × periods: whether an account is a yardstick there for those that start at ``start``."""
        last = np.maximum(np.arange(len(self.periods)), start)
        if self.not_yet:
            return self.start[:, None] > last[None, :]
        return np.repeat((self.start == NEVER)[:, None], len(self.periods), axis=1)

    @cached_property
    def gaps(self) -> np.ndarray:
        """Key accounts' differences less the mean difference of their controls; NaN for other accounts."""
        gaps = np.full(self.values.shape, np.nan)
        for start in self.cohorts:
            mine, differences = self.start == start, self.differences(start)
            gaps[mine] = differences[mine] - self._control_mean(start)[None, :]
        return gaps

    def _control_mean(self, start: int) -> np.ndarray:
        chosen = self.controls(start)
        n = chosen.sum(axis=0)
        total = np.where(chosen, self.differences(start), 0.0).sum(axis=0)
        return np.where(n > 0, total / np.maximum(n, 1), np.nan)

    def average(self, weights: np.ndarray) -> Average:
        """The mean over key accounts of ``sum over periods of weight · gap``.

        Rows of ``weights`` (accounts × periods) of zeros take no part.
        """
        used = np.flatnonzero(np.abs(weights).sum(axis=1) > 0)
        if not len(used):
            raise NotDefinedError("no key account has the periods that this figure needs", where="panel")
        own = np.where(weights[used] != 0, weights[used] * self.gaps[used], 0.0).sum(axis=1)
        if np.isnan(own).any():
            raise NotDefinedError("a period has no comparison account", where="panel")
        effect = float(own.mean())
        of_treated = np.zeros(len(self.accounts))
        of_treated[used] = (own - effect) / len(used)
        of_controls, m = self._control_part(weights, used)
        return _finish(effect, of_treated, of_controls, len(used), m)

    def _control_part(self, weights: np.ndarray, used: np.ndarray) -> tuple[np.ndarray, int]:
        """Each account's part as a control, and how many accounts are one."""
        part, taken = np.zeros(len(self.accounts)), np.zeros(len(self.accounts), dtype=bool)
        for start in np.unique(self.start[used]):
            mine = used[self.start[used] == start]
            share = weights[mine].sum(axis=0) / len(used)
            chosen, away = self._yardsticks[start]
            part -= away @ share
            taken |= chosen[:, share != 0].any(axis=1)
        return part, int(taken.sum())

    @cached_property
    def _yardsticks(self) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """By start who is a control in each period, and how far it is from their mean, as a part of it."""
        found = {}
        for start in self.cohorts:
            chosen = self.controls(start)
            away = np.where(chosen, self.differences(start) - self._control_mean(start)[None, :], 0.0)
            found[start] = chosen, np.nan_to_num(away / np.maximum(chosen.sum(axis=0), 1))
        return found


def _finish(effect: float, treated: np.ndarray, controls: np.ndarray, n: int, m: int) -> Average:
    """Error and interval, with the loss of one degree of freedom on either side."""
    m_corrected = np.sqrt(m / (m - 1)) if m > 1 else np.nan
    if n > 1:
        treated = treated * np.sqrt(n / (n - 1))
    elif m > 1:
        treated = _as_spread_as_controls(treated, controls, m)
    influence = treated + controls * m_corrected
    error = float(np.sqrt((influence**2).sum()))
    degrees = _degrees(float((treated**2).sum()), float((controls**2).sum()) * m_corrected**2, n, m)
    p, low, high = t_test(effect, error, degrees)
    return Average(effect, error, p, low, high, n, m, influence)


def _as_spread_as_controls(treated: np.ndarray, controls: np.ndarray, m: int) -> np.ndarray:
    """A single key account says nothing of its own spread: it is taken to be that of a control."""
    spread = np.sqrt((controls**2).sum() * m * m / (m - 1))
    single = np.zeros_like(treated)
    single[int(np.argmin(np.abs(controls)))] = spread
    return single


def _degrees(of_treated: float, of_controls: float, n: int, m: int) -> float:
    """Welch and Satterthwaite's degrees of freedom."""
    if n < 2:
        return m - 1
    if m < 2 or of_treated + of_controls == 0:
        return n + m - 2
    return (of_treated + of_controls) ** 2 / (of_treated**2 / (n - 1) + of_controls**2 / (m - 1))


def t_test(effect: float, error: float, degrees: float) -> tuple[float, float, float]:
    """Two-sided p and the 95 % interval of a figure; without an error the figure is exact or nothing."""
    from scipy.special import stdtr, stdtrit

    if not np.isfinite(error) or degrees <= 0:
        return np.nan, np.nan, np.nan
    if error == 0:
        return (1.0 if effect == 0 else 0.0), effect, effect
    half = float(stdtrit(degrees, 0.975)) * error
    return float(2 * stdtr(degrees, -abs(effect) / error)), effect - half, effect + half


def compare(panel: Any, starts: Any, base: int = 12, controls: str = "not_yet") -> Comparison:
    """Check a panel and the starts, and put them beside each other.

    Raises
    ------
    NotDefinedError
        No key account with a period before its start, or nobody to compare with.
    ParameterError, ValuesError, EmptyError
        A start of an account that the panel lacks, an unknown ``controls``, NaN in the panel.
    """
    if controls not in ("not_yet", "never"):
        raise ParameterError(
            f"controls = {controls!r} is not known", where="controls", allowed="not_yet, never"
        )
    if base < 1 or base != int(base):
        raise ParameterError(f"base = {base} is no number of periods", where="base", allowed="1 or more")
    checked = checked_panel(panel)
    number = _start_numbers(checked, starts)
    comparison = Comparison(
        checked.index, pd.DatetimeIndex(checked.columns), checked.to_numpy(), number, int(base),
        controls == "not_yet",
    )  # fmt: skip
    if not len(comparison.treated):
        raise NotDefinedError("no key account has a start in the panel", where="starts")
    if (number == 0).any():
        early = [str(a) for a in checked.index[number == 0]]
        raise NotDefinedError(
            Sentence("{n} key account(s) have no period before their start", n=len(early)),
            where=f"starts: {list_some(early)}",
            remedy="leave them out, or give older sales",
        )
    if not (number == NEVER).any():
        raise NotDefinedError("there is no account to compare the key accounts with", where="starts")
    return comparison


def _start_numbers(panel: pd.DataFrame, starts: Any) -> np.ndarray:
    """Number of the first period that ends after the start; those beyond the panel never start in it."""
    given = pd.Series(starts).dropna()
    unknown = [str(a) for a in given.index if a not in panel.index]
    if unknown:
        raise ValuesError(
            f"{len(unknown)} account(s) with a start are not in the panel",
            where=f"starts: {list_some(unknown)}",
            remedy="leave them out knowingly",
        )
    dates = pd.to_datetime(given.reindex(panel.index))
    known = dates.notna().to_numpy()
    number = np.full(len(panel), NEVER, dtype="int64")
    number[known] = np.maximum(panel.columns.searchsorted(dates[known].to_numpy(), side="right") - 1, 0)
    exact = panel.columns.to_numpy()[np.minimum(number, panel.shape[1] - 1)]
    beyond = known & (dates.to_numpy() > _end(panel))
    early = known & ~beyond & (dates.to_numpy() < exact)
    number[beyond] = NEVER
    number[early] = 0
    return number


def _end(panel: pd.DataFrame) -> np.datetime64:
    """Last day of the panel's last period, taken to be as long as the one before."""
    months = [12 * day.year + day.month for day in pd.DatetimeIndex(panel.columns[-2:])]
    length = max(1, months[-1] - months[0])
    after = pd.Timestamp(panel.columns[-1]) + pd.DateOffset(months=length)
    return (after - pd.Timedelta(days=1)).to_datetime64()
