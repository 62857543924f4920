"""One run per engagement at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from kamkit.errors import LockedError, RunError

__all__ = ["only_run"]


@contextmanager
def only_run(engagement: Path) -> Iterator[None]:
    """Hold the engagement while a run is at work.

    The operating system holds the lock for the process, so that one left by a process that died is
    free; the file beside it says which process has it.

    Raises
    ------
    LockedError
        If another process runs this engagement; its process id is named.
    RunError
        If the folder can't be written.
    """
    folder = engagement / ".kamkit"
    holder = folder / "run.pid"
    try:
        folder.mkdir(exist_ok=True)
        lock = FileLock(folder / "run.lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise _already_running(engagement, holder) from error
    except OSError as error:
        raise RunError(
            f"the engagement can't be written: {error.strerror or error}",
            where=str(engagement),
            remedy="copy it to a folder of your own",
        ) from error
    try:
        holder.write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


def _already_running(engagement: Path, holder: Path) -> LockedError:
    try:
        process = holder.read_text(encoding="ascii").strip()
    except OSError:
        process = "unknown"
    return LockedError(
        f"process {process} is already running this engagement",
        where=str(engagement),
        remedy="wait for it to end, or stop it",
    )
