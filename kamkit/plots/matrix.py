"""Net price against cost to serve: who pays for the service they get."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, gridline, label, make_room, room, shorten, small_beside, width
from kamkit.plots.marks import hline, vline
from kamkit.plots.placement import Box, Mark, place_names
from kamkit.plots.rows import name_of
from kamkit.plots.style import PALETTE, SIZE, SMALL

__all__ = ["price_cost_matrix"]

QUADRANT_NAMES = {
    "passive": N_("Passive"),
    "carriage_trade": N_("Carriage trade"),
    "bargain_basement": N_("Bargain basement"),
    "aggressive": N_("Aggressive"),
}
QUADRANT_WORDS = {
    "passive": N_("pay much, cost little"),
    "carriage_trade": N_("pay much, cost much"),
    "bargain_basement": N_("pay little, cost little"),
    "aggressive": N_("pay little, cost much"),
}
_COLORS = {"passive": "good", "carriage_trade": "actual", "bargain_basement": "second", "aggressive": "bad"}
_NAMED, _ALWAYS, _NAME_WIDE, _LINE = 12, 3, 120.0, 10.0
_HEAD, _FOOT, _LEFT, _RIGHT = 34.0, 82.0, 44.0, 92.0
_FILLED, _LARGEST, _SMALLEST = 0.22, 24.0, 1.2
_KEY = 28.0
_FAR = 4.0
_PAPER: dict[str, Any] = {
    "xycoords": "axes fraction",
    "bbox": {"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 0.5},
}


def _message(matrix: pd.DataFrame, *, numbers: Numbers) -> str:
    placed = matrix[matrix["quadrant"].notna()]
    if placed.empty:
        return _("No account can be placed: price or cost to serve is not known.")
    count = int((placed["quadrant"] == "aggressive").sum())
    text = ngettext(
        "{count} of {n} accounts pays less than average and costs more than average to serve: "
        "a case for price or service terms.",
        "{count} of {n} accounts pay less than average and cost more than average to serve: "
        "cases for price or service terms.",
        count,
    )
    if count == 0:
        text = _("No account of {n} both pays less than average and costs more than average to serve.")
    return text.format(count=numbers.count(count), n=numbers.count(len(placed)))


def _unit(matrix: pd.DataFrame, *, numbers: Numbers) -> str:
    return _("% of list; % of pocket revenue")


@exhibit(
    what=N_("net price and cost to serve"),
    how=N_(
        "Higher is a better price, further right is dearer to serve; the area of a bubble is the pocket "
        "revenue, the lines are the averages."
    ),
    drawn=N_("A bubble per account: price realisation upwards, cost to serve to the right; four quadrants."),
    tables={
        "matrix": (
            "account_id", "pocket_revenue", "price_realisation", "cost_share", "price_cut", "cost_cut",
            "quadrant",
        )
    },
    message=_message,
    unit=_unit,
    figsize=(7.2, 5.0),
)  # fmt: skip
def price_cost_matrix(
    matrix: pd.DataFrame, *, ax: Axes, numbers: Numbers, names: Mapping[str, str] | None = None
) -> None:
    """Draw accounts by price realisation and cost to serve (Shapiro, Rangan, Moriarty & Ross, 1987).

    Parameters
    ----------
    matrix : by account_id: pocket_revenue (money), price_realisation and cost_share (fractions),
        price_cut, cost_cut, quadrant, as ``method.profitability.price_cost_matrix`` returns it.
        Accounts without a quadrant are counted below the picture; those far outside stand at its edge.
    names : by account_id, what the accounts are called; the largest are named.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Notes
    -----
    The axis of prices starts below the lowest price, not at zero, and says so: positions are
    compared with the averages, not lengths with each other.

    Examples
    --------
    >>> matrix = pd.DataFrame({"account_id": ["a", "b"], "pocket_revenue": [90.0, 60.0],
    ...     "price_realisation": [0.9, 0.6], "cost_share": [0.06, 0.33], "price_cut": 0.78, "cost_cut": 0.17,
    ...     "quadrant": ["passive", "aggressive"]})
    >>> price_cost_matrix.message(matrix)[:59]
    '1 of 2 accounts pays less than average and costs more than '
    """
    placed = matrix[matrix["quadrant"].notna()].sort_values(
        ["pocket_revenue", "account_id"], ascending=[False, True], ignore_index=True
    )
    bare(ax)
    if placed.empty:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        label(ax, (0.5, 0.5), _("not assessed"), ha="center", color=PALETTE["muted"], style="italic")
        return
    radii = _radii(ax, placed["pocket_revenue"])
    cost, price, beyond = _positions(placed)
    _set_axes(ax, cost, price, radii, placed, numbers)
    _draw_bubbles(ax, cost, price, radii, placed["quadrant"], beyond)
    _draw_names(ax, cost, price, radii, [name_of(key, names) for key in placed["account_id"].head(_NAMED)])
    _draw_quadrants(ax, placed["quadrant"], numbers)
    _draw_key(ax, placed["pocket_revenue"], radii, float(placed["price_cut"].iloc[0]), numbers)
    _draw_left_out(ax, len(matrix) - len(placed), int(beyond.sum()), numbers)


def _radii(ax: Axes, revenue: pd.Series) -> np.ndarray:
    """Radii in points: areas in proportion to revenue, together a part of the picture."""
    wide, tall = room(ax)
    plot = (wide - _LEFT - _RIGHT) * (tall - _HEAD - _FOOT)
    share = (revenue / revenue.sum()).to_numpy()
    radii = np.sqrt(share * plot * _FILLED / np.pi)
    return np.maximum(radii * min(1.0, _LARGEST / radii.max()), _SMALLEST)


def _positions(placed: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where bubbles are drawn; what lies far beyond nearly all others stands at the edge."""
    cost, price = placed["cost_share"].to_numpy(float), placed["price_realisation"].to_numpy(float)
    edges = [_edges(v, float(placed[c].iloc[0])) for v, c in ((cost, "cost_cut"), (price, "price_cut"))]
    drawn = [np.clip(v, *edge) for v, edge in zip((cost, price), edges, strict=True)]
    return drawn[0], drawn[1], (drawn[0] != cost) | (drawn[1] != price)


def _edges(values: np.ndarray, cut: float) -> tuple[float, float]:
    low, high = np.quantile(values, [0.02, 0.98])
    reach_low, reach_high = _FAR * (cut - low), _FAR * (high - cut)
    floor = cut - reach_low if reach_low > 0 else values.min()
    ceiling = cut + reach_high if reach_high > 0 else values.max()
    return max(values.min(), floor), min(values.max(), ceiling)


def _set_axes(
    ax: Axes, cost: np.ndarray, price: np.ndarray, radii: np.ndarray, placed: pd.DataFrame, numbers: Numbers
) -> None:
    margin = float(radii.max()) + 3
    cost_cut, price_cut = float(placed["cost_cut"].iloc[0]), float(placed["price_cut"].iloc[0])
    right = max(cost.max(), cost_cut * 1.2)
    low, high = min(price.min(), price_cut), max(price.max(), price_cut)
    pad = 0.08 * (high - low) or 0.1
    low, high = max(0.0, low - pad), high + pad
    make_room(ax, "x", min(0.0, cost.min()), right, _LEFT, _RIGHT + margin)
    make_room(ax, "y", low, high, _FOOT + margin, _HEAD + margin)
    (left, bottom), (end, top) = _corners(ax)
    _ticks(ax, "x", (left, end), (bottom, top), numbers)
    _ticks(ax, "y", (bottom, top), (left, end), numbers)
    vline(ax, cost_cut, bottom, top, color=PALETTE["text"], linewidth=0.9, zorder=2)
    hline(ax, price_cut, left, end, color=PALETTE["text"], linewidth=0.9, zorder=2)
    mean = _("average {share}")
    bold: dict[str, Any] = {"fontweight": "bold", "fontsize": SMALL}
    label(ax, (cost_cut, bottom), mean.format(share=numbers.percent(cost_cut)), 0, -21, ha="center", **bold)
    label(ax, (end, price_cut), mean.format(share=numbers.percent(price_cut)), 4, **bold)
    across = _("cost to serve, % of pocket revenue →")
    text = (
        _("↑ price, % of list") if bottom <= 0 else _("↑ price, % of list; the axis does not start at zero")
    )
    per_point = (ax.get_xlim()[1] - ax.get_xlim()[0]) / room(ax)[0]
    size = small_beside(across, text, (end - left) / per_point)
    muted: dict[str, Any] = {"color": PALETTE["muted"], "fontsize": size}
    label(ax, (end, bottom), across, 0, -34, ha="right", **muted)
    label(ax, (left, bottom), text, 0, -34, **muted)


def _corners(ax: Axes) -> tuple[tuple[float, float], tuple[float, float]]:
    """The plotting area inside the margins: lower left and upper right, in data."""
    wide, tall = room(ax)
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    per_x, per_y = (x1 - x0) / wide, (y1 - y0) / tall
    return (x0 + _LEFT * per_x, y0 + _FOOT * per_y), (x1 - _RIGHT * per_x, y1 - _HEAD * per_y)


def _ticks(
    ax: Axes,
    axis: Literal["x", "y"],
    along: tuple[float, float],
    across: tuple[float, float],
    numbers: Numbers,
) -> None:
    ticks = np.asarray(MaxNLocator(5).tick_values(*along))
    digits = 0 if np.allclose(ticks * 100, np.round(ticks * 100)) else 1
    for tick in ticks:
        if along[0] - 1e-12 <= tick <= along[1] + 1e-12:
            gridline(ax, axis, tick, numbers.percent(tick, decimals=digits), across)


def _draw_bubbles(
    ax: Axes,
    cost: np.ndarray,
    price: np.ndarray,
    radii: np.ndarray,
    quadrants: pd.Series,
    beyond: np.ndarray,
) -> None:
    """Large ones below small ones; what stands at the edge is a triangle."""
    for marker, which in (("o", ~beyond), (">", beyond)):
        ax.scatter(
            cost[which],
            price[which],
            s=(2 * radii[which]) ** 2,
            c=[PALETTE[_COLORS[q]] for q in quadrants[which]],
            marker=marker,
            alpha=0.8,
            edgecolors="white",
            linewidths=np.minimum(0.5, 0.15 * radii[which]),
            zorder=3,
        )


def _draw_names(ax: Axes, cost: np.ndarray, price: np.ndarray, radii: np.ndarray, names: list[str]) -> None:
    wide, tall = room(ax)
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    xs, ys = (cost - x0) / (x1 - x0) * wide, (price - y0) / (y1 - y0) * tall
    marks = [Mark(float(x), float(y), float(r)) for x, y, r in zip(xs, ys, radii, strict=True)]
    texts = [shorten(name, _NAME_WIDE, SMALL) for name in names]
    sizes = [(width(text, SMALL) + 2, _LINE) for text in texts]
    bounds = Box(_LEFT, _FOOT, wide - _RIGHT, tall - _HEAD)
    boxes = place_names(marks[: len(texts)], sizes, bounds, others=marks[len(texts) :], always=_ALWAYS)
    for text, box in zip(texts, boxes, strict=True):
        if box is not None:
            at = (box.left + box.right) / 2, (box.bottom + box.top) / 2
            label(ax, (0, 0), text, *at, ha="center", fontsize=SMALL, zorder=6, **_PAPER)


def _draw_quadrants(ax: Axes, quadrants: pd.Series, numbers: Numbers) -> None:
    """Name the quadrants outside their corners, with the number of accounts in each."""
    (left, bottom), (right, top) = _corners(ax)
    places = {
        "passive": ((left, top), 0, 18, "left"),
        "carriage_trade": ((right, top), 0, 18, "right"),
        "bargain_basement": ((left, bottom), 0, -54, "left"),
        "aggressive": ((right, bottom), 0, -54, "right"),
    }
    for quadrant, (xy, dx, dy, ha) in places.items():
        count = int((quadrants == quadrant).sum())
        head = ngettext("{name}: {n} account", "{name}: {n} accounts", count)
        text = head.format(name=_(QUADRANT_NAMES[quadrant]), n=numbers.count(count))
        color = PALETTE["muted" if _COLORS[quadrant] == "second" else _COLORS[quadrant]]
        label(ax, xy, text, dx, dy + 5, ha=ha, color=color, fontweight="bold")
        label(ax, xy, _(QUADRANT_WORDS[quadrant]), dx, dy - 6, ha=ha, color=PALETTE["muted"], fontsize=SMALL)


def _draw_key(ax: Axes, revenue: pd.Series, radii: np.ndarray, price_cut: float, numbers: Numbers) -> None:
    """Size key: the largest bubble and the one nearest to a quarter of it, clear of the cut's label."""
    wide, tall = room(ax)
    scale = numbers.scale(revenue)
    quarter = int((revenue - revenue.iloc[0] / 4).abs().to_numpy().argmin())
    rows = [0, quarter] if radii[quarter] < 0.6 * radii[0] else [0]
    x, y = wide - _RIGHT + 8, _key_top(ax, price_cut, _KEY + sum(2 * radii[row] + 6 for row in rows))
    small: dict[str, Any] = {"xycoords": "axes points", "fontsize": SMALL, "color": PALETTE["muted"]}
    ring: dict[str, Any] = {"facecolors": "none", "edgecolors": PALETTE["muted"], "linewidths": 0.8}
    head = _("pocket revenue,\n{unit}").format(unit=scale.unit_label)
    label(ax, (x, y - _KEY / 2), head, **small)
    y -= _KEY
    for row in rows:
        y -= radii[row] + 3
        at = [(x + radii[0]) / wide], [y / tall]
        ax.scatter(at[0], at[1], (2 * radii[row]) ** 2, transform=ax.transAxes, **ring)
        text = numbers.scaled(revenue.iloc[row], scale)
        label(ax, (x + 2 * radii[0] + 5, y), text, xycoords="axes points", fontsize=SIZE)
        y -= radii[row] + 3


def _key_top(ax: Axes, price_cut: float, key_tall: float) -> float:
    """Upper edge of the key in points: in the half where the label of the price cut is not."""
    tall, (low, high) = room(ax)[1], ax.get_ylim()
    cut = (price_cut - low) / (high - low) * tall
    top = tall - _HEAD
    return top if cut < (top + _FOOT) / 2 else _FOOT + key_tall


def _draw_left_out(ax: Axes, without: int, beyond: int, numbers: Numbers) -> None:
    """What the picture can't place is counted below it."""
    notes = []
    if without:
        text = ngettext(
            "{n} account without price or cost is not drawn.",
            "{n} accounts without price or cost are not drawn.",
            without,
        )
        notes.append(text.format(n=numbers.count(without)))
    if beyond:
        text = ngettext(
            "{n} far outside stands at the edge (triangle).",
            "{n} far outside stand at the edge (triangles).",
            beyond,
        )
        notes.append(text.format(n=numbers.count(beyond)))
    label(
        ax,
        (0, 0),
        " ".join(notes),
        _LEFT,
        7,
        xycoords="axes fraction",
        fontsize=SMALL,
        color=PALETTE["muted"],
    )
