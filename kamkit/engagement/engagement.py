"""One client's folder: its configuration, its tables behind the gate, its decisions and its steps."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from kamkit.engagement import check, config, decisions, ledger, questions, rates, reads, votes
from kamkit.engagement.anonymous import Door, MaskedDoor, in_anonymous_run
from kamkit.engagement.answers import with_votes
from kamkit.engagement.config_reads import watched
from kamkit.engagement.decisions.standing import recommendation
from kamkit.engagement.folder import absent, cache_of, find_folder, remedy_of, sha256
from kamkit.engagement.gate import Gated, Source, gate
from kamkit.engagement.lake import Lake, content_hash, sources_of
from kamkit.engagement.one_account import account_of
from kamkit.engagement.own_words import own_words
from kamkit.engagement.people import TABLES_OF_PEOPLE, told
from kamkit.engagement.problems import GateError, Problem, fatal
from kamkit.engagement.schemas import LEDGER_TABLES, OBLIGATORY, TABLES
from kamkit.errors import ParameterError, TableError, nearest
from kamkit.locale import language, use_language
from kamkit.locale.numbers import Numbers

if TYPE_CHECKING:
    import narwhals as nw

    from kamkit.engagement.step import Step

__all__ = ["Engagement"]


class Engagement:
    """An engagement folder, opened.

    Parameters
    ----------
    path : folder that holds ``engagement.toml`` and ``data/``; a relative one is looked for here and
        then upwards, so that a notebook finds ``data/sample`` from wherever it is opened.
    anonymise : whether everything is handed out masked; by default as ``engagement.toml``, or the run
        that a notebook is part of, says. False shows what the files hold, and no deliverable is made so.
    handed_in : ``sales`` and ``activity_use`` as frames, as :func:`kamkit.open` takes them.

    Raises
    ------
    ConfigError
        If ``engagement.toml`` is missing or holds a mistake.
    """

    def __init__(self, path: str | os.PathLike[str], anonymise: bool | None = None, **handed_in: Any) -> None:
        self.path, self._handed_in = find_folder(Path(path).expanduser()), handed_in
        with reads.known():
            self._given = watched(config.load(self.path))
        use_language(self._given.language)
        asked = self._given.anonymise or in_anonymous_run() if anonymise is None else anonymise
        reads.note_engagement(self.path, masked=asked)
        self.door: Door = MaskedDoor(self, self._given) if asked else Door(self, self._given)
        """Through which everything is handed out: as it is, or masked."""
        self._words: dict[str, dict[str, str]] = {}
        self.asked: Callable[[str, Any, bool], None] | None = None
        """Told of each decision that is asked for: its key, the value used, whether it was decided."""

    def __repr__(self) -> str:
        return f"Engagement({self._given.client!r}, {str(self.path)!r})"

    @property
    def config(self) -> config.Config:
        """The configuration; in anonymised mode without the client's name, branding and words."""
        return self.door.config

    @property
    def anonymous(self) -> bool:
        """Whether everything is handed out masked."""
        return self.door.anonymous

    # -- tables ----------------------------------------------------------------------------------

    def has(self, name: str) -> bool:
        """Whether the table is there and has rows."""
        gated = self._gated(name)
        return gated is not None and gated.rows_read > gated.rows_left_out

    def table(self, name: str) -> pd.DataFrame | None:
        """An account-level table as it came through the gate, or None where it is missing.

        Raises
        ------
        GateError
            If the table has problems that forbid its use.
        """
        frame = self.plain(name)
        return None if frame is None else self.door.table(name, frame)

    def plain(self, name: str) -> pd.DataFrame | None:
        """As :meth:`table`, never masked: for checks and the desk; no deliverable is made from it."""
        if name in LEDGER_TABLES:
            raise TableError(f"{name} stays in its engine", where=name, remedy=f"use engagement.{name}")
        gated = self._usable(name)
        if gated is None or gated.frame is None:
            return None
        frame = gated.frame.reset_index(drop=True)
        if name == "criteria":
            return questions.in_language(frame, language())
        if name not in ("ledger", "opportunities"):
            return frame
        return ledger.under_known_accounts(frame, self._known_accounts)

    def own_words(self) -> dict[str, str]:
        """What the tables say in words, as the language in force has it; where all is masked, pseudonyms."""
        if language() not in self._words:
            gated = [None if self.anonymous else self._usable(name) for name in ("criteria", "contacts")]
            said = own_words(self._given, *(g.frame if g else None for g in gated))
            self._words[language()] = self.door.own_words(said)
        return self._words[language()]

    @property
    def sales(self) -> nw.LazyFrame:
        """Invoice lines in the reporting currency, lazy, with the family of their product.

        What belongs to no known customer, or to no family, is ``unassigned``.
        """
        products = self.table("products")
        return self._handed_out.once(
            "sales", lambda: ledger.with_families(self._lines, products, self._connection)
        )

    @property
    def _lines(self) -> nw.LazyFrame:
        """Invoice lines without family, which most steps can do without."""
        return self._handed_out.once("lines", self._read_lines)

    def _read_lines(self) -> nw.LazyFrame:
        frame = self._ledger_frame("sales")
        if frame is None:
            raise GateError(
                [Problem("fatal", "data/", "there is no table sales", remedy_of("sales"), table="sales")]
            )
        return frame

    @property
    def activity_use(self) -> nw.LazyFrame | None:
        """How often each account made us do what, lazy, or None where the table is missing."""
        return self._handed_out.once("activity_use", lambda: self._ledger_frame("activity_use"))

    def within_period(self, name: str, *, families: bool = False) -> Any:
        """A table, restricted to the period under analysis where it is dated by day or month.

        ``families`` joins the products' families to the sales, which costs a pass over the lines.
        """
        plain = {"sales": "sales" if families else "_lines"}
        if name not in LEDGER_TABLES:
            frame = self.table(name)
            return None if frame is None else ledger.between(frame, name, *self.period)
        lines = getattr(self, plain.get(name, name))
        if lines is None:
            return None
        return self._handed_out.once((name, families), lambda: ledger.between(lines, name, *self.period))

    def shown(self, name: str, *, families: bool = False) -> Any:
        """A table within the period as the client's deliverables may show it.

        As :meth:`within_period`, but for the people at the customers, who appear by role and without
        attitudes unless the configuration says ``[report] contacts = "names"``.
        """
        if name not in TABLES_OF_PEOPLE:
            return self.within_period(name, families=families)
        frame = self.plain(name)
        return None if frame is None else self.door.people(name, frame)

    @cached_property
    def period(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last day under analysis: as configured, else the whole months the sales cover."""
        if given := self._given.period:
            return pd.Timestamp(given.start), pd.Timestamp(given.end)
        covered = ledger.months_covered(self._lines)
        if covered is None:
            raise GateError(
                [Problem("fatal", "data/", "sales holds no rows", remedy_of("sales"), table="sales")]
            )
        first, last = (pd.Timestamp(day) for day in covered)
        return first.replace(day=1).normalize(), (last + pd.offsets.MonthEnd(0)).normalize()

    @cached_property
    def unassigned_share(self) -> float:
        """Share of the period's net sales that no known customer carries (of net sales in all)."""
        return ledger.unassigned_share(self.within_period("sales"))

    # -- checks ----------------------------------------------------------------------------------

    @cached_property
    def _problems(self) -> tuple[Problem, ...]:
        gated = {name: self._gated(name) for name in TABLES}
        found = list(self._sources[1]) + [p for g in gated.values() if g for p in g.problems]
        refused = {p.table for p in fatal(found)}
        found += [absent(name, gated[name]) for name in OBLIGATORY if not (self.has(name) or name in refused)]
        found += decisions.read(self.path)[1]
        return (
            *found,
            *self._between_tables({n: g for n, g in gated.items() if g and not fatal(g.problems)}),
        )

    def _between_tables(self, gated: dict[str, Gated]) -> list[Problem]:
        """What does not fit together, among the tables that came through the gate."""
        tables = {name: g.frame for name, g in gated.items() if g.frame is not None and self.has(name)}
        files = {"responses": votes.FILE} | {n: source.label for n, source in self._sources[0].items()}
        raw = {name: self._raw(name) for name in LEDGER_TABLES}
        try:
            known_rates = self._rates
        except GateError as refused:
            return list(refused.problems)
        frame, noted = (known_rates.frame, known_rates.problems) if known_rates else (None, ())
        return [
            *noted,
            *check.check_tables(tables, raw["sales"], raw["activity_use"], self._given, files, rates=frame),
        ]

    def check(self) -> list[Problem]:
        """Everything the gate and the cross-checks found, worst first; nothing is raised."""
        rank = {"fatal": 0, "warning": 1, "note": 2}
        return sorted(self._problems, key=lambda p: (rank[p.severity], p.file, p.row or 0))

    def check_shown(self) -> list[Problem]:
        """As :meth:`check`, without cells that tell of a person where the configuration leaves names out."""
        contacts = self._gated("contacts")
        shown = told(self.check(), self._given, None if contacts is None else contacts.frame)
        return list(self.door.problems(shown))

    def require_sound(self) -> None:
        """Raise what forbids a run.

        Raises
        ------
        GateError
            With every fatal problem.
        """
        if fatal(self._problems):
            raise GateError(self.check())

    def fingerprint(self, names: Iterable[str] | None = None) -> dict[str, str]:
        """SHA-256 of each table's file, of ``engagement.toml`` and of the votes that count, by name."""
        reads.note_unless_known("inputs:all")
        wanted = self._sources[0] if names is None else [n for n in names if n in self._sources[0]]
        hashes = {name: content_hash(self._sources[0][name]) for name in wanted}
        voted = votes.digest(self.path) if names is None or "responses" in names else ""
        return self.door.hashes(
            {
                "engagement.toml": sha256(self.path / "engagement.toml"),
                **hashes,
                **({votes.FILE: voted} if voted else {}),
            }
        )

    @property
    def lakes(self) -> list[Lake]:
        """The tables that stay in Spark."""
        return [source for source in self._sources[0].values() if isinstance(source, Lake)]

    # -- decisions and steps ---------------------------------------------------------------------

    def decision(self, key: str, default: Any = None) -> Any:
        """The value decided for ``key``, or the default where nothing was decided.

        The step at work notes which of the two it was, for the report.
        """
        reads.note(f"decision:{key}")
        with reads.known():
            made = decisions.in_force(self.path)
        value = self.door.decision(key, default, made)
        if self.asked is not None:
            self.asked(key, value, key in made)
        return value

    def in_force(self) -> dict[str, Any]:
        """The value in force of every key that was decided."""
        reads.note_unless_known("decisions:all")
        with reads.known():
            return self.door.decided(decisions.in_force(self.path))

    def history(self) -> list[decisions.Entry]:
        """Every decision that was ever made, as :func:`kamkit.engagement.decisions.history` tells them."""
        return self.door.history()

    def decide(self, key: str, value: Any, by: str, why: str, **more: Any) -> decisions.Decision:
        """Record a decision: who, why, when, and on which inputs.

        Parameters
        ----------
        key, value, by, why : as :func:`kamkit.engagement.decisions.record`.
        more : role, options (what else was considered), figures (on the screen; ``table.column`` or
            ``table.column[row]`` can be looked up again), expected (outcome), review (date), step.

        Raises
        ------
        ParameterError
            A value that the key does not allow; by or why empty; or the engagement is masked.
        LockedError, TableError
            The log can't be written.
        """
        if self.anonymous:
            remedy = "open it with kamkit.open(path, anonymise=False)"
            raise ParameterError("nothing is decided on pseudonyms", where=key, remedy=remedy)
        known = decisions.KEYS.get(key)
        given = {
            "step": known.step if known else "",
            "inputs": self.fingerprint(),
            "recommended": recommendation(self, key, value),
        }
        return decisions.record(self.path, key, value, by, why, **(given | more))

    def withdraw(self, which: str, by: str, why: str, role: str = "") -> decisions.Decision:
        """Take a decision back, by its key or id; see :func:`kamkit.engagement.decisions.withdraw`."""
        return decisions.withdraw(self.path, which, by, why, role)

    def step(self, name: str, subject: str = "") -> Step:
        """Open a step of the process, such as ``02_customers``; with a subject, its notebook for that one."""
        from kamkit.engagement.step import Step

        return Step(self, name, subject)

    def account(self, asked: str) -> str:
        """The number of the account with this number or name; of none named, the first key account.

        Raises
        ------
        ParameterError
            If there is no such account; the closest are named.
        """
        return account_of(self, asked.strip())

    @property
    def numbers(self) -> Numbers:
        """How this client reads numbers."""
        return Numbers(self._given.currency, language())

    # -- behind the gate -------------------------------------------------------------------------

    @cached_property
    @reads.known()
    def _sources(self) -> tuple[dict[str, Source | Lake], list[Problem]]:
        return sources_of(self.path, self._given, self._handed_in, self._cache)

    @cached_property
    @reads.known()
    def _cache(self) -> Path:
        return cache_of(self.path)

    @cached_property
    def _connection(self) -> Any:
        return ledger.connect(self._given.ledger.memory_limit, self._cache)

    @cached_property
    def _gates(self) -> dict[str, Gated | None]:
        return {}

    @cached_property
    def _handed_out(self) -> ledger.HandedOut:
        return ledger.HandedOut()

    def _gated(self, name: str) -> Gated | None:
        if name not in TABLES:
            close = " or ".join(nearest(name, TABLES))
            raise TableError(
                f"there is no table {name!r}", allowed=", ".join(TABLES), remedy=close and f"{close}?"
            )
        reads.note(f"table:{name}")
        if name not in self._gates:
            self._gates[name] = self._through_gate(name)
        return self._gates[name]

    @reads.known()
    def _through_gate(self, name: str) -> Gated | None:
        gated = self._from_file(name)
        return with_votes(gated, self.path) if name == "responses" else gated

    def _from_file(self, name: str) -> Gated | None:
        source = self._sources[0].get(name)
        if source is None:
            return None
        read = self._given.settled(name)
        columns = self._given.columns.get(name, {})
        given = {"currency": self._given.currency, "memory_limit": self._given.ledger.memory_limit}
        return gate(TABLES[name], source, read, columns, cache=self._cache, **given)

    def _usable(self, name: str) -> Gated | None:
        gated = self._gated(name)
        if gated is None or (not self.has(name) and not fatal(gated.problems)):
            return None
        if fatal(gated.problems):
            raise GateError(gated.problems)
        return gated

    def _raw(self, name: str) -> nw.LazyFrame | None:
        gated = self._gated(name)
        if gated is None or fatal(gated.problems):
            return None
        if gated.parquet is None:
            return gated.lines
        return ledger.open_parquet(self._connection, gated.parquet)

    @cached_property
    def _rates(self) -> Gated | None:
        reads.note("table:rates")
        with reads.known():
            settings, columns = self._given.settled("rates"), self._given.columns.get("rates")
            source = self._sources[0].get("rates")
            return rates.read(source, cache=self._cache, settings=settings, columns=columns)

    def _ledger_frame(self, name: str) -> nw.LazyFrame | None:
        frame = self.plain_lines(name)
        return None if frame is None else self.door.lazy(name, frame, self._connection)

    def plain_lines(self, name: str) -> nw.LazyFrame | None:
        """A table that stays in its engine, never masked; what is of no known customer is ``unassigned``."""
        if self._usable(name) is None:
            return None
        frame = self._raw(name)
        if frame is None:
            return None
        if name == "sales" and self._rates and self._rates.frame is not None:
            frame = rates.to_reporting(frame, self._rates.frame, self._given.currency)
        return ledger.with_known_accounts(frame, self._known_accounts, self._connection)

    @cached_property
    def _known_accounts(self) -> pd.Series:
        accounts = self.plain("accounts")
        return pd.Series(dtype="str") if accounts is None else accounts["account_id"]
