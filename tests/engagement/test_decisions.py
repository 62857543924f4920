"""The log of decisions: only added to, whole after any fault."""

from __future__ import annotations

import json
import multiprocessing

import pytest

from kamkit.engagement import decisions
from kamkit.errors import ParameterError, TableError


def log(folder):
    return folder / decisions.FILE


def test_the_last_decision_of_a_key_is_in_force_and_the_earlier_stay(tmp_path):
    decisions.record(tmp_path, "tolerance", 0.01, by="A. Tamm", why="first look")
    decisions.record(tmp_path, "owner", {"name": "Åsa"}, by="B", why="agreed", step="07_relationships")
    decisions.record(tmp_path, "tolerance", 0.02, by="A. Tamm", why="late invoices")
    assert decisions.in_force(tmp_path) == {"tolerance": 0.02, "owner": {"name": "Åsa"}}
    made, problems = decisions.read(tmp_path)
    assert [d.value for d in made] == [0.01, {"name": "Åsa"}, 0.02]
    assert made[1].step == "07_relationships"
    assert all(d.at.endswith("+00:00") for d in made)
    assert problems == []


def test_no_log_is_no_decision(tmp_path):
    assert decisions.in_force(tmp_path) == {}
    assert not log(tmp_path).exists()


@pytest.mark.parametrize("torn", [b'{"key": "b", "val', b"\xff\xfe\x00", b"[1, 2]", b'{"key": "b"}'])
def test_a_torn_last_line_is_named_and_the_others_are_kept(tmp_path, torn):
    decisions.record(tmp_path, "a", 1, by="x", why="y")
    with log(tmp_path).open("ab") as file:
        file.write(torn)
    made, problems = decisions.read(tmp_path)
    assert [d.key for d in made] == ["a"]
    assert [(p.severity, p.file, p.row) for p in problems] == [("warning", "decisions.jsonl", 2)]
    assert "not written to its end" in problems[0].what


def test_what_follows_a_torn_line_is_kept_too(tmp_path):
    decisions.record(tmp_path, "a", 1, by="x", why="y")
    whole = log(tmp_path).read_bytes()
    log(tmp_path).write_bytes(whole + whole[:20])
    decisions.record(tmp_path, "c", 3, by="x", why="y")
    made, problems = decisions.read(tmp_path)
    assert [d.key for d in made] == ["a", "c"]
    assert [p.row for p in problems] == [2]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1, 2}])
def test_a_value_that_cannot_be_kept_changes_nothing(tmp_path, value):
    with pytest.raises(ParameterError, match="can't be kept"):
        decisions.record(tmp_path, "a", value, by="x", why="y")
    assert not log(tmp_path).exists()


@pytest.mark.parametrize("missing", ["key", "by", "why"])
def test_a_decision_needs_its_key_who_and_why(tmp_path, missing):
    given = {"key": "a", "by": "x", "why": "y"} | {missing: "  "}
    with pytest.raises(ParameterError, match=f"needs {missing}"):
        decisions.record(tmp_path, value=1, **given)


def test_odd_text_survives_and_stays_on_one_line(tmp_path):
    text = "line\nbreak \u2028 \x85 <script> \ud800 𝄞"
    decisions.record(tmp_path, "a", text, by="x", why=text)
    assert decisions.in_force(tmp_path)["a"] == text
    assert len(log(tmp_path).read_bytes().splitlines()) == 1
    assert json.loads(log(tmp_path).read_bytes())["why"] == text


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(TableError) as error:
        decisions.record(tmp_path / "nowhere", "a", 1, by="x", why="y")
    assert "nowhere" in error.value.where


def _record_many(folder, name):
    for number in range(25):
        decisions.record(folder, f"{name}{number}", "x" * 5000, by=name, why="y")


def test_several_processes_lose_nothing(tmp_path):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_record_many, args=(tmp_path, name)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    made, problems = decisions.read(tmp_path)
    assert len(made) == 75
    assert problems == []
