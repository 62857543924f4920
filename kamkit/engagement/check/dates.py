"""Days that have not come yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from kamkit.engagement.check.given import Given, lines
from kamkit.engagement.problems import Problem

__all__ = ["in_the_future"]

_PAST = {
    "accounts": ("since",),
    "ledger": ("month",),
    "responses": ("date",),
    "relationships": ("last_contact",),
    "opportunities": ("created", "closed"),
}
"""Columns that tell of what has been; a start or an expected end may lie ahead."""


def in_the_future(given: Given) -> Iterator[Problem]:
    """Days later than today where only the past is told."""
    today = pd.Timestamp(dt.date.today())
    remedy = "correct the date; were day and month swapped, or two digits of the year?"
    for name, columns in _PAST.items():
        for column in columns:
            frame = given.table(name, column)
            late = frame[frame[column] > today] if frame is not None else ()
            if len(late):
                first = f"{late[column].iloc[0]:%Y-%m-%d}"  # type: ignore[call-overload]
                yield given.problem("warning", name, "lies in the future", remedy, column=column, value=first,
                                    rows=late.index)  # type: ignore[union-attr]  # fmt: skip
    sums = given.sales_by_month
    late = sums[sums["month"] > today] if len(sums) else sums
    if len(late):
        what = f"{lines(late['lines'].sum())} in months that lie in the future"
        yield given.problem("warning", "sales", what, remedy, column="date", value=f"{late['month'].iloc[0]:%Y-%m}",
                            count=int(late["lines"].sum()))  # fmt: skip
