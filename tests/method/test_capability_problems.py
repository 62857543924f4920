"""Problems, practices, charter and improvements on a small programme that is sound, and spoilt on purpose."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kamkit.errors import NotDefinedError, ParameterError, UnitError
from kamkit.method.capability import (
    PROBLEMS,
    backlog,
    eight_problems,
    five_practices,
    programme_charter,
)

KEYS = [f"k{i}" for i in range(10)]
OTHERS = ["o1", "o2"]


def sound() -> dict[str, pd.DataFrame]:
    """Ten key accounts without a single problem, by the tables that the eight measures are taken from."""
    accounts = pd.DataFrame({"account_id": KEYS + OTHERS, "kam_start": ["2024-01-01"] * 10 + [None] * 2})
    criteria = pd.DataFrame({
        "instrument": "attractiveness", "item_id": ["growth", "pays"], "weight": 0.5, "direction": "max",
        "scale_min": 1, "scale_max": 5, "gate": [np.nan, 2.0],
    })  # fmt: skip
    responses = pd.DataFrame([
        {"instrument": "attractiveness", "item_id": item, "subject_type": "account", "subject_id": key,
         "respondent": "M1", "value": 4}
        for key in KEYS for item in ("growth", "pays")
    ])  # fmt: skip
    assignments = pd.DataFrame({
        "person_id": [f"P{k}" for k in range(10)], "account_id": KEYS, "role": "Key account manager",
        "raci": "A", "hours_year": 100.0, "incentive": "account_contribution", "background": "sales",
    })  # fmt: skip
    deals = pd.DataFrame({
        "opportunity_id": ["d1", "d2"], "account_id": ["k0", "k1"], "amount": [900.0, 100.0], "outcome": "open"
    })  # fmt: skip
    goals = [
        {"item_id": f"g{k}", "subject_type": "account", "subject_id": k, "kind": "goal", "text": "Grow",
         "metric": "revenue", "target": 2.0, "owner": "P1", "due": pd.Timestamp("2026-12-31")}
        for k in KEYS
    ]  # fmt: skip
    coverage = pd.DataFrame({"contacts": 10, "unowned": 0}, index=pd.Index(KEYS, name="account_id"))
    results = pd.DataFrame({"account_id": KEYS, "bu_id": "Flow", "contribution": 100.0, "result": 100.0})
    gaps = pd.DataFrame({"item_id": list("abcde"), "skill": list("ABCDE"), "lacking": False})
    return {
        "accounts": accounts, "criteria": criteria, "responses": responses, "assignments": assignments,
        "opportunities": deals, "plan_items": pd.DataFrame(goals), "relationship_coverage": coverage,
        "raci_defects": pd.DataFrame({"account_id": pd.Series(dtype=str), "defect": pd.Series(dtype=str)}),
        "role_agreement": pd.DataFrame({"account_id": KEYS, "agreement": 1.0}),
        "double_booked": pd.DataFrame({"account_id": pd.Series(dtype=str), "later_amount": pd.Series(dtype=float)}),
        "conflicts": pd.DataFrame({"account_id": pd.Series(dtype=str), "unit_result": pd.Series(dtype=float)}),
        "group_results": results, "skill_gaps": gaps,
    }  # fmt: skip


def spoilt(problem: str) -> dict[str, pd.DataFrame]:
    """The same with one problem planted, just beyond its limit: three of ten, or six per cent of the money."""
    t = sound()
    if problem == "problem_definition":
        t["responses"].loc[
            t["responses"]["subject_id"].isin(KEYS[:3]) & (t["responses"]["item_id"] == "pays"), "value"
        ] = 1
    elif problem == "problem_units":
        t["double_booked"] = pd.DataFrame({"account_id": ["k0"], "later_amount": [60.0]})
    elif problem == "problem_complexity":
        t["relationship_coverage"] = t["relationship_coverage"].assign(unowned=[10] * 3 + [0] * 7)
    elif problem == "problem_conflict":
        t["conflicts"] = pd.DataFrame({"account_id": ["k0"], "unit_result": [-60.0]})
    elif problem == "problem_strategy":
        t["plan_items"].loc[:2, "owner"] = None
    elif problem == "problem_roles":
        t["raci_defects"] = pd.DataFrame({"account_id": ["k0", "k0", "k1"], "defect": "no_a"})
        t["role_agreement"].loc[2, "agreement"] = 0.6
    elif problem == "problem_measurement":
        t["assignments"].loc[:2, "incentive"] = "unit_revenue"
    elif problem == "problem_skills":
        t["skill_gaps"] = t["skill_gaps"].assign(lacking=[True, True, False, False, False])
    return t


def test_a_sound_programme_has_no_problem():
    found = eight_problems(**sound())
    assert found["problem"].tolist() == list(PROBLEMS)
    assert found["assessed"].all()
    assert not found["found"].any()
    assert (found["value"] == 0).all()


PLANTED = {
    "problem_definition": 0.3, "problem_units": 0.06, "problem_complexity": 0.3, "problem_conflict": 0.06,
    "problem_strategy": 0.3, "problem_roles": 0.3, "problem_measurement": 0.3, "problem_skills": 0.4,
}  # fmt: skip


@pytest.mark.parametrize("problem", PROBLEMS)
def test_each_problem_is_found_alone_and_no_other(problem):
    found = eight_problems(**spoilt(problem)).set_index("problem")
    assert found.index[found["found"]].tolist() == [problem]
    assert found.loc[problem, "value"] == pytest.approx(PLANTED[problem])
    assert found.loc[problem, "reading"] == f"{problem}_found"


NEEDED = {
    "problem_definition": "responses", "problem_units": "double_booked", "problem_conflict": "conflicts",
    "problem_complexity": "relationship_coverage", "problem_strategy": "plan_items",
    "problem_roles": "raci_defects", "problem_measurement": "assignments", "problem_skills": "skill_gaps",
}  # fmt: skip


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_missing_table_is_neither_good_nor_bad(problem):
    tables = {**spoilt(problem), NEEDED[problem]: None}
    row = eight_problems(**tables).set_index("problem").loc[problem]
    assert not row["assessed"]
    assert not row["found"]
    assert np.isnan(row["value"])
    assert row["needs"]
    assert row["reading"] == "not_assessed"


def test_a_value_at_the_limit_is_borne_and_decided_limits_count():
    tables = sound()
    tables["raci_defects"] = pd.DataFrame({"account_id": ["k0", "k1"], "defect": "no_a"})
    assert not eight_problems(**tables)["found"].any()
    strict = eight_problems(**tables, limits={"problem_roles": 0.1}).set_index("problem")
    assert strict.loc["problem_roles", ["limit", "found"]].tolist() == [0.1, True]
    with pytest.raises(UnitError):
        eight_problems(**tables, limits={"problem_roles": 10})
    with pytest.raises(ParameterError, match="problem_rolls"):
        eight_problems(**tables, limits={"problem_rolls": 0.1})


def test_fixed_pay_counts_neither_way():
    tables = spoilt("problem_measurement")
    tables["assignments"].loc[5:, "incentive"] = "fixed"
    row = eight_problems(**tables).set_index("problem").loc["problem_measurement"]
    assert (row["part"], row["whole"]) == (300.0, 500.0)
    tables["assignments"]["incentive"] = "fixed"
    row = eight_problems(**tables).set_index("problem").loc["problem_measurement"]
    assert row["assessed"]
    assert row["value"] == 0


def test_no_share_of_a_loss():
    tables = spoilt("problem_conflict")
    tables["group_results"] = tables["group_results"].assign(result=-1.0)
    row = eight_problems(**tables).set_index("problem").loc["problem_conflict"]
    assert not row["assessed"]
    assert np.isnan(row["value"])
    assert row["part"] == 60.0


def test_a_key_account_nobody_scored_is_off_the_criteria():
    tables = sound()
    tables["responses"] = tables["responses"].query("subject_id not in ['k0', 'k1', 'k2']")
    row = eight_problems(**tables).set_index("problem").loc["problem_definition"]
    assert row["found"]
    assert row["found_at"] == "k0; k1; k2"


def test_row_order_changes_nothing():
    tables = spoilt("problem_roles")
    mixed = {name: t.sample(frac=1, random_state=3) for name, t in tables.items()}
    columns = ["problem", "value", "part", "whole", "found"]
    pd.testing.assert_frame_equal(eight_problems(**tables)[columns], eight_problems(**mixed)[columns])


def test_without_any_table_there_is_one_gap():
    with pytest.raises(NotDefinedError):
        eight_problems(accounts=sound()["accounts"])
    with pytest.raises(NotDefinedError):
        five_practices(accounts=sound()["accounts"].assign(kam_start=None))


# -- practices -------------------------------------------------------------------------------------


def planned() -> pd.DataFrame:
    """Whole plans: goal, offer with a value the customer agreed to, a dated action, a weighed risk."""
    rows = []
    for key in KEYS:
        base = {
            "subject_type": "account",
            "subject_id": key,
            "owner": "P1",
            "due": pd.Timestamp("2026-06-30"),
        }
        rows += [
            {
                **base,
                "kind": "goal",
                "metric": "revenue",
                "target": 2.0,
                "baseline": 1.0,
                "customer_agreed": True,
            },
            {**base, "kind": "offer", "amount": 110.0, "baseline": 100.0, "text": "Uptime"},
            {
                **base,
                "kind": "value_driver",
                "baseline": 10.0,
                "target": 4.0,
                "amount": 5.0,
                "customer_agreed": True,
            },
            {**base, "kind": "action", "status": "under way"},
            {**base, "kind": "risk", "probability": 0.2, "amount": 50.0},
        ]
    company = {
        "subject_type": "company",
        "subject_id": "us",
        "owner": "D1",
        "due": pd.Timestamp("2026-12-31"),
    }
    rows.append({**company, "kind": "goal", "metric": "orders", "target": 5.0, "text": "Orders"})
    rows.append(
        {**company, "kind": "action", "text": "Name one lead", "metric": "key accounts with unclear roles"}
    )
    rows.append({**company, "kind": "action", "text": "New brochure", "metric": "brochures"})
    return pd.DataFrame(rows).assign(item_id=lambda t: "i" + t.index.astype(str))


def practised(**changed):
    tables = sound()
    pnl = pd.DataFrame({"customer_profit": 1.0}, index=pd.Index(KEYS, name="account_id"))
    deals = pd.DataFrame({"account_id": KEYS, "outcome": "open"})
    given = {
        "accounts": tables["accounts"], "plan_items": planned(), "assignments": tables["assignments"],
        "opportunities": deals, "pnl": pnl, "raci_defects": tables["raci_defects"], "today": "2025-12-31",
    }  # fmt: skip
    return five_practices(**{**given, **changed}).set_index("practice")


def test_five_practices_in_place():
    assert (practised()["status"] == "in_place").all()
    assert (practised()["value"] == 1).all()


def test_an_action_that_is_late_breaks_the_plan():
    found = practised(today="2026-07-01").loc["practice_plan"]
    assert found["value"] == 0
    assert found["status"] == "rare"
    done = planned()
    done["status"] = done["status"].where(done["status"] != "under way", "Done")
    assert practised(today="2026-07-01", plan_items=done).loc["practice_plan", "value"] == 1


def test_goals_of_the_accounts_alone_are_half_the_practice():
    plans = planned().query("subject_type == 'account'")
    found = practised(plan_items=plans).loc["practice_goals"]
    assert found["value"] == 1
    assert found["status"] == "in_part"


def test_figures_that_nobody_uses_are_half_the_practice():
    young = pd.DataFrame({"area": ["measurement"], "phase": ["introducing"]})
    assert practised(maturity=young).loc["practice_measuring", "reading"] == "practice_measuring_unused"
    assert (
        practised(maturity=young.assign(phase="embedding")).loc["practice_measuring", "status"] == "in_place"
    )


def test_value_counts_only_where_the_customer_agreed():
    plans = planned()
    told = (plans["kind"] == "value_driver") & plans["subject_id"].isin(KEYS[:3])
    plans.loc[told, "customer_agreed"] = False
    found = practised(plan_items=plans).loc["practice_value"]
    assert (found["value"], found["status"], found["found_at"]) == (0.7, "in_part", "k0; k1; k2")


def test_practices_name_what_they_need():
    found = practised(opportunities=None, raci_defects=None)
    assert found.loc["practice_measuring", "needs"] == "opportunities"
    assert found.loc["practice_responsibility", "status"] == "not_assessed"


# -- charter ---------------------------------------------------------------------------------------


def charter(**changed) -> pd.DataFrame:
    pnl = pd.DataFrame(
        {"pocket_revenue": [50.0] * 10 + [300.0, 200.0], "customer_profit": [10.0] * 10 + [30.0, -5.0]},
        index=pd.Index(KEYS + OTHERS, name="account_id"),
    )
    given = {"accounts": sound()["accounts"], "pnl": pnl, "plan_items": planned(), "assignments": crew()}
    return programme_charter(**{**given, **changed}).drop_duplicates("line").set_index("line")


def crew() -> pd.DataFrame:
    """A lead on every account, a seller paid by unit revenue on three, a sponsor on nine."""
    rows = [
        {"person_id": f"L{k % 4}", "account_id": key, "role": "Key account manager", "raci": "A",
         "hours_year": 10.0, "background": "technical", "incentive": "account_contribution"}
        for k, key in enumerate(KEYS)
    ]  # fmt: skip
    rows += [
        {"person_id": "S1", "account_id": key, "role": "Seller", "raci": "I", "hours_year": 5.0,
         "background": "sales", "incentive": "unit_revenue"}
        for key in KEYS[:3]
    ]  # fmt: skip
    rows += [
        {"person_id": "D1", "account_id": key, "role": "Executive sponsor", "raci": "C"} for key in KEYS[:9]
    ]
    return pd.DataFrame(rows)


def test_how_key_accounts_differ_by_hand():
    page = charter()
    assert page.loc["accounts", ["key_figure", "rest_figure"]].tolist() == [10, 2]
    assert page.loc["pocket_revenue", ["key_figure", "rest_figure"]].tolist() == [500, 500]
    assert page.loc["revenue_share", ["key_figure", "rest_figure"]].tolist() == [0.5, 0.5]
    assert page.loc["profit_margin", ["key_figure", "rest_figure"]].tolist() == [0.2, 0.05]
    assert page.loc["losers", ["key_figure", "rest_figure"]].tolist() == [0, 1]


def test_offers_team_and_lead_by_hand():
    page = charter()["key_figure"]
    assert page["offer_amount"] == 1100
    assert page["over_alternative"] == pytest.approx(0.1)
    assert page["value_to_customer"] == 10 * 6 * 5
    assert page["value_agreed"] == 1
    assert page["people"] == 6
    assert page["hours_year"] == 115
    assert (page["background_technical"], page["background_sales"]) == (100, 15)
    assert page["pulled_apart"] == 3
    assert (page["leads"], page["most_per_lead"], page["accounts_with_lead"]) == (4, 3, 10)
    assert page["accounts_with_sponsor"] == 9
    assert charter().loc["accounts_without_sponsor", "detail"] == "k9"


def test_a_profit_that_is_not_known_stays_unknown():
    pnl = pd.DataFrame(
        {"pocket_revenue": 1.0, "customer_profit": np.nan}, index=pd.Index(KEYS, name="account_id")
    )
    assert np.isnan(charter(pnl=pnl).loc["customer_profit", "key_figure"])


def test_the_charter_names_what_is_missing():
    page = programme_charter(sound()["accounts"])
    assert page.loc[page["line"] == "not_assessed", "detail"].tolist() == [
        "sales, ledger", "plan_items", "assignments", "assignments", "plan_items"
    ]  # fmt: skip
    with pytest.raises(NotDefinedError):
        programme_charter(sound()["accounts"].assign(kam_start=None))


# -- improvements ----------------------------------------------------------------------------------


def test_the_companys_action_lends_owner_and_day():
    plans = planned()
    list_ = backlog(eight_problems(**spoilt("problem_roles")), plan_items=plans).set_index("improvement")
    row = list_.loc["problem_roles"]
    assert (row["action"], row["owner"], row["due"]) == ("Name one lead", "D1", pd.Timestamp("2026-12-31"))
    assert list_["source"].tolist() == ["problem", "plan"]
    assert list_.iloc[1]["action"] == "New brochure"


def test_what_is_furthest_beyond_its_line_stands_first():
    tables = spoilt("problem_roles")
    tables["conflicts"] = spoilt("problem_conflict")["conflicts"].assign(unit_result=-200.0)
    list_ = backlog(eight_problems(**tables))
    assert list_["improvement"].tolist() == ["problem_conflict", "problem_roles"]
    assert list_["effect"].tolist()[0] == 200.0


def test_the_next_run_says_what_became_of_each():
    before = backlog(
        eight_problems(**{**spoilt("problem_roles"), "conflicts": spoilt("problem_conflict")["conflicts"]})
    )
    tables = spoilt("problem_roles")
    tables["raci_defects"] = pd.DataFrame({"account_id": KEYS[:6], "defect": "no_a"})
    tables["plan_items"] = spoilt("problem_strategy")["plan_items"]
    after = backlog(eight_problems(**tables), before=before).set_index("improvement")
    assert after["progress"].to_dict() == {
        "problem_roles": "worse", "problem_strategy": "new", "problem_conflict": "solved"
    }  # fmt: skip
    assert after.loc["problem_roles", ["value_before", "value"]].tolist() == [0.3, 0.6]
    third = backlog(eight_problems(**tables), before=after.reset_index())
    assert third["progress"].tolist() == ["as_before", "as_before"]


def test_a_problem_that_can_no_longer_be_measured_is_not_called_solved():
    before = backlog(eight_problems(**spoilt("problem_conflict")))
    now = eight_problems(**{**spoilt("problem_roles"), "conflicts": None})
    assert backlog(now, before=before)["improvement"].tolist() == ["problem_roles"]


def test_decisions_name_owner_day_and_effort():
    problems = eight_problems(**spoilt("problem_roles"))
    decided = {"problem_roles": {"owner": "D1", "due": "2025-06-30", "effort_grade": "high", "effect": 9.0}}
    row = backlog(problems, decided=decided, today="2025-12-31").iloc[0]
    assert row[["owner", "effort_grade", "effect", "overdue"]].tolist() == ["D1", "high", 9.0, True]
    with pytest.raises(ParameterError, match="problem_rolls"):
        backlog(problems, decided={"problem_rolls": {}})
    with pytest.raises(ParameterError, match="who"):
        backlog(problems, decided={"problem_roles": {"who": "D1"}})
    with pytest.raises(ParameterError, match="huge"):
        backlog(problems, decided={"problem_roles": {"effort_grade": "huge"}})


def test_a_practice_that_repeats_a_problem_is_listed_once():
    problems = eight_problems(**spoilt("problem_roles"))
    practices = practised(raci_defects=pd.DataFrame({"account_id": KEYS, "defect": "no_a"})).reset_index()
    assert backlog(problems, practices)["improvement"].tolist() == ["problem_roles"]
    alone = backlog(eight_problems(**sound()), practices)
    assert alone["improvement"].tolist() == ["practice_responsibility"]


def test_nothing_to_improve_is_said():
    with pytest.raises(NotDefinedError):
        backlog(eight_problems(**sound()))
