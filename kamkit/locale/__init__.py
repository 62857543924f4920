"""Translations of everything a client reads, and numbers as a client reads them.

``_`` translates now; ``N_`` marks a string that is translated when it is shown. The language is one
of the process, set once by the runner or the notebook's step.
"""

from __future__ import annotations

import gettext as _gettext
from pathlib import Path

__all__ = ["N_", "_", "language", "ngettext", "use_language"]

_FOLDER = Path(__file__).resolve().parent
_state: dict[str, object] = {"language": "en", "catalogue": _gettext.NullTranslations()}


def use_language(code: str) -> None:
    """Set the language of what clients read; one without a catalogue reads as English."""
    _state["catalogue"] = _gettext.translation("kamkit", _FOLDER, languages=[code], fallback=True)
    _state["language"] = code


def language() -> str:
    """The language in force, as a code such as ``en``."""
    return str(_state["language"])


def _(message: str) -> str:
    """The message in the language in force."""
    return _state["catalogue"].gettext(message) if message else ""  # type: ignore[attr-defined]


def ngettext(one: str, many: str, n: int) -> str:
    """The singular or plural message for n, in the language in force."""
    return _state["catalogue"].ngettext(one, many, n)  # type: ignore[attr-defined]


def N_(message: str) -> str:
    """Mark a message for translation, unchanged."""
    return message
