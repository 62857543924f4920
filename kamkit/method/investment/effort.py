"""Where the hours should go: to the accounts until the last hour earns the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError
from kamkit.method.frames import as_pandas, number, numeric, unique
from kamkit.method.investment.response import (
    JUDGEMENTS,
    effort_judgements,
    hours_today,
    refuse,
    response_curves,
)

__all__ = ["EffortPlan", "allocate_effort", "effort_plan"]

_CURVE = ("floor", "ceiling", "exponent", "scale", "hours_now")
_STEPS = 60
_NEIGHBOURS = 1
_GRID = 400
_LARGEST_EXPONENT = 20.0
_ALIKE = 1e-9
"""Slopes nearer to each other than this are one."""


@dataclass(frozen=True)
class EffortPlan:
    """Hours placed so that the last hour earns the same everywhere.

    ``table`` is indexed by account_id: hours_now, hours (proposed), change, contribution_now,
    contribution, gain (money per year), marginal_now, marginal (money per hour), shape (concave,
    s_curve). ``shadow_price`` is what one more hour is worth; ``gain`` all accounts' gain a year;
    ``bound`` the contribution that no placement can exceed, ``gap`` how far this one may be below it;
    ``left_out`` the accounts without hours, contribution or judgements that rise.
    """

    table: pd.DataFrame
    hours: float
    shadow_price: float
    gain: float
    bound: float
    gap: float
    left_out: tuple[str, ...] = ()


def allocate_effort(response_curves: pd.DataFrame, hours: float | None = None) -> EffortPlan:
    """Place the hours so that contribution is largest: the last hour earns the same wherever it goes.

    Maximise the sum of the curves subject to the hours adding up. At the best placement the marginal
    contributions of all accounts with hours are equal, and no account without hours has a higher one.

    Parameters
    ----------
    response_curves : by account_id: floor, ceiling, exponent, scale, hours_now, as
        :func:`response_curves` returns it.
    hours : to be placed, over 0; today's where nothing is given.

    Returns
    -------
    EffortPlan
        All hours are placed.

    Raises
    ------
    ParameterError, ValuesError, ColumnError, EmptyError
        Hours that are not positive, curves that do not rise, NaN, missing columns, no rows.

    Notes
    -----
    Source: Little (1970); Lodish (1971). Concave curves (exponent up to 1) give the optimum. An
    S-curve first rises ever faster, so that hours below a threshold are wasted: the accounts are
    ranked by the slope of the line from the origin that touches their curve (the concave envelope),
    the first of them near the limit are solved on the concave part, a search over a grid of the hours
    over 400 looks everywhere else, and the best is returned. ``gap`` is how far the bound by the
    envelope, which nothing can exceed, lies above it: 0 says that the placement is the optimum.

    Examples
    --------
    >>> curves = pd.DataFrame({"floor": 0.0, "ceiling": [100.0, 100.0], "exponent": 1.0, "scale": 1.0,
    ...                        "hours_now": [30.0, 10.0]}, index=["a", "b"])
    >>> allocate_effort(curves).table["hours"].round(1).to_dict()
    {'a': 20.7, 'b': 19.3}
    """
    curves = _Curves(response_curves)
    budget = float(curves.hours_now.sum()) if hours is None else number(hours, "hours")
    if not budget > 0:
        raise ParameterError(f"hours = {budget:g} leave nothing to place", where="hours", allowed="over 0")
    placed, bound = _best_placement(curves, budget)
    now, then = curves.value(curves.hours_now), curves.value(placed)
    marginal = curves.marginal(placed)
    table = pd.DataFrame(
        {
            "hours_now": curves.hours_now,
            "hours": placed,
            "change": placed - curves.hours_now,
            "contribution_now": now,
            "contribution": then,
            "gain": then - now,
            "marginal_now": curves.marginal(curves.hours_now),
            "marginal": marginal,
            "shape": np.where(curves.exponent > 1, "s_curve", "concave"),
        },
        index=pd.Index(curves.accounts, name="account_id"),
    )
    gap = max(0.0, bound - float(then.sum()))
    return EffortPlan(
        table=table,
        hours=budget,
        shadow_price=float(marginal[placed > 0].max()),
        gain=float((then - now).sum()),
        bound=bound,
        gap=0.0 if gap < 1e-7 * np.abs(curves.ceiling).sum() else gap,
    )


def effort_plan(
    responses: pd.DataFrame, assignments: pd.DataFrame, pnl: pd.DataFrame, hours: float | None = None
) -> EffortPlan:
    """Today's hours on the judged accounts beside those that would earn most.

    Parameters
    ----------
    responses : the judgements, as :func:`effort_judgements` reads them.
    assignments : account_id, hours_year, as :func:`hours_today` reads them.
    pnl : by account_id, cm1: the contribution that today's judgement stands for.
    hours : to be placed; today's where nothing is given.

    Returns
    -------
    EffortPlan

    Raises
    ------
    NotDefinedError
        No judgements, no hours, or no account with both and a contribution.
    ColumnError, EmptyError, ValuesError
        Missing columns, no rows, NaN in the judgements.

    Notes
    -----
    Source: Little (1970); Lodish (1971). An account without hours, without positive contribution, or
    whose judgements do not rise is left out and named.

    Examples
    --------
    >>> four = {"item_id": ["none", "now", "half_more", "saturation"], "value": [0.0, 50, 60, 100]}
    >>> responses = pd.concat([pd.DataFrame(four).assign(subject_id=a) for a in "ab"])
    >>> responses = responses.assign(instrument="effort", subject_type="account", respondent="KAM01")
    >>> assignments = pd.DataFrame({"account_id": ["a", "b"], "hours_year": [30.0, 10.0]})
    >>> pnl = pd.DataFrame({"cm1": [50.0, 50.0]}, index=["a", "b"])
    >>> effort_plan(responses, assignments, pnl).table["hours"].round(1).to_dict()
    {'a': 20.7, 'b': 19.3}
    """
    judged = effort_judgements(responses)
    money = as_pandas(pnl, "pnl", ["cm1"])["cm1"].rename(index=str).reindex(judged.index)
    spent = hours_today(assignments).reindex(judged.index)
    rises = (judged[list(JUDGEMENTS)].diff(axis=1).iloc[:, 1:] > 0).all(axis=1)
    usable = rises & (money > 0) & (spent > 0)
    if not usable.any():
        raise NotDefinedError(
            "no account has judgements that rise, hours and a positive contribution",
            where="responses, assignments, customer_pnl",
            remedy="judge contribution with no hours, today's, half as many again, and saturation",
        )
    curves = response_curves(judged[usable], spent[usable], money[usable])
    left_out = tuple(str(a) for a in judged.index[~usable])
    return replace(allocate_effort(curves, hours), left_out=left_out)


class _Curves:
    """The curves as arrays: value, marginal contribution, and hours at which it falls to a price."""

    def __init__(self, table: pd.DataFrame) -> None:
        frame = as_pandas(table, "response_curves", _CURVE)
        self.accounts = [str(a) for a in frame.index]
        unique(pd.Series(self.accounts, name="account_id"), "response_curves")
        self.floor, self.ceiling, self.exponent, self.scale, self.hours_now = (
            numeric(frame, name, "response_curves").to_numpy() for name in _CURVE
        )
        rises = (self.ceiling > self.floor) & (self.exponent > 0) & (self.scale > 0) & (self.hours_now > 0)
        possible = rises & (self.exponent <= _LARGEST_EXPONENT)
        refuse(
            [a for a, ok in zip(self.accounts, possible, strict=True) if not ok],
            "response curves do not rise",
        )
        self.reach = self.ceiling - self.floor
        over = np.maximum(self.exponent - 1, 0)
        self.tangent = self.hours_now * (self.scale * over) ** (1 / self.exponent)
        """Hours at which the line from the origin touches an S-curve; 0 where it is concave."""
        self.bend = self.hours_now * (self.scale * over / (self.exponent + 1)) ** (1 / self.exponent)
        """Hours from which on an S-curve is concave."""

    def __len__(self) -> int:
        return len(self.accounts)

    def value(self, hours: np.ndarray) -> np.ndarray:
        """Contribution at so many hours."""
        power = (hours / self.hours_now) ** self.exponent
        return np.asarray(self.floor + self.reach * power / (self.scale + power))

    def marginal(self, hours: np.ndarray) -> np.ndarray:
        """Contribution of one more hour; infinite at no hours where the exponent is under 1."""
        with np.errstate(divide="ignore"):
            x = hours / self.hours_now
            slope = (
                self.exponent * self.scale * x ** (self.exponent - 1) / (self.scale + x**self.exponent) ** 2
            )
        return np.asarray(self.reach / self.hours_now * slope)

    def hours_at(self, price: float, least: np.ndarray, most: float) -> np.ndarray:
        """Hours between the limits at which the marginal contribution has fallen to the price."""
        low, high = least.astype(float), np.full(len(self), most)
        for _ in range(_STEPS):
            middle = (low + high) / 2
            above = self.marginal(middle) > price
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        return np.asarray((low + high) / 2)


def _best_placement(curves: _Curves, budget: float) -> tuple[np.ndarray, float]:
    """The best hours found, and the contribution that no placement can exceed."""
    slopes = np.where(curves.tangent > 0, curves.marginal(np.maximum(curves.tangent, 1e-300)), np.inf)
    order = np.argsort(-slopes, kind="stable")
    concave = int(np.isinf(slopes).sum())
    most = budget + float(curves.tangent.max())

    def taken(price: float) -> np.ndarray:
        return np.where(slopes >= price, curves.hours_at(price, curves.tangent, most), 0.0)

    price = _price(taken, budget)
    bound = _bound(curves, taken(price), price, budget)
    limit = _accounts_at(curves, slopes, taken(price * (1 + _ALIKE)), price, budget)
    counts = range(max(concave, limit - _NEIGHBOURS), min(len(curves), limit + _NEIGHBOURS) + 1)
    tried = [_in_set(curves, order[:k], budget) for k in counts if k > 0]
    if concave < len(curves):
        on_grid = _on_a_grid(curves, budget)
        tried += [
            on_grid,
            _in_set(curves, np.flatnonzero(on_grid >= np.maximum(curves.bend, 1e-300)), budget),
        ]
    return max((t for t in tried if t is not None), key=lambda hours: float(curves.value(hours).sum())), bound


def _bound(curves: _Curves, hours: np.ndarray, price: float, budget: float) -> float:
    """The Lagrangian bound: no placement contributes more, whatever the price of an hour."""
    surplus = np.maximum(curves.value(hours) - price * hours, curves.floor)
    return float(surplus.sum() + price * budget)


def _accounts_at(curves: _Curves, slopes: np.ndarray, above: np.ndarray, price: float, budget: float) -> int:
    """How many accounts the envelope gives hours: all above the price, of those at it what is filled."""
    alike = np.isclose(slopes, price, rtol=_ALIKE, atol=0)
    rest = max(0.0, budget - float(above[~alike].sum()))
    filled = int((curves.tangent[alike].cumsum() <= rest).sum())
    return int(((slopes > price) & ~alike).sum()) + filled


def _in_set(curves: _Curves, members: np.ndarray, budget: float) -> np.ndarray | None:
    """Hours on the concave parts of some accounts; None where they need more than there are."""
    inside = np.zeros(len(curves), dtype=bool)
    inside[members] = True
    least = np.where(inside, curves.bend, 0.0)
    if least.sum() > budget:
        return None

    def taken(price: float) -> np.ndarray:
        return np.where(inside, curves.hours_at(price, least, budget), 0.0)

    hours = taken(_price(taken, budget))
    free = hours - least
    return least + free * ((budget - least.sum()) / free.sum()) if free.sum() > 0 else None


def _on_a_grid(curves: _Curves, budget: float) -> np.ndarray:
    """The best hours in steps of the budget over 400, by dynamic programming over the accounts."""
    steps = np.arange(_GRID + 1)
    left = steps[:, None] - steps[None, :]
    best, choices = np.zeros(_GRID + 1), []
    for i in range(len(curves)):
        worth = curves.value((steps * budget / _GRID)[:, None])[:, i]
        totals = np.where(left >= 0, best[np.maximum(left, 0)] + worth[None, :], -np.inf)
        choices.append(totals.argmax(axis=1))
        best = totals.max(axis=1)
    hours, rest = np.zeros(len(curves)), _GRID
    for i in reversed(range(len(curves))):
        hours[i] = choices[i][rest]
        rest -= int(choices[i][rest])
    return hours * (budget / _GRID)


def _price(taken: Callable[[float], np.ndarray], budget: float) -> float:
    """The price of an hour at which just the budget is taken."""
    low, high = -60.0, 60.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if taken(float(np.exp(middle))).sum() > budget else (low, middle)
    return float(np.exp((low + high) / 2))
