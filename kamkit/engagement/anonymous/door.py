"""Through which door an engagement hands out what it holds: as it is, or masked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from kamkit.engagement import reads
from kamkit.engagement.anonymous.few import without_few
from kamkit.engagement.anonymous.mask import Mask
from kamkit.engagement.anonymous.pseudonyms import Pseudonyms
from kamkit.engagement.anonymous.secret import Secret
from kamkit.engagement.anonymous.told import (
    config_told,
    decided_value,
    entry_told,
    problems_told,
    value_told,
)
from kamkit.engagement.decisions import history
from kamkit.engagement.people import People
from kamkit.engagement.schemas import LEDGER_TABLES, TABLES
from kamkit.locale import in_language, language
from kamkit.method.frames import collected, distinct

if TYPE_CHECKING:
    import narwhals as nw

    from kamkit.engagement.anonymous.originals import Originals
    from kamkit.engagement.config import Config
    from kamkit.engagement.decisions import Entry
    from kamkit.engagement.engagement import Engagement
    from kamkit.engagement.problems import Problem

__all__ = ["Door", "MaskedDoor", "in_anonymous_run", "is_anonymous_run"]

_OF_PEOPLE = ("name", "title", "unit")


def is_anonymous_run(folder: Path) -> bool:
    """Whether the run in a folder is anonymised, as its record says."""
    try:
        with reads.known():
            record = (folder / "run.json").read_text(encoding="utf-8")
        return bool(json.loads(record).get("anonymous"))
    except (OSError, ValueError, AttributeError):
        return False


def in_anonymous_run() -> bool:
    """Whether this process works for a run that is anonymised."""
    from kamkit.engagement.step import RUN_VARIABLE

    run = os.environ.get(RUN_VARIABLE)
    return bool(run) and is_anonymous_run(Path(str(run)))


class Door:
    """Hands everything out as it is."""

    anonymous = False

    def __init__(self, engagement: Engagement, config: Config) -> None:
        self._engagement, self.given = engagement, config

    @property
    def config(self) -> Config:
        """The configuration."""
        return self.given

    def table(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """An account-level table."""
        return frame

    def lazy(self, name: str, frame: nw.LazyFrame, connection: Any) -> nw.LazyFrame:
        """A table that stays in its engine."""
        return frame

    def people(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """A table that tells who the people at the customers are."""
        return self._people.shown(name, frame)

    @cached_property
    def _people(self) -> People:
        return People(self.config, self._engagement.plain("contacts"))

    def own_words(self, words: dict[str, str]) -> dict[str, str]:
        """By text as the notebooks have read it, the text in the language in force."""
        return words

    def decided(self, made: Mapping[str, Any]) -> dict[str, Any]:
        """The decisions in force."""
        return dict(made)

    def decision(self, key: str, default: Any, made: Mapping[str, Any]) -> Any:
        """The value of a key: decided, or the default."""
        return made.get(key, default)

    def history(self) -> list[Entry]:
        """Every decision that was ever made."""
        return history(self._engagement.path)

    def problems(self, problems: Sequence[Problem]) -> Sequence[Problem]:
        """What the gate found."""
        return problems

    def hashes(self, hashes: Mapping[str, str]) -> dict[str, str]:
        """Hashes of the inputs."""
        return dict(hashes)

    def account(self, number: str) -> str:
        """The number by which a customer is handed out."""
        return number

    def result(self, result: Any) -> Any:
        """What a function of the method returned."""
        return result

    @property
    def originals(self) -> Originals | None:
        """What no deliverable may hold; None where all may be seen."""
        return None


class MaskedDoor(Door):
    """Hands everything out masked; nothing that comes through it tells who anybody is."""

    anonymous = True

    @property
    def config(self) -> Config:
        """The configuration, without client, branding and words."""
        if language() not in self._told:
            self._told[language()] = config_told(self.given, self.mask)
        return self._told[language()]

    @cached_property
    def _told(self) -> dict[str, Config]:
        return {}

    def own_words(self, words: dict[str, str]) -> dict[str, str]:
        """Pseudonyms in the language in force; the client's own words tell who it is."""
        here = self.mask.pseudonyms.in_words()
        with in_language(self.given.language):
            there = self.mask.pseudonyms.in_words()
        return {there[original]: text for original, text in here.items() if text != there[original]}

    @cached_property
    def mask(self) -> Mask:
        """What masks."""
        with reads.known():
            secret = Secret.of(self._engagement.path)
        accounts = self._engagement.plain("accounts")
        return Mask(secret, self._pseudonyms(secret), self.given.currency, accounts)

    def _pseudonyms(self, secret: Secret) -> Pseudonyms:
        small = {name: self._engagement.plain(name) for name in TABLES if name not in LEDGER_TABLES}
        with reads.known():
            made = history(self._engagement.path)
        deciders = {e.decision.by for e in made} | {e.withdrawn.by for e in made if e.withdrawn}
        more = {
            "person": deciders,
            "product": self._in_lines("product_id"),
            "engagement": [self._engagement.path.name],
        }
        tables = {name: frame for name, frame in small.items() if frame is not None}
        return Pseudonyms(secret, tables, self._in_lines("bu_id"), self.given.client, more)

    def _in_lines(self, column: str) -> list[str]:
        """Values that a column has in the ledger tables."""
        found: set[str] = set()
        for name in LEDGER_TABLES:
            frame = self._engagement.plain_lines(name)
            if frame is not None and column in frame.collect_schema().names():
                values = collected(distinct(frame.select(column)))[column]
                found |= set(values.dropna().astype(str))
        return sorted(found)

    def table(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        return self.mask.table(name, frame)

    def lazy(self, name: str, frame: nw.LazyFrame, connection: Any) -> nw.LazyFrame:
        return self.mask.lazy(name, frame, connection)

    def people(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """People by role, found to be doubles before their names and numbers go."""
        shown = self._people.shown(name, frame)
        masked = self.mask.table(name, shown, done=_OF_PEOPLE if name == "contacts" else ())
        return self.mask.doubles(masked)

    @cached_property
    def _people(self) -> People:
        contacts = self._engagement.plain("contacts")
        places = None if contacts is None else self.mask.places(contacts)
        return People(self.config, places)

    def decided(self, made: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value_told(key, value, self.mask) for key, value in made.items()}

    def decision(self, key: str, default: Any, made: Mapping[str, Any]) -> Any:
        return decided_value(key, default, self.decided(made))

    def history(self) -> list[Entry]:
        return [entry_told(entry, self.mask) for entry in super().history()]

    def problems(self, problems: Iterable[Problem]) -> Sequence[Problem]:
        return problems_told(problems)

    def hashes(self, hashes: Mapping[str, str]) -> dict[str, str]:
        """Hashes that nobody can check against the client's files."""
        return {name: self.mask.secret.mark(sha) for name, sha in hashes.items()}

    def account(self, number: str) -> str:
        return self.mask.pseudonyms.number("account", number)

    def result(self, result: Any) -> Any:
        """Without the figures of groups of fewer than five accounts."""
        return without_few(result)

    @property
    def originals(self) -> Originals:
        return self.mask.pseudonyms.originals
