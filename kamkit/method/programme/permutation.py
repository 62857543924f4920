"""How often chance alone would have done as much: the starts dealt out anew among all accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from kamkit.errors import ParameterError
from kamkit.method.programme.comparison import NEVER, Comparison, compare
from kamkit.method.programme.effect import one_start

__all__ = ["Permutation", "permutation_p"]

_DRAWS = 9_999
_TIE = 1e-12


@dataclass(frozen=True)
class Permutation:
    """``p_value`` two-sided, ``statistic`` the figure itself, ``draws`` how many deals were compared,
    ``exact`` whether these were all there are, ``smallest`` the least p that so few accounts allow."""

    p_value: float
    statistic: float
    draws: int
    exact: bool
    smallest: float


def permutation_p(
    panel: Any, treated: Any, post: Any = None, base: int = 12, draws: int = _DRAWS, seed: int = 0
) -> Permutation:
    """Share of random deals of the starts that give at least as large a figure.

    | one start: ``statistic = mean change of the treated − mean change of the others``
    | several: mean over the treated of their mean change from their own start on, less that of those
      never treated over the same periods
    | ``p = (1 + deals with |statistic| ≥ |ours|) / (1 + deals)``; of all deals where there are few

    Parameters
    ----------
    panel : accounts × first days of the periods, in logarithms or money.
    treated : with ``post``, boolean by account_id; without, the first programme day by account_id, which
        accounts that never start lack.
    post : first day of the first programme period, where it is one for all.
    base : periods before the start that are the yardstick, with several starts; with one all before it.
    draws : deals where not all can be tried.
    seed : the same seed deals alike.

    Returns
    -------
    Permutation

    Raises
    ------
    NotDefinedError, ValuesError, EmptyError, ParameterError
        As :func:`difference_in_differences` and :func:`group_time_effects`; fewer than one draw.

    Notes
    -----
    Source: Fisher (1935), randomisation inference. It asks of the accounts that any of them could have
    been chosen; take candidates of the same kind. Accounts that are few give a p that can't be small:
    with one treated of twenty it is never under 0.05.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.date_range("2025-01-01", periods=2, freq="MS")
    >>> panel = pd.DataFrame({months[0]: [0.0] * 5, months[1]: [9.0, 1, 2, 3, 4]}, index=list("abcde"))
    >>> treated = pd.Series([True, False, False, False, False], index=list("abcde"))
    >>> permutation_p(panel, treated, "2025-02-01").p_value
    0.2
    """
    if draws < 1 or draws != int(draws):
        raise ParameterError(f"draws = {draws} is no number of deals", where="draws", allowed="1 or more")
    several = post is None
    comparison = compare(panel, treated, base, "never") if several else one_start(panel, treated, post)
    changes = _changes(comparison)
    groups = np.searchsorted(comparison.cohorts, comparison.start)
    groups = np.where(comparison.start == NEVER, len(comparison.cohorts), groups)
    return _judge(changes, groups, int(draws), seed)


def _changes(comparison: Comparison) -> np.ndarray:
    """Accounts × starts: every account's mean change had it started then."""
    columns = [comparison.differences(int(g))[:, int(g) :].mean(axis=1) for g in comparison.cohorts]
    return np.column_stack(columns)


def _judge(changes: np.ndarray, groups: np.ndarray, draws: int, seed: int) -> Permutation:
    ours = float(_statistic(changes, groups[None, :])[0])
    deals = _number_of_deals(groups)
    exact = deals is not None and deals <= draws
    dealt = _all_deals(groups) if exact else _random_deals(groups, draws, seed)
    found = np.concatenate([_statistic(changes, block) for block in dealt])
    as_large = int((np.abs(found) >= abs(ours) - _TIE * max(1.0, abs(ours))).sum())
    if exact:
        return Permutation(as_large / len(found), ours, len(found), True, 1 / len(found))
    return Permutation((1 + as_large) / (1 + len(found)), ours, len(found), False, 1 / (1 + len(found)))


def _statistic(changes: np.ndarray, dealt: np.ndarray) -> np.ndarray:
    """Deals × accounts of group numbers, the last being "never", to one figure for each deal."""
    n_groups = changes.shape[1]
    never = dealt == n_groups
    total, treated = np.zeros(len(dealt)), (~never[0]).sum()
    for group in range(n_groups):
        mine = dealt == group
        gap = mine @ changes[:, group] / mine[0].sum() - never @ changes[:, group] / never[0].sum()
        total += gap * mine[0].sum() / treated
    return total


def _number_of_deals(groups: np.ndarray) -> int | None:
    """How many deals there are, counted where there is a single start."""
    never = int((groups == groups.max()).sum())
    return comb(len(groups), never) if groups.max() == 1 else None


def _all_deals(groups: np.ndarray) -> Iterator[np.ndarray]:
    n, k = len(groups), int((groups == 0).sum())
    chosen = np.array(list(combinations(range(n), k)), dtype="int64")
    dealt = np.ones((len(chosen), n), dtype="int64")
    np.put_along_axis(dealt, chosen, 0, axis=1)
    yield dealt


def _random_deals(groups: np.ndarray, draws: int, seed: int) -> Iterator[np.ndarray]:
    """In blocks, so that many accounts take no more memory than few."""
    random, block = np.random.default_rng(seed), max(1, 2_000_000 // len(groups))
    for start in range(0, draws, block):
        rows = min(block, draws - start)
        yield random.permuted(np.tile(groups, (rows, 1)), axis=1)
