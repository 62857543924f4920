"""How a table stands on a slide: type size, widths of columns, heights of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kamkit.deliver.deck.text import LINE, Box, line_width, wrapped
from kamkit.deliver.tables import TableView

__all__ = ["Plan", "planned"]

_MARGIN, _AIR, _STRETCH = 14.0, 6.0, 1.4
_LONGEST, _WIDEST_WORD = 46, 0.3


@dataclass(frozen=True)
class Plan:
    """A table that fits its place, in points.

    Parameters
    ----------
    size : of the type.
    widths : of the columns.
    rows : texts of the rows that fit.
    heights : of the headings and of each row.
    """

    size: float
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    heights: tuple[float, ...]


def planned(seen: TableView, box: Box, columns: int, sizes: Sequence[float]) -> Plan:
    """The table in the largest type in which all rows fit and no word is broken; else as many rows as fit.

    Examples
    --------
    >>> from kamkit.deliver.tables import Header
    >>> seen = TableView((Header("Team", "", False),), (("Order desk",), ("Warehouse",)), "", 0)
    >>> plan = planned(seen, Box(0, 0, 400, 80), 1, (16, 12, 8))
    >>> plan.size, len(plan.rows)
    (16, 2)
    """
    texts = [tuple(h.title for h in seen.headers)[:columns], *(row[:columns] for row in seen.rows)]
    plans = [_at(size, texts, box) for size in sizes]
    return next((p for p in plans if p is not None and sum(p.heights) <= box.height), _cut(sizes, texts, box))


def _at(size: float, texts: Sequence[tuple[str, ...]], box: Box) -> Plan | None:
    """The table in one size; None where a word would have to be broken."""
    least = [_words(column, size, box.width) for column in zip(*texts, strict=True)]
    if sum(least) > box.width:
        return None
    return _plan(size, texts, least, box)


def _cut(sizes: Sequence[float], texts: Sequence[tuple[str, ...]], box: Box) -> Plan:
    """The table in the smallest size, without the rows that do not fit."""
    size, columns = sizes[-1], len(texts[0])
    least = [min(_words(c, size, box.width), box.width / columns) for c in zip(*texts, strict=True)]
    plan = _plan(size, texts, least, box)
    shown = len(plan.rows)
    while shown > 1 and sum(plan.heights[: shown + 1]) > box.height:
        shown -= 1
    return Plan(size, plan.widths, plan.rows[:shown], plan.heights[: shown + 1])


def _plan(size: float, texts: Sequence[tuple[str, ...]], least: Sequence[float], box: Box) -> Plan:
    widths = _widths(texts, least, size, box.width)
    return Plan(
        size, widths, tuple(texts[1:]), tuple(_tall(row, widths, size, n == 0) for n, row in enumerate(texts))
    )


def _words(column: Sequence[str], size: float, room: float) -> float:
    """What the longest word of a column asks; one that nothing could hold counts as a part of the room."""
    words = [(word, place == 0) for place, text in enumerate(column) for word in text.split()]
    longest = max((line_width(word, size, bold) for word, bold in words), default=size)
    return min(longest, _WIDEST_WORD * room) + _MARGIN


def _widths(
    texts: Sequence[tuple[str, ...]], least: Sequence[float], size: float, room: float
) -> tuple[float, ...]:
    """Each column as wide as its longest word asks, the rest shared by what the columns hold."""
    whole = [
        max(least[i], max(line_width(text[:_LONGEST], size, False) for text in column) + _MARGIN)
        for i, column in enumerate(zip(*texts, strict=True))
    ]
    wanted = sum(whole)
    if wanted <= room:
        stretch = min(_STRETCH, room / wanted)
        return tuple(w * stretch for w in whole)
    spare, more = room - sum(least), wanted - sum(least)
    return tuple(a + spare * (w - a) / more for a, w in zip(least, whole, strict=True))


def _tall(row: Sequence[str], widths: Sequence[float], size: float, bold: bool) -> float:
    lines = max(
        len(wrapped(text, w - _MARGIN + 1, size, bold=bold)) for text, w in zip(row, widths, strict=True)
    )
    return lines * size * LINE + _AIR
