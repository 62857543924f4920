"""The messages of one language, read from its ``.po`` file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from gettext import c2py
from pathlib import Path

__all__ = ["SOURCE", "Catalogue", "po_file", "read_catalogue"]


@dataclass(frozen=True)
class Catalogue:
    """What each message reads as; a message it does not hold reads as it is.

    Parameters
    ----------
    messages : by message, its translation.
    plurals : by singular, the translated forms.
    form : which of the forms a number takes.
    """

    messages: Mapping[str, str] = field(default_factory=dict)
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    form: Callable[[int], int] = lambda n: int(n != 1)

    def message(self, text: str) -> str:
        """The translation of a message."""
        return self.messages.get(text, text)

    def plural(self, one: str, many: str, n: int) -> str:
        """The translated form that a number takes.

        >>> Catalogue(plurals={"row": ("rad", "rader")}).plural("row", "rows", 2)
        'rader'
        """
        forms = self.plurals.get(one)
        return forms[self.form(n)] if forms else (one if n == 1 else many)


SOURCE = Catalogue()
"""English, which the messages are written in."""


def po_file(folder: Path, code: str) -> Path:
    """Where a language's catalogue lies; a dialect without its own has its language's."""
    files = [folder / name / "LC_MESSAGES" / "kamkit.po" for name in (code.replace("-", "_"), code[:2])]
    return next((file for file in files if file.is_file()), files[0])


@lru_cache
def read_catalogue(folder: Path, code: str) -> Catalogue:
    """The catalogue of a language; the empty one where there is none.

    Messages that are not translated, or only guessed, read as they are.
    """
    file = po_file(folder, code)
    if not file.is_file():
        return SOURCE
    from babel.messages.pofile import read_po

    with file.open("rb") as stream:
        read = read_po(stream, locale=code.replace("-", "_"))
    held = [m for m in read if m.id and m.string and not m.fuzzy]
    return Catalogue(
        {m.id: str(m.string) for m in held if isinstance(m.id, str)},
        {m.id[0]: forms for m in held if not isinstance(m.id, str) and all(forms := tuple(m.string or ()))},
        c2py(read.plural_expr.strip("()") or "0"),
    )
