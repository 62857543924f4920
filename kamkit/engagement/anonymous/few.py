"""Groups of fewer than five accounts: what is said of them is left out."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import pandas as pd

from kamkit.engagement.anonymous.marks import FEWEST
from kamkit.locale import N_, _

__all__ = ["COUNT", "FEW", "has_few", "without_few"]

COUNT = "accounts"
"""The column that says how many accounts a row of a result speaks of."""

FEW = N_("fewer than five")
"""What stands in its place where they are too few."""

_SINGLE = ("account_id", "contact_id", "person_id", "opportunity_id", "item_id")
_LISTED, _MARK = "names", "fewer than five left out"


def without_few(result: Any) -> Any:
    """A result without the figures of groups that have fewer than five accounts, but some.

    A row speaks of a group where it counts accounts and bears the name of a class; what is told of
    single customers, under their pseudonyms, is no group.

    Examples
    --------
    >>> groups = pd.DataFrame({"segment": ["A", "B"], "accounts": [9, 3], "revenue": [4.0, 1.0]})
    >>> without_few(groups).fillna(-1.0).to_numpy().tolist()
    [['A', 9.0, 4.0], ['B', -1.0, -1.0]]
    """
    if isinstance(result, pd.DataFrame):
        return _frame(result)
    if is_dataclass(result) and not isinstance(result, type):
        held = {f.name: getattr(result, f.name) for f in fields(result) if f.init}
        told = {name: without_few(value) for name, value in held.items() if isinstance(value, pd.DataFrame)}
        changed = {name: frame for name, frame in told.items() if frame is not held[name]}
        return replace(result, **changed) if changed else result
    return result


def has_few(result: Any) -> bool:
    """Whether figures of groups have been left out of a result; what is made of it keeps the mark."""
    return bool(getattr(result, "attrs", {}).get(_MARK))


def _frame(result: pd.DataFrame) -> pd.DataFrame:
    if COUNT not in result or not _speaks_of_groups(result):
        return result
    number = pd.to_numeric(result[COUNT], errors="coerce")
    few = (number > 0) & (number < FEWEST)
    if not few.any():
        return result
    figures = [c for c in result.columns if pd.api.types.is_numeric_dtype(result[c])]
    blank = {c: result[c].astype("float64").mask(few) for c in figures if result[c].dtype != bool}
    listed = {_LISTED: result[_LISTED].mask(few, _(FEW))} if _LISTED in result else {}
    told = result.assign(**blank, **listed)
    told.attrs = {**result.attrs, _MARK: True}
    return told


def _speaks_of_groups(result: pd.DataFrame) -> bool:
    names = [*result.index.names, *result.columns]
    if any(name in names for name in _SINGLE):
        return False
    labels = [c for c in result.columns if not pd.api.types.is_numeric_dtype(result[c])]
    return bool(labels) or result.index.name is not None
