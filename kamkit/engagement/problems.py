"""What the gate and the checks found, each as one line a person can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kamkit.errors import TableError

__all__ = ["GateError", "Problem", "fatal", "settling_lines"]


@dataclass(frozen=True)
class Problem:
    """One finding about an input.

    ``severity``: *fatal* stops a run, *warning* is shown in the report, *note* says what the gate
    decided. ``row`` is the row as a person sees it in the file (the first line is 1). ``count`` is
    how many rows share the fault, of which ``row`` and ``value`` show the first.
    """

    severity: Literal["fatal", "warning", "note"]
    file: str
    what: str
    remedy: str = ""
    table: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    count: int = 1
    toml: str = ""
    """A section of ``engagement.toml`` with the lines that would settle it, where kamkit can offer some."""

    def __str__(self) -> str:
        place = [
            self.file,
            f"row {self.row}" if self.row else "",
            self.column,
            repr(self.value) if self.value else "",
        ]
        more = f" ({self.count} rows)" if self.count > 1 else ""
        remedy = f". {self.remedy[0].upper()}{self.remedy[1:]}" if self.remedy else ""
        return f"{', '.join(p for p in place if p)}: {self.what}{more}{remedy}"


def settling_lines(problems: Iterable[Problem]) -> list[str]:
    """What is offered to be written into ``engagement.toml``, section by section, each key once.

    >>> one = Problem("fatal", "a.csv", "no date", toml='[columns.sales]\\n"Datum" = "date"')
    >>> settling_lines([one, one])
    ['[columns.sales]', '"Datum" = "date"']
    """
    sections: dict[str, dict[str, str]] = {}
    for section, *lines in (p.toml.split("\n") for p in problems if p.toml):
        for line in lines:
            sections.setdefault(section, {}).setdefault(line.partition(" = ")[0], line)
    blocks = [[section, *lines.values()] for section, lines in sections.items()]
    return [line for i, block in enumerate(blocks) for line in ([""] if i else []) + block]


def fatal(problems: Iterable[Problem]) -> list[Problem]:
    """Those that stop a run."""
    return [p for p in problems if p.severity == "fatal"]


class GateError(TableError):
    """A table can't be used; ``problems`` says why, line by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = fatal(self.problems)
        shown = "\n".join(f"  - {p}" for p in lines[:12])
        more = f"\n  … and {len(lines) - 12} more" if len(lines) > 12 else ""
        super().__init__(
            f"{len(lines)} problem(s) in the input:\n{shown}{more}",
            remedy="run kamkit check for the whole list",
        )

    def __reduce__(self) -> tuple:
        return GateError, (self.problems,)
