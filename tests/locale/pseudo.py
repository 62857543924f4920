"""A language that is none: every message in Cyrillic letters, so that what bypasses the catalogue stands out."""

from __future__ import annotations

import re

from kamkit.locale.catalogue import Catalogue

CODE = "uk"
"""A language whose months and amounts are written in Cyrillic letters, too."""

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_LOOKS = "абцдефгхийклмнопярстувщхыз"
_LETTERS = str.maketrans(_LATIN + _LATIN.upper(), _LOOKS + _LOOKS.upper())
_KEPT = re.compile(r"\{[^{}]*\}|%\([a-z_]+\)[sd]|</?[a-z][^>]*>|&[a-z]+;|`[^`]*`|\]\([^)]*\)")


def marked(message: str) -> str:
    """The message in other letters; fields, markup and names in backticks stay.

    >>> marked("{n} of `sales`")
    '{n} оф `sales`'
    """
    parts, start = [], 0
    for kept in _KEPT.finditer(message):
        parts += [message[start : kept.start()].translate(_LETTERS), kept[0]]
        start = kept.end()
    return "".join([*parts, message[start:].translate(_LETTERS)])


class Pseudo(Catalogue):
    """A catalogue that holds every message there may be."""

    def message(self, text: str) -> str:
        return marked(text)

    def plural(self, one: str, many: str, n: int) -> str:
        return marked(one if n == 1 else many)
