"""Panel 3: other terms of trade; the contribution ladder and the whale curve follow."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import KamkitError
from kamkit.locale import N_, _
from kamkit.method import profitability
from kamkit.method.profitability import Terms, WhaleSummary
from kamkit.plots.profitability import RUNG_NAMES
from kamkit.workshop.panels.model import Control, Figures, Panel, State, Table

__all__ = ["Cost", "Whales"]

_ACCOUNTS = 60
_ALL, _SEGMENT, _ACCOUNT = "all", "segment: ", "account: "
_POINTS = 400


@dataclass(frozen=True)
class Whales:
    """Cumulative profit over the accounts, before and now: heights, and where the peaks are."""

    before: np.ndarray
    now: np.ndarray
    peaks: tuple[tuple[int, float], tuple[int, float]]
    accounts: int


class Cost(Panel):
    """What other prices, orders and service would do to the profit of customers."""

    name = "cost"
    title = N_("Cost to serve")
    question = N_("What if we asked for other prices, orders or service?")
    step = "02_customers"
    keys = ("customer_terms",)

    @cached_property
    def served(self) -> pd.DataFrame | None:
        """Cost of the teams' time by account; None where it is not traced."""
        return self._unless_missing(profitability.served_cost, ledger=self.material.table("ledger"))

    @cached_property
    def orders(self) -> pd.DataFrame | None:
        """Value of each order; None where the sales name none."""
        return self._unless_missing(profitability.order_values)

    def _unless_missing(self, function: Any, **given: Any) -> pd.DataFrame | None:
        try:
            return self.material.compute(function, **given)
        except KamkitError:
            return None

    @cached_property
    def segments(self) -> pd.Series:
        """Segment by account; empty where there are none."""
        stored = None if self.material.run is None else self.material.run.result("segments")
        if stored is None or "segment" not in stored:
            return pd.Series(dtype="object")
        return stored["segment"].dropna().astype(str)

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """For whom, and what changes; what the data can't tell is not offered."""
        shown = [
            Control("scope", _("For"), "choice", options=self._scopes()),
            Control("price", _("List price"), "change", -0.2, 0.2, 0.005),
            Control("discount", _("Discount, points of list"), "change", -0.2, 0.2, 0.005),
        ]
        if self.served is not None:
            most = self._largest_order()
            if most:
                shown.append(Control("minimum_order", _("Minimum order"), "money", 0.0, most, most / 40))
            shown += [
                Control("order_frequency", _("Number of orders"), "change", -0.8, 1.0, 0.05),
                Control("service_level", _("Time for other service"), "change", -0.8, 1.0, 0.05),
                Control("capacity_cost", _("Cost of the teams' time"), "change", -0.5, 0.5, 0.01),
            ]
        return tuple(shown)

    def _scopes(self) -> tuple[tuple[str, str], ...]:
        revenue = self.material.customers["invoiced_revenue"].sort_values(ascending=False, kind="stable")
        named = [(self.material.name(a), f"{_ACCOUNT}{a}") for a in revenue.index[:_ACCOUNTS]]
        parts = [(s, f"{_SEGMENT}{s}") for s in sorted(self.segments.unique())]
        return ((_("All customers"), _ALL), *parts, *named)

    def _largest_order(self) -> float:
        """End of the slider: nine of ten orders are below it, to two digits."""
        if self.orders is None or self.orders.empty:
            return 0.0
        usual = float(self.orders["value"].quantile(0.9))
        return float(f"{usual:.1g}")

    def start(self) -> dict[str, Any]:
        """The terms that were decided, else those of today."""
        self._check()
        decided = dict(self.material.decided("customer_terms", {}))
        state = {"scope": decided.pop("scope", _ALL), **asdict(Terms(**decided))}
        offered = {c.name for c in self.controls}
        return {name: value for name, value in state.items() if name in offered}

    def _check(self) -> None:
        """Say what is missing before anything is shown."""
        profitability.profit_basis(self.material.customers)
        profitability.contribution_ladder(self.material.customers)

    def decided(self, state: State) -> dict[str, Any]:
        """All terms and for whom are one decision."""
        return {"customer_terms": {k: v if k == "scope" else float(v) for k, v in state.items()}}

    def figures(self, state: State) -> Figures:
        """Ladder and whale curve under these terms, beside those of today."""
        terms = Terms(**{k: float(v) for k, v in state.items() if k != "scope"})
        before, among = self.material.customers, self._among(str(state["scope"]))
        now = profitability.changed_terms(before, terms, self.served, self.orders, among)
        ladders = [self._ladder_of_today(str(state["scope"])), self._ladder(now, among)]
        curves = [self._before, self._whale(now)]
        profits = [float(ladder["amount"].iloc[-1]) for ladder in ladders]
        return Figures(
            message=self._message(profits, [s for _curve, s in curves], str(state["scope"])),
            table=self._table(*ladders),
            picture=_whales(*curves),
            cells=_cells(profits, curves[1][1]),
            results={"pnl": now, "ladder": ladders[1], "whale": curves[1][1], "before": ladders[0]},
            notes=self._notes(),
        )

    def _among(self, scope: str) -> pd.Index | None:
        index = self.material.customers.index
        if scope.startswith(_SEGMENT):
            inside = self.segments.index[self.segments == scope.removeprefix(_SEGMENT)]
            return index.intersection(inside)
        return None if scope == _ALL else index[index == scope.removeprefix(_ACCOUNT)]

    def _ladder_of_today(self, scope: str) -> pd.DataFrame:
        """The ladder that no slider moves."""
        if scope not in self._ladders:
            self._ladders[scope] = self._ladder(self.material.customers, self._among(scope))
        return self._ladders[scope]

    @cached_property
    def _ladders(self) -> dict[str, pd.DataFrame]:
        return {}

    def _ladder(self, pnl: pd.DataFrame, among: pd.Index | None) -> pd.DataFrame:
        rows = pnl if among is None else pnl.loc[among]
        return profitability.contribution_ladder(rows).set_index("rung")

    def _whale(self, pnl: pd.DataFrame) -> tuple[np.ndarray, WhaleSummary]:
        profit = profitability.profit_basis(pnl).values
        summary = profitability.whale_summary(profit)
        return profitability.whale_curve(profit)["cumulative_profit"].to_numpy(), summary

    @cached_property
    def _before(self) -> tuple[np.ndarray, WhaleSummary]:
        return self._whale(self.material.customers)

    def _message(self, profits: list[float], whales: list[WhaleSummary], scope: str) -> str:
        change, losers = profits[1] - profits[0], whales[1].losers - whales[0].losers
        if abs(change) < 0.5:
            return _("The terms of today: profit {amount}.").format(amount=self.numbers.money(profits[0]))
        who = dict((value, text) for text, value in self._scopes()).get(scope, scope)
        text = _("{who}: profit {change} a year, to {amount}.")
        said = text.format(who=who, change=self.numbers.change(change), amount=self.numbers.money(profits[1]))
        if losers:
            more = _("{n} customers fewer lose money.") if losers < 0 else _("{n} customers more lose money.")
            said = f"{said} {more.format(n=self.numbers.count(abs(losers)))}"
        return said

    def _table(self, before: pd.DataFrame, now: pd.DataFrame) -> Table:
        scale = self.numbers.scale([*before["amount"], *now["amount"]])
        rows, moved = [], []
        pairs = zip(before["amount"].tolist(), now["amount"].tolist(), strict=True)
        for i, (rung, amounts) in enumerate(zip(before.index, pairs, strict=True)):
            texts = [self.numbers.scaled(a, scale) for a in amounts]
            rows.append((_(RUNG_NAMES[rung]), *texts, self.numbers.change(amounts[1] - amounts[0], scale)))
            if abs(amounts[1] - amounts[0]) > 0.5:
                moved.append(i)
        heads = (scale.unit_label, _("Today"), _("Then"), _("Change"))
        return Table(heads, tuple(rows), frozenset(moved))

    def _notes(self) -> tuple[str, ...]:
        said = _("Volume as today: what customers do about it is not in it.")
        if self.served is None:
            return (said, _("Orders and service can't be moved: the teams' time is not traced to customers."))
        return (said,)


def _whales(before: tuple[np.ndarray, WhaleSummary], now: tuple[np.ndarray, WhaleSummary]) -> Whales:
    peaks = tuple((s.peak_rank, s.peak) for _curve, s in (before, now))
    return Whales(_thinned(before[0]), _thinned(now[0]), peaks, len(now[0]))  # type: ignore[arg-type]


def _thinned(heights: np.ndarray) -> np.ndarray:
    """The curve from nothing, as (account, height), at no more points than the wall shows."""
    full = np.concatenate([[0.0], heights])
    at = np.unique(np.linspace(0, len(full) - 1, min(len(full), _POINTS)).round().astype(int))
    return np.column_stack([at, full[at]])


def _cells(profits: list[float], whale: WhaleSummary) -> dict[str, float]:
    return {
        "profit of today": profits[0],
        "profit then": profits[1],
        "peak of the whale curve": whale.peak,
        "erosion": whale.erosion,
        "customers that lose money": float(whale.losers),
    }
