"""Which account plans a run makes, which it takes over, and where each of them is kept."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from kamkit.deliver.order import Notebook
from kamkit.deliver.record import PlanRecord, RunRecord
from kamkit.deliver.results import read_result
from kamkit.engagement.file_names import file_name
from kamkit.errors import NotDefinedError
from kamkit.method.account_plan import planned_accounts

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__all__ = [
    "FOLDER",
    "Schedule",
    "accounts_with_plans",
    "borrow",
    "lendable",
    "own_folder",
    "records",
    "signature_of",
]

FOLDER = "plans"
"""Where plans are kept, in a run folder and among the deliverables."""

DECIDED = "plan.accounts"
"""The decision that names the accounts which get a plan."""


@dataclass(frozen=True)
class Schedule:
    """The plans of a run: their notebook, and whether all are made, one, or none.

    ``only`` is the account asked for; ``made`` is False where the run was asked for single steps, and
    plans are only taken over; ``signature`` stands for all that shapes a plan but the inputs.
    """

    notebook: Notebook
    parameters: Mapping[str, Any]
    signature: str
    made: bool
    only: str = ""
    lender: Path | None = None

    def executes(self, account: str) -> bool:
        """Whether this run makes the plan of an account itself."""
        return self.made and self.only in ("", account)


def signature_of(notebook: Notebook, parameters: Mapping[str, Any], steps_before: Sequence[str]) -> str:
    """One hash of all that shapes a plan but the inputs: notebook, parameters, the steps it reads."""
    shaped_by = json.dumps([notebook.sha256, dict(parameters), sorted(steps_before)], sort_keys=True)
    return hashlib.sha256(shaped_by.encode()).hexdigest()


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
    return {
        account: PlanRecord(name, f"{file_name(account, name)}.html", schedule.signature)
        for account, name in accounts.items()
    }


def lendable(schedule: Schedule, account: str, record: PlanRecord) -> PlanRecord | None:
    """The plan that the lending run made of the same account in the same way, or None."""
    lender = RunRecord.load(schedule.lender) if schedule.lender else None
    made = lender.plans.get(account) if lender else None
    if lender is None or made is None or made.status not in ("done", "reused"):
        return None
    file = Path(schedule.lender or "", FOLDER, made.file)
    same = made.signature == schedule.signature and made.file == record.file and file.is_file()
    return replace(made, status="reused", reused_from=lender.id) if same else None


def borrow(lender: Path, account: str, record: PlanRecord, run_folder: Path) -> None:
    """Copy what an earlier run made of a plan: the page, and what was kept apart for it."""
    shutil.copy2(lender / FOLDER / record.file, run_folder / FOLDER / record.file)
    apart = own_folder(account)
    if (lender / apart).is_dir():
        shutil.copytree(lender / apart, run_folder / apart, dirs_exist_ok=True)
