"""The table of deals as every function of this package reads it, and what it leaves unsaid."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, Sentence, UnitError, ValuesError, joined, list_some
from kamkit.method.frames import UNASSIGNED, as_pandas, identifiers, numeric, unique

__all__ = [
    "OUTCOMES",
    "as_of",
    "completeness",
    "deal_amounts",
    "days_between",
    "deal_table",
    "reference_day",
    "require_known",
]

OUTCOMES = ("open", "won", "lost")
UNKNOWN = "unknown"
"""Outcome of a deal that has closed and does not say how."""

_WORDS = {"won": "won", "closed won": "won", "lost": "lost", "closed lost": "lost"}
"""Stages that only repeat the outcome: they hide the stage in which the deal was decided."""

_TEXTS = ("stage", "family", "bu_id", "owner")
_DATES = ("created", "expected_close", "closed")
_FRACTIONS = ("margin_rate", "probability")
_RECENT = pd.Timedelta(days=92)

_MEANING = {
    "account_id": Sentence("no customer"),
    "created": Sentence("no day of creation"),
    "stage": Sentence("no stage"),
    "amount": Sentence("no amount"),
    "outcome": Sentence("no outcome"),
    "expected_close": Sentence("no day of expected closing"),
    "closed": Sentence("no day of closing"),
    "family": Sentence("no product family"),
    "bu_id": Sentence("no business unit"),
    "margin_rate": Sentence("no margin"),
    "probability": Sentence("no probability of the seller's own"),
    "owner": Sentence("no owner"),
}


def deal_table(opportunities: Any) -> pd.DataFrame:
    """The deals with every column they can have, what is missing as missing.

    Parameters
    ----------
    opportunities : the table as the gate gives it; every column but opportunity_id may be absent.

    Returns
    -------
    DataFrame
        Indexed by opportunity_id, in its order; further columns are kept. ``account_id`` is
        ``unassigned`` where no customer stands. ``outcome`` is open, won, lost or unknown: where it is
        not given, the stages won and lost say it; a deal with a day of closing and no outcome is
        unknown, any other open. ``stage`` is missing where it only repeats the outcome. ``amount`` is
        missing on a lost deal of nothing: some systems write 0 where they do not know.

    Raises
    ------
    ValuesError, UnitError, EmptyError
        Doubles, an outcome nobody knows, infinite amounts, a probability in percent; no rows.

    Examples
    --------
    >>> deals = deal_table(pd.DataFrame({"opportunity_id": ["a", "b"], "stage": ["Won", "Offer"]}))
    >>> deals[["outcome", "account_id"]].to_numpy().tolist()
    [['won', 'unassigned'], ['open', 'unassigned']]
    """
    frame = as_pandas(opportunities, "opportunities", ())
    if frame.attrs or object in (frame.index.dtype, *frame.dtypes):
        return _deals(frame)
    known = next((table for given, table in tuple(_LATEST) if _is_same(given, frame)), None)
    if known is None:
        known = _deals(frame)
        _LATEST.append((frame.copy(), known))
    return known.copy()


_LATEST: deque[tuple[pd.DataFrame, pd.DataFrame]] = deque(maxlen=4)
"""What was given last, with its deals: most questions of a step begin with the same table."""


def _is_same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Equal in values and their kinds, among which there is none that holds any value."""
    kinds = one.dtypes.equals(other.dtypes) and one.index.dtype == other.index.dtype
    return kinds and one.equals(other)


def _deals(frame: pd.DataFrame) -> pd.DataFrame:
    if "opportunity_id" not in frame:
        frame = frame.assign(opportunity_id=frame.index.astype(str))
    ids = unique(identifiers(frame, "opportunity_id", "opportunities"), "opportunities")
    deals = frame.assign(**_filled(frame), opportunity_id=ids).set_index("opportunity_id").sort_index()
    deals["outcome"] = _outcomes(deals)
    deals["stage"] = deals["stage"].where(~_plain(deals["stage"]).isin(list(_WORDS)))
    deals["amount"] = deals["amount"].where(~(deals["outcome"].eq("lost") & deals["amount"].eq(0)))
    return deals


def _filled(frame: pd.DataFrame) -> dict[str, pd.Series]:
    """Every column in its kind; one that is absent is empty."""
    columns = {name: _texts(frame, name) for name in _TEXTS}
    columns |= {name: _dates(frame, name) for name in _DATES}
    columns |= {name: _numbers(frame, name) for name in ("amount", *_FRACTIONS)}
    for name in _FRACTIONS:
        _check_fraction(columns[name])
    customers = _texts(frame, "account_id")
    return {**columns, "outcome": _texts(frame, "outcome"), "account_id": customers.fillna(UNASSIGNED)}


def _texts(frame: pd.DataFrame, name: str) -> pd.Series:
    if name in frame:
        return identifiers(frame, name, "opportunities", missing=True)
    return pd.Series(np.nan, frame.index, dtype="str", name=name)


def _dates(frame: pd.DataFrame, name: str) -> pd.Series:
    if name not in frame:
        return pd.Series(pd.NaT, frame.index, dtype="datetime64[us]", name=name)
    try:
        return pd.to_datetime(frame[name]).dt.tz_localize(None).astype("datetime64[us]")
    except (TypeError, ValueError) as error:
        raise ValuesError(
            f"{name} holds something that is no date", where=f"opportunities.{name}", allowed="2025-03-01"
        ) from error


def _numbers(frame: pd.DataFrame, name: str) -> pd.Series:
    if name in frame:
        return numeric(frame, name, "opportunities", missing=True)
    return pd.Series(np.nan, frame.index, name=name)


def _check_fraction(values: pd.Series) -> None:
    low = 0.0 if values.name == "probability" else -1.0
    wrong = values[(values > 1) | (values < low)]
    if len(wrong):
        raise UnitError(
            f"{values.name} is no fraction in {len(wrong)} row(s)",
            where=f"opportunities.{values.name}: {list_some([f'{v:g}' for v in wrong])}",
            allowed=f"{low:g} to 1", remedy="write 40 % as 0.4",
        )  # fmt: skip


def _plain(texts: pd.Series) -> pd.Series:
    return texts.str.strip().str.casefold()


def _outcomes(deals: pd.DataFrame) -> pd.Series:
    given = deals["outcome"].fillna(_plain(deals["stage"]).map(_WORDS).astype("str"))
    strange = given[given.notna() & ~given.isin([*OUTCOMES, UNKNOWN])]
    if len(strange):
        raise ValuesError(
            f"an outcome that nobody knows: {list_some(sorted(strange.unique()))}",
            where="opportunities.outcome", allowed=", ".join(OUTCOMES),
        )  # fmt: skip
    return given.mask(given.isna() & deals["closed"].notna(), UNKNOWN).fillna("open")


def require_known(deals: pd.DataFrame, *columns: str) -> None:
    """Raise :class:`NotDefinedError` where no deal is open, or a column says nothing of any."""
    empty = [c for c in columns if deals[c].isna().all() or deals[c].eq(UNASSIGNED).all()]
    if deals.empty or empty:
        missing = joined([_MEANING.get(c, Sentence("no {column}", column=c)) for c in empty], ", ")
        raise NotDefinedError(
            "no deal is open" if deals.empty else Sentence("the deals have {missing}", missing=missing),
            where="opportunities",
            remedy=f"complete opportunities.{', '.join(empty)}" if empty else "",
        )  # fmt: skip


def deal_amounts(opportunities: Any) -> pd.Series:
    """The amounts of the deals, where there are any.

    Parameters
    ----------
    opportunities : amount.

    Returns
    -------
    Series
        amount by opportunity_id, money, of the deals that have one.

    Raises
    ------
    NotDefinedError
        No deal has an amount: nothing can be said about money.
    ValuesError, EmptyError
        As :func:`deal_table`.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> deal_amounts(pd.DataFrame({"opportunity_id": ["a", "b"], "amount": [5.0, None]})).to_dict()
    {'a': 5.0}
    """
    amounts = deal_table(opportunities)["amount"].dropna()
    if amounts.empty:
        raise NotDefinedError(
            "no deal has an amount: no value of the pipeline, no win rates by value and no ranking of the "
            "deals can be given", where="opportunities.amount",
        )  # fmt: skip
    return amounts


def as_of(deals: pd.DataFrame, today: Any) -> pd.DataFrame:
    """The deals as they stood on a day: what was created later is not there, what closed later is open."""
    day = pd.Timestamp(today)
    there = deals[~(deals["created"] > day)]
    later = there["closed"] > day
    return there.assign(outcome=there["outcome"].mask(later, "open"), closed=there["closed"].mask(later))


def days_between(start: pd.Series, end: Any) -> pd.Series:
    """Whole days from one day to another, NaN where either is missing."""
    return (end - start).dt.days.astype("float64")


def reference_day(opportunities: Any, end: Any) -> pd.Timestamp:
    """The day that ages are counted to: how far the table reaches.

    Parameters
    ----------
    opportunities : created, closed.
    end : last day of the period under analysis.

    Returns
    -------
    Timestamp
        The end of the period, if the last deal was created or closed within three months before it;
        else the day of that last event, so that neither an old nor a younger export is misread.

    Raises
    ------
    NotDefinedError
        No deal has a day of creation or closing.

    Examples
    --------
    >>> deals = pd.DataFrame({"opportunity_id": ["a"], "created": ["2025-11-20"]})
    >>> str(reference_day(deals, "2025-12-31").date())
    '2025-12-31'
    """
    deals, last = deal_table(opportunities), pd.Timestamp(end)
    latest = deals[["created", "closed"]].max().max()
    if pd.isna(latest):
        raise NotDefinedError(
            "no deal has a day of creation or closing, so nothing can be said about time",
            where="opportunities.created",
        )
    return last if latest <= last <= latest + _RECENT else latest


def completeness(opportunities: Any) -> pd.DataFrame:
    """How many deals say what: nothing is left out without being counted.

    Parameters
    ----------
    opportunities : the deals, with whatever columns there are.

    Returns
    -------
    DataFrame
        Indexed by ``item``, one row per column: ``told`` and ``untold`` (number of deals), ``open_untold``
        (of those that are open). For ``account_id``, untold are the deals kept as unassigned.

    Raises
    ------
    ValuesError, EmptyError
        As :func:`deal_table`.

    Examples
    --------
    >>> deals = pd.DataFrame({"opportunity_id": ["a", "b"], "amount": [5.0, None], "outcome": "open"})
    >>> completeness(deals).loc["amount"].tolist()
    [1, 1, 1]
    """
    deals = deal_table(opportunities)
    asked: Sequence[str] = ("account_id", "outcome", "stage", "amount", "created", "expected_close",
                            "closed", "probability", "margin_rate", "family", "bu_id", "owner")  # fmt: skip
    empty = pd.DataFrame({c: deals[c].isna() for c in asked}, deals.index)
    empty["account_id"] = deals["account_id"].eq(UNASSIGNED)
    empty["outcome"] = deals["outcome"].eq(UNKNOWN)
    empty["closed"] &= deals["outcome"].isin(["won", "lost"])
    opened = deals["outcome"].eq("open")
    table = pd.DataFrame({"told": (~empty).sum(), "untold": empty.sum(), "open_untold": empty[opened].sum()})
    return table.astype("int64").rename_axis("item")
