"""Contacts as a client may see them: roles for names, no opinions about persons."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.relationships.coverage import decent_support
from kamkit.method.relationships.doubles import duplicates, words_of
from kamkit.method.relationships.people import checked_contacts, text

__all__ = ["public_ids", "without_names"]

_WORDS = {
    "executive": "Executive",
    "management": "Manager",
    "operational": "Employee",
}
_CONTACT = "Contact"
_TELLING, _ENDING = 3, 2


def without_names(contacts: pd.DataFrame, words: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Contacts with role labels instead of names, and without attitudes.

    A label is title and unit ("Purchasing manager, Mill 2"), the level where no title is known, numbered
    where several people of an account share it. What needs names or attitudes is worked out before they
    go: probable doubles, and each account's support, unless it would tell what single people think.

    Parameters
    ----------
    contacts : contact_id, account_id; name, title, unit, level, power, attitude where they are known.
    words : by level (executive, management, operational), and ``contact`` for people of whom nothing is
        known, what they are called; in English by default.

    Returns
    -------
    DataFrame
        The table with ``name`` replaced and without ``attitude``; with double_of, double_why, candidates
        (see :func:`duplicates`) and account_support (see :func:`support`; NaN with fewer than three
        people of power, or all of one attitude). Titles and units that hold a name are emptied, a
        contact_id that tells of one is replaced (see :func:`public_ids`).

    Raises
    ------
    ColumnError, EmptyError, ValuesError
        A column or rows are missing; values off their scale; a contact that stands twice.

    Notes
    -----
    This is pseudonymous, not anonymous: who knows the customer knows who its purchasing manager is.
    Source: k-anonymity and diversity (Sweeney, 2002; Machanavajjhala et al., 2007) for the support.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["a"], "account_id": ["1"], "name": ["Maarja Põld"],
    ...                          "title": ["Buyer"], "unit": ["Mill 2"], "power": [1], "attitude": [-2]})
    >>> without_names(contacts)[["name", "account_support"]].values.tolist()
    [['Buyer, Mill 2', nan]]
    """
    checked = checked_contacts(contacts)
    said = checked.assign(**{c: _nameless(checked, c) for c in ("title", "unit") if c in checked})
    labels = _labels(said, {**_WORDS, "contact": _CONTACT, **(words or {})})
    ids = public_ids(checked)
    told = _suggestions(checked).assign(double_of=lambda t: t["double_of"].map(ids))
    public = said.drop(columns="attitude").assign(
        contact_id=checked["contact_id"].map(ids),
        name=labels,
        account_support=checked["account_id"].map(decent_support(checked)),
    )
    return public.join(told)


def public_ids(contacts: pd.DataFrame) -> pd.Series:
    """Contact numbers that tell no name: an address or a name becomes account and place in the table.

    Parameters
    ----------
    contacts : contact_id, account_id, name.

    Returns
    -------
    Series
        By contact_id, the number to show.

    Raises
    ------
    ColumnError, EmptyError, ValuesError
        A column or rows are missing; a contact that stands twice.

    Notes
    -----
    Source: kamkit's own rule.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["C-1", "maarja.pold@mill.ee"], "account_id": "10042",
    ...                          "name": ["Jaan Kask", "Maarja Põld"]})
    >>> public_ids(contacts).tolist()
    ['C-1', '10042-2']
    """
    checked = checked_contacts(contacts)
    names = text(checked, "name")
    telling = [
        "@" in key or any(len(w) >= _TELLING and w in "".join(words_of(key)) for w in words_of(name))
        for key, name in zip(checked["contact_id"], names, strict=True)
    ]
    place = (checked.groupby("account_id").cumcount() + 1).astype(str)
    shown = checked["contact_id"].mask(np.array(telling), checked["account_id"] + "-" + place)
    return pd.Series(shown.to_numpy(), index=checked["contact_id"])


def _suggestions(contacts: pd.DataFrame) -> pd.DataFrame:
    """Probable doubles by row; candidates are 0 for all others, NaN where no name is known."""
    columns = ["double_of", "double_why", "candidates"]
    try:
        found = duplicates(contacts).set_index("contact_id")[columns]
        sought = found.reindex(contacts["contact_id"]).set_axis(contacts.index)
        return sought.assign(candidates=sought["candidates"].astype(float).fillna(0.0))
    except NotDefinedError:
        return pd.DataFrame(index=contacts.index, columns=columns, dtype="object")


def _nameless(contacts: pd.DataFrame, column: str) -> pd.Series:
    """Texts that hold no word of a name of the account; the others are emptied."""
    names: dict[str, set[str]] = {}
    for account, name in zip(contacts["account_id"], text(contacts, "name"), strict=True):
        names.setdefault(account, set()).update(w for w in words_of(name) if len(w) >= _TELLING)
    texts = text(contacts, column)
    tells = [
        any(_tells(word, names[account]) for word in words_of(re.sub("['’]", " ", said)))
        for account, said in zip(contacts["account_id"], texts, strict=True)
    ]
    return texts.mask(np.array(tells), "")


def _tells(word: str, names: set[str]) -> bool:
    """Whether a word is one of the names, as it stands or with an ending such as a genitive's."""
    return any(word[: len(word) - ending] in names for ending in range(_ENDING + 1))


def _labels(contacts: pd.DataFrame, words: Mapping[str, str]) -> pd.Series:
    """Title and unit, unique within the account."""
    level = text(contacts, "level").map(dict(words)).fillna(words["contact"])
    title, unit = text(contacts, "title"), text(contacts, "unit")
    label = title.where(title != "", level)
    label = label.where(unit == "", label + ", " + unit)
    same = label.groupby([contacts["account_id"], label])
    number = (same.cumcount() + 1).astype(str)
    return label.where(same.transform("size") == 1, label + " (" + number + ")")
