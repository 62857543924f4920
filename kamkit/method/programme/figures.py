"""The figures that the field publishes of its programmes, as the client's own data answer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, Sentence
from kamkit.method.demand import TOTAL, pool
from kamkit.method.frames import account_series, as_pandas
from kamkit.method.programme.effect import as_flags
from kamkit.method.programme.panel import sales_panel

__all__ = [
    "GrowthAgainstMarket",
    "KeyAccountMultiple",
    "growth_against_market",
    "key_account_multiple",
]

_NEAREST = 3
_DRAWS = 2_000
_CELLS = 100_000
"""Of so many accounts and neighbours the draws are judged at once, so that they stay in the cache."""


@dataclass(frozen=True)
class KeyAccountMultiple:
    """How many times as much a key account earns as another; NaN where a ratio has no meaning.

    ``raw``: mean profit over mean profit; ``per_revenue``: profit per revenue over profit per revenue;
    ``size_matched``: mean profit over that of the others nearest in revenue, with ``interval`` (95 %).
    ``table``: multiple, value, low, high, key_accounts, others (money or rates that are divided).
    """

    raw: float
    per_revenue: float
    size_matched: float
    interval: tuple[float, float]
    table: pd.DataFrame


def key_account_multiple(
    pnl: Any, is_key: Any, matches: int = _NEAREST, draws: int = _DRAWS, seed: int = 0
) -> KeyAccountMultiple:
    """How much more a key account earns than another: as told, per revenue, and at equal size.

    | ``raw = mean profit of key accounts / mean profit of the others``
    | ``per_revenue = (profit / revenue) of key accounts / (profit / revenue) of the others``
    | ``size_matched = mean profit of key accounts / mean profit of their matches nearest in revenue``

    Parameters
    ----------
    pnl : indexed by account_id: customer_profit, pocket_revenue (money); accounts without revenue are
        left out.
    is_key : boolean by account_id.
    matches : others nearest in revenue that stand for each key account.
    draws, seed : of the bootstrap by account.

    Returns
    -------
    KeyAccountMultiple
        A multiple of a loss is NaN, as is an end of an interval where more than one draw in forty
        divides by a loss.

    Raises
    ------
    NotDefinedError
        No key accounts with revenue, fewer others than ``matches``, or a profit that is not known.
    ColumnError, ValuesError, EmptyError
        A missing column, infinite amounts, no rows.

    Notes
    -----
    Published is 2.4 over ten years, raw: key accounts are large, and large accounts earn more whoever
    serves them. Sums over sums, so that an account near zero does not explode the mean of ratios. The
    interval at equal size is approximate: a bootstrap of nearest neighbours is not exact (Abadie &
    Imbens 2008).

    Examples
    --------
    >>> pnl = pd.DataFrame({"pocket_revenue": [100.0, 90, 110, 20, 20],
    ...                     "customer_profit": [24.0, 10, 10, 2, 2]}, index=list("abcde"))
    >>> found = key_account_multiple(pnl, pd.Series(pnl.index == "a", pnl.index), matches=2)
    >>> found.raw, found.per_revenue, found.size_matched
    (4.0, 2.4, 2.4)
    """
    table = as_pandas(pnl, "pnl", ["customer_profit", "pocket_revenue"])
    if table[["customer_profit", "pocket_revenue"]].isna().any(axis=None):
        raise NotDefinedError("the profit of a customer is not known", where="pnl.customer_profit")
    known = table[table["pocket_revenue"] > 0]
    profit = account_series(known["customer_profit"], "customer_profit")
    revenue = account_series(known["pocket_revenue"], "pocket_revenue")
    key = as_flags(is_key, known.index)
    if matches < 1 or not key.any() or (~key).sum() < matches:
        raise NotDefinedError(
            Sentence(
                "there are {keys} key accounts and {others} others with revenue",
                keys=int(key.sum()), others=int((~key).sum()),
            ),
            where="is_key", allowed=f"at least 1 and {max(1, matches)}",
        )  # fmt: skip
    both = np.column_stack([revenue, profit])
    ours, others = (part[np.lexsort(part.T[::-1])] for part in (both[key], both[~key]))
    everyone = np.arange(len(ours))[None, :], np.arange(len(others))[None, :]
    parts = {name: (a[0], b[0]) for name, (a, b) in _multiples(ours, others, *everyone, matches).items()}
    drawn = _drawn_multiples(ours, others, matches, draws, seed)
    rows = [
        {
            "multiple": name,
            "value": _ratio(ours, theirs),
            **_ends(drawn[:, i]),
            "key_accounts": ours,
            "others": theirs,
        }
        for i, (name, (ours, theirs)) in enumerate(parts.items())
    ]
    result = pd.DataFrame(rows)
    raw, per_revenue, matched = result["value"].astype("float64")
    low, high = result.iloc[2][["low", "high"]].astype("float64")
    return KeyAccountMultiple(raw, per_revenue, matched, (low, high), result)


def _multiples(
    ours: np.ndarray, others: np.ndarray, mine: np.ndarray, theirs: np.ndarray, matches: int
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """What is divided by what in each draw; rows of accounts are (revenue, profit), in order of revenue.

    ``mine`` and ``theirs`` are draws × places of the accounts drawn, those of the others rising.
    """
    (revenue, profit), (their_revenue, their_profit) = (
        np.ascontiguousarray(part.T) for part in (ours, others)
    )
    drawn, ranked = revenue[mine], their_revenue[theirs]
    near = _nearest(drawn, ranked, _below(np.searchsorted(their_revenue, revenue)[mine], theirs), matches)
    own, earned = profit[mine], their_profit[theirs]
    return {
        "raw": (own.mean(axis=1), earned.mean(axis=1)),
        "per_revenue": (own.sum(axis=1) / drawn.sum(axis=1), earned.sum(axis=1) / ranked.sum(axis=1)),
        "size_matched": (own.mean(axis=1), np.take_along_axis(earned, near, axis=1).mean(axis=1)),
    }


def _below(first: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """How many of the places drawn lie below ``first``, for all draws in one search."""
    apart = np.arange(len(theirs))[:, None] * theirs.shape[1]
    return np.searchsorted((theirs + apart).ravel(), (first + apart).ravel()).reshape(first.shape) - apart


def _nearest(mine: np.ndarray, ranked: np.ndarray, below: np.ndarray, matches: int) -> np.ndarray:
    """Places in rising rows of the values nearest to each of mine; of equally near ones the smaller."""
    window, last = below[:, :, None] + np.arange(-matches, matches), ranked.shape[1] - 1
    inside, window = (window >= 0) & (window <= last), np.clip(window, 0, last)
    values = np.take_along_axis(ranked, window.reshape(len(ranked), -1), axis=1).reshape(window.shape)
    apart = np.where(inside, np.abs(values - mine[:, :, None]), np.inf)
    chosen = np.argsort(apart, axis=2, kind="stable")[:, :, :matches]
    return np.take_along_axis(window, chosen, axis=2).reshape(len(ranked), -1)


def _ratio(ours: float, theirs: float) -> float:
    return ours / theirs if ours > 0 and theirs > 0 else np.nan


def _drawn_multiples(ours: np.ndarray, others: np.ndarray, matches: int, draws: int, seed: int) -> np.ndarray:
    """Draws × multiples: key accounts and others drawn anew with replacement, each among themselves."""
    random, found = np.random.default_rng(seed), []
    at_once = max(1, _CELLS // (len(others) + 2 * matches * len(ours)))
    for start in range(0, draws, at_once):
        taken = [_taken(random, len(ours), len(others)) for _ in range(min(at_once, draws - start))]
        mine, theirs = (np.array(places) for places in zip(*taken, strict=True))
        parts = _multiples(ours, others, mine, np.sort(theirs, axis=1), matches)
        found.append(np.column_stack([_quotient(a, b) for a, b in parts.values()]))
    return np.concatenate(found)


def _taken(random: np.random.Generator, ours: int, others: int) -> tuple[np.ndarray, np.ndarray]:
    return random.integers(0, ours, ours), random.integers(0, others, others)


def _quotient(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a / b, without bound where b is no gain."""
    return np.divide(a, b, out=np.full(len(b), np.inf), where=b > 0)


def _ends(drawn: np.ndarray) -> dict[str, float]:
    """2.5th and 97.5th percentile; a draw that divides by a loss counts as without bound."""
    ordered = np.sort(drawn)
    low, high = ordered[int(0.025 * len(ordered))], ordered[int(np.ceil(0.975 * len(ordered))) - 1]
    return {
        "low": float(low) if np.isfinite(low) else np.nan,
        "high": float(high) if np.isfinite(high) else np.nan,
    }


@dataclass(frozen=True)
class GrowthAgainstMarket:
    """Growth over the last two years that sales and demand both cover, as fractions.

    ``key_accounts`` with its 95 % interval over accounts, ``others``, ``market``; and what choosing does
    by itself: ``largest_now``, as many accounts as there are key accounts, the largest of the last year;
    ``largest_before``, those that were the largest the year before.
    """

    year: int
    n: int
    key_accounts: float
    low: float
    high: float
    others: float
    market: float
    largest_now: float
    largest_before: float


def growth_against_market(
    sales: Any, demand: Any, is_key: Any, draws: int = _DRAWS, seed: int = 0
) -> GrowthAgainstMarket:
    """How key accounts grew beside the market, and how much of that choosing the largest would give anyway.

    ``growth = sales of the last year / sales of the year before − 1``, of sums

    Parameters
    ----------
    sales : date, account_id, net_amount, all years there are.
    demand : scope, scope_id, family, year, supplier, amount; its markets.
    is_key : boolean by account_id; accounts with sales that it lacks are no key accounts.
    draws, seed : of the bootstrap by account.

    Returns
    -------
    GrowthAgainstMarket
        Of the last whole year of sales whose market, and that of the year before, are known.

    Raises
    ------
    NotDefinedError
        No two whole years that sales and demand share, no key accounts, or no sales before.
    ColumnError, ValuesError, EmptyError
        A missing column, NaN, no rows.

    Notes
    -----
    Published is a bank's thirty largest, up 32 % in a market up 7 %. Who is among the thirty largest
    at the end has grown: the same count chosen a year earlier shows how much that does.

    Examples
    --------
    >>> days = pd.to_datetime(["2024-01-01", "2024-12-01", "2025-01-01", "2025-12-01"])
    >>> sales = pd.DataFrame({"date": [*days, *days], "account_id": ["a"] * 4 + ["b"] * 4,
    ...                       "net_amount": [10.0, 10, 15, 15, 20, 20, 20, 20]})
    >>> demand = pd.DataFrame({"scope": "market", "scope_id": "SE", "family": "Valves", "year": [2024, 2025],
    ...                        "supplier": "total", "amount": [100.0, 107.0]})
    >>> found = growth_against_market(sales, demand, {"a": True})
    >>> found.key_accounts, found.others, round(found.market, 4)
    (0.5, 0.0, 0.07)
    """
    yearly = sales_panel(sales, None, "year")
    markets = _markets(demand)
    years = {day.year for day in pd.DatetimeIndex(yearly.columns)} & set(markets.columns)
    shared = [y for y in years if y - 1 in years and markets[[y - 1, y]].notna().all(axis="columns").any()]
    if not shared:
        raise NotDefinedError("sales and demand share no two whole years", where="sales.date, demand.year")
    year = max(shared)
    stated = markets[[year, year - 1]].dropna()
    both = stated[year], stated[year - 1]
    now, before = (yearly[pd.Timestamp(y, 1, 1)] for y in (year, year - 1))
    flags = pd.Series(is_key).reindex(yearly.index).fillna(False).astype(bool).to_numpy()
    n = int(flags.sum())
    if not n:
        raise NotDefinedError("none of the accounts with sales is a key account", where="is_key")
    low, high = _growth_interval(now[flags].to_numpy(), before[flags].to_numpy(), draws, seed)
    largest = [series.sort_values(ascending=False, kind="stable").index[:n] for series in (now, before)]
    return GrowthAgainstMarket(
        year=year, n=n, key_accounts=_growth(now[flags], before[flags]), low=low, high=high,
        others=_growth(now[~flags], before[~flags]), market=_growth(*both),
        largest_now=_growth(now[largest[0]], before[largest[0]]),
        largest_before=_growth(now[largest[1]], before[largest[1]]),
    )  # fmt: skip


def _markets(demand: Any) -> pd.DataFrame:
    """Size of each market, all families together, by year; NaN in a year that does not state it."""
    pooled = pool(demand, over="family")
    return pooled[pooled["supplier"] == TOTAL].pivot(index="scope_id", columns="year", values="amount")


def _growth(now: pd.Series, before: pd.Series) -> float:
    return float(now.sum() / before.sum() - 1) if before.sum() > 0 else np.nan


def _growth_interval(now: np.ndarray, before: np.ndarray, draws: int, seed: int) -> tuple[float, float]:
    taken = np.random.default_rng(seed).integers(0, len(now), (draws, len(now)))
    sums = before[taken].sum(axis=1)
    if len(now) < 2 or (sums <= 0).any():
        return np.nan, np.nan
    low, high = np.quantile(now[taken].sum(axis=1) / sums - 1, [0.025, 0.975])
    return float(low), float(high)
