"""Levers, break-even volume and customer lifetime value."""

from __future__ import annotations

import math

import pytest

from kamkit.errors import NotDefinedError, ParameterError, UnitError, ValuesError
from kamkit.method.profitability import break_even_volume, clv_multiple, price_levers


def test_levers_of_a_company_with_ten_of_profit():
    """Revenue 100, variable 70, fixed 20, profit 10: 1 % is 1.00, 0.70, 0.30, 0.20 of money."""
    levers = price_levers(100, 70, 20)
    assert levers.to_dict() == pytest.approx(
        {"price": 0.10, "variable_cost": 0.07, "volume": 0.03, "fixed_cost": 0.02}
    )
    assert list(levers.index) == ["price", "variable_cost", "volume", "fixed_cost"]


def test_lever_is_what_changing_the_one_figure_gives():
    profit = 900 - 500 - 250
    levers = price_levers(900, 500, 250, change=0.03)
    assert levers["price"] == pytest.approx((900 * 1.03 - 500 - 250) / profit - 1)
    assert levers["variable_cost"] == pytest.approx((900 - 500 * 0.97 - 250) / profit - 1)
    assert levers["volume"] == pytest.approx(((900 - 500) * 1.03 - 250) / profit - 1)
    assert levers["fixed_cost"] == pytest.approx((900 - 500 - 250 * 0.97) / profit - 1)


def test_levers_without_profit_or_with_wrong_input_are_refused():
    with pytest.raises(NotDefinedError, match=r"-5\.00"):
        price_levers(100, 80, 25)
    with pytest.raises(ValuesError, match="negative"):
        price_levers(100, -1, 25)
    with pytest.raises(ValuesError, match="missing"):
        price_levers(math.nan, 1, 1)
    with pytest.raises(ParameterError, match="no number"):
        price_levers("much", 1, 1)
    with pytest.raises(UnitError, match=r"0\.01"):
        price_levers(100, 70, 20, change=1)


@pytest.mark.parametrize(("change", "margin"), [(-0.05, 0.30), (-0.10, 0.25), (0.05, 0.30)])
def test_break_even_volume_leaves_the_contribution(change, margin):
    volume = break_even_volume(change, margin)
    assert (1 + volume) * (margin + change) == pytest.approx(margin)


def test_break_even_volume_of_a_usual_discount():
    """Nagle & Holden: 5 % off a margin of 30 % needs a fifth more volume."""
    assert break_even_volume(-0.05, 0.30) == pytest.approx(0.20)


@pytest.mark.parametrize("change", [-0.30, -0.31])
def test_break_even_volume_beyond_the_margin_is_refused(change):
    with pytest.raises(NotDefinedError, match="whole margin"):
        break_even_volume(change, 0.30)


def test_break_even_volume_units():
    with pytest.raises(UnitError, match=r"-0\.05"):
        break_even_volume(-5, 0.3)
    with pytest.raises(UnitError, match=r"0\.3"):
        break_even_volume(-0.05, 30)
    with pytest.raises(ValuesError, match="too low"):
        break_even_volume(-0.05, -0.1)


@pytest.mark.parametrize(
    ("retention", "rate", "growth", "multiple"),
    [
        (0.6, 0.12, 0, 1.1538),
        (0.8, 0.12, 0, 2.5),
        (0.9, 0.12, 0, 4.0909),
        (0.8, 0.10, 0, 2.6667),
        (0.9, 0.12, 0.08, 6.0811),
    ],
)
def test_clv_multiple(retention, rate, growth, multiple):
    """Gupta & Lehmann (2005), margins at the year's end."""
    assert clv_multiple(retention, rate, growth) == pytest.approx(multiple, abs=5e-5)


def test_clv_multiple_is_the_sum_of_discounted_margins():
    flows = [0.85**t * 1.03 ** (t - 1) / 1.1**t for t in range(1, 400)]
    assert clv_multiple(0.85, 0.10, 0.03) == pytest.approx(sum(flows), rel=1e-9)
    at_start = [0.85**t * 1.03**t / 1.1**t for t in range(400)]
    assert clv_multiple(0.85, 0.10, 0.03, first="start") == pytest.approx(sum(at_start), rel=1e-9)


def test_clv_elasticity_is_the_multiple_at_the_start():
    """Gupta, Lehmann & Stuart (2004): 1 % retention is worth about 5 % at r = .9, i = .12."""
    step = 1e-7
    base = clv_multiple(0.9, 0.12)
    elasticity = (clv_multiple(0.9 * (1 + step), 0.12) / base - 1) / step
    assert elasticity == pytest.approx(5.09, abs=5e-3)
    assert clv_multiple(0.9, 0.12, first="start") == pytest.approx(elasticity, rel=1e-5)


def test_clv_refusals():
    with pytest.raises(NotDefinedError, match="no end"):
        clv_multiple(1.0, 0.05, 0.05)
    with pytest.raises(UnitError):
        clv_multiple(90, 0.12)
    with pytest.raises(UnitError):
        clv_multiple(0.9, 12)
    with pytest.raises(ParameterError, match="start"):
        clv_multiple(0.9, 0.12, first="middle")
    with pytest.raises(ValuesError, match="too low"):
        clv_multiple(-0.1, 0.12)
