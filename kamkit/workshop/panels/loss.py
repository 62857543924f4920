"""Panel 6: accounts that are lost; EBIT, idle time, months until they are replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from kamkit.errors import KamkitError, NotDefinedError, Sentence
from kamkit.locale import N_, _, ngettext
from kamkit.method import profitability, risk
from kamkit.method.risk import Stress
from kamkit.workshop.panels.model import Control, Figures, Panel, State, Table

__all__ = ["Loss", "LossSteps"]

_OFFERED, _STEPS, _ALONE = 200, 8, 12


@dataclass(frozen=True)
class LossSteps:
    """EBIT today, what each loss takes, and EBIT after: names and amounts; totals are first and last.

    ``alone`` are accounts and what the loss of each alone would take, where none is picked yet.
    """

    names: tuple[str, ...]
    amounts: tuple[float, ...]
    teams: tuple[tuple[str, float, float], ...]
    alone: tuple[tuple[str, float], ...] = ()


class Loss(Panel):
    """What losing these accounts together would do."""

    name = "loss"
    title = N_("Loss")
    question = N_("What if these accounts left us?")
    step = "09_measure"
    keys = ("risk.prepare", "risk.team_share")

    @cached_property
    def ebit(self) -> float:
        """EBIT of the period."""
        return float(self.material.compute(risk.operating_result))

    @cached_property
    def costs(self) -> pd.DataFrame:
        """What each account costs below its contribution."""
        return self.material.compute(
            risk.account_costs, among=self.material.customers.index, ledger=self.material.table("ledger")
        )

    @cached_property
    def _optional(self) -> dict[str, Any]:
        """Minutes by team, the teams' capacity and the pace of new business, as far as they are known."""
        today = self.material.engagement.period[1]
        pnl = self.material.pnl
        asked: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
            "minutes": (risk.team_minutes_by_account, {}),
            "capacity": (profitability.capacity_use, {}),
            "won_a_month": (risk.new_business, {"pnl": pnl, "today": today}),
        }
        known: dict[str, Any] = {}
        for name, (function, given) in asked.items():
            try:
                known[name] = self.material.compute(function, **given)
            except KamkitError:
                continue
        return known

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """The accounts, those that carry most EBIT first; and what can be cut within the year."""
        worth = self.losses(0.0).head(_OFFERED)
        options = tuple((self.material.name(a), str(a)) for a in worth.index)
        return (
            Control("lost", _("Accounts that leave"), "accounts", options=options),
            Control("team_share", _("Time of the teams that can be cut within the year"), "share", step=0.05),
        )

    def losses(self, team_share: float) -> pd.DataFrame:
        """What each account would take along."""
        return risk.account_losses(
            self.material.pnl,
            self.material.table("ledger"),
            team_share=team_share,
            costs=self.costs,
            ebit=self.ebit,
        )

    def start(self) -> dict[str, Any]:
        """The accounts whose loss is prepared for, and the share that can be cut, both as decided."""
        return {
            "lost": tuple(self.material.decided("risk.prepare", ())),
            "team_share": float(self.material.decided("risk.team_share", 0.0)),
        }

    def decided(self, state: State) -> dict[str, Any]:
        """The accounts to prepare for, and what can be cut."""
        return {"risk.prepare": list(state["lost"]), "risk.team_share": float(state["team_share"])}

    def figures(self, state: State) -> Figures:
        """EBIT before and after, cost that stays, months until the contribution is won again."""
        losses, lost = self.losses(float(state["team_share"])), list(state["lost"])
        gone = [a for a in lost if a not in losses.index]
        if gone:
            raise NotDefinedError(
                Sentence("{name} is no customer of this period", name=self.material.name(gone[0]))
            )
        if not lost:
            return self._nothing_lost(losses)
        avoided = losses["avoidable_cost"]
        together = risk.stress(
            self.material.pnl, lost, ebit=self.ebit, avoidable_cost=avoided, **self._optional
        )
        idle = float(losses.loc[lost, "idle_cost"].sum(skipna=False))
        return Figures(
            message=self._message(together),
            table=self._table(together, idle),
            picture=self._steps(losses.loc[lost], together),
            cells={**_cells(together), "idle_cost": idle},
            results={"stress": together, "losses": losses},
            notes=self._notes(together),
        )

    def _nothing_lost(self, losses: pd.DataFrame) -> Figures:
        """EBIT today, and what each of the largest would take alone."""
        top = losses.head(_ALONE)
        alone = tuple((self.material.name(a), -float(v)) for a, v in top["ebit_change"].items())
        rows = [(name, self.numbers.money(taken)) for name, taken in alone]
        return Figures(
            message=_("Nobody is lost: pick accounts on the left."),
            table=Table((_("Lost alone"), _("takes of EBIT")), tuple(rows)),
            picture=LossSteps((_("EBIT today"),), (self.ebit,), (), alone),
            cells={"ebit": self.ebit},
            results={"losses": losses},
        )

    def _message(self, together: Stress) -> str:
        n = len(together.accounts)
        parts = {
            "n": self.numbers.count(n),
            "loss": self.numbers.money(-together.ebit_change),
            "share": self.numbers.percent(together.share_of_ebit),
            "after": self.numbers.money(together.ebit_after),
        }
        if together.ebit_change >= 0:
            text = _("Losing them costs no EBIT: it would be {after}.")
        elif together.share_of_ebit == together.share_of_ebit:
            text = ngettext(
                "Losing this account takes {loss} of EBIT, {share} of it: {after} would be left.",
                "Losing these {n} accounts takes {loss} of EBIT, {share} of it: {after} would be left.",
                n,
            )
        else:
            text = ngettext(
                "Losing this account takes {loss}; EBIT would be {after}.",
                "Losing these {n} accounts takes {loss}; EBIT would be {after}.",
                n,
            )
        return text.format(**parts)

    def _table(self, together: Stress, idle: float) -> Table:
        money, count = self.numbers.money, self.numbers.count
        months = together.months_to_replace
        rows = [
            (_("Revenue lost"), money(together.revenue)),
            (_("… of all revenue"), self.numbers.percent(together.revenue_share)),
            (_("Contribution lost"), money(together.contribution)),
            (_("Cost that goes, too"), money(together.avoidable_cost)),
            (_("EBIT lost"), money(-together.ebit_change)),
            (_("EBIT after"), money(together.ebit_after)),
            (_("Cost of time left idle"), money(idle)),
            (_("Hours left idle"), count(together.idle_minutes / 60)),
            (_("Months to replace"), self.numbers.number(months)),
        ]
        return Table((_("Together"), _("A year")), tuple(rows), frozenset({4, 5}))

    def _steps(self, lost: pd.DataFrame, together: Stress) -> LossSteps:
        """One step for each loss, the smaller ones together where they are many."""
        changes = lost["ebit_change"].sort_values(kind="stable")
        names = [self.material.name(a) for a in changes.index]
        amounts = [float(v) for v in changes]
        if len(amounts) > _STEPS:
            rest = len(amounts) - _STEPS + 1
            names = [*names[: _STEPS - 1], _("{n} others").format(n=self.numbers.count(rest))]
            amounts = [*amounts[: _STEPS - 1], sum(amounts[_STEPS - 1 :])]
        teams = () if together.teams is None else _busy(together.teams)
        return LossSteps(
            (_("EBIT today"), *names, _("EBIT after")), (self.ebit, *amounts, together.ebit_after), teams
        )

    def _notes(self, together: Stress) -> tuple[str, ...]:
        if together.months_to_replace == together.months_to_replace:
            return ()
        return (_("Months to replace are not known: the accounts do not say since when they buy."),)


def _busy(teams: pd.DataFrame) -> tuple[tuple[str, float, float], ...]:
    """Use of each team before and after, those that lose most first."""
    known = teams.dropna(subset=["utilisation_before", "utilisation_after"])
    known = known.assign(less=known["utilisation_before"] - known["utilisation_after"])
    rows = known.sort_values("less", ascending=False, kind="stable").head(5)
    return tuple(
        (str(team), float(before), float(after))
        for team, before, after in zip(
            rows.index, rows["utilisation_before"], rows["utilisation_after"], strict=True
        )
    )


def _cells(together: Stress) -> dict[str, float]:
    names = ("revenue", "contribution", "ebit_change", "share_of_ebit", "ebit_after", "months_to_replace")
    cells = {name: float(getattr(together, name)) for name in names}
    return {name: value for name, value in cells.items() if value == value}
