"""What a plan consists of: each part with its title, its columns, and what to say when it is empty."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from kamkit.locale import N_

__all__ = ["PARTS", "Part"]


@dataclass(frozen=True)
class Part:
    """One part of a plan.

    Parameters
    ----------
    name : what the notebook and the page call it.
    title : its heading.
    sheet : 1, where we stand; 2, what we will do; 0, the head of the first sheet.
    empty : what is missing, and what would fill it; one line.
    columns : of its table, as many as there is room for.
    rows : how many rows there is room for; how many more there are is said.
    wide : columns that take what room the others leave.
    """

    name: str
    title: str
    sheet: int
    empty: str
    columns: tuple[str, ...] = ()
    rows: int = 5
    wide: tuple[str, ...] = ()


_ALL = (
    Part("who", N_("Who they are"), 0, N_("The account is not in the table accounts.")),
    Part("figures", N_("In figures"), 0, N_("No figure of the account is known.")),
    Part("earned", N_("What we earn"), 1, N_("No profit is known: it takes sales and the ledger.")),
    Part(
        "room",
        N_("Where there is room"),
        1,
        N_("No wallet is known: ask what they buy in all, by family, in demand."),
        ("family", "wallet", "current", "share", "gap", "confidence"),
        7,
        ("family",),
    ),
    Part("people", N_("Whom we know"), 1, N_("No person at the customer is known: fill contacts.")),
    Part(
        "gaps",
        N_("What is missing in the relationship"),
        1,
        N_("No gap is known in the relationships."),
        ("issue", "name", "person"),
        4,
        ("name",),
    ),
    Part(
        "team",
        N_("Who works for them"),
        1,
        N_("Nobody is assigned: fill assignments with person, role and task."),
        ("person_id", "role", "hours", "accountable"),
        5,
        ("role",),
    ),
    Part(
        "changed",
        N_("What changed since the last run"),
        1,
        N_("Nothing has changed since the last run."),
        ("what", "before", "after", "change"),
        6,
        ("what",),
    ),
    Part(
        "goals",
        N_("Goals, and who agreed to them"),
        2,
        N_("No goal is set: add rows of kind goal to plan_items."),
        ("text", "metric", "baseline", "target", "due", "owner", "customer_agreed"),
        4,
        ("text",),
    ),
    Part(
        "offers",
        N_("What they need, and what we offer"),
        2,
        N_("No offer is stated: add rows of kind offer and value_driver to plan_items."),
        ("driver", "change", "metric", "value", "confirmed"),
        5,
        ("driver",),
    ),
    Part(
        "deals",
        N_("Opportunities"),
        2,
        N_("No deal is open: add what is for sale to opportunities."),
        ("family", "stage", "amount", "probability", "expected_close", "owner"),
        5,
        ("family",),
    ),
    Part(
        "actions",
        N_("Actions"),
        2,
        N_("No action is planned: add rows of kind action to plan_items, with owner and due."),
        ("text", "owner", "due", "status"),
        6,
        ("text",),
    ),
    Part(
        "risks",
        N_("Risks"),
        2,
        N_("No risk is noted: add rows of kind risk to plan_items."),
        ("text", "probability", "amount", "expected_loss", "owner"),
        4,
        ("text",),
    ),
    Part(
        "money",
        N_("Investment and return"),
        2,
        N_("No case is stated: add rows of kind investment and benefit by month to plan_items."),
        ("year", "programme_cost", "incremental_contribution", "net", "cumulative"),
        5,
        ("year",),
    ),
)

PARTS = MappingProxyType({part.name: part for part in _ALL})
"""The parts by name, in the order in which they are read."""
