"""Which row names the columns, and which of the client's columns are ours.

A name is ours if it equals one of our column names, or a header mapped to one under ``[columns.TABLE]``,
leaving case, spaces, hyphens and underscores aside. Nothing is matched by likeness: what looks alike is
only offered in the message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kamkit.engagement.config import Read
from kamkit.engagement.problems import GateError
from kamkit.engagement.reading.cells import Cell, Row, is_blank
from kamkit.engagement.reading.findings import Findings, refuse
from kamkit.engagement.reading.usual_headers import looks_like
from kamkit.engagement.schemas import Table
from kamkit.errors import list_some, nearest

__all__ = ["Header", "Names", "find_header", "flat"]

_DEPTH = 60
"""Rows from the top that a header is looked for in."""


@dataclass(frozen=True)
class Header:
    """The header as found: its last row, its names, and where our columns stand."""

    row: int
    names: tuple[str, ...]
    places: dict[str, int] = field(default_factory=dict)
    parts: tuple[tuple[str, ...], ...] = ()
    """The names row by row, to know a header that is repeated lower down."""


class Names:
    """The headers that mean a column of a table.

    Examples
    --------
    >>> from kamkit.engagement.schemas import TABLES
    >>> Names(TABLES["sales"], {"Kundnr": "account_id"}).ours("KUNDNR")
    'account_id'
    """

    def __init__(self, table: Table, columns: dict[str, str]) -> None:
        self.table, self.columns = table, columns
        self._ours = {flat(name): name for name in table.names}
        self._ours |= {flat(theirs): ours for theirs, ours in columns.items()}

    def ours(self, header: str) -> str:
        """Our column that a client's header means, or nothing."""
        return self._ours.get(flat(header), "")

    def found_in(self, record: Sequence[Cell]) -> int:
        """How many of our columns a record names."""
        return len({self.ours(str(cell)) for cell in record if not is_blank(cell)} - {""})


def flat(header: str) -> str:
    """A header without case, spaces, hyphens, underscores and byte-order marks.

    >>> flat(" Net_Amount ") == flat("net amount")
    True
    """
    return re.sub(r"[\s_\-\ufeff\u200b]+", "", header).casefold()


def find_header(top: Sequence[Row], names: Names, read: Read, found: Findings) -> Header:
    """The header among the first rows, with our columns' places.

    Raises
    ------
    GateError
        If no row names the required columns; or two headers mean the same column.
    """
    rows = (
        [(n, record) for n, record in top if n == read.header_row] if read.header_row else list(top)[:_DEPTH]
    )
    best = max(range(len(rows)), key=lambda i: names.found_in(rows[i][1]), default=-1)
    if best < 0:
        refuse(found.file, f"there is no row {read.header_row}", "correct header_row", table=found.table)
    header = _one_row(rows[best], names)
    if read.header_row:
        rows = [row for row in top if row[0] in (read.header_row - 1, read.header_row)]
    if _missing(header, names):
        header = _two_rows(rows, names) or header
    _refuse_missing(header, names, rows, found)
    _refuse_unknown(header, names, found)
    _refuse_doubles(header, names, found)
    if not header.places:
        raise GateError(())
    return header


def join_headers(upper: Sequence[Cell], lower: Sequence[Cell]) -> tuple[str, ...]:
    """Two header rows as one, a group's name carried over the cells it was merged across.

    >>> join_headers(["Land", "Kund", "", "1996", ""], ["", "Nr", "Namn", "Belopp", "Rader"])
    ('Land', 'Kund Nr', 'Kund Namn', '1996 Belopp', '1996 Rader')
    """
    joined, group = [], ""
    for i in range(max(len(upper), len(lower))):
        above, below = _text(upper, i), _text(lower, i)
        group = above or (group if below else "")
        joined.append(below if group == below else f"{group} {below}".strip())
    return tuple(joined)


def _text(record: Sequence[Cell], i: int) -> str:
    cell = record[i] if i < len(record) else None
    if is_blank(cell):
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else " ".join(str(cell).split())


def texts(record: Sequence[Cell]) -> tuple[str, ...]:
    """A record as header names, without the empty cells at its end."""
    names = [_text(record, i) for i in range(len(record))]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _one_row(row: Row, names: Names) -> Header:
    return _header(row[0], texts(row[1]), names, (texts(row[1]),))


def _two_rows(rows: Sequence[Row], names: Names) -> Header | None:
    for (_, upper), (number, lower) in pairwise(rows):
        header = _header(number, join_headers(upper, lower), names, (texts(upper), texts(lower)))
        if not _missing(header, names):
            return header
    return None


def _header(row: int, headers: tuple[str, ...], names: Names, parts: tuple[tuple[str, ...], ...]) -> Header:
    places: dict[str, int] = {}
    for i, header in enumerate(headers):
        if ours := names.ours(header):
            places.setdefault(ours, i)
    return Header(row, headers, places, parts)


def _missing(header: Header, names: Names) -> list[str]:
    return [name for name in names.table.required if name not in header.places]


def _refuse_missing(header: Header, names: Names, rows: Sequence[Row], found: Findings) -> None:
    missing = _missing(header, names)
    if not missing:
        return
    row, seen = header.row, header.names
    if not header.places:
        row, seen = max(((n, texts(r)) for n, r in rows), key=lambda found: sum(map(bool, found[1])))
    free = [h for h in seen if h and not names.ours(h)]
    for name in missing:
        alike = looks_like(name, free)
        hint = f" (nearest: {list_some(alike)})" if alike else ""
        theirs = alike[0] if alike else "client's header"
        allowed = () if alike else names.table.column(name).allowed
        added = f"; or add the column to the file, with {', '.join(allowed)}" if allowed else ""
        found.add(
            "fatal",
            f"the required column {name!r} is missing; the headers seen are {list_some(seen, 20)}{hint}",
            f'write "{theirs}" = "{name}" under [columns.{names.table.name}] in engagement.toml{added}',
            column=name,
            row=row,
            toml=_section(names, [f'"{theirs}" = "{name}"'] if alike else []),
        )
        free = [h for h in free if h not in alike[:1]]
    _offer_optional(header, names, free, row, found)


def _section(names: Names, lines: Sequence[str]) -> str:
    return "\n".join([f"[columns.{names.table.name}]", *lines]) if lines else ""


def _offer_optional(header: Header, names: Names, free: list[str], row: int, found: Findings) -> None:
    """Say beside what is missing which further columns of ours the file seems to hold."""
    lines = []
    for name in names.table.names:
        alike = [] if name in names.table.required or name in header.places else looks_like(name, free)
        lines += [f'"{alike[0]}" = "{name}"'] if alike else []
        free = [h for h in free if h not in alike[:1]]
    if lines:
        found.add(
            "note",
            f"further columns that this file seems to hold: {', '.join(lines)}",
            f"where it is so, write it under [columns.{names.table.name}], a line for each",
            row=row,
            toml=_section(names, lines),
        )


def _refuse_unknown(header: Header, names: Names, found: Findings) -> None:
    """Refuse what ``[columns]`` maps and the file does not hold: a slip there would lose a column."""
    if not header.places:
        return
    free = [h for h in header.names if h and not names.ours(h)]
    for theirs, ours in names.columns.items():
        if ours in header.places:
            continue
        alike = nearest(theirs, free)
        found.add(
            "fatal",
            f"[columns.{names.table.name}] names {theirs!r}, which is no header of the file",
            f"write {alike[0]!r}"
            if alike
            else f"correct it, or take it away; not mapped: {list_some(free, 20)}",
            column=ours,
            row=header.row,
        )


def _refuse_doubles(header: Header, names: Names, found: Findings) -> None:
    for ours in header.places:
        theirs = [h for h in header.names if names.ours(h) == ours]
        if len(theirs) > 1:
            found.add(
                "fatal",
                f"{len(theirs)} headers mean {ours!r}: {list_some(theirs)}",
                f"rename one, or leave one out of [columns.{names.table.name}]",
                column=ours,
                row=header.row,
            )
