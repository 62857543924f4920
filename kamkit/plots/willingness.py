"""Who pays for more than the lowest price: what customers say, and what their invoices say."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import (
    bare,
    fitting,
    gridline,
    label,
    make_room,
    mention,
    room,
    rows_of,
    spread,
    width,
)
from kamkit.plots.marks import bar, hline, vline
from kamkit.plots.rows import Column, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["price_level", "price_sensitivity"]

_LEAST_ROOM = 30.0
_BAR, _NOT_ASKED = 0.58, "not_asked"
_DASHED = (0, (3, 2))
_LINES: dict[str, tuple[str, str, Any, float, Literal["left", "right"]]] = {
    "too_cheap": (N_("too cheap"), "second", _DASHED, 0.45, "right"),
    "cheap": (N_("cheap"), "second", "-", 0.8, "left"),
    "expensive": (N_("expensive"), "actual", "-", 0.8, "right"),
    "too_expensive": (N_("too expensive"), "actual", _DASHED, 0.6, "left"),
}
"""Of each curve its words, colour, line, and at which height on which side it is named."""


def _sensitivity_message(curves: pd.DataFrame, summary: Any, *, numbers: Numbers) -> str:
    text = ngettext(
        "{n} customer accepts {lower} to {upper}; the fewest reject {opp} "
        "({low} to {high} in 90 of 100 samples).",
        "{n} customers accept {lower} to {upper}; the fewest reject {opp} "
        "({low} to {high} in 90 of 100 samples).",
        summary.respondents,
    )
    money = {k: numbers.money(getattr(summary, k)) for k in ("lower", "upper", "opp")}
    money |= {"low": numbers.money(summary.opp_low), "high": numbers.money(summary.opp_high)}
    return text.format(n=numbers.count(summary.respondents), **money)


@exhibit(
    what=N_("willingness to pay"),
    how=N_(
        "Falling curves: customers who find a price cheap or too cheap; rising ones: expensive or too "
        "expensive. Few reject a price in the shaded range. It is what they say, not what they paid."
    ),
    drawn=N_(
        "Four cumulative curves over the price, their crossings marked and the acceptable range shaded."
    ),
    tables={"curves": ("price", "too_cheap", "cheap", "expensive", "too_expensive")},
    message=_sensitivity_message,
    unit=lambda curves, summary, numbers: _("% of respondents"),
    figsize=(7.2, 3.6),
)
def price_sensitivity(curves: pd.DataFrame, summary: Any, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the price sensitivity meter (Van Westendorp, 1976).

    Parameters
    ----------
    curves : columns price (money), too_cheap, cheap, expensive, too_expensive (fractions), as
        ``method.segmentation.price_curves`` returns it.
    summary : opp, ipp, lower, upper (money), respondents, left_out, convention, as
        ``method.segmentation.willingness_to_pay`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The curves lack columns or rows.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> curves = pd.DataFrame({"price": [1.0, 2.0], "too_cheap": [1.0, 0.0], "cheap": [1.0, 0.5],
    ...                        "expensive": [0.0, 0.5], "too_expensive": [0.0, 1.0]})
    >>> found = SimpleNamespace(opp=410.0, ipp=385.0, lower=340.0, upper=460.0, opp_low=360.0, opp_high=415.0,
    ...                         respondents=80, left_out=0, convention="")
    >>> price_sensitivity.message(curves, found)[:63]
    '80 customers accept EUR 340 to EUR 460; the fewest reject EUR 4'
    """
    price = curves["price"].to_numpy(float)
    ends = float(price.min()), float(price.max())
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    bare(ax)
    make_room(ax, "x", *ends, 44, 16)
    make_room(ax, "y", 0, 1, 52, 44)
    for tick in ticks:
        gridline(ax, "y", tick, numbers.percent(tick, decimals=0), ends)
    for at in MaxNLocator(6).tick_values(*ends):
        if ends[0] <= at <= ends[1]:
            gridline(ax, "x", at, numbers.number(at), (0, 0))
    ax.axvspan(summary.lower, summary.upper, *_between(ax), color=PALETTE["wash"], linewidth=0, zorder=0)
    for name, (text, color, line, height, side) in _LINES.items():
        where: Literal["pre", "post"] = "pre" if name in ("too_cheap", "cheap") else "post"
        ax.step(
            price, curves[name], where=where, color=PALETTE[color], linestyle=line, linewidth=1.8, zorder=3
        )
        at = int(np.abs(curves[name].to_numpy(float) - height).argmin())
        ink = PALETTE["muted" if color == "second" else color]
        point, dx = (price[at], float(curves[name].iloc[at])), 8 if side == "left" else -8
        (low, high), wide = ax.get_xlim(), room(ax)[0]
        free = (price[at] - ends[0]) / (high - low) * wide - 14 if side == "right" else wide
        size = fitting(_(text), max(free, _LEAST_ROOM), bold=True)
        label(ax, point, _(text), dx, ha=side, color=ink, fontweight="bold", fontsize=size, zorder=5)
    _draw_points(ax, summary, numbers)
    _draw_notes(ax, ends, summary, numbers)


def _between(ax: Axes) -> tuple[float, float]:
    low, high = ax.get_ylim()
    return (0 - low) / (high - low), (1 - low) / (high - low)


def _draw_points(ax: Axes, summary: Any, numbers: Numbers) -> None:
    """The two price points and the range, labelled above the picture."""
    names = {
        "lower": _("from {price}"),
        "ipp": _("indifferent {price}"),
        "opp": _("fewest reject {price}"),
        "upper": _("to {price}"),
    }
    prices = {name: float(getattr(summary, name)) for name in names}
    order = sorted(names, key=lambda n: (prices[n], list(names).index(n)))
    texts = [names[n].format(price=numbers.money(prices[n])) for n in order]
    left, right = ax.get_xlim()
    per_point = (right - left) / room(ax)[0]
    wanted = [(prices[n] - left) / per_point for n in order]
    placed = spread(wanted, [width(t, SMALL, bold=True) + 12 for t in texts], 4, room(ax)[0] - 4)
    for name, text, at in zip(order, texts, placed, strict=True):
        x = left + at * per_point
        vline(ax, prices[name], 0, 1.0, color=PALETTE["text"], linewidth=0.8, linestyle=(0, (1, 2)), zorder=2)
        ax.plot([prices[name], x], [1.0, 1.075], color=PALETTE["line"], linewidth=0.8, zorder=1)
        label(ax, (x, 1.075), text, 0, 7, ha="center", fontsize=SMALL, fontweight="bold")


def _draw_notes(ax: Axes, ends: tuple[float, float], summary: Any, numbers: Numbers) -> None:
    muted: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"]}
    label(
        ax,
        (ends[1], 0),
        _("price, {currency} →").format(currency=numbers.unit),
        0,
        -24,
        ha="right",
        **muted,
    )
    notes = [_("Range: too cheap × expensive to too expensive × cheap, as drawn today.")]
    if summary.left_out:
        text = ngettext(
            "{n} respondent with prices out of order is left out.",
            "{n} respondents with prices out of order are left out.",
            summary.left_out,
        )
        notes.append(text.format(n=numbers.count(summary.left_out)))
    label(ax, (ends[0], 0), " ".join(notes), 0, -38, **muted)


# -- what they pay -------------------------------------------------------------------------------


def _level_message(premium: pd.DataFrame, *, numbers: Numbers) -> str:
    asked = premium[premium["segment"] != _NOT_ASKED]
    if asked.empty:
        return _("The price level is known for accounts, but none of them stands in a segment yet.")
    sure = asked[asked["sure"].astype(bool)]
    if sure.empty:
        return _("No segment pays reliably more or less than the others for the same products.")
    best, worst = sure.iloc[sure["premium"].argmax()], sure.iloc[sure["premium"].argmin()]
    if best["premium"] > 0 > worst["premium"]:
        text = _("For the same products “{segment}” pays {share} over average, “{other}” {less} under.")
    elif best["premium"] > 0:
        text = _("For the same products “{segment}” pays {share} over average.")
    else:
        text = _("For the same products “{other}” pays {less} under average.")
    return text.format(
        segment=mention(best["segment"]),
        share=numbers.percent(best["premium"]),
        other=mention(worst["segment"]),
        less=numbers.percent(abs(worst["premium"])),
    )


def _level_unit(premium: pd.DataFrame, *, numbers: Numbers) -> str:
    return _("% of the average price; {unit}").format(
        unit=numbers.scale(premium["premium_amount"]).unit_label
    )


@exhibit(
    what=N_("price level at equal mix"),
    how=N_(
        "What each segment pays against what all pay on average for the same products; the line at the end "
        "of a bar spans 90 of 100 samples of its accounts."
    ),
    drawn=N_("A bar per segment: how much more or less than average it pays, with its range and its worth."),
    tables={
        "premium": ("segment", "accounts", "premium", "premium_low", "premium_high", "premium_amount", "sure")
    },
    message=_level_message,
    unit=_level_unit,
    figsize=(7.2, 2.4),
    height=lambda premium: rows_height(len(premium), note=True),
)
def price_level(premium: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the realised price premium at equal mix by segment.

    Parameters
    ----------
    premium : columns segment, accounts, premium, premium_low, premium_high (fractions), premium_amount
        (money), sure, as ``method.segmentation.premium_by_segment`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> premium = pd.DataFrame({"segment": ["Stock"], "accounts": [12], "premium": [0.1],
    ...     "premium_low": [0.05], "premium_high": [0.15], "premium_amount": [12_000.0], "sure": [True]})
    >>> price_level.message(premium)
    'For the same products “Stock” pays 10.0% over average.'
    """
    scale = numbers.scale(premium["premium_amount"])
    shares = [
        numbers.percent(p, change=True) + ("" if s else " ?")
        for p, s in zip(premium["premium"], premium["sure"], strict=True)
    ]
    colors = [_color(row) for row in premium.itertuples()]
    columns = [
        Column(
            _("price against\naverage"),
            shares,
            [PALETTE["text"] if c == "second" else PALETTE[c] for c in colors],
        ),
        Column(
            _("worth,\n{unit}").format(unit=scale.unit_label),
            [numbers.change(a, scale) for a in premium["premium_amount"]],
        ),
        Column(_("accounts"), [numbers.count(n) for n in premium["accounts"]]),
    ]
    reach = premium[["premium", "premium_low", "premium_high"]]
    span = min(0.0, float(reach.min().min())), max(0.0, float(reach.max().max()))
    names = [_("not asked") if s == _NOT_ASKED else str(s) for s in premium["segment"]]
    note = _("? the range holds zero: no difference is sure.") if not premium["sure"].all() else ""
    set_rows(ax, names, columns, span, 8, note)
    for row, found in rows_of(premium):
        bar(ax, row, found.premium, _BAR, facecolor=PALETTE[colors[row]], zorder=2)
        if pd.notna(found.premium_low):
            hline(
                ax, row, found.premium_low, found.premium_high, color=PALETTE["text"], linewidth=1.4, zorder=4
            )
    vline(ax, 0, -0.55, len(premium) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=5)


def _color(row: Any) -> str:
    if row.segment == _NOT_ASKED or not row.sure:
        return "second"
    return "good" if row.premium > 0 else "bad"
