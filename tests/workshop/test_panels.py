"""The what-if panels without a browser: what follows from a move, the way back, recorded decisions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkit.engagement.decisions import history, in_force
from kamkit.errors import KamkitError
from kamkit.method import portfolio, risk, scoring
from kamkit.workshop.panels.loss import Loss
from kamkit.workshop.panels.matrix import Matrix, by_treatment
from kamkit.workshop.panels.portfolio import weights_after
from kamkit.workshop.panels.session import Session
from kamkit.workshop.panels.weights import Weights

from .panel_sample import copied, material_of, read_once


@pytest.fixture(scope="module")
def weights():
    return Weights(read_once())


@pytest.fixture(scope="module")
def matrix():
    return Matrix(read_once())


@pytest.fixture(scope="module")
def loss():
    return Loss(read_once())


@pytest.fixture
def here(tmp_path):
    return material_of(copied(tmp_path / "acme"))


# -- weights -------------------------------------------------------------------------------------


@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=9).filter(lambda w: sum(w) > 0.01),
    st.integers(0, 8),
    st.floats(0, 1),
)
def test_weights_always_sum_to_one_and_the_others_keep_their_proportions(raw, which, value):
    weights = {f"c{i}": w / sum(raw) for i, w in enumerate(raw)}
    moved = f"c{which % len(raw)}"
    after = weights_after(weights, moved, value)
    assert sum(after.values()) == pytest.approx(1.0, abs=1e-9)
    assert after[moved] == value
    others = [c for c in weights if c != moved]
    left = sum(weights[c] for c in others)
    if left > 1e-6:
        for c in others:
            assert after[c] == pytest.approx((1 - value) * weights[c] / left, abs=1e-9)
    else:
        assert len({round(after[c], 9) for c in others}) == 1


def test_at_the_start_nothing_flips_and_the_scores_are_those_of_the_criteria(weights):
    found = weights.figures(weights.start())
    criteria = weights.placing.criteria
    values, by_hand = weights.material.values, 0.0
    for item, c in criteria.iterrows():
        share = (values[item] - c.scale_min) / (c.scale_max - c.scale_min)
        by_hand = by_hand + c.weight * (share if c.direction == "max" else 1 - share)
    ranking = found.results["ranking"]
    assert np.allclose(ranking["score"], by_hand[ranking.index])
    assert not ranking["flips"].any()
    assert (ranking["rank"] == ranking["rank_before"]).all()
    assert "in force" in found.message


def test_one_criterion_alone_ranks_by_that_criterion(weights):
    state = weights.moved(weights.start(), "growth_potential", 1.0)
    assert state["growth_potential"] == 1.0
    assert sum(state.values()) == pytest.approx(1.0)
    ranking = weights.figures(state).results["ranking"]
    judged = weights.material.values["growth_potential"]
    best = ranking["score"] == ranking["score"].max()
    assert set(ranking.index[best]) == set(judged.index[judged == judged.max()])
    assert ((ranking["rank"] != ranking["rank_before"]).sum()) > 10


def test_what_flips_is_marked_in_table_and_picture(weights):
    state = weights.moved(weights.start(), "growth_potential", 0.9)
    found = weights.figures(state)
    ranking = found.results["ranking"]
    assert ranking["flips"].sum() == found.picture.flips.sum() > 0
    assert len(found.table.marked) > 0
    assert all("was:" in found.table.rows[i][-1] for i in found.table.marked)
    assert found.cells["treatment changes"] == ranking["flips"].sum()


def test_weights_of_other_criteria_are_refused():
    criteria = pd.DataFrame({"item_id": ["a", "b"], "weight": [0.5, 0.5]})
    for wrong in ({"a": 1.0}, {"a": 0.5, "b": 0.4, "c": 0.1}, {"a": 0.5, "b": 0.6}):
        with pytest.raises(KamkitError):
            scoring.with_weights(criteria, wrong)
    assert scoring.with_weights(criteria)["weight"].tolist() == [0.5, 0.5]


# -- matrix --------------------------------------------------------------------------------------


@pytest.mark.parametrize("height", [0.0, 0.35, 0.5, 0.62, 1.0])
@pytest.mark.parametrize("lead", [-1.0, 0.0, 0.8])
def test_cuts_move_accounts_between_treatments_and_lose_none(matrix, height, lead):
    sums = matrix.figures({"attractiveness": height, "strength": lead}).results["by_treatment"]
    start = matrix.figures(matrix.start()).results["by_treatment"]
    parts = sums.drop(index="all")
    assert parts["accounts"].sum() == sums.loc["all", "accounts"] == start.loc["all", "accounts"]
    assert parts["revenue"].sum() == pytest.approx(start.loc["all", "revenue"])
    assert parts["profit"].sum() == pytest.approx(start.loc["all", "profit"])


def test_a_cut_that_nobody_reaches_leaves_nothing_to_invest_in(matrix):
    found = matrix.figures({"attractiveness": 1.0, "strength": 0.0})
    assert found.results["by_treatment"].loc["invest", "accounts"] == 0
    assert found.results["flips"]["flips"].sum() == pytest.approx(
        (found.results["flips"]["treatment"] != found.results["flips"]["treatment_before"]).sum()
    )


def test_an_unknown_amount_makes_its_treatment_unknown_and_never_zero():
    treated = pd.DataFrame(
        {"treatment": ["invest", "invest", "exit", None], "profit": [5.0, np.nan, -2.0, 9.0]},
        index=list("abcd"),
    )
    sums = by_treatment(treated, pd.Series({"a": 50.0, "b": 20.0, "c": 7.0, "d": 1.0}))
    assert np.isnan(sums.loc["invest", "profit"])
    assert np.isnan(sums.loc["all", "profit"])
    assert sums.loc["exit"].tolist() == [1.0, 7.0, -2.0]
    assert sums.loc["invest", "revenue"] == 70.0
    assert sums.loc["maintain"].tolist() == [0.0, 0.0, 0.0]


def test_cuts_moved_after_weights_place_as_the_report_does(matrix):
    weights = {item: 1 / 7 for item in matrix.placing.weights}
    for cuts in ((0.5, 0.0), (0.62, -0.4), (0.3, 0.8)):
        found = matrix.placing.stand(weights=weights, cuts=cuts)
        material, criteria = matrix.material, scoring.with_weights(matrix.placing.criteria, weights)
        scores = scoring.weighted_score(material.values, criteria)
        later = scoring.weighted_score(material.later, scoring.with_weights(matrix.placing.weighed, weights))
        placed = portfolio.place(scores["score"], material.strength, cuts, later["score"])
        report = portfolio.treatment(placed, material.pnl, scores["gate_failed"])
        pd.testing.assert_frame_equal(found.treated, report)
        pd.testing.assert_frame_equal(found.scores, scores)


# -- loss ----------------------------------------------------------------------------------------


def test_losing_accounts_takes_their_contribution_less_what_is_booked_on_them(loss):
    pnl, ledger = loss.material.pnl, loss.material.table("ledger")
    lost = ("10192", "10029")
    found = loss.figures({"lost": lost, "team_share": 0.0}).results["stress"]
    below = ledger[
        ledger["account_id"].isin(lost)
        & ledger["team"].isna()
        & ledger["rung"].isin(["marketing", "selling", "service", "key_account", "capital"])
    ]
    by_hand = pnl.loc[list(lost), "cm1"].sum() - below["amount"].sum()
    assert found.ebit_change == pytest.approx(-by_hand)
    assert found.ebit_after == pytest.approx(loss.ebit - by_hand)


def test_time_that_can_be_cut_goes_with_the_account_and_the_rest_is_idle(loss):
    lost = ("10192",)
    stays, half, goes = (loss.figures({"lost": lost, "team_share": s}) for s in (0.0, 0.5, 1.0))
    assert goes.cells["idle_cost"] == pytest.approx(0.0)
    assert half.cells["idle_cost"] == pytest.approx(stays.cells["idle_cost"] / 2)
    gained = goes.cells["ebit_change"] - stays.cells["ebit_change"]
    assert gained == pytest.approx(stays.cells["idle_cost"])


def test_each_loss_alone_is_that_of_the_report(loss):
    tables = [loss.material.table(name) for name in ("ledger", "activities", "activity_use")]
    report = risk.account_losses(loss.material.pnl, *tables, team_share=0.3)
    pd.testing.assert_frame_equal(loss.losses(0.3), report)


def test_nobody_lost_shows_what_each_would_take_alone(loss):
    found = loss.figures({"lost": (), "team_share": 0.0})
    assert found.cells == {"ebit": loss.ebit}
    assert len(found.table.rows) == 12


def test_an_account_of_no_business_can_not_be_lost(loss):
    with pytest.raises(KamkitError, match="no customer"):
        loss.figures({"lost": ("nobody",), "team_share": 0.0})


# -- a session -----------------------------------------------------------------------------------


def test_an_impossible_combination_says_why_and_keeps_the_last_valid_picture(loss):
    session = Session(loss)
    session.move("lost", ("10192",))
    shown = session.figures
    session.move("lost", ("10192", "nobody"))
    assert "no customer" in session.problem
    assert session.figures is shown
    with pytest.raises(KamkitError, match="impossible"):
        session.record("A. Tamm", "CFO", "to see")
    session.undo()
    assert not session.problem
    assert session.state["lost"] == ("10192",)


def test_undo_takes_a_whole_slide_back_and_reset_goes_to_the_start(matrix):
    session = Session(matrix)
    for height in (0.51, 0.52, 0.53):
        session.move("attractiveness", height)
    session.move("strength", 0.4)
    session.undo()
    assert session.state == {"attractiveness": 0.53, "strength": 0.0}
    session.undo()
    assert session.state == matrix.start()
    assert not session.can_undo
    session.move("strength", 0.4)
    session.reset()
    assert session.state == matrix.start()
    session.undo()
    assert session.state["strength"] == 0.4


def test_a_decision_keeps_who_why_the_figures_and_what_else_was_considered(here):
    session = Session(Matrix(here))
    session.move("attractiveness", 0.6)
    session.move("strength", 0.25)
    made = session.record("A. Tamm", "CFO", "fewer, surer", "six accounts less", "2026-06-30")
    folder = here.engagement.path
    assert in_force(folder) == {"choice.cuts": [0.6, 0.25]}
    (entry,) = history(folder)
    kept = entry.decision
    assert (kept.by, kept.role, kept.why, kept.expected, kept.review, kept.step) == (
        "A. Tamm", "CFO", "fewer, surer", "six accounts less", "2026-06-30", "04_choose"
    )  # fmt: skip
    assert [0.5, 0.0] in kept.options
    assert [0.6, 0.25] not in kept.options
    assert kept.figures["matrix: invest accounts"] == session.figures.cells["invest accounts"]
    assert kept.inputs == here.engagement.fingerprint()
    assert made[0].id == kept.id
    assert session.panel.changed(session.state) == {}


def test_a_panel_opened_again_starts_at_what_was_decided(here):
    session = Session(Weights(here))
    session.move("growth_potential", 0.4)
    session.record("A. Tamm", "CFO", "growth is what we are after")
    again = Session(Weights(here))
    assert again.state == pytest.approx(session.state)
    assert "in force" in again.figures.message


def test_undo_withdraws_a_decision_that_was_just_recorded(here):
    session = Session(Loss(here))
    session.move("lost", ("10192",))
    session.record("A. Tamm", "CFO", "to prepare")
    assert in_force(here.engagement.path) == {"risk.prepare": ["10192"]}
    assert session.undo() == "risk.prepare"
    assert in_force(here.engagement.path) == {}
    assert history(here.engagement.path)[0].state == "withdrawn"


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_who_role_and_why_are_asked_for(here, missing):
    session = Session(Matrix(here))
    said = ["A. Tamm", "CFO", "because"]
    said[missing] = "  "
    with pytest.raises(KamkitError, match="say "):
        session.record(*said)
    assert not in_force(here.engagement.path)


def test_a_decision_may_confirm_what_holds_already(here):
    session = Session(Matrix(here))
    session.record("A. Tamm", "CFO", "they are right")
    assert in_force(here.engagement.path) == {"choice.cuts": [0.5, 0.0]}
