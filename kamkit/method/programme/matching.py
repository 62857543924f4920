"""Comparison accounts of like size, growth and industry, candidates not chosen first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence
from kamkit.method.programme.comparison import NEVER, Comparison, compare, t_test

__all__ = ["MatchedEffect", "match_accounts", "matched_effect"]

_OTHER_INDUSTRY = 1.0
"""What another industry counts for, in standard deviations of size or growth."""


@dataclass(frozen=True)
class MatchedEffect:
    """``effect`` in the panel's unit with its standard error, p and 95 % interval.

    ``pairs`` has a row for each key account and match: account_id, control_id, distance, candidate;
    ``balance`` a row for each property: key accounts, all others and the matches, and how far they are
    apart before and after, in standard deviations.
    """

    effect: float
    standard_error: float
    p_value: float
    low: float
    high: float
    accounts: int
    controls: int
    pairs: pd.DataFrame
    balance: pd.DataFrame


def match_accounts(
    panel: Any, starts: Any, industry: Any = None, considered: Any = None, matches: int = 3, base: int = 12
) -> pd.DataFrame:
    """The comparison accounts nearest to each key account, as it was before its own start.

    | ``distance² = (difference in size / sd)² + (difference in growth / sd)² + 1 if the industry differs``
    | size: mean over the ``base`` periods before the start; growth: slope over them

    Parameters
    ----------
    panel : accounts × first days of the periods, in logarithms.
    starts : first programme day by account_id; accounts without one are those to choose from.
    industry : by account_id; left out of the distance where it is None or not stated.
    considered : boolean by account_id, true for candidates not chosen. Where there are at least
        ``matches`` of them, nobody else is taken.
    matches : accounts for each key account; one account may serve several.
    base : periods before the start.

    Returns
    -------
    DataFrame
        account_id, control_id, distance, candidate; the nearest first, ties in order of control_id.

    Raises
    ------
    NotDefinedError, ValuesError, EmptyError, ParameterError
        As :func:`group_time_effects`; fewer accounts to choose from than ``matches``.

    Notes
    -----
    Source: nearest neighbours after Rubin (1973). What happened after the start plays no part.

    Examples
    --------
    >>> months = pd.date_range("2025-01-01", periods=3, freq="MS")
    >>> panel = pd.DataFrame([[5, 5, 9], [5, 5, 5], [8, 8, 8], [1, 1, 1.0]], list("abcd"), months)
    >>> match_accounts(panel, {"a": "2025-03-01"}, matches=1)[["account_id", "control_id", "distance"]]
      account_id control_id  distance
    0          a          b       0.0
    """
    comparison = compare(panel, starts, base, "never")
    pool, candidate = _pool(comparison, considered, matches)
    labels = _labels(industry, comparison.accounts)
    rows = [
        found
        for start in comparison.cohorts
        for found in _nearest(comparison, int(start), pool, labels, matches)
    ]
    pairs = pd.DataFrame(rows, columns=["account", "control", "distance"])
    names = comparison.accounts.astype(str).to_numpy()
    table = pd.DataFrame(
        {
            "account_id": names[pairs["account"]],
            "control_id": names[pairs["control"]],
            "distance": pairs["distance"],
            "candidate": candidate,
        }
    )
    return table.sort_values(["account_id", "distance", "control_id"], ignore_index=True)


def _pool(comparison: Comparison, considered: Any, matches: int) -> tuple[np.ndarray, bool]:
    """Numbers of the accounts to choose from, and whether they are candidates."""
    if matches < 1 or matches != int(matches):
        raise ParameterError(f"matches = {matches} is no number", where="matches", allowed="1 or more")
    never = comparison.start == NEVER
    if considered is not None:
        flags = pd.Series(considered).reindex(comparison.accounts)
        candidates = np.flatnonzero(never & flags.fillna(False).astype(bool).to_numpy())
        if len(candidates) >= matches:
            return candidates, True
    pool = np.flatnonzero(never)
    if len(pool) < matches:
        raise NotDefinedError(
            Sentence("there are {n} accounts to choose {matches} from", n=len(pool), matches=matches),
            where="matches",
        )
    return pool, False


def _labels(industry: Any, accounts: pd.Index) -> np.ndarray | None:
    return None if industry is None else pd.Series(industry).reindex(accounts).to_numpy(dtype=object)


def _traits(comparison: Comparison, start: int) -> np.ndarray:
    """Accounts × (size, growth) over the base before a start."""
    window = comparison.values[:, max(0, start - comparison.base) : start]
    time = np.arange(window.shape[1]) - (window.shape[1] - 1) / 2
    slope = window @ time / (time**2).sum() if window.shape[1] > 1 else np.zeros(len(window))
    return np.column_stack([window.mean(axis=1), slope])


def _nearest(
    comparison: Comparison, start: int, pool: np.ndarray, labels: np.ndarray | None, matches: int
) -> list[tuple[int, int, float]]:
    traits = _traits(comparison, start)
    mine = np.flatnonzero(comparison.start == start)
    spread = traits[np.concatenate([mine, pool])].std(axis=0)
    scaled = traits / np.where(spread > 0, spread, 1.0)
    square = ((scaled[mine][:, None, :] - scaled[pool][None, :, :]) ** 2).sum(axis=2)
    if labels is not None:
        known = pd.notna(labels[mine])[:, None] & pd.notna(labels[pool])[None, :]
        square += _OTHER_INDUSTRY * (known & (labels[mine][:, None] != labels[pool][None, :]))
    order = np.argsort(square, axis=1, kind="stable")[:, :matches]
    return [
        (int(account), int(pool[at]), float(np.sqrt(square[row, at])))
        for row, account in enumerate(mine)
        for at in order[row]
    ]


def matched_effect(
    panel: Any, starts: Any, industry: Any = None, considered: Any = None, matches: int = 3, base: int = 12
) -> MatchedEffect:
    """Effect against the accounts that were nearest in size, growth and industry before the start.

    | ``gap_i = change of key account i − mean change of its matches over the same periods``
    | ``effect = mean of the gaps``

    Parameters
    ----------
    panel, starts, industry, considered, matches, base : as for :func:`match_accounts`.

    Returns
    -------
    MatchedEffect

    Raises
    ------
    NotDefinedError, ValuesError, EmptyError, ParameterError
        As :func:`match_accounts`.

    Notes
    -----
    Source: Heckman, Ichimura & Todd (1997), matching before differences; error after Abadie & Imbens
    (2006), which counts that one account serves several: ``n² se² = sum (gap_i − effect)² +
    sum K_j (K_j − 1) / M² · var``, with K_j uses of control j and var that of the controls' changes. A
    bootstrap would be wrong here.

    Examples
    --------
    >>> months = pd.date_range("2025-01-01", periods=3, freq="MS")
    >>> panel = pd.DataFrame([[5, 5, 9], [5, 5, 6], [8, 8, 8], [1, 1, 1.0]], list("abcd"), months)
    >>> matched_effect(panel, {"a": "2025-03-01"}, matches=1).effect
    3.0
    """
    pairs = match_accounts(panel, starts, industry, considered, matches, base)
    comparison = compare(panel, starts, base, "never")
    place = {str(account): i for i, account in enumerate(comparison.accounts)}
    key, control = (pairs[c].map(place).to_numpy() for c in ("account_id", "control_id"))
    change = {int(g): comparison.differences(int(g))[:, int(g) :].mean(axis=1) for g in comparison.cohorts}
    start = comparison.start[key]
    own = np.array([change[g][i] for g, i in zip(start, key, strict=True)])
    theirs = np.array([change[g][j] for g, j in zip(start, control, strict=True)])
    gaps = pd.Series(own - theirs).groupby(key).mean()
    effect, n = float(gaps.mean()), len(gaps)
    error = _error(gaps, control, theirs, matches)
    p, low, high = t_test(effect, error, n + len(set(control)) - 2 if n > 1 else len(set(control)) - 1)
    return MatchedEffect(
        effect, error, p, low, high, n, len(set(control)), pairs, _balance(comparison, pairs, control)
    )


def _error(gaps: pd.Series, control: np.ndarray, changes: np.ndarray, matches: int) -> float:
    """Abadie and Imbens' error; with a single key account its spread is that of the controls."""
    n, spread = len(gaps), float(np.var(changes, ddof=1)) if len(changes) > 1 else np.nan
    if n == 1:
        return float(np.sqrt(spread * (1 + 1 / matches)))
    uses = pd.Series(control).value_counts().to_numpy()
    again = float((uses * (uses - 1)).sum()) / matches**2 * spread
    return float(np.sqrt(((gaps - gaps.mean()) ** 2).sum() / (n * (n - 1)) + again / n**2))


def _balance(comparison: Comparison, pairs: pd.DataFrame, control: np.ndarray) -> pd.DataFrame:
    """How alike key accounts, others and matches, numbered pair by pair, were before the start."""
    parts, names = [], comparison.accounts.astype(str).to_numpy()
    paired = pairs["account_id"].to_numpy()
    others = np.flatnonzero(comparison.start == NEVER)
    for start in comparison.cohorts:
        traits = _traits(comparison, int(start))
        for account in np.flatnonzero(comparison.start == start):
            matched = control[paired == names[account]]
            parts.append((traits[account], traits[others].mean(axis=0), traits[matched].mean(axis=0)))
    key, rest, near = (np.array(part) for part in zip(*parts, strict=True))
    spread = np.array([_traits(comparison, int(g))[others].std(axis=0) for g in comparison.cohorts]).mean(0)
    scale = np.where(spread > 0, spread, np.nan)
    means = [part.mean(axis=0) for part in (key, rest, near)]
    return pd.DataFrame(
        {
            "property": ["size_before", "growth_before"],
            "key_accounts": means[0],
            "others": means[1],
            "matched": means[2],
            "distance_before": (means[0] - means[1]) / scale,
            "distance_after": (means[0] - means[2]) / scale,
        }
    )
