"""How accounts respond to hours: four judgements of each, and the curve through them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, Sentence, ValuesError, list_some
from kamkit.method.frames import as_pandas, identifiers, numeric, unique

__all__ = ["JUDGEMENTS", "effort_judgements", "hours_today", "refuse", "response_curves"]

JUDGEMENTS = ("none", "now", "half_more", "saturation")
"""Yearly contribution with no hours, today's, half as many again, and as many as one likes."""

_INSTRUMENT = "effort"


def effort_judgements(responses: pd.DataFrame, instrument: str = _INSTRUMENT) -> pd.DataFrame:
    """The four judgements of each account, the mean of those who gave all four.

    Parameters
    ----------
    responses : instrument, item_id (none, now, half_more, saturation), subject_type account,
        subject_id, respondent, value: yearly contribution, money or any unit of its own.
    instrument : what the judgement is called in ``responses``.

    Returns
    -------
    DataFrame
        Indexed by account_id: none, now, half_more, saturation, respondents (number). The shares
        ``x / now`` are averaged, so that one who judges high outweighs nobody, and given with now = 1.

    Raises
    ------
    NotDefinedError
        Nobody has judged, or nobody gave all four for any account.
    ColumnError, EmptyError, ValuesError
        Missing columns, no rows, NaN.

    Notes
    -----
    Source: Little (1970); Lodish (1971).

    Examples
    --------
    >>> responses = pd.DataFrame({"item_id": ["none", "now", "half_more", "saturation"],
    ...     "value": [60.0, 100, 110, 130], "instrument": "effort", "subject_type": "account",
    ...     "subject_id": "a", "respondent": "KAM01"})
    >>> effort_judgements(responses).round(2).loc["a"].tolist()
    [0.6, 1.0, 1.1, 1.3, 1.0]
    """
    columns = ["instrument", "item_id", "subject_type", "subject_id", "respondent", "value"]
    rows = as_pandas(responses, "responses", columns)
    given = rows[(rows["instrument"] == instrument) & (rows["subject_type"] == "account")]
    given = given[given["item_id"].isin(JUDGEMENTS)]
    if given.empty:
        raise NotDefinedError(
            Sentence(
                "nobody has judged how accounts respond to hours (responses, instrument {instrument!r})",
                instrument=instrument,
            ),
            where="responses.instrument",
            remedy="ask for contribution with no hours, today's, half as many again, and saturation",
        )
    values = given.assign(
        account_id=identifiers(given, "subject_id", "responses"), value=numeric(given, "value", "responses")
    )
    wide = values.pivot_table(index=["account_id", "respondent"], columns="item_id", values="value")
    whole = wide.reindex(columns=list(JUDGEMENTS)).dropna()
    if whole.empty:
        raise NotDefinedError(
            "nobody gave all four judgements of an account", where=f"responses, {instrument}"
        )
    shares = whole.div(whole["now"].where(whole["now"] > 0), axis=0).groupby("account_id")
    return shares.mean().assign(respondents=shares.size())


def hours_today(assignments: pd.DataFrame) -> pd.Series:
    """Hours a year that our people spend on each account.

    ``sum of hours_year over the agreed roles``

    Parameters
    ----------
    assignments : account_id, hours_year, and respondent where people were asked; rows with a
        respondent are whom somebody names, not hours.

    Returns
    -------
    Series
        By account_id, hours a year.

    Raises
    ------
    NotDefinedError
        No hours are stated.
    ColumnError, EmptyError, ValuesError
        Missing columns, no rows, hours that are no numbers.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> hours_today(pd.DataFrame({"account_id": ["a", "a", "b"], "hours_year": [10.0, 5, 8]})).to_dict()
    {'a': 15.0, 'b': 8.0}
    """
    rows = as_pandas(assignments, "assignments", ["account_id"])
    if "hours_year" not in rows or rows["hours_year"].isna().all():
        raise NotDefinedError(
            "no hours are stated", where="assignments.hours_year", remedy="fill in hours_year"
        )
    agreed = rows[rows["respondent"].isna()] if "respondent" in rows else rows
    stated = agreed[agreed["hours_year"].notna()]
    hours = numeric(stated, "hours_year", "assignments")
    account = identifiers(stated, "account_id", "assignments")
    return hours.groupby(account).sum().rename("hours_year").rename_axis("account_id")


def response_curves(
    judgements: pd.DataFrame, hours_now: pd.Series, contribution_now: pd.Series | None = None
) -> pd.DataFrame:
    """The ADBUDG curve through four judgements of each account.

    | ``contribution(h) = floor + (ceiling − floor) · x^c / (d + x^c)``, with x = h / hours_now
    | ``d = (ceiling − now) / (now − floor)``
    | ``c = ln( odds(half_more) · d ) / ln 1.5``, with odds(v) = (v − floor) / (ceiling − v)

    Parameters
    ----------
    judgements : by account_id: none, now, half_more, saturation, yearly contribution in any unit.
    hours_now : by account_id, hours a year, over 0.
    contribution_now : by account_id, money a year that ``now`` stands for; without it the judgements
        are money themselves.

    Returns
    -------
    DataFrame
        Indexed by account_id: floor, ceiling (money), exponent (c; over 1 the curve is S-shaped),
        scale (d), hours_now.

    Raises
    ------
    ValuesError
        Judgements that don't rise from none over now and half_more to saturation; no hours today;
        a contribution that is not positive; NaN.
    ColumnError, EmptyError
        Missing columns, no rows.

    Notes
    -----
    Source: Little (1970), as Lodish (1971) uses it for calls on accounts.

    Examples
    --------
    >>> four = {"none": [0.0], "now": [50.0], "half_more": [60.0], "saturation": [100.0]}
    >>> judgements = pd.DataFrame(four, index=["a"])
    >>> response_curves(judgements, pd.Series({"a": 100.0})).round(3).loc["a"].tolist()
    [0.0, 100.0, 1.0, 1.0, 100.0]
    """
    table = as_pandas(judgements, "judgements", JUDGEMENTS)
    four = pd.DataFrame({name: numeric(table, name, "judgements") for name in JUDGEMENTS})
    four.index = unique(pd.Series(four.index.astype(str), name="account_id"), "judgements")
    steps = four.diff(axis=1).iloc[:, 1:]
    refuse(
        four.index[~(steps > 0).all(axis=1)],
        "judgements do not rise from none over now and half_more to saturation",
    )
    hours = _of(hours_now, four.index, "hours_now")
    if contribution_now is not None:
        four = four.mul(_of(contribution_now, four.index, "contribution_now") / four["now"], axis=0)
    floor, ceiling = four["none"], four["saturation"]
    scale = (ceiling - four["now"]) / (four["now"] - floor)
    exponent = np.log((four["half_more"] - floor) / (ceiling - four["half_more"]) * scale) / np.log(1.5)
    curves = pd.DataFrame(
        {"floor": floor, "ceiling": ceiling, "exponent": exponent, "scale": scale, "hours_now": hours}
    )
    return curves.rename_axis("account_id")


def _of(values: pd.Series, accounts: Any, name: str) -> pd.Series:
    """Positive figures of the accounts."""
    series = pd.Series(values).rename(index=str)
    known = series.reindex(accounts)
    refuse([str(a) for a in accounts[~(known.astype(float) > 0)]], f"{name} is missing or not positive")
    return known.astype(float)


def refuse(accounts: Any, what: str) -> None:
    """Raise :class:`ValuesError` naming the accounts, if there are any."""
    if len(accounts):
        raise ValuesError(
            f"{what} for {len(accounts)} account(s)",
            where=list_some([str(a) for a in accounts]),
            remedy="correct the judgement, or leave the account out knowingly",
        )
