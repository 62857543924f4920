"""How many key accounts, and which: an exact optimum under the hours that there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence, ValuesError, joined, list_some
from kamkit.method.frames import account_series, fraction, number
from kamkit.method.portfolio import knapsack
from kamkit.method.portfolio.knapsack import Best, Scarce, Undecided

__all__ = ["ChosenAccounts", "choice_limits", "choose_accounts"]

_MOST_POINTS = 100
_SLACK = 1e-9
_VALUE_SCALE = 1e4
_BOTH = "give both or neither"


@dataclass(frozen=True)
class ChosenAccounts:
    """The best choice, what it is worth, and what one account or one hour more would change.

    ``chosen`` holds account ids, the most valuable first; ``curve`` the best value for each number of
    accounts; ``shadow_price`` what one hour more is worth at the margin, ``hour_cost`` what it costs,
    ``break_even`` the growth from which the chosen accounts pay for their hours within a year; ``gap`` what
    another choice could be worth more at most, 0 where this one is proven the best.
    """

    chosen: tuple[Any, ...]
    objective: float
    curve: pd.DataFrame
    shadow_price: float
    hours: float
    capacity: float
    hour_cost: float = float("nan")
    break_even: float = float("nan")
    gap: float = 0.0


def choose_accounts(
    value: Any,
    hours: Any,
    capacity: float,
    budget: float | None = None,
    cost: Any = None,
    mandatory: Iterable[Any] = (),
    excluded: Iterable[Any] = (),
    *,
    sponsors: float | None = None,
    industry: Any = None,
    industry_cap: float | None = None,
    points: int = _MOST_POINTS,
    tolerance: float = 0.0,
) -> ChosenAccounts:
    """The accounts of highest total value that the hours carry.

    ``max sum of v_i x_i`` with ``x_i`` 0 or 1, subject to ``sum of h_i x_i ≤ capacity``, ``sum of c_i x_i ≤
    budget``, ``sum of x_i ≤ sponsors``, and ``sum of h_i x_i ≤ industry_cap · capacity`` within each industry

    Parameters
    ----------
    value : what choosing an account is worth, by account (money or points; negative allowed).
    hours : hours a year that it takes, by account, not negative.
    capacity : hours a year that there are.
    budget, cost : money there is, and what each account takes of it; one number where all take alike.
    mandatory, excluded : accounts that must, or must not, be chosen.
    sponsors : executive sponsors' places; each account takes one.
    industry : industry by account; those without one are free of the cap.
    industry_cap : part of the capacity that one industry may take at most, a fraction.
    points : about how many numbers of accounts the curve has at most.
    tolerance : part of its value by which the choice may fall short where the proof that it is the best
        would take long; points of the curve then say their ``gap``. 0 for the best, however long it takes.

    Returns
    -------
    ChosenAccounts
        chosen, objective (total value), curve (accounts, value, hours, marginal: value per account
        added; for exactly that many accounts, up to the most that fit, at most about ``points`` numbers),
        shadow_price (dual of the hours in the linear relaxation, value per hour), hours used, capacity,
        gap (money, at most ``tolerance`` of the objective).

    Raises
    ------
    NotDefinedError
        What is mandatory does not fit: says which constraint is broken and by how much.
    ParameterError
        An account is both mandatory and excluded; a budget without cost, a cap without industries.
    ValuesError, EmptyError, UnitError
        NaN, negative hours or cost, accounts that differ between the arguments; a cap in percent.

    Notes
    -----
    Source: 0/1 knapsack (Martello & Toth, 1990), solved to the optimum: by a price on the hours and the
    ways to turn what that leaves open, else by branch and cut (HiGHS: Huangfu & Hall, 2018). An account
    of no value is not chosen unless it is mandatory.

    Examples
    --------
    >>> value, hours = pd.Series({"a": 10.0, "b": 6.0, "c": 5.0}), pd.Series({"a": 6.0, "b": 4.0, "c": 4.0})
    >>> found = choose_accounts(value, hours, capacity=8)
    >>> found.chosen, found.objective, round(found.shadow_price, 2)
    (('b', 'c'), 11.0, 1.5)
    """
    problem = _problem(value, hours, capacity, budget, cost, sponsors, industry, industry_cap)
    problem.fix(list(mandatory), list(excluded))
    problem.require_feasible()
    best = problem.solve(tolerance=tolerance)
    if best is None:
        raise NotDefinedError("no set of accounts meets all constraints", where="choose_accounts")
    picked = np.flatnonzero(best.chosen)
    curve = _curve(problem, len(picked), points, tolerance)
    order = picked[np.lexsort((problem.index[picked].astype(str), -problem.value[picked]))]
    return ChosenAccounts(
        chosen=tuple(problem.index[order]),
        objective=float(problem.value[picked].sum()),
        curve=curve,
        shadow_price=problem.hour_price(),
        hours=float(problem.hours[picked].sum()),
        capacity=problem.capacity,
        gap=best.gap,
    )


def choice_limits(
    plan: Any, budget: float | None = None, cost: float = 0.0, sponsors: float | None = None
) -> dict[str, Any]:
    """The limits that were decided, as :func:`choose_accounts` takes them.

    Parameters
    ----------
    plan : as :func:`hours_plan` returns it.
    budget : money a year for all key accounts; None where nothing limits it.
    cost : money a year that each of them takes.
    sponsors : executive sponsors' places; None where nothing limits them.

    Returns
    -------
    dict
        hours, capacity, and of budget, cost and sponsors those that limit anything.

    Raises
    ------
    ParameterError
        A cost that is no number.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> choice_limits(SimpleNamespace(hours=None, capacity=900.0), 200_000.0, 50_000.0)
    {'hours': None, 'capacity': 900.0, 'budget': 200000.0, 'cost': 50000.0}
    """
    limits = {"hours": plan.hours, "capacity": plan.capacity}
    if budget is not None:
        limits |= {"budget": budget, "cost": number(cost, "cost")}
    return limits if sponsors is None else {**limits, "sponsors": sponsors}


@dataclass(frozen=True)
class _Limit:
    """One constraint: what each account takes, and how much there is."""

    name: str
    takes: np.ndarray
    there_is: float

    @property
    def is_even(self) -> bool:
        """Whether every account takes the same, so that the limit is one on their number."""
        return bool(self.takes[0] > 0 and np.ptp(self.takes) == 0)

    @property
    def places(self) -> int:
        """How many accounts an even limit carries."""
        return int((self.there_is + _SLACK * max(1.0, self.there_is)) / self.takes[0])


class _Problem:
    """The knapsack: values, limits, and which accounts are fixed."""

    def __init__(self, value: pd.Series, limits: list[_Limit]) -> None:
        self.index, self.value, self.limits = value.index, value.to_numpy(), limits
        self.hours, self.capacity = limits[0].takes, limits[0].there_is
        self.low, self.high = np.zeros(len(value)), np.ones(len(value))

    def fix(self, mandatory: list[Any], excluded: list[Any]) -> None:
        """Set what must and what must not be chosen."""
        for name, listed, bound, at in (
            ("mandatory", mandatory, self.low, 1.0),
            ("excluded", excluded, self.high, 0.0),
        ):
            places = self.index.get_indexer(pd.Index(listed, dtype=self.index.dtype))
            unknown = [a for a, place in zip(listed, places, strict=True) if place < 0]
            if unknown:
                raise ValuesError(
                    f"{name} names accounts that have no value", where=f"{name}: {list_some(unknown)}"
                )
            bound[places] = at
        both = sorted(set(map(str, mandatory)) & set(map(str, excluded)))
        if both:
            raise ParameterError(
                "an account is both mandatory and excluded", where=f"mandatory, excluded: {list_some(both)}"
            )

    def require_feasible(self) -> None:
        """What is mandatory must fit; every other account can be left out."""
        broken = [
            Sentence(
                "{limit}: the mandatory accounts take {need:,.2f}, there is {there_is:,.2f}, {lack:,.2f} "
                "too little",
                limit=limit.name,
                need=need,
                there_is=limit.there_is,
                lack=need - limit.there_is,
            )
            for limit in self.limits
            if (need := float(limit.takes @ self.low)) > limit.there_is + _SLACK * max(1.0, limit.there_is)
        ]
        if broken:
            raise NotDefinedError(
                Sentence("no choice is possible; {reasons}", reasons=joined(broken)),
                where="mandatory",
                remedy="release a mandatory account, or provide what is missing",
            )

    def solve(self, count: int | None = None, tolerance: float = 0.0) -> Best | None:
        """The best choice, of exactly ``count`` accounts where it is given; None where there is none.

        A choice of any number is the best, within the tolerance where the proof would take long; one of so
        many says its gap where there is a tolerance.
        """
        left = self.left
        if left is None:
            return self._solve_all(count, tolerance)
        least, most = (0, left.places) if count is None else (count - left.taken, count - left.taken)
        if least < 0 or most > left.places or not left.is_enough:
            return None
        try:
            found = knapsack.best_choice(left.scarce, least, most, 0.0 if count is None else tolerance)
        except Undecided as undecided:
            found = undecided.known
            near = found.gap <= tolerance * float(self.value[left.with_those(found.chosen)].sum())
            if not near and not (tolerance and count is not None):
                return self._solve_all(count, tolerance)
        return None if found is None else Best(left.with_those(found.chosen), found.gap)

    @cached_property
    def left(self) -> _Left | None:
        """What is to be chosen beside what must be; None where more than one resource is scarce."""
        scarce = [limit for limit in self.limits if not limit.is_even]
        if len(scarce) > 1:
            return None
        limit, mandatory, free = scarce[0] if scarce else self.limits[0], self.low > 0, self.high > self.low
        taken, there_is = int(mandatory.sum()), limit.there_is - float(limit.takes[mandatory].sum())
        places = [int(free.sum()), *(even.places - taken for even in self.limits if even.is_even)]
        enough = there_is >= -_SLACK * max(1.0, limit.there_is)
        problem = Scarce(self.value[free], limit.takes[free], max(there_is, 0.0))
        return _Left(problem, mandatory, np.flatnonzero(free), taken, min(places), enough)

    def most(self) -> int:
        """How many accounts can be chosen at most."""
        if self.left is not None:
            return self.left.taken + min(self.left.places, knapsack.most_that_fit(self.left.scarce))
        fullest = self._solve_all(None, 0.0, np.ones(len(self.value)))
        return 0 if fullest is None else int(fullest.chosen.sum())

    def hour_price(self) -> float:
        """What one hour more is worth when accounts could be taken in part."""
        if self.left is None or self.limits[0].is_even:
            return _shadow_price(self)
        return knapsack.scarce_price(self.left.scarce, 0, self.left.places)

    def _solve_all(self, count: int | None, tolerance: float, worth: np.ndarray | None = None) -> Best | None:
        """Any limits, by branch and cut."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        value = self.value if worth is None else worth
        rows = [LinearConstraint(*_scaled(limit)) for limit in self.limits]
        if count is not None:
            rows.append(LinearConstraint(np.ones((1, len(value))), count, count))
        scale = (np.abs(value).max() or 1.0) / _VALUE_SCALE
        found = milp(
            -value / scale,
            integrality=np.ones(len(value)),
            bounds=Bounds(self.low, self.high),
            constraints=rows,
            options={"mip_rel_gap": tolerance},
        )
        if found.x is None:
            return None
        chosen = np.round(found.x).astype(bool)
        gap = -float(found.mip_dual_bound) * scale - float(value[chosen].sum())
        return Best(chosen, gap if tolerance and gap > _SLACK * max(1.0, abs(value[chosen].sum())) else 0.0)


@dataclass(frozen=True)
class _Left:
    """What is left to choose: the knapsack, what is in whatever it says, and how many places there are."""

    scarce: Scarce
    mandatory: np.ndarray
    free: np.ndarray
    taken: int
    places: int
    is_enough: bool

    def with_those(self, chosen: np.ndarray) -> np.ndarray:
        """The whole choice."""
        whole = self.mandatory.copy()
        whole[self.free[chosen]] = True
        return whole


def _scaled(limit: _Limit) -> tuple[np.ndarray, float, float]:
    """The constraint with coefficients up to 1, so that the solver's tolerance is relative."""
    largest = float(limit.takes.max()) or 1.0
    return limit.takes[None, :] / largest, -np.inf, limit.there_is / largest


def _problem(
    value: Any, hours: Any, capacity: Any, budget: Any, cost: Any, sponsors: Any, industry: Any, cap: Any
) -> _Problem:
    worth = account_series(value, "value")
    limits = [_limit("hours", hours, capacity, worth.index)]
    if (budget is None) != (cost is None):
        raise ParameterError("budget and cost belong together", where="budget, cost", remedy=_BOTH)
    if budget is not None:
        takes = cost if isinstance(cost, pd.Series) else pd.Series(number(cost, "cost"), worth.index)
        limits.append(_limit("budget", takes, budget, worth.index))
    if sponsors is not None:
        limits.append(_limit("sponsors", pd.Series(1.0, worth.index), sponsors, worth.index))
    if (industry is None) != (cap is None):
        raise ParameterError(
            "industry and industry_cap belong together",
            where="industry, industry_cap",
            remedy=_BOTH,
        )
    if cap is not None:
        limits += _industry_limits(limits[0], industry, fraction(cap, "industry_cap"), worth.index)
    return _Problem(worth, limits)


def _limit(name: str, takes: Any, there_is: Any, index: pd.Index) -> _Limit:
    amount = number(there_is, "capacity" if name == "hours" else name)
    series = account_series(takes, name)
    places = series.index.get_indexer(index)
    missing = list(index[places < 0])
    if missing:
        raise ValuesError(
            f"{name} is not known for every account of value", where=f"{name}: {list_some(missing)}"
        )
    known = series.to_numpy()[places]
    if (known < 0).any() or amount < 0:
        raise ValuesError(f"{name} is negative", where=name, allowed="0 and more")
    return _Limit(name, known, amount)


def _industry_limits(hours: _Limit, industry: Any, cap: float, index: pd.Index) -> list[_Limit]:
    if not isinstance(industry, pd.Series):
        raise ParameterError("industry is no series by account", where="industry")
    of = industry.reindex(index)
    return [
        _Limit(f"industry {name!r}", np.where(of == name, hours.takes, 0.0), cap * hours.there_is)
        for name in sorted(of.dropna().unique(), key=str)
    ]


def _curve(problem: _Problem, chosen: int, most_points: int, tolerance: float) -> pd.DataFrame:
    """The best value for exactly so many accounts, as far as they fit."""
    least, most = int(problem.low.sum()), max(chosen, problem.most())
    points = np.unique(np.linspace(least, most, min(most - least + 1, most_points)).round().astype(int))
    rows = []
    for count in sorted({*points.tolist(), chosen}):
        best = problem.solve(count, tolerance)
        if best is not None:
            sums = (float(of[best.chosen].sum()) for of in (problem.value, problem.hours))
            rows.append((count, *sums, best.gap))
    curve = pd.DataFrame(rows, columns=["accounts", "value", "hours", "gap"])
    curve["marginal"] = curve["value"].diff() / curve["accounts"].diff()
    return curve if tolerance else curve.drop(columns="gap")


def _shadow_price(problem: _Problem) -> float:
    """What one hour more is worth when accounts could be taken in part."""
    from scipy.optimize import linprog

    scale = float(np.abs(problem.value).max()) or 1.0
    found = linprog(
        -problem.value / scale,
        A_ub=np.vstack([limit.takes for limit in problem.limits]),
        b_ub=np.array([limit.there_is for limit in problem.limits]),
        bounds=np.column_stack([problem.low, problem.high]),
        method="highs",
    )
    return max(0.0, -float(found.ineqlin.marginals[0]) * scale) if found.status == 0 else float("nan")
