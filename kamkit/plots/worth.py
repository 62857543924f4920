"""What groups of customers are worth: size, growth, profit and price level."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _
from kamkit.locale.numbers import Numbers, Scale
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import mention, rows_of
from kamkit.plots.marks import bar, vline
from kamkit.plots.rows import Column, rows_height, set_rows
from kamkit.plots.style import PALETTE

__all__ = ["segment_worth"]

_BAR = 0.58
_REST = {
    "not_asked": N_("not asked"),
    "no_revenue": N_("no revenue"),
    "unassigned": N_("Unassigned"),
}


def _message(worth: pd.DataFrame, *, numbers: Numbers) -> str:
    groups = worth[~worth["segment"].isin(list(_REST))]
    groups = groups.assign(mentioned=_mentioned(groups))
    known = groups[groups["customer_profit"].notna()]
    if groups.empty:
        return _("None of the accounts stands in a segment.")
    if known.empty:
        largest = groups.iloc[groups["revenue"].argmax()]
        return _filled(_("“{segment}” is {share} of revenue; its profit is not known."), largest, numbers)
    worst, best = known.iloc[known["customer_profit"].argmin()], known.iloc[known["customer_profit"].argmax()]
    earns = _filled(_("“{segment}” earns {profit} with {share} of revenue."), best, numbers)
    if worst["customer_profit"] >= 0:
        return earns
    loses = _filled(_("“{segment}”, {share} of revenue, loses {profit}."), worst, numbers)
    return f"{loses} {earns}" if best["customer_profit"] > 0 else loses


def _mentioned(groups: pd.DataFrame) -> list[str]:
    """The segments as a sentence names them; A, B and C by revenue say what they are."""
    names = [str(name) for name in groups["segment"]]
    sizes = groups["revenue"] / groups["accounts"]
    by_size = list(sizes.set_axis(names).sort_values(ascending=False).index)
    if by_size == list("ABC")[: len(names)]:
        return [_("Class {segment} by revenue").format(segment=name) for name in names]
    return [mention(name) for name in names]


def _filled(text: str, row: Any, numbers: Numbers) -> str:
    return text.format(
        segment=row["mentioned"],
        share=numbers.percent(row["revenue_share"]),
        profit=numbers.money(abs(row["customer_profit"])),
    )


def _unit(worth: pd.DataFrame, *, numbers: Numbers) -> str:
    return _scale(worth, numbers).unit_label


def _scale(worth: pd.DataFrame, numbers: Numbers) -> Scale:
    """The scale in which profit shows its digits; that of revenue where no profit is known."""
    known = worth["customer_profit"].notna().any()
    return numbers.scale(worth["customer_profit" if known else "revenue"])


@exhibit(
    what=N_("worth of the segments"),
    how=N_(
        "The bar is what the customers of a segment leave after all cost that is traced to them; where that "
        "is not known, their revenue, pale."
    ),
    drawn=N_("A bar per segment for its profit, with accounts, revenue, growth and price level."),
    tables={
        "worth": ("segment", "accounts", "revenue", "revenue_share", "revenue_growth", "customer_profit",
                  "price_level")
    },
    message=_message,
    unit=_unit,
    figsize=(7.2, 2.4),
    height=lambda worth: rows_height(len(worth)),
)  # fmt: skip
def segment_worth(worth: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw profit, size, growth and price level by segment.

    Parameters
    ----------
    worth : columns segment, accounts, revenue, customer_profit (money), revenue_share, revenue_growth
        (fractions), price_level (ratio), as ``method.segmentation.segment_profiles`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> worth = pd.DataFrame({"segment": ["A low price"], "accounts": [46], "revenue": [11.8e6],
    ...     "revenue_share": [0.3], "revenue_growth": [0.28], "customer_profit": [-523e3],
    ...     "price_level": [0.89]})
    >>> segment_worth.message(worth)
    '“A low price”, 30.0% of revenue, loses EUR 523 k.'
    """
    profit, known = worth["customer_profit"], bool(worth["customer_profit"].notna().any())
    scale = _scale(worth, numbers)
    money = {name: [numbers.scaled(v, scale) for v in worth[name]] for name in ("revenue", "customer_profit")}
    ink = [PALETTE["bad"] if p < 0 else PALETTE["text"] for p in profit]
    columns = [
        Column(_("accounts"), [numbers.count(n) for n in worth["accounts"]]),
        Column(_("revenue,\n{unit}").format(unit=scale.unit_label), money["revenue"]),
        Column(_("growth"), [numbers.percent(g, change=True) for g in worth["revenue_growth"]]),
        Column(_("profit,\n{unit}").format(unit=scale.unit_label), money["customer_profit"], ink),
        Column(_("price\nlevel"), [numbers.percent(p) for p in worth["price_level"]]),
    ]  # fmt: skip
    drawn = profit if known else worth["revenue"]
    span = min(0.0, float(np.nanmin(drawn))), max(0.0, float(np.nanmax(drawn)))
    set_rows(ax, [_(_REST[s]) if s in _REST else str(s) for s in worth["segment"]], columns, span, 4)
    for row, found in rows_of(worth):
        value = found.customer_profit if known else found.revenue
        if pd.notna(value):
            color = PALETTE[("bad" if value < 0 else "actual") if known else "wash"]
            bar(
                ax,
                row,
                value,
                _BAR,
                facecolor=color,
                edgecolor=PALETTE["second"],
                linewidth=0 if known else 0.8,
            )
    vline(ax, 0, -0.55, len(worth) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)
