"""What losing customers costs: worked cases, hand arithmetic, invariants."""

from __future__ import annotations

import time
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from kamkit.errors import (
    ColumnError,
    NotDefinedError,
    ParameterError,
    UnitError,
    ValuesError,
)
from kamkit.method import risk
from kamkit.method.profitability import customer_pnl
from tests.method import toy

MONEY = st.floats(-1e6, 1e6, allow_nan=False)


def ids(n: int) -> pd.Index:
    return pd.Index([f"C{i:05d}" for i in range(n)], name="account_id")


def pnl(n: int, seed: int = 1) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    revenue = draw.pareto(1.5, n) * 1e5 + 1e3
    cost = revenue * draw.uniform(0.5, 0.8, n)
    return pd.DataFrame(
        {"invoiced_revenue": revenue, "product_cost": cost, "cm1": revenue - cost}, index=ids(n)
    )


# -- the worked case ---------------------------------------------------------------------------------


def test_losing_a_customer_of_five_per_cent_costs_a_sixth_of_ebit():
    lost = risk.loss_impact(100.0, 0.35, ebit=10.0, share=0.05)
    assert lost.ebit_change == pytest.approx(-1.75)
    assert lost.share_of_ebit == pytest.approx(0.175)


def test_avoidable_cost_helps_and_stranded_cost_hurts():
    plain, helped = (risk.loss_impact(100, 0.35, 10, avoidable_cost=a, share=0.05) for a in (0.0, 0.5))
    hurt = risk.loss_impact(100, 0.35, 10, stranded_cost=0.5, share=0.05)
    assert helped.ebit_change - plain.ebit_change == pytest.approx(0.5)
    assert hurt.ebit_change - plain.ebit_change == pytest.approx(-0.5)


def test_a_series_gives_each_account_its_own():
    revenue = pd.Series({"a": 60.0, "b": 40.0})
    lost = risk.loss_impact(revenue, pd.Series({"b": 0.5, "a": 0.25}), 100, avoidable_cost=2.0)
    assert lost["ebit_change"].to_dict() == {"a": -13.0, "b": -18.0}
    assert lost["share_of_ebit"].to_dict() == {"a": 0.13, "b": 0.18}


@pytest.mark.parametrize("ebit", [0.0, -5.0])
def test_there_is_no_share_of_an_ebit_that_is_not_positive(ebit):
    lost = risk.loss_impact(100, 0.35, ebit, share=0.05)
    assert lost.ebit_change == pytest.approx(-1.75)
    assert np.isnan(lost.share_of_ebit)


@pytest.mark.parametrize(
    ("given_", "error"),
    [
        ({"contribution_rate": 35}, UnitError),
        ({"share": 5}, UnitError),
        ({"revenue": float("nan")}, ValuesError),
        ({"avoidable_cost": -1.0}, ValuesError),
        ({"revenue": pd.Series({"a": 1.0}), "stranded_cost": pd.Series({"b": 1.0})}, ValuesError),
    ],
)
def test_what_cannot_be_a_loss_is_refused(given_, error):
    with pytest.raises(error):
        risk.loss_impact(**{"revenue": 100.0, "contribution_rate": 0.35, "ebit": 10.0, **given_})


@given(st.lists(MONEY, min_size=1, max_size=20), st.floats(0.001, 1000))
def test_the_currency_unit_changes_no_share(revenues, unit):
    series = pd.Series(revenues, index=ids(len(revenues)))
    one, other = (risk.loss_impact(series * u, 0.3, 1e5 * u)["share_of_ebit"] for u in (1.0, unit))
    np.testing.assert_allclose(one, other, atol=1e-9)


# -- accounts: the toy company by hand ---------------------------------------------------------------


def toy_losses(**more) -> pd.DataFrame:
    tables = toy.ledger(), toy.activities(), toy.activity_use()
    table = customer_pnl(toy.sales(), *tables)
    return risk.account_losses(table, *tables, **more)


def test_ebit_is_what_the_ledger_leaves():
    # 2000 revenue − 1175 − 100 deductions − 20 − 600 − 240 − 50 − 500; transfers net, excluded is out
    assert risk.operating_result(toy.ledger()) == pytest.approx(2000 - 1175 - 100 - 20 - 600 - 240 - 50 - 500)


def test_what_is_booked_falls_away_and_time_stays():
    # a: sales 1500 − deduction 90 − product 800 = CM1 610; booked below it 50; time 150 + 60
    # b: sales 300 − product 225 = 75; booked 20; time 150 + 120
    losses = toy_losses()
    assert losses.loc["a", ["contribution", "avoidable_cost", "ebit_change", "idle_cost"]].tolist() == [
        610, 50, -560, 210]  # fmt: skip
    assert losses.loc["b", ["contribution", "avoidable_cost", "ebit_change", "idle_cost"]].tolist() == [
        75, 20, -55, 270]  # fmt: skip
    assert losses.loc["a", "idle_minutes"] == 400
    assert "unassigned" not in losses.index


def test_a_customer_that_loses_money_may_carry_ebit():
    profit = customer_pnl(toy.sales(), toy.ledger(), toy.activities(), toy.activity_use())["customer_profit"]
    assert profit["b"] < 0
    assert toy_losses().loc["b", "ebit_change"] < 0


def test_time_that_can_be_cut_is_no_longer_idle():
    losses = toy_losses(team_share=1.0)
    assert losses.loc["b", "ebit_change"] == pytest.approx(-(75 - 20 - 270))
    assert losses["idle_cost"].eq(0).all()


def test_fixed_cost_inside_the_contribution_is_stranded():
    losses = toy_losses(stranded_share=0.1)
    assert losses.loc["a", "stranded_cost"] == pytest.approx(80.0)
    assert losses.loc["a", "ebit_change"] == pytest.approx(-640.0)


def test_without_a_ledger_the_revenue_is_told_and_nothing_more():
    losses = risk.account_losses(customer_pnl(toy.sales(), None))
    assert losses.loc["a", "revenue"] == 1500
    assert losses[["ebit_change", "share_of_ebit", "avoidable_cost"]].isna().all(axis=None)
    with pytest.raises(NotDefinedError, match="ledger"):
        risk.joint_losses(losses)
    with pytest.raises(NotDefinedError, match="ledger"):
        risk.simulate_losses(losses["ebit_change"], 0.05)


# -- several at once ---------------------------------------------------------------------------------


def test_the_joint_loss_is_the_sum_and_no_other_accounts_cost_more():
    table = pnl(12)
    losses = risk.account_losses(table).assign(avoidable_cost=0.0, idle_cost=0.0, ebit_change=-table["cm1"])
    joint = risk.joint_losses(losses, ebit=1e6, most=5)
    ranked = np.sort(table["cm1"])[::-1]
    assert joint["ebit_change"].tolist() == pytest.approx([0.0, *(-ranked[:5].cumsum())])
    assert (joint["ebit_after"] == 1e6 + joint["ebit_change"]).all()
    three = risk.stress(table, list(joint["account_id"][1:4]), ebit=1e6)
    assert three.ebit_change == pytest.approx(joint["ebit_change"].iloc[3])


def test_stress_frees_the_minutes_of_the_lost():
    tables = toy.ledger(), toy.activities(), toy.activity_use()
    minutes = risk.team_minutes_by_account(*tables)
    assert minutes.loc["a"].to_dict() == {"Desk": 300.0, "Van": 100.0}
    from kamkit.method.profitability import capacity_use

    both = risk.stress(
        customer_pnl(toy.sales(), *tables), ["a", "b"], minutes=minutes, capacity=capacity_use(*tables)
    )
    assert both.idle_minutes == 900
    assert both.teams["utilisation_after"].to_dict() == pytest.approx({"Desk": 0.0, "Van": 0.0})
    assert both.teams.loc["Desk", "utilisation_before"] == pytest.approx(0.5)


def test_the_largest_are_taken_by_revenue_and_strangers_refused():
    table = pnl(5)
    largest = table["invoiced_revenue"].nlargest(2)
    assert set(risk.stress(table, 2).accounts) == set(largest.index)
    for wrong in (["C99999"], ["C00001", "C00001"], 0):
        with pytest.raises(ParameterError):
            risk.stress(table, wrong)


@given(st.permutations(range(8)))
def test_row_order_changes_no_stress(order):
    table = pnl(8)
    figures = [asdict(risk.stress(t, 3, ebit=1e6)) for t in (table.iloc[list(order)], table)]
    assert pd.Series(figures[0]).drop("teams").equals(pd.Series(figures[1]).drop("teams"))


def test_months_to_replace_is_contribution_over_what_a_month_wins():
    table = pd.DataFrame(
        {"invoiced_revenue": [100.0, 500.0], "product_cost": [28.0, 140.0], "cm1": [72.0, 360.0]},
        index=ids(2),
    )
    accounts = pd.DataFrame({"account_id": ids(2), "since": ["2023-06-01", "2010-01-01"]})
    won = risk.new_business(table, accounts, "2025-12-31")
    assert won == pytest.approx(72 / 36)
    assert risk.months_to_replace(table["cm1"], won).tolist() == pytest.approx([36.0, 180.0])
    with pytest.raises(NotDefinedError):
        risk.new_business(table, accounts.iloc[1:], "2025-12-31")


def test_ten_thousand_accounts_are_lost_again_within_a_key_press():
    table = pnl(10_000)
    minutes = pd.DataFrame(np.ones((10_000, 8)), index=table.index, columns=list("abcdefgh"))
    risk.stress(table, 3, 1e6, minutes=minutes)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        risk.stress(table, list(table.index[:40]), 1e6, pd.Series(1.0, index=table.index), 0.0, minutes)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.05


# -- expected and simulated --------------------------------------------------------------------------


def test_expected_loss_is_probability_times_impact():
    impact = pd.Series({"a": -100.0, "b": -50.0})
    assert risk.expected_loss(pd.Series({"b": 0.2, "a": 0.1}), impact).to_dict() == {"a": -10.0, "b": -10.0}
    with pytest.raises(UnitError):
        risk.expected_loss(5, impact)


@pytest.mark.parametrize("correlation", [0.0, 0.3])
def test_the_simulation_meets_mean_and_spread(correlation):
    impact = pd.Series(-1.0, index=ids(50))
    found = risk.simulate_losses(impact, 0.1, correlation=correlation, draws=40_000, seed=3)
    assert found.expected == pytest.approx(-5.0)
    assert found.mean == pytest.approx(-5.0, abs=0.1)
    if correlation == 0:  # binomial: sd = √(50 · 0.1 · 0.9)
        assert found.sd == pytest.approx(np.sqrt(4.5), rel=0.02)
    else:
        assert found.sd > 1.5 * np.sqrt(4.5)


def test_the_order_of_the_accounts_changes_no_draw():
    impact = -pnl(30)["cm1"]
    one, other = (risk.simulate_losses(s, 0.05, 1e6, draws=500) for s in (impact, impact.iloc[::-1]))
    pd.testing.assert_series_equal(one.outcomes, other.outcomes)


def test_the_histogram_counts_each_year_once():
    found = risk.simulate_losses(-pnl(30)["cm1"], 0.05, draws=1_000)
    assert risk.loss_histogram(found)["draws"].sum() == 1_000


def test_who_bought_one_year_and_not_the_next_is_lost():
    days = pd.to_datetime(["2023-01-10", "2023-04-01", "2024-02-01", "2024-06-01", "2025-01-15"])
    sales = pd.DataFrame(
        {"date": days, "account_id": ["a", "b", "a", "c", "a"], "net_amount": [10.0, 5.0, 8.0, 2.0, 9.0]}
    )
    # 2023 → 2024: a stays, b goes; 2024 → 2025: a stays, c goes
    found = risk.loss_history(sales, "2025-12-31")
    assert (found.years, found.at_risk, found.lost, found.rate) == (2, 4, 2, 0.5)
    assert found.revenue_rate == pytest.approx(7 / 25)
    wilson = binomtest(2, 4).proportion_ci(method="wilson")
    assert (found.rate_low, found.rate_high) == pytest.approx((wilson.low, wilson.high))
    with pytest.raises(NotDefinedError):
        risk.loss_history(sales.iloc[4:], "2025-12-31")


def test_who_buys_in_the_evening_of_the_last_day_is_not_lost():
    days = pd.to_datetime(["2024-01-05", "2024-02-05", "2025-03-05", "2025-12-31 18:00"], format="ISO8601")
    sales = pd.DataFrame({"date": days, "account_id": ["a", "b", "a", "b"], "net_amount": 1.0})
    assert risk.loss_history(sales, "2025-12-31").lost == 0
    assert risk.loss_history(sales, "2025-12-30").lost == 1


# -- the register ------------------------------------------------------------------------------------


def test_a_stated_grade_goes_before_the_judged_one_and_needs_a_reason():
    criteria = pd.DataFrame({"instrument": ["attractiveness"], "item_id": ["sector_position"],
                             "text": ["Position"], "scale_min": [1], "scale_max": [5]})  # fmt: skip
    answers = pd.DataFrame({"instrument": "attractiveness", "item_id": "sector_position",
                            "subject_id": ["a", "b", "c"], "value": [4.0, 3.0, 2.9]})  # fmt: skip
    told = {"c": {"grade": "high", "reason": "the port asks them"}}
    grades = risk.reputation(answers, criteria, ["a", "b", "c", "d"], told)
    assert grades["reputation"].tolist() == ["high", "medium", "high", "not stated"]
    assert grades.loc["a", "reputation_reason"] == "Position: 4.0 of 5 (n = 1)"
    with pytest.raises(ValuesError, match="reason"):
        risk.reputation(among=["a"], stated={"a": {"grade": "low"}})
    with pytest.raises(ParameterError):
        risk.reputation(among=["a"], stated={"a": {"grade": "bad", "reason": "x"}})


def test_the_register_takes_the_rate_of_the_past_unless_somebody_stated_another():
    losses = pd.DataFrame({"contribution": [40.0, 20.0], "ebit_change": [-25.0, -10.0]}, index=ids(2))
    history = risk.LossHistory(2, 100, 4, 0.04, 0.01, 0.1, 0.01)
    table = risk.loss_register(losses, losses, "2025-12-31", history=history, probability={"C00001": 0.5})
    assert table["expected_loss"].tolist() == pytest.approx([-1.0, -5.0])
    with pytest.raises(ParameterError):
        risk.loss_register(losses, losses, "2025-12-31", probability={"x": 0.5})
    with pytest.raises(ColumnError):
        risk.loss_register(losses[["contribution"]], losses, "2025-12-31")
