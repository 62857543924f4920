"""Days that have not come yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from kamkit.engagement import reads
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

_REMEDY = "correct the date; were day and month swapped, or digits of the year?"
_REACH = "without a [period] in engagement.toml the analysis reaches as far as these"


def in_the_future(given: Given) -> Iterator[Problem]:
    """Days later than today where only the past is told."""
    reads.note("day:today")
    today = pd.Timestamp(dt.date.today())
    for name, column in ((n, c) for n, columns in _PAST.items() for c in columns):
        frame = given.table(name, column)
        if frame is not None and (rows := frame.index[frame[column] > today]).size:
            yield given.warning(f"{name}.{column}", "lies in the future", _REMEDY, rows=rows)
    late = given.sales_by_month[given.sales_by_month["month"] > today]
    if len(late):
        number = int(late["lines"].sum())
        what = f"{lines(number)} in months that lie in the future"
        yield given.warning(
            "sales.date", what, f"{_REMEDY} {_REACH}", value=late["month"].iloc[0], count=number
        )
