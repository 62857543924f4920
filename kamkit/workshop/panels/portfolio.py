"""Scores, places and treatments from weights and cuts: as the step on choosing computes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from kamkit.method import portfolio, scoring

if TYPE_CHECKING:
    from kamkit.workshop.panels.material import Material

__all__ = ["CUTS", "Placing", "Standing"]

_NOTHING = 1e-6
CUTS = (0.5, 0.0)
"""The cuts where none were decided, as in the step on choosing."""


@dataclass(frozen=True)
class Standing:
    """Where every account stands: its scores and its treatment."""

    scores: pd.DataFrame
    treated: pd.DataFrame

    @cached_property
    def ranks(self) -> pd.Series:
        """Ranks by today's attractiveness from the highest score, equal ones sharing the better rank."""
        return self.scores["score"].rank(ascending=False, method="min").astype(int)


class Placing:
    """The accounts that were judged, to be placed by any weights and cuts."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.criteria = self._criteria("attractiveness")
        self.weighed = self._criteria(material.counting)
        self._stood: tuple[Any, Standing] | None = None
        self._profits: pd.Series | None = None

    def _criteria(self, instrument: str) -> pd.DataFrame:
        return self.material.compute(scoring.instrument_criteria, instrument=instrument)

    @property
    def weights(self) -> dict[str, float]:
        """The weights in force: decided, else as the criteria state them."""
        stated = {str(item): float(w) for item, w in self.criteria["weight"].items()}
        decided = self.material.decided("choice.weights")
        return stated if decided is None else {item: float(decided[item]) for item in stated}

    @property
    def cuts(self) -> tuple[float, float]:
        """The cuts in force."""
        height, lead = self.material.decided("choice.cuts", CUTS)
        return float(height), float(lead)

    @cached_property
    def pnl(self) -> pd.DataFrame | None:
        """The customer P&L, None where it is not known."""
        return self.material.if_known("pnl")

    def stand(
        self, weights: Mapping[str, float] | None = None, cuts: Sequence[float] | None = None
    ) -> Standing:
        """Where the accounts stand under these weights and cuts; those in force where none are given."""
        weighed = self.weights if weights is None else dict(weights)
        asked, key = self.cuts if cuts is None else cuts, tuple(weighed.items())
        if self._stood is None or self._stood[0] != key:
            standing = self._scored(weighed, asked)
            self._stood = (key, standing)
            return standing
        known = self._stood[1]
        placed = portfolio.recut(known.treated, asked)
        return Standing(known.scores, self._treated(placed, known.scores))

    def _scored(self, weights: dict[str, float], cuts: Sequence[float]) -> Standing:
        """Where they stand by these weights; cuts that are moved later leave the scores as they are."""
        scores = horizon = self._today.score(weights)
        if self.material.counting != "attractiveness":
            horizon = self._then.score(weights)
        placed = portfolio.place(scores["score"], self.material.strength, cuts, horizon["score"])
        return Standing(scores, self._treated(placed, scores))

    def _treated(self, placed: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
        profits = self._profits
        if profits is not None and not placed.index.equals(profits.index):
            profits = None
        treated = portfolio.treatment(placed, self.pnl if profits is None else profits, scores["gate_failed"])
        self._profits = treated["profit"]
        return treated

    @cached_property
    def _today(self) -> scoring.Weighing:
        return scoring.Weighing(self.material.values, self.criteria)

    @cached_property
    def _then(self) -> scoring.Weighing:
        return scoring.Weighing(self.material.later, self.weighed)

    def revenue(self, index: pd.Index) -> pd.Series:
        """Invoiced revenue by account, NaN where it is not known."""
        if self.pnl is None:
            return pd.Series(float("nan"), index)
        return self.pnl["invoiced_revenue"].reindex(index)


def weights_after(weights: Mapping[str, float], moved: str, value: float) -> dict[str, Any]:
    """The weights after one was moved: the others keep their proportions, and the sum stays at one.

    | ``others_j = w_j · (1 − value) / sum of the others``; alike where all others were at nothing

    Examples
    --------
    >>> weights_after({"growth": 0.5, "fit": 0.3, "price": 0.2}, "growth", 0.75)
    {'growth': 0.75, 'fit': 0.15, 'price': 0.1}
    """
    others = {item: w for item, w in weights.items() if item != moved}
    left, total = 1.0 - value, sum(others.values())
    if not others:
        return {moved: 1.0}
    shared = {i: left * w / total if total > _NOTHING else left / len(others) for i, w in others.items()}
    return {item: value if item == moved else round(shared[item], 12) for item in weights}
