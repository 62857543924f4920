"""The matrix as a picture that is kept: bubbles, cuts, names, and rims around what flips."""

from __future__ import annotations

from typing import Any

import numpy as np

from kamkit.locale import _
from kamkit.locale.numbers import Numbers
from kamkit.plots.layout import width
from kamkit.plots.placement import Box, Mark, place_names
from kamkit.plots.style import PALETTE
from kamkit.workshop.panels.placement import Placement
from kamkit.workshop.panels.stage import LINE, NOTE, Stage
from kamkit.workshop.panels.words import FACES, treatment_word

__all__ = ["draw_placement"]

_LEFT, _RIGHT, _TOP, _FOOT = 78.0, 20.0, 84.0, 114.0
_LARGEST, _SMALLEST, _FILLED = 46.0, 7.0, 0.12
_NAME_WIDE, _NAMED = 300.0, 26
_DASHED = (0, (2.5, 1.5))


def draw_placement(stage: Stage, placed: Placement, numbers: Numbers) -> None:
    """Bubbles by lead and attractiveness; what flips has a dashed rim and its name in bold."""
    plot = _Plot(stage, placed)
    _draw_axes(stage, plot, placed, numbers)
    if len(placed.accounts):
        _draw_bubbles(stage, plot, placed)
        _draw_names(stage, plot, placed)
    _draw_key(stage, placed, numbers)


class _Plot:
    """Where a lead and an attractiveness stand in the picture; fixed limits, so that bubbles stay put."""

    def __init__(self, stage: Stage, placed: Placement) -> None:
        reach = np.abs(np.append(placed.strength, placed.cuts[1])).max(initial=1.0) * 1.06
        low, high = (f(np.append(placed.attractiveness, placed.cuts[0])) for f in (np.min, np.max))
        self.low, self.high = np.floor(10 * (low - 0.03)) / 10, np.ceil(10 * (high + 0.03)) / 10
        self.reach = float(np.ceil(4 * reach) / 4)
        self.left, self.right = _LEFT, stage.width - _RIGHT
        self.top, self.bottom = _TOP, stage.height - _FOOT

    @property
    def of_x(self) -> tuple[float, float]:
        """Pixel of no lead, and pixels for a point of it."""
        return (self.left + self.right) / 2, (self.right - self.left) / (2 * self.reach)

    @property
    def of_y(self) -> tuple[float, float]:
        """Pixel of no attractiveness, and pixels, upwards, for all of it."""
        unit = (self.top - self.bottom) / (self.high - self.low)
        return self.bottom - self.low * unit, unit

    def x(self, lead: np.ndarray | float) -> np.ndarray:
        """Pixels from the left."""
        zero, unit = self.of_x
        return zero + np.asarray(lead) * unit

    def y(self, score: np.ndarray | float) -> np.ndarray:
        """Pixels from the top."""
        zero, unit = self.of_y
        return zero + np.asarray(score) * unit


def _draw_axes(stage: Stage, plot: _Plot, placed: Placement, numbers: Numbers) -> None:
    thin: dict[str, Any] = {"color": PALETTE["line"], "linewidth": 1, "zorder": 0}
    muted: dict[str, Any] = {"fontsize": NOTE, "color": PALETTE["muted"]}
    steps = np.arange(np.ceil(plot.low * 5) / 5, plot.high + 1e-9, 0.2 if plot.high - plot.low > 0.5 else 0.1)
    for tick in steps:
        y = float(plot.y(tick))
        stage.line((plot.left, plot.right), (y, y), **thin)
        stage.text(plot.left - 8, y, numbers.percent(tick, decimals=0), ha="right", **muted)
    for tick in _leads(plot.reach):
        stage.text(float(plot.x(tick)), plot.bottom + 30, numbers.number(tick), ha="center", **muted)
    cut_x, cut_y = float(plot.x(placed.cuts[1])), float(plot.y(placed.cuts[0]))
    stage.line((cut_x, cut_x), (plot.top, plot.bottom), linewidth=2.5, zorder=2)
    stage.line((plot.left, plot.right), (cut_y, cut_y), linewidth=2.5, zorder=2)
    bold: dict[str, Any] = {"fontsize": NOTE, "fontweight": "bold"}
    said = _("cut {value}")
    cut = said.format(value=numbers.number(placed.cuts[1]))
    stage.text(cut_x, plot.top - 14, cut, ha="center", halo=True, **bold)
    cut = said.format(value=numbers.percent(placed.cuts[0], decimals=0))
    stage.text(plot.right - 20, cut_y - 16, cut, ha="right", halo=True, zorder=6, **bold)
    if placed.are_dragged:
        zero, unit = plot.of_x
        stage.grip("strength", (cut_x, plot.bottom), (cut_x, plot.top), zero, unit)
        zero, unit = plot.of_y
        stage.grip("attractiveness", (plot.right, cut_y), (plot.left, cut_y), zero, unit)
    stage.text(plot.right, plot.bottom + 62, _("customers see us ahead, points →"), ha="right", **muted)
    stage.text(4, plot.top - 14, _("↑ attractive to us"), **muted)


def _leads(reach: float) -> list[float]:
    step = 0.5 if reach <= 1.5 else 1.0 if reach <= 4 else 2.0
    return [float(t) for t in np.arange(-np.floor(reach / step) * step, reach + 1e-9, step)]


def _radii(placed: Placement, plot: _Plot) -> np.ndarray:
    """Areas in proportion to revenue; all alike where none is known."""
    total = placed.revenue.sum()
    if total <= 0:
        return np.full(len(placed.revenue), 12.0)
    room = (plot.right - plot.left) * (plot.bottom - plot.top) * _FILLED
    radii = np.sqrt(placed.revenue / total * room / np.pi)
    return np.maximum(radii * min(1.0, _LARGEST / radii.max()), _SMALLEST)


def _draw_bubbles(stage: Stage, plot: _Plot, placed: Placement) -> None:
    radii, faces = _radii(placed, plot), [PALETTE[FACES[t]] for t in placed.treatment]
    xs, ys = plot.x(placed.strength), plot.y(placed.attractiveness)
    stage.dots(
        xs,
        ys,
        radii,
        facecolors=faces,
        edgecolors=PALETTE["muted"],
        linewidths=1,
        alpha=0.85,
        zorder=3,
    )
    flips = placed.flips
    if flips.any():
        rim: dict[str, Any] = {
            "facecolors": "none",
            "edgecolors": PALETTE["text"],
            "linewidths": 3.5,
            "linestyle": _DASHED,
        }
        stage.dots(xs[flips], ys[flips], radii[flips] + 4, zorder=4, **rim)


def _draw_names(stage: Stage, plot: _Plot, placed: Placement) -> None:
    """The largest, and those that flip first, where there is room."""
    named = [i for i, name in enumerate(placed.names) if name]
    named = sorted(named, key=lambda i: (not placed.flips[i], i))[:_NAMED]
    rest = [i for i in range(len(placed.names)) if i not in set(named)]
    radii = _radii(placed, plot)
    xs, ys = plot.x(placed.strength), stage.height - plot.y(placed.attractiveness)
    marks = [Mark(float(xs[i]), float(ys[i]), float(radii[i])) for i in [*named, *rest]]
    texts = [stage.cut(placed.names[i], _NAME_WIDE, NOTE) for i in named]
    sizes = [
        (width(t, NOTE, bool(placed.flips[i])) + 4, LINE * 0.76) for t, i in zip(texts, named, strict=True)
    ]
    bounds = Box(plot.left, stage.height - plot.bottom, plot.right, stage.height - plot.top)
    always = int(sum(placed.flips[i] for i in named)) + 2
    boxes = place_names(marks[: len(named)], sizes, bounds, others=marks[len(named) :], always=always)
    for i, text, box in zip(named, texts, boxes, strict=True):
        if box is None:
            continue
        weight = "bold" if placed.flips[i] else "normal"
        x, y = (box.left + box.right) / 2, stage.height - (box.bottom + box.top) / 2
        stage.text(x, y, text, ha="center", fontsize=NOTE, fontweight=weight, halo=True, zorder=6)


def _draw_key(stage: Stage, placed: Placement, numbers: Numbers) -> None:
    """What colours mean, with the number of accounts, above the picture; what is left out below it."""
    x = 14.0
    for treatment, face in FACES.items():
        words = f"{treatment_word(treatment)}: {numbers.count(placed.counts.get(treatment, 0))}"
        stage.dots([x + 9], [20], [10], facecolors=PALETTE[face], edgecolors=PALETTE["muted"])
        stage.text(x + 26, 20, words, fontsize=NOTE)
        x += 26 + width(words, NOTE) + 22
    notes = [_("Area: revenue.")]
    if placed.flips.any():
        notes.append(_("Dashed rim: other treatment than before."))
    if placed.left_out:
        text = _("{n} not drawn.")
        notes.append(text.format(n=numbers.count(placed.left_out)))
    stage.text(4, stage.height - 18, " ".join(notes), fontsize=NOTE, color=PALETTE["muted"])
