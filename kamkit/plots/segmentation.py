"""Who needs what: the segments, how sure they are, and where the A-B-C customers went."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers, Scale
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, clean, label, mention, room, rows_of, shorten, widest, width
from kamkit.plots.marks import bar, dot, rectangle, vline
from kamkit.plots.rows import Column, rows_height, set_rows
from kamkit.plots.style import PALETTE, SIZE, SMALL

__all__ = ["NOT_ASKED", "choice_name", "need_shade", "segment_choice", "segment_migration", "segment_needs"]

_MOST_SEGMENTS, _MOST_ITEMS = 6, 16
_ROW, _HEAD, _FOOT, _LINE = 17.0, 46.0, 34.0, 9.5
_BAR, _STABLE = 0.5, 0.75
_COLUMN = 60.0
_TENTHS, _HUNDREDTHS = Scale(1.0, "", 1), Scale(1.0, "", 2)
NOT_ASKED = "not_asked"


def wrapped(text: Any, wide: float, lines: int, size: float = SMALL, bold: bool = False) -> list[str]:
    """Text cut into at most ``lines`` lines of ``wide`` points, the last one shortened.

    >>> wrapped("An answer within the hour", 50, 3)
    ['An answer', 'within the', 'hour']
    """
    found: list[str] = []
    words = clean(text).split()
    while words and len(found) < lines:
        n = 1
        while n < len(words) and width(" ".join(words[: n + 1]), size, bold) <= wide:
            n += 1
        last = len(found) == lines - 1
        found.append(shorten(" ".join(words if last else words[:n]), wide, size, bold))
        words = words[n:]
    return found


# -- what matters to whom ------------------------------------------------------------------------


def _needs_message(needs: pd.DataFrame, *, numbers: Numbers) -> str:
    first, *others = _segments(needs).items()
    if not others:
        return _("All {n} accounts want “{need}” most.").format(
            n=numbers.count(first[1]), need=mention(first[0])
        )
    text = _("{n} accounts want “{need}” most, {m} “{other}”; they fall into {k} groups.")
    return text.format(
        n=numbers.count(first[1]),
        need=mention(first[0]),
        m=numbers.count(others[0][1]),
        other=mention(others[0][0]),
        k=numbers.count(needs["segment"].nunique()),
    )


def _segments(needs: pd.DataFrame) -> dict[str, int]:
    """Accounts by segment, in the order of the table."""
    return dict(needs.drop_duplicates("segment").set_index("segment")["accounts"].head(_MOST_SEGMENTS))


def _items(needs: pd.DataFrame) -> list[str]:
    """Items under the segment in which they rank highest, so that the segments stand out as blocks."""
    shown = needs[needs["segment"].isin(list(_segments(needs)))]
    order = {s: i for i, s in enumerate(_segments(needs))}
    best = shown.sort_values("importance", ascending=False, kind="stable").drop_duplicates("item_id")
    ranked = best.assign(at=best["segment"].map(order)).sort_values(
        ["at", "importance"], ascending=[True, False]
    )
    return list(ranked["item_id"].head(_MOST_ITEMS))


def _needs_height(needs: pd.DataFrame) -> float:
    return (_HEAD + _FOOT + _ROW * len(_items(needs))) / 72


@exhibit(
    what=N_("needs of the segments"),
    how=N_(
        "A number says how far a need stands over or under the mean of all needs of the same respondents, in "
        "their standard deviations; the darker, the more it matters."
    ),
    drawn=N_("Heat map: needs in rows, segments in columns, with the importance in the cells."),
    tables={"needs": ("segment", "accounts", "borderline", "item_id", "text", "importance", "rank")},
    message=_needs_message,
    unit=lambda needs, numbers: _("importance against the mean of all needs"),
    figsize=(7.2, 3.4),
    height=_needs_height,
)
def segment_needs(needs: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw what matters to each segment as a heat map.

    Parameters
    ----------
    needs : columns segment, accounts, borderline (accounts that could stand elsewhere), item_id, text
        (the words of the questionnaire), importance (z-score within respondent), rank, as
        ``method.segmentation.needs_by_segment`` returns it. Six
        segments and sixteen items are drawn; an importance that is not known stays blank.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> needs = pd.DataFrame({"segment": ["Stock"] * 2, "accounts": 12, "borderline": 0,
    ...     "item_id": ["stock", "price"], "text": ["Parts in stock", "A low price"],
    ...     "importance": [1.2, -0.4], "rank": [1, 2]})
    >>> segment_needs.message(needs)
    'All 12 accounts want “Stock” most.'
    """
    segments, items = _segments(needs), _items(needs)
    texts = needs.drop_duplicates("item_id").set_index("item_id")["text"].reindex(items)
    cells = needs.pivot(index="item_id", columns="segment", values="importance").reindex(items)[
        list(segments)
    ]
    wide, tall = _points(ax)
    names_wide = min(widest(texts) + 14, max(wide - 6 - _COLUMN * len(segments), 0.3 * wide))
    column = (wide - names_wide - 6) / len(segments)
    unsure = needs.drop_duplicates("segment").set_index("segment")["borderline"]
    heads = [(s, _count_text(n, int(unsure[s]), numbers)) for s, n in segments.items()]
    _heads(ax, heads, names_wide, column, tall)
    limit = max(float(np.nanmax(np.abs(cells.to_numpy()))) if cells.notna().any().any() else 1.0, 1e-9)
    for row, item in enumerate(items):
        y = tall - _HEAD - _ROW * (row + 0.5)
        label(ax, (0, y), shorten(texts[item], names_wide - 10), 4)
        for i, value in enumerate(cells.loc[item]):
            _cell(ax, (names_wide + i * column, y), column, value, limit, numbers)
    _scale_key(ax, names_wide, wide - 6, limit, numbers)


def _points(ax: Axes) -> tuple[float, float]:
    """Make the axes count in points, and say how many there are."""
    wide, tall = room(ax)
    bare(ax)
    ax.set(xlim=(0, wide), ylim=(0, tall))
    return wide, tall


def _heads(ax: Axes, heads: list[tuple[str, str]], left: float, column: float, tall: float) -> None:
    for i, (name, count) in enumerate(heads):
        lines = wrapped(_segment_name(name), column - 8, 3, SMALL, bold=True)
        x = left + (i + 0.5) * column
        label(ax, (x, tall - _HEAD + 6), count, ha="center", fontsize=SMALL, color=PALETTE["muted"])
        for k, line in enumerate(reversed(lines)):
            y = tall - _HEAD + 16 + k * _LINE
            label(ax, (x, y), line, ha="center", fontsize=SMALL, fontweight="bold")


def _count_text(accounts: int, unsure: int, numbers: Numbers) -> str:
    """How many accounts, and how many of them could stand in another segment as well."""
    if unsure:
        return _("{unsure} of {n} unsure").format(unsure=numbers.count(unsure), n=numbers.count(accounts))
    return ngettext("{n} account", "{n} accounts", accounts).format(n=numbers.count(accounts))


def _segment_name(name: Any) -> str:
    return _("not asked") if str(name) == NOT_ASKED else str(name)


def need_shade(value: float, limit: float) -> Any:
    """From nearly white, at the mean and under it, to the colour of actual figures."""
    part = 0.03 + 0.87 * float(np.clip(value / limit, 0.0, 1.0))
    return tuple(1 - part * (1 - np.asarray(mpl.colors.to_rgb(PALETTE["actual"]))))


def _cell(
    ax: Axes, at: tuple[float, float], wide: float, value: float, limit: float, numbers: Numbers
) -> None:
    edge: dict[str, Any] = {"edgecolor": "white", "linewidth": 1.5}
    if pd.isna(value):
        return
    color = need_shade(float(value), limit)
    rectangle(ax, (at[0], at[1] - _ROW / 2), wide, _ROW, facecolor=color, **edge)
    text = numbers.scaled(value, _TENTHS)
    light = np.dot(color, (0.299, 0.587, 0.114)) < 0.55
    ink = "white" if light else PALETTE["text"]
    label(ax, (at[0] + wide / 2, at[1]), text, ha="center", color=ink)


def _scale_key(ax: Axes, left: float, right: float, limit: float, numbers: Numbers) -> None:
    """The colour scale with its ends labelled."""
    steps = np.linspace(0, limit, 7)
    ends = (_("not over the mean"), _("matters most"))
    start, end = left + width(ends[0], SMALL) + 6, right - width(ends[1], SMALL) - 6
    each = (end - start) / len(steps)
    for i, value in enumerate(steps):
        rectangle(ax, (start + i * each, 8), each, 9, facecolor=need_shade(value, limit), linewidth=0)
    rectangle(ax, (start, 8), end - start, 9, fill=False, edgecolor=PALETTE["line"], linewidth=0.5)
    muted: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"]}
    label(ax, (left, 12.5), ends[0], **muted)
    label(ax, (right, 12.5), ends[1], ha="right", **muted)


# -- how many, and how sure ----------------------------------------------------------------------


def _choice_message(tried: pd.DataFrame, *, numbers: Numbers) -> str:
    chosen = tried[tried["chosen"].astype(bool)]
    if chosen.empty:
        return _("No number of segments was chosen.")
    row = chosen.iloc[0]
    text = (
        _(
            "{k} segments separate best and are stable: "
            "the least stable reaches {stability}, where {asked} is asked."
        )
        if row["stable"]
        else _("{k} segments are not sure: the least stable reaches {stability}, where {asked} is asked.")
    )  # fmt: skip
    parts = {
        "k": int(row["k"]),
        "stability": _two(row["stability"], numbers),
        "asked": _two(_STABLE, numbers),
    }
    return text.format(**parts)


def _two(value: float, numbers: Numbers) -> str:
    return numbers.scaled(value, _HUNDREDTHS)


@exhibit(
    what=N_("number of segments"),
    how=N_(
        "The bar says how well the segments are apart (silhouette), the diamond how much of the least stable "
        "of them comes back when the accounts are drawn again; left of the line it is chance."
    ),
    drawn=N_("A row per number of segments: a bar for the silhouette, a diamond for the stability."),
    tables={"tried": ("k", "silhouette", "stability", "smallest", "stable", "chosen")},
    message=_choice_message,
    unit=lambda tried, numbers: _("0 to 1"),
    figsize=(7.2, 2.6),
    height=lambda tried: rows_height(len(tried), note=True),
)
def segment_choice(tried: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw separation and stability by number of segments (Rousseeuw, 1987; Hennig, 2007).

    Parameters
    ----------
    tried : columns k, silhouette (−1 to 1), stability (Jaccard of the least stable segment, 0 to 1),
        smallest (accounts), stable, chosen, as ``NeedsSegments.tried`` holds it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> tried = pd.DataFrame({"k": [2, 3], "silhouette": [0.6, 0.4], "stability": [0.9, 0.5],
    ...                       "smallest": [30, 12], "stable": [True, False], "chosen": [True, False]})
    >>> segment_choice.message(tried)[:46]
    '2 segments separate best and are stable: the l'
    """
    names = [choice_name(row) for row in tried.itertuples()]
    colors = [PALETTE["text" if s else "bad"] for s in tried["stable"]]
    marks = [
        _two(s, numbers) + ("" if ok else " ▼")
        for s, ok in zip(tried["stability"], tried["stable"], strict=True)
    ]
    columns = [
        Column(_("silhouette"), [_two(s, numbers) if pd.notna(s) else "–" for s in tried["silhouette"]]),
        Column(_("stability"), marks, colors),
        Column(_("smallest,\naccounts"), [numbers.count(n) for n in tried["smallest"]]),
    ]
    low = min(0.0, float(tried["silhouette"].min(skipna=True)))
    note = _("▼ under {asked}, or a segment of fewer than five accounts: not sure.").format(
        asked=_two(_STABLE, numbers)
    )
    set_rows(ax, names, columns, (low, 1.0), 8, note)
    for row, found in rows_of(tried):
        if pd.notna(found.silhouette):
            color = PALETTE["actual" if found.chosen else "wash"]
            edge = PALETTE["actual" if found.chosen else "second"]
            bar(ax, row, found.silhouette, _BAR, facecolor=color, edgecolor=edge, linewidth=0.8, zorder=2)
        fill = PALETTE["text"] if found.stable else "white"
        rim = PALETTE["text" if found.stable else "bad"]
        dot(ax, found.stability, row, "D", color=fill, markeredgecolor=rim, markersize=6, zorder=4)
    top, end = -0.55, len(tried) - 0.45
    vline(ax, 0, top, end, color=PALETTE["text"], linewidth=0.9, zorder=4)
    vline(ax, _STABLE, top, end, color=PALETTE["muted"], linewidth=0.8, linestyle=(0, (3, 2)), zorder=1)
    text = _("stable from {asked}").format(asked=_two(_STABLE, numbers))
    muted: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"]}
    label(ax, (_STABLE, -0.75), text, 0, ha="center", va="bottom", **muted)


def choice_name(row: Any) -> str:
    name = ngettext("{n} segment", "{n} segments", row.k).format(n=row.k)
    return _("{segments}, chosen").format(segments=name) if row.chosen else name


# -- from A, B and C to segments -----------------------------------------------------------------


def _migration_message(cells: pd.DataFrame, *, numbers: Numbers) -> str:
    first = cells["before"].iloc[0]
    asked = cells[(cells["before"] == first) & (cells["after"] != NOT_ASKED)]
    if asked.empty:
        return _("None of the accounts of class {name} was asked what it needs.").format(name=first)
    largest = asked.loc[asked["accounts"].idxmax()]
    text = (
        _(
            "What customers of class {name} buy does not say what they need: {n} segments, "
            "no more than {most} of {all} in one."
        )
        if len(asked) > 1 and largest["accounts"] < 0.8 * asked["accounts"].sum()
        else _("Nearly all customers of class {name} need the same: {most} of {all} stand in {segment}.")
    )
    return text.format(
        name=first,
        n=numbers.count(len(asked)),
        most=numbers.count(largest["accounts"]),
        all=numbers.count(asked["accounts"].sum()),
        segment=mention(largest["after"]),
    )


_CELL, _SHOWN_NAMES = 54.0, 3


def _migration_height(cells: pd.DataFrame) -> float:
    return (_HEAD + 10 + _CELL * cells["before"].nunique()) / 72


@exhibit(
    what=N_("from A-B-C by revenue to segments by need"),
    how=N_(
        "Each cell holds the accounts of a class that stand in a segment, and names the largest of them; the "
        "darker, the larger the share of the class."
    ),
    drawn=N_("Table: classes in rows, segments in columns, with the number and the names of the accounts."),
    tables={"cells": ("before", "after", "accounts", "share", "names")},
    message=_migration_message,
    unit=lambda cells, numbers: _("accounts"),
    figsize=(7.2, 3.2),
    height=_migration_height,
)
def segment_migration(cells: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw where the customers of each class stand among the segments.

    Parameters
    ----------
    cells : columns before, after, accounts, share (of the class, fraction), names (separated by "; "),
        as ``method.segmentation.migration_cells`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> cells = pd.DataFrame({"before": ["A", "A"], "after": ["Stock", "Price"], "accounts": [5, 4],
    ...                       "share": [5 / 9, 4 / 9], "names": ["Kõrv; Nordvik", "Vesi"]})
    >>> segment_migration.message(cells)
    'What customers of class A buy does not say what they need: 2 segments, no more than 5 of 9 in one.'
    """
    classes, segments = list(dict.fromkeys(cells["before"])), _columns(cells)
    wide, tall = _points(ax)
    left = widest([_segment_name(c) for c in classes], SIZE, bold=True) + 18
    column = (wide - left - 4) / len(segments)
    totals = cells.groupby("after")["accounts"].sum()
    heads = [(s, _count_text(int(totals[s]), 0, numbers)) for s in segments]
    _heads(ax, heads, left, column, tall)
    found = {(r.before, r.after): r for r in cells.itertuples()}
    for row, name in enumerate(classes):
        top = tall - _HEAD - row * _CELL
        label(ax, (6, top - _CELL / 2), _segment_name(name), fontweight="bold")
        for i, segment in enumerate(segments):
            _migrated(ax, (left + i * column, top), column, found.get((name, segment)), numbers)


def _columns(cells: pd.DataFrame) -> list[str]:
    """Segments by the number of accounts, those not asked last."""
    totals = cells.groupby("after")["accounts"].sum()
    ranked = sorted(totals.index, key=lambda s: (s == NOT_ASKED, -totals[s], s))
    return ranked[: _MOST_SEGMENTS + 1]


def _migrated(ax: Axes, at: tuple[float, float], wide: float, cell: Any, numbers: Numbers) -> None:
    edge: dict[str, Any] = {"edgecolor": "white", "linewidth": 1.5}
    count = 0 if cell is None else int(cell.accounts)
    asked = cell is not None and cell.after != NOT_ASKED
    color = need_shade(min(float(cell.share), 0.55) if asked else 0.0, 1.0) if count else "white"
    rectangle(ax, (at[0], at[1] - _CELL), wide, _CELL, facecolor=color, **edge)
    label(ax, (at[0] + 5, at[1] - 9), numbers.count(count), fontweight="bold")
    if cell is None:
        return
    for line, name in enumerate(str(cell.names).split("; ")[:_SHOWN_NAMES]):
        y = at[1] - 22 - line * (_LINE + 0.8)
        label(ax, (at[0] + 5, y), shorten(name, wide - 9, SMALL), fontsize=SMALL)
