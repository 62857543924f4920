"""Single ties: how old, how deep, with whom, and who is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import ColumnError, NotDefinedError, ParameterError, ValuesError
from kamkit.method.frames import as_pandas, identifiers, number
from kamkit.method.relationships.people import checked_contacts, checked_ties, met, text

__all__ = [
    "contacts_per_owner",
    "depth_gaps",
    "executives_without_counterpart",
    "level_match",
    "our_executives",
    "stale_ties",
    "staleness",
]

_EXECUTIVE = r"\b(?:executive|sponsor|director|board|chief|president|ceo|cfo|coo|cto|managing)\b"


def staleness(relationships: pd.DataFrame, today: Any) -> pd.Series:
    """Days since anybody of us last spoke with each contact.

    ``days = today − latest last_contact over the contact's ties``

    Parameters
    ----------
    relationships : contact_id, person_id, depth (0 is no link), last_contact (date).
    today : the day from which is counted; a contact after it counts as 0 days ago.

    Returns
    -------
    Series
        ``days`` by contact_id; NaN where no day is known.

    Raises
    ------
    ColumnError
        There is no column last_contact, or another one is missing.
    EmptyError, ParameterError, ValuesError
        No rows; today is no date; a last_contact is no date; a pair that stands twice.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> ties = pd.DataFrame({"contact_id": ["a", "a"], "person_id": ["K", "L"], "depth": [2, 1],
    ...                      "last_contact": ["2025-12-01", "2025-11-01"]})
    >>> staleness(ties, "2025-12-31").to_dict()
    {'a': 30.0}
    """
    ties = _dated(relationships, today)
    return ties.groupby("contact_id")["days"].min().rename("days")


def _dated(relationships: pd.DataFrame, today: Any) -> pd.DataFrame:
    """Ties with the days since their last contact."""
    ties = checked_ties(relationships)
    if "last_contact" not in ties:
        raise ColumnError(
            "the column 'last_contact' is missing",
            where="relationships",
            remedy="add the day of the last contact",
        )
    day = pd.to_datetime(today, errors="coerce")
    if pd.isna(day):
        raise ParameterError(f"today = {today!r} is no date", where="today", allowed="such as 2025-12-31")
    last = pd.to_datetime(ties["last_contact"], errors="coerce")
    if (last.isna() & ties["last_contact"].notna()).any():
        raise ValuesError("last_contact holds something that is no date", where="relationships.last_contact")
    days = (day.normalize() - last.dt.normalize()).dt.days.astype("float64")
    return ties.assign(last_contact=last, days=days.clip(lower=0))


def stale_ties(
    contacts: pd.DataFrame, relationships: pd.DataFrame, today: Any, days: float = 365
) -> pd.DataFrame:
    """Ties that nobody has kept up for longer than ``days``.

    Parameters
    ----------
    contacts : contact_id, account_id, power, name where they are known.
    relationships : contact_id, person_id, depth (0 is no link), last_contact.
    today : the day from which is counted.
    days : how long a tie may rest.

    Returns
    -------
    DataFrame
        account_id, contact_id, name, person_id, depth, power, last_contact, days: the most powerful
        contact first, then the longest silence. Ties without a day are not judged.

    Raises
    ------
    NotDefinedError
        No tie has a day.
    ColumnError, EmptyError, ParameterError, ValuesError
        As :func:`staleness`.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["a"], "account_id": ["1"], "name": ["Maarja Põld"]})
    >>> ties = pd.DataFrame({"contact_id": ["a"], "person_id": ["K"], "depth": [2],
    ...                      "last_contact": ["2024-12-01"]})
    >>> stale_ties(contacts, ties, "2025-12-31")["days"].tolist()
    [395.0]
    """
    limit = number(days, "days")
    checked = checked_contacts(contacts)
    dated = _dated(relationships, today) if "last_contact" in relationships else None
    ties = None if dated is None else _named(dated, checked)
    if ties is None or ties["days"].isna().all():
        raise NotDefinedError("no tie says when we last spoke", where="relationships.last_contact")
    stale = ties[ties["days"] > limit]
    order = ["power", "days", "contact_id", "person_id"]
    columns = ["account_id", "contact_id", "name", "person_id", "depth", "power", "last_contact", "days"]
    ranked = stale.sort_values(order, ascending=[False, False, True, True], ignore_index=True)
    return ranked[columns]


def _named(ties: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """Ties with account, name and power of their contacts; those of other contacts are left out."""
    known = contacts[["contact_id", "account_id", "power"]].assign(name=text(contacts, "name"))
    return ties.drop(columns=["account_id", "power", "name"], errors="ignore").merge(known, on="contact_id")


def depth_gaps(contacts: pd.DataFrame, relationships: pd.DataFrame) -> pd.DataFrame:
    """Ties that are less deep than we want them, the widest gap with the most power first.

    ``depth_gap = desired_depth − depth``

    Parameters
    ----------
    contacts : contact_id, account_id, power, name where they are known.
    relationships : contact_id, person_id, depth, desired_depth; a wanted tie at depth 0 counts too.

    Returns
    -------
    DataFrame
        account_id, contact_id, name, person_id, power, depth, desired_depth, depth_gap (steps of depth).

    Raises
    ------
    NotDefinedError
        No tie has a desired depth.
    ColumnError, EmptyError, ValuesError
        A table lacks a column or rows; values off their scale; a contact, or a pair, that stands twice.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["a"], "account_id": ["1"]})
    >>> ties = pd.DataFrame({"contact_id": ["a"], "person_id": ["K"], "depth": [1], "desired_depth": [3]})
    >>> depth_gaps(contacts, ties)["depth_gap"].tolist()
    [2.0]
    """
    checked = checked_contacts(contacts)
    checked_ties(relationships)
    known = as_pandas(relationships, "relationships", ("contact_id", "person_id", "depth"))
    if "desired_depth" not in known or known["desired_depth"].isna().all():
        raise NotDefinedError("no tie says how deep it should be", where="relationships.desired_depth")
    ties = _named(known.assign(depth_gap=known["desired_depth"].astype(float) - known["depth"]), checked)
    order = ["depth_gap", "power", "contact_id", "person_id"]
    wanted = ties[ties["depth_gap"] > 0].sort_values(
        order, ascending=[False, False, True, True], ignore_index=True
    )
    columns = [
        "account_id",
        "contact_id",
        "name",
        "person_id",
        "power",
        "depth",
        "desired_depth",
        "depth_gap",
    ]
    return wanted[columns]


def contacts_per_owner(contacts: pd.DataFrame, relationships: pd.DataFrame) -> pd.DataFrame:
    """How many contacts each of our people has to keep up.

    Parameters
    ----------
    contacts : contact_id, account_id.
    relationships : contact_id, person_id, depth (0 is no link).

    Returns
    -------
    DataFrame
        By person_id, the most contacts first: accounts, contacts, in_depth (contacts at depth 3 or 4).

    Raises
    ------
    ColumnError, EmptyError, ValuesError
        A table lacks a column or rows; a contact, or a pair, that stands twice.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["a", "b"], "account_id": ["1", "1"]})
    >>> ties = pd.DataFrame({"contact_id": ["a", "b"], "person_id": ["K", "K"], "depth": [3, 1]})
    >>> contacts_per_owner(contacts, ties).loc["K"].tolist()
    [1, 2, 1]
    """
    checked = checked_contacts(contacts)
    ties = checked_ties(relationships, checked)
    by_person = ties.assign(in_depth=ties["depth"] >= 3).groupby("person_id")
    table = pd.DataFrame(
        {
            "accounts": by_person["account_id"].nunique(),
            "contacts": by_person.size(),
            "in_depth": by_person["in_depth"].sum(),
        }
    )
    ranked = table.reset_index().sort_values(["contacts", "person_id"], ascending=[False, True])
    return ranked.set_index("person_id")


def our_executives(assignments: pd.DataFrame, roles: Sequence[str] | None = None) -> list[str]:
    """Our people who can face the customer's executives.

    Parameters
    ----------
    assignments : person_id, account_id, role.
    roles : which roles are executive ones; by default those whose name says executive, sponsor,
        director, board, chief, president, managing, or a C-level title.

    Returns
    -------
    list of str
        Their person_id, in order.

    Raises
    ------
    NotDefinedError
        None of the roles is an executive one.
    ColumnError, EmptyError, ParameterError, ValuesError
        A column or rows are missing; roles is one text.

    Notes
    -----
    Source: kamkit's own rule, to be replaced by a decision.

    Examples
    --------
    >>> our_executives(pd.DataFrame({"person_id": ["K", "D"], "account_id": ["1", "1"],
    ...                              "role": ["Key account manager", "Executive sponsor"]}))
    ['D']
    """
    frame = as_pandas(assignments, "assignments", ("person_id", "account_id", "role"))
    if isinstance(roles, (str, bytes)):
        raise ParameterError("roles is one text, not several roles", where="roles")
    named = text(frame, "role")
    fits = (
        named.str.contains(_EXECUTIVE, case=False, regex=True) if roles is None else named.isin(list(roles))
    )
    found = sorted(set(identifiers(frame, "person_id", "assignments")[fits]))
    if not found:
        raise NotDefinedError(
            "none of our roles is known to be an executive one",
            where="assignments.role",
            remedy="decide executive_roles: the roles of ours that face executives",
        )
    return found


def level_match(
    contacts: pd.DataFrame,
    relationships: pd.DataFrame,
    assignments: pd.DataFrame,
    roles: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Share of the customer's executives who have a counterpart among ours.

    ``level_match = executives with a tie to one of our executives / executives``

    Parameters
    ----------
    contacts : contact_id, account_id, level.
    relationships : contact_id, person_id, depth (0 is no link).
    assignments : person_id, account_id, role: says who of us is an executive.
    roles : see :func:`our_executives`.

    Returns
    -------
    DataFrame
        By account_id: executives, matched_executives (counts), level_match (fraction; NaN where no
        executive is known).

    Raises
    ------
    NotDefinedError
        No contact has a level, or none of our roles is an executive one.
    ColumnError, EmptyError, ParameterError, ValuesError
        A table lacks a column or rows; a contact, or a pair, that stands twice.

    Notes
    -----
    Source: McDonald & Woodburn (2007), contacts at every level.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["a", "b"], "account_id": "1", "level": "executive"})
    >>> ties = pd.DataFrame({"contact_id": ["a"], "person_id": ["D"], "depth": [1]})
    >>> ours = pd.DataFrame({"person_id": ["D"], "account_id": ["1"], "role": ["Executive sponsor"]})
    >>> level_match(contacts, ties, ours).loc["1"].tolist()
    [2.0, 1.0, 0.5]
    """
    people = _executives(contacts, relationships, assignments, roles)
    sums = people.groupby("account_id")[["executive", "matched"]].sum().astype(int)
    sums.columns = pd.Index(["executives", "matched_executives"])
    share = sums["matched_executives"] / sums["executives"].where(sums["executives"] > 0)
    return sums.assign(level_match=share)


def executives_without_counterpart(
    contacts: pd.DataFrame,
    relationships: pd.DataFrame,
    assignments: pd.DataFrame,
    roles: Sequence[str] | None = None,
) -> pd.DataFrame:
    """The customer's executives whom none of our executives knows.

    Parameters
    ----------
    contacts, relationships, assignments, roles : see :func:`level_match`.

    Returns
    -------
    DataFrame
        account_id, contact_id, name, threads (how many of us know the person), in the order of accounts.

    Raises
    ------
    NotDefinedError, ColumnError, EmptyError, ParameterError, ValuesError
        As :func:`level_match`.

    Notes
    -----
    Source: as :func:`level_match`.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["a"], "account_id": ["1"], "level": ["executive"]})
    >>> ties = pd.DataFrame({"contact_id": ["a"], "person_id": ["K"], "depth": [1]})
    >>> ours = pd.DataFrame({"person_id": ["D"], "account_id": ["1"], "role": ["Executive sponsor"]})
    >>> executives_without_counterpart(contacts, ties, ours)["threads"].tolist()
    [1]
    """
    people = _executives(contacts, relationships, assignments, roles)
    alone = people[people["executive"] & ~people["matched"]]
    ordered = alone.sort_values(["account_id", "contact_id"], ignore_index=True)
    return ordered[["account_id", "contact_id", "name", "threads"]]


def _executives(
    contacts: pd.DataFrame, relationships: pd.DataFrame, assignments: pd.DataFrame, roles: Any
) -> pd.DataFrame:
    """All contacts, with who is an executive and who of those is matched."""
    checked = checked_contacts(contacts)
    if (text(checked, "level") == "").all():
        raise NotDefinedError("the level of the contacts is not stated", where="contacts.level")
    ties = checked_ties(relationships, checked)
    ours = our_executives(assignments, roles)
    known = ties.loc[ties["person_id"].isin(ours), "contact_id"]
    executive = (text(checked, "level") == "executive").to_numpy()
    return pd.DataFrame(
        {
            "account_id": checked["account_id"],
            "contact_id": checked["contact_id"],
            "name": text(checked, "name"),
            "executive": executive,
            "matched": executive & checked["contact_id"].isin(known).to_numpy(),
            "threads": met(checked, ties).to_numpy(np.int64),
        }
    )
