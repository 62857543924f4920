"""Reconciliation with the client's ledger, and the check of our own arithmetic."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from kamkit.errors import ColumnError, EmptyError, NotDefinedError, UnitError, ValuesError
from kamkit.method.profitability import allocation_check, customer_pnl, reconcile, unassigned_cost
from tests.method import toy


def pnl(**options):
    return customer_pnl(
        toy.sales(), toy.ledger(), toy.activities(), toy.activity_use(), toy.accounts(), **options
    )


def check(table, **changed):
    tables = {
        "sales": toy.sales(),
        "ledger": toy.ledger(),
        "activities": toy.activities(),
        "activity_use": toy.activity_use(),
    } | changed
    return allocation_check(table, **tables).set_index("rung")


def failing(table, **changed):
    result = check(table, **changed)
    return set(result.index[~result["ok"]])


def test_every_rung_of_the_ledger_has_a_line():
    table = reconcile(pnl(), toy.ledger()).set_index("rung")
    columns = ["ledger", "assigned", "unassigned", "difference"]
    assert list(table.columns) == [*columns, "ok"]
    assert {rung: tuple(row) for rung, row in table[columns].iterrows()} == {
        "revenue": (2000, 2000, 0, 0),
        "deduction": (100, 90, 10, 0),
        "product_cost": (1175, 1175, 0, 0),
        "marketing": (20, 20, 0, 0),
        "selling": (600, 300, 300, 0),
        "service": (240, 180, 60, 0),
        "key_account": (50, 50, 0, 0),
        "sustaining": (500, 0, 500, 0),
    }
    assert table["ok"].all()


def with_revenue(amount):
    ledger = toy.ledger()
    ledger.loc[ledger["rung"] == "revenue", "amount"] = amount
    return ledger


@pytest.mark.parametrize(
    ("booked", "tolerance", "absolute", "ok"),
    [
        (2001.0, 0.001, None, True),
        (2003.0, 0.001, None, False),
        (2001.0, 0.001, 0.5, False),
        (2001.0, 0.001, 1.0, True),
        (2003.0, 0.001, 5.0, False),
        (2000.0, 0.0, 0.0, True),
        (1999.0, 0.001, None, True),
        (1997.0, 0.001, None, False),
    ],
)
def test_both_tolerances_must_hold(booked, tolerance, absolute, ok):
    """Fault 20. The difference is ledger − assigned."""
    row = reconcile(pnl(), with_revenue(booked), tolerance, absolute).set_index("rung").loc["revenue"]
    assert row["difference"] == booked - 2000
    assert row["ok"] == ok


def test_more_assigned_than_booked_is_not_ok():
    """100 000 minutes of a team that supplied 1 200."""
    use = toy.activity_use().assign(count=[10_000.0, 5, 30, 10])
    over = customer_pnl(toy.sales(), toy.ledger(), toy.activities(), use)
    table = reconcile(over, toy.ledger()).set_index("rung")
    assert table.index[~table["ok"]].tolist() == ["selling"]
    assert table.loc["selling", "unassigned"] < 0


def test_a_credit_on_a_cost_rung_counts_the_other_way():
    ledger = pd.DataFrame({"rung": ["service"], "amount": [-30.0], "account_id": ["a"]})
    assert reconcile(customer_pnl(toy.sales(), ledger), ledger).set_index("rung").loc["service", "ok"]
    halved = ledger.assign(amount=-15.0)
    assert not reconcile(customer_pnl(toy.sales(), ledger), halved).set_index("rung").loc["service", "ok"]


def test_a_control_total_that_is_absent_is_unknown_and_not_ok():
    ledger = toy.ledger()[lambda t: ~t["rung"].isin(["revenue", "product_cost"])]
    table = reconcile(pnl(), ledger).set_index("rung")
    assert table.loc[["revenue", "product_cost"], ["ledger", "difference"]].isna().all(axis=None)
    assert not table.loc[["revenue", "product_cost"], "ok"].any()


def test_cost_that_only_the_ledger_knows_is_not_ok():
    table = reconcile(
        customer_pnl(toy.sales().drop(columns="product_cost"), toy.ledger()), toy.ledger()
    ).set_index("rung")
    assert math.isnan(table.loc["product_cost", "assigned"])
    assert not table.loc["product_cost", "ok"]


def test_product_cost_that_nobody_knows_has_no_line():
    ledger = toy.ledger()[lambda t: t["rung"] != "product_cost"]
    table = reconcile(customer_pnl(toy.sales().drop(columns="product_cost"), ledger), ledger)
    assert "product_cost" not in set(table["rung"])


def test_capital_that_the_ledger_does_not_book_is_imputed():
    table = reconcile(pnl(capital_rate=0.1), toy.ledger()).set_index("rung")
    assert table.loc["capital", ["ledger", "assigned", "ok"]].tolist() == [0, pytest.approx(33), True]
    booked = pd.concat([toy.ledger(), pd.DataFrame([{"rung": "capital", "amount": 5.0, "month": toy.JAN}])])
    assert not reconcile(pnl(capital_rate=0.1), booked).set_index("rung").loc["capital", "ok"]


def test_cost_assigned_from_another_ledger_is_not_ok():
    empty = pd.DataFrame({"rung": ["revenue"], "amount": [2000.0]})
    table = reconcile(pnl(), empty).set_index("rung")
    assert set(table.index[~table["ok"]]) == {
        "product_cost",
        "deduction",
        "marketing",
        "selling",
        "service",
        "key_account",
    }


def test_tolerances_that_can_not_be_meant_are_refused():
    with pytest.raises(UnitError, match=r"0\.02"):
        reconcile(pnl(), toy.ledger(), tolerance=2)
    with pytest.raises(ValuesError, match="negative"):
        reconcile(pnl(), toy.ledger(), absolute=-1)
    with pytest.raises(ColumnError, match="lacks"):
        reconcile(toy.sales(), toy.ledger())
    with pytest.raises(EmptyError, match="no customers"):
        reconcile(pnl().head(0), toy.ledger())


@pytest.mark.parametrize(
    "by", [("account_id",), ("parent_id",), ("account_id", "month"), ("bu_id", "year"), ("industry",)]
)
@pytest.mark.parametrize("absorb", [False, True])
def test_our_own_arithmetic_is_exact(by, absorb):
    result = check(pnl(by=by, absorb=absorb))
    assert result["ok"].all()
    assert set(toy.PNL) <= set(result.index)
    assert result.loc["invoiced_revenue", ["source", "allocated"]].tolist() == [2000, 2000]
    assert result.loc["service", "source"] == pytest.approx(180)
    assert ("absorbed" in result.index) == absorb


def test_a_lost_line_shows():
    lost = failing(customer_pnl(toy.sales().iloc[1:], toy.ledger(), toy.activities(), toy.activity_use()))
    assert {"invoiced_revenue", "product_cost", "customer_profit"} <= lost
    assert not {"deductions", "selling", "service"} & lost


def test_a_phantom_line_shows():
    use = pd.concat([toy.activity_use(), toy.activity_use().tail(1)])
    assert failing(customer_pnl(toy.sales(), toy.ledger(), toy.activities(), use)) == {
        "service",
        "cm4",
        "customer_profit",
    }


@pytest.mark.parametrize("rung", [c for c in toy.PNL if c != "capital"])
def test_one_cent_of_drift_in_any_rung_shows(rung):
    drifted = pnl()
    drifted.loc["b", rung] += 0.01
    assert rung in failing(drifted)


def test_a_cent_shows_in_a_pool_of_ten_milliards():
    sales = toy.sales().assign(net_amount=lambda t: t["net_amount"] * 5e6)
    table = customer_pnl(sales, toy.ledger())
    assert table["invoiced_revenue"].sum() == 1e10
    assert not failing(table, sales=sales, activities=None)
    table.loc["a", "invoiced_revenue"] += 0.01
    assert "invoiced_revenue" in failing(table, sales=sales, activities=None)


def test_two_corruptions_that_cancel_show_where_the_ladder_breaks():
    swapped = pnl()
    swapped["cm3"] = swapped["cm3"] + [5.0, -5.0, 0.0]
    assert {"cm3"} <= failing(swapped)


def test_rungs_that_nobody_knows_have_no_line_and_half_known_ones_fail():
    sales = toy.sales().drop(columns=["list_amount", "product_cost"])
    result = check(customer_pnl(sales, None), sales=sales, ledger=None)
    assert list(result.index) == ["invoiced_revenue"]
    assert result["ok"].all()
    assert "product_cost" in failing(pnl(), sales=sales)
    with pytest.raises(EmptyError):
        check(pnl().head(0))


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_the_check_reads_the_engines_own_tables(engine):
    hold = toy.ENGINES[engine]
    sales, use = hold(toy.sales()), hold(toy.activity_use())
    table = customer_pnl(sales, toy.ledger(), toy.activities(), use)
    assert not failing(table, sales=sales, activity_use=use)
    assert failing(table, sales=hold(toy.sales().head(4)), activity_use=use)


def test_cost_of_nobody_is_what_the_ledger_books_less_what_customers_carry():
    sales = pd.DataFrame({"account_id": ["a", "b"], "net_amount": [100.0, 50.0]})
    rungs = pd.DataFrame({
        "rung": ["revenue", "selling", "service", "service"], "amount": [150.0, 60.0, 25.0, 15.0],
        "account_id": [None, None, "a", None],
    })  # fmt: skip
    table = unassigned_cost(reconcile(customer_pnl(sales, rungs), rungs))
    assert table["unassigned"].to_dict() == {"selling": 60.0, "service": 15.0, "total": 75.0}
    assert table["share"].to_dict() == {"selling": 1.0, "service": 0.375, "total": 0.75}


def test_a_ledger_of_revenue_alone_leaves_no_cost_to_speak_of():
    sales = pd.DataFrame({"account_id": ["a"], "net_amount": [100.0]})
    ledger = pd.DataFrame({"rung": ["revenue"], "amount": [100.0]})
    with pytest.raises(NotDefinedError, match="no cost beyond product cost"):
        unassigned_cost(reconcile(customer_pnl(sales, ledger), ledger))
