"""The best choice under one scarce resource and a number of places: exact, and quick for thousands.

The relaxation with a price on the resource bounds what any choice can be worth (Lagrange; Fisher,
1981). An account whose other decision would fall below the best choice known is settled by that bound
(reduction tests: Martello & Toth, 1990); what is left is a handful, of which all subsets are tried.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Scarce", "best_choice"]

_OPEN, _STATES = 400, 60_000
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
    """The best of all choices that turn decisions around without falling below the best known.

    Turning a decision lowers the bound by its loss, and losses add up. So the decisions are turned one
    after the other, the smallest loss first, and what has lost more than the gap is dropped.
    """
    worth = problem.value - price * problem.takes
    chosen = _selected(worth, least, most)
    bound, best = price * room + worth[chosen].sum(), float(problem.value[known].sum())
    loss = _losses(worth, chosen, least, most)
    order = np.argsort(loss, kind="stable")
    order = order[: int(np.searchsorted(loss[order], bound - best + _SLACK * max(1.0, abs(best)), "right"))]
    if len(order) > _OPEN:
        raise Undecided
    sign = np.where(chosen, -1.0, 1.0)
    states = np.array([[0.0, chosen.sum(), problem.takes[chosen].sum(), problem.value[chosen].sum()]])
    turned, found = np.zeros((1, len(order)), dtype=bool), None
    for k, item in enumerate(order):
        if loss[item] > bound - best + _SLACK * max(1.0, abs(best)):
            break
        step = sign[item] * np.array([0.0, 1.0, problem.takes[item], problem.value[item]])
        step[0] = loss[item]
        new, marks = states + step, turned.copy()
        marks[:, k] = True
        states, turned = np.vstack([states, new]), np.vstack([turned, marks])
        allowed = (states[:, 1] >= least) & (states[:, 1] <= most) & (states[:, 2] <= room)
        values = np.where(allowed, states[:, 3], -np.inf)
        row = int(values.argmax())
        if values[row] > best + _SLACK * max(1.0, abs(best)):
            best, found = float(values[row]), np.flatnonzero(turned[row])
        kept = states[:, 0] <= bound - best + _SLACK * max(1.0, abs(best))
        states, turned = states[kept], turned[kept]
        if len(states) > _STATES:
            raise Undecided
    if found is None:
        return known
    result = chosen.copy()
    result[order[found]] = ~result[order[found]]
    return result


def _losses(worth: np.ndarray, chosen: np.ndarray, least: int, most: int) -> np.ndarray:
    """By how much the bound falls when each decision is turned around.

    A place is worth what the next account would bring where all places are taken, or what the last one
    costs where so many must be chosen; nothing where the number is free.
    """
    n = int(chosen.sum())
    inside, outside = worth[chosen], worth[~chosen]
    last = float(inside.min()) if n else 0.0
    following = float(outside.max()) if len(outside) else last
    place = (last + following) / 2 if n in (least, most) else 0.0
    if least < most and n == most:
        place = max(place, 0.0)
    if least < most and n == least:
        place = min(place, 0.0)
    place = min(max(place, following), last) if n and len(outside) else place
    return np.abs(worth - place)
