"""A language that nobody speaks: English with accents, each word a third longer."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager

from kamkit.locale import language, use_catalogue
from kamkit.locale.catalogue import SOURCE

LONGER = 0.3
_ACCENTS = str.maketrans("aeiouyAEIOUY", "äëïöüÿÄËÏÖÜŸ")
_WORD = re.compile(r"\{[^{}]*\}|%\(\w+\)s|<[^<>]*>|&\w+;|[^\W\d_]+")


class Pseudo:
    """A catalogue that translates every message."""

    def message(self, text: str) -> str:
        return longer(text)

    def plural(self, one: str, many: str, n: int) -> str:
        return longer(one if n == 1 else many)


def longer(text: str) -> str:
    """The text with accents, as a language reads whose words are longer.

    >>> longer("{n} accounts earn")
    '{n} äccöüntssss ëärnnn'
    """
    return _WORD.sub(lambda found: _stretched(found[0]), text)


def _stretched(word: str) -> str:
    if not word[0].isalpha():
        return word
    return word.translate(_ACCENTS) + word[-1] * math.ceil(LONGER * len(word))


@contextmanager
def pseudo() -> Iterator[None]:
    """Read everything in that language for a while."""
    before = language()
    use_catalogue("en", Pseudo())
    try:
        yield
    finally:
        use_catalogue(before, SOURCE)
