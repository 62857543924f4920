"""What the programme did: by time since the start, side by side over the years, and in money."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, gridline, label, make_room, room, rows_of, spread, widest, width
from kamkit.plots.marks import bar, dot, hline, vline
from kamkit.plots.rows import Column, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["BASES", "GROUPS", "event_study", "programme_paths", "programme_worth"]

GROUPS = {
    "key_accounts": N_("Key accounts"),
    "candidates": N_("Candidates not chosen"),
    "matched": N_("Accounts like them"),
    "others": N_("All other customers"),
}
_IN_SENTENCE = {
    "candidates": N_("candidates not chosen"),
    "matched": N_("accounts like them"),
    "others": N_("all other customers"),
}
BASES = {
    "only_goods": N_("Extra sales cost only the goods"),
    "goods_and_service": N_("They cost selling and service too"),
}


def _study_message(events: pd.DataFrame, *, numbers: Numbers) -> str:
    found = events.iloc[0]
    parts = {
        "size": numbers.percent(abs(found["overall"])),
        "low": numbers.percent(found["overall_low"]),
        "high": numbers.percent(found["overall_high"]),
    }
    if found["overall_low"] <= 0 <= found["overall_high"]:
        return _(
            "No effect of the programme on sales can be told from chance: it may be anything "
            "from {low} to {high}."
        ).format(**parts)
    raised = found["overall"] > 0
    text = (
        _("The programme raises sales to key accounts by {size} ({low} to {high}).")
        if raised
        else _("With the programme sales to key accounts are {size} lower ({low} to {high}).")
    )
    return " ".join([text.format(**parts), _("Before they joined they moved like the others.")])


def _study_unit(events: pd.DataFrame, *, numbers: Numbers) -> str:
    return _("% of what sales would have been")


@exhibit(
    what=N_("effect on sales by months since the account joined"),
    how=N_(
        "Each point compares key accounts with accounts outside the programme, against the year before "
        "they joined; thick whiskers hold 95 in 100 for the point alone, thin ones for all points together. "
        "The shaded line is the mean from the start on."
    ),
    drawn=N_("A point with whiskers per quarter before and after the start, and the mean after it."),
    tables={
        "events": ("months_since", "months_in_row", "in_programme", "accounts", "uplift", "uplift_low",
                   "uplift_high", "band_low", "band_high", "overall", "overall_low", "overall_high")
    },
    message=_study_message,
    unit=_study_unit,
    figsize=(7.2, 3.8),
)  # fmt: skip
def event_study(events: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the difference to the comparison accounts before and after the start.

    Parameters
    ----------
    events : months_since (the start), months_in_row, in_programme, accounts, uplift, uplift_low, uplift_high,
        band_low, band_high, overall, overall_low, overall_high (fractions), as
        ``method.programme.event_study`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> row = {"months_since": 0, "months_in_row": 3, "in_programme": True, "accounts": 18, "uplift": 0.12,
    ...        "uplift_low": 0.1, "uplift_high": 0.14, "band_low": 0.09, "band_high": 0.15, "overall": 0.14,
    ...        "overall_low": 0.12, "overall_high": 0.16}
    >>> event_study.message(pd.DataFrame([row]))[:72]
    'The programme raises sales to key accounts by 14.0% (12.0% to 16.0%). Be'
    """
    rows = events.sort_values("months_since", ignore_index=True)
    middles = (rows["months_since"] + rows["months_in_row"] / 2).to_numpy()
    first, last = (
        float(rows["months_since"].min()),
        float((rows["months_since"] + rows["months_in_row"]).max()),
    )
    first, last = min(first, 0.0), max(last, 0.0)
    ends = rows[["uplift", "uplift_low", "uplift_high", "band_low", "band_high"]]
    low, high = min(0.0, float(ends.min().min())), max(0.0, float(ends.max().max()))
    ticks = [t for t in MaxNLocator(5).tick_values(low, high) if low <= t <= high]
    texts = [numbers.percent(t, decimals=0 if _whole(ticks) else 1) for t in ticks]
    overall = numbers.percent(rows["overall"].iloc[0])
    bare(ax)
    make_room(ax, "x", first, last, max(widest(texts) + 14, 60), widest([overall], bold=True) + 18)
    make_room(ax, "y", low, high, 46, 24)
    for at, text in zip(ticks, texts, strict=True):
        gridline(ax, "y", at, text, (first, last))
    _draw_before(ax, first, rows)
    _draw_overall(ax, rows, last, overall)
    _draw_points(ax, middles, rows)
    _draw_months(ax, middles, rows, numbers)


def _whole(ticks: list[float]) -> bool:
    return all(abs(100 * t - round(100 * t)) < 1e-9 for t in ticks)


def _draw_before(ax: Axes, first: float, rows: pd.DataFrame) -> None:
    """The time before the start, shaded, and the line of no difference."""
    if first < 0:
        ax.axvspan(first, 0, color=PALETTE["wash"], linewidth=0, alpha=0.55, zorder=-2)
        text = _("before they joined")
        label(ax, (first, 1), text, 6, -10, xycoords=("data", "axes fraction"), color=PALETTE["muted"])
    text = _("in the programme")
    label(ax, (0, 1), text, 6, -10, xycoords=("data", "axes fraction"), color=PALETTE["muted"])
    last = float((rows["months_since"] + rows["months_in_row"]).max())
    hline(ax, 0, first, last, color=PALETTE["text"], linewidth=0.9, zorder=2)


def _draw_overall(ax: Axes, rows: pd.DataFrame, last: float, text: str) -> None:
    found = rows.iloc[0]
    wash: dict[str, Any] = {"color": PALETTE["good_wash"], "linewidth": 0, "zorder": 0}
    ax.fill_between([0, last], found["overall_low"], found["overall_high"], **wash)
    hline(ax, found["overall"], 0, last, color=PALETTE["good"], linewidth=1.3, zorder=1)
    label(ax, (last, found["overall"]), text, 6, color=PALETTE["good"], fontweight="bold")


def _draw_points(ax: Axes, middles: np.ndarray, rows: pd.DataFrame) -> None:
    for middle, (_row, point) in zip(middles, rows_of(rows), strict=True):
        color = PALETTE["actual" if point.in_programme else "second"]
        vline(ax, middle, point.band_low, point.band_high, color=color, linewidth=0.8, zorder=3)
        vline(ax, middle, point.uplift_low, point.uplift_high, color=color, linewidth=2.6, zorder=3)
        dot(ax, middle, point.uplift, "o", color=color, markersize=4.6, zorder=4,
                markeredgecolor="white", markeredgewidth=0.6)  # fmt: skip


def _draw_months(ax: Axes, middles: np.ndarray, rows: pd.DataFrame, numbers: Numbers) -> None:
    """Months since the start, and on how many key accounts each point rests."""
    foot: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "ha": "center", "fontsize": SMALL}
    head: dict[str, Any] = {"xycoords": "axes fraction", "fontsize": SMALL, "color": PALETTE["muted"]}
    step = max(1, len(rows) // 16)
    for middle, point in list(zip(middles, (point for _row, point in rows_of(rows)), strict=True))[::step]:
        label(ax, (middle, 0), numbers.count(point.months_since), 0, 26, **foot)
        label(ax, (middle, 0), numbers.count(point.accounts), 0, 11, color=PALETTE["muted"], **foot)
    label(ax, (0, 0), _("month"), 6, 26, **head)
    label(ax, (0, 0), _("accounts"), 6, 11, **head)


def _paths_message(paths: pd.DataFrame, *, numbers: Numbers) -> str:
    ends = paths.drop_duplicates("group").set_index("group")
    own = numbers.percent(ends.loc["key_accounts", "grown"], change=True)
    others = [group for group in ends.index if group != "key_accounts"]
    if not others:
        return _("Sales to key accounts changed by {own}; there is nobody to compare them with.").format(
            own=own
        )
    text = _("Sales to key accounts changed by {own}, to {others} by {theirs}: growth alone proves nothing.")
    theirs = numbers.percent(ends.loc[others[0], "grown"], change=True)
    return text.format(own=own, others=_(_IN_SENTENCE.get(others[0], others[0])), theirs=theirs)


def _paths_unit(paths: pd.DataFrame, *, numbers: Numbers) -> str:
    return _("% of a mean quarter of the first year")


@exhibit(
    what=N_("sales to key accounts beside others"),
    how=N_("Sums by quarter. Dashed lines mark when key accounts joined, and how many."),
    drawn=N_("A line per group of accounts over the quarters."),
    tables={"paths": ("quarter", "group", "accounts", "of_first_year", "grown", "joined")},
    message=_paths_message,
    unit=_paths_unit,
    figsize=(7.2, 2.7),
)
def programme_paths(paths: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw sales to key accounts and to those they are compared with, over the quarters.

    Parameters
    ----------
    paths : quarter, group, accounts, of_first_year (of the first year's mean quarter), grown (first to last
        year, fraction), joined, as ``method.programme.programme_paths`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> paths = pd.DataFrame({"quarter": pd.to_datetime(["2023-01-01", "2025-10-01"] * 2),
    ...     "group": ["key_accounts"] * 2 + ["candidates"] * 2, "accounts": 18,
    ...     "of_first_year": [1.0, 1.9, 1.0, 1.7], "grown": [0.75, 0.75, 0.56, 0.56], "joined": 0})
    >>> programme_paths.message(paths)[:76]
    'Sales to key accounts changed by +75.0%, to candidates not chosen by +56.0%:'
    """
    rows = paths.sort_values(["group", "quarter"], key=_key_first, ignore_index=True)
    quarters = sorted(rows["quarter"].unique())
    place = {quarter: i for i, quarter in enumerate(quarters)}
    high = float(rows["of_first_year"].max())
    low = min(0.0, float(rows["of_first_year"].min()))
    ticks = [t for t in MaxNLocator(4).tick_values(low, high) if low <= t <= high]
    texts = [numbers.percent(t, decimals=0) for t in ticks]
    ends = [_end_text(group, numbers) for __, group in rows.drop_duplicates("group").iterrows()]
    bare(ax)
    wide = widest([line for text in ends for line in text.split("\n")], bold=True)
    make_room(ax, "x", 0, len(quarters) - 1, widest(texts) + 14, wide + 20)
    make_room(ax, "y", low, high, 26, 26)
    for at, text in zip(ticks, texts, strict=True):
        gridline(ax, "y", at, text, (0, len(quarters) - 1))
    _draw_joined(ax, rows, place, numbers)
    _draw_lines(ax, rows, place, ends)
    for quarter, at in place.items():
        if at % max(1, -(-len(quarters) // 13)) == 0:
            _draw_quarter(ax, pd.Timestamp(quarter), at)


def _key_first(column: pd.Series) -> pd.Series:
    return column.map(lambda v: (v != "key_accounts", v)) if column.name == "group" else column


def _end_text(group: Any, numbers: Numbers) -> str:
    name = _(GROUPS.get(group["group"], group["group"]))
    return f"{name} ({numbers.count(group['accounts'])})\n{numbers.percent(group['grown'], change=True)}"


def _draw_joined(ax: Axes, rows: pd.DataFrame, place: dict[Any, int], numbers: Numbers) -> None:
    """A dashed line where accounts joined, and how many, as far as the texts keep off each other."""
    head: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "ha": "center", "fontsize": SMALL}
    look: dict[str, Any] = {"linewidth": 0.8, "linestyle": (0, (3, 2)), "zorder": 0}
    left, right = ax.get_xlim()
    per_point, free = (right - left) / room(ax)[0], -np.inf
    for _at, row in rows_of(rows[rows["joined"] > 0]):
        at = place[row.quarter]
        vline(ax, at, 0, rows["of_first_year"].max(), color=PALETTE["muted"], **look)
        text = ngettext("{n} joins", "{n} join", row.joined).format(n=numbers.count(row.joined))
        half = (width(text, SMALL) / 2 + 3) * per_point
        if at - half >= free:
            label(ax, (at, 1), text, 0, -12, color=PALETTE["muted"], **head)
            free = at + half


def _draw_lines(ax: Axes, rows: pd.DataFrame, place: dict[Any, int], ends: list[str]) -> None:
    """A line for each group, its name and growth at the end."""
    groups = [group for __, group in rows.groupby("group", sort=False)]
    heights = [float(group["of_first_year"].iloc[-1]) for group in groups]
    low, high = ax.get_ylim()
    per_point = (high - low) / room(ax)[1]
    order = np.argsort(heights)
    wanted = [heights[i] / per_point for i in order]
    placed = spread(wanted, [26.0] * len(order), low / per_point, high / per_point)
    at = dict(zip(order, placed, strict=True))
    for i, (group, text) in enumerate(zip(groups, ends, strict=True)):
        color = PALETTE["actual" if group["group"].iloc[0] == "key_accounts" else "muted"]
        x = [place[p] for p in group["quarter"]]
        ax.plot(x, group["of_first_year"], color=color, linewidth=2.2 if i == 0 else 1.5, zorder=3)
        ax.plot(x[-1:], heights[i : i + 1], "o", color=color, markersize=5, zorder=4)
        label(ax, (x[-1], at[i] * per_point), text, 10, color=color, fontweight="bold")


def _draw_quarter(ax: Axes, quarter: pd.Timestamp, at: int) -> None:
    text = f"{quarter.year}" if quarter.quarter == 1 else f"Q{quarter.quarter}"
    foot: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "ha": "center", "fontsize": SMALL}
    label(ax, (at, 0), text, 0, 10, color=PALETTE["text" if quarter.quarter == 1 else "muted"], **foot)


def _worth_message(worth: pd.DataFrame, *, numbers: Numbers) -> str:
    best, worst = worth.iloc[worth["net"].argmax()], worth.iloc[worth["net"].argmin()]
    parts = {
        "revenue": numbers.money(best["extra_revenue"]),
        "cost": numbers.money(best["programme_cost"]),
        "low": numbers.money(worst["extra_contribution"]),
        "high": numbers.money(best["extra_contribution"]),
    }
    if worst["net_low"] > 0:
        text = _("The programme pays: {revenue} of extra sales bring {low} to {high}; it costs {cost}.")
    elif best["net_high"] < 0:
        text = _(
            "The programme does not pay: {revenue} of extra sales bring {low} to {high}; it costs {cost}."
        )
    else:
        text = _(
            "{revenue} of extra sales bring {low} to {high} and the team costs {cost}: "
            "the programme pays only if they are cheap to serve."
        )
    return text.format(**parts)


def _worth_unit(worth: pd.DataFrame, *, numbers: Numbers) -> str:
    return numbers.scale(worth["net"]).unit_label


@exhibit(
    what=N_("what the programme brings and what it costs"),
    how=N_(
        "The bar is extra contribution less the cost of the key-account team; the thin line spans what the "
        "uncertainty of the extra sales alone makes of it."
    ),
    drawn=N_("A bar for the net result under each of two views of the cost of extra sales, with a line."),
    tables={
        "worth": ("cost_basis", "extra_revenue", "contribution_rate", "extra_contribution", "programme_cost",
                  "net", "net_low", "net_high")
    },
    message=_worth_message,
    unit=_worth_unit,
    figsize=(7.2, 1.6),
    height=lambda worth: rows_height(len(worth)) + 0.25,
)  # fmt: skip
def programme_worth(worth: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw extra contribution less the programme's cost.

    Parameters
    ----------
    worth : cost_basis, extra_revenue, extra_contribution, programme_cost, net, net_low, net_high (money),
        contribution_rate (fraction), as ``method.programme.programme_worth`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> worth = pd.DataFrame({"cost_basis": ["only_goods"], "extra_revenue": [900.0],
    ...     "contribution_rate": [0.3], "extra_contribution": [270.0], "programme_cost": [200.0],
    ...     "net": [70.0], "net_low": [40.0], "net_high": [100.0]})
    >>> programme_worth.message(worth)
    'The programme pays: EUR 900 of extra sales bring EUR 270 to EUR 270; it costs EUR 200.'
    """
    scale = numbers.scale(worth["net"])
    names = ("extra_revenue", "extra_contribution", "programme_cost", "net")
    money = {name: [numbers.scaled(v, scale) for v in worth[name]] for name in names}
    ink = [PALETTE["bad" if v < 0 else "good"] for v in worth["net"]]
    columns = [
        Column(_("extra\nsales"), money["extra_revenue"]),
        Column(_("of it\ncontribution"), [numbers.percent(r) for r in worth["contribution_rate"]]),
        Column(_("extra\ncontribution"), money["extra_contribution"]),
        Column(_("cost of\nthe team"), money["programme_cost"]),
        Column(_("net,\n{unit}").format(unit=scale.unit_label), money["net"], ink),
    ]
    bounds = worth[["net", "net_low", "net_high"]]
    span = min(0.0, float(bounds.min().min())), max(0.0, float(bounds.max().max()))
    set_rows(ax, [_(BASES.get(b, b)) for b in worth["cost_basis"]], columns, span, 4)
    for row, found in rows_of(worth):
        color = PALETTE["bad" if found.net < 0 else "good"]
        bar(ax, row, found.net, 0.5, facecolor=PALETTE["bad_wash" if found.net < 0 else "good_wash"],
                edgecolor=color, linewidth=0.9, zorder=2)  # fmt: skip
        hline(ax, row, found.net_low, found.net_high, color=color, linewidth=1.5, zorder=3)
    vline(ax, 0, -0.55, len(worth) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)
