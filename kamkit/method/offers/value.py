"""What an offer is worth to the customer against the next best alternative, and who keeps how much of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import ColumnError, EmptyError, ValuesError, list_some
from kamkit.method.frames import number, numeric

__all__ = ["EconomicValue", "driver_table", "economic_value", "value_stairs"]

COLUMNS = [
    "driver",
    "metric",
    "baseline",
    "change",
    "unit_value",
    "value",
    "once",
    "evidence",
    "confirmed_by",
]
_TEXTS = ("metric", "evidence", "confirmed_by")


@dataclass(frozen=True)
class EconomicValue:
    """The value of an offer to one customer: money per period, unless said otherwise.

    ``drivers`` has one row per driver: driver, metric, baseline, change, unit_value, value, once,
    evidence, confirmed_by. ``one_off`` is the sum of the drivers that come once and is part of no other
    figure. ``confirmed`` is what of the yearly drivers the customer has confirmed. ``customer_surplus``
    and ``customer_share`` are NaN without price or our cost, the share also where the offer is worth no
    more than it costs us.
    """

    reference_price: float
    value: float
    one_off: float
    confirmed: float
    switching_cost: float
    price: float
    our_cost: float
    customer_surplus: float
    customer_share: float
    drivers: pd.DataFrame = field(repr=False)


def economic_value(
    reference_price: Any,
    drivers: Any,
    switching_cost: float = 0.0,
    *,
    price: float | None = None,
    our_cost: float | None = None,
) -> EconomicValue:
    """The most that a customer would pay for our offer rather than take the next best alternative.

    | ``value = reference_price + sum of the drivers − switching_cost``
    | ``customer_surplus = value − price``
    | ``customer_share = customer_surplus / (value − our_cost)``

    Parameters
    ----------
    reference_price : price of the next best alternative, not our list price; money per period.
    drivers : what differs from the alternative. A table with one row per driver: driver; value, or
        unit_value with change, or unit_value with baseline and target; and, where known, metric, once,
        evidence, confirmed_by. Also a mapping or a list of values. The value of a row is
        ``|change| · unit_value``: what is worse than the alternative has a negative unit value. A driver
        that is ``once`` is kept apart.
    switching_cost : of coming to us, money per the same period; what is paid once belongs into a driver
        that is ``once``.
    price : our price. our_cost : what the offer costs us.

    Returns
    -------
    EconomicValue

    Raises
    ------
    ValuesError
        No reference price; NaN or text in a figure; a negative price, cost or switching cost.
    ColumnError, EmptyError
        A driver whose value can't be worked out, no drivers.

    Notes
    -----
    Source: Forbis & Mehta (1981); Nagle & Holden (1987); Anderson & Narus (1998).

    Examples
    --------
    >>> found = economic_value(300, {"energy": 350, "stops": 100, "orders": 200}, price=825)
    >>> found.value, found.customer_surplus
    (950.0, 125.0)
    """
    reference = _money(_stated(reference_price), "reference_price")
    table = driver_table(drivers)
    yearly = table[~table["once"]]
    switching = _money(switching_cost, "switching_cost")
    value = reference + float(yearly["value"].sum()) - switching
    asked = np.nan if price is None else _money(price, "price")
    cost = np.nan if our_cost is None else _money(our_cost, "our_cost")
    created = value - cost
    return EconomicValue(
        reference_price=reference,
        value=value,
        one_off=float(table.loc[table["once"], "value"].sum()),
        confirmed=float(yearly.loc[yearly["confirmed_by"].notna(), "value"].sum()),
        switching_cost=switching,
        price=asked,
        our_cost=cost,
        customer_surplus=value - asked,
        customer_share=(value - asked) / created if created > 0 else np.nan,
        drivers=table,
    )


def _stated(reference_price: Any) -> Any:
    if reference_price is None or reference_price is pd.NA or reference_price != reference_price:
        raise ValuesError(
            "the price of the next best alternative is not stated",
            where="reference_price",
            remedy="ask what the customer would buy instead, and at which price; our list price is none",
        )
    return reference_price


def _money(value: Any, name: str) -> float:
    result = number(value, name)
    if result < 0:
        raise ValuesError(f"{name} = {result:g} is negative", where=name, allowed="0 or more")
    return result


def driver_table(drivers: Any) -> pd.DataFrame:
    """One row per driver with its value worked out: the columns of ``EconomicValue.drivers``."""
    given = _as_table(drivers)
    if given.empty:
        raise EmptyError("no value driver is stated", where="drivers")
    table = pd.DataFrame({"driver": given["driver"].astype("str")})
    table["baseline"] = _figure(given, "baseline")
    table["change"] = _change(given)
    table["unit_value"] = _figure(given, "unit_value")
    table["value"] = _value(given, table)
    table["once"] = _once(given)
    for column in _TEXTS:
        text = given[column] if column in given else pd.Series(None, index=given.index, dtype="object")
        table[column] = text.astype("object").where(text.notna(), None)
    return table[COLUMNS]


def _as_table(drivers: Any) -> pd.DataFrame:
    if isinstance(drivers, pd.DataFrame):
        table = drivers.reset_index(drop=True)
        if "driver" not in table:
            table["driver"] = [f"driver {i}" for i in range(1, len(table) + 1)]
        return table
    if isinstance(drivers, Mapping | pd.Series):
        pairs = drivers.items()
        names, values = zip(*pairs, strict=True) if len(drivers) else ((), ())
        return pd.DataFrame({"driver": [str(n) for n in names], "value": list(values)})
    values = np.atleast_1d(np.asarray(drivers, dtype="object")).tolist()
    return pd.DataFrame({"driver": [f"driver {i}" for i in range(1, len(values) + 1)], "value": values})


def _figure(given: pd.DataFrame, column: str) -> pd.Series:
    if column not in given:
        return pd.Series(np.nan, index=given.index)
    return numeric(given, column, "drivers", missing=True)


def _change(given: pd.DataFrame) -> pd.Series:
    """As stated, or target less baseline."""
    return _figure(given, "change").fillna(_figure(given, "target") - _figure(given, "baseline"))


def _value(given: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    """As stated, or worked out; both must agree where both are there."""
    stated, worked = _figure(given, "value"), table["change"].abs() * table["unit_value"]
    apart = (stated - worked).abs() > 0.005 + 1e-9 * stated.abs()
    if apart.any():
        raise ValuesError(
            "the value of a driver is not its change times its unit value",
            where=f"drivers: {list_some(list(table.loc[apart, 'driver']))}",
            remedy="state one of them",
        )
    value = stated.fillna(worked)
    missing = value.isna()
    if missing.all() and not {"value", "unit_value"} & set(given.columns):
        raise ColumnError(
            "the drivers have no value",
            where="drivers",
            allowed="value; or unit_value with change, or target",
        )
    if missing.any():
        raise ValuesError(
            f"{int(missing.sum())} driver(s) have no value",
            where=f"drivers: {list_some(list(table.loc[missing, 'driver']))}",
            remedy="state change and unit value, or leave the driver out; NaN is not zero",
        )
    return value


def _once(given: pd.DataFrame) -> pd.Series:
    if "once" not in given:
        return pd.Series(False, index=given.index)
    return given["once"].astype("object").where(given["once"].notna(), False).astype(bool)


def value_stairs(economic: EconomicValue) -> pd.DataFrame:
    """From the reference price over the drivers to the economic value, and who keeps what of it.

    Parameters
    ----------
    economic : as :func:`economic_value` returns it.

    Returns
    -------
    DataFrame
        step (reference_price, a driver's words, switching_cost, economic_value, price,
        customer_surplus), kind (total, change; once for what is paid or saved one time, which no total
        contains), amount (money), confirmed (whether the customer has confirmed a driver; NaN for the
        other steps). Without a price the last two steps are left out.

    Raises
    ------
    KamkitError
        As :func:`economic_value`.

    Notes
    -----
    Source: Forbis & Mehta (1981).

    Examples
    --------
    >>> stairs = value_stairs(economic_value(300, {"energy": 350, "stops": 100, "orders": 200}, price=825))
    >>> stairs["amount"].tolist()
    [300.0, 350.0, 200.0, 100.0, 950.0, -825.0, 125.0]
    """
    drivers = economic.drivers
    yearly, once = drivers[~drivers["once"]], drivers[drivers["once"]]
    rows: list[tuple[str, str, float, object]] = [
        ("reference_price", "total", economic.reference_price, None),
        *_steps(yearly, "change"),
    ]
    if economic.switching_cost:
        rows.append(("switching_cost", "change", -economic.switching_cost, None))
    rows.append(("economic_value", "total", economic.value, None))
    if not np.isnan(economic.price):
        rows.append(("price", "change", -economic.price, None))
        rows.append(("customer_surplus", "total", economic.customer_surplus, None))
    rows += _steps(once, "once")
    table = pd.DataFrame(rows, columns=["step", "kind", "amount", "confirmed"])
    return table.assign(confirmed=table["confirmed"].astype("boolean"))


def _steps(drivers: pd.DataFrame, kind: str) -> list[tuple[str, str, float, object]]:
    """The drivers, the largest first."""
    ranked = drivers.sort_values(["value", "driver"], ascending=[False, True])
    names, values = ranked["driver"].astype(str), ranked["value"].astype(float)
    agreed = ranked["confirmed_by"].notna()
    return [(name, kind, float(v), bool(a)) for name, v, a in zip(names, values, agreed, strict=True)]
