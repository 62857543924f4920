"""The P&L as exhibits show it, and the pattern of invoices."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from kamkit.errors import ColumnError, EmptyError, NotDefinedError, ParameterError, ValuesError
from kamkit.method.profitability import (
    contribution_ladder,
    cost_views,
    customer_pnl,
    invoice_pattern,
    price_cost_matrix,
    price_waterfall,
    reconcile,
)
from tests.method import toy


def pnl(**options):
    return customer_pnl(toy.sales(), toy.ledger(), toy.activities(), toy.activity_use(), **options)


def test_price_waterfall_of_the_toy_company():
    table = price_waterfall(pnl())
    assert table["step"].tolist() == [
        "list_revenue",
        "invoice_discount",
        "invoiced_revenue",
        "deductions",
        "pocket_revenue",
    ]
    assert table["kind"].tolist() == ["total", "change", "total", "change", "total"]
    assert table["amount"].tolist() == pytest.approx([2325, -325, 2000, -90, 1910])
    assert table["share"].tolist() == pytest.approx([1, -325 / 2325, 2000 / 2325, -90 / 2325, 1910 / 2325])


def test_price_waterfall_without_list_prices_is_of_invoiced():
    table = price_waterfall(customer_pnl(toy.sales().drop(columns="list_amount"), toy.ledger())).set_index(
        "step"
    )
    assert table.loc[["list_revenue", "invoice_discount"], ["amount", "share"]].isna().all(axis=None)
    assert table.loc["pocket_revenue", "share"] == pytest.approx(1910 / 2000)


def test_a_total_with_an_unknown_customer_is_unknown():
    partly = toy.sales().assign(list_amount=[None, 500.0, 500.0, -125.0, 200.0])
    table = price_waterfall(customer_pnl(partly, toy.ledger())).set_index("step")
    assert math.isnan(table.loc["list_revenue", "amount"])
    assert table.loc["invoiced_revenue", "share"] == 1


def test_shares_of_a_base_that_is_not_positive_are_not_shown():
    """Fault 12."""
    negative = customer_pnl(toy.sales().assign(net_amount=-1.0, list_amount=-1.0), toy.ledger())
    for table in (price_waterfall(negative), contribution_ladder(negative)):
        assert table["amount"].notna().all()
        assert table["share"].isna().all()


def test_contribution_ladder_of_the_toy_company():
    table = contribution_ladder(pnl()).set_index("rung")
    assert table["amount"].to_dict() == pytest.approx(
        {
            "pocket_revenue": 1910,
            "product_cost": -1175,
            "cm1": 735,
            "marketing": -20,
            "cm2": 715,
            "selling": -300,
            "cm3": 415,
            "service": -180,
            "cm4": 235,
            "key_account": -50,
            "capital": 0,
            "customer_profit": 185,
        }
    )
    assert table.loc["customer_profit", "share"] == pytest.approx(185 / 1910)
    assert table.loc["product_cost", "share"] == pytest.approx(-1175 / 1910)


def test_the_steps_of_both_staircases_add_up():
    for table in (contribution_ladder(pnl()), contribution_ladder(pnl(absorb=True)), price_waterfall(pnl())):
        changes = table.loc[table["kind"] == "change", "amount"].sum()
        assert table["amount"].iloc[0] + changes == pytest.approx(table["amount"].iloc[-1])


def test_absorbed_cost_stands_before_the_profit():
    assert contribution_ladder(pnl(absorb=True))["rung"].tolist()[-3:] == [
        "capital",
        "absorbed",
        "customer_profit",
    ]


def shapiro(**rows):
    """Rows of (list, pocket, cost to serve)."""
    table = pd.DataFrame(rows, index=["list_revenue", "pocket_revenue", "service"]).T.astype(float)
    return table.assign(marketing=0.0, selling=0.0, key_account=0.0).rename_axis("account_id")


def test_the_four_quadrants_of_shapiro():
    """Pocket 90, 90, 60, 60 of list 100; the price cut is 23 400 / 300 = 0.78, weighted by pocket revenue."""
    matrix = price_cost_matrix(shapiro(w=(100, 90, 27), x=(100, 90, 9), y=(100, 60, 18), z=(100, 60, 6)))
    assert matrix["quadrant"].to_dict() == {
        "w": "carriage_trade",
        "x": "passive",
        "y": "aggressive",
        "z": "bargain_basement",
    }
    assert matrix["price_cut"].unique() == pytest.approx([0.78])
    assert matrix["cost_cut"].unique() == pytest.approx([60 / 300])
    assert matrix["cost_share"].tolist() == pytest.approx([0.3, 0.1, 0.3, 0.1])


def test_cost_to_serve_is_selling_service_and_key_account_cost():
    matrix = price_cost_matrix(pnl())
    assert matrix["cost_to_serve"].to_dict() == pytest.approx({"a": 260, "b": 270, "unassigned": 0})
    assert matrix.loc["a", "price_realisation"] == pytest.approx(1410 / 1750)


def test_without_any_cost_to_serve_nobody_is_dear_to_serve():
    with pytest.raises(NotDefinedError, match="no cost to serve"):
        price_cost_matrix(shapiro(x=(100, 90, 0), y=(100, 60, 0)))


def test_a_value_equal_to_its_cut_is_high():
    matrix = price_cost_matrix(shapiro(x=(100, 70, 7), y=(300, 210, 21), z=(90, 63, 6.3)))
    assert set(matrix["quadrant"]) == {"carriage_trade"}


def test_accounts_without_price_or_name_stand_without_a_quadrant():
    matrix = price_cost_matrix(
        shapiro(x=(100, 90, 9), credit=(-5, -5, 3), gift=(10, 0, 3), unassigned=(100, 10, 9))
    )
    assert matrix["quadrant"].isna().to_dict() == {
        "x": False,
        "credit": True,
        "gift": True,
        "unassigned": True,
    }
    assert matrix["price_cut"].unique() == pytest.approx([0.9])


def test_matrix_refusals():
    with pytest.raises(NotDefinedError, match="price and a cost") as caught:
        price_cost_matrix(customer_pnl(toy.sales().drop(columns="list_amount"), toy.ledger()))
    assert "sales.list_amount" in caught.value.where
    with pytest.raises(ParameterError, match="one key"):
        price_cost_matrix(pnl(by=("account_id", "bu_id")))
    with pytest.raises(EmptyError, match="no customers"):
        price_cost_matrix(pnl().head(0))
    for function in (price_waterfall, contribution_ladder, price_cost_matrix):
        with pytest.raises(ColumnError, match="lacks"):
            function(toy.sales())


def test_cost_views_side_by_side():
    """860 absorbed over 1910: unassigned earns 50 before and loses 40.05 after."""
    views = cost_views(pnl(), pnl(absorb=True))
    assert views["attributable_profit"].to_dict() == pytest.approx({"a": 350, "b": -215, "unassigned": 50})
    assert views["absorbed_cost"].sum() == pytest.approx(860)
    assert views.loc["unassigned", "absorbed_profit"] == pytest.approx(50 - 860 * 200 / 1910)
    assert views["sign_change"].to_dict() == {"a": True, "b": False, "unassigned": True}


def test_cost_views_refusals():
    with pytest.raises(ColumnError, match="not absorbed"):
        cost_views(pnl(), pnl())
    with pytest.raises(ValuesError, match="different customers"):
        cost_views(pnl().drop(index="b"), pnl(absorb=True))
    unknown = toy.sales().drop(columns="product_cost")
    with pytest.raises(NotDefinedError, match="not known"):
        cost_views(customer_pnl(unknown, toy.ledger()), customer_pnl(unknown, toy.ledger(), absorb=True))
    with pytest.raises(EmptyError):
        cost_views(pnl().head(0), pnl(absorb=True))


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_invoice_pattern(engine):
    pattern = invoice_pattern(toy.ENGINES[engine](toy.sales()))
    assert list(pattern.columns) == [
        "orders",
        "lines",
        "lines_per_order",
        "value_per_line",
        "value_per_order",
        "credit_lines",
        "credit_share",
    ]
    assert pattern.loc["a"].tolist() == [2, 2, 1, 750, 750, 0, 0]
    assert pattern.loc["b"].tolist() == [1, 2, 2, 150, 300, 1, 0.5]


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_invoice_pattern_without_orders_is_unknown_where_it_needs_them(engine):
    needs = ["orders", "lines_per_order", "value_per_order"]
    pattern = invoice_pattern(toy.ENGINES[engine](toy.sales().drop(columns="order_id")))
    assert pattern[needs].isna().all(axis=None)
    assert pattern["lines"].to_dict() == {"a": 2, "b": 2, "unassigned": 1}
    partly = invoice_pattern(toy.ENGINES[engine](toy.sales().assign(order_id=["1", None, "3", "3", "4"])))
    assert partly["orders"].isna().to_dict() == {"a": True, "b": False, "unassigned": False}


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_invoice_pattern_refuses_missing_amounts(engine):
    with pytest.raises(ValuesError, match="net_amount is missing in 1 row"):
        invoice_pattern(toy.ENGINES[engine](toy.sales().assign(net_amount=[1.0, None, 2.0, 3.0, 4.0])))


def test_no_profit_is_no_loss_and_the_order_of_the_views_does_not_matter():
    before = pd.DataFrame({"customer_profit": [0.0, 5.0, -1.0]}, index=["a", "b", "c"])
    after = pd.DataFrame({"absorbed": [2.0, 1.0, 5.0], "customer_profit": [-3.0, -1.0, 0.0]},
                         index=["c", "a", "b"])  # fmt: skip
    views = cost_views(before, after)
    assert views["sign_change"].to_dict() == {"a": True, "b": False, "c": False}
    assert views["absorbed_profit"].to_dict() == {"a": -1, "b": 0, "c": -3}
    assert views["absorbed_cost"].to_dict() == {"a": 1, "b": 5, "c": 2}


def test_what_is_not_taken_off_is_no_negative_zero():
    ladder = contribution_ladder(customer_pnl(toy.sales(), toy.ledger())).set_index("rung")
    assert math.copysign(1, ladder.loc["capital", "amount"]) == 1


def test_unassigned_time_of_the_key_account_team_is_not_absorbed():
    """Of selling, service, marketing and sustaining 860 are unassigned; 40 of key_account stay so."""
    more = pd.DataFrame({"month": [toy.JAN], "code": "6300", "rung": "key_account", "amount": 40.0})
    tables = toy.sales(), pd.concat([toy.ledger(), more]), toy.activities(), toy.activity_use()
    absorbed = customer_pnl(*tables, absorb=True)
    assert absorbed["absorbed"].sum() == pytest.approx((600 - 300) + (240 - 180) + 0 + 500)
    left = reconcile(absorbed, tables[1]).set_index("rung")["unassigned"]
    assert left["key_account"] == pytest.approx(40)


def test_a_free_line_is_no_credit_note():
    sales = pd.DataFrame({"account_id": "a", "net_amount": [10.0, 0.0, -4.0]})
    assert invoice_pattern(sales)["credit_lines"].to_dict() == {"a": 1}
