"""What customers buy in all, what of it they buy from us, and how sure the former is."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from kamkit.errors import NotDefinedError, ValuesError, list_some
from kamkit.method.demand import TOTAL, US, checked_demand
from kamkit.method.frames import UNASSIGNED, as_pandas
from kamkit.method.lines import line_frame, line_sums
from kamkit.method.settled import once

__all__ = ["CELL", "GRADES", "cells_from", "family_sales", "last_whole_year", "wallet_cells", "with_family"]

GRADES = ("A", "B", "C", "D")
"""Confidence: ledger, customer's word, estimate, guess."""

CELL = ["account_id", "family", "year"]


def family_sales(sales: Any) -> pd.DataFrame:
    """Our sales by customer, product family and calendar year.

    Parameters
    ----------
    sales : date, account_id, family, net_amount; any frame Narwhals supports. A line without family
        counts as "unassigned".

    Returns
    -------
    DataFrame
        account_id, family, year, sales (money, net of credit notes), months_sold (calendar months of the
        year in which anybody was invoiced; under 12 the year is not whole).

    Raises
    ------
    NotDefinedError
        No line has a family.
    ValuesError, ColumnError, EmptyError
        NaN in a required column, a missing column, no rows.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> sales = pd.DataFrame({"date": pd.to_datetime(["2025-01-31", "2025-02-28"]), "account_id": "a",
    ...                       "family": ["Valves", None], "net_amount": [60.0, 40.0]})
    >>> family_sales(sales)[["family", "year", "sales", "months_sold"]]
           family  year  sales  months_sold
    0      Valves  2025   60.0            2
    1  unassigned  2025   40.0            2
    """
    lines = with_family(sales)
    sums = line_sums(lines, "sales", CELL, ["net_amount"]).rename(columns={"net_amount": "sales"})
    if (sums["family"] == UNASSIGNED).all():
        raise NotDefinedError(
            "no line of the sales has a product family",
            where="sales.family",
            remedy="give the table products, and product_id in sales",
        )
    return sums[[*CELL, "sales"]].assign(months_sold=sums["year"].map(_months(lines)).astype("int64"))


def with_family(sales: Any) -> nw.LazyFrame:
    lines = line_frame(sales, "sales", ["date", "account_id", "family", "net_amount"])
    family = nw.col("family")
    told = nw.when(family.is_null()).then(nw.lit(UNASSIGNED)).otherwise(family)
    return once(lines, "families", lambda: lines.with_columns(family=told))


def _months(lines: nw.LazyFrame) -> pd.Series:
    """By year the number of calendar months that hold a line."""
    month = line_sums(lines, "sales", ["month"], ["net_amount"])["month"]
    return month.groupby(month.dt.year).nunique()


def wallet_cells(sales: Any, demand: Any) -> pd.DataFrame:
    """What each customer buys of each family in a year, and what of it we sell.

    ``wallet = the stated total, or else the sum of the suppliers``; where that sum lacks us, our own
    sales are added to it.

    Parameters
    ----------
    sales : as for :func:`family_sales`.
    demand : scope, scope_id, family, year, supplier, amount, confidence; rows of scope account count.

    Returns
    -------
    DataFrame
        account_id, family, year, wallet, sales (money per year), confidence (of the total, or the worst
        of the suppliers added up), stated_sales (our part as demand states it), months_sold. There is no row
        without a need, that is for a wallet of zero without sales, and none for a year without sales.

    Raises
    ------
    NotDefinedError
        Demand states no wallet of a customer, or none in a year that the sales cover.
    ValuesError, ColumnError, EmptyError
        A supplier twice, an unknown grade, NaN, a missing column, no rows.

    Notes
    -----
    Source: definition. A year that the sales cover in part has fewer than twelve ``months_sold``.

    Examples
    --------
    >>> sales = pd.DataFrame({"date": pd.to_datetime(["2025-01-31"]), "account_id": "a",
    ...                       "family": "Valves", "net_amount": 60.0})
    >>> demand = pd.DataFrame({"scope": "account", "scope_id": "a", "family": "Valves", "year": 2025,
    ...                        "supplier": ["total"], "amount": [200.0], "confidence": "B"})
    >>> wallet_cells(sales, demand)[["account_id", "family", "wallet", "sales", "confidence"]]
      account_id  family  wallet  sales confidence
    0          a  Valves   200.0   60.0          B
    """
    return cells_from(family_sales(sales), demand)


def cells_from(own: pd.DataFrame, demand: Any) -> pd.DataFrame:
    """As :func:`wallet_cells`, of sales that are already added up by family."""
    wallets = _stated_wallets(demand)
    months = own.drop_duplicates("year").set_index("year")["months_sold"]
    wallets = wallets[wallets["year"].isin(months.index)]
    if wallets.empty:
        raise NotDefinedError(
            "the wallets that demand states are of other years than the sales",
            where="demand.year",
            allowed=list_some(sorted(months.index.tolist())),
        )
    cells = wallets.merge(own[[*CELL, "sales"]], on=CELL, how="left").fillna({"sales": 0.0})
    added = cells["sales"].clip(lower=0.0).where(cells["add_own"], 0.0)
    cells["wallet"] = cells["wallet"] + added
    cells["months_sold"] = cells["year"].map(months).astype("int64")
    needed = (cells["wallet"] > 0) | (cells["sales"] > 0)
    columns = [*CELL, "wallet", "sales", "confidence", "stated_sales", "months_sold"]
    return cells.loc[needed, columns].sort_values(CELL, ignore_index=True)


def _stated_wallets(demand: Any) -> pd.DataFrame:
    """By customer, family and year: wallet, confidence, stated_sales, add_own (the sum lacks us)."""
    checked = checked_demand(demand).assign(confidence=_grades(demand))
    rows = checked[checked["scope"] == "account"].rename(columns={"scope_id": "account_id"})
    if rows.empty:
        raise NotDefinedError(
            "demand states no wallet: it holds no row of scope account",
            where="demand.scope",
            remedy="ask the largest customers what they buy in all",
        )
    total = rows[rows["supplier"] == TOTAL].set_index(CELL)
    rivals = rows[~rows["supplier"].isin([TOTAL, US])].groupby(CELL)["amount"].sum()
    named = rows[rows["supplier"] != TOTAL].groupby(CELL)
    us = rows[rows["supplier"] == US].set_index(CELL)["amount"]
    known = total.index.union(rivals.index)
    stated = known.isin(total.index)
    added = named["amount"].sum().reindex(known)
    grade = total["confidence"].reindex(known).where(stated, named["confidence"].max().reindex(known))
    table = pd.DataFrame(
        {
            "wallet": total["amount"].reindex(known).where(stated, added),
            "confidence": grade,
            "stated_sales": us.reindex(known),
        }
    )
    return table.assign(add_own=~stated & table["stated_sales"].isna()).reset_index()


def _grades(demand: Any) -> pd.Series:
    grade = as_pandas(demand, "demand", ["confidence"])["confidence"].astype("object")
    strange = grade[~grade.isin(GRADES)]
    if len(strange):
        raise ValuesError(
            f"confidence {strange.iloc[0]!r} is not known",
            where=f"demand.confidence, rows {list_some(list(strange.index))}",
            allowed=", ".join(GRADES),
        )
    return grade.astype("str")


def last_whole_year(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last year whose twelve months the sales cover.

    Parameters
    ----------
    table : columns year and months_sold, as :func:`share_of_wallet` or ``white_space`` returns them.

    Returns
    -------
    DataFrame
        Those rows.

    Raises
    ------
    NotDefinedError
        No year is whole: a share of a year's wallet in part of a year would be too low.
    ColumnError, EmptyError
        Missing columns, no rows.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> last_whole_year(pd.DataFrame({"year": [2024, 2025], "months_sold": [12, 7], "share": [0.3, 0.2]}))
       year  months_sold  share
    0  2024           12    0.3
    """
    rows = as_pandas(table, "table", ["year", "months_sold"])
    whole = rows[rows["months_sold"] == 12]
    if whole.empty:
        raise NotDefinedError(
            "the sales cover no whole calendar year for which demand states what customers buy",
            where="sales.date",
            remedy="deliver the sales of twelve calendar months",
        )
    return whole[whole["year"] == whole["year"].max()].reset_index(drop=True)
