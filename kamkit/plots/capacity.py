"""What the teams' time is used for, and what the unused part costs."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import mention, rows_of
from kamkit.plots.marks import bar, vline
from kamkit.plots.rows import Column, rest_note, rows_height, set_rows
from kamkit.plots.style import PALETTE

__all__ = ["capacity_use"]

_MOST, _BAR = 20, 0.62


def _message(capacity: pd.DataFrame, *, numbers: Numbers) -> str:
    over = int((capacity["utilisation"] > 1).sum())
    text = ngettext(
        "{n} team uses more than it has: check its times.",
        "{n} teams use more than they have: check their times.",
        over,
    )
    warning = [text.format(n=numbers.count(over))] if over else []
    return " ".join([_idle_sentence(capacity, numbers), *warning])


def _idle_sentence(capacity: pd.DataFrame, numbers: Numbers) -> str:
    """Where unused capacity costs most."""
    known = capacity[capacity["unused_cost"].notna()]
    idle = known[known["unused_cost"] > 0].sort_values(["unused_cost", "team"], ascending=[False, True])
    if known.empty:
        return _("Unused capacity is not assessed: the teams' practical minutes are not known.")
    if idle.empty:
        return _("No team has capacity left unused.")
    parts = [
        _("{team}, {cost} at {use} use").format(
            team=mention(row.team), cost=numbers.money(row.unused_cost), use=numbers.percent(row.utilisation)
        )
        for row in idle.head(2).itertuples()
    ]
    if len(parts) == 1:
        return _("Time paid for and not used, charged to no account: {first}.").format(first=parts[0])
    text = _("Time paid for and not used, charged to no account: most in {first}; then {second}.")
    return text.format(first=parts[0], second=parts[1])


def _unit(capacity: pd.DataFrame, *, numbers: Numbers) -> str:
    return _("minutes; {unit}").format(unit=numbers.scale(capacity["unused_cost"]).unit_label)


def _height(capacity: pd.DataFrame) -> float:
    return rows_height(min(len(capacity), _MOST), note=len(capacity) > _MOST)


@exhibit(
    what=N_("capacity of the teams"),
    how=N_("The dark part of a bar is used by accounts; the pale part is paid for and unused."),
    drawn=N_("A bar per team: minutes supplied, divided into used and unused, with the cost of the unused."),
    tables={"capacity": ("team", "supplied_minutes", "used_minutes", "utilisation", "unused_cost")},
    message=_message,
    unit=_unit,
    figsize=(7.2, 2.4),
    height=_height,
)
def capacity_use(capacity: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw used and unused capacity by team (Kaplan & Anderson, 2004).

    Parameters
    ----------
    capacity : columns team, supplied_minutes, used_minutes, utilisation (fraction), unused_cost
        (money), as ``method.profitability.capacity_use`` returns it. A use above 1 is drawn beyond
        the supply and marked, never clipped.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> capacity = pd.DataFrame({"team": ["Order desk"], "supplied_minutes": [700_000.0],
    ...     "used_minutes": [578_600.0], "utilisation": [0.8266], "unused_cost": [97_120.0]})
    >>> capacity_use.message(capacity)
    'Time paid for and not used, charged to no account: Order desk, EUR 97.1 k at 82.7% use.'
    """
    rows = capacity.sort_values(["supplied_minutes", "team"], ascending=[False, True]).head(_MOST)
    scale = numbers.scale(rows["unused_cost"])
    over = rows["utilisation"] > 1
    colors = [PALETTE["bad" if o else "text"] for o in over]
    uses = [numbers.percent(u) + (" ▲" if o else "") for u, o in zip(rows["utilisation"], over, strict=True)]
    columns = [
        Column(_("minutes supplied"), [numbers.number(m) for m in rows["supplied_minutes"]]),
        Column(_("used"), uses, colors),
        Column(
            _("cost of unused, {unit}").format(unit=scale.unit_label),
            [numbers.scaled(c, scale) for c in rows["unused_cost"]],
        ),
    ]
    longest = rows[["supplied_minutes", "used_minutes"]].max().max()
    note = rest_note(len(rows), len(capacity), numbers)
    set_rows(ax, list(rows["team"]), columns, (0, 1.0 if pd.isna(longest) else longest), 0, note)
    for row, team in rows_of(rows):
        _draw_team(ax, row, team)
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)


def _draw_team(ax: Axes, row: int, team: Any) -> None:
    """Unused time stands pale behind the used; what goes beyond the supply is marked."""
    supplied, used = team.supplied_minutes, team.used_minutes
    edge: dict[str, Any] = {"edgecolor": PALETTE["second"], "linewidth": 0.8}
    if pd.notna(supplied):
        bar(ax, row, supplied, _BAR, facecolor=PALETTE["wash"], zorder=2, **edge)
    if pd.notna(used):
        within = used if pd.isna(supplied) else min(used, supplied)
        bar(ax, row, within, _BAR, facecolor=PALETTE["actual"], zorder=3)
    if pd.notna(used) and pd.notna(supplied) and used > supplied:
        bar(ax, row, used - supplied, _BAR, left=supplied, facecolor=PALETTE["bad"], zorder=3)
        vline(ax, supplied, row - 0.45, row + 0.45, color=PALETTE["text"], linewidth=1.5, zorder=5)
