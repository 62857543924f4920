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
