"""The what-if panels on cost to serve, choice, investment and transfer prices; and the screen as widgets."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kamkit
from kamkit.engagement.decisions import in_force
from kamkit.errors import KamkitError
from kamkit.locale.numbers import Numbers
from kamkit.method import portfolio
from kamkit.method.profitability import Terms, changed_terms, order_values, served_cost
from kamkit.workshop.panels.choice import Choice
from kamkit.workshop.panels.controls import make_control
from kamkit.workshop.panels.cost import Cost
from kamkit.workshop.panels.investment import Investment
from kamkit.workshop.panels.loss import Loss
from kamkit.workshop.panels.material import Material
from kamkit.workshop.panels.matrix import Matrix
from kamkit.workshop.panels.model import Control
from kamkit.workshop.panels.screen import PANELS, Screen, load
from kamkit.workshop.panels.stage import NOTE, Stage
from kamkit.workshop.panels.transfer import Transfer
from kamkit.workshop.panels.view import PICTURE, PanelView

from .panel_sample import copied, material_of, read_once


@pytest.fixture(scope="module")
def cost():
    return Cost(read_once())


@pytest.fixture(scope="module")
def choice():
    return Choice(read_once())


@pytest.fixture(scope="module")
def invest():
    return Investment(read_once())


@pytest.fixture(scope="module")
def transfer():
    return Transfer(read_once())


@pytest.fixture
def here(tmp_path):
    return material_of(copied(tmp_path / "acme"))


# -- cost to serve -------------------------------------------------------------------------------


def test_a_higher_price_adds_its_share_of_revenue_less_the_deductions_that_follow_it(cost):
    found = cost.figures({**cost.start(), "price": 0.01})
    customers = cost.material.customers
    pocket = customers["pocket_revenue"].sum()
    capital = customers["capital"].sum()
    assert found.cells["profit then"] - found.cells["profit of today"] == pytest.approx(
        0.01 * pocket - 0.01 * capital, rel=1e-6
    )


def test_a_discount_given_and_its_price_rise_are_not_the_same_but_both_are_in_money(cost):
    customers = cost.material.customers
    before, after = (cost.figures({**cost.start(), "discount": d}) for d in (0.0, 0.01))
    lost = after.cells["profit then"] - before.cells["profit then"]
    lists = customers["list_revenue"].fillna(customers["invoiced_revenue"]).sum()
    assert -lists * 0.0101 < lost < -lists * 0.009


def test_dearer_capacity_costs_exactly_what_the_teams_work_for_customers(cost):
    found = cost.figures({**cost.start(), "capacity_cost": 0.10})
    served = cost.served[cost.served["account_id"].isin(cost.material.customers.index)]
    more = 0.10 * (served["base_cost"] + served["extra_cost"]).sum()
    assert found.cells["profit of today"] - found.cells["profit then"] == pytest.approx(more)


def test_terms_for_one_account_leave_all_others_alone(cost):
    account = cost.controls[0].options[-1][1]
    now = cost.figures({**cost.start(), "scope": account, "price": 0.05}).results["pnl"]
    before = cost.material.customers
    moved = now.index[(now["customer_profit"] - before["customer_profit"]).abs() > 0.01]
    assert moved.tolist() == [account.removeprefix("account: ")]


def test_at_the_start_ladder_and_whale_are_those_of_the_report(cost):
    found = cost.figures(cost.start())
    assert found.results["ladder"]["amount"].to_numpy() == pytest.approx(
        found.results["before"]["amount"].to_numpy()
    )
    assert "today" in found.message


TOY = {
    "ledger": pd.DataFrame({
        "month": "2025-01-01", "code": "60", "rung": ["selling", "service"], "amount": [1000.0, 600.0],
        "team": ["Desk", "Field"], "practical_minutes": [1000.0, 600.0],
    }),
    "activities": pd.DataFrame({
        "activity_id": ["order", "visit"], "unit": ["order", "visit"], "team": ["Desk", "Field"],
        "rung": ["selling", "service"], "base_minutes": [10.0, 30.0], "extra_minutes": [2.0, np.nan],
    }),
    "activity_use": pd.DataFrame({
        "account_id": "a", "activity_id": ["order", "visit"], "count": [10, 4], "extra_units": [25, 0],
    }),
}  # fmt: skip


def toy_pnl(**changes):
    rows = {"list_revenue": 1200.0, "invoiced_revenue": 1000.0, "deductions": 50.0, "product_cost": 500.0}
    costs = {"marketing": 0.0, "selling": 150.0, "service": 120.0, "key_account": 0.0, "capital": 10.0}
    from kamkit.method.profitability.ladder import fill_ladder

    return fill_ladder(pd.DataFrame({**rows, **costs, **changes}, index=pd.Index(["a"], name="account_id")))


@pytest.mark.parametrize(
    ("terms", "selling", "service"),
    [
        ({"order_frequency": -0.5}, 100.0, 120.0),  # 10 orders · 10 min of 150 halve, 50 for lines stay
        ({"order_frequency": 0.2}, 170.0, 120.0),
        ({"service_level": 0.25}, 150.0, 150.0),
        ({"capacity_cost": 0.1}, 165.0, 132.0),
        ({"order_frequency": -0.5, "capacity_cost": 0.1}, 110.0, 132.0),
        ({"minimum_order": 100.0}, 50.0 + 100.0 * 0.6, 120.0),  # orders of 50, 50, 200, 20 … see below
    ],
)
def test_the_teams_time_follows_orders_service_and_capacity_by_hand(terms, selling, service):
    served = served_cost(**TOY)
    orders = pd.DataFrame({"account_id": "a", "value": [50.0, 50.0, 200.0, 40.0, 60.0]})
    # min(v / 100, 1): 0.5 + 0.5 + 1 + 0.4 + 0.6 = 3 of 5 orders
    found = changed_terms(toy_pnl(), Terms(**terms), served, orders)
    assert found.loc["a", ["selling", "service"]].tolist() == pytest.approx([selling, service])


def test_price_and_discount_by_hand():
    found = changed_terms(toy_pnl(), Terms(price=0.10, discount=0.05)).loc["a"]
    invoiced = (1000 - 0.05 * 1200) * 1.10
    ratio = invoiced / 1000
    assert found["invoiced_revenue"] == pytest.approx(invoiced)
    assert found["pocket_revenue"] == pytest.approx(invoiced - 50 * ratio)
    assert found["customer_profit"] == pytest.approx(invoiced - 50 * ratio - 500 - 150 - 120 - 10 * ratio)
    assert found["invoice_discount"] == pytest.approx(1320 - invoiced)


@given(st.floats(-0.5, 0.5), st.floats(-0.2, 0.2), st.floats(-0.9, 2), st.floats(-0.9, 2), st.floats(-0.9, 2))
@settings(deadline=None, max_examples=40)
def test_ladders_always_add_up_and_nothing_changed_changes_nothing(price, discount, often, level, dear):
    served, pnl = served_cost(**TOY), toy_pnl()
    terms = Terms(price, discount, 0.0, often, level, dear)
    now = changed_terms(pnl, terms, served).loc["a"]
    below = now[["product_cost", "marketing", "selling", "service", "key_account", "capital"]].sum()
    assert now["customer_profit"] == pytest.approx(now["pocket_revenue"] - below, abs=1e-6)
    pd.testing.assert_frame_equal(changed_terms(pnl, Terms(), served), pnl)


def test_what_terms_can_not_be():
    with pytest.raises(KamkitError, match="more than the whole price"):
        changed_terms(toy_pnl(), Terms(discount=0.9))
    with pytest.raises(KamkitError, match="not traced"):
        changed_terms(toy_pnl(), Terms(service_level=0.1))
    with pytest.raises(KamkitError, match="minimum order"):
        changed_terms(toy_pnl(), Terms(minimum_order=10.0), served_cost(**TOY))
    for wrong in ({"price": 5.0}, {"order_frequency": -1.0}, {"minimum_order": -1.0}, {"discount": 7.0}):
        if wrong != {"price": 5.0}:
            with pytest.raises(KamkitError):
                Terms(**wrong)


def test_orders_are_added_up_and_credit_notes_are_none():
    sales = pd.DataFrame({
        "account_id": ["a", "a", "a", "b"], "order_id": ["1", "1", "2", "3"], "net_amount": [5.0, 4.0, 2.0, -9.0]
    })  # fmt: skip
    assert order_values(sales)["value"].tolist() == [9.0, 2.0]
    with pytest.raises(KamkitError, match="no orders"):
        order_values(sales.drop(columns="order_id"))


# -- how many key accounts -----------------------------------------------------------------------


def test_the_quick_choice_and_branch_and_cut_agree():
    random = np.random.default_rng(3)
    value, hours = (pd.Series(random.uniform(1, 100, 40).round(1)) for _ in range(2))
    quick = portfolio.choose_accounts(value, hours, 600.0, sponsors=12)
    uneven = hours.where(hours.index != 0, hours + 1e-9)
    slow = portfolio.choose_accounts(value, hours, 600.0, sponsors=12, budget=600.0, cost=uneven)
    assert quick.objective == pytest.approx(slow.objective)
    assert quick.curve["value"].to_numpy() == pytest.approx(slow.curve["value"].to_numpy())


def test_fewer_sponsors_or_less_money_carry_fewer_accounts(choice):
    start = choice.start()
    base = choice.figures(start)
    five = choice.figures({**start, "sponsors": 5.0})
    poor = choice.figures({**start, "budget": 3 * 50_000.0})
    assert five.cells["key accounts"] == 5
    assert poor.cells["key accounts"] == 3
    assert base.cells["value"] > five.cells["value"] > poor.cells["value"]
    assert five.picture.chosen == 5
    assert "drop out" in five.message


def test_the_start_is_the_choice_of_the_report(choice):
    treated, among = choice.treated, portfolio.candidates(choice.treated)
    value = portfolio.scored_worth(choice.worth, treated, among)
    report = portfolio.choose_accounts(value, choice.plan.hours, choice.plan.capacity)
    assert choice.figures(choice.start()).results["choice"].chosen == report.chosen


def test_an_account_that_must_and_must_not_be_in_is_impossible(choice):
    account = choice.controls[3].options[0][1]
    with pytest.raises(KamkitError, match="both in and out"):
        choice.figures({**choice.start(), "mandatory": (account,), "excluded": (account,)})
    with pytest.raises(KamkitError, match="no choice is possible"):
        choice.figures({**choice.start(), "mandatory": (account,), "hours": 0.0})


def test_limits_that_bind_nobody_are_no_decision(here):
    panel = Choice(here)
    assert set(panel.decided(panel.start())) == {"choice.hours", "choice.mandatory", "choice.excluded"}
    assert panel.changed({**panel.start(), "sponsors": 4.0}) == {"choice.sponsors": 4}


# -- investment ----------------------------------------------------------------------------------


def test_the_required_return_is_the_rate_that_the_value_is_discounted_by(invest):
    state = {**invest.start(), "required_return": 0.25}
    case = invest.case(state)
    flows = (case.table["incremental_contribution"] - case.table["programme_cost"]).to_numpy()
    assert case.npv == pytest.approx(sum(f / 1.25**t for t, f in enumerate(flows)))


def test_a_shorter_horizon_drops_the_last_years(invest):
    longest = invest.start()["years"]
    case = invest.case({**invest.start(), "years": 1.0})
    assert longest > 1
    assert len(case.table) == 2


def test_what_is_recorded_gives_the_report_the_same_value(invest):
    from kamkit.method import investment

    state = {
        **invest.start(),
        "uplift": 0.8,
        "ramp": 0.25,
        "cost": 1.1,
        "years": 1.0,
        "required_return": 0.12,
    }
    keys = invest.decided(state)
    report = investment.planned_cases(
        invest.material.table("plan_items"),
        keys["required_return"],
        required_return=keys["required_return"],
        years=keys["case_years"],
    ).programme
    ranges = {name: tuple(r) for name, r in keys["case_ranges"].items()}
    simulated = investment.simulate_case(report, **ranges, seed=2025)
    assert invest.figures(state).results["simulation"].mean == pytest.approx(simulated.mean)


def test_dearer_and_later_is_worth_less(invest):
    start = invest.start()
    base = invest.figures(start).cells["mean"]
    for worse in ({"cost": 1.5}, {"ramp": 1.0}, {"uplift": 0.7}, {"required_return": 0.3}):
        assert invest.figures({**start, **worse}).cells["mean"] < base


# -- transfer prices -----------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [0.0, 0.6, 1.0, 1.85])
def test_what_one_unit_gains_another_loses_and_the_group_stays(transfer, factor):
    found = transfer.figures({"factor": factor})
    change = found.results["now"] - found.results["today"]
    assert change.sum() == pytest.approx(0.0, abs=0.05)
    assert found.results["now"].sum() == pytest.approx(found.cells["group"], abs=0.05)
    assert found.table.rows[-1][1] == found.table.rows[-1][2]


# -- the screen ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(PANELS))
def test_pictures_are_sound_and_their_type_can_be_read_from_afar(name):
    panel, draw = load(PANELS[name].model)(read_once()), load(PANELS[name].draw)
    found = panel.figures(panel.start())
    drawn = []
    for _turn in range(2):
        stage = Stage(name, *PICTURE)
        draw(stage, found.picture, Numbers("EUR"))
        drawn.append(stage.svg())
    assert drawn[0] == drawn[1]
    parts = list(ElementTree.fromstring(drawn[0]).iter())
    texts = [part for part in parts if part.tag.endswith("text")]
    assert texts
    assert min(float(text.get("font-size")) for text in texts) >= NOTE
    for x, y in ((text.get("x"), text.get("y")) for text in texts):
        assert 0 <= float(x) <= PICTURE[0]
        assert 0 <= float(y) <= PICTURE[1]


def test_a_stage_writes_what_names_hold_and_the_back_comes_first():
    stage = Stage("toy", 100, 100)
    stage.text(10, 10, 'A < B & "C" \x00</text><script>')
    stage.bar(5, 6, 70, 8, facecolor="#123456")
    stage.line([0, 50], [10, 20], color="#000000", linewidth=4, linestyle=(0, (3, 2)))
    stage.dots([1, 2], [3, 4], [5, 6], facecolors=["red", "blue"], alpha=0.5)
    parts = list(ElementTree.fromstring(stage.svg()).iter())
    names = [part.tag.rpartition("}")[2] for part in parts]
    assert names == ["svg", "rect", "g", "circle", "circle", "polyline", "text"]
    assert parts[-1].text == 'A < B & "C" </text><script>'
    assert parts[5].get("stroke-dasharray") == "12 8", "dashes are counted in widths of the line"
    assert [circle.get("r") for circle in parts[3:5]] == ["5.0", "6.0"]


def test_a_slider_moves_message_picture_and_table_and_the_others_follow(here):
    from kamkit.workshop.panels.bubbles import draw_placement
    from kamkit.workshop.panels.weights import Weights

    view = PanelView(Weights(here), draw_placement)
    before = view.picture.value, view.table.value, view.message.value
    view.controls["growth_potential"].slider.value = 0.9
    assert all(
        new != old
        for new, old in zip((view.picture.value, view.table.value, view.message.value), before, strict=False)
    )
    assert sum(view.session.state.values()) == pytest.approx(1.0)
    view.buttons["undo"].click()
    assert view.controls["growth_potential"].slider.value == pytest.approx(0.22)
    view.controls["growth_potential"].slider.value = 0.5
    view.buttons["reset"].click()
    assert view.controls["growth_potential"].slider.value == pytest.approx(0.22)


def test_an_impossible_move_is_told_and_the_picture_stays(here):
    from kamkit.workshop.panels.bars import draw_marginal

    view = PanelView(Choice(here), draw_marginal)
    account = view.session.panel.controls[3].options[0][1]
    view.session.move("mandatory", (account,))
    view.show()
    kept = view.picture.value
    view.controls["hours"].slider.value = 0.0
    assert "role='alert'" in view.problem.value
    assert "No choice is possible" in view.problem.value
    assert view.picture.value == kept
    view.buttons["reset"].click()
    assert view.problem.value == ""


def test_the_form_asks_who_role_and_why_and_records_then(here):
    from kamkit.workshop.panels.bubbles import draw_placement

    view = PanelView(Matrix(here), draw_placement)
    view.controls["attractiveness"].slider.value = 0.6
    view.buttons["record"].click()
    assert view.form.widget.layout.display == ""
    assert "0.6" in view.form.what.value
    view.form.save.click()
    assert "say who decides" in view.form.problem.value
    assert not in_force(here.engagement.path)
    view.form.by.value, view.form.role.value, view.form.why.value = "A. Tamm", "CFO", "<b>surer</b>"
    view.form.save.click()
    assert in_force(here.engagement.path) == {"choice.cuts": [0.6, 0.0]}
    assert view.form.widget.layout.display == "none"
    assert "A. Tamm" in view.status.value
    view.buttons["record"].click()
    assert view.form.by.value == "A. Tamm"
    assert view.form.why.value == ""
    view.form.close()
    view.buttons["undo"].click()
    assert in_force(here.engagement.path) == {}
    assert "Taken back" in view.status.value


def test_accounts_are_ticked_and_others_are_added_by_name(here):
    from kamkit.workshop.panels.bars import draw_steps

    view = PanelView(Loss(here), draw_steps)
    picker = view.controls["lost"]
    text, account = view.session.panel.controls[0].options[50]
    picker._more.value = text
    assert view.session.state["lost"] == (account,)
    next(iter(picker._boxes.values())).value = True
    assert len(view.session.state["lost"]) == 2
    assert "2 accounts" in view.message.value


def test_tabs_are_built_when_they_are_opened_and_restored_from_the_log(here):
    screen = Screen(here)
    assert set(screen.views) == {0}
    assert len(screen.tabs.children) == 7
    screen.tabs.selected_index = 1
    assert set(screen.views) == {0, 1}
    here.engagement.decide("choice.cuts", [0.7, 0.1], by="B. Saar", why="on another page")
    screen.restore()
    assert screen.views[1].controls["attractiveness"].slider.value == pytest.approx(0.7)


def test_a_panel_without_its_tables_says_what_is_missing(tmp_path):
    folder = copied(tmp_path / "bare")
    for name in ("responses", "ledger", "plan_items", "assignments", "activity_use"):
        for file in (folder / "data").glob(f"{name}.*"):
            file.unlink()
    screen = Screen(Material(kamkit.open(folder)))
    for i in range(7):
        screen.tabs.selected_index = i
    texts = [
        json.dumps([w.value for w in tab.children[0].children if hasattr(w, "value")])
        for tab in screen.tabs.children
    ]
    assert not screen.views
    assert all("⚠" in json.loads(t)[0] for t in texts)


def test_panels_start_light():
    import subprocess
    import sys

    code = "import kamkit.workshop, sys; print('matplotlib' in sys.modules, 'ipywidgets' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["False", "False"]


def test_there_is_no_other_panel():
    with pytest.raises(KamkitError, match="no panel"):
        kamkit.workshop.panel(read_once().engagement.path, "prices")


def test_what_a_browser_sends_back_rounded_is_no_move(here):
    from kamkit.workshop.panels.bubbles import draw_placement
    from kamkit.workshop.panels.weights import Weights

    view = PanelView(Weights(here), draw_placement)
    view.controls["growth_potential"].slider.value = 0.35
    state = dict(view.session.state)
    for name, control in view.controls.items():
        told = control.slider.value
        assert told == pytest.approx(round(state[name], 2), abs=1e-9)
        control.slider.value = told + 1e-12
        control.slider.value = told - 0.004
        control.slider.value = told
    assert view.session.state == state


def test_a_browsers_last_digits_do_not_reach_a_decision(here):
    from kamkit.workshop.panels.bars import draw_marginal

    view = PanelView(Choice(here), draw_marginal)
    view.controls["sponsors"].slider.value = 7.999999999999998
    assert view.session.state["sponsors"] == 8.0
    assert view.session.to_record() == {"choice.sponsors": 8}


@pytest.mark.parametrize(
    ("kind", "step", "value", "said"),
    [
        ("share", 0.01, 0.3, "30\u00a0%"),
        ("share", 0.005, 0.125, "12,5\u00a0%"),
        ("change", 0.05, -0.2, "−20\u00a0%"),
        ("number", 100.0, 7300.0, "7\u00a0300"),
        ("number", 0.05, 0.25, "0,25"),
    ],
)
def test_a_slider_says_where_it_stands_in_the_clients_language(kind, step, value, said):
    moved = []
    control = Control("c", "C", kind, -1.0, 10_000.0, step)
    slider = make_control(control, lambda *move: moved.append(move), Numbers("SEK", "sv"))
    slider.set(value)
    assert slider.value.value == said
    assert not moved
