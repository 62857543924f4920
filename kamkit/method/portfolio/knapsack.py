"""The best choice under one scarce resource and a number of places: exact, and quick for thousands.

A price on the resource bounds what any choice can be worth (Lagrange; Fisher, 1981). An account whose
other decision would fall below the best choice known is settled by that bound (reduction tests: Martello
& Toth, 1990). What is left is a core of a few dozen, whose decisions are turned around one after the
other; of two ways that take as many places, the one that takes more and brings less is dropped
(dominance; Pisinger, 1997).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Best", "Scarce", "Undecided", "best_choice", "most_that_fit", "scarce_price"]

_CORE, _OPEN = 40, 512
_EFFORTS = ((300, _CORE), (60_000, _OPEN))
"""How many ways are kept and how many decisions are turned: a quick try that may lead to a better choice,
then the proof."""
_DOMINATED_FROM = 128
_MOST_STEPS = 200
_SLACK = 1e-9
_WORD = 64


@dataclass(frozen=True)
class Scarce:
    """What is chosen among, in numbers: values, what each takes, and how much there is of it."""

    value: np.ndarray
    takes: np.ndarray
    there_is: float

    @property
    def room(self) -> float:
        """What there is, with the rounding of sums."""
        return self.there_is + _SLACK * max(1.0, self.there_is)


@dataclass(frozen=True)
class Best:
    """A choice, and what any other could be worth more at most; nothing where it is proven the best."""

    chosen: np.ndarray
    gap: float = 0.0


class Undecided(Exception):
    """The bound settles too few accounts; carries the best choice known, and its gap."""

    def __init__(self, known: Best) -> None:
        super().__init__(f"the best choice known may be worth {known.gap:g} less than another")
        self.known = known


@dataclass(frozen=True)
class _Priced:
    """The price at which the resource just suffices, the bound it proves, and a choice on it that fits."""

    price: float
    bound: float
    chosen: np.ndarray


def best_choice(problem: Scarce, least: int, most: int, tolerance: float = 0.0) -> Best | None:
    """The choice of highest value of at least ``least`` and at most ``most`` of them.

    Parameters
    ----------
    problem : values, resource taken (not negative), resource there is.
    least, most : how many may be chosen.
    tolerance : part of its value by which the choice may be proven to fall short, where that is quick to
        prove; 0 for the best.

    Returns
    -------
    Best
        None where so many can't be afforded.

    Raises
    ------
    Undecided
        More is left after the reduction than can be tried.

    Examples
    --------
    >>> problem = Scarce(np.array([10.0, 6.0, 5.0]), np.array([6.0, 4.0, 4.0]), 8.0)
    >>> best_choice(problem, 0, 3).chosen.tolist(), best_choice(problem, 3, 3)
    ([False, True, True], None)
    """
    most = min(most, len(problem.value))
    if least > most or np.partition(problem.takes, max(least - 1, 0))[:least].sum() > problem.room:
        return None
    free = _selected(problem.value, least, most)
    if problem.takes[free].sum() <= problem.room:
        return Best(free)
    core = _Core(problem, _priced(problem, free, least, most), least, most)
    core.swap()
    for most_states, most_open in _EFFORTS[: 1 if tolerance else 2]:
        if core.gap <= core.allowed(tolerance):
            return core.best
        core.turn(most_states, most_open)
    if core.gap > core.allowed(tolerance):
        raise Undecided(core.best)
    return core.best


def scarce_price(problem: Scarce, least: int, most: int) -> float:
    """What one unit more of the resource is worth, could accounts be taken in part.

    Examples
    --------
    >>> scarce_price(Scarce(np.array([10.0, 6.0, 5.0]), np.array([6.0, 4.0, 4.0]), 8.0), 0, 3)
    1.5
    """
    most = min(most, len(problem.value))
    free = _selected(problem.value, least, most)
    return 0.0 if problem.takes[free].sum() <= problem.room else _priced(problem, free, least, most).price


def most_that_fit(problem: Scarce) -> int:
    """How many can be chosen at most.

    >>> most_that_fit(Scarce(np.ones(3), np.array([6.0, 4.0, 4.0]), 8.0))
    2
    """
    return int(np.searchsorted(np.cumsum(np.sort(problem.takes)), problem.room, "right"))


def _selected(worth: np.ndarray, least: int, most: int) -> np.ndarray:
    """The best by worth: at least so many, and beyond that those that are worth something."""
    chosen = worth > 0
    count = int(chosen.sum())
    if least <= count <= most:
        return chosen
    wanted = most if count > most else least
    chosen = np.zeros(len(worth), dtype=bool)
    chosen[np.argpartition(-worth, wanted - 1)[:wanted] if wanted else []] = True
    return chosen


def _priced(problem: Scarce, free: np.ndarray, least: int, most: int) -> _Priced:
    """The lowest bound that a price proves: where the lines of two choices meet and none lies above.

    What a choice is worth at a price is a line over the price, and the bound is the highest of all lines.
    """
    takes, value = problem.takes, problem.value
    lean = _selected(np.where(takes > 0, -takes, np.where(value > 0, 1.0, 0.0)), least, most)
    over, fits = _Line.of(problem, free), _Line.of(problem, lean)
    for _step in range(_MOST_STEPS):
        price = (over.worth - fits.worth) / (over.spent - fits.spent)
        met = _Line.of(problem, _selected(value - price * takes, least, most))
        here = over.at(price)
        if met.at(price) <= here + _SLACK * max(1.0, abs(here)):
            return _Priced(price, here + price * problem.room, fits.chosen)
        if met.spent <= problem.room:
            fits = met
        else:
            over = met
    raise Undecided(Best(fits.chosen, float("inf")))


@dataclass(frozen=True)
class _Line:
    """A choice, what it takes of the resource, and what it is worth."""

    chosen: np.ndarray
    spent: float
    worth: float

    @classmethod
    def of(cls, problem: Scarce, chosen: np.ndarray) -> _Line:
        """The line of a choice."""
        places = np.flatnonzero(chosen)
        return cls(chosen, float(problem.takes[places].sum()), float(problem.value[places].sum()))

    def at(self, price: float) -> float:
        """What it is worth where the resource has a price."""
        return self.worth - price * self.spent


class _Core:
    """The best choice known, and the accounts whose decision the bound leaves open."""

    def __init__(self, problem: Scarce, priced: _Priced, least: int, most: int) -> None:
        self.problem, self.price, self.bound = problem, priced.price, priced.bound
        self.least, self.most, self.start = least, most, priced.chosen
        self.loss = _losses(problem.value - priced.price * problem.takes, priced.chosen, least, most)
        first = np.argpartition(self.loss, min(_OPEN, len(self.loss) - 1))[: _OPEN + 1]
        self.order = first[np.argsort(self.loss[first], kind="stable")]
        self._keep(priced.chosen)
        self._proven = False

    @property
    def best(self) -> Best:
        """What is known."""
        return Best(self._known, self.gap if self.gap > self.allowed(0.0) else 0.0)

    @property
    def gap(self) -> float:
        """What a better choice could be worth more at most."""
        return 0.0 if self._proven else self.bound - self._value

    def allowed(self, tolerance: float) -> float:
        """The gap that counts for nothing."""
        return max(tolerance, _SLACK) * max(1.0, abs(self._value))

    def _keep(self, chosen: np.ndarray) -> None:
        self._known, self._value = chosen, float(self.problem.value[chosen].sum())

    def swap(self) -> None:
        """Take the best account in that still fits, or exchange one for one, as long as that brings more."""
        value, takes = self.problem.value, self.problem.takes
        core = self.order[:_CORE]
        for _step in range(len(core)):
            spare = self.problem.room - takes[self._known].sum()
            inside, outside = core[self._known[core]], core[~self._known[core]]
            count = int(self._known.sum())
            gain = value[outside][None, :] - value[inside][:, None]
            gain = np.where(takes[outside][None, :] - takes[inside][:, None] <= spare, gain, -np.inf)
            alone = np.where((takes[outside] <= spare) & (count < self.most), value[outside], -np.inf)
            gain = np.vstack([gain, alone])
            if not gain.size or not gain.max() > _SLACK * max(1.0, abs(self._value)):
                return
            out, into = np.unravel_index(int(gain.argmax()), gain.shape)
            chosen = self._known.copy()
            chosen[outside[into]] = True
            if out < len(inside):
                chosen[inside[out]] = False
            self._keep(chosen)

    def turn(self, most_states: int, most_open: int) -> None:
        """Turn decisions around, the smallest loss first; proven is what was left when nothing was given up.

        Turning a decision lowers the bound by its loss, and losses add up: what has lost more than the
        gap is dropped.
        """
        within = int(np.searchsorted(self.loss[self.order], self.gap + self.allowed(0.0), "right"))
        order = self.order[: min(within, most_open)]
        states, found, whole = _States(self, len(order)), None, within <= most_open
        for k, item in enumerate(order):
            if self.loss[item] > self.gap + self.allowed(0.0):
                break
            states.turn(k, item)
            better = states.best_that_fits()
            if better is not None:
                self._value, found = better
            states.drop(self.gap + self.allowed(0.0))
            whole &= states.limit(most_states)
            if not whole and most_open == _OPEN:
                break
        if found is not None:
            turned = order[np.unpackbits(found.view(np.uint8), bitorder="little")[: len(order)].astype(bool)]
            self._known = self.start.copy()
            self._known[turned] = ~self._known[turned]
        self._proven = whole


class _States:
    """Ways to turn decisions around: what each has lost, its places, what it takes and brings."""

    def __init__(self, core: _Core, items: int) -> None:
        self.core, problem, start = core, core.problem, core.start
        self.lost, self.count = np.zeros(1), np.array([int(start.sum())])
        self.takes, self.value = (
            problem.takes[start].sum(keepdims=True),
            problem.value[start].sum(keepdims=True),
        )
        self.marks = np.zeros((1, -(-items // _WORD) or 1), dtype=np.uint64)
        self.counts = not core.least + items <= self.count[0] <= core.most - items

    def turn(self, k: int, item: int) -> None:
        """Double the ways: those that turn this decision, too."""
        sign, problem = (-1 if self.core.start[item] else 1), self.core.problem
        marks = self.marks.copy()
        marks[:, k // _WORD] |= np.uint64(1 << (k % _WORD))
        self.marks = np.concatenate([self.marks, marks])
        self.lost = np.concatenate([self.lost, self.lost + self.core.loss[item]])
        self.count = np.concatenate([self.count, self.count + sign])
        self.takes = np.concatenate([self.takes, self.takes + sign * problem.takes[item]])
        self.value = np.concatenate([self.value, self.value + sign * problem.value[item]])

    def best_that_fits(self) -> tuple[float, np.ndarray] | None:
        """Value and marks of the best way that is allowed, if it is better than what is known."""
        core, known = self.core, self.core._value
        allowed = (self.takes <= core.problem.room) & (self.count >= core.least) & (self.count <= core.most)
        values = np.where(allowed, self.value, -np.inf)
        row = int(values.argmax())
        return (float(values[row]), self.marks[row]) if values[row] > known + core.allowed(0.0) else None

    def drop(self, gap: float) -> None:
        """Leave out what has lost too much, and what another way is better than in every respect."""
        self._take(np.flatnonzero(self.lost <= gap))
        if len(self.lost) > _DOMINATED_FROM:
            self._take(self._undominated())

    def limit(self, most: int) -> bool:
        """Keep the ways that have lost least; whether none had to go."""
        if len(self.lost) <= most:
            return True
        self._take(np.argpartition(self.lost, most)[:most])
        return False

    def _take(self, rows: np.ndarray) -> None:
        for name in ("lost", "count", "takes", "value", "marks"):
            setattr(self, name, getattr(self, name)[rows])

    def _undominated(self) -> np.ndarray:
        """Rows that bring more than every row that takes no more and, where places count, as many of them."""
        if not self.counts:
            return self._rising(np.arange(len(self.lost)))
        return np.concatenate([self._rising(np.flatnonzero(self.count == n)) for n in np.unique(self.count)])

    def _rising(self, rows: np.ndarray) -> np.ndarray:
        ordered = rows[np.lexsort((-self.value[rows], self.takes[rows]))]
        highest = np.maximum.accumulate(self.value[ordered])
        return ordered[np.concatenate([[True], highest[1:] > highest[:-1]])]


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
