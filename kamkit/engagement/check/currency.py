"""Sales in other currencies than the one that is reported in."""

from __future__ import annotations

from collections.abc import Iterator

from kamkit.engagement.check.given import Given
from kamkit.engagement.problems import Problem
from kamkit.engagement.rates import missing_text

__all__ = ["rates_missing"]


def rates_missing(given: Given) -> Iterator[Problem]:
    """Months and currencies of the sales for which there is no rate."""
    missing = given.unrated
    if len(missing):
        what, remedy = missing_text(missing, given.rates is not None, given.config.currency)
        yield given.problem("fatal", "sales", what, remedy, column="currency", value=missing["currency"].iloc[0],
                            count=int(missing["lines"].sum()))  # fmt: skip
