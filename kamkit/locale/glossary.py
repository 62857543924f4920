"""The field's own terms in each language, with what they mean and where they are used so."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from kamkit.errors import ConfigError

__all__ = ["Term", "glossary"]

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


def _term(entry: dict, file: Path) -> Term:
    try:
        return Term(**{**entry, "also": tuple(entry.get("also", ()))})
    except TypeError as error:
        raise ConfigError(
            f"the entry {entry.get('english', entry)!r} of the glossary can't be read: {error}",
            where=str(file),
            allowed="english, term, definition, source, also, stem",
        ) from error
