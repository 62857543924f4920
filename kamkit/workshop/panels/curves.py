"""Curves and distributions as pictures that are kept."""

from __future__ import annotations

from typing import Any

import numpy as np

from kamkit.locale import _
from kamkit.locale.numbers import Numbers, Scale
from kamkit.plots.case_risk import INPUT_NAMES
from kamkit.plots.layout import fitting, spread, widest
from kamkit.plots.style import PALETTE
from kamkit.workshop.panels.cost import Whales
from kamkit.workshop.panels.investment import Futures
from kamkit.workshop.panels.stage import LINE, NOTE, SIZE, Stage
from kamkit.workshop.panels.transfer import Sweep

__all__ = ["draw_futures", "draw_sweep", "draw_whales"]

_LEAST = 0.75 * SIZE
_UNIT_LOOKS = (
    ("actual", "-"),
    ("second", "-"),
    ("muted", (0, (6, 2, 1, 2))),
    ("line", "-"),
    ("actual", (0, (1, 1))),
)


# -- investment ----------------------------------------------------------------------------------


def draw_futures(stage: Stage, futures: Futures, numbers: Numbers) -> None:
    """Above how the value is distributed, divided at zero; below what each input alone does to it."""
    middle = 0.46 * stage.height
    money = [*futures.histogram["class_from"], *futures.histogram["class_to"]]
    scale = numbers.scale([*money, *futures.tornado["npv_low"], *futures.tornado["npv_high"]])
    _draw_histogram(stage, futures, middle, scale, numbers)
    _draw_tornado(stage, futures, middle + 40, scale, numbers)


def _draw_histogram(stage: Stage, futures: Futures, bottom: float, scale: Scale, numbers: Numbers) -> None:
    table = futures.histogram
    low, high = min(0.0, float(table["class_from"].min())), max(0.0, float(table["class_to"].max()))
    left, right, top, foot = 16.0, stage.width - 16.0, 76.0, bottom - 58

    def x(value: float) -> float:
        return left + (value - low) / ((high - low) or 1.0) * (right - left)

    tallest = float(table["share"].max()) or 1.0
    for start, end, share in zip(table["class_from"], table["class_to"], table["share"], strict=True):
        tall = share / tallest * (foot - top)
        face = PALETTE["bad" if end <= 0 else "actual"]
        stage.bar(x(start) + 1, foot - tall, x(end) - x(start) - 2, tall, facecolor=face)
    stage.line((left, right), (foot, foot), linewidth=1.5)
    stage.line((x(0), x(0)), (top - 12, foot), linewidth=2.5)
    below, above = futures.simulation.probability_of_loss, 1 - futures.simulation.probability_of_loss
    bold: dict[str, Any] = {"fontweight": "bold", "fontsize": SIZE}
    said = _("below the required return: {share}").format(share=numbers.percent(below))
    stage.text(left, 24, said, color=PALETTE["bad"], **bold)
    said = _("earns it: {share}").format(share=numbers.percent(above))
    stage.text(right, 24, said, ha="right", color=PALETTE["actual"], **bold)
    for value in {low, 0.0, high}:
        ha = "left" if value == low else "right" if value == high else "center"
        stage.text(x(value), foot + 20, numbers.scaled(value, scale), ha=ha, fontsize=NOTE)
    unit = _("net present value, {unit} →").format(unit=scale.unit_label)
    stage.text(right, foot + 48, unit, ha="right", fontsize=NOTE, color=PALETTE["muted"])


def _draw_tornado(stage: Stage, futures: Futures, top: float, scale: Scale, numbers: Numbers) -> None:
    table = futures.tornado
    base = float(table["npv_base"].iloc[0])
    names = [_(INPUT_NAMES.get(i, str(i))) for i in table["input"]]
    wide = min(widest(names, SIZE) + 20, 0.42 * stage.width)
    money = table[["npv_low", "npv_base", "npv_high"]].to_numpy(dtype=float)
    texts = [numbers.scaled(v, scale) for v in money.ravel()]
    room = widest(texts, SIZE) + 10
    left, right = wide + room, stage.width - room
    low, high = min(money.min(), 0.0), max(money.max(), 0.0)
    per = (right - left) / ((high - low) or 1.0)
    said = _("Each input alone, from its worst to its best; base {amount}")
    stage.text(6, top + 6, said.format(amount=numbers.scaled(base, scale)), fontweight="bold", fontsize=NOTE)
    tall = min(62.0, (stage.height - top - 50) / max(len(table), 1))
    for row, (name, one, other) in enumerate(zip(names, money[:, 0], money[:, 2], strict=True)):
        worst, best = sorted((one, other))
        y = top + 36 + row * tall
        at = y + tall * 0.32
        stage.text(6, at, name, wide - 12, fontsize=max(fitting(name, wide - 12, SIZE), _LEAST))
        x0, x1, xb = (left + (v - low) * per for v in (worst, best, base))
        stage.bar(x0, y, xb - x0, tall * 0.64, facecolor=PALETTE["bad"])
        stage.bar(xb, y, x1 - xb, tall * 0.64, facecolor=PALETTE["actual"])
        stage.text(x0 - 6, at, numbers.scaled(worst, scale), ha="right")
        stage.text(x1 + 6, at, numbers.scaled(best, scale))
    foot = top + 36 + len(table) * tall
    stage.line((left + (base - low) * per,) * 2, (top + 28, foot), linewidth=2)


# -- transfer prices -----------------------------------------------------------------------------


def draw_sweep(stage: Stage, sweep: Sweep, numbers: Numbers) -> None:
    """A line for each unit over the price, a flat one for the group, and where the slider stands."""
    scale = numbers.scale([*sweep.results.ravel(), sweep.group])
    left, top, foot = 116.0, 60.0, stage.height - 90
    names = [*sweep.units, _("All units")]
    right = stage.width - widest(names, SIZE, bold=True) - 24
    values = np.append(sweep.results.ravel(), [sweep.group, 0.0])
    low, high = float(values.min()), float(values.max())

    def x(factor: Any) -> Any:
        return left + np.asarray(factor) / sweep.factors[-1] * (right - left)

    def y(value: Any) -> Any:
        return foot - (np.asarray(value) - low) / ((high - low) or 1.0) * (foot - top)

    _draw_grid(stage, (left, right, foot), (low, high), y, scale, numbers)
    ends = [float(y(line[-1])) for line in sweep.results] + [float(y(sweep.group))]
    for i, line in enumerate(sweep.results):
        face, dash = _UNIT_LOOKS[i % len(_UNIT_LOOKS)]
        color = PALETTE[face]
        stage.line(list(x(sweep.factors)), list(y(line)), color=color, linewidth=5, linestyle=dash)
        here = float(np.interp(sweep.factor, sweep.factors, line))
        stage.dots([float(x(sweep.factor))], [float(y(here))], [9], facecolors=color, zorder=5)
    flat = list(x(sweep.factors[[0, -1]]))
    stage.line(flat, [float(y(sweep.group))] * 2, linewidth=5, linestyle=(0, (4, 2)))
    order = np.argsort(ends)
    placed = spread([ends[i] for i in order], [LINE] * len(ends), top - 20, foot + 20)
    for i, at in zip(order, placed, strict=True):
        stage.text(right + 12, at, names[i], fontweight="bold")
    for key, factor, said in (("today", 1.0, _("today")), ("now", sweep.factor, _("now"))):
        if key == "now" and abs(sweep.factor - 1.0) < 1e-9:
            continue
        dashed: dict[str, Any] = {"linestyle": (0, (2, 2)) if key == "today" else "-", "linewidth": 2.5}
        stage.line([float(x(factor))] * 2, (top - 14, foot), color=PALETTE["muted"], **dashed)
        up = top - 32 if key == "now" else foot + 56
        words = f"{said} {numbers.percent(factor, decimals=0)}"
        stage.text(float(x(factor)), up, words, ha="center", fontweight="bold", fontsize=NOTE)


def _draw_grid(
    stage: Stage,
    edges: tuple[float, float, float],
    span: tuple[float, float],
    y: Any,
    scale: Scale,
    numbers: Numbers,
) -> None:
    left, right, foot = edges
    stage.text(4, 22, scale.unit_label, fontsize=NOTE, color=PALETTE["muted"])
    for i, value in enumerate((span[0], 0.0, span[1])):
        at = float(y(value))
        if i == 1 and span[0] != 0.0 and min(abs(at - float(y(v))) for v in span) < LINE:
            continue
        stage.line((left, right), (at, at), color=PALETTE["line"], linewidth=1, zorder=0)
        look: dict[str, Any] = {"ha": "right", "fontsize": NOTE, "color": PALETTE["muted"]}
        stage.text(left - 8, at, numbers.scaled(value, scale), **look)
    for factor in (0.0, 0.5, 1.5, 2.0):
        at = left + factor / 2 * (right - left)
        look = {"ha": "center", "fontsize": NOTE, "color": PALETTE["muted"]}
        stage.text(at, foot + 24, numbers.percent(factor, decimals=0), **look)


# -- cost to serve -------------------------------------------------------------------------------


def draw_whales(stage: Stage, whales: Whales, numbers: Numbers) -> None:
    """The whale curve of today, dashed, and that of the other terms; both with peak and total."""
    heights = np.concatenate([whales.before[:, 1], whales.now[:, 1]])
    scale = numbers.scale(heights)
    low, high = min(0.0, float(heights.min())), max(0.0, float(heights.max()))
    totals = [numbers.scaled(c[-1, 1], scale) for c in (whales.before, whales.now)]
    words = [_("today {amount}"), _("then {amount}")]
    ends = [w.format(amount=t) for w, t in zip(words, totals, strict=True)]
    left, right, top, foot = 16.0, stage.width - widest(ends, SIZE, bold=True) - 20, 90.0, stage.height - 60

    def x(rank: Any) -> Any:
        return left + np.asarray(rank) / max(whales.accounts, 1) * (right - left)

    def y(value: Any) -> Any:
        return foot - (np.asarray(value) - low) / ((high - low) or 1.0) * (foot - top)

    zero = float(y(0.0))
    stage.line((left, right), (zero, zero), linewidth=1.5)
    looks: tuple[dict[str, Any], ...] = (
        {"color": PALETTE["second"], "linestyle": (0, (3, 2)), "linewidth": 4},
        {"color": PALETTE["actual"], "linewidth": 5},
    )
    for curve, look in zip((whales.before, whales.now), looks, strict=True):
        stage.line(list(x(curve[:, 0])), list(y(curve[:, 1])), **look)
    wanted = [float(y(c[-1, 1])) for c in (whales.before, whales.now)]
    order = np.argsort(wanted)
    placed = spread([wanted[i] for i in order], [LINE, LINE], top, foot)
    for i, at in zip(order, placed, strict=True):
        bold = "bold" if i else "normal"
        stage.text(right + 10, at, ends[i], fontweight=bold)
    (_rank, before), (rank, peak) = whales.peaks
    stage.dots([float(x(rank))], [float(y(peak))], [9], facecolors=PALETTE["good"], zorder=5)
    said = _("peak {peak} after {n} customers; today {before}").format(
        peak=numbers.scaled(peak, scale), n=numbers.count(rank), before=numbers.scaled(before, scale)
    )
    stage.text(left, 56, said, fontsize=NOTE, fontweight="bold")
    head = _("{unit}, added up from the most to the least profitable customer").format(unit=scale.unit_label)
    stage.text(left, 20, head, stage.width - 32, fontsize=NOTE, color=PALETTE["muted"])
    text = _("{n} customers, all of them →").format(n=numbers.count(whales.accounts))
    stage.text(right, foot + 34, text, ha="right", fontsize=NOTE, color=PALETTE["muted"])
