"""Strength, placement, treatment and the exact choice: by hand, by brute force, by invariants."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamkit.errors import NotDefinedError, ParameterError, UnitError, ValuesError
from kamkit.method import portfolio, scoring
from tests.method.test_scoring import instrument, judged

# -- strength ------------------------------------------------------------------------------------


def ratings(*rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["subject_id", "item_id", "subject_type", "value"])
    return frame.assign(instrument="strength")


def test_strength_is_our_mean_less_the_competitors_mean():
    answers = ratings(
        ("a", "advice", "account", 9), ("a", "advice", "account", 8), ("a", "advice", "competitor", 6),
        ("a", "price", "account", 5), ("a", "price", "competitor", 7),
    )  # fmt: skip
    assert portfolio.relative_strength(answers)["a"] == pytest.approx(((8.5 - 6) + (5 - 7)) / 2)
    criteria = pd.DataFrame(
        {"instrument": "strength", "item_id": ["advice", "price"], "direction": "max", "weight": [0.8, 0.2]}
    )
    assert portfolio.relative_strength(answers, criteria)["a"] == pytest.approx(0.8 * 2.5 - 0.2 * 2)


def test_where_less_is_better_the_lead_is_turned():
    answers = ratings(("a", "late", "account", 2), ("a", "late", "competitor", 5))
    criteria = pd.DataFrame(
        {"instrument": ["strength"], "item_id": ["late"], "direction": ["min"], "weight": 1.0}
    )
    assert portfolio.relative_strength(answers, criteria)["a"] == 3.0


def test_an_account_without_the_best_alternative_is_left_out_not_set_to_zero():
    answers = ratings(
        ("a", "advice", "account", 9), ("a", "advice", "competitor", 6), ("b", "advice", "account", 9)
    )
    assert portfolio.relative_strength(answers).index.tolist() == ["a"]
    with pytest.raises(NotDefinedError, match="best alternative"):
        portfolio.relative_strength(answers.query("subject_type == 'account'"))


def test_items_on_different_scales_cannot_be_added_up():
    answers = ratings(("a", "advice", "account", 9), ("a", "advice", "competitor", 6))
    criteria = pd.DataFrame(
        {
            "item_id": ["advice", "price"],
            "direction": "max",
            "weight": 0.5,
            "scale_min": 1,
            "scale_max": [5, 10],
        }
    )
    with pytest.raises(ParameterError, match="different scales"):
        portfolio.relative_strength(answers, criteria)


# -- placement and treatment ---------------------------------------------------------------------


def test_cells_and_the_value_at_the_cut():
    attractiveness = pd.Series({"a": 0.5, "b": 0.6, "c": 0.49, "d": 0.1, "e": 0.9})
    strength = pd.Series({"a": 0.0, "b": -0.1, "c": 0.4, "d": -2.0, "f": 1.0})
    found = portfolio.place(attractiveness, strength, (0.5, 0.0))
    assert found["cell"].to_dict() == {
        "a": "strategic", "b": "star", "c": "status", "d": "streamline", "e": None, "f": None,
    }  # fmt: skip


LOSES, EARNS = -5.0, 5.0
TABLE = [
    # today, at the horizon, strength, profit, gate failed → treatment, rule
    (0.7, 0.7, 1.0, EARNS, False, "invest", "attractive_ahead"),
    (0.7, 0.7, 1.0, LOSES, False, "maintain", "attractive_ahead_losing"),
    (0.7, 0.7, 1.0, np.nan, False, "invest", "attractive_ahead"),
    (0.4, 0.7, 1.0, EARNS, False, "invest", "becomes_attractive_ahead"),
    (0.7, 0.4, 1.0, EARNS, False, "maintain", "fades_ahead"),
    (0.7, 0.4, 1.0, LOSES, False, "cost_efficient", "unattractive_ahead_losing"),
    (0.7, 0.7, -1.0, EARNS, False, "maintain", "attractive_behind"),
    (0.7, 0.7, -1.0, LOSES, False, "cost_efficient", "attractive_behind_losing"),
    (0.4, 0.4, 1.0, EARNS, False, "maintain", "unattractive_ahead"),
    (0.4, 0.4, -1.0, EARNS, False, "cost_efficient", "unattractive_behind"),
    (0.4, 0.4, -1.0, LOSES, False, "exit", "unattractive_behind_losing"),
    (0.9, 0.9, 2.0, EARNS, True, "cost_efficient", "gate_failed"),
    (0.9, 0.9, 2.0, LOSES, True, "exit", "gate_failed_losing"),
]


@pytest.mark.parametrize(("today", "later", "lead", "profit", "failed", "expected", "rule"), TABLE)
def test_the_rule_that_fires(today, later, lead, profit, failed, expected, rule):
    placed = portfolio.place(pd.Series({"a": today}), pd.Series({"a": lead}), horizon=pd.Series({"a": later}))
    pnl = pd.DataFrame(
        {"invoiced_revenue": 90.0, "product_cost": np.nan, "customer_profit": [profit]}, index=["a"]
    )
    found = portfolio.treatment(placed, pnl, ["a"] if failed else [])
    assert found.loc["a", ["treatment", "rule"]].tolist() == [expected, rule]


def test_each_rule_has_a_case_above_and_a_treatment():
    assert {row[6] for row in TABLE} == set(portfolio.RULES)
    assert {row[6]: row[5] for row in TABLE} == portfolio.RULES


def test_what_is_not_placed_is_not_treated_but_a_failed_gate_knocks_out():
    placed = portfolio.place(pd.Series({"a": 0.7, "b": 0.7}), pd.Series({"c": 1.0}))
    found = portfolio.treatment(placed, gate_failed=pd.Series({"a": True, "b": False}))
    assert found["treatment"].to_dict() == {"a": "cost_efficient", "b": None, "c": None}
    with pytest.raises(ValuesError, match="zz"):
        portfolio.treatment(placed, gate_failed=["zz"])


@pytest.mark.parametrize("cuts", [(0.5,), (0.5, 0.0, 1.0), "50"])
def test_cuts_are_a_pair(cuts):
    with pytest.raises(ParameterError, match="cuts"):
        portfolio.place(pd.Series({"a": 0.5}), pd.Series({"a": 0.5}), cuts)


def test_an_attractiveness_in_percent_is_refused():
    with pytest.raises(ValuesError, match="0–1"):
        portfolio.place(pd.Series({"a": 55.0}), pd.Series({"a": 0.5}))


def test_a_placement_near_its_cut_flips_easily_and_a_failed_gate_never():
    criteria, values = instrument(3).assign(direction="max"), judged(6).clip(2, 4)
    score = scoring.weighted_score(values, criteria)["score"]
    strength = pd.Series(2.0, score.index)
    strength.iloc[0] = 0.2
    placed = portfolio.place(score, strength, (float(score.iloc[1]) + 1e-6, 0.0))
    found = portfolio.placement_flips(values, criteria, portfolio.treatment(placed))
    assert found["flips_easily"].iloc[0]
    assert found["flips_easily"].iloc[1]
    out = portfolio.placement_flips(
        values, criteria, portfolio.treatment(placed, gate_failed=list(score.index))
    )
    assert not out["flips_easily"].any()


# -- the exact choice ----------------------------------------------------------------------------


def brute(value, hours, capacity, count=None, must=(), without=(), more=()):
    best = None
    for picks in product([0, 1], repeat=len(value)):
        x = np.array(picks)
        fits = hours @ x <= capacity + 1e-9 and all(take @ x <= there + 1e-9 for take, there in more)
        if not fits or any(x[m] == 0 for m in must) or any(x[w] == 1 for w in without):
            continue
        if count is not None and x.sum() != count:
            continue
        best = max(value @ x, -np.inf if best is None else best)
    return best


@given(seed=st.integers(0, 10_000), n=st.integers(1, 8))
@settings(max_examples=40, deadline=None)
def test_the_choice_equals_brute_force(seed, n):
    random = np.random.default_rng(seed)
    value, hours = random.normal(50, 40, n), random.uniform(0, 30, n)
    cost, industry = random.uniform(0, 10, n), random.choice(["steel", "food"], n)
    capacity, budget, cap = float(hours.sum() * 0.6), float(cost.sum() * 0.7), 0.8
    names = [f"a{i}" for i in range(n)]
    steel, food = (np.where(industry == s, hours, 0.0) for s in ("steel", "food"))
    more = [(cost, budget), (np.ones(n), n - 1), (steel, cap * capacity), (food, cap * capacity)]
    expected = brute(value, hours, capacity, more=more)
    found = portfolio.choose_accounts(
        pd.Series(value, names), pd.Series(hours, names), capacity, budget, pd.Series(cost, names),
        sponsors=n - 1, industry=pd.Series(industry, names), industry_cap=cap,
    )  # fmt: skip
    assert found.objective == pytest.approx(expected, abs=1e-6)
    assert sum(value[names.index(a)] for a in found.chosen) == pytest.approx(expected, abs=1e-6)
    for point in found.curve.itertuples():
        best = brute(value, hours, capacity, count=point.accounts, more=more)
        assert point.value == pytest.approx(best, abs=1e-6)


def test_mandatory_and_excluded_accounts():
    names = list("abcd")
    value, hours = pd.Series([10.0, 8, 6, 1], names), pd.Series([5.0, 5, 5, 5], names)
    found = portfolio.choose_accounts(value, hours, 10, mandatory=["d"], excluded=["a"])
    assert set(found.chosen) == {"b", "d"}
    assert found.objective == 9.0
    assert found.curve["accounts"].min() == 1


def test_a_loss_is_chosen_only_where_it_is_mandatory():
    value, hours = pd.Series({"a": -5.0, "b": 0.0, "c": 3.0}), pd.Series({"a": 1.0, "b": 1.0, "c": 1.0})
    assert "a" not in portfolio.choose_accounts(value, hours, 10).chosen
    assert portfolio.choose_accounts(value, hours, 10, mandatory=["a"]).objective == -2.0


def test_the_shadow_price_is_the_value_of_an_hour_in_the_relaxation():
    # densities 2, 1.5, 1 per hour: with 12 hours the second is taken in part, so an hour brings 1.5
    value, hours = pd.Series({"a": 20.0, "b": 15.0, "c": 10.0}), pd.Series({"a": 10.0, "b": 10.0, "c": 10.0})
    assert portfolio.choose_accounts(value, hours, 12).shadow_price == pytest.approx(1.5)
    assert portfolio.choose_accounts(value, hours, 31).shadow_price == 0.0


@given(seed=st.integers(0, 5_000))
@settings(max_examples=25, deadline=None)
def test_names_order_and_units_change_nothing(seed):
    random = np.random.default_rng(seed)
    names = [f"a{i}" for i in range(7)]
    value, hours = pd.Series(random.uniform(1, 90, 7), names), pd.Series(random.uniform(1, 30, 7), names)
    one = portfolio.choose_accounts(value, hours, 50)
    other = portfolio.choose_accounts(value.iloc[::-1] * 1e6, hours.iloc[::-1], 50)
    assert set(one.chosen) == set(other.chosen)
    assert other.objective == pytest.approx(one.objective * 1e6)
    assert other.shadow_price == pytest.approx(one.shadow_price * 1e6)


def test_an_impossible_choice_names_the_constraint_and_by_how_much():
    names = list("ab")
    value, hours = pd.Series([1.0, 1.0], names), pd.Series([60.0, 70.0], names)
    with pytest.raises(NotDefinedError, match=r"hours.*130\.00.*100\.00.*30\.00 too little"):
        portfolio.choose_accounts(value, hours, 100, mandatory=names)
    with pytest.raises(NotDefinedError, match=r"budget.*9\.00.*5\.00.*4\.00"):
        portfolio.choose_accounts(value, hours, 200, 5, pd.Series([4.0, 5.0], names), mandatory=names)
    with pytest.raises(NotDefinedError, match=r"sponsors.*1\.00 too little"):
        portfolio.choose_accounts(value, hours, 200, sponsors=1, mandatory=names)
    with pytest.raises(NotDefinedError, match=r"industry 'steel'.*30\.00 too little"):
        portfolio.choose_accounts(
            value, hours, 200, industry=pd.Series("steel", names), industry_cap=0.5, mandatory=names
        )


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"mandatory": ["a"], "excluded": ["a"]}, ParameterError),
        ({"mandatory": ["zz"]}, ValuesError),
        ({"budget": 5}, ParameterError),
        ({"industry_cap": 0.5}, ParameterError),
        ({"industry": pd.Series({"a": "x"}), "industry_cap": 50}, UnitError),
        ({"capacity": -1}, ValuesError),
        ({"capacity": np.nan}, ValuesError),
        ({"hours": pd.Series({"a": np.nan, "b": 1.0})}, ValuesError),
        ({"hours": pd.Series({"a": 1.0})}, ValuesError),
        ({"value": pd.Series({"a": np.nan, "b": 1.0})}, ValuesError),
    ],
)
def test_faulty_arguments_are_named(given, error):
    series = pd.Series({"a": 1.0, "b": 1.0})
    with pytest.raises(error):
        portfolio.choose_accounts(**{"value": series, "hours": series, "capacity": 5.0, **given})


def test_the_curve_of_many_accounts_stays_short_and_holds_the_optimum():
    random = np.random.default_rng(0)
    names = [f"a{i}" for i in range(300)]
    value, hours = pd.Series(random.uniform(1, 90, 300), names), pd.Series(random.uniform(1, 3, 300), names)
    found = portfolio.choose_accounts(value, hours, 500)
    assert len(found.curve) <= 101
    assert len(found.chosen) in set(found.curve["accounts"])
    assert found.curve["value"].max() == pytest.approx(found.objective)


# -- sheets --------------------------------------------------------------------------------------


def test_hours_are_those_booked_and_the_mean_where_none_are():
    booked = pd.DataFrame(
        {
            "account_id": ["a", "a", "b", "b"],
            "hours_year": [100.0, 20.0, 80.0, np.nan],
            "cost_rate": [50.0, 80, 60, 9],
        }
    )
    plan = portfolio.hours_plan(booked, pd.Index(["a", "b", "new"]))
    assert plan.hours.tolist() == [120.0, 80.0, 100.0]
    assert plan.assumed.tolist() == [False, False, True]
    assert plan.capacity == 200.0
    assert plan.hour_cost == pytest.approx((100 * 50 + 20 * 80 + 80 * 60) / 200)
    with pytest.raises(NotDefinedError):
        portfolio.hours_plan(booked[["account_id"]], pd.Index(["a"]))


def test_the_classes_by_revenue_add_up():
    treated = pd.DataFrame({"treatment": ["invest", "exit", None]}, index=["a", "b", "c"])
    abc = pd.Series({"a": "B", "b": "A", "c": "A", "d": "A"})
    found = portfolio.abc_by_treatment(abc, treated).set_index("abc_class")
    assert (found.drop(columns="accounts").sum(axis=1) == found["accounts"]).all()
    assert found.loc["A", ["exit", "not_scored"]].tolist() == [1, 2]


def test_half_of_sales_is_counted_from_the_largest():
    revenue = pd.Series([5.0, 40, 30, 25], index=list("abcd"))
    rules = portfolio.rules_of_thumb(revenue, ["a", "b"]).set_index("rule")
    assert rules.loc["half_of_sales"].tolist() == [2, 2, 2]


def test_the_range_of_ranks_holds_nine_in_ten():
    table = pd.DataFrame([[0.04, 0.5, 0.4, 0.06]], index=["a"], columns=[1, 2, 3, 4])
    assert portfolio.rank_range(table).loc["a"].tolist() == [2.0, 2.0, 4.0]


def test_a_sure_choice_is_likely_and_does_not_flip():
    criteria = instrument(2).assign(weight=0.5, direction="max")
    values = pd.DataFrame({"k0": [5.0, 3.2, 3.1], "k1": [5.0, 2.81, 2.8]}, index=["a", "b", "c"])
    score = scoring.weighted_score(values, criteria)["score"]
    treated = portfolio.treatment(portfolio.place(score, pd.Series(1.0, score.index)))
    worth = pd.Series(10.0, score.index)
    flips = portfolio.placement_flips(values, criteria, treated, ["a", "b"], worth)
    found = portfolio.choice_certainty(values, criteria, treated, ["a", "b"], flips, worth)
    assert found["sure"].to_dict() == {"a": True, "b": False, "c": False}
    assert found.loc["a", "probability"] == 1.0


def test_the_sheet_keeps_every_account_the_chosen_first():
    frame = pd.DataFrame({"x": range(3)}, index=pd.Index(list("abc"), name="account_id"))
    treated = frame.assign(treatment=["invest", "exit", None], rule=None, attractiveness=[0.9, 0.1, 0.5])
    flips = frame.assign(criterion="x", change=0.1, rival=None, flips_easily=[True, False, False])
    sheet = portfolio.choice_sheet(
        treated, ["a"], pd.Series({"a": 9.0}), pd.Series({"a": 1.0}), flips, pd.Series({"a": 1.0})
    )
    assert sheet.index.tolist() == ["a", "c", "b"]
    assert sheet["chosen"].tolist() == [True, False, False]
