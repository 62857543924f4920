"""The best choice under one scarce resource and a number of places: exact, and quick for thousands.

The relaxation with a price on the resource bounds what any choice can be worth (Lagrange; Fisher,
1981). An account whose other decision would fall below the best choice known is settled by that bound
(reduction tests: Martello & Toth, 1990); what is left is a handful, of which all subsets are tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

__all__ = ["Scarce", "best_choice"]

_TRIED = 17
_STEPS = 60
_SWAPS = 12
_SLACK = 1e-9


@dataclass(frozen=True)
class Scarce:
    """What is chosen among, in numbers: values, what each takes, and how much there is of it."""

    value: np.ndarray
    takes: np.ndarray
    there_is: float


class Undecided(Exception):
    """The bound settles too few accounts: another solver has to."""


def best_choice(problem: Scarce, least: int, most: int) -> np.ndarray | None:
    """The choice of highest value of at least ``least`` and at most ``most`` of them.

    Parameters
    ----------
    problem : values, resource taken (not negative), resource there is.
    least, most : how many may be chosen.

    Returns
    -------
    Array of booleans; None where so many can't be afforded.

    Raises
    ------
    Undecided
        More than a handful is left after the reduction.

    Examples
    --------
    >>> problem = Scarce(np.array([10.0, 6.0, 5.0]), np.array([6.0, 4.0, 4.0]), 8.0)
    >>> best_choice(problem, 0, 3).tolist(), best_choice(problem, 3, 3)
    ([False, True, True], None)
    """
    n, room = len(problem.value), problem.there_is + _SLACK * max(1.0, problem.there_is)
    most = min(most, n)
    if least > most or np.sort(problem.takes)[:least].sum() > room:
        return None
    free = _selected(problem.value, least, most)
    if problem.takes[free].sum() <= room:
        return free
    price, known = _priced(problem, room, least, most)
    known = _improved(problem, known, room)
    return _tried(problem, price, known, room, least, most)


def _selected(worth: np.ndarray, least: int, most: int) -> np.ndarray:
    """The best by worth: at least so many, and beyond that those that are worth something."""
    order = np.argsort(-worth, kind="stable")[:most]
    kept = order[(np.arange(len(order)) < least) | (worth[order] > 0)]
    chosen = np.zeros(len(worth), dtype=bool)
    chosen[kept] = True
    return chosen


def _priced(problem: Scarce, room: float, least: int, most: int) -> tuple[float, np.ndarray]:
    """The price of the resource at which the choice just fits, and that choice."""
    low, high = 0.0, 1.0
    scale = float(np.abs(problem.value).max()) / max(float(problem.takes[problem.takes > 0].min()), 1e-12)
    fits = _cheapest(problem, least)
    while high < 4 * max(scale, 1.0):
        chosen = _selected(problem.value - high * problem.takes, least, most)
        if problem.takes[chosen].sum() <= room:
            fits = chosen
            break
        low, high = high, 4 * high
    for _ in range(_STEPS):
        middle = (low + high) / 2
        chosen = _selected(problem.value - middle * problem.takes, least, most)
        if problem.takes[chosen].sum() <= room:
            high, fits = middle, chosen
        else:
            low = middle
        if high - low <= 1e-12 * high:
            break
    return high, fits


def _cheapest(problem: Scarce, least: int) -> np.ndarray:
    chosen = np.zeros(len(problem.value), dtype=bool)
    chosen[np.argsort(problem.takes, kind="stable")[:least]] = True
    return chosen


def _improved(problem: Scarce, chosen: np.ndarray, room: float) -> np.ndarray:
    """The choice after the best exchanges of one for one that still fit."""
    for _ in range(_SWAPS):
        inside, outside = np.flatnonzero(chosen), np.flatnonzero(~chosen)
        if not len(inside) or not len(outside):
            break
        spare = room - problem.takes[inside].sum()
        gain = problem.value[outside][None, :] - problem.value[inside][:, None]
        more = problem.takes[outside][None, :] - problem.takes[inside][:, None]
        gain = np.where(more <= spare, gain, -np.inf)
        best = int(gain.argmax())
        if not gain.flat[best] > _SLACK:
            break
        chosen = chosen.copy()
        chosen[inside[best // len(outside)]] = False
        chosen[outside[best % len(outside)]] = True
    return chosen


def _tried(
    problem: Scarce, price: float, known: np.ndarray, room: float, least: int, most: int
) -> np.ndarray:
    """All subsets of what the bound leaves open."""
    worth = problem.value - price * problem.takes
    chosen = _selected(worth, least, most)
    bound = price * room + worth[chosen].sum()
    best = float(problem.value[known].sum())
    loss = _losses(worth, chosen, least, most)
    open_ = np.flatnonzero(bound - loss > best + _SLACK * max(1.0, abs(best)))
    if len(open_) == 0:
        return known
    if len(open_) > _TRIED:
        raise Undecided
    settled = chosen.copy()
    settled[open_] = False
    subsets = _subsets(len(open_))
    sizes = subsets.sum(axis=1) + settled.sum()
    takes = subsets @ problem.takes[open_] + problem.takes[settled].sum()
    values = subsets @ problem.value[open_] + problem.value[settled].sum()
    allowed = (sizes >= least) & (sizes <= most) & (takes <= room)
    values = np.where(allowed, values, -np.inf)
    row = int(values.argmax())
    if not values[row] > best:
        return known
    settled[open_[subsets[row].astype(bool)]] = True
    return settled


def _losses(worth: np.ndarray, chosen: np.ndarray, least: int, most: int) -> np.ndarray:
    """By how much the bound falls when one decision is turned around."""
    n = int(chosen.sum())
    inside, outside = worth[chosen], worth[~chosen]
    following = float(outside.max()) if len(outside) else -np.inf
    instead = following if n <= least else max(following, 0.0)
    leaving = float(inside.min()) if n == most and n else 0.0
    return np.where(chosen, worth - instead, leaving - worth)


@lru_cache(maxsize=_TRIED + 1)
def _subsets(n: int) -> np.ndarray:
    """All subsets of n as rows of zeros and ones."""
    return ((np.arange(2**n)[:, None] >> np.arange(n)) & 1).astype(float)
