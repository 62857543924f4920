"""The waterfall of prices and of contributions: totals from zero, connectors, the sum checked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kamkit.errors import AllocationError
from kamkit.locale import _
from kamkit.locale.numbers import MISSING, Numbers, Scale
from kamkit.plots.layout import bare, in_rows, label, make_room, room, rows_of, shorten, widest
from kamkit.plots.marks import bar, vline
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["draw_waterfall", "known_steps", "waterfall_height"]

_CENT = 0.005
_BAR = 0.62


def waterfall_height(steps: pd.DataFrame) -> float:
    """Inches that the steps need.

    >>> waterfall_height(pd.DataFrame({"amount": [1.0] * 5}))
    2.1
    """
    return 0.5 + 0.32 * len(steps)


def known_steps(steps: pd.DataFrame) -> pd.DataFrame:
    """The steps with the level each bar starts from; checked to add up.

    A change starts where the step before it ended. A change without an amount leaves the level
    unknown (NaN) until the next total, and changes at an unknown level start from zero.

    Parameters
    ----------
    steps : columns kind (total, change), amount.

    Returns
    -------
    the steps with start, end, and chained (whether the start is a level that was reached).

    Raises
    ------
    AllocationError
        A total is not the sum of the steps before it, by a cent or more.

    Examples
    --------
    >>> steps = pd.DataFrame({"kind": ["total", "change", "total"], "amount": [100.0, -20.0, 80.0]})
    >>> known_steps(steps)[["start", "end"]].to_numpy().tolist()
    [[0.0, 100.0], [100.0, 80.0], [0.0, 80.0]]
    """
    level, rows = float("nan"), []
    for position, (kind, amount) in enumerate(zip(steps["kind"], steps["amount"], strict=True)):
        if kind == "total":
            _check_total(level, amount, steps.iloc[position])
            rows.append((0.0, amount, not pd.isna(level)))
            level = amount
        else:
            chained = not pd.isna(level)
            start = level if chained else 0.0
            rows.append((start, start + amount, chained))
            level = level + amount
    return steps.assign(**dict(zip(("start", "end", "chained"), zip(*rows, strict=True), strict=True)))


def draw_waterfall(
    ax: Axes, steps: pd.DataFrame, names: list[str], of_what: str, numbers: Numbers, scale: Scale
) -> None:
    """Draw the steps as rows from top to bottom.

    Parameters
    ----------
    steps : columns kind, amount, share; planned where a total is none of today.
    names : what each step is called, as many as steps.
    of_what : head of the column of shares, such as "% of list".
    """
    steps = known_steps(steps)
    amounts = [_("not assessed") if pd.isna(a) else numbers.scaled(a, scale) for a in steps["amount"]]
    shares = [numbers.percent(s) for s in steps["share"]] if steps["share"].notna().any() else []
    names_wide = min(widest(names, bold=True) + 12, 0.42 * room(ax)[0])
    shares_wide = max(widest([of_what], SMALL), widest(shares)) + 18 if shares else 0.0
    ends = steps[["start", "end"]].to_numpy(dtype=float)
    bare(ax)
    ax.set_ylim(len(steps) - 0.4, -1.2)
    after = widest(amounts, bold=True) + shares_wide + 14
    make_room(ax, "x", min(0.0, np.nanmin(ends)), max(0.0, np.nanmax(ends)), names_wide + 8, after)
    _draw_bars(ax, steps)
    _draw_labels(ax, steps, [shorten(name, names_wide - 8, bold=True) for name in names], amounts)
    _draw_column(ax, shares, of_what)
    label(ax, (0, -0.85), scale.unit_label, 0, fontsize=SMALL, color=PALETTE["muted"])
    vline(ax, 0, -0.55, len(steps) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)


def _check_total(level: float, amount: float, step: pd.Series) -> None:
    if pd.isna(level) or pd.isna(amount) or abs(level - amount) < max(_CENT, 1e-12 * abs(amount)):
        return
    raise AllocationError(
        f"the steps before {step.iloc[0]!r} add up to {level:,.2f}, the table says {amount:,.2f}",
        where=f"row {step.name}",
        remedy="pass the table as the method returned it",
    )


def _draw_bars(ax: Axes, steps: pd.DataFrame) -> None:
    for row, step in rows_of(steps):
        if pd.isna(step.amount):
            continue
        low, high = sorted((step.start, step.end))
        bar(ax, row, high - low, _BAR, left=low, zorder=3, **_look(step))
        if row + 1 < len(steps) and _meets(step, steps.iloc[row + 1]):
            vline(ax, step.end, row + _BAR / 2, row + 1 - _BAR / 2, color=PALETTE["muted"], linewidth=0.7)


def _draw_labels(ax: Axes, steps: pd.DataFrame, names: list[str], amounts: list[str]) -> None:
    """Names at the left end, amounts at the right of the bars; totals in bold."""
    for (row, step), name, amount in zip(rows_of(steps), names, amounts, strict=True):
        weight = "bold" if step.kind == "total" else "normal"
        label(ax, (0, row), name, 8, xycoords=in_rows(ax), fontweight=weight)
        if pd.isna(step.amount):
            label(ax, (0, row), amount, 5, color=PALETTE["muted"], style="italic")
        else:
            label(ax, (max(step.start, step.end, 0.0), row), amount, 5, fontweight=weight)


def _meets(step: Any, following: pd.Series) -> bool:
    """Whether the level this step ends at is where the next one starts or ends."""
    chained = step.kind == "total" or step.chained
    return bool(chained and following["chained"] and not pd.isna(following["amount"]))


def _look(step: Any) -> dict[str, Any]:
    """A total is solid, outlined where it is planned, a loss says so; a change is lighter.

    Hollow is a change whose level is not known.
    """
    if step.kind == "total":
        color = PALETTE["bad" if step.amount < 0 else "actual"]
        planned = bool(getattr(step, "planned", False))
        return {
            "facecolor": "white" if planned else color,
            "edgecolor": color,
            "linewidth": 0.8 + 0.4 * planned,
        }
    face = PALETTE["second"] if step.chained else "white"
    return {"facecolor": face, "edgecolor": PALETTE["second"], "linewidth": 0.8}


def _draw_column(ax: Axes, texts: list[str], head: str) -> None:
    """A right-aligned column of figures at the right end."""
    if not texts:
        return
    place: dict[str, Any] = {"xycoords": in_rows(ax), "ha": "right", "color": PALETTE["muted"]}
    label(ax, (1, -0.85), head, -8, fontsize=SMALL, **place)
    for row, text in enumerate(texts):
        if text != MISSING:
            label(ax, (1, row), text, -8, **place)
