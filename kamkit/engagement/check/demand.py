"""What markets and customers buy in all."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kamkit.engagement.check.given import Given, amount
from kamkit.engagement.check.matching import meant
from kamkit.engagement.problems import Problem

__all__ = ["account_scopes", "parts_of_the_whole", "reserved_suppliers"]

_CELL = ["scope", "scope_id", "family", "year"]


def account_scopes(given: Given) -> Iterator[Problem]:
    """Demand of accounts that are not there."""
    demand, accounts = given.table("demand", "scope", "scope_id"), given.table("accounts", "account_id")
    if demand is None or accounts is None:
        return
    ids = pd.Index(accounts["account_id"])
    strange = demand.loc[(demand["scope"] == "account") & ~demand["scope_id"].isin(ids), "scope_id"]
    if len(strange):
        what = "not found in accounts.account_id: this demand then counts for no customer"
        guess = meant(strange.iloc[0], ids, accounts.get("name"))
        remedy = f"{guess} write the customer number; for a whole market scope is market".strip()
        yield given.warning("demand.scope_id", what, remedy, rows=strange.index)


def reserved_suppliers(given: Given) -> Iterator[Problem]:
    """``Us`` or ``TOTAL``, which would be read as the names of competitors."""
    demand = given.table("demand", "supplier")
    if demand is None:
        return
    meaning = demand["supplier"].str.strip().str.casefold()
    rows = demand.index[meaning.isin(["us", "total"]) & ~demand["supplier"].isin(["us", "total"])]
    if len(rows):
        remedy = f"write {meaning[rows[0]]}, in small letters"
        yield given.fatal("demand.supplier", "would be read as a competitor's name", remedy, rows=rows)


def parts_of_the_whole(given: Given) -> Iterator[Problem]:
    """Suppliers, or ourselves alone, that sell more than the stated total."""
    demand = given.table("demand", *_CELL, "supplier", "amount")
    if demand is None:
        return
    whole = demand["supplier"] == "total"
    totals = demand[whole].groupby(_CELL)["amount"].sum()
    for who, part in (("our own sales", demand["supplier"] == "us"), ("all suppliers together", ~whole)):
        both = pd.concat(
            {"part": demand[part].groupby(_CELL)["amount"].sum(), "total": totals}, axis=1
        ).dropna()
        over = both[both["part"] > both["total"] * (1 + 1e-9) + 0.005]
        if len(over):
            (scope, name, family, year), row = over.index[0], over.iloc[0]
            currency, cell = given.config.currency, f"{scope} {name}, {family}, {year}"
            sums = f"{amount(row['part'], currency)} of {amount(row['total'], currency)}"
            what = f"{who} exceed the total of {cell}: {sums}, a share above 1"
            rows = demand.index[whole & pd.MultiIndex.from_frame(demand[_CELL]).isin(over.index)]
            remedy = "the total is too small, or belongs to another customer or year"
            yield given.warning("demand.amount", what, remedy, rows=rows)
            return
