"""How old the open deals are, and how far expected days slip."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.opportunities.deals import as_of, days_between, deal_table, reference_day, require_known
from kamkit.method.opportunities.stages import age_effect

__all__ = ["ageing", "slippage"]


def _day(opportunities: Any, today: Any) -> pd.Timestamp:
    return reference_day(opportunities, pd.Timestamp.min) if today is None else pd.Timestamp(today)


def ageing(opportunities: Any, today: Any = None) -> pd.DataFrame:
    """Open deals by age, beside what became of earlier deals that were still open at that age.

    Parameters
    ----------
    opportunities : outcome, created, closed; amount and stage where known.
    today : day that ages are counted to; without it the last day that a deal was created or closed.

    Returns
    -------
    DataFrame
        A row for each class of age: age_from, age_to (days, the last one open: NaN), open (number), amount
        (money, of those that have one), without_amount (number), at_risk (earlier deals that were open at
        age_from), probability (of these, won), factor (see :func:`age_effect`). The last class is older than
        any deal that was ever decided: it has no probability. Deals of unknown age stand in a last row
        with neither age, where there are any.

    Raises
    ------
    NotDefinedError
        No deal is open, or no decided deal has dates.
    ValuesError, EmptyError
        As :func:`deal_table`.

    Notes
    -----
    Source: as :func:`age_effect`.

    Examples
    --------
    >>> deals = pd.DataFrame({"outcome": ["won", "open"], "created": ["2025-01-01", "2025-02-01"],
    ...     "closed": ["2025-01-11", None], "amount": 5.0})
    >>> ageing(deals, "2025-02-26")[["age_from", "open", "probability"]].values.tolist()
    [[0.0, 0.0, 0.5], [10.0, 1.0, nan]]
    """
    day = _day(opportunities, today)
    deals = as_of(deal_table(opportunities), day)
    classes = age_effect(opportunities, day)
    opened = deals[deals["outcome"].eq("open")]
    if opened.empty:
        raise NotDefinedError("no deal is open", where="opportunities.outcome")
    end = float(classes["age_to"].iloc[-1])
    table = classes.drop(columns="ratio")
    table.loc[len(table)] = {"age_from": end, "at_risk": 0.0}
    age = days_between(opened["created"], day)
    place = np.searchsorted(table["age_from"].iloc[:-1], age.fillna(0.0), side="right") - 1
    place = np.where(age > end, len(table) - 1, np.where(age.isna(), len(table), place))
    if age.isna().any():
        table.loc[len(table)] = {"at_risk": np.nan}
    groups = opened["amount"].groupby(place)
    counts = {
        "open": groups.size(),
        "amount": groups.sum(min_count=1),
        "without_amount": groups.size() - groups.count(),
    }
    for at, (name, values) in enumerate(counts.items(), start=2):
        empty = np.nan if name == "amount" else 0
        table.insert(at, name, values.reindex(table.index, fill_value=empty))
    return table


def slippage(opportunities: Any, today: Any = None) -> pd.DataFrame:
    """Days by which deals close later than expected, and by which open ones are overdue.

    ``days = closed − expected``; of an open deal ``today − expected``, if that is past

    Parameters
    ----------
    opportunities : outcome, expected_close, closed; amount where known.
    today : day by which an open deal is overdue; as of :func:`ageing` where it is not given.

    Returns
    -------
    DataFrame
        Indexed by outcome (won, lost, open, as far as there are such deals): deals (with an expected day),
        late (number closed after it, or overdue), late_share (fraction), mean_days, median_days,
        worst_days (days; of open deals over the overdue ones), amount (money, of the late ones), without_date
        (deals without an expected day, or decided without a day).

    Raises
    ------
    NotDefinedError
        No deal has an expected day.
    ValuesError, EmptyError
        As :func:`deal_table`.

    Notes
    -----
    Source: definition. Where the expected day is moved whenever it has passed, slippage looks small:
    the day first expected is the one to keep.

    Examples
    --------
    >>> deals = pd.DataFrame({"outcome": ["won", "open"], "expected_close": "2025-01-01",
    ...     "closed": ["2025-01-11", None], "amount": 5.0})
    >>> slippage(deals, "2025-01-31")["mean_days"].to_dict()
    {'won': 10.0, 'open': 30.0}
    """
    day = _day(opportunities, today)
    deals = as_of(deal_table(opportunities), day)
    require_known(deals, "expected_close")
    deals = deals[deals["outcome"].isin(["won", "lost", "open"])]
    opened = deals["outcome"].eq("open")
    days = days_between(deals["expected_close"], deals["closed"].where(~opened, day))
    late = days > 0
    told = days.where(~opened | late)
    frame = deals.assign(days=days, told=told, late=late, late_amount=deals["amount"].where(late))
    groups = frame.groupby("outcome")
    table = pd.DataFrame({
        "deals": groups["days"].count(),
        "late": groups["late"].sum(),
        "mean_days": groups["told"].mean(),
        "median_days": groups["told"].median(),
        "worst_days": groups["told"].max(),
        "amount": groups["late_amount"].sum(min_count=1),
        "without_date": groups.size() - groups["days"].count(),
    })  # fmt: skip
    table.insert(2, "late_share", table["late"] / table["deals"].where(table["deals"] > 0))
    return table.reindex([o for o in ("won", "lost", "open") if o in table.index])
