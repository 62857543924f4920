"""Spoken and unspoken needs: what customers say matters, and what moves their satisfaction."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers, Scale
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import (
    bare,
    gridline,
    label,
    make_room,
    mention,
    room,
    rows_of,
    shorten,
    small_beside,
    width,
)
from kamkit.plots.marks import hline, vline
from kamkit.plots.placement import Box, Mark, place_names
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["COLORS", "SURE", "importance_map"]

SURE = 0.80
_LEFT, _RIGHT, _HEAD, _FOOT = 40.0, 26.0, 36.0, 66.0
_RADIUS, _LINE, _NAME_WIDE = 4.5, 10.0, 250.0
_TENTHS = Scale(1.0, "", 1)
COLORS = {"moves_unsaid": "bad", "said_and_moves": "actual", "said_not_moving": "muted", "neither": "second"}
_PAPER: dict[str, Any] = {
    "xycoords": "axes fraction",
    "bbox": {"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 0.5},
}
_WORDS = {
    "moves_unsaid": N_("unspoken: ask about it"),
    "said_and_moves": N_("spoken, and it moves"),
    "said_not_moving": N_("spoken, hardly moves"),
    "neither": N_("neither"),
}


def _message(importance: pd.DataFrame, *, numbers: Numbers) -> str:
    sure = importance[importance["sure"] >= SURE]
    unsaid = sure[sure["quadrant"] == "moves_unsaid"].sort_values("derived", ascending=False)
    said = sure[sure["quadrant"] == "said_not_moving"].sort_values("stated", ascending=False)
    sentences = []
    if len(unsaid):
        text = _("Said to matter less than most, but {share} of what moves satisfaction: “{item}”.")
        sentences.append(_filled(text, unsaid.iloc[0], numbers))
    if len(said):
        text = _("Said to matter more, but only {share}: “{item}”.")
        sentences.append(_filled(text, said.iloc[0], numbers))
    return " ".join(sentences) or _("What customers say matters is also what moves their satisfaction.")


def _filled(text: str, row: Any, numbers: Numbers) -> str:
    return text.format(share=numbers.percent(row["derived"]), item=mention(row["text"]))


@exhibit(
    what=N_("spoken and unspoken needs"),
    how=N_(
        "To the right stands what customers say is important, upwards what moves their satisfaction; the "
        "upper left is what to ask them about. A dashed rim marks an item that could as well stand elsewhere."
    ),
    drawn=N_("A dot per need: stated importance to the right, its share in satisfaction upwards."),
    tables={
        "importance": (
            "text", "stated", "derived", "derived_low", "derived_high", "stated_cut", "derived_cut",
            "quadrant", "sure",
        )
    },
    message=_message,
    unit=lambda importance, numbers: _("scale points; % of explained satisfaction"),
    figsize=(7.2, 5.0),
)  # fmt: skip
def importance_map(importance: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw stated against derived importance (Johnson, 2000; after Martilla & James, 1977).

    Parameters
    ----------
    importance : columns text, stated (points of the questionnaire), derived, derived_low, derived_high
        (fractions), stated_cut, derived_cut, quadrant, sure (fraction), as
        ``method.segmentation.importance_map`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Notes
    -----
    The axis of stated importance starts below the lowest answer, not at zero, and says so.

    Examples
    --------
    >>> importance = pd.DataFrame({"text": ["A low price", "An owner"], "stated": [8.0, 4.0],
    ...     "derived": [0.1, 0.9], "derived_low": 0.0, "derived_high": 1.0, "stated_cut": 6.0,
    ...     "derived_cut": 0.5, "quadrant": ["said_not_moving", "moves_unsaid"], "sure": 1.0})
    >>> importance_map.message(importance)[:63]
    'Said to matter less than most, but 90.0% of what moves satisfac'
    """
    rows = importance.sort_values(["derived", "text"], ascending=[False, True], ignore_index=True)
    bare(ax)
    low, high = rows["stated"].min(), rows["stated"].max()
    pad = 0.08 * (high - low) or 0.5
    ends, top = (low - pad, high + pad), float(rows["derived_high"].max())
    make_room(ax, "x", *ends, _LEFT, _RIGHT)
    make_room(ax, "y", 0, top, _FOOT, _HEAD)
    _draw_frame(ax, rows, ends, top, numbers)
    for _row, row in rows_of(rows):
        color = PALETTE[COLORS[str(row.quadrant)]]
        vline(
            ax, row.stated, row.derived_low, row.derived_high, color=color, linewidth=1.0, alpha=0.6, zorder=2
        )
        style: dict[str, Any] = {"s": (2 * _RADIUS) ** 2, "zorder": 3, "edgecolors": color, "linewidths": 1.2}
        if row.sure >= SURE:
            ax.scatter([row.stated], [row.derived], color=color, **style)
        else:
            ax.scatter([row.stated], [row.derived], facecolors="white", linestyles=[(0, (2, 1.2))], **style)
    _draw_names(ax, rows)
    _draw_quadrants(ax, ends, top)


def _draw_frame(
    ax: Axes, rows: pd.DataFrame, ends: tuple[float, float], top: float, numbers: Numbers
) -> None:
    from matplotlib.ticker import MaxNLocator

    for tick in MaxNLocator(5).tick_values(*ends):
        if ends[0] <= tick <= ends[1]:
            gridline(ax, "x", tick, numbers.scaled(tick, _TENTHS), (0, 0))
    for tick in MaxNLocator(4).tick_values(0, top):
        if 0 <= tick <= top:
            gridline(ax, "y", tick, numbers.percent(tick, decimals=0), ends)
    cuts = float(rows["stated_cut"].iloc[0]), float(rows["derived_cut"].iloc[0])
    vline(ax, cuts[0], 0, top, color=PALETTE["text"], linewidth=0.9, zorder=1)
    hline(ax, cuts[1], *ends, color=PALETTE["text"], linewidth=0.9, zorder=1)
    across = _("stated importance, points →")
    up = _("↑ share of explained satisfaction; the other axis does not start at zero")
    size = small_beside(across, up, room(ax)[0] - _LEFT - _RIGHT)
    muted: dict[str, Any] = {"color": PALETTE["muted"], "fontsize": size}
    label(ax, (ends[1], 0), across, 0, -26, ha="right", **muted)
    label(ax, (ends[0], 0), up, 0, -26, **muted)
    muted = {"color": PALETTE["muted"], "fontsize": SMALL}
    note = _("lines: the mean of the items")
    unsure = int((rows["sure"] < SURE).sum())
    if unsure:
        flips = ngettext(
            "{n} item could as well stand elsewhere (dashed)",
            "{n} items could as well stand elsewhere (dashed)",
            unsure,
        )
        note = f"{note}; {flips.format(n=numbers.count(unsure))}"
    label(ax, (ends[0], 0), note, 0, -56, **muted)


def _draw_names(ax: Axes, rows: pd.DataFrame) -> None:
    """In the order of naming that finds room for most of the names."""
    wide, tall = room(ax)
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    xs, ys = (rows["stated"] - x0) / (x1 - x0) * wide, (rows["derived"] - y0) / (y1 - y0) * tall
    marks = [Mark(float(x), float(y), _RADIUS) for x, y in zip(xs, ys, strict=True)]
    texts = [shorten(text, _NAME_WIDE, SMALL) for text in rows["text"]]
    bounds = Box(_LEFT, _FOOT - 4, wide - 2, tall - _HEAD)
    orders = [np.argsort(sign * v, kind="stable") for v in (xs.to_numpy(), ys.to_numpy()) for sign in (-1, 1)]
    for n, box in max((_places(marks, texts, bounds, order) for order in orders), key=len):
        at = (box.left + box.right) / 2, (box.bottom + box.top) / 2
        label(ax, (0, 0), texts[n], *at, ha="center", fontsize=SMALL, zorder=6, **_PAPER)


def _places(marks: list[Mark], texts: list[str], bounds: Box, order: np.ndarray) -> list[tuple[int, Box]]:
    """Where names find room if they are placed in this order."""
    sizes = [(width(texts[n], SMALL) + 2, _LINE) for n in order]
    boxes = place_names([marks[n] for n in order], sizes, bounds, always=len(marks))
    return [(int(n), box) for n, box in zip(order, boxes, strict=True) if box is not None]


def _draw_quadrants(ax: Axes, ends: tuple[float, float], top: float) -> None:
    """Name the quadrants outside their corners."""
    places = {
        "moves_unsaid": (ends[0], top, 14, "left"),
        "said_and_moves": (ends[1], top, 14, "right"),
        "neither": (ends[0], 0, -41, "left"),
        "said_not_moving": (ends[1], 0, -41, "right"),
    }
    for quadrant, (x, y, dy, ha) in places.items():
        color = PALETTE["muted" if quadrant == "neither" else COLORS[quadrant]]
        label(ax, (x, y), _(_WORDS[quadrant]), 0, dy, ha=ha, color=color, fontweight="bold")
