"""Ledger tables that are no files of the engagement: tables of a cluster, and frames that are handed in."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw

from kamkit.engagement.config import FILE
from kamkit.engagement.folder import sha256
from kamkit.engagement.problems import GateError, Problem
from kamkit.engagement.reading import store
from kamkit.engagement.reading.sources import Source, find_sources
from kamkit.engagement.reads import run_folder
from kamkit.engagement.schemas import LEDGER_TABLES
from kamkit.engagement.spark import is_of_spark, parquet, said_by_spark, spark_session
from kamkit.errors import ParameterError
from kamkit.method.frames import collected

if TYPE_CHECKING:
    from kamkit.engagement.config import Config, Ledger

__all__ = ["Lake", "content_hash", "sources_of"]


@dataclass(frozen=True)
class Lake:
    """A table that stays in Spark: by its name or path, or as the frame that was handed in."""

    table: str
    place: str = ""
    frame: Any = field(default=None, compare=False)
    shown: str = ""
    """What it is called where its place names the consultant's machine."""
    marks: Path | None = field(default=None, compare=False)
    """Folder in which a run keeps by what mark it knows the table."""
    _summed: list[list[Any]] = field(default_factory=list, compare=False, repr=False)

    @property
    def label(self) -> str:
        """The source in a message."""
        return self.shown or self.place or f"the frame {self.table}"

    @cached_property
    def lines(self) -> nw.LazyFrame:
        """The table as it stands, lazy.

        Raises
        ------
        GateError
            It is not there, or can't be read.
        """
        native = self._read() if self.frame is None else self.frame
        return nw.from_native(native).lazy()

    def fingerprint(self) -> str:
        """SHA-256 that changes when the rows do.

        Of files by their names, sizes and dates, which takes no look at a row; of anything else, such as
        a view or a frame, by a checksum over all rows, which the engine makes once. The processes of a run
        take it from the runner, so that those without a question to Spark need no session.
        """
        return self._of_the_run() or self._mark()

    def keep_mark(self, run: str) -> None:
        """Let the processes of a run know the mark; those of other runs are over."""
        if self.marks is None:
            return
        for old in self.marks.glob(f"mark-{self.table}-*"):
            old.unlink(missing_ok=True)
        with store.partial(self.marks / f"mark-{self.table}-{run}") as file:
            file.write_text(self._mark(), encoding="utf-8")

    def look_again(self) -> None:
        """Forget the checksum: the rows may have changed."""
        self._summed.clear()

    def _of_the_run(self) -> str:
        run = run_folder()
        if run is None or self.marks is None:
            return ""
        try:
            return (self.marks / f"mark-{self.table}-{run.name}").read_text(encoding="utf-8")
        except OSError:
            return ""

    def _mark(self) -> str:
        told = self._listing()
        if not told:
            with self.reading():
                self._summed[:] = self._summed or [self._checksum()]
            told = self._summed[0]
        return hashlib.sha256(json.dumps([self.place, told]).encode()).hexdigest()

    @property
    def _is_path(self) -> bool:
        return "/" in self.place or "\\" in self.place or self.place.endswith(".parquet")

    def _read(self) -> Any:
        session = spark_session()
        try:
            return parquet(session, self.place) if self._is_path else session.read.table(self.place)
        except Exception as error:
            what = f"it can't be read from Spark: {said_by_spark(error)}"
            remedy = f"correct {self.table} under [ledger] in engagement.toml, or see that you may read it"
            raise GateError([Problem("fatal", self.label, what, remedy, self.table)]) from error

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Within it, what Spark can't do with the table is a problem of the table.

        Raises
        ------
        GateError
            Spark fails, for instance on a file that is damaged or of a kind that it can't read.
        """
        try:
            yield
        except Exception as error:
            if not is_of_spark(error):
                raise
            what = f"Spark can't read its rows: {said_by_spark(error)}"
            remedy = "write the table anew from Spark, and see that you may read all its files"
            raise GateError([Problem("fatal", self.label, what, remedy, self.table)]) from error

    def _listing(self) -> list[Any]:
        """Names, sizes and dates of the files behind a path or a table of the catalogue."""
        if self.frame is not None:
            return []
        session = spark_session()
        try:
            if self._is_path:
                files: Any = self.place
            elif session.catalog.getTable(self.place).tableType.endswith("VIEW"):
                return []
            else:
                files = self.lines.to_native().inputFiles()
            reader = session.read.format("binaryFile").option("recursiveFileLookup", "true")
            listed = reader.load(files).select("path", "length", "modificationTime").collect()
        except Exception:
            return []
        return sorted([str(cell) for cell in row] for row in listed)

    def _checksum(self) -> list[Any]:
        """Number of rows and a sum of their hashes, which knows no order."""
        from pyspark.sql import functions as f

        native = self.lines.to_native()
        columns = sorted(native.columns)
        each = f.xxhash64(*[f.col(f"`{c}`") for c in columns])
        sums = native.select(each.alias("each")).agg(
            f.count("*").alias("rows"), f.sum(f.col("each").cast("decimal(38,0)")).cast("string").alias("sum")
        )
        found = collected(nw.from_native(sums)).iloc[0]
        return [*columns, str(found["rows"]), str(found["sum"])]


def sources_of(
    folder: Path, settings: Config, handed_in: Mapping[str, Any], cache: Path
) -> tuple[dict[str, Source | Lake], list[Problem]]:
    """Where each table of an engagement comes from: its frame, its place in Spark, or its file.

    Parameters
    ----------
    folder : the engagement's, which relative paths start from.
    settings : the whole of ``engagement.toml``.
    handed_in : frames by table; None is none.
    cache : where frames of this machine are kept.

    Returns
    -------
    tuple
        The sources by table, and what is wrong with them.
    """
    files, problems = find_sources(folder / "data", settings.read)
    found: dict[str, Source | Lake] = dict(files)
    elsewhere = _in_spark(settings.ledger, folder, cache) | _frames(handed_in, cache)
    for name, source in elsewhere.items():
        if name in files and str(files[name].path) != getattr(source, "place", ""):
            what = f"not read: the table {name} comes from {source.label}"
            problems.append(Problem("warning", files[name].label, what, "take the file away", name))
    for name in LEDGER_TABLES:
        if settings.ledger.engine != "spark" and getattr(settings.ledger, name):
            what = f"[ledger] {name} is not read: the engine is {settings.ledger.engine}"
            problems.append(Problem("warning", FILE, what, 'write engine = "spark", or take it out', name))
    return found | elsewhere, problems


def content_hash(source: Source | Lake) -> str:
    """SHA-256 that tells whether the rows are the same."""
    return source.fingerprint() if isinstance(source, Lake) else sha256(source.path)


def _in_spark(settings: Ledger, folder: Path, cache: Path) -> dict[str, Source | Lake]:
    """The ledger tables in Spark: those that ``[ledger]`` names, else Parquet of the data folder."""
    found: dict[str, Source | Lake] = {}
    for name in LEDGER_TABLES if settings.engine == "spark" else ():
        place = getattr(settings, name) or f"data/{name}.parquet"
        inside = (folder / place).exists()
        if inside or getattr(settings, name):
            shown = place.removeprefix("data/") if inside else ""
            found[name] = Lake(name, str(folder / place) if inside else place, shown=shown, marks=cache)
    return found


def _frames(handed_in: Mapping[str, Any], cache: Path) -> dict[str, Source | Lake]:
    """Frames that were handed in: those of Spark as they are, those of this machine as files.

    The files pass the gate like any other, so that a frame gets the same verdict.
    """
    found: dict[str, Source | Lake] = {}
    for name, frame in handed_in.items():
        if frame is None:
            continue
        lazy = _lazy(name, frame)
        if lazy.implementation.is_spark_like():
            found[name] = Lake(name, frame=lazy.to_native())
        else:
            found[name] = Source(_kept(name, lazy, cache), shown=f"the frame {name}")
    return found


def _lazy(name: str, frame: Any) -> nw.LazyFrame:
    try:
        lazy = nw.from_native(frame).lazy()
    except TypeError as error:
        raise _no_frame(name, type(frame).__name__) from error
    here = lazy.implementation.is_pandas_like() or lazy.implementation in (
        nw.Implementation.DUCKDB, nw.Implementation.PYARROW, nw.Implementation.POLARS,
    )  # fmt: skip
    if not (here or lazy.implementation.is_spark_like()):
        raise _no_frame(name, str(lazy.implementation))
    return lazy


def _no_frame(name: str, kind: str) -> ParameterError:
    return ParameterError(
        f"{name} is {kind}", where=name, allowed="a frame of pandas, Polars, PyArrow, DuckDB or PySpark"
    )


def _kept(name: str, lazy: nw.LazyFrame, cache: Path) -> Path:
    """The frame as a Parquet file of the cache, written by its own engine."""
    passing = cache / f"given-{name}-{os.getpid()}.parquet"
    with store.partial(passing) as path:
        lazy.sink_parquet(path)
    return passing.replace(cache / f"given-{name}-{sha256(passing)[:24]}.parquet")
