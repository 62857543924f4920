"""Scores that explain themselves, and how far those who scored agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colors as shades
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers, Scale
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import label, mention, room, rows_of, shorten, width
from kamkit.plots.marks import bar, dot, hline, vline
from kamkit.plots.rows import Column, name_of, rest_note, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["consensus_spread", "item_text", "score_contributions"]

_MOST, _BAR, _KEY_LINE = 24, 0.66, 0.62
_OWN = ("account_id", "score", "gate_failed")


def _score_message(scores: pd.DataFrame, *, numbers: Numbers) -> str:
    failed = int(scores["gate_failed"].sum())
    text = _("The scores of {n} accounts run from {low} to {high} of the highest possible.").format(
        n=numbers.count(len(scores)),
        low=numbers.percent(scores["score"].min()),
        high=numbers.percent(scores["score"].max()),
    )
    knocked = ngettext(
        "{m} account fails a gate and is out, whatever it scores.",
        "{m} accounts fail a gate and are out, whatever they score.",
        failed,
    )
    if not failed:
        knocked = _("All pass the gates.")
    return _("{scores} {gates}").format(scores=text, gates=knocked.format(m=numbers.count(failed)))


def _score_unit(scores: pd.DataFrame, *, numbers: Numbers) -> str:
    return _("% of the highest possible score")


def _score_height(scores: pd.DataFrame) -> float:
    parts = len(_parts(scores))
    many = len(scores) > _MOST
    return rows_height(min(len(scores), _MOST), note=many) + 0.22 * -(-parts // 3)


def _parts(scores: pd.DataFrame) -> list[str]:
    """Columns with contributions: all that are not the score's own, in order."""
    numeric = scores.select_dtypes("number").columns
    return [c for c in numeric if c not in _OWN]


@exhibit(
    what=N_("scores and what they are made of"),
    how=N_("Each part of a bar is what one criterion adds; the parts add up to the score."),
    drawn=N_("A bar per account, the highest score first, divided into the contributions of the criteria."),
    tables={"scores": _OWN},
    message=_score_message,
    unit=_score_unit,
    figsize=(7.2, 4.0),
    height=_score_height,
)
def score_contributions(
    scores: pd.DataFrame,
    *,
    ax: Axes,
    numbers: Numbers,
    names: Mapping[str, str] | None = None,
    items: Mapping[str, str] | None = None,
) -> None:
    """Draw each score as the sum of its contributions (Keeney & Raiffa, 1976).

    Parameters
    ----------
    scores : by account_id: one column per criterion with its contribution, score (0–1), gate_failed,
        as ``method.scoring.weighted_score`` returns it.
    names : by account_id, what the accounts are called.
    items : by criterion, its wording.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> scores = pd.DataFrame({"account_id": ["a"], "growth": [0.5], "pays": [0.2], "score": [0.7],
    ...                        "gate_failed": [False]})
    >>> score_contributions.message(scores)
    'The scores of 1 accounts run from 70.0% to 70.0% of the highest possible. All pass the gates.'
    """
    rows = scores.sort_values(["score", "account_id"], ascending=[False, True]).head(_MOST)
    parts = _parts(scores)
    failed = list(rows["gate_failed"])
    names_shown = [name_of(key, names) for key in rows["account_id"]]
    columns = [
        Column(_("score"), [numbers.percent(s) for s in rows["score"]]),
        Column(
            _("gates"),
            [_("✕ failed") if f else _("passed") for f in failed],
            [PALETTE["bad" if f else "text"] for f in failed],
        ),
    ]
    note = rest_note(len(rows), len(scores), numbers)
    set_rows(ax, names_shown, columns, (0, max(float(rows["score"].max()), 0.01)), 6, note)
    faces = _faces(len(parts))
    left = np.zeros(len(rows))
    for part, face in zip(parts, faces, strict=True):
        size = rows[part].to_numpy(dtype=float)
        look: dict[str, Any] = {"facecolor": face, "edgecolor": "white", "linewidth": 0.6, "zorder": 3}
        for row in range(len(rows)):
            bar(ax, row, size[row], _BAR, left[row], **look)
        left = left + np.nan_to_num(size)
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)
    _draw_part_names(ax, [items.get(p, p) if items is not None else p for p in parts], faces)


def _faces(n: int) -> list[Any]:
    """Shades from dark to pale, neighbours apart."""
    ends = [PALETTE[name] for name in ("actual", "second", "wash")]
    ramp = shades.LinearSegmentedColormap.from_list("ramp", ends)
    return [ramp(i / max(n - 1, 1)) for i in range(n)]


def _draw_part_names(ax: Axes, texts: list[str], faces: list[Any]) -> None:
    """The criteria above the bars, three on a line, in the order of the parts."""
    wide, _tall = room(ax)
    lines = -(-len(texts) // 3)
    low, high = ax.get_ylim()
    per_row = 0.27 * 72
    ax.set_ylim(low, high - lines * 0.22 * 72 / per_row)
    column = (wide - 16) / 3
    for i, (text, face) in enumerate(zip(texts, faces, strict=True)):
        x, y = 8 + (i % 3) * column, -14.0 - (i // 3) * 0.2 * 72
        place: dict[str, Any] = {"xycoords": "axes fraction", "fontsize": SMALL}
        square: dict[str, Any] = {"color": face, "transform": ax.transAxes, "markersize": 7}
        dot(ax, (x + 4) / wide, 1 + y / room(ax)[1], "s", **square)
        label(ax, (0, 1), shorten(str(text), column - 22, SMALL), x + 13, y, **place)


def _consensus_message(consensus: pd.DataFrame, *, numbers: Numbers) -> str:
    ranked = consensus.sort_values(["blind_spread", "item_id"], ascending=[False, True], na_position="last")
    widest = ranked.iloc[0]
    item = mention(item_text(widest))
    text = _("Alone, the judges were furthest apart on “{item}”: {blind} points; after discussion {agreed}.")
    if pd.isna(widest["blind_spread"]):
        text = _("How far the judges were apart when alone is not known.")
    elif pd.isna(widest["consensus_spread"]):
        text = _(
            "Alone, the judges were furthest apart on “{item}”: {blind} points; no second round followed."
        )
    spread = text.format(
        item=item,
        blind=numbers.number(widest["blind_spread"]),
        agreed=numbers.number(widest["consensus_spread"]),
    )
    apart = ranked[ranked["outlier_role"].notna()]
    return spread if apart.empty else f"{spread} {_outlier_sentence(apart.iloc[0], item, numbers)}"


def _outlier_sentence(row: pd.Series, said: str, numbers: Numbers) -> str:
    """Who stood apart; the item is named unless it has just been said."""
    item = mention(item_text(row))
    text = _("{role} stood apart there: {points}.")
    if item != said:
        text = _("{role} stood apart on “{item}”: {points}.")
    points = _signed(row["outlier_deviation"], numbers)
    return text.format(role=mention(row["outlier_role"]), points=points, item=item)


def item_text(row: Any) -> str:
    text = row.get("text")
    return str(text) if isinstance(text, str) and text.strip() else str(row["item_id"])


def _signed(value: float, numbers: Numbers) -> str:
    return ("+" if value > 0 else "") + numbers.number(value)


def _consensus_unit(consensus: pd.DataFrame, *, numbers: Numbers) -> str:
    return _("standard deviation, scale points")


def _consensus_height(consensus: pd.DataFrame) -> float:
    return rows_height(min(len(consensus), _MOST), note=len(consensus) > _MOST) + 0.1


@exhibit(
    what=N_("agreement of those who scored"),
    how=N_(
        "The pale mark is how far the judges were apart when each scored alone, the dark one after "
        "discussion; nearer to the axis is closer."
    ),
    drawn=N_("Two marks per item, joined: the spread of the blind and of the consensus round."),
    tables={
        "consensus": ("item_id", "blind_spread", "consensus_spread", "outlier_role", "outlier_deviation")
    },
    message=_consensus_message,
    unit=_consensus_unit,
    figsize=(7.2, 2.8),
    height=_consensus_height,
)
def consensus_spread(consensus: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the judges' spread on each item, blind and after discussion (Dalkey & Helmer, 1963).

    Parameters
    ----------
    consensus : item_id, blind_spread, consensus_spread (scale points), outlier_role, outlier_deviation,
        text where it is known, as ``method.scoring.consensus`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> consensus = pd.DataFrame({"item_id": ["growth"], "blind_spread": [0.9], "consensus_spread": [0.25],
    ...                           "outlier_role": [None], "outlier_deviation": [float("nan")]})
    >>> consensus_spread.message(consensus)
    'Alone, the judges were furthest apart on “growth”: 0.900 points; after discussion 0.250.'
    """
    order = ["blind_spread", "item_id"]
    rows = consensus.sort_values(order, ascending=[False, True], na_position="last").head(_MOST)
    outliers = [
        _("{role} {points}").format(
            role=shorten(r.outlier_role, 120.0, SMALL), points=_signed(r.outlier_deviation, numbers)
        )
        if isinstance(r.outlier_role, str)
        else "–"
        for _n, r in rows_of(rows)
    ]
    columns = [
        Column(_("alone"), [numbers.scaled(v, Scale(1.0, "", 2)) for v in rows["blind_spread"]]),
        Column(_("agreed"), [numbers.scaled(v, Scale(1.0, "", 2)) for v in rows["consensus_spread"]]),
        Column(_("stood apart, points"), outliers),
    ]
    largest = float(np.nanmax([0.1, *rows["blind_spread"], *rows["consensus_spread"]]))
    note = rest_note(len(rows), len(consensus), numbers)
    set_rows(ax, [item_text(r._asdict()) for _n, r in rows_of(rows)], columns, (0, largest), 8, note)
    for row, item in rows_of(rows):
        hline(ax, row, item.consensus_spread, item.blind_spread, color=PALETTE["line"], linewidth=2, zorder=2)
        dot(ax, item.blind_spread, row, "o", color=PALETTE["second"], markersize=7, zorder=3)
        dot(ax, item.consensus_spread, row, "o", color=PALETTE["actual"], markersize=7, zorder=4)
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=1)
    _name_marks(ax, rows.iloc[0])


def _name_marks(ax: Axes, first: pd.Series) -> None:
    """Name the two marks above the first row, apart from each other."""
    if first[["blind_spread", "consensus_spread"]].isna().any():
        return
    small: dict[str, Any] = {"fontsize": SMALL, "va": "bottom"}
    texts = {"consensus_spread": _("after discussion"), "blind_spread": _("alone")}
    low, high = sorted(texts, key=lambda column: float(first[column]))
    for column, ha in ((low, "right"), (high, "left")):
        face = PALETTE["actual"] if column == "consensus_spread" else PALETTE["muted"]
        shift = width(texts[column], SMALL) / 2 if column == low else -8
        label(ax, (float(first[column]), -0.62), texts[column], shift, 0, ha=ha, color=face, **small)
