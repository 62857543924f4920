"""What the panels rest on: the newest run's tables, else the same functions on the client's tables."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from kamkit.engagement.decisions.log import FILE, in_force
from kamkit.engagement.decisions.rules import NewestRun, newest_run
from kamkit.engagement.gaps import NotAssessed, subject_of
from kamkit.engagement.schemas import TABLES
from kamkit.errors import KamkitError, NotDefinedError
from kamkit.locale import _

if TYPE_CHECKING:
    from kamkit.engagement.engagement import Engagement
    from kamkit.locale.numbers import Numbers

__all__ = ["Material"]


class Material:
    """The tables of an engagement as the panels need them, each read or computed once.

    What the newest successful run handed on is taken from it, where it was made of today's data;
    everything else is computed by the functions that the notebooks call, with the same arguments.
    """

    def __init__(self, engagement: Engagement) -> None:
        self.engagement = engagement
        self._tables: dict[str, Any] = {}
        self._log: tuple[tuple[int, int], Mapping[str, Any]] = ((0, 0), {})

    @property
    def numbers(self) -> Numbers:
        """How this client reads numbers."""
        return self.engagement.numbers

    @cached_property
    def run(self) -> NewestRun | None:
        """The newest successful run on today's data; None where there is none."""
        found = newest_run(self.engagement)
        return found if found is not None and dict(found.inputs) == self.engagement.fingerprint() else None

    @property
    def origin(self) -> str:
        """Where the figures come from, one sentence."""
        if self.run is not None:
            return _("Figures of run {id}, on today's data.").format(id=self.run.id)
        return _("There is no run on today's data yet: the figures are computed from the tables.")

    # -- reading ---------------------------------------------------------------------------------

    def table(self, name: str) -> Any:
        """A table of the client's within the period, read once; None where it is missing."""
        if name not in self._tables:
            self._tables[name] = self.engagement.shown(name)
        return self._tables[name]

    def handed_on(self, name: str, otherwise: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """A table of the run, else what ``otherwise`` computes."""
        stored = None if self.run is None else self.run.result(name)
        return otherwise() if stored is None else stored

    def compute(self, function: Callable[..., Any], **given: Any) -> Any:
        """Call a method function with the tables that its parameters are named after.

        Raises
        ------
        NotDefinedError
            A table is missing: says which, and what can't be said without it.
        """
        parameters = inspect.signature(function).parameters.values()
        asked = {p.name: p for p in parameters if p.name in TABLES and p.name not in given}
        tables = {name: self.table(name) for name in asked}
        missing = [name for name, p in asked.items() if tables[name] is None and p.default is p.empty]
        if missing:
            gap = NotAssessed(subject_of(function.__name__), tuple(missing))
            raise NotDefinedError(str(gap), where=", ".join(missing))
        return function(**{n: t for n, t in tables.items() if t is not None}, **given)

    def if_known(self, name: str) -> Any:
        """A result of ours by the name of its property, None where it can't be told."""
        try:
            return getattr(self, name)
        except KamkitError:
            return None

    # -- decisions -------------------------------------------------------------------------------

    def decided(self, key: str, default: Any = None) -> Any:
        """The value in force of a key, read again when the log has changed: another page may decide."""
        return self._in_force().get(key, default)

    def _in_force(self) -> Mapping[str, Any]:
        try:
            found = (self.engagement.path / FILE).stat()
        except OSError:
            return {}
        stamp = (found.st_mtime_ns, found.st_size)
        if self._log[0] != stamp:
            self._log = (stamp, in_force(self.engagement.path))
        return self._log[1]

    # -- results ---------------------------------------------------------------------------------

    @cached_property
    def names(self) -> pd.Series:
        """Names by account."""
        accounts = self.table("accounts")
        if accounts is None:
            return pd.Series(dtype="object")
        return accounts.set_index("account_id")["name"]

    @cached_property
    def _named(self) -> dict[str, str]:
        said = self.names.to_dict().items()
        return {str(a): name for a, name in said if isinstance(name, str) and name.strip()}

    def name(self, account: Any) -> str:
        """What an account is called; its number where it has no name."""
        return self._named.get(str(account), str(account))

    @cached_property
    def pnl(self) -> pd.DataFrame:
        """The customer P&L, as the step on customers computes it."""
        from kamkit.method import profitability

        rate = self.engagement.config.controls.capital_rate
        return self.handed_on(
            "customer_pnl",
            lambda: self.compute(profitability.customer_pnl, ledger=self.table("ledger"), capital_rate=rate),
        )

    @cached_property
    def customers(self) -> pd.DataFrame:
        """The P&L of the customers that are known."""
        from kamkit.method import profitability

        return profitability.known_customers(self.pnl)

    @cached_property
    def values(self) -> pd.DataFrame:
        """What the accounts were judged by, those judged on everything."""
        from kamkit.method import scoring

        judged = self.compute(scoring.judged_values, instrument="attractiveness")
        return scoring.complete(judged)

    @cached_property
    def counting(self) -> str:
        """The instrument of attractiveness that counts: the horizon's, else today's."""
        from kamkit.method import scoring

        asked = ["attractiveness_horizon", "attractiveness"]
        return str(self.compute(scoring.first_answered, instruments=asked))

    @cached_property
    def later(self) -> pd.DataFrame:
        """The values of the instrument that counts."""
        from kamkit.method import scoring

        return scoring.complete(self.compute(scoring.judged_values, instrument=self.counting))

    @cached_property
    def strength(self) -> pd.Series:
        """How far the customers see us ahead of the best alternative."""
        from kamkit.method import portfolio

        return self.compute(portfolio.relative_strength)
