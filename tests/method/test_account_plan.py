"""The account plan: whom it is made for, what it says, and what has moved since the last one."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkit.errors import NotDefinedError, ParameterError
from kamkit.method import account_plan as plan

ACCOUNTS = pd.DataFrame(
    {
        "account_id": ["a", "b", "c", "d"],
        "name": ["Ask", "Bok", "Cypress", "Druva"],
        "parent_id": [None, "a", None, None],
        "kam_start": pd.to_datetime([None, "2024-01-01", None, "2023-01-01"]),
        "kam_tier": [None, None, "A", "B"],
        "status": ["active", None, "active", "lost"],
    }
)


def items(**columns):
    n = len(next(iter(columns.values())))
    told = {
        "subject_type": ["account"] * n,
        "subject_id": ["a"] * n,
        "kind": ["action"] * n,
        "text": ["x"] * n,
    }
    return pd.DataFrame({"item_id": [f"I{k}" for k in range(n)], **told, **columns})


def test_key_accounts_are_those_with_a_start_or_a_tier_that_are_not_lost():
    assert plan.planned_accounts(ACCOUNTS) == ["b", "c"]


def test_what_was_decided_comes_before_the_programme_and_the_choice():
    assert plan.planned_accounts(ACCOUNTS, decided=["d", "a", "d"], chosen=["c"]) == ["d", "a"]
    assert plan.planned_accounts(ACCOUNTS, decided=[], chosen=["c"]) == []


def test_the_choice_counts_only_where_nobody_is_in_the_programme():
    nobody = ACCOUNTS.drop(columns=["kam_start", "kam_tier"])
    assert plan.planned_accounts(nobody, chosen=["c"]) == ["c"]
    with pytest.raises(NotDefinedError, match="no account is a key account"):
        plan.planned_accounts(nobody)


@pytest.mark.parametrize("decided", [["z"], "a", 3])
def test_a_decision_that_names_no_account_is_refused(decided):
    with pytest.raises(ParameterError):
        plan.planned_accounts(ACCOUNTS, decided=decided)


def test_the_profile_takes_parent_segment_and_treatment_from_their_tables():
    sheet = pd.DataFrame({"treatment": ["invest"]}, index=pd.Index(["b"], name="account_id"))
    profile = plan.account_profile(ACCOUNTS, "b", sheet=sheet)
    assert (profile["parent"], profile["treatment"], profile["segment"]) == ("Ask", "invest", None)
    with pytest.raises(NotDefinedError, match="'z'"):
        plan.account_profile(ACCOUNTS, "z")


def test_overdue_actions_come_first_and_done_ones_last():
    due = pd.to_datetime(["2026-05-01", "2025-11-30", None, "2025-01-31", "2025-12-31"])
    status = ["planned", "under way", None, " Done", "planned"]
    actions = plan.account_actions(items(text=list("PQRST"), due=due, status=status), "a", "2025-12-31")
    assert actions["text"].tolist() == ["Q", "T", "P", "R", "S"]
    assert actions["overdue"].tolist() == [True, False, False, False, False]
    assert actions["done"].tolist() == [False, False, False, False, True]


def test_items_of_other_accounts_companies_and_kinds_are_left_out():
    table = items(
        subject_id=["a", "b", "a"], subject_type=["account", "account", "company"], kind=["goal"] * 3
    )
    assert plan.account_goals(table, "a").index.tolist() == ["I0"]
    assert plan.account_risks(table, "a").empty


def test_expected_loss_is_amount_times_probability_and_unknown_where_either_is():
    table = items(kind=["risk"] * 3, amount=[100.0, 400.0, None], probability=[0.5, 0.25, 0.9])
    assert plan.account_risks(table, "a")["expected_loss"].tolist()[:2] == [100.0, 50.0]
    assert plan.account_risks(table, "a")["expected_loss"].isna().tolist() == [False, False, True]


def test_the_case_starts_where_the_plan_of_the_account_does():
    months = pd.to_datetime(["2026-03-01", "2027-03-01", "2025-01-01"])
    table = items(
        kind=["investment", "benefit", "investment"],
        subject_id=["a", "a", "b"],
        month=months,
        amount=[100.0, 200.0, 7.0],
        probability=[None, 0.6, None],
    )
    case = plan.account_case(table, "a", 0.1)
    assert case["year"].tolist() == [2026, 2027]
    assert case["cumulative"].tolist() == [-100.0, 20.0]
    with pytest.raises(NotDefinedError):
        plan.account_case(table, "c", 0.1)


def test_opinions_on_roles_are_no_assignments():
    table = pd.DataFrame(
        {
            "person_id": ["K", "K", "T", "K"],
            "account_id": "a",
            "role": ["Manager", "Manager", "Expert", "Manager"],
            "task": ["Plan", "Plan", "Price", "Price"],
            "raci": ["A", "R", "A", "A"],
            "respondent": [None, None, None, "R1"],
            "hours_year": [10.0, 20.0, 5.0, None],
        }
    )
    team = plan.account_team(table, "a")
    assert team.to_dict("index") == {
        "K": {"role": "Manager", "hours": 30.0, "accountable": 1},
        "T": {"role": "Expert", "hours": 5.0, "accountable": 1},
    }


def test_people_beyond_the_room_are_counted():
    people = pd.DataFrame(
        {"account_id": "a", "contact_id": ["C2", "C1", "C1", "C3"], "rank": [2, 1, 1, 3], "contacts": 200}
    )
    shown = plan.account_people(people, "a", most=2)
    assert sorted(shown["contact_id"]) == ["C1", "C1", "C2"]
    assert set(shown["rest"]) == {198}


def test_ranks_leave_out_what_no_customer_carries_and_equals_share_the_better_rank():
    pnl = pd.DataFrame(
        {
            "invoiced_revenue": [50.0, 80.0, 80.0, 999.0],
            "pocket_revenue": [0.0, 70.0, 70.0, 999.0],
            "customer_profit": [5.0, -7.0, 1.0, 999.0],
        },
        index=pd.Index(["a", "b", "c", "unassigned"], name="account_id"),
    )
    b = plan.plan_figures("b", pnl)
    assert b[["revenue_rank", "profit_rank", "customers", "profit_share"]].tolist() == [1, 3, 3, -0.1]
    assert "profit_share" not in plan.plan_figures("a", pnl)
    assert plan.plan_figures("z", pnl).empty


def test_doubles_are_shown_last_and_counted_in_no_figure():
    deals = pd.DataFrame(
        {
            "account_id": ["a", "a", "b"],
            "stage": "Proposal",
            "amount": [100.0, 100.0, 5.0],
            "probability": [0.4, 0.4, 0.5],
            "expected_close": pd.NaT,
            "owner": "K",
            "double_of": ["D2", None, None],
        },
        index=pd.Index(["D1", "D2", "D3"], name="opportunity_id"),
    )
    ours = plan.account_deals(deals, "a")
    assert ours.index.tolist() == ["D2", "D1"]
    figures = plan.plan_figures("a", deals=ours)
    assert figures[["open_deals", "open_amount", "weighted"]].tolist() == [1, 100.0, 40.0]
    assert plan.plan_figures("c", deals=plan.account_deals(deals, "c")).to_dict() == {"open_deals": 0}


def test_a_figure_that_is_not_known_is_left_out_not_zero():
    room = pd.DataFrame({"gap": [float("nan")], "expected_value": [float("nan")]})
    assert plan.plan_figures("a", room=room).empty


@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(-1e9, 1e9), min_size=1))
def test_nothing_has_changed_against_itself(values):
    after = pd.Series(values, dtype="float64")
    assert plan.figure_changes(after.to_frame("value"), after).empty


def test_figures_that_appear_and_disappear_are_changes():
    before = pd.DataFrame({"value": [1.0, 2.0]}, index=["kept", "gone"])
    moved = plan.figure_changes(before, pd.Series({"kept": 1.0, "new": 3.0}))
    assert moved.index.tolist() == ["new", "gone"]
    assert moved["change"].isna().all()


def test_items_say_what_became_of_them():
    due = pd.to_datetime(["2026-01-31", "2026-01-31", "2026-01-31", "2026-01-31", None])
    before = plan.plan_state(
        items(due=due, status=["planned"] * 5, customer_agreed=[False, False, None, True, None]), "a"
    )
    after = before.rename(index={"I4": "I9"})
    after.loc["I0", "status"] = "done"
    after.loc["I1", "due"] = pd.Timestamp("2026-03-31")
    after.loc["I2", "customer_agreed"] = True
    changes = plan.item_changes(before, after)["change"].to_dict()
    assert changes == {"I0": "done", "I1": "put_off", "I2": "agreed", "I9": "new", "I4": "gone"}
    assert plan.item_changes(before, before).empty
