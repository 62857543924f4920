"""Sales as a panel: accounts × months or quarters, and their logarithms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import EmptyError, NotDefinedError, Sentence, ValuesError, list_some
from kamkit.method.frames import UNASSIGNED, one_of
from kamkit.method.lines import line_frame, line_sums

__all__ = ["EVERY", "checked_panel", "key_accounts", "logs", "period_of", "sales_panel"]

EVERY: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}
"""Lengths of a panel's period, in months."""


def sales_panel(sales: Any, until: Any = None, every: str = "month") -> pd.DataFrame:
    """Net sales by account and month, quarter or year.

    ``panel[account, period] = sum of net_amount``; a period without an invoice is 0, since nothing was sold

    Parameters
    ----------
    sales : date, account_id, net_amount; all years there are, not only the period under analysis. Any
        frame Narwhals supports.
    until : last day to count; what is dated later is left out.
    every : "month", "quarter" or "year" of the calendar; quarters and years that are not covered
        whole are left out.

    Returns
    -------
    DataFrame
        Accounts × first days of the periods, money. Sales of no known customer are left out.

    Raises
    ------
    NotDefinedError
        No sales of a known customer, or no whole period.
    ValuesError, ColumnError, EmptyError, ParameterError
        NaN in a required column, a missing column, no rows, an unknown ``every``.

    Examples
    --------
    >>> sales = pd.DataFrame({"date": pd.to_datetime(["2025-01-10", "2025-03-02", "2025-03-30"]),
    ...                       "account_id": ["a", "a", "b"], "net_amount": [10.0, 20, 5]})
    >>> sales_panel(sales).to_numpy().tolist()
    [[10.0, 0.0, 20.0], [0.0, 0.0, 5.0]]
    >>> sales_panel(sales, every="quarter").to_numpy().tolist()
    [[30.0], [5.0]]
    """
    length = EVERY[one_of(every, tuple(EVERY), "every")]
    lines = line_frame(sales, "sales", ["date", "account_id", "net_amount"])
    sums = line_sums(lines, "sales", ["account_id", "month"], ["net_amount"])
    sums = sums[sums["account_id"] != UNASSIGNED]
    if until is not None:
        sums = sums[sums["month"] <= pd.Timestamp(until)]
    if sums.empty:
        raise NotDefinedError("there are no sales of a known customer", where="sales")
    covered = pd.date_range(sums["month"].min(), sums["month"].max(), freq="MS", name="period")
    panel = sums.pivot(index="account_id", columns="month", values="net_amount").reindex(columns=covered)
    return _whole(panel.fillna(0.0), length, every)


def _whole(panel: pd.DataFrame, length: int, every: str) -> pd.DataFrame:
    """The months added up to longer periods, those that are not covered whole left out."""
    panel.columns.name = "period"
    if length == 1:
        return panel
    starts = pd.DatetimeIndex([period_of(month, every) for month in panel.columns])
    months = pd.Series(1, index=starts).groupby(level=0).sum()
    added = panel.T.groupby(starts.to_numpy()).sum().T[months.index[months == length]]
    if added.shape[1] == 0:
        raise NotDefinedError(Sentence("the sales cover no whole {every}", every=every), where="sales")
    added.columns.name = "period"
    return added


def period_of(day: Any, every: str) -> pd.Timestamp:
    """First day of the month, quarter or year that a day lies in.

    >>> period_of("2024-08-17", "quarter")
    Timestamp('2024-07-01 00:00:00')
    """
    length, date = EVERY[every], pd.Timestamp(day)
    return pd.Timestamp(date.year, (date.month - 1) // length * length + 1, 1)


def logs(panel: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Natural logarithms of a panel, and the accounts left out because a period is not above zero."""
    positive = (panel > 0).all(axis="columns").to_numpy()
    kept = panel.loc[positive].apply(np.log)
    return kept, [str(a) for a in panel.index[~positive]]


def key_accounts(accounts: pd.DataFrame) -> pd.DataFrame:
    """By account_id: is_key, start (first programme day, NaT where it is not stated), considered.

    A key account is one with a start or a tier.

    >>> key_accounts(pd.DataFrame({"account_id": ["a", "b"], "kam_tier": ["A", None]}))
               is_key start  considered
    account_id
    a            True   NaT       False
    b           False   NaT       False
    """
    table = accounts.set_index(accounts["account_id"].astype(str).rename("account_id"))
    blank = pd.Series(pd.NaT, index=table.index, dtype="datetime64[us]")
    start = pd.to_datetime(table["kam_start"]) if "kam_start" in table else blank
    tier = table["kam_tier"].notna() if "kam_tier" in table else False
    considered = table["considered"].fillna(False).astype(bool) if "considered" in table else False
    return pd.DataFrame({"is_key": start.notna() | tier, "start": start, "considered": considered})


def checked_panel(panel: Any) -> pd.DataFrame:
    """A panel with dated columns in order, one row for each account, and no value missing."""
    if not isinstance(panel, pd.DataFrame) or panel.empty:
        raise EmptyError("panel has no accounts or no periods", where="panel")
    if panel.index.has_duplicates:
        double = list_some(list(panel.index[panel.index.duplicated()].unique()))
        raise ValuesError("panel has accounts that stand twice", where=f"panel: {double}")
    try:
        columns = pd.DatetimeIndex(pd.to_datetime(panel.columns))
        values = panel.astype("float64")
    except (TypeError, ValueError) as error:
        raise ValuesError(
            "panel holds something else than numbers by account and period",
            where="panel",
            allowed="rows: accounts; columns: first days of the periods; values: numbers",
        ) from error
    wrong = ~np.isfinite(values.to_numpy()).all(axis=1)
    if wrong.any():
        raise ValuesError(
            f"panel is missing or infinite for {int(wrong.sum())} account(s)",
            where=f"panel: {list_some([str(a) for a in panel.index[wrong]])}",
            remedy="a period without sales is 0, and its logarithm does not exist: use longer periods",
        )
    return values.set_axis(columns, axis=1).sort_index(axis=1)
