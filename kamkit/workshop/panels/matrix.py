"""Panel 2: the cuts of the matrix; accounts change their treatment."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kamkit.locale import N_, _, ngettext
from kamkit.workshop.panels.model import Control, Figures, Panel, State, Table
from kamkit.workshop.panels.placement import placement
from kamkit.workshop.panels.portfolio import Placing, Standing
from kamkit.workshop.panels.weights import compared
from kamkit.workshop.panels.words import TREATMENTS, treatment_word

__all__ = ["Matrix", "by_treatment"]

_LEAD_STEP, _HEIGHT_STEP = 0.05, 0.01


class Matrix(Panel):
    """What the cuts of attractiveness and strength do to the treatments."""

    name = "matrix"
    title = N_("Matrix")
    question = N_("What if we asked for more, or for less?")
    step = "04_choose"
    keys = ("choice.cuts",)

    @cached_property
    def placing(self) -> Placing:
        """The accounts that were judged."""
        return Placing(self.material)

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """Two cuts; strength within what its scale allows."""
        strength = self.material.strength
        reach = max(1.0, float(np.ceil(strength.abs().max())))
        return (
            Control("attractiveness", _("Attractive from"), "share", step=_HEIGHT_STEP),
            Control(
                "strength", _("Ahead from a lead of"), "number", -reach, reach, _LEAD_STEP, unit=_("points")
            ),
        )

    def start(self) -> dict[str, Any]:
        """The cuts in force."""
        return dict(zip(("attractiveness", "strength"), self.placing.cuts, strict=True))

    def decided(self, state: State) -> dict[str, Any]:
        """Both cuts are one decision."""
        return {"choice.cuts": [float(state["attractiveness"]), float(state["strength"])]}

    def figures(self, state: State) -> Figures:
        """Treatments under these cuts, with their number of accounts, revenue and profit."""
        before = self._before
        now = self.placing.stand(cuts=self.decided(state)["choice.cuts"])
        sheet = compared(before, now)
        revenue = self.placing.revenue(now.treated.index)
        was, sums = by_treatment(before.treated, revenue), by_treatment(now.treated, revenue)
        return Figures(
            message=self._message(sheet),
            table=self._table(sums, was, sheet),
            picture=replace(
                placement(now.treated, revenue, sheet["flips"], self.material.name), are_dragged=True
            ),
            cells=_cells(sums),
            results={"by_treatment": sums, "before": was, "treatment": now.treated, "flips": sheet},
        )

    @property
    def _before(self) -> Standing:
        """The standing under the cuts in force."""
        force = (self.placing.cuts, tuple(self.placing.weights.items()))
        if getattr(self, "_base", (None, None))[0] != force:
            self._base = (force, self.placing.stand())
        return self._base[1]

    def _message(self, sheet: pd.DataFrame) -> str:
        flips = int(sheet["flips"].sum())
        if not flips:
            return _("No account changes its treatment.")
        text = ngettext(
            "{n} of {all} accounts changes its treatment: {who}.",
            "{n} of {all} accounts change their treatment: {who}.",
            flips,
        )
        named = [self.material.name(a) for a in sheet.index[sheet["flips"]][:2]]
        who = ", ".join([*named, "…"] if flips > len(named) else named)
        said = text.format(n=self.numbers.count(flips), all=self.numbers.count(len(sheet)), who=who)
        return said.replace("….", "…")

    def _table(self, sums: pd.DataFrame, was: pd.DataFrame, sheet: pd.DataFrame) -> Table:
        scale = self.numbers.scale([*sums["revenue"], *sums["profit"]])
        heads = (
            _("Treatment"),
            _("Accounts"),
            _("Revenue, {unit}").format(unit=scale.unit_label),
            _("Profit, {unit}").format(unit=scale.unit_label),
        )
        rows = []
        for treatment in sums.index:
            less = int(sums.loc[treatment, "accounts"] - was.loc[treatment, "accounts"])
            count = self.numbers.count(sums.loc[treatment, "accounts"])
            count += f" ({less:+d})".replace("-", "\u2212") if less else ""
            money = [self.numbers.scaled(sums.loc[treatment, c], scale) for c in ("revenue", "profit")]
            rows.append((_name(treatment), count, *money))
        moved = frozenset(
            i for i, t in enumerate(sums.index) if sums.loc[t, "accounts"] != was.loc[t, "accounts"]
        )
        without = int(sheet["treatment"].isna().sum())
        note = ngettext(
            "{n} account that was judged has no place: nobody says how strong we are there.",
            "{n} accounts that were judged have no place: nobody says how strong we are there.",
            without,
        )
        return Table(heads, tuple(rows), moved, note.format(n=self.numbers.count(without)) if without else "")


def by_treatment(treated: pd.DataFrame, revenue: pd.Series) -> pd.DataFrame:
    """Accounts, revenue and profit of each treatment, and of all together.

    An amount that is not known for an account of a treatment is not known for the treatment.

    Returns
    -------
    DataFrame
        Indexed by treatment, ``all`` last: accounts (number), revenue, profit (money, NaN where not known).

    Examples
    --------
    >>> treated = pd.DataFrame({"treatment": ["invest", "exit"], "profit": [5.0, -2.0]}, index=["a", "b"])
    >>> by_treatment(treated, pd.Series({"a": 50.0, "b": 20.0})).loc["all"].tolist()
    [2.0, 70.0, 3.0]
    """
    known = treated[treated["treatment"].notna()]
    rows = pd.DataFrame({"revenue": revenue.reindex(known.index), "profit": known["profit"]})
    grouped = rows.groupby(known["treatment"].astype(object))
    complete = rows.notna().groupby(known["treatment"].astype(object)).all()
    sums = grouped.sum().where(complete)
    sums.insert(0, "accounts", grouped.size())
    sums = sums.reindex(list(TREATMENTS))
    sums["accounts"] = sums["accounts"].fillna(0)
    sums.loc[sums["accounts"] == 0, ["revenue", "profit"]] = 0.0
    sums.loc["all"] = sums.sum(skipna=False)
    return sums.rename_axis("treatment")


def _name(treatment: str) -> str:
    return _("All") if treatment == "all" else treatment_word(treatment)


def _cells(sums: pd.DataFrame) -> dict[str, float]:
    return {
        f"{treatment} {column}": float(value)
        for treatment in sums.index
        for column, value in sums.loc[treatment].items()
        if value == value
    }
