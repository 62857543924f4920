"""The relationship map as a table: who decides at the customer, who of us knows them, and what is wanted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence
from kamkit.method.relationships.people import DECIDING, LEVELS, checked_contacts, checked_ties, met, text

__all__ = ["MOST", "contact_issues", "relationship_map"]

MOST = 20
"""People that a map shows; the rest is counted."""

_ISSUES = ("decider_unreached", "decider_one_thread", "no_counterpart", "double", "unowned")


def relationship_map(
    contacts: pd.DataFrame,
    relationships: pd.DataFrame,
    account_id: str | None = None,
    most: int = MOST,
) -> pd.DataFrame:
    """Who decides at each account, and who of us knows them how well: one row per tie.

    People are ranked by power, then decision-makers and approvers, then level, then how many of us know
    them; the first ``most`` stand in the table, the others are counted.

    Parameters
    ----------
    contacts : contact_id, account_id; name, title, unit, level, buying_role, power, attitude where known.
    relationships : contact_id, person_id, depth, desired_depth. A tie of depth 0 that is wanted deeper
        is shown as wanted.
    account_id : one account; all of them by default.
    most : how many people of an account are shown.

    Returns
    -------
    DataFrame
        account_id, contact_id, name, title, unit, level, buying_role, power, attitude, rank (1 decides
        the most), person_id (missing where nobody of us knows the person), depth, desired_depth, contacts
        (all of the account), rest (those not shown).

    Raises
    ------
    NotDefinedError
        The account has no contacts.
    ParameterError
        ``most`` is not at least 1.
    ColumnError, EmptyError, ValuesError
        A table lacks a column or rows; values off their scale; a contact, or a pair, that stands twice.

    Notes
    -----
    Source: power and attitude after Mendelow (1991), buying roles after Webster & Wind (1972).

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["a", "b"], "account_id": "1", "power": [1, 3]})
    >>> ties = pd.DataFrame({"contact_id": ["a"], "person_id": ["K"], "depth": [2]})
    >>> relationship_map(contacts, ties, most=1)[["contact_id", "contacts", "rest"]].values.tolist()
    [['b', 2, 1]]
    """
    if int(most) < 1:
        raise ParameterError(f"most = {most} shows nobody", where="most", allowed="1 or more")
    checked = checked_contacts(contacts)
    if account_id is not None:
        checked = checked[checked["account_id"] == str(account_id)]
        if checked.empty:
            raise NotDefinedError(
                Sentence("account {account_id} has no contacts", account_id=account_id),
                where="contacts.account_id",
            )
    ranked = _ranked(checked, checked_ties(relationships, checked))
    shown = ranked[ranked["rank"] <= most].assign(rest=(ranked["contacts"] - most).clip(lower=0))
    table = shown.merge(_drawn(relationships), on="contact_id", how="left")
    ordered = table.sort_values(["account_id", "rank", "person_id"], ignore_index=True)
    return ordered[[*_PERSON, "rank", "person_id", "depth", "desired_depth", "contacts", "rest"]]


_PERSON = [
    "account_id", "contact_id", "name", "title", "unit", "level", "buying_role", "power", "attitude",
]  # fmt: skip


def _drawn(relationships: pd.DataFrame) -> pd.DataFrame:
    """Ties there are and ties that are wanted."""
    ties = checked_ties(relationships)
    columns = ["contact_id", "person_id", "depth", "desired_depth"]
    desired = relationships.get("desired_depth")
    if desired is None:
        return ties[columns]
    wanted = relationships[(relationships["depth"] == 0) & (desired > 0)]
    return pd.concat([ties[columns], wanted[columns].astype({"contact_id": str, "person_id": str})])


def _ranked(contacts: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """Contacts with their rank within the account, and how many there are."""
    level = text(contacts, "level").map({name: k for k, name in enumerate(LEVELS)}).fillna(len(LEVELS))
    role = text(contacts, "buying_role").map({name: k for k, name in enumerate(DECIDING)})
    order = pd.DataFrame(
        {
            "account_id": contacts["account_id"],
            "power": -contacts["power"].fillna(-1.0),
            "role": role.fillna(len(DECIDING)),
            "level": level,
            "met": -met(contacts, ties),
            "contact_id": contacts["contact_id"],
        }
    ).sort_values(["account_id", "power", "role", "level", "met", "contact_id"])
    named = contacts.assign(
        **{c: text(contacts, c) for c in ("name", "title", "unit", "level", "buying_role")}
    )
    ranked = named.loc[order.index]
    by_account = ranked.groupby("account_id")["contact_id"]
    return ranked.assign(rank=by_account.cumcount() + 1, contacts=by_account.transform("size"))


def contact_issues(
    contacts: pd.DataFrame,
    relationships: pd.DataFrame,
    doubles: pd.DataFrame | None = None,
    unmatched: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What is to be mended, contact by contact: what touches those who decide comes first.

    Parameters
    ----------
    contacts : contact_id, account_id; name, power, buying_role where they are known.
    relationships : contact_id, person_id, depth (0 is no link).
    doubles : contact_id, double_of, as :func:`duplicates` returns it.
    unmatched : contact_id, as :func:`executives_without_counterpart` returns it.

    Returns
    -------
    DataFrame
        account_id, contact_id, name, issue, power, concerns: decider_unreached (decides, and none of us
        knows the person), decider_one_thread (one of us does: ``concerns`` says who), no_counterpart (an
        executive whom none of our executives knows), double (probably the contact in ``concerns``),
        unowned (none of us knows the person, who does not decide). By issue, then power.

    Raises
    ------
    ColumnError, EmptyError, ValuesError
        A table lacks a column or rows; a contact, or a pair, that stands twice.

    Notes
    -----
    Sources: as of the functions it gathers.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["a", "b"], "account_id": "1",
    ...                          "buying_role": ["decision_maker", "user"]})
    >>> ties = pd.DataFrame({"contact_id": ["a"], "person_id": ["K"], "depth": [2]})
    >>> contact_issues(contacts, ties)[["contact_id", "issue", "concerns"]].values.tolist()
    [['a', 'decider_one_thread', 'K'], ['b', 'unowned', '']]
    """
    checked = checked_contacts(contacts)
    ties = checked_ties(relationships, checked)
    threads, decides = met(checked, ties), text(checked, "buying_role").isin(DECIDING)
    only = checked["contact_id"].map(ties.drop_duplicates("contact_id").set_index("contact_id")["person_id"])
    none = pd.Series("", index=checked.index)
    found = [
        _issue(checked, decides & (threads == 0), "decider_unreached", none),
        _issue(checked, decides & (threads == 1), "decider_one_thread", only),
        _issue(checked, ~decides & (threads == 0), "unowned", none),
    ]
    if unmatched is not None:
        found.append(
            _issue(checked, checked["contact_id"].isin(unmatched["contact_id"]), "no_counterpart", none)
        )
    if doubles is not None:
        first = checked["contact_id"].map(doubles.set_index("contact_id")["double_of"])
        found.append(_issue(checked, first.notna(), "double", first))
    table = pd.concat(found, ignore_index=True)
    kinds = table["issue"].map({issue: k for k, issue in enumerate(_ISSUES)})
    order = ["kind", "power", "account_id", "contact_id"]
    ranked = table.assign(kind=kinds).sort_values(order, ascending=[True, False, True, True])
    return ranked.drop(columns="kind").reset_index(drop=True)


def _issue(contacts: pd.DataFrame, which: pd.Series, issue: str, concerns: pd.Series) -> pd.DataFrame:
    rows = contacts[which]
    return pd.DataFrame(
        {
            "account_id": rows["account_id"],
            "contact_id": rows["contact_id"],
            "name": text(rows, "name"),
            "issue": issue,
            "power": rows["power"].astype(np.float64),
            "concerns": concerns[which],
        }
    )
