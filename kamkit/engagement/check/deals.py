"""The deals that people work on: their life in days, and what they leave unsaid."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kamkit.engagement.check.given import Given
from kamkit.engagement.check.matching import meant
from kamkit.engagement.problems import Problem
from kamkit.engagement.schemas import UNASSIGNED
from kamkit.errors import list_some

__all__ = [
    "closed_without_day",
    "deals_in_order",
    "families",
    "open_with_day",
    "what_deals_do_not_say",
    "without_account",
]

_UNSAID = {
    "created": "their age, and so what is still to come of them, can't be assessed",
    "stage": "their probability by stage can't be assessed",
    "amount": "their value can't be assessed",
}


def deals_in_order(given: Given) -> Iterator[Problem]:
    """Deals that closed before they were created."""
    deals = given.table("opportunities", "created", "closed")
    if deals is None:
        return
    rows = deals.index[deals["closed"] < deals["created"]]
    if len(rows):
        what = f"closed before it was created on {deals.loc[rows[0], 'created']:%Y-%m-%d}"
        yield given.warning(
            "opportunities.closed", what, "correct the dates; were day and month swapped?", rows=rows
        )


def closed_without_day(given: Given) -> Iterator[Problem]:
    """Won and lost deals without the day."""
    deals = given.table("opportunities", "outcome", "closed")
    if deals is None:
        return
    rows = deals.index[deals["outcome"].isin(["won", "lost"]) & deals["closed"].isna()]
    if len(rows):
        what = f"the deal is {deals.loc[rows[0], 'outcome']}, but the day is missing: it counts in no period"
        yield given.warning("opportunities.closed", what, "fill in the day it closed", rows=rows)


def open_with_day(given: Given) -> Iterator[Problem]:
    """Open deals with a day of closing."""
    deals = given.table("opportunities", "outcome", "closed")
    if deals is None:
        return
    rows = deals.index[(deals["outcome"] == "open") & deals["closed"].notna()]
    if len(rows):
        remedy = "write won or lost, or empty the day; a hoped-for day is expected_close"
        yield given.warning(
            "opportunities.closed", "the deal is open, but has a day of closing", remedy, rows=rows
        )


def without_account(given: Given) -> Iterator[Problem]:
    """Deals on which no customer stands."""
    deals = given.table("opportunities")
    if deals is None or deals.empty:
        return
    if "account_id" not in deals:
        what = f"no customer stands on the {len(deals):,} deals: all are kept as unassigned"
        yield given.warning(
            "opportunities.account_id", what, "name the customer of each deal", count=len(deals)
        )
        return
    rows = deals.index[deals["account_id"].isna() | (deals["account_id"] == UNASSIGNED)]
    if len(rows):
        what = f"{len(rows):,} of {len(deals):,} deals without a customer, kept as unassigned"
        remedy = "they stay in every total; fill in the customer where it is known"
        yield given.warning("opportunities.account_id", what, remedy, count=len(rows))


def what_deals_do_not_say(given: Given) -> Iterator[Problem]:
    """Deals without day of creation, stage or amount, and what then can't be said."""
    deals = given.table("opportunities")
    if deals is None or deals.empty:
        return
    for column, outcome in _UNSAID.items():
        place = f"opportunities.{column}"
        if column not in deals:
            what = f"no deal says it, for want of the column {column}: {outcome}"
            yield given.warning(place, what, f"add {column}", count=len(deals))
        elif (rows := deals.index[deals[column].isna()]).size:
            what = f"empty in {len(rows):,} of {len(deals):,} deals: {outcome}"
            yield given.warning(place, what, "fill it in where it is known", rows=rows)


def families(given: Given) -> Iterator[Problem]:
    """Families of deals that the products do not know."""
    deals, products = given.table("opportunities", "family"), given.table("products", "family")
    if deals is None or products is None:
        return
    known = pd.Index(products["family"].dropna().unique())
    strange = deals.loc[deals["family"].notna() & ~deals["family"].isin(known), "family"]
    if len(strange):
        unknown = strange.unique().tolist()
        guesses = [guess for value in unknown[:3] if (guess := meant(value, known))]
        what = f"{list_some(unknown, 3)}: no family of the products; these deals stand apart from them"
        remedy = " ".join([*guesses, "write the families as in products"])
        yield given.warning("opportunities.family", what, remedy, rows=strange.index)
