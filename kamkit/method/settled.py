"""What was asked before of lines that stay as they are: a step scans its ledger once for each question.

Whoever hands out lines knows whether they can change; an engagement's can't while it is open. Of other frames
nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import narwhals as nw
import pandas as pd

__all__ = ["is_settled", "once", "settle"]

T = TypeVar("T")

_MOST_CELLS = 20_000_000
"""Larger tables are asked for again rather than held."""

_answers: WeakKeyDictionary[Any, dict[Hashable, Any]] = WeakKeyDictionary()
"""By native frame what was asked of it; it goes with the frame."""


def settle(frame: T) -> T:
    """The frame, of which answers are kept from now on."""
    _answers.setdefault(_native(frame), {})
    return frame


def is_settled(lines: Any) -> bool:
    """Whether answers are kept of these lines, so that a question others ask of them costs nothing more."""
    return _answers_of(lines) is not None


def once(lines: nw.LazyFrame, asked: Hashable, find: Callable[[], T]) -> T:
    """What ``find`` gives, or gave before if the lines are settled; a table as a copy of its own.

    Lines that are made of settled ones are settled themselves.

    Examples
    --------
    >>> import duckdb
    >>> lines = settle(nw.from_native(duckdb.sql("select 1 as amount")).lazy())
    >>> found = iter([1, 2])
    >>> once(lines, "first", lambda: next(found)), once(lines, "first", lambda: next(found))
    (1, 1)
    """
    answers = _answers_of(lines)
    if answers is None:
        return find()
    if asked in answers:
        return _own(answers[asked])
    found = find()
    if isinstance(found, nw.LazyFrame):
        settle(found)
    if not (isinstance(found, pd.DataFrame) and found.size > _MOST_CELLS):
        answers[asked] = found
    return _own(found)


def _answers_of(lines: nw.LazyFrame) -> dict[Hashable, Any] | None:
    """What is known of lines that are settled; None of others, such as tables in memory."""
    native = _native(lines)
    return _answers.get(native) if isinstance(native, Hashable) else None


def _native(frame: Any) -> Any:
    return nw.to_native(frame, pass_through=True)


def _own(found: Any) -> Any:
    return found.copy() if isinstance(found, pd.DataFrame) else found
