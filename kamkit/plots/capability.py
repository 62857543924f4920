"""How mature the programme is, and which skills each background has of those asked for."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _
from kamkit.locale.capability import CAPABILITY_WORDS
from kamkit.locale.numbers import Numbers, Scale
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, label, mention, room, rows_of, shorten, widest, width
from kamkit.plots.marks import dot, hline, rectangle, vline
from kamkit.plots.rows import Column, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["maturity_by_area", "shortfall_shade", "skill_levels"]

_ROW, _HEAD, _FOOT, _MOST_SKILLS = 21.0, 34.0, 30.0, 20
_WHOLE, _HALVES = Scale(1.0, "", 0), Scale(1.0, "", 1)
_MUTED: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"]}


def word(key: Any) -> str:
    """A key as a client reads it; a client's own word as it stands.

    >>> word("scoping"), word("key_suppliers")
    ('A · scoping', 'Key suppliers')
    """
    text = str(key)
    return _(CAPABILITY_WORDS[text]) if text in CAPABILITY_WORDS else text.replace("_", " ").capitalize()


# -- maturity ------------------------------------------------------------------------------------


def _maturity_message(maturity: pd.DataFrame, *, numbers: Numbers) -> str:
    rows = maturity.sort_values(["median", "least_stage"], kind="stable")
    last, first = rows.iloc[0], rows.iloc[-1]
    if first["median"] == last["median"]:
        return _("All areas stand at {stage} of {top}.").format(
            stage=_stage(last["median"], numbers), top=_stage(last["scale_max"], numbers)
        )
    return _("{area} is furthest behind, at {stage} of {top}; {best} leads with {ahead}.").format(
        area=mention(word(last["area"])),
        stage=_stage(last["median"], numbers),
        top=_stage(last["scale_max"], numbers),
        best=mention(word(first["area"])).lower(),
        ahead=_stage(first["median"], numbers),
    )


def _stage(value: float, numbers: Numbers) -> str:
    """A place on an ordinal scale: whole, or halfway between two."""
    return numbers.scaled(value, _WHOLE if float(value).is_integer() else _HALVES)


@exhibit(
    what=N_("maturity of the programme"),
    how=N_(
        "The dot is the median of all answers, the diamond the weakest item of the area, the line the range "
        "of the raters. The scale is ordinal: 4 is more than 2, not twice as much."
    ),
    drawn=N_("A row per area: a dot for the median, a diamond for the weakest item, a line for the raters."),
    tables={
        "maturity": (
            "area", "raters", "least_stage", "median", "weakest", "rater_low", "rater_high", "phase",
            "scale_min", "scale_max",
        )
    },
    message=_maturity_message,
    unit=lambda maturity, numbers: _("stage {low} to {high}").format(
        low=_stage(maturity["scale_min"].min(), numbers), high=_stage(maturity["scale_max"].max(), numbers)
    ),
    figsize=(7.2, 2.6),
    height=lambda maturity: rows_height(len(maturity)) + 0.2,
)  # fmt: skip
def maturity_by_area(maturity: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw least and median of each area with the range of the raters (Woodburn, 2006).

    Parameters
    ----------
    maturity : area, raters, least_stage, median, weakest, rater_low, rater_high, phase, scale_min, scale_max,
        as ``method.capability.maturity`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> maturity = pd.DataFrame({"area": ["people", "strategy"], "raters": 9, "least_stage": [1.0, 4.0],
    ...     "median": [2.0, 4.0], "weakest": "Pay", "rater_low": 1.0, "rater_high": 5.0,
    ...     "phase": ["introducing", "optimising"], "scale_min": 1.0, "scale_max": 5.0})
    >>> maturity_by_area.message(maturity)
    'People is furthest behind, at 2 of 5; strategy leads with 4.'
    """
    rows = maturity.sort_values(["median", "least_stage"], ascending=False, kind="stable", ignore_index=True)
    low, high = float(rows["scale_min"].min()), float(rows["scale_max"].max())
    columns = [
        Column(_("least"), [_stage(v, numbers) for v in rows["least_stage"]]),
        Column(_("median"), [_stage(v, numbers) for v in rows["median"]]),
        Column(_("phase"), [word(p) for p in rows["phase"]]),
    ]
    set_rows(ax, [word(a) for a in rows["area"]], columns, (low, high), 18)
    for step in np.arange(low, high + 0.5):
        vline(ax, step, -0.5, len(rows) - 0.5, color=PALETTE["line"], linewidth=0.5, zorder=0)
        label(ax, (step, -0.75), numbers.number(step), ha="center", va="bottom", **_MUTED)
    for row, area in rows_of(rows):
        hline(ax, row, area.rater_low, area.rater_high, color=PALETTE["second"], linewidth=2.4, zorder=1)
        dot(ax, area.median, row, "o", color=PALETTE["actual"], markersize=9, zorder=2)
        face = "white" if area.least_stage == area.median else PALETTE["bad_wash"]
        rim = PALETTE["actual"] if area.least_stage == area.median else PALETTE["bad"]
        dot(ax, area.least_stage, row, "D", color=face, markeredgecolor=rim, markersize=4.5, zorder=3)


# -- skills --------------------------------------------------------------------------------------


def _skills_message(gaps: pd.DataFrame, agreement: pd.DataFrame | None = None, *, numbers: Numbers) -> str:
    lacking = gaps[gaps["lacking"].astype(bool)]
    if lacking.empty:
        return _("No background falls short of a skill by a full step.")
    counts = lacking["background"].value_counts()
    text = _("What is missing differs by background, skills short: {parts}.").format(
        parts=", ".join(f"{word(name).lower()} {numbers.count(n)}" for name, n in counts.head(4).items())
    )
    flatters = _flattering(agreement)
    high = _("{who} rates itself higher than its managers do.").format(who=word(flatters))
    return _("{gaps} {high}").format(gaps=text, high=high) if flatters else text


def _flattering(agreement: pd.DataFrame | None) -> str:
    """The background whose own view is furthest above its managers', where it is far."""
    if agreement is None:
        return ""
    far = agreement[agreement["flatters"].astype(bool) & (agreement["background"] != "all")]
    return str(far.sort_values("distance").iloc[-1]["background"]) if len(far) else ""


def _skills(gaps: pd.DataFrame) -> list[str]:
    """Items by their deepest shortfall in any background."""
    worst = gaps.groupby("item_id", sort=False)["shortfall"].max()
    return list(worst.sort_values(ascending=False, kind="stable").index[:_MOST_SKILLS])


@exhibit(
    what=N_("skills required and present"),
    how=N_(
        "A cell says which level the middle person of a background has, as managers see it, of the level "
        "asked for; ▼ and colour mark a full step short or more. An empty cell was not rated."
    ),
    drawn=N_("Heat map: skills in rows, backgrounds in columns, present and required level in the cells."),
    tables={
        "gaps": (
            "background", "item_id", "skill", "required", "people", "present", "shortfall", "short", "lacking"
        )
    },
    message=_skills_message,
    unit=lambda gaps, agreement=None, numbers=None: _("median level of those asked for"),
    figsize=(7.2, 3.2),
    height=lambda gaps, agreement=None: (_HEAD + _FOOT + _ROW * len(_skills(gaps))) / 72,
)  # fmt: skip
def skill_levels(
    gaps: pd.DataFrame, agreement: pd.DataFrame | None = None, *, ax: Axes, numbers: Numbers
) -> None:
    """Draw required and present level of each skill by background as a heat map.

    Parameters
    ----------
    gaps : background, item_id, skill, required, people, present, shortfall, short, lacking, as
        ``method.capability.skill_gaps`` returns it.
    agreement : background, distance, flatters, as ``method.capability.rating_agreement`` returns it; it
        speaks in the message.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> gaps = pd.DataFrame({"background": ["technical", "sales"], "item_id": "negotiation",
    ...     "skill": "Negotiates", "required": 4.0, "people": 8, "present": [2.0, 4.0],
    ...     "shortfall": [2.0, 0.0], "short": [8, 1], "lacking": [True, False]})
    >>> skill_levels.message(gaps)
    'What is missing differs by background, skills short: technical 1.'
    """
    bare(ax)
    wide, tall = room(ax)
    ax.set(xlim=(0, wide), ylim=(0, tall))
    items, groups = _skills(gaps), sorted(gaps["background"].unique(), key=_group_order)
    texts = gaps.drop_duplicates("item_id").set_index("item_id")["skill"]
    left = min(widest(texts[items]) + 16, 0.45 * wide)
    column = (wide - left - 8) / len(groups)
    for i, group in enumerate(groups):
        people = int(gaps.loc[gaps["background"] == group, "people"].max())
        head = _("{background}, {n}").format(background=word(group), n=numbers.count(people))
        x = left + (i + 0.5) * column
        label(ax, (x, tall - _HEAD + 9), shorten(head, column - 6), ha="center", fontweight="bold")
    for row, item in enumerate(items):
        y = tall - _HEAD - _ROW * (row + 0.5)
        label(ax, (0, y), shorten(texts[item], left - 12), 8)
        for cell in gaps[gaps["item_id"] == item].itertuples():
            _level(ax, (left + groups.index(cell.background) * column, y), column, cell, numbers)
    _level_key(ax, left, wide - 8)


def _group_order(background: Any) -> tuple[int, str]:
    known = ("sales", "technical", "operations")
    return (known.index(background) if background in known else len(known), str(background))


def shortfall_shade(shortfall: float) -> Any:
    """White where the level is reached, to the colour of bad at three steps short."""
    part = 0.62 * float(np.clip(shortfall / 3, 0, 1))
    return tuple(1 - part * (1 - np.asarray(mpl.colors.to_rgb(PALETTE["bad"]))))


def _level(ax: Axes, at: tuple[float, float], wide: float, cell: Any, numbers: Numbers) -> None:
    edge: dict[str, Any] = {"edgecolor": PALETTE["wash"], "linewidth": 0.8}
    face = shortfall_shade(cell.shortfall)
    rectangle(ax, (at[0], at[1] - _ROW / 2), wide, _ROW, facecolor=face, **edge)
    text = _("{present} of {required}").format(
        present=_stage(cell.present, numbers), required=_stage(cell.required, numbers)
    )
    weight = "bold" if cell.lacking else "normal"
    mark = f"{text} ▼" if cell.lacking else text
    label(ax, (at[0] + wide / 2, at[1]), mark, ha="center", fontweight=weight)


def _level_key(ax: Axes, left: float, right: float) -> None:
    """The colour scale with its ends labelled."""
    ends = (_("level reached"), _("three steps short"))
    start, end = left + width(ends[0], SMALL) + 6, right - width(ends[1], SMALL) - 6
    steps = np.linspace(0, 3, 7)
    each = (end - start) / len(steps)
    for i, value in enumerate(steps):
        rectangle(ax, (start + i * each, 8), each, 9, facecolor=shortfall_shade(value), linewidth=0)
    rectangle(ax, (start, 8), end - start, 9, fill=False, edgecolor=PALETTE["line"], linewidth=0.5)
    label(ax, (left, 12.5), ends[0], **_MUTED)
    label(ax, (right, 12.5), ends[1], ha="right", **_MUTED)
