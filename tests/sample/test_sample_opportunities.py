"""Step 8 finds in the sample what its generator planted."""

from __future__ import annotations

import pandas as pd
import pytest

from kamkit.method.opportunities import (
    age_effect,
    ageing,
    deal_probability,
    double_booked,
    reference_day,
    seller_accuracy,
    slippage,
    stage_probabilities,
    weighted_pipeline,
    win_rates,
)

END = pd.Timestamp("2025-12-31")


@pytest.fixture(scope="module")
def deals(tables):
    return tables["opportunities"]


@pytest.fixture(scope="module")
def stages(deals):
    return stage_probabilities(deals, END)


def test_exactly_the_planted_deals_are_booked_twice(deals, truth):
    found = double_booked(deals)
    assert sorted(found[["opportunity_id", "later"]].to_numpy().tolist()) == sorted(truth["double_booked"])


def test_ages_are_counted_to_the_end_of_the_period(deals):
    assert reference_day(deals, END) == END


def test_stage_rates_as_counted_are_those_of_the_generator(deals, truth):
    rates = win_rates(deals, "stage")["win_rate"]
    assert rates.to_dict() == pytest.approx(truth["observed_win_rates"], abs=1e-6)


def test_true_probabilities_lie_within_the_intervals_of_history(stages, truth):
    for stage, true in truth["stage_win_rates"].items():
        assert stages.loc[stage, "history_low"] < true < stages.loc[stage, "history_high"]
    assert stages.index.tolist() == sorted(truth["stage_win_rates"], key=truth["stage_win_rates"].get)


def test_sellers_are_worse_than_one_average_for_all(deals, truth):
    found = seller_accuracy(deals)
    assert found.seller_brier == pytest.approx(truth["brier_seller"], abs=1e-6)
    assert found.base_brier == pytest.approx(truth["brier_base"], abs=1e-6)
    assert found.history_brier < found.base_brier


def test_stalled_deals_have_no_precedent_and_overdue_ones_are_counted(deals, stages, truth):
    table = ageing(deals, END)
    assert table.iloc[-1]["open"] == truth["stalled_deals"]
    assert table["open"].sum() == (deals["outcome"] == "open").sum()
    assert slippage(deals, END).loc["open", "late"] == truth["overdue_deals"]
    chances = deal_probability(deals, stages, age_effect(deals, END), END)
    assert (chances["counted_as"] == "no_precedent").sum() == truth["stalled_deals"]


def test_age_is_no_more_than_chance_where_none_was_planted(deals):
    assert age_effect(deals, END)["factor"].between(0.9, 1.1).all()


def test_the_sellers_own_pipeline_is_a_plain_sum(deals):
    opened = deals[deals["outcome"] == "open"]
    assert weighted_pipeline(deals).value == pytest.approx((opened["amount"] * opened["probability"]).sum())
