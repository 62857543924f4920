"""How sure a ranking is: flips verified by scoring again, ranks against exact shares, time and memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamkit.errors import NotDefinedError, ParameterError, ValuesError
from kamkit.method import scoring
from tests.method.test_scoring import instrument, judged


def rescored(values, criteria, item, change) -> pd.Series:
    """Scores after a weight was changed and all were made to sum to 1 again."""
    weights = criteria.set_index("item_id")["weight"].copy()
    weights[item] += change
    moved = criteria.assign(weight=(weights / weights.sum()).to_numpy())
    return scoring.weighted_score(values, moved)["score"]


@given(seed=st.integers(0, 400), n=st.integers(2, 7), width=st.integers(2, 5))
@settings(max_examples=12, deadline=None)
def test_each_feasible_flip_makes_the_two_equal(seed, n, width):
    criteria, values = instrument(width, seed), judged(n, width, seed)
    before = scoring.weighted_score(values, criteria)["score"]
    flips = scoring.weight_flips(values, criteria)
    assert len(flips) == n * (n - 1) // 2 * width
    for flip in flips[flips["feasible"]].itertuples():
        after = rescored(values, criteria, flip.criterion, flip.change)
        assert before[flip.first] >= before[flip.second]
        assert after[flip.first] == pytest.approx(after[flip.second], abs=1e-9)
        if flip.change > 0:
            beyond = rescored(values, criteria, flip.criterion, flip.change * 1.01 + 1e-6)
            assert beyond[flip.second] > beyond[flip.first]


@given(seed=st.integers(0, 200))
@settings(max_examples=30, deadline=None)
def test_what_is_not_feasible_asks_for_a_weight_below_zero(seed):
    criteria, values = instrument(3, seed), judged(5, 3, seed)
    flips = scoring.weight_flips(values, criteria)
    weights = flips["criterion"].map(criteria.set_index("item_id")["weight"])
    assert ((weights + flips["change"] >= -1e-12) == flips["feasible"]).all()
    assert np.allclose(flips["percent"], flips["change"] / weights)


def test_weight_flips_by_hand():
    # P(a) = .6, P(b) = .4, δ(growth) = (.4 − .6)/(0 − 1) = .2, δ(pays) = (.4 − .6)/(1 − 0) = −.2
    criteria = pd.DataFrame(
        {
            "item_id": ["growth", "pays"],
            "weight": [0.6, 0.4],
            "direction": "max",
            "scale_min": 0,
            "scale_max": 10,
        }
    )
    values = pd.DataFrame({"growth": [0, 10], "pays": [10, 0]}, index=["b", "a"])
    found = scoring.weight_flips(values, criteria)
    assert found[["first", "second", "criterion"]].values.tolist() == [
        ["a", "b", "growth"],
        ["a", "b", "pays"],
    ]
    assert found["change"].tolist() == pytest.approx([-0.2, 0.2])
    assert found["percent"].tolist() == pytest.approx([-1 / 3, 0.5])
    assert found["feasible"].all()


def test_a_pair_that_is_equal_on_a_criterion_has_no_row_for_it():
    values = pd.DataFrame({"k0": [2.0, 4.0], "k1": [3.0, 3.0], "k2": [1.0, 5.0]}, index=["a", "b"])
    assert set(scoring.weight_flips(values, instrument(3))["criterion"]) == {"k0", "k2"}


def test_a_dominated_subject_cannot_be_lifted():
    criteria = instrument(3).assign(direction="max")
    values = pd.DataFrame(np.array([[5.0] * 3, [2.0, 3.0, 1.0]]), ["a", "b"], ["k0", "k1", "k2"])
    assert not scoring.weight_flips(values, criteria)["feasible"].any()


def test_flips_do_not_depend_on_the_order_of_rows():
    criteria, values = instrument(4, 3), judged(6, 4, 3)
    one, other = (scoring.weight_flips(v, criteria) for v in (values, values.iloc[::-1]))
    pd.testing.assert_frame_equal(one, other)


def test_too_many_pairs_are_refused():
    with pytest.raises(ParameterError, match="pairs"):
        scoring.weight_flips(judged(5_000), instrument())


@given(seed=st.integers(0, 200), size=st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_the_smallest_flip_of_a_choice_is_the_smallest_over_all_pairs(seed, size):
    criteria, values = instrument(3, seed), judged(6, 3, seed)
    score = scoring.weighted_score(values, criteria)["score"]
    chosen = list(score.sort_values(ascending=False).index[:size])
    found = scoring.choice_flips(values, criteria, chosen)
    pairs = scoring.weight_flips(values, criteria).query("feasible")
    across = pairs[pairs["first"].isin(chosen) & ~pairs["second"].isin(chosen)]
    for subject in values.index:
        mine = across[(across["first"] == subject) | (across["second"] == subject)]["change"].abs()
        assert found.at[subject, "change"] == pytest.approx(mine.min(), nan_ok=True) or abs(
            found.at[subject, "change"]
        ) == pytest.approx(mine.min())


def test_worth_is_what_a_score_counts_for():
    criteria = instrument(2).assign(weight=0.5, direction="max")
    values = pd.DataFrame({"k0": [5.0, 3.0], "k1": [1.0, 3.0]}, index=["a", "b"])
    found = scoring.choice_flips(values, criteria, ["b"], worth=pd.Series({"a": 1.0, "b": 2.0}))
    change, item = found.at["b", "change"], found.at["b", "criterion"]
    after = rescored(values, criteria, item, change)
    assert after["a"] == pytest.approx(2 * after["b"])


@given(seed=st.integers(0, 200), cut=st.floats(0.2, 0.8))
@settings(max_examples=30, deadline=None)
def test_a_flip_across_the_cut_ends_on_the_cut(seed, cut):
    criteria, values = instrument(4, seed), judged(5, 4, seed)
    found = scoring.cut_flips(values, criteria, cut)
    for subject, flip in found[found["change"].notna()].iterrows():
        assert rescored(values, criteria, flip["criterion"], flip["change"])[subject] == pytest.approx(
            cut, abs=1e-9
        )


def test_a_choice_of_all_or_of_strangers_is_refused():
    with pytest.raises(NotDefinedError):
        scoring.choice_flips(judged(2), instrument(), ["a0", "a1"])
    with pytest.raises(ValuesError, match="zz"):
        scoring.choice_flips(judged(2), instrument(), ["zz"])


# -- rank acceptability --------------------------------------------------------------------------

SQUARE = pd.DataFrame(
    {"item_id": ["x", "y"], "weight": 0.5, "direction": "max", "scale_min": 0, "scale_max": 10}
)
THREE = pd.DataFrame({"x": [10, 0, 6], "y": [0, 10, 6]}, index=["A", "B", "C"])


@pytest.mark.parametrize("seed", range(5))
def test_first_ranks_of_the_worked_case(seed):
    found = scoring.rank_acceptability(THREE, SQUARE, seed=seed)
    assert found[1].tolist() == pytest.approx([0.4, 0.4, 0.2], abs=0.01)
    assert found.to_numpy().sum(axis=1) == pytest.approx(np.ones(3))


def test_ranks_agree_with_plain_sampling_over_many_criteria():
    criteria, values = instrument(12, 1), judged(6, 12, 1)
    weights = np.random.default_rng(9).dirichlet(np.ones(12), 200_000)
    scores = weights @ scoring.utilities(values, criteria).to_numpy().T
    first = np.bincount(scores.argmax(axis=1), minlength=6) / len(weights)
    assert np.allclose(scoring.rank_acceptability(values, criteria)[1], first, atol=0.02)


def test_ranks_do_not_depend_on_order_or_names_and_repeat():
    criteria, values = instrument(4, 2), judged(9, 4, 2)
    one = scoring.rank_acceptability(values, criteria, draws=500, seed=3)
    turned = scoring.rank_acceptability(values.iloc[::-1], criteria, draws=500, seed=3)
    pd.testing.assert_frame_equal(one, turned.reindex(one.index))
    again = scoring.rank_acceptability(values.rename(index=str.upper), criteria, draws=500, seed=3)
    assert np.array_equal(one, again)
    assert not np.array_equal(one, scoring.rank_acceptability(values, criteria, draws=500, seed=4))


def test_turning_a_scale_with_its_direction_changes_no_rank():
    criteria, values = instrument(3, 2), judged(9, 3, 2)
    turned = criteria.copy()
    turned.loc[0, "direction"] = "min" if criteria.loc[0, "direction"] == "max" else "max"
    mirrored = values.assign(k0=6.0 - values["k0"])
    one = scoring.rank_acceptability(values, criteria, draws=2_000)
    assert np.allclose(one, scoring.rank_acceptability(mirrored, turned, draws=2_000), atol=2e-3)


def test_chunks_change_nothing(monkeypatch):
    criteria, values = instrument(3, 2), judged(9, 3, 2)
    whole = scoring.rank_acceptability(values, criteria, draws=400)
    monkeypatch.setattr("kamkit.method.scoring.acceptability._CELLS", 50)
    pd.testing.assert_frame_equal(whole, scoring.rank_acceptability(values, criteria, draws=400))


def test_equal_subjects_share_the_better_rank():
    values = pd.concat([THREE.loc[["A"]], THREE.loc[["A"]].rename(index={"A": "twin"}), THREE.loc[["B"]]])
    found = scoring.rank_acceptability(values, SQUARE)
    assert found.loc["A"].tolist() == found.loc["twin"].tolist()
    assert found.loc["A"].tolist() == pytest.approx([0.5, 0.5, 0.0], abs=0.01)
    assert found.loc["B"].tolist() == pytest.approx([0.5, 0.0, 0.5], abs=0.01)


def test_the_probability_is_the_sum_of_the_first_ranks():
    criteria, values = instrument(4, 2), judged(9, 4, 2)
    ranks = scoring.rank_acceptability(values, criteria, draws=3_000)
    for size in (1, 3, 9, 12):
        found = scoring.chosen_probability(values, criteria, size, draws=3_000)
        assert np.allclose(found, ranks.loc[:, :size].sum(axis=1), atol=1e-9)


def test_near_the_agreed_weights_the_ranking_is_the_agreed_one():
    criteria, values = instrument(4, 2), judged(9, 4, 2)
    best = scoring.weighted_score(values, criteria)["score"].nlargest(3).index
    found = scoring.chosen_probability(values, criteria, 3, concentration=1e7)
    assert set(found.index[found > 0.5]) == set(best)
    assert found.loc[best].min() > 0.99


def test_a_score_below_the_cut_is_never_chosen():
    found = scoring.chosen_probability(THREE, SQUARE, 3, cut=0.61)
    assert found["C"] == 0.0
    assert found["A"] == pytest.approx(0.39, abs=0.01)


def test_worth_moves_the_probability():
    found = scoring.chosen_probability(THREE, SQUARE, 1, worth=pd.Series({"A": 1.0, "B": 1.0, "C": 100.0}))
    assert found.tolist() == [0.0, 0.0, 1.0]


@pytest.mark.parametrize(("name", "value"), [("draws", 0), ("draws", 1.5), ("size", 0), ("size", True)])
def test_numbers_that_count_nothing_are_refused(name, value):
    with pytest.raises(ParameterError, match=name):
        scoring.chosen_probability(THREE, SQUARE, **{"size": 1, name: value})


def test_weights_cannot_be_drawn_around_zero():
    with pytest.raises(NotDefinedError, match="zero"):
        scoring.chosen_probability(THREE, SQUARE.assign(weight=[1.0, 0.0]), 1, concentration=10.0)


def test_the_smaller_numbers_of_a_large_table_still_add_up():
    criteria, values = instrument(6, 1), judged(6_000, 6, 1)
    found = scoring.rank_acceptability(values, criteria, draws=500)
    assert found.shape == (6_000, 6_000)
    assert found.to_numpy().sum(axis=1, dtype=float) == pytest.approx(np.ones(6_000), abs=1e-5)


def test_memory_is_bounded_by_the_table_of_ranks():
    criteria, values = instrument(6, 1), judged(3_000, 6, 1)
    tracemalloc.start()
    scoring.rank_acceptability(values, criteria, draws=1_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000**2 * (2 + 8) + 250e6
