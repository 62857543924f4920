"""Group against unit: who loses by what is good for all, and what the transfer price moves."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, fitting, label, make_room, mention, room, rows_of, spread, widest
from kamkit.plots.marks import bar, hline, vline
from kamkit.plots.rows import Column, rest_note, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["transfer_sweep", "unit_conflicts"]

_MOST, _BAR = 15, 0.36


def _named(row: Any) -> str:
    name = getattr(row, "name", None)
    return mention(name if isinstance(name, str) and name.strip() else row.account_id)


def _conflict_message(conflicts: pd.DataFrame, *, numbers: Numbers) -> str:
    if conflicts.empty:
        return _("No account that is good for the group loses in a unit.")
    first: Any = next(conflicts.sort_values(["unit_result", "account_id"]).itertuples(index=False))
    accounts = conflicts["account_id"].nunique()
    text = ngettext(
        "{n} account earns for the group and loses in a unit: {name} brings the group {group} and costs "
        "{unit} "
        "{loss}.",
        "{n} accounts earn for the group and lose in a unit; most of all {name}: {group} for the group, "
        "a loss of "
        "{loss} for {unit}.",
        accounts,
    )
    caveat = _("This is gross margin: what it costs to serve them is not known.")
    told = text.format(
        n=numbers.count(accounts),
        name=_named(first),
        unit=mention(first.bu_id),
        group=numbers.money(first.group_result),
        loss=numbers.money(abs(first.unit_result)),
    )
    return f"{told} {caveat}" if getattr(first, "basis", "") == "gross_margin" else told


def _conflict_scale(conflicts: pd.DataFrame, numbers: Numbers) -> Any:
    return numbers.scale(
        conflicts.sort_values("unit_result").head(_MOST)[["group_result", "unit_result"]].stack()
    )


@exhibit(
    what=N_("accounts that are good for the group and bad for a unit"),
    how=N_(
        "The dark bar is what all units together earn with the account, the bright one what the unit "
        "named loses; "
        "transfers between units are left out."
    ),
    drawn=N_("Two bars per account and unit, the group's to the right and the unit's to the left of zero."),
    tables={},
    message=_conflict_message,
    unit=lambda conflicts, numbers: _conflict_scale(conflicts, numbers).unit_label,
    figsize=(7.2, 3.6),
    height=lambda conflicts: rows_height(min(len(conflicts), _MOST), note=len(conflicts) > _MOST),
)
def unit_conflicts(conflicts: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the group's result of an account against the loss of one of its units.

    Parameters
    ----------
    conflicts : account_id, bu_id, group_result, unit_result (money); name where known; as
        ``method.programme.conflicts`` returns it.

    Raises
    ------
    KeyError
        The table lacks columns. One without rows is drawn as such.

    Examples
    --------
    >>> table = pd.DataFrame({"account_id": ["C1"], "bu_id": ["Flow"], "group_result": [100.0],
    ...                       "unit_result": [-30.0]})
    >>> unit_conflicts.message(table)
    '1 account earns for the group and loses in a unit: C1 brings the group EUR 100 and costs Flow EUR 30.0.'
    """
    rows = conflicts.sort_values(["unit_result", "account_id"]).head(_MOST)
    if rows.empty:
        bare(ax)
        label(ax, (0, 0.5), _("none"), 8, xycoords="axes fraction")
        return
    scale = _conflict_scale(conflicts, numbers)
    columns = [
        Column(_("unit"), [mention(u) for u in rows["bu_id"]]),
        Column(
            _("group,\n{unit}").format(unit=scale.unit_label),
            [numbers.scaled(v, scale) for v in rows["group_result"]],
        ),
        Column(
            _("unit,\n{unit}").format(unit=scale.unit_label),
            [numbers.scaled(v, scale) for v in rows["unit_result"]],
            [PALETTE["bad"]] * len(rows),
        ),
    ]
    span = float(rows["unit_result"].min()), float(rows["group_result"].max())
    note = rest_note(len(rows), len(conflicts), numbers)
    set_rows(ax, [_named(r) for r in rows.itertuples()], columns, span, 4, note)
    for row, found in rows_of(rows):
        bar(ax, row, found.group_result, _BAR, facecolor=PALETTE["actual"], zorder=2)
        bar(ax, row, found.unit_result, _BAR, facecolor=PALETTE["bad"], zorder=3)
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)


def _sweep_message(sweep: pd.DataFrame, *, numbers: Numbers) -> str:
    first, last = sweep["factor"].min(), sweep["factor"].max()
    units = sweep.pivot(index="factor", columns="bu_id", values="unit_result")
    moved = (units.loc[last] - units.loc[first]).abs()
    unit = moved.idxmax()
    count = sweep.groupby("factor")["conflicts"].first()
    text = _(
        "The group keeps {group} at any transfer price. {unit} goes from {low} without transfers to "
        "{high} at {most} "
        "of today's price; accounts in conflict from {few} to {many}."
        if first == 0
        else "The group keeps {group} at any transfer price. {unit} goes from {low} to {high} at {most} of "
        "today's price; accounts in conflict from {few} to {many}."
    )
    return text.format(
        group=numbers.money(sweep["group_result"].iloc[0]),
        unit=mention(unit),
        low=numbers.money(units.loc[first, unit]),
        high=numbers.money(units.loc[last, unit]),
        most=numbers.percent(last, decimals=0),
        few=numbers.count(count[first]),
        many=numbers.count(count[last]),
    )


@exhibit(
    what=N_("results of the units at other transfer prices"),
    how=N_(
        "To the right internal prices rise: what one unit gains another loses, and the group's line "
        "stays flat."
    ),
    drawn=N_("A line per business unit over the transfer price, and a flat line for the group."),
    tables={"sweep": ("factor", "bu_id", "unit_result", "group_result", "conflicts")},
    message=_sweep_message,
    unit=lambda sweep, numbers: numbers.scale(sweep[["unit_result", "group_result"]].stack()).unit_label,
    figsize=(7.2, 3.0),
)
def transfer_sweep(sweep: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw what the transfer price does to each unit, and that it does nothing to the group.

    Parameters
    ----------
    sweep : factor, bu_id, unit_result, group_result, conflicts, as ``method.programme.transfer_sweep``
        returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> sweep = pd.DataFrame({"factor": [0.5, 0.5, 1, 1], "bu_id": ["Flow", "Seals"] * 2,
    ...     "conflicts": [1, 1, 2, 2], "unit_result": [30.0, 20.0, 10.0, 40.0], "group_result": 50.0})
    >>> transfer_sweep.message(sweep)[:46]
    'The group keeps EUR 50.0 at any transfer price'
    """
    lines = sweep.pivot(index="factor", columns="bu_id", values="unit_result").sort_index()
    group = sweep.groupby("factor")["group_result"].first()
    scale = numbers.scale(sweep[["unit_result", "group_result"]].stack())
    low, high = (
        min(0.0, float(sweep["unit_result"].min())),
        float(max(sweep["unit_result"].max(), group.max())),
    )
    first, last = float(lines.index.min()), float(lines.index.max())
    ends = {_("All units"): float(group[last]), **{mention(u): float(lines[u].iloc[-1]) for u in lines}}
    texts = [f"{name} {numbers.scaled(value, scale)}" for name, value in ends.items()]
    bare(ax)
    make_room(ax, "x", first, last, 56, widest(texts) + 16)
    make_room(ax, "y", low, high, 40, 24)
    hline(ax, 0, first, last, color=PALETTE["line"], linewidth=0.6, zorder=1)
    for unit in lines:
        ax.plot(lines.index, lines[unit], color=PALETTE["second"], linewidth=1.4, zorder=2)
    ax.plot(group.index, group, color=PALETTE["actual"], linewidth=2.4, zorder=3)
    _write_ends(ax, list(ends.values()), texts, last)
    starts = [float(group[first]), *(float(lines[u].iloc[0]) for u in lines)]
    _write_ends(ax, starts, [numbers.scaled(v, scale) for v in starts], first, left=True)
    _write_prices(ax, sweep, low, numbers)


def _write_ends(ax: Axes, values: list[float], texts: list[str], at: float, left: bool = False) -> None:
    """Names and values at the ends of the lines, kept apart."""
    order = sorted(range(len(values)), key=values.__getitem__)
    bottom, top = ax.get_ylim()
    per_point = (top - bottom) / room(ax)[1]
    wanted, sizes = [values[i] for i in order], [12 * per_point] * len(order)
    upwards = spread(wanted, sizes, bottom, top)
    downwards = [-y for y in reversed(spread([-w for w in reversed(wanted)], sizes, -top, -bottom))]
    places = [(up + down) / 2 for up, down in zip(upwards, downwards, strict=True)]
    for i, y in zip(order, places, strict=True):
        color, weight = (PALETTE["actual"], "bold") if i == 0 else (PALETTE["text"], "normal")
        label(
            ax,
            (at, y),
            texts[i],
            -6 if left else 6,
            ha="right" if left else "left",
            color=color,
            fontweight=weight,
        )


def _write_prices(ax: Axes, sweep: pd.DataFrame, low: float, numbers: Numbers) -> None:
    """Below the lines: the transfer price, and how many accounts are in conflict at it."""
    counts = sweep.groupby("factor")["conflicts"].first()
    place: dict[str, Any] = {"ha": "center", "fontsize": SMALL, "color": PALETTE["muted"]}
    for factor, count in counts.items():
        at = float(factor)  # type: ignore[arg-type]
        head = _("today") if at == 1 else numbers.percent(at, decimals=0)
        label(ax, (at, low), head, 0, -12, **place)
        label(ax, (at, low), numbers.count(count), 0, -24, **place)
    (left, right), first = ax.get_xlim(), float(counts.index.min())
    free = (first - left) / (right - left) * room(ax)[0] - 18
    for text, dy in ((_("price"), -12), (_("in conflict"), -24)):
        look = {**place, "ha": "right", "fontsize": fitting(text, free, SMALL)}
        label(ax, (first, low), text, -14, dy, **look)
