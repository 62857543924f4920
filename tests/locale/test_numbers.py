"""Numbers as read: expectations written by hand from the rules and from CLDR, none from the code's output."""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from kamkit.errors import ParameterError
from kamkit.locale.numbers import Numbers, Scale

EN, SV = Numbers("EUR", "en"), Numbers("SEK", "sv")
NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("amount", "english", "swedish"),
    [
        (0, "EUR 0", "0 kr"),
        (7, "EUR 7.00", "7,00 kr"),
        (-61.44, "EUR −61.4", "−61,4 kr"),
        (999.4, "EUR 999", "999 kr"),
        (999.5, "EUR 1.00 k", "1,00 tkr"),
        (61_440, "EUR 61.4 k", "61,4 tkr"),
        (1_234_567, "EUR 1.23 m", "1,23 Mkr"),
        (-123_456_789, "EUR −123 m", "−123 Mkr"),
        (2_500_000_000, "EUR 2.50 bn", "2,50 mdkr"),
        (2_500_000_000_000, "EUR 2.50 tn", "2,50 bn SEK"),
        (np.float64(1_005_000), "EUR 1.01 m", "1,01 Mkr"),
        (np.nan, "–", "–"),
        (None, "–", "–"),
        (pd.NA, "–", "–"),
        (np.inf, "EUR ∞", "∞ kr"),
    ],
)
def test_money_has_three_significant_digits_and_the_locales_order(amount, english, swedish):
    assert EN.money(amount) == english
    assert SV.money(amount) == swedish


@pytest.mark.parametrize(
    ("fraction", "english", "swedish"),
    [
        (0.614, "61.4%", f"61,4{NBSP}%"),
        (1.0, "100%", f"100{NBSP}%"),
        (2.304, "230%", f"230{NBSP}%"),
        (-0.07, "−7.0%", f"−7,0{NBSP}%"),
        (0.0004, "0.04%", f"0,04{NBSP}%"),
        (0.0, "0%", f"0{NBSP}%"),
        (0.9999, "100%", f"100{NBSP}%"),
        (np.nan, "–", "–"),
    ],
)
def test_percent(fraction, english, swedish):
    assert EN.percent(fraction) == english
    assert SV.percent(fraction) == swedish


def test_a_scale_is_one_for_all_values_of_an_exhibit():
    scale = EN.scale([1_234_567, -45_000, 120, np.nan, np.inf])
    assert scale == Scale(1e6, "EUR m", 2)
    assert [EN.scaled(v, scale) for v in (1_234_567, -45_000, 8_000, np.nan)] == [
        "1.23",
        "−0.05",
        "0.01",
        "–",
    ]
    assert SV.scale([61_440]) == Scale(1e3, "tkr", 1)


def test_the_scale_follows_the_rounded_value():
    assert EN.scale([999_999]) == Scale(1e6, "EUR m", 2)
    assert EN.scale([9_999]) == Scale(1e3, "EUR k", 1)


def test_a_scale_of_nothing_is_the_plain_currency():
    assert EN.scale([]) == EN.scale([np.nan]) == EN.scale([0.0]) == Scale(1.0, "EUR", 0)


def test_a_small_amount_never_reads_as_nothing_but_float_noise_does():
    millions = EN.scale([1.23e6])
    assert EN.scaled(3_000, millions) == "0.003"
    assert EN.scaled(1e-9, millions) == "0.00"
    assert EN.scaled(-1e-9, millions) == "0.00"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1500, "EUR +1.50 k"), (-1500, "EUR −1.50 k"), (0, "EUR 0"), (np.nan, "–")],
)
def test_only_a_variance_bears_a_plus_sign(value, text):
    assert EN.change(value) == text
    assert "+" not in EN.money(value)


def test_change_in_a_scale_and_growth():
    thousands = EN.scale([20_000])
    assert EN.change(1_500, thousands) == "+1.5"
    assert EN.change(-1_500, thousands) == "−1.5"
    assert EN.percent(0.32, change=True) == "+32.0%"
    assert EN.percent(-0.32, change=True) == "−32.0%"


def test_counts_keep_their_digits_below_a_million():
    assert EN.count(999_999) == "999,999"
    assert SV.count(12_345) == f"12{NBSP}345"
    assert EN.count(12_345_678) == "12.3 m"
    assert EN.count(None) == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.527, "0.527"),
        (3.8462, "3.85"),
        (2600, "2,600"),
        (97_120, "97,100"),
        (1, "1"),
        (-0.00123, "−0.00123"),
    ],
)
def test_number(value, text):
    assert EN.number(value) == text


def test_dates_and_months():
    assert EN.date(pd.Timestamp("2025-03-09")) == "9 Mar 2025"
    assert EN.month(np.datetime64("2025-03-01")) == "Mar 2025"
    assert SV.date("2025-03-09") == "9 mars 2025"
    assert SV.month("2025-03-01") == "mars 2025"
    assert EN.date(pd.NaT) == EN.month(None) == "–"


@pytest.mark.parametrize("language", ["xx_nowhere", "english", ""])
def test_an_unknown_language_is_refused(language):
    with pytest.raises(ParameterError, match="language"):
        Numbers("EUR", language)


@pytest.mark.parametrize("language", ["en", "sv", "et", "fi", "de", "lv", "lt", "da", "nb", "pl", "ar", "hi"])
def test_every_language_writes_every_scale(language):
    numbers = Numbers("EUR", language)
    for factor in (1, 1e3, 1e6, 1e9):
        assert re.search("EUR|€", numbers.money(1.5 * factor))
        assert numbers.scale([1.5 * factor]).factor == factor
    assert "%" in numbers.percent(0.5)


def test_estonian_writes_the_euro_by_its_sign():
    numbers = Numbers("EUR", "et")
    assert [numbers.money(x) for x in (1_234_567, -12_345, 950)] == ["1,23 mln €", "−12,3 tuh €", "950 €"]
    assert numbers.change(1500) == "+1,50 tuh €"
    assert Numbers("SEK", "et").money(1_234_567) == "1,23 mln SEK"


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e14, max_value=1e14))
def test_no_figure_is_written_with_an_exponent_or_eight_digits(x):
    for text in (EN.money(x), EN.number(x), EN.scaled(x, EN.scale([x])), EN.count(x)):
        assert not re.search(r"\de|E[-+]?\d", text)
        assert len(re.findall(r"\d", text)) <= 7 or abs(x) < 1e-3


@given(st.floats(min_value=1e-2, max_value=9e11))
def test_the_figure_read_is_within_half_a_percent_of_the_figure(x):
    text = EN.money(x).removeprefix("EUR ")
    number, _, suffix = text.partition(" ")
    read = float(number.replace(",", "")) * {"": 1, "k": 1e3, "m": 1e6, "bn": 1e9}[suffix]
    assert read == pytest.approx(x, rel=0.0051)


@given(st.integers(0, 10**14), st.sampled_from(["sv", "et", "de_CH", "pt_PT", "bg", "ar", "hi"]))
def test_digits_and_signs_are_those_of_the_unicode_locale_data(cents, language):
    exact = Decimal(cents).scaleb(-2)
    unicode = format_decimal(exact, "#,##0.00", language)
    assert Numbers("EUR", language).scaled(float(exact), Scale(1.0, "EUR", 2)) == unicode
