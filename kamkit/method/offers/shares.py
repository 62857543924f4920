"""Our share of what customers buy, with how sure that is, and how much of our sales it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ValuesError, list_some
from kamkit.method.frames import UNASSIGNED, as_pandas
from kamkit.method.offers.wallet import CELL, cells_from, family_sales

__all__ = ["WalletSummary", "share_of_wallet", "wallet_coverage", "wallet_summary"]

_SLACK = 1e-9
_CAUSES = {
    "hierarchy": "the hierarchy: the sales cover more than the customer whose wallet is stated",
    "wallet": "the wallet: its total is below our own part of it",
    "hierarchy_or_wallet": "the hierarchy (sales of more units than the wallet), or a wallet stated too low",
}


def share_of_wallet(sales: Any, demand: Any, *, strict: bool = True) -> pd.DataFrame:
    """Our share of what each customer buys, year by year, with how sure the wallet is.

    ``share = our sales in the families whose wallet is known / sum of those wallets``

    Parameters
    ----------
    sales, demand : as for :func:`wallet_cells`.
    strict : whether a share above 1 is an error; else the share of that customer and year is NaN and
        ``cause`` names the likely reason, so that the others can be assessed.

    Returns
    -------
    DataFrame
        account_id, year, sales, wallet (money), share, share_before (of the year before, where both
        years are whole), confidence (the worst of the families), families (number), other_sales (our
        sales to the customer in families without known wallet, not in the share), months_sold, cause.

    Raises
    ------
    ValuesError
        A share above 1, with the likely cause: the hierarchy or the wallet.
    NotDefinedError, ColumnError, EmptyError
        As :func:`wallet_cells`.

    Notes
    -----
    Source: definition; pitfalls after Keiningham et al. (2011). A wallet is a claim with a source.

    Examples
    --------
    >>> sales = pd.DataFrame({"date": pd.to_datetime(["2025-01-31"]), "account_id": "a",
    ...                       "family": "Valves", "net_amount": 60.0})
    >>> demand = pd.DataFrame({"scope": "account", "scope_id": "a", "family": ["Valves", "Pumps"],
    ...     "year": 2025, "supplier": "total", "amount": [200.0, 40.0], "confidence": ["B", "C"]})
    >>> share_of_wallet(sales, demand)[["account_id", "year", "share", "confidence"]]
      account_id  year  share confidence
    0          a  2025   0.25          C
    """
    own = family_sales(sales)
    cells = cells_from(own, demand)
    table = _by_account(cells, own)
    above = table["sales"] > table["wallet"] * (1 + _SLACK)
    table["cause"] = pd.Series(_cause(table), index=table.index, dtype="object").where(above)
    if strict and above.any():
        _refuse_above_one(table[above])
    table["share"] = (table["sales"] / table["wallet"].where(table["wallet"] > 0)).mask(above)
    table["share_before"] = _before(table)
    columns = ["share", "share_before", "confidence", "families", "other_sales", "months_sold", "cause"]
    return table[["account_id", "year", "sales", "wallet", *columns]]


def _by_account(cells: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    keys = ["account_id", "year"]
    table = cells.groupby(keys, as_index=False).agg(
        sales=("sales", "sum"),
        wallet=("wallet", "sum"),
        stated_sales=("stated_sales", lambda values: values.sum(skipna=False)),
        confidence=("confidence", "max"),
        families=("family", "size"),
        months_sold=("months_sold", "first"),
    )
    total = own.groupby(keys)["sales"].sum().rename("total").reset_index()
    table = table.merge(total, on=keys, how="left").fillna({"total": 0.0})
    other = table["total"] - table["sales"]
    return table.assign(other_sales=other.where(other.abs() > _SLACK * table["total"].abs(), 0.0))


def _cause(table: pd.DataFrame) -> np.ndarray:
    """Why sales may exceed the wallet, where they do."""
    stated, wallet = table["stated_sales"], table["wallet"]
    return np.select(
        [stated > wallet * (1 + _SLACK), stated.notna()], ["wallet", "hierarchy"], "hierarchy_or_wallet"
    )


def _refuse_above_one(rows: pd.DataFrame) -> None:
    shown = [
        f"{row.account_id} {row.year}: sales {row.sales:,.0f}, wallet {row.wallet:,.0f}, likely {row.cause}"
        for row in rows.itertuples()
    ]
    cause = _CAUSES[str(rows["cause"].iloc[0])]
    raise ValuesError(
        f"the share of wallet is above 1 for {rows['account_id'].nunique()} account(s); likely {cause}",
        where=f"demand of scope account: {list_some(shown)}",
        allowed="shares up to 1",
        remedy="state the wallet for the same customers as the sales, or correct it",
    )


def _before(table: pd.DataFrame) -> pd.Series:
    """The share of the year before, where that year and this one are whole."""
    whole = table[table["months_sold"] == 12]
    earlier = whole.assign(year=whole["year"] + 1).set_index(["account_id", "year"])["share"]
    found = earlier.reindex(pd.MultiIndex.from_frame(table[["account_id", "year"]])).to_numpy(dtype=float)
    return pd.Series(found, index=table.index).where(table["months_sold"] == 12)


def wallet_coverage(sales: Any, demand: Any) -> pd.DataFrame:
    """How much of our sales the stated wallets speak of; the four parts add up to the sales.

    Parameters
    ----------
    sales, demand : as for :func:`wallet_cells`.

    Returns
    -------
    DataFrame
        year, sales, with_wallet, other_families (of customers whose wallet is stated in other families
        only), no_family (their lines whose product has none), no_wallet (customers without any), money;
        accounts_with_wallet, accounts_without_sales (with a wallet, but nothing was invoiced to them).

    Raises
    ------
    NotDefinedError, ValuesError, ColumnError, EmptyError
        As :func:`wallet_cells`.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> sales = pd.DataFrame({"date": pd.to_datetime(["2025-01-31"] * 3), "account_id": ["a", "a", "b"],
    ...                       "family": ["Valves", None, "Pumps"], "net_amount": [60.0, 30.0, 10.0]})
    >>> demand = pd.DataFrame({"scope": "account", "scope_id": "a", "family": "Valves", "year": 2025,
    ...                        "supplier": ["total"], "amount": [200.0], "confidence": "B"})
    >>> wallet_coverage(sales, demand)[["sales", "with_wallet", "no_family", "no_wallet"]]
       sales  with_wallet  no_family  no_wallet
    0  100.0         60.0       30.0       10.0
    """
    own = family_sales(sales)
    cells = cells_from(own, demand)
    marked = own.merge(cells[CELL].assign(known=True), on=CELL, how="left")
    asked = pd.MultiIndex.from_frame(cells[["account_id", "year"]].drop_duplicates())
    has_wallet = pd.MultiIndex.from_frame(marked[["account_id", "year"]]).isin(asked)
    known, blank = marked["known"].notna(), marked["family"] == UNASSIGNED
    part = np.select([known, has_wallet & blank, has_wallet], ["with_wallet", "no_family", "other_families"],
                     "no_wallet")  # fmt: skip
    sums = marked.groupby(["year", part])["sales"].sum().unstack(fill_value=0)
    sums = sums.reindex(columns=["with_wallet", "other_families", "no_family", "no_wallet"], fill_value=0.0)
    sums = sums.reindex(sorted(cells["year"].unique()))
    silent = ~asked.isin(pd.MultiIndex.from_frame(own[["account_id", "year"]]))
    counts = pd.DataFrame({"year": asked.get_level_values("year"), "silent": silent}).groupby("year")[
        "silent"
    ]
    sums.insert(0, "sales", own.groupby("year")["sales"].sum())
    sums = sums.assign(accounts_with_wallet=counts.size(), accounts_without_sales=counts.sum())
    return sums.rename_axis("year", axis=0).rename_axis(None, axis=1).reset_index()


@dataclass(frozen=True)
class WalletSummary:
    """Our share of the wallets of one year together: money, fractions, numbers of customers.

    ``uncertain_share`` is the part of the wallets graded C or D. ``accounts_above`` counts the customers
    whose share would be above 1; they are in no other figure. ``rising`` and ``falling`` count those whose
    share has moved by a percentage point or more since the year before.
    """

    year: int
    n: int
    sales: float
    wallet: float
    share: float
    uncertain_share: float
    accounts_above: int
    rising: int
    falling: int


def wallet_summary(shares: pd.DataFrame) -> WalletSummary:
    """All wallets of one year together.

    ``share = sum of sales / sum of wallets``, of sums, not a mean of shares.

    Parameters
    ----------
    shares : rows of one year, as :func:`share_of_wallet` returns them.

    Returns
    -------
    WalletSummary

    Raises
    ------
    NotDefinedError
        Several years, or no customer whose share can be given.
    ColumnError, EmptyError
        Missing columns, no rows.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> shares = pd.DataFrame({"year": 2025, "sales": [60.0, 20.0], "wallet": [200.0, 200.0],
    ...     "share": [0.3, 0.1], "share_before": [0.2, None], "confidence": ["B", "D"]})
    >>> found = wallet_summary(shares)
    >>> found.share, found.uncertain_share, found.rising
    (0.2, 0.5, 1)
    """
    rows = as_pandas(shares, "shares", ["year", "sales", "wallet", "share", "share_before", "confidence"])
    known = rows[rows["share"].notna()]
    if known.empty or rows["year"].nunique() > 1:
        raise NotDefinedError(
            "no share can be given" if known.empty else "wallets of several years do not add up",
            where="shares",
        )
    wallet = float(known["wallet"].sum())
    change = known["share"] - known["share_before"].astype(float)
    return WalletSummary(
        year=int(known["year"].iloc[0]),
        n=len(known),
        sales=float(known["sales"].sum()),
        wallet=wallet,
        share=float(known["sales"].sum()) / wallet,
        uncertain_share=float(known.loc[known["confidence"].isin(["C", "D"]), "wallet"].sum()) / wallet,
        accounts_above=len(rows) - len(known),
        rising=int((change >= 0.01).sum()),
        falling=int((change <= -0.01).sum()),
    )
