"""What a run has to do: which notebooks it executes, and which it takes over where they are not stale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kamkit.deliver import drawn
from kamkit.deliver.kept import FOLDER as EXHIBITS
from kamkit.deliver.order import Notebook, needed_for, ordered, selected, writers_of
from kamkit.deliver.parameters import for_notebooks
from kamkit.deliver.plans.schedule import Schedule
from kamkit.deliver.record import RunRecord, StepRecord
from kamkit.deliver.stale import Asked, Earlier, Lent, Verdict, judge, kept_as, noted
from kamkit.deliver.taken_over import take_over
from kamkit.engagement.handed_on import content_of

__all__ = ["Plan", "make_plan"]

_MOVED = "no earlier run stands on this kamkit, these packages, this Python and this place"


@dataclass(frozen=True)
class Plan:
    """The steps of a run, in order.

    Parameters
    ----------
    notebooks, parameters : those there are, each with the values that it is given.
    forced : names of those that are executed in any case.
    executed : names of those that are executed where they are stale; others are left out then.
    also : of them those that were not selected, and are needed by one that was.
    earlier : the earlier runs that can lend, and how everything stands today.
    plans : the account plans of the run.
    """

    notebooks: tuple[Notebook, ...]
    parameters: Mapping[str, Mapping[str, Any]]
    forced: frozenset[str]
    executed: frozenset[str]
    also: frozenset[str]
    earlier: Earlier
    plans: Schedule | None = None

    def records(self) -> dict[str, StepRecord]:
        """A record for each step, in order."""
        return {n.name: StepRecord(n.title, n.sha256, dict(self.parameters[n.name])) for n in self.notebooks}

    def needs(self, name: str) -> set[str]:
        """Names of the steps that a step waits for."""
        return needed_for(self.notebooks, [name])

    def judge(self, notebook: Notebook, record: RunRecord) -> Verdict:
        """Whether a step can be taken over, once the steps that it waits for are done."""
        if notebook.name in self.forced or self.needs(notebook.name) - record.steps.keys():
            return Verdict()
        made = [(folder, run, run.steps.get(notebook.name)) for folder, run in self.earlier.runs]
        asked = Asked(notebook, self.parameters[notebook.name], record.handed_on)
        verdict = judge(asked, made, self.earlier.today)
        return Verdict(because=_MOVED) if self.earlier.moved else verdict

    def told(self, record: RunRecord) -> list[str]:
        """What was not done again, and what was done beyond the selection, once the steps are done."""
        by_run: dict[str, list[str]] = {}
        for name, step in record.steps.items():
            if step.status == "reused":
                by_run.setdefault(step.reused_from, []).append(name)
        why = "because nothing that they read has changed"
        texts = [f"taken from run {run}, {why}: {', '.join(names)}" for run, names in by_run.items()]
        also = sorted(name for name in self.also if record.steps[name].status != "reused")
        why = "because a selected step needs their tables"
        return [*texts, f"run too, {why}: {', '.join(also)}"] if also else texts

    def twin(self, record: RunRecord) -> Path | None:
        """An earlier run on the same inputs whose steps are all taken over: its report is the same."""
        today = {name: (step.status, step.read, step.handed_on) for name, step in record.steps.items()}
        for folder, run in self.earlier.runs:
            then = {name: ("reused", step.read, step.handed_on) for name, step in run.steps.items()}
            if run.inputs == record.inputs and then == today:
                return folder
        return None

    def take_over(self, notebook: Notebook, lent: Lent, run_folder: Path, record: RunRecord) -> None:
        """Copy what an earlier run made of a step, and note it in the record of this one."""
        step = record.steps[notebook.name]
        step.files = take_over(lent, run_folder, self.earlier.inputs, self.earlier.decided)
        assert isinstance(lent.made, StepRecord)
        step.read, step.handed_on = lent.made.read, dict(lent.made.handed_on)
        record.know({read: lent.run.states[read] for read in step.read or ()})
        step.status, step.reused_from = "reused", lent.origin

    def seen(self, notebook: Notebook, run_folder: Path, record: RunRecord, started: float) -> None:
        """Note what an executed step has read and made; ``started`` is in seconds since the epoch."""
        step, executed = record.steps[notebook.name], run_folder / "notebooks" / notebook.path.name
        tables = {name: run_folder / "tables" / f"{name}.parquet" for name in notebook.writes}
        exhibits = (run_folder / EXHIBITS).glob(f"{notebook.name}-*.json")
        findings = run_folder / "findings" / f"{notebook.name}.json"
        step.files = kept_as(run_folder, [*tables.values(), *exhibits, findings, executed])
        step.handed_on = {name: content_of(file) for name, file in tables.items() if file.is_file()}
        read = noted(notebook, executed, started, self.earlier.engagement)
        step.read = self.earlier.settle(read, record)


def make_plan(
    notebooks: Sequence[Notebook],
    steps: str | None,
    values: Mapping[str, Any],
    earlier: Earlier,
    plan_notebook: Notebook | None = None,
    account: str = "",
    force: bool = False,
) -> Plan:
    """Decide which notebooks are executed, and which account plans are made.

    All plans are made where no steps are selected; where an account is asked for, its plan alone, and
    of the steps those that it needs. Whatever is not stale is taken over, but for selected steps; with
    ``force`` the pictures of earlier runs are forgotten, too.

    Parameters
    ----------
    notebooks : those there are.
    steps : selection such as ``1-3,5``, which is executed in any case; all, where stale, if it is None.
    values : parameters of the run.
    earlier : what earlier runs can lend.
    plan_notebook : the notebook of the account plans; None where there are no plans.
    account : the one account whose plan is asked for; empty for all.
    force : whether everything is executed, stale or not.

    Raises
    ------
    RunError, ParameterError
        If the notebooks contradict each other, or steps or parameters are unknown.
    """
    line = ordered(notebooks)
    parameters = for_notebooks(values, [*line, *filter(None, [plan_notebook])])
    drawn.start(earlier.engagement, anew=force)
    wanted = set() if account and steps is None else selected(line, steps)
    read = writers_of(line, plan_notebook) if plan_notebook and account else set()
    executed = wanted | read | needed_for(line, wanted | read)
    plans = _schedule(plan_notebook, parameters, bool(steps is None or account), earlier, account, force)
    return Plan(
        notebooks=tuple(line),
        parameters=parameters,
        forced=frozenset(executed if force else wanted if steps is not None else ()),
        executed=frozenset(executed),
        also=frozenset(executed - wanted),
        earlier=earlier,
        plans=plans,
    )


def _schedule(
    notebook: Notebook | None, parameters: Mapping[str, Mapping[str, Any]], made: bool, *rest: Any
) -> Schedule | None:
    return Schedule(notebook, parameters[notebook.name], made, *rest) if notebook else None
