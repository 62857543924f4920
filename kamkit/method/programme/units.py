"""Group against unit: each account's result by business unit, who pays for what is good for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, UnitError, ValuesError, list_some
from kamkit.method.frames import UNASSIGNED, as_lazy, as_pandas, identifiers, number, numeric
from kamkit.method.profitability.ladder import customer_pnl, gross_margin, profit_basis
from kamkit.method.programme.transfers import transfers_by_account

__all__ = [
    "conflicts",
    "group_results",
    "line_measures",
    "shadow_credits",
    "transfer_prices",
    "transfer_sweep",
]

_RESULTS = ["account_id", "bu_id", "revenue", "contribution", "transfers", "result"]
_MEASURES = ["revenue", "gross_margin", "contribution", "transfers", "result"]
_HAIR = 0.005


def group_results(
    sales: Any, ledger: Any = None, activities: Any = None, activity_use: Any = None
) -> pd.DataFrame:
    """Result of every account in every business unit, transfers between the units netted.

    | ``contribution = external revenue − the unit's own cost for the account``
    | ``result = contribution − transfers; sum of transfers over the units of an account = 0``

    Parameters
    ----------
    sales, ledger, activities, activity_use : as for ``customer_pnl``; sales and the ledger with bu_id.
        Without a ledger the contribution is the gross margin, and there are no transfers.

    Returns
    -------
    DataFrame
        account_id, bu_id, revenue (invoiced, external), gross_margin, contribution (customer profit,
        else gross margin), transfers (what the unit buys for the account from others, positive; what it
        sells them, negative), result, basis (which profit the contribution is). Transfers that the
        ledger does not trace to an account follow the buying unit's revenue.

    Raises
    ------
    NotDefinedError
        Sales state no business unit, or no profit is known.
    ValuesError
        Transfers that do not net to zero, with the difference; otherwise as ``customer_pnl``.

    Notes
    -----
    Source: definition. The group earns the contribution whatever the transfer price is.

    Examples
    --------
    >>> sales = pd.DataFrame({"account_id": ["a", "a"], "bu_id": ["Pumps", "Seals"],
    ...                       "net_amount": [100.0, 50.0], "product_cost": [60.0, 55.0]})
    >>> group_results(sales)[["bu_id", "contribution", "result"]]
       bu_id  contribution  result
    0  Pumps          40.0    40.0
    1  Seals          -5.0    -5.0
    """
    if "bu_id" not in as_lazy(sales, "sales", ["account_id"]).collect_schema().names():
        raise NotDefinedError(
            "the sales state no business unit, so nothing can be told of one against the group",
            where="sales.bu_id",
        )
    pnl = customer_pnl(sales, ledger, activities, activity_use, by=("account_id", "bu_id"))
    basis = profit_basis(pnl)
    results = pd.DataFrame({
        "revenue": pnl["invoiced_revenue"],
        "gross_margin": gross_margin(pnl),
        "contribution": basis.values,
    })  # fmt: skip
    moved = transfers_by_account(ledger, results["revenue"])
    index = results.index.union(moved.index, sort=True)
    results = results.reindex(index, fill_value=0.0).assign(transfers=moved.reindex(index, fill_value=0.0))
    results["result"] = results["contribution"] - results["transfers"]
    return results.assign(basis=basis.name).reset_index()


def _checked(results: Any) -> pd.DataFrame:
    """Results of known accounts, with numbers that are numbers."""
    table = as_pandas(results, "results", _RESULTS)
    checked = table.assign(
        account_id=identifiers(table, "account_id", "results"), bu_id=identifiers(table, "bu_id", "results")
    )
    for column in _RESULTS[2:]:
        numeric(table, column, "results")
    return checked[checked["account_id"] != UNASSIGNED]


def conflicts(results: pd.DataFrame, transfers: bool = False, least: float = 0.0) -> pd.DataFrame:
    """Accounts that are good for the group and bad for a unit.

    ``sum of contributions over the units > 0 and a unit's own < 0``

    Parameters
    ----------
    results : as :func:`group_results` returns it.
    transfers : judge the unit by its result after transfers; by default by its own contribution, since
        transfers are seldom traced to accounts.
    least : losses of a unit up to this amount are no conflict, money ≥ 0.

    Returns
    -------
    DataFrame
        One row for each account and losing unit, the largest loss first: account_id, bu_id,
        group_result, unit_result (negative), share_of_group (the unit's loss over the group's result),
        and basis where ``results`` has it.
        No rows where there is no conflict.

    Raises
    ------
    ColumnError, ValuesError, EmptyError
        ``results`` is not what :func:`group_results` returns, or ``least`` is negative.

    Notes
    -----
    Source: definition; fourth of Mercuri's eight problems.

    Examples
    --------
    >>> results = pd.DataFrame({"account_id": ["a", "a"], "bu_id": ["Pumps", "Seals"], "revenue": 75.0,
    ...                         "contribution": [40.0, -5.0], "transfers": 0.0, "result": [40.0, -5.0]})
    >>> conflicts(results)
      account_id  bu_id  group_result  unit_result  share_of_group
    0          a  Seals          35.0         -5.0        0.142857
    """
    table = _checked(results)
    floor = number(least, "least")
    if floor < 0:
        raise ValuesError(f"least = {floor:g} is negative", where="least", allowed="0 or more")
    group = table.groupby("account_id")["contribution"].transform("sum")
    own = table["result" if transfers else "contribution"]
    found = table[(group > _HAIR) & (own < -max(floor, _HAIR))]
    rows = pd.DataFrame({
        "account_id": found["account_id"],
        "bu_id": found["bu_id"],
        "group_result": group[found.index],
        "unit_result": own[found.index],
        "share_of_group": -own[found.index] / group[found.index],
        **({"basis": found["basis"]} if "basis" in found else {}),
    })  # fmt: skip
    return rows.sort_values(["unit_result", "account_id", "bu_id"]).reset_index(drop=True)


def transfer_sweep(
    results: pd.DataFrame, factors: Sequence[float] = (0.0, 0.5, 0.75, 1.0, 1.25, 1.5)
) -> pd.DataFrame:
    """What other transfer prices would do to each unit, and that they do nothing to the group.

    ``unit result = contribution − factor · transfers``

    Parameters
    ----------
    results : as :func:`group_results` returns it.
    factors : transfer prices as multiples of today's; 1 is today, 0 leaves transfers out.

    Returns
    -------
    DataFrame
        One row for each factor and unit: factor, bu_id, unit_result, group_result (the same for all
        factors), conflicts (accounts good for the group and bad for a unit at this factor).

    Raises
    ------
    NotDefinedError
        There are no transfers.
    ColumnError, ValuesError, EmptyError
        As :func:`conflicts`; a factor that is negative or no number.

    Notes
    -----
    Source: definition; what one unit gains another loses (Hirshleifer, 1956, on why it still matters).

    Examples
    --------
    >>> results = pd.DataFrame({"account_id": "a", "bu_id": ["buys", "sells"], "revenue": [1000.0, 0.0],
    ...     "contribution": [700.0, -650.0], "transfers": [600.0, -600.0], "result": [100.0, -50.0]})
    >>> transfer_sweep(results, [5 / 6, 1.0])["unit_result"].round(6).tolist()
    [200.0, -150.0, 100.0, -50.0]
    """
    table = as_pandas(results, "results", _RESULTS)
    if not (numeric(table, "transfers", "results").abs() > _HAIR).any():
        raise NotDefinedError("no transfers between business units are known", where="ledger.rung")
    prices = np.array([number(f, "factors") for f in factors])
    if not len(prices) or (prices < 0).any():
        raise ValuesError("a factor is negative, or there is none", where="factors", allowed="0 or more")
    sums = table.groupby("bu_id")[["contribution", "transfers"]].sum()
    own = sums["contribution"].to_numpy() - prices[:, None] * sums["transfers"].to_numpy()
    return pd.DataFrame({
        "factor": np.repeat(prices, len(sums)),
        "bu_id": np.tile(sums.index.to_numpy(dtype=object), len(prices)),
        "unit_result": own.ravel(),
        "group_result": float(table["contribution"].sum()),
        "conflicts": np.repeat(_conflicts_at(_checked(table), prices), len(sums)),
    })  # fmt: skip


def _conflicts_at(table: pd.DataFrame, prices: np.ndarray) -> np.ndarray:
    """Accounts in conflict at each factor."""
    codes, accounts = pd.factorize(table["account_id"])
    contribution = table["contribution"].to_numpy()
    good = np.bincount(codes, contribution, len(accounts)) > _HAIR
    own = contribution - prices[:, None] * table["transfers"].to_numpy()
    bad = [np.bincount(codes, row < -_HAIR, len(accounts)) > 0 for row in own]
    return np.array([int((good & row).sum()) for row in bad])


def transfer_prices(
    external: float, buyer_cost: float, seller_cost: float, prices: Sequence[float]
) -> pd.DataFrame:
    """Result of seller, buyer and group at each transfer price of one deal.

    | ``seller = price − seller_cost; buyer = external − buyer_cost − price``
    | ``group = external − buyer_cost − seller_cost``

    Parameters
    ----------
    external : what the customer pays the buying unit, money.
    buyer_cost, seller_cost : the units' own cost, without the transfer.
    prices : transfer prices to try.

    Returns
    -------
    DataFrame
        price, seller, buyer, group; money.

    Raises
    ------
    ValuesError, ParameterError
        NaN, or something that is no number.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> transfer_prices(1000, 300, 650, [500, 600, 700])
       price  seller  buyer  group
    0  500.0  -150.0  200.0   50.0
    1  600.0   -50.0  100.0   50.0
    2  700.0    50.0    0.0   50.0
    """
    paid, own = number(external, "external"), number(buyer_cost, "buyer_cost")
    made, tried = number(seller_cost, "seller_cost"), np.array([number(p, "prices") for p in prices])
    return pd.DataFrame(
        {"price": tried, "seller": tried - made, "buyer": paid - own - tried, "group": paid - own - made}
    )


def line_measures(results: pd.DataFrame) -> pd.DataFrame:
    """What a unit is proud of above the line, and what is left of it below.

    Parameters
    ----------
    results : as :func:`group_results` returns it.

    Returns
    -------
    DataFrame
        By bu_id, largest revenue first. Above the line: revenue, gross_margin. Below it: cost_below
        (gross margin less contribution), contribution, transfers, result. return_on_sales is the
        contribution over revenue, NaN where revenue is not positive; rank_above and rank_below rank
        the units by revenue and by result.

    Raises
    ------
    ColumnError, EmptyError
        ``results`` is not what :func:`group_results` returns.

    Notes
    -----
    Source: definition; who is measured above the line does not see the cost below it.

    Examples
    --------
    >>> results = pd.DataFrame({"account_id": ["a", "a"], "bu_id": ["Pumps", "Seals"], "revenue": [6.0, 4],
    ...     "gross_margin": [2.0, 2.0], "contribution": [0.5, 1.5], "transfers": 0.0, "result": [0.5, 1.5]})
    >>> line_measures(results)[["rank_above", "rank_below"]].to_numpy().tolist()
    [[1, 2], [2, 1]]
    """
    table = as_pandas(results, "results", ["account_id", "bu_id", *_MEASURES])
    units = table.groupby("bu_id")[_MEASURES].sum().sort_values("revenue", ascending=False, kind="stable")
    units.insert(2, "cost_below", units["gross_margin"] - units["contribution"])
    return units.assign(
        return_on_sales=units["contribution"] / units["revenue"].where(units["revenue"] > 0),
        rank_above=units["revenue"].rank(ascending=False, method="min").astype(int),
        rank_below=units["result"].rank(ascending=False, method="min").astype(int),
    )


def shadow_credits(results: pd.DataFrame, credits: Any) -> pd.DataFrame:
    """Revenue credited to units for accounts they helped to win, beside the ledger and never in it.

    ``credited = credit_share · the account's revenue in all units``

    Parameters
    ----------
    results : as :func:`group_results` returns it; it is not changed.
    credits : account_id, bu_id, credit_share (a fraction); the shares of an account may exceed 1 in all.

    Returns
    -------
    DataFrame
        account_id, bu_id, revenue (the account's), credit_share, credited, credited_share (all credits
        of the account over its revenue). The sum is no revenue: it may count an invoice twice.

    Raises
    ------
    UnitError
        A share in percent.
    ValuesError
        An account without results, a unit credited twice for one account.
    ColumnError, EmptyError
        A column or all rows are missing.

    Notes
    -----
    Source: definition; a remedy for :func:`conflicts` that pays two units for one sale.

    Examples
    --------
    >>> results = pd.DataFrame({"account_id": ["a"], "bu_id": ["Pumps"], "revenue": [100.0],
    ...                         "contribution": 40.0, "transfers": 0.0, "result": 40.0})
    >>> shares = pd.DataFrame({"account_id": "a", "bu_id": ["Pumps", "Seals"], "credit_share": [1.0, 0.5]})
    >>> shadow_credits(results, shares)[["credited", "credited_share"]].to_numpy().tolist()
    [[100.0, 1.5], [50.0, 1.5]]
    """
    given = as_pandas(credits, "credits", ["account_id", "bu_id", "credit_share"])
    shares = numeric(given, "credit_share", "credits")
    if not shares.between(0, 1).all():
        raise UnitError(
            "a credit is no fraction", where="credits.credit_share", allowed="0 to 1 for each unit"
        )
    double = given[given.duplicated(["account_id", "bu_id"])]
    revenue = _checked(results).groupby("account_id")["revenue"].sum()
    strange = sorted(set(given["account_id"].astype("str")) - set(revenue.index))
    if len(double) or strange:
        what = strange or list(double["account_id"])
        raise ValuesError(
            f"{list_some(what)}: credited twice for one unit, or without results", where="credits.account_id"
        )
    own = given["account_id"].astype("str").map(revenue)
    rows = given.assign(revenue=own, credited=own * shares)[
        ["account_id", "bu_id", "revenue", "credit_share", "credited"]
    ]
    total = rows.groupby("account_id")["credit_share"].transform("sum")
    return rows.assign(credited_share=total).reset_index(drop=True)
