"""What a value that does not meet was probably meant to be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import pandas as pd

from kamkit.errors import nearest

__all__ = ["meant", "plain"]

_COMPARED_ONE_BY_ONE = 5_000


def plain(value: object) -> str:
    """A name or number without case, spaces of any kind, punctuation, accents of width and leading zeros.

    >>> plain("GTX\\u00a0Pro"), plain(" gtxpro"), plain("00123")
    ('gtxpro', 'gtxpro', '123')
    """
    text = unicodedata.normalize("NFKC", str(value)).casefold()
    letters = re.sub(r"[\W_]+", "", text)
    return letters.lstrip("0") or letters or text.strip()


def meant(value: object, known: pd.Index, names: pd.Series | None = None) -> str:
    """A question such as ``'GTXPro' → 'GTX Pro'?``, or an empty text where nothing is near.

    Parameters
    ----------
    value : the value that does not meet.
    known : the values it could have met.
    names : names of those values, where a name may have been written for the number.
    """
    same = _first(known, (plain(k) == plain(value) for k in known))
    if same is None and names is not None:
        same = _first(known, (plain(n) == plain(value) for n in names))
    if same is None and len(known) <= _COMPARED_ONE_BY_ONE:
        same = next(iter(nearest(str(value), _with_digits_of(value, known), 1)), None)
    return "" if same is None else f"{str(value)!r} → {same!r}?"


def _with_digits_of(value: object, known: pd.Index) -> list[str]:
    """Candidates with the same digits: 0011 is not a slip of the pen for 0010."""
    digits = re.sub(r"\D", "", str(value))
    return [] if digits == str(value) else [k for k in map(str, known) if re.sub(r"\D", "", k) == digits]


def _first(known: pd.Index, hits: Iterable[bool]) -> str | None:
    return next((str(k) for k, hit in zip(known, hits, strict=False) if hit), None)
