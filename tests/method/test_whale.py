"""The whale curve and its figures."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from kamkit.errors import EmptyError, ParameterError, ValuesError
from kamkit.method.profitability import whale_curve, whale_summary

TEN = pd.Series([50.0, 30, 20, 10, 5, 0, -5, -10, -20, -30], index=list("abcdefghij"))


def test_ten_accounts():
    """Worked case of methods.md: total 50, peak 115 at rank 5, erosion 65."""
    summary = whale_summary(TEN)
    assert (summary.total, summary.peak, summary.peak_rank, summary.erosion) == (50, 115, 5, 65)
    assert summary.peak_share == pytest.approx(2.30)
    assert (summary.n, summary.earners, summary.break_even, summary.losers) == (10, 5, 1, 4)
    assert summary.loss_sum == -65


def test_curve_of_ten_accounts():
    curve = whale_curve(TEN.sample(frac=1, random_state=3))
    assert curve["account_id"].tolist() == list("abcdefghij")
    assert curve["rank"].tolist() == list(range(1, 11))
    assert curve["cumulative_profit"].tolist() == [50, 80, 100, 110, 115, 115, 110, 100, 80, 50]
    assert curve["cumulative_share"].iloc[[0, 4, 9]].tolist() == pytest.approx([1.0, 2.3, 1.0])
    assert curve["account_share"].iloc[[0, 9]].tolist() == [0.1, 1.0]


def test_ties_stand_in_order_of_the_account():
    curve = whale_curve(pd.Series({"z": 1.0, "10": 1.0, "9": 1.0, "b": 2.0}))
    assert curve["account_id"].tolist() == ["b", "10", "9", "z"]


def test_all_losing_peaks_at_nothing():
    summary = whale_summary(pd.Series([-1.0, -2.0]))
    assert (summary.peak, summary.peak_rank, summary.erosion, summary.total) == (0, 0, 3, -3)
    assert math.isnan(summary.peak_share)


def test_total_of_zero_has_money_but_no_share():
    summary = whale_summary(pd.Series([5.0, -5.0]))
    assert (summary.total, summary.peak, summary.peak_rank, summary.erosion) == (0, 5, 1, 5)
    assert math.isnan(summary.peak_share)
    assert whale_curve(pd.Series([5.0, -5.0]))["cumulative_share"].isna().all()


def test_a_single_account():
    summary = whale_summary(pd.Series({"x": 7.0}))
    assert (summary.peak, summary.peak_share, summary.peak_rank, summary.erosion) == (7, 1, 1, 0)
    curve = whale_curve(pd.Series({"x": 7.0}))
    assert curve[["cumulative_share", "account_share"]].iloc[0].tolist() == [1, 1]


def test_all_equal():
    summary = whale_summary(pd.Series([2.0] * 5))
    assert (summary.total, summary.peak, summary.peak_rank, summary.losers) == (10, 10, 5, 0)


@pytest.mark.parametrize("function", [whale_curve, whale_summary])
def test_what_is_no_profit_is_refused(function):
    with pytest.raises(ValuesError, match="'Volvo'"):
        function(pd.Series({"a": 1.0, "Volvo": math.nan}))
    with pytest.raises(EmptyError):
        function(pd.Series([], dtype=float))
    with pytest.raises(ValuesError, match="twice"):
        function(pd.Series([1.0, 2.0], index=["a", "a"]))
    with pytest.raises(ParameterError, match="bu_id"):
        function(
            pd.Series([1.0], index=pd.MultiIndex.from_tuples([("a", "U")], names=["account_id", "bu_id"]))
        )
