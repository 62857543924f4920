"""Risk, units, satisfaction and changes on the sample: what was planted is found, and nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import kamkit
from kamkit.engagement import decision_table
from kamkit.engagement.step import RUN_VARIABLE
from kamkit.method import profitability, programme, risk

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def sample():
    return kamkit.open(SAMPLE)


@pytest.fixture(scope="module")
def money(sample):
    names = ("sales", "ledger", "activities", "activity_use")
    return {name: sample.within_period(name) for name in names}


@pytest.fixture(scope="module")
def pnl(money):
    return profitability.customer_pnl(**money)


@pytest.fixture(scope="module")
def results(money):
    return programme.group_results(**money)


def test_ebit_is_the_planted_one(money, truth):
    assert risk.operating_result(money["ledger"]) == pytest.approx(truth["ebit"], abs=0.01)


def test_the_five_falling_accounts_are_warned_of_and_no_others(sample, truth):
    found = risk.early_warnings(sample.sales, sample.period[1], sample.table("accounts"))
    assert set(found.loc[found["warned"], "account_id"]) == set(truth["falling_accounts"])


def test_a_year_before_they_fell_nobody_but_the_lost_is_warned_of(sample):
    """Half a year in which nothing was planted: alarms are accounts that have left since."""
    accounts = sample.table("accounts")
    found = risk.early_warnings(sample.sales, pd.Timestamp("2025-06-30"))
    lost = set(accounts.loc[accounts["status"] == "lost", "account_id"])
    assert len(set(found.loc[found["warned"], "account_id"]) - lost) <= 2


def test_twelve_accounts_were_lost_in_two_years(sample):
    history = risk.loss_history(sample.sales, sample.period[1])
    lost = (sample.table("accounts")["status"] == "lost").sum()
    assert (history.years, history.lost) == (2, lost)


def test_accounts_that_lose_money_on_service_would_still_cost_ebit(money, pnl, truth):
    losses = risk.account_losses(pnl, money["ledger"], money["activities"], money["activity_use"])
    stake = losses["ebit_change"] + pnl["customer_profit"].reindex(losses.index)
    pd.testing.assert_series_equal(stake, -losses["idle_cost"], check_names=False, atol=0.01)
    assert (losses["ebit_change"].reindex(list(truth["large_losing_accounts"])) > -1e5).any()


def test_every_conflict_that_was_planted_is_found_and_no_other(results, truth):
    found = programme.conflicts(results)
    units = found.groupby("account_id")["bu_id"].agg(sorted).to_dict()
    assert units == {a: sorted(u) for a, u in truth["good_for_group_bad_for_unit_all"].items()}
    planted = truth["good_for_group_bad_for_unit"]
    assert set(found["account_id"].head(len(planted))) == set(planted)
    worst = found.head(len(planted)).set_index("account_id")["unit_result"]
    assert worst.to_dict() == pytest.approx({a: p["result"] for a, p in planted.items()}, abs=0.01)


def test_the_group_is_what_the_customers_earn_at_any_transfer_price(results, truth):
    sweep = programme.transfer_sweep(results)
    assert sweep["group_result"].unique() == pytest.approx([truth["customer_profit_total"]], abs=0.05)
    sums = sweep.groupby("factor")["unit_result"].sum()
    assert sums.to_list() == pytest.approx([truth["customer_profit_total"]] * len(sums), abs=0.05)


def test_satisfaction_is_the_planted_one(sample, truth):
    table = programme.satisfaction(sample.table("responses"), sample.table("criteria"))
    by_person = table[(table["measure"] == "nps") & (table["basis"] == "respondents")].iloc[0]
    assert by_person["rating"] == pytest.approx(truth["nps"], abs=1e-6)
    assert by_person["n"] == truth["need_segment_respondents"]
    assert table["asked"].unique().tolist() == ["customers", "staff", "management", "owners"]


def test_the_programme_grew_as_planted(sample, truth):
    growth = programme.account_growth(sample.sales, *sample.period)
    parts = programme.scorecard_parts(truth["key_accounts"], growth=growth)
    card = programme.scorecard(parts, {"sales_growth": (1.0, 0.0, 0.5)}).set_index("element")
    assert card.loc["sales_growth", "achieved"] == pytest.approx(truth["key_account_growth"], abs=1e-6)


# -- twice, with a changed quarter between -----------------------------------------------------------


@pytest.fixture
def engagement(tmp_path) -> Path:
    shutil.copytree(
        SAMPLE, tmp_path / "nordvik", ignore=shutil.ignore_patterns("runs", ".kamkit", "generator")
    )
    return tmp_path / "nordvik"


def hand_on(folder: Path, run: str, monkeypatch) -> dict[str, pd.DataFrame]:
    """What step 9 needs of a run: the P&L as step 2 hands it on, the log of decisions, a record."""
    home = folder / "runs" / run
    home.mkdir(parents=True)
    monkeypatch.setenv(RUN_VARIABLE, str(home))
    opened = kamkit.open(folder)
    second = opened.step("02_customers")
    pnl = second.compute(profitability.customer_pnl)
    second.write("customer_pnl", pnl)
    step = opened.step("09_measure")
    log = decision_table(folder)
    before, earlier = step.previous("customer_pnl"), step.previous("decisions_log")
    step.write("decisions_log", log)
    (home / "run.json").write_text(json.dumps({"status": "succeeded"}), encoding="utf-8")
    return {"pnl": pnl, "before": before, "log": log, "earlier": earlier}


def change_the_last_quarter(folder: Path) -> dict[str, float]:
    """One account sells a tenth more, one nothing, one comes; the ledger's revenue follows."""
    file = folder / "data" / "sales.parquet"
    sales = pd.read_parquet(file)
    late = pd.to_datetime(sales["date"]) >= "2025-10-01"
    more, gone = late & (sales["account_id"] == "10098"), late & (sales["account_id"] == "10009")
    changes = {
        "10098": 0.1 * sales.loc[more, "net_amount"].sum(),
        "10009": -sales.loc[gone, "net_amount"].sum(),
    }
    sales.loc[more, "net_amount"] *= 1.1
    new = sales[more].head(1).assign(account_id="10002", net_amount=500.0, order_id="new")
    pd.concat([sales[~gone], new]).to_parquet(file)
    return {**changes, "10002": 500.0}


def test_since_last_time_is_right_line_by_line(engagement, monkeypatch):
    kamkit.open(engagement).decide("choice.uplift", 0.05, by="A. Tamm", why="last year", expected="5 % more")
    first = hand_on(engagement, "20260101T000000Z-aaaaaaaa", monkeypatch)
    assert not isinstance(first["before"], pd.DataFrame)
    expected = change_the_last_quarter(engagement)
    kamkit.open(engagement).decide("risk.kept", 0.95, by="A. Tamm", why="board", expected="no loss")
    second = hand_on(engagement, "20260401T000000Z-bbbbbbbb", monkeypatch)

    table = programme.account_changes(second["before"], second["pnl"])
    moved = table[table["revenue_change"].abs() > 0.005]
    assert moved["revenue_change"].to_dict() == pytest.approx(expected, abs=0.01)
    assert moved["direction"].to_dict() == {"10098": "up", "10009": "down", "10002": "new"}
    still = table.drop(index=list(expected))
    assert still["direction"].eq("same").all()
    news = programme.decision_changes(second["log"], second["earlier"])
    assert news[["news", "key", "settled", "expected"]].to_numpy().tolist() == [
        ["taken", "risk.kept", "0.95", "no loss"]
    ]
