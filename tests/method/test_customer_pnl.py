"""The contribution ladder against hand arithmetic, in every engine."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal

import pandas as pd
import pytest

from kamkit.errors import ColumnError, EmptyError, NotDefinedError, ParameterError, UnitError, ValuesError
from kamkit.method.profitability import customer_pnl, gross_margin, profit_basis
from tests.method import toy

LEDGER_RUNGS = [
    "deductions",
    "pocket_revenue",
    "cm1",
    "marketing",
    "selling",
    "service",
    "cm4",
    "key_account",
    "capital",
    "customer_profit",
]


def full(engine="pandas", **options):
    hold = toy.ENGINES[engine]
    return customer_pnl(
        hold(toy.sales()), toy.ledger(), toy.activities(), hold(toy.activity_use()), toy.accounts(), **options
    )


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_the_whole_ladder_by_account(engine):
    pd.testing.assert_frame_equal(
        full(engine), toy.expected_pnl(), check_index_type=False, check_dtype=False, atol=1e-9
    )


@pytest.mark.parametrize("engine", toy.ENGINES)
@pytest.mark.parametrize(
    ("by", "profit"),
    [
        (("parent_id",), {"a": 135, "unassigned": 50}),
        (("industry",), {"Pulp": 350, "unassigned": -165}),
        (("year",), {2025: 185}),
        ("month", {toy.JAN: 1000 - 600 - 90 - 50 - 210 + 400 - 300, toy.FEB: 300 - 25 + 50 - 20 - 270}),
    ],
)
def test_roll_up_by_one_key(engine, by, profit):
    pnl = full(engine, by=by)
    assert pnl["customer_profit"].to_dict() == pytest.approx(profit)
    assert pnl.index.names == [by if isinstance(by, str) else by[0]]


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_roll_up_by_account_and_unit(engine):
    """Cost that states no unit stands under the unit "unassigned" of its account."""
    pnl = full(engine, by=("account_id", "bu_id"))
    assert pnl.index.names == ["account_id", "bu_id"]
    assert pnl["invoiced_revenue"].to_dict() == pytest.approx(
        {
            ("a", "U1"): 1000,
            ("a", "U2"): 500,
            ("a", "unassigned"): 0,
            ("b", "U1"): 300,
            ("b", "unassigned"): 0,
            ("unassigned", "U2"): 200,
        }
    )
    assert pnl.loc[("b", "unassigned"), "customer_profit"] == pytest.approx(-290)


def test_key_columns_that_ledger_and_use_do_state_are_used():
    ledger = toy.ledger().assign(bu_id="U1")
    use = toy.activity_use().assign(bu_id=["U1", "U1", None, "U2"])
    pnl = customer_pnl(toy.sales(), ledger, toy.activities(), use, by=("account_id", "bu_id"))
    assert pnl["selling"].to_dict()[("b", "unassigned")] == pytest.approx(150)
    assert pnl["service"].to_dict()[("b", "U2")] == pytest.approx(120)
    assert pnl["deductions"].to_dict()[("a", "U1")] == pytest.approx(90)


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_sales_without_a_unit_are_unassigned(engine):
    sales = toy.sales().assign(bu_id=["U1", None, "U1", "U1", "U2"])
    pnl = customer_pnl(toy.ENGINES[engine](sales), None, by="bu_id")
    assert pnl["invoiced_revenue"].to_dict() == {"U1": 1300, "U2": 200, "unassigned": 500}


def test_absorbing_spreads_what_is_unassigned_by_pocket_revenue():
    """Selling 300, service 60 and sustaining 500 stay unassigned: 860 over 1910 of pocket revenue."""
    pnl = full(absorb=True)
    assert list(pnl.columns[-3:]) == ["capital", "absorbed", "customer_profit"]
    assert pnl["absorbed"].to_dict() == pytest.approx(
        {"a": 860 * 1410 / 1910, "b": 860 * 300 / 1910, "unassigned": 860 * 200 / 1910}
    )
    assert pnl.loc["a", "customer_profit"] == pytest.approx(350 - 860 * 1410 / 1910)
    pd.testing.assert_frame_equal(
        pnl.drop(columns=["absorbed", "customer_profit"]), full().drop(columns="customer_profit")
    )


def test_absorbing_without_pocket_revenue_is_refused():
    with pytest.raises(NotDefinedError, match="without a ledger"):
        customer_pnl(toy.sales(), None, absorb=True)
    with pytest.raises(NotDefinedError, match="nothing can be spread"):
        customer_pnl(toy.sales().assign(net_amount=-1.0), toy.ledger(), absorb=True)


def test_capital_imputed_from_payment_days():
    """a: 1500 · 73/365 · 10 % = 30; b: 300 · 36.5/365 · 10 % = 3; of nobody, nothing."""
    pnl = full(capital_rate=0.10)
    assert pnl["capital"].to_dict() == pytest.approx({"a": 30, "b": 3, "unassigned": 0})
    assert pnl["customer_profit"].to_dict() == pytest.approx({"a": 320, "b": -218, "unassigned": 50})
    assert full(capital_rate=0.10, by="parent_id")["capital"].to_dict() == pytest.approx(
        {"a": 33, "unassigned": 0}
    )


def test_capital_refusals():
    with pytest.raises(UnitError, match=r"0\.08"):
        full(capital_rate=8)
    with pytest.raises(ValuesError, match="too low"):
        full(capital_rate=-0.1)
    with pytest.raises(ParameterError, match="payment_days"):
        customer_pnl(toy.sales(), toy.ledger(), capital_rate=0.1)
    silent = toy.accounts().assign(payment_days=[30.0, None, None])
    with pytest.raises(ValuesError, match="'b'"):
        customer_pnl(toy.sales(), toy.ledger(), accounts=silent, capital_rate=0.1)
    with pytest.raises(ColumnError, match="payment_days"):
        customer_pnl(toy.sales(), toy.ledger(), accounts=toy.accounts()[["account_id"]], capital_rate=0.1)


def test_capital_booked_and_imputed_would_count_twice():
    booked = pd.concat(
        [
            toy.ledger(),
            pd.DataFrame([{"month": toy.JAN, "rung": "capital", "amount": 5.0, "account_id": "a"}]),
        ]
    )
    with pytest.raises(ValuesError, match="twice"):
        customer_pnl(toy.sales(), booked, accounts=toy.accounts(), capital_rate=0.1)
    assert customer_pnl(toy.sales(), booked).loc["a", "capital"] == 5


def test_an_account_without_revenue_needs_no_payment_days():
    ledger = pd.DataFrame({"rung": ["service"], "amount": [9.0], "account_id": ["c"]})
    pnl = customer_pnl(toy.sales(), ledger, accounts=toy.accounts(), capital_rate=0.1)
    assert pnl.loc["c", ["invoiced_revenue", "capital", "customer_profit"]].tolist() == [0, 0, -9]


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_without_a_ledger_every_ledger_rung_is_unknown(engine):
    pnl = customer_pnl(toy.ENGINES[engine](toy.sales()), None)
    assert pnl[LEDGER_RUNGS].isna().all(axis=None)
    assert pnl["invoiced_revenue"].to_dict() == {"a": 1500, "b": 300, "unassigned": 200}
    assert gross_margin(pnl).to_dict() == {"a": 700, "b": 75, "unassigned": 50}


def test_a_rung_the_ledger_does_not_book_is_zero():
    ledger = pd.DataFrame({"rung": ["sustaining"], "amount": [500.0]})
    pnl = customer_pnl(toy.sales(), ledger)
    assert (pnl[["deductions", "selling", "service", "capital"]] == 0).all(axis=None)
    assert pnl.loc["a", "customer_profit"] == 700


def test_without_activities_team_cost_stays_unassigned():
    for given in [(None, None), (toy.activities(), None), (None, toy.activity_use())]:
        pnl = customer_pnl(toy.sales(), toy.ledger(), *given)
        assert (pnl[["selling", "service"]] == 0).all(axis=None)


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_absent_columns_make_their_rungs_unknown_not_zero(engine):
    sales = toy.ENGINES[engine](toy.sales().drop(columns=["list_amount", "product_cost"]))
    pnl = customer_pnl(sales, toy.ledger())
    assert (
        pnl[["list_revenue", "invoice_discount", "product_cost", "cm1", "customer_profit"]]
        .isna()
        .all(axis=None)
    )
    assert pnl["pocket_revenue"].to_dict() == {"a": 1410, "b": 300, "unassigned": 200}


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_one_line_without_cost_makes_only_its_account_unknown(engine):
    sales = toy.sales().assign(product_cost=[600.0, None, 300.0, -75.0, 150.0])
    pnl = customer_pnl(toy.ENGINES[engine](sales), toy.ledger())
    assert math.isnan(pnl.loc["a", "customer_profit"])
    assert pnl.loc["b", "cm1"] == 75
    assert pnl.loc["a", "list_revenue"] == 1750
    by_parent = customer_pnl(
        toy.ENGINES[engine](sales), toy.ledger(), accounts=toy.accounts(), by="parent_id"
    )
    assert math.isnan(by_parent.loc["a", "product_cost"])


def test_an_account_with_cost_and_no_sales_has_a_row():
    ledger = pd.DataFrame({"rung": ["service"], "amount": [9.0], "account_id": ["new"]})
    row = customer_pnl(toy.sales(), ledger).loc["new"]
    assert row[
        ["list_revenue", "invoiced_revenue", "product_cost", "service", "customer_profit"]
    ].tolist() == [0, 0, 0, 9, -9]
    unknown = customer_pnl(toy.sales().drop(columns="product_cost"), ledger).loc["new"]
    assert math.isnan(unknown["product_cost"])


def test_a_chain_of_parents_leads_to_its_top_and_a_loop_is_shown():
    """Fault 11: c belongs to b, b to a."""
    sales = toy.sales().replace("unassigned", "c")
    assert customer_pnl(sales, None, accounts=toy.accounts(), by="parent_id")[
        "invoiced_revenue"
    ].to_dict() == {"a": 2000}
    looped = toy.accounts().assign(parent_id=["c", "a", "b"])
    with pytest.raises(ValuesError, match="loop") as caught:
        customer_pnl(sales, None, accounts=looped, by="parent_id")
    assert "a → c → b → a" in caught.value.where


def test_a_parent_that_is_the_account_itself_is_no_loop():
    own = toy.accounts().assign(parent_id=["a", "b", "c"])
    assert list(customer_pnl(toy.sales(), None, accounts=own, by="parent_id").index) == [
        "a",
        "b",
        "unassigned",
    ]


def test_keys_that_can_not_be_met_are_refused():
    with pytest.raises(ParameterError, match="accounts"):
        customer_pnl(toy.sales(), None, by="industry")
    with pytest.raises(ColumnError, match="'industri'") as caught:
        customer_pnl(toy.sales(), None, accounts=toy.accounts(), by="industri")
    assert "'industry'" in caught.value.remedy
    with pytest.raises(ParameterError, match="twice"):
        customer_pnl(toy.sales(), None, by=("month", "month"))
    with pytest.raises(ParameterError, match="empty"):
        customer_pnl(toy.sales(), None, by=())
    with pytest.raises(ColumnError, match="'bu_id'"):
        customer_pnl(toy.sales().drop(columns="bu_id"), None, by="bu_id")
    with pytest.raises(ColumnError, match="'month'"):
        customer_pnl(toy.sales(), toy.ledger().drop(columns="month"), by="month")
    with pytest.raises(ValuesError, match="not unique"):
        customer_pnl(toy.sales(), None, accounts=pd.concat([toy.accounts()] * 2), by="industry")


@pytest.mark.parametrize("engine", toy.ENGINES)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e308, 9.3e12])
def test_amounts_that_are_no_money_are_refused_in_every_engine(engine, bad):
    """Fault 13."""
    sales = toy.sales().assign(net_amount=[1000.0, bad, 400.0, -100.0, 200.0])
    with pytest.raises(ValuesError, match=r"net_amount.*1") as caught:
        customer_pnl(toy.ENGINES[engine](sales), None)
    assert "'a'" in caught.value.where


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_the_largest_amounts_are_added_without_wrapping_round(engine):
    """Four times 9.2e12, in millionths, is four times what a 64-bit integer holds."""
    sales = toy.sales().assign(net_amount=9.2e12, account_id=list("abcde"))
    assert customer_pnl(toy.ENGINES[engine](sales), None)["invoiced_revenue"].tolist() == [9.2e12] * 5
    together = toy.ENGINES[engine](sales.assign(account_id="a"))
    assert customer_pnl(together, None)["invoiced_revenue"].tolist() == [4.6e13]


@pytest.mark.parametrize("engine", toy.ENGINES)
@pytest.mark.parametrize("bad", [math.inf, 1e308])
def test_an_optional_amount_may_be_missing_but_not_infinite(engine, bad):
    sales = toy.sales().assign(product_cost=[600.0, bad, 300.0, None, 150.0])
    with pytest.raises(ValuesError, match=r"missing in 1 row\(s\), infinite or too large in 1"):
        customer_pnl(toy.ENGINES[engine](sales), None)


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_sales_that_can_not_be_right_are_refused_in_every_engine(engine):
    hold = toy.ENGINES[engine]
    with pytest.raises(ValuesError, match="account_id is empty in 1 row"):
        customer_pnl(hold(toy.sales().assign(account_id=["a", None, "b", "b", "c"])), None)
    with pytest.raises(ValuesError, match="not a number"):
        customer_pnl(hold(toy.sales().assign(net_amount="12")), None)
    with pytest.raises(ValuesError, match="not a date"):
        customer_pnl(hold(toy.sales().assign(date="2025-01-01")), None, by="month")
    with pytest.raises(ValuesError, match="read account_id as text"):
        customer_pnl(hold(toy.sales().assign(account_id=[1.5, 2, 3, 4, 5])), None)
    with pytest.raises(ValuesError, match="month is empty in 1 row"):
        customer_pnl(
            hold(toy.sales().assign(date=[toy.JAN, None, toy.JAN, toy.JAN, toy.JAN])), None, by="month"
        )
    with pytest.raises(ColumnError, match="'net_amount'") as caught:
        customer_pnl(hold(toy.sales().rename(columns={"net_amount": "net_amonut"})), None)
    assert "'net_amonut'" in caught.value.remedy
    with pytest.raises(EmptyError):
        customer_pnl(hold(toy.sales().head(0)), None)


def test_what_is_no_table_is_refused():
    with pytest.raises(ParameterError, match="no table"):
        customer_pnl("sales.csv", None)


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_numbers_as_identifiers_are_taken_as_text(engine):
    sales = toy.sales().assign(account_id=[1, 1, 2, 2, 3])
    ledger = pd.DataFrame({"rung": ["service", "service"], "amount": [9.0, 1.0], "account_id": [2, None]})
    pnl = customer_pnl(toy.ENGINES[engine](sales), ledger)
    assert pnl["service"].to_dict() == {"1": 0, "2": 9, "3": 0}


def test_dates_as_python_objects_and_decimals_read_as_from_a_database():
    sales = toy.sales().assign(
        date=lambda t: t["date"].dt.date, net_amount=lambda t: [Decimal(str(v)) for v in t["net_amount"]]
    )
    assert isinstance(sales["date"][0], datetime.date)
    pnl = customer_pnl(sales, None, by="month")
    assert pnl["invoiced_revenue"].to_dict() == {toy.JAN: 1400, toy.FEB: 600}


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_the_last_minutes_of_a_month_belong_to_it(engine):
    late = toy.sales().assign(date=pd.to_datetime(["2025-01-31 23:59:59"] * 5))
    assert list(customer_pnl(toy.ENGINES[engine](late), None, by="month").index) == [toy.JAN]
    assert list(customer_pnl(toy.ENGINES[engine](late), None, by="year").index) == [2025]


@pytest.mark.parametrize("engine", ["pandas", "pyarrow"])
def test_dates_with_a_zone_count_by_their_own_clock(engine):
    """Half past midnight in Tallinn is still January in London."""
    zoned = pd.to_datetime(["2025-02-01 00:30"] * 5).tz_localize("Europe/Tallinn")
    sales = toy.ENGINES[engine](toy.sales().assign(date=zoned))
    assert list(customer_pnl(sales, None, by="month").index) == [toy.FEB]


def test_dates_without_times_in_duckdb():
    dates = toy.ENGINES["duckdb"](toy.sales()).project("cast(date as date) as date, account_id, net_amount")
    pnl = customer_pnl(dates, None, by=("month", "year"))
    assert pnl["invoiced_revenue"].to_dict() == {(toy.JAN, 2025): 1400, (toy.FEB, 2025): 600}


def test_the_given_tables_are_not_changed():
    sales, ledger, use, accounts = toy.sales(), toy.ledger(), toy.activity_use(), toy.accounts()
    customer_pnl(
        sales, ledger, toy.activities(), use, accounts, by="parent_id", absorb=True, capital_rate=0.1
    )
    pd.testing.assert_frame_equal(sales, toy.sales())
    pd.testing.assert_frame_equal(ledger, toy.ledger())
    pd.testing.assert_frame_equal(use, toy.activity_use())
    pd.testing.assert_frame_equal(accounts, toy.accounts())


def test_profit_basis_goes_as_deep_as_the_data():
    assert profit_basis(full()).name == "customer_profit"
    assert profit_basis(full()).values.to_dict() == pytest.approx({"a": 350, "b": -215, "unassigned": 50})
    shallow = profit_basis(customer_pnl(toy.sales(), None))
    assert shallow.name == "gross_margin"
    assert shallow.values.to_dict() == {"a": 700, "b": 75, "unassigned": 50}


def test_profit_basis_says_what_is_missing_and_what_that_rules_out():
    with pytest.raises(NotDefinedError, match="who earns or loses") as caught:
        profit_basis(customer_pnl(toy.sales().drop(columns="product_cost"), toy.ledger()))
    assert caught.value.where == "sales.product_cost"
    partly = toy.sales().assign(product_cost=[600.0, None, 300.0, -75.0, 150.0])
    with pytest.raises(NotDefinedError) as caught:
        profit_basis(customer_pnl(partly, toy.ledger()))
    assert "1 of 3: 'a'" in caught.value.where


def test_a_table_that_is_no_pnl_is_refused():
    for function in (gross_margin, profit_basis):
        with pytest.raises(ColumnError, match="lacks"):
            function(toy.sales())
