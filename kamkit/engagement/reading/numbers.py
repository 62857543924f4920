"""Numbers as people and systems write them.

Whether ``1.234`` is a thousand or a fraction can't be seen from one cell. Each column's cells are sorted
into those that prove the comma to be the decimal sign, those that prove the point, those that read
either way and those that say nothing; then the column is settled once, for all its cells.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from babel.numbers import list_currencies

from kamkit.engagement.reading.cells import Cell, Tally

__all__ = ["NumberEvidence", "Sign", "Written", "parse", "value_of"]

Sign = Literal[".", ","]
Proof = Literal["none", "comma", "point", "either comma", "either point"]

_SPACE = " \u00a0\u202f\u2009"
_APOSTROPHE = "'’"
_CURRENCIES = {"€": "EUR", "£": "GBP", "$": "$", "kr": "kr", "kr.": "kr", ":-": "kr"} | {
    code: code for code in list_currencies()
}
_CURRENCIES_OF_MARK = {
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD"),
}
_CURRENCY = "|".join(sorted(map(re.escape, _CURRENCIES), key=len, reverse=True))
_NUMBER = re.compile(
    rf"""(?P<open>\()? [{_SPACE}]* (?P<lead>[+\-−–])? [{_SPACE}]* (?P<before>{_CURRENCY})? [{_SPACE}]*
    (?P<inner>[+\-−–])? [{_SPACE}]*
    (?P<body>\d[\d.,{_APOSTROPHE}{_SPACE}]*|[.,]\d+) (?P<power>[eE][+-]?\d+)? [{_SPACE}]*
    (?P<percent>%)? (?P<trail>[-−–])? [{_SPACE}]* (?P<after>{_CURRENCY})? (?P<end>[-−–])? [{_SPACE}]*
    (?P<close>\))?""",
    re.VERBOSE,
)
_INFINITE = ("inf", "infinity", "∞")
_PLAIN = re.compile(r"(-)?(\d+(?:([.,])\d\d?)?)")
"""How most systems write most numbers; a shortcut only."""
_PLAIN_PROOF: dict[str | None, Proof] = {None: "none", ".": "point", ",": "comma"}
_GROUPED = re.compile(rf"\d{{1,3}}(?:([{_SPACE}{_APOSTROPHE}])\d{{3}})(?:\1\d{{3}})*(?:([.,])\d*)?")
_PROOFS: tuple[tuple[re.Pattern[str], Proof], ...] = (
    (re.compile(r"\d+"), "none"),
    (re.compile(r"\d{1,3}(\.\d{3})+,\d*|\d{1,3}(\.\d{3}){2,}"), "comma"),
    (re.compile(r"\d{1,3}(,\d{3})+\.\d*|\d{1,3}(,\d{3}){2,}"), "point"),
    (re.compile(r"[1-9]\d{0,2},\d{3}"), "either comma"),
    (re.compile(r"[1-9]\d{0,2}\.\d{3}"), "either point"),
    (re.compile(r"\d*,\d*"), "comma"),
    (re.compile(r"\d*\.\d*"), "point"),
)


class Written(NamedTuple):
    """A number taken apart: digits with their signs, and what stood around them."""

    body: str
    power: str
    proof: Proof
    negative: Literal["", "-", "odd"]
    currency: str
    percent: bool


def parse(text: str) -> Written | None:
    """Take a written number apart; None if it isn't one.

    >>> parse("1.234,56").proof, parse("(7)").negative, parse("1.234").proof
    ('comma', 'odd', 'either point')
    """
    if plain := _PLAIN.fullmatch(text):
        return Written(plain[2], "", _PLAIN_PROOF[plain[3]], "-" if plain[1] else "", "", False)
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    part = match.groupdict()
    body = part["body"].strip(_SPACE)
    proof = _proof(body)
    minuses = [part[k] for k in ("lead", "inner", "trail", "end") if part[k]]
    if proof is None or bool(part["open"]) != bool(part["close"]) or len(minuses) + bool(part["open"]) > 1:
        return None
    if part["before"] and part["after"]:
        return None
    if part["power"] and proof.startswith("either"):
        proof = "comma" if proof == "either comma" else "point"
    currency = _CURRENCIES.get(part["before"] or part["after"] or "", "")
    return Written(body, part["power"] or "", proof, _negative(part), currency, bool(part["percent"]))


def _negative(part: dict[str, str]) -> Literal["", "-", "odd"]:
    before = part["lead"] or part["inner"] or ""
    if part["open"] or part["trail"] or part["end"] or before in ("−", "–"):
        return "odd"
    return "-" if before == "-" else ""


def _proof(body: str) -> Proof | None:
    if grouped := _GROUPED.fullmatch(body):
        return {",": "comma", ".": "point", None: "none"}[grouped[2]]  # type: ignore[return-value]
    return next((proof for pattern, proof in _PROOFS if pattern.fullmatch(body)), None)


def value_of(written: Written, decimal: Sign) -> float | None:
    """The number under a decimal sign; None if it can't be read so.

    >>> value_of(parse("1.234"), ","), value_of(parse("1.234"), "."), value_of(parse("1.234,5"), ".")
    (1234.0, 1.234, None)
    """
    against = "point" if decimal == "," else "comma"
    if written.proof == against:
        return None
    thousands = "." if decimal == "," else ","
    digits = re.sub(f"[{re.escape(thousands)}{_SPACE}{_APOSTROPHE}]", "", written.body).replace(decimal, ".")
    try:
        number = float(digits + written.power)
    except ValueError:
        return None
    return -number if written.negative else number


def native(cell: Cell) -> float | None:
    """The value of a cell that the file itself knows to be a number, or that says it is infinite."""
    if isinstance(cell, str) and cell.strip().lower().lstrip("+-") in _INFINITE:
        return math.inf
    if isinstance(cell, (bool, str)) or not isinstance(cell, (int, float, Decimal)):
        return None
    return float(cell)


def denies(code: str, reporting: str) -> bool:
    """Whether a mark such as ``kr`` or ``EUR`` can't be the reporting currency.

    >>> denies("kr", "SEK"), denies("kr", "EUR"), denies("USD", "USD")
    (False, True, False)
    """
    return reporting not in _CURRENCIES_OF_MARK.get(code, (code,))


def number_in(cell: Cell, decimal: Sign) -> float | None:
    """The number in a cell, written or native; None if there is none."""
    if (number := native(cell)) is not None or not isinstance(cell, str):
        return number
    written = parse(cell)
    return value_of(written, decimal) if written else None


def plain_numbers(cells: Sequence[Cell]) -> pa.Array | None:
    """The cells as an Arrow array of text, if all are written plainly, such as ``-12`` or ``12.50``."""
    try:
        array = pa.array(cells, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return None
    plain = pc.match_substring_regex(array, f"^{_PLAIN.pattern}$")
    return array if pc.all(plain, skip_nulls=False).as_py() else None


def values_of_plain(array: pa.Array, decimal: Sign) -> np.ndarray | None:
    """The numbers in plainly written cells; None if some have the other decimal sign."""
    other = "." if decimal == "," else ","
    if pc.any(pc.match_substring(array, other)).as_py():
        return None
    return pc.cast(pc.replace_substring(array, decimal, "."), pa.float64()).to_numpy()


class NumberEvidence:
    """What the cells of one column say about its decimal sign.

    Examples
    --------
    >>> evidence = NumberEvidence()
    >>> evidence.see(Tally(1, 2, "1.234"))
    >>> evidence.sign() is None
    True
    >>> evidence.see(Tally(1, 3, "12,50"))
    >>> evidence.sign()
    ','
    """

    def __init__(self) -> None:
        self.seen: dict[str, Tally] = defaultdict(Tally)
        self.currencies: dict[str, Tally] = defaultdict(Tally)
        self.odd_minus, self.percent, self.bare = Tally(), Tally(), Tally()

    def see(self, cell: Tally) -> None:
        """Take one distinct cell into account."""
        written = parse(cell.value) if isinstance(cell.value, str) else None
        if written is None:
            if native(cell.value):
                self.bare.add(cell)
            return
        self.seen[written.proof].add(cell)
        self.currencies[written.currency].add(cell)
        if written.negative == "odd":
            self.odd_minus.add(cell)
        if written.percent:
            self.percent.add(cell)
        elif written.body.strip("0.,"):
            self.bare.add(cell)

    def see_plain(self, array: pa.Array, rows: Sequence[int]) -> None:
        """Take many plainly written cells into account at once."""
        for proof, pattern in (("point", r"\."), ("comma", ","), ("none", r"^[^.,]*$")):
            places = pc.indices_nonzero(pc.match_substring_regex(array, pattern))
            if len(places):
                first = places[0].as_py()
                self.seen[proof].add(Tally(len(places), rows[first], array[first].as_py()))
        self.bare.add(Tally(len(array), rows[0], array[0].as_py()))

    @property
    def contradicts_itself(self) -> bool:
        """Whether some cells prove the comma and others the point."""
        return bool(self.seen["comma"].count and self.seen["point"].count)

    @property
    def open_question(self) -> Tally:
        """A cell that reads either way, if any does."""
        return self.seen["either comma"] if self.seen["either comma"].count else self.seen["either point"]

    def sign(self) -> Sign | None:
        """The decimal sign these cells prove, if they prove one."""
        comma, point = self.seen["comma"].count, self.seen["point"].count
        if bool(comma) == bool(point):
            return None
        return "," if comma else "."
