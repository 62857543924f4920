"""The service menu by hand, exit at avoidable cost only, strategies by segment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkit.errors import ColumnError, EmptyError, NotDefinedError, ParameterError, UnitError, ValuesError
from kamkit.method.service import (
    largest_effects,
    menu_effect,
    menu_of,
    segment_strategies,
    service_costs,
    service_levels,
    service_menu,
)

share = st.floats(0, 1, allow_nan=False)
amount = st.floats(0, 1e6, allow_nan=False)


def pnl(pocket=1_000.0, cm1=300.0, cost=400.0, account="a") -> pd.DataFrame:
    """Pocket revenue 1 000, product cost 700, served for 400: a loss of 100."""
    rungs = {"marketing": 0.0, "selling": cost / 4, "service": cost * 3 / 4, "key_account": 0.0}
    row = {"pocket_revenue": pocket, "cm1": cm1, **rungs, "customer_profit": cm1 - cost}
    return pd.DataFrame(row, index=pd.Index([account], name="account_id"))


def menu(change=0.0, price=0.0, leave=0.0, avoidable=1.0, account="a") -> pd.DataFrame:
    row = {
        "cost_change": change,
        "price_change": price,
        "leave_probability": leave,
        "avoidable_share": avoidable,
    }
    return pd.DataFrame(row, index=pd.Index([account], name="account_id"))


def test_the_formula_by_hand():
    """0.8 · (0.5 · 400 + 0.03 · 1 000) − 0.2 · (300 − 400) = 0.8 · 230 + 20 = 204."""
    found = service_menu(pnl(), menu(-0.5, 0.03, 0.2)).loc["a"]
    assert found["profit_effect"] == pytest.approx(204.0)
    assert found["profit_then"] == pytest.approx(104.0)
    assert found[["saving", "price_effect", "lost_margin", "avoided_cost"]].tolist() == pytest.approx(
        [160, 24, -60, 80]
    )


def test_only_what_is_avoidable_is_saved_and_the_rest_stays_behind():
    """Of 0.8 · 200 saved and 0.2 · 400 that leaves, 60 % go away and 40 % of 240 stay."""
    found = service_menu(pnl(), menu(-0.5, 0.0, 0.2, 0.6)).loc["a"]
    assert found["saving"] == pytest.approx(96.0)
    assert found["avoided_cost"] == pytest.approx(48.0)
    assert found["stranded_cost"] == pytest.approx(96.0)


def test_more_service_costs_in_full():
    found = service_menu(pnl(), menu(0.1, avoidable=0.5)).loc["a"]
    assert found["profit_effect"] == pytest.approx(-40.0)
    assert found["stranded_cost"] == 0


def test_an_exit_by_hand():
    """Losing 300 of margin to avoid half of 400 makes a loss of 100 one of 200."""
    found = service_menu(pnl(), menu(leave=1.0, avoidable=0.5)).loc["a"]
    assert found["profit_effect"] == pytest.approx(-100.0)
    assert found["profit_then"] == pytest.approx(-200.0)
    assert found["stranded_cost"] == pytest.approx(200.0)


@given(amount, share, amount, share)
def test_an_exit_never_betters_the_profit_by_more_than_the_avoidable_cost(pocket, margin, cost, avoidable):
    found = service_menu(pnl(pocket, margin * pocket, cost), menu(leave=1.0, avoidable=avoidable)).loc["a"]
    assert found["profit_effect"] <= avoidable * cost + 1e-6
    assert found["avoided_cost"] + found["stranded_cost"] == pytest.approx(cost)


@given(amount, share, amount, st.floats(-1, 1), st.floats(-1, 1), share, share)
def test_the_effects_add_up(pocket, margin, cost, change, price, leave, avoidable):
    found = service_menu(pnl(pocket, margin * pocket, cost), menu(change, price, leave, avoidable))
    parts = found[["profit_now", "saving", "price_effect", "lost_margin", "avoided_cost"]].sum(axis=1)
    assert parts.loc["a"] == pytest.approx(found.loc["a", "profit_then"], abs=1e-6)
    steps = menu_effect(found).set_index("step")["amount"]
    assert steps.iloc[:-1].sum() == pytest.approx(steps["profit_then"], abs=1e-6)


def test_nothing_changed_changes_nothing():
    found = service_menu(pnl(), menu(avoidable=0.6)).loc["a"]
    assert found["profit_effect"] == 0
    assert found["stranded_cost"] == 0
    assert not np.signbit(found["saving"])


def test_the_menu_of_a_treatment():
    treatment = pd.DataFrame({"treatment": ["exit", "maintain", None]}, index=["a", "b", "c"])
    found = menu_of(treatment, service_levels())
    assert found["leave_probability"].to_dict() == {"a": 1.0, "b": 0.0}
    assert menu_of(treatment, service_levels(), pnl()).index.tolist() == ["a"]
    with pytest.raises(NotDefinedError):
        menu_of(treatment.tail(1), service_levels())
    with pytest.raises(ParameterError, match="ignore"):
        menu_of(pd.DataFrame({"treatment": ["ignore"]}, index=["a"]), service_levels())


def test_decided_levels_are_marked():
    levels = service_levels({"exit": {"avoidable_share": 0.3}})
    assert levels["decided"].to_dict() == {
        "invest": False,
        "maintain": False,
        "cost_efficient": False,
        "exit": True,
    }
    assert levels.loc["exit", "avoidable_share"] == 0.3


def test_exits_come_first_and_what_does_not_change_is_left_out():
    rows = pd.concat([pnl(account=a) for a in "abc"])
    settings = pd.concat([menu(-0.9, account="a"), menu(account="b"), menu(leave=1.0, account="c")])
    found = service_menu(rows, settings.assign(treatment=["cost_efficient", "maintain", "exit"]))
    assert largest_effects(found).index.tolist() == ["c", "a"]


def test_a_unit_costs_the_minutes_it_takes():
    """Kaplan & Anderson (2004): 0.80 a minute, 8 minutes an order, 49 000 orders."""
    team = {"team": ["Service"], "rung": "service"}
    ledger = pd.DataFrame(
        {"month": "2025-01-01", "code": "60", "amount": 560_000.0, "practical_minutes": 7e5} | team
    )
    activities = pd.DataFrame(
        {"activity_id": ["order", "enquiry"], "name": ["Orders", "Enquiries"], "unit": "one"}
    )
    activities = activities.assign(team="Service", rung="service", base_minutes=[8.0, 44.0])
    use = pd.DataFrame({"account_id": ["a", "b", "b"], "activity_id": ["order", "order", "enquiry"]})
    use = use.assign(count=[40_000, 9_000, 1_400])
    found = service_costs(ledger, activities, use).set_index("activity_id")
    assert found["unit_cost"].to_dict() == pytest.approx({"order": 6.40, "enquiry": 35.20})
    assert found["accounts"].to_dict() == {"order": 2, "enquiry": 1}


def test_every_known_account_stands_in_one_segment_and_treatment():
    rows = pd.concat([pnl(account=a) for a in ("a", "b", "c", "unassigned")])
    treatment = pd.DataFrame({"treatment": ["invest", "exit"]}, index=["a", "b"])
    segments = pd.DataFrame({"segment": ["uptime", "uptime"]}, index=["a", "c"])
    found = segment_strategies(treatment, rows, segments)
    keys = found[["segment", "treatment", "accounts"]].to_numpy().tolist()
    assert keys == [["uptime", "invest", 1], ["uptime", "not_placed", 1], ["no_segment", "exit", 1]]
    assert found["pocket_revenue"].sum() == 3_000
    assert found["cost_share"].tolist() == pytest.approx([0.4] * 3)


@pytest.mark.parametrize(
    ("setting", "value", "error"),
    [
        ("leave", 5, UnitError), ("change", -25, UnitError), ("price", 3, UnitError),
        ("avoidable", 60, UnitError), ("leave", -0.1, ValuesError), ("leave", float("nan"), ValuesError),
    ],
)  # fmt: skip
def test_a_menu_in_percent_or_missing_is_refused(setting, value, error):
    with pytest.raises(error):
        service_menu(pnl(), menu(**{setting: value}))


def test_faults_of_the_menu():
    with pytest.raises(EmptyError):
        service_menu(pnl(), menu().head(0))
    with pytest.raises(ColumnError, match="cm1"):
        service_menu(pnl().drop(columns="cm1"), menu())
    with pytest.raises(NotDefinedError, match="selling"):
        service_menu(pnl().assign(selling=np.nan), menu())
    with pytest.raises(ValuesError, match="not in the P&L"):
        service_menu(pnl(), menu(account="z"))
    with pytest.raises(ValuesError, match="not unique"):
        service_menu(pnl(), pd.concat([menu(), menu()]))
    with pytest.raises(ParameterError, match="did you mean"):
        service_levels({"exitt": {}})
    with pytest.raises(UnitError):
        service_levels({"exit": {"avoidable_share": 30}})
