"""How many key accounts, and which: an exact optimum under the hours that there are."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, ValuesError, list_some
from kamkit.method.frames import account_series, fraction, number
from kamkit.method.portfolio.knapsack import Scarce, Undecided, best_choice

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
    ``break_even`` the growth from which the chosen accounts pay for their hours within a year.
    """

    chosen: tuple[Any, ...]
    objective: float
    curve: pd.DataFrame
    shadow_price: float
    hours: float
    capacity: float
    hour_cost: float = float("nan")
    break_even: float = float("nan")


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

    Returns
    -------
    ChosenAccounts
        chosen, objective (total value), curve (accounts, value, hours, marginal: value per account
        added; for exactly that many accounts, up to the most that fit, at most about ``points`` numbers),
        shadow_price (dual of the hours in the linear relaxation, value per hour), hours used, capacity.

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
    Source: 0/1 knapsack (Martello & Toth, 1990), solved to the optimum: by a price on the hours and all
    subsets of what that leaves open, else by branch and cut (HiGHS: Huangfu & Hall, 2018). An account
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
    best = problem.solve()
    if best is None:
        raise NotDefinedError("no set of accounts meets all constraints", where="choose_accounts")
    curve = _curve(problem, int(best.sum()), points)
    picked = np.flatnonzero(best)
    order = picked[np.lexsort((problem.index[picked].astype(str), -problem.value[picked]))]
    return ChosenAccounts(
        chosen=tuple(problem.index[order]),
        objective=float(problem.value[picked].sum()),
        curve=curve,
        shadow_price=_shadow_price(problem),
        hours=float(problem.hours[picked].sum()),
        capacity=problem.capacity,
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
        for name, listed in (("mandatory", mandatory), ("excluded", excluded)):
            unknown = [a for a in listed if a not in self.index]
            if unknown:
                raise ValuesError(
                    f"{name} names accounts that have no value", where=f"{name}: {list_some(unknown)}"
                )
        both = sorted(set(map(str, mandatory)) & set(map(str, excluded)))
        if both:
            raise ParameterError(
                "an account is both mandatory and excluded", where=f"mandatory, excluded: {list_some(both)}"
            )
        self.low[self.index.isin(mandatory)] = 1.0
        self.high[self.index.isin(excluded)] = 0.0

    def require_feasible(self) -> None:
        """What is mandatory must fit; every other account can be left out."""
        broken = [
            f"{limit.name}: the mandatory accounts take {need:,.2f}, there is {limit.there_is:,.2f}, "
            f"{need - limit.there_is:,.2f} too little"
            for limit in self.limits
            if (need := float(limit.takes @ self.low)) > limit.there_is + _SLACK * max(1.0, limit.there_is)
        ]
        if broken:
            raise NotDefinedError(
                f"no choice is possible; {'; '.join(broken)}",
                where="mandatory",
                remedy="release a mandatory account, or provide what is missing",
            )

    def solve(self, count: int | None = None, value: np.ndarray | None = None) -> np.ndarray | None:
        """The best choice, of exactly ``count`` accounts where it is given; None where there is none."""
        worth = self.value if value is None else value
        scarce = [limit for limit in self.limits if not limit.is_even]
        if len(scarce) <= 1:
            with suppress(Undecided):
                return self._solve_scarce(scarce[0] if scarce else self.limits[0], worth, count)
        return self._solve_all(worth, count)

    def _solve_scarce(self, limit: _Limit, worth: np.ndarray, count: int | None) -> np.ndarray | None:
        """One resource is scarce; all other limits only cap the number of accounts."""
        taken, open_ = self.low > 0, (self.low == 0) & (self.high > 0)
        n = int(taken.sum())
        most = min([int(open_.sum()) + n, *(other.places for other in self.limits if other.is_even)])
        if count is not None and not n <= count <= most:
            return None
        left = limit.there_is - float(limit.takes[taken].sum())
        if left < -_SLACK * max(1.0, limit.there_is):
            return None
        problem = Scarce(worth[open_], limit.takes[open_], max(left, 0.0))
        least, most = (0, most - n) if count is None else (count - n, count - n)
        found = best_choice(problem, least, most)
        if found is None:
            return None
        chosen = taken.copy()
        chosen[np.flatnonzero(open_)[found]] = True
        return chosen

    def _solve_all(self, worth: np.ndarray, count: int | None) -> np.ndarray | None:
        """Any limits, by branch and cut."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        rows = [LinearConstraint(*_scaled(limit)) for limit in self.limits]
        if count is not None:
            rows.append(LinearConstraint(np.ones((1, len(worth))), count, count))
        found = milp(
            -worth / (np.abs(worth).max() or 1.0) * _VALUE_SCALE,
            integrality=np.ones(len(worth)),
            bounds=Bounds(self.low, self.high),
            constraints=rows,
            options={"mip_rel_gap": 0.0},
        )
        return None if found.x is None else np.round(found.x).astype(bool)


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
    missing = [a for a in index if a not in series.index]
    if missing:
        raise ValuesError(
            f"{name} is not known for every account of value", where=f"{name}: {list_some(missing)}"
        )
    known = series.reindex(index)
    if (known < 0).any() or amount < 0:
        raise ValuesError(f"{name} is negative", where=name, allowed="0 and more")
    return _Limit(name, known.to_numpy(), amount)


def _industry_limits(hours: _Limit, industry: Any, cap: float, index: pd.Index) -> list[_Limit]:
    if not isinstance(industry, pd.Series):
        raise ParameterError("industry is no series by account", where="industry")
    of = industry.reindex(index)
    return [
        _Limit(f"industry {name!r}", np.where(of == name, hours.takes, 0.0), cap * hours.there_is)
        for name in sorted(of.dropna().unique(), key=str)
    ]


def _curve(problem: _Problem, chosen: int, most_points: int) -> pd.DataFrame:
    """The best value for exactly so many accounts, as far as they fit."""
    least = int(problem.low.sum())
    fullest = problem.solve(value=np.ones(len(problem.value)))
    most = max(chosen, 0 if fullest is None else int(fullest.sum()))
    points = np.unique(np.linspace(least, most, min(most - least + 1, most_points)).round().astype(int))
    rows = []
    for count in sorted({*points.tolist(), chosen}):
        taken = problem.solve(count)
        if taken is not None:
            rows.append((count, float(problem.value[taken].sum()), float(problem.hours[taken].sum())))
    curve = pd.DataFrame(rows, columns=["accounts", "value", "hours"])
    curve["marginal"] = curve["value"].diff() / curve["accounts"].diff()
    return curve


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
