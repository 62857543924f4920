"""The portfolio: attractiveness against strength, today and at the horizon, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers, Scale
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import (
    bare,
    fitting,
    gridline,
    label,
    make_room,
    room,
    rows_of,
    shorten,
    small_beside,
    width,
)
from kamkit.plots.marks import hline, vline
from kamkit.plots.placement import Box, Mark, place_names
from kamkit.plots.rows import name_of
from kamkit.plots.style import PALETTE, SIZE, SMALL

__all__ = ["TREATMENT_NAMES", "portfolio_matrix"]

TREATMENT_NAMES = {
    "invest": N_("Invest"),
    "maintain": N_("Maintain"),
    "cost_efficient": N_("Serve cost-efficiently"),
    "exit": N_("Exit"),
}
_FACES = {"invest": "actual", "maintain": "second", "cost_efficient": "wash", "exit": "bad"}
_NAMED, _ALWAYS, _NAME_WIDE, _LINE = 22, 4, 104.0, 10.0
_HEAD, _FOOT, _LEFT, _RIGHT = 30.0, 62.0, 44.0, 128.0
_FILLED, _LARGEST, _SMALLEST, _EVEN = 0.16, 22.0, 3.2, 5.0
_SHORTEST_ARROW = 4.0
_PAPER: dict[str, Any] = {
    "xycoords": "axes fraction",
    "bbox": {"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 0.5},
}


def _message(placed: pd.DataFrame, *, numbers: Numbers) -> str:
    known = placed[placed["treatment"].notna()]
    if known.empty:
        return _("No account can be placed: attractiveness or strength is not known.")
    worth, flips = int((known["treatment"] == "invest").sum()), int(placed["flips_easily"].sum())
    text = ngettext(
        "{n} of {all} accounts is worth an investment: attractive, and the customer sees us ahead.",
        "{n} of {all} accounts are worth an investment: attractive, and the customers see us ahead.",
        worth,
    )
    doubt = ngettext("{m} placement flips easily.", "{m} placements flip easily.", flips)
    both = _("{choice} {doubt}").format(choice=text, doubt=doubt)
    return both.format(n=numbers.count(worth), all=numbers.count(len(placed)), m=numbers.count(flips))


def _unit(placed: pd.DataFrame, *, numbers: Numbers) -> str:
    return _("% of the highest score; scale points")


@exhibit(
    what=N_("attractiveness and relative strength of accounts"),
    how=N_(
        "Higher is more attractive to us, further right is where the customer sees us further ahead; the "
        "area of a bubble is sales, the arrow leads to the horizon, a dashed rim marks what flips easily."
    ),
    drawn=N_("A bubble per account: attractiveness upwards, lead over the best competitor to the right."),
    tables={
        "placed": (
            "account_id", "attractiveness", "strength", "attractiveness_cut", "strength_cut", "treatment",
            "revenue", "flips_easily",
        )
    },
    message=_message,
    unit=_unit,
    figsize=(7.2, 5.2),
)  # fmt: skip
def portfolio_matrix(
    placed: pd.DataFrame, *, ax: Axes, numbers: Numbers, names: Mapping[str, str] | None = None
) -> None:
    """Draw accounts by attractiveness and relative strength (McDonald & Woodburn, 2007).

    Parameters
    ----------
    placed : by account_id: attractiveness (0–1), strength (scale points ahead of the best competitor),
        their cuts, treatment, revenue (money; NaN draws a small bubble of its own), flips_easily, and
        attractiveness_horizon where it is known, as ``method.portfolio.matrix_table`` returns it.
        Accounts that could not be placed are counted below the picture.
    names : by account_id, what the accounts are called; the largest are named.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Notes
    -----
    The axes do not start at zero and say where the cuts are: positions are compared with the cuts.

    Examples
    --------
    >>> placed = pd.DataFrame({"account_id": ["a", "b"], "attractiveness": [0.7, 0.4],
    ...     "strength": [1.0, -0.5], "attractiveness_cut": 0.5, "strength_cut": 0.0,
    ...     "treatment": ["invest", "exit"], "revenue": [90.0, 60.0], "flips_easily": [False, True]})
    >>> portfolio_matrix.message(placed)[:42]
    '1 of 2 accounts is worth an investment: at'
    """
    bare(ax)
    drawn = placed[placed[["attractiveness", "strength", "treatment"]].notna().all(axis=1)]
    if drawn.empty:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        label(ax, (0.5, 0.5), _("not assessed"), ha="center", color=PALETTE["muted"], style="italic")
        return
    rows = drawn.assign(horizon=drawn.get("attractiveness_horizon", np.nan)).sort_values(
        ["revenue", "account_id"], ascending=[False, True], na_position="last", ignore_index=True
    )
    radii = _radii(ax, rows["revenue"])
    _set_axes(ax, rows, radii, numbers)
    arrows = _draw_arrows(ax, rows, radii)
    _draw_bubbles(ax, rows, radii)
    _draw_names(ax, rows, radii, arrows, names)
    _draw_cells(ax)
    _draw_keys(ax, rows, radii, numbers)
    _draw_left_out(ax, len(placed) - len(drawn), numbers)


def _radii(ax: Axes, revenue: pd.Series) -> np.ndarray:
    """Radii in points: areas in proportion to revenue; all alike where none is known."""
    known = revenue.clip(lower=0).fillna(0.0).to_numpy(dtype=float)
    if known.sum() <= 0:
        return np.full(len(known), _EVEN)
    wide, tall = room(ax)
    plot = (wide - _LEFT - _RIGHT) * (tall - _HEAD - _FOOT)
    radii = np.sqrt(known / known.sum() * plot * _FILLED / np.pi)
    return np.maximum(radii * min(1.0, _LARGEST / radii.max()), _SMALLEST)


def _set_axes(ax: Axes, rows: pd.DataFrame, radii: np.ndarray, numbers: Numbers) -> None:
    cut_y, cut_x = float(rows["attractiveness_cut"].iloc[0]), float(rows["strength_cut"].iloc[0])
    ys = np.append(rows[["attractiveness", "horizon"]].to_numpy(float).ravel(), [cut_y - 0.1, cut_y + 0.1])
    xs = np.append(rows["strength"].to_numpy(float), [cut_x - 0.5, cut_x + 0.5])
    margin = float(radii.max()) + 3
    make_room(ax, "x", xs.min(), xs.max(), _LEFT + margin, _RIGHT + margin)
    make_room(ax, "y", np.nanmin(ys), np.nanmax(ys), _FOOT + margin, _HEAD + margin)
    (left, bottom), (right, top) = _corners(ax)
    for tick in _ticks(left, right):
        gridline(ax, "x", tick, numbers.scaled(tick, Scale(1.0, "", 1)), (bottom, top))
    for tick in _ticks(bottom, top):
        gridline(ax, "y", tick, numbers.percent(tick, decimals=0), (left, right))
    look: dict[str, Any] = {"color": PALETTE["text"], "linewidth": 0.9, "zorder": 2}
    vline(ax, cut_x, bottom, top, **look)
    hline(ax, cut_y, left, right, **look)
    bold: dict[str, Any] = {"fontweight": "bold", "fontsize": SMALL}
    lead = _("cut {value}").format(value=numbers.number(cut_x))
    label(ax, (cut_x, bottom), lead, 0, -23, ha="center", **bold)
    label(ax, (right, cut_y), _("cut {value}").format(value=_share(cut_y, numbers)), 4, **bold)
    across = _("ahead of the best competitor, scale points →")
    up = _("↑ attractiveness, % of the highest score")
    size = small_beside(across, up, room(ax)[0] - _LEFT - _RIGHT)
    muted: dict[str, Any] = {"color": PALETTE["muted"], "fontsize": size}
    label(ax, (right, bottom), across, 0, -36, ha="right", **muted)
    label(ax, (left, bottom), up, 0, -36, **muted)


def _share(value: float, numbers: Numbers) -> str:
    """A score in percent, whole where it is."""
    return numbers.percent(value, decimals=0 if abs(value * 100 - round(value * 100)) < 1e-9 else 1)


def _ticks(low: float, high: float) -> list[float]:
    return [t for t in MaxNLocator(5).tick_values(low, high) if low <= t <= high]


def _corners(ax: Axes) -> tuple[tuple[float, float], tuple[float, float]]:
    """The plotting area inside the margins: lower left and upper right, in data."""
    wide, tall = room(ax)
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    per_x, per_y = (x1 - x0) / wide, (y1 - y0) / tall
    return (x0 + _LEFT * per_x, y0 + _FOOT * per_y), (x1 - _RIGHT * per_x, y1 - _HEAD * per_y)


def _points(ax: Axes, x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    wide, tall = room(ax)
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    return (np.asarray(x, float) - x0) / (x1 - x0) * wide, (np.asarray(y, float) - y0) / (y1 - y0) * tall


def _draw_arrows(ax: Axes, rows: pd.DataFrame, radii: np.ndarray) -> list[Box]:
    """From today to the horizon; where they stand, in points."""
    xs, ends = _points(ax, rows["strength"], rows["horizon"])
    starts = _points(ax, rows["strength"], rows["attractiveness"])[1]
    boxes = []
    for row, line in rows_of(rows):
        if not abs(ends[row] - starts[row]) >= max(_SHORTEST_ARROW, 0.5 * radii[row]):
            continue
        at = (line.strength, line.attractiveness)
        look = {"arrowstyle": "->", "color": PALETTE["text"], "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (line.strength, line.horizon), at, arrowprops=look, zorder=5)
        low, high = sorted((starts[row], ends[row]))
        boxes.append(Box(xs[row] - 2, low, xs[row] + 2, high))
    return boxes


def _draw_bubbles(ax: Axes, rows: pd.DataFrame, radii: np.ndarray) -> None:
    """Large ones below small ones; a dashed rim where the placement flips easily."""
    flips = rows["flips_easily"].to_numpy(dtype=bool)
    rims: tuple[tuple[np.ndarray, dict[str, Any]], ...] = (
        (~flips, {"edgecolors": PALETTE["muted"], "linewidths": 0.5}),
        (flips, {"edgecolors": PALETTE["text"], "linewidths": 1.2, "linestyles": [(0, (2.5, 1.5))]}),
    )
    for which, rim in rims:
        ax.scatter(
            rows["strength"][which],
            rows["attractiveness"][which],
            s=(2 * radii[which]) ** 2,
            c=[PALETTE[_FACES[t]] for t in rows["treatment"][which]],
            alpha=0.85,
            zorder=3,
            **rim,
        )


def _draw_names(
    ax: Axes, rows: pd.DataFrame, radii: np.ndarray, arrows: list[Box], names: Mapping[str, str] | None
) -> None:
    xs, ys = _points(ax, rows["strength"], rows["attractiveness"])
    marks = [Mark(float(x), float(y), float(r)) for x, y, r in zip(xs, ys, radii, strict=True)]
    keys = rows["account_id"].head(_NAMED)
    texts = [shorten(name_of(key, names), _NAME_WIDE, SMALL) for key in keys]
    sizes = [(width(text, SMALL) + 2, _LINE) for text in texts]
    wide, tall = room(ax)
    bounds = Box(_LEFT, _FOOT, wide - _RIGHT, tall - _HEAD)
    boxes = place_names(
        marks[: len(texts)], sizes, bounds, obstacles=arrows, others=marks[len(texts) :], always=_ALWAYS
    )
    for text, box in zip(texts, boxes, strict=True):
        if box is not None:
            at = (box.left + box.right) / 2, (box.bottom + box.top) / 2
            label(ax, (0, 0), text, *at, ha="center", fontsize=SMALL, zorder=6, **_PAPER)


def _draw_cells(ax: Axes) -> None:
    """Say what the upper quadrants mean, above them."""
    (left, _bottom), (right, top) = _corners(ax)
    bold: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"], "fontweight": "bold"}
    label(ax, (left, top), _("attractive, others ahead"), 0, 14, **bold)
    label(ax, (right, top), _("attractive, we are ahead"), 0, 14, ha="right", **bold)


def _draw_keys(ax: Axes, rows: pd.DataFrame, radii: np.ndarray, numbers: Numbers) -> None:
    """What colours mean, with counts; and how large a bubble is."""
    wide, tall = room(ax)
    x, cut = wide - _RIGHT + 10, _points(ax, 0, rows["attractiveness_cut"].iloc[0])[1]
    y = _draw_treatments(ax, rows, x, tall - _HEAD, float(cut), numbers)
    known = rows["revenue"].notna() & (rows["revenue"] > 0)
    if not known.any():
        return
    revenue = rows.loc[known, "revenue"]
    scale = numbers.scale(revenue)
    small: dict[str, Any] = {"xycoords": "axes points", "fontsize": SMALL, "color": PALETTE["muted"]}
    y = min(y, float(cut) - 14) - 10
    label(ax, (x, y), _("sales, {unit}").format(unit=scale.unit_label), **small)
    y -= 10
    quarter = int((revenue - revenue.iloc[0] / 4).abs().to_numpy().argmin())
    for row in [0, quarter] if radii[quarter] < 0.6 * radii[0] else [0]:
        y -= radii[row] + 2
        ring: dict[str, Any] = {"facecolors": "none", "edgecolors": PALETTE["muted"], "linewidths": 0.8}
        place = [(x + radii[0]) / wide], [y / tall]
        ax.scatter(*place, s=(2 * radii[row]) ** 2, transform=ax.transAxes, **ring)
        text = numbers.scaled(revenue.iloc[row], scale)
        label(ax, (x + 2 * radii[0] + 5, y), text, xycoords="axes points", fontsize=SIZE)
        y -= radii[row] + 3


def _draw_treatments(
    ax: Axes, rows: pd.DataFrame, x: float, top: float, cut: float, numbers: Numbers
) -> float:
    """One line per treatment with its count, and one for the dashed rim; returns where they end."""
    wide, tall = room(ax)
    flips = int(rows["flips_easily"].sum())
    lines: list[tuple[str, str, Any]] = [
        (_(name), _FACES[key], int((rows["treatment"] == key).sum())) for key, name in TREATMENT_NAMES.items()
    ]
    y = top - 6
    for text, face, count in [*lines, (_("flips easily"), "", flips)]:
        y = y - 2 * _LINE if abs(y - cut) < 1.2 * _LINE else y
        rim: dict[str, Any] = {"edgecolors": PALETTE["muted"], "linewidths": 0.5}
        if not face:
            rim = {"edgecolors": PALETTE["text"], "linewidths": 1.2, "linestyles": [(0, (2.5, 1.5))]}
        color = PALETTE[face] if face else "none"
        ax.scatter([(x + 5) / wide], [y / tall], s=64, c=[color], transform=ax.transAxes, **rim)
        shown = _("{name}: {n}").format(name=text, n=numbers.count(count))
        size = fitting(shown, wide - x - 18, SMALL)
        label(ax, (x + 14, y), shown, xycoords="axes points", fontsize=size)
        y -= 14
    return y


def _draw_left_out(ax: Axes, without: int, numbers: Numbers) -> None:
    """What the picture can't place is counted below it."""
    if not without:
        return
    text = ngettext(
        "{n} account without attractiveness or strength is not drawn.",
        "{n} accounts without attractiveness or strength are not drawn.",
        without,
    ).format(n=numbers.count(without))
    label(ax, (0, 0), text, _LEFT, 7, xycoords="axes fraction", fontsize=SMALL, color=PALETTE["muted"])
