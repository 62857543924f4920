"""Concentration: worked cases of the literature, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from kamkit.errors import EmptyError, NotDefinedError, ParameterError, UnitError, ValuesError
from kamkit.method.concentration import (
    abc_classes,
    concentration_summary,
    effective_number,
    gini,
    hhi,
    lorenz,
    top_share,
)

MIXED = pd.Series([-7.0, -15, 11, -10, 2, 4, 40])
SHARES = pd.Series([30.0, 30, 20, 20])


def brute_gini(values, rsv=False):
    y = np.asarray(values, float)
    pairs = np.abs(y[:, None] - y[None, :]).sum()
    n = len(y)
    return pairs / (2 * (n - 1) * np.abs(y).sum()) if rsv else pairs / (2 * n * y.sum())


def test_gini_classical_of_negatives_exceeds_one():
    """Vector of the R package GiniWegNeg; De Battisti, Porro & Vernizzi (2019) on values above 1."""
    assert gini(MIXED, form="classical") == pytest.approx(2.4914, abs=5e-5)


def test_gini_of_negatives_takes_raffinetti_siletti_vernizzi():
    """Raffinetti, Siletti & Vernizzi (2015), with N − 1."""
    assert gini(MIXED) == pytest.approx(0.8165, abs=5e-5)
    assert gini(MIXED) == gini(MIXED, form="rsv") == pytest.approx(brute_gini(MIXED, rsv=True), rel=1e-12)


def test_gini_of_one_to_five():
    assert gini(pd.Series([1.0, 2, 3, 4, 5])) == pytest.approx(0.2667, abs=5e-5)


def test_gini_without_negatives_is_classical():
    values = pd.Series([0.0, 3, 3, 9, 100])
    assert gini(values) == pytest.approx(brute_gini(values), rel=1e-12)


def test_gini_of_equal_accounts_is_zero():
    assert gini(pd.Series([5.0] * 7)) == pytest.approx(0, abs=1e-15)


def test_gini_of_one_account():
    assert gini(pd.Series([5.0])) == 0
    with pytest.raises(NotDefinedError, match="single account"):
        gini(pd.Series([5.0]), form="rsv")


def test_gini_rsv_of_zeros_is_refused():
    with pytest.raises(NotDefinedError, match="all zero"):
        gini(pd.Series([0.0, 0.0]), form="rsv")


def test_gini_unknown_form_says_which_are_allowed():
    with pytest.raises(ParameterError, match="classical") as caught:
        gini(SHARES, form="clasical")
    assert "did you mean 'classical'" in caught.value.remedy


def test_hhi_and_effective_number():
    """30, 30, 20, 20: 900 + 900 + 400 + 400 (definition, Herfindahl 1950)."""
    assert hhi(SHARES) == pytest.approx(2600)
    assert effective_number(SHARES) == pytest.approx(3.846, abs=5e-4)


def test_hhi_of_equal_accounts_is_their_number():
    assert effective_number(pd.Series([7.0] * 12)) == pytest.approx(12)


def test_hhi_takes_small_negatives_and_refuses_large_ones():
    assert hhi(pd.Series([60.0, 50, -10])) == pytest.approx(3600 + 2500 + 100)
    with pytest.raises(NotDefinedError, match="over its maximum"):
        hhi(pd.Series([100.0, 50, -50]))


@pytest.mark.parametrize(
    ("n", "top", "count"),
    [(70, 0.10, 7), (10, 0.10, 1), (11, 0.10, 2), (3, 1.0, 3), (30, 0.2, 6), (100, 0.07, 7)],
)
def test_top_share_counts_accounts_upwards_without_rounding_noise(n, top, count):
    values = pd.Series(np.arange(1.0, n + 1))
    largest = sum(range(n - count + 1, n + 1))
    assert top_share(values, top) == pytest.approx(largest / (n * (n + 1) / 2), rel=1e-12)


def test_pareto_law_of_the_field():
    """Top 10 % = 49 % under a Pareto law: alpha 1.449, Gini 0.527, top 20 % 60.7 %, top 5 % 39.5 %."""
    alpha = 1 / (1 - math.log(0.49) / math.log(0.10))
    n = 200_000
    edges = np.arange(n + 1) / n
    values = pd.Series(np.diff(edges ** (1 - 1 / alpha)))
    assert alpha == pytest.approx(1.449, abs=5e-4)
    assert top_share(values, 0.10) == pytest.approx(0.49, abs=5e-4)
    assert top_share(values, 0.20) == pytest.approx(0.607, abs=5e-4)
    assert top_share(values, 0.05) == pytest.approx(0.395, abs=5e-4)
    assert gini(values) == pytest.approx(0.527, abs=5e-4)


def test_top_share_of_none_is_refused():
    with pytest.raises(ParameterError, match="no account"):
        top_share(SHARES, 0)
    with pytest.raises(UnitError, match="fraction"):
        top_share(SHARES, 10)


def test_lorenz_begins_at_the_origin_and_ends_at_one():
    curve = lorenz(pd.Series({"b": 30.0, "a": 30.0, "c": 40.0}))
    assert list(curve["account_id"][1:]) == ["c", "a", "b"]
    assert curve["account_id"].isna()[0]
    assert list(curve["rank"]) == [0, 1, 2, 3]
    assert curve["value_share"].tolist() == pytest.approx([0, 0.4, 0.7, 1.0])
    assert curve["account_share"].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_abc_classes_by_the_share_before_the_account():
    values = pd.Series({"w": 4.0, "x": 80.0, "y": 15.0, "z": 1.0})
    assert abc_classes(values).to_dict() == {"w": "C", "x": "A", "y": "B", "z": "C"}


def test_abc_of_a_single_account_is_a():
    assert abc_classes(pd.Series({"x": 3.0})).to_dict() == {"x": "A"}


def test_abc_does_not_depend_on_rounding_of_the_cut():
    """Eight of ten equal accounts hold exactly 80 %: the ninth is no longer A."""
    assert (abc_classes(pd.Series([0.1] * 10)) == "A").sum() == 8


@pytest.mark.parametrize("cuts", [(0.95, 0.80), (0.8,), (0.0, 0.5)])
def test_abc_cuts_must_rise(cuts):
    with pytest.raises(ParameterError, match="rising"):
        abc_classes(SHARES, cuts)


def test_abc_cuts_in_percent_are_refused():
    with pytest.raises(UnitError):
        abc_classes(SHARES, (80, 95))


def test_summary_gathers_the_figures():
    summary = concentration_summary(SHARES)
    assert (summary.n, summary.total, summary.largest_share) == (4, 100, 0.3)
    assert (summary.top_share_10, summary.top_share_20) == (0.3, 0.3)
    assert summary.hhi == pytest.approx(2600)
    assert summary.effective_number == pytest.approx(1e4 / 2600)
    assert summary.gini == pytest.approx(brute_gini(SHARES))


def test_summary_leaves_out_an_index_that_negatives_break():
    summary = concentration_summary(pd.Series([100.0, 50, -50]))
    assert math.isnan(summary.hhi)
    assert math.isnan(summary.effective_number)
    assert summary.total == 100


FUNCTIONS = [top_share, lorenz, hhi, effective_number, abc_classes, concentration_summary, gini]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_shares_of_a_total_that_is_not_positive_are_refused(function):
    for values in ([0.0, 0.0], [5.0, -5.0], [1.0, -9.0]):
        if function is gini and min(values) < 0:
            continue
        with pytest.raises(NotDefinedError):
            function(pd.Series(values))


def test_classical_gini_of_a_total_that_is_not_positive_is_refused():
    with pytest.raises(NotDefinedError, match=r"-8\.00"):
        gini(pd.Series([1.0, -9.0]), form="classical")


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e308])
def test_values_that_are_no_money_are_refused_by_account(function, bad):
    with pytest.raises(ValuesError, match="'b'"):
        function(pd.Series({"a": 1.0, "b": bad}))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_to_measure_is_refused(function):
    with pytest.raises(EmptyError):
        function(pd.Series([], dtype=float))


def test_several_keys_double_accounts_and_text_are_refused():
    keys = pd.MultiIndex.from_tuples([("a", "U1"), ("a", "U2")], names=["account_id", "bu_id"])
    with pytest.raises(ParameterError, match="bu_id"):
        hhi(pd.Series([1.0, 2.0], index=keys))
    with pytest.raises(ValuesError, match="twice"):
        hhi(pd.Series([1.0, 2.0], index=["a", "a"]))
    with pytest.raises(ValuesError, match="no number"):
        hhi(pd.Series(["1", "many"]))
