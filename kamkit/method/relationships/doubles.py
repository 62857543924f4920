"""One person under two spellings: suggested, never merged."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.relationships.people import checked_contacts, text

__all__ = ["duplicates", "words_of"]

_COLUMNS = ["account_id", "contact_id", "name", "double_of", "double_why", "candidates"]
_TITLES = frozenset(
    ("mr", "mrs", "ms", "miss", "sir", "dr", "prof", "professor", "ing", "dipl", "mag", "msc", "bsc", "mba",
     "phd", "herr", "frau", "fru", "hr", "hra", "pr", "jr", "sr", "ir")
)  # fmt: skip
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ð": "d", "ł": "l", "ß": "ss", "þ": "th", "đ": "d", "ı": "i"})
_SPELLED = str.maketrans({"ö": "oe", "ø": "oe", "ä": "ae", "æ": "ae", "ü": "ue", "å": "aa"})


class _Spelling(NamedTuple):
    """A name in what its spellings share: its words, once with bare letters and once with ö as oe."""

    row: int
    bare: tuple[str, ...]
    spelled: tuple[str, ...]


@lru_cache(maxsize=16_384)
def words_of(name: object, spelled: bool = False) -> tuple[str, ...]:
    """The words of a name without case, accents, titles and punctuation, surname before a comma last.

    >>> words_of("Dr. Põld, Maarja"), words_of("Jörg Kask", spelled=True)
    (('maarja', 'pold'), ('joerg', 'kask'))
    """
    whole = unicodedata.normalize("NFC", str(name)).casefold()
    last, comma, first = whole.partition(",")
    turned = f"{first} {last}" if comma and first.strip() else whole
    letters = _bare(turned.translate(_SPELLED) if spelled else turned)
    words = re.findall(r"[^\W_]+", letters.replace("'", "").replace("’", ""))
    kept = tuple(word for word in words if word not in _TITLES)
    return kept or tuple(words)


def _bare(text_: str) -> str:
    if text_.isascii():
        return text_
    parts = unicodedata.normalize("NFKD", text_.translate(_LETTERS))
    return "".join(c for c in parts if not unicodedata.combining(c))


def duplicates(contacts: pd.DataFrame) -> pd.DataFrame:
    """Contacts of one account who are probably one person.

    Two names are taken for one when they have the same words whatever their case, accents, order
    ("Põld, Maarja") and titles, or when one has initials where the other has first names ("M. Põld").

    Parameters
    ----------
    contacts : contact_id, account_id, name; or contacts from :func:`without_names`, which bring the
        suggestions with them.

    Returns
    -------
    DataFrame
        account_id, contact_id, name, double_of (the contact_id that stands first in
        the table; where initials fit, of the full name),
        double_why (same, case, accents, order, titles or initials), candidates (how many persons it may
        be; more than one only where initials fit several). Nothing is merged.

    Raises
    ------
    NotDefinedError
        No contact has a name.
    ColumnError, EmptyError, ValuesError
        A column or rows are missing; a contact that stands twice.

    Notes
    -----
    Source: kamkit's own rules, after Christen (2012) on matching names. Two persons may bear one name:
    the list is to be looked through by somebody who knows them.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["a", "b", "c"], "account_id": "1",
    ...                          "name": ["Maarja Põld", "POLD, Maarja", "M. Põld"]})
    >>> duplicates(contacts)[["contact_id", "double_of", "double_why"]].values.tolist()
    [['b', 'a', 'order'], ['c', 'a', 'initials']]
    """
    checked = checked_contacts(contacts)
    names = text(checked, "name")
    sought = "double_of" in checked
    if (checked["candidates"].isna() if sought else names == "").all():
        raise NotDefinedError("the names of the contacts are not stated", where="contacts.name")
    if sought:
        return checked.loc[checked["double_of"].notna(), _COLUMNS].reset_index(drop=True)
    rows = []
    for _account, group in names[names != ""].groupby(checked["account_id"], sort=False):
        rows += [(row, *found) for row, found in _doubles(group).items()]
    table = pd.DataFrame(rows, columns=["row", "first", "double_why", "candidates"]).sort_values("row")
    said = checked.iloc[table["row"]].reset_index(drop=True)
    firsts = checked["contact_id"].iloc[table["first"]].to_numpy()
    result = said.assign(name=names.iloc[table["row"]].to_numpy(), double_of=firsts)
    for column in ("double_why", "candidates"):
        result[column] = table[column].to_numpy()
    return result[_COLUMNS]


def _doubles(names: pd.Series) -> dict[int, tuple[int, str, int]]:
    """By row of a second spelling: row of the first, why, and how many persons it may be."""
    spellings = [
        _Spelling(int(row), words_of(n), words_of(n, spelled=True))  # type: ignore[call-overload]
        for row, n in names.items()
    ]
    full = [s for s in spellings if s.bare and not _abbreviated(s)]
    found = _same_words(full, names)
    persons = [s for s in full if s.row not in found]
    short = [s for s in spellings if s.bare and _abbreviated(s)]
    found |= _same_words(short, names)
    for one in short:
        fits = [p.row for p in persons if _fits(one.bare, p.bare) or _fits(one.spelled, p.spelled)]
        if fits:
            found[one.row] = (fits[0], "initials", len(fits))
    return found


def _abbreviated(spelling: _Spelling) -> bool:
    return any(len(word) == 1 for word in spelling.bare)


def _same_words(spellings: Iterable[_Spelling], names: pd.Series) -> dict[int, tuple[int, str, int]]:
    """Rows whose words, in any order, have stood before."""
    seen: dict[tuple[str, ...], int] = {}
    found = {}
    for one in spellings:
        keys = {tuple(sorted(one.bare)), tuple(sorted(one.spelled))}
        first = min((seen[key] for key in keys if key in seen), default=None)
        if first is not None:
            found[one.row] = (first, _why(str(names[first]), str(names[one.row])), 1)
        for key in keys:
            seen.setdefault(key, one.row if first is None else first)
    return found


def _why(one: str, other: str) -> str:
    """The first of the differences that accounts for two spellings."""
    a, b = (" ".join(unicodedata.normalize("NFC", n).split()) for n in (one, other))
    if a == b:
        return "same"
    if a.casefold() == b.casefold():
        return "case"
    if _bare(a.casefold()) == _bare(b.casefold()):
        return "accents"
    words = [re.findall(r"[^\W_]+", _bare(n.casefold())) for n in (a, b)]
    if sorted(words[0]) == sorted(words[1]):
        return "order"
    titled = [not _TITLES.isdisjoint(found) for found in words]
    return "titles" if any(titled) else "accents"


def _fits(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether each word of the one is a word of the other, or its initial; at least one whole word."""
    whole = [word for word in short if len(word) > 1]
    left = list(full)
    for word in whole:
        if word not in left:
            return False
        left.remove(word)
    for initial in (word for word in short if len(word) == 1):
        match = next((word for word in left if word[0] == initial), None)
        if match is None:
            return False
        left.remove(match)
    return bool(whole) and all(len(word) == 1 for word in left)
