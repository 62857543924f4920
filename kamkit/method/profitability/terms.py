"""What other terms of trade would do to the profit of customers: price, orders, service, capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence
from kamkit.method.frames import (
    as_lazy,
    as_pandas,
    collected,
    distinct,
    fraction,
    identifiers,
    len_of,
    number,
)
from kamkit.method.lines import line_frame, line_sums
from kamkit.method.profitability.costing import served_cells
from kamkit.method.profitability.ladder import fill_ladder
from kamkit.method.profitability.ledger import ledger_rows

__all__ = ["ORDER_UNITS", "Terms", "changed_terms", "order_values", "served_cost"]

ORDER_UNITS = ("order", "delivery")
"""Units of ``activities`` that are counted once for each order."""

MOST_ORDERS = 2_000_000
"""Orders that are brought onto one machine, one by one; a ledger may hold a hundred times as many."""


@dataclass(frozen=True)
class Terms:
    """Changes of the terms of trade; nothing changes where all stand at zero.

    Parameters
    ----------
    price : of list prices, a fraction.
    discount : of the discount, points of list revenue as a fraction (0.02: two points more).
    minimum_order : smallest order that is taken, money; smaller ones are put together.
    order_frequency : of the number of orders, the volume unchanged, a fraction.
    service_level : of the time for all service that does not follow orders, a fraction.
    capacity_cost : of what a minute of the teams costs, a fraction.
    """

    price: float = 0.0
    discount: float = 0.0
    minimum_order: float = 0.0
    order_frequency: float = 0.0
    service_level: float = 0.0
    capacity_cost: float = 0.0

    def __post_init__(self) -> None:
        for name in ("price", "order_frequency", "service_level", "capacity_cost"):
            fraction(getattr(self, name), name, low=-1.0, high=10.0)
        fraction(self.discount, "discount", low=-1.0)
        if self.order_frequency <= -1:
            raise ParameterError("without any orders there is no business", where="order_frequency")
        if number(self.minimum_order, "minimum_order") < 0:
            raise ParameterError("the smallest order is negative", where="minimum_order")


def served_cost(
    ledger: Any, activities: Any, activity_use: Any, order_units: Sequence[str] = ORDER_UNITS
) -> pd.DataFrame:
    """Cost of the teams' time by account and rung, divided by what moves it.

    ``base cost = count · base_minutes · rate; extra cost = the rest``

    Parameters
    ----------
    ledger, activities, activity_use : as for :func:`cost_to_serve`; activities with unit.
    order_units : units that are counted once for each order.

    Returns
    -------
    DataFrame
        account_id, rung, per_order (whether it follows the number of orders), base_cost, extra_cost
        (order lines, hours of travel …; money).

    Raises
    ------
    KamkitError
        As :func:`cost_to_serve`.

    Notes
    -----
    Source: Kaplan & Anderson (2004): one time equation, a base for each event and extras.

    Examples
    --------
    >>> ledger = pd.DataFrame({"month": ["2025-01-01"], "code": ["60"], "rung": ["service"],
    ...                        "amount": [800.0], "team": ["Desk"], "practical_minutes": [1000.0]})
    >>> activities = pd.DataFrame({"activity_id": ["o"], "unit": "order", "team": ["Desk"],
    ...                            "rung": ["service"], "base_minutes": [8.0], "extra_minutes": [2.0]})
    >>> use = pd.DataFrame({"account_id": ["a"], "activity_id": ["o"], "count": [10], "extra_units": [30]})
    >>> served_cost(ledger, activities, use)[["per_order", "base_cost", "extra_cost"]].values.tolist()
    [[True, 64.0, 48.0]]
    """
    cells = served_cells(ledger_rows(ledger), activities, activity_use, ("account_id",))
    use = as_lazy(activity_use, "activity_use", ["account_id", "activity_id", "count"])
    counted = use.group_by("account_id", "activity_id").agg(nw.col("count").sum())
    counts = collected(counted).set_index(["account_id", "activity_id"])["count"]
    table = as_pandas(activities, "activities", ["activity_id"]).set_index("activity_id")
    base = table["base_minutes"].reindex(cells["activity_id"]).to_numpy(dtype=float)
    unit = table["unit"].reindex(cells["activity_id"]) if "unit" in table else pd.Series(dtype="object")
    keys = pd.MultiIndex.from_frame(cells[["account_id", "activity_id"]])
    minutes = cells["minutes"].to_numpy(dtype=float)
    share = np.divide(
        counts.reindex(keys).to_numpy(dtype=float) * base, minutes, out=np.ones(len(cells)), where=minutes > 0
    )
    words = tuple(word.casefold() for word in order_units)
    follows = unit.astype("str").str.casefold().isin(words).to_numpy() if len(unit) else False
    parts = cells[["account_id", "rung"]].assign(
        per_order=follows, base_cost=cells["cost"] * share, extra_cost=cells["cost"] * (1 - share)
    )
    return parts.groupby(["account_id", "rung", "per_order"], as_index=False).sum()


def order_values(sales: Any) -> pd.DataFrame:
    """Value of every order.

    Parameters
    ----------
    sales : account_id, order_id, net_amount. Any frame Narwhals supports.

    Returns
    -------
    DataFrame
        account_id, value (money); orders of nothing or less, such as credit notes, are left out.

    Raises
    ------
    NotDefinedError
        The lines name no orders, or more than :data:`MOST_ORDERS`.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> sales = pd.DataFrame({"account_id": "a", "order_id": ["1", "1", "2"], "net_amount": [5.0, 4.0, 2.0]})
    >>> order_values(sales)["value"].tolist()
    [9.0, 2.0]
    """
    lines = line_frame(sales, "sales", ["account_id", "net_amount"])
    if "order_id" not in lines.collect_schema().names():
        raise NotDefinedError("the sales name no orders", where="sales.order_id")
    orders = len_of(distinct(lines.select("account_id", "order_id")))
    if orders > MOST_ORDERS:
        raise NotDefinedError(
            Sentence(
                "{orders:,} orders are more than can be looked at one by one ({most_orders:,})",
                orders=orders,
                most_orders=MOST_ORDERS,
            ),
            where="sales.order_id",
            remedy="look at the orders of one business unit, or of a year",
        )
    cells = line_sums(lines, "sales", ["account_id", "order_id"], ["net_amount"])
    kept = cells[cells["net_amount"] > 0]
    names = identifiers(kept, "account_id", "sales").astype("category")
    return pd.DataFrame({"account_id": names, "value": kept["net_amount"]})


def changed_terms(
    pnl: pd.DataFrame,
    terms: Terms,
    served: pd.DataFrame | None = None,
    orders: pd.DataFrame | None = None,
    among: Any = None,
) -> pd.DataFrame:
    """The customer P&L under other terms, the volume unchanged.

    | invoiced revenue: ``invoiced · (1 + price) − discount · list · (1 + price)``
    | deductions and capital follow the invoiced revenue
    | teams' time: ``(base · orders + extra) · (1 + capacity_cost)`` where it follows orders, else
      ``(base + extra) · (1 + service_level) · (1 + capacity_cost)``
    | orders: ``(1 + order_frequency) · mean of min(value / (1 + order_frequency) / minimum_order, 1)``

    Parameters
    ----------
    pnl : as :func:`customer_pnl` returns it, by account.
    terms : what changes.
    served : as :func:`served_cost` returns it; needed where orders, service or capacity change.
    orders : as :func:`order_values` returns it; needed for a minimum order.
    among : the accounts whose terms change; None changes all.

    Returns
    -------
    DataFrame
        The P&L with all its rungs computed again; what was not known stays so.

    Raises
    ------
    NotDefinedError
        What a change needs is not known.
    ParameterError
        The discount takes more than the whole price.

    Notes
    -----
    Source: definition. What customers do about other terms is not in it: see
    :func:`break_even_volume` for the volume that a lower price would have to win. Time that falls away
    is counted as saved; it is money only when it is used otherwise or cut.

    Examples
    --------
    >>> from kamkit.method.profitability import customer_pnl
    >>> sales = pd.DataFrame({"account_id": ["a"], "net_amount": [100.0], "product_cost": [60.0]})
    >>> ledger = pd.DataFrame({"rung": ["deduction"], "amount": [10.0], "account_id": ["a"]})
    >>> pnl = customer_pnl(sales, ledger)
    >>> changed_terms(pnl, Terms(price=0.10))[["pocket_revenue", "customer_profit"]].round(9)
                pocket_revenue  customer_profit
    account_id
    a                     99.0             39.0
    """
    index = pnl.index if among is None else pnl.index.intersection(pd.Index(list(among)))
    if index.empty:
        raise NotDefinedError("none of these accounts has a P&L", where="among")
    if among is None:
        changed = pnl.assign(**_priced(pnl, terms))
    else:
        priced = _priced(pnl.loc[index], terms)
        changed = pnl.assign(
            **{c: new.reindex(pnl.index).where(pnl.index.isin(index), pnl[c]) for c, new in priced.items()}
        )
    if terms.order_frequency or terms.minimum_order or terms.service_level or terms.capacity_cost:
        _serve(changed, index, terms, served, orders)
    return fill_ladder(changed)


def _priced(rows: pd.DataFrame, terms: Terms) -> dict[str, pd.Series]:
    """Revenue and what follows it at other prices."""
    known = rows["list_revenue"].where(rows["list_revenue"].notna(), rows["invoiced_revenue"])
    invoiced = (rows["invoiced_revenue"] - terms.discount * known) * (1 + terms.price)
    if (invoiced < 0).any() and not (rows["invoiced_revenue"] < 0).any():
        raise ParameterError(
            "the discount takes more than the whole price",
            where="discount",
            remedy="give less, or raise the price",
        )
    sold = rows["invoiced_revenue"] != 0
    ratio = (invoiced / rows["invoiced_revenue"].where(sold)).where(sold, 1.0)
    return {
        "list_revenue": rows["list_revenue"] * (1 + terms.price),
        "invoiced_revenue": invoiced,
        "deductions": rows["deductions"] * ratio,
        "capital": rows["capital"] * ratio,
    }


def _serve(
    changed: pd.DataFrame, index: pd.Index, terms: Terms, served: pd.DataFrame | None, orders: Any
) -> None:
    """Add to the rungs what the teams' time costs more or less."""
    if served is None:
        raise NotDefinedError(
            "the teams' time is not traced to customers, so other service has no price",
            where="activities, activity_use",
            remedy="ask for what the teams do, and how often for whom",
        )
    rows = served[served["account_id"].isin(index)]
    ratio = _order_ratio(rows["account_id"], terms, orders)
    base, extra = rows["base_cost"].to_numpy(), rows["extra_cost"].to_numpy()
    alike = (base + extra) * (1 + terms.service_level)
    new = np.where(rows["per_order"], base * ratio + extra, alike) * (1 + terms.capacity_cost)
    difference = pd.Series(new - base - extra, pd.MultiIndex.from_frame(rows[["account_id", "rung"]]))
    wide = difference.groupby(level=[0, 1]).sum().unstack().fillna(0.0)
    for rung in wide:
        changed[rung] = changed[rung].add(wide[rung].reindex(changed.index, fill_value=0.0))


def _order_ratio(accounts: pd.Series, terms: Terms, orders: pd.DataFrame | None) -> np.ndarray:
    """Orders of each row's account then, over orders now."""
    often = 1 + terms.order_frequency
    if not terms.minimum_order:
        return np.full(len(accounts), often)
    if orders is None:
        raise NotDefinedError(
            "the value of single orders is not known, so a minimum order is not either",
            where="sales.order_id",
            remedy="ask for the order number of each line",
        )
    kept = np.minimum(orders["value"].to_numpy() / often / terms.minimum_order, 1.0)
    codes, names = pd.factorize(orders["account_id"])
    shares = np.bincount(codes, weights=kept) / np.bincount(codes)
    return often * pd.Series(shares, names).reindex(accounts).fillna(1.0).to_numpy()
