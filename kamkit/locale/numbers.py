"""Numbers as a client reads them: three significant digits, the currency's code, the language's signs.

All digits stand in the workbook; what is read in a report is rounded here and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, SupportsFloat

import numpy as np
import pandas as pd
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton

from kamkit.errors import ParameterError

__all__ = ["MISSING", "Numbers", "Scale", "percent_sign", "signs"]

MISSING = "–"
"""What stands where a figure is not known; never a zero."""

_MINUS, _PLUS, _INFINITY = "\u2212", "+", "∞"
_DIGITS = 3
_POWERS = (1e12, 1e9, 1e6, 1e3, 1.0)
_ENGLISH = {1e3: "k", 1e6: "m", 1e9: "bn", 1e12: "tn"}
_OWN_UNITS = {
    ("sv", "SEK"): {1.0: "kr", 1e3: "tkr", 1e6: "Mkr", 1e9: "mdkr"},
    ("et", "EUR"): {1.0: "€", 1e3: "tuh €", 1e6: "mln €", 1e9: "mld €", 1e12: "trl €"},
}
_PREFIXES = {"sv": {1e3: "T", 1e6: "M", 1e9: "Md"}}
"""Swedish annual reports write tkr and Mkr, and TEUR and MEUR of other currencies."""
_BIDI_MARKS = str.maketrans("", "", "\u200e\u200f\u061c")


@dataclass(frozen=True)
class Scale:
    """How all the money of one exhibit is shown.

    Parameters
    ----------
    factor : what an amount is divided by: 1, 1e3, 1e6, 1e9 or 1e12.
    unit_label : currency and scale, such as ``EUR k``.
    decimals : digits behind the decimal sign; the largest amount then has three significant digits.
    """

    factor: float
    unit_label: str
    decimals: int = 0


@dataclass(frozen=True)
class Numbers:
    """Writes amounts, shares, counts and dates in one currency and one language.

    Parameters
    ----------
    currency : ISO 4217 code, such as ``EUR``.
    language : BCP 47 code, such as ``en``, ``sv`` or ``et``; English is written the British way.

    Raises
    ------
    ParameterError
        The language is not known to the Unicode locale data.

    Examples
    --------
    >>> n = Numbers("EUR")
    >>> n.money(1_234_567), n.percent(0.614), n.count(1406), n.money(float("nan"))
    ('EUR 1.23 m', '61.4%', '1,406', '–')
    >>> Numbers("SEK", "sv").money(-1_234_567)
    '−1,23 Mkr'
    """

    currency: str = "EUR"
    language: str = "en"

    def __post_init__(self) -> None:
        _locale(self.language)

    @property
    def unit(self) -> str:
        """The currency by itself, as a heading names it.

        >>> Numbers("EUR").unit, Numbers("EUR", "et").unit, Numbers("SEK", "sv").unit
        ('EUR', '€', 'kr')
        """
        return self._own_unit(1.0) or self.currency

    def money(self, x: Any) -> str:
        """The amount in the scale that suits it: ``EUR 1.23 m``.

        >>> Numbers("EUR").money(999_950)
        'EUR 1.00 m'
        """
        scale = self.scale([x])
        return self._with_unit(self.scaled(x, scale), scale)

    def change(self, x: Any, scale: Scale | None = None) -> str:
        """A variance, the only figure that bears a plus sign; in ``scale`` without its unit.

        >>> n = Numbers("EUR")
        >>> n.change(1500), n.change(-1500), n.change(0), n.change(1500, n.scale([20_000]))
        ('EUR +1.50 k', 'EUR −1.50 k', 'EUR 0', '+1.5')
        """
        used = scale or self.scale([x])
        text = self.scaled(x, used)
        signed = _PLUS + text if not _missing(x) and float(x) > 0 and _shows_digits(text) else text
        return signed if scale else self._with_unit(signed, used)

    def scale(self, values: Iterable[Any]) -> Scale:
        """The scale in which the largest of the values has three significant digits.

        Examples
        --------
        >>> Numbers("EUR").scale([61_440, -1_200, float("nan")])
        Scale(factor=1000.0, unit_label='EUR k', decimals=1)
        """
        largest = _round_significant(max((abs(float(v)) for v in values if _finite(v)), default=0.0))
        factor = next((p for p in _POWERS if largest >= p), 1.0)
        label = self._own_unit(factor) or self._join(self.currency, self._suffix(factor))
        return Scale(factor, label, _decimals(largest / factor, whole=largest == 0))

    def scaled(self, x: Any, scale: Scale) -> str:
        """The amount in the exhibit's scale, without the unit: one number of decimals for all.

        >>> n = Numbers("EUR"); s = n.scale([61_440])
        >>> n.scaled(61_440, s), n.scaled(-1_200, s), n.scaled(None, s)
        ('61.4', '−1.2', '–')
        """
        if not _finite(x):
            return self._special(x)
        return self._decimal(float(x) / scale.factor, scale.decimals)

    def percent(self, x: Any, change: bool = False, decimals: int | None = None) -> str:
        """A fraction as a percentage; ``change`` gives a growth its plus sign.

        ``decimals`` sets the digits behind the decimal sign, as an axis needs them.

        >>> n = Numbers("EUR")
        >>> n.percent(0.07), n.percent(2.3), n.percent(0.0004), n.percent(0.07, change=True)
        ('7.0%', '230%', '0.04%', '+7.0%')
        """
        if not _finite(x):
            return self._special(x)
        value = float(x) * 100
        digits = min(1, _decimals(abs(_round_significant(value)))) if decimals is None else decimals
        text = self._decimal(value, digits)
        sign = _PLUS if change and value > 0 and _shows_digits(text) else ""
        return sign + _percent(self.language).replace("0", text)

    def count(self, n: Any) -> str:
        """A number of things, all digits up to a million.

        >>> Numbers("EUR").count(12_345), Numbers("EUR").count(12_345_678)
        ('12,345', '12.3 m')
        """
        if not _finite(n):
            return self._special(n)
        return self._decimal(float(n), 0) if abs(float(n)) < 1e6 else self.number(n)

    def number(self, x: Any) -> str:
        """Any other number in three significant digits.

        >>> n = Numbers("EUR")
        >>> n.number(0.527), n.number(3.846), n.number(97_120), n.number(1.23e6)
        ('0.527', '3.85', '97,100', '1.23 m')
        """
        if not _finite(x):
            return self._special(x)
        value = _round_significant(float(x))
        factor = next((p for p in _POWERS if abs(value) >= p and p != 1e3), 1.0)
        decimals = 0 if value == int(value) and factor == 1 else _decimals(abs(value) / factor)
        text = self._decimal(value / factor, decimals)
        return f"{text} {self._suffix(factor)}" if factor > 1 else text

    def plain(self, x: float) -> str:
        """A number as somebody has set it, with all its digits.

        >>> Numbers("EUR", "sv").plain(0.125), Numbers("EUR").plain(1250)
        ('0,125', '1,250')
        """
        return f"{x:,.10g}".replace("-", _MINUS).translate(signs(self.language))

    def date(self, d: Any) -> str:
        """A day.

        >>> Numbers("EUR").date("2025-12-31")
        '31 Dec 2025'
        """
        return MISSING if _missing(d) else format_date(_day(d), "medium", locale=_locale(self.language))

    def month(self, d: Any) -> str:
        """A month, named by any of its days.

        >>> Numbers("EUR").month("2025-12-01")
        'Dec 2025'
        """
        if _missing(d):
            return MISSING
        return format_skeleton("yMMM", _day(d), locale=_locale(self.language))

    def ordered(self, amount: str) -> str:
        """An amount that is written already, with the currency where the language has it.

        >>> Numbers("EUR").ordered("12.50"), Numbers("EUR", "et").ordered("12,50")
        ('EUR 12.50', '12,50 €')
        """
        return self._with_unit(amount, Scale(1.0, self.unit))

    def _decimal(self, value: float, decimals: int) -> str:
        """Rounded half up, with at least one digit that is not zero unless the value is nothing."""
        if value and abs(value) < 0.5 * 10.0**-decimals and abs(value) >= 10.0 ** -(decimals + 2):
            decimals = -int(np.floor(np.log10(abs(value))))
        exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        text = f"{abs(exact):,f}".translate(signs(self.language)).translate(_BIDI_MARKS)
        return (_MINUS if exact < 0 else "") + text

    def _suffix(self, factor: float) -> str:
        return _suffix(self.language, factor)

    def _with_unit(self, text: str, scale: Scale) -> str:
        if text == MISSING:
            return text
        factor = scale.factor if _shows_digits(text) else 1.0
        unit, suffix = self._own_unit(factor), self._suffix(factor)
        return f"{text} {unit}" if unit else self._join(self.currency, f"{text} {suffix}".rstrip())

    def _own_unit(self, factor: float) -> str:
        """What the language writes for currency and scale in one word, such as ``tkr``; often nothing."""
        prefix = _PREFIXES.get(self.language, {}).get(factor)
        own = _OWN_UNITS.get((self.language, self.currency), {}).get(factor)
        return own or (f"{prefix}{self.currency}" if prefix else "")

    def _join(self, currency: str, amount: str) -> str:
        """Currency and amount in the language's order."""
        if not amount:
            return currency
        first = _locale(self.language).currency_formats["standard"].pattern.startswith("¤")
        return f"{currency} {amount}" if first else f"{amount} {currency}"

    def _special(self, x: Any) -> str:
        if _missing(x):
            return MISSING
        return _INFINITY if float(x) > 0 else _MINUS + _INFINITY


@lru_cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse("en_GB" if language == "en" else language.replace("-", "_"))
    except (UnknownLocaleError, ValueError) as error:
        raise ParameterError(
            f"language {language!r} is not known",
            where="language",
            allowed="a language code such as en, sv, et, fi, de",
        ) from error


@lru_cache
def signs(language: str) -> dict[int, str]:
    """What the language writes in place of the decimal point and of the comma between groups.

    >>> "1,234.5".translate(signs("sv"))
    '1\\xa0234,5'
    """
    locale = _locale(language)
    symbols = locale.number_symbols["latn"]
    return str.maketrans({".": symbols["decimal"], ",": symbols["group"]})


@lru_cache
def _percent(language: str) -> str:
    """How the language writes ``0 %``."""
    pattern = str(_locale(language).percent_formats[None].pattern).split(";")[0]
    return pattern.replace("#,##0", "0").replace("#,##,##0", "0").translate(_BIDI_MARKS)


def percent_sign(language: str) -> str:
    """The percent sign with the space that the language sets before it.

    >>> percent_sign("sv"), percent_sign("et")
    ('\\xa0%', '%')
    """
    return _percent(language).replace("0", "")


@lru_cache
def _suffix(language: str, factor: float) -> str:
    """What the language writes behind thousands, millions and milliards."""
    locale = _locale(language)
    if factor <= 1:
        return ""
    if locale.language == "en":
        return _ENGLISH[factor]
    for width in ("short", "long"):
        pattern = locale.compact_decimal_formats[width]["other"][str(int(factor))].pattern
        suffix = pattern.strip("0 \xa0").replace("'", "")
        if suffix and "0" not in suffix:
            return str(suffix)
    return _ENGLISH[factor]


def _decimals(value: float, whole: bool = False) -> int:
    """Digits behind the decimal sign that make three significant ones."""
    if whole or value == 0:
        return 0
    return max(0, _DIGITS - 1 - int(np.floor(np.log10(value) + 1e-12)))


def _round_significant(value: float) -> float:
    if value == 0:
        return 0.0
    exact = Decimal(repr(value))
    return float(exact.quantize(Decimal(1).scaleb(exact.adjusted() - _DIGITS + 1), ROUND_HALF_UP))


def _shows_digits(text: str) -> bool:
    return any(c.isdigit() and c != "0" for c in text)


def _missing(x: Any) -> bool:
    return x is None or bool(pd.isna(x))


def _finite(x: SupportsFloat | None) -> bool:
    return not _missing(x) and bool(np.isfinite(float(x)))  # type: ignore[arg-type]


def _day(d: Any) -> dt.date:
    return pd.Timestamp(d).date()
