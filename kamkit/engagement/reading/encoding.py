"""Which encoding a text file is in.

A byte-order mark decides; else the file is UTF-8 if every byte of it is; else it is a Western (cp1252)
or a Baltic (cp1257) code page. These two share å ä ö õ ü é and differ in about forty letters. Evidence
is taken from the whole file's words: a letter between two consonants should be a vowel and one between
two vowels a consonant; and the letters that differ should belong to one language, its usual letters among
them if there are several words. Evidence that isn't one-sided is no evidence: the consultant is asked.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kamkit.engagement.reading.findings import refuse

__all__ = ["Encoding", "detect"]

_BLOCK = 1 << 22
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN, _BALTIC = "cp1252", "cp1257"
_WORD = re.compile(rb"[A-Za-z\x80-\x9f\xa1-\xff]*[\x80-\x9f\xa1-\xff][A-Za-z\x80-\x9f\xa1-\xff]*")
_MOST_WORDS = 50_000
_BREAK, _BREAKLESS = re.compile(rb"[\r\n]"), 1 << 16
_VOWELS = set("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿœąįāęēėīōųū")
_LANGUAGES = {
    _WESTERN: (
        ("àâæçéèêëîïôœùûüÿ", "èàçê"), ("áéíñóúü", "áíñ"), ("àáâãçéêíóôõú", "ãáç"), ("àèéìíîòóù", "àèù"),
        ("æøåéèêóòâô", "æø"), ("áðéíóúýþæö", "áíæ"), ("åäöéàü", "à"), ("àçéèíïòóúü", "àí"),
    ),
    _BALTIC: (("āčēģīķļņšūž", "āīē"), ("ąčęėįšųūž", "ėšž"), ("ąćęłńóśźż", "łąż"), ("äöüõšž", "š")),
}  # fmt: skip
"""Per language, the letters beyond ASCII, and those of them that no longer text is without."""
_SIGN_IN_WORD = re.compile(
    r"[^\W\d_][\u00a1-\u00a9\u00ab-\u00ad\u00af\u00b1-\u00b3\u00b6\u00b8\u00b9\u00bb-\u00bf‚ƒ„†‡ˆ‰‹›“”•˜¨ˇ˛]+[^\W\d_]"
)
"""A sign between two letters, apostrophes, dashes and the like aside."""
_FEW = 20
"""Words for each one with such a sign that leave it a slip."""
_LONGER = 5
_ENOUGH, _TIMES = 3, 5
"""Words, or letters of one alphabet, that must speak for an encoding, and how many for each one against."""


@dataclass(frozen=True)
class Encoding:
    """The codec to read with, and the sentence that says why."""

    codec: str
    why: str


def detect(path: Path, settled: str | None = None) -> Encoding:
    """Find the encoding of a text file from all its bytes, or as ``engagement.toml`` has settled it.

    Raises
    ------
    GateError
        If the file is binary, does not decode as settled, or reads as cp1252 and as cp1257.
    """
    if settled:
        return _as_settled(path, settled)
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return _decodes(path, codec) or _not_that(path, codec, "its byte-order mark says so")
    if codec := _unmarked_utf16(head):
        return Encoding(codec, f"encoding {codec}, seen from its zero bytes; it has no byte-order mark")
    if b"\0" in head:
        refuse(path.name, "this is not a text file: it holds zero bytes", "save it as CSV, Excel or Parquet")
    utf8 = _decodes(path, "utf-8")
    return utf8 or _code_page(path)


def _as_settled(path: Path, settled: str) -> Encoding:
    try:
        codecs.lookup(settled)
    except LookupError:
        refuse(
            path.name, f"no encoding is called {settled!r}", 'allowed: "utf-8", "utf-16", "cp1252", "cp1257"'
        )
    return _decodes(path, settled) or _not_that(path, settled, "engagement.toml says so")


def _not_that(path: Path, codec: str, why: str) -> Encoding:
    refuse(path.name, f"the file does not decode as {codec}, though {why}", "export it again as UTF-8")


def _decodes(path: Path, codec: str) -> Encoding | None:
    decoder = codecs.getincrementaldecoder(codec)()
    plain = True
    try:
        for block in _blocks(path):
            plain = plain and block.isascii()
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return None
    return Encoding(codec, f"encoding {codec}" if not (plain and codec == "utf-8") else "")


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _unmarked_utf16(head: bytes) -> str:
    even, odd = head[0::2], head[1::2]
    if odd and odd.count(0) > 0.8 * len(odd) and 0 not in even:
        return "utf-16-le"
    if even and even.count(0) > 0.8 * len(even) and 0 not in odd:
        return "utf-16-be"
    return ""


def _code_page(path: Path) -> Encoding:
    present = bytes(set().union(*(set(block) for block in _blocks(path))))
    possible = [codec for codec in (_WESTERN, _BALTIC) if _has_all(codec, present)]
    if not possible:
        what = "the file is neither UTF-8 nor cp1252 nor cp1257"
        refuse(path.name, what, f'export it as UTF-8, or write encoding = "…" under [read.{path.stem}]')
    _refuse_symbols(path, possible)
    if len(possible) == 1:
        return Encoding(possible[0], f"encoding {possible[0]}: the other code page has no such letters")
    words = [(word.decode(_WESTERN), word.decode(_BALTIC)) for word in _words(path)]
    pairs = [pair for pair in words if pair[0] != pair[1]]
    if not pairs:
        return Encoding(_WESTERN, "encoding cp1252; cp1257 would read the same text")
    return _by_evidence(path, pairs)


def _refuse_symbols(path: Path, codecs_left: list[str]) -> None:
    """Ask where every reading puts signs such as ``³`` or ``„`` between two letters of many words."""
    words = _words(path)
    for codec in codecs_left:
        strange = [text for word in words if _SIGN_IN_WORD.search(text := word.decode(codec))]
        if not strange or len(strange) * _FEW < len(words):
            return
    refuse(
        path.name,
        f"the file is neither UTF-8 nor, by its words, {codec}, as which it reads {strange[0]!r}",
        f'export it as UTF-8, or write its encoding, such as "cp1250" or "cp850", under [read.{path.stem}]',
    )


def _has_all(codec: str, present: bytes) -> bool:
    try:
        present.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _words(path: Path) -> list[bytes]:
    """Distinct words with a letter beyond ASCII; of a very long file, those of its beginning."""
    words: dict[bytes, None] = {}
    tail = b""
    for block in _blocks(path):
        *whole, tail = _BREAK.split(tail[-_BREAKLESS:] + block)
        words.update(dict.fromkeys(word for text in whole for word in _WORD.findall(text)))
        if len(words) >= _MOST_WORDS:
            return list(words)
    words.update(dict.fromkeys(_WORD.findall(tail)))
    return list(words)


def _by_evidence(path: Path, pairs: list[tuple[str, str]]) -> Encoding:
    votes = {_WESTERN: _own_language(pairs, 0, _WESTERN), _BALTIC: _own_language(pairs, 1, _BALTIC)}
    for western, baltic in pairs:
        strange = _strangeness(western, baltic), _strangeness(baltic, western)
        votes[_WESTERN] += strange[0] < strange[1]
        votes[_BALTIC] += strange[1] < strange[0]
    for_it, against = (_WESTERN, _BALTIC) if votes[_WESTERN] >= votes[_BALTIC] else (_BALTIC, _WESTERN)
    western, baltic = max(pairs, key=lambda pair: abs(_strangeness(*pair) - _strangeness(*pair[::-1])))
    shown = f"{western!r} as cp1252, {baltic!r} as cp1257"
    if votes[for_it] >= _ENOUGH and votes[for_it] >= _TIMES * votes[against]:
        return Encoding(for_it, f"encoding {for_it}, by the words in it: {shown}")
    return _ask(path, shown)


def _ask(path: Path, shown: str) -> Encoding:
    refuse(
        path.name,
        f"the encoding is ambiguous: it reads {shown}",
        f'write encoding = "cp1252" or encoding = "cp1257" under [read.{path.stem}] in engagement.toml',
    )


def _own_language(pairs: list[tuple[str, str]], reading: int, codec: str) -> int:
    """How strongly the differing letters speak for a code page: only if one language has them all."""
    differing = {
        c.lower()
        for pair in pairs
        for c, other in zip(pair[reading], pair[1 - reading], strict=True)
        if c != other
    }
    longer = len(pairs) >= _LONGER
    explained = any(
        differing <= set(alphabet) and (not longer or differing & set(usual))
        for alphabet, usual in _LANGUAGES[codec]
    )
    return (len(pairs) if longer else len(differing)) if explained else 0


def _strangeness(text: str, other: str) -> int:
    """Letters, of those read differently, that their neighbours in the word speak against."""
    lower = text.lower()
    return sum(
        _is_strange(lower[i - 1 : i] if i else "", lower[i], lower[i + 1 : i + 2])
        for i, (char, alternative) in enumerate(zip(text, other, strict=True))
        if char != alternative
    )


def _is_strange(before: str, letter: str, after: str) -> bool:
    if not letter.isalpha():
        return bool(before or after)
    if not (before.isalpha() and after.isalpha()):
        return False
    return (before in _VOWELS) == (letter in _VOWELS) == (after in _VOWELS)
