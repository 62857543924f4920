"""Win rates from decided deals, drawn to the mean where there are few of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence, ValuesError
from kamkit.method.frames import UNASSIGNED, require_columns
from kamkit.method.opportunities.deals import deal_table, require_known

__all__ = ["efron_morris", "win_rates", "win_rates_by"]

_MOST_WITHOUT_AMOUNT = 0.10


def win_rates(opportunities: Any, by: str | Sequence[str], shrink: bool = True) -> pd.DataFrame:
    """Share of the decided deals that were won, by count and by value.

    ``win_rate = won / (won + lost)``, ``value_rate = amount won / amount won and lost``;
    shrunk as :func:`efron_morris`, the value rate with ``n = (ΣV)² / ΣV²`` deals of equal size.

    Parameters
    ----------
    opportunities : outcome; amount where value rates are wanted.
    by : one or several columns, such as stage, owner, family; deals without a value there stand under
        ``unassigned``.
    shrink : draw rates of few deals to the mean of all.

    Returns
    -------
    DataFrame
        Indexed by ``by``: won, closed (won and lost), win_rate, shrunk (fractions); open, unknown
        (numbers); value_rate, value_shrunk (fractions), won_value, closed_value (money),
        without_amount (decided deals). Open deals are counted, and are in no rate:
        :func:`stage_probabilities` allows for them. Rates are NaN where nothing was decided, value rates
        too where over a tenth of the decided deals have no amount. The shrunk rate of a group without a
        decided deal is the mean. Without ``shrink`` the two shrunk columns are left out.

    Raises
    ------
    NotDefinedError
        No deal was won or lost, or the column says nothing.
    ColumnError, ValuesError, EmptyError
        An unknown column; as :func:`deal_table`.

    Notes
    -----
    Source: Efron & Morris (1975, 1977). Leaving out open deals flatters those who lose slowly.

    Examples
    --------
    >>> deals = pd.DataFrame({"owner": ["x", "x", "y"], "outcome": ["won", "lost", "won"]})
    >>> win_rates(deals, "owner", shrink=False)["win_rate"].to_dict()
    {'x': 0.5, 'y': 1.0}
    """
    deals, keys = deal_table(opportunities), [by] if isinstance(by, str) else list(by)
    require_columns(deals.columns, keys, "opportunities")
    require_known(deals, *keys)
    decided = deals["outcome"].isin(["won", "lost"])
    if not decided.any():
        raise NotDefinedError("no deal was won or lost, so there is no win rate", where="opportunities")
    table = _counted(deals, keys)
    if shrink:
        table["shrunk"] = efron_morris(table["win_rate"], table["closed"])
        equal = table["closed_value"] ** 2 / table["squares"].where(table["squares"] > 0)
        table["value_shrunk"] = _value_shrunk(table["value_rate"], equal)
    wanted = ["won", "closed", "win_rate", "shrunk", "open", "unknown", "value_rate", "value_shrunk",
              "won_value", "closed_value", "without_amount"]  # fmt: skip
    return table[[c for c in wanted if c in table]]


def win_rates_by(
    opportunities: Any, dimensions: Sequence[str] = ("owner", "family", "bu_id")
) -> pd.DataFrame:
    """Win rates by several columns, one below the other; those that the deals do not hold are left out.

    Parameters
    ----------
    opportunities : as of :func:`win_rates`.
    dimensions : columns.

    Returns
    -------
    DataFrame
        dimension, group, and the columns of :func:`win_rates`; best first within a dimension.

    Raises
    ------
    NotDefinedError
        No deal was decided, or none of the columns says anything.
    ValuesError, EmptyError
        As :func:`deal_table`.

    Notes
    -----
    Source: as :func:`win_rates`.

    Examples
    --------
    >>> deals = pd.DataFrame({"owner": ["x", "x", "y"], "outcome": ["won", "lost", "won"]})
    >>> win_rates_by(deals)[["dimension", "group", "closed"]].values.tolist()
    [['owner', 'y', 1], ['owner', 'x', 2]]
    """
    deals = deal_table(opportunities)
    held = [d for d in dimensions if d in deals and deals[d].notna().any()]
    if not held:
        raise NotDefinedError(
            Sentence("the deals name no {dimensions}", dimensions=", ".join(dimensions)),
            where="opportunities",
        )
    tables = []
    for dimension in held:
        rates = win_rates(opportunities, dimension).rename_axis("group").reset_index()
        rates = rates.sort_values(["shrunk", "win_rate"], ascending=False, kind="stable")
        tables.append(rates.assign(group=rates["group"].astype(str), dimension=dimension))
    table = pd.concat(tables, ignore_index=True)
    return table[["dimension", *(c for c in table if c != "dimension")]]


def _counted(deals: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Numbers and amounts of the groups, with the rates."""
    outcome, amount = deals["outcome"], deals["amount"]
    decided = outcome.isin(["won", "lost"])
    valued = amount.where(decided & (amount > 0))
    columns = {
        "won": outcome.eq("won"),
        "closed": decided,
        "open": outcome.eq("open"),
        "unknown": outcome.eq("unknown"),
        "without_amount": decided & valued.isna(),
        "won_value": valued.where(outcome.eq("won"), 0.0).fillna(0.0),
        "closed_value": valued.fillna(0.0),
        "squares": valued.fillna(0.0) ** 2,
    }
    groups = [_named(deals[key]) for key in keys]
    table = pd.DataFrame(columns).groupby(groups, sort=True).sum()
    few = table["without_amount"] <= _MOST_WITHOUT_AMOUNT * table["closed"]
    some = few & (table["closed_value"] > 0)
    table["win_rate"] = table["won"] / table["closed"].where(table["closed"] > 0)
    table["value_rate"] = (table["won_value"] / table["closed_value"]).where(some)
    return table


def _named(values: pd.Series) -> pd.Series:
    return values.fillna(UNASSIGNED) if values.dtype == "str" or values.dtype == object else values


def _value_shrunk(rates: pd.Series, n: pd.Series) -> pd.Series:
    if rates.isna().all():
        return rates
    return efron_morris(rates, n.where(rates.notna(), 0.0).fillna(0.0)).where(rates.notna())


def efron_morris(rates: pd.Series, n: pd.Series) -> pd.Series:
    """Rates drawn to their mean, the more the fewer observations they rest on.

    ``v_i = p̄ (1 − p̄) / n_i``; ``A ≥ 0`` solves ``Σ (p_i − m)² / (A + v_i) = k − 3`` with ``m`` the
    mean weighted by ``1 / (A + v_i)``; ``p̂_i = m + A / (A + v_i) (p_i − m)``

    Parameters
    ----------
    rates : observed fractions; NaN where n is 0.
    n : observations behind each, not negative.

    Returns
    -------
    Series
        Fractions in the order of ``rates``; the mean m where n is 0. ``A = 0``, and every rate the
        mean, where at most three groups have observations or the rates differ no more than chance.

    Raises
    ------
    ParameterError, ValuesError
        Different lengths; rates outside 0–1 or missing where n is positive; nothing observed.

    Notes
    -----
    Source: Efron & Morris (1975), unequal variances; (1977) for equal ones, where the factor is
    ``1 − (k − 3) v / Σ (p_i − p̄)²``. p̄ is the rate of all together.

    Examples
    --------
    >>> at_bats = pd.Series(45, range(18))
    >>> hits = pd.Series([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
    >>> efron_morris(hits / at_bats, at_bats).round(3).iloc[[0, -1]].tolist()
    [0.294, 0.242]
    """
    if len(rates) != len(n):
        raise ParameterError("rates and n have different lengths", where="rates, n")
    p, weight = rates.to_numpy(dtype=float), n.to_numpy(dtype=float)
    seen = weight > 0
    if not seen.any() or (weight < 0).any() or not ((p[seen] >= 0) & (p[seen] <= 1)).all():
        raise ValuesError("rates are no fractions of something observed", where="rates, n", allowed="0 to 1")
    overall = float(np.average(p[seen], weights=weight[seen]))
    v = overall * (1 - overall) / weight[seen]
    result = np.full(len(p), overall)
    if (v > 0).all():
        between = _spread_between(p[seen], v)
        mean = float(np.average(p[seen], weights=1 / (between + v)))
        result = np.full(len(p), mean)
        result[seen] = mean + between / (between + v) * (p[seen] - mean)
    return pd.Series(result, rates.index, name="shrunk")


def _spread_between(p: np.ndarray, v: np.ndarray) -> float:
    """A, the variance of the true rates between groups."""
    from scipy.optimize import brentq

    k = len(p)

    def excess(between: float) -> float:
        mean = np.average(p, weights=1 / (between + v))
        return float(((p - mean) ** 2 / (between + v)).sum()) - (k - 3)

    if k <= 3 or excess(0.0) <= 0:
        return 0.0
    most = float(((p - p.mean()) ** 2).sum()) / (k - 3)
    return float(brentq(excess, 0.0, most, xtol=1e-15, rtol=1e-12))
