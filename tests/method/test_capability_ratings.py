"""Agreement of raters, scores of predictions, maturity and skills against literature, oracles and hand arithmetic."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamkit.errors import EmptyError, NotDefinedError, ParameterError, UnitError, ValuesError
from kamkit.method.capability import (
    SKILLS_CATALOGUE,
    brier_score,
    decisions_reviewed,
    development_paths,
    intraclass_correlation,
    maturity,
    rating_agreement,
    skill_gaps,
    skills_asked,
    weighted_kappa,
)

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
RATINGS = st.lists(st.integers(1, 5), min_size=3, max_size=30)


def answers(rows, instrument="skills"):
    table = pd.DataFrame(rows, columns=["item_id", "subject_id", "respondent", "respondent_role", "value"])
    kind = "person" if instrument == "skills" else "company"
    return table.assign(instrument=instrument, subject_type=kind)


def items(names, instrument="skills", **more):
    base = {"instrument": instrument, "item_id": names, "text": names, "scale_min": 1, "scale_max": 5}
    return pd.DataFrame({**base, "direction": "max", **more})


# -- agreement -------------------------------------------------------------------------------------


def test_intraclass_correlation_of_shrout_and_fleiss_table_2():
    """Shrout & Fleiss (1979), Psychological Bulletin 86: ICC(2,1) of six targets and four judges is .29."""
    assert intraclass_correlation(SHROUT_FLEISS) == pytest.approx(0.29, abs=0.0005)


def test_intraclass_correlation_from_mean_squares():
    """Their analysis of variance: BMS 11.24, JMS 32.49, EMS 1.02."""
    by_hand = (11.24 - 1.02) / (11.24 + 3 * 1.02 + 4 * (32.49 - 1.02) / 6)
    assert intraclass_correlation(SHROUT_FLEISS) == pytest.approx(by_hand, abs=0.002)


@given(RATINGS, st.integers(1, 10_000))
@settings(max_examples=60, deadline=None)
def test_kappa_is_that_of_scikit_learn(first, seed):
    from sklearn.metrics import cohen_kappa_score

    second = np.random.default_rng(seed).integers(1, 6, len(first))
    if len(set(first) | set(second)) < 2:
        return
    oracle = cohen_kappa_score(first, second, weights="quadratic", labels=[1, 2, 3, 4, 5])
    assert weighted_kappa(first, second) == pytest.approx(oracle, abs=1e-12)


@given(RATINGS)
@settings(max_examples=40, deadline=None)
def test_full_agreement_is_one_and_order_does_not_matter(first):
    if len(set(first)) < 2:
        return
    assert weighted_kappa(first, first) == pytest.approx(1)
    assert intraclass_correlation(np.column_stack([first, first])) == pytest.approx(1)
    second = first[::-1]
    assert weighted_kappa(first, second) == pytest.approx(weighted_kappa(second, first))


def test_one_who_is_always_higher_agrees_less():
    truth = np.array([1, 2, 3, 4, 2, 3])
    assert weighted_kappa(truth, truth + 1) < weighted_kappa(truth, truth)
    assert intraclass_correlation(np.column_stack([truth, truth + 1])) < 1


@pytest.mark.parametrize(
    "function", [lambda: weighted_kappa([3, 3], [3, 3]), lambda: intraclass_correlation([[2, 2], [2, 2]])]
)
def test_agreement_is_undefined_where_nobody_tells_apart(function):
    with pytest.raises(NotDefinedError):
        function()


def test_one_respondent_has_no_agreement():
    with pytest.raises(NotDefinedError):
        intraclass_correlation([[1], [2], [3]])
    with pytest.raises(ValuesError):
        weighted_kappa([1, np.nan], [1, 2])
    with pytest.raises(ParameterError):
        weighted_kappa([1, 2], [1, 2, 3])


# -- predictions -----------------------------------------------------------------------------------


def test_brier_score_by_hand():
    """(0.7−1)², (0.2−0)², (0.9−0)² and (0.5−1)²: 0.09 + 0.04 + 0.81 + 0.25 over four."""
    assert brier_score([0.7, 0.2, 0.9, 0.5], [1, 0, 0, 1]) == pytest.approx(1.19 / 4)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_brier_score_is_that_of_scikit_learn(pairs):
    from sklearn.metrics import brier_score_loss

    stated, came = zip(*pairs, strict=True)
    oracle = brier_score_loss(came, stated, pos_label=True)
    assert brier_score(stated, came) == pytest.approx(oracle, abs=1e-12)


def test_brier_score_refuses_percent_gaps_and_nothing():
    with pytest.raises(UnitError):
        brier_score([70, 20], [1, 0])
    with pytest.raises(ValuesError):
        brier_score([0.7, np.nan], [1, 0])
    with pytest.raises(ValuesError):
        brier_score([0.7, 0.2], [1, 2])
    with pytest.raises(EmptyError):
        brier_score([], [])
    with pytest.raises(ParameterError):
        brier_score([0.7], [1, 0])


def test_only_decisions_that_are_due_are_reviewed():
    log = pd.DataFrame({
        "key": ["choice.hours", "required_return", "choice.uplift", "seed"], "value": ["5000", "0.1", "0.05", "7"],
        "by": "A. Tamm", "at": "2025-01-10", "review": ["2025-12-31", "2026-06-30", "", "2025-06-30"],
        "expected": ["more accounts", "", "", ""], "figure": ["choice.n", None, None, "x.y"],
        "then": [12.0, np.nan, np.nan, 3.0], "now": [14.0, np.nan, np.nan, np.nan],
    })  # fmt: skip
    found = decisions_reviewed(log, "2025-12-31")
    assert found["key"].tolist() == ["seed", "choice.hours"]
    assert found["came"].tolist() == ["unknown", "risen"]
    assert found["moved"].tolist()[1] == 2.0


@pytest.mark.parametrize("rows", [0, 1])
def test_no_decision_due_is_said(rows):
    log = pd.DataFrame({
        "key": ["seed"], "value": "7", "by": "A", "at": "2025-01-10", "review": "2027-01-01", "expected": ""
    })  # fmt: skip
    with pytest.raises(NotDefinedError):
        decisions_reviewed(log.head(rows), "2025-12-31")


# -- maturity --------------------------------------------------------------------------------------


def stages(values, **more):
    """Answers of three raters to two items of one area, item by item."""
    names = ["people.skills", "people.rewards"]
    rows = [
        (name, "us", f"M{k}", "", v)
        for name, column in zip(names, values, strict=True)
        for k, v in enumerate(column)
    ]
    return maturity(answers(rows, "maturity"), items(names, "maturity", **more)).iloc[0]


def test_least_and_median_by_hand():
    """Skills 3, 4, 4 and rewards 1, 1, 2: median of 1, 1, 2, 3, 4, 4 is 2.5; the weakest item stands at 1."""
    found = stages([[3, 4, 4], [1, 1, 2]])
    assert (found["least_stage"], found["median"], found["weakest"]) == (1.0, 2.5, "people.rewards")
    assert (found["rater_low"], found["rater_high"]) == (2.0, 3.0)
    assert (found["items"], found["raters"]) == (2, 3)


@pytest.mark.parametrize(
    ("stage", "phase"),
    [(1, "scoping"), (2, "introducing"), (3, "embedding"), (4, "optimising"), (5, "optimising")],
)
def test_phases_are_quarters_of_the_scale(stage, phase):
    assert stages([[stage] * 3, [stage] * 3])["phase"] == phase


def test_a_scale_where_less_is_better_is_turned():
    straight, turned = stages([[2, 2, 2], [2, 2, 2]]), stages([[4, 4, 4], [4, 4, 4]], direction="min")
    assert straight["median"] == turned["median"] == 2.0


def test_the_round_after_discussion_counts():
    table = answers([("a.b", "us", "M1", "", 1), ("a.b", "us", "M1", "", 4)], "maturity")
    table["round"] = ["blind", "consensus"]
    assert maturity(table, items(["a.b"], "maturity")).iloc[0]["median"] == 4.0


def test_answers_off_the_scale_and_two_scales_are_refused():
    with pytest.raises(ValuesError, match="outside"):
        stages([[6, 1, 1], [1, 1, 1]])
    with pytest.raises(ValuesError, match="different scales"):
        stages([[1, 1, 1], [1, 1, 1]], scale_max=[5, 10])
    with pytest.raises(NotDefinedError):
        maturity(answers([("x", "P", "P", "self", 3)]), items(["x"], "maturity"))


@given(st.lists(st.integers(1, 5), min_size=2, max_size=20), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_row_order_changes_nothing_and_least_is_never_above_median(values, seed):
    rows = [(f"area.{k % 2}", "us", f"M{k // 2}", "", v) for k, v in enumerate(values)]
    table, known = answers(rows, "maturity"), items(["area.0", "area.1"], "maturity")
    found = maturity(table, known)
    mixed = maturity(table.sample(frac=1, random_state=seed), known)
    columns = ["least_stage", "median", "rater_low", "rater_high", "phase"]
    pd.testing.assert_frame_equal(found[columns], mixed[columns])
    assert (found["least_stage"] <= found["median"]).all()


# -- skills ----------------------------------------------------------------------------------------


@pytest.fixture
def team():
    """Three technicians at 2, 2, 4 of 4 in negotiation, by their manager; two sellers at 4 and 5."""
    seen = {"T1": 2, "T2": 2, "T3": 4, "S1": 4, "S2": 5}
    rows = [("negotiation", who, "M", "manager", v) for who, v in seen.items()]
    rows += [("negotiation", who, who, "self", v + (who[0] == "S")) for who, v in seen.items() if who != "S2"]
    people = pd.DataFrame({
        "person_id": list(seen), "account_id": "1", "role": "r",
        "background": ["technical"] * 3 + ["sales"] * 2,
    })  # fmt: skip
    return answers(rows), items(["negotiation"], gate=4.0), people


def test_shortfall_is_the_median_persons(team):
    found = skill_gaps(*team).set_index("background")
    assert found.loc["technical", ["required", "present", "shortfall", "short", "people"]].tolist() == [
        4,
        2,
        2,
        2,
        3,
    ]
    assert found.loc["technical", "short_share"] == pytest.approx(2 / 3)
    assert found["lacking"].to_dict() == {"technical": True, "sales": False}
    assert (found["view"] == "manager").all()


def test_own_view_stands_in_where_no_manager_answered(team):
    responses, criteria, people = team
    found = skill_gaps(responses[responses["respondent_role"] == "self"], criteria, people)
    assert (found["view"] == "self").all()


def test_a_person_of_unknown_background_is_kept(team):
    responses, criteria, people = team
    found = skill_gaps(responses, criteria, people[people["person_id"] != "T3"])
    assert found.set_index("background").loc["not_stated", "people"] == 1
    assert found["people"].sum() == 5


def test_two_backgrounds_of_one_person_are_refused(team):
    responses, criteria, people = team
    doubled = pd.concat([people, people.head(1).assign(background="sales")])
    with pytest.raises(ValuesError, match="two backgrounds"):
        skill_gaps(responses, criteria, doubled)


def test_no_required_level_is_said(team):
    responses, _criteria, people = team
    with pytest.raises(NotDefinedError, match="required level"):
        skill_gaps(responses, items(["negotiation"], gate=np.nan), people)


def test_agreement_by_background(team):
    """Technicians see themselves as their manager does; the one seller with both views one step higher."""
    found = rating_agreement(*team).set_index("background")
    assert found["distance"].to_dict() == {"all": 0.25, "sales": 1.0, "technical": 0.0}
    assert found["pairs"].to_dict() == {"all": 4, "sales": 1, "technical": 3}
    assert found.loc["technical", "kappa"] == pytest.approx(1)
    assert np.isnan(found.loc["sales", "icc"])
    assert found["flatters"].to_dict() == {"all": False, "sales": True, "technical": False}


def test_a_path_names_the_background_that_can_teach(team):
    path = development_paths(skill_gaps(*team)).iloc[0]
    assert path[["background", "order", "item_id", "learn_from"]].tolist() == [
        "technical",
        1,
        "negotiation",
        "sales",
    ]
    alone = skill_gaps(*team).query("background == 'technical'")
    assert development_paths(alone)["learn_from"].tolist() == ["outside"]


def test_the_catalogue_is_held_against_the_questionnaire():
    asked = skills_asked(items(["negotiation", "value_selling", "juggling"]))
    assert asked["item_id"].tolist() == list(SKILLS_CATALOGUE)
    assert set(asked.loc[~asked["asked"], "item_id"]) == {
        "kam_introduction", "complex_relationships", "virtual_relationships"
    }  # fmt: skip


def test_one_weak_person_is_no_gap_of_the_background(team):
    responses, criteria, people = team
    third = (responses["subject_id"] == "T2") & (responses["respondent_role"] == "manager")
    better = responses.assign(value=responses["value"].mask(third, 4))
    row = skill_gaps(better, criteria, people).set_index("background").loc["technical"]
    assert row[["shortfall", "short", "lacking"]].tolist() == [0.0, 1, False]
