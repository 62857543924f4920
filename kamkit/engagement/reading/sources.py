"""Which file of an engagement's data folder holds which table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kamkit.engagement.config import ReadSection
from kamkit.engagement.problems import GateError, Problem
from kamkit.engagement.reading import workbook
from kamkit.engagement.reading.sheet_xml import SheetLook
from kamkit.engagement.reading.usual_words import table_meant
from kamkit.engagement.schemas import TABLES
from kamkit.errors import list_some

__all__ = ["Source", "files_of", "find_sources"]

TEXT = (".csv", ".tsv", ".txt")
_READABLE = (*TEXT, ".parquet", *workbook.SUFFIXES)
_NAMES = (*TABLES, "rates")
"""What a file or sheet may be called."""
_PART = re.compile(rf"({'|'.join(_NAMES)})[ _.(-]+(\d.*|part.*)")


@dataclass(frozen=True)
class Source:
    """A file, and the sheet of it, that a table is read from."""

    path: Path
    sheet: str | None = None
    shown: str = ""
    """What it is called where the file is none of the client's."""

    @property
    def label(self) -> str:
        """The source in a message."""
        if self.shown:
            return self.shown
        return f"{self.path.name}[{self.sheet}]" if self.sheet else self.path.name


def find_sources(
    data_folder: Path, reads: Mapping[str, ReadSection]
) -> tuple[dict[str, Source], list[Problem]]:
    """Find the table files of a data folder.

    A file named like a table holds it; a workbook whose sheets are named like tables holds those; what
    ``[read.TABLE] file`` says goes first.

    Returns
    -------
    tuple
        The source of each table found, and the problems: a table found twice or in parts, a file that
        leads out of the folder, a file that no table is named like.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Path(folder, "sales.csv").touch()
    ...     Path(folder, "Kunden.csv").touch()
    ...     sources, problems = find_sources(Path(folder), {})
    >>> sources["sales"].label, str(problems[0])[:36]
    ('sales.csv', 'Kunden.csv: not read: no table is ca')
    """
    search = _Search(reads)
    for name, read in reads.items():
        if read.file and (source := _settled(data_folder, name, read, search.problems)):
            search.used[name] = source
    for path in files_of(data_folder):
        if problem := _outside(path, data_folder):
            search.problems.append(problem)
        else:
            search.look_at(path)
    told = {name for name, read in reads.items() if read.file}
    chosen = {name: search.only(name, found) for name, found in search.candidates.items() if name not in told}
    return {name: s for name, s in (search.used | chosen).items() if s}, search.problems


def files_of(folder: Path) -> list[Path]:
    """The files of a folder in order of their names, without hidden ones and those that Excel leaves."""
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in paths if not (path.is_dir() or path.name.startswith((".", "~$")))]


class _Search:
    """What each file of the data folder has to offer, beside those that ``engagement.toml`` names."""

    def __init__(self, reads: Mapping[str, ReadSection]) -> None:
        self.used: dict[str, Source] = {}
        self.candidates: dict[str, list[Source]] = defaultdict(list)
        self.problems: list[Problem] = []
        self._reads = reads
        self._looks: dict[Path, dict[str, SheetLook]] = {}

    def look_at(self, path: Path) -> None:
        """Offer the file, or its sheets, to the tables they are named like."""
        suffix, stem = path.suffix.lower(), path.stem.casefold()
        used = {name: source.sheet for name, source in self.used.items() if source.path.samefile(path)}
        if suffix not in _READABLE:
            self.problems.append(Problem("note", path.name, "not read: no table is kept in such a file"))
        elif stem in _NAMES and suffix not in workbook.SUFFIXES:
            self.candidates[stem].append(Source(path))
        elif (part := _PART.fullmatch(stem)) and not used:
            self.problems.append(_in_parts(path.name, part[1]))
        elif suffix in workbook.SUFFIXES:
            self._look_at_sheets(path, used)
        elif not used:
            self.problems.append(_unnamed(path))

    def _look_at_sheets(self, path: Path, used: dict[str, str | None]) -> None:
        """A workbook's sheets that are named like tables; or its only one, if the file is named so."""
        stem = path.stem.casefold()
        try:
            self._looks[path] = workbook.look_inside(path)
            names = workbook.open_book(path).sheet_names
        except GateError as refused:
            self.problems.extend(refused.problems)
            return
        tables = {name.strip().casefold(): name for name in names if name.strip().casefold() in _NAMES}
        for table, name in tables.items():
            self.candidates[table].append(Source(path, name))
        others = [n for n in names if n not in tables.values() and self._has_rows(Source(path, n))]
        unnamed = [name for name, sheet in used.items() if sheet is None and name not in tables]
        if stem in _NAMES and stem not in tables and stem not in self.used:
            self.candidates[stem].append(Source(path))
            unnamed.append(stem)
        for table in unnamed:
            if len(others) > 1 and not (table in self._reads and self._reads[table].sheet):
                self.problems.append(_which_sheet(path.name, table, others))
        if not (tables or used or unnamed):
            self.problems.append(_unnamed(path))
        elif not unnamed:
            self._report_sheets(path, [n for n in others if n not in used.values()])

    def _report_sheets(self, path: Path, names: list[str]) -> None:
        for name in names:
            if part := _PART.fullmatch(name.strip().casefold()):
                self.problems.append(_in_parts(Source(path, name).label, part[1]))
        unread = [name for name in names if not _PART.fullmatch(name.strip().casefold())]
        if unread:
            what = f"sheets that no table is called like were not read: {list_some(unread, 20)}"
            self.problems.append(Problem("note", path.name, what))

    def only(self, name: str, found: list[Source]) -> Source | None:
        """The one source of a table; sheets with a header alone give way to one with rows."""
        full = [source for source in found if self._has_rows(source)] or found
        if len(full) > 1:
            self.problems.append(_twice(name, full))
            return None
        for source in found:
            if source != full[0]:
                what = f"not read: the sheet has no rows, and {name} stands in {full[0].label}"
                self.problems.append(Problem("note", source.label, what, table=name))
        return full[0]

    def _has_rows(self, source: Source) -> bool:
        """Whether more than a header stands in a sheet; taken for granted where it can't be seen."""
        look = self._looks.get(source.path, {}).get(source.sheet or "")
        return look is None or look.filled_rows > 1


def _outside(path: Path, folder: Path) -> Problem | None:
    if path.resolve().is_relative_to(folder.resolve()):
        return None
    return Problem("fatal", path.name, "the file leads out of the data folder", "copy the file itself there")


def _settled(folder: Path, name: str, read: ReadSection, problems: list[Problem]) -> Source | None:
    path = folder / str(read.file)
    if not path.resolve().is_relative_to(folder.resolve()):
        what = f"[read.{name}] file leads out of the data folder"
        problems.append(Problem("fatal", str(read.file), what, "copy the file there", name))
        return None
    if not path.is_file():
        problems.append(
            Problem("fatal", str(read.file), "the file is not there", f"correct [read.{name}] file", name)
        )
        return None
    return Source(path, read.sheet)


def _twice(name: str, found: list[Source]) -> Problem:
    what = f"the table {name!r} stands {len(found)} times"
    remedy = f'take one away, or write file = "{found[0].path.name}" under [read.{name}] in engagement.toml'
    return Problem("fatal", ", ".join(source.label for source in found), what, remedy, name)


def _in_parts(file: str, table: str) -> Problem:
    what = f"this looks like a part of the table {table!r}, which must be one file or sheet"
    remedy = f"join the parts to {table}.csv or {table}.parquet; take away or rename what is none"
    return Problem("fatal", file, what, remedy, table)


def _which_sheet(file: str, table: str, names: list[str]) -> Problem:
    what = f"several sheets hold rows, and none is called {table!r}: {list_some(names, 20)}"
    remedy = f'write sheet = "{names[0]}" under [read.{table}] in engagement.toml, or join the sheets'
    return Problem("fatal", file, what, remedy, table)


def _unnamed(path: Path) -> Problem:
    table, line = table_meant(path.stem), f'file = "{path.name}"'
    remedy = f"name it like a table, or write {line} under [read.{table or 'TABLE'}]"
    toml = f"[read.{table}]\n{line}" if table else ""
    return Problem("note", path.name, "not read: no table is called so", remedy, toml=toml)
