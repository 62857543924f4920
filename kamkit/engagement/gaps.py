"""What could not be assessed, and which table would mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kamkit.engagement.schemas import TABLES
from kamkit.locale import N_, _

__all__ = ["NotAssessed", "title_of"]

_TITLES = {
    "allocation_check": N_("Allocation of cost to customers"),
    "capacity_use": N_("Use of the teams' capacity"),
    "concentration_summary": N_("Concentration of revenue"),
    "contribution_ladder": N_("Contribution ladder"),
    "cost_views": N_("Profit with all cost absorbed"),
    "customer_pnl": N_("Profit and loss of the customers"),
    "growth_split": N_("Where growth came from"),
    "known_customers": N_("Customers"),
    "largest_losses": N_("The largest losses"),
    "lorenz": N_("Concentration of revenue"),
    "pool": N_("Market size, growth and share"),
    "price_cost_matrix": N_("Net price against cost to serve"),
    "price_waterfall": N_("From list price to pocket price"),
    "profit_basis": N_("Profit of the customers"),
    "reconcile": N_("Reconciliation to the ledger"),
    "supplier_concentration": N_("Concentration of suppliers"),
    "whale_curve": N_("Who earns the money"),
    "whale_summary": N_("Who earns the money"),
}


def title_of(function: str, otherwise: str = "") -> str:
    """What a method function assesses, as a client reads it; ``otherwise`` for one without a title.

    >>> title_of("capacity_use"), title_of("some_new_method")
    ("Use of the teams' capacity", 'some new method')
    """
    return _(_TITLES[function]) if function in _TITLES else otherwise or function.replace("_", " ")


@dataclass(frozen=True)
class NotAssessed:
    """Stands where a result would stand; false, and carried through what is computed from it.

    ``needs`` names the tables that are missing; ``reason`` says why the figure does not exist, where
    the tables are there and the figure still can't be given.
    """

    what: str
    needs: tuple[str, ...] = ()
    reason: str = ""

    def __bool__(self) -> bool:
        return False

    @property
    def sentence(self) -> str:
        """The gap in one sentence, in the client's language."""
        if self.needs:
            return _("Not assessed: needs {tables}").format(tables=_listed(self.needs))
        return _("Not assessed: {reason}").format(reason=self.reason)

    def __getattr__(self, name: str) -> NotAssessed:
        """Whatever is asked of a gap is the same gap, so that a notebook needs no conditions."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: object, **options: object) -> NotAssessed:
        return self

    def __getitem__(self, key: object) -> NotAssessed:
        return self

    def __format__(self, spec: str) -> str:
        return str(self)

    def _repr_markdown_(self) -> str:
        return f"**{self.what}.** {self.sentence}"

    def __str__(self) -> str:
        return f"{self.what}: {self.sentence}"


def _listed(tables: Sequence[str]) -> str:
    return ", ".join(f"{t} ({_(TABLES[t].purpose)})" if t in TABLES else t for t in tables)
