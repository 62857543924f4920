"""Sales by account and month, asked once of a ledger that is asked for them by several."""

from __future__ import annotations

import narwhals as nw
import pandas as pd

from kamkit.errors import EmptyError, ValuesError
from kamkit.method.frames import UNASSIGNED
from kamkit.method.lines import line_sums
from kamkit.method.settled import is_settled

__all__ = ["all_months", "known_between", "monthly_sums"]


def monthly_sums(lines: nw.LazyFrame) -> pd.DataFrame:
    """Net sales by account and month."""
    return line_sums(lines, "sales", ["account_id", "month"], ["net_amount"])


def all_months(lines: nw.LazyFrame) -> pd.DataFrame | None:
    """Net sales of a whole ledger that keeps its answers; None of other lines.

    None, too, where one of its lines can't be added: those that are asked for may be sound.
    """
    try:
        return monthly_sums(lines) if is_settled(lines) else None
    except (EmptyError, ValuesError):
        return None


def known_between(monthly: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """The rows of known accounts in the months from ``first`` to ``last``, both included."""
    within = (monthly["month"] >= first) & (monthly["month"] <= last)
    return monthly[within & (monthly["account_id"] != UNASSIGNED)].reset_index(drop=True)
