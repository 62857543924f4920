"""How sure a case is: what moves its value most, and how often it loses money."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, label, make_room, rows_of, widest
from kamkit.plots.marks import bar, classes, dot, hline, vline
from kamkit.plots.rows import Column, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["npv_distribution", "tornado"]

INPUT_NAMES = {
    "uplift": N_("Additional contribution"),
    "retention": N_("Share of it kept each year"),
    "ramp": N_("Delay of the contribution"),
    "cost": N_("Programme cost"),
}
_BAR = 0.56


def _tornado_message(tornado: pd.DataFrame, *, numbers: Numbers) -> str:
    first = tornado.sort_values("span", ascending=False).iloc[0]
    worst = min(first["npv_low"], first["npv_high"])
    parts = {
        "input": _(INPUT_NAMES.get(first["input"], str(first["input"]))).lower(),
        "worst": numbers.money(worst),
        "best": numbers.money(max(first["npv_low"], first["npv_high"])),
    }
    fatal = tornado[(tornado["npv_low"] < 0) | (tornado["npv_high"] < 0)]
    opening = _("What matters most is the {input}: alone it moves the value from {worst} to {best}.").format(
        **parts
    )
    if first["npv_base"] < 0:
        return opening + " " + _("Even with everything at its most likely it is below zero.")
    if fatal.empty:
        return opening + " " + _("No input alone takes it below zero.")
    if set(fatal["input"]) == {first["input"]}:
        return opening + " " + _("No other input alone takes it below zero.")
    others = "; ".join(_(INPUT_NAMES.get(i, str(i))).lower() for i in fatal["input"])
    return opening + " " + _("Each of these alone takes it below zero: {inputs}.").format(inputs=others)


def _tornado_unit(tornado: pd.DataFrame, *, numbers: Numbers) -> str:
    return numbers.scale(tornado[["npv_low", "npv_base", "npv_high"]].stack()).unit_label


@exhibit(
    what=N_("net present value, one input moved at a time"),
    how=N_(
        "Each bar shows how far one input alone moves the value; at its ends stands the input's range, in "
        "percent of the plan."
    ),
    drawn=N_("A horizontal bar per input around the base value, the widest on top."),
    tables={
        "tornado": (
            "input",
            "input_low",
            "input_base",
            "input_high",
            "npv_low",
            "npv_base",
            "npv_high",
            "span",
        )
    },
    message=_tornado_message,
    unit=_tornado_unit,
    figsize=(7.2, 2.2),
    height=lambda tornado: rows_height(len(tornado)) + 0.15 * len(tornado),
)
def tornado(tornado: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw what each input alone does to the net present value (Howard, 1988).

    Parameters
    ----------
    tornado : columns input, input_low, input_base, input_high, npv_low, npv_base, npv_high, span
        (money), as ``method.investment.tornado`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> table = pd.DataFrame({"input": ["uplift"], "input_low": [0.5], "input_base": [1.0],
    ...     "input_high": [1.2], "npv_low": [-50.0], "npv_base": [40.0], "npv_high": [70.0], "span": [120.0]})
    >>> tornado.message(table)[:68]
    'What matters most is the additional contribution: alone it moves the'
    """
    rows = tornado.sort_values(["span", "input"], ascending=[False, True])
    money = rows[["npv_low", "npv_base", "npv_high"]]
    scale, base = numbers.scale(money.stack()), float(rows["npv_base"].iloc[0])
    names = [_(INPUT_NAMES.get(i, str(i))) for i in rows["input"]]
    lowest, highest = money.min(axis=1), money.max(axis=1)
    columns = [
        Column(_("worst,\n{unit}").format(unit=scale.unit_label), [numbers.scaled(v, scale) for v in lowest]),
        Column(_("best,\n{unit}").format(unit=scale.unit_label), [numbers.scaled(v, scale) for v in highest]),
    ]
    ends = [
        _value(*end, numbers)
        for side in ("input_low", "input_high")
        for end in zip(rows["input"], rows[side], strict=True)
    ]
    room = widest(ends, SMALL) + 6
    span = min(float(lowest.min()), 0.0), max(float(highest.max()), 0.0)
    pad = (span[1] - span[0]) * room / 200
    set_rows(ax, names, columns, (span[0] - pad, span[1]), room)
    for row, moved in rows_of(rows):
        _draw_input(ax, row, moved, base, numbers)
    foot = len(rows) - 0.45
    vline(ax, base, -0.55, foot, color=PALETTE["text"], linewidth=0.9, zorder=4)
    text = _("base {amount}").format(amount=numbers.scaled(base, scale))
    label(ax, (base, -0.75), text, ha="center", va="bottom", fontsize=SMALL, color=PALETTE["muted"])
    if span[0] < 0 < span[1]:
        vline(ax, 0, -0.55, foot, color=PALETTE["bad"], linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)


def _draw_input(ax: Axes, row: int, moved: Any, base: float, numbers: Numbers) -> None:
    """The bar from base to both ends; the value of the input that leads there beside each end."""
    for value, at in ((moved.input_low, moved.npv_low), (moved.input_high, moved.npv_high)):
        if at == base:
            continue
        color = PALETTE["bad" if at < base else "actual"]
        bar(ax, row, at - base, _BAR, left=base, facecolor=color, zorder=3)
        text, side = _value(moved.input, value, numbers), -1 if at < base else 1
        label(ax, (at, row), text, 4 * side, ha="right" if side < 0 else "left", fontsize=SMALL)


def _value(name: str, value: float, numbers: Numbers) -> str:
    """An input in its unit: a delay in months, all others in percent of what is planned."""
    if name == "ramp":
        return _("{n} months").format(n=numbers.number(12 * value))
    return numbers.percent(value, decimals=0)


def _distribution_message(histogram: pd.DataFrame, simulation: Any, *, numbers: Numbers) -> str:
    parts = {
        "loss": numbers.percent(simulation.probability_of_loss),
        "n": numbers.count(simulation.draws),
        "mean": numbers.money(simulation.mean),
        "low": numbers.money(simulation.low),
        "high": numbers.money(simulation.high),
    }
    return _(
        "The programme is worth less than it costs in {loss} of {n} simulated futures. Its mean is {mean}; "
        "nine of ten lie between {low} and {high}."
    ).format(**parts)


def _distribution_unit(histogram: pd.DataFrame, simulation: Any, *, numbers: Numbers) -> str:
    return numbers.scale(histogram[["class_from", "class_to"]].stack()).unit_label


@exhibit(
    what=N_("simulated net present value"),
    how=N_(
        "Each bar counts simulated futures whose value falls into its class; "
        "those left of zero are worth less than they cost."
    ),
    drawn=N_("Histogram of simulated values in equal classes, divided at zero."),
    tables={"histogram": ("class_from", "class_to", "draws", "share")},
    message=_distribution_message,
    unit=_distribution_unit,
    figsize=(7.2, 2.6),
)
def npv_distribution(histogram: pd.DataFrame, simulation: Any, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the distribution of the net present value with the probability of loss (Hertz, 1964).

    Parameters
    ----------
    histogram : columns class_from, class_to (money), draws, share, as
        ``method.investment.npv_histogram`` returns it.
    simulation : planned, mean, low, high (money), probability_of_loss, draws, as
        ``method.investment.simulate_case`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> histogram = pd.DataFrame({"class_from": [-10.0, 0.0], "class_to": [0.0, 10.0], "draws": [20, 80],
    ...                           "share": [0.2, 0.8]})
    >>> simulation = SimpleNamespace(planned=5.0, mean=4.0, low=-8.0, high=9.0, draws=100,
    ...                              probability_of_loss=0.2)
    >>> npv_distribution.message(histogram, simulation)[:66]
    'The programme is worth less than it costs in 20.0% of 100 simulate'
    """
    scale = numbers.scale(histogram[["class_from", "class_to"]].stack())
    low, high = float(histogram["class_from"].min()), float(histogram["class_to"].max())
    top = float(histogram["share"].max())
    bare(ax)
    make_room(ax, "x", min(low, 0.0), max(high, 0.0), 40, 40)
    make_room(ax, "y", 0, top, 34, 44)
    colors = [PALETTE["bad" if end <= 0 else "actual"] for end in histogram["class_to"]]
    classes(ax, histogram, colors, 0.94)
    hline(ax, 0, min(low, 0.0), max(high, 0.0), color=PALETTE["text"], linewidth=0.9, zorder=3)
    for at in (low, 0.0, high):
        if at == 0 or abs(at) > 0.12 * (high - low):
            label(ax, (at, 0), numbers.scaled(at, scale), 0, -10, ha="center", color=PALETTE["muted"])
    vline(ax, 0, 0, top * 1.05, color=PALETTE["text"], linewidth=0.9, zorder=3)
    _draw_heads(ax, simulation, top, scale.unit_label, numbers)


def _draw_heads(ax: Axes, simulation: Any, top: float, unit: str, numbers: Numbers) -> None:
    """How often it loses and gains, left and right above the bars; the planned value where it lies."""
    head: dict[str, Any] = {"xycoords": "axes fraction", "fontweight": "bold"}
    loss = _("{share} worth less than the cost").format(share=numbers.percent(simulation.probability_of_loss))
    gain = _("{share} worth more").format(share=numbers.percent(1 - simulation.probability_of_loss))
    label(ax, (0, 1), loss, 8, -10, color=PALETTE["bad"], **head)
    label(ax, (1, 1), gain, -8, -10, ha="right", color=PALETTE["actual"], **head)
    dot(ax, simulation.planned, top * 1.06, "v", color=PALETTE["text"], markersize=6, zorder=5)
    text = _("as planned {amount}").format(amount=numbers.money(simulation.planned))
    left_half = simulation.planned < sum(ax.get_xlim()) / 2
    place: dict[str, Any] = {"ha": "left" if left_half else "right", "color": PALETTE["text"]}
    label(ax, (simulation.planned, top * 1.06), text, 7 if left_half else -7, 8, **place)
    label(ax, (0, 0), unit, 8, 8, xycoords="axes fraction", fontsize=SMALL, color=PALETTE["muted"])
