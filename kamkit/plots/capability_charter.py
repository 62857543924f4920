"""The programme's charter: five questions and their answers on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers, Scale
from kamkit.plots.capability import word
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, label, room, rows_of, shorten
from kamkit.plots.marks import rectangle
from kamkit.plots.rows import name_of
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["programme_charter"]

_ROW, _TITLE, _HEAD, _FOOT = 14.0, 23.0, 26.0, 8.0
_KEY, _REST, _TEXT = 262.0, 330.0, 344.0
_PARTS = ("background_", "incentive_")
_ACCOUNTS = ("pulled_apart", "accounts_without_sponsor")
_MUTED: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"]}


def _message(charter: pd.DataFrame, *, numbers: Numbers) -> str:
    figures = charter.drop_duplicates("line").set_index("line")[["key_figure", "rest_figure"]].astype(float)
    n = int(_cell(figures, "accounts", "key_figure"))
    own, rest = (_cell(figures, "profit_margin", c, float("nan")) for c in ("key_figure", "rest_figure"))
    text = ngettext("{n} key account.", "{n} key accounts.", n).format(n=numbers.count(n))
    if own == own and rest == rest:
        text = ngettext(
            "{n} key account earns {own} on revenue, the rest {rest}.",
            "{n} key accounts earn {own} on revenue, the rest {rest}.",
            n,
        ).format(
            n=numbers.count(n),
            own=numbers.percent(own),
            rest=numbers.percent(rest),
        )
    apart = int(_cell(figures, "pulled_apart", "key_figure"))
    if not apart:
        return text
    pay = ngettext(
        "On {n} of them some are paid for the account's contribution, others for a unit's revenue.",
        "On {n} of them some are paid for the account's contribution, others for a unit's revenue.",
        apart,
    ).format(n=numbers.count(apart))
    return _("{accounts} {pay}").format(accounts=text, pay=pay)


def _cell(figures: pd.DataFrame, line: str, column: str, otherwise: float = 0.0) -> float:
    return float(figures[column].get(line, otherwise))


def _height(charter: pd.DataFrame) -> float:
    return (_HEAD + _FOOT + _TITLE * charter["question"].nunique() + _ROW * len(charter)) / 72


@exhibit(
    what=N_("the programme's charter"),
    how=N_(
        "Five questions that every programme answers. Figures of the key accounts stand beside those of the "
        "rest where there is one; what is not known is named."
    ),
    drawn=N_("A page of five questions with the figures that answer them."),
    tables={"charter": ("question", "line", "unit", "key_figure", "rest_figure", "detail")},
    message=_message,
    unit=lambda charter, numbers: _money(charter, numbers).unit_label,
    figsize=(7.2, 8.0),
    height=_height,
)
def programme_charter(
    charter: pd.DataFrame, *, ax: Axes, numbers: Numbers, names: Mapping[str, str] | None = None
) -> None:
    """Draw the charter of a key-account programme on one page.

    Parameters
    ----------
    charter : question, line, unit, key_figure, rest_figure, detail, as
        ``method.capability.programme_charter`` returns it.
    names : what accounts are called.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> charter = pd.DataFrame({"question": "question_accounts", "line": ["accounts"], "unit": "accounts",
    ...                         "key_figure": 18.0, "rest_figure": 222.0, "detail": ""})
    >>> programme_charter.message(charter)
    '18 key accounts.'
    """
    bare(ax)
    wide, tall = room(ax)
    ax.set(xlim=(0, wide), ylim=(0, tall))
    scale = _money(charter, numbers)
    for x, head in ((_KEY, _("key accounts")), (_REST, _("the rest"))):
        label(ax, (x, tall - 14), head, ha="right", **_MUTED)
    y = tall - _HEAD
    for question, lines in charter.groupby("question", sort=False):
        band = (8, y - _TITLE + 2)
        rectangle(ax, band, wide - 16, _TITLE - 7, facecolor=PALETTE["wash"], linewidth=0)
        label(ax, (13, y - 13), word(question), fontweight="bold")
        y -= _TITLE
        for _i, line in rows_of(lines):
            _draw_line(ax, y - _ROW / 2, line, (wide, scale), numbers, names)
            y -= _ROW


def _draw_line(
    ax: Axes,
    y: float,
    line: Any,
    space: tuple[float, Scale],
    numbers: Numbers,
    names: Mapping[str, str] | None,
) -> None:
    wide, scale = space
    if line.line == "not_assessed":
        text = _("Not assessed: needs {tables}").format(tables=line.detail)
        label(ax, (13, y), text, color=PALETTE["muted"], style="italic")
        return
    part = str(line.line).startswith(_PARTS)
    label(ax, (25 if part else 13, y), shorten(word(line.line), _KEY - 90))
    label(ax, (_KEY, y), _figure(line.key_figure, line.unit, scale, numbers), ha="right", fontweight="bold")
    if pd.notna(line.rest_figure):
        label(ax, (_REST, y), _figure(line.rest_figure, line.unit, scale, numbers), ha="right")
    text = line.detail
    if line.line in _ACCOUNTS and text:
        text = ", ".join(name_of(key, names) for key in str(text).split("; "))
    label(ax, (_TEXT, y), shorten(text, wide - _TEXT - 8, SMALL), **_MUTED)


def _money(charter: pd.DataFrame, numbers: Numbers) -> Scale:
    """One scale for the page, in which the smallest amount still shows."""
    amounts = (
        charter.loc[charter["unit"] == "money", ["key_figure", "rest_figure"]]
        .abs()
        .to_numpy(dtype=float)
        .ravel()
    )
    shown = amounts[amounts > 0]
    fine = numbers.scale([shown.min()] if len(shown) else [])
    return replace(fine, decimals=0) if fine.factor > 1 else fine


def _figure(value: float, unit: str, scale: Scale, numbers: Numbers) -> str:
    if unit == "money":
        return numbers.scaled(value, scale)
    if unit == "share":
        return numbers.percent(value)
    return numbers.number(value) if unit == "stage" else numbers.count(value)
