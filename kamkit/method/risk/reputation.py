"""What losing an account would do to our name: a grade that somebody stated, with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from kamkit.errors import NotDefinedError, ValuesError
from kamkit.method.frames import as_pandas, identifiers, numeric, one_of
from kamkit.method.scoring.criteria import instrument_criteria

__all__ = ["GRADES", "reputation"]

GRADES = ("high", "medium", "low")
_CUTS = (0.75, 0.5)
_NOT_STATED = "not stated"


def reputation(
    responses: Any = None,
    criteria: Any = None,
    among: Iterable[str] = (),
    stated: Mapping[str, Any] | None = None,
    instrument: str = "attractiveness",
    item: str = "sector_position",
) -> pd.DataFrame:
    """What losing each account would do to our name.

    Graded as somebody stated it; else by the account's position in its sector as judged: *high* from
    three quarters of the scale up, *medium* from half of it, *low* below.

    Parameters
    ----------
    responses : instrument, item_id, subject_id, value; round (consensus goes before blind).
    criteria : instrument, item_id, text, scale_min, scale_max.
    among : the accounts to grade, in order.
    stated : by account, ``{"grade": "high", "reason": "…"}``; goes before what was judged.
    instrument, item : the judgement that stands for standing in the sector.

    Returns
    -------
    DataFrame
        By account_id: reputation (high, medium, low, or "not stated"), reputation_reason.

    Raises
    ------
    ParameterError
        A grade nobody knows.
    ValuesError
        A stated grade without a reason.

    Notes
    -----
    Source: own rule. A grade is an opinion: it moves no figure.

    Examples
    --------
    >>> told = {"a": {"grade": "high", "reason": "everybody in the sector asks them"}}
    >>> reputation(among=["a", "b"], stated=told)["reputation"].tolist()
    ['high', 'not stated']
    """
    rows = pd.DataFrame(
        {"reputation": _NOT_STATED, "reputation_reason": ""}, index=pd.Index(list(among), name="account_id")
    )
    for account, judged in _judged(responses, criteria, instrument, item).items():
        if account in rows.index:
            rows.loc[account] = judged
    for account, told in (stated or {}).items():
        if account in rows.index:
            rows.loc[account] = _stated(account, told)
    return rows


def _stated(account: str, told: Any) -> tuple[str, str]:
    grade, reason = (told.get(k) for k in ("grade", "reason")) if isinstance(told, Mapping) else (told, None)
    one_of(str(grade), GRADES, f"grade of {account}")
    if not isinstance(reason, str) or not reason.strip():
        raise ValuesError(f"the grade of {account} has no reason", where="stated", remedy="say why")
    return str(grade), reason


def _judged(responses: Any, criteria: Any, instrument: str, item: str) -> dict[str, tuple[str, str]]:
    """Grade and reason by account, from the mean judgement of its standing."""
    if responses is None or criteria is None:
        return {}
    table = as_pandas(responses, "responses", ["instrument", "item_id", "subject_id", "value"])
    asked = table[(table["instrument"] == instrument) & (table["item_id"] == item)]
    if "round" in asked and (asked["round"] == "consensus").any():
        asked = asked[asked["round"] == "consensus"]
    try:
        known = instrument_criteria(criteria, instrument)
    except NotDefinedError:
        return {}
    if asked.empty or item not in known.index:
        return {}
    low, high = (float(numeric(known, c, "criteria")[item]) for c in ("scale_min", "scale_max"))
    text = str(known.loc[item, "text"]) if "text" in known else item
    numbers = numeric(asked, "value", "responses").groupby(identifiers(asked, "subject_id", "responses"))
    return {
        str(account): (_grade((mean - low) / (high - low)), f"{text}: {mean:.1f} of {high:g} (n = {n})")
        for account, mean, n in zip(numbers.groups, numbers.mean(), numbers.size(), strict=True)
    }


def _grade(place: float) -> str:
    return GRADES[sum(place < cut for cut in _CUTS)]
