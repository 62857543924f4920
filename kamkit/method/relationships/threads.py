"""What hangs on one of our people, and what goes when one leaves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.frames import account_series
from kamkit.method.relationships.people import checked_contacts, checked_ties

__all__ = ["checked_thread_risk", "leaver_loss", "thread_risk"]

HALF = 0.5
_FEW, _MOST_TRIED = 16, 500_000
"""All groups of so many people are tried, as long as they are no more than that times the contacts."""
_HAIR = 1e-9


def thread_risk(contacts: pd.DataFrame, relationships: pd.DataFrame) -> pd.DataFrame:
    """How much of the customer's power hangs on single people of ours.

    | single_thread_power = power of contacts whom exactly one of our people knows / power of all contacts
    | bus_factor = fewest of our people whose leaving cuts at least half of the power reached

    Parameters
    ----------
    contacts : contact_id, account_id, power (0–3). Contacts without power are counted, and weigh nothing.
    relationships : contact_id, person_id, depth; depth 0 is no link.

    Returns
    -------
    DataFrame
        By account_id: contacts, people (ours with a tie), single_thread_power (fraction of all the
        account's power; NaN where it is not known or zero), bus_factor (NaN where no power is reached).

    Raises
    ------
    ColumnError, EmptyError, ValuesError
        A table lacks a column or rows; values off their scale; a contact, or a pair, that stands twice.

    Notes
    -----
    A contact is lost when all of us whom it knows have left. The fewest people are found exactly, by
    trying all groups of few people and else as a small integer programme, not by taking the best
    connected ones first. Source: the truck factor of
    software teams (Williams & Kessler, 2002), with the customer's power for the code.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": list("abc"), "account_id": "1", "power": [3, 2, 1]})
    >>> ties = pd.DataFrame({"contact_id": list("abb"), "person_id": list("KKL"), "depth": [2, 1, 1]})
    >>> thread_risk(contacts, ties).loc["1"].tolist()
    [3.0, 2.0, 0.5, 1.0]
    """
    checked = checked_contacts(contacts)
    return checked_thread_risk(checked, checked_ties(relationships, checked))


def checked_thread_risk(contacts: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """As :func:`thread_risk`, of tables that were checked."""
    by_account = contacts.groupby("account_id")
    whole = by_account["power"].sum(min_count=1)
    threads = ties["contact_id"].value_counts()
    lonely = ties[ties["contact_id"].map(threads) == 1].groupby("account_id")["power"].sum()
    single = lonely.reindex(whole.index, fill_value=0.0) / whole.where(whole > 0)
    factors = pd.Series({key: _bus_factor(rows) for key, rows in ties.groupby("account_id")}, dtype="float64")
    people = ties.groupby("account_id")["person_id"].nunique().reindex(whole.index, fill_value=0)
    return pd.DataFrame(
        {
            "contacts": by_account.size(),
            "people": people,
            "single_thread_power": single,
            "bus_factor": factors.reindex(whole.index),
        }
    )


def _bus_factor(ties: pd.DataFrame) -> float:
    """Fewest people of one account's ties whose leaving cuts half of the power, NaN where there is none."""
    known = ties[ties["power"] > 0]
    if known.empty:
        return float("nan")
    people, person = np.unique(known["person_id"].to_numpy(str), return_inverse=True)
    reached, contact = np.unique(known["contact_id"].to_numpy(str), return_inverse=True)
    power = known.groupby("contact_id")["power"].first().sort_index().reindex(reached).to_numpy()
    alone = np.bincount(person, _of_lonely(contact, power), len(people))
    if alone.max() >= HALF * power.sum():
        return 1.0
    tried = len(power) << len(people) if len(people) <= _FEW else np.inf
    fewest = _by_programme if tried > _MOST_TRIED else _by_trying
    return fewest(person, contact, power, len(people))


def _of_lonely(contact: np.ndarray, power: np.ndarray) -> np.ndarray:
    """By tie, the power of its contact where it is the contact's only one, else 0."""
    return np.where(np.bincount(contact)[contact] == 1, power[contact], 0.0)


def _by_trying(person: np.ndarray, contact: np.ndarray, power: np.ndarray, people: int) -> float:
    """The smallest of all groups of people, each a number whose bits are who belongs to it."""
    groups, known_by = np.arange(1 << people), np.zeros(len(power), dtype=np.int64)
    np.bitwise_or.at(known_by, contact, 1 << person)
    lost = ((known_by & ~groups[:, None]) == 0) @ power
    sizes = (groups[:, None] >> np.arange(people) & 1).sum(axis=1)
    return float(sizes[lost >= HALF * power.sum() - _HAIR].min())


def _by_programme(person: np.ndarray, contact: np.ndarray, power: np.ndarray, people: int) -> float:
    """Integer programme: leave_p and lost_c are 0 or 1; lost_c ≤ leave_p for each tie; lost power ≥ half."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    n, ties = people + len(power), len(person)
    row = np.arange(ties)
    linked = coo_array(
        (
            np.r_[np.ones(ties), -np.ones(ties)],
            (np.r_[row, row], np.r_[people + contact, person]),
        ),
        shape=(ties, n),
    ).tocsr()
    lost = np.r_[np.zeros(people), power]
    solved = milp(
        np.r_[np.ones(people), np.zeros(len(power))],
        constraints=[
            LinearConstraint(linked, -np.inf, 0),
            LinearConstraint(lost[None, :], HALF * power.sum(), np.inf),
        ],
        integrality=np.ones(n),
        bounds=Bounds(0, 1),
    )
    return float(round(solved.fun))


def leaver_loss(
    contacts: pd.DataFrame, relationships: pd.DataFrame, revenue: pd.Series | None = None
) -> pd.DataFrame:
    """What we lose with each of our people who leaves without handing over.

    ``share_lost = power of the contacts whom only this person knows / power of all contacts we reach``

    Parameters
    ----------
    contacts : contact_id, account_id, power (0–3).
    relationships : contact_id, person_id, depth (0 is no link).
    revenue : by account_id, money; it is not known of accounts that are not there, or NaN.

    Returns
    -------
    DataFrame
        By person_id, the greatest loss first: accounts, contacts (known by the person), contacts_lost
        (known by nobody else), power_lost, share_lost (of the power reached at all accounts; NaN where
        none is), accounts_cut (accounts where at least half of the power reached would go),
        revenue_at_risk (of those accounts; NaN without ``revenue``, or where one of them has none known).

    Raises
    ------
    NotDefinedError
        None of our people has a tie to these contacts.
    ColumnError, EmptyError, ValuesError
        A table lacks a column or rows; values off their scale; a contact, or a pair, that stands twice.

    Notes
    -----
    Revenue at risk is not revenue lost: it says how much business would stand on half of the ties.
    Source: as :func:`thread_risk`.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": list("abc"), "account_id": "1", "power": [3, 2, 1]})
    >>> ties = pd.DataFrame({"contact_id": list("abb"), "person_id": list("KKL"), "depth": [2, 1, 1]})
    >>> loss = leaver_loss(contacts, ties, pd.Series({"1": 900.0}))
    >>> loss[["share_lost", "revenue_at_risk"]].loc["K"].tolist()
    [0.6, 900.0]
    """
    checked = checked_contacts(contacts)
    ties = checked_ties(relationships, checked)
    if ties.empty:
        raise NotDefinedError("none of our people has a tie to these contacts", where="relationships")
    alone = ties["contact_id"].map(ties["contact_id"].value_counts()) == 1
    ties = ties.assign(lost=alone, power_lost=ties["power"].fillna(0.0).where(alone, 0.0))
    reached = ties.drop_duplicates("contact_id").groupby("account_id")["power"].sum()
    by_person = ties.groupby("person_id")
    table = pd.DataFrame(
        {
            "accounts": by_person["account_id"].nunique(),
            "contacts": by_person.size(),
            "contacts_lost": by_person["lost"].sum(),
            "power_lost": by_person["power_lost"].sum(),
        }
    )
    total = reached.sum()
    table["share_lost"] = table["power_lost"] / (total if total > 0 else np.nan)
    table = table.join(_cut(ties, reached, revenue)).fillna({"accounts_cut": 0})
    ranked = table.assign(accounts_cut=table["accounts_cut"].astype(int)).reset_index()
    order = ["power_lost", "contacts", "person_id"]
    return ranked.sort_values(order, ascending=[False, False, True]).set_index("person_id")


def _cut(ties: pd.DataFrame, reached: pd.Series, revenue: pd.Series | None) -> pd.DataFrame:
    """By person the accounts of which half goes, and their revenue; no such account is no revenue at risk."""
    lost = ties.groupby(["person_id", "account_id"])["power_lost"].sum().reset_index()
    whole = lost["account_id"].map(reached)
    cut = lost[(whole > 0) & (lost["power_lost"] >= HALF * whole)]
    people = pd.Index(ties["person_id"].unique(), name="person_id")
    counts = cut.groupby("person_id").size().reindex(people, fill_value=0)
    if revenue is None:
        return pd.DataFrame({"accounts_cut": counts, "revenue_at_risk": np.nan})
    known = revenue.dropna()
    money = cut["account_id"].map(account_series(known, "revenue") if len(known) else known).astype(float)
    by_person = money.groupby(cut["person_id"])
    whole = by_person.count() == by_person.size()
    sums = by_person.sum().where(whole).reindex(people)
    return pd.DataFrame({"accounts_cut": counts, "revenue_at_risk": sums.where(counts > 0, 0.0)})
