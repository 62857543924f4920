"""What has moved in one account's plan since an earlier one: figures and items."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kamkit.method.account_plan.items import DONE, items_of
from kamkit.method.frames import as_pandas, numeric

__all__ = ["figure_changes", "item_changes", "plan_state"]


def figure_changes(before: pd.DataFrame, after: pd.Series) -> pd.DataFrame:
    """How the figures of a plan have moved since an earlier one.

    Parameters
    ----------
    before : the figures of the earlier plan, in the column value.
    after : the figures of this plan.

    Returns
    -------
    DataFrame
        Indexed by figure, in the order of ``after`` and then what is gone: before, after, change; NaN
        where one of them does not exist. Figures that have not moved are left out.

    Raises
    ------
    ColumnError
        ``before`` has no column value.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> before = pd.DataFrame({"value": [10.0, 3.0]}, index=["revenue", "profit"])
    >>> figure_changes(before, pd.Series({"revenue": 12.0, "profit": 3.0})).to_numpy().tolist()
    [[10.0, 12.0, 2.0]]
    """
    old = numeric(as_pandas(before, "before", ["value"]), "value", "before", missing=True)
    order = [*after.index, *(name for name in old.index if name not in after.index)]
    both = pd.DataFrame({"before": old.reindex(order), "after": after.reindex(order)})
    both["change"] = both["after"] - both["before"]
    size = both[["before", "after"]].abs().max(axis=1)
    return both[~(both["change"].abs() <= 1e-9 * size)].rename_axis("figure")


def plan_state(plan_items: pd.DataFrame, account_id: str) -> pd.DataFrame:
    """Where each item of one account's plan stands, to be compared with the next plan.

    Parameters
    ----------
    plan_items : item_id, subject_type, subject_id, kind, text; due, status and customer_agreed where stated.
    account_id : the account.

    Returns
    -------
    DataFrame
        Indexed by item_id: kind, text, due, status, customer_agreed. Empty where nothing is planned.

    Raises
    ------
    ColumnError, EmptyError
        Missing columns, no rows at all.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> items = pd.DataFrame({"item_id": ["A1", "A1"], "subject_type": "account", "subject_id": "a",
    ...                       "kind": "investment", "text": "Audit"})
    >>> len(plan_state(items, "a"))
    1
    """
    state = items_of(plan_items, account_id, None, ["kind", "text", "due", "status", "customer_agreed"])
    return state.assign(
        due=pd.to_datetime(state["due"]), customer_agreed=state["customer_agreed"].astype("boolean")
    )


def item_changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Which items of a plan are new, gone, done, agreed or put off since an earlier one.

    Parameters
    ----------
    before, after : as :func:`plan_state` returns them.

    Returns
    -------
    DataFrame
        Indexed by item_id: kind, text, change (done, agreed, put_off, brought_forward, status, new, gone; the
        first that holds), before, after (status or day, as text). Empty where nothing has moved.

    Raises
    ------
    ColumnError
        A column is missing.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> items = pd.DataFrame({"kind": ["action"], "text": ["Audit"], "due": [pd.NaT], "status": ["planned"],
    ...                       "customer_agreed": [pd.NA]}, index=pd.Index(["A1"], name="item_id"))
    >>> item_changes(items, items.assign(status="done"))["change"].tolist()
    ['done']
    """
    columns = ["kind", "text", "due", "status", "customer_agreed"]
    old, new = (frame.reindex(columns=columns) for frame in (before, after))
    rows = [_moved(item, old, new) for item in [*new.index, *old.index.difference(new.index)]]
    found = pd.DataFrame(
        [r for r in rows if r], columns=["item_id", "kind", "text", "change", "before", "after"]
    )
    return found.set_index("item_id")


def _moved(item: str, old: pd.DataFrame, new: pd.DataFrame) -> dict[str, Any] | None:
    """What is different about one item, or None."""
    here = new.loc[item] if item in new.index else old.loc[item]
    told = {"item_id": item, "kind": here["kind"], "text": here["text"], "before": "", "after": ""}
    if item not in old.index or item not in new.index:
        return {**told, "change": "new" if item not in old.index else "gone"}
    was = old.loc[item]
    if _text(was["status"]) != _text(here["status"]):
        change = "done" if _text(here["status"]).lower() in DONE else "status"
        return {**told, "change": change, "before": _text(was["status"]), "after": _text(here["status"])}
    if _is_true(here["customer_agreed"]) and not _is_true(was["customer_agreed"]):
        return {**told, "change": "agreed"}
    if pd.notna(was["due"]) and pd.notna(here["due"]) and was["due"] != here["due"]:
        change = "put_off" if here["due"] > was["due"] else "brought_forward"
        return {
            **told,
            "change": change,
            "before": f"{was['due']:%Y-%m-%d}",
            "after": f"{here['due']:%Y-%m-%d}",
        }
    return None


def _is_true(value: Any) -> bool:
    return bool(pd.notna(value) and value)


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
