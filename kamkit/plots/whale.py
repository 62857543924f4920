"""The whale curve: how much of the profit customers earn, and how much of it others lose again."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers, Scale
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, gridline, label, make_room, room, spread, tick_scale, widest, width
from kamkit.plots.marks import dot, hline
from kamkit.plots.style import PALETTE, SIZE, SMALL

__all__ = ["end_texts", "group_texts", "peak_text", "whale_curve"]

_FOOT, _HEAD, _LINE, _BESIDE = 34.0, 30.0, 12.0, 10.0
_FEW = 40


def _message(curve: pd.DataFrame, summary: Any, *, numbers: Numbers) -> str:
    parts = {
        "n": numbers.count(summary.n),
        "earners": numbers.count(summary.earners),
        "losers": numbers.count(summary.losers),
        "peak": numbers.money(summary.peak),
        "peak_share": numbers.percent(summary.peak_share),
        "erosion": numbers.money(summary.erosion),
        "total": numbers.money(summary.total),
        "loss": numbers.money(abs(summary.total)),
    }
    return " ".join(sentence.format(**parts) for sentence in _sentences(summary))


def _sentences(summary: Any) -> list[str]:
    earn, lose = summary.earners, summary.losers
    if earn == 0 or summary.total <= 0:
        return _sentences_of_a_loss(summary)
    if lose == 0:
        return [
            ngettext(
                "No account loses money: {earners} of {n} earns all of {total}.",
                "No account loses money: {earners} of {n} earn all of {total}.",
                earn,
            )
        ]
    return [
        ngettext(
            "{earners} of {n} accounts earns {peak}, {peak_share} of the total.",
            "{earners} of {n} accounts earn {peak}, {peak_share} of the total.",
            earn,
        ),
        ngettext(
            "{losers} account loses {erosion} of it again; {total} is left.",
            "{losers} accounts lose {erosion} of it again; {total} is left.",
            lose,
        ),
    ]


def _sentences_of_a_loss(summary: Any) -> list[str]:
    """Money only: a share of a total that is not positive has no meaning."""
    earn, lose = summary.earners, summary.losers
    if earn == 0:
        if lose == 0:
            return [_("No account earns or loses anything.")]
        return [
            ngettext(
                "The only account loses {loss}; a share of a loss has no meaning.",
                "None of {n} accounts earns money: {losers} lose {loss} in all; "
                "a share of a loss has no meaning.",
                summary.n,
            )
        ]
    earned = ngettext("{earners} account earns {peak}.", "{earners} accounts earn {peak}.", earn)
    if summary.total == 0:
        eroded = ngettext(
            "{losers} account loses {erosion}: nothing is left.",
            "{losers} accounts lose {erosion}: nothing is left.",
            lose,
        )
    else:
        eroded = ngettext(
            "{losers} account loses {erosion}: in all a loss of {loss}. A loss has no shares.",
            "{losers} accounts lose {erosion}: in all a loss of {loss}. A loss has no shares.",
            lose,
        )
    return [earned, eroded]


def _unit(curve: pd.DataFrame, summary: Any, *, numbers: Numbers) -> str:
    return _scale(summary, numbers).unit_label


def _scale(summary: Any, numbers: Numbers) -> Scale:
    return numbers.scale([summary.peak, summary.total, summary.erosion])


@exhibit(
    what=N_("cumulative customer profit"),
    how=N_(
        "Accounts stand from the most to the least profitable; the curve rises while they earn "
        "and falls where they lose, and ends at the total."
    ),
    drawn=N_(
        "Curve of the cumulative profit over the accounts, the most profitable first, with peak and total."
    ),
    tables={"curve": ("rank", "profit", "cumulative_profit")},
    message=_message,
    unit=_unit,
    figsize=(7.2, 3.6),
)
def whale_curve(curve: pd.DataFrame, summary: Any, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the cumulative profit of accounts sorted by profit (Cooper & Kaplan, 1991).

    Parameters
    ----------
    curve : columns rank, profit, cumulative_profit (money), one row per account, as
        ``method.profitability.whale_curve`` returns it.
    summary : total, peak, peak_share, peak_rank, erosion, earners, break_even, losers, n, as
        ``method.profitability.whale_summary`` returns it. Percent stands beside money only where the
        total is positive.

    Raises
    ------
    ColumnError, EmptyError
        The curve lacks columns or rows.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> curve = pd.DataFrame({"rank": [1, 2], "profit": [50.0, -20.0], "cumulative_profit": [50.0, 30.0]})
    >>> summary = SimpleNamespace(total=30.0, peak=50.0, peak_share=5 / 3, peak_rank=1, erosion=20.0,
    ...                           earners=1, break_even=0, losers=1, n=2)
    >>> whale_curve.message(curve, summary, numbers=Numbers("EUR"))
    '1 of 2 accounts earns EUR 50.0, 167% of the total. 1 account loses EUR 20.0 of it again; EUR 30.0...'
    """
    scale = _scale(summary, numbers)
    rank = np.concatenate([[0], curve.loc[curve["rank"] > 0, "rank"].to_numpy()])
    money = np.concatenate([[0.0], curve.loc[curve["rank"] > 0, "cumulative_profit"].to_numpy(dtype=float)])
    low, high = min(0.0, money.min()), max(0.0, money.max())
    ticks = [t for t in MaxNLocator(4).tick_values(low, high) if low <= t <= high]
    tick_texts = [numbers.scaled(t, tick_scale(ticks, scale)) for t in ticks]
    ends = end_texts(summary, numbers, scale)
    bare(ax)
    before, after = widest([*tick_texts, scale.unit_label]) + 14, widest(ends, bold=True) + _BESIDE + 13
    make_room(ax, "x", 0, rank[-1], before, after)
    make_room(ax, "y", low, high, _FOOT, _HEAD)
    for at, text in zip(ticks, tick_texts, strict=True):
        gridline(ax, "y", at, text, (0, rank[-1]))
    label(
        ax, (0, 1), scale.unit_label, -5, -8, xycoords=("data", "axes fraction"), ha="right", fontsize=SMALL
    )
    _draw_curve(ax, rank, money, summary)
    _draw_peak(ax, summary, numbers, scale)
    _draw_ends(ax, rank[-1], summary, ends)
    _draw_groups(ax, rank[-1], summary, numbers)


def _draw_curve(ax: Axes, rank: np.ndarray, money: np.ndarray, summary: Any) -> None:
    edges = (0, summary.earners, summary.earners + summary.break_even, summary.n)
    for (start, end), color in zip(pairwise(edges), _GROUP_WASH, strict=True):
        zone = (rank >= start) & (rank <= end)
        if end > start:
            ax.fill_between(rank[zone], money[zone], color=PALETTE[color], linewidth=0, zorder=1)
    hline(ax, 0, 0, rank[-1], color=PALETTE["text"], linewidth=0.9, zorder=2)
    marker: dict[str, Any] = {"marker": "o", "markersize": 3.2} if len(rank) <= _FEW else {}
    ax.plot(rank, money, color=PALETTE["actual"], zorder=3, **marker)


_GROUP_WASH = ("good_wash", "wash", "bad_wash")
_GROUP_COLOR = ("good", "muted", "bad")


def _draw_peak(ax: Axes, summary: Any, numbers: Numbers, scale: Scale) -> None:
    """Mark the peak, where there is one before the end."""
    if summary.losers == 0 or summary.peak_rank == 0:
        return
    text = peak_text(summary, numbers, scale)
    dot(ax, summary.peak_rank, summary.peak, "o", color=PALETTE["good"], markersize=6, zorder=5)
    half, (wide, _tall) = width(text, bold=True) / 2, room(ax)
    left, right = ax.get_xlim()
    point = (summary.peak_rank - left) / (right - left) * wide
    last = (summary.n - left) / (right - left) * wide
    inside = max(min(point, last - half), half + 8)
    label(ax, (summary.peak_rank, summary.peak), text, inside - point, 11, ha="center", fontweight="bold")


def peak_text(summary: Any, numbers: Numbers, scale: Scale) -> str:
    """The peak and after how many accounts; its share of the total where that is positive."""
    text = ngettext("Peak {peak} after {n} account", "Peak {peak} after {n} accounts", summary.peak_rank)
    text = text.format(peak=numbers.scaled(summary.peak, scale), n=numbers.count(summary.peak_rank))
    if summary.total > 0:
        text = _("{peak} ({share} of the total)").format(peak=text, share=numbers.percent(summary.peak_share))
    return text


def end_texts(summary: Any, numbers: Numbers, scale: Scale) -> list[str]:
    """The total, and what is lost between the peak and it."""
    texts = [_("Total {amount}").format(amount=numbers.scaled(summary.total, scale))]
    if summary.losers and summary.peak_rank:
        texts.append(_("Erosion {amount}").format(amount=numbers.scaled(summary.erosion, scale)))
    return texts


def _draw_ends(ax: Axes, last: float, summary: Any, texts: list[str]) -> None:
    """The total at the end of the curve, and beside it the arrow from the peak down to it."""
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    wide, tall = room(ax)
    per_point, beside = (high - low) / tall, last + _BESIDE * (right - left) / wide
    wanted = [summary.total, (summary.peak + summary.total) / 2][: len(texts)]
    placed = spread([w / per_point for w in wanted], [_LINE] * len(wanted), -np.inf, np.inf)
    colors = ("bad" if summary.total < 0 else "actual", "bad")
    for text, at, color in zip(texts, placed, colors, strict=False):
        label(ax, (last, at * per_point), text, _BESIDE + 7, color=PALETTE[color], fontweight="bold")
    dot(ax, last, summary.total, "o", color=PALETTE[colors[0]], markersize=6, zorder=5)
    if len(texts) > 1:
        look: dict[str, Any] = {"color": PALETTE["muted"], "linewidth": 0.8, "linestyle": (0, (2, 2))}
        hline(ax, summary.peak, summary.peak_rank, beside, **look)
        hline(ax, summary.total, last, beside, **look)
        arrow = {"arrowstyle": "->", "color": PALETTE["bad"], "linewidth": 1.2, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (beside, summary.total), (beside, summary.peak), arrowprops=arrow)


def _draw_groups(ax: Axes, last: float, summary: Any, numbers: Numbers) -> None:
    """Name the three groups under the axis, with their counts."""
    counts = (summary.earners, summary.break_even, summary.losers)
    texts = group_texts(summary, numbers)
    edges = np.concatenate([[0], np.cumsum(counts)])
    left, right = ax.get_xlim()
    per_point = (right - left) / room(ax)[0]
    middles = ((edges[:-1] + edges[1:]) / 2 - left) / per_point
    gaps = [width(t, SIZE, bold=True) + 12 for t in texts]
    foot = ("data", "axes fraction")
    line_at = 21 / room(ax)[1]
    for start, end, color in zip(edges, edges[1:], _GROUP_COLOR, strict=False):
        if end > start:
            inset = min(1.5 * per_point, (end - start) / 4)
            ax.plot(
                [start + inset, end - inset],
                [line_at] * 2,
                color=PALETTE[color],
                transform=ax.get_xaxis_transform(),
                linewidth=2.5,
                solid_capstyle="butt",
            )
    for text, at, color in zip(texts, spread(middles, gaps, 2, room(ax)[0] - 2), _GROUP_COLOR, strict=True):
        x = left + at * per_point
        label(ax, (x, 0), text, 0, 10, xycoords=foot, ha="center", color=PALETTE[color], fontweight="bold")


def group_texts(summary: Any, numbers: Numbers) -> list[str]:
    """The three groups with their counts: those that earn, break even, lose."""
    texts = (
        (ngettext("{n} account earns", "{n} accounts earn", summary.earners), summary.earners),
        (ngettext("{n} breaks even", "{n} break even", summary.break_even), summary.break_even),
        (ngettext("{n} loses", "{n} lose", summary.losers), summary.losers),
    )
    return [text.format(n=numbers.count(count)) for text, count in texts]
