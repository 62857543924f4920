"""Scorecard of the programme and of each account: every score with its parts and what moved it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import ColumnError, NotDefinedError, ParameterError, ValuesError, list_some
from kamkit.method.frames import UNASSIGNED, fraction, number
from kamkit.method.lines import line_frame, line_sums

__all__ = ["PARTS", "account_growth", "account_scorecard", "scorecard", "scorecard_parts"]

PARTS: Mapping[str, tuple[float, float, float]] = {
    "sales_growth": (0.20, -0.10, 0.30),
    "return_on_sales": (0.25, -0.05, 0.20),
    "share_of_wallet": (0.20, 0.00, 0.60),
    "power_reached": (0.15, 0.00, 1.00),
    "satisfaction": (0.20, 0.00, 1.00),
}
"""Parts of a score: weight, and the two anchors, nothing and all of its points. A first assumption; the
management's judgement is to replace it."""

_LONG = ["account_id", "element", "achieved", "base"]
_TOTAL, _NOTHING, _LEAST_KNOWN = "score", 1e-12, 0.5


def account_growth(sales: Any, start: Any, end: Any) -> pd.DataFrame:
    """Sales of each account in a period and in the one of the same length before it.

    ``growth = revenue / revenue before − 1``

    Parameters
    ----------
    sales : date, account_id, net_amount, over both periods; any frame Narwhals supports.
    start, end : first and last day of the period.

    Returns
    -------
    DataFrame
        By account_id: revenue_before, revenue, growth (NaN where nothing positive was sold before).

    Raises
    ------
    NotDefinedError
        The invoices do not reach back to the beginning of the period before.
    ColumnError, ValuesError, EmptyError
        As ``customer_pnl``.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> sales = pd.DataFrame({"date": pd.to_datetime(["2024-01-05", "2025-03-01"]), "account_id": "a",
    ...                       "net_amount": [10.0, 12.0]})
    >>> account_growth(sales, "2025-01-01", "2025-12-31").loc["a"].round(2).tolist()
    [10.0, 12.0, 0.2]
    """
    first, last = pd.Timestamp(start).to_period("M"), pd.Timestamp(end).to_period("M")
    length = (last - first).n + 1
    lines = line_frame(sales, "sales", ["date", "account_id", "net_amount"])
    monthly = line_sums(lines, "sales", ["account_id", "month"], ["net_amount"])
    month = monthly["month"].dt.to_period("M")
    if month.min() > first - length:
        raise NotDefinedError(
            "the invoices do not reach back a whole period before this one, so growth is not known",
            where="sales.date",
        )
    now, before = month.between(first, last), month.between(first - length, first - 1)
    sums = pd.DataFrame({
        "revenue_before": monthly[before].groupby("account_id")["net_amount"].sum(),
        "revenue": monthly[now].groupby("account_id")["net_amount"].sum(),
    }).fillna(0.0)  # fmt: skip
    base = sums["revenue_before"].where(sums["revenue_before"] > 0)
    return sums.assign(growth=sums["revenue"] / base - 1).rename_axis("account_id")


def scorecard_parts(
    among: Iterable[str],
    pnl: pd.DataFrame | None = None,
    growth: pd.DataFrame | None = None,
    wallet: pd.DataFrame | None = None,
    coverage: pd.DataFrame | None = None,
    satisfied: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What each account is scored on, with the base that its figures are shares of.

    Parameters
    ----------
    among : the accounts to score, the key accounts as a rule.
    pnl : pocket_revenue, customer_profit by account: *return_on_sales* is profit over pocket revenue.
    growth : as :func:`account_growth` returns it: *sales_growth*.
    wallet : account_id, year, sales, wallet, share: *share_of_wallet* is ours in the last year.
    coverage : *power_reached* by account, the share of the power there that our people reach.
    satisfied : satisfaction by account, a fraction of its scale.

    Returns
    -------
    DataFrame
        account_id, element, achieved (a fraction), base (revenue before, pocket revenue, wallet; 1 for
        power_reached and satisfaction): over several accounts a part is the mean weighted by base. What is
        not known of an account has no row.

    Raises
    ------
    NotDefinedError
        Nobody to score, or nothing is known of any of them.
    ColumnError
        A table lacks its column.

    Notes
    -----
    Source: definition; Kaplan & Norton (1992) for measures that are not all money.

    Examples
    --------
    >>> pnl = pd.DataFrame({"pocket_revenue": [200.0], "customer_profit": [30.0]}, index=["a"])
    >>> scorecard_parts(["a"], pnl=pnl).to_numpy().tolist()
    [['a', 'return_on_sales', 0.15, 200.0]]
    """
    accounts = [str(a) for a in among if a != UNASSIGNED]
    if not accounts:
        raise NotDefinedError("no account is marked as a key account", where="accounts.kam_start, kam_tier")
    one = pd.Series(1.0, index=accounts)
    given: dict[str, tuple[pd.Series, pd.Series]] = {}
    if growth is not None:
        given["sales_growth"] = (
            _column(growth, "growth", "growth"),
            _column(growth, "revenue_before", "growth"),
        )
    if pnl is not None:
        pocket = _column(pnl, "pocket_revenue", "pnl")
        pocket = pocket.where(pocket > 0)
        given["return_on_sales"] = (_column(pnl, "customer_profit", "pnl") / pocket, pocket)
    if wallet is not None:
        given["share_of_wallet"] = _last_wallet(wallet)
    if coverage is not None:
        given["power_reached"] = (_column(coverage, "power_reached", "coverage"), one)
    if satisfied is not None:
        given["satisfaction"] = (_column(satisfied, "satisfaction", "satisfied"), one)
    rows = [_part(name, value, base, accounts) for name, (value, base) in given.items()]
    parts = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=_LONG)
    if parts.empty:
        raise NotDefinedError("nothing is known of these accounts that could be scored", where="among")
    return parts


def _column(table: pd.DataFrame, column: str, name: str) -> pd.Series:
    if column not in table.columns:
        raise ColumnError(f"{name} lacks {column!r}", where=name, allowed=list_some(list(table.columns), 20))
    return table[column].astype("float64")


def _last_wallet(wallet: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Share and wallet of each account in the last whole year."""
    share, size = _column(wallet, "share", "wallet"), _column(wallet, "wallet", "wallet")
    whole = wallet["months"] == 12 if "months" in wallet else pd.Series(True, index=wallet.index)
    years = wallet.loc[whole, "year"]
    last = whole & (wallet["year"] == (years.max() if len(years) else np.nan))
    keys = wallet.loc[last, "account_id"].astype("str")
    return share[last].set_axis(keys), size[last].set_axis(keys)


def _part(name: str, value: pd.Series, base: pd.Series, accounts: list[str]) -> pd.DataFrame:
    rows = pd.DataFrame({"value": value.reindex(accounts), "base": base.reindex(accounts)}, index=accounts)
    rows = rows[rows.notna().all(axis=1)]
    return pd.DataFrame(
        {"account_id": rows.index, "element": name, "achieved": rows["value"], "base": rows["base"]}
    )


def checked_weights(parts: Mapping[str, Any] | None) -> pd.DataFrame:
    """Weight and anchors of each part, checked: weights sum to 1, anchors differ."""
    stated = PARTS if parts is None else parts
    rows = {}
    for name, told in stated.items():
        try:
            weight, low, high = told
        except (TypeError, ValueError) as error:
            raise ParameterError(
                f"{name} has no weight and two anchors", where="weights", allowed="(0.2, 0, 1)"
            ) from error
        rows[name] = (fraction(weight, f"weight of {name}"), number(low, name), number(high, name))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["weight", "low", "high"])
    total = float(table["weight"].sum())
    if abs(total - 1) > 1e-6:
        raise ValuesError(
            f"the weights sum to {total:.6g}", where="weights", allowed="1, within 0.000001",
            remedy="agree on weights that sum to 1; they are not adjusted silently",
        )  # fmt: skip
    level = table.index[table["low"] == table["high"]]
    if len(level):
        raise ValuesError(f"the anchors of {list_some(list(level))} are the same", where="weights")
    return table


def _utilities(values: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    """0 at the first anchor, 1 at the second; beyond them no more is lost or won."""
    low, high = criteria["low"], criteria["high"]
    return ((values - low) / (high - low)).clip(0.0, 1.0)


def _wide(parts: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    missing = [c for c in _LONG if c not in parts.columns]
    if missing:
        raise ColumnError(
            f"parts lacks {list_some(missing)}", where="parts", remedy="give what scorecard_parts returns"
        )
    foreign = sorted(set(parts["element"]) - set(criteria.index))
    if foreign:
        raise ParameterError(
            f"{list_some(foreign)} has no weight",
            where="weights",
            allowed=list_some(list(criteria.index), 20),
        )
    return parts.pivot(index="account_id", columns="element", values="achieved").reindex(
        columns=list(criteria.index)
    )


def _score(utilities: pd.DataFrame, weights: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    """Points of each part over the weight that is known, and that weight; none where too little is."""
    known = (utilities.notna() * weights).sum(axis=1)
    return utilities.mul(weights).div(known.where(known > _LEAST_KNOWN - _NOTHING), axis=0), known


def account_scorecard(
    parts: pd.DataFrame, weights: Mapping[str, Any] | None = None, previous: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Score of each account, the points of its parts, and what moved it since the last run.

    | ``points_k = w_k · u_k / sum of the weights known; u = (value − low) / (high − low), held in 0–1``
    | ``change = sum over the parts known both times of the change of their points``

    Parameters
    ----------
    parts : as :func:`scorecard_parts` returns it.
    weights : by part, (weight, low, high); weights sum to 1. By default :data:`PARTS`.
    previous : ``parts`` of an earlier run; None for the first.

    Returns
    -------
    DataFrame
        By account_id, best first: a column of points for each part (NaN where it is not known), score
        (their sum, a fraction), known_weight (share of the weights that the score rests on),
        score_before and score_change (on the parts known both times; NaN where there was nothing), largest
        (the part that moved it most, missing where nothing did).

    Raises
    ------
    ValuesError, UnitError, ParameterError
        Weights that do not sum to 1, points out of 100, anchors that are the same, a part without weight.
    ColumnError
        ``parts`` is not what :func:`scorecard_parts` returns.

    Notes
    -----
    Source: Keeney & Raiffa (1976) for scores on fixed anchors; own rule for what is missing: it is
    neither zero nor guessed, and ``known_weight`` says how much of the score is there. Under a half there is
    no score.

    Examples
    --------
    >>> parts = pd.DataFrame({"account_id": ["a", "a"], "element": ["sales_growth", "power_reached"],
    ...                       "achieved": [0.1, 0.5], "base": 1.0})
    >>> half = {"sales_growth": (0.5, -0.1, 0.3), "power_reached": (0.5, 0.0, 1.0)}
    >>> account_scorecard(parts, half).loc["a", ["sales_growth", "power_reached", "score"]].tolist()
    [0.25, 0.25, 0.5]
    """
    criteria = checked_weights(weights)
    now = _utilities(_wide(parts, criteria), criteria)
    points, known = _score(now, criteria["weight"])
    score = points.sum(axis=1, min_count=1)
    rows = points.assign(score=score, known_weight=known)
    before = (
        now * np.nan
        if previous is None
        else _utilities(_wide(previous, criteria), criteria).reindex(now.index)
    )
    moved = _moved(now, before, criteria["weight"])
    rows = rows.assign(**moved)
    order = rows.assign(key=rows.index.astype("str")).sort_values(["score", "key"], ascending=[False, True])
    return rows.loc[order.index].rename_axis("account_id")


def _moved(now: pd.DataFrame, before: pd.DataFrame, weights: pd.Series) -> dict[str, pd.Series]:
    """Score before, change and the part that moved most, over the parts known both times."""
    both = now.notna() & before.notna()
    old, new = (_score(u.where(both), weights)[0] for u in (before, now))
    change = new - old
    size = change.abs().fillna(0.0)
    largest = size.idxmax(axis=1).where(size.max(axis=1) > _NOTHING, None)
    return {
        "score_before": old.sum(axis=1, min_count=1),
        "score_change": change.sum(axis=1, min_count=1),
        "largest": largest,
    }


def scorecard(
    parts: pd.DataFrame, weights: Mapping[str, Any] | None = None, previous: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Scorecard of the programme: each part over all its accounts, its points, and what moved.

    ``achieved = sum of achieved · base over sum of base``: a ratio of sums, not a mean of ratios

    Parameters
    ----------
    parts, weights, previous : as for :func:`account_scorecard`.

    Returns
    -------
    DataFrame
        One row for each part in the order of the weights, and ``score`` last: element, achieved (a fraction;
        NaN where the part is not assessed, and in the last row), anchor_low, anchor_high, weight
        (stated), possible (weight over the weight known), points (of ``possible``; the last row is their
        sum), accounts (of which it is
        known), achieved_before, achieved_change, points_change (on the parts known both times).

    Raises
    ------
    ValuesError, UnitError, ParameterError, ColumnError
        As :func:`account_scorecard`.

    Notes
    -----
    Source: Kaplan & Norton (1992); the weights and anchors are the firm's own, see :data:`PARTS`.

    Examples
    --------
    >>> parts = pd.DataFrame({"account_id": ["a", "b"], "element": "growth", "achieved": [0.5, 0.0],
    ...                       "base": [100.0, 300.0]})
    >>> scorecard(parts, {"growth": (1.0, 0.0, 0.25)})[["element", "achieved", "points"]].to_numpy().tolist()
    [['growth', 0.125, 0.5], ['score', nan, 0.5]]
    """
    criteria = checked_weights(weights)
    now = _pooled(parts, criteria)
    before = now * np.nan if previous is None else _pooled(previous, criteria)
    table = criteria.rename(columns={"low": "anchor_low", "high": "anchor_high"})
    table = table.assign(achieved=now, achieved_before=before, achieved_change=now - before)
    use_now, use_before = (_utilities(v.to_frame().T, criteria) for v in (now, before))
    points, known = _score(use_now, criteria["weight"])
    table["points"] = points.iloc[0]
    table["possible"] = (criteria["weight"] / known.iloc[0]).where(points.iloc[0].notna())
    both = use_now.notna() & use_before.notna()
    old, new = (_score(u.where(both), criteria["weight"])[0].iloc[0] for u in (use_before, use_now))
    table["points_change"] = new - old
    table["accounts"] = parts.groupby("element")["account_id"].nunique().reindex(table.index, fill_value=0)
    total = pd.DataFrame(
        {
            "weight": [table.loc[now.notna(), "weight"].sum()],
            "possible": [table["possible"].sum(min_count=1)],
            "points": [table["points"].sum(min_count=1)],
            "points_change": [table["points_change"].sum(min_count=1)],
            "accounts": [parts["account_id"].nunique()],
        },
        index=[_TOTAL],
    )
    columns = [
        "achieved",
        "anchor_low",
        "anchor_high",
        "weight",
        "possible",
        "points",
        "accounts",
        "achieved_before",
        "achieved_change",
        "points_change",
    ]
    return pd.concat([table, total]).rename_axis("element")[columns].reset_index()


def _pooled(parts: pd.DataFrame, criteria: pd.DataFrame) -> pd.Series:
    """Each part over all accounts: a ratio of sums."""
    _wide(parts, criteria)
    sums = (
        parts.assign(weighted=parts["achieved"] * parts["base"])
        .groupby("element")[["weighted", "base"]]
        .sum()
    )
    base = sums["base"].where(sums["base"] > 0)
    return (sums["weighted"] / base).reindex(criteria.index).astype("float64").rename(0)
