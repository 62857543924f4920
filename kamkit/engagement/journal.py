"""Files of one JSON object a line that are only ever added to, and stay whole whatever happens.

A line is on the disk when :func:`append` returns. A line that was torn off, by a killed process or a
power cut, is recognised and reported, and the next one starts on a line of its own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from kamkit.engagement import reads
from kamkit.errors import LockedError, ParameterError, TableError

__all__ = ["Line", "append", "as_line", "contents", "lock_of", "read", "write_lines"]

_WAIT_SECONDS = 10
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True)
class Line:
    """One line: its number from 1, its bytes, and the object it holds; None where it holds none.

    ``torn`` says that the line is the last one and has no end.
    """

    row: int
    text: bytes
    content: dict[str, Any] | None
    torn: bool = False


def as_line(content: Mapping[str, Any], what: str) -> bytes:
    """An object as a line; ``what`` names it where it can't be kept.

    Raises
    ------
    ParameterError
        A value that JSON cannot hold, NaN and infinity among them.

    Examples
    --------
    >>> as_line({"key": "seed", "value": 7}, "decision seed")
    b'{"key": "seed", "value": 7}\\n'
    """
    try:
        text = json.dumps(content, ensure_ascii=True, allow_nan=False, default=_plain)
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f"this value can't be kept: {error}",
            where=what,
            allowed="text, numbers, true, false, lists and dictionaries of them",
        ) from error
    return text.encode("ascii") + b"\n"


def _plain(value: Any) -> Any:
    """Numbers of NumPy as Python's own."""
    if type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0:
        return value.item()
    raise TypeError(f"{type(value).__name__} is no plain value")


def lock_of(path: Path, wait: float = _WAIT_SECONDS) -> FileLock:
    """The lock that whoever writes to the file holds; the operating system frees it with the process."""
    return FileLock(f"{path}.lock", timeout=wait)


def append(path: Path, make: Callable[[list[Line]], bytes]) -> None:
    """Add what ``make`` returns, given all that stands there already; on the disk when this returns.

    Parameters
    ----------
    path : the file; its folder must be there.
    make : gets the lines of the file and returns those to add; called while nobody else can write.

    Raises
    ------
    LockedError
        Another process has been writing for ten seconds.
    TableError
        There is no such folder, or the file cannot be written.
    """
    if not path.parent.is_dir():
        raise TableError(
            "there is no such folder", where=str(path.parent), remedy="give the engagement's folder"
        )
    try:
        with lock_of(path):
            write_lines(path, make(_split(_bytes(path))))
    except Timeout as error:
        raise LockedError(
            f"another process is writing to {path.name}", where=str(path), remedy="try again"
        ) from error
    except OSError as error:
        raise TableError(
            f"{path.name} could not be saved: {error.strerror}",
            where=str(path),
            remedy="check that the folder can be written to and the disk is not full, then try again",
        ) from error


def write_lines(path: Path, lines: bytes) -> None:
    """Add lines, the first of them never behind one that was torn off, and wait for the disk."""
    is_new = not path.exists()
    handle = os.open(path, _FLAGS, 0o666)
    try:
        _write_all(handle, lines if _ends_well(handle) else b"\n" + lines)
        os.fsync(handle)
    finally:
        os.close(handle)
    if is_new:
        _sync_folder(path.parent)


def _ends_well(handle: int) -> bool:
    size = os.lseek(handle, 0, os.SEEK_END)
    if not size:
        return True
    os.lseek(handle, size - 1, os.SEEK_SET)
    return os.read(handle, 1) == b"\n"


def _write_all(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]


def _sync_folder(folder: Path) -> None:
    """Let the disk know the file's name, too; only POSIX can and needs to."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read(path: Path) -> list[Line]:
    """All lines that hold anything, in order; one that someone is writing just now is waited for."""
    reads.note_file(path)
    content = _bytes(path)
    if content and not content.endswith(b"\n"):
        with suppress(OSError, Timeout), lock_of(path):
            content = _bytes(path)
    return _split(content)


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _split(content: bytes) -> list[Line]:
    parts = content.split(b"\n")
    lines = ((row, text, row == len(parts)) for row, text in enumerate(parts, start=1) if text.strip())
    return [_line(row, text, last) for row, text, last in lines]


def _line(row: int, text: bytes, last: bool) -> Line:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    return Line(row, text, content if isinstance(content, dict) else None, last)


def contents(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """What the lines hold, without those that can't be read."""
    return [line.content for line in lines if line.content is not None]
