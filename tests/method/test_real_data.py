"""Public data sets against figures computed independently with plain pandas (their ``truths.json``)."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from kamkit.errors import NotDefinedError
from kamkit.method.concentration import concentration_summary, gini
from kamkit.method.profitability import (
    allocation_check,
    customer_pnl,
    gross_margin,
    invoice_pattern,
    profit_basis,
    reconcile,
    whale_summary,
)

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the public data sets are not beside the checkout")
ENGINES = ["pandas", "duckdb"]


def truths(name):
    return json.loads((DATA / name / "truths.json").read_text(encoding="utf-8"))


def hold(frame, engine):
    if engine == "pandas":
        return frame
    connection = duckdb.connect()
    connection.register("held", frame)
    connection.execute("create table lines as select * from held")
    return connection.table("lines")


def check_concentration(values, truth):
    summary = concentration_summary(values)
    assert summary.n == truth["n_customers"]
    assert summary.largest_share == pytest.approx(truth["top1_share"], abs=5e-7)
    assert summary.top_share_10 == pytest.approx(truth["top10pct_share"], abs=5e-7)
    assert summary.top_share_20 == pytest.approx(truth["top20pct_share"], abs=5e-7)
    assert summary.hhi == pytest.approx(truth["HHI(0-10000)"], abs=5e-4)
    return summary


def check_whale(profit, truth):
    summary = whale_summary(profit)
    assert summary.n == truth["n_customers"]
    assert summary.total == pytest.approx(truth["total_profit"], abs=0.005)
    assert summary.peak == pytest.approx(truth["peak_cum_profit"], abs=0.005)
    assert summary.peak_rank == truth["peak_at_customer_rank"]
    assert summary.earners == truth["profitable_customers(>0)"]
    assert (summary.losers, summary.break_even) == (truth["loss_customers(<0)"], truth["zero"])
    assert summary.loss_sum == pytest.approx(truth["sum_of_losses"], abs=0.005)
    return summary


@pytest.fixture(scope="module")
def resellers():
    source = DATA / "adventureworks_resellers"
    fact = pd.read_parquet(source / "FactResellerSales.parquet")
    money = ["SalesAmount", "TotalProductCost", "ExtendedAmount", "Freight"]
    lines = fact[["OrderDate", "ResellerKey", "SalesOrderNumber"]].assign(
        **{c: fact[c].astype(float) for c in money}
    )
    names = {
        "OrderDate": "date",
        "ResellerKey": "account_id",
        "SalesOrderNumber": "order_id",
        "SalesAmount": "net_amount",
        "TotalProductCost": "product_cost",
        "ExtendedAmount": "list_amount",
    }
    return lines.rename(columns=names).astype({"account_id": str})


@pytest.fixture(scope="module")
def freight(resellers):
    booked = (
        resellers.groupby("account_id", as_index=False)["Freight"].sum().rename(columns={"Freight": "amount"})
    )
    totals = pd.DataFrame(
        {
            "rung": ["revenue", "product_cost"],
            "amount": resellers[["net_amount", "product_cost"]].sum().to_numpy(),
        }
    )
    return pd.concat([booked.assign(rung="service"), totals])


@pytest.mark.parametrize("engine", ENGINES)
def test_adventureworks_gross_margin(resellers, engine):
    truth = truths("adventureworks_resellers")
    pnl = customer_pnl(hold(resellers, engine), None)
    assert pnl["invoiced_revenue"].sum() == pytest.approx(truth["total_sales"], abs=0.005)
    assert (pnl["list_revenue"] - pnl["invoiced_revenue"]).sum() == pytest.approx(
        truth["discount_amount"], abs=0.05
    )
    basis = profit_basis(pnl)
    assert basis.name == "gross_margin"
    assert basis.values.sum() == pytest.approx(truth["gross_margin"], abs=0.005)
    summary = check_whale(basis.values, truth["whale_curve_gross_margin"])
    assert 100 * summary.peak_share == pytest.approx(
        truth["whale_curve_gross_margin"]["peak_as_pct_of_total"], abs=5e-5
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_adventureworks_after_freight_has_a_negative_total(resellers, freight, engine):
    truth = truths("adventureworks_resellers")["whale_curve_margin_after_freight"]
    sales = hold(resellers, engine)
    pnl = customer_pnl(sales, freight)
    summary = check_whale(profit_basis(pnl).values, truth)
    assert pd.isna(summary.peak_share)
    with pytest.raises(NotDefinedError, match="not defined"):
        concentration_summary(pnl["customer_profit"])
    assert allocation_check(pnl, sales, freight)["ok"].all()
    assert reconcile(pnl, freight, absolute=0.005)["ok"].all()


def test_adventureworks_concentration(resellers):
    truth = truths("adventureworks_resellers")["sales_concentration"]
    summary = check_concentration(customer_pnl(resellers, None)["invoiced_revenue"], truth)
    assert summary.gini == pytest.approx(truth["gini"], abs=5e-7)


@pytest.mark.parametrize("engine", ENGINES)
def test_adventureworks_by_year_and_business_type(resellers, engine):
    truth = truths("adventureworks_resellers")
    dealers = pd.read_parquet(DATA / "adventureworks_resellers" / "DimReseller.parquet")
    accounts = dealers.rename(columns={"ResellerKey": "account_id", "BusinessType": "industry"})
    years = customer_pnl(hold(resellers, engine), None, by="year")
    assert {str(y): round(v, 2) for y, v in years["invoiced_revenue"].items()} == truth[
        "sales_by_calendar_year"
    ]
    assert {str(y): round(v, 2) for y, v in gross_margin(years).items()} == truth["margin_by_calendar_year"]
    types = customer_pnl(hold(resellers, engine), None, accounts=accounts, by="industry")
    assert gross_margin(types).round(2).to_dict() == truth["margin_by_business_type"]


@pytest.fixture(scope="module")
def northwind():
    source = DATA / "northwind"
    orders = pd.read_csv(source / "orders.csv", keep_default_na=False)
    details = pd.read_csv(source / "order_details.csv")
    lines = details.merge(orders[["OrderID", "CustomerID", "OrderDate"]], on="OrderID")
    gross = lines["UnitPrice"] * lines["Quantity"]
    sales = pd.DataFrame(
        {
            "date": pd.to_datetime(lines["OrderDate"]),
            "account_id": lines["CustomerID"],
            "order_id": lines["OrderID"],
            "net_amount": gross * (1 - lines["Discount"]),
            "list_amount": gross,
        }
    )
    return sales, orders


@pytest.mark.parametrize("engine", ENGINES)
def test_northwind_has_revenue_but_no_margin(northwind, engine):
    truth = truths("northwind")
    pnl = customer_pnl(hold(northwind[0], engine), None)
    assert pnl["list_revenue"].sum() == pytest.approx(truth["gross_sales"], abs=0.005)
    assert pnl["invoiced_revenue"].sum() == pytest.approx(truth["net_sales_after_discount"], abs=0.005)
    summary = check_concentration(pnl["invoiced_revenue"], truth["net_sales_concentration"])
    assert summary.gini == pytest.approx(truth["net_sales_concentration"]["gini"], abs=5e-7)
    with pytest.raises(NotDefinedError, match="no whale curve"):
        profit_basis(pnl)


@pytest.mark.parametrize("engine", ENGINES)
def test_northwind_under_its_stated_cost_model(northwind, engine):
    """contribution = 0.15 · net − freight − 75 · orders − 10 · lines, freight booked, the rest by time."""
    sales, orders = northwind
    priced = hold(sales.assign(product_cost=0.85 * sales["net_amount"]), engine)
    freight = orders.groupby("CustomerID", as_index=False)["Freight"].sum()
    booked = freight.rename(columns={"CustomerID": "account_id", "Freight": "amount"}).assign(rung="service")
    desk = pd.DataFrame({"rung": ["selling"], "amount": [1e6], "team": ["Desk"], "practical_minutes": [1e6]})
    ledger = pd.concat([booked, desk])
    activities = pd.DataFrame(
        {
            "activity_id": ["order"],
            "team": ["Desk"],
            "rung": ["selling"],
            "base_minutes": [75.0],
            "extra_minutes": [10.0],
        }
    )
    pattern = invoice_pattern(priced).reset_index()
    use = pattern.rename(columns={"orders": "count", "lines": "extra_units"}).assign(activity_id="order")
    pnl = customer_pnl(priced, ledger, activities, use[["account_id", "activity_id", "count", "extra_units"]])
    truth = truths("northwind")["whale_curve_under_that_model"]
    summary = check_whale(pnl["customer_profit"], truth)
    assert 100 * summary.peak_share == pytest.approx(truth["peak_as_pct_of_total"], abs=5e-5)
    assert pnl.loc["SAVEA", "customer_profit"] == pytest.approx(
        truths("northwind")["customer_file_SAVEA"]["contrib"]
    )
    assert (pattern["orders"].sum(), pattern["lines"].sum()) == (830, 2155)


@pytest.fixture(scope="module")
def retail():
    lines = pd.read_parquet(DATA / "online_retail_2010_2011" / "online_retail.parquet")
    account = (
        lines["CustomerID"]
        .astype("str")
        .str.removesuffix(".0")
        .where(lines["CustomerID"].notna(), "unassigned")
    )
    return pd.DataFrame(
        {
            "date": pd.to_datetime(lines["InvoiceDate"]),
            "account_id": account,
            "order_id": lines["InvoiceNo"],
            "net_amount": lines["Quantity"] * lines["UnitPrice"],
        }
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_online_retail_keeps_rows_without_customer_as_their_own_line(retail, engine):
    """One of the 42 negative totals is −5e-15: the lines of 18072 cancel, and exact sums know it."""
    truth = truths("online_retail_2010_2011")
    revenue = customer_pnl(hold(retail, engine), None)["invoiced_revenue"]
    assert revenue.sum() == pytest.approx(truth["total_value_all_rows_GBP"], abs=0.005)
    assert revenue["unassigned"] == pytest.approx(truth["value_rows_without_customer"], abs=0.005)
    known = revenue.drop("unassigned")
    expected = truth["net(sales less cancellations), known customers only"]
    summary = check_concentration(known, expected)
    assert known["18072"] == 0
    assert (known < 0).sum() == expected["customers_with_negative_total"] - 1
    assert summary.gini == gini(known, form="rsv")


@pytest.mark.parametrize("engine", ENGINES)
def test_online_retail_by_month(retail, engine):
    monthly = customer_pnl(hold(retail, engine), None, by="month")["invoiced_revenue"]
    truth = truths("online_retail_2010_2011")["monthly_total_value"]
    assert {f"{m:%Y-%m}": round(v, 2) for m, v in monthly.items()} == truth


@pytest.mark.parametrize("engine", ENGINES)
def test_online_retail_invoices_and_credit_notes(retail, engine):
    """Lines below zero: the quantities and the three bad-debt rows are the only ones with a minus."""
    pattern = invoice_pattern(hold(retail, engine))
    assert pattern["lines"].sum() == truths("online_retail_2010_2011")["rows"]
    assert pattern["credit_lines"].sum() == (retail["net_amount"] < 0).sum()
    assert pattern["orders"].sum() == retail.groupby("account_id")["order_id"].nunique().sum()
