"""Key accounts, and the deals that people work on."""

from __future__ import annotations

from collections.abc import Iterator

from kamkit.engagement.check.given import Given
from kamkit.engagement.problems import Problem

__all__ = ["closed_without_day", "deals_in_order", "key_account_and_candidate", "open_with_day"]


def key_account_and_candidate(given: Given) -> Iterator[Problem]:
    """Accounts that are in the programme and are called candidates that were not chosen."""
    accounts = given.table("accounts", "account_id", "kam_start", "considered")
    if accounts is None:
        return
    rows = accounts.index[accounts["kam_start"].notna() & accounts["considered"].eq(True).fillna(False)]
    if len(rows):
        what = f"{accounts.loc[rows[0], 'account_id']} has a kam_start, and is called considered, not chosen"
        yield given.warning("accounts.considered", what, "keep one of the two", rows=rows)


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
