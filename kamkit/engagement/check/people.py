"""Key accounts, and the deals that people work on."""

from __future__ import annotations

from collections.abc import Iterator

from kamkit.engagement.check.given import Given
from kamkit.engagement.problems import Problem
from kamkit.errors import list_some

__all__ = ["deals_in_order", "key_account_and_candidate", "won_without_date"]


def key_account_and_candidate(given: Given) -> Iterator[Problem]:
    """Accounts that are in the programme and are called candidates that were not chosen."""
    accounts = given.table("accounts", "account_id", "kam_start", "considered")
    if accounts is None:
        return
    both = accounts[accounts["kam_start"].notna() & accounts["considered"].fillna(False).astype(bool)]
    if len(both):
        what = f"{list_some(both['account_id'].tolist(), 3)}: has a kam_start and is called considered, that is, not chosen"
        yield given.problem("warning", "accounts", what, "keep one of the two", column="considered",
                            value="true", rows=both.index)  # fmt: skip


def deals_in_order(given: Given) -> Iterator[Problem]:
    """Deals that closed before they were created."""
    deals = given.table("opportunities", "created", "closed")
    if deals is None:
        return
    early = deals[deals["closed"] < deals["created"]]
    if len(early):
        first = early.iloc[0]
        what = f"closed {first['closed']:%Y-%m-%d} before it was created {first['created']:%Y-%m-%d}"
        yield given.problem("warning", "opportunities", what, "correct the dates; were day and month swapped?",
                            column="closed", value=f"{first['closed']:%Y-%m-%d}", rows=early.index)  # fmt: skip


def won_without_date(given: Given) -> Iterator[Problem]:
    """Closed deals without the day, and open ones with it."""
    deals = given.table("opportunities", "outcome", "closed")
    if deals is None:
        return
    for outcomes, dated, what in (
        (("won", "lost"), False, "is closed, but the day is missing: it counts in no period"),
        (("open",), True, "is open, but has a day of closing"),
    ):
        rows = deals[deals["outcome"].isin(outcomes) & (deals["closed"].notna() == dated)]
        if len(rows):
            remedy = "empty closed, or write how it ended" if dated else "fill in closed"
            yield given.problem("warning", "opportunities", what, remedy, column="closed",
                                value=rows["outcome"].iloc[0], rows=rows.index)  # fmt: skip
