"""What a process with large libraries does otherwise than Python, at its beginning and its end."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn

__all__ = ["finish", "leave", "tidy_seldom"]

_SELDOM = (20_000, 20, 20)


def tidy_seldom() -> None:
    """Look for objects that nobody holds after twenty thousand new ones.

    Tables, pictures and imports are thousands of small objects, and Python's own 700 have it looking all
    the time.
    """
    gc.set_threshold(*_SELDOM)


def finish() -> None:
    """Wait for the threads that an interpreter waits for, then run what was registered for its end.

    By the interpreter's own means, since Python has no public ones: to join the threads of an idle pool,
    which end only when told so, would take for ever.
    """
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()


def leave(code: int) -> NoReturn:
    """End at once, with what was written; libraries are not taken apart, which takes half a second.

    A reader that has gone is not waited for.
    """
    for stream in (sys.__stdout__, sys.__stderr__):
        with suppress(OSError, ValueError):
            if stream is not None:
                stream.flush()
    os._exit(code)
