"""The account plans of a run: two notebooks at work at a time, each on its own, each page written whole."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kamkit.deliver.execute import Failure, execute
from kamkit.deliver.parameters import ACCOUNT, ENGAGEMENT
from kamkit.deliver.plans.page import build_plan
from kamkit.deliver.plans.schedule import FOLDER, Schedule, accounts_with_plans, own_folder, records
from kamkit.deliver.progress import Progress
from kamkit.deliver.record import PlanRecord, RunRecord
from kamkit.deliver.side_by_side import AtWork
from kamkit.deliver.stale import Verdict
from kamkit.errors import KamkitError

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__all__ = ["make_plans"]


def make_plans(
    engagement: Engagement, schedule: Schedule, run_folder: Path, record: RunRecord, at_work: AtWork
) -> dict[str, str]:
    """Make or take over the plan of each account; what becomes of each is noted in the run's record.

    Parameters
    ----------
    engagement : the engagement that is run.
    schedule : which plans are made.
    run_folder, record : the run; its steps are done.
    at_work : where progress is told, and how many plans are made at a time.

    Returns
    -------
    By account whose plan failed, what went wrong and what to do. A plan that fails leaves no page.
    """
    (run_folder / FOLDER).mkdir(exist_ok=True)
    accounts = accounts_with_plans(engagement, run_folder, schedule.only)
    record.plans = records(schedule, accounts)
    handed_on = record.handed_on
    lent = {account: schedule.judge(account, handed_on) for account in accounts}
    left_out = [a for a, verdict in lent.items() if not (verdict.lent or schedule.executes(a))]
    _leave_out(left_out, record, at_work.told)
    to_make = {account: verdict for account, verdict in lent.items() if account not in left_out}
    if not to_make:
        return {}
    with at_work.told.notebook("account plans", len(to_make)) as plan_done:
        return _Workshop(engagement, schedule, run_folder, record).make(to_make, at_work, plan_done)


def _leave_out(accounts: Sequence[str], record: RunRecord, told: Progress) -> None:
    """Say of how many plans there is none: they are not to be made, and no earlier run can lend them."""
    for account in accounts:
        record.plans[account].status = "not run"
    if accounts:
        told.tell(
            "1 other account plan can't be taken from an earlier run and is left out; a full run makes it"
            if len(accounts) == 1
            else f"{len(accounts)} other account plans can't be taken from an earlier run and are left out: "
            "run all for them"
        )


class _Workshop:
    """Makes plans side by side."""

    def __init__(
        self, engagement: Engagement, schedule: Schedule, run_folder: Path, record: RunRecord
    ) -> None:
        self.engagement, self.schedule, self.folder, self.record = engagement, schedule, run_folder, record

    def make(
        self, accounts: Mapping[str, Verdict], at_work: AtWork, plan_done: Callable[[], None]
    ) -> dict[str, str]:
        failed: dict[str, str] = {}

        def end(account: str, failure: Failure | None) -> None:
            self._note(account, failure, failed)
            plan_done()

        alone: dict[str, list[str]] = {account: [] for account in accounts}
        at_work.side_by_side(alone, lambda account: partial(self._one, account, accounts[account]), end)
        return {account: failed[account] for account in accounts if account in failed}

    def _one(self, account: str, verdict: Verdict) -> Failure | None:
        """Execute the notebook for one account, or take it over, and write its page."""
        plan, started, clock = self.record.plans[account], time.time(), time.monotonic()
        plan.status, plan.because = "running", verdict.because
        try:
            failure = self._made(account, verdict, started) or self._write(account, plan)
        except OSError as error:
            failure = Failure(f"the plan can't be written: {error.strerror or error}", repr(error))
        if verdict.lent is None:
            plan.seconds = round(time.monotonic() - clock, 2)
        plan.status = "failed" if failure else "reused" if verdict.lent else "done"
        plan.message = failure.message if failure else ""
        return failure

    def _made(self, account: str, verdict: Verdict, started: float) -> Failure | None:
        """The executed notebook and what it keeps apart."""
        if verdict.lent is not None:
            self.schedule.take_over(account, verdict.lent, self.folder, self.record)
            return None
        failure = self._execute(account)
        if failure is None:
            self.schedule.seen(account, self.folder, self.record, started)
        return failure

    def _execute(self, account: str) -> Failure | None:
        apart = self.folder / own_folder(account)
        apart.mkdir(parents=True, exist_ok=True)
        given = {**self.schedule.parameters, ENGAGEMENT: str(self.engagement.path), ACCOUNT: account}
        return execute(
            self.schedule.notebook.path,
            apart / self.schedule.notebook.path.name,
            given,
            run_folder=self.folder,
            cwd=self.engagement.path,
            cell_done=lambda: None,
        )

    def _write(self, account: str, plan: PlanRecord) -> Failure | None:
        """The page, written whole or not at all."""
        executed = self.folder / own_folder(account) / self.schedule.notebook.path.name
        target = self.folder / FOLDER / plan.file
        partial = target.with_name(f".{target.name}.part")
        try:
            partial.write_text(
                build_plan(executed, self.engagement, self.record, account), encoding="utf-8", newline="\n"
            )
            os.replace(partial, target)
        except KamkitError as error:
            return Failure(str(error), repr(error))
        finally:
            partial.unlink(missing_ok=True)
        return None

    def _note(self, account: str, failure: Failure | None, failed: dict[str, str]) -> None:
        """Keep the sentence for the user and the traceback for the log."""
        self.record.save(self.folder)
        if failure is None:
            return
        log = self.folder / "logs" / f"{own_folder(account).name}.log"
        text = f"{failure.message}\n\n{failure.traceback}\n"
        log.write_text(text, encoding="utf-8", errors="backslashreplace")
        name = self.record.plans[account].name
        said = f"the plan of {account} ({name}) was not made: {failure.message}"
        where = f"whole traceback: {log.relative_to(self.engagement.path)}"
        failed[account] = f"{said}\n  {where}" if failure.traceback else said
