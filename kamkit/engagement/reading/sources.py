"""Which file of an engagement's data folder holds which table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kamkit.engagement.config import Read
from kamkit.engagement.problems import GateError, Problem
from kamkit.engagement.reading import workbook
from kamkit.engagement.schemas import TABLES

__all__ = ["Source", "find_sources"]

TEXT = (".csv", ".tsv", ".txt")
_READABLE = (*TEXT, ".parquet", *workbook.SUFFIXES)
_NO_TABLE = ("rates",)
"""Files of the data folder that are read elsewhere."""


@dataclass(frozen=True)
class Source:
    """A file, and the sheet of it, that a table is read from."""

    path: Path
    sheet: str | None = None

    @property
    def label(self) -> str:
        """The source in a message."""
        return f"{self.path.name}[{self.sheet}]" if self.sheet else self.path.name


def find_sources(data_folder: Path, reads: Mapping[str, Read]) -> tuple[dict[str, Source], list[Problem]]:
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
    problems: list[Problem] = []
    candidates: dict[str, list[Source]] = defaultdict(list)
    for path in sorted(data_folder.iterdir()) if data_folder.is_dir() else []:
        if path.is_dir() or path.name.startswith((".", "~$")) or path.stem.casefold() in _NO_TABLE:
            continue
        if problem := _outside(path, data_folder):
            problems.append(problem)
        else:
            _offer(path, candidates, problems)
    told = {name: _settled(data_folder, name, read, problems) for name, read in reads.items() if read.file}
    for name, found in candidates.items():
        if name not in told and len(found) > 1:
            problems.append(_twice(name, found))
        elif name not in told:
            told[name] = found[0]
    return {name: source for name, source in told.items() if source}, problems


def _outside(path: Path, folder: Path) -> Problem | None:
    if path.resolve().is_relative_to(folder.resolve()):
        return None
    return Problem("fatal", path.name, "the file leads out of the data folder", "copy the file itself there")


def _offer(path: Path, candidates: dict[str, list[Source]], problems: list[Problem]) -> None:
    suffix, stem = path.suffix.lower(), path.stem.casefold()
    if suffix not in _READABLE:
        problems.append(Problem("note", path.name, "not read: no table is kept in such a file"))
    elif stem in TABLES and suffix not in workbook.SUFFIXES:
        candidates[stem].append(Source(path))
    elif part := re.fullmatch(rf"({'|'.join(TABLES)})[ _.-]+(\d.*|part.*)", stem):
        problems.append(_in_parts(path, part[1]))
    elif suffix in workbook.SUFFIXES:
        _offer_sheets(path, candidates, problems)
    else:
        problems.append(_unnamed(path))


def _offer_sheets(path: Path, candidates: dict[str, list[Source]], problems: list[Problem]) -> None:
    """A workbook's sheets that are named like tables; or its first, if only the file is named like one."""
    stem = path.stem.casefold()
    try:
        workbook.look_inside(path)
        names = workbook.open_book(path).sheet_names
    except GateError as refused:
        problems.extend(refused.problems)
        return
    tables = {name.strip().casefold(): name for name in names if name.strip().casefold() in TABLES}
    for table, name in tables.items():
        candidates[table].append(Source(path, name))
    if stem in TABLES and stem not in tables:
        candidates[stem].append(Source(path))
    elif not tables:
        problems.append(_unnamed(path))


def _settled(folder: Path, name: str, read: Read, problems: list[Problem]) -> Source | None:
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


def _in_parts(path: Path, table: str) -> Problem:
    what = f"this looks like a part of the table {table!r}, which must be one file"
    return Problem("fatal", path.name, what, f"join the parts to {table}.csv or {table}.parquet", table)


def _unnamed(path: Path) -> Problem:
    what = "not read: no table is called so"
    return Problem("note", path.name, what, 'name it like a table, or write file = "…" under [read.TABLE]')
