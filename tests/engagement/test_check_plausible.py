"""Checks between tables of what ties and still can't be right."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.engagement.test_check import JUNE, MAY, accounts, checked, frame, ledger, sales, the_one

JULY = "2024-07-01"


def with_rows(**rows) -> pd.DataFrame:
    whole = pd.concat([ledger(), frame(code="9", **rows)], ignore_index=True)
    return whole.set_index(pd.RangeIndex(2, len(whole) + 2, name=ledger().index.name))


def test_ledger_months_beyond_the_sales_are_counted_with_their_revenue():
    problem = the_one(sales=sales(), ledger=with_rows(month=[JULY], rung=["revenue"], amount=[900.0]))
    assert (problem.severity, problem.table, problem.count) == ("warning", "ledger", 1)
    assert "1 row, revenue EUR 900.00, of 2024-07 to 2024-07" in problem.what
    assert "outside the months of the sales, 2024-05 to 2024-06: left out" in problem.what


def test_ledger_months_outside_a_configured_period_are_noted():
    period = {"period": {"start": "2024-05", "end": "2024-06"}}
    booked = with_rows(month=[JULY], rung=["revenue"], amount=[900.0])
    assert the_one(sales=sales(), ledger=booked, settings=period).severity == "note"


def test_activity_use_beyond_the_sales_is_counted():
    activities = frame(activity_id=["o"], name=["O"], team=["T"], rung=["selling"])
    use = frame(month=[MAY, JULY, JULY], account_id="1", activity_id="o", count=[1.0, 2.0, 3.0])
    found = checked(sales=sales(), accounts=accounts(), activities=activities, activity_use=use)
    (problem,) = [p for p in found if p.table == "activity_use"]
    assert (problem.severity, problem.count) == ("warning", 2)
    assert "2 rows of 2024-07 to 2024-07" in problem.what


def test_a_month_missing_in_the_midst_of_the_sales_is_named():
    problem = the_one(sales=sales(dates=("2024-03-31", "2024-06-01")))
    assert (problem.severity, problem.count) == ("warning", 2)
    assert "'2024-04', '2024-05'" in problem.what


def test_product_cost_written_negative_is_refused():
    problem = the_one(sales=sales(product_cost=[-60.0, -20.0]))
    assert (problem.severity, problem.column) == ("fatal", "product_cost")
    assert "EUR -80.00" in problem.what


def test_negative_cost_is_right_where_the_sales_are_credit_notes():
    assert checked(sales=sales(amounts=(-100.0, -50.0), product_cost=[-60.0, -20.0])) == []


@pytest.mark.parametrize("rung", ["deduction", "selling"])
def test_a_cost_rung_below_zero_is_told(rung):
    booked = with_rows(month=[JUNE], rung=[rung], amount=[-7.0])
    problem = the_one(sales=sales(), ledger=booked)
    assert (problem.severity, problem.what) == ("warning", f"{rung} sums to EUR -7.00")


def test_a_list_price_of_one_unit_is_told_from_the_line():
    problem = the_one(sales=sales(list_amount=[3.0, 2.0]))
    assert (problem.severity, problem.column) == ("warning", "list_amount")
    assert "EUR 5.00, below the EUR 150.00 invoiced" in problem.what
    assert checked(sales=sales(list_amount=[120.0, None])) == []
