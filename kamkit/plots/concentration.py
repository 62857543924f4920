"""How much of the business hangs on how few accounts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, gridline, label, make_room, room, spread, widest
from kamkit.plots.marks import dot
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["lorenz_curve"]

_TOPS = (0.10, 0.20)
_TENTHS = 10
_MANY = 30
"""From here on a tenth is three accounts or more, and worth being called one."""
_FEW, _LINE = 40, 13.0


def _message(curve: pd.DataFrame, summary: Any, *, numbers: Numbers) -> str:
    parts = {
        "n": numbers.count(summary.n),
        "tenth": numbers.percent(summary.top_share_10),
        "fifth": numbers.percent(summary.top_share_20),
        "largest": numbers.percent(summary.largest_share),
    }
    if summary.n == 1:
        return _("One account makes all of it.")
    if summary.n <= _TENTHS:
        return _("The largest of {n} accounts makes {largest} of the total.").format(**parts)
    if summary.n % _TENTHS or summary.n < _MANY:
        first, second = (numbers.count(row["rank"]) for row in _tops(curve))
        return _(
            "The {first} largest of {n} accounts make {tenth} of the total, the {second} largest {fifth}; "
            "the largest account alone {largest}."
        ).format(first=first, second=second, **parts)
    return _(
        "The largest tenth of {n} accounts makes {tenth} of the total, the largest fifth {fifth}; "
        "the largest account alone {largest}."
    ).format(**parts)


def _tops(curve: pd.DataFrame) -> list[pd.Series]:
    """The points of the curve at the largest tenth and fifth, rounded up to whole accounts."""
    return [curve[curve["account_share"] >= top - 1e-9].iloc[0] for top in _TOPS]


def _unit(curve: pd.DataFrame, summary: Any, *, numbers: Numbers) -> str:
    return _("% of total")


@exhibit(
    what=N_("concentration of revenue"),
    how=N_("The further the curve bends away from the straight line, the more hangs on few accounts."),
    drawn=N_("Curve of the share of the total over the share of the accounts, the largest first."),
    tables={"curve": ("rank", "account_share", "value_share")},
    message=_message,
    unit=_unit,
    figsize=(7.2, 3.4),
)
def lorenz_curve(curve: pd.DataFrame, summary: Any, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the cumulative share of the total, the largest account first (Lorenz, 1905, turned).

    Parameters
    ----------
    curve : columns rank, account_share, value_share (fractions) with the origin as first row, as
        ``method.concentration.lorenz`` returns it.
    summary : n, top_share_10, top_share_20, gini, effective_number, largest_share, as
        ``method.concentration.concentration_summary`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The curve lacks columns or rows.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> curve = pd.DataFrame({"rank": [0, 1], "account_share": [0.0, 1.0], "value_share": [0.0, 1.0]})
    >>> one = SimpleNamespace(n=1, top_share_10=1.0, top_share_20=1.0, gini=0.0, effective_number=1.0,
    ...                       largest_share=1.0)
    >>> lorenz_curve.message(curve, one)
    'One account makes all of it.'
    """
    x, y = curve["account_share"].to_numpy(), curve["value_share"].to_numpy()
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    bare(ax)
    make_room(ax, "x", 0, 1, widest([numbers.percent(t, decimals=0) for t in ticks]) + 14, 24)
    make_room(ax, "y", min(0.0, y.min()), max(1.0, y.max()), 34, 14)
    for tick in ticks:
        gridline(ax, "y", tick, numbers.percent(tick, decimals=0), (0, 1))
        gridline(ax, "x", tick, numbers.percent(tick, decimals=0), (0, 0))
    label(ax, (0.5, 0), _("share of accounts, the largest first"), 0, 8, xycoords=("data", "axes fraction"),
          ha="center", color=PALETTE["muted"])  # fmt: skip
    ax.plot([0, 1], [0, 1], color=PALETTE["muted"], linewidth=0.9, linestyle=(0, (3, 2)), zorder=2)
    marker: dict[str, Any] = {"marker": "o", "markersize": 3.2} if len(curve) <= _FEW else {}
    ax.fill_between(x, y, x, color=PALETTE["wash"], linewidth=0, zorder=1)
    ax.plot(x, y, color=PALETTE["actual"], zorder=3, **marker)
    _draw_tops(ax, curve, summary, numbers)
    _draw_notes(ax, summary, numbers)


def _draw_tops(ax: Axes, curve: pd.DataFrame, summary: Any, numbers: Numbers) -> None:
    """Mark the largest tenth and fifth on the curve."""
    if summary.n < _TENTHS:
        return
    rows = _tops(curve)
    per_point = (ax.get_ylim()[1] - ax.get_ylim()[0]) / room(ax)[1]
    wanted = [row["value_share"] / per_point - 9 for row in rows]
    placed = spread(wanted, [_LINE] * len(rows), -np.inf, wanted[-1] + _LINE / 2)
    for row, share, at in zip(rows, (summary.top_share_10, summary.top_share_20), placed, strict=True):
        accounts, x = int(row["rank"]), row["account_share"]
        text = ngettext("the largest account: {share}", "the {n} largest accounts: {share}", accounts)
        text = text.format(n=numbers.count(accounts), share=numbers.percent(share))
        dot(ax, x, share, "o", color=PALETTE["actual"], markersize=6, zorder=5)
        label(ax, (x, at * per_point), text, 9, fontweight="bold", color=PALETTE["actual"])


def _draw_notes(ax: Axes, summary: Any, numbers: Numbers) -> None:
    """Under the straight line: what it is, and the figures of the whole curve."""
    label(ax, (0.62, 0.62), _("if all accounts were equal"), 8, -6, color=PALETTE["muted"], fontsize=SMALL)
    notes = []
    if np.isfinite(summary.gini):
        notes.append(_("Gini {gini}").format(gini=numbers.number(summary.gini)))
    if np.isfinite(summary.effective_number):
        text = _("as concentrated as {n} accounts of equal size")
        notes.append(text.format(n=numbers.number(summary.effective_number)))
    for line, text in enumerate(notes):
        label(ax, (1, 0), text, -4, 26 - 13 * line, ha="right")
