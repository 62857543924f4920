"""What the figures recommend, for the keys where a rule says so: the same functions as in the steps."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamkit.engagement.decisions.log import FILE
from kamkit.errors import KamkitError, NotDefinedError, Sentence

if TYPE_CHECKING:
    import pandas as pd

    from kamkit.engagement.engagement import Engagement

__all__ = ["RULES", "NewestRun", "newest_run", "recommended"]


@dataclass(frozen=True)
class NewestRun:
    """The newest run that succeeded: its folder, and hashes of the data it was made of."""

    folder: Path
    inputs: Mapping[str, str]

    @property
    def id(self) -> str:
        """Name of the run."""
        return self.folder.name

    def result(self, name: str) -> pd.DataFrame | None:
        """A table that a step handed on; None where there is none, or a gap in its place."""
        if not self._file(name).is_file() or self.note(name).get("gap"):
            return None
        import pandas as pd

        return pd.read_parquet(self._file(name))

    def note(self, name: str) -> dict[str, Any]:
        """What a table says of how it was made; empty where there is no such table."""
        if not self._file(name).is_file():
            return {}
        import pyarrow.parquet as pq

        return json.loads((pq.read_schema(self._file(name)).metadata or {}).get(b"kamkit", b"{}"))

    def _file(self, name: str) -> Path:
        return self.folder / "tables" / f"{name}.parquet"


def newest_run(engagement: Engagement) -> NewestRun | None:
    """The newest run that succeeded, whatever it was made of."""
    for folder in sorted((engagement.path / "runs").glob("*T*Z-*"), reverse=True):
        try:
            record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
            if record["status"] == "succeeded" and bool(record.get("anonymous")) == engagement.anonymous:
                inputs = {name: sha for name, sha in record["inputs"].items() if name != FILE}
                return NewestRun(folder, inputs)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return None


class _Figures:
    """What the rules may look at: the tables of a run, the client's tables, the decisions in force."""

    def __init__(self, engagement: Engagement, run: NewestRun) -> None:
        self.engagement, self.run = engagement, run

    def result(self, name: str, rests_on: tuple[str, ...] = ()) -> pd.DataFrame:
        """A table of the run, if the decisions that it rests on are still those of today."""
        table, under = self.run.result(name), self.run.note(name).get("decisions", {})
        if table is None:
            raise NotDefinedError(Sentence("the run has no {table}", table=name), where=self.run.id)
        moved = [k for k in rests_on if k in under and under[k] != self._in_force.get(k, [])]
        if moved:
            raise NotDefinedError(
                Sentence("{table} was made under another {key}", table=name, key=moved[0]), where=self.run.id
            )
        return table

    def table(self, name: str) -> pd.DataFrame:
        """A table of the client's."""
        table = self.engagement.table(name)
        if table is None:
            raise NotDefinedError(Sentence("there is no table {table}", table=name), where=name)
        return table

    def decided(self, key: str, default: Any) -> Any:
        """The value in force of another key."""
        return self._in_force.get(key, [default])[0]

    @cached_property
    def _in_force(self) -> dict[str, list[Any]]:
        return {key: [value] for key, value in self.engagement.in_force().items()}

    @cached_property
    def free_choice(self) -> tuple[str, ...]:
        """The key accounts of highest value if none were mandatory and none excluded."""
        from kamkit.method import portfolio

        treated = self.result("treatment", rests_on=("choice.cuts",))
        pnl = self.result("customer_pnl")
        among = portfolio.candidates(treated)
        worth = portfolio.growth_worth(pnl, self.decided("choice.uplift", 0.10), treated.index)
        value = portfolio.scored_worth(worth, treated, among)
        capacity = self.decided("choice.hours", None)
        plan = portfolio.hours_plan(self.table("assignments"), treated.index, capacity)
        return portfolio.choose_accounts(value, plan.hours, plan.capacity).chosen


def _of_the_free_choice(figures: _Figures, listed: Any) -> list[str]:
    """Which of the listed accounts the figures alone would choose."""
    return sorted(set(map(str, listed)) & set(map(str, figures.free_choice)))


def _best_separated(figures: _Figures, _value: Any) -> int:
    """The best separated of the stable numbers of segments."""
    tried = figures.result("segment_choice")
    stable = tried[tried["stable"].astype(bool)]
    if stable.empty:
        raise NotDefinedError("no number of segments is stable", where="segment_choice")
    return int(stable["k"].to_numpy()[stable["silhouette"].to_numpy().argmax()])


def _booked_hours(figures: _Figures, _value: Any) -> float:
    """The hours that are booked today."""
    from kamkit.method import portfolio

    treated = figures.result("treatment")
    return portfolio.hours_plan(figures.table("assignments"), treated.index).capacity


def _configured_return(figures: _Figures, _value: Any) -> float:
    """The required return of the configuration, else its cost of capital."""
    controls = figures.engagement.config.controls
    rate = controls.required_return if controls.required_return is not None else controls.capital_rate
    if rate is None:
        raise NotDefinedError("the configuration has no required return", where="engagement.toml")
    return rate


RULES: Mapping[str, Callable[[_Figures, Any], Any]] = {
    "segments.number": _best_separated,
    "choice.mandatory": _of_the_free_choice,
    "choice.excluded": _of_the_free_choice,
    "choice.hours": _booked_hours,
    "required_return": _configured_return,
}
"""Key → what the figures recommend; for a list of accounts, which of them the figures alone would choose."""


def recommended(engagement: Engagement, key: str, value: Any, run: NewestRun | None) -> dict[str, Any]:
    """What the rule of a key recommends on the tables of a run; empty where none can say.

    Returns
    -------
    dict
        ``value`` and ``run``.
    """
    rule = RULES.get(key)
    if rule is None or run is None:
        return {}
    try:
        return {"value": rule(_Figures(engagement, run), value), "run": run.id}
    except KamkitError:
        return {}
