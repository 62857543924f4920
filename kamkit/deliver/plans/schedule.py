"""Which account plans a run makes, which it takes over, and where each of them is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from kamkit.deliver.order import Notebook
from kamkit.deliver.record import PlanRecord, RunRecord
from kamkit.deliver.results import read_result
from kamkit.deliver.stale import Asked, Earlier, Lent, Verdict, judge, kept_as, noted
from kamkit.deliver.taken_over import take_over
from kamkit.engagement.file_names import file_name
from kamkit.errors import NotDefinedError
from kamkit.method.account_plan import planned_accounts

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__all__ = ["FOLDER", "Schedule", "accounts_with_plans", "own_folder", "records"]

FOLDER = "plans"
"""Where plans are kept, in a run folder and among the deliverables."""

DECIDED = "plan.accounts"
"""The decision that names the accounts which get a plan."""


@dataclass(frozen=True)
class Schedule:
    """The plans of a run: their notebook, and whether all are made, one, or none.

    Parameters
    ----------
    notebook, parameters : the notebook of the plans, with the values that it is given.
    made : False where the run was asked for single steps, and plans are only taken over.
    earlier : what earlier runs can lend.
    only : the account asked for; its plan is made in any case.
    forced : whether plans are made that are not stale, too.
    """

    notebook: Notebook
    parameters: Mapping[str, Any]
    made: bool
    earlier: Earlier
    only: str = ""
    forced: bool = False

    def executes(self, account: str) -> bool:
        """Whether this run makes the plan of an account itself, where it is stale."""
        return self.made and self.only in ("", account)

    def judge(self, account: str, handed_on: Mapping[str, str]) -> Verdict:
        """Whether an account's plan can be taken over, once all steps are done."""
        if (self.forced or self.only == account) and self.executes(account):
            return Verdict()
        made = [(folder, run, run.plans.get(account)) for folder, run in self.earlier.runs]
        return judge(Asked(self.notebook, self.parameters, handed_on), made, self.earlier.today)

    def take_over(self, account: str, lent: Lent, run_folder: Path, record: RunRecord) -> None:
        """Copy what an earlier run kept apart for a plan, and note it; its page is made anew."""
        plan = record.plans[account]
        plan.files = take_over(lent, run_folder, self.earlier.inputs, self.earlier.decided)
        plan.read = lent.made.read
        record.know({read: lent.run.states[read] for read in plan.read or ()})
        plan.reused_from = lent.origin

    def seen(self, account: str, run_folder: Path, record: RunRecord, started: float) -> None:
        """Note what a plan has read and made; ``started`` is in seconds since the epoch."""
        plan, apart = record.plans[account], run_folder / own_folder(account)
        plan.files = kept_as(run_folder, [file for file in apart.rglob("*") if file.suffix != ".reads"])
        executed = apart / self.notebook.path.name
        read = noted(self.notebook, executed, started, self.earlier.engagement)
        plan.read = self.earlier.settle(read, record)


def own_folder(account: str) -> Path:
    """Where in a run folder the notebook, tables and findings of one plan are kept."""
    return Path(FOLDER, file_name(account))


def accounts_with_plans(engagement: Engagement, run_folder: Path, only: str = "") -> dict[str, str]:
    """The accounts that get a plan, with their names, as decided, in the programme, or chosen in step 4.

    An account that is asked for gets one in any case. Empty where no account is a key account.

    Raises
    ------
    ParameterError
        The decision names an account that does not exist.
    """
    accounts = engagement.table("accounts")
    if accounts is None:
        return {}
    chosen = read_result(run_folder, "chosen_accounts")
    proposed = list(chosen.index) if isinstance(chosen, pd.DataFrame) else None
    try:
        wanted = planned_accounts(accounts, decided=engagement.decision(DECIDED), chosen=proposed)
    except NotDefinedError:
        wanted = []
    names = accounts.drop_duplicates("account_id").set_index("account_id")["name"].astype(str)
    return {a: names[a] for a in dict.fromkeys([*wanted, *filter(None, [only])])}


def records(schedule: Schedule, accounts: Mapping[str, str]) -> dict[str, PlanRecord]:
    """A record for each account's plan, before any is made."""
    sha, given = schedule.notebook.sha256, dict(schedule.parameters)
    return {
        account: PlanRecord(name, f"{file_name(account, name)}.html", sha, given)
        for account, name in accounts.items()
    }
