"""The votes while they are given: in memory for the pages, on the disk before anybody is thanked."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import Timeout

from kamkit.engagement import journal, votes
from kamkit.errors import LockedError, TableError

__all__ = ["Store"]


class Store:
    """The file of votes, held by this process alone, and what its lines say.

    Lines that arrive while the disk is busy are written together, so that thirty who vote at once wait
    for one write, not for thirty. A line takes effect when it is on the disk, in the order of the file.

    Parameters
    ----------
    folder : the engagement folder.

    Raises
    ------
    LockedError
        Another voting is under way in this engagement.
    TableError
        The file cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / votes.FILE
        self._lock = journal.lock_of(self.path, wait=0)
        try:
            self._lock.acquire()
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        except Timeout as error:
            raise LockedError(
                "another voting is under way", where=str(folder), remedy="stop it, or use its page"
            ) from error
        except OSError as error:
            raise TableError(
                f"{votes.FILE} can't be written: {error.strerror}", where=str(folder),
                remedy="check that the folder can be written to",
            ) from error  # fmt: skip
        self.sessions = votes.read(folder)[0]
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="votes")
        self._waiting: list[tuple[Mapping[str, Any], bytes, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, event: Mapping[str, Any]) -> None:
        """Keep a line; on the disk and in effect when this returns.

        Raises
        ------
        OSError
            The disk refused it; nothing took effect.
        """
        line = journal.as_line(event, "vote")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, line, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            lines = b"".join(line for _, line, _ in batch)
            try:
                await loop.run_in_executor(self._disk, journal.write_lines, self.path, lines)
            except OSError as error:
                _tell(batch, error)
                continue
            for event, _line, _done in batch:
                votes.apply(self.sessions, event)
            _tell(batch, None)

    async def close(self) -> None:
        """Wait for what is being written, and let go of the file."""
        if self._writing is not None:
            with suppress(asyncio.CancelledError):
                await self._writing
        self._disk.shutdown()
        self._lock.release()


def _tell(batch: list[tuple[Mapping[str, Any], bytes, asyncio.Future[None]]], error: OSError | None) -> None:
    for _event, _line, done in batch:
        if done.done():
            continue
        done.set_exception(error) if error else done.set_result(None)
