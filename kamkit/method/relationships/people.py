"""What the figures of relationships ask of their tables, in one place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ValuesError, list_some
from kamkit.method.frames import as_pandas, identifiers, numeric, unique

__all__ = ["DECIDING", "LEVELS", "checked_contacts", "checked_ties", "key_contacts", "met", "text"]

LEVELS = ("executive", "management", "operational")
"""Levels in the customer's organisation, the highest first."""

DECIDING = ("decision_maker", "approver")
"""Buying roles without whose word nothing is bought (Webster & Wind, 1972)."""

MOST_DEPTH, MOST_POWER, MOST_ATTITUDE = 4, 3, 2


def checked_contacts(contacts: Any) -> pd.DataFrame:
    """Contacts with contact_id and account_id as text, power and attitude as numbers, NaN where unknown."""
    frame = as_pandas(contacts, "contacts", ("contact_id", "account_id"))
    ids = unique(identifiers(frame, "contact_id", "contacts"), "contacts")
    return frame.assign(
        contact_id=ids,
        account_id=identifiers(frame, "account_id", "contacts"),
        power=_scale(frame, "power", "contacts", 0, MOST_POWER),
        attitude=_scale(frame, "attitude", "contacts", -MOST_ATTITUDE, MOST_ATTITUDE),
    ).reset_index(drop=True)


def _scale(frame: pd.DataFrame, column: str, table: str, low: int, high: int) -> pd.Series:
    """An optional column on its scale, NaN where nothing is stated."""
    if column not in frame:
        return pd.Series(np.nan, index=frame.index)
    values = numeric(frame, column, table, missing=True)
    wrong = (values < low) | (values > high)
    if wrong.any():
        shown = list_some([f"row {r}: {v:g}" for r, v in values[wrong].items()])
        raise ValuesError(
            f"{int(wrong.sum())} value(s) of {column} are off the scale",
            where=f"{table}.{column}, {shown}",
            allowed=f"{low} to {high}, or empty",
        )
    return values


def checked_ties(relationships: Any, contacts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Ties with a depth above 0; with ``contacts``, those to its people only, with their account and power.

    Depth 0 is no link.
    """
    frame = as_pandas(relationships, "relationships", ("contact_id", "person_id", "depth"))
    depth = _scale(frame, "depth", "relationships", 0, MOST_DEPTH)
    if depth.isna().any():
        raise ValuesError(
            f"depth is empty in {int(depth.isna().sum())} row(s)",
            where="relationships.depth",
            remedy="write 0 where there is no link",
        )
    ties = frame.assign(
        contact_id=identifiers(frame, "contact_id", "relationships"),
        person_id=identifiers(frame, "person_id", "relationships"),
        depth=depth,
        desired_depth=_scale(frame, "desired_depth", "relationships", 0, MOST_DEPTH),
    )
    _once(ties)
    known = ties if contacts is None else _of(ties, contacts)
    return known[known["depth"] > 0].reset_index(drop=True)


def _once(ties: pd.DataFrame) -> None:
    double = ties.duplicated(["contact_id", "person_id"])
    if double.any():
        pairs = ties.loc[double, ["contact_id", "person_id"]].agg(" – ".join, axis=1)
        raise ValuesError(
            "a contact and one of our people stand together twice",
            where=f"relationships: {list_some(list(pairs))}",
            remedy="keep one row for each pair",
        )


def _of(ties: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    ours = ties.drop(columns=["account_id", "power", "name"], errors="ignore")
    return ours.merge(contacts[["contact_id", "account_id", "power"]], on="contact_id")


def met(contacts: pd.DataFrame, ties: pd.DataFrame) -> pd.Series:
    """By row of ``contacts``, how many of our people have a tie."""
    return contacts["contact_id"].map(ties["contact_id"].value_counts()).fillna(0).astype(int)


def text(frame: pd.DataFrame, column: str) -> pd.Series:
    """An optional column of text, empty where nothing stands."""
    if column not in frame:
        return pd.Series("", index=frame.index, dtype="object")
    values = frame[column]
    return values.astype("object").where(values.notna(), "").astype(str).str.strip()


def key_contacts(
    contacts: pd.DataFrame, accounts: pd.DataFrame, chosen: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The people at key accounts.

    Key accounts are those with a ``kam_start``; where no account has one, those that are ``chosen``;
    where none is chosen either, all that have contacts.

    Parameters
    ----------
    contacts : contact_id, account_id and what else is known of them.
    accounts : account_id, optionally kam_start.
    chosen : by account_id, the column chosen (true or false), as the choice of key accounts hands it on.

    Returns
    -------
    DataFrame
        The rows of ``contacts`` at key accounts.

    Raises
    ------
    NotDefinedError
        No contact stands at a key account.
    ColumnError, EmptyError, ValuesError
        A table lacks a column or rows; a contact stands twice.

    Notes
    -----
    Source: kamkit's own rule.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["a", "b"], "account_id": ["1", "2"]})
    >>> accounts = pd.DataFrame({"account_id": ["1", "2"], "kam_start": [pd.Timestamp("2024-01-01"), pd.NaT]})
    >>> key_contacts(contacts, accounts)["contact_id"].tolist()
    ['a']
    """
    checked = checked_contacts(contacts)
    known = as_pandas(accounts, "accounts", ("account_id",))
    ids = identifiers(known, "account_id", "accounts")
    started = known["kam_start"].notna() if "kam_start" in known else pd.Series(False, index=known.index)
    here = checked["account_id"].isin(ids[started] if started.any() else _chosen(chosen, ids))
    if not here.any():
        raise NotDefinedError("none of the contacts stands at a key account", where="contacts.account_id")
    kept = contacts.reset_index(drop=True)[here.to_numpy()]
    return kept.reset_index(drop=True)


def _chosen(chosen: pd.DataFrame | None, ids: pd.Series) -> pd.Series:
    """Accounts that were chosen; all where none was."""
    if chosen is None:
        return ids
    flat = chosen.reset_index() if chosen.index.name == "account_id" else chosen
    table = as_pandas(flat, "chosen", ("account_id", "chosen"))
    taken = identifiers(table, "account_id", "chosen")[table["chosen"].astype(bool)]
    return taken if len(taken) else ids
