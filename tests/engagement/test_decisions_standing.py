"""Whether decisions stand on today's numbers: inputs, recommendation, figures; and what a step notes."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import kamkit
from kamkit.engagement import decisions
from kamkit.engagement.decisions.standing import inputs_of, standing
from kamkit.engagement.gaps import NotAssessed
from kamkit.engagement.step import RUN_VARIABLE, Step

from .test_open import ACCOUNTS, SALES, engagement

HOURS = "person_id,account_id,role,hours_year\nP1,00123,KAM,{}\nP1,1E5,KAM,40\n"
IDS = pd.Index(["00123", "1E5"], name="account_id")


@pytest.fixture
def acme(tmp_path):
    return engagement(tmp_path / "acme", accounts=ACCOUNTS, sales=SALES, assignments=HOURS.format(60))


def made_run(folder: Path, name: str = "20260101T000000Z-abc", **tables: pd.DataFrame) -> Path:
    """A run that succeeded on today's inputs, with the tables given."""
    run = folder / "runs" / name
    (run / "tables").mkdir(parents=True)
    inputs = kamkit.open(folder).fingerprint()
    (run / "run.json").write_text(
        json.dumps({"status": "succeeded", "inputs": {**inputs, "decisions.jsonl": "x"}})
    )
    for table, frame in tables.items():
        frame.to_parquet(run / "tables" / f"{table}.parquet")
    return run


def treated(first: float, second: float) -> dict[str, pd.DataFrame]:
    """Two candidates, of which the hours carry one: the one of higher value."""
    placed = pd.DataFrame({"treatment": "invest", "attractiveness": [first, second]}, index=IDS)
    return {"treatment": placed, "customer_pnl": pd.DataFrame({"cm1": [1000.0, 1000.0]}, index=IDS)}


def verdicts(folder: Path) -> dict[str, str]:
    return {s.decision.key: s.verdict for s in standing(kamkit.open(folder))}


def change(folder: Path, table: str, text: str) -> None:
    (folder / "data" / f"{table}.csv").write_text(text, encoding="utf-8")


def test_a_decision_stands_until_an_input_of_its_step_changes(acme):
    kamkit.open(acme).decide("choice.uplift", 0.2, by="Board", why="seen")
    assert verdicts(acme) == {"choice.uplift": "stands"}
    change(acme, "sales", SALES + "2025-03-17,00123,1\n")
    [found] = standing(kamkit.open(acme))
    assert found.verdict == "questioned"
    assert found.changed == ("sales",)
    assert "no run was made" in found.reason


def test_an_input_that_its_step_does_not_rest_on_questions_nothing(acme):
    kamkit.open(acme).decide("choice.uplift", 0.2, by="Board", why="seen")
    change(acme, "contacts", "contact_id,account_id\nC1,00123\n")
    assert verdicts(acme) == {"choice.uplift": "stands"}
    change(acme, "responses", "changed")
    assert standing(kamkit.open(acme))[0].changed == ("responses",)


def test_what_a_step_rests_on_is_followed_back_through_the_steps_before_it(acme):
    chosen = inputs_of(acme, "04_choose")
    assert {"responses", "criteria", "assignments", "accounts"} <= chosen, "read by the step itself"
    assert {"sales", "ledger", "activity_use"} <= chosen, "read by the step that made its customer_pnl"
    assert not {"contacts", "opportunities", "demand"} & chosen
    assert inputs_of(acme, "no_such_step") is None


def test_a_line_without_inputs_is_questioned(acme):
    decisions.record(acme, "choice.uplift", 0.2, by="Board", why="seen")
    assert verdicts(acme) == {"choice.uplift": "questioned"}


def test_hours_flip_when_the_booked_hours_change_and_not_when_other_inputs_do(acme):
    """60 + 40 hours are booked; then 80 + 40."""
    made_run(acme, **treated(0.9, 0.5))
    made = kamkit.open(acme).decide("choice.hours", 150, by="Board", why="one more person")
    assert made.recommended == {"value": 100.0, "run": "20260101T000000Z-abc"}
    assert verdicts(acme) == {"choice.hours": "stands"}
    change(acme, "sales", SALES + "2025-03-17,00123,1\n")
    made_run(acme, "20260102T000000Z-abc", **treated(0.9, 0.5))
    assert verdicts(acme) == {"choice.hours": "confirmed"}
    change(acme, "assignments", HOURS.format(80))
    assert verdicts(acme) == {"choice.hours": "questioned"}, "no run on today's inputs yet"
    made_run(acme, "20260103T000000Z-abc", **treated(0.9, 0.5))
    [found] = standing(kamkit.open(acme))
    assert (found.verdict, found.now) == ("flips", 120.0)
    assert "100" in found.reason
    assert "120" in found.reason


def test_where_no_recommendation_was_recorded_todays_is_told_and_no_flip_is_claimed(acme):
    kamkit.open(acme).decide("choice.hours", 150, by="Board", why="before any run")
    change(acme, "assignments", HOURS.format(80))
    made_run(acme, **treated(0.9, 0.5))
    [found] = standing(kamkit.open(acme))
    assert (found.verdict, found.now) == ("questioned", 120.0)
    assert "today the figures recommend 120" in found.reason


def test_a_mandatory_account_flips_when_the_figures_come_to_choose_it_themselves(acme):
    """The hours (60 of 60) carry one account only; which one, the scores decide."""
    decisions.record(acme, "choice.hours", 60, by="Board", why="budget")
    made_run(acme, **treated(0.5, 0.9))
    made = kamkit.open(acme).decide("choice.mandatory", ["00123"], by="Board", why="group contract")
    assert made.recommended["value"] == [], "the figures choose 1E5"
    change(acme, "accounts", ACCOUNTS + "7,Third\n")
    made_run(acme, "20260102T000000Z-abc", **treated(0.95, 0.1))
    [_, found] = standing(kamkit.open(acme))
    assert (found.verdict, found.now) == ("flips", ["00123"])


def test_a_rule_does_not_speak_on_tables_made_under_another_decision(acme):
    run = made_run(acme, **treated(0.5, 0.9))
    import pyarrow.parquet as pq

    file = run / "tables" / "treatment.parquet"
    table = pq.read_table(file)
    note = {b"kamkit": json.dumps({"decisions": {"choice.cuts": []}}).encode()}
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, **note}), file)
    opened = kamkit.open(acme)
    assert opened.decide("choice.mandatory", ["1E5"], by="B", why="y").recommended
    opened.decide("choice.cuts", [0.6, 0.0], by="B", why="y")
    assert not opened.decide("choice.mandatory", ["1E5"], by="B", why="y").recommended


def test_segments_flip_to_the_best_separated_stable_number(acme):
    tried = pd.DataFrame({"k": [2, 3, 4], "silhouette": [0.3, 0.5, 0.7], "stable": [True, True, False]})
    made_run(acme, segment_choice=tried)
    kamkit.open(acme).decide("segments.number", 4, by="Board", why="we sell in four ways")
    change(acme, "accounts", ACCOUNTS + "7,Third\n")
    made_run(acme, "20260102T000000Z-abc", segment_choice=tried.assign(silhouette=[0.6, 0.5, 0.7]))
    [found] = standing(kamkit.open(acme))
    assert (found.verdict, found.decision.recommended["value"], found.now) == ("flips", 3, 2)


def test_figures_of_the_screen_are_looked_up_again(acme):
    peak = pd.DataFrame({"peak_share": [2.0]})
    rows = pd.DataFrame({"score": [0.5, 0.7]}, index=IDS)
    made_run(acme, whale_summary=peak, attractiveness=rows)
    shown = {
        "whale_summary.peak_share": 1.8,
        "attractiveness.score[1E5]": 0.7,
        "attractiveness.score": 1,
        "in the room": 12,
    }
    kamkit.open(acme).decide("choice.uplift", 0.2, by="Board", why="y", figures=shown)
    now = {f.name: (f.now, f.moved) for f in standing(kamkit.open(acme))[0].figures}
    assert now == {
        "whale_summary.peak_share": (2.0, True), "attractiveness.score[1E5]": (0.7, False),
        "attractiveness.score": (None, False), "in the room": (None, False),
    }  # fmt: skip


def test_a_review_date_that_has_passed_is_overdue(acme):
    kamkit.open(acme).decide("choice.uplift", 0.2, by="Board", why="y", review="2026-06-30")
    opened = kamkit.open(acme)
    assert not standing(opened, today=dt.date(2026, 6, 30))[0].overdue
    assert standing(opened, today=dt.date(2026, 7, 1))[0].overdue


def test_runs_that_failed_or_cannot_be_read_are_passed_over(acme):
    run = made_run(acme, **treated(0.5, 0.9))
    later = shutil.copytree(run, run.parent / "20260201T000000Z-bad")
    (later / "run.json").write_text('{"status": "failed", "inputs": {}}')
    (shutil.copytree(run, run.parent / "20260301T000000Z-bad") / "run.json").write_text("{")
    made = kamkit.open(acme).decide("choice.hours", 150, by="B", why="y")
    assert made.recommended["run"] == run.name


# -- what a step notes ---------------------------------------------------------------------------


def records(folder: Path, step: str) -> list[dict]:
    return json.loads((folder / "runs" / "lab" / "findings" / f"{step}.json").read_text(encoding="utf-8"))


def test_a_step_notes_which_value_it_took_and_whether_it_was_decided(acme):
    opened = kamkit.open(acme)
    opened.decide("choice.uplift", 0.2, by="Board", why="y")
    Step(opened, "04_choose")
    assert opened.decision("choice.uplift", 0.1) == 0.2
    assert opened.decision("choice.uplift", 0.1) == 0.2
    assert opened.decision("choice.hours") is None
    taken = [(r["key"], r["value"], r["decided"]) for r in records(acme, "04_choose")]
    assert taken == [("choice.uplift", 0.2, True), ("choice.hours", None, False)]


def test_a_table_made_under_another_decision_is_a_gap_until_its_step_runs_again(acme, monkeypatch):
    monkeypatch.delenv(RUN_VARIABLE, raising=False)
    opened = kamkit.open(acme)
    first = Step(opened, "04_choose")
    opened.decision("choice.uplift", 0.1)
    first.write("chosen_accounts", pd.DataFrame({"x": [1]}, index=IDS[:1]))
    later = Step(kamkit.open(acme), "05_strategies")
    assert isinstance(later.read("chosen_accounts"), pd.DataFrame)
    opened.decide("choice.hours", 4, by="B", why="no step before asked for it")
    assert isinstance(Step(kamkit.open(acme), "05_strategies").read("chosen_accounts"), pd.DataFrame)
    made = opened.decide("choice.uplift", 0.3, by="B", why="y")
    stale = Step(kamkit.open(acme), "05_strategies").read("chosen_accounts")
    assert isinstance(stale, NotAssessed)
    assert "other decisions" in stale.reason
    opened.withdraw(made.id, by="B", why="y")
    assert isinstance(Step(kamkit.open(acme), "05_strategies").read("chosen_accounts"), pd.DataFrame)
