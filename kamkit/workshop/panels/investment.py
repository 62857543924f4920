"""Panel 5: what the programme is worth, and what that hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from kamkit.locale import N_, _
from kamkit.method import investment
from kamkit.method.investment import CaseSimulation, InvestmentCase
from kamkit.method.investment.simulation import ends_of
from kamkit.workshop.panels.model import Control, Figures, Panel, State, Table

__all__ = ["Futures", "Investment"]

_FLOWS = ["year", "revenue_uplift", "incremental_contribution", "programme_cost"]
_RATE = 0.10
"""Discount rate where neither a decision nor the configuration says one, as in the step on strategies."""


@dataclass(frozen=True)
class Futures:
    """The distribution of the net present value, and what each input alone does to it."""

    histogram: pd.DataFrame
    tornado: pd.DataFrame
    simulation: CaseSimulation


class Investment(Panel):
    """What the account plans together are worth when they turn out otherwise."""

    name = "investment"
    title = N_("Investment")
    question = N_("What if it brings less, takes longer, or must earn more?")
    step = "05_strategies"
    keys = ("case_ranges", "case_years", "required_return")

    @cached_property
    def programme(self) -> InvestmentCase:
        """All account plans together, as far as they reach."""
        found = self.material.compute(
            investment.planned_cases,
            rate=self._required,
            required_return=self._required,
            pnl=self.material.if_known("pnl"),
        )
        return found.programme

    @property
    def _required(self) -> float:
        """The required return in force: decided, else as configured."""
        controls = self.material.engagement.config.controls
        required = self.material.decided("required_return", controls.required_return)
        return float(required if required is not None else controls.capital_rate or _RATE)

    @property
    def _ranges(self) -> Mapping[str, Any]:
        """How plans may turn out: decided, else the report's first assumption."""
        decided = self.material.decided("case_ranges", investment.RANGES)
        return {name: tuple(v) if isinstance(v, (list, tuple)) else v for name, v in decided.items()}

    @property
    def _longest(self) -> int:
        return len(self.programme.table) - 1

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """What the plans bring and cost, in percent of what they say; time; and the required return."""
        return (
            Control("uplift", _("Contribution, of what is planned"), "share", 0.0, 2.0, 0.05),
            Control("ramp", _("Later than planned"), "number", 0.0, 3.0, 0.25, unit=_("years")),
            Control("cost", _("Cost, of what is planned"), "share", 0.5, 2.0, 0.05),
            Control("years", _("Horizon"), "number", 1.0, float(max(self._longest, 1)), 1.0, unit=_("years")),
            Control("required_return", _("Required return a year"), "share", 0.0, 0.30, 0.005),
        )

    def start(self) -> dict[str, Any]:
        """The middle of the ranges in force, the horizon and the required return in force."""
        middle = {name: ends_of(self._ranges.get(name, default))[1] for name, default in _PLANNED.items()}
        years = self.material.decided("case_years")
        return {
            **middle,
            "years": float(self._longest if years is None else min(years, self._longest)),
            "required_return": self._required,
        }

    def decided(self, state: State) -> dict[str, Any]:
        """Ranges around where the sliders stand, the horizon and the required return."""
        return {
            "case_ranges": {name: list(ends_of(r)) for name, r in self.ranges(state).items()},
            "case_years": int(state["years"]),
            "required_return": float(state["required_return"]),
        }

    def ranges(self, state: State) -> dict[str, Any]:
        """The ranges in force, moved so that their middle is where the slider stands."""
        moved = dict(self._ranges)
        for name in _PLANNED:
            moved[name] = _around(
                ends_of(moved.get(name, _PLANNED[name])), float(state[name]), name == "ramp"
            )
        return moved

    def case(self, state: State) -> InvestmentCase:
        """The programme within the horizon, at the required return."""
        rate, planned = float(state["required_return"]), self.programme
        flows = planned.table[_FLOWS].head(int(state["years"]) + 1)
        return investment.case_of(flows, rate, planned.counterfactual, rate)

    def figures(self, state: State) -> Figures:
        """Net present value, its distribution and its tornado."""
        case, ranges = self.case(state), self.ranges(state)
        simulation = investment.simulate_case(case, **ranges, seed=self._seed)
        hangs_on = investment.tornado(case, **ranges)
        now = _worth(case, simulation, hangs_on)
        return Figures(
            message=self._message(simulation),
            table=self._table(now, self._before),
            picture=Futures(investment.npv_histogram(simulation, 20), hangs_on, simulation),
            cells={name: value for name, value in now.items() if value == value},
            results={"case": case, "simulation": simulation, "tornado": hangs_on},
        )

    @property
    def _seed(self) -> int:
        return int(self.material.decided("seed", 2025))

    @property
    def _before(self) -> dict[str, float]:
        """The figures of the decisions in force."""
        state = self.start()
        key = (tuple(state.items()), str(self._ranges), self._seed)
        if getattr(self, "_base", (None, {}))[0] != key:
            case, ranges = self.case(state), self.ranges(state)
            simulation = investment.simulate_case(case, **ranges, seed=self._seed)
            self._base = (key, _worth(case, simulation, investment.tornado(case, **ranges)))
        return self._base[1]

    def _message(self, simulation: CaseSimulation) -> str:
        parts = {
            "loss": self.numbers.percent(simulation.probability_of_loss),
            "mean": self.numbers.money(simulation.mean),
        }
        if simulation.mean >= 0:
            text = _(
                "Worth {mean} on average; in {loss} of the futures it does not earn the required return."
            )
        else:
            text = _("A loss of value: {mean} on average; {loss} of the futures do not earn the return.")
        return text.format(**parts)

    def _table(self, now: Mapping[str, float], before: Mapping[str, float]) -> Table:
        rows = []
        for name, (words, write) in _ROWS.items():
            texts = [getattr(self.numbers, write)(values[name]) for values in (before, now)]
            rows.append((_(words), *texts))
        moved = frozenset(i for i, (_n, one, other) in enumerate(rows) if one != other)
        return Table((_("All plans together"), _("In force"), _("Now")), tuple(rows), moved)


_PLANNED: Mapping[str, float] = {"uplift": 1.0, "ramp": 0.0, "cost": 1.0}
_ROWS = {
    "most_likely": (N_("Value, most likely"), "money"),
    "mean": (N_("Value, mean of all futures"), "money"),
    "low": (N_("One in twenty is below"), "money"),
    "high": (N_("One in twenty is above"), "money"),
    "probability_of_loss": (N_("Futures below the return"), "percent"),
    "irr": (N_("Yield of the plan as written"), "percent"),
    "discounted_payback": (N_("Years until it has paid back"), "number"),
}


def _worth(case: InvestmentCase, simulation: CaseSimulation, hangs_on: pd.DataFrame) -> dict[str, float]:
    return {
        "most_likely": float(hangs_on["npv_base"].iloc[0]),
        "mean": simulation.mean,
        "low": simulation.low,
        "high": simulation.high,
        "probability_of_loss": simulation.probability_of_loss,
        "irr": case.irr,
        "discounted_payback": case.discounted_payback,
    }


def _around(ends: tuple[float, float, float], middle: float, shifted: bool) -> tuple[float, float, float]:
    """A range moved to another middle: a delay is shifted, all others keep their proportions.

    >>> _around((0.6, 1.0, 1.3), 0.5, False), _around((0.0, 0.0, 0.5), 1.0, True)
    ((0.3, 0.5, 0.65), (1.0, 1.0, 1.5))
    """
    low, usual, high = ends
    if shifted or usual == 0:
        return tuple(max(0.0, v - usual + middle) for v in ends)  # type: ignore[return-value]
    return low / usual * middle, middle, high / usual * middle
