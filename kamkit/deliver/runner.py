"""The main job: from an engagement folder to a run folder and its deliverables."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kamkit
from kamkit.deliver.execute import Failure, cells_of, execute
from kamkit.deliver.ground import ground_of
from kamkit.deliver.kept import read_one_more
from kamkit.deliver.locks import only_run
from kamkit.deliver.order import PLAN, Notebook, find_notebooks, find_plan_notebook
from kamkit.deliver.parameters import ENGAGEMENT, parse
from kamkit.deliver.plan import Plan, make_plan
from kamkit.deliver.plans.making import make_plans
from kamkit.deliver.plans.schedule import FOLDER as PLANS
from kamkit.deliver.progress import Progress
from kamkit.deliver.publish import check_target, publish, recover, refuse_links
from kamkit.deliver.record import RunRecord, new_run, sha256
from kamkit.deliver.renderings import in_words_of, languages_of, render_run, reports_of
from kamkit.deliver.report import build_report
from kamkit.deliver.scan import require_anonymous
from kamkit.deliver.side_by_side import AT_ONCE, AtWork
from kamkit.deliver.stale import Earlier, Verdict
from kamkit.engagement.decisions import FILE as DECISIONS
from kamkit.errors import ParameterError, RunError
from kamkit.kernels import pool
from kamkit.locale import use_language

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__all__ = ["RunResult", "run"]

RUNS, DELIVERABLES = "runs", "deliverables"


@dataclass(frozen=True)
class RunResult:
    """What a run came to.

    Parameters
    ----------
    run_folder : ``runs/ID``.
    report : the report: among the deliverables where the run succeeded, else in the run folder.
    failed : per failed step, what went wrong and what to do.
    not_run : per step that could not run, the failed step it waits for.
    plans : per account the page of its plan, where it has one.
    plans_failed : per account whose plan failed, what went wrong and what to do.
    account : number of the one account whose plan was asked for.
    remarks : what could not be made and why, though the run succeeded.
    reports : by language its report, where the run succeeded.
    """

    run_folder: Path
    report: Path
    failed: dict[str, str]
    not_run: dict[str, str]
    plans: dict[str, Path] = field(default_factory=dict)
    plans_failed: dict[str, str] = field(default_factory=dict)
    account: str = ""
    remarks: tuple[str, ...] = ()
    reports: dict[str, Path] = field(default_factory=dict)

    @property
    def succeeded(self) -> bool:
        """Whether every step and every plan ran to its end."""
        return not (self.failed or self.plans_failed)

    @property
    def messages(self) -> list[str]:
        """What a person needs to read after the run: each failure, and what waits for it."""
        waiting = [f"{step} did not run: it needs {cause}" for step, cause in self.not_run.items()]
        return [*self.failed.values(), *waiting, *self.plans_failed.values(), *self.remarks]


def run(
    path: str | os.PathLike[str],
    steps: str | None = None,
    out: str | os.PathLike[str] | None = None,
    parameters: Mapping[str, Any] | Sequence[str] | None = None,
    progress: bool = True,
    account: str | None = None,
    anonymise: bool = False,
    jobs: int = AT_ONCE,
    force: bool = False,
    languages: Sequence[str] | str | None = None,
) -> RunResult:
    """Run an engagement: check it, execute its notebooks, write report and account plans, deliver them.

    The deliverables change only if every step succeeded, and then at once. A plan that fails is left
    out and named; the others and the report are delivered.

    Parameters
    ----------
    path : engagement folder.
    steps : selection such as ``1-3,5``, which is executed in any case; by default all that are stale: what
        they read is another thing than in the earlier run that their results are taken over from.
    out : folder of the deliverables; ``deliverables`` in the engagement by default.
    parameters : values for the notebooks' ``parameters`` cells, as a mapping or ``KEY=VALUE`` texts.
    progress : whether to tell on standard error how far the run has come.
    account : number or name of the one account whose plan is made; of the steps only those are run
        that it needs and that are stale.
    anonymise : pseudonyms for all names and numbers, money by a secret factor; also where
        ``engagement.toml`` says so.
    jobs : notebooks at work at a time, in the order that their declared tables allow.
    force : whether everything is executed, stale or not.
    languages : what the deliverables are written in, such as ``"sv,en"``: the first at the root, each other
        one in a folder of its code; by default as ``engagement.toml`` says. It is computed once.

    Raises
    ------
    GateError
        If the inputs have problems that forbid a run; nothing is run.
    ParameterError
        If a step, parameter, account or language is unknown, or ``jobs`` is below 1; nothing is run.
    LockedError
        If another process runs the engagement.
    RunError
        If the notebooks contradict each other or a folder can't be written; if an original name is found
        in what an anonymised run would deliver.
    """
    values = parse(parameters or {})
    if jobs < 1:
        raise ParameterError(f"{jobs} notebooks at a time can't run any", where="--jobs", allowed="1 or more")
    engagement = kamkit.open(path, anonymise=True) if anonymise else kamkit.open(path)
    written_in = languages_of(engagement, languages)
    use_language(written_in[0])
    target = Path(out).expanduser().resolve() if out else engagement.path / DELIVERABLES
    with only_run(engagement.path), pool() as kernels, Progress(progress) as told:
        if kernels.reason:
            told.tell(kernels.reason)
        try:
            refuse_links(engagement.path, RUNS, DELIVERABLES)
            check_target(target, chosen=out is not None)
            if recover(target):
                told.tell("An interrupted run had taken the deliverables away; they are back.")
            at_work = AtWork(told, kernels, jobs)
            earlier = Earlier(engagement, engagement.path / RUNS, ground_of(engagement.path))
            plan = _plan(engagement, steps, values, earlier, account, force)
            return _start(engagement, plan, values, at_work, written_in).go(target)
        except OSError as error:
            raise _disk(error, engagement.path) from error


def _plan(
    engagement: Engagement,
    steps: str | None,
    values: Mapping[str, Any],
    earlier: Earlier,
    asked: str | None,
    force: bool,
) -> Plan:
    """Check everything that can be checked before a notebook runs, and decide what is to be done."""
    engagement.require_sound()
    notebooks, of_plans = find_notebooks(engagement.path), find_plan_notebook(engagement.path)
    account = "" if asked is None else _account(engagement, of_plans, asked)
    return make_plan(notebooks, steps, values, earlier, of_plans, account, force)


def _start(
    engagement: Engagement,
    plan: Plan,
    values: Mapping[str, Any],
    at_work: AtWork,
    languages: tuple[str, ...],
) -> _Run:
    """Make the run folder."""
    folder, record = new_run(
        engagement.path / RUNS,
        engagement.config.client,
        _inputs(engagement),
        values,
        plan.records(),
        engagement.anonymous,
        plan.earlier.ground,
    )
    for lake in engagement.lakes:
        lake.keep_mark(folder.name)
    return _Run(engagement, plan, folder, record, at_work, languages)


def _account(engagement: Engagement, of_plans: Notebook | None, asked: str) -> str:
    """The number of the account whose plan is asked for."""
    if of_plans is None:
        raise ParameterError(
            f"the engagement has no notebook {PLAN}",
            where=str(engagement.path / "notebooks"),
            remedy=f"put {PLAN}.ipynb there, as it comes with kamkit",
        )
    if not asked.strip():
        raise ParameterError("no account is named", where="--account", remedy="give its number or name")
    return engagement.account(asked)


class _Run:
    """One run at work."""

    def __init__(
        self,
        engagement: Engagement,
        plan: Plan,
        folder: Path,
        record: RunRecord,
        at_work: AtWork,
        languages: tuple[str, ...],
    ) -> None:
        self.engagement, self.plan, self.at_work, self.told = engagement, plan, at_work, at_work.told
        self.folder, self.record, self.languages = folder, record, languages
        self.failed: dict[str, str] = {}
        self.not_run: dict[str, str] = {}
        self.plans_failed: dict[str, str] = {}
        self.remarks: list[str] = []
        self._read: set[str] = set()

    def go(self, target: Path) -> RunResult:
        """Execute the steps, write the report, publish."""
        try:
            self._make_steps()
            for text in self.plan.told(self.record):
                self.told.tell(text)
            with in_words_of(self.engagement):
                self._make_plans()
                return self._finish(target)
        except KeyboardInterrupt:
            self.record.finish(self.folder, "interrupted")
            self.told.tell("Stopped. The deliverables are as they were.")
            raise
        except BaseException:
            self.record.finish(self.folder, "failed")
            raise

    def _make_steps(self) -> None:
        """The steps, side by side in the order that their tables allow."""
        by_name = {n.name: n for n in self.plan.notebooks if n.name in self.record.steps}
        self.at_work.side_by_side(
            {name: self.plan.needs(name) for name in by_name},
            lambda name: self._begin(by_name[name]),
            lambda name, done: self._end(by_name[name], *done),
            self._read_ahead,
        )
        self.failed = {name: self.failed[name] for name in by_name if name in self.failed}
        self.not_run = {name: self.not_run[name] for name in by_name if name in self.not_run}

    def _read_ahead(self) -> bool:
        """Read for the report one thing more that was shown; whether there was one."""
        with in_words_of(self.engagement):
            return read_one_more(self.folder, self._read)

    def _make_plans(self) -> None:
        """The account plans, once all steps are done."""
        if self.plan.plans is not None and not self.failed:
            self.plans_failed = make_plans(
                self.engagement, self.plan.plans, self.folder, self.record, self.at_work
            )

    @property
    def _pages(self) -> dict[str, str]:
        """Per account that has a plan, the name of its page within the run folder and the deliverables."""
        made = {a: p for a, p in self.record.plans.items() if p.status in ("done", "reused")}
        return {account: f"{PLANS}/{plan.file}" for account, plan in made.items()}

    def _begin(self, notebook: Notebook) -> Callable[[], tuple[Failure | None, float, float]] | None:
        """What has to be executed for a step; None where it is taken over, left out or can't run."""
        step = self.record.steps[notebook.name]
        broken = sorted(self.plan.needs(notebook.name) & (self.failed.keys() | self.not_run.keys()))
        verdict = Verdict() if broken else self.plan.judge(notebook, self.record)
        execute_it = not (broken or verdict.lent) and notebook.name in self.plan.executed
        if broken:
            self.not_run[notebook.name] = broken[0]
            step.status, step.message = "not run", f"waits for {broken[0]}"
        elif verdict.lent:
            self.plan.take_over(notebook, verdict.lent, self.folder, self.record)
        elif execute_it:
            step.status, step.because = "running", verdict.because
            if verdict.because:
                self.told.tell(": ".join((notebook.name, verdict.because)))
        else:
            del self.record.steps[notebook.name]
        self.record.save(self.folder)
        return partial(self._timed, notebook) if execute_it else None

    def _timed(self, notebook: Notebook) -> tuple[Failure | None, float, float]:
        started, clock = time.time(), time.monotonic()
        return self._execute(notebook), started, round(time.monotonic() - clock, 2)

    def _end(self, notebook: Notebook, failure: Failure | None, started: float, seconds: float) -> None:
        """Note what became of a step that was executed."""
        step = self.record.steps[notebook.name]
        failure = failure or self._missing_tables(notebook)
        step.status, step.seconds = "done", seconds
        if failure:
            self._note(notebook, failure)
        else:
            self.plan.seen(notebook, self.folder, self.record, started)
        self.record.save(self.folder)

    def _execute(self, notebook: Notebook) -> Failure | None:
        values = {**self.plan.parameters[notebook.name], ENGAGEMENT: str(self.engagement.path)}
        output = self.folder / "notebooks" / notebook.path.name
        with self.told.notebook(notebook.name, cells_of(notebook.path)) as cell_done:
            return execute(
                notebook.path,
                output,
                values,
                run_folder=self.folder,
                cwd=self.engagement.path,
                cell_done=cell_done,
            )

    def _missing_tables(self, notebook: Notebook) -> Failure | None:
        missing = [n for n in notebook.writes if not (self.folder / "tables" / f"{n}.parquet").is_file()]
        if not missing:
            return None
        declared = f"{notebook.path.name} declares {', '.join(missing)} in kamkit.writes"
        return Failure(f"{declared} but did not hand it on; add step.write", "")

    def _note(self, notebook: Notebook, failure: Failure) -> None:
        """Keep the sentence for the user and the traceback for the log."""
        log = self.folder / "logs" / f"{notebook.name}.log"
        log.write_text(
            f"{failure.message}\n\n{failure.traceback}\n", encoding="utf-8", errors="backslashreplace"
        )
        where = f"whole traceback: {log.relative_to(self.engagement.path)}"
        message = f"{failure.message}\n  {where}" if failure.traceback else failure.message
        step = self.record.steps[notebook.name]
        step.status, step.message = "failed", failure.message
        self.failed[notebook.name] = message
        self.told.tell(f"{notebook.name}: failed")

    def _finish(self, target: Path) -> RunResult:
        if not self.failed:
            self._require_same_inputs()
        self.record.hash_tables(self.folder)
        report = build_report(self.folder, self.engagement, self.folder / "report.html")
        asked_in_vain = self.plan.plans is not None and self.plan.plans.only in self.plans_failed
        if self.failed or asked_in_vain:
            self.record.finish(self.folder, "failed")
            return self._result(self.folder, report)
        lender = self.plan.twin(self.record) if self.plan.plans and self.plan.plans.only else None
        made = render_run(self.folder, self.engagement, self.record, self.languages, lender)
        self.remarks = list(made.remarks)
        require_anonymous(self.engagement, made.files)
        publish(made.files, target, self.record.id)
        self.record.finish(self.folder, "succeeded")
        return self._result(target, target / "report.html")

    def _result(self, where: Path, report: Path) -> RunResult:
        names = reports_of(self.languages) if report.parent == where and where != self.folder else {}
        pages = {account: where / page for account, page in self._pages.items()}
        asked = self.plan.plans.only if self.plan.plans else ""
        return RunResult(
            self.folder,
            report,
            self.failed,
            self.not_run,
            pages,
            self.plans_failed,
            asked,
            tuple(self.remarks),
            {code: where / name for code, name in names.items()},
        )

    def _require_same_inputs(self) -> None:
        for lake in self.engagement.lakes:
            lake.look_again()
        today = _inputs(self.engagement)
        changed = sorted(
            k for k in {*today, *self.record.inputs} if today.get(k) != self.record.inputs.get(k)
        )
        if changed:
            raise RunError(
                f"inputs changed while the run was at work: {', '.join(changed)}",
                where=str(self.engagement.path),
                remedy="run again; the deliverables are as they were",
            )


def _inputs(engagement: Engagement) -> dict[str, str]:
    """Hashes of all that a run reads: the tables, ``engagement.toml`` and the decisions."""
    decisions = engagement.path / DECISIONS
    decided = {DECISIONS: sha256(decisions)} if decisions.is_file() else {}
    return {**engagement.fingerprint(), **engagement.door.hashes(decided)}


def _disk(error: OSError, folder: Path) -> RunError:
    return RunError(
        f"the run can't be written: {error.strerror or error}",
        where=str(error.filename or folder),
        remedy="make room on the disk, or make the folder writable; the deliverables are as they were",
    )
