"""What everything that a step shows needs to know of it, so that it can be shown again elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from kamkit.engagement.schemas import UNASSIGNED
from kamkit.locale import _, language
from kamkit.locale.numbers import Numbers
from kamkit.method.demand import ALL

__all__ = ["Scene"]


@dataclass(frozen=True)
class Scene:
    """The step behind something that is shown: whose, of when, from what, in which dress.

    Parameters
    ----------
    name, subject : the step, and whom it is about where it runs once for each of many.
    client, currency : of the engagement.
    start, end : the period under analysis.
    used : names of the input tables that the step has read so far.
    accounts : how many accounts there are, where the step knows them.
    unassigned : share of the sales that no customer is known for, where the step reads them.
    run : id of the run, empty outside one.
    colours, font : the client's branding.
    """

    name: str
    subject: str
    client: str
    currency: str
    start: pd.Timestamp
    end: pd.Timestamp
    used: tuple[str, ...] = ()
    accounts: int | None = None
    unassigned: float | None = None
    run: str = ""
    colours: tuple[str, ...] = ()
    font: str | None = None

    @property
    def numbers(self) -> Numbers:
        """How the client reads numbers, in the language in force."""
        return Numbers(self.currency, language())

    def source(self, *tables: Any) -> str:
        """Source line: tables used, period, n of N accounts, share unassigned, run id."""
        parts = [
            _("Source: {tables}").format(tables=", ".join(self.used)) if self.used else "",
            f"{self.start:%Y-%m} – {self.end:%Y-%m}",
            self._accounts_text(tables),
            self._unassigned_text,
            _("run {id}").format(id=self.run) if self.run else "",
        ]
        return " · ".join(p for p in parts if p)

    def _accounts_text(self, tables: tuple[Any, ...]) -> str:
        shown = next((n for n in map(_accounts_in, tables) if n is not None), None)
        if self.accounts is None or shown is None:
            return ""
        return _("{shown} of {all} accounts").format(
            shown=self.numbers.count(shown), all=self.numbers.count(self.accounts)
        )

    @property
    def _unassigned_text(self) -> str:
        if self.unassigned is None or self.unassigned != self.unassigned:
            return ""
        return _("{share} of sales unassigned").format(share=self.numbers.percent(self.unassigned))


def _accounts_in(table: Any) -> int | None:
    """How many accounts a result speaks of, where it is by account; unassigned and sums are none."""
    if getattr(getattr(table, "index", None), "name", None) == "account_id":
        accounts = table.index
    elif isinstance(table, pd.DataFrame) and "account_id" in table:
        accounts = pd.Index(table["account_id"].dropna())
    else:
        return None
    return int(accounts[~accounts.isin([UNASSIGNED, ALL])].nunique())
