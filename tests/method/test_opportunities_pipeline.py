"""What the pipeline is worth, its spread, what is counted twice, and what the hours carry."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from kamkit.errors import KamkitError, NotDefinedError, ParameterError, UnitError, ValuesError
from kamkit.method.opportunities import (
    coverage_ratio,
    deal_hours,
    double_booked,
    hours_there,
    open_pipeline,
    pipeline_histogram,
    pipeline_lines,
    pipeline_summary,
    prioritise,
    priority_summary,
    ranked_deals,
    simulate_pipeline,
    valued,
    velocity,
    weighted_pipeline,
    won_in_last_year,
)


def open_deals(amount, probability, **columns) -> pd.DataFrame:
    table = pd.DataFrame({"amount": amount, "probability": probability, "outcome": "open", **columns})
    return table.assign(opportunity_id=[f"D{n:05d}" for n in range(len(table))])


def test_expected_value_and_spread_by_hand():
    found = weighted_pipeline(open_deals([100.0, 200.0, 50.0], [0.5, 0.25, 1.0]))
    assert found.value == 150
    assert found.sd == pytest.approx(np.sqrt(0.25 * 100**2 + 0.1875 * 200**2))


def test_decided_deals_are_no_pipeline():
    deals = open_deals([100.0, 900.0], [0.5, 0.9])
    deals.loc[1, "outcome"] = "won"
    assert weighted_pipeline(deals).value == 50


@pytest.mark.parametrize(
    ("deals", "error"),
    [
        (open_deals([100.0, np.nan], [0.5, 0.5]), ValuesError),
        (open_deals([100.0, 100.0], [0.5, np.nan]), ValuesError),
        (open_deals([100.0], [50.0]), UnitError),
        (open_deals([np.nan], [0.5]), NotDefinedError),
        (open_deals([100.0], [0.5]).assign(outcome="won"), NotDefinedError),
        (open_deals([100.0], [0.5]).head(0), KamkitError),
        (open_deals([np.inf], [0.5]), ValuesError),
    ],
)
def test_what_has_no_value_is_refused(deals, error):
    for function in (weighted_pipeline, simulate_pipeline):
        with pytest.raises(error):
            function(deals)


def test_coverage_against_what_is_left_to_win():
    assert coverage_ratio(600.0, 300.0, 100.0) == 3.0
    with pytest.raises(NotDefinedError, match="reached"):
        coverage_ratio(600.0, 100.0, 100.0)
    for wrong in ((-1.0, 1.0, 0.0), (np.nan, 1.0, 0.0)):
        with pytest.raises(ValuesError):
            coverage_ratio(*wrong)


def test_velocity_by_hand():
    deals = pd.DataFrame({
        "outcome": ["open", "open", "won", "won", "lost"], "amount": [100.0, 300.0, 1, 1, 1],
        "created": "2025-01-01", "closed": [None, None, "2025-01-21", "2025-02-10", "2025-01-02"],
    })  # fmt: skip
    assert velocity(deals) == pytest.approx(2 * 200 * (2 / 3) / 30)
    with pytest.raises(NotDefinedError):
        velocity(deals.assign(closed=None))


def test_last_year_is_the_twelve_months_before():
    won = pd.DataFrame(
        {"outcome": "won", "amount": [1.0, 2.0, 4.0], "closed": ["2024-12-31", "2025-01-01", "2025-12-31"]}
    )
    assert won_in_last_year(won, "2025-12-31") == 6


def test_a_common_shock_leaves_the_mean_and_widens_the_spread():
    rng = np.random.default_rng(0)
    deals = open_deals(
        rng.uniform(10, 100, 60), rng.uniform(0.1, 0.9, 60), account_id=[f"A{n % 6}" for n in range(60)]
    )
    alone = simulate_pipeline(deals, draws=20_000, seed=1, correlation=0.0)
    together = simulate_pipeline(deals, draws=20_000, seed=1, correlation=0.6)
    exact = weighted_pipeline(deals)
    assert alone.weighted == pytest.approx(exact.value)
    assert alone.mean == pytest.approx(exact.value, rel=0.01)
    assert together.mean == pytest.approx(exact.value, rel=0.02)
    assert alone.sd == pytest.approx(exact.sd, rel=0.02)
    assert together.sd > 1.3 * exact.sd


def test_two_deals_of_one_account_are_won_together_as_the_model_says():
    deals = open_deals([1.0, 1.0], [0.3, 0.6], account_id="x")
    found = simulate_pipeline(deals, draws=100_000, seed=4, correlation=0.5)
    both = multivariate_normal(cov=[[1, 0.5], [0.5, 1]]).cdf([norm.ppf(0.3), norm.ppf(0.6)])
    assert (found.value == 2).mean() == pytest.approx(both, abs=0.006)


def test_deals_of_no_known_customer_share_no_shock():
    deals = open_deals([1.0] * 40, [0.5] * 40, account_id="unassigned")
    assert simulate_pipeline(deals, draws=5_000, correlation=1.0).sd == pytest.approx(np.sqrt(10), rel=0.05)


def test_the_same_seed_gives_the_same_in_any_order():
    deals = open_deals([10.0, 20, 40], [0.2, 0.5, 0.7], account_id=["x", "y", "x"])
    first = simulate_pipeline(deals, draws=500, seed=2, target=30)
    again = simulate_pipeline(deals.iloc[::-1], draws=500, seed=2, target=30)
    pd.testing.assert_series_equal(first.value, again.value)
    assert first.probability_of_target == (first.value >= 30).mean()
    assert not simulate_pipeline(deals, draws=500, seed=3).value.equals(first.value)


@pytest.mark.parametrize("wrong", [{"draws": 10}, {"seed": -1}, {"correlation": 30}, {"draws": 1e4}])
def test_a_simulation_asks_for_what_it_can_use(wrong):
    with pytest.raises((ParameterError, UnitError)):
        simulate_pipeline(open_deals([1.0], [0.5]), **wrong)


def test_the_histogram_holds_every_draw():
    found = simulate_pipeline(open_deals([100.0, 7.0, 30.0], [0.4, 0.5, 0.6]), draws=1_000, seed=5)
    table = pipeline_histogram(found)
    assert table["draws"].sum() == 1_000
    inside = [
        ((found.value >= a) & (found.value < b)).sum()
        for a, b in table[["class_from", "class_to"]].to_numpy()
    ]
    assert table["draws"].tolist() == inside


def test_ten_thousand_deals_are_simulated_in_seconds():
    rng = np.random.default_rng(0)
    deals = open_deals(
        rng.uniform(1, 9, 10_000),
        rng.uniform(0, 1, 10_000),
        account_id=rng.integers(0, 500, 10_000).astype(str),
    )
    started = time.perf_counter()
    simulate_pipeline(deals, draws=1_000)
    assert time.perf_counter() - started < 10


# -- double bookings -------------------------------------------------------------------------------------


def pair(**change) -> pd.DataFrame:
    deals = pd.DataFrame({
        "opportunity_id": ["a", "b"], "account_id": "x", "family": "Pumps", "bu_id": ["Flow", "Heat"],
        "amount": [100.0, 103.0], "created": ["2025-01-05", "2025-01-08"], "outcome": "open", "owner": ["p", "q"],
    })  # fmt: skip
    return deals.assign(**change)


def test_a_pair_is_told_once_in_the_order_it_was_entered():
    found = double_booked(pair(created=["2025-01-08", "2025-01-05"]))
    assert found[["opportunity_id", "later", "bu_id", "days_apart"]].values.tolist() == [
        ["b", "a", "Heat", 3]
    ]
    assert found["amount_gap"].tolist() == pytest.approx([3 / 103])


@pytest.mark.parametrize(
    "change",
    [
        {"account_id": ["x", "y"]},
        {"account_id": "unassigned"},
        {"family": ["Pumps", "Seals"]},
        {"bu_id": "Flow"},
        {"amount": [100.0, 106.0]},
        {"created": ["2025-01-01", "2025-01-09"]},
        {"outcome": ["open", "won"]},
    ],
)
def test_what_differs_is_no_double(change):
    try:
        assert double_booked(pair(**change)).empty
    except NotDefinedError:
        assert change == {"account_id": "unassigned"}


@pytest.mark.parametrize("days", range(8))
def test_no_day_of_the_week_hides_a_pair(days):
    start = pd.Timestamp("2025-01-05") + pd.Timedelta(days=days)
    assert len(double_booked(pair(created=[start, start + pd.Timedelta(days=7)]))) == 1


def test_without_family_the_customer_is_enough_and_without_units_nothing_is_said():
    assert len(double_booked(pair().drop(columns="family"))) == 1
    with pytest.raises(NotDefinedError, match="no business unit"):
        double_booked(pair().drop(columns="bu_id"))
    with pytest.raises(UnitError):
        double_booked(pair(), tolerance=5)


# -- what counts, and what the hours carry ---------------------------------------------------------------


def chances(counted_as) -> pd.DataFrame:
    n = len(counted_as)
    probability = [0.5 if s == "judged" else np.nan for s in counted_as]
    index = [f"D{k:05d}" for k in range(n)]
    return pd.DataFrame({"age_days": 10.0, "probability": probability, "counted_as": counted_as}, index=index)


def everything() -> tuple[pd.DataFrame, pd.DataFrame]:
    book = open_deals([100.0, 200.0, 400.0, np.nan, 800.0], [0.9] * 5, expected_close=["2026-02-01"] * 4 + ["2028-01-01"],
                      account_id=["x", None, "x", "y", "y"], margin_rate=0.5)  # fmt: skip
    found = open_pipeline(book, chances(["judged", "judged", "no_precedent", "judged", "judged"]),
                          pd.DataFrame({"opportunity_id": ["D00000"], "later": ["D00001"]}), "2026-03-01")  # fmt: skip
    return book, found


def test_each_open_deal_counts_once_or_says_why_not():
    _book, found = everything()
    assert found["counted_as"].tolist() == ["judged", "booked_twice", "no_precedent", "no_amount", "judged"]
    assert found["double_of"].dropna().to_dict() == {"D00001": "D00000"}
    assert found["overdue"].tolist() == [True, True, True, True, False]
    assert valued(found).index.tolist() == ["D00000", "D00004"]
    assert valued(found, "2026-03-01").index.tolist() == ["D00000"]


def test_lines_add_up_to_what_counts():
    book, found = everything()
    summary = pipeline_summary(found, valued(found), book, "2026-03-01", target=50.0)
    lines = pipeline_lines(summary).set_index("line")
    down = ["booked", "booked_twice", "no_precedent", "no_history", "no_amount"]
    assert lines.loc[down, "amount"].sum() == lines.loc["counted", "amount"] == 900
    assert lines.loc[down, "deals"].sum() == lines.loc["counted", "deals"] == 2
    assert (summary.weighted, summary.seller_weighted, summary.in_period) == (450, pytest.approx(810), 100)
    assert (summary.coverage_ratio, summary.unassigned_deals) == (2.0, 1)
    assert np.isnan(summary.needed)


def test_deals_of_no_amount_say_so():
    found = open_pipeline(open_deals([np.nan], [0.5]), chances(["judged"]))
    with pytest.raises(NotDefinedError, match="no amount"):
        valued(found)


def test_ranking_by_the_hour_passes_over_what_does_not_fit():
    deals = open_deals([100.0, 900.0, 100.0], [0.5, 0.5, 0.1], margin_rate=0.4, effort=[10.0, 40.0, 20.0])
    table = prioritise(deals, capacity=30)
    assert table.index.tolist() == ["D00001", "D00000", "D00002"]
    assert table["return_per_hour"].tolist() == pytest.approx([4.5, 2.0, 0.2])
    assert table["chosen"].tolist() == [False, True, True]
    summary = priority_summary(table, 30)
    assert (summary.chosen, summary.hours, summary.beyond) == (2, 30, 4.5)
    assert summary.margin_share == pytest.approx(24 / 204)


def test_what_is_expected_to_lose_money_is_never_chosen():
    deals = open_deals([100.0, 100.0], [0.5, 0.5], margin_rate=[-0.1, 0.2])
    assert prioritise(deals, capacity=1_000, effort=1.0)["chosen"].tolist() == [True, False]


def test_hours_by_stage_and_multiples_by_deal():
    deals = open_deals([100.0, 100.0], [0.5, 0.5], margin_rate=0.2, stage=["Lead", "Offer"])
    hours = deal_hours(deals, {"Lead": 10, "Offer": 20})
    table = prioritise(deals, 100, effort=hours, multiple=pd.Series([1.0, 4.0], hours.index))
    assert table["return_per_hour"].to_dict() == pytest.approx({"D00001": 2.0, "D00000": 1.0})
    with pytest.raises(ParameterError, match="Offer"):
        deal_hours(deals, {"Lead": 10})
    assert hours_there(hours) == 15
    assert hours_there(hours, decided=7) == 7


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"margin_rate": np.nan}, NotDefinedError),
        ({"effort": 0.0}, ValuesError),
        ({"margin_rate": 40.0}, UnitError),
    ],
)
def test_a_ranking_needs_margin_and_hours(change, error):
    with pytest.raises(error):
        prioritise(open_deals([1.0], [0.5], margin_rate=0.3).assign(**change), capacity=10)


def test_every_open_deal_is_in_the_list_ranked_or_not():
    _book, found = everything()
    ranking = prioritise(valued(found), 40)
    table = ranked_deals(found, ranking)
    assert sorted(table.index) == sorted(found.index)
    assert table["chosen"].sum() == 1
    assert ranked_deals(found)["rank"].isna().all()


amounts = st.lists(st.tuples(st.floats(1, 1e6), st.floats(0, 1)), min_size=1, max_size=20)


@settings(max_examples=60, deadline=None)
@given(amounts, st.floats(0.1, 100))
def test_the_currency_unit_changes_nothing_but_the_unit(pairs, unit):
    amount, p = (np.array(side) for side in zip(*pairs, strict=True))
    one, other = (weighted_pipeline(open_deals(amount * k, p)) for k in (1.0, unit))
    assert other.value == pytest.approx(unit * one.value)
    assert other.sd == pytest.approx(unit * one.sd)
    assert one.value <= amount.sum() * (1 + 1e-12)


@settings(max_examples=40, deadline=None)
@given(amounts, st.floats(1, 500))
def test_chosen_deals_never_take_more_hours_than_there_are(pairs, capacity):
    amount, p = zip(*pairs, strict=True)
    hours = np.linspace(5, 80, len(pairs))
    table = prioritise(open_deals(list(amount), list(p), margin_rate=0.3, effort=hours), capacity)
    assert table.loc[table["chosen"], "effort"].sum() <= capacity * (1 + 1e-6)
    assert sorted(table["rank"]) == list(range(1, len(pairs) + 1))
