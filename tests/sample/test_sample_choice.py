"""The choice on the sample: what was planted comes back."""

from __future__ import annotations

import pandas as pd
import pytest

from kamkit.method import portfolio, scoring


@pytest.fixture(scope="module")
def answers(tables):
    return tables["responses"], tables["criteria"]


def test_gates_fail_the_planted_accounts(answers, truth):
    criteria = scoring.instrument_criteria(answers[1], "attractiveness")
    values = scoring.judged_values(answers[0], "attractiveness")
    failed = scoring.failed_gates(values, criteria)
    assert sorted(failed["account_id"]) == truth["gate_failing_accounts"]
    assert set(failed["criterion"]) == {"payment_reliability"}


def test_spreads_and_the_role_that_stood_apart(answers, truth):
    agreement = scoring.panel_agreement(*answers).set_index("round")["spread"]
    planted = truth["score_spread"]
    assert agreement.round(4).to_dict() == planted
    rounds = scoring.consensus(*answers).dropna(subset=["outlier_role"])
    assert rounds[["item_id", "outlier_role"]].values.tolist() == [
        ["growth_potential", truth["outlier_role"]]
    ]


def test_customers_see_key_accounts_better_served_than_candidates(answers, truth):
    strength = portfolio.relative_strength(*answers)
    assert (strength[truth["key_accounts"]] > 0).all()
    assert strength[truth["considered_accounts"]].mean() < 0


def test_the_grown_account_is_worth_an_investment_and_losing_ones_are_not(answers, truth):
    values = scoring.judged_values(answers[0], "attractiveness_horizon")
    criteria = scoring.instrument_criteria(answers[1], "attractiveness_horizon")
    score = scoring.weighted_score(values, criteria)["score"]
    placed = portfolio.place(score, portfolio.relative_strength(*answers), (0.5, 0.0))
    profit = pd.Series(truth["customer_profit"], name="customer_profit")
    pnl = profit.to_frame().assign(invoiced_revenue=1.0, product_cost=0.0)
    failed = truth["gate_failing_accounts"]
    treated = portfolio.treatment(placed, pnl, failed)["treatment"]
    assert treated[truth["grown_account"]] == "invest"
    losing = [a for a in truth["large_losing_accounts"] if a in treated.index]
    assert losing
    assert not (treated[losing] == "invest").any()
    assert not treated[failed].isin(["invest", "maintain"]).any()
