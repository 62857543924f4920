"""Room and text: how wide a label is, where it is cut, and how axes make room around their data.

Every exhibit keeps its labels inside its axes. Widths are those of DejaVu Sans, the widest of the
faces a reader may see, so that what fits here fits in a browser.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal

import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.ft2font import FT2Font
from matplotlib.text import Annotation
from matplotlib.transforms import Transform

from kamkit.locale.numbers import Scale
from kamkit.plots.marks import hline, vline
from kamkit.plots.style import PALETTE, SIZE, SMALL

__all__ = [
    "bare",
    "clean",
    "fitting",
    "gridline",
    "in_rows",
    "label",
    "make_room",
    "mention",
    "missing_glyphs",
    "room",
    "rows_of",
    "shorten",
    "small_beside",
    "spread",
    "tick_scale",
    "widest",
    "width",
]

_LONGEST, _MENTIONED = 400, 220.0
_HINTED = 0.9
"""Small letters are drawn wider than they are measured, on whole pixels."""

_ELLIPSIS = "…"
_REPLACEMENT = "\ufffd"
_DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def width(text: str, size: float = SIZE, bold: bool = False) -> float:
    """Width of a line of text in points.

    >>> width("Örebro") < width("Örebro", bold=True)
    True
    """
    return sum(_advance(character, bold) for character in text) * size


def widest(texts: Iterable[str], size: float = SIZE, bold: bool = False) -> float:
    """Width in points of the widest of the texts.

    >>> widest(["A", "AB"]) == width("AB")
    True
    """
    return max((width(text, size, bold) for text in texts), default=0.0)


def clean(text: Any) -> str:
    """Text from data as one line that can be written to a file: no control characters, no half pairs.

    >>> clean("Kõrv\\nja\\x00 Pood")
    'Kõrv ja Pood'
    """
    kept = "".join(_written(character) for character in str(text)[: 4 * _LONGEST])
    return " ".join(kept.split())[:_LONGEST].rstrip()


def shorten(text: Any, most: float, size: float = SIZE, bold: bool = False) -> str:
    """The text cut with … to be at most ``most`` points wide.

    Examples
    --------
    >>> shorten("Aktiebolaget Skandinaviska Maskinfabriken i Örebro", 100)
    'Aktiebolaget Skandin…'
    """
    whole = clean(text)
    if width(whole, size, bold) <= most:
        return whole
    left = most - width(_ELLIPSIS, size, bold)
    end = 0
    while end < len(whole) and (left := left - _advance(whole[end], bold) * size) >= 0:
        end += 1
    while 0 < end < len(whole) and unicodedata.combining(whole[end]):
        end -= 1
    return whole[:end].rstrip() + _ELLIPSIS


def rows_of(table: pd.DataFrame) -> Iterator[tuple[int, Any]]:
    """The rows from the top, numbered, with their cells as attributes.

    >>> [(row, cells.team) for row, cells in rows_of(pd.DataFrame({"team": ["Order desk"]}))]
    [(0, 'Order desk')]
    """
    return enumerate(table.itertuples())


def missing_glyphs(texts: Iterable[str]) -> str:
    """The characters that DejaVu Sans lacks, sorted: a browser finds them elsewhere, a PNG shows boxes.

    >>> missing_glyphs(["Kõrv & Öö", "日本"])
    '日本'
    """
    known = _characters(False)
    return "".join(sorted({c for text in texts for c in clean(text) if ord(c) not in known}))


def mention(name: Any) -> str:
    """A name from data as it stands within a sentence: one line, of bearable length.

    >>> mention("Order\\ndesk")
    'Order desk'
    """
    return shorten(name, _MENTIONED)


def room(ax: Axes) -> tuple[float, float]:
    """Width and height of the axes in points."""
    box = ax.get_window_extent()
    points = 72 / ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    return box.width * points, box.height * points


def make_room(
    ax: Axes, axis: Literal["x", "y"], low: float, high: float, before: float, after: float
) -> None:
    """Set the limits so that ``low`` to ``high`` leaves ``before`` and ``after`` points free at the ends."""
    length = room(ax)[0 if axis == "x" else 1]
    span = (high - low) or 1.0
    per_point = span / max(length - before - after, 0.15 * length)
    limits = (low - before * per_point, low + span + after * per_point)
    (ax.set_xlim if axis == "x" else ax.set_ylim)(*limits)


def bare(ax: Axes) -> None:
    """Take away frame and ticks: labels stand at the marks."""
    ax.set_axis_off()


def label(
    ax: Axes, xy: tuple[float, float], text: str, dx: float = 0.0, dy: float = 0.0, **kwargs: Any
) -> Annotation:
    """Write text as typed at a point of the data, moved by ``dx`` and ``dy`` points."""
    settings: Mapping[str, Any] = {
        "ha": "left",
        "va": "center",
        "fontsize": SIZE,
        "color": PALETTE["text"],
        "textcoords": "offset points",
        "annotation_clip": False,
        "parse_math": False,
    }
    return ax.annotate(text, xy, xytext=(dx, dy), **{**settings, **kwargs})


def in_rows(ax: Axes) -> Callable[[Any], Transform]:
    """Coordinates of labels in rows: x as a part of the axes' width, y of the data.

    Matplotlib puts ``("axes fraction", "data")`` together anew for each label.
    """
    place = ax.get_yaxis_transform()
    return lambda _renderer: place


def gridline(ax: Axes, axis: Literal["x", "y"], at: float, text: str, ends: tuple[float, float]) -> None:
    """A hairline across the data at a value of the axis, with its label outside at the lower end."""
    if axis == "y":
        hline(ax, at, *ends, color=PALETTE["line"], linewidth=0.5, zorder=0)
        label(ax, (ends[0], at), text, -5, ha="right", color=PALETTE["muted"])
    else:
        vline(ax, at, *ends, color=PALETTE["line"], linewidth=0.5, zorder=0)
        label(ax, (at, ends[0]), text, 0, -5, ha="center", va="top", color=PALETTE["muted"])


def small_beside(one: str, other: str, across: float) -> float:
    """The size of two notes that share a line ``across`` points long; less where a language is long.

    >>> small_beside("low", "high", 400.0)
    7.5
    """
    needed = width(one, SMALL) + width(other, SMALL) + 16
    return SMALL * min(1.0, _HINTED * across / needed)


def fitting(text: str, most: float, size: float = SIZE, bold: bool = False) -> float:
    """The size in which a text is at most ``most`` points wide; the usual one where it fits.

    >>> fitting("low", 100.0), fitting("a long verdict", 30.0) < 8.5
    (8.5, True)
    """
    return size * min(1.0, most / max(width(text, size, bold), 1.0))


def tick_scale(ticks: Sequence[float], scale: Scale) -> Scale:
    """The exhibit's scale without decimals where none of the axis' values needs them.

    >>> tick_scale([0, 30_000], Scale(1e3, "EUR k", 1)).decimals
    0
    """
    whole = all(abs(t / scale.factor - round(t / scale.factor)) < 1e-9 for t in ticks)
    return replace(scale, decimals=0) if whole else scale


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Centres in the given order, near where they are wanted, that keep ``sizes`` apart from each other.

    Examples
    --------
    >>> spread([10, 11, 60], [20, 20, 20], low=0, high=100)
    [10.0, 30.0, 60.0]
    >>> spread([95, 99], [20, 20], low=0, high=100)
    [70.0, 90.0]
    """
    centres, edge = [], low
    for want, size in zip(wanted, sizes, strict=True):
        centres.append(max(want, edge + size / 2))
        edge = centres[-1] + size / 2
    edge = high
    for i in reversed(range(len(centres))):
        centres[i] = float(min(centres[i], edge - sizes[i] / 2))
        edge = centres[i] - sizes[i] / 2
    return centres


def _written(character: str) -> str:
    """A character as it can stand in a file: half pairs replaced, controls and turned directions left out."""
    category = unicodedata.category(character)
    if category == "Cs":
        return _REPLACEMENT
    if category == "Cc":
        return " " if character.isspace() else ""
    return "" if character in _DIRECTIONS else character


@lru_cache(maxsize=8192)
def _advance(character: str, bold: bool) -> float:
    """Advance width in em; a character the font lacks counts as a full square where it is drawn so."""
    if ord(character) in _characters(bold):
        return _font(bold).load_char(ord(character)).linearHoriAdvance / 65536 / 10
    if unicodedata.combining(character):
        return 0.0
    wide = unicodedata.east_asian_width(character) in "WF"
    return 1.4 if ord(character) > 0xFFFF else 1.05 if wide else 0.75


@lru_cache(maxsize=2)
def _characters(bold: bool) -> frozenset[int]:
    """What the font can draw."""
    return frozenset(_font(bold).get_charmap())


@lru_cache(maxsize=2)
def _font(bold: bool) -> FT2Font:
    """A font of our own: matplotlib's cached ones are resized with each drawing."""
    path = font_manager.findfont(
        font_manager.FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    )
    font = FT2Font(path)
    font.set_size(10, 72)
    return font
