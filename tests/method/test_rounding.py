"""Amounts that cancel but for the last digit of a float: nothing, not a share and not a loss."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from kamkit.errors import NotDefinedError
from kamkit.method.concentration import abc_classes, concentration_summary, gini, hhi, lorenz, top_share
from kamkit.method.profitability import (
    allocation_check,
    customer_pnl,
    price_levers,
    reconcile,
    whale_curve,
    whale_summary,
)

CANCELLING = [0.1, 0.2, -0.3]
"""In floats the sum is 5.6e-17."""


@pytest.mark.parametrize("share", [top_share, lorenz, hhi, abc_classes, concentration_summary])
def test_no_share_of_a_total_that_is_zero_but_for_rounding(share):
    assert sum(CANCELLING) > 0
    with pytest.raises(NotDefinedError):
        share(CANCELLING)


def test_no_whale_share_of_a_total_that_is_zero_but_for_rounding():
    summary = whale_summary(CANCELLING)
    assert math.isnan(summary.peak_share)
    assert (summary.total, summary.erosion) == (0, summary.peak)
    assert whale_curve(CANCELLING)["cumulative_share"].isna().all()


def test_a_small_total_of_large_amounts_still_has_shares():
    assert whale_summary([1_000_000.0, -999_999.99]).peak_share == pytest.approx(1e8)


def test_no_lever_on_a_profit_that_is_zero_but_for_rounding():
    assert 0.3 + 0.6 - 0.9 <= 0.0 < 100 - 70.1 - 29.9
    with pytest.raises(NotDefinedError):
        price_levers(100, 70.1, 29.9)


@pytest.mark.parametrize(("revenue", "cost", "service"), [(0.3, 0.1, 0.2), (1e6, 999_999.7, 0.3)])
def test_a_customer_whose_costs_eat_the_revenue_breaks_even(revenue, cost, service):
    assert revenue - cost - service != 0
    sales = pd.DataFrame({"account_id": ["a"], "net_amount": [revenue], "product_cost": [cost]})
    ledger = pd.DataFrame({"rung": ["service"], "amount": [service], "account_id": ["a"]})
    pnl = customer_pnl(sales, ledger)
    assert pnl.loc["a", "customer_profit"] == 0
    assert whale_summary(pnl["customer_profit"]).break_even == 1
    assert allocation_check(pnl, sales, ledger)["ok"].all()


def test_one_cent_is_no_hair():
    sales = pd.DataFrame({"account_id": ["a"], "net_amount": [1e9], "product_cost": [1e9 - 0.01]})
    ledger = pd.DataFrame({"rung": ["sustaining"], "amount": [1.0]})
    assert customer_pnl(sales, ledger).loc["a", "customer_profit"] == pytest.approx(0.01, rel=1e-4)


def test_a_difference_equal_to_the_tolerance_holds():
    """700 · 0.001 = 0.7, and 700 − 699.3 is 0.7 and a hair."""
    assert 700 - 699.3 > 0.7
    sales = pd.DataFrame({"account_id": ["a"], "net_amount": [699.3]})
    ledger = pd.DataFrame({"rung": ["revenue"], "amount": [700.0]})
    pnl = customer_pnl(sales, ledger)
    assert reconcile(pnl, ledger, tolerance=0.001)["ok"].all()
    assert not reconcile(pnl, ledger, tolerance=0.000999)["ok"].any()


def test_the_lorenz_curve_ends_at_one():
    values = np.random.default_rng(0).pareto(1.4, 333)
    assert values.sum() != np.sort(values)[::-1].cumsum()[-1]
    assert lorenz(values)["value_share"].iloc[-1] == 1.0


@pytest.mark.parametrize("n", range(2, 40))
def test_equal_accounts_never_have_a_gini_under_zero(n):
    assert 0 <= gini([0.1] * n) < 1e-15


def test_the_smallest_top_is_one_account():
    assert top_share([3.0, 1.0], top=1e-12) == 0.75


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1], [1, 2, 0]])
def test_invoices_and_credit_notes_that_cancel_leave_nothing_in_any_order(order):
    """2.01 · 1e6 is 2009999.9999999998 in floats: each line is rounded to whole millionths."""
    assert 2.01 * 1e6 != 2_010_000
    amounts = [2.01, 2.03, -4.04]
    sales = pd.DataFrame({"account_id": "a", "net_amount": [amounts[i] for i in order]})
    ledger = pd.DataFrame({"rung": ["revenue"], "amount": [0.0]})
    assert customer_pnl(sales, ledger).loc["a", "invoiced_revenue"] == 0
