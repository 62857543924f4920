"""One step of the process: the tables it may read, what it hands on, what it found and what it lacked."""

from __future__ import annotations

import datetime as dt
import inspect
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kamkit.engagement import handed_on, reads
from kamkit.engagement.earlier import EarlierRuns
from kamkit.engagement.file_names import file_name
from kamkit.engagement.gaps import NotAssessed, gap_data, gap_from, subject_of
from kamkit.engagement.scene import Scene
from kamkit.engagement.schemas import TABLES
from kamkit.errors import NotDefinedError, Sentence, TableError, UndeclaredError, nearest
from kamkit.locale import N_, _
from kamkit.locale.numbers import Numbers
from kamkit.locale.sentences import Figure, Told, to_data
from kamkit.resources import bundled

if TYPE_CHECKING:
    from kamkit.engagement.engagement import Engagement

__all__ = ["RUN_VARIABLE", "Step"]

RUN_VARIABLE = "KAMKIT_RUN"
"""Environment variable with the run folder, set by the runner for its kernels."""

_SENTENCES = "kamkit.plots"


class Step:
    """A step of an engagement, as its notebook's metadata declares it.

    Outside ``kamkit run`` what is handed on goes to ``runs/lab``. A notebook that is run once for each
    of many ``subjects``, as the account plan is, keeps what it hands on and finds apart for each; what
    an earlier step has not handed on is a gap to it.

    Raises
    ------
    TableError
        If there is no notebook of that name.
    """

    def __init__(self, engagement: Engagement, name: str, subject: str = "") -> None:
        self.engagement, self.name, self.subject = engagement, name, subject
        declared = _declaration(engagement.path, name)
        self.reads: tuple[str, ...] = tuple(declared.get("reads", ()))
        self.writes: tuple[str, ...] = tuple(declared.get("writes", ()))
        self._used: list[str] = []
        self._records: list[dict[str, Any]] = []
        self._gaps: list[NotAssessed] = []
        self._decided: dict[str, list[Any]] = {}
        self._taken: dict[str, list[Any]] = {}
        self._read: set[str] = set()
        self._save_records()
        engagement.asked = self._note_decision

    # -- reading ---------------------------------------------------------------------------------

    def table(self, name: str) -> Any:
        """An input table within the period under analysis, or None where it is missing.

        Sales carry the family of their product where the step also declares the products. People at the
        customers appear as the configuration lets them be seen.
        """
        self._declared(name, self.reads, "reads")
        families = name == "sales" and "products" in self.reads
        frame = self.engagement.shown(name, families=families)
        if frame is not None and name not in self._used:
            self._used.append(name)
        return frame

    def read(self, name: str) -> pd.DataFrame | NotAssessed:
        """A table that an earlier step handed on; a gap where that step found none.

        Where a notebook is run alone, a table that nobody has handed on, or that was made from other
        inputs than today's, is a gap too.

        Raises
        ------
        TableError
            If it was made from other inputs than today's, or not made at all, in ``kamkit run``.
        """
        self._declared(name, self.reads, "reads")
        reads.note(f"handed:{name}")
        with reads.known():
            return self._handed_on(name)

    def _handed_on(self, name: str) -> pd.DataFrame | NotAssessed:
        file = self._file(name)
        if not file.is_file():
            return self._unread(name, N_("has not been handed on: run the earlier step first"))
        stored = handed_on.note_of(file)
        if stored["inputs"] != self._inputs:
            return self._unread(
                name, N_("was made from other inputs than today's: run the earlier step again")
            )
        if not self._still_decided(stored.get("decisions", {})):
            other = N_("was made under other decisions than today's: run the earlier step again")
            return self._unread(name, other)
        self._read.add(name)
        gap = stored["gap"]
        return gap_from(gap) if gap else pd.read_parquet(file)

    def _unread(self, name: str, reason: str) -> NotAssessed:
        if os.environ.get(RUN_VARIABLE) and not self.subject:
            raise TableError(f"{name} {reason}", where=str(self._file(name)))
        return self.not_assessed(subject_of(name), reason=reason)

    def previous(self, name: str) -> pd.DataFrame | NotAssessed:
        """A table as the last successful run on other inputs handed it on; a gap where there was none.

        Runs on today's inputs are passed over, so that the same inputs give the same comparison.
        """
        self._declared(name, (*self.reads, *self.writes), "reads")
        reads.note(f"previous:{self._place(name).as_posix()}")
        with reads.known():
            file = self._earlier.table(self._place(name))
            if file is not None:
                return pd.read_parquet(file)
        return NotAssessed(
            subject_of(name), reason=N_("there is no earlier run on other inputs to compare with")
        )

    # -- decisions -------------------------------------------------------------------------------

    def _note_decision(self, key: str, value: Any, decided: bool) -> None:
        """Keep which value this step took: decided ones as a list of one, defaults as an empty list."""
        plain = json.loads(json.dumps(value, default=_plain))
        record = {"kind": "decision", "key": key, "value": plain, "decided": decided}
        self._decided[key] = [plain] if decided else []
        if {"step": self.name, **record} not in self._records:
            self._record(record)

    def _still_decided(self, taken: dict[str, list[Any]]) -> bool:
        """Whether a table rests on the decisions of today; if so, what this step hands on does, too."""
        with reads.known():
            today = self.engagement.in_force()
        holds = all(([today[key]] if key in today else []) == value for key, value in taken.items())
        if holds:
            self._taken.update(taken)
        return holds

    # -- computing -------------------------------------------------------------------------------

    def compute(self, function: Callable[..., Any], *, title: str = "", **given: Any) -> Any:
        """Call a method function with the tables that its parameters are named after.

        A table that is missing and has no default makes the result :class:`NotAssessed`, as does a
        figure that is not defined for these data; both are recorded as gaps. A gap among the arguments
        is passed on. ``title`` says what is assessed, where the function's own title would mislead.
        """
        handed_on = next((v for v in given.values() if isinstance(v, NotAssessed)), None)
        what = title or subject_of(function.__name__, handed_on.what if handed_on is not None else "")
        if handed_on is not None:
            return NotAssessed(what, handed_on.needs, handed_on.reason)
        tables, missing = self._bind(function, given)
        if missing:
            return self.not_assessed(what, needs=missing)
        try:
            result = function(**tables, **given)
            if isinstance(result, str) and function.__module__.startswith(_SENTENCES):
                return Told(function, {**tables, **given})
            return self.engagement.door.result(result)
        except NotDefinedError as error:
            return self.not_assessed(what, reason=error.what)

    def _bind(self, function: Callable[..., Any], given: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        parameters = inspect.signature(function).parameters.values()
        asked = [p for p in parameters if p.name in TABLES and p.name not in given]
        tables = {p.name: self.table(p.name) for p in asked}
        missing = [p.name for p in asked if tables[p.name] is None and p.default is p.empty]
        return {name: frame for name, frame in tables.items() if frame is not None}, missing

    # -- handing on ------------------------------------------------------------------------------

    def write(self, name: str, result: Any) -> None:
        """Hand a table on to later steps, the report and the workbook.

        A frozen dataclass is handed on as a table of one row, a gap as a gap.
        """
        self._declared(name, self.writes, "writes")
        gap = gap_data(result) if isinstance(result, NotAssessed) else None
        frame = pd.DataFrame() if gap else self.engagement.door.result(_as_frame(result))
        made_from = {"inputs": self._inputs, "decisions": {**self._taken, **self._decided}}
        asked = {"asked": sorted(self._decided), "read": sorted(self._read)}
        handed_on.store(self._file(name), frame, {"step": self.name, "gap": gap, **made_from, **asked})

    def write_all(self, **results: Any) -> None:
        """Hand several tables on, each under the name of its keyword."""
        for name, result in results.items():
            self.write(name, result)

    def finding(self, *shown: Any) -> None:
        """Put texts, or exhibits' messages, on the findings page; gaps are passed over."""
        for one in shown:
            text = one if isinstance(one, str) else one.message
            if text and getattr(one, "kind", "") != "gap":
                said = {"said": to_data(one)} if isinstance(one, str) else {"key": getattr(one, "key", "")}
                self._record({"kind": "finding", "text": _(text), **said})

    def say(self, pattern: str, **values: Any) -> Sentence:
        """A text around values, such as a title, that reads in each language of the report.

        Days are written as days; an amount of money is given as :meth:`money`.
        """
        days = {k: Figure("date", v) for k, v in values.items() if isinstance(v, dt.date)}
        return Sentence(pattern, **{**values, **days})

    def money(self, amount: Any) -> Any:
        """An amount within a text; a gap stays one."""
        return (
            amount
            if isinstance(amount, NotAssessed)
            else Figure("money", float(amount), self.engagement.config.currency)
        )

    def not_assessed(
        self, what: str, *, needs: str | list[str] | tuple[str, ...] = (), reason: str = ""
    ) -> NotAssessed:
        """Record once what could not be assessed, and which tables would mend it."""
        gap = NotAssessed(what, (needs,) if isinstance(needs, str) else tuple(needs), reason)
        if gap not in self._gaps:
            self._gaps.append(gap)
            self._record({"kind": "not_assessed", "text": str(gap), **gap_data(gap)})
        return gap

    # -- what exhibits print under themselves ----------------------------------------------------

    @property
    def numbers(self) -> Numbers:
        """How this client reads numbers."""
        return self.engagement.numbers

    @property
    def run_id(self) -> str:
        """The run's id, or an empty text outside ``kamkit run``."""
        run = os.environ.get(RUN_VARIABLE)
        return Path(run).name if run else ""

    @property
    def scene(self) -> Scene:
        """What all that the step shows from now on needs to know of it."""
        engagement = self.engagement
        config, (start, end) = engagement.config, engagement.period
        return Scene(
            self.name,
            self.subject,
            config.client,
            config.currency,
            start,
            end,
            used=tuple(self._used),
            accounts=self._accounts,
            unassigned=engagement.unassigned_share if "sales" in self.reads else None,
            run=self.run_id,
            colours=config.branding.colours,
            font=config.branding.font,
        )

    def source(self, *tables: Any) -> str:
        """Source line: tables used, period, n of N accounts, share unassigned, run id."""
        return self.scene.source(*tables)

    @cached_property
    def _accounts(self) -> int | None:
        accounts = self.engagement.table("accounts") if "accounts" in self.reads else None
        return None if accounts is None else len(accounts)

    # -- the store -------------------------------------------------------------------------------

    @cached_property
    def _folder(self) -> Path:
        run = os.environ.get(RUN_VARIABLE)
        folder = Path(run) if run else self.engagement.path / "runs" / "lab"
        try:
            self._make_parts(folder)
        except OSError:
            if run:
                raise
            folder = Path(tempfile.mkdtemp(prefix="kamkit-lab-"))
            self._make_parts(folder)
        return folder

    def _make_parts(self, folder: Path) -> None:
        for part in ("tables", "findings"):
            (folder / self._apart / part).mkdir(parents=True, exist_ok=True)

    @cached_property
    def _apart(self) -> Path:
        """Where in the run folder a subject's own files are kept."""
        return Path("plans", file_name(self.subject)) if self.subject else Path()

    @cached_property
    def _inputs(self) -> dict[str, str]:
        with reads.known():
            return self.engagement.fingerprint()

    @cached_property
    def _earlier(self) -> EarlierRuns:
        return EarlierRuns(self.engagement.path, self._inputs, self.engagement.anonymous)

    def _file(self, name: str) -> Path:
        return self._folder / self._place(name)

    def _place(self, name: str) -> Path:
        """Where in a run folder a table is kept: what this step writes itself, with its subject."""
        own = self._apart if name in self.writes else Path()
        return own / "tables" / f"{name}.parquet"

    def _record(self, record: dict[str, Any]) -> None:
        self._records.append({"step": self.name, **record})
        self._save_records()

    def _save_records(self) -> None:
        text = json.dumps(self._records, ensure_ascii=False, indent=1)
        handed_on.replace_file(self._folder / self._apart / "findings" / f"{self.name}.json", text.encode())

    def _declared(self, name: str, declared: tuple[str, ...], verb: str) -> None:
        if name in declared:
            return
        close = nearest(name, declared)
        raise UndeclaredError(
            f"step {self.name} {verb} {name!r}, which its notebook does not declare",
            where=f"metadata kamkit.{verb} of {self.name}.ipynb",
            allowed=", ".join(declared) or "nothing",
            remedy=f"{close[0]}?" if close else f"add {name!r} to kamkit.{verb}",
        )


def _declaration(engagement: Path, name: str) -> dict[str, Any]:
    for folder in (engagement / "notebooks", bundled("notebooks")):
        file = folder / f"{name}.ipynb"
        if file.is_file():
            return json.loads(file.read_text(encoding="utf-8"))["metadata"].get("kamkit", {})
    steps = sorted(p.stem for p in bundled("notebooks").glob("*.ipynb"))
    raise TableError(f"there is no step {name!r}", allowed=", ".join(steps), remedy="use the notebook's name")


def _plain(value: Any) -> Any:
    """A default that is no plain value, as the log of the step can hold it."""
    if isinstance(value, pd.Series):
        return {str(name): cell for name, cell in value.to_dict().items()}
    return value.item() if isinstance(value, np.generic) else str(value)


def _as_frame(result: Any) -> pd.DataFrame:
    if is_dataclass(result) and not isinstance(result, type):
        return pd.DataFrame([asdict(result)])
    return result.to_frame() if isinstance(result, pd.Series) else result
