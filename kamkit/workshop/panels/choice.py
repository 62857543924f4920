"""Panel 4: how many key accounts the hours, the budget and the sponsors carry, and which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import KamkitError, ParameterError
from kamkit.locale import N_, _, ngettext
from kamkit.method import portfolio
from kamkit.method.portfolio import ChosenAccounts, HoursPlan
from kamkit.workshop.panels.model import Control, Figures, Panel, State, Table
from kamkit.workshop.panels.portfolio import Placing

__all__ = ["Choice", "Marginal"]

_UPLIFT, _COST = 0.10, 50_000
"""Growth and cost of a programme where neither was decided, as in the notebooks."""
_POINTS, _EACH, _ROWS, _OFFERED = 16, 24, 13, 60
"""Columns of the picture where the candidates are many, or one for each number of up to so many; rows of
the table; accounts to tick."""
_NEAR = 1e-4
"""So near to the best a choice may be, in parts of its value, where the proof would take long; it says so."""


@dataclass(frozen=True)
class Marginal:
    """What one account more brings, for each number of accounts; how many are chosen.

    ``hours``, ``budget`` and ``sponsors`` are what is taken of each, and how much there is.
    """

    accounts: np.ndarray
    marginal: np.ndarray
    chosen: int
    hours: tuple[float, float]
    budget: tuple[float, float]
    sponsors: tuple[int, int]


class Choice(Panel):
    """Which accounts are key accounts under other limits."""

    name = "choice"
    title = N_("How many")
    question = N_("How many key accounts can we carry, and which?")
    step = "04_choose"
    keys = ("choice.hours", "choice.budget", "choice.sponsors", "choice.mandatory", "choice.excluded")

    @cached_property
    def placing(self) -> Placing:
        """The accounts that were judged."""
        return Placing(self.material)

    @property
    def treated(self) -> pd.DataFrame:
        """Where the accounts stand under the decisions in force."""
        force = (tuple(self.placing.weights.items()), self.placing.cuts)
        if getattr(self, "_stand", (None, None))[0] != force:
            self._stand = (force, self.placing.stand().treated)
        return self._stand[1]

    @cached_property
    def plan(self) -> HoursPlan:
        """Hours by account, and those that are booked today."""
        return self.material.compute(portfolio.hours_plan, among=self.treated.index)

    @property
    def _cost(self) -> float:
        """What a programme costs per account and year."""
        return float(self.material.decided("programme_cost", _COST))

    @cached_property
    def worth(self) -> pd.Series:
        """What growing with each account would bring."""
        uplift = self.material.decided("choice.uplift", _UPLIFT)
        return portfolio.growth_worth(self.material.pnl, uplift, self.treated.index)

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """Hours, money and sponsors; accounts that must or must not be chosen."""
        booked, n = float(self.plan.capacity), float(len(self.treated))
        step = 10.0 ** max(0, int(np.floor(np.log10(max(booked, 1.0)))) - 1)
        order = self.worth.sort_values(ascending=False, kind="stable").head(_OFFERED).index
        options = tuple((self.material.name(a), str(a)) for a in order)
        money = float(np.ceil(n * max(self._cost, 1.0)))
        return (
            Control(
                "hours", _("Hours a year"), "number", 0.0, float(np.ceil(2 * booked / step) * step), step
            ),
            Control("budget", _("Budget a year"), "money", 0.0, money, max(self._cost, 1.0)),
            Control("sponsors", _("Executive sponsors"), "number", 0.0, n, 1.0),
            Control("mandatory", _("Must be in"), "accounts", options=options, boxes=3),
            Control("excluded", _("Never"), "accounts", options=options, boxes=3),
        )

    def start(self) -> dict[str, Any]:
        """What was decided; else the hours booked today, and no other limit."""
        decided, most = self.material.decided, len(self.treated)
        hours, sponsors = decided("choice.hours"), decided("choice.sponsors")
        budget = decided("choice.budget")
        return {
            "hours": float(self.plan.capacity if hours is None else hours),
            "budget": float(most * max(self._cost, 1.0) if budget is None else budget),
            "sponsors": float(most if sponsors is None else sponsors),
            "mandatory": tuple(decided("choice.mandatory", ())),
            "excluded": tuple(decided("choice.excluded", ())),
        }

    def decided(self, state: State) -> dict[str, Any]:
        """Each limit is a decision of its own; one that binds nobody is none until it was decided."""
        made: dict[str, Any] = {
            "choice.hours": float(state["hours"]),
            "choice.budget": float(state["budget"]),
            "choice.sponsors": int(state["sponsors"]),
            "choice.mandatory": list(state["mandatory"]),
            "choice.excluded": list(state["excluded"]),
        }
        free = {
            "choice.budget": len(self.treated) * max(self._cost, 1.0),
            "choice.sponsors": len(self.treated),
        }
        unset = [k for k, most in free.items() if made[k] >= most and self.material.decided(k) is None]
        return {key: value for key, value in made.items() if key not in unset}

    def choose(self, state: State) -> tuple[ChosenAccounts, pd.Series]:
        """The best choice within the limits, and what each candidate is worth."""
        fixed = {"mandatory": list(state["mandatory"]), "excluded": list(state["excluded"])}
        both = [a for a in fixed["mandatory"] if a in fixed["excluded"]]
        if both:
            who = self.material.name(both[0])
            raise ParameterError(_("{name} can't be both in and out").format(name=who))
        among = portfolio.candidates(self.treated, **fixed)
        value = portfolio.scored_worth(self.worth, self.treated, among)
        plan = replace(self.plan, capacity=float(state["hours"]))
        limits = portfolio.choice_limits(plan, float(state["budget"]), self._cost, int(state["sponsors"]))
        must, points = fixed["mandatory"], _EACH + 1 if len(value) <= _EACH else _POINTS
        best = portfolio.choose_accounts(value, mandatory=must, points=points, tolerance=_NEAR, **limits)
        return best, value

    def figures(self, state: State) -> Figures:
        """The accounts that are carried, and what one more would bring."""
        best, value = self.choose(state)
        before, now = self._before, [str(a) for a in best.chosen]
        return Figures(
            message=self._message(best, before, now),
            table=self._table(value, before, now),
            picture=self._picture(state, best),
            cells={
                "key accounts": len(now),
                "value": best.objective,
                "hours": best.hours,
                **({"worth of one hour more": best.shadow_price} if best.shadow_price >= 0 else {}),
            },
            results={"choice": best, "value": value},
            notes=self._notes(best),
        )

    def _picture(self, state: State, best: ChosenAccounts) -> Marginal:
        curve, n = best.curve[best.curve["marginal"].notna()], len(best.chosen)
        return Marginal(
            curve["accounts"].to_numpy(),
            curve["marginal"].to_numpy(),
            n,
            (best.hours, float(state["hours"])),
            (n * self._cost, float(state["budget"])),
            (n, int(state["sponsors"])),
        )

    def _notes(self, best: ChosenAccounts) -> tuple[str, ...]:
        """What is not proven to be the best: the choice, or columns of the picture."""
        said = []
        if best.gap > 0:
            text = _("Another choice could be worth {gap} more at most.")
            said.append(text.format(gap=self.numbers.money(best.gap)))
        rough = best.curve[best.curve["gap"] > _NEAR * best.curve["value"].abs()]
        if len(rough):
            text = _("For {n} accounts and more the columns are found quickly, and may be higher.")
            said.append(text.format(n=self.numbers.count(rough["accounts"].iloc[0])))
        return tuple(said)

    @property
    def _before(self) -> tuple[str, ...]:
        """The accounts chosen under the decisions in force; none where these are impossible."""
        state = self.start()
        key = (tuple(state.items()), self.treated.index.size)
        if getattr(self, "_base", (None, ()))[0] != key:
            try:
                chosen = tuple(str(a) for a in self.choose(state)[0].chosen)
            except KamkitError:
                chosen = ()
            self._base = (key, chosen)
        return self._base[1]

    def _message(self, best: ChosenAccounts, before: tuple[str, ...], now: list[str]) -> str:
        text = ngettext(
            "{n} key account, worth {value} a year.", "{n} key accounts, worth {value} a year.", len(now)
        )
        said = text.format(n=self.numbers.count(len(now)), value=self.numbers.money(best.objective))
        comes, goes = set(now) - set(before), set(before) - set(now)
        if comes or goes:
            text = _("{said} {n} come in, {m} drop out.")
            return text.format(said=said, n=self.numbers.count(len(comes)), m=self.numbers.count(len(goes)))
        if best.shadow_price > 0:
            more = _("One hour more would bring {price}.").format(price=self.numbers.money(best.shadow_price))
            return f"{said} {more}"
        return said

    def _table(self, value: pd.Series, before: tuple[str, ...], now: list[str]) -> Table:
        """Who comes, who goes, and then the most valuable of those that stay."""
        were, are = set(before), set(now)
        comes = [a for a in now if a not in were]
        goes = [a for a in before if a not in are]
        stays = [a for a in now if a in were]
        listed = [*comes, *goes, *stays][:_ROWS]
        gained = set(comes)
        scale = self.numbers.scale([value.min(), value.max()])
        rows = []
        for account in listed:
            mark = "+ " if account in gained else "" if account in are else "\u2212 "
            worth = self.numbers.scaled(value.get(account), scale)
            hours = self.numbers.count(self.plan.hours.get(account, float("nan")))
            rows.append((mark + self.material.name(account), worth, hours))
        hidden = len(comes) + len(goes) + len(stays) - len(listed)
        note = ngettext("{n} more stays.", "{n} more stay.", hidden).format(n=self.numbers.count(hidden))
        heads = (_("Key account"), _("Worth, {unit}").format(unit=scale.unit_label), _("Hours"))
        marked = frozenset(range(min(len(comes) + len(goes), len(listed))))
        return Table(heads, tuple(rows), marked, note if hidden > 0 else "")
