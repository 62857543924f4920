"""How much of the customer's power we reach, and how it stands towards us."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.frames import number
from kamkit.method.relationships.people import DECIDING, checked_contacts, checked_ties, met, text
from kamkit.method.relationships.threads import checked_thread_risk
from kamkit.method.relationships.ties import level_match

__all__ = ["FEWEST", "coverage", "link_density", "multi_threading", "relationship_coverage", "support"]

FEWEST = 3
"""Below as many people an account's support is what single people think."""


def coverage(contacts: pd.DataFrame, relationships: pd.DataFrame, depth: float = 2) -> pd.Series:
    """Share of the customer's power that we reach at a depth or deeper.

    ``coverage = sum of power of the contacts linked at depth ≥ d / sum of power of all contacts``

    Parameters
    ----------
    contacts : contact_id, account_id, power (0–3). Contacts whose power nobody stated weigh nothing
        on either side; :func:`relationship_coverage` counts them.
    relationships : contact_id, person_id, depth (0–4; 0 is no link).
    depth : from which depth on a tie counts.

    Returns
    -------
    Series
        ``coverage`` by account_id, a fraction; NaN where the account's power is not known or zero.

    Raises
    ------
    NotDefinedError
        No contact has a power.
    ColumnError, EmptyError, ValuesError
        A table lacks a column or rows; values off their scale; a contact, or a pair, that stands twice.

    Notes
    -----
    Source: power of the buying centre after Webster & Wind (1972) and Bonoma (1982).

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["a", "b"], "account_id": ["1", "1"], "power": [3, 1]})
    >>> ties = pd.DataFrame({"contact_id": ["a", "b"], "person_id": ["K", "K"], "depth": [2, 1]})
    >>> coverage(contacts, ties).to_dict()
    {'1': 0.75}
    """
    checked = checked_contacts(contacts)
    _require_power(checked)
    return _coverage(checked, checked_ties(relationships, checked), depth)


def _require_power(contacts: pd.DataFrame) -> None:
    if contacts["power"].isna().all():
        raise NotDefinedError("the power of the contacts is not stated", where="contacts.power")


def _coverage(contacts: pd.DataFrame, ties: pd.DataFrame, depth: float) -> pd.Series:
    deep = ties.loc[ties["depth"] >= number(depth, "depth"), "contact_id"]
    reached = contacts["power"].where(contacts["contact_id"].isin(deep), 0.0)
    reached = reached.where(contacts["power"].notna())
    return _share(reached, contacts["power"], contacts["account_id"]).rename("coverage")


def _share(part: pd.Series, whole: pd.Series, accounts: pd.Series) -> pd.Series:
    """Sums by account, one over the other; NaN where the whole is zero or unknown."""
    sums = pd.DataFrame({"part": part, "whole": whole}).groupby(accounts).sum(min_count=1)
    return sums["part"] / sums["whole"].where(sums["whole"] > 0)


def support(contacts: pd.DataFrame) -> pd.Series:
    """How the customer's power stands towards us.

    ``support = sum of power × (attitude / 2) / sum of power``, over contacts of whom both are known

    Parameters
    ----------
    contacts : contact_id, account_id, power (0–3), attitude (−2 against us … 2 for us); or contacts from
        :func:`without_names`, which bring the account's support with them.

    Returns
    -------
    Series
        ``support`` by account_id, −1 to 1; NaN where nobody with power has a known attitude, and, from
        contacts without names, where it would tell what single people think.

    Raises
    ------
    NotDefinedError
        No contact has a power, or none an attitude.
    ColumnError, EmptyError, ValuesError
        The table lacks a column or rows; values off their scale.

    Notes
    -----
    Source: the grid of power and attitude after Mendelow (1991).

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["a", "b"], "account_id": ["1", "1"], "power": [3, 1],
    ...                          "attitude": [2, -2]})
    >>> support(contacts).to_dict()
    {'1': 0.5}
    """
    checked = checked_contacts(contacts)
    if "account_support" in checked:
        return checked.groupby("account_id")["account_support"].first().rename("support")
    _require_power(checked)
    if checked["attitude"].isna().all():
        raise NotDefinedError("the attitude of the contacts is not stated", where="contacts.attitude")
    return _support(checked)


def _support(contacts: pd.DataFrame) -> pd.Series:
    known = contacts["power"].notna() & contacts["attitude"].notna()
    weighted = (contacts["power"] * contacts["attitude"] / 2).where(known)
    return _share(weighted, contacts["power"].where(known), contacts["account_id"]).rename("support")


def decent_support(contacts: pd.DataFrame) -> pd.Series:
    """Support by account where it tells of no single person's attitude, else NaN.

    At least three people of power, not all of one attitude.
    """
    voices = contacts[contacts["attitude"].notna() & (contacts["power"] > 0)].groupby("account_id")[
        "attitude"
    ]
    told = voices.agg(["size", "nunique"])
    decent = told.index[(told["size"] >= FEWEST) & (told["nunique"] > 1)]
    shares = _support(contacts)
    return shares.where(shares.index.isin(decent))


def multi_threading(contacts: pd.DataFrame, relationships: pd.DataFrame) -> pd.DataFrame:
    """How many of those who decide hang on one of our people, or on nobody.

    ``multi_thread = decision-makers whom at least two of our people know / all decision-makers``

    Parameters
    ----------
    contacts : contact_id, account_id, buying_role; those who decide are decision_maker and approver.
    relationships : contact_id, person_id, depth (0 is no link).

    Returns
    -------
    DataFrame
        By account_id: deciders, deciders_unreached, deciders_one_thread (counts), multi_thread (fraction
        of the deciders; NaN where none is known).

    Raises
    ------
    ColumnError, EmptyError, ValuesError
        A table lacks a column or rows; a contact, or a pair, that stands twice.

    Notes
    -----
    Source: buying roles after Webster & Wind (1972).

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["a", "b"], "account_id": ["1", "1"],
    ...                          "buying_role": ["decision_maker", "approver"]})
    >>> ties = pd.DataFrame({"contact_id": ["a", "a", "b"], "person_id": ["K", "L", "K"], "depth": [2, 1, 1]})
    >>> multi_threading(contacts, ties).loc["1"].tolist()
    [2.0, 0.0, 1.0, 0.5]
    """
    checked = checked_contacts(contacts)
    return _multi_threading(checked, checked_ties(relationships, checked))


def _multi_threading(checked: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    threads = met(checked, ties)
    decides = text(checked, "buying_role").isin(DECIDING)
    counts = pd.DataFrame(
        {
            "deciders": decides,
            "deciders_unreached": decides & (threads == 0),
            "deciders_one_thread": decides & (threads == 1),
        }
    )
    sums = counts.groupby(checked["account_id"]).sum().astype(int)
    several = sums["deciders"] - sums["deciders_unreached"] - sums["deciders_one_thread"]
    return sums.assign(multi_thread=several / sums["deciders"].where(sums["deciders"] > 0))


def link_density(contacts: pd.DataFrame, relationships: pd.DataFrame) -> pd.Series:
    """Share of the links there could be between the contacts and our people on the account.

    ``density = links / (contacts × our people with a link)``

    Parameters
    ----------
    contacts : contact_id, account_id.
    relationships : contact_id, person_id, depth (0 is no link).

    Returns
    -------
    Series
        ``link_density`` by account_id, a fraction; NaN where none of our people has a link.

    Raises
    ------
    ColumnError, EmptyError, ValuesError
        A table lacks a column or rows; a contact, or a pair, that stands twice.

    Notes
    -----
    Source: density of a two-mode network (Wasserman & Faust, 1994).

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["a", "b"], "account_id": ["1", "1"]})
    >>> ties = pd.DataFrame({"contact_id": ["a", "b", "a"], "person_id": ["K", "K", "L"], "depth": 1})
    >>> link_density(contacts, ties).to_dict()
    {'1': 0.75}
    """
    checked = checked_contacts(contacts)
    return _link_density(checked, checked_ties(relationships, checked))


def _link_density(checked: pd.DataFrame, ties: pd.DataFrame) -> pd.Series:
    by_account = ties.groupby("account_id")
    size = checked["account_id"].value_counts()
    density = by_account.size() / (by_account["person_id"].nunique() * size)
    return density.reindex(sorted(size.index)).rename_axis("account_id").rename("link_density")


def relationship_coverage(
    contacts: pd.DataFrame,
    relationships: pd.DataFrame,
    assignments: pd.DataFrame | None = None,
    roles: Sequence[str] | None = None,
) -> pd.DataFrame:
    """All single figures of the relationships to each account.

    Parameters
    ----------
    contacts : contact_id, account_id; power, attitude, buying_role where they are known.
    relationships : contact_id, person_id, depth; desired_depth where it is known.
    assignments : person_id, account_id, role: who of us is an executive, see :func:`level_match`.
    roles : which roles are executive ones, see :func:`our_executives`.

    Returns
    -------
    DataFrame
        By account_id: contacts, people (ours), unrated (contacts without power), power_reached
        (:func:`coverage` at depth 2), support,
        link_density, the columns of :func:`multi_threading`, single_thread_power, bus_factor, unowned
        (contacts whom none of us knows), unmet_depth (ties that fall short of the depth we want); with
        assignments the columns of :func:`level_match`. What needs a column that is not there is NaN.

    Raises
    ------
    ColumnError, EmptyError, ValuesError
        As the functions it gathers.

    Notes
    -----
    Sources: as of the functions it gathers.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["a", "b"], "account_id": ["1", "1"], "power": [3, 1]})
    >>> ties = pd.DataFrame({"contact_id": ["a"], "person_id": ["K"], "depth": [2]})
    >>> relationship_coverage(contacts, ties)[["contacts", "power_reached", "unowned"]].loc["1"].tolist()
    [2.0, 0.75, 1.0]
    """
    checked = checked_contacts(contacts)
    ties = checked_ties(relationships, checked)
    by = checked["account_id"]
    stands = (
        checked.groupby("account_id")["account_support"].first() if "account_support" in checked else None
    )
    short = ties[ties["desired_depth"] > ties["depth"]].groupby("account_id").size()
    threads = checked_thread_risk(checked, ties)
    table = threads[["contacts", "people"]].assign(
        unrated=checked["power"].isna().groupby(by).sum(),
        power_reached=_coverage(checked, ties, 2),
        support=_support(checked) if stands is None else stands,
        link_density=_link_density(checked, ties),
    )
    table = table.join(_multi_threading(checked, ties))
    table = table.join(threads[["single_thread_power", "bus_factor"]])
    unowned = (met(checked, ties) == 0).groupby(by).sum()
    wanted = np.nan if ties["desired_depth"].isna().all() else short.reindex(table.index).fillna(0)
    table = table.assign(unowned=unowned, unmet_depth=wanted)
    return table if assignments is None else table.join(_levels(contacts, relationships, assignments, roles))


def _levels(
    contacts: pd.DataFrame, relationships: pd.DataFrame, assignments: pd.DataFrame, roles: Any
) -> pd.DataFrame:
    """Executives and their counterparts, without columns where that is not defined."""
    try:
        return level_match(contacts, relationships, assignments, roles)
    except NotDefinedError:
        return pd.DataFrame(index=pd.Index([], name="account_id", dtype="str"))
