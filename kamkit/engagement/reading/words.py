"""Identifiers, texts and flags."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from decimal import Decimal

from kamkit.engagement.reading.cells import Cell

__all__ = ["as_flag", "as_text", "plain"]

_TRUE = {"true", "yes", "y", "t", "1", "x", "ja", "jah", "kyllä", "wahr", "sant"}
_FALSE = {"false", "no", "n", "f", "0", "nej", "nein", "ei", "falsch", "falskt"}


def as_text(cell: Cell) -> str | None:
    """A cell as text; whole numbers without a decimal point.

    >>> as_text(10042.0), as_text("00123"), as_text(True)
    ('10042', '00123', 'true')
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, Decimal) and cell == cell.to_integral_value():
        return str(int(cell))
    if isinstance(cell, (float, Decimal)):
        number = float(cell)
        return str(int(number)) if math.isfinite(number) and number.is_integer() else str(number)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return None if cell is None else str(cell)


def as_flag(cell: Cell) -> bool | None:
    """Yes or no, in the languages the data request comes back in; None if neither.

    >>> as_flag("Ja"), as_flag(0.0), as_flag("maybe")
    (True, False, None)
    """
    word = (as_text(cell) or "").strip().casefold()
    return True if word in _TRUE else False if word in _FALSE else None


def plain(text: str) -> str:
    """A text without case, width, spaces and marks that can't be seen, to find identifiers that look alike.

    >>> plain("AB\\u00a0 12") == plain("ab12\\u200b") == plain("ＡＢ１２")
    True
    """
    seen = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return seen if seen.isascii() else "".join(c for c in seen if unicodedata.category(c) != "Cf")
