"""An engagement's folder: where it is, what is missing in it, where it keeps what can be made again."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kamkit.engagement.problems import Problem
from kamkit.engagement.schemas import TABLES

if TYPE_CHECKING:
    from kamkit.engagement.gate import Gated

__all__ = ["absent", "alive", "cache_of", "find_folder", "remedy_of", "sha256"]


def find_folder(path: Path) -> Path:
    """The folder; a relative one is looked for here and then upwards."""
    if not (path.is_absolute() or path.exists()):
        above = (folder / path for folder in Path.cwd().parents)
        path = next((p for p in above if (p / "engagement.toml").is_file()), path)
    return path.resolve()


def cache_of(engagement: Path) -> Path:
    """A folder for typed tables, in the engagement or, where that is read-only, among temporary files."""
    folder = engagement / ".kamkit" / "cache"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError:
        mark = hashlib.sha256(str(engagement).encode()).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"kamkit-{mark}"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def alive(process: str) -> bool:
    """Whether a process with this number is there; what is no number is none.

    Windows can't be asked without a risk to the process: there it is taken to be.

    >>> alive(str(os.getpid())), alive("none")
    (True, False)
    """
    if os.name == "nt":
        return True
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except OSError:
        return True
    return True


def absent(name: str, gated: Gated | None) -> Problem:
    """The problem that an obligatory table is missing, or has no rows."""
    what = f"there is no table {name}" if gated is None else f"the table {name} has no rows"
    return Problem(
        "fatal", "data/", f"{what}, and nothing can be said without it", remedy_of(name), table=name
    )


def remedy_of(name: str) -> str:
    """What to do about a missing table."""
    wanted = ", ".join(TABLES[name].required)
    return (
        f"put data/{name}.csv, .xlsx or .parquet there, with the columns {wanted}; a file of another name "
        f'is named by file = "…" under [read.{name}]'
    )


def sha256(file: Path) -> str:
    """SHA-256 of a file's content."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
