"""Panel 2: the cuts of the matrix; accounts change their treatment."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kamkit.locale import N_, _, ngettext
from kamkit.workshop.panels.material import Material
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

    def __init__(self, material: Material) -> None:
        super().__init__(material)
        self._base: tuple[Any, Any] = (None, None)

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
        before, was = self._before
        now = self.placing.stand(cuts=self.decided(state)["choice.cuts"])
        sheet = compared(before, now)
        revenue = self.placing.revenue(now.treated.index)
        sums = by_treatment(now.treated, revenue)
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
    def _before(self) -> tuple[Standing, pd.DataFrame]:
        """The standing under the cuts in force, and its treatments added up."""
        force = (self.placing.cuts, tuple(self.placing.weights.items()))
        if self._base[0] != force:
            before = self.placing.stand()
            revenue = self.placing.revenue(before.treated.index)
            self._base = (force, (before, by_treatment(before.treated, revenue)))
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
        less = (sums["accounts"] - was["accounts"]).to_numpy(dtype=int)
        for (treatment, accounts, *money), change in zip(sums.itertuples(), less, strict=True):
            count = self.numbers.count(accounts)
            count += f" ({change:+d})".replace("-", "\u2212") if change else ""
            rows.append((_name(treatment), count, *(self.numbers.scaled(amount, scale) for amount in money)))
        moved = frozenset(np.flatnonzero(less).tolist())
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
    given = treated["treatment"].to_numpy(dtype=object)
    inside = given[:, None] == np.array(TREATMENTS, dtype=object)
    money = [revenue.reindex(treated.index).to_numpy(dtype=float), treated["profit"].to_numpy(dtype=float)]
    sums = np.array([inside.sum(axis=0), *([amounts[i].sum() for i in inside.T] for amounts in money)])
    return pd.DataFrame(
        np.column_stack([sums, sums.sum(axis=1)]).T,
        pd.Index([*TREATMENTS, "all"], name="treatment"),
        ["accounts", "revenue", "profit"],
    )


def _name(treatment: str) -> str:
    return _("All") if treatment == "all" else treatment_word(treatment)


def _cells(sums: pd.DataFrame) -> dict[str, float]:
    return {
        f"{treatment} {column}": float(value)
        for treatment, *values in sums.itertuples()
        for column, value in zip(sums.columns, values, strict=True)
        if value == value
    }
