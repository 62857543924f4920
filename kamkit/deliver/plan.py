"""What a run has to do: which notebooks it executes, and which it takes over from an earlier run."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kamkit.deliver.kept import FOLDER as EXHIBITS
from kamkit.deliver.order import Notebook, needed_for, ordered, selected, writers_of
from kamkit.deliver.parameters import for_notebooks
from kamkit.deliver.plans.schedule import Schedule, signature_of
from kamkit.deliver.record import RunRecord, StepRecord, latest_usable, sha256

__all__ = ["Plan", "make_plan"]


@dataclass(frozen=True)
class Plan:
    """The steps of a run, in order: those to execute, those taken over, those left out.

    ``borrowed`` were not selected and are taken over from an earlier run, so that the report stays
    whole; ``also`` are executed because a selected step needs them and no earlier run can lend them.
    """

    notebooks: tuple[Notebook, ...]
    parameters: Mapping[str, Mapping[str, Any]]
    signatures: Mapping[str, str]
    executed: frozenset[str]
    also: frozenset[str]
    lender: Path | None
    borrowed: frozenset[str]
    plans: Schedule | None = None

    def records(self) -> dict[str, StepRecord]:
        """A record for each step that takes part, in order."""
        return {
            n.name: StepRecord(n.title, self.signatures[n.name], dict(self.parameters[n.name]))
            for n in self.notebooks
            if n.name in self.executed | self.borrowed
        }

    def needs(self, name: str) -> set[str]:
        """Names of the steps that a step waits for."""
        return needed_for(self.notebooks, [name])

    def borrow(self, notebook: Notebook, run_folder: Path) -> None:
        """Copy what an earlier run made of a step: its tables, findings, exhibits and executed notebook."""
        if self.lender is None:
            return
        files = [Path("tables", f"{name}.parquet") for name in notebook.writes]
        files += [Path("findings", f"{notebook.name}.json"), Path("notebooks", f"{notebook.name}.ipynb")]
        shown = (self.lender / EXHIBITS).glob(f"{notebook.name}-*.json")
        files += [file.relative_to(self.lender) for file in shown]
        for file in files:
            if (self.lender / file).is_file():
                (run_folder / file).parent.mkdir(exist_ok=True)
                shutil.copy2(self.lender / file, run_folder / file)


def make_plan(
    notebooks: Sequence[Notebook],
    steps: str | None,
    values: Mapping[str, Any],
    runs: Path,
    inputs: Mapping[str, str],
    plan_notebook: Notebook | None = None,
    account: str = "",
) -> Plan:
    """Decide which notebooks are executed, and which account plans are made.

    All plans are made where no steps are selected; where an account is asked for, its plan alone, and
    of the steps those that it needs and no earlier run can lend.

    Parameters
    ----------
    notebooks : those there are.
    steps : selection such as ``1-3,5``; all where it is None.
    values : parameters of the run.
    runs : folder of the earlier runs.
    inputs : today's hashes; only a run on the same inputs lends its tables.
    plan_notebook : the notebook of the account plans; None where there are no plans.
    account : the one account whose plan is asked for; empty for all.

    Raises
    ------
    RunError, ParameterError
        If the notebooks contradict each other, or steps or parameters are unknown.
    """
    line = ordered(notebooks)
    parameters = for_notebooks(values, [*line, *filter(None, [plan_notebook])])
    wanted = set() if account and steps is None else selected(line, steps)
    signatures = _signatures(line, parameters)
    lent = latest_usable(runs, inputs)
    read = writers_of(line, plan_notebook) if plan_notebook and account else set()
    needed = (read | needed_for(line, wanted | read)) - wanted
    others = [n for n in line if n.name not in wanted]
    borrowed = {n.name for n in others if lent and _lends(*lent, n, signatures[n.name])}
    return Plan(
        notebooks=tuple(line),
        parameters=parameters,
        signatures=signatures,
        executed=frozenset(wanted | (needed - borrowed)),
        also=frozenset(needed - borrowed),
        lender=lent[0] if lent else None,
        borrowed=frozenset(borrowed),
        plans=_schedule(plan_notebook, line, parameters, signatures, steps is None, account, lent),
    )


def _schedule(
    notebook: Notebook | None,
    line: Sequence[Notebook],
    parameters: Mapping[str, Mapping[str, Any]],
    signatures: Mapping[str, str],
    whole: bool,
    account: str,
    lent: tuple[Path, RunRecord] | None,
) -> Schedule | None:
    """The plans of the run: made where it is whole or an account is asked for, else only taken over."""
    if notebook is None:
        return None
    given = parameters[notebook.name]
    signature = signature_of(notebook, given, [signatures[name] for name in writers_of(line, notebook)])
    lender = lent[0] if lent else None
    return Schedule(notebook, given, signature, bool(whole or account), account, lender)


def _signatures(line: Iterable[Notebook], parameters: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """One hash per step of all that shapes its result but the inputs: notebook, parameters, steps before."""
    line = list(line)
    signatures: dict[str, str] = {}
    for notebook in line:
        before = sorted(signatures[name] for name in needed_for(line, [notebook.name]))
        shaped_by = json.dumps([notebook.sha256, dict(parameters[notebook.name]), before], sort_keys=True)
        signatures[notebook.name] = hashlib.sha256(shaped_by.encode()).hexdigest()
    return signatures


def _lends(folder: Path, record: RunRecord, notebook: Notebook, signature: str) -> bool:
    step = record.steps.get(notebook.name)
    if step is None or step.notebook != signature or step.status not in ("done", "reused"):
        return False
    files = {name: folder / "tables" / f"{name}.parquet" for name in notebook.writes}
    return all(f.is_file() and sha256(f) == record.tables.get(name) for name, f in files.items())
