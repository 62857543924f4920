"""How everything is today that a step could have read: one hash for each."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from kamkit.engagement import decisions
from kamkit.engagement.anonymous.secret import Secret
from kamkit.engagement.earlier import EarlierRuns
from kamkit.engagement.folder import sha256
from kamkit.engagement.gate import find_sources
from kamkit.engagement.handed_on import content_of
from kamkit.engagement.schemas import LEDGER_TABLES
from kamkit.engagement.votes import FILE as VOTES

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__all__ = ["ABSENT", "Today"]

ABSENT = "absent"
_ALIKE = ("process", "day", "masked", "table", "inputs", "decision", "decisions", "config", "previous")
"""Kinds of reads that stay as they were found, for the length of a run."""


class Today:
    """Knows how a read stands now; the client's files and decisions as they were when it was first asked.

    Parameters
    ----------
    engagement : the engagement.

    Notes
    -----
    What is read is named by :mod:`kamkit.engagement.reads`. A kind of read that is not known here, such as
    ``always``, has no state, and who read it is never taken over.
    """

    def __init__(self, engagement: Engagement) -> None:
        self._engagement, self._path = engagement, engagement.path
        self._found: dict[str, str | None] = {}

    def state(self, read: str, handed_on: Mapping[str, str]) -> str | None:
        """A hash of how a read stands; None where that can't be held against anything.

        Parameters
        ----------
        read : such as ``table:sales`` or ``decision:choice.cuts``.
        handed_on : per table that a step of this run has handed on, a hash of it.
        """
        kind, _, name = read.partition(":")
        if kind == "handed":
            return handed_on.get(name, ABSENT)
        if kind not in _ALIKE:
            return self._of_place(kind, name)
        if read not in self._found:
            self._found[read] = self._of(kind, name)
        return self._found[read]

    def _of_place(self, kind: str, name: str) -> str | None:
        path = self._path / name
        found: dict[str, Callable[[Path], str]] = {"file": _file, "folder": _folder, "modules": _modules}
        try:
            return found[kind](path) if kind in found else None
        except FileNotFoundError:
            return ABSENT
        except OSError:
            return None

    def _of(self, kind: str, name: str) -> str | None:
        find: dict[str, Callable[[str], Any]] = {
            "process": lambda _name: "watched",
            "day": lambda _name: dt.date.today().isoformat(),
            "masked": self._masked,
            "table": self._table,
            "inputs": lambda _name: self.inputs,
            "decision": lambda key: [self._decided[key]] if key in self._decided else ABSENT,
            "decisions": lambda _name: self._decided,
            "config": self._setting,
            "previous": self._previous,
        }
        return self._marked(find[kind](name))

    def _marked(self, value: Any) -> str:
        """A hash of a value; in anonymised mode one that nobody can make again."""
        text = json.dumps(value, sort_keys=True, default=_plain, ensure_ascii=False)
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return self._engagement.door.hashes({"state": digest})["state"]

    @cached_property
    def inputs(self) -> dict[str, str]:
        """Today's hashes of the tables, of ``engagement.toml`` and of the votes that count."""
        return self._engagement.fingerprint()

    @cached_property
    def _decided(self) -> dict[str, Any]:
        return decisions.in_force(self._path)

    @property
    def _given(self) -> Any:
        return self._engagement.door.given

    @cached_property
    def _labels(self) -> dict[str, str]:
        found = find_sources(self._path / "data", self._given.read)[0]
        return {name: source.label for name, source in found.items()}

    def _table(self, name: str) -> list[Any]:
        """A table's file and all that decides how it is read; of answers also the votes."""
        given, voted = self._given, self.inputs.get(VOTES) if name == "responses" else None
        settings = [given.settled(name), given.columns.get(name), given.currency]
        settings += [given.ledger] if name in LEDGER_TABLES else []
        return [self._labels.get(name), self.inputs.get(name), voted, settings]

    def _setting(self, name: str) -> Any:
        value = self._given
        for part in name.split("."):
            value = value if part == "*" else getattr(value, part, ABSENT)
        return value

    def _masked(self, name: str) -> Any:
        """Masked, everything depends on the secret, the tables, the configuration and who decided."""
        if not self._engagement.anonymous:
            return "no"
        made = decisions.history(self._path)
        deciders = {e.decision.by for e in made} | {e.withdrawn.by for e in made if e.withdrawn}
        tables = {table: self._table(table) for table in self.inputs}
        return [Secret.of(self._path).mark("state"), self._setting("*"), tables, sorted(deciders)]

    @cached_property
    def _earlier(self) -> EarlierRuns:
        return EarlierRuns(self._path, self.inputs, self._engagement.anonymous)

    def _previous(self, place: str) -> str:
        file = self._earlier.table(Path(place))
        return ABSENT if file is None else content_of(file)


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)


def _file(path: Path) -> str:
    return sha256(path)


def _folder(path: Path) -> str:
    return hashlib.sha256("\0".join(sorted(os.listdir(path))).encode()).hexdigest()


def _modules(path: Path) -> str:
    """What can be imported from a folder."""
    names = [
        p.name for p in path.iterdir() if p.suffix in (".py", ".so", ".pyd") or (p / "__init__.py").exists()
    ]
    return hashlib.sha256("\0".join(sorted(names)).encode()).hexdigest()
