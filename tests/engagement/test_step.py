"""A step: declared tables only, gaps as values, tables handed on with what they were made from."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

import pandas as pd
import pytest

import kamkit
from kamkit.engagement import NotAssessed
from kamkit.engagement.step import RUN_VARIABLE
from kamkit.errors import NotDefinedError, TableError, UndeclaredError

from .test_open import ACCOUNTS, SALES, engagement


def notebook(folder, name, reads=(), writes=()):
    (folder / "notebooks").mkdir(exist_ok=True)
    book = {
        "cells": [],
        "metadata": {"kamkit": {"reads": list(reads), "writes": list(writes)}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (folder / "notebooks" / f"{name}.ipynb").write_text(json.dumps(book))


@pytest.fixture
def folder(tmp_path):
    made = engagement(tmp_path / "e", accounts=ACCOUNTS, sales=SALES)
    notebook(made, "01_first", ["accounts", "sales", "ledger", "demand"], ["sizes", "summary", "gap"])
    notebook(made, "02_second", ["sizes", "summary", "gap"], [])
    return made


def records(folder, step):
    return json.loads((folder / "runs" / "lab" / "findings" / f"{step}.json").read_text(encoding="utf-8"))


def test_reading_and_writing_undeclared_tables_is_refused(folder):
    step = kamkit.open(folder).step("01_first")
    with pytest.raises(UndeclaredError, match=r"kamkit\.reads"):
        step.table("contacts")
    with pytest.raises(UndeclaredError, match=r"kamkit\.writes"):
        step.write("other", pd.DataFrame({"a": [1]}))


def test_an_unknown_step_lists_those_there_are(folder):
    with pytest.raises(TableError, match="02_customers"):
        kamkit.open(folder).step("99_nowhere")


def test_compute_binds_tables_to_the_parameters_that_bear_their_names(folder):
    step = kamkit.open(folder).step("01_first")

    def count(accounts, ledger=None, factor=1):
        return len(accounts) * factor, ledger

    assert step.compute(count, factor=10) == (20, None)


def test_a_missing_table_makes_a_gap_that_is_recorded_once(folder):
    step = kamkit.open(folder).step("01_first")

    def market_size(demand):
        raise AssertionError("never called")

    first, second = step.compute(market_size), step.compute(market_size)
    assert not first
    assert first.needs == ("demand",)
    assert first == second
    assert [r["needs"] for r in records(folder, "01_first")] == [["demand"]]


def test_a_gap_is_passed_on_and_answers_whatever_is_asked_of_it(folder):
    step = kamkit.open(folder).step("01_first")
    gap = NotAssessed("Markets", needs=("demand",))
    derived = step.compute(lambda values: 1 / 0, values=gap["revenue"].sort_values("x").head(3))
    assert derived.needs == ("demand",)
    assert f"{gap.peak_share:.2f}" == str(gap)
    assert records(folder, "01_first") == []


def test_a_gap_has_no_rows_to_go_through():
    gap = NotAssessed("Markets", needs=("demand",))
    with pytest.raises(TypeError, match="iterable"):
        ", ".join(gap)
    assert pd.Series({"A": 1.0}).get(gap, gap) is gap
    assert gap["rows"].head(3) is gap


def test_a_figure_that_is_not_defined_is_a_gap_with_its_reason(folder):
    step = kamkit.open(folder).step("01_first")

    def share(accounts):
        raise NotDefinedError("the total is not positive")

    assert step.compute(share).reason == "the total is not positive"


def test_tables_are_handed_on_as_they_are(folder):
    opened = kamkit.open(folder)
    sizes = pd.DataFrame(
        {"revenue": [1.5, float("nan")]}, index=pd.Index(["00123", "1E5"], name="account_id")
    )

    @dataclass(frozen=True)
    class Summary:
        peak: float
        losers: int

    opened.step("01_first").write_all(
        sizes=sizes, summary=Summary(115.0, 4), gap=NotAssessed("Markets", ("demand",))
    )
    second = opened.step("02_second")
    pd.testing.assert_frame_equal(second.read("sizes"), sizes, check_index_type=False)
    assert second.read("summary").to_dict("records") == [{"peak": 115.0, "losers": 4}]
    assert second.read("gap").needs == ("demand",)


def test_a_table_of_other_inputs_is_not_read(folder, tmp_path, monkeypatch):
    for run in ("", str(tmp_path / "run")):
        monkeypatch.setenv(RUN_VARIABLE, run)
        kamkit.open(folder).step("01_first").write("sizes", pd.DataFrame({"a": [1]}))
    (folder / "data" / "sales.csv").write_text(SALES + "2025-03-17,00123,1\n", encoding="utf-8")
    with pytest.raises(TableError, match="other inputs"):
        kamkit.open(folder).step("02_second").read("sizes")
    monkeypatch.setenv(RUN_VARIABLE, "")
    assert "other inputs" in kamkit.open(folder).step("02_second").read("sizes").reason


def test_a_notebook_run_alone_takes_a_table_not_handed_on_as_a_gap(folder):
    gap = kamkit.open(folder).step("02_second").read("sizes")
    assert isinstance(gap, NotAssessed)
    assert gap.what == "sizes"
    assert gap.reason == "has not been handed on: run the earlier step first"
    assert [r["kind"] for r in records(folder, "02_second")] == ["not_assessed"]


def test_in_a_run_a_table_not_handed_on_is_an_error(folder, tmp_path, monkeypatch):
    monkeypatch.setenv(RUN_VARIABLE, str(tmp_path / "run"))
    with pytest.raises(TableError, match="not been handed on"):
        kamkit.open(folder).step("02_second").read("sizes")


def test_the_same_inputs_give_the_same_bytes(folder, tmp_path, monkeypatch):
    written = []
    for run in ("one", "two"):
        monkeypatch.setenv(RUN_VARIABLE, str(tmp_path / run))
        kamkit.open(folder).step("01_first").write("sizes", pd.DataFrame({"a": [1.25, 2.5]}))
        written.append((tmp_path / run / "tables" / "sizes.parquet").read_bytes())
    assert written[0] == written[1]


def test_findings_take_messages_and_pass_over_gaps(folder):
    @dataclass
    class Shown:
        message: str
        kind: str

    step = kamkit.open(folder).step("01_first")
    step.finding("Ten accounts earn it all.", Shown("Five lose.", "exhibit"), Shown("Not assessed", "gap"))
    assert [r["text"] for r in records(folder, "01_first")] == ["Ten accounts earn it all.", "Five lose."]


def test_source_line_names_tables_period_accounts_and_what_is_unassigned(folder):
    step = kamkit.open(folder).step("01_first")
    step.table("accounts")
    line = step.source(pd.DataFrame({"x": 1.0}, index=pd.Index(["00123", "unassigned"], name="account_id")))
    for part in ("accounts", "2025-01", "2025-03", "1 of 2 accounts", "25"):
        assert part in line


def earlier_run(folder, run, status, frame):
    made = folder / "runs" / run
    (made / "tables").mkdir(parents=True)
    (made / "run.json").write_text(json.dumps({"status": status}), encoding="utf-8")
    os.environ[RUN_VARIABLE] = str(made)
    kamkit.open(folder).step("01_first").write("sizes", frame)


def test_the_previous_table_is_that_of_the_last_run_that_succeeded_on_other_inputs(folder, monkeypatch):
    monkeypatch.setenv(RUN_VARIABLE, "")
    earlier_run(folder, "20250101T000000Z-a", "succeeded", pd.DataFrame({"a": [1]}))
    earlier_run(folder, "20250201T000000Z-b", "succeeded", pd.DataFrame({"a": [2]}))
    earlier_run(folder, "20250301T000000Z-c", "failed", pd.DataFrame({"a": [3]}))
    (folder / "data" / "sales.csv").write_text(SALES + "2025-03-17,00123,1\n", encoding="utf-8")
    earlier_run(folder, "20250401T000000Z-d", "succeeded", pd.DataFrame({"a": [4]}))
    assert kamkit.open(folder).step("02_second").previous("sizes")["a"].tolist() == [2]


def test_without_an_earlier_run_on_other_inputs_there_is_nothing_to_compare(folder, monkeypatch):
    monkeypatch.setenv(RUN_VARIABLE, "")
    earlier_run(folder, "20250101T000000Z-a", "succeeded", pd.DataFrame({"a": [1]}))
    assert "no earlier run" in kamkit.open(folder).step("02_second").previous("sizes").reason
