"""Keys that do not meet: what refers to a row that is not there."""

from __future__ import annotations

from collections.abc import Iterator

import narwhals as nw
import pandas as pd

from kamkit.engagement.check.given import Given, Severity, amount, collected, lines
from kamkit.engagement.check.matching import meant
from kamkit.engagement.problems import Problem
from kamkit.engagement.schemas import LEDGER_TABLES, TABLES, UNASSIGNED
from kamkit.errors import list_some

__all__ = ["known_in_activity_use", "known_in_sales", "known_in_tables", "sales_without_account", "subjects"]

_FATAL = ("responses.item_id", "responses.instrument")
"""References without which a figure would be wrong rather than incomplete."""

_OUTCOME = {
    "accounts.parent_id": "these customers then stand without a parent",
    "ledger.account_id": "these amounts are kept as unassigned",
    "contacts.account_id": "these people then belong to no customer",
    "relationships.contact_id": "these relationships then count for no customer",
    "assignments.account_id": "this work then counts for no customer",
    "opportunities.account_id": "these deals are kept as unassigned",
    "sales.account_id": "kept as unassigned",
    "sales.product_id": "their family is then not known",
    "activity_use.account_id": "their cost is kept as unassigned",
    "activity_use.activity_id": "nobody can tell how many minutes they took",
}


def known_in_tables(given: Given) -> Iterator[Problem]:
    """References of the account-level tables, as the schemas declare them."""
    for name, frame in given.tables.items():
        if name in LEDGER_TABLES or name not in TABLES:
            continue
        for column in (c for c in TABLES[name].columns if c.references and c.name in frame):
            yield from _meets(given, f"{name}.{column.name}", frame[column.name], column.references)


def subjects(given: Given) -> Iterator[Problem]:
    """Responses and plan items about accounts that are not there."""
    for name in ("responses", "plan_items"):
        frame = given.table(name, "subject_type", "subject_id")
        if frame is not None:
            about = frame.loc[frame["subject_type"].isin(["account", "competitor"]), "subject_id"]
            yield from _meets(given, f"{name}.subject_id", about, "accounts.account_id")


def _meets(given: Given, place: str, values: pd.Series, reference: str) -> Iterator[Problem]:
    target, key = reference.split(".")
    known = given.table(target, key)
    if known is None:
        return
    strange = values[values.notna() & ~values.isin([*known[key], UNASSIGNED])]
    if len(strange):
        severity: Severity = "fatal" if place in _FATAL else "warning"
        unknown = strange.unique().tolist()
        what = f"{_named(unknown)}not found in {reference}{_outcome(place)}"
        yield given.problem(severity, place, what, _remedy(given, reference, unknown), rows=strange.index)


def _named(values: list[str]) -> str:
    """Several values by name; a single one is shown beside the message."""
    return f"{list_some(values, 3)}: " if len(values) > 1 else ""


def _outcome(place: str) -> str:
    return f"; {_OUTCOME[place]}" if place in _OUTCOME else ""


def _remedy(given: Given, reference: str, values: list[str]) -> str:
    """What was probably meant, and where the missing rows belong."""
    target, key = reference.split(".")
    frame = given.tables[target]
    known, named = pd.Index(frame[key].dropna().unique()), None
    if "name" in frame and frame[key].is_unique:
        known, named = pd.Index(frame[key]), frame["name"]
    guesses = [guess for value in values[:3] if (guess := meant(value, known, named))]
    return (
        f"{' '.join(guesses)} otherwise add the missing ones to {target}"
        if guesses
        else f"add them to {target}"
    )


def known_in_sales(given: Given) -> Iterator[Problem]:
    """Accounts and products of the sales that their tables do not hold."""
    for column, sums in (("account_id", given.sales_by_account), ("product_id", given.sales_by_product)):
        named = sums[sums[column].notna() & (sums[column] != UNASSIGNED)]
        yield from _strangers(given, f"sales.{column}", named)


def known_in_activity_use(given: Given) -> Iterator[Problem]:
    """Accounts and activities of the use that their tables do not hold."""
    if given.activity_use is None:
        return
    for column in ("account_id", "activity_id"):
        used = collected(given.activity_use.group_by(column).agg(lines=nw.len()))
        yield from _strangers(given, f"activity_use.{column}", used[used[column].notna()])


def _strangers(given: Given, place: str, sums: pd.DataFrame) -> Iterator[Problem]:
    """Values of a large table that do not meet, of which only the counts by value were collected."""
    table, column = place.split(".")
    reference = TABLES[table].column(column).references
    known = given.table(*reference.split("."))
    if known is None or sums.empty:
        return
    strange = sums[~sums[column].isin(known[reference.split(".")[1]])]
    if len(strange):
        values = strange.sort_values(["lines", column], ascending=[False, True])[column].tolist()
        what = f"{_named(values)}not found in {reference}: {_size(given, strange)}{_outcome(place)}"
        severity: Severity = "fatal" if column == "activity_id" else "warning"
        count = int(strange["lines"].sum())
        yield given.problem(
            severity, place, what, _remedy(given, reference, values), value=values[0], count=count
        )


def _size(given: Given, sums: pd.DataFrame) -> str:
    number = lines(sums["lines"].sum())
    if "amount" not in sums:
        return number
    total = sums["amount"].sum(skipna=False)
    return f"{number}, " + (
        "in several currencies" if pd.isna(total) else amount(total, given.config.currency)
    )


def sales_without_account(given: Given) -> Iterator[Problem]:
    """Lines on which no customer stands."""
    sums = given.sales_by_account
    empty = sums[sums["account_id"].isna() | (sums["account_id"] == UNASSIGNED)]
    if len(empty):
        what = f"{_size(given, empty)} without a customer, kept as unassigned"
        remedy = "they stay in every total; fill in the customer where it is known"
        yield given.warning("sales.account_id", what, remedy, count=int(empty["lines"].sum()))
