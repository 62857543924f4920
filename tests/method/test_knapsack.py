"""The choice under one scarce resource, against trying everything and against branch and cut."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from kamkit.method.portfolio import choose_accounts
from kamkit.method.portfolio.knapsack import Scarce, Undecided, best_choice, most_that_fit, scarce_price

WHOLE = st.integers(-5, 30).map(float)


@st.composite
def problems(draw):
    size = draw(st.integers(1, 9))
    value = draw(st.lists(WHOLE, min_size=size, max_size=size))
    takes = draw(st.lists(st.integers(0, 12).map(float), min_size=size, max_size=size))
    there_is = draw(st.integers(0, 60).map(float))
    least = draw(st.integers(0, size))
    return Scarce(np.array(value), np.array(takes), there_is), least, draw(st.integers(least, size))


def tried(problem: Scarce, least: int, most: int) -> float | None:
    """The value of the best of all choices."""
    items = range(len(problem.value))
    worth = [
        problem.value[list(some)].sum()
        for count in range(least, most + 1)
        for some in combinations(items, count)
        if problem.takes[list(some)].sum() <= problem.there_is
    ]
    return max(worth, default=None)


@settings(max_examples=400, deadline=None)
@given(problems())
def test_the_best_of_all_choices_is_found(given_one):
    problem, least, most = given_one
    best, expected = best_choice(problem, least, most), tried(problem, least, most)
    if expected is None:
        assert best is None
        return
    assert best.gap == 0
    assert problem.value[best.chosen].sum() == pytest.approx(expected)
    assert problem.takes[best.chosen].sum() <= problem.there_is
    assert least <= best.chosen.sum() <= most


@settings(max_examples=200, deadline=None)
@given(problems(), st.sampled_from([1e-3, 0.05, 0.5]))
def test_a_choice_within_a_tolerance_says_by_how_much_it_may_fall_short(given_one, tolerance):
    problem, least, most = given_one
    expected = tried(problem, least, most)
    try:
        best = best_choice(problem, least, most, tolerance)
    except Undecided as undecided:
        best = undecided.known
    if expected is None:
        assert best is None
        return
    value = problem.value[best.chosen].sum()
    assert value <= expected + 1e-9
    assert expected <= value + best.gap + 1e-6
    assert problem.takes[best.chosen].sum() <= problem.there_is


def made_up(size: int, seed: int, part: float) -> Scarce:
    random = np.random.default_rng(seed)
    takes = random.uniform(50, 400, size)
    return Scarce(random.lognormal(8, 1.2, size), takes, part * takes.sum())


@pytest.mark.parametrize(("size", "part"), [(60, 0.2), (200, 0.3), (400, 0.05)])
@pytest.mark.parametrize("count", [None, 20])
def test_branch_and_cut_finds_nothing_better(size, part, count):
    problem = made_up(size, size, part)
    least, most = (0, size) if count is None else (count, count)
    limits = [
        LinearConstraint(problem.takes[None, :], -np.inf, problem.there_is),
        LinearConstraint(np.ones((1, size)), least, most),
    ]
    other = milp(-problem.value, integrality=np.ones(size), bounds=Bounds(0, 1), constraints=limits,
                 options={"mip_rel_gap": 0.0})  # fmt: skip
    best = best_choice(problem, least, most)
    assert problem.value[best.chosen].sum() == pytest.approx(-other.fun, rel=1e-6)
    assert best.chosen.sum() in range(least, most + 1)


@pytest.mark.parametrize("seed", range(3))
def test_the_price_of_an_hour_is_the_dual_of_the_relaxation(seed):
    problem = made_up(50, seed, 0.2)
    rows = np.vstack([problem.takes, np.ones(50)])
    relaxed = linprog(-problem.value, A_ub=rows, b_ub=[problem.there_is, 8], bounds=(0, 1))
    assert scarce_price(problem, 0, 8) == pytest.approx(-relaxed.ineqlin.marginals[0])


def test_ten_thousand_accounts_are_chosen_among_and_the_curve_says_its_gap():
    problem = made_up(10_000, 1, 0.2)
    ids = pd.Index([f"C{i}" for i in range(10_000)])
    value, hours = (pd.Series(of, ids) for of in (problem.value, problem.takes))
    found = choose_accounts(value, hours, problem.there_is, points=6, tolerance=1e-4)
    relaxed = linprog(-value, A_ub=problem.takes[None, :], b_ub=[problem.there_is], bounds=(0, 1))
    assert found.gap == 0
    assert found.hours <= problem.there_is
    assert 0 <= -relaxed.fun - found.objective < value.min()
    assert found.curve["accounts"].max() == most_that_fit(problem)
    inner = found.curve[found.curve["accounts"] < 0.9 * most_that_fit(problem)]
    assert (inner["gap"] <= 1e-4 * inner["value"]).all()
