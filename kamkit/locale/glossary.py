"""The field's own terms in each language, with what they mean and where they are used so."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kamkit.errors import ConfigError

__all__ = ["Term", "glossary", "in_order", "sort_key"]

_ALPHABETS = {
    "sv": "abcdefghijklmnopqrstuvwxyzåäö",
    "et": "abcdefghijklmnopqrsšzžtuvwõäöüxy",
}
"""Alphabets in which letters that others take for accented ones have places of their own."""

_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Term:
    """One term of the field.

    Parameters
    ----------
    english : as the English texts say it.
    term : the language's own.
    definition : one or two sentences, in the language.
    source : a public source that uses the term so.
    also : other words that readers may know.
    stem : what a translation of a message with the English term contains; empty where that is not asked.
    """

    english: str
    term: str
    definition: str
    source: str = ""
    also: tuple[str, ...] = ()
    stem: str = ""


def glossary(code: str, folder: Path = _FOLDER) -> list[Term]:
    """The terms of a language, in its file's order; none where it has no glossary.

    Raises
    ------
    ConfigError
        If an entry lacks a term or its definition, or says something nobody asks for.
    """
    file = folder / code / "glossary.toml"
    if not file.is_file():
        return []
    entries = tomllib.loads(file.read_text(encoding="utf-8")).get("term", [])
    return [_term(entry, file) for entry in entries]


def in_order(terms: Sequence[Term], code: str) -> list[Term]:
    """The terms by the alphabet of the language."""
    key = sort_key(code)
    return sorted(terms, key=lambda term: key(term.term))


def sort_key(code: str) -> Callable[[str], tuple[str, str]]:
    """What words are sorted by in a language's alphabet; capitals don't count.

    >>> sorted(["Öl", "Zebra", "Äta", "Åka"], key=sort_key("sv"))
    ['Zebra', 'Åka', 'Äta', 'Öl']
    >>> sorted(["Tulu", "Õigus", "Šokk", "Summa"], key=sort_key("et"))
    ['Summa', 'Šokk', 'Tulu', 'Õigus']
    """
    ranks = {c: chr(0xE000 + i) for i, c in enumerate(_ALPHABETS.get(code[:2], ""))}

    def key(word: str) -> tuple[str, str]:
        folded = word.casefold()
        plain = "".join(ranks.get(c) or ranks.get(_bare(c)) or _bare(c) for c in folded)
        return plain, folded

    return key


def _bare(letter: str) -> str:
    """A letter without its accents."""
    return unicodedata.normalize("NFD", letter)[:1]


def _term(entry: dict, file: Path) -> Term:
    try:
        return Term(**{**entry, "also": tuple(entry.get("also", ()))})
    except TypeError as error:
        raise ConfigError(
            f"the entry {entry.get('english', entry)!r} of the glossary can't be read: {error}",
            where=str(file),
            allowed="english, term, definition, source, also, stem",
        ) from error
