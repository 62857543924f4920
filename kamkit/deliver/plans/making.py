"""The account plans of a run: two notebooks at work at a time, each on its own, each page written whole."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kamkit.deliver.execute import Failure, execute
from kamkit.deliver.parameters import ACCOUNT, ENGAGEMENT
from kamkit.deliver.plans.page import build_plan
from kamkit.deliver.plans.schedule import (
    FOLDER,
    Schedule,
    accounts_with_plans,
    borrow,
    lendable,
    own_folder,
    records,
)
from kamkit.deliver.progress import Progress
from kamkit.deliver.record import PlanRecord, RunRecord
from kamkit.errors import KamkitError
from kamkit.locale import _, ngettext

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__all__ = ["AT_ONCE", "make_plans"]

AT_ONCE = 2
"""Notebooks at work at a time: each has a kernel of its own, with its own memory."""


def make_plans(
    engagement: Engagement, schedule: Schedule, run_folder: Path, record: RunRecord, told: Progress
) -> dict[str, str]:
    """Make or take over the plan of each account; what becomes of each is noted in the run's record.

    Parameters
    ----------
    engagement : the engagement that is run.
    schedule : which plans are made.
    run_folder, record : the run; its steps are done.
    told : where progress is told.

    Returns
    -------
    By account whose plan failed, what went wrong and what to do. A plan that fails leaves no page.
    """
    (run_folder / FOLDER).mkdir(exist_ok=True)
    accounts = accounts_with_plans(engagement, run_folder, schedule.only)
    record.plans = records(schedule, accounts)
    left_out = _take_over(schedule, run_folder, record)
    if left_out:
        text = ngettext(
            "{n} other account plan can't be taken from an earlier run and is left out; a full run makes it",
            "{n} other account plans can't be taken from an earlier run and are left out: run all for them",
            left_out,
        )
        told.say(text.format(n=left_out))
    to_make = [account for account in record.plans if schedule.executes(account)]
    if not to_make:
        return {}
    with told.notebook(_("account plans"), len(to_make)) as plan_done:
        return _Workshop(engagement, schedule, run_folder, record).make(to_make, plan_done)


def _take_over(schedule: Schedule, run_folder: Path, record: RunRecord) -> int:
    """Plans that are not made now: those of an earlier run on the same inputs; how many it does not have."""
    left_out = 0
    for account, plan in record.plans.items():
        if schedule.executes(account):
            continue
        lent = lendable(schedule, account, plan)
        if lent is None or schedule.lender is None:
            plan.status, left_out = "not run", left_out + 1
            continue
        borrow(schedule.lender, account, lent, run_folder)
        record.plans[account] = lent
    return left_out


class _Workshop:
    """Makes plans side by side; knows the kernels at work, so that an interrupt can end them."""

    def __init__(
        self, engagement: Engagement, schedule: Schedule, run_folder: Path, record: RunRecord
    ) -> None:
        self.engagement, self.schedule, self.folder, self.record = engagement, schedule, run_folder, record
        self.kernels: dict[str, int] = {}
        self.stopped = False

    def make(self, accounts: list[str], plan_done: Callable[[], None]) -> dict[str, str]:
        failed: dict[str, str] = {}
        with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="plan") as pool:
            jobs = {pool.submit(self._one, account): account for account in accounts}
            try:
                for job in as_completed(jobs):
                    self._note(jobs[job], job.result(), failed)
                    plan_done()
            except BaseException:
                self._stop(list(jobs))
                raise
        return {account: failed[account] for account in accounts if account in failed}

    def _one(self, account: str) -> Failure | None:
        """Execute the notebook for one account and write its page."""
        plan, started = self.record.plans[account], time.monotonic()
        if self.stopped:
            return Failure(_("stopped before it began"), "")
        plan.status = "running"
        try:
            failure = self._execute(account) or self._write(account, plan)
        except OSError as error:
            failure = Failure(
                _("the plan can't be written: {error}").format(error=error.strerror or error), repr(error)
            )
        plan.status = "failed" if failure else "done"
        plan.seconds = round(time.monotonic() - started, 2)
        plan.message = failure.message if failure else ""
        return failure

    def _execute(self, account: str) -> Failure | None:
        apart = self.folder / own_folder(account)
        apart.mkdir(parents=True, exist_ok=True)
        given = {**self.schedule.parameters, ENGAGEMENT: str(self.engagement.path), ACCOUNT: account}
        try:
            return execute(
                self.schedule.notebook.path,
                apart / self.schedule.notebook.path.name,
                given,
                run_folder=self.folder,
                cwd=self.engagement.path,
                cell_done=lambda: None,
                started=lambda process: self.kernels.update({account: process}),
            )
        finally:
            self.kernels.pop(account, None)

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
        said = _("the plan of {account} ({name}) was not made: {message}")
        said = said.format(account=account, name=self.record.plans[account].name, message=failure.message)
        where = _("whole traceback: {log}").format(log=log.relative_to(self.engagement.path))
        failed[account] = f"{said}\n  {where}" if failure.traceback else said

    def _stop(self, jobs: list[Future[Failure | None]]) -> None:
        """End what is at work and begin nothing more."""
        self.stopped = True
        for job in jobs:
            job.cancel()
        for kernel in filter(None, list(self.kernels.values())):
            with suppress(OSError):
                os.kill(kernel, signal.SIGTERM)
