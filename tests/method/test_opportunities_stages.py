"""Probability from history: open deals count as not yet decided, whatever closed fast."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamkit.errors import NotDefinedError, ParameterError, UnitError
from kamkit.method.opportunities import (
    age_effect,
    ageing,
    completeness,
    deal_probability,
    deal_table,
    incidence,
    judged_deals,
    reference_day,
    seller_accuracy,
    seller_calibration,
    slippage,
    stage_probabilities,
)

TODAY = pd.Timestamp("2025-12-31")


def book(days, outcome, **columns) -> pd.DataFrame:
    """Deals that took, or have been open for, so many days up to the end of 2025."""
    outcome = np.asarray(outcome, dtype=object)
    created = TODAY - pd.to_timedelta(np.asarray(days), unit="D")
    closed = pd.Series(np.where(outcome == "open", pd.NaT, TODAY))
    return pd.DataFrame({"created": created, "closed": pd.to_datetime(closed), "outcome": outcome, **columns})


def simulated(n: int, seed: int) -> pd.DataFrame:
    """Four in ten are won after 20 days on average, the others lost after 120; a year of steady entries."""
    rng = np.random.default_rng(seed)
    won = rng.random(n) < 0.4
    days = np.ceil(rng.exponential(np.where(won, 20, 120)))
    age = rng.integers(1, 366, n)
    outcome = np.where(days > age, "open", np.where(won, "won", "lost"))
    created = TODAY - pd.to_timedelta(age, unit="D")
    closed = pd.Series(created + pd.to_timedelta(days, unit="D")).where(pd.Series(outcome) != "open")
    return pd.DataFrame({"created": created, "closed": closed, "outcome": outcome, "stage": "Offer"})


def test_the_incidence_of_a_worked_case():
    # At 10 one of four is won; at 30, with three left less one censored at 20, one of two is lost; at 40 won.
    found = incidence([10, 20, 30, 40], ["won", "open", "lost", "won"])
    assert found.won.tolist() == pytest.approx([1 / 4, 1 / 4, 1 / 4 + 3 / 8])
    assert found.lost.tolist() == pytest.approx([0, 3 / 8, 3 / 8])


def test_without_open_deals_it_is_won_over_all():
    found = incidence([5, 5, 7, 9, 9], ["won", "lost", "won", "lost", "lost"])
    assert found.last == pytest.approx((2 / 5, 3 / 5))


def test_deals_still_open_are_counted_where_losses_take_longer():
    truth, naive, allowed = 0.4, [], []
    for seed in range(6):
        table = stage_probabilities(simulated(3_000, seed), TODAY)
        naive.append(table.loc["Offer", "win_rate"])
        allowed.append(table.loc["Offer", "probability"])
    assert np.mean(naive) > truth + 0.05
    assert np.mean(allowed) == pytest.approx(truth, abs=0.02)


def test_older_than_any_decided_deal_counts_as_not_won_and_is_shown():
    table = stage_probabilities(
        book([10, 20, 300, 300], ["won", "lost", "open", "open"], stage="Offer"), TODAY
    )
    assert table.loc["Offer", ["win_rate", "probability", "unresolved"]].tolist() == [0.5, 0.25, 0.5]


def test_many_stages_are_drawn_to_each_other_and_few_are_not():
    outcome = ["won"] * 8 + ["lost"] * 2 + ["won"] * 5 + ["lost"] * 5
    two = stage_probabilities(book([10] * 20, outcome, stage=["A"] * 10 + ["B"] * 10), TODAY)
    assert two["history"].to_dict() == pytest.approx({"B": 0.5, "A": 0.8})
    more = outcome + ["won"] + ["lost"] * 9 + ["won"] * 2
    four = book([10] * 32, more, stage=["A"] * 10 + ["B"] * 10 + ["C"] * 10 + ["D"] * 2)
    table = stage_probabilities(four, TODAY)
    assert 0.5 < table.loc["D", "history"] < table.loc["D", "probability"] == 1.0
    assert table.index.tolist() == table.sort_values("history").index.tolist()


def test_stages_that_only_repeat_the_outcome_are_judged_by_all_deals():
    deals = book([10, 20, 5, 5], ["won", "lost", "open", "open"], stage=["Won", "Lost", "Talks", "Talks"])
    table = stage_probabilities(deals, TODAY)
    assert table.index.tolist() == ["Talks"]
    assert table.loc["Talks", ["basis", "closed"]].tolist() == ["all", 0]
    assert table.loc["Talks", "history"] == pytest.approx(0.5)


def test_a_stage_without_dates_has_no_probability():
    deals = book([10, 20, 5], ["won", "lost", "open"], stage=["Offer", "Offer", "New"])
    deals.loc[2, "created"] = pd.NaT
    table = stage_probabilities(deals, TODAY)
    assert table.loc["New", "basis"] == "none"
    assert np.isnan(table.loc["New", "history"])


def test_the_system_and_the_sellers_stand_beside_history():
    deals = book([10, 20, 5], ["won", "lost", "open"], stage="Offer", probability=[0.9, 0.9, 0.7])
    table = stage_probabilities(deals, TODAY, crm={"Offer": 0.6})
    assert table.loc["Offer", ["seller", "crm"]].tolist() == [0.7, 0.6]
    with pytest.raises(ParameterError, match="Ofer"):
        stage_probabilities(deals, TODAY, crm={"Ofer": 0.6})
    with pytest.raises(UnitError):
        stage_probabilities(deals, TODAY, crm={"Offer": 60})


def test_what_closed_or_came_later_is_not_known_yet():
    deals = book([10, 20, 30], ["won", "lost", "won"], stage="Offer")
    with pytest.raises(NotDefinedError, match="won or lost"):
        stage_probabilities(deals, TODAY - pd.Timedelta(days=1))


@pytest.mark.parametrize("column", ["stage", "created"])
def test_without_stages_or_days_nothing_is_said(column):
    deals = book([10, 20], ["won", "lost"], stage="Offer").drop(columns=column)
    with pytest.raises(NotDefinedError):
        stage_probabilities(deals, TODAY)


def test_age_tells_where_the_old_ones_are_lost_and_not_where_it_is_chance():
    aging = book([10] * 40 + [100] * 60, ["won"] * 40 + ["lost"] * 60, stage="Offer")
    table = age_effect(aging, TODAY)
    assert table["probability"].iloc[[0, -1]].tolist() == pytest.approx([0.4, 0.0])
    assert table["factor"].iloc[0] == 1
    assert table["factor"].iloc[-1] < 0.1
    rng = np.random.default_rng(3)
    same = book(rng.integers(1, 100, 400), np.where(rng.random(400) < 0.4, "won", "lost"), stage="Offer")
    assert age_effect(same, TODAY)["factor"].between(0.75, 1.25).all()


def test_each_open_deal_has_the_chance_of_its_stage_and_age():
    history = book([10] * 40 + [100] * 60, ["won"] * 40 + ["lost"] * 60, stage="Offer")
    today = book([5, 50, 200, 5], ["open"] * 4, stage=["Offer"] * 3 + [None])
    deals = pd.concat([history, today], ignore_index=True)
    deals["opportunity_id"] = [f"D{n:03d}" for n in range(len(deals))]
    stages, ages = stage_probabilities(deals, TODAY), age_effect(deals, TODAY)
    found = deal_probability(deals, stages, ages, TODAY).sort_index()
    assert found["counted_as"].tolist() == ["judged", "judged", "no_precedent", "no_history"]
    assert found["probability"].iloc[0] == pytest.approx(stages.loc["Offer", "history"])
    assert found["probability"].iloc[1] < 0.1
    assert found["probability"].iloc[2:].isna().all()


def test_ageing_counts_every_open_deal_once():
    deals = book(
        [10] * 30 + [90] * 30 + [5, 40, 300, 20], ["won"] * 30 + ["lost"] * 30 + ["open"] * 4, amount=7.0
    )
    deals.loc[63, "created"] = pd.NaT
    deals.loc[62, "amount"] = np.nan
    table = ageing(deals, TODAY)
    assert table["open"].sum() == 4
    assert table["amount"].sum() == 21
    assert table["without_amount"].sum() == 1
    ancient, undated = table.iloc[-2], table.iloc[-1]
    assert (ancient["age_from"], ancient["open"]) == (90, 1)
    assert np.isnan(ancient["probability"])
    assert np.isnan(undated["age_from"])


def test_slippage_by_hand():
    deals = pd.DataFrame({
        "outcome": ["won", "won", "lost", "open", "open", "open"],
        "expected_close": ["2025-01-01", "2025-01-10", "2025-01-01", "2025-12-21", "2026-02-01", None],
        "closed": ["2025-01-11", "2025-01-08", "2025-01-31", None, None, None], "amount": 10.0,
    })  # fmt: skip
    table = slippage(deals, TODAY)
    assert table.loc["won", ["deals", "late", "late_share", "mean_days", "worst_days"]].tolist() == [
        2,
        1,
        0.5,
        4,
        10,
    ]
    assert table.loc["open", ["deals", "late", "mean_days", "amount", "without_date"]].tolist() == [
        2,
        1,
        10,
        10,
        1,
    ]
    with pytest.raises(NotDefinedError, match="no day of expected closing"):
        slippage(deals.drop(columns="expected_close"), TODAY)


def test_brier_scores_by_hand():
    deals = pd.DataFrame({
        "outcome": ["won", "lost", "lost", "won", "open"], "probability": [0.8, 0.6, 0.2, 0.4, 0.9],
        "stage": ["A", "A", "B", "B", "A"], "amount": [10.0, 20, 30, 40, 5],
    })  # fmt: skip
    found = seller_accuracy(deals)
    assert found.seller_brier == pytest.approx((0.04 + 0.36 + 0.04 + 0.36) / 4)
    assert (found.base_brier, found.history_brier) == (0.25, 1.0)
    assert found.optimism == pytest.approx(0)
    assert found.value_bias == pytest.approx((8 + 12 + 6 + 16) / 50 - 1)
    assert len(judged_deals(deals)) == 4
    with pytest.raises(NotDefinedError, match="seller"):
        seller_accuracy(deals.drop(columns="probability"))


def test_calibration_counts_each_decided_deal_once_upper_ends_included():
    deals = pd.DataFrame({"outcome": ["won", "lost", "won", "won"], "probability": [0.0, 0.2, 0.21, 1.0]})
    table = seller_calibration(deals)
    assert table[["said_from", "deals"]].values.tolist() == [[0.0, 2], [0.2, 1], [0.8, 1]]
    assert table["won_share"].tolist() == [0.5, 1, 1]


@pytest.mark.parametrize(
    ("last", "end", "day"),
    [
        ("2025-12-20", "2025-12-31", "2025-12-31"),
        ("2026-02-03", "2025-12-31", "2026-02-03"),
        ("2025-03-20", "2025-12-31", "2025-03-20"),
    ],
)
def test_ages_are_counted_to_how_far_the_table_reaches(last, end, day):
    assert reference_day(pd.DataFrame({"created": [last, "2024-01-01"]}), end) == pd.Timestamp(day)


def test_what_no_deal_says_is_counted():
    deals = pd.DataFrame({"account_id": ["x", None], "outcome": ["won", "open"], "amount": [1.0, None]})
    table = completeness(deals)
    assert table.loc["account_id"].tolist() == [1, 1, 1]
    assert table.loc["stage"].tolist() == [0, 2, 1]
    assert table.loc["closed"].tolist() == [1, 1, 0]  # of the one decided deal it is not known
    assert deal_table(deal_table(deals)).equals(deal_table(deals))


@pytest.mark.parametrize("kept", [{"amount": [5.0, 8.0]}, {"amount": [5, 8]}, {"amount": ["5", "8"]}])
def test_deals_that_are_read_again_are_their_readers_own_and_follow_the_table(kept):
    given = pd.DataFrame({"opportunity_id": ["a", "b"], **kept})
    read = deal_table(given)
    read.loc["a", "amount"] = 0.0
    assert deal_table(given)["amount"].tolist() == [5.0, 8.0]
    given["amount"] = [6.0, 8.0]
    assert deal_table(given)["amount"].tolist() == [6.0, 8.0]
    assert deal_table(given.set_index("opportunity_id")[::-1])["amount"].tolist() == [6.0, 8.0]
    assert deal_table(given.assign(opportunity_id=["a", "c"])).index.tolist() == ["a", "c"]


ages_and_ends = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(["won", "lost", "open"])), min_size=1, max_size=40
)


@settings(max_examples=80, deadline=None)
@given(ages_and_ends)
def test_won_lost_and_undecided_always_add_up(pairs):
    days, outcome = zip(*pairs, strict=True)
    found = incidence(days, outcome)
    if "won" not in outcome and "lost" not in outcome:
        assert len(found.days) == 0
        return
    won, lost = found.last
    assert won >= 0
    assert lost >= 0
    assert won + lost <= 1 + 1e-9
    decided = [o for o in outcome if o != "open"]
    if len(decided) == len(outcome):
        assert won == pytest.approx(decided.count("won") / len(decided))
    # More censoring never takes away what was won already: the share of won deals bounds it from below.
    assert won >= outcome.count("won") / len(outcome) - 1e-9


def test_without_a_day_the_last_event_of_the_table_stands_in():
    deals = book([10] * 3 + [90, 40], ["won", "lost", "won", "lost", "open"], amount=7.0)
    deals["expected_close"] = TODAY - pd.Timedelta(days=3)
    pd.testing.assert_frame_equal(ageing(deals), ageing(deals, TODAY))
    pd.testing.assert_frame_equal(slippage(deals), slippage(deals, TODAY))
