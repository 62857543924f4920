"""Clusters and rules: found again, refused where they would be chance, the same in any order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score, silhouette_score

from kamkit.errors import NotDefinedError, ParameterError, ValuesError
from kamkit.method import segmentation

IDEAL = np.array([[9.0, 2, 2, 5, 3], [2, 9, 3, 5, 2], [2, 3, 9, 5, 8]])


def planted(each: int = 30, noise: float = 0.6, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    values = np.repeat(IDEAL, each, axis=0) + rng.normal(0, noise, (3 * each, IDEAL.shape[1]))
    index = pd.Index([f"C{i:03d}" for i in range(3 * each)], name="account_id")
    return pd.DataFrame(values, index, ["price", "stock", "advice", "invoice", "owner"]), np.repeat(
        [0, 1, 2], each
    )


@pytest.fixture(scope="module")
def found() -> segmentation.NeedsSegments:
    return segmentation.needs_segments(planted()[0])


def test_planted_groups_come_back_in_any_order_and_under_any_name(found):
    needs, truth = planted()
    assert adjusted_rand_score(truth, found.labels) == 1.0
    shuffled = needs.iloc[np.random.default_rng(1).permutation(len(needs))]
    renamed = shuffled.rename(index=lambda name: f"x{name[::-1]}")
    again = segmentation.needs_segments(renamed)
    assert (again.labels.to_numpy() == found.labels[shuffled.index].to_numpy()).all()
    pd.testing.assert_frame_equal(again.tried, found.tried)


def test_scale_use_does_not_make_segments():
    """The same three needs, each account with its own level and spread on the scale."""
    needs, truth = planted(noise=0.2)
    rng = np.random.default_rng(4)
    used = needs.mul(rng.uniform(0.3, 0.9, len(needs)), axis=0).add(rng.uniform(0, 4, len(needs)), axis=0)
    assert adjusted_rand_score(truth, segmentation.needs_segments(used).labels) == 1.0


def test_figures_are_those_of_the_library_and_the_largest_segment_stands_first():
    needs, _ = planted()
    uneven = needs.iloc[[*range(20), *range(30, 60), *range(60, 85)]]
    found = segmentation.needs_segments(uneven)
    scores = segmentation.within_respondent(uneven)
    assert found.silhouette == pytest.approx(silhouette_score(scores, found.labels))
    assert found.labels.value_counts().to_dict() == {"S1": 30, "S2": 25, "S3": 20}
    np.testing.assert_allclose(found.profiles.loc["S1"], scores[found.labels == "S1"].mean())
    assert list(found.tried["k"]) == [2, 3, 4, 5, 6, 7, 8]


def test_a_number_that_was_decided_is_taken_stable_or_not():
    needs, _ = planted()
    found = segmentation.needs_segments(needs, k=6)
    row = found.tried.set_index("k").loc[6]
    assert found.labels.nunique() == 6
    assert row["chosen"]
    assert not row["stable"]
    for wrong in (1, 2.5, 46):
        with pytest.raises(ParameterError, match="k ="):
            segmentation.needs_segments(needs, k=wrong)


def test_few_accounts_and_noise_get_no_clusters():
    needs, _ = planted(each=20)
    with pytest.raises(NotDefinedError, match="59 accounts are too few"):
        segmentation.needs_segments(needs.head(59))
    noise = pd.DataFrame(np.random.default_rng(0).uniform(1, 10, (120, 8)))
    found = segmentation.find_segments(noise)
    assert found.basis == "rules"
    assert found.reason.startswith("no number of segments from 2 to 8 is stable")


def test_missing_and_double_accounts_are_errors():
    needs, _ = planted()
    with pytest.raises(ValuesError, match="missing"):
        segmentation.needs_segments(needs.mask(needs > 9.9))
    with pytest.raises(ValuesError, match="stand twice"):
        segmentation.needs_segments(pd.concat([needs, needs.head(1)]))


def test_stability_of_a_wrong_cut_is_hand_arithmetic():
    """Far groups A and B of 40, cut into X (20 of A, 10 of B) and Y (20 of A, 30 of B).

    X against A: 20 / (30 + 40 − 20); Y against B: 30 / (50 + 40 − 30).
    """
    values = pd.DataFrame({"x": np.repeat([0.0, 100.0], 40) + np.tile(np.arange(40) / 100, 2), "y": 0.0})
    assert segmentation.stability(values, ["a"] * 40 + ["b"] * 40).tolist() == [1.0, 1.0]
    cut = ["X"] * 20 + ["Y"] * 20 + ["X"] * 10 + ["Y"] * 30
    assert segmentation.stability(values, cut, draws=400).tolist() == pytest.approx([0.4, 0.5], abs=0.02)


def test_stability_asks_for_a_label_of_each_account():
    values = pd.DataFrame({"x": [0.0, 1, 5, 6], "y": 0.0})
    with pytest.raises(ValuesError, match="no label"):
        segmentation.stability(values, pd.Series(["a", "a", "b"]))
    with pytest.raises(ParameterError, match="draws"):
        segmentation.stability(values, list("aabb"), draws=0)
    with pytest.raises(ParameterError, match="1 cluster"):
        segmentation.stability(values, list("aaaa"))


# -- rules -------------------------------------------------------------------------------------


def test_rules_put_each_account_under_what_matters_most():
    needs, truth = planted(each=5, noise=0.1)
    found = segmentation.segments_by_rule(needs, most=3)
    assert found.labels.tolist() == ["price"] * 5 + ["stock"] * 5 + ["advice"] * 5
    assert found.rules.set_index("theme")["accounts"].to_dict() == {"price": 5, "stock": 5, "advice": 5}
    assert adjusted_rand_score(truth, found.labels) == 1.0


def test_themes_in_the_words_of_management():
    needs, _ = planted(each=5, noise=0.1)
    themes = {"low cost": ["price"], "closeness": ["advice", "owner"]}
    found = segmentation.segments_by_rule(needs, themes)
    assert set(found.labels[:5]) == {"low cost"}
    assert set(found.labels[10:]) == {"closeness"}
    scores = segmentation.within_respondent(needs)
    first = scores.iloc[0]
    assert found.margin.iloc[0] == pytest.approx(first["price"] - first[["advice", "owner"]].mean())
    with pytest.raises(ParameterError, match="not asked"):
        segmentation.segments_by_rule(needs, {"speed": ["hours"]})


def test_segments_carry_words_and_say_on_what_they_rest():
    needs, _ = planted(each=30)
    criteria = pd.DataFrame(
        {"instrument": "needs", "item_id": ["price", "stock"], "text": ["A low price", "Parts"]}
    )
    found = segmentation.find_segments(needs, criteria)
    assert (found.basis, found.reason) == ("clusters", "")
    assert set(found.accounts["segment"]) == {"A low price", "Parts", "advice"}
    assert not found.accounts["borderline"].any()
    decided = segmentation.find_segments(needs, criteria, themes={"Cheap": ["price"], "Close": ["owner"]})
    assert decided.basis == "rules"
    assert set(decided.accounts["segment"]) == {"Cheap", "Close"}


def test_an_account_between_two_segments_is_marked():
    needs, _ = planted(each=30, noise=0.3)
    between = pd.DataFrame([(IDEAL[0] + IDEAL[1]) / 2], index=["between"], columns=needs.columns)
    found = segmentation.find_segments(pd.concat([needs, between]))
    assert found.accounts.loc["between", "borderline"]
    assert found.accounts["borderline"].sum() == 1


def test_no_need_names_two_segments():
    profiles = pd.DataFrame({"price": [1.5, 1.4], "stock": [0.2, 0.9]}, index=["S1", "S2"])
    assert segmentation.segment_names(profiles) == {"S1": "price", "S2": "stock"}
