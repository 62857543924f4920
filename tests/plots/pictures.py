"""What the tests of exhibits share: where text stands, and which numerals a message holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from kamkit import plots
from kamkit.deliver.kept import Kept
from kamkit.locale.numbers import Numbers

NUMERAL = re.compile(r"\d[\d.,\u00a0\u202f]*\d|\d")


_DRAWN: dict[str, Axes] = {}
"""Pictures that several tests look at, drawn once."""


def picture(one: Kept) -> Axes:
    """What a run has shown, drawn again in English."""
    if one.key not in _DRAWN:
        numbers = Numbers("EUR", "en")
        _DRAWN[one.key] = getattr(plots, one.draw)(*one.tables, numbers=numbers, **one.options)
    return _DRAWN[one.key]


def drawn_texts(ax: Axes) -> list[Text]:
    return [t for t in ax.findobj(Text) if t.get_visible() and t.get_text().strip()]


def boxes(ax: Axes) -> list[tuple[str, Bbox]]:
    """Each text with the rectangle its glyphs take, in pixels."""
    figure = ax.get_figure(root=True)
    canvas = figure.canvas if isinstance(figure.canvas, FigureCanvasAgg) else FigureCanvasAgg(figure)
    renderer = canvas.get_renderer()
    return [(t.get_text(), t.get_window_extent(renderer)) for t in drawn_texts(ax)]


def outside(ax: Axes, slack: float = 1.0) -> list[str]:
    """Texts that leave the figure."""
    frame = ax.get_figure(root=True).bbox
    return [
        text
        for text, (x0, y0, x1, y1) in _extents(ax)
        if x0 < frame.x0 - slack or x1 > frame.x1 + slack or y0 < frame.y0 - slack or y1 > frame.y1 + slack
    ]


def overlapping(ax: Axes, slack: float = 1.0) -> list[tuple[str, str]]:
    """Pairs of texts whose rectangles share area."""
    found = _extents(ax)
    x0, y0, x1, y1 = np.array([extents for _, extents in found]).reshape(-1, 4).T
    wide = np.minimum.outer(x1, x1) - np.maximum.outer(x0, x0)
    tall = np.minimum.outer(y1, y1) - np.maximum.outer(y0, y0)
    pairs = np.argwhere(np.triu((wide > slack) & (tall > slack), k=1))
    return [(found[one][0], found[other][0]) for one, other in pairs]


def _extents(ax: Axes) -> list[tuple[str, tuple[float, float, float, float]]]:
    return [(text, box.extents) for text, box in boxes(ax)]


def numerals(text: str) -> set[str]:
    return set(NUMERAL.findall(text))


def cells(*tables: Any) -> Iterable[Any]:
    for table in tables:
        if isinstance(table, pd.DataFrame):
            flat = table.reset_index()
            yield from flat.to_numpy().ravel()
            yield from _counts(flat)
        else:
            yield from vars(table).values()


def _counts(table: pd.DataFrame) -> Iterable[int]:
    """Numbers of rows: all, those that are known, and by sign or flag of each column."""
    yield len(table)
    for column in table.columns:
        values = table[column]
        yield int(values.notna().sum())
        if pd.api.types.is_numeric_dtype(values):
            yield from (int((values > 0).sum()), int((values > 1).sum()), int((values < 0).sum()))
        elif values.nunique() < 10:
            yield from values.value_counts()
    for column in ("year", "year_to"):
        if column in table:
            yield from _counts(table[table[column] == table[column].max()].drop(columns=column))


def readable(numbers: Numbers, *tables: Any) -> set[str]:
    """Every numeral in which a cell of the tables, or a number of their rows, can be written."""
    found: set[str] = set()
    for cell in cells(*tables):
        if isinstance(cell, str) or not isinstance(cell, Number) or pd.isna(cell):
            found |= numerals(str(cell))
        else:
            written = (numbers.money(cell), numbers.percent(cell), numbers.number(cell), numbers.count(cell))
            found |= numerals(" ".join(written)) | {str(cell)}
    return found
