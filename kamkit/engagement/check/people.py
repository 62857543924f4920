"""Key accounts and candidates."""

from __future__ import annotations

from collections.abc import Iterator

from kamkit.engagement.check.given import Given
from kamkit.engagement.problems import Problem

__all__ = ["key_account_and_candidate"]


def key_account_and_candidate(given: Given) -> Iterator[Problem]:
    """Accounts that are in the programme and are called candidates that were not chosen."""
    accounts = given.table("accounts", "account_id", "kam_start", "considered")
    if accounts is None:
        return
    rows = accounts.index[accounts["kam_start"].notna() & accounts["considered"].eq(True).fillna(False)]
    if len(rows):
        what = f"{accounts.loc[rows[0], 'account_id']} has a kam_start, and is called considered, not chosen"
        yield given.warning("accounts.considered", what, "keep one of the two", rows=rows)
