"""What one per cent is worth, what a discount must bring back, what a customer is worth over time."""

from __future__ import annotations

import pandas as pd

from kamkit.errors import NotDefinedError, Sentence, UnitError, ValuesError
from kamkit.method.frames import fraction, hair, number, one_of

__all__ = ["break_even_volume", "clv_multiple", "price_levers"]


def price_levers(revenue: float, variable_cost: float, fixed_cost: float, change: float = 0.01) -> pd.Series:
    """Effect on profit of bettering each lever by the same fraction, the others unchanged.

    | price: ``change · revenue / profit``
    | variable cost: ``change · variable_cost / profit``
    | volume: ``change · (revenue − variable_cost) / profit``
    | fixed cost: ``change · fixed_cost / profit``

    Parameters
    ----------
    revenue, variable_cost, fixed_cost : money, not negative.
    change : fraction, 0.01 for one per cent.

    Returns
    -------
    Series
        Indexed price, variable_cost, volume, fixed_cost: effect as a fraction of profit.

    Raises
    ------
    NotDefinedError
        The profit is not positive.
    ValuesError, UnitError
        NaN, negative money, or ``change`` in percent.

    Notes
    -----
    Source: Marn & Rosiello (1992).

    Examples
    --------
    >>> price_levers(100, 66.2, 24.1).round(3).to_dict()
    {'price': 0.103, 'variable_cost': 0.068, 'volume': 0.035, 'fixed_cost': 0.025}
    """
    money = {"revenue": revenue, "variable_cost": variable_cost, "fixed_cost": fixed_cost}
    sales, variable, fixed = (_not_negative(value, name) for name, value in money.items())
    step = _change(change, "change")
    profit = sales - variable - fixed
    if not profit > hair([sales, variable, fixed]):
        raise NotDefinedError(
            Sentence(
                "profit is {profit:,.2f}, so effects as a fraction of it are not defined", profit=profit
            ),
            where="revenue − variable_cost − fixed_cost",
            remedy="show the effects in money",
        )
    effects = {"price": sales, "variable_cost": variable, "volume": sales - variable, "fixed_cost": fixed}
    return pd.Series(effects, name="effect").mul(step / profit).rename_axis("lever")


def _not_negative(value: float, name: str) -> float:
    result = number(value, name)
    if result < 0:
        raise ValuesError(f"{name} = {result:g} is negative", where=name, allowed="0 or more")
    return result


def _change(value: float, name: str) -> float:
    result = number(value, name)
    if abs(result) >= 1:
        raise UnitError(
            f"{name} = {result:g} is no fraction",
            where=name,
            remedy=f"write {result:g} % as {result / 100:g}",
        )
    return result


def break_even_volume(price_change: float, margin_rate: float) -> float:
    """Change in volume that leaves the contribution as it was after a change in price.

    ``−price_change / (margin_rate + price_change)``

    Parameters
    ----------
    price_change : fraction of the price, negative for a discount.
    margin_rate : contribution margin as a fraction of the price before the change.

    Returns
    -------
    float
        Fraction of the volume; 0.2 for a fifth more.

    Raises
    ------
    NotDefinedError
        The discount takes the whole margin: no volume makes up for it.
    UnitError, ValuesError
        Percent, NaN, or a negative margin.

    Notes
    -----
    Source: Nagle & Holden (1987).

    Examples
    --------
    >>> round(break_even_volume(-0.05, 0.30), 4)
    0.2
    """
    change, margin = _change(price_change, "price_change"), fraction(margin_rate, "margin_rate")
    if change <= -margin:
        raise NotDefinedError(
            Sentence(
                "a price change of {change:g} takes the whole margin of {margin:g}: no volume makes up "
                "for it",
                change=change,
                margin=margin,
            ),
            where="price_change",
            allowed=f"above {-margin:g}",
        )
    return -change / (margin + change)


def clv_multiple(retention: float, discount_rate: float, growth: float = 0.0, first: str = "end") -> float:
    """Value of a customer as a multiple of the first year's margin.

    | first = "end": ``r / (1 + i − r (1 + g))``
    | first = "start": ``(1 + i) / (1 + i − r (1 + g))``

    Parameters
    ----------
    retention : r, fraction of customers kept from year to year.
    discount_rate : i, per year.
    growth : g, of the margin, per year.
    first : whether the first margin comes at the "end" or the "start" of the first year.

    Returns
    -------
    float
        Years of margin.

    Raises
    ------
    NotDefinedError
        ``r (1 + g)`` is not under ``1 + i``: the value has no end.
    UnitError, ValuesError, ParameterError
        Percent, NaN, or another ``first``.

    Notes
    -----
    Source: Gupta & Lehmann (2003, 2005). For a key account forecast the cash flows instead.

    Examples
    --------
    >>> round(clv_multiple(0.9, 0.12), 4)
    4.0909
    """
    one_of(first, ("end", "start"), "first")
    kept, rate = fraction(retention, "retention"), fraction(discount_rate, "discount_rate")
    yearly = kept * (1 + fraction(growth, "growth", low=-1.0))
    if yearly >= 1 + rate:
        raise NotDefinedError(
            Sentence(
                "retention · (1 + growth) = {yearly:g} is not under 1 + discount rate = {value:g}: no end",
                yearly=yearly,
                value=1 + rate,
            ),
            where="retention, growth, discount_rate",
            remedy="forecast the cash flows of a limited time instead",
        )
    return (kept if first == "end" else 1 + rate) / (1 + rate - yearly)
