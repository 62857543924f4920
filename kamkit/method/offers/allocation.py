"""Wallets that nobody has stated, from our rank among a customer's suppliers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, ValuesError, list_some
from kamkit.method.demand import TOTAL
from kamkit.method.frames import as_pandas, identifiers, number, numeric
from kamkit.method.offers.wallet import family_sales

__all__ = ["estimated_wallets", "wallet_allocation"]


def wallet_allocation(rank: Any, brands: Any) -> Any:
    """Share of a wallet that goes with a supplier's rank in the customer's preference.

    ``(1 − rank / (brands + 1)) · 2 / brands``; over all ranks it sums to 1.

    Parameters
    ----------
    rank : 1 for the preferred supplier; the mean rank on ties, such as 1.5; a number or a Series.
    brands : number of suppliers that the customer uses in the category.

    Returns
    -------
    float, or Series in the order of ``rank``
        Fraction of the wallet.

    Raises
    ------
    ValuesError, ParameterError
        NaN, a rank outside 1 to brands, a number of brands that is not whole or under 1.

    Notes
    -----
    Source: Keiningham, Aksoy, Buoye & Cooil (2011), the wallet allocation rule; for categories with
    several suppliers.

    Examples
    --------
    >>> [round(wallet_allocation(rank, 3), 3) for rank in (1, 2, 3)]
    [0.5, 0.333, 0.167]
    """
    if not isinstance(rank, pd.Series):
        return float(_allocation(number(rank, "rank"), number(brands, "brands"), str(rank)))
    count = brands if isinstance(brands, pd.Series) else pd.Series(brands, index=rank.index)
    pairs = zip(rank.index, rank, count.reindex(rank.index), strict=True)
    shares = [_allocation(number(r, "rank"), number(n, "brands"), str(key)) for key, r, n in pairs]
    return pd.Series(shares, index=rank.index, name="share", dtype="float64")


def _allocation(rank: float, brands: float, where: str) -> float:
    if brands < 1 or brands % 1:
        raise ParameterError(
            f"brands = {brands:g} is no number of suppliers", where="brands", allowed="1, 2, 3 …"
        )
    if not 1 <= rank <= brands:
        raise ValuesError(
            f"rank = {rank:g} of {brands:g} suppliers does not exist",
            where=f"rank ({where})",
            allowed=f"1 to {brands:g}",
        )
    return (1 - rank / (brands + 1)) * 2 / brands


def estimated_wallets(sales: Any, ranks: Any) -> pd.DataFrame:
    """Wallets that nobody has stated, from our rank among the customer's suppliers.

    ``wallet = our sales / wallet_allocation(rank, brands)``

    Parameters
    ----------
    sales : as for :func:`family_sales`.
    ranks : account_id, family, rank (ours), brands (suppliers the customer uses).

    Returns
    -------
    DataFrame
        Rows of the table ``demand``: scope, scope_id, family, year, supplier (total), amount,
        confidence (D), source. Where we sold nothing the wallet stays unknown: no row.

    Raises
    ------
    NotDefinedError
        We sold nothing in any of the families that are ranked.
    ValuesError, ParameterError, ColumnError, EmptyError
        As :func:`wallet_allocation`; a cell that stands twice, missing columns, no rows.

    Notes
    -----
    Source: Keiningham et al. (2011). The rule describes many customers on average; of a single one it
    is a guess, and graded so.

    Examples
    --------
    >>> sales = pd.DataFrame({"date": pd.to_datetime(["2025-01-31"]), "account_id": "a",
    ...                       "family": "Valves", "net_amount": 60.0})
    >>> ranks = pd.DataFrame({"account_id": ["a"], "family": "Valves", "rank": 2, "brands": 3})
    >>> estimated_wallets(sales, ranks)[["scope_id", "family", "amount", "confidence"]].round(6)
      scope_id  family  amount confidence
    0        a  Valves   180.0          D
    """
    table = as_pandas(ranks, "ranks", ["account_id", "family", "rank", "brands"]).reset_index(drop=True)
    keys = {key: identifiers(table, key, "ranks") for key in ("account_id", "family")}
    rank, brands = (numeric(table, column, "ranks") for column in ("rank", "brands"))
    cells = pd.DataFrame({**keys, "part": wallet_allocation(rank, brands)})
    double = cells[cells.duplicated(["account_id", "family"])]
    if len(double):
        raise ValuesError(
            "a customer and family stands twice", where=f"ranks, rows {list_some(list(double.index))}"
        )
    cells["source"] = [
        f"wallet allocation rule: rank {r:g} of {n:g}" for r, n in zip(rank, brands, strict=True)
    ]
    sold = family_sales(sales).merge(cells, on=["account_id", "family"])
    sold = sold[sold["sales"] > 0]
    if sold.empty:
        raise NotDefinedError("nothing was sold in the families that are ranked", where="ranks")
    amount = sold["sales"] / sold["part"]
    found = sold.assign(scope="account", supplier=TOTAL, amount=amount, confidence="D").rename(
        columns={"account_id": "scope_id"}
    )
    columns = ["scope", "scope_id", "family", "year", "supplier", "amount", "confidence", "source"]
    return found[columns].reset_index(drop=True)
