"""Economic value, stated offers, levers and discounts against textbooks and hand arithmetic."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkit.errors import (
    ColumnError,
    EmptyError,
    KamkitError,
    NotDefinedError,
    ParameterError,
    UnitError,
    ValuesError,
)
from kamkit.method import offers

# -- economic value ------------------------------------------------------------------------------


def test_the_textbook_case():
    found = offers.economic_value(300, pd.Series([350.0, 100.0, 200.0]), price=825)
    assert (found.value, found.customer_surplus) == (950.0, 125.0)
    assert np.isnan(found.customer_share)


def test_value_is_shared_between_customer_and_us():
    found = offers.economic_value(300, [350, 100, 200], switching_cost=50, price=800, our_cost=500)
    assert found.value == 900.0
    assert found.customer_surplus == 100.0
    assert found.customer_share == pytest.approx(100 / 400)


def test_one_row_per_driver_with_what_it_rests_on():
    drivers = pd.DataFrame(
        {
            "driver": ["Stops", "Training", "Installation"],
            "baseline": [100.0, 0.0, np.nan],
            "target": [60.0, 10.0, np.nan],
            "unit_value": [820.0, -50.0, np.nan],
            "value": [np.nan, np.nan, -3000.0],
            "once": [False, False, True],
            "evidence": ["measured", None, "quotation"],
            "confirmed_by": ["Production manager", None, None],
        }
    )
    found = offers.economic_value(10_000, drivers, price=30_000)
    assert found.drivers["change"].tolist()[:2] == [-40.0, 10.0]
    assert found.drivers["value"].tolist() == [32_800.0, -500.0, -3000.0]
    assert (found.value, found.one_off, found.confirmed) == (42_300.0, -3000.0, 32_800.0)
    assert found.drivers["confirmed_by"].tolist() == ["Production manager", None, None]


def test_change_may_be_stated_and_its_sign_does_not_matter():
    rows = pd.DataFrame({"driver": ["Stops"], "change": [-40.0], "unit_value": [820.0]})
    assert offers.economic_value(0, rows).value == 32_800.0


@pytest.mark.parametrize("reference", [None, float("nan"), pd.NA, np.nan])
def test_a_missing_reference_is_an_error_that_asks_for_the_next_best_alternative(reference):
    with pytest.raises(ValuesError, match="next best alternative"):
        offers.economic_value(reference, [1.0])


@pytest.mark.parametrize(
    ("drivers", "error"),
    [
        ([], EmptyError),
        ({}, EmptyError),
        (pd.DataFrame({"driver": ["Stops"]}), ColumnError),
        (pd.DataFrame({"driver": ["Stops"], "unit_value": [3.0]}), ValuesError),
        ({"stops": float("nan")}, ValuesError),
        ({"stops": "many"}, ValuesError),
        (pd.DataFrame({"value": [5.0], "change": [2.0], "unit_value": [3.0]}), ValuesError),
    ],
)
def test_drivers_without_a_value_are_refused(drivers, error):
    with pytest.raises(error):
        offers.economic_value(100, drivers)


@pytest.mark.parametrize("options", [{"price": -1}, {"our_cost": float("nan")}, {"switching_cost": -5}])
def test_money_that_can_not_be(options):
    with pytest.raises(ValuesError):
        offers.economic_value(100, [1.0], **options)


money = st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 2))


@given(st.floats(0, 1e6), st.lists(money, min_size=1, max_size=8), st.floats(0, 1e6))
def test_stairs_add_up_and_the_price_splits_the_value(reference, values, price):
    found = offers.economic_value(reference, values, price=price)
    stairs = offers.value_stairs(found)
    at = stairs.index[stairs["step"] == "economic_value"][0]
    assert stairs["amount"].iloc[:at].sum() == pytest.approx(found.value, abs=1e-3)
    assert stairs["amount"].iloc[-1] + price == pytest.approx(found.value, abs=1e-3)
    assert not (stairs["kind"] == "once").any()


def test_what_comes_once_stands_in_no_total():
    rows = pd.DataFrame({"driver": ["Stops", "Old stock"], "value": [50.0, 7.0], "once": [False, True]})
    stairs = offers.value_stairs(offers.economic_value(100, rows, switching_cost=5, price=120))
    assert stairs["step"].tolist() == [
        "reference_price", "Stops", "switching_cost", "economic_value", "price", "customer_surplus", "Old stock",
    ]  # fmt: skip
    assert stairs["amount"].tolist() == [100.0, 50.0, -5.0, 145.0, -120.0, 25.0, 7.0]


# -- the plans' offers ---------------------------------------------------------------------------


def plan(*rows: dict) -> pd.DataFrame:
    base = {"subject_type": "account", "text": "x", "amount": None, "baseline": None, "target": None,
            "metric": None, "month": None, "probability": None, "customer_agreed": None, "status": None,
            "owner": "KAM"}  # fmt: skip
    table = pd.DataFrame([{**base, "item_id": f"I{i}", **row} for i, row in enumerate(rows)])
    return table.assign(month=pd.to_datetime(table["month"]))


def offer(account: str, price: float | None, reference: float | None, **more) -> dict:
    return {"subject_id": account, "kind": "offer", "amount": price, "baseline": reference, **more}


def driver(account: str, unit: float, before: float, after: float, **more) -> dict:
    figures = {"amount": unit, "baseline": before, "target": after}
    return {"subject_id": account, "kind": "value_driver", **figures, **more}


PLAN = plan(
    offer("a", 110, 100),
    driver("a", 2.0, 50, 40, text="Stops", customer_agreed="true", probability=0.5),
    driver("a", 1.0, 10, 40, text="Output", customer_agreed="false"),
    offer("b", 90, 80), driver("b", 1.0, 5, 0, text="Stops", customer_agreed=True),
    offer("c", 100, 95), driver("c", 1.0, 20, 12, text="Stops"),
    offer("d", 100, None), driver("d", 1.0, 20, 12, text="Stops"),
    offer("e", 100, 90),
    driver("f", 3.0, 20, 12, text="Stops"),
    {"subject_id": "a", "kind": "goal", "amount": 1e6},
)  # fmt: skip


def test_stated_value_offer_by_offer():
    found = offers.stated_value(PLAN)
    a = found.loc["a"]
    assert a[["driver_value", "confirmed_value", "expected_value"]].tolist() == [50.0, 20.0, 40.0]
    assert a[["premium_asked", "economic_value", "customer_surplus"]].tolist() == [10.0, 150.0, 40.0]
    assert (a["confirmed_surplus"], a["captured_share"]) == (10.0, 0.2)
    assert found["standing"].to_dict() == {
        "a": "confirmed", "b": "too_dear", "c": "to_confirm", "d": "incomplete", "e": "incomplete", "f": "incomplete",
    }  # fmt: skip
    assert found["missing"].dropna().to_dict() == {"d": "reference", "e": "drivers", "f": "offer"}
    assert found.loc["d", ["economic_value", "customer_surplus"]].isna().all()
    assert found.loc["d", "driver_value"] == 8.0


def test_cost_of_an_offer_follows_the_accounts_own_margin():
    pnl = pd.DataFrame({"pocket_revenue": [1000.0, -5.0], "cm1": [400.0, 1.0]}, index=["a", "b"])
    found = offers.stated_value(PLAN, pnl)
    assert found.loc["a", "our_cost"] == pytest.approx(66.0)
    assert found.loc["a", "customer_share"] == pytest.approx(40 / (150 - 66))
    assert found.loc[["b", "c"], "our_cost"].isna().all()


def test_one_path_to_the_value_of_an_offer():
    sheet = offers.stated_value(PLAN)
    for account in ("a", "b", "c"):
        one = offers.offer_value(PLAN, account)
        assert one.value == pytest.approx(sheet.loc[account, "economic_value"])
        assert one.customer_surplus == pytest.approx(sheet.loc[account, "customer_surplus"])
        assert one.confirmed == pytest.approx(sheet.loc[account, "confirmed_value"])
    assert offers.offer_to_show(sheet) == "a"
    with pytest.raises(NotDefinedError, match="reference"):
        offers.offer_value(PLAN, "d")
    with pytest.raises(ParameterError):
        offers.offer_value(PLAN, "nobody")


def test_a_driver_with_a_month_comes_once():
    found = offers.stated_value(
        plan(offer("a", 110, 100), driver("a", 1.0, 5, 0), driver("a", 1.0, 70, 0, month="2026-03-01"))
    ).loc["a"]
    assert found[["driver_value", "one_off", "economic_value"]].tolist() == [5.0, 70.0, 105.0]


def test_several_offers_add_up_and_one_without_reference_leaves_the_sum_unknown():
    two = [offer("a", 110, 100), offer("a", 50, 40), driver("a", 1.0, 60, 0)]
    found = offers.stated_value(plan(*two)).loc["a"]
    assert found[["offers", "price", "reference_price", "customer_surplus"]].tolist() == [
        2,
        160.0,
        140.0,
        40.0,
    ]
    broken = offers.stated_value(plan(*two[1:], offer("a", 5, None))).loc["a"]
    assert broken["missing"] == "reference"


def test_a_driver_that_stands_twice_is_marked():
    rows = [
        driver("a", 1.0, 5, 0, text="Stops"), driver("a", 2.0, 9, 0, text="stops "), driver("b", 1.0, 5, 0, text="Stops"),
        driver("c", 1.0, 5, 0, text="One", metric="hours"), driver("c", 1.0, 5, 2, text="Other", metric="hours"),
    ]  # fmt: skip
    found = offers.value_drivers(plan(*rows)).set_index("item_id")["repeated"]
    assert found.to_dict() == {"I0": True, "I1": True, "I2": False, "I3": True, "I4": True}


def test_a_driver_without_figures_leaves_the_value_unknown_not_zero():
    rows = plan(offer("a", 110, 100), driver("a", 1.0, 5, 0), driver("a", np.nan, 5, 0, text="y"))
    found = offers.stated_value(rows).loc["a"]
    assert found["missing"] == "drivers"
    assert np.isnan(found["driver_value"])


def test_plans_that_say_nothing_of_value():
    goals = plan({"subject_id": "a", "kind": "goal"})
    for function in (offers.value_drivers, offers.stated_value):
        with pytest.raises(NotDefinedError):
            function(goals)
    with pytest.raises(UnitError):
        offers.value_drivers(plan(driver("a", 1.0, 5, 0, probability=60)))
    with pytest.raises(NotDefinedError):
        offers.offer_to_show(offers.stated_value(plan(offer("a", 1, None))))


# -- prices --------------------------------------------------------------------------------------

PNL = pd.DataFrame(
    {"pocket_revenue": [100.0, 50.0, 200.0, 10.0, 0.0], "cm1": [33.8, 2.0, 80.0, np.nan, 0.0],
     "customer_profit": [9.7, -4.0, 20.0, np.nan, 0.0]},
    index=pd.Index(["a", "b", "c", "d", "unassigned"], name="account_id"),
)  # fmt: skip


def test_levers_of_marn_and_rosiello_on_an_account():
    found = offers.account_levers(PNL)
    assert found.index.tolist() == ["c", "a", "b"]
    a = found.loc["a"]
    assert a[
        ["price_worth", "variable_cost_worth", "volume_worth", "fixed_cost_worth"]
    ].tolist() == pytest.approx([1.0, 0.662, 0.338, 0.241])
    assert a["price_share"] == pytest.approx(0.103, abs=5e-4)
    assert np.isnan(found.loc["b", "price_share"])


def test_break_even_volume_of_a_discount_and_of_an_increase():
    found = offers.discount_break_even(PNL, 0.05)
    assert found.loc["c", "margin_rate"] == 0.4
    assert found.loc["c", "volume_needed"] == pytest.approx(0.05 / 0.35)
    assert found.loc["c", "volume_to_lose"] == pytest.approx(0.05 / 0.45)
    assert found.loc["c", "contribution_given"] == pytest.approx(10.0)
    assert found["never"].to_dict() == {"c": False, "a": False, "b": True}
    assert np.isnan(found.loc["b", "volume_needed"])


@given(st.floats(0.02, 0.9), st.floats(0.001, 0.9))
def test_the_contribution_is_the_same_after_the_additional_volume(margin, discount):
    pnl = pd.DataFrame({"pocket_revenue": [1.0], "cm1": [margin]}, index=["a"])
    row = offers.discount_break_even(pnl, discount).iloc[0]
    if row["never"]:
        assert discount >= margin
        return
    after = (1 + row["volume_needed"]) * ((1 - discount) - (1 - margin))
    assert after == pytest.approx(margin, rel=1e-6)


@pytest.mark.parametrize("discount", [5, 0, -0.05, float("nan")])
def test_a_discount_is_a_fraction_above_nothing(discount):
    with pytest.raises(KamkitError):
        offers.discount_break_even(PNL, discount)


def test_without_product_cost_nothing_is_said_of_prices():
    blind = PNL.assign(cm1=np.nan, customer_profit=np.nan)
    for function in (offers.discount_break_even, offers.account_levers):
        with pytest.raises(NotDefinedError):
            function(blind)
