"""What must hold between the tables; every amount below is added up by hand."""

from __future__ import annotations

import duckdb
import narwhals as nw
import pandas as pd
import pytest

from kamkit.engagement.check import CHECKS, check_tables
from kamkit.engagement.config import Config
from kamkit.engagement.reading import store
from kamkit.engagement.reading.verdict import ROW
from kamkit.engagement.schemas import LEDGER_TABLES, TABLES

MAY, JUNE = "2024-05-01", "2024-06-01"


def frame(**columns) -> pd.DataFrame:
    table = pd.DataFrame(columns)
    for name in ("month", "date", "created", "closed", "since", "kam_start", "last_contact"):
        if name in table:
            table[name] = pd.to_datetime(table[name])
    table.index = pd.RangeIndex(2, len(table) + 2, name=ROW)
    return table


def lazy(table: pd.DataFrame | None) -> nw.LazyFrame | None:
    if table is None:
        return None
    connection = duckdb.connect()
    connection.register("given", table.reset_index(drop=True))
    return nw.from_native(connection.sql("select * from given"))


def checked(sales=None, activity_use=None, rates=None, settings=None, **tables):
    config = Config(client="Us", currency="EUR", **(settings or {}))
    files = {name: f"{name}.csv" for name in [*tables, "sales", "activity_use", "rates"]}
    return check_tables(tables, lazy(sales), lazy(activity_use), config, files, rates)


def the_one(**given):
    found = checked(**given)
    assert len(found) == 1, [str(p) for p in found]
    assert found[0].remedy or found[0].severity == "note"
    return found[0]


def accounts(ids=("1", "2", "3"), **more):
    return frame(account_id=list(ids), name=[f"Customer {i}" for i in ids], **more)


def sales(ids=("1", "2"), amounts=(100.0, 50.0), dates=("2024-05-02", "2024-06-30"), **more):
    return frame(date=list(dates), account_id=list(ids), net_amount=list(amounts), **more)


def ledger(amounts=(100.0, 50.0), months=(MAY, JUNE), rung="revenue", **more):
    rows = frame(month=list(months), code=["3010"] * len(months), rung=rung, amount=list(amounts), **more)
    cost = frame(month=[MAY], code=["8010"], rung="sustaining", amount=[1.0])
    whole = pd.concat([rows, cost], ignore_index=True)
    return whole.set_index(pd.RangeIndex(2, len(whole) + 2, name=ROW))


def test_tables_that_fit_have_no_problem():
    assert checked(sales=sales(), accounts=accounts(), ledger=ledger()) == []


def test_every_check_is_silent_where_there_are_no_tables():
    assert checked() == []
    assert len({check.__doc__ for check in CHECKS}) == len(CHECKS)


def test_every_check_is_silent_where_the_tables_are_empty():
    tables = {
        name: store.empty(table, table.names) for name, table in TABLES.items() if name not in LEDGER_TABLES
    }
    assert checked(**tables) == []


# -- references ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("GTXPro", "GTX Pro"),
        ("gtx\u00a0pro", "GTX Pro"),
        ("GTX Prp", "GTX Pro"),
        ("MG Spezial", "MG Special"),
    ],
)
def test_a_product_that_does_not_meet_is_offered_its_nearest(written, listed):
    products = frame(product_id=["GTX Pro", "MG Special"], name=["a", "b"], family=["F", "F"])
    lines = sales(product_id=["GTX Pro", written])
    problem = the_one(sales=lines, accounts=accounts(), products=products)
    assert (problem.severity, problem.table, problem.column) == ("warning", "sales", "product_id")
    assert f"{written!r} → {listed!r}?" in problem.remedy
    assert "EUR 50.00" in problem.what


def test_a_number_without_its_leading_zeros_and_a_name_for_a_number_are_recognised():
    listed = frame(account_id=["00042", "00043"], name=["Åkerlund AB", "Bolt OÜ"])
    problem = the_one(sales=sales(ids=("42", "bolt oü")), accounts=listed)
    assert "'42' → '00042'?" in problem.remedy
    assert "'bolt oü' → '00043'?" in problem.remedy


def test_a_number_is_not_taken_for_its_neighbour():
    listed = accounts(ids=("OPP-1204", "0010"))
    assert "→" not in the_one(sales=sales(ids=("0011", "OPP-1205")), accounts=listed).remedy
    assert "'OP-1204' → 'OPP-1204'?" in the_one(sales=sales(ids=("0010", "OP-1204")), accounts=listed).remedy


def test_sales_of_an_unknown_account_are_counted_and_kept():
    lines = sales(ids=("1", "9", "9"), amounts=(100.0, 30.0, -5.5), dates=[MAY] * 3)
    problem = the_one(sales=lines, accounts=accounts())
    assert problem.severity == "warning"
    assert "2 lines, EUR 24.50; kept as unassigned" in problem.what
    assert (problem.value, problem.count) == ("9", 2)


def test_sales_without_an_account_are_counted_and_kept():
    lines = sales(ids=(None, "unassigned", "1"), amounts=(70.0, 5.0, 1.0), dates=[MAY] * 3)
    problem = the_one(sales=lines, accounts=accounts())
    assert problem.severity == "warning"
    assert problem.what.startswith("2 lines, EUR 75.00 without a customer, kept as unassigned")
    assert problem.count == 2


def test_a_reference_shows_the_first_row_and_counts_all():
    contacts = frame(contact_id=["c1", "c2", "c3"], account_id=["1", "7", "7"])
    problem = the_one(accounts=accounts(), contacts=contacts)
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "contacts.csv",
        3,
        "account_id",
        "7",
    )
    assert problem.count == 2


def test_a_row_is_not_invented_where_the_frame_does_not_hold_it():
    contacts = frame(contact_id=["c1"], account_id=["7"]).reset_index(drop=True)
    assert the_one(accounts=accounts(), contacts=contacts).row is None


@pytest.mark.parametrize("table", ["opportunities", "assignments", "ledger"])
def test_unknown_accounts_elsewhere_are_warnings(table):
    given = {
        "opportunities": frame(
            opportunity_id=["o"], account_id=["x"], created=[MAY], stage=["s"], amount=[1.0]
        ),
        "assignments": frame(person_id=["p"], account_id=["x"], role=["r"]),
        "ledger": ledger(amounts=(5.0,), months=(MAY,), rung="selling", account_id=["x"]),
    }[table]
    problem = the_one(accounts=accounts(), **{table: given})
    assert (problem.severity, problem.table, problem.column) == ("warning", table, "account_id")


def test_use_of_an_unknown_activity_is_fatal_and_of_an_unknown_account_a_warning():
    activities = frame(activity_id=["entry"], name=["Entry"], team=["Desk"], rung=["selling"])
    use = frame(month=[MAY, MAY], account_id=["1", "x"], activity_id=["entry", "entri"], count=[1.0, 2.0])
    found = checked(accounts=accounts(), activities=activities, activity_use=use)
    assert [(p.severity, p.column, p.value) for p in found] == [
        ("warning", "account_id", "x"),
        ("fatal", "activity_id", "entri"),
    ]
    assert "'entri' → 'entry'?" in found[1].remedy


def test_relationships_need_their_contacts():
    relationships = frame(contact_id=["c9"], person_id=["p"], depth=[1])
    problem = the_one(contacts=frame(contact_id=["c1"], account_id=["1"]), relationships=relationships)
    assert (problem.table, problem.value) == ("relationships", "c9")


def test_answers_about_unknown_accounts_are_named_and_other_subjects_left_alone():
    responses = frame(subject_type=["account", "market"], subject_id=["zzz", "Sweden"])
    problem = the_one(accounts=accounts(), responses=responses)
    assert (problem.column, problem.value, problem.count) == ("subject_id", "zzz", 1)


# -- parents and doubles ---------------------------------------------------------------------------


def test_a_loop_of_parents_is_shown():
    listed = accounts(ids=("1", "2", "3", "4"), parent_id=["2", "3", "1", "1"])
    problem = the_one(accounts=listed)
    assert problem.severity == "fatal"
    assert problem.what == "parents in a loop: 1 → 2 → 3 → 1"
    assert (problem.row, problem.count) == (2, 3)


def test_two_loops_are_two_problems_and_a_chain_or_an_own_parent_is_none():
    listed = accounts(ids="abcdef", parent_id=["b", "a", "d", "c", "e", "a"])
    assert [p.what for p in checked(accounts=listed)] == [
        "parents in a loop: a → b → a",
        "parents in a loop: c → d → c",
    ]
    assert checked(accounts=accounts(ids="abc", parent_id=["b", "c", None])) == []


def test_a_very_long_chain_of_parents_is_walked():
    ids = [str(i) for i in range(20_000)]
    listed = accounts(ids=ids, parent_id=[*ids[1:], None])
    assert [p for p in checked(accounts=listed) if "loop" in p.what] == []


def test_an_unknown_parent_is_a_warning():
    problem = the_one(accounts=accounts(parent_id=[None, "1", "99"]))
    assert (problem.severity, problem.row, problem.value) == ("warning", 4, "99")
    assert "stand without a parent" in problem.what


def test_one_name_under_two_numbers_is_a_probable_double():
    listed = frame(account_id=["1", "2", "3"], name=["Åkerlund AB", "ÅKERLUND\u00a0 AB.", "Bolt"])
    problem = the_one(accounts=listed)
    assert (problem.severity, problem.row, problem.count) == ("warning", 2, 2)
    assert "1, 2" in problem.what
    assert "kept apart" in problem.what


def test_hundreds_of_doubles_do_not_drown_the_rest():
    listed = frame(account_id=[str(i) for i in range(400)], name=[f"Name {i % 200}" for i in range(400)])
    found = checked(accounts=listed)
    assert len(found) == 11
    assert "190 more groups" in found[-1].what
    assert sum(p.count for p in found) == 400


def test_no_customer_may_be_called_unassigned():
    assert the_one(accounts=accounts(ids=("1", "unassigned"))).severity == "fatal"


# -- instruments -----------------------------------------------------------------------------------


def criteria(weights=(0.25, 0.75), low=1.0, high=5.0, **more):
    n = len(weights)
    return frame(instrument=["a"] * n, item_id=[f"i{k}" for k in range(n)], scale_min=low, scale_max=high,
                 weight=list(weights), **more)  # fmt: skip


@pytest.mark.parametrize(
    ("weights", "wrong"),
    [
        ((0.25, 0.75), False),
        ((0.25, 0.75 + 1e-9), False),
        ((0.25, 0.74), True),
        ((25.0, 75.0), True),
        ((0.0, 1.0), False),
        ((None, None), False),
    ],
)
def test_weights_sum_to_one(weights, wrong):
    found = checked(criteria=criteria(weights))
    assert bool(found) == wrong
    assert all(p.severity == "fatal" for p in found)


def test_the_sum_of_the_weights_and_its_difference_are_stated():
    assert "sum to 0.99, not 1 (difference -0.01)" in the_one(criteria=criteria((0.25, 0.74))).what


def test_weights_for_some_items_only_are_refused():
    problem = the_one(criteria=criteria((1.0, None)))
    assert problem.severity == "fatal"
    assert "'i1' without a weight" in problem.what


def test_a_scale_runs_upwards():
    problem = the_one(criteria=criteria(low=[5.0, 3.0], high=[1.0, 3.0]))
    assert (problem.severity, problem.count) == ("fatal", 2)
    assert "scale_min 5 is not below scale_max 1" in problem.what


def test_a_gate_lies_on_its_scale():
    assert checked(criteria=criteria(gate=[1.0, 5.0])) == []
    problem = the_one(criteria=criteria(gate=[None, 0.5]))
    assert (problem.severity, problem.row, problem.value) == ("fatal", 3, "0.5")


def responses(items=("i0", "i1"), values=(1.0, 5.0), instrument="a"):
    return frame(instrument=instrument, item_id=list(items), value=list(values), respondent="R")


def test_answers_lie_on_their_scale():
    assert checked(criteria=criteria(), responses=responses()) == []
    problem = the_one(criteria=criteria(), responses=responses(values=(1.0, 5.5)))
    assert (problem.severity, problem.row, problem.value) == ("fatal", 3, "5.5")
    assert "scale 1 to 5 of a, i1" in problem.what


def test_answers_to_unknown_items_are_fatal_with_the_nearest():
    asked = criteria().assign(item_id=["growth", "position"])
    problem = the_one(criteria=asked, responses=responses(items=("growth", "positon")))
    assert (problem.severity, problem.column, problem.value) == ("fatal", "item_id", "positon")
    assert "'positon' → 'position'?" in problem.remedy


def test_an_item_of_another_instrument_is_not_an_item_of_this_one():
    two = pd.concat([criteria((1.0,)), criteria((1.0,)).assign(instrument="b", item_id="other")])
    two.index = pd.RangeIndex(2, 4, name=ROW)
    problem = the_one(criteria=two, responses=responses(items=("other",), values=(3.0,)))
    assert "instrument a has no item other" in problem.what


# -- ledger ----------------------------------------------------------------------------------------


def test_transfers_that_do_not_net_to_zero_give_the_exact_difference():
    moved = ledger((100.0, -99.99, 7.0, -7.0), (MAY, MAY, JUNE, JUNE), rung="transfer")
    problem = the_one(ledger=moved)
    assert problem.severity == "fatal"
    assert "EUR 0.01 over the period (2024-05: EUR 0.01)" in problem.what
    assert (problem.row, problem.count) == (2, 2)


def test_transfers_that_net_over_the_period_but_not_by_month_are_fatal():
    problem = the_one(ledger=ledger((100.0, -100.0), rung="transfer"))
    assert "EUR 0.00 over the period (2024-05: EUR 100.00; 2024-06: EUR -100.00)" in problem.what
    assert "same month" in problem.remedy


def test_transfers_are_summed_exactly():
    tenths = ledger((*[0.1] * 10, -1.0), [MAY] * 11, rung="transfer")
    assert sum([0.1] * 10) != 1.0
    assert checked(ledger=tenths) == []


ACTIVITIES = frame(
    activity_id=["e"], name=["Entry"], team=["Desk"], rung=["selling"], unit=["order"], base_minutes=[8.0]
)


def team(rungs=("selling", "selling"), minutes=(100.0, 100.0), months=(MAY, JUNE), **more):
    n = len(months)
    return frame(month=list(months), code="5", rung=list(rungs), amount=[10.0] * n, team=["Desk"] * n,
                 practical_minutes=list(minutes), **more)  # fmt: skip


def test_a_team_that_fits_has_no_problem():
    assert checked(ledger=team(), activities=ACTIVITIES) == []


def test_a_team_has_one_rung():
    problem = the_one(ledger=team(rungs=("selling", "service")), activities=ACTIVITIES)
    assert (problem.severity, problem.value) == ("fatal", "Desk")
    assert "selling, service" in problem.what


def test_a_traced_row_may_stand_on_another_rung_than_its_team():
    traced = team(
        rungs=("selling", "service"), minutes=(100.0, None), months=(MAY, MAY), account_id=[None, "1"]
    )
    assert checked(ledger=traced, activities=ACTIVITIES, accounts=accounts()) == []


def test_an_activity_stands_on_its_teams_rung():
    problem = the_one(ledger=team(), activities=ACTIVITIES.assign(rung="service"))
    assert (problem.severity, problem.table, problem.column, problem.value) == (
        "fatal",
        "activities",
        "rung",
        "service",
    )


def test_a_team_without_cost_is_offered_the_nearest():
    problem = the_one(ledger=team(), activities=ACTIVITIES.assign(team="Desc"))
    assert (problem.severity, problem.column) == ("fatal", "team")
    assert "'Desc' → 'Desk'?" in problem.remedy


def test_practical_minutes_stand_once():
    twice = team(months=(MAY, MAY))
    problem = the_one(ledger=twice, activities=ACTIVITIES)
    assert problem.severity == "fatal"
    assert "more than once in 2024-05" in problem.what
    assert problem.count == 2
    assert checked(ledger=team(months=(MAY, MAY), minutes=(100.0, None)), activities=ACTIVITIES) == []


def test_a_team_without_minutes_has_no_rate():
    problem = the_one(ledger=team(minutes=(None, None)), activities=ACTIVITIES)
    assert (problem.severity, problem.column) == ("fatal", "practical_minutes")
    some = the_one(ledger=team(minutes=(100.0, None)), activities=ACTIVITIES)
    assert some.severity == "warning"
    assert "2024-06" in some.what
    assert checked(ledger=team(minutes=(None, None))) == []


def test_minutes_without_a_team_are_nobodys():
    nobody = frame(month=[MAY], code="5", rung="selling", amount=[1.0], team=[None], practical_minutes=[60.0])
    assert the_one(ledger=nobody).what == "practical_minutes without a team"


# -- sales against the ledger ------------------------------------------------------------------------


def test_sales_that_miss_the_ledger_state_both_tolerances_and_the_difference():
    settings = {"controls": {"tolerance": 0.01, "absolute": 0.5}}
    found = checked(sales=sales(), ledger=ledger((110.0, 50.0)), settings=settings)
    whole, by_month = found
    assert (whole.severity, by_month.severity) == ("fatal", "warning")
    assert "over 2024-05 to 2024-06" in whole.what
    for part in (
        "sales EUR 150.00",
        "ledger EUR 160.00",
        "EUR 10.00 = 6.25 % of the ledger",
        "1 %",
        "and EUR 0.50",
    ):
        assert part in whole.what
    assert "in 1 month: 2024-05" in by_month.what
    assert "EUR 10.00 = 9.09 %" in by_month.what


@pytest.mark.parametrize(
    ("controls", "booked", "misses"),
    [
        ({"tolerance": 0.01}, 101.0, False),
        ({"tolerance": 0.0099}, 101.0, True),
        ({"tolerance": 0.1, "absolute": 0.99}, 101.0, True),
        ({"tolerance": 0.1, "absolute": 1.0}, 101.0, False),
        ({"tolerance": 0.001, "absolute": 1.0}, 101.0, True),
        ({"tolerance": 0.0}, 100.0, False),
        ({"tolerance": 0.0}, 100.01, True),
        ({"tolerance": 0.0, "absolute": 0.0}, 100.0, False),
    ],
)
def test_the_tolerance_is_relative_and_absolute(controls, booked, misses):
    one = sales(ids=("1",), amounts=(100.0,), dates=(MAY,))
    found = checked(sales=one, ledger=ledger((booked,), (MAY,)), settings={"controls": controls})
    assert bool(found) == misses


@pytest.mark.parametrize(
    ("factor", "cause"),
    [(-1.0, "opposite sign"), (1000.0, "in thousands"), (0.001, "in thousands"), (1 / 1.24, "include VAT"),
     (1 / 1.1, "missing or double lines"), (0.0, "missing or double lines")],
)  # fmt: skip
def test_a_telling_ratio_is_told(factor, cause):
    found = checked(sales=sales(), ledger=ledger((100.0 * factor, 50.0 * factor)))
    assert cause in found[0].remedy


@pytest.mark.parametrize(("taken_off", "told"), [(30.0, True), (29.0, False), (0.0, False)])
def test_discounts_that_the_ledger_takes_off_a_second_time_are_told(taken_off, told):
    booked = ledger((130.0, 50.0))
    discounts = frame(month=[MAY], code=["3730"], rung="deduction", amount=[taken_off])
    rows = pd.concat([booked, discounts], ignore_index=True)
    found = checked(sales=sales(), ledger=rows.set_index(pd.RangeIndex(2, len(rows) + 2, name=ROW)))
    assert ("the ledger's deductions, EUR 30.00" in found[0].remedy) == told


def test_months_that_even_out_over_the_period_are_still_caught():
    found = checked(sales=sales(), ledger=ledger((50.0, 100.0)))
    assert len(found) == 1
    assert "misses the ledger in 2 months" in found[0].what


def test_a_month_that_stands_on_one_side_only_is_compared_with_nothing():
    early, july = ("2024-05-02", "2024-07-01"), "2024-07-01"
    found = checked(sales=sales(dates=early), ledger=ledger((100.0, 50.0)),
                    settings={"period": {"start": "2024-05", "end": "2024-07"}})  # fmt: skip
    assert [p.column for p in found] == ["net_amount", "date"]
    assert (
        f"{july[:7]}: sales EUR 50.00, ledger EUR 0.00, difference (ledger − sales) EUR -50.00"
        in found[0].what
    )
    assert "2024-06: sales EUR 0.00, ledger EUR 50.00" in found[0].what


def test_only_the_period_is_compared_and_what_lies_outside_is_noted():
    settings = {"period": {"start": "2024-05", "end": "2024-05"}}
    found = checked(sales=sales(), accounts=accounts(), ledger=ledger((100.0, 999.0)), settings=settings)
    assert [(p.severity, p.table, p.count) for p in found] == [("note", "sales", 1), ("note", "ledger", 1)]
    assert "1 line, EUR 50.00, lie outside the period 2024-05-01 to 2024-05-31" in found[0].what


def test_a_period_without_any_sales_is_fatal():
    problem = the_one(sales=sales(), settings={"period": {"start": "2021-01", "end": "2021-12"}})
    assert problem.severity == "fatal"
    assert "the sales cover 2024-05 to 2024-06" in problem.what


def test_product_cost_is_held_against_the_ledger_too():
    booked = pd.concat([ledger(), ledger((60.0, 20.0), rung="product_cost")])
    booked.index = pd.RangeIndex(2, len(booked) + 2, name=ROW)
    assert checked(sales=sales(product_cost=[60.0, 20.0]), ledger=booked) == []
    found = checked(sales=sales(product_cost=[60.0, 25.0]), ledger=booked)
    assert [p.column for p in found] == ["product_cost", "product_cost"]
    assert "sales EUR 85.00, ledger EUR 80.00" in found[0].what


def test_product_cost_in_the_ledger_only_says_what_is_then_not_known():
    booked = pd.concat([ledger(), ledger((60.0, 20.0), rung="product_cost")])
    problem = the_one(sales=sales(), ledger=booked.set_axis(pd.RangeIndex(len(booked))))
    assert problem.severity == "warning"
    assert "margin and profit by customer are not known" in problem.what


def test_a_ledger_without_any_cost_of_serving_says_what_follows():
    problem = the_one(sales=sales(), ledger=ledger()[:2])
    assert (problem.severity, problem.table, problem.column) == ("warning", "ledger", "rung")
    assert "nothing is taken off for serving customers" in problem.what


def test_product_cost_on_some_lines_only_is_counted():
    problem = the_one(sales=sales(product_cost=[60.0, None]))
    assert (problem.severity, problem.count) == ("warning", 1)
    assert "1 line of 2" in problem.what


def test_product_cost_in_the_sales_only_has_no_control():
    problem = the_one(sales=sales(product_cost=[60.0, 20.0]), ledger=ledger())
    assert (problem.severity, problem.table, problem.column) == ("warning", "ledger", "rung")


def test_a_ledger_without_revenue_cannot_be_a_control():
    problem = the_one(sales=sales(), ledger=ledger(rung="selling"))
    assert (problem.severity, problem.table) == ("warning", "ledger")


def test_capital_cost_needs_the_days():
    settings = {"controls": {"capital_rate": 0.08}}
    listed = accounts(payment_days=[30.0, None, None])
    problem = the_one(sales=sales(), accounts=listed, settings=settings)
    assert (problem.severity, problem.row, problem.count) == ("warning", 3, 1)
    assert the_one(sales=sales(), accounts=accounts(), settings=settings).count == 2
    assert checked(sales=sales(), accounts=listed) == []


# -- currencies --------------------------------------------------------------------------------------


def test_two_currencies_without_rates_are_refused_month_by_month():
    days = ("2024-05-02", "2024-05-09", "2024-06-01")
    lines = sales(ids=("1", "1", "1"), amounts=(1.0, 1.0, 1.0), dates=days,
                  currency=["SEK", "SEK", "NOK"])  # fmt: skip
    problem = the_one(sales=lines, accounts=accounts())
    assert (problem.severity, problem.column, problem.count) == ("fatal", "currency", 3)
    assert problem.value == "NOK"
    assert "NOK 2024-06, SEK 2024-05" in problem.what
    assert "data/rates.csv" in problem.remedy


def test_lines_in_the_reporting_currency_need_no_rate():
    assert checked(sales=sales(currency=["EUR", None]), accounts=accounts()) == []


def test_sales_meet_the_ledger_in_the_reporting_currency():
    rates = frame(month=[MAY], currency=["SEK"], rate=[0.09])
    lines = sales(amounts=(1000.0, 50.0), currency=["SEK", "EUR"])
    assert checked(sales=lines, accounts=accounts(), ledger=ledger((90.0, 50.0)), rates=rates) == []
    found = checked(sales=lines, accounts=accounts(), ledger=ledger((91.0, 50.0)), rates=rates)
    assert "sales EUR 140.00, ledger EUR 141.00" in found[0].what


def test_rates_made_for_another_currency_are_noticed():
    rates = frame(month=[MAY], currency=["EUR"], rate=[11.3])
    assert "EUR is the reporting currency" in the_one(sales=sales(), rates=rates).what


# -- demand, people, dates -----------------------------------------------------------------------------


def demand(suppliers, amounts, scope="market", scope_id="Sweden"):
    return frame(
        scope=scope, scope_id=scope_id, family="Valves", year=2024, supplier=suppliers, amount=amounts
    )


def test_our_sales_do_not_exceed_the_market():
    assert checked(demand=demand(["us", "total"], [80.0, 80.0])) == []
    problem = the_one(demand=demand(["us", "total"], [90.0, 80.0]))
    assert problem.severity == "warning"
    assert (
        "our own sales exceed the total of market Sweden, Valves, 2024: EUR 90.00 of EUR 80.00"
        in problem.what
    )
    assert problem.row == 3


def test_suppliers_together_do_not_exceed_the_market():
    problem = the_one(demand=demand(["us", "Rival", "total"], [50.0, 40.0, 80.0]))
    assert "all suppliers together" in problem.what


def test_a_supplier_called_Us_is_not_us():
    problem = the_one(demand=demand(["Us", "total"], [50.0, 80.0]))
    assert (problem.severity, problem.value) == ("fatal", "Us")
    assert "write us" in problem.remedy


def test_demand_of_an_account_needs_the_account():
    problem = the_one(accounts=accounts(), demand=demand(["total"], [1.0], "account", "Customer 2"))
    assert (problem.severity, problem.column, problem.value) == ("warning", "scope_id", "Customer 2")
    assert "'Customer 2' → '2'?" in problem.remedy
    assert checked(accounts=accounts(), demand=demand(["total"], [1.0])) == []


def deals(**columns):
    return frame(opportunity_id=["o1"], account_id=["1"], stage=["s"], amount=[1.0], **columns)


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        (
            {"created": [JUNE], "closed": [MAY], "outcome": ["won"]},
            "closed before it was created on 2024-06-01",
        ),
        (
            {"created": [MAY], "closed": [None], "outcome": ["lost"]},
            "the deal is lost, but the day is missing",
        ),
        (
            {"created": [MAY], "closed": [JUNE], "outcome": ["open"]},
            "the deal is open, but has a day of closing",
        ),
        ({"created": ["2199-01-01"], "closed": [None], "outcome": ["open"]}, "lies in the future"),
    ],
)
def test_deals_have_a_plausible_life(columns, what):
    problem = the_one(accounts=accounts(), opportunities=deals(**columns))
    assert (problem.severity, problem.row) == ("warning", 2)
    assert what in problem.what


def test_sales_of_the_future_are_counted():
    problem = the_one(sales=sales(dates=("2199-02-02", "2199-01-31")))
    assert problem.severity == "warning"
    assert "2 lines in months that lie in the future" in problem.what
    assert problem.value == "2199-01-01"


def test_a_key_account_is_not_also_a_candidate():
    listed = accounts(kam_start=[MAY, None, None], considered=[True, True, False])
    assert the_one(accounts=listed).row == 2


# -- engines -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["duckdb", "pandas", "pyarrow"])
def test_the_verdict_does_not_depend_on_the_engine(engine):
    lines = sales(ids=("1", "9", None), amounts=(100.0, 30.0, 5.0), dates=(MAY, JUNE, JUNE),
                  product_cost=[1.0, None, 2.0], currency=["EUR", "SEK", None])  # fmt: skip
    native = {
        "duckdb": lambda: lazy(lines),
        "pandas": lambda: nw.from_native(lines).lazy(),
        "pyarrow": lambda: nw.from_native(nw.from_native(lines.reset_index(drop=True)).to_arrow()).lazy(),
    }[engine]()
    rates = frame(month=[JUNE], currency=["SEK"], rate=[0.1])
    config = Config(client="Us", currency="EUR")
    found = check_tables(
        {"accounts": accounts(), "ledger": ledger((100.0, 8.0))}, native, None, config, {}, rates
    )
    assert [str(p) for p in found] == [
        "sales, account_id, '9': not found in accounts.account_id: 1 line, EUR 3.00; kept as unassigned"
        ". Add them to accounts",
        "sales, account_id: 1 line, EUR 5.00 without a customer, kept as unassigned"
        ". They stay in every total; fill in the customer where it is known",
        "sales, product_cost: 1 line of 3 hold no product cost: their customers' profit is not known"
        ". Fill in the product cost; 0 only where it really is 0",
        "ledger, rung: the sales hold product cost, the ledger doesn't: it can't be held against the client's"
        " accounts. Add rows of rung product_cost",
    ]
