"""What step 5 finds in the sample is what was planted."""

from __future__ import annotations

import pandas as pd
import pytest

from kamkit.method.investment import effort_plan, planned_cases


def test_the_plans_are_worth_what_was_planted(tables, truth):
    found = planned_cases(tables["plan_items"], 0.10, required_return=0.10)
    assert found.table["npv"].to_dict() == pytest.approx(truth["plan_npv"], abs=0.01)
    assert found.programme.npv == pytest.approx(sum(truth["plan_npv"].values()), abs=0.1)


def test_three_plans_fail_the_required_return(tables, truth):
    found = planned_cases(tables["plan_items"], 0.10, required_return=0.10)
    failing = found.table.index[found.table["verdict"] != "earns_required_return"]
    assert sorted(failing) == truth["poor_cases"]
    assert (found.n, found.failing) == (18, 3)


def test_hours_move_to_where_they_were_planted_to_matter(tables, truth):
    sales = tables["sales"][tables["sales"]["date"].dt.year == 2025]
    margin = (sales["net_amount"] - sales["product_cost"]).groupby(sales["account_id"]).sum()
    plan = effort_plan(tables["responses"], tables["assignments"], pd.DataFrame({"cm1": margin}))
    change = plan.table["change"]
    assert plan.left_out == ()
    assert sorted(plan.table.index) == truth["key_accounts"]
    assert (change[truth["effort_steep"]] > 0).all()
    assert (change[truth["effort_flat"]] < 0).all()
    assert plan.table["hours"].sum() == pytest.approx(plan.table["hours_now"].sum())
