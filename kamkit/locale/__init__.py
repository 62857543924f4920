"""Translations of everything a client reads, and numbers as a client reads them.

``_`` translates now; ``N_`` marks a string that is translated when it is shown. The language is one
of the process, set once by the runner or the notebook's step. A catalogue is the ``.po`` file itself:
nothing has to be compiled.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Real
from pathlib import Path
from typing import Any

from kamkit.errors import Sentence
from kamkit.locale.catalogue import SOURCE, Catalogue, read_catalogue

__all__ = ["LANGUAGES", "N_", "_", "in_language", "language", "ngettext", "use_catalogue", "use_language"]

_FOLDER = Path(__file__).resolve().parent
_state: dict[str, object] = {"language": "en", "catalogue": SOURCE}

LANGUAGES = ("en", *sorted(p.name for p in _FOLDER.iterdir() if (p / "LC_MESSAGES" / "kamkit.po").is_file()))
"""What a report can be written in: English, and each language with a catalogue."""


def use_language(code: str) -> None:
    """Set the language of what clients read; one without a catalogue reads as English."""
    use_catalogue(code, read_catalogue(_FOLDER, code))


def use_catalogue(code: str, catalogue: Catalogue) -> None:
    """Set the language and the messages it is read from."""
    _state["catalogue"], _state["language"] = catalogue, code


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Read another language for a while.

    >>> with in_language("sv"):
    ...     language()
    'sv'
    """
    before = dict(_state)
    use_language(code)
    try:
        yield
    finally:
        _state.update(before)


def language() -> str:
    """The language in force, as a code such as ``en``."""
    return str(_state["language"])


def _(message: str) -> str:
    """The message in the language in force; a sentence with values is said anew, around its values."""
    if isinstance(message, Sentence):
        return message.said(_, _written)
    return _state["catalogue"].message(message) if message else ""  # type: ignore[attr-defined]


def _written(value: Any, spec: str) -> str:
    """A plain number with the decimal sign, the groups and the percent sign of the language in force."""
    text = format(value, spec)
    if isinstance(value, str | bool) or not isinstance(value, Real) or language() == "en":
        return text
    from kamkit.locale.numbers import percent_sign, signs

    return text.translate(signs(language())).replace("%", percent_sign(language()))


def ngettext(one: str, many: str, n: int) -> str:
    """The singular or plural message for n, in the language in force."""
    return _state["catalogue"].plural(one, many, n)  # type: ignore[attr-defined]


def N_(message: str) -> str:
    """Mark a message for translation, unchanged."""
    return message
