"""What the panels rest on, and whether it has changed since a page was made."""

from __future__ import annotations

import json
from pathlib import Path

from kamkit.engagement import votes
from kamkit.engagement.decisions.log import FILE

__all__ = ["Inputs", "Mark"]

Mark = frozenset[tuple[str, object]]
"""Equal as long as nothing has changed."""


class Inputs:
    """Configuration, data, votes that count and the newest run; decisions are read anew in any case.

    Cheap enough to be asked every second: files are looked at, and read only where they have changed.

    Parameters
    ----------
    folder : the engagement's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._votes: tuple[tuple[int, int], str] = ((0, 0), "")
        self._succeeded: set[str] = set()

    def mark(self) -> Mark:
        """Equal as long as nothing has changed."""
        data = self._folder / "data"
        files = [self._folder / "engagement.toml", *(data.rglob("*") if data.is_dir() else ())]
        found = {(str(file), _stamp(file)) for file in files}
        return frozenset(found | {("votes", self._votes_that_count()), ("run", self._newest_run())})

    def decided(self) -> tuple[int, int]:
        """Another one after every decision."""
        return _stamp(self._folder / FILE)

    def _votes_that_count(self) -> str:
        """Digest of the votes of finished votings; those under way change nothing."""
        now = _stamp(self._folder / votes.FILE)
        if now != self._votes[0]:
            self._votes = (now, votes.digest(self._folder))
        return self._votes[1]

    def _newest_run(self) -> str:
        """Name of the newest run that succeeded; empty where there is none."""
        runs = self._folder / "runs"
        names = sorted((p.name for p in runs.iterdir()), reverse=True) if runs.is_dir() else []
        return next((name for name in names if self._has_succeeded(name)), "")

    def _has_succeeded(self, name: str) -> bool:
        if name not in self._succeeded and _status(self._folder / "runs" / name) == "succeeded":
            self._succeeded.add(name)
        return name in self._succeeded


def _stamp(file: Path) -> tuple[int, int]:
    """When a file changed last, and its size; zeros where it is not there."""
    try:
        found = file.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def _status(run: Path) -> str:
    try:
        return str(json.loads((run / "run.json").read_text(encoding="utf-8")).get("status"))
    except (OSError, ValueError):
        return ""
