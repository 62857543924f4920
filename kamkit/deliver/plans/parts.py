"""What a plan consists of: each part with its title, its columns, and what to say when it is empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    lines : how many lines of text there is room for in all, where texts may be long; 0 for any number.
    wide : columns that take what room the others leave.
    heads : per column the title and the kind of value, where a plan calls it otherwise than other tables.
    alarms : columns whose cells may say that something is overdue.
    """

    name: str
    title: str
    sheet: int
    empty: str
    columns: tuple[str, ...] = ()
    rows: int = 5
    wide: tuple[str, ...] = ()
    heads: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    alarms: tuple[str, ...] = ()
    lines: int = 0


_ALL = (
    Part("who", N_("Who they are"), 0, N_("The account is not in the table accounts.")),
    Part("figures", N_("In figures"), 0, N_("No figure of the account is known.")),
    Part("earned", N_("What we earn"), 1, N_("No profit is known: it takes sales and the ledger.")),
    Part(
        "room",
        N_("Where there is room"),
        1,
        N_("No wallet is known: ask what they buy in all, by family, and enter it in demand."),
        ("family", "wallet", "current", "share", "gap", "confidence"),
        6,
        ("family",),
        {
            "wallet": (N_("They buy"), "money"),
            "current": (N_("From us"), "money"),
            "share": (N_("Our share"), "share"),
            "gap": (N_("Gap to our aim"), "money"),
            "confidence": (N_("Source"), "word"),
        },
    ),
    Part("people", N_("Whom we know"), 1, N_("No person at the customer is known: fill contacts.")),
    Part(
        "changed",
        N_("What changed since the last run"),
        1,
        N_("Nothing has changed since the last run."),
        ("what", "before", "after"),
        4,
        ("what",),
        {
            "what": (N_("What"), "text"),
            "before": (N_("Then"), "text"),
            "after": (N_("Now"), "text"),
        },
    ),
    Part(
        "goals",
        N_("Goals, and who agreed to them"),
        2,
        N_("No goal is set: add rows of kind goal to plan_items."),
        ("text", "metric", "baseline", "target", "due", "customer_agreed"),
        4,
        ("text",),
        {
            "text": (N_("Goal"), "text"),
            "metric": (N_("Measured by"), "text"),
            "baseline": (N_("Today"), "number"),
            "due": (N_("Due"), "date"),
            "customer_agreed": (N_("Customer agreed"), "flag"),
        },
        lines=5,
    ),
    Part(
        "offers",
        N_("What they need, and what we offer"),
        2,
        N_("No offer is stated: add rows of kind offer and value_driver to plan_items."),
        ("driver", "change", "metric", "value", "confirmed"),
        4,
        ("driver",),
        {
            "driver": (N_("What changes for them"), "text"),
            "change": (N_("Change"), "number"),
            "metric": (N_("Measured by"), "text"),
            "value": (N_("Worth to them"), "money"),
            "confirmed": (N_("They confirmed"), "flag"),
        },
    ),
    Part(
        "deals",
        N_("Opportunities"),
        2,
        N_("No deal is open: enter what is for sale in opportunities."),
        ("family", "stage", "amount", "probability", "expected_close", "owner"),
        4,
        ("family",),
        {
            "probability": (N_("Chance"), "share"),
            "expected_close": (N_("Expected"), "date"),
            "stage": (N_("Stage"), "text"),
        },
    ),
    Part(
        "actions",
        N_("Actions"),
        2,
        N_("No action is planned: add rows of kind action to plan_items, with owner and due."),
        ("text", "owner", "due", "status"),
        5,
        ("text",),
        {
            "text": (N_("Action"), "text"),
            "due": (N_("Due"), "date"),
            "status": (N_("Status"), "text"),
        },
        ("status",),
        lines=7,
    ),
    Part(
        "risks",
        N_("Risks"),
        2,
        N_("No risk is noted: add rows of kind risk to plan_items."),
        ("text", "probability", "amount", "expected_loss", "owner"),
        3,
        ("text",),
        {
            "text": (N_("Risk"), "text"),
            "probability": (N_("Chance"), "share"),
            "amount": (N_("At stake"), "money"),
            "expected_loss": (N_("Expected loss"), "money"),
        },
        lines=3,
    ),
    Part(
        "team",
        N_("Who works for them"),
        2,
        N_("Nobody is assigned: fill assignments with person, role and task."),
        ("person_id", "role", "hours", "accountable"),
        4,
        ("role",),
        {
            "hours": (N_("Hours a year"), "count"),
            "accountable": (N_("Tasks to answer for"), "count"),
        },
    ),
    Part(
        "money",
        N_("Investment and return"),
        2,
        N_("No case is stated: add rows of kind investment and benefit by month to plan_items."),
        ("year", "programme_cost", "incremental_contribution", "net", "cumulative"),
        5,
        (),
        {
            "programme_cost": (N_("We spend"), "money"),
            "incremental_contribution": (N_("We expect in contribution"), "money"),
            "net": (N_("Net"), "money"),
            "cumulative": (N_("Running total"), "money"),
        },
    ),
)

PARTS = MappingProxyType({part.name: part for part in _ALL})
"""The parts by name, in the order in which they are read."""
