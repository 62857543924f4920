"""What changed since the last run: accounts up and down, decisions taken, assumptions that broke."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence, ValuesError
from kamkit.method.frames import UNASSIGNED, as_pandas, fraction, number
from kamkit.method.profitability.ladder import profit_basis, require_rungs

__all__ = ["account_changes", "assumptions", "decision_changes", "period_changes", "programme_assumptions"]

_CENT = 0.005
_BEYOND = ("less than assumed", "more than assumed")
_NEWS = ["news", "key", "settled", "by", "why", "expected", "review", "at"]
_DECIDED = ["id", "key", "value", "by", "why", "at", "expected", "review", "state"]


def account_changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Accounts up and down since the last run.

    ``change = now − then``, by account, for revenue and for profit

    Parameters
    ----------
    before, after : P&L by account of the earlier run and of this one, as ``customer_pnl`` returns it.

    Returns
    -------
    DataFrame
        By account_id, the largest change first: revenue_before, revenue, revenue_change,
        profit_before, profit, profit_change (NaN where a profit is not known in both, or is another in
        one of them: customer profit or gross margin), direction (new, gone, up, down, same; by
        revenue, to the cent, then by profit). The last row's sums are not made here: all rows together,
        ``unassigned`` included, add up to the change of the totals.

    Raises
    ------
    ColumnError
        A P&L lacks a rung.
    NotDefinedError
        A P&L by another key than accounts.

    Notes
    -----
    Source: definition. An account that is not there is no account with zero: it is new, or gone, and its
    change is all it has or had.

    Examples
    --------
    >>> rungs = {"product_cost": 0.0, "customer_profit": [5.0, 1.0]}
    >>> then = pd.DataFrame({"invoiced_revenue": [100.0, 20.0], **rungs},
    ...                     index=pd.Index(["a", "b"], name="account_id"))
    >>> now = then.drop(index="b").assign(invoiced_revenue=70.0)
    >>> account_changes(then, now)[["revenue_change", "direction"]].to_numpy().tolist()
    [[-30.0, 'down'], [-20.0, 'gone']]
    """
    old, new = _figures(before, "before"), _figures(after, "after")
    accounts = old.index.union(new.index)
    there = pd.DataFrame({"old": accounts.isin(old.index), "new": accounts.isin(new.index)}, index=accounts)
    same_basis = old.attrs.get("basis") == new.attrs.get("basis")
    rows = pd.DataFrame(index=accounts)
    for figure in ("revenue", "profit"):
        then, now = old[figure].reindex(accounts), new[figure].reindex(accounts)
        if figure == "profit" and not same_basis:
            then, now = then * np.nan, now * np.nan
        change = now.where(there["new"], 0.0) - then.where(there["old"], 0.0)
        rows = rows.assign(**{f"{figure}_before": then, figure: now, f"{figure}_change": change})
    rows["direction"] = _directions(rows, there)
    order = rows.assign(size=-rows["revenue_change"].abs(), less=-rows["profit_change"].abs().fillna(0.0))
    order = order.assign(key=rows.index.astype("str")).sort_values(["size", "less", "key"])
    return rows.loc[order.index].rename_axis("account_id")


def _figures(pnl: pd.DataFrame, name: str) -> pd.DataFrame:
    require_rungs(pnl, ["invoiced_revenue", "product_cost", "customer_profit"])
    if pnl.index.nlevels > 1 or pnl.index.has_duplicates:
        raise NotDefinedError(Sentence("{name} is no P&L by account", name=name), where=name)
    try:
        basis = profit_basis(pnl)
        profit, kind = basis.values.astype("float64"), basis.name
    except NotDefinedError:
        profit, kind = pd.Series(np.nan, index=pnl.index), ""
    figures = pd.DataFrame({"revenue": pnl["invoiced_revenue"].astype("float64"), "profit": profit})
    figures.attrs["basis"] = kind
    return figures


def _directions(rows: pd.DataFrame, there: pd.DataFrame) -> np.ndarray:
    moved = (
        rows["revenue_change"].where(rows["revenue_change"].abs() > _CENT, rows["profit_change"]).fillna(0.0)
    )
    return np.select(
        [~there["old"], ~there["new"], moved > _CENT, moved < -_CENT], ["new", "gone", "up", "down"], "same"
    )


def period_changes(changes: pd.DataFrame) -> pd.DataFrame:
    """How many accounts went up, down, came and went, and what that adds up to.

    Parameters
    ----------
    changes : as :func:`account_changes` returns it.

    Returns
    -------
    DataFrame
        By direction (new, up, same, down, gone), those that occur: accounts, revenue_change,
        profit_change (NaN where one of them is not known).

    Raises
    ------
    EmptyError, ColumnError
        ``changes`` is not what :func:`account_changes` returns.

    Notes
    -----
    Source: definition. The row of sales without a known customer is added to the money, not counted.

    Examples
    --------
    >>> changes = pd.DataFrame({"direction": "up", "revenue_change": [1.0, 2.0], "profit_change": 0.5})
    >>> period_changes(changes).loc["up"].tolist()
    [2.0, 3.0, 1.0]
    """
    table = as_pandas(changes, "changes", ["direction", "revenue_change", "profit_change"])
    groups = table.assign(known=table.index != UNASSIGNED).groupby("direction")
    sums = pd.DataFrame({
        "accounts": groups["known"].sum(),
        "revenue_change": groups["revenue_change"].sum(),
        "profit_change": groups["profit_change"].apply(lambda p: p.sum(skipna=False)),
    })  # fmt: skip
    return sums.reindex([d for d in ("new", "up", "same", "down", "gone") if d in sums.index])


def decision_changes(after: pd.DataFrame, before: pd.DataFrame | None = None) -> pd.DataFrame:
    """Decisions taken, replaced and withdrawn since the last run, and what they were expected to do.

    Parameters
    ----------
    after, before : the log as a table now and at the earlier run: id, key, value, by, why, at,
        expected, review, state ("in force", "superseded", "withdrawn"). ``before`` None: all are new.

    Returns
    -------
    DataFrame
        The rows of ``after`` whose id was not there before (news "taken"), or whose state has changed
        (news "superseded", "withdrawn" or "in force" again): news, key, settled, by, why, expected,
        review, at; in the order of the log.

    Raises
    ------
    ColumnError
        A table lacks a column.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> columns = {"key": "k", "value": "0.1", "by": "A", "why": "w", "at": "", "expected": "", "review": ""}
    >>> then = pd.DataFrame({"id": ["1"], **columns, "state": "in force"})
    >>> now = pd.DataFrame({"id": ["1", "2"], **columns, "state": ["superseded", "in force"]})
    >>> decision_changes(now, then)["news"].tolist()
    ['superseded', 'taken']
    """
    for table, name in ((after, "after"), *(((before, "before"),) if before is not None else ())):
        if not table.empty:
            as_pandas(table, name, _DECIDED)
    if after.empty:
        return pd.DataFrame(columns=_NEWS)
    known = {} if before is None or before.empty else before.set_index("id")["state"].to_dict()
    then = after["id"].map(known)
    news = pd.Series(np.where(then.isna(), "taken", after["state"]), index=after.index)
    fresh = then.isna() | (then != after["state"])
    return after.assign(news=news, settled=after["value"], review=_days(after["review"]))[fresh][
        _NEWS
    ].reset_index(drop=True)


def _days(review: pd.Series) -> pd.Series:
    """Days on which to look again; none where none was set."""
    return pd.to_datetime(review.where(review.astype("str").str.len() > 0), errors="coerce")


def assumptions(
    stated: Mapping[str, Any], observed: Mapping[str, Any], before: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Whether what was assumed is still compatible with what is seen.

    It holds where the assumed figure, or some of the range assumed, lies within the interval observed.

    Parameters
    ----------
    stated : assumption to its assumed figure, or to (lowest, highest).
    observed : assumption to (figure, low, high); what is not there, or None, is not known.
    before : what this function returned for an earlier run; None for the first.

    Returns
    -------
    DataFrame
        assumption, assumed_low, assumed_high, observed, observed_low, observed_high, verdict (holds; less
        than assumed; more than assumed; no longer holds: it did in ``before``; holds again; not known).

    Raises
    ------
    ParameterError
        Something observed that nobody assumed.
    ValuesError
        An interval or a range whose ends are the wrong way round, or that leaves its figure out.

    Notes
    -----
    Source: definition. "Holds" means not contradicted: a wide interval contradicts little.

    Examples
    --------
    >>> assumptions({"uplift": 0.10}, {"uplift": (0.02, -0.03, 0.07)})["verdict"].tolist()
    ['less than assumed']
    """
    foreign = sorted(set(observed) - set(stated))
    if foreign:
        raise ParameterError(f"nobody assumed {foreign[0]!r}", where="observed", allowed=", ".join(stated))
    earlier = {} if before is None else before.set_index("assumption")["verdict"].to_dict()
    rows = []
    for name, assumed in stated.items():
        ends = _ends(assumed, name)
        seen = observed.get(name)
        figure, low, high = (float(v) for v in seen) if seen is not None else (np.nan,) * 3
        if seen is not None and not low <= figure <= high:
            raise ValuesError(f"{name}: {figure:g} is not within {low:g} and {high:g}", where="observed")
        rows.append((name, *ends, figure, low, high, _verdict(ends, low, high, str(earlier.get(name, "")))))
    columns = [
        "assumption",
        "assumed_low",
        "assumed_high",
        "observed",
        "observed_low",
        "observed_high",
        "verdict",
    ]
    return pd.DataFrame(rows, columns=columns)


def _ends(assumed: Any, name: str) -> tuple[float, float]:
    low, high = assumed if isinstance(assumed, tuple | list) else (assumed, assumed)
    ends = number(low, name), number(high, name)
    if ends[0] > ends[1]:
        raise ValuesError(f"{name}: {ends[0]:g} is above {ends[1]:g}", where="stated")
    return ends


def _verdict(assumed: tuple[float, float], low: float, high: float, before: str) -> str:
    if np.isnan(low):
        return "not known"
    if assumed[0] <= high and low <= assumed[1]:
        return "holds again" if before in ("no longer holds", *_BEYOND) else "holds"
    held = before in ("holds", "holds again", "no longer holds")
    return "no longer holds" if held else _BEYOND[low > assumed[1]]


def programme_assumptions(
    uplift: float = 0.10,
    kept: float = 0.90,
    effects: pd.DataFrame | None = None,
    history: Any = None,
    before: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Whether the assumptions that the choice and the cases rest on are still compatible with the data.

    Parameters
    ----------
    uplift : growth that being a key account is assumed to bring, a fraction.
    kept : share of the customers that is assumed to stay a year, at least; a fraction.
    effects : design, uplift, uplift_low, uplift_high, as ``programme_effects`` returns it.
    history : rate, rate_low, rate_high of customers lost in a year, as ``risk.loss_history`` returns it.
    before : what this function returned for an earlier run.

    Returns
    -------
    DataFrame
        As :func:`assumptions`, for programme_growth and kept.

    Raises
    ------
    UnitError
        A fraction in percent.

    Notes
    -----
    Source: as :func:`assumptions`.

    Examples
    --------
    >>> programme_assumptions(uplift=0.1)["verdict"].tolist()
    ['not known', 'not known']
    """
    seen: dict[str, Any] = {}
    if effects is not None and "design" in effects:
        first = effects[effects["design"] == "all_key_accounts"]
        if len(first):
            seen["programme_growth"] = tuple(first.iloc[0][["uplift", "uplift_low", "uplift_high"]])
    if history is not None:
        seen["kept"] = (1 - history.rate, 1 - history.rate_high, 1 - history.rate_low)
    least = fraction(kept, "kept")
    return assumptions(
        {"programme_growth": fraction(uplift, "uplift", low=-1.0), "kept": (least, 1.0)}, seen, before
    )
