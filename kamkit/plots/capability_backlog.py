"""What is done better until the next run: the list of improvements, each with the measure that shows it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import MISSING, Numbers
from kamkit.plots.capability import word
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, fitting, label, mention, room, rows_of, shorten
from kamkit.plots.marks import dot, hline, vline
from kamkit.plots.segmentation import wrapped
from kamkit.plots.style import PALETTE, SIZE, SMALL

__all__ = ["improvement_list"]

_ROW, _HEAD, _FOOT, _MOST = 40.0, 28.0, 8.0, 20
_TEXT_WIDE, _LEFT, _WIDE = 186.0, 202.0, 58.0
_ENDS = {"now": 296.0, "target": 328.0, "effort": 372.0, "owner": 414.0, "due": 463.0}
_FIRST = 34.0
_MUTED: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"]}
_MARKS = {"better": ("▲", "good"), "solved": ("✓", "good"), "worse": ("▼", "bad")}


def _open(improvements: pd.DataFrame) -> pd.DataFrame:
    return improvements[improvements["progress"] != "solved"]


def _message(improvements: pd.DataFrame, *, numbers: Numbers) -> str:
    rows = _open(improvements)
    if rows.empty:
        return _("All that was to be improved is solved.")
    without = int((rows["owner"].isna() | rows["due"].isna()).sum())
    text = ngettext(
        "{n} improvement, furthest: {first}.",
        "{n} improvements; furthest from target: {first}.",
        len(rows),
    ).format(n=numbers.count(len(rows)), first=_first(rows.iloc[0]))
    lacking = ngettext(
        "{m} of them has no owner or no day: settle that first.",
        "{m} have no owner or no day: settle that first.",
        without,
    ).format(m=numbers.count(without))
    moved = _moved(improvements, numbers)
    return " ".join(filter(None, [text, moved, lacking if without else ""]))


def _first(row: Any) -> str:
    """The measure of an improvement, or what is done where it has none."""
    return mention(word(row["measure"]).lower() if isinstance(row["measure"], str) else _said(row["action"]))


def _moved(improvements: pd.DataFrame, numbers: Numbers) -> str:
    """What became of the list of the last run; nothing where there was none."""
    counts = improvements["progress"].value_counts()
    if not set(counts.index) & {"better", "as_before", "worse", "solved"}:
        return ""
    return _("Since the last run {solved} solved, {better} better, {worse} worse.").format(
        **{key: numbers.count(counts.get(key, 0)) for key in ("solved", "better", "worse")}
    )


def _said(text: Any) -> str:
    """A key in words; a client's own words as they stand."""
    return word(text) if str(text).startswith("improve_") else str(text)


@exhibit(
    what=N_("improvements"),
    how=N_(
        "The dot is where the measure stands, the line where it is to be; a hollow dot is where it stood in "
        "the last run. The effort is the usual one unless it was decided."
    ),
    drawn=N_("A row per improvement: where its measure stands and should stand, effort, owner, day."),
    tables={
        "improvements": (
            "improvement", "action", "effect", "effort_grade", "owner", "due", "overdue", "measure",
            "value_before", "value", "target", "progress",
        )
    },
    message=_message,
    unit=lambda improvements, numbers: _("% of the measure's whole"),
    figsize=(7.2, 4.0),
    height=lambda improvements: (_HEAD + _FOOT + _ROW * min(len(improvements), _MOST)) / 72,
)  # fmt: skip
def improvement_list(improvements: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the list of improvements with measure, target, effort, owner and day.

    Parameters
    ----------
    improvements : improvement, action, effect (money a year), effort_grade, owner, due, overdue, measure,
        value_before, value, target (fractions), progress, as ``method.capability.backlog``
        returns it; the first twenty are drawn.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> improvements = pd.DataFrame({"improvement": ["problem_roles"], "action": "improve_problem_roles",
    ...     "effect": float("nan"), "measure": None, "effort_grade": "low", "owner": [None], "due": pd.NaT,
    ...     "overdue": False, "value_before": [float("nan")], "value": 0.5, "target": 0.2,
    ...     "progress": "new"})
    >>> improvement_list.message(improvements)[-52:]
    '1 of them has no owner or no day: settle that first.'
    """
    bare(ax)
    wide, tall = room(ax)
    ax.set(xlim=(0, wide), ylim=(0, tall))
    most = max(1.0, float(improvements[["value", "value_before", "target"]].max().max()))
    heads = {
        "now": _("now"), "target": _("target"), "effort": _("effort"), "owner": _("owner"), "due": _("due")
    }  # fmt: skip
    for key, head in heads.items():
        label(ax, (_ENDS[key], tall - _HEAD + 8), head, ha="right", **_MUTED)
    label(ax, (wide - 8, tall - _HEAD + 8), _("since"), ha="right", **_MUTED)
    for i, row in rows_of(improvements.head(_MOST)):
        top = tall - _HEAD - i * _ROW
        hline(ax, top, 8, wide - 8, color=PALETTE["wash"], linewidth=0.8)
        _draw_row(ax, top - _ROW / 2, row, numbers, wide)
        _draw_measure(ax, top - _ROW / 2, row, most)


def _draw_row(ax: Axes, y: float, row: Any, numbers: Numbers, wide: float) -> None:
    lines = wrapped(_said(row.action), _TEXT_WIDE, 2, SIZE)
    for k, line in enumerate(lines):
        label(ax, (8, y + 5.5 * len(lines) - 11 * k), line)
    label(ax, (8, y - 5.5 * len(lines)), shorten(_shown_by(row, numbers), _TEXT_WIDE, SMALL), **_MUTED)
    owner = shorten(row.owner, 38) if isinstance(row.owner, str) else _("nobody")
    cells = {
        "now": numbers.percent(row.value, decimals=0),
        "target": numbers.percent(row.target, decimals=0),
        "effort": word(row.effort_grade) if isinstance(row.effort_grade, str) else MISSING,
        "owner": owner,
        "due": numbers.month(row.due) if pd.notna(row.due) else _("no day"),
    }
    open_ = row.progress != "solved"
    bad = {
        "owner": open_ and not isinstance(row.owner, str),
        "due": open_ and (row.overdue or pd.isna(row.due)),
    }
    starts = [_ENDS["now"] - _FIRST, *_ENDS.values()]
    for (key, text), start in zip(cells.items(), starts, strict=False):
        color = PALETTE["bad" if bad.get(key) else "text"]
        size = fitting(text, _ENDS[key] - start - 5, SMALL + 0.5)
        label(ax, (_ENDS[key], y), text, ha="right", fontsize=size, color=color)
    mark, tone = _MARKS.get(row.progress, ("", "muted"))
    since = MISSING if row.progress == "not_measured" else f"{mark} {word(row.progress).lower()}".strip()
    label(ax, (wide - 8, y), shorten(since, 46, SMALL), ha="right", fontsize=SMALL, color=PALETTE[tone])


def _shown_by(row: Any, numbers: Numbers) -> str:
    """The measure that will show it, and what is at stake where that is known."""
    if not isinstance(row.measure, str):
        return ""
    measure = word(row.measure)
    if pd.isna(row.effect):
        return measure
    return _("{amount} at stake · {measure}").format(amount=numbers.money(row.effect), measure=measure)


def _draw_measure(ax: Axes, y: float, row: Any, most: float) -> None:
    """Where the measure stands, stood and is to stand, on the line from nothing to all."""
    if pd.isna(row.value):
        return
    at = {name: _LEFT + _WIDE * getattr(row, name) / most for name in ("value_before", "value", "target")}
    hline(ax, y, _LEFT, _LEFT + _WIDE, color=PALETTE["line"], linewidth=0.8, zorder=1)
    vline(ax, at["target"], y - 6, y + 6, color=PALETTE["text"], linewidth=1.4, zorder=2)
    if pd.notna(row.value_before):
        dot(ax, at["value_before"], y, "o", color="white", markeredgecolor=PALETTE["second"], markersize=5.5)
        hline(ax, y, at["value_before"], at["value"], color=PALETTE["second"], linewidth=1.6, zorder=1.5)
    face = PALETTE["good" if row.progress == "solved" else "actual"]
    dot(ax, at["value"], y, "o", color=face, markersize=6, zorder=3)
