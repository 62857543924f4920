"""Original names in texts: found, and put another word for."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

__all__ = ["Original", "Originals", "flat"]

_WORD = re.compile(r"[^\W_]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CODE = re.compile(r"(?=.*\d)[A-Z\d]+(?:[^\w\s][A-Z\d]+)*")
_SHORTEST, _SHORTEST_NUMBER = 3, 5
_FIGURE_BEFORE, _FIGURE_AFTER = re.compile(r"[\w.,]"), re.compile(r"\w|[.,]\d")


@dataclass(frozen=True)
class Original:
    """One original name or number: what it is (``kind``), and what stands in its place."""

    text: str
    kind: str
    instead: str

    @property
    def is_number(self) -> bool:
        """Whether it consists of digits alone, as customer numbers do."""
        return self.text.isdigit()

    @property
    def is_code(self) -> bool:
        """Whether it consists of digits and capitals, as coordinates and cells of sheets do."""
        return bool(_CODE.fullmatch(self.text))

    @property
    def is_sought(self) -> bool:
        """Whether it is long enough to be told from anything else: three characters, five if all digits."""
        return len(self.text) >= (_SHORTEST_NUMBER if self.is_number else _SHORTEST)


def flat(text: str) -> str:
    """Text with composed letters, single blanks and nothing invisible.

    >>> flat("Põ\\u00adld\\u00a0  OÜ")
    'Põld OÜ'
    """
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


class Originals:
    """Finds original names and numbers in texts.

    A name of several words is found in any case, a single word only as it is written; both as whole
    words. A number, or a code of digits and capitals, is found only if asked for; a number of digits
    alone only where it is no part of a figure.

    Parameters
    ----------
    originals : what is looked for; of two that read alike the first counts, and what is too short is
        not looked for.

    Examples
    --------
    >>> names = Originals([Original("Örnäs Kraft AB", "customer", "Customer Bako")])
    >>> names.replaced("Ask ÖRNÄS KRAFT AB, soon.")
    'Ask Customer Bako, soon.'
    """

    def __init__(self, originals: Iterable[Original]) -> None:
        self._all: dict[str, Original] = {}
        self._folded: dict[str, Original] = {}
        spans: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
        for given in originals:
            text = flat(given.text)
            original = Original(text, given.kind, given.instead)
            first = _WORD.search(text)
            if original.is_sought and first and text not in self._all:
                self._all[text] = original
                spans[first[0].casefold()].add((first.start(), len(text)))
                if " " in text:
                    self._folded.setdefault(text.casefold(), original)
        self._spans = {word: sorted(places, key=lambda p: -p[1]) for word, places in spans.items()}

    def __iter__(self) -> Iterator[Original]:
        return iter(self._all.values())

    def __len__(self) -> int:
        return len(self._all)

    @property
    def words(self) -> frozenset[str]:
        """Every word of every original, in small letters."""
        return frozenset(w.casefold() for text in self._all for w in _WORD.findall(text))

    def found(self, text: str, *, codes: bool = True) -> list[Original]:
        """What a text holds, each once; the text must be :func:`flat`."""
        return list(dict.fromkeys(original for _at, original in self._occurrences(text, codes)))

    def replaced(self, text: str, other: Mapping[str, str] | None = None) -> str:
        """The text with another word for each original."""
        whole, parts, end = flat(text), [], 0
        for at, original in self._occurrences(whole, codes=True):
            if at >= end:
                parts += [whole[end:at], original.instead]
                end = at + len(original.text)
        return "".join([*parts, whole[end:]]) if parts else text

    def _occurrences(self, text: str, codes: bool) -> Iterator[tuple[int, Original]]:
        for token in _WORD.finditer(text):
            for offset, length in self._spans.get(token[0].casefold(), ()):
                at = token.start() - offset
                said = text[max(at, 0) : at + length]
                original = self._all.get(said) or self._folded.get(said.casefold())
                if original and (codes or not original.is_code) and _stands(original, text, at):
                    yield at, original
                    break


def _stands(original: Original, text: str, at: int) -> bool:
    """Whether what stands there stands as whole words."""
    end = at + len(original.text)
    if at < 0:
        return False
    before, after = text[at - 1 : at] if at else "", text[end : end + 2]
    if original.is_number:
        return not (_FIGURE_BEFORE.match(before) or _FIGURE_AFTER.match(after))
    first, last = original.text[0], original.text[-1]
    return not ((first.isalnum() and before.isalnum()) or (last.isalnum() and after[:1].isalnum()))
