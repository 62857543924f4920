"""What is found while a file is read, gathered so that one fault is one line however many rows have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, NoReturn

from kamkit.engagement.problems import GateError, Problem, fatal

__all__ = ["Findings", "list_rows", "refuse"]

Severity = Literal["fatal", "warning", "note"]


class Findings:
    """The problems of one file, merged by severity, column and wording.

    Examples
    --------
    >>> found = Findings("sales.csv", "sales")
    >>> found.add("fatal", "no number", column="net_amount", row=7, value="x")
    >>> found.add("fatal", "no number", column="net_amount", row=4, value="y")
    >>> print(*found.problems)
    sales.csv, row 4, net_amount, 'y': no number (2 rows)
    """

    def __init__(self, file: str, table: str = "") -> None:
        self.file, self.table = file, table
        self._problems: dict[tuple[str, str, str], Problem] = {}

    def add(
        self,
        severity: Severity,
        what: str,
        remedy: str = "",
        *,
        column: str = "",
        row: int | None = None,
        value: object = "",
        count: int = 1,
        toml: str = "",
    ) -> None:
        """Add one finding, or its rows to the same finding made before."""
        key = (severity, column, what)
        before = self._problems.get(key)
        new = Problem(severity, self.file, what, remedy, self.table, row, column, shorten(value), count, toml)
        self._problems[key] = new if before is None else _merged(before, new)

    def extend(self, problems: Sequence[Problem]) -> None:
        """Add problems made elsewhere."""
        for p in problems:
            self.add(
                p.severity,
                p.what,
                p.remedy,
                column=p.column,
                row=p.row,
                value=p.value,
                count=p.count,
                toml=p.toml,
            )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All findings, the fatal ones first."""
        order = ("fatal", "warning", "note")
        return tuple(sorted(self._problems.values(), key=lambda p: order.index(p.severity)))

    @property
    def stopped(self) -> bool:
        """Whether something fatal has been found."""
        return bool(fatal(self._problems.values()))


def refuse(file: str, what: str, remedy: str = "", **place: object) -> NoReturn:
    """Give up on a file, naming why.

    Raises
    ------
    GateError
        Always, with the one problem.
    """
    raise GateError([Problem("fatal", file, what, remedy, **place)])  # type: ignore[arg-type]


def shorten(value: object, most: int = 60) -> str:
    """A cell as it may stand in a message."""
    text = str(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def list_rows(rows: Sequence[int], most: int = 400) -> str:
    """Row numbers as a person would list them, neighbours joined.

    >>> list_rows([4, 5, 6, 9])
    '4–6, 9'
    """
    runs: list[list[int]] = []
    for row in sorted(rows)[:most]:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    shown = ", ".join(f"{a}–{b}" if b > a else str(a) for a, b in runs)
    more = len(rows) - most
    return f"{shown} and {more} more" if more > 0 else shown


def _merged(before: Problem, new: Problem) -> Problem:
    first = before if (new.row or 1 << 62) >= (before.row or 1 << 62) else new
    return replace(first, count=before.count + new.count)
