"""Who may ask what: codes and tokens, and a limit to guessing them."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Guesses", "Secrets", "fingerprint", "kept_secrets", "same", "tidy_code"]

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and digits that nobody mistakes for each other."""

_LENGTH = 6
_FILE = "voting.json"


@dataclass(frozen=True)
class Secrets:
    """The code with which voters join, and the token of the facilitator's page."""

    code: str
    facilitator: str


def kept_secrets(folder: Path, session: str) -> Secrets:
    """The secrets of a session; those of before where the server was started again.

    They lie apart from the votes, in a file that only the user can read. ``session`` is its id and when
    it began.
    """
    file = folder / ".kamkit" / _FILE
    try:
        known = json.loads(file.read_text(encoding="ascii"))
        if known["session"] == session:
            return Secrets(str(known["code"]), str(known["facilitator"]))
    except (OSError, ValueError, KeyError, TypeError):
        pass
    made = Secrets("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)), secrets.token_urlsafe(32))
    file.parent.mkdir(exist_ok=True)
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        json.dump({"session": session, "code": made.code, "facilitator": made.facilitator}, stream)
    return made


def tidy_code(given: object) -> str:
    """A code as typed: spaces, dashes and small letters do not matter.

    Examples
    --------
    >>> tidy_code(" k7q-4mx ")
    'K7Q4MX'
    """
    return "".join(c for c in str(given).upper() if c.isalnum())[:32]


def same(given: str, known: str) -> bool:
    """Whether two secrets are the same, in a time that tells nothing."""
    return hmac.compare_digest(given.encode(), known.encode())


def fingerprint(token: str) -> str:
    """What is kept of a voter's token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Guesses:
    """Wrong codes and tokens, by address and in all; too many of them and nobody is let in for a while.

    Parameters
    ----------
    each, all : how many may be wrong within ``seconds``, of one address and of all together.
    """

    def __init__(
        self, each: int = 8, all: int = 60, seconds: float = 60.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._each, self._all, self._seconds, self._clock = each, all, seconds, clock
        self._wrong: dict[str, deque[float]] = defaultdict(deque)

    def wrong(self, address: str) -> None:
        """Note a wrong guess."""
        self._wrong[address].append(self._clock())

    def too_many(self, address: str, alone: bool = False) -> bool:
        """Whether an address, or (unless ``alone``) all of them together, guess too much to be answered."""
        since = self._clock() - self._seconds
        for known in list(self._wrong):
            times = self._wrong[known]
            while times and times[0] < since:
                times.popleft()
            if not times:
                del self._wrong[known]
        in_all = sum(map(len, self._wrong.values()))
        own = len(self._wrong.get(address, ()))
        return own >= self._each or (in_all >= self._all and not alone)
