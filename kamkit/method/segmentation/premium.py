"""Who pays more than others for the same products: from the invoices alone."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from kamkit.errors import EmptyError, NotDefinedError, ParameterError, ValuesError
from kamkit.method.exact import as_amount
from kamkit.method.frames import UNASSIGNED, as_pandas, number
from kamkit.method.lines import line_frame, line_sums

__all__ = ["premium_accounts", "premium_by_segment", "price_premium"]

_MEASURES = ("quantity", "list_amount")
_SURE = 0.90


def price_premium(sales: Any) -> pd.DataFrame:
    """What each account pays against what all pay on average for the same products in the same mix.

    | ``price of a product = sum of net_amount / sum of quantity``, over all accounts
    | ``price_level = net_amount of the account / sum over its products of quantity × price``

    Without ``quantity`` the list amount takes its place: the account's net over list against that of the
    product; then ``product_id`` may be missing as well.

    Parameters
    ----------
    sales : account_id, net_amount; product_id, quantity, list_amount. Any frame Narwhals supports.

    Returns
    -------
    DataFrame
        Indexed by account_id: net_amount (money, all lines), compared_amount (money, lines that can be
        compared), expected_amount (what the average price would give for them), price_level (ratio),
        premium (price_level − 1), premium_amount (money), covered (compared_amount over net_amount,
        both in absolute lines), shared (share of the compared amount in products that others buy too).
        NaN for an account of which nothing can be compared.

    Raises
    ------
    NotDefinedError
        No line states a quantity or a list amount.
    ValuesError, ColumnError, EmptyError
        NaN in a required column, a missing column, no rows.

    Notes
    -----
    Source: realised price at equal mix, the index of Paasche (1874) with the prices of all accounts as
    base. The average includes the account itself, so a dominant account is drawn towards 1. Lines
    without product or quantity (freight, a bonus on account) are not compared; ``covered`` says how much.

    Examples
    --------
    >>> import pandas as pd
    >>> sales = pd.DataFrame({"account_id": ["a", "b"], "product_id": ["p", "p"], "quantity": [10.0, 10.0],
    ...                       "net_amount": [110.0, 90.0]})
    >>> price_premium(sales)[["expected_amount", "price_level"]]
                expected_amount  price_level
    account_id
    a                     100.0          1.1
    b                     100.0          0.9
    """
    lines = line_frame(sales, "sales", ["account_id", "net_amount"])
    names = lines.collect_schema().names()
    usable = [m for m in _MEASURES if m in names and (m == "list_amount" or "product_id" in names)]
    total = line_sums(lines.with_columns(_size()), "sales", ["account_id"], ["net_amount", "size"]).set_index(
        "account_id"
    )
    for measure in usable:
        with suppress(EmptyError):
            return _levels(_comparable(lines, measure), measure, total)
    raise NotDefinedError(
        "no line of the sales states product and quantity, or a list amount",
        where="sales.quantity, sales.list_amount",
        remedy="add product_id and quantity, or list_amount, to the export of the invoices",
    )


def _size() -> nw.Expr:
    return as_amount("net_amount").abs().alias("size")


def _comparable(lines: nw.LazyFrame, measure: str) -> nw.LazyFrame:
    """Lines of a known product with a quantity (or a list amount) that is not zero."""
    amount = as_amount(measure)
    known = ~amount.is_null() & ~amount.is_nan() & (amount != 0)
    if "product_id" not in lines.collect_schema().names():
        lines = lines.with_columns(product_id=nw.lit("all"))
    return lines.filter(known, ~nw.col("product_id").is_null()).with_columns(_size())


def _levels(comparable: nw.LazyFrame, measure: str, total: pd.DataFrame) -> pd.DataFrame:
    cells = line_sums(comparable, "sales", ["account_id", "product_id"], ["net_amount", "size", measure])
    product = cells.groupby("product_id")[["net_amount", measure]].sum()
    price = (product["net_amount"] / product[measure]).where(product[measure] > 0)
    buyers = cells.groupby("product_id")["account_id"].transform("nunique")
    cells = cells.assign(expected=cells[measure] * cells["product_id"].map(price))
    cells = cells.assign(
        known=cells["size"].where(cells["expected"].notna()),
        net=cells["net_amount"].where(cells["expected"].notna()),
    )
    cells = cells.assign(shared=cells["known"].where(buyers > 1))
    sums = (
        cells.groupby("account_id")[["net", "expected", "known", "shared"]]
        .sum(min_count=1)
        .reindex(total.index)
    )
    expected = sums["expected"].where(sums["expected"] > 0)
    level = sums["net"] / expected
    return pd.DataFrame(
        {
            "net_amount": total["net_amount"],
            "compared_amount": sums["net"],
            "expected_amount": expected,
            "price_level": level,
            "premium": level - 1,
            "premium_amount": sums["net"] - expected,
            "covered": (sums["known"].fillna(0.0) / total["size"].where(total["size"] > 0)),
            "shared": sums["shared"].fillna(0.0).where(sums["known"] > 0) / sums["known"],
        }
    )


def premium_accounts(premium: pd.DataFrame, accounts: Any = None) -> pd.DataFrame:
    """Who pays most above average for the same products, by name, down to who pays least.

    Parameters
    ----------
    premium : as :func:`price_premium` returns it.
    accounts : account_id, name; the names are joined where it is given.

    Returns
    -------
    DataFrame
        Indexed by account_id: (name,) compared_amount, premium, premium_amount, covered; the highest
        premium first, accounts of which nothing can be compared left out.

    Raises
    ------
    NotDefinedError
        No account has a price level.

    Notes
    -----
    Source: as of :func:`price_premium`.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.Index(["a", "b"], name="account_id")
    >>> premium = pd.DataFrame({"compared_amount": [90.0, 110.0], "premium": [-0.1, 0.1],
    ...                         "premium_amount": [-10.0, 10.0], "covered": 1.0}, index=index)
    >>> list(premium_accounts(premium).index)
    ['b', 'a']
    """
    known = premium.loc[premium["premium"].notna() & (premium.index != UNASSIGNED)]
    if known.empty:
        raise NotDefinedError("no account has a price level", where="premium")
    ranked = known.sort_values("premium", ascending=False, kind="stable")
    table = ranked[["compared_amount", "premium", "premium_amount", "covered"]]
    if accounts is None:
        return table
    names = as_pandas(accounts, "accounts", ["account_id", "name"]).set_index("account_id")["name"]
    table.insert(0, "name", names.reindex(table.index))
    return table


def premium_by_segment(
    premium: pd.DataFrame, labels: pd.Series, draws: int = 1000, seed: int = 0
) -> pd.DataFrame:
    """The price level of each segment at equal mix, and how sure it is.

    ``price_level = sum of compared_amount / sum of expected_amount`` over the accounts of the segment

    Parameters
    ----------
    premium : as :func:`price_premium` returns it.
    labels : by account_id, the segment; the other accounts stand together as "not_asked".
    draws, seed : bootstrap samples of the accounts of a segment.

    Returns
    -------
    DataFrame
        segment, accounts (with a price level), compared_amount, expected_amount, premium_amount (money),
        price_level, premium (price_level − 1), premium_low, premium_high (90 % of the bootstrap; NaN under
        five accounts), sure (whether the range leaves out 0). The highest first, "not_asked" last.

    Raises
    ------
    NotDefinedError
        No account has a price level.
    ParameterError, ValuesError
        No draws; accounts that stand twice among the labels.

    Notes
    -----
    Source: bootstrap of a ratio of sums (Efron, 1979).

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.Index(["a", "b"], name="account_id")
    >>> premium = pd.DataFrame({"compared_amount": [110.0, 90.0], "expected_amount": 100.0}, index=index)
    >>> premium_by_segment(premium, pd.Series({"a": "stock", "b": "price"}))[["segment", "price_level"]]
      segment  price_level
    0   stock          1.1
    1   price          0.9
    """
    if labels.index.has_duplicates:
        raise ValuesError("labels have accounts that stand twice", where="labels")
    if number(draws, "draws") < 1:
        raise ParameterError(f"draws = {draws}", where="draws", allowed="1 or more")
    known = premium.loc[premium["expected_amount"].notna() & (premium.index != UNASSIGNED)]
    if known.empty:
        raise NotDefinedError("no account has a price level", where="premium")
    segment = labels.reindex(known.index).fillna("not_asked")
    rng = np.random.default_rng(seed)
    rows = [
        {"segment": str(name), **_ratio(group, int(draws), rng)}
        for name, group in known.groupby(segment.to_numpy(), sort=True)
    ]
    table = pd.DataFrame(rows)
    table["last"] = table["segment"] == "not_asked"
    ranked = table.sort_values(
        ["last", "price_level", "segment"], ascending=[True, False, True], ignore_index=True
    )
    return ranked.drop(columns="last")


_FEWEST_FOR_A_RANGE = 5


def _ratio(group: pd.DataFrame, draws: int, rng: np.random.Generator) -> dict[str, Any]:
    net, expected = group["compared_amount"].to_numpy(float), group["expected_amount"].to_numpy(float)
    low = high = np.nan
    if len(net) >= _FEWEST_FOR_A_RANGE:
        drawn = rng.integers(0, len(net), (draws, len(net)))
        levels = net[drawn].sum(axis=1) / expected[drawn].sum(axis=1)
        low, high = np.quantile(levels, [(1 - _SURE) / 2, (1 + _SURE) / 2])
    return {
        "accounts": len(net),
        "compared_amount": net.sum(),
        "expected_amount": expected.sum(),
        "premium_amount": net.sum() - expected.sum(),
        "price_level": net.sum() / expected.sum(),
        "premium": net.sum() / expected.sum() - 1,
        "premium_low": float(low) - 1,
        "premium_high": float(high) - 1,
        "sure": bool(low > 1 or high < 1),
    }
