"""One deal in the books of two units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import ParameterError
from kamkit.method.frames import UNASSIGNED, fraction
from kamkit.method.opportunities.deals import days_between, deal_table, require_known

__all__ = ["double_booked"]

_COLUMNS = ["account_id", "opportunity_id", "later", "family", "bu_id", "later_bu_id", "owner", "later_owner",
            "amount", "later_amount", "days_apart", "amount_gap"]  # fmt: skip


def double_booked(
    opportunities: Any, days: int = 7, tolerance: float = 0.05, outcome: str | None = "open"
) -> pd.DataFrame:
    """Pairs of deals that are probably one: same customer and family, two units, near in time and amount.

    ``|created_1 − created_2| ≤ days`` and ``|amount_2 − amount_1| / larger ≤ tolerance``

    Parameters
    ----------
    opportunities : account_id, bu_id, amount, created; family where known.
    days : apart at most, when they were entered.
    tolerance : of the amounts, fraction of the larger.
    outcome : of the deals looked at; None for all.

    Returns
    -------
    DataFrame
        account_id, opportunity_id (entered first) and later (entered after it), family, bu_id, later_bu_id,
        owner, later_owner, amount, later_amount (money), days_apart, amount_gap (fraction). Empty where
        there is none. Deals without customer, unit, amount or day can't be compared.

    Raises
    ------
    NotDefinedError
        The deals tell neither units, customers, amounts nor days.
    ParameterError, UnitError, ValuesError, EmptyError
        A negative number of days, percent; as :func:`deal_table`.

    Notes
    -----
    Source: the confusion between units (Mercuri, second of the eight problems). A suspicion to be asked
    about, not a proof: two units may each sell something of the same size to one customer.

    Examples
    --------
    >>> deals = pd.DataFrame({"opportunity_id": ["a", "b"], "account_id": "x", "bu_id": ["Flow", "Heat"],
    ...     "amount": [100.0, 102.0], "created": ["2025-01-01", "2025-01-03"], "outcome": "open"})
    >>> double_booked(deals)[["opportunity_id", "later", "days_apart"]].values.tolist()
    [['a', 'b', 2.0]]
    """
    near = fraction(tolerance, "tolerance")
    if isinstance(days, bool) or not isinstance(days, int | np.integer) or days < 0:
        raise ParameterError(f"days = {days!r} is not allowed", where="days", allowed="0, 1, 2 …")
    deals = deal_table(opportunities)
    chosen = deals if outcome is None else deals[deals["outcome"].eq(outcome)]
    require_known(chosen, "account_id", "bu_id", "amount", "created")
    rows = chosen[chosen["account_id"].ne(UNASSIGNED)].dropna(subset=["bu_id", "amount", "created"])
    pairs = _neighbours(rows.reset_index(), int(days))
    larger = pairs[["amount", "later_amount"]].abs().max(axis=1)
    pairs["amount_gap"] = ((pairs["later_amount"] - pairs["amount"]).abs() / larger).where(larger > 0, 0.0)
    found = pairs[(pairs["amount_gap"] <= near) & pairs["days_apart"].between(0, days)]
    found = found[found["bu_id"] != found["later_bu_id"]]
    return found.sort_values(["opportunity_id", "later"], ignore_index=True)[_COLUMNS]


def _neighbours(rows: pd.DataFrame, days: int) -> pd.DataFrame:
    """Pairs of one customer and family from the same stretch of days or the next one."""
    stretch = (rows["created"] - pd.Timestamp("1970-01-01")).dt.days // (days + 1)
    first = rows.assign(family=rows["family"].fillna(""), stretch=stretch)
    keys = ["account_id", "family", "stretch"]
    last = first[["opportunity_id", "bu_id", "owner", "amount", "created", *keys]].rename(
        columns={
            "opportunity_id": "later",
            **{c: f"later_{c}" for c in ("bu_id", "owner", "amount", "created")},
        }
    )
    joined = [first.merge(last.assign(stretch=last["stretch"] - ahead), on=keys) for ahead in (0, 1)]
    pairs = pd.concat(joined, ignore_index=True)
    pairs["days_apart"] = days_between(pairs["created"], pairs["later_created"])
    ordered = (pairs["days_apart"] > 0) | (
        (pairs["days_apart"] == 0) & (pairs["opportunity_id"] < pairs["later"])
    )
    pairs["family"] = pairs["family"].where(pairs["family"] != "")
    return pairs[ordered].copy()
