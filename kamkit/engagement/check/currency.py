"""Sales in other currencies than the one that is reported in."""

from __future__ import annotations

from collections.abc import Iterator

from kamkit.engagement.check.given import Given
from kamkit.engagement.problems import Problem
from kamkit.engagement.rates import missing_text

__all__ = ["own_rate", "rates_missing"]


def rates_missing(given: Given) -> Iterator[Problem]:
    """Months and currencies of the sales for which there is no rate."""
    missing = given.unrated
    if len(missing):
        what, remedy = missing_text(missing, given.rates is not None, given.config.currency)
        first, count = missing["currency"].iloc[0], int(missing["lines"].sum())
        yield given.fatal("sales.currency", what, remedy, value=first, count=count)


def own_rate(given: Given) -> Iterator[Problem]:
    """A rate of the reporting currency to itself that is not 1: the file was made for another one."""
    if given.rates is None:
        return
    own = given.rates[(given.rates["currency"] == given.config.currency) & (given.rates["rate"] != 1)]
    if len(own):
        currency = given.config.currency
        what = (
            f"{currency} is the reporting currency, so its rate is 1: were these rates made for another one?"
        )
        remedy = f"write how many {currency} one unit of the other currency is worth"
        yield given.fatal("rates.rate", what, remedy, value=float(own["rate"].iloc[0]), count=len(own))
