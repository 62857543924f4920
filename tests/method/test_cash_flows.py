"""Net present value, return, payback and break-even: worked cases, an oracle, invariants, faults."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import brentq

from kamkit.errors import EmptyError, NotDefinedError, ParameterError, UnitError, ValuesError
from kamkit.method.investment import (
    break_even_table,
    break_even_uplift,
    discounted_payback,
    irr,
    npv,
    payback,
)

WORKED = [-100, 40, 40, 40, 40, 40]
money = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 2))
flows = st.lists(money, min_size=1, max_size=12)
rates = st.floats(-0.5, 1.0, allow_nan=False)


def test_worked_case_of_the_handbook():
    assert round(npv(WORKED, 0.10), 2) == 51.63
    assert payback(WORKED) == 2.5
    assert round(discounted_payback(WORKED, 0.10), 2) == 3.02


def test_first_flow_is_not_discounted():
    assert npv([100], 0.5) == 100
    assert npv([0, 110], 0.10) == pytest.approx(100)


def test_a_negative_rate_raises_what_comes_later():
    assert npv([0, 50], -0.5) == pytest.approx(100)


@given(flows, flows, st.floats(-100, 100), rates)
def test_npv_is_linear(first, second, factor, rate):
    n = min(len(first), len(second))
    a, b = np.array(first[:n]), np.array(second[:n])
    both = npv(a + factor * b, rate)
    apart = npv(a, rate) + factor * npv(b, rate)
    size = (np.abs(a) + abs(factor) * np.abs(b)) @ (1 + rate) ** -np.arange(n)
    assert both == pytest.approx(apart, abs=1e-9 * (1 + size))


@given(st.floats(1, 1e6), st.lists(st.floats(0, 1e6), min_size=1, max_size=15))
def test_the_return_makes_the_value_zero(outlay, inflows):
    assume(sum(inflows) > 1)
    stream = np.array([-outlay, *inflows])
    found = irr(stream)
    terms = stream * (1 + found) ** -np.arange(len(stream))
    assert abs(terms.sum()) < 1e-6 * np.abs(terms).sum()


@given(st.floats(100, 1e6), st.lists(st.floats(1, 1e6), min_size=1, max_size=8))
def test_the_return_is_that_of_an_independent_root_finder(outlay, inflows):
    stream = np.array([-outlay, *inflows])

    def value(log_factor: float) -> float:
        return float(stream @ np.exp(np.arange(len(stream)) * log_factor))

    oracle = brentq(value, -40, 40, xtol=1e-14)
    assert math.log1p(irr(stream)) == pytest.approx(-oracle, abs=1e-7)


def test_the_return_of_hand_arithmetic():
    assert irr([-100, 110]) == pytest.approx(0.10)
    assert irr([-100, 0, 121]) == pytest.approx(0.10)
    assert irr([0, -100, 110]) == pytest.approx(0.10)
    assert irr([-1, 0, 9]) == pytest.approx(2.0)
    assert irr([100, -110]) == pytest.approx(0.10)
    assert irr([-100, 50]) == pytest.approx(-0.5)


def test_several_returns_are_refused_and_named():
    """−1 600, 10 000, −10 000: the oil pump of Lorie & Savage (1955), zero at 25 % and 400 %."""
    with pytest.raises(NotDefinedError, match=r"2 rates.*400\.0%, 25\.0%|2 rates.*25\.0%, 400\.0%"):
        irr([-1600, 10_000, -10_000])


def test_two_changes_of_sign_with_a_single_root_or_none():
    """(x − 2)² touches zero at factor 2, a rate of −50 %; x² − x + 1 has no real root."""
    assert irr([4, -4, 1]) == pytest.approx(-0.5, abs=1e-4)
    with pytest.raises(NotDefinedError, match="no rate makes"):
        irr([1, -1, 1])


@pytest.mark.parametrize("stream", [[100, 40], [-1, -2], [0, 0], [5]])
def test_no_change_of_sign_has_no_return(stream):
    with pytest.raises(NotDefinedError, match="never change their sign"):
        irr(stream)


@pytest.mark.parametrize(
    ("stream", "years"),
    [
        ([-100, 50], math.inf),
        ([10, 20], 0.0),
        ([-100, 100], 1.0),
        ([10, -100, 180], 1.5),
        ([-100, 0, 0, 200], 2.5),
    ],
)
def test_payback_by_hand(stream, years):
    assert payback(stream) == pytest.approx(years)


@given(flows, rates)
def test_payback_with_interest_is_never_earlier_than_the_value_allows(stream, rate):
    found = discounted_payback(stream, rate)
    total = npv(stream, rate)
    assume(abs(total) > 1e-6)
    if total < 0 and found != 0:
        assert found == math.inf or found <= len(stream) - 1
    if total > 0:
        assert found <= len(stream) - 1


@given(st.floats(1, 1e5), st.lists(st.floats(0, 1e5), min_size=1, max_size=10), st.floats(0.001, 1))
def test_interest_never_shortens_the_payback(outlay, inflows, rate):
    stream = [-outlay, *inflows]
    assert discounted_payback(stream, rate) >= payback(stream) - 1e-9


def test_break_even_uplift_by_hand():
    assert break_even_uplift(50_000, 0.25, 2_000_000) == pytest.approx(0.10)
    assert break_even_uplift(0, 0.25, 2_000_000) == 0
    with pytest.raises(NotDefinedError):
        break_even_uplift(1, 0.0, 100)
    with pytest.raises(NotDefinedError):
        break_even_uplift(1, 0.2, -100)
    with pytest.raises(ValuesError, match="negative"):
        break_even_uplift(-1, 0.2, 100)


def test_break_even_table_leaves_out_who_buys_nothing():
    pnl = pd.DataFrame(
        {"invoiced_revenue": [1_000_000.0, 200_000, -5, 9e6]}, index=["a", "b", "c", "unassigned"]
    )
    table = break_even_table(pnl, 50_000, margin_rates=(0.10, 0.25))
    assert table["uplift_at_10"].to_dict() == pytest.approx({"a": 0.5, "b": 2.5})
    assert table["uplift_at_25"].to_dict() == pytest.approx({"a": 0.2, "b": 1.0})


@pytest.mark.parametrize("function", [npv, discounted_payback])
def test_rates_in_percent_are_refused(function):
    with pytest.raises(UnitError, match=r"write 10 % as 0\.1"):
        function(WORKED, 10)
    with pytest.raises(ValuesError, match="too low"):
        function(WORKED, -1)
    with pytest.raises(ValuesError):
        function(WORKED, float("nan"))


@pytest.mark.parametrize(
    "function", [irr, payback, lambda f: npv(f, 0.1), lambda f: discounted_payback(f, 0.1)]
)
def test_missing_and_empty_flows_are_refused(function):
    with pytest.raises(ValuesError, match="years 1"):
        function([-100, float("nan"), 40])
    with pytest.raises(ValuesError):
        function([-100, float("inf")])
    with pytest.raises(EmptyError):
        function([])
    with pytest.raises(ParameterError):
        function(["a"])
    with pytest.raises(ParameterError, match="no list"):
        function([[1.0, 2.0]])


def test_a_margin_in_percent_is_refused():
    with pytest.raises(UnitError, match=r"write 25 % as 0\.25"):
        break_even_uplift(50_000, 25, 2_000_000)
