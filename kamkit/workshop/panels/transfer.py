"""Panel 7: transfer prices; what one unit gains another loses, and the group stays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kamkit.locale import N_, _, ngettext
from kamkit.method import programme
from kamkit.workshop.panels.model import Control, Figures, Panel, State, Table

__all__ = ["Sweep", "Transfer"]

_MOST, _STEP = 2.0, 0.05
_POINTS = np.linspace(0.0, _MOST, 9)
_TODAY = 1.0


@dataclass(frozen=True)
class _Known:
    """What no slider moves: units, their results at the points of the picture and today, conflicts today."""

    units: pd.Index
    lines: np.ndarray
    today: pd.Series
    conflicts: int


@dataclass(frozen=True)
class Sweep:
    """Results over the transfer price: a line for each unit and one for the group, and where we stand."""

    factors: np.ndarray
    units: tuple[str, ...]
    results: np.ndarray
    group: float
    factor: float


class Transfer(Panel):
    """What other transfer prices would do to each business unit."""

    name = "transfer"
    title = N_("Transfer price")
    question = N_("What if units paid each other more, or less?")
    step = "09_measure"
    keys = ("transfer.factor",)

    @cached_property
    def results(self) -> pd.DataFrame:
        """Result of every account in every unit."""
        return self.material.handed_on(
            "group_results", lambda: self.material.compute(programme.group_results)
        )

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """One slider, in percent of today's price."""
        return (Control("factor", _("Transfer price, of today's"), "share", 0.0, _MOST, _STEP),)

    def start(self) -> dict[str, Any]:
        """The price that was decided, else today's."""
        self._needed()
        return {"factor": float(self.material.decided("transfer.factor", 1.0))}

    def _needed(self) -> None:
        """Say what is missing before anything is shown."""
        programme.transfer_sweep(self.results, [_TODAY])

    def decided(self, state: State) -> dict[str, Any]:
        """The price as a multiple of today's."""
        return {"transfer.factor": float(state["factor"])}

    def figures(self, state: State) -> Figures:
        """Result of each unit at this price, beside today's."""
        factor, known = float(state["factor"]), self._known
        sweep = programme.transfer_sweep(self.results, [factor])
        now = pd.Series(sweep["unit_result"].to_numpy(), known.units)
        group = float(sweep["group_result"].iloc[0])
        conflicts = (known.conflicts, int(sweep["conflicts"].iloc[0]))
        return Figures(
            message=self._message(now - known.today, group),
            table=self._table(known.today, now, group, conflicts),
            picture=Sweep(_POINTS, tuple(map(str, known.units)), known.lines, group, factor),
            cells={"group": group, "conflicts": conflicts[1], **{str(u): float(v) for u, v in now.items()}},
            results={"sweep": sweep, "today": known.today, "now": now},
        )

    @cached_property
    def _known(self) -> _Known:
        sweep = programme.transfer_sweep(self.results, [*_POINTS, _TODAY])
        lines = sweep["unit_result"].to_numpy().reshape(len(_POINTS) + 1, -1)
        units = pd.Index(sweep["bu_id"].iloc[: lines.shape[1]], name="bu_id")
        conflicts = int(sweep["conflicts"].iloc[-1])
        return _Known(units, lines[:-1].T, pd.Series(lines[-1], units), conflicts)

    def _message(self, change: pd.Series, group: float) -> str:
        if float(change.abs().max()) < 0.005:
            return _("At today's prices. The group earns {group}, whatever the units pay each other.").format(
                group=self.numbers.money(group)
            )
        wins, loses = str(change.idxmax()), str(change.idxmin())
        return _("{winner} gains {gain}, {loser} loses {loss}; the group stays at {group}.").format(
            winner=wins,
            loser=loses,
            gain=self.numbers.money(change[wins]),
            loss=self.numbers.money(-change[loses]),
            group=self.numbers.money(group),
        )

    def _table(self, today: pd.Series, now: pd.Series, group: float, conflicts: tuple[int, int]) -> Table:
        scale = self.numbers.scale([*today, *now, group])
        rows, moved = [], set()
        for i, unit in enumerate(today.index):
            change = float(now[unit] - today[unit])
            sign = "▲ " if change > 0.005 else "▼ " if change < -0.005 else ""
            if sign:
                moved.add(i)
            money = [self.numbers.scaled(v[unit], scale) for v in (today, now)]
            rows.append((str(unit), *money, sign + self.numbers.change(change, scale)))
        stays = self.numbers.scaled(group, scale)
        rows.append((_("All units"), stays, stays, self.numbers.change(0.0, scale)))
        text = ngettext(
            "{n} account is good for the group and bad for a unit at this price; today {m}.",
            "{n} accounts are good for the group and bad for a unit at this price; today {m}.",
            conflicts[1],
        )
        note = text.format(n=self.numbers.count(conflicts[1]), m=self.numbers.count(conflicts[0]))
        heads = (_("Unit, {unit}").format(unit=scale.unit_label), _("Today"), _("Now"), _("Change"))
        return Table(heads, tuple(rows), frozenset(moved), note)
