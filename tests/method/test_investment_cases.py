"""Cases against a counterfactual, account plans, simulation and tornado: hand arithmetic, invariants."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkit.errors import ColumnError, EmptyError, NotDefinedError, ParameterError, UnitError, ValuesError
from kamkit.method.investment import (
    RANGES,
    Normal,
    investment_case,
    investment_decisions,
    npv_histogram,
    planned_cases,
    simulate_case,
    simulate_cases,
    simulation_record,
    tornado,
)

MARKET = "grows with its market"


def case(**changed):
    """1 000 thousand of revenue, 10 % uplift at 40 %: 40 thousand a year for 100 thousand."""
    given = {"revenue": 1_000.0, "uplift": 0.10, "margin_rate": 0.40, "programme_cost": 0.0, "rate": 0.10}
    given |= {"counterfactual": MARKET, "years": 5, "initial": 100.0, "required_return": 0.10}
    return investment_case(**(given | changed))


def test_the_worked_case():
    found = case()
    assert round(found.npv, 2) == 51.63
    assert (found.payback, round(found.discounted_payback, 2)) == (2.5, 3.02)
    assert found.roi == pytest.approx((5 * 40 - 100) / 100)
    assert found.counterfactual == MARKET
    assert found.verdict == "earns_required_return"
    assert found.table["net"].tolist() == pytest.approx([-100, 40, 40, 40, 40, 40])
    assert found.table["cumulative"].tolist() == pytest.approx([-100, -60, -20, 20, 60, 100])
    assert found.table["cumulative_discounted"].iloc[-1] == pytest.approx(found.npv)


def test_ramp_retention_and_yearly_cost_by_hand():
    """Ramp of two years: a quarter, three quarters, all; half of it kept a year."""
    found = case(years=3, ramp=2.0, retention=0.5, programme_cost=5.0, initial=0.0)
    assert found.table["revenue_uplift"].tolist() == pytest.approx([0, 25.0, 37.5, 25.0])
    assert found.table["net"].tolist() == pytest.approx([0, 5.0, 10.0, 5.0])


@given(st.floats(0.1, 6.0))
def test_a_ramp_takes_half_of_its_length_from_the_whole(ramp):
    years = 8
    found = case(years=years, ramp=ramp)
    assert found.table["revenue_uplift"].sum() == pytest.approx(100 * (years - ramp / 2))


def test_break_even_uplift_is_where_the_value_is_zero():
    found = case(ramp=1.5, retention=0.9, programme_cost=7.0)
    at_zero = case(uplift=found.break_even_uplift, ramp=1.5, retention=0.9, programme_cost=7.0)
    assert at_zero.npv == pytest.approx(0, abs=1e-9)


def test_break_even_uplift_of_one_plain_year_is_the_definition():
    found = case(years=1, initial=0.0, programme_cost=50.0, rate=0.0)
    assert found.break_even_uplift == pytest.approx(50 / (0.40 * 1_000))


@pytest.mark.parametrize(
    ("required", "verdict"),
    [
        (0.10, "earns_required_return"),
        (0.28, "earns_required_return"),
        (0.29, "below_required_return"),
        (None, "not_judged"),
    ],
)
def test_the_verdict_turns_at_the_internal_rate(required, verdict):
    """The internal rate of −100 and five times 40 is 28.6 %."""
    assert case(required_return=required).verdict == verdict
    assert case().irr == pytest.approx(0.2865, abs=5e-5)


def test_money_lost_is_said_so():
    found = case(uplift=0.02)
    assert found.verdict == "loses_money"
    assert found.payback == math.inf
    assert found.npv == pytest.approx(-100 + 8 * (1 - 1.1**-5) / 0.1)


def test_without_a_change_of_sign_the_return_is_not_defined_and_the_rest_is():
    found = case(initial=0.0)
    assert math.isnan(found.irr)
    assert "never change their sign" in found.note
    assert found.npv == pytest.approx(40 * (1 - 1.1**-5) / 0.1)


@pytest.mark.parametrize("text", ["", "  ", None])
def test_the_counterfactual_must_be_stated(text):
    with pytest.raises(ParameterError, match="counterfactual is not stated"):
        case(counterfactual=text)


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("rate", 10, UnitError), ("uplift", 10, UnitError), ("margin_rate", 40, UnitError),
        ("retention", 90, UnitError), ("required_return", 12, UnitError), ("rate", float("nan"), ValuesError),
        ("revenue", float("nan"), ValuesError), ("revenue", -1.0, ValuesError),
        ("initial", -1.0, ValuesError), ("ramp", -1.0, ValuesError),
        ("years", 0, ParameterError), ("years", 1.5, ParameterError),
    ],
)  # fmt: skip
def test_faults_of_a_case(name, value, error):
    with pytest.raises(error):
        case(**{name: value})


def test_lists_of_different_lengths_are_refused():
    with pytest.raises(ParameterError, match="different lengths"):
        case(revenue=[1.0, 2.0], programme_cost=[1.0])


# -- plans -------------------------------------------------------------------------------------------


def plan(*rows) -> pd.DataFrame:
    columns = ["subject_id", "kind", "month", "amount", "probability"]
    table = pd.DataFrame(rows, columns=columns).assign(subject_type="account")
    table["month"] = pd.to_datetime(table["month"])
    return table.assign(item_id=[f"P{i}" for i in range(len(table))])


TWO = plan(
    ("a", "investment", "2026-01-01", 100.0, None),
    ("a", "benefit", "2026-06-01", 50.0, 0.8),
    ("a", "benefit", "2027-02-01", 110.0, 1.0),
    ("b", "investment", "2027-01-01", 55.0, None),
    ("b", "benefit", "2028-01-01", 121.0, None),
)


def test_plans_by_hand():
    """a: −100 + 40, then 110/1.1 = 100; b stands a year later: −55/1.1 + 121/1.21."""
    found = planned_cases(TWO, 0.10, required_return=0.10)
    assert found.table["npv"].to_dict() == pytest.approx({"a": 40.0, "b": 50.0})
    assert found.table["investment"].to_dict() == {"a": 100.0, "b": 55.0}
    assert found.programme.npv == pytest.approx(90.0)
    assert (found.n, found.failing) == (2, 0)


def test_the_order_of_rows_changes_nothing():
    shuffled = planned_cases(TWO.sample(frac=1, random_state=3), 0.10).table
    pd.testing.assert_frame_equal(shuffled, planned_cases(TWO, 0.10).table)


def test_the_uplift_that_a_plan_needs():
    """50/1.1 … cost of today 100, margin 25 % of 1 000 over three years at 0 %."""
    pnl = pd.DataFrame({"pocket_revenue": [1_000.0], "cm1": [250.0]}, index=["a"])
    found = planned_cases(TWO, 0.0, pnl=pnl)
    assert found.table.loc["a", "break_even_uplift"] == pytest.approx(100 / (3 * 250))
    assert math.isnan(found.table.loc["b", "break_even_uplift"])
    assert math.isnan(found.programme.break_even_uplift)
    assert found.cases["a"].table["revenue_uplift"].tolist() == pytest.approx([160.0, 440.0, 0.0])


def test_a_plan_without_benefit_or_month_is_not_judged():
    rows = plan(("a", "investment", "2026-01-01", 10.0, None), ("b", "investment", "2026-01-01", 10.0, None),
                ("b", "benefit", "2026-02-01", 30.0, 0.9), ("b", "benefit", None, 30.0, 0.9))  # fmt: skip
    found = planned_cases(rows, 0.10, required_return=0.10)
    assert found.table["verdict"].to_dict() == {"a": "incomplete", "b": "incomplete"}
    assert found.table["incomplete_rows"].to_dict() == {"a": 0, "b": 1}


def test_faults_of_plans():
    with pytest.raises(NotDefinedError, match="no account plan"):
        planned_cases(TWO.assign(kind="goal"), 0.10)
    with pytest.raises(NotDefinedError, match="both month and amount"):
        planned_cases(TWO.assign(amount=np.nan), 0.10)
    with pytest.raises(UnitError, match="no fractions"):
        planned_cases(TWO.assign(probability=80.0), 0.10)
    with pytest.raises(UnitError):
        planned_cases(TWO, 10)
    with pytest.raises(EmptyError):
        planned_cases(TWO.head(0), 0.10)
    with pytest.raises(ColumnError, match="kind"):
        planned_cases(TWO.drop(columns="kind"), 0.10)


# -- simulation --------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_futures_and_another_one_others():
    first, again, other = (simulate_case(case(), **RANGES, draws=500, seed=s) for s in (7, 7, 8))
    assert first.npv.equals(again.npv)
    assert not first.npv.equals(other.npv)
    assert simulation_record(first)["seed"].unique().tolist() == [7]


def test_nothing_uncertain_is_the_plan():
    found = simulate_case(case(), draws=100)
    assert found.npv.unique().tolist() == pytest.approx([case().npv])
    assert found.probability_of_loss == 0


def test_the_mean_of_a_linear_input_is_that_of_its_distribution():
    """Triangular (0.4, 1, 1.3): mean 0.9; present value of the benefits 151.63."""
    found = simulate_case(case(), uplift=(0.4, 1.0, 1.3), draws=40_000, seed=1)
    sd = 151.63 * math.sqrt((0.16 + 1 + 1.69 - 0.4 - 0.52 - 1.3) / 18)
    assert found.mean == pytest.approx(0.9 * 151.63 - 100, abs=4 * sd / 200)
    assert found.npv.std() == pytest.approx(sd, rel=0.03)


def test_the_probability_of_loss_of_a_normal_input_is_the_normal_distribution():
    """Benefits of 151.63 · N(1, 0.34) against 100: loss below −1.0014 standard deviations, 15.83 %."""
    found = simulate_case(case(), uplift=Normal(1.0, 0.34), draws=40_000, seed=2)
    assert found.probability_of_loss == pytest.approx(0.1583, abs=4 * found.standard_error)
    assert found.standard_error == pytest.approx(math.sqrt(0.1583 * 0.8417 / 40_000), rel=0.05)


def test_a_delay_loses_what_falls_beyond_the_last_year():
    """Half a year later: 20, 40, 40, 40, 40 at no interest."""
    assert simulate_case(case(rate=0.0), ramp=0.5, draws=100).mean == pytest.approx(180 - 100)


def test_retention_and_cost_by_hand():
    kept = simulate_case(case(rate=0.0, years=2), retention=0.5, draws=100).mean
    assert kept == pytest.approx(40 * 0.5 + 40 * 0.25 - 100)
    assert simulate_case(case(), cost=1.2, draws=100).mean == pytest.approx(case().npv - 20)


def test_a_change_of_one_input_leaves_the_draws_of_the_others():
    """Cost falls at t = 0 only, so that a dearer programme moves every future by the same."""
    cheap = simulate_case(case(), uplift=(0.5, 1.0, 1.3), cost=1.0, draws=300)
    dear = simulate_case(case(), uplift=(0.5, 1.0, 1.3), cost=1.1, draws=300)
    assert (cheap.npv - dear.npv).to_numpy() == pytest.approx(10.0)


def test_impossible_draws_are_moved_and_counted():
    found = simulate_case(case(), retention=Normal(1.0, 0.2), draws=4_000)
    assert found.clipped == pytest.approx(0.5, abs=0.04)


def test_close_calls():
    cases = {"sure": case(), "close": case(uplift=0.068), "lost": case(uplift=0.01)}
    table = simulate_cases(cases, {"uplift": (0.7, 1.0, 1.2)}, draws=2_000)
    assert table["close_call"].to_dict() == {"sure": False, "close": True, "lost": False}
    assert table.loc["lost", "probability_of_loss"] == 1


def certainty(**rows) -> pd.DataFrame:
    columns = ["npv", "probability_of_loss", "verdict", "close_call"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("account_id")


def test_a_proposal_for_each_account_by_the_first_rule_that_fits():
    sure = certainty(
        good=(90.0, 0.05, "earns_required_return", False), close=(20.0, 0.4, "earns_required_return", True),
        exit=(30.0, 0.1, "earns_required_return", False), lost=(-9.0, 1.0, "loses_money", False),
        thin=(1.0, 0.9, "below_required_return", False), half=(5.0, 0.0, "incomplete", False),
        open=(5.0, 0.0, "not_judged", False),
    )  # fmt: skip
    treatment = pd.DataFrame({"treatment": ["invest", "exit", None]}, index=["good", "exit", "close"])
    chosen = pd.DataFrame({"chosen": [True, True, False]}, index=["good", "new", "other"])
    found = investment_decisions(sure, treatment, chosen)["decision"]
    assert found.to_dict() == {
        "good": "invest", "close": "invest_in_steps", "exit": "settle_treatment", "half": "plan_first",
        "new": "plan_first", "open": "required_return_first", "thin": "do_not_invest",
        "lost": "do_not_invest",
    }  # fmt: skip
    assert found.index.tolist() == ["good", "close", "exit", "half", "new", "open", "thin", "lost"]


def test_without_treatment_the_case_alone_decides():
    sure = certainty(exit=(30.0, 0.1, "earns_required_return", False))
    assert investment_decisions(sure)["decision"].tolist() == ["invest"]
    with pytest.raises(ColumnError, match="verdict"):
        investment_decisions(sure.drop(columns="verdict"))


def test_the_histogram_counts_every_draw_and_is_divided_at_zero():
    simulation = simulate_case(case(), **RANGES, draws=3_000, seed=5)
    table = npv_histogram(simulation, classes=20)
    assert table["draws"].sum() == 3_000
    assert np.ptp(table["class_to"] - table["class_from"]) < 1e-9
    losing = table.loc[table["class_to"] <= 1e-9, "share"].sum()
    assert losing == pytest.approx(simulation.probability_of_loss)


def test_tornado_by_hand_and_in_order():
    found = tornado(case(rate=0.0), uplift=(0.5, 1.0, 1.2), cost=(0.9, 1.0, 1.4), ramp=(0.0, 0.0, 1.0))
    assert found["input"].tolist() == ["uplift", "cost", "ramp"]
    assert found["npv_base"].unique().tolist() == pytest.approx([100.0])
    assert found["span"].tolist() == pytest.approx([140.0, 50.0, 40.0])
    ramp = found.set_index("input").loc["ramp"]
    assert (ramp["npv_low"], ramp["npv_high"]) == pytest.approx((100.0, 60.0))


@pytest.mark.parametrize(
    ("given_range", "error"),
    [
        ({"uplift": (60, 100, 120)}, UnitError), ({"retention": 90}, UnitError), ({"ramp": 18}, UnitError),
        ({"uplift": (1.0, 0.5, 1.2)}, ParameterError), ({"uplift": (1.0, 1.2)}, ParameterError),
        ({"cost": -0.5}, ValuesError), ({"uplift": float("nan")}, ValuesError),
        ({"cost": Normal(1.0, -1)}, ValuesError), ({"draws": 5}, ParameterError),
        ({"seed": -1}, ParameterError), ({"seed": 1.5}, ParameterError),
    ],
)  # fmt: skip
def test_faults_of_a_simulation(given_range, error):
    with pytest.raises(error):
        simulate_case(case(), **given_range)


def test_a_tornado_needs_a_range_and_unknown_inputs_are_named():
    with pytest.raises(ParameterError, match="no input has a range"):
        tornado(case())
    with pytest.raises(ParameterError, match="growth"):
        simulate_cases({"a": case()}, {"growth": (0.1, 0.2, 0.3)})


def test_a_case_is_frozen():
    with pytest.raises(AttributeError):
        case().npv = 1.0
    assert replace(case(), verdict="x").verdict == "x"
