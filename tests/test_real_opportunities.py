"""Deals of two public data sets, through gate and notebook; figures as computed independently of kamkit."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import kamkit
from kamkit.engagement.schemas import UNASSIGNED
from kamkit.method import concentration
from kamkit.method.opportunities import (
    completeness,
    deal_table,
    stage_probabilities,
    win_rates,
    won_in_last_year,
)
from kamkit.method.profitability import customer_pnl

from . import real_engagements as real
from .test_real_engagements import Done

pytestmark = pytest.mark.skipif(not real.DATA.is_dir(), reason="the public data sets are not on this machine")

END = pd.Timestamp("2017-12-31")


@pytest.fixture(scope="module")
def crm(tmp_path_factory):
    return Done(real.crm_sales(tmp_path_factory.mktemp("real") / "crm"), "8")


@pytest.fixture(scope="module")
def salvirt(tmp_path_factory):
    return Done(real.salvirt(tmp_path_factory.mktemp("real") / "salvirt"), "8")


@pytest.fixture(scope="module")
def deals(crm):
    return crm.engagement.table("opportunities")


def test_crm_outcomes_are_read_from_its_stages(crm, deals):
    truth = real.truths("crm_sales_opportunities")
    stages, outcome = truth["stages"], deal_table(deals)["outcome"].value_counts()
    assert not crm.result.failed
    assert len(deals) == truth["opportunities"]
    assert outcome.to_dict() == {
        "won": stages["Won"], "lost": stages["Lost"], "open": stages["Engaging"] + stages["Prospecting"],
    }  # fmt: skip


def test_crm_deals_without_account_are_kept_counted_and_told(crm, deals):
    truth = real.truths("crm_sales_opportunities")["nulls"]
    assert (deals["account_id"] == UNASSIGNED).sum() == truth["account"]
    table = completeness(deals)
    assert table.loc["account_id", ["untold", "open_untold"]].tolist() == [truth["account"]] * 2
    assert table.loc["created", "untold"] == truth["engage_date"]
    told = [p for p in crm.engagement.check() if (p.table, p.column) == ("opportunities", "account_id")]
    assert [(p.severity, p.count) for p in told] == [("warning", truth["account"])]
    assert crm.table("deal_completeness").loc["account_id", "untold"] == truth["account"]


def test_crm_a_key_that_does_not_match_is_named_with_what_was_meant(crm):
    truth = real.truths("crm_sales_opportunities")["products_in_pipeline_not_in_list"]
    told = [p for p in crm.engagement.check() if (p.table, p.column) == ("opportunities", "family")]
    assert [p.value for p in told] == truth
    assert told[0].count == 1480
    assert "'GTXPro' → 'GTX Pro'?" in told[0].remedy


def test_crm_win_rates_by_count_and_by_manager(deals):
    truth = real.truths("crm_sales_opportunities")
    teams = pd.read_csv(real.DATA / "crm_sales_opportunities" / "sales_teams.csv")
    managed = deals.assign(manager=deals["owner"].map(teams.set_index("sales_agent")["manager"]), all="all")
    assert win_rates(managed, "all")["win_rate"].iloc[0] == pytest.approx(
        truth["win_rate_won/(won+lost)"], abs=1e-6
    )
    by = win_rates(managed, "manager")
    assert by["win_rate"].to_dict() == pytest.approx(truth["win_rate_by_manager"], abs=1e-6)
    assert by["shrunk"].between(by["win_rate"].min(), by["win_rate"].max()).all()
    assert by["value_rate"].isna().all()  # lost deals carry 0 where their amount is not known


def test_crm_won_value_days_and_concentration(crm, deals):
    truth = real.truths("crm_sales_opportunities")
    won = deal_table(deals).query("outcome == 'won'")
    assert won["amount"].sum() == truth["won_value_USD"] == won_in_last_year(deals, END)
    quarter = won.groupby(won["closed"].dt.to_period("Q").astype(str))["amount"].sum()
    assert quarter.to_dict() == truth["won_value_by_quarter_close"]
    assert (won["closed"] - won["created"]).dt.days.mean() == pytest.approx(
        truth["mean_days_engage_to_close"]["Won"], abs=1e-3
    )
    by_account = won.groupby("account_id")["amount"].sum()
    expected = truth["won_value_concentration_by_account"]
    assert concentration.top_share(by_account) == pytest.approx(expected["top10pct_share"], abs=1e-6)
    assert concentration.gini(by_account) == pytest.approx(expected["gini"], abs=1e-6)


def test_crm_subsidiaries_stand_under_their_parents(crm):
    engagement = crm.engagement
    accounts = engagement.table("accounts")
    truth = real.truths("crm_sales_opportunities")
    parents = accounts["parent_id"].dropna().value_counts().to_dict()
    assert parents == truth["parents"]
    pnl = customer_pnl(
        engagement.sales, pd.DataFrame({
            "month": [END.replace(day=1)], "code": ["4000"], "rung": ["revenue"], "amount": [truth["won_value_USD"]],
        }), accounts=accounts, by=("parent_id",),
    )  # fmt: skip
    top = pnl["invoiced_revenue"].nlargest(3)
    assert top.to_dict() == pytest.approx(truth["won_value_rolled_up_to_parent_top3"])


def test_crm_open_deals_take_the_shine_off_the_win_rate(deals):
    truth = real.truths("crm_sales_opportunities")
    table = stage_probabilities(deals, END)
    assert table["basis"].to_dict() == {"Engaging": "all", "Prospecting": "none"}
    probability = table.loc["Engaging", "probability"]
    started = truth["opportunities"] - truth["nulls"]["engage_date"]
    assert truth["stages"]["Won"] / started < probability < truth["win_rate_won/(won+lost)"] - 0.05
    # Product limit by hand, day by day, as a second way to the same figure.
    dated = deal_table(deals).dropna(subset=["created"])
    days = (dated["closed"].fillna(END) - dated["created"]).dt.days
    left, won = 1.0, 0.0
    for day in np.sort(days[dated["outcome"] != "open"].unique()):
        at_risk, today = (days >= day).sum(), days == day
        won += left * (today & (dated["outcome"] == "won")).sum() / at_risk
        left *= 1 - (today & (dated["outcome"] != "open")).sum() / at_risk
    assert probability == pytest.approx(won, abs=1e-9)


def test_crm_says_that_the_value_of_open_deals_cannot_be_assessed(crm):
    assert any("the open deals have no amount" in gap["text"] for gap in crm.gaps())
    assert "the open deals have no amount" in crm.text
    assert not any(gap["text"].startswith("Money") for gap in crm.gaps())


def test_crm_days_first_are_read_as_the_same_days(crm, tmp_path):
    days_first = kamkit.open(real.crm_sales(tmp_path / "dmy", "dmy")).table("opportunities")
    for column in ("created", "closed"):
        pd.testing.assert_series_equal(days_first[column], crm.engagement.table("opportunities")[column])


def test_salvirt_win_rates_by_seller_and_by_what_sellers_judged(salvirt):
    truth = real.truths("salvirt_b2b")
    assert not salvirt.result.failed
    source = pd.read_csv(
        real.DATA / "salvirt_b2b" / "Salvirt_B2B_ML_dataset.csv", sep=";", keep_default_na=False
    )
    deals = source.assign(outcome=source["Status"].str.lower(), everything="all")
    whole = win_rates(deals, "everything").iloc[0]
    assert (whole["won"], whole["closed"]) == (truth["won"], truth["rows"])
    assert whole["win_rate"] == pytest.approx(truth["win_rate"], abs=1e-6)
    for name, expected in truth.items():
        if name.startswith("n_and_win_rate_by_"):
            table = win_rates(deals, name.removeprefix("n_and_win_rate_by_"))
            assert table["closed"].to_dict() == {value: n for value, (n, _rate) in expected.items()}
            rates = {value: rate for value, (_n, rate) in expected.items()}
            assert table["win_rate"].to_dict() == pytest.approx(rates, abs=5.1e-5)
    handed_on = salvirt.table("win_rates")
    assert handed_on.groupby("dimension")["closed"].sum().to_dict() == {"owner": 448, "family": 448}


def test_salvirt_two_deals_of_a_kind_are_drawn_to_the_mean(salvirt):
    source = pd.read_csv(
        real.DATA / "salvirt_b2b" / "Salvirt_B2B_ML_dataset.csv", sep=";", keep_default_na=False
    )
    table = win_rates(source.assign(outcome=source["Status"].str.lower()), "Source")
    event = table.loc["Event"]
    assert (event["closed"], event["win_rate"]) == (2, 1.0)
    assert event["shrunk"] < 0.75


def test_salvirt_says_what_cannot_be_assessed(salvirt):
    text = " ".join(gap["text"] for gap in salvirt.gaps())
    for reason in ("no deal has an amount", "no deal has a day of creation or closing", "no deal is open",
                   "no decided deal has a probability of the seller's own"):  # fmt: skip
        assert reason in text
    told = {
        p.column for p in salvirt.engagement.check() if p.table == "opportunities" and p.severity == "warning"
    }
    assert told == {"account_id", "created", "stage", "amount"}
    assert (salvirt.engagement.table("opportunities").columns != "amount").all()


@pytest.mark.parametrize("engagement", ["crm", "salvirt"])
def test_each_gap_is_told_once(engagement, request):
    gaps = [json.dumps([g["what"], g["reason"]]) for g in request.getfixturevalue(engagement).gaps()]
    assert len(gaps) == len(set(gaps))
