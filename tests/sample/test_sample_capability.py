"""Step 10 on the sample: the six planted problems are found and neither of the two others."""

from __future__ import annotations

import pandas as pd
import pytest

from kamkit.method import capability, opportunities, programme, relationships


@pytest.fixture(scope="module")
def answers(tables):
    return tables["responses"], tables["criteria"]


@pytest.fixture(scope="module")
def gaps(answers, tables):
    return capability.skill_gaps(*answers, tables["assignments"])


@pytest.fixture(scope="module")
def problems(tables, truth, gaps):
    year = {name: tables[name] for name in ("sales", "ledger", "activity_use")}
    for name, table in year.items():
        day = pd.to_datetime(table["date" if name == "sales" else "month"])
        year[name] = table[day.dt.year == 2025]
    results = programme.group_results(activities=tables["activities"], **year)
    return capability.eight_problems(
        tables["accounts"],
        tables["criteria"],
        tables["responses"],
        tables["assignments"],
        tables["opportunities"],
        tables["plan_items"],
        relationships.relationship_coverage(tables["contacts"], tables["relationships"]),
        relationships.raci_defects(tables["assignments"]),
        relationships.role_agreement(tables["assignments"]),
        opportunities.double_booked(tables["opportunities"]),
        programme.conflicts(results),
        results,
        gaps,
    ).set_index("problem")


def test_the_planted_problems_and_no_other(problems, truth):
    planted = {name: truth[name] for name in truth if name.startswith("problem_")}
    assert len(planted) == 8
    assert problems["assessed"].all()
    assert problems["found"].to_dict() == planted


@pytest.mark.parametrize("factor", [0.6, 1.5])
def test_the_verdicts_do_not_hang_on_the_limits(problems, truth, factor):
    """Lines that are stricter or milder by half find the same: they are not tuned to the sample."""
    found = problems["value"] > factor * problems["limit"]
    assert found.to_dict() == {name: truth[name] for name in found.index}


def test_the_counts_are_the_planted_ones(problems, truth):
    assert problems.loc["problem_complexity", "part"] == truth["contacts_without_owner"]
    hours = truth["hours_by_incentive"]
    row = problems.loc["problem_measurement"]
    assert row["part"] == hours["unit_revenue"]
    assert row["whole"] == sum(hours.values()) - hours["fixed"]
    unclear = {a for kind in ("raci_no_a", "raci_two_a", "raci_no_r") for a, _task in truth[kind]}
    assert set(problems.loc["problem_roles", "found_at"].split("; ")) == unclear | set(
        truth["role_disagreement"]
    )
    booked = {pair[0] for pair in truth["double_booked"]}
    assert problems.loc["problem_units", "part"] > 0
    assert len(problems.loc["problem_units", "found_at"].split("; ")) == len(booked)


def test_units_lose_most_where_it_was_planted(problems, truth):
    worst = problems.loc["problem_conflict", "found_at"].split("; ")[:4]
    assert sorted(worst) == sorted(truth["good_for_group_bad_for_unit"])


def test_maturity(answers, truth):
    found = capability.maturity(*answers).set_index("area")["median"]
    assert found.to_dict() == truth["maturity"]


def test_skills_that_a_background_lacks(gaps, truth):
    lacking = gaps[gaps["lacking"]].groupby("background")["item_id"].apply(sorted)
    assert lacking.to_dict() == {name: sorted(items) for name, items in truth["skill_gaps"].items()}


def test_who_flatters_itself(answers, tables, truth):
    found = capability.rating_agreement(*answers, tables["assignments"]).set_index("background")
    assert found.index[found["flatters"]].tolist() == [truth["flattering_background"]]
    assert found.loc["sales", "distance"] == pytest.approx(0.9, abs=0.1)


def test_brier_score_of_the_sellers(tables, truth):
    decided = tables["opportunities"].query("outcome in ['won', 'lost'] and probability.notna()")
    won = decided["outcome"] == "won"
    assert capability.brier_score(decided["probability"], won) == pytest.approx(
        truth["brier_seller"], abs=1e-6
    )
    base = [won.mean()] * len(won)
    assert capability.brier_score(base, won) == pytest.approx(truth["brier_base"], abs=1e-6)


def test_charter(tables, truth):
    page = capability.programme_charter(
        tables["accounts"], plan_items=tables["plan_items"], assignments=tables["assignments"]
    )
    page = page.drop_duplicates("line").set_index("line")
    assert page.loc["accounts", "key_figure"] == len(truth["key_accounts"])
    hours = {
        name.removeprefix("incentive_"): v for name, v in page["key_figure"].items() if "incentive_" in name
    }
    assert hours == truth["hours_by_incentive"]
    assert page.loc["accounts_without_sponsor", "detail"].split("; ") == truth["accounts_without_sponsor"]


def test_the_companys_actions_answer_two_of_the_problems(problems, tables):
    list_ = capability.backlog(problems.reset_index(), plan_items=tables["plan_items"]).set_index(
        "improvement"
    )
    assert list_.loc["problem_conflict", "action"] == "One price list for all units"
    assert list_.loc["problem_measurement", "action"] == "Reward account teams by contribution"
    assert set(list_["owner"].dropna()) == {"DIR01"}
    assert len(list_) == 6
