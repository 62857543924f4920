"""A picture of rows: names at the left, bars in the middle, columns of figures at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from kamkit.locale import _
from kamkit.locale.numbers import Numbers
from kamkit.method.frames import UNASSIGNED
from kamkit.plots.layout import bare, in_rows, label, make_room, room, shorten, widest
from kamkit.plots.style import PALETTE, SIZE, SMALL

__all__ = ["Column", "draw_names", "draw_note", "marked", "name_of", "rest_note", "rows_height", "set_rows"]

_GAP = 14.0
_NAMES, _FEWEST_NAMES, _BARS = 0.36, 0.2, 0.15
"""Shares of the width: names at most, names at least where the columns are wide, bars at least."""


@dataclass(frozen=True)
class Column:
    """A right-aligned column of figures with its head."""

    head: str
    texts: Sequence[str]
    colors: Sequence[str] | None = None

    @property
    def wide(self) -> float:
        """Points it needs."""
        return max(widest(self.head.split("\n"), SMALL), widest(self.texts, bold=True)) + _GAP


def rows_height(n: int, note: bool = False) -> float:
    """Inches that n rows need.

    >>> rows_height(10) > rows_height(5)
    True
    """
    return 0.6 + 0.27 * n + (0.25 if note else 0.0)


def name_of(key: Any, names: Mapping[str, str] | None) -> str:
    """The name of an account, or its key where no name is known.

    >>> name_of("C1", {"C1": "Põhja Auto"}), name_of("C2", None)
    ('Põhja Auto', 'C2')
    """
    if str(key) == UNASSIGNED:
        return _("Unassigned")
    known = names.get(str(key)) if names is not None else None
    return str(known) if isinstance(known, str) and known.strip() else str(key)


def set_rows(
    ax: Axes,
    names: Sequence[str],
    columns: Sequence[Column],
    span: tuple[float, float],
    after: float = 0.0,
    note: str = "",
) -> None:
    """Make room for names and columns beside a horizontal axis from ``span``, and write them.

    Row i is at y = i, from the top; ``after`` are points left free between the bars and the columns.
    """
    bare(ax)
    wide = room(ax)[0]
    columns_wide = sum(c.wide for c in columns) + after + 8
    left = wide - columns_wide - 6 - _BARS * wide
    names_wide = min(widest(names) + 18, _NAMES * wide, max(left, _FEWEST_NAMES * wide))
    ax.set_ylim(len(names) - 0.4 + (1.0 if note else 0.0), -1.9)
    make_room(ax, "x", *span, names_wide + 6, columns_wide)
    draw_names(ax, names, names_wide)
    end = -8.0
    for column in reversed(columns):
        _draw_column(ax, column, end)
        end -= column.wide
    if note:
        draw_note(ax, note, len(names))


def draw_names(ax: Axes, names: Sequence[str], wide: float) -> None:
    """Write the names of the rows, cut to what fits."""
    for row, name in enumerate(names):
        label(ax, (0, row), shorten(name, wide - 16), 8, xycoords=in_rows(ax))


def draw_note(ax: Axes, text: str, row: int) -> None:
    """A line in small type below the last row."""
    place: dict[str, Any] = {
        "xycoords": in_rows(ax),
        "fontsize": SMALL,
        "color": PALETTE["muted"],
    }
    label(ax, (0, row + 0.1), shorten(text, room(ax)[0] - 16, SMALL), 8, **place)


def marked(text: str, bad: bool) -> str:
    """A figure whose bar is red, with a mark that says so where colour is not seen.

    >>> marked("12", True), marked("12", False)
    ('12 ▼', '12')
    """
    return f"{text} ▼" if bad else text


def rest_note(shown: int, n: int, numbers: Numbers) -> str:
    """Says how many rows the picture leaves to the table; empty where it leaves none."""
    if shown >= n:
        return ""
    return _("{shown} of {n} shown; all stand in the table.").format(
        shown=numbers.count(shown), n=numbers.count(n)
    )


def _draw_column(ax: Axes, column: Column, end: float) -> None:
    place: dict[str, Any] = {"xycoords": in_rows(ax), "ha": "right"}
    label(ax, (1, -0.75), column.head, end, fontsize=SMALL, color=PALETTE["muted"], va="bottom", **place)
    for row, text in enumerate(column.texts):
        color = column.colors[row] if column.colors else PALETTE["text"]
        weight = "bold" if color != PALETTE["text"] else "normal"
        label(ax, (1, row), text, end, fontsize=SIZE, color=color, fontweight=weight, **place)
