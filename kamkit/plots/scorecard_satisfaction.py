"""Satisfaction of everyone who was asked, with how sure it is."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import label, rows_of
from kamkit.plots.marks import dot, hline, vline
from kamkit.plots.rows import Column, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["asked_title", "satisfaction"]

_GROUPS = {
    "customers": N_("Customers"),
    "staff": N_("Staff of the account teams"),
    "management": N_("Management"),
    "owners": N_("Owners"),
}


def _group(name: str) -> str:
    return _(_GROUPS[name]) if name in _GROUPS else name


def _message(figures: pd.DataFrame, *, numbers: Numbers) -> str:
    text = []
    scores = figures[figures["measure"] == "nps"]
    if len(scores):
        best = scores.sort_values("basis").iloc[0]
        told = _("The net promoter score is {score} ± {half} points.")
        text.append(
            told.format(score=numbers.number(best["rating"]), half=numbers.number(best["half_width"]))
        )
    means = figures[figures["measure"] == "mean"].sort_values("place")
    if len(means) > 1:
        low, high = means.iloc[0], means.iloc[-1]
        apart = low["place_high"] < high["place_low"]
        told = (
            _("Least satisfied: {low}, at {place} of the scale; most: {high}.")
            if apart
            else _("Lowest are {low} at {place} of the scale, but not surely below {high}.")
        )
        text.append(
            told.format(
                low=_group(low["asked"]).lower(),
                place=numbers.percent(low["place"]),
                high=_group(high["asked"]).lower(),
            )
        )
    few = figures[(figures["n"] < 5) & (figures["measure"] == "mean")]
    if len(few):
        told = ngettext(
            "{n} answer says little: {group}.", "{n} answers say little: {group}.", int(few["n"].iloc[0])
        )
        text.append(
            told.format(n=numbers.count(few["n"].iloc[0]), group=_group(few["asked"].iloc[0]).lower())
        )
    return " ".join(text) or _("Satisfaction of {group}: {place} of the scale.").format(
        group=_group(figures["asked"].iloc[0]).lower(), place=numbers.percent(figures["place"].iloc[0])
    )


@exhibit(
    what=N_("satisfaction, on the scale of each question"),
    how=N_(
        "The dot is the figure as a place on its scale, the line its 95% interval: where the lines of "
        "two groups "
        "overlap far, they can't be told apart."
    ),
    drawn=N_("A dot with its interval for each group asked."),
    tables={
        "figures": (
            "asked",
            "measure",
            "basis",
            "n",
            "rating",
            "half_width",
            "place",
            "place_low",
            "place_high",
        )
    },
    message=_message,
    unit=lambda figures, numbers: _("% of the scale"),
    figsize=(7.2, 2.4),
    height=lambda figures: rows_height(len(figures)),
)
def satisfaction(figures: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw satisfaction by group with intervals, never the bare figure (Reichheld, 2003).

    Parameters
    ----------
    figures : asked, measure, basis, n, rating, half_width, place, place_low, place_high, as
        ``method.programme.satisfaction`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> figures = pd.DataFrame({"asked": ["customers"], "measure": ["nps"], "basis": ["respondents"], "n": 50,
    ...     "rating": [30.0], "half_width": 21.6, "place": [0.65], "place_low": [0.54], "place_high": [0.76]})
    >>> satisfaction.message(figures)
    'The net promoter score is 30 ± 21.6 points.'
    """
    names = [asked_title(r) for r in figures.itertuples()]
    columns = [
        Column(_("value"), [numbers.number(v) for v in figures["rating"]]),
        Column("±", [numbers.number(h) for h in figures["half_width"]]),
        Column(_("scale"), [_scale(r, numbers) for r in figures.itertuples()]),
        Column("n", [numbers.count(n) for n in figures["n"]]),
    ]
    set_rows(ax, names, columns, (0.0, 1.0), 6)
    foot = len(figures) - 0.45
    for at in (0.0, 0.5, 1.0):
        vline(ax, at, -0.55, foot, color=PALETTE["line"], linewidth=0.6, zorder=0)
        place: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": SMALL, "color": PALETTE["muted"]}
        label(ax, (at, -0.75), numbers.percent(at, decimals=0), **place)
    for row, found in rows_of(figures):
        if pd.notna(found.place_low):
            hline(
                ax, row, found.place_low, found.place_high, color=PALETTE["second"], linewidth=2.2, zorder=2
            )
        dot(ax, found.place, row, "o", color=PALETTE["actual"], markersize=6, zorder=3)


def asked_title(row: Any) -> str:
    if row.measure != "nps":
        return _group(row.asked)
    by = _("by account") if row.basis == "accounts" else _("by respondent")
    return _("Net promoter score, {by}").format(by=by)


def _scale(row: Any, numbers: Numbers) -> str:
    ends = getattr(row, "scale_min", None), getattr(row, "scale_max", None)
    if any(e is None or pd.isna(e) for e in ends):
        return ""
    return _("{low} to {high}").format(low=numbers.number(ends[0]), high=numbers.number(ends[1]))
