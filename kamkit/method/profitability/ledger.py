"""Reading the client's general ledger: rungs, traced rows, and the cost of teams."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kamkit.errors import ValuesError, list_some
from kamkit.method.frames import as_pandas, identifiers, months, numeric

__all__ = ["LEDGER_COLUMNS", "RUNGS", "TEAM_RUNGS", "ledger_rows", "rung_totals", "traced"]

RUNGS = (
    "revenue", "deduction", "product_cost", "marketing", "selling", "service",
    "key_account", "capital", "transfer", "sustaining", "excluded",
)  # fmt: skip

LEDGER_COLUMNS = {
    "deduction": "deductions",
    "marketing": "marketing",
    "selling": "selling",
    "service": "service",
    "key_account": "key_account",
    "capital": "capital",
}
"""Rungs of the ledger that reach a customer, with the column of the ladder they stand in."""

TEAM_RUNGS = ("marketing", "selling", "service", "key_account")
"""Rungs a team's time can be charged to."""


def ledger_rows(ledger: Any) -> pd.DataFrame:
    """The ledger, checked: rung known, amount finite; account_id and team always there, as text."""
    table = as_pandas(ledger, "ledger", ["rung", "amount"])
    rows = table.assign(amount=numeric(table, "amount", "ledger"), rung=identifiers(table, "rung", "ledger"))
    unknown = sorted(set(rows["rung"].unique()) - set(RUNGS))
    if unknown:
        raise ValuesError(
            f"{list_some(unknown)} is no rung of the ladder",
            where="ledger.rung",
            allowed=list_some(RUNGS, 20),
        )
    for key in ("account_id", "team"):
        absent = pd.Series(None, index=rows.index, dtype="str")
        rows[key] = identifiers(rows, key, "ledger", missing=True) if key in rows.columns else absent
    return rows


def traced(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows booked on an account, of the rungs that reach a customer."""
    return rows[rows["account_id"].notna() & rows["rung"].isin(LEDGER_COLUMNS)]


def rung_totals(rows: pd.DataFrame) -> pd.Series:
    """The ledger's amount by rung."""
    return rows.groupby("rung")["amount"].sum()


def team_cost(rows: pd.DataFrame) -> pd.DataFrame:
    """Cost of each team: rows with a team and no account. Columns team, rung, cost."""
    costs = rows[
        rows["team"].notna() & rows["account_id"].isna() & ~rows["rung"].isin(["transfer", "excluded"])
    ]
    return costs.rename(columns={"amount": "cost"}).groupby(["team", "rung"], as_index=False)[["cost"]].sum()


def team_minutes(rows: pd.DataFrame) -> pd.Series:
    """Practical minutes by team; a team that states none is absent.

    Raises :class:`ValuesError` for minutes that stand twice for one team and month, are negative, or
    add up to nothing.
    """
    if "practical_minutes" not in rows.columns:
        return pd.Series(dtype="float64")
    minutes = numeric(rows, "practical_minutes", "ledger", missing=True)
    stated = rows.assign(practical_minutes=minutes)[minutes.notna() & rows["team"].notna()]
    _refuse_twice(stated)
    total = stated.groupby("team")["practical_minutes"].sum()
    wrong = sorted({*total.index[total <= 0], *stated.loc[stated["practical_minutes"] < 0, "team"]})
    if wrong:
        raise ValuesError(
            f"practical minutes of {list_some(wrong)} are zero or negative",
            where="ledger.practical_minutes",
            allowed="above 0",
            remedy="leave the minutes empty where they are not known",
        )
    return total


def _refuse_twice(stated: pd.DataFrame) -> None:
    if "month" not in stated.columns:
        return
    month = months(stated, "month", "ledger").dt.strftime("%Y-%m")
    double = pd.MultiIndex.from_arrays([stated["team"], month])
    twice = double[double.duplicated()].unique()
    if len(twice):
        raise ValuesError(
            "practical minutes stand more than once for a team and month",
            where=f"ledger.practical_minutes: {list_some([f'{t} {m}' for t, m in twice])}",
            remedy="keep them on one row for each team and month",
        )
