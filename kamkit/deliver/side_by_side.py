"""Work that waits for other work, several pieces at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from kamkit.deliver.progress import Progress
from kamkit.kernels import Pool

__all__ = ["AT_ONCE", "AtWork", "SideBySide", "side_by_side"]

AT_ONCE = 2
"""Notebooks at work at a time: each has a kernel of its own, with its own memory."""

Outcome = TypeVar("Outcome")


def _nothing() -> bool:
    """What is done where there is nothing to do."""
    return False


@dataclass(frozen=True)
class AtWork:
    """What a run works with: where it tells how far it has come, its kernels, and how many at a time."""

    told: Progress
    kernels: Pool
    jobs: int = AT_ONCE

    def side_by_side(
        self,
        waits_for: Mapping[str, Collection[str]],
        begin: Callable[[str], Callable[[], Outcome] | None],
        end: Callable[[str, Outcome], None],
        meanwhile: Callable[[], bool] = _nothing,
    ) -> None:
        """See :func:`side_by_side`; an interrupt ends the kernels."""
        side_by_side(waits_for, begin, end, jobs=self.jobs, stop=self.kernels.stop, meanwhile=meanwhile)


def side_by_side(
    waits_for: Mapping[str, Collection[str]],
    begin: Callable[[str], Callable[[], Outcome] | None],
    end: Callable[[str, Outcome], None],
    *,
    jobs: int = AT_ONCE,
    stop: Callable[[], None] = lambda: None,
    meanwhile: Callable[[], bool] = _nothing,
) -> None:
    """Do each piece once those it waits for have ended, at most ``jobs`` at a time.

    Of the pieces that could begin, the one that most others wait for does; among equals, the first.

    Parameters
    ----------
    waits_for : per piece, in order, the pieces that must have ended before it begins.
    begin : called in this thread; what it returns is done in another, None is a piece without work.
    end : called in this thread with what the work returned.
    jobs : pieces at work at a time.
    stop : called in this thread where an interrupt or a fault ends all; makes the work at hand return.
    meanwhile : called in this thread while fewer are at work than could be; does a little of something else,
        and says whether there was anything to do.

    >>> told = []
    >>> waits = {"a": [], "c": ["a"], "b": ["a"], "d": ["b"]}
    >>> side_by_side(waits, lambda name: lambda: name.upper(), lambda name, done: told.append(done), jobs=1)
    >>> told
    ['A', 'B', 'C', 'D']
    """
    SideBySide(waits_for, begin, end).go(jobs, stop, meanwhile)


class SideBySide(Generic[Outcome]):
    """Pieces that wait, that are at work, that have ended."""

    def __init__(
        self,
        waits_for: Mapping[str, Collection[str]],
        begin: Callable[[str], Callable[[], Outcome] | None],
        end: Callable[[str, Outcome], None],
    ) -> None:
        self._begin, self._end = begin, end
        self._open = {name: set(before) & waits_for.keys() for name, before in waits_for.items()}
        self._waiting = sorted(waits_for, key=_urgency(self._open), reverse=True)
        self._at_work: dict[Future[Outcome], str] = {}

    def go(self, jobs: int, stop: Callable[[], None], meanwhile: Callable[[], bool] = _nothing) -> None:
        """Do all; where that is interrupted, begin nothing more and wait for what was at work."""
        with ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="kamkit") as workers:
            try:
                while self._waiting or self._at_work:
                    self._begin_what_can(workers, jobs)
                    while self._has_room(jobs) and meanwhile():
                        pass
                    self._end_what_is_done()
            except BaseException:
                for work in self._at_work:
                    work.cancel()
                stop()
                raise

    def _begin_what_can(self, workers: ThreadPoolExecutor, jobs: int) -> None:
        while len(self._at_work) < jobs:
            name = next((n for n in self._waiting if not self._open[n]), None)
            if name is None:
                return
            self._waiting.remove(name)
            work = self._begin(name)
            if work is None:
                self._has_ended(name)
            else:
                self._at_work[workers.submit(work)] = name

    def _has_room(self, jobs: int) -> bool:
        """Whether all that could begin is at work, and that is less than could be."""
        return 0 < len(self._at_work) < jobs and not any(work.done() for work in self._at_work)

    def _end_what_is_done(self) -> None:
        for work in wait(self._at_work, return_when=FIRST_COMPLETED).done:
            name = self._at_work.pop(work)
            self._end(name, work.result())
            self._has_ended(name)

    def _has_ended(self, name: str) -> None:
        for before in self._open.values():
            before.discard(name)


def _urgency(waits_for: Mapping[str, Collection[str]]) -> Callable[[str], int]:
    """How many pieces wait for a piece, directly or through others."""
    waiting: dict[str, set[str]] = {}

    def of(name: str) -> set[str]:
        if name not in waiting:
            direct = [other for other, before in waits_for.items() if name in before]
            waiting[name] = set(direct).union(*map(of, direct))
        return waiting[name]

    return lambda name: len(of(name))
