"""Time-driven costing against Kaplan & Anderson's case and hand arithmetic."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from kamkit.errors import ColumnError, EmptyError, ParameterError, ValuesError
from kamkit.method.profitability import capacity_rates, capacity_use, cost_to_serve
from tests.method import toy

KAPLAN_LEDGER = pd.DataFrame(
    {
        "month": pd.Timestamp("2004-01-01"),
        "code": "60",
        "rung": "service",
        "amount": [560_000.0],
        "team": "Service",
        "practical_minutes": [700_000.0],
    }
)
KAPLAN_ACTIVITIES = pd.DataFrame(
    {
        "activity_id": ["orders", "inquiries", "credit"],
        "team": "Service",
        "rung": "service",
        "base_minutes": [8.0, 44.0, 50.0],
    }
)


def kaplan_use(*counts):
    return pd.DataFrame(
        {
            "account_id": "a",
            "activity_id": ["orders", "inquiries", "credit"],
            "count": counts,
            "month": toy.JAN,
        }
    )


def test_capacity_rate_of_kaplan_and_anderson():
    assert capacity_rates(KAPLAN_LEDGER).iloc[0].to_dict() == {
        "team": "Service",
        "cost": 560_000,
        "practical_minutes": 700_000,
        "rate": pytest.approx(0.80),
    }


def test_cost_of_one_of_each_activity():
    served = cost_to_serve(KAPLAN_LEDGER, KAPLAN_ACTIVITIES, kaplan_use(1, 1, 1)).set_index("activity_id")
    assert served["cost"].to_dict() == pytest.approx({"orders": 6.40, "inquiries": 35.20, "credit": 40.00})


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_charged_and_unused_capacity(engine):
    use = toy.ENGINES[engine](kaplan_use(49_000, 1_400, 2_500))
    assert cost_to_serve(KAPLAN_LEDGER, KAPLAN_ACTIVITIES, use)["cost"].sum() == pytest.approx(462_880)
    row = capacity_use(KAPLAN_LEDGER, KAPLAN_ACTIVITIES, use).iloc[0]
    assert row["unused_cost"] == pytest.approx(97_120)
    assert 100 * row["utilisation"] == pytest.approx(82.66, abs=5e-3)
    assert row["used_minutes"] + row["unused_minutes"] == row["supplied_minutes"] == 700_000


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_time_equation_with_extra_units(engine):
    served = cost_to_serve(toy.ledger(), toy.activities(), toy.ENGINES[engine](toy.activity_use()))
    assert list(served.columns) == ["account_id", "activity_id", "minutes", "cost"]
    by = served.set_index(["account_id", "activity_id"])
    assert by["minutes"].to_dict() == {
        ("a", "order"): 300,
        ("a", "delivery"): 100,
        ("b", "order"): 300,
        ("b", "delivery"): 200,
    }
    assert by["cost"].to_dict() == pytest.approx(
        {("a", "order"): 150, ("a", "delivery"): 60, ("b", "order"): 150, ("b", "delivery"): 120}
    )


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_cost_to_serve_by_month_year_and_unit(engine):
    use = toy.ENGINES[engine](toy.activity_use())
    monthly = cost_to_serve(toy.ledger(), toy.activities(), use, by=("month",))
    assert monthly.groupby("month")["cost"].sum().to_dict() == pytest.approx({toy.JAN: 210, toy.FEB: 270})
    units = cost_to_serve(toy.ledger(), toy.activities(), use, by=("bu_id", "year"))
    assert units.groupby(["bu_id", "year"])["cost"].sum().to_dict() == pytest.approx(
        {("unassigned", 2025): 480}
    )


def test_capacity_of_the_toy_company():
    table = capacity_use(toy.ledger(), toy.activities(), toy.activity_use()).set_index("team")
    assert table["utilisation"].to_dict() == pytest.approx({"Desk": 0.5, "Van": 0.75})
    assert table["unused_cost"].to_dict() == pytest.approx({"Desk": 300, "Van": 60})
    rates = capacity_rates(toy.ledger()).set_index("team")["rate"]
    assert rates.to_dict() == pytest.approx({"Desk": 0.5, "Van": 0.6})


def test_utilisation_above_one_is_shown_not_clipped():
    """Fault 15: 100 000 orders · 8 min of 700 000."""
    row = capacity_use(KAPLAN_LEDGER, KAPLAN_ACTIVITIES, kaplan_use(100_000, 0, 0)).iloc[0]
    assert row["utilisation"] == pytest.approx(8 / 7)
    assert row["unused_minutes"] == -100_000
    assert row["unused_cost"] == pytest.approx(-80_000)


def test_a_team_that_nobody_uses_is_all_unused():
    ledger = pd.concat(
        [KAPLAN_LEDGER, KAPLAN_LEDGER.assign(team="Idle", amount=50.0, practical_minutes=10.0)]
    )
    table = capacity_use(ledger, KAPLAN_ACTIVITIES, kaplan_use(1, 0, 0)).set_index("team")
    assert table.loc["Idle", ["used_minutes", "utilisation", "unused_cost"]].tolist() == [0, 0, 50]


def test_a_team_without_minutes_has_no_rate_and_can_not_be_charged():
    silent = KAPLAN_LEDGER.assign(practical_minutes=math.nan)
    assert math.isnan(capacity_rates(silent)["rate"][0])
    assert math.isnan(capacity_rates(KAPLAN_LEDGER.drop(columns="practical_minutes"))["rate"][0])
    with pytest.raises(ValuesError, match="'Service' states no practical minutes"):
        cost_to_serve(silent, KAPLAN_ACTIVITIES, kaplan_use(1, 1, 1))
    other = pd.concat([KAPLAN_LEDGER, silent.assign(team="Silent")])
    used = capacity_use(other, KAPLAN_ACTIVITIES, kaplan_use(1, 1, 1)).set_index("team")
    assert used.loc["Silent", ["used_minutes", "utilisation", "unused_cost"]].isna().all()


def test_traced_transferred_and_excluded_rows_are_no_cost_of_the_team():
    more = pd.concat(
        [
            KAPLAN_LEDGER,
            KAPLAN_LEDGER.assign(account_id="a", amount=9e5, practical_minutes=None),
            KAPLAN_LEDGER.assign(rung="excluded", amount=9e5, practical_minutes=None),
            KAPLAN_LEDGER.assign(rung="transfer", amount=9e5, practical_minutes=None),
        ]
    )
    assert capacity_rates(more)["cost"].tolist() == [560_000]


def test_minutes_that_stand_twice_for_a_month_are_named():
    twice = pd.concat([KAPLAN_LEDGER, KAPLAN_LEDGER.assign(code="61")])
    with pytest.raises(ValuesError, match="Service 2004-01"):
        capacity_rates(twice)


def test_minutes_of_two_months_are_summed():
    two = pd.concat([KAPLAN_LEDGER, KAPLAN_LEDGER.assign(month=pd.Timestamp("2004-02-15"))])
    assert capacity_rates(two).loc[0, ["cost", "practical_minutes", "rate"]].tolist() == [
        1_120_000,
        1_400_000,
        0.8,
    ]


def test_without_months_minutes_are_summed_as_they_stand():
    assert capacity_rates(KAPLAN_LEDGER.drop(columns="month"))["rate"].tolist() == pytest.approx([0.8])


@pytest.mark.parametrize("minutes", [[0.0], [-5.0]])
def test_minutes_of_zero_or_less_are_refused(minutes):
    with pytest.raises(ValuesError, match="'Service' are zero or negative"):
        capacity_rates(KAPLAN_LEDGER.assign(practical_minutes=minutes))


def test_an_unknown_activity_is_named_with_its_nearest():
    with pytest.raises(ValuesError, match="'order'") as caught:
        cost_to_serve(KAPLAN_LEDGER, KAPLAN_ACTIVITIES, kaplan_use(1, 1, 1).replace("orders", "order"))
    assert "did you mean 'orders'" in caught.value.remedy
    with pytest.raises(ValuesError, match="'xyz'") as caught:
        cost_to_serve(KAPLAN_LEDGER, KAPLAN_ACTIVITIES, kaplan_use(1, 1, 1).replace("orders", "xyz"))
    assert "add it" in caught.value.remedy


def test_a_team_that_the_ledger_does_not_know_is_named_only_if_used():
    stranger = pd.DataFrame(
        {"activity_id": ["x"], "team": ["Nobody"], "rung": ["service"], "base_minutes": [1.0]}
    )
    activities = pd.concat([KAPLAN_ACTIVITIES, stranger])
    assert len(cost_to_serve(KAPLAN_LEDGER, activities, kaplan_use(1, 1, 1))) == 3
    with pytest.raises(ValuesError, match="'Nobody'"):
        cost_to_serve(KAPLAN_LEDGER, activities, kaplan_use(1, 1, 1).replace("orders", "x"))


def test_rungs_of_team_and_activity_must_agree():
    with pytest.raises(ValuesError, match="'Service' works for rung 'selling', its cost is 'service'"):
        cost_to_serve(KAPLAN_LEDGER, KAPLAN_ACTIVITIES.assign(rung="selling"), kaplan_use(1, 1, 1))
    with pytest.raises(ValuesError, match="'sustaining'") as caught:
        cost_to_serve(KAPLAN_LEDGER, KAPLAN_ACTIVITIES.assign(rung="sustaining"), kaplan_use(1, 1, 1))
    assert "key_account" in caught.value.allowed


def test_extra_units_without_extra_minutes_are_refused():
    use = toy.activity_use().assign(extra_units=[1.0, 1.0, None, None])
    with pytest.raises(ValuesError, match="'delivery'"):
        cost_to_serve(toy.ledger(), toy.activities(), use)


def test_what_activity_use_does_not_carry_is_refused():
    with pytest.raises(ParameterError, match="'industry'"):
        cost_to_serve(toy.ledger(), toy.activities(), toy.activity_use(), by=("industry",))
    with pytest.raises(ColumnError, match="'month'"):
        cost_to_serve(toy.ledger(), toy.activities(), toy.activity_use().drop(columns="month"), by="month")
    with pytest.raises(ColumnError, match="'count'"):
        cost_to_serve(toy.ledger(), toy.activities(), toy.activity_use().drop(columns="count"))


def test_ledger_and_activities_that_can_not_be_right_are_refused():
    use = kaplan_use(1, 1, 1)
    with pytest.raises(ValuesError, match="no rung"):
        capacity_rates(KAPLAN_LEDGER.assign(rung="servise"))
    with pytest.raises(ValuesError, match="amount"):
        capacity_rates(KAPLAN_LEDGER.assign(amount=math.nan))
    with pytest.raises(ValuesError, match="text"):
        capacity_rates(KAPLAN_LEDGER.assign(amount="much"))
    with pytest.raises(ValuesError, match="rung is empty"):
        capacity_rates(KAPLAN_LEDGER.assign(rung=None))
    with pytest.raises(ValuesError, match="no date"):
        capacity_rates(KAPLAN_LEDGER.assign(month="soon"))
    with pytest.raises(ValuesError, match="month is empty"):
        capacity_rates(KAPLAN_LEDGER.assign(month=pd.NaT))
    with pytest.raises(EmptyError):
        capacity_rates(KAPLAN_LEDGER.head(0))
    with pytest.raises(ParameterError, match="no table"):
        capacity_rates([1, 2])
    with pytest.raises(ValuesError, match="not unique"):
        cost_to_serve(KAPLAN_LEDGER, pd.concat([KAPLAN_ACTIVITIES] * 2), use)
    with pytest.raises(ValuesError, match="base_minutes"):
        cost_to_serve(KAPLAN_LEDGER, KAPLAN_ACTIVITIES.assign(base_minutes=math.nan), use)


@pytest.mark.parametrize("engine", toy.ENGINES)
def test_counts_that_are_missing_are_refused_in_every_engine(engine):
    use = toy.activity_use().assign(count=[1.0, None, 2.0, 3.0])
    with pytest.raises(ValuesError, match="count is missing in 1 row"):
        cost_to_serve(toy.ledger(), toy.activities(), toy.ENGINES[engine](use))
    nobody = toy.activity_use().assign(account_id=["a", None, "b", "b"])
    with pytest.raises(ValuesError, match="account_id is empty in 1 row"):
        cost_to_serve(toy.ledger(), toy.activities(), toy.ENGINES[engine](nobody))


def test_minutes_below_zero_are_refused_though_their_sum_is_not():
    ledger = toy.ledger()
    ledger.loc[ledger["team"] == "Desk", "practical_minutes"] = [1300.0, -100.0]
    with pytest.raises(ValuesError, match="practical minutes of 'Desk'"):
        capacity_rates(ledger)
