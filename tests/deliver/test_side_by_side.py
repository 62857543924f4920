"""Pieces of work that wait for each other, several at a time."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkit.deliver.side_by_side import side_by_side


@st.composite
def graphs(draw):
    """Pieces that wait for earlier ones."""
    names = [f"n{i}" for i in range(draw(st.integers(1, 7)))]
    return {n: draw(st.sets(st.sampled_from(names[:i]))) if i else set() for i, n in enumerate(names)}


@given(graphs(), st.integers(1, 4), st.sets(st.integers(0, 6)))
def test_each_is_done_once_after_those_it_waits_for_and_never_too_many_at_a_time(waits_for, jobs, idle):
    told, at_work, guard = [], [], threading.Lock()

    def work(name):
        with guard:
            at_work.append(name)
            assert len(at_work) <= jobs
        with guard:
            at_work.remove(name)
        return name

    def begin(name):
        assert waits_for[name] <= {n for what, n in told if what in ("ended", "idle")}
        if int(name[1:]) in idle:
            told.append(("idle", name))
            return None
        return lambda: work(name)

    side_by_side(waits_for, begin, lambda name, done: told.append(("ended", done)), jobs=jobs)
    assert sorted(n for _, n in told) == sorted(waits_for)


def test_two_that_wait_for_nothing_are_at_work_together():
    meeting = threading.Barrier(2, timeout=20)
    met = []
    side_by_side({"a": (), "b": ()}, lambda name: meeting.wait, lambda name, place: met.append(place), jobs=2)
    assert sorted(met) == [0, 1]


def test_a_fault_ends_what_is_at_work_and_begins_nothing_more():
    begun, released = [], threading.Event()

    def begin(name):
        begun.append(name)
        return {"a": lambda: 1 / 0, "b": lambda: released.wait(20)}[name]

    with pytest.raises(ZeroDivisionError):
        side_by_side({"a": (), "b": (), "c": ()}, begin, lambda *ended: None, jobs=2, stop=released.set)
    assert begun == ["a", "b"]


def test_a_little_is_done_meanwhile_where_there_is_room_and_never_else():
    """Of a and b at once, a ends first: then there is room, until c begins."""
    alone, told = threading.Event(), []

    def work(name):
        return name if name == "a" else alone.wait(20) and name

    def meanwhile():
        told.append("meanwhile")
        if len(told) == 3:
            alone.set()
        return len(told) < 5

    side_by_side(
        {"a": (), "b": ()},
        lambda name: lambda: work(name),
        lambda name, done: told.append(done),
        jobs=2,
        meanwhile=meanwhile,
    )
    assert told[0] == "a"
    assert told[1:3] == ["meanwhile"] * 2
    assert told[-1] == "b"


def test_with_one_at_a_time_nothing_is_done_meanwhile():
    side_by_side(
        {"a": (), "b": ()},
        lambda name: lambda: name,
        lambda *ended: None,
        jobs=1,
        meanwhile=lambda: pytest.fail("there was no room"),
    )
