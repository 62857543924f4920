"""What markets and customers buy in all."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kamkit.engagement.check.given import Given, amount
from kamkit.engagement.check.matching import meant
from kamkit.engagement.problems import Problem
from kamkit.errors import list_some

__all__ = ["account_scopes", "parts_of_the_whole", "reserved_suppliers"]

_CELL = ["scope", "scope_id", "family", "year"]


def account_scopes(given: Given) -> Iterator[Problem]:
    """Demand of accounts that are not there."""
    demand = given.table("demand", "scope", "scope_id")
    if demand is None or given.accounts.empty:
        return
    strange = demand.loc[
        (demand["scope"] == "account") & ~demand["scope_id"].isin(given.accounts), "scope_id"
    ]
    if len(strange):
        named = given.tables["accounts"].get("name")
        guess = meant(strange.iloc[0], pd.Index(given.tables["accounts"]["account_id"]), named)
        what = f"{list_some(strange.unique().tolist(), 3)}: not found in accounts.account_id; this demand counts for no customer"
        remedy = f"{guess} Write the customer number, or scope = market".strip()
        yield given.problem(
            "warning", "demand", what, remedy, column="scope_id", value=strange.iloc[0], rows=strange.index
        )


def reserved_suppliers(given: Given) -> Iterator[Problem]:
    """``Us`` or ``TOTAL``, which would be read as the names of competitors."""
    demand = given.table("demand", "supplier")
    if demand is None:
        return
    text = demand["supplier"].astype("str")
    meaning = text.str.strip().str.casefold()
    wrong = text[meaning.isin(["us", "total"]) & ~text.isin(["us", "total"])]
    if len(wrong):
        what = "would be read as a competitor's name"
        yield given.problem("fatal", "demand", what, f"write {meaning[wrong.index[0]]}, in small letters",
                            column="supplier", value=wrong.iloc[0], rows=wrong.index)  # fmt: skip


def parts_of_the_whole(given: Given) -> Iterator[Problem]:
    """Suppliers that together sell more than the stated total."""
    demand = given.table("demand", *_CELL, "supplier", "amount")
    if demand is None:
        return
    whole = demand["supplier"] == "total"
    totals = demand[whole].groupby(_CELL)["amount"].sum()
    for what, part in (("our own sales", demand["supplier"] == "us"), ("the suppliers", ~whole)):
        sums = demand[part].groupby(_CELL)["amount"].sum()
        both = pd.concat({"part": sums, "total": totals}, axis=1).dropna()
        over = both[both["part"] > both["total"] * (1 + 1e-9) + 0.005]
        if len(over):
            yield _more_than_total(given, demand, what, over)
            return


def _more_than_total(given: Given, demand: pd.DataFrame, what: str, over: pd.DataFrame) -> Problem:
    (scope, name, family, year), row = over.index[0], over.iloc[0]
    currency = given.config.currency
    text = (
        f"{what} exceed the total of {scope} {name}, {family}, {year}: "
        f"{amount(row['part'], currency)} of {amount(row['total'], currency)}, a share above 1"
    )
    rows = demand.index[
        pd.MultiIndex.from_frame(demand[_CELL]).isin(over.index) & (demand["supplier"] == "total")
    ]
    return given.problem("warning", "demand", text, "the total is too small, or belongs to another customer or year",
                         column="amount", value=f"{row['total']:g}", rows=rows)  # fmt: skip
