"""Panel 1: the weight of each criterion; ranking and matrix follow."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kamkit.locale import N_, _, ngettext
from kamkit.workshop.panels.model import Control, Figures, Panel, State, Table
from kamkit.workshop.panels.placement import Placement, placement
from kamkit.workshop.panels.portfolio import Placing, Standing, weights_after
from kamkit.workshop.panels.words import treatment_word

__all__ = ["Weights"]

_ROWS = 14
_STEP = 0.01


class Weights(Panel):
    """What the weights of the criteria do to scores, ranks and treatments."""

    name = "weights"
    title = N_("Weights")
    question = N_("What if another criterion counted for more?")
    step = "04_choose"
    keys = ("choice.weights",)

    @cached_property
    def placing(self) -> Placing:
        """The accounts that were judged."""
        return Placing(self.material)

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """A slider for each criterion."""
        texts: Any = self.placing.criteria.get("text", {})
        return tuple(
            Control(str(item), str(texts.get(item, item)), "share", step=_STEP)
            for item in self.placing.criteria.index
        )

    def start(self) -> dict[str, Any]:
        """The weights in force."""
        return dict(self.placing.weights)

    def moved(self, state: State, name: str, value: Any) -> dict[str, Any]:
        """The others keep their proportions, and all add up to one."""
        return weights_after(state, name, float(value))

    def decided(self, state: State) -> dict[str, Any]:
        """All the weights are one decision."""
        return {"choice.weights": {item: float(weight) for item, weight in state.items()}}

    def figures(self, state: State) -> Figures:
        """Ranks, places and treatments under these weights, beside those in force."""
        before, now = self._before, self.placing.stand(weights=dict(state))
        sheet = compared(before, now)
        flips = sheet["flips"]
        return Figures(
            message=self._message(sheet),
            table=self._table(sheet),
            picture=self._picture(now, flips),
            cells=self._cells(sheet),
            results={"ranking": sheet, "scores": now.scores, "treatment": now.treated},
        )

    @property
    def _before(self) -> Standing:
        """The standing under the weights in force, computed again only when they were decided anew."""
        force = tuple(self.start().items())
        if getattr(self, "_base", (None, None))[0] != force:
            self._base = (force, self.placing.stand())
        return self._base[1]

    def _picture(self, now: Standing, flips: pd.Series) -> Placement:
        return placement(now.treated, self.placing.revenue(now.treated.index), flips, self.material.name)

    def _message(self, sheet: pd.DataFrame) -> str:
        moved, flips = int((sheet["rank"] != sheet["rank_before"]).sum()), int(sheet["flips"].sum())
        if not moved and not flips:
            return _("All accounts stand where the weights in force put them.")
        ranked = ngettext(
            "{n} of {all} accounts changes its rank", "{n} of {all} accounts change their rank", moved
        ).format(n=self.numbers.count(moved), all=self.numbers.count(len(sheet)))
        treated = ngettext("{n} its treatment", "{n} their treatment", flips)
        return _("{ranks}, {treatments}.").format(
            ranks=ranked, treatments=treated.format(n=self.numbers.count(flips))
        )

    def _table(self, sheet: pd.DataFrame) -> Table:
        """The highest scores, and then the accounts further down that flip."""
        order = np.lexsort((sheet["rank_before"], sheet["rank"]))
        top, below = np.split(order, [_ROWS - 3])
        shown = sheet.iloc[[*top, *below[sheet["flips"].to_numpy()[below]][:3]]]
        rows = [
            self._row(account, cells) for account, cells in zip(shown.index, shown.itertuples(), strict=True)
        ]
        heads = (_("Rank"), _("Account"), _("Score"), _("Treatment"))
        hidden = int(sheet["flips"].sum() - shown["flips"].sum())
        note = ngettext("{n} more flips further down.", "{n} more flip further down.", hidden)
        return Table(
            heads,
            tuple(rows),
            frozenset(i for i, flips in enumerate(shown["flips"]) if flips),
            note.format(n=self.numbers.count(hidden)) if hidden else "",
        )

    def _row(self, account: Any, cells: Any) -> tuple[str, ...]:
        climbed = int(cells.rank_before - cells.rank)
        move = f" ▲{climbed}" if climbed > 0 else f" ▼{-climbed}" if climbed < 0 else ""
        treated = treatment_word(cells.treatment)
        if cells.flips:
            treated = _("{now} (was: {before})").format(
                now=treated, before=treatment_word(cells.treatment_before)
            )
        score = self.numbers.percent(cells.score)
        return f"{cells.rank}{move}", self.material.name(account), score, treated

    def _cells(self, sheet: pd.DataFrame) -> dict[str, float]:
        invest = int((sheet["treatment"] == "invest").sum())
        return {
            "accounts": len(sheet),
            "rank changes": int((sheet["rank"] != sheet["rank_before"]).sum()),
            "treatment changes": int(sheet["flips"].sum()),
            "accounts to invest in": invest,
        }


def compared(before: Standing, now: Standing) -> pd.DataFrame:
    """Every account now and before: rank, score, treatment, and whether the treatment flips.

    Ranks are those of today's attractiveness; an account that lacks a treatment never flips.
    """
    index, treatments = now.scores.index, []
    for standing in (now, before):
        given = standing.treated["treatment"]
        treatments.append(given if given.index.equals(index) else given.reindex(index))
    then, was = (t.to_numpy(dtype=object) for t in treatments)
    known = pd.notna(then) & pd.notna(was)
    return pd.DataFrame(
        {
            "score": now.scores["score"].to_numpy(),
            "score_before": before.scores["score"].to_numpy(),
            "rank": now.ranks.to_numpy(),
            "rank_before": before.ranks.to_numpy(),
            "treatment": then,
            "treatment_before": was,
            "flips": known & (then != was),
        },
        index,
    )
