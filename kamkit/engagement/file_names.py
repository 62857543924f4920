"""Names of files made from identifiers and names that come from data."""

from __future__ import annotations

import hashlib
import re
import unicodedata

__all__ = ["file_name", "plain_letters"]

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)")
_OTHERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_LONGEST_ID, _LONGEST_NAME, _DIGITS = 40, 40, 8


def file_name(identifier: str, name: str = "") -> str:
    """A file name, without ending, that any system can hold and that no other identifier has.

    An identifier that is safe as it is stays readable; any other is followed by the first digits of
    its SHA-256, so that ``A/1``, ``a/1`` and ``a-1`` keep apart, also where case does not count.

    Parameters
    ----------
    identifier : what tells the thing apart, such as a customer number.
    name : what people call it; put behind ``_``, for those who look for the file.

    Examples
    --------
    >>> file_name("10192", "Kärkkälä Elintarvike Oy"), file_name("=1+1"), file_name("CON")
    ('10192_karkkala-elintarvike-oy', '1-1-bac90eef', 'con-a3dbc4b6')
    """
    plain = plain_letters(identifier, _LONGEST_ID)
    if plain != identifier or _RESERVED.fullmatch(plain):
        digest = hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
        plain = f"{plain}-{digest}" if plain else digest
    return "_".join(filter(None, [plain, plain_letters(name, _LONGEST_NAME)]))


def plain_letters(text: str, longest: int) -> str:
    """Small Latin letters, digits and single dashes only.

    >>> plain_letters("Ærøkilde Energi A/S", 40)
    'aerokilde-energi-a-s'
    """
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_OTHERS))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:longest].rstrip("-")
