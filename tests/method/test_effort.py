"""Response curves and the placement of hours: hand arithmetic, conditions of an optimum, other solvers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from kamkit.errors import ColumnError, EmptyError, NotDefinedError, ParameterError, ValuesError
from kamkit.method.investment import (
    allocate_effort,
    effort_judgements,
    effort_plan,
    hours_today,
    response_curves,
)


def value(curves: pd.DataFrame, hours) -> np.ndarray:
    """Little's (1970) curve, written out."""
    power = (np.asarray(hours) / curves["hours_now"].to_numpy()) ** curves["exponent"].to_numpy()
    reach = (curves["ceiling"] - curves["floor"]).to_numpy()
    return curves["floor"].to_numpy() + reach * power / (curves["scale"].to_numpy() + power)


def slope(curves: pd.DataFrame, hours) -> np.ndarray:
    hours = np.asarray(hours, dtype=float)
    step = 1e-5 * np.maximum(hours, 1e-3)
    return (value(curves, hours + step) - value(curves, np.maximum(hours - step, 0))) / (2 * step)


def some_curves(seed: int, n: int, low: float, high: float) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "floor": draw.uniform(0, 20, n),
            "ceiling": draw.uniform(60, 200, n),
            "exponent": draw.uniform(low, high, n),
            "scale": draw.uniform(0.3, 5, n),
            "hours_now": draw.uniform(10, 60, n),
        },
        index=[f"k{i}" for i in range(n)],
    )


def on_a_grid(curves: pd.DataFrame, hours: float, steps: int = 200) -> float:
    """The best of all placements of three accounts in steps."""
    grid = np.linspace(0, hours, steps + 1)
    worth = np.array([value(curves.iloc[[i]], grid[:, None]).ravel() for i in range(3)])
    rest = steps - np.add.outer(np.arange(steps + 1), np.arange(steps + 1))
    third = np.where(rest >= 0, worth[2][np.maximum(rest, 0)], -np.inf)
    return float((worth[0][:, None] + worth[1][None, :] + third).max())


def test_the_curve_goes_through_the_four_judgements():
    judged = pd.DataFrame(
        {"none": [20.0], "now": [60.0], "half_more": [75.0], "saturation": [110.0]}, index=["a"]
    )
    curves = response_curves(judged, pd.Series({"a": 200.0}))
    assert value(curves, [1e-12])[0] == pytest.approx(20.0, abs=1e-3)
    assert value(curves, [200.0])[0] == pytest.approx(60.0)
    assert value(curves, [300.0])[0] == pytest.approx(75.0)
    assert value(curves, [1e12])[0] == pytest.approx(110.0, abs=1e-3)


def test_judgements_are_scaled_to_todays_money():
    judged = pd.DataFrame({"none": [0.5], "now": [1.0], "half_more": [1.2], "saturation": [2.0]}, index=["a"])
    curves = response_curves(judged, pd.Series({"a": 10.0}), pd.Series({"a": 80_000.0}))
    assert curves.loc["a", ["floor", "ceiling"]].tolist() == pytest.approx([40_000.0, 160_000.0])


def test_two_accounts_by_hand():
    """30/(30 + a)² = 10/(10 + b)² with a + b = 40: a = (50√3 − 30)/(1 + √3)."""
    curves = pd.DataFrame(
        {"floor": 0.0, "ceiling": 100.0, "exponent": 1.0, "scale": 1.0, "hours_now": [30.0, 10.0]},
        index=["a", "b"],
    )
    placed = allocate_effort(curves, 40.0).table["hours"]
    expected = (50 * np.sqrt(3) - 30) / (1 + np.sqrt(3))
    assert placed.to_dict() == pytest.approx({"a": expected, "b": 40 - expected})


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.floats(5, 2_000))
def test_concave_curves_meet_the_conditions_of_an_optimum(seed, n, hours):
    curves = some_curves(seed, n, 0.4, 1.0)
    plan = allocate_effort(curves, hours)
    placed = plan.table["hours"].to_numpy()
    assert placed.sum() == pytest.approx(hours, rel=1e-9)
    assert (placed >= 0).all()
    inside = placed > 1e-6 * hours
    slopes = slope(curves, placed)[inside]
    assert slopes == pytest.approx(np.full(inside.sum(), plan.shadow_price), rel=1e-4)
    assert plan.gap == 0


def test_a_concave_optimum_is_that_of_a_general_solver():
    curves = some_curves(5, 4, 0.5, 1.0)
    plan = allocate_effort(curves, 120.0)
    start = np.full(4, 30.0)
    oracle = minimize(
        lambda h: -value(curves, h).sum(), start, bounds=[(1e-9, 120)] * 4,
        constraints={"type": "eq", "fun": lambda h: h.sum() - 120}, options={"ftol": 1e-12, "maxiter": 500},
    )  # fmt: skip
    assert plan.table["contribution"].sum() == pytest.approx(-oracle.fun, rel=1e-7)
    assert plan.table["hours"].to_numpy() == pytest.approx(oracle.x, abs=0.05)


@pytest.mark.parametrize("seed", range(20))
def test_s_curves_are_no_worse_than_a_search_over_a_grid_and_under_their_bound(seed):
    curves = some_curves(seed, 3, 1.2, 4.0)
    hours = float(np.random.default_rng(seed).uniform(10, 200))
    plan = allocate_effort(curves, hours)
    reached, best = plan.table["contribution"].sum(), on_a_grid(curves, hours)
    assert plan.table["hours"].sum() == pytest.approx(hours, rel=1e-9)
    assert reached >= best - 1e-9 * best
    assert plan.bound >= reached - 1e-9 * reached
    assert plan.gap == pytest.approx(max(0.0, plan.bound - reached), abs=1e-4)


def test_hours_too_few_for_two_s_curves_go_to_one():
    """Below the threshold half the hours at each earn less than all at one."""
    curves = pd.DataFrame(
        {"floor": 0.0, "ceiling": 100.0, "exponent": 4.0, "scale": 1.0, "hours_now": [100.0, 100.0]},
        index=["a", "b"],
    )
    placed = allocate_effort(curves, 100.0).table["hours"]
    assert sorted(placed) == pytest.approx([0.0, 100.0])


def test_the_order_of_accounts_changes_nothing():
    curves = some_curves(9, 8, 0.5, 3.0)
    first = allocate_effort(curves, 300.0).table["contribution"].sum()
    second = allocate_effort(curves.iloc[::-1], 300.0).table["contribution"].sum()
    assert first == pytest.approx(second, rel=1e-9)


def test_moving_todays_hours_never_loses():
    plan = allocate_effort(some_curves(3, 10, 0.5, 1.0))
    assert plan.gain >= 0
    assert plan.hours == pytest.approx(plan.table["hours_now"].sum())
    assert plan.gain == pytest.approx(plan.table["gain"].sum())


def judgements(*accounts, values=(60.0, 100.0, 110.0, 130.0), respondent="KAM01") -> pd.DataFrame:
    items = ["none", "now", "half_more", "saturation"]
    rows = [(a, i, v) for a in accounts for i, v in zip(items, values, strict=True)]
    return pd.DataFrame(rows, columns=["subject_id", "item_id", "value"]).assign(
        instrument="effort", subject_type="account", respondent=respondent
    )


def test_judgements_are_averaged_as_shares_of_today():
    """60/100 and 160/200; who left an item out does not count."""
    other = judgements("a", values=(160.0, 200.0, 240.0, 400.0), respondent="M02")
    partial = judgements("a", respondent="M03").head(3)
    found = effort_judgements(pd.concat([judgements("a"), other, partial]))
    assert found.loc["a"].tolist() == pytest.approx([0.7, 1.0, 1.15, 1.65, 2])


def test_hours_are_those_of_the_agreed_roles():
    table = pd.DataFrame(
        {"account_id": ["a", "a", "b"], "hours_year": [10.0, 5.0, 7.0], "respondent": [None, "P1", None]}
    )
    assert hours_today(table).to_dict() == {"a": 10.0, "b": 7.0}
    with pytest.raises(NotDefinedError, match="no hours"):
        hours_today(table.assign(hours_year=np.nan))


def test_accounts_that_cannot_be_placed_are_named():
    responses = pd.concat([judgements("a", "b", "c"), judgements("d", values=(100.0, 100.0, 90.0, 95.0))])
    assignments = pd.DataFrame({"account_id": ["a", "c", "d"], "hours_year": [30.0, 10.0, 20.0]})
    pnl = pd.DataFrame({"cm1": [50.0, 50.0, -5.0, 50.0]}, index=["a", "b", "c", "d"])
    plan = effort_plan(responses, assignments, pnl)
    assert plan.table.index.tolist() == ["a"]
    assert plan.left_out == ("b", "c", "d")


def test_faults_of_effort():
    curves = some_curves(1, 3, 0.5, 1.0)
    with pytest.raises(ParameterError, match="nothing to place"):
        allocate_effort(curves, 0)
    with pytest.raises(ValuesError, match="do not rise"):
        allocate_effort(curves.assign(ceiling=0.0))
    with pytest.raises(ValuesError):
        allocate_effort(curves.assign(scale=np.nan))
    with pytest.raises(EmptyError):
        allocate_effort(curves.head(0))
    with pytest.raises(ColumnError):
        allocate_effort(curves.drop(columns="scale"))
    falling = pd.DataFrame(
        {"none": [5.0], "now": [4.0], "half_more": [6.0], "saturation": [7.0]}, index=["a"]
    )
    with pytest.raises(ValuesError, match="'a'"):
        response_curves(falling, pd.Series({"a": 1.0}))
    with pytest.raises(ValuesError, match="hours_now"):
        response_curves(falling.assign(now=5.5), pd.Series({"b": 1.0}))
    with pytest.raises(NotDefinedError, match="nobody has judged"):
        effort_judgements(judgements("a").assign(instrument="needs"))
