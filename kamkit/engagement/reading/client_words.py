"""The client's words of a column, as ``[values]`` of ``engagement.toml`` maps them to ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from kamkit.engagement.config import Read
from kamkit.engagement.reading.findings import Findings, Severity
from kamkit.engagement.schemas import Column, Table

__all__ = ["ClientWords", "same_word", "say_what_is_unused"]


def same_word(text: str) -> str:
    """A word without its capitals and outer or doubled spaces: what is alike in it is one word.

    >>> same_word(" Frakt  inrikes") == same_word("FRAKT inrikes")
    True
    """
    return " ".join(text.split()).casefold()


class ClientWords:
    """What the client's words of one column mean, and which of them were seen.

    Examples
    --------
    >>> from kamkit.engagement.schemas import TABLES
    >>> ledger = TABLES["ledger"]
    >>> words = ClientWords(ledger, ledger.column("rung"), Read(values={"rung": {"Frakt": "service"}}))
    >>> words.ours("FRAKT"), words.ours("Rabatt")
    ('service', None)
    """

    def __init__(self, table: Table, column: Column, read: Read) -> None:
        self.column, self._section = column, f"[values.{table.name}.{column.name}]"
        self._mapped = read.values.get(column.name, {})
        self._seen: dict[str, tuple[int, int | None]] = {}

    def __bool__(self) -> bool:
        return bool(self._mapped)

    @cached_property
    def _by_key(self) -> dict[str, tuple[str, str]]:
        return {same_word(theirs): (theirs, ours) for theirs, ours in self._mapped.items()}

    def ours(self, text: str) -> str | None:
        """Our word for a client's, or None where it is not mapped."""
        return self._by_key.get(same_word(text), (None, None))[1]

    def among(self, texts: Iterable[str]) -> dict[str, str]:
        """Those of some texts that are mapped, with our words."""
        return {text: ours for text in texts if (ours := self.ours(text)) is not None}

    def saw(self, text: str, count: int, row: int | None = None) -> None:
        """Remember that a mapped word stands in so many rows, the first of them this one."""
        theirs = self._by_key[same_word(text)][0]
        before, first = self._seen.get(theirs, (0, row))
        self._seen[theirs] = before + count, first if row is None else min(row, first or row)

    def report(self, found: Findings) -> None:
        """Say what was read as what, and which mapped words are in no cell."""
        for theirs, ours in self._mapped.items():
            if theirs in self._seen:
                count, row = self._seen[theirs]
                what = f"{theirs!r} was read as {ours!r}, as {self._section} says"
                found.add("note", what, column=self.column.name, row=row, count=count)
        if missed := [repr(theirs) for theirs in self._mapped if theirs not in self._seen]:
            # a slip among fixed words is refused as a word unknown, among free ones it would pass
            severity: Severity = "note" if self.column.allowed else "warning"
            what = f"{self._section} maps {', '.join(missed)}, which no cell says"
            found.add(severity, what, "look for a slip, or take it away", column=self.column.name)


def say_what_is_unused(table: Table, read: Read, held: Mapping[str, int], found: Findings) -> None:
    """Say which columns ``[values]`` speaks of and the file does not have."""
    for name in read.values:
        if name not in held:
            what = f"[values.{table.name}.{name}] is not used: the file has no such column"
            remedy = f"name its header under [columns.{table.name}], or take the section away"
            found.add("warning", what, remedy, column=name)
