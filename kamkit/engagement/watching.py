"""Long work of the ledger engine: how far it is shows, and Ctrl-C ends it at once.

An engine that works in the main thread hears of Ctrl-C when it is done. It works in a thread of its own
therefore, while the main thread waits, tells how far it is, and hands an interrupt on until the work has
ended: it may be between two queries.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from kamkit.engagement.reads import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

__all__ = ["watched"]

T = TypeVar("T")

_PATIENCE = 2.0
"""Seconds of silence: what is done by then needs no progress."""
_GLANCE = 0.1


def watched(on: duckdb.DuckDBPyConnection, what: str, work: Callable[[], T]) -> T:
    """The result of work on a connection.

    Parameters
    ----------
    on : the connection that works; its query ends when the main thread is interrupted.
    what : what is done, for the line on the terminal, where standard error is one.
    work : makes one query after the other on the connection.

    Raises
    ------
    KeyboardInterrupt
        After the work has ended; whatever ``work`` raises.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    on.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false").fetchall()
    done: list[Any] = []
    ended = threading.Event()
    threading.Thread(target=_keep, args=(work, done, ended), name="kamkit ledger", daemon=True).start()
    with _line() as tell:
        try:
            while not ended.wait(_GLANCE):
                tell(what, on.query_progress())
        except KeyboardInterrupt:
            while not ended.wait(_GLANCE):
                on.interrupt()
            raise
    result, error = done
    if error is not None:
        raise error
    return result


def _keep(work: Callable[[], Any], done: list[Any], ended: threading.Event) -> None:
    try:
        with known():
            done[:] = [work(), None]
    except BaseException as error:
        done[:] = [None, error]
    finally:
        ended.set()


@contextmanager
def _line() -> Iterator[Callable[[str, float], None]]:
    """One line on the terminal, written over and over, wiped at the end."""
    started, shown = time.monotonic(), ""

    def tell(what: str, percent: float) -> None:
        nonlocal shown
        if time.monotonic() - started < _PATIENCE or not sys.stderr.isatty():
            return
        far = f"{percent:.0f} %" if percent > 0 else "…"
        line = f"{what}: {far}, {time.monotonic() - started:.0f} s"
        sys.stderr.write(f"\r{line:<{len(shown)}}")
        sys.stderr.flush()
        shown = line

    try:
        yield tell
    finally:
        if shown:
            sys.stderr.write("\r" + " " * len(shown) + "\r")
            sys.stderr.flush()
