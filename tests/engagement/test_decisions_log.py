"""Withdrawals, the fields of a decision, and a log that survives whoever is killed while writing to it."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkit.engagement import decisions, journal
from kamkit.errors import LockedError, ParameterError, TableError

ROOT = Path(__file__).parents[2]


def decide(folder, value, key="choice.uplift", **more):
    return decisions.record(folder, key, value, by="A. Tamm", why="seen on the wall", **more)


def test_a_decision_keeps_all_that_was_said_of_it(tmp_path):
    made = decide(
        tmp_path, 0.12, role="Sales director", options=[0.1, 0.12, 0.2], expected="EUR 300 k more by 2027",
        figures={"programme_effect.effect": np.float64(0.118), "accounts": np.int64(13)},
        inputs={"sales": "ab12"}, review="2026-06-30", step="04_choose",
    )  # fmt: skip
    [kept] = decisions.read(tmp_path)[0]
    assert kept == made
    assert kept.options == (0.1, 0.12, 0.2)
    assert (kept.role, kept.review, kept.inputs) == ("Sales director", "2026-06-30", {"sales": "ab12"})
    assert kept.figures == {"programme_effect.effect": 0.118, "accounts": 13}


@pytest.mark.parametrize("wrong", [{"colour": "red"}, {"review": "next spring"}, {"supersedes": "x"}])
def test_what_no_decision_has_is_refused(tmp_path, wrong):
    with pytest.raises(ParameterError):
        decide(tmp_path, 0.1, **wrong)
    assert not (tmp_path / decisions.FILE).exists()


def test_a_withdrawal_brings_back_what_held_before_and_deletes_nothing(tmp_path):
    first, second = decide(tmp_path, 0.1), decide(tmp_path, 0.2)
    assert second.supersedes == first.id
    before = (tmp_path / decisions.FILE).read_bytes()
    undone = decisions.withdraw(tmp_path, "choice.uplift", by="B. Kask", why="misread")
    assert undone.withdraws == second.id
    assert (tmp_path / decisions.FILE).read_bytes().startswith(before)
    assert decisions.in_force(tmp_path) == {"choice.uplift": 0.1}
    decisions.withdraw(tmp_path, first.id, by="B. Kask", why="misread too")
    assert decisions.in_force(tmp_path) == {}
    assert [e.state for e in decisions.history(tmp_path)] == ["withdrawn", "withdrawn"]
    assert [e.withdrawn.why for e in decisions.history(tmp_path)] == ["misread too", "misread"]


def test_an_earlier_decision_can_be_withdrawn_without_touching_the_one_in_force(tmp_path):
    first = decide(tmp_path, 0.1)
    decide(tmp_path, 0.2)
    decisions.withdraw(tmp_path, first.id, by="x", why="never meant")
    assert decisions.in_force(tmp_path) == {"choice.uplift": 0.2}


def test_nothing_is_withdrawn_twice_or_from_nowhere(tmp_path):
    made = decide(tmp_path, 0.1)
    decisions.withdraw(tmp_path, made.id, by="x", why="y")
    size = (tmp_path / decisions.FILE).stat().st_size
    for which in (made.id, "choice.uplift", "choice.hours", ""):
        with pytest.raises(ParameterError):
            decisions.withdraw(tmp_path, which, by="x", why="y")
    with pytest.raises(ParameterError, match="needs why"):
        decisions.withdraw(tmp_path, made.id, by="x", why=" ")
    assert (tmp_path / decisions.FILE).stat().st_size == size


def test_lines_of_the_first_version_are_read_and_can_be_withdrawn(tmp_path):
    old = {
        "key": "required_return",
        "value": 0.09,
        "by": "x",
        "why": "y",
        "step": "",
        "at": "2025-01-01T00:00:00+00:00",
    }
    (tmp_path / decisions.FILE).write_text(json.dumps(old) + "\n")
    [made] = decisions.read(tmp_path)[0]
    assert len(made.id) == 12
    decisions.withdraw(tmp_path, made.id, by="x", why="y")
    assert decisions.in_force(tmp_path) == {}


def test_a_line_copied_by_hand_counts_once_and_is_named(tmp_path):
    decide(tmp_path, 0.1)
    log = tmp_path / decisions.FILE
    log.write_bytes(log.read_bytes() * 2)
    made, problems = decisions.read(tmp_path)
    assert len(made) == 1
    assert [(p.row, p.severity) for p in problems] == [(2, "warning")]


@pytest.mark.parametrize("line", ['{"key": ["a"], "value": 1, "by": "x", "why": "y"}', '{"key": "a", "value": 1, "by": 3, "why": "y"}',
                                  '{"key": "a", "value": 1, "by": "x", "why": "y", "figures": 3}', "[" * 100_000])  # fmt: skip
def test_a_line_of_other_types_is_named_and_harms_nothing(tmp_path, line):
    (tmp_path / decisions.FILE).write_text(line + "\n")
    decide(tmp_path, 0.1)
    assert decisions.in_force(tmp_path) == {"choice.uplift": 0.1}
    assert [p.row for p in decisions.read(tmp_path)[1]] == [1]


def test_a_log_that_someone_holds_is_locked_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(journal, "_WAIT_SECONDS", 0.2)
    monkeypatch.setattr(journal, "lock_of", lambda path, wait=0.2, real=journal.lock_of: real(path, wait))
    holder = subprocess.Popen(
        [sys.executable, "-c", "import sys; from filelock import FileLock\nlock = FileLock(sys.argv[1]); lock.acquire(); print('held', flush=True); sys.stdin.read()",
         f"{tmp_path / decisions.FILE}.lock"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # fmt: skip
    try:
        assert holder.stdout.readline().strip() == "held"
        with pytest.raises(LockedError, match=r"decisions\.jsonl"):
            decide(tmp_path, 0.1)
    finally:
        holder.kill()
        holder.communicate()
    decide(tmp_path, 0.1)
    assert decisions.in_force(tmp_path) == {"choice.uplift": 0.1}


def test_a_full_disk_is_a_sentence_and_the_log_stays_readable(tmp_path, monkeypatch):
    decide(tmp_path, 0.1)

    def full(handle, content):
        os.write(handle, content[:25])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(journal, "_write_all", full)
        with pytest.raises(TableError, match="No space left"):
            decide(tmp_path, 0.2)
    made, problems = decisions.read(tmp_path)
    assert [d.value for d in made] == [0.1]
    assert "not written to its end" in problems[0].what
    decide(tmp_path, 0.3)
    assert decisions.in_force(tmp_path) == {"choice.uplift": 0.3}


WRITER = """
import sys
from pathlib import Path
from kamkit.engagement import decisions
number = 0
while True:
    decisions.record(Path(sys.argv[1]), f"own.{number}", "x" * 3000, by="w", why="y")
    print(number, flush=True)
    number += 1
"""


def test_a_process_killed_while_writing_loses_nothing_that_it_acknowledged(tmp_path):
    """SIGKILL at an arbitrary moment, several times; what was printed was acknowledged."""
    for times in range(4):
        folder = tmp_path / str(times)
        folder.mkdir()
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True, env=environment
        )
        acknowledged = [writer.stdout.readline() for _ in range(5 + times)]
        time.sleep(0.002 * times)
        writer.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        acknowledged += writer.communicate()[0].splitlines()
        assert len(acknowledged) >= 5
        kept = decisions.in_force(folder)
        assert {f"own.{int(n)}" for n in acknowledged if n.strip()} <= set(kept)
        decide(folder, 0.1)
        assert decisions.in_force(folder)["choice.uplift"] == 0.1


def _decide_same_key(folder, name):
    for number in range(20):
        decisions.record(folder, "own", [name, number], by=name, why="y")


def test_two_people_deciding_the_same_key_form_one_line_of_succession(tmp_path):
    context = multiprocessing.get_context("spawn")
    people = [context.Process(target=_decide_same_key, args=(tmp_path, name)) for name in "ab"]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    made, problems = decisions.read(tmp_path)
    assert len(made) == 40
    assert not problems
    assert [d.supersedes for d in made] == ["", *(d.id for d in made[:-1])]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=25), st.data())
def test_in_force_is_the_last_that_was_not_withdrawn(tmp_path_factory, moves, data):
    """Held against a plain model: a stack of values for each key."""
    folder = tmp_path_factory.mktemp("log")
    stacks: dict[str, list[tuple[str, int]]] = {key: [] for key in "abc"}
    for number, (key, withdraw) in enumerate(moves):
        if withdraw and stacks[key]:
            gone = data.draw(st.sampled_from(stacks[key]))
            decisions.withdraw(folder, gone[0], by="x", why="y")
            stacks[key].remove(gone)
        else:
            stacks[key].append((decisions.record(folder, key, number, by="x", why="y").id, number))
    assert decisions.in_force(folder) == {key: stack[-1][1] for key, stack in stacks.items() if stack}
