"""The eight problems and the five practices: what was counted, where the line is, what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.capability import EVIDENCE
from kamkit.locale.numbers import MISSING, Numbers
from kamkit.plots.capability import word
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, fitting, label, room, rows_of, shorten
from kamkit.plots.marks import hline, rectangle, vline
from kamkit.plots.rows import name_of
from kamkit.plots.segmentation import wrapped
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["eight_problems", "evidence", "five_practices"]

_ROW, _HEAD, _FOOT, _LINE = 54.0, 30.0, 6.0, 10.5
_BAR_LEFT, _BAR_WIDE, _BAR_HIGH = 306.0, 66.0, 9.0
_VALUE, _LIMIT = 410.0, 442.0
_MUTED: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"]}
_COLUMNS = ("measure", "value", "limit", "part", "whole", "unit", "assessed", "reading", "found_at", "needs")


def _listed(keys: list[str]) -> str:
    """Words as a sentence lists them."""
    words = [word(k).lower() for k in keys]
    if len(words) < 2:
        return "".join(words)
    return _("{most} and {last}").format(most=", ".join(words[:-1]), last=words[-1])


def _problems_message(problems: pd.DataFrame, *, numbers: Numbers) -> str:
    found = problems[problems["found"].astype(bool)]
    open_ = int((~problems["assessed"].astype(bool)).sum())
    text = ngettext(
        "{n} of the {all} usual problems is here: {which}.",
        "{n} of the {all} usual problems are here: {which}.",
        len(found),
    ).format(n=len(found), all=len(problems), which=_listed(list(found["problem"])))
    if found.empty:
        text = _("None of the problems that were assessed is here.")
    rest = ngettext("{n} could not be assessed.", "{n} could not be assessed.", open_).format(n=open_)
    return _("{found} {open}").format(found=text, open=rest) if open_ else text


@exhibit(
    what=N_("the eight problems of key-account programmes"),
    how=N_(
        "The bar is the part that is at fault, the line across it what is borne: a twentieth of the money, a "
        "fifth of accounts, contacts, hours or skills, unless decided otherwise. Beyond it ▲ it is a problem."
    ),
    drawn=N_("A row per problem: what was counted, a bar against its limit, the verdict."),
    tables={"problems": ("problem", "found", *_COLUMNS)},
    message=_problems_message,
    unit=lambda problems, numbers: _("% at fault"),
    figsize=(7.2, 6.8),
    height=lambda problems: (_HEAD + _FOOT + _ROW * len(problems)) / 72,
)
def eight_problems(
    problems: pd.DataFrame, *, ax: Axes, numbers: Numbers, names: Mapping[str, str] | None = None
) -> None:
    """Draw Mercuri's eight problems, each against its limit.

    Parameters
    ----------
    problems : problem, measure, value, limit (fractions), part, whole, unit, found, assessed, reading,
        found_at, needs, as ``method.capability.eight_problems`` returns it.
    names : what accounts are called.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> problems = pd.DataFrame({"problem": ["problem_roles"], "measure": "key_accounts_with_unclear_roles",
    ...     "value": 0.5, "limit": 0.2, "part": 9.0, "whole": 18.0, "unit": "accounts", "found": True,
    ...     "assessed": True, "reading": "problem_roles_found", "found_at": "10042", "needs": ""})
    >>> eight_problems.message(problems)
    '1 of the 1 usual problems is here: roles.'
    """
    verdicts = [
        (_("not assessed"), "muted")
        if not r.assessed
        else (_("▲ problem"), "bad")
        if r.found
        else (_("– clear"), "good")
        for r in problems.itertuples()
    ]
    _draw(ax, problems.rename(columns={"problem": "key"}), verdicts, numbers, names, _("borne"))


def _practices_message(practices: pd.DataFrame, *, numbers: Numbers) -> str:
    place = practices[practices["status"] == "in_place"]
    lacking = practices[practices["status"].isin(["in_part", "rare"])].sort_values("value", kind="stable")
    assessed = int(practices["assessed"].sum())
    text = _("{n} of {all} practices assessed are in place.").format(n=len(place), all=assessed)
    if lacking.empty:
        return text
    return _("{text} Furthest from it: {which}.").format(
        text=text, which=_listed(list(lacking["practice"][:1]))
    )


@exhibit(
    what=N_("the five practices of programmes that work"),
    how=N_(
        "The bar is the part of the key accounts on which the practice is in place, the line across it what "
        "is asked; from half of that on it is in part."
    ),
    drawn=N_("A row per practice: what was counted, a bar against what is asked, the verdict."),
    tables={"practices": ("practice", "status", *_COLUMNS)},
    message=_practices_message,
    unit=lambda practices, numbers: _("% of the key accounts"),
    figsize=(7.2, 4.5),
    height=lambda practices: (_HEAD + _FOOT + _ROW * len(practices)) / 72,
)
def five_practices(
    practices: pd.DataFrame, *, ax: Axes, numbers: Numbers, names: Mapping[str, str] | None = None
) -> None:
    """Draw Mercuri's five practices, each against what is asked.

    Parameters
    ----------
    practices : practice, measure, value, limit (fractions), part, whole, unit, status, assessed, reading,
        found_at, needs, as ``method.capability.five_practices`` returns it.
    names : what accounts are called.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> practices = pd.DataFrame({"practice": ["practice_plan"], "measure": "key_accounts_with_whole_plan",
    ...     "value": 0.5, "limit": 0.8, "part": 9.0, "whole": 18.0, "unit": "accounts", "status": "in_part",
    ...     "assessed": True, "reading": "practice_plan_in_part", "found_at": "10042", "needs": ""})
    >>> five_practices.message(practices)
    '0 of 1 practices assessed are in place. Furthest from it: one living plan per account.'
    """
    colors = {"in_place": "good", "in_part": "text", "rare": "bad", "not_assessed": "muted"}
    marks = {"in_place": "● ", "in_part": "◐ ", "rare": "○ ", "not_assessed": ""}
    verdicts = [(marks[s] + word(s).lower(), colors[s]) for s in practices["status"]]
    _draw(ax, practices.rename(columns={"practice": "key"}), verdicts, numbers, names, _("asked"))


def _draw(
    ax: Axes,
    rows: pd.DataFrame,
    verdicts: list[tuple[str, str]],
    numbers: Numbers,
    names: Mapping[str, str] | None,
    limit: str,
) -> None:
    bare(ax)
    wide, tall = room(ax)
    ax.set(xlim=(0, wide), ylim=(0, tall))
    most = max(1.0, float(rows["value"].max()))
    for x, head in ((_VALUE, _("value")), (_LIMIT, limit)):
        label(ax, (x, tall - _HEAD + 8), head, ha="right", **_MUTED)
    for i, row in rows_of(rows):
        top = tall - _HEAD - i * _ROW
        hline(ax, top, 8, wide - 8, color=PALETTE["wash"], linewidth=0.8)
        _words(ax, top, row, numbers, names)
        text, color = verdicts[i]
        weight = "normal" if color == "muted" else "bold"
        at = (wide - 8, top - _ROW / 2 + 10)
        size = fitting(text, wide - 8 - _LIMIT - 8, bold=weight == "bold")
        label(ax, at, text, ha="right", color=PALETTE[color], fontweight=weight, fontsize=size)
        if row.assessed:
            _bullet(ax, top - _ROW / 2 + 10, row, color, most, numbers)


def _bullet(ax: Axes, y: float, row: Any, color: str, most: float, numbers: Numbers) -> None:
    """The part as a bar on the whole, with the limit across it."""
    left, scale = _BAR_LEFT, _BAR_WIDE / most
    face = PALETTE["bad" if color == "bad" else "actual"]
    foot = y - _BAR_HIGH / 2
    rectangle(ax, (left, foot), _BAR_WIDE, _BAR_HIGH, facecolor=PALETTE["wash"], linewidth=0)
    rectangle(ax, (left, foot), max(row.value, 0) * scale, _BAR_HIGH, facecolor=face, linewidth=0)
    at = left + row.limit * scale
    vline(ax, at, y - 8, y + 8, color="white", linewidth=3.0)
    vline(ax, at, y - 8, y + 8, color=PALETTE["text"], linewidth=1.2)
    label(ax, (_VALUE, y), numbers.percent(row.value), ha="right", fontweight="bold")
    label(ax, (_LIMIT, y), numbers.percent(row.limit, decimals=0), ha="right", color=PALETTE["muted"])


def _words(ax: Axes, top: float, row: Any, numbers: Numbers, names: Mapping[str, str] | None) -> None:
    """Name, what it says, what was counted, and where."""
    room_wide = _BAR_LEFT - 22
    label(ax, (8, top - 10), shorten(word(row.key), room_wide, bold=True), fontweight="bold")
    said = word(row.reading) if row.assessed else _needs(row)
    label(ax, (8, top - 22), shorten(said, room_wide))
    if not row.assessed:
        return
    lines = wrapped(evidence(row, numbers), room_wide, 2)
    for k, line in enumerate(lines):
        label(ax, (8, top - 33 - k * _LINE), line, **_MUTED)
    if len(lines) == 1 and row.found_at:
        who = ", ".join(name_of(s, names) for s in row.found_at.split("; "))
        where = _("at {who}").format(who=who) if row.unit != "skills" else who
        label(ax, (8, top - 33 - _LINE), shorten(where, room_wide, SMALL), **_MUTED)


def _needs(row: Any) -> str:
    return _("Needs {tables}.").format(tables=row.needs) if row.needs else _("The whole is not positive.")


def evidence(row: Any, numbers: Numbers) -> str:
    write = numbers.money if row.unit == "money" else numbers.count
    text = EVIDENCE.get(row.measure, "{part} / {whole}")
    sentence = _(text).format(part=write(row.part), whole=write(row.whole))
    return sentence[:1].upper() + sentence[1:] if sentence else MISSING
