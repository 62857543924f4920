"""The secret of an engagement: what pseudonyms and the factor of money are made from."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections import Counter
from collections.abc import Container, Iterable
from contextlib import suppress
from pathlib import Path

from kamkit.errors import RunError

__all__ = ["FILE", "Secret"]

FILE = Path(".kamkit", "anonymous.key")
"""Where an engagement keeps its secret; it is never delivered, logged or shown."""

_CONSONANTS, _VOWELS = "bdfgjklmnprstvz", "aeiou"
_SYLLABLES = 3
_BYTES = 32
_STEPS = 10_000
_LOWEST, _HIGHEST, _NEAR_ONE = 2_500, 40_000, range(9_000, 11_001)


class Secret:
    """Makes names, marks and the factor; what it holds is not shown.

    Parameters
    ----------
    key : 32 bytes.

    Examples
    --------
    >>> secret = Secret(bytes(32))
    >>> secret.word("account", "10042"), secret.word("person", "10042")
    ('Nikumi', 'Lapeko')
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "Secret(…)"

    @classmethod
    def of(cls, folder: Path) -> Secret:
        """The secret of the engagement in ``folder``; made where there is none yet.

        Raises
        ------
        RunError
            If it can't be kept, or what is kept is no secret.
        """
        file = folder / FILE
        with suppress(FileExistsError):
            _make(file)
        try:
            key = bytes.fromhex(file.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise _unusable(file) from error
        if len(key) != _BYTES:
            raise _unusable(file)
        return cls(key)

    def word(self, kind: str, original: str, syllables: int = _SYLLABLES) -> str:
        """A word that can be said, and tells nothing."""
        digest = self._digest(f"{kind}\x00{original}")
        number, letters = int.from_bytes(digest, "big"), []
        for _syllable in range(syllables):
            number, consonant = divmod(number, len(_CONSONANTS))
            number, vowel = divmod(number, len(_VOWELS))
            letters += [_CONSONANTS[consonant], _VOWELS[vowel]]
        return "".join(letters).capitalize()

    def words(self, kind: str, originals: Iterable[str], taken: Container[str] = ()) -> dict[str, str]:
        """A word for each original; those that would share one, or would be an original, get longer ones.

        >>> Secret(bytes(32)).words("account", ["a", "b", "a"]) == Secret(bytes(32)).words("account", "ab")
        True
        """
        words = {original: self.word(kind, original) for original in dict.fromkeys(originals)}
        syllables = _SYLLABLES
        while clashing := _clashing(words, taken):
            syllables += 1
            words |= {original: self.word(kind, original, syllables) for original in clashing}
        return words

    @property
    def factor(self) -> float:
        """What money is multiplied by: at least a quarter, at most four, and not near one.

        In ten-thousandths, so that cents become whole millionths and add up exactly.
        """
        choices = [n for n in range(_LOWEST, _HIGHEST + 1) if n not in _NEAR_ONE]
        return choices[int.from_bytes(self._digest("factor"), "big") % len(choices)] / _STEPS

    def mark(self, text: str) -> str:
        """A hash that nobody can make again who has not the secret."""
        return self._digest(f"mark\x00{text}").hex()

    @property
    def salt(self) -> str:
        """A text to hash long columns with, in the engine."""
        return self.mark("salt")

    def _digest(self, text: str) -> bytes:
        return hmac.new(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


def _clashing(words: dict[str, str], taken: Container[str]) -> list[str]:
    count = Counter(words.values())
    return [original for original, word in words.items() if count[word] > 1 or word.casefold() in taken]


def _make(file: Path) -> None:
    """Write a new secret, for this user's eyes only, whole or not at all."""
    if file.exists():
        return
    partial = file.with_name(f".{file.name}-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        file.parent.mkdir(exist_ok=True)
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(_BYTES))
        os.link(partial, file)
    except FileExistsError:
        raise
    except OSError as error:
        raise _unusable(file) from error
    finally:
        partial.unlink(missing_ok=True)


def _unusable(file: Path) -> RunError:
    return RunError(
        "the secret of the anonymised mode can't be kept or read",
        where=str(file),
        remedy="make the folder writable; without the file, new pseudonyms and a new factor are made",
    )
