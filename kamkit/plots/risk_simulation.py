"""How much may be lost in a year: the simulated distribution."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, label, make_room
from kamkit.plots.marks import classes, dot, hline, vline
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["loss_distribution"]


def _message(histogram: pd.DataFrame, simulation: Any, *, numbers: Numbers) -> str:
    parts = {
        "expected": numbers.money(abs(simulation.expected)),
        "low": numbers.money(abs(simulation.low)),
        "negative": numbers.percent(simulation.probability_negative),
        "n": numbers.count(simulation.draws),
    }
    opening = _(
        "Customers who leave are expected to cost {expected} of EBIT a year; {low} or more in one of twenty."
    )
    text = opening.format(**parts)
    if pd.notna(simulation.probability_negative):
        more = _("EBIT ends below zero in {negative} of {n} years.")
        text = f"{text} {more.format(**parts)}"
    return text


@exhibit(
    what=N_("EBIT lost in a year with customers who leave, simulated"),
    how=N_(
        "Each bar counts simulated years whose loss falls into its class; every account leaves with the "
        "probability that accounts left with in the past."
    ),
    drawn=N_("Histogram of the change of EBIT in equal classes, the worst years at the left."),
    tables={"histogram": ("class_from", "class_to", "draws", "share")},
    message=_message,
    unit=lambda histogram, simulation, numbers: (
        numbers.scale(histogram[["class_from", "class_to"]].stack()).unit_label
    ),
    figsize=(7.2, 2.6),
)
def loss_distribution(histogram: pd.DataFrame, simulation: Any, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the simulated distribution of what customers that leave take with them.

    Parameters
    ----------
    histogram : class_from, class_to (money), draws, share, as ``method.risk.loss_histogram`` returns it.
    simulation : expected, low (money), ebit, probability_negative, draws, as
        ``method.risk.simulate_losses`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> histogram = pd.DataFrame({"class_from": [-10.0], "class_to": [0.0], "draws": [100], "share": [1.0]})
    >>> simulation = SimpleNamespace(expected=-2.0, low=-9.0, ebit=5.0, probability_negative=0.1, draws=100)
    >>> loss_distribution.message(histogram, simulation)[:62]
    'Customers who leave are expected to cost EUR 2.00 of EBIT a ye'
    """
    scale = numbers.scale(histogram[["class_from", "class_to"]].stack())
    low, high = float(histogram["class_from"].min()), max(float(histogram["class_to"].max()), 0.0)
    top = float(histogram["share"].max())
    bare(ax)
    make_room(ax, "x", low, high, 40, 40)
    make_room(ax, "y", 0, top, 34, 36)
    wiped = simulation.ebit > 0
    colors = [
        PALETTE["bad" if wiped and end <= -simulation.ebit else "actual"] for end in histogram["class_to"]
    ]
    classes(ax, histogram, colors, 0.94)
    hline(ax, 0, low, high, color=PALETTE["text"], linewidth=0.9, zorder=3)
    for at in (low, high):
        label(ax, (at, 0), numbers.scaled(at, scale), 0, -10, ha="center", color=PALETTE["muted"])
    _mark(
        ax, simulation.expected, top, _("expected {amount}").format(amount=numbers.money(simulation.expected))
    )
    if wiped and -simulation.ebit > low:
        text = _("beyond {amount} EBIT is gone").format(amount=numbers.money(-simulation.ebit))
        vline(ax, -simulation.ebit, 0, 0.72 * top, color=PALETTE["bad"], linewidth=0.9, linestyle=(0, (2, 2)))
        label(ax, (-simulation.ebit, 0.72 * top), text, 0, 8, ha="center", color=PALETTE["bad"])
    label(
        ax, (0, 0), scale.unit_label, 8, 8, xycoords="axes fraction", fontsize=SMALL, color=PALETTE["muted"]
    )


def _mark(ax: Axes, at: float, top: float, text: str) -> None:
    left = at < sum(ax.get_xlim()) / 2
    dot(ax, at, top * 1.06, "v", color=PALETTE["text"], markersize=6, zorder=5)
    label(ax, (at, top * 1.06), text, 7 if left else -7, 8, ha="left" if left else "right")
