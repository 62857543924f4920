"""Scores, weights, distance and agreement: worked cases, oracles, invariants, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamkit.errors import (
    ColumnError,
    EmptyError,
    KamkitError,
    NotDefinedError,
    ParameterError,
    UnitError,
    ValuesError,
)
from kamkit.method import scoring


def instrument(width: int = 3, seed: int = 0, scale=(1.0, 5.0)) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    weights = random.dirichlet(np.ones(width))
    return pd.DataFrame(
        {
            "item_id": [f"k{i}" for i in range(width)],
            "weight": weights,
            "direction": random.choice(["max", "min"], width),
            "scale_min": scale[0],
            "scale_max": scale[1],
        }
    )


def judged(n: int = 8, width: int = 3, seed: int = 0, scale=(1.0, 5.0)) -> pd.DataFrame:
    random = np.random.default_rng(seed + 100)
    values = random.uniform(*scale, (n, width))
    return pd.DataFrame(values, [f"a{i}" for i in range(n)], [f"k{i}" for i in range(width)])


# -- utilities and scores ------------------------------------------------------------------------


def test_utilities_by_hand():
    criteria = pd.DataFrame(
        {"item_id": ["more", "less"], "direction": ["max", "min"], "scale_min": [0, 1], "scale_max": [10, 5]}
    )
    found = scoring.utilities(pd.DataFrame({"more": [0, 2.5, 10], "less": [1, 2, 5]}), criteria)
    assert found["more"].tolist() == [0.0, 0.25, 1.0]
    assert found["less"].tolist() == [1.0, 0.75, 0.0]


def test_weighted_score_by_hand():
    criteria = pd.DataFrame(
        {
            "item_id": ["growth", "pressure"],
            "weight": [0.6, 0.4],
            "direction": ["max", "min"],
            "scale_min": 1,
            "scale_max": 5,
            "gate": [2.0, 4.0],
        }
    )
    values = pd.DataFrame({"growth": [5, 2, 1.9], "pressure": [5, 4, 1]}, index=["a", "b", "c"])
    found = scoring.weighted_score(values, criteria)
    assert found["growth"].tolist() == pytest.approx([0.6, 0.15, 0.135])
    assert found["pressure"].tolist() == pytest.approx([0.0, 0.1, 0.4])
    assert found["score"].tolist() == pytest.approx([0.6, 0.25, 0.535])
    assert found["gate_failed"].tolist() == [True, False, True]


def test_a_value_equal_to_the_gate_passes_and_the_failure_is_named():
    criteria = pd.DataFrame(
        {"item_id": ["pays"], "weight": 1.0, "direction": "max", "scale_min": 1, "scale_max": 5, "gate": 2}
    )
    values = pd.DataFrame({"pays": [2.0, 1.9999]}, index=["a", "b"])
    assert scoring.failed_gates(values, criteria).to_dict("records") == [
        {"subject": "b", "criterion": "pays", "value": 1.9999, "gate": 2}
    ]
    assert scoring.passing(values, criteria).index.tolist() == ["a"]


def test_without_gates_nothing_fails():
    assert not scoring.weighted_score(judged(), instrument())["gate_failed"].any()
    assert scoring.failed_gates(judged(), instrument()).empty


@given(seed=st.integers(0, 500), n=st.integers(1, 12), width=st.integers(1, 7))
@settings(max_examples=60, deadline=None)
def test_contributions_add_up_to_the_score(seed, n, width):
    found = scoring.weighted_score(judged(n, width, seed), instrument(width, seed))
    parts = found.drop(columns=["score", "gate_failed"])
    assert np.allclose(parts.sum(axis=1), found["score"], rtol=0, atol=1e-12)
    assert ((found["score"] >= -1e-12) & (found["score"] <= 1 + 1e-12)).all()


@given(seed=st.integers(0, 500), which=st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_turning_a_scale_with_its_direction_changes_no_score(seed, which):
    criteria, values = instrument(4, seed), judged(9, 4, seed)
    turned, mirrored = criteria.copy(), values.copy()
    item = f"k{which}"
    turned.loc[which, "direction"] = "min" if criteria.loc[which, "direction"] == "max" else "max"
    mirrored[item] = 6.0 - values[item]
    before, after = scoring.weighted_score(values, criteria), scoring.weighted_score(mirrored, turned)
    assert np.allclose(before["score"], after["score"], atol=1e-12)
    assert before["score"].rank().tolist() == after["score"].round(12).rank().tolist()


@given(seed=st.integers(0, 300))
@settings(max_examples=40, deadline=None)
def test_order_and_names_change_nothing(seed):
    criteria, values = instrument(4, seed), judged(7, 4, seed)
    plain = scoring.weighted_score(values, criteria)
    shuffled = scoring.weighted_score(values.iloc[::-1, ::-1], criteria.iloc[[2, 0, 3, 1]])
    assert np.allclose(plain["score"], shuffled["score"].reindex(plain.index), atol=1e-12)
    renamed = scoring.weighted_score(values.rename(index=lambda a: f"x{a}"), criteria)
    assert np.array_equal(plain["score"], renamed["score"])


def test_another_subject_changes_no_score():
    criteria, values = instrument(), judged(8)
    alone = scoring.weighted_score(values.head(3), criteria)
    assert np.array_equal(alone["score"], scoring.weighted_score(values, criteria)["score"].head(3))


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"weight": [0.5, 0.4]}, ValuesError, "sum to 0.9"),
        ({"weight": [60, 40]}, UnitError, "100"),
        ({"weight": [1.2, -0.2]}, ValuesError, "negative"),
        ({"weight": [0.5, None]}, ValuesError, "weight"),
        ({"direction": ["max", "up"]}, ValuesError, "direction"),
        ({"scale_min": [5, 5]}, ValuesError, "scale"),
        ({"item_id": ["growth", "growth"]}, ValuesError, "unique"),
    ],
)
def test_faulty_criteria_are_named(change, error, says):
    criteria = pd.DataFrame(
        {
            "item_id": ["growth", "pays"],
            "weight": [0.5, 0.5],
            "direction": "max",
            "scale_min": 1,
            "scale_max": 5,
        }
    ).assign(**change)
    with pytest.raises(error, match=says):
        scoring.weighted_score(pd.DataFrame({"growth": [3], "pays": [4]}), criteria)


@pytest.mark.parametrize(
    ("values", "error", "says"),
    [
        (pd.DataFrame({"k0": [1.0]}), ColumnError, "k1"),
        (pd.DataFrame({"k0": [1.0], "k1": [2.0], "k9": [2.0]}), ColumnError, "k9"),
        (pd.DataFrame({"k0": [1.0], "k1": [np.nan]}), ValuesError, "k1"),
        (pd.DataFrame({"k0": [1.0], "k1": [5.01]}), ValuesError, "outside its scale"),
        (pd.DataFrame({"k0": [1.0, 2.0], "k1": [2.0, 2.0]}, index=["a", "a"]), ValuesError, "twice"),
        (pd.DataFrame({"k0": [], "k1": []}, dtype=float), EmptyError, "no rows"),
    ],
)
def test_faulty_values_are_named(values, error, says):
    with pytest.raises(error, match=says):
        scoring.weighted_score(values, instrument(2))


def test_score_change_says_what_moved():
    criteria = instrument(3, 5)
    before, after = judged(4, 3, 1), judged(5, 3, 2).rename(index={"a0": "new"})
    found = scoring.score_change(before, after, criteria)
    kept = found[found["status"] == "kept"]
    assert np.allclose(kept[["k0", "k1", "k2"]].sum(axis=1), kept["change"], atol=1e-12)
    assert found.loc["new", "status"] == "new"
    assert found.loc["a0", "status"] == "gone"
    assert np.isnan(found.loc["new", "change"])
    assert kept["largest"].tolist() == kept[["k0", "k1", "k2"]].abs().idxmax(axis=1).tolist()


def test_scores_on_other_criteria_are_not_compared():
    with pytest.raises(NotDefinedError, match="k2"):
        scoring.score_change(judged(4, 2), judged(4, 3), instrument(3))


def test_nothing_moved_names_no_criterion():
    found = scoring.score_change(judged(), judged(), instrument())
    assert found["largest"].isna().all()
    assert (found["change"] == 0).all()


# -- weights -------------------------------------------------------------------------------------


def test_roc_weights_of_edwards_and_barron():
    assert scoring.roc_weights(4).round(4).tolist() == [0.5208, 0.2708, 0.1458, 0.0625]
    assert scoring.roc_weights(1).tolist() == [1.0]


@given(st.integers(1, 60))
def test_roc_weights_sum_to_one_and_fall(n):
    weights = scoring.roc_weights(n)
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert (np.diff(weights) < 0).all()


@pytest.mark.parametrize("n", [0, -1, 2.0, True, "3"])
def test_roc_weights_refuse_what_is_no_number_of_criteria(n):
    with pytest.raises(ParameterError):
        scoring.roc_weights(n)


SAATY = [[1, 4, 3, 7], [1 / 4, 1, 1 / 3, 3], [1 / 3, 3, 1, 5], [1 / 7, 1 / 3, 1 / 5, 1]]


def test_ahp_of_the_worked_case():
    found = scoring.ahp_weights(SAATY)
    assert np.round(found.weights, 4).tolist() == [0.5476, 0.1266, 0.2699, 0.0559]
    assert round(found.lambda_max, 4) == 4.1184
    assert round(found.consistency_ratio, 4) == 0.0439


@given(st.lists(st.floats(0.1, 9), min_size=1, max_size=9))
def test_ahp_of_consistent_comparisons_returns_the_weights(true):
    weights = np.array(true) / sum(true)
    found = scoring.ahp_weights(weights[:, None] / weights)
    assert np.allclose(found.weights, weights, rtol=1e-6)
    assert found.lambda_max == pytest.approx(len(true))
    assert found.consistency_ratio == pytest.approx(0.0, abs=1e-9)


def test_ahp_keeps_names_and_two_criteria_are_always_consistent():
    names = ["growth", "pays"]
    found = scoring.ahp_weights(pd.DataFrame([[1, 3], [1 / 3, 1]], names, names))
    assert found.weights.to_dict() == pytest.approx({"growth": 0.75, "pays": 0.25})
    assert found.consistency_ratio == 0.0


@pytest.mark.parametrize(
    ("matrix", "error"),
    [
        ([[1, 2], [2, 1]], ValuesError),
        ([[1, 0], [0, 1]], ValuesError),
        ([[1, np.nan], [1, 1]], ValuesError),
        ([[1, 2, 3], [1, 1, 1]], ParameterError),
        ([], EmptyError),
        (np.ones((11, 11)), NotDefinedError),
        ([["a"]], ValuesError),
    ],
)
def test_ahp_refuses_what_is_no_comparison(matrix, error):
    with pytest.raises(error):
        scoring.ahp_weights(matrix)


# -- topsis --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_topsis_agrees_with_pymcdm(seed):
    methods = pytest.importorskip("pymcdm.methods")
    normalizations = pytest.importorskip("pymcdm.normalizations")
    criteria, values = instrument(5, seed), judged(12, 5, seed)
    kinds = np.where(criteria["direction"] == "max", 1, -1)
    oracle = methods.TOPSIS(normalizations.vector_normalization)
    theirs = oracle(values.to_numpy(), criteria["weight"].to_numpy(), kinds)
    assert np.allclose(scoring.topsis(values, criteria), theirs, atol=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_topsis_agrees_with_scikit_criteria(seed):
    skc = pytest.importorskip("skcriteria")
    similarity = pytest.importorskip("skcriteria.agg.similarity")
    scalers = pytest.importorskip("skcriteria.preprocessing.scalers")
    criteria, values = instrument(4, seed).assign(direction="max"), judged(9, 4, seed)
    matrix = skc.mkdm(values.to_numpy(), [max] * 4, weights=criteria["weight"].to_numpy())
    theirs = similarity.TOPSIS().evaluate(scalers.VectorScaler(target="matrix").transform(matrix))
    assert np.allclose(scoring.topsis(values, criteria), theirs.e_.similarity, atol=1e-12)


def test_topsis_of_equals_is_not_defined():
    with pytest.raises(NotDefinedError, match="alike"):
        scoring.topsis(pd.DataFrame({"k0": [2.0, 2.0], "k1": [3.0, 3.0]}), instrument(2))


# -- agreement -----------------------------------------------------------------------------------


def test_kendalls_w_of_siegel_and_castellan():
    # Siegel (1956), three executives rank six applicants: S = 25.5 with tied-free ranks, W = .16.
    ranks = [[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]]
    assert scoring.kendalls_w(ranks) == pytest.approx(0.162, abs=5e-4)


def test_kendalls_w_is_corrected_for_ties():
    # Siegel (1956) with ties: rank sums 5.5 6.5 9 13.5 12 20 23 23.5 25.5 26.5, W = .828.
    ranks = [
        [1, 4.5, 2, 4.5, 3, 7.5, 6, 9, 7.5, 10],
        [2.5, 1, 2.5, 4.5, 4.5, 8, 9, 6.5, 10, 6.5],
        [2, 1, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10],
    ]
    assert scoring.kendalls_w(ranks) == pytest.approx(0.828, abs=5e-4)


@given(seed=st.integers(0, 200), judges=st.integers(2, 7), n=st.integers(3, 9))
@settings(max_examples=50, deadline=None)
def test_kendalls_w_follows_from_friedman(seed, judges, n):
    from scipy.stats import friedmanchisquare

    scores = np.random.default_rng(seed).integers(1, 6, (judges, n)).astype(float)
    try:
        found = scoring.kendalls_w(scores)
    except NotDefinedError:
        assert (scores == scores[:, :1]).all()
        return
    chi2 = friedmanchisquare(*scores.T).statistic
    assert found == pytest.approx(chi2 / (judges * (n - 1)), abs=1e-9)
    assert -1e-12 <= found <= 1 + 1e-12


@pytest.mark.parametrize("ranks", [[[1, 2, 3]], [[1], [1]], [[2, 2], [2, 2]]])
def test_agreement_is_undefined_for_one_judge_one_subject_or_ties_only(ranks):
    with pytest.raises(NotDefinedError, match="agreement is undefined"):
        scoring.kendalls_w(ranks)


def test_a_missing_rank_is_an_error():
    with pytest.raises(ValuesError):
        scoring.kendalls_w([[1, 2, np.nan], [1, 2, 3]])


def panel(**columns) -> pd.DataFrame:
    """Four judges score three accounts twice; the fourth is 2 too high on its own in the blind round."""
    rows = []
    for name, noise in (("blind", 1.0), ("consensus", 0.0)):
        for j, judge in enumerate("WXYZ"):
            for s, subject in enumerate(["a", "b", "c"]):
                value = s + 1 + noise * (2.0 if judge == "Z" else 0.1 * (j - 1))
                rows.append(
                    ("attractiveness", "growth", "account", subject, judge, value, f"Role {judge}", name)
                )
    names = [
        "instrument",
        "item_id",
        "subject_type",
        "subject_id",
        "respondent",
        "value",
        "respondent_role",
        "round",
    ]
    return pd.DataFrame(rows, columns=names).assign(**columns)


CRITERIA = pd.DataFrame(
    {
        "instrument": ["attractiveness"],
        "item_id": ["growth"],
        "text": ["Growth"],
        "weight": 1.0,
        "direction": "max",
        "scale_min": 0,
        "scale_max": 6,
    }
)


def test_consensus_names_the_outlier_by_role():
    row = scoring.consensus(panel(), CRITERIA).iloc[0]
    assert row["outlier_role"] == "Role Z"
    assert row["outlier_deviation"] == pytest.approx(2.0)
    assert row["blind_spread"] == pytest.approx(np.std([-0.1, 0, 0.1, 2.0], ddof=1))
    assert row["consensus_spread"] == 0.0
    assert row["blind_w"] == pytest.approx(1.0)


def test_no_role_stands_out_where_all_agree():
    row = scoring.consensus(panel().query("respondent != 'Z'"), CRITERIA).iloc[0]
    assert row["outlier_role"] is None
    assert np.isnan(row["outlier_deviation"])


def test_agreement_by_round():
    found = scoring.panel_agreement(panel(), CRITERIA).set_index("round")
    assert found.loc["consensus", ["judges", "subjects"]].tolist() == [4, 3]
    assert found["kendalls_w"].tolist() == pytest.approx([1.0, 1.0])


def test_judged_values_take_the_consensus_round_and_keep_blanks():
    answers = panel()
    found = scoring.judged_values(answers, "attractiveness")
    assert found["growth"].tolist() == [1.0, 2.0, 3.0]
    assert found.index.name == "account_id"
    blind = scoring.judged_values(answers, "attractiveness", round="blind")
    assert blind.loc["a", "growth"] == pytest.approx(1.5)
    second = answers.head(1).assign(item_id="pays", round="consensus")
    gaps = scoring.judged_values(pd.concat([answers, second]), "attractiveness")
    assert gaps["pays"].isna().tolist() == [False, True, True]
    assert scoring.complete(gaps).index.tolist() == ["a"]


@pytest.mark.parametrize(
    "call",
    [
        lambda: scoring.judged_values(panel(), "strength"),
        lambda: scoring.consensus(panel(round=None), CRITERIA),
        lambda: scoring.consensus(panel(), CRITERIA.assign(instrument="other")),
        lambda: scoring.panel_agreement(panel().query("respondent == 'Z'"), CRITERIA),
        lambda: scoring.first_answered(panel(), ["x", "y"]),
        lambda: scoring.complete(pd.DataFrame({"k": [np.nan]})),
    ],
)
def test_what_nobody_answered_is_not_defined(call):
    with pytest.raises(NotDefinedError):
        call()


def test_all_errors_are_of_one_family():
    with pytest.raises(KamkitError):
        scoring.utilities([1, 2], instrument())


def test_two_panels_that_judged_different_subjects_have_no_common_agreement():
    """As where a voting about a few accounts replaced what an earlier panel said of them."""
    rows = [("a", "M1", 2), ("b", "M1", 5), ("c", "W1-01", 3), ("d", "W1-01", 4)]
    responses = pd.DataFrame(rows, columns=["subject_id", "respondent", "value"]).assign(
        instrument="attractiveness", item_id="growth", subject_type="account", round="consensus"
    )
    criteria = pd.DataFrame(
        {
            "instrument": ["attractiveness"],
            "item_id": ["growth"],
            "weight": 1.0,
            "direction": "max",
            "scale_min": 1,
            "scale_max": 5,
        }
    )
    with pytest.raises(NotDefinedError, match="no subject was judged by all 2 people"):
        scoring.panel_agreement(responses, criteria)
