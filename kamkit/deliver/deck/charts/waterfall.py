"""Waterfalls and tornados: stacked bars on an invisible base, which python-pptx can't write as such."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kamkit.deliver.deck.charts.native import BASE, LABELS, Bars, Values, bar_chart
from kamkit.deliver.deck.charts.units import number_format, slide_scale
from kamkit.deliver.deck.text import Box
from kamkit.locale import _
from kamkit.locale.numbers import Numbers
from kamkit.plots.waterfall import known_steps

__all__ = ["floating", "tornado_chart", "waterfall_chart"]


_ABOVE, _BESIDE = 0.09, 0.3
"""Room for a text at the end of a column and of a bar, of the longest."""


def floating(lows: Values, highs: Values) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Base, part above zero and part below zero of bars that run from low to high.

    Examples
    --------
    >>> base, above, below = floating([20.0, -30.0, -5.0], [50.0, -10.0, 5.0])
    >>> base.tolist(), above.tolist(), below.tolist()
    ([20.0, -10.0, 0.0], [30.0, 0.0, 5.0], [0.0, -20.0, -5.0])
    """
    low, high = np.asarray(lows, dtype=float), np.asarray(highs, dtype=float)
    base = np.where(low > 0, low, np.where(high < 0, high, 0.0))
    above = np.where(high > 0, high - np.maximum(low, 0.0), 0.0)
    below = np.where(low < 0, low - np.minimum(high, 0.0), 0.0)
    return base, above, below


def waterfall_chart(
    slide: Any,
    box: Box,
    steps: pd.DataFrame,
    names: Sequence[str],
    numbers: Numbers,
    planned: Collection[int] = (),
) -> None:
    """Totals from zero, changes on the level before them; amounts at the bars; planned ones outlined."""
    known = known_steps(steps[steps["amount"].notna()].reset_index(drop=True))
    kept = [name for name, amount in zip(names, steps["amount"], strict=True) if not pd.isna(amount)]
    ends = known[["start", "end"]].to_numpy(dtype=float)
    base, above, below = floating(ends.min(axis=1), ends.max(axis=1))
    scale = slide_scale(known["amount"], numbers)
    texts = [numbers.scaled(a, scale) for a in known["amount"]]
    total = (known["kind"] == "total").to_numpy()
    part = np.where(above > 0, above, below)
    series = [
        Bars(BASE, base, labelled=False),
        Bars(_("Total"), np.where(total, part, 0.0), "actual", labelled=False, signed=True, planned=planned),
        Bars(_("Change"), np.where(total, 0.0, part), "second", labelled=False, planned=planned),
        _labels(texts, base, above, below, _ABOVE),
    ]
    code = number_format(known["amount"], "money", numbers)
    bar_chart(slide, box, kept, series, code, stacked=True, columns=True)


def _labels(
    texts: Sequence[str], base: np.ndarray, above: np.ndarray, below: np.ndarray, room: float
) -> Bars:
    """Texts at the far ends of the bars, in a part of the stack that is not seen."""
    span = float((np.maximum(base, 0) + above).max()) - float((np.minimum(base, 0) + below).min())
    side = np.where((above <= 0) & (below < 0), -1.0, 1.0)
    return Bars(LABELS, side * room * span, texts=texts)


def tornado_chart(slide: Any, box: Box, table: pd.DataFrame, names: Sequence[str], numbers: Numbers) -> None:
    """Bars around the base value, from the value at the low end of an input to that at its high end."""
    rows = table.assign(name=list(names)).sort_values("span", ascending=False)
    low, high = rows[["npv_low", "npv_high"]].min(axis=1), rows[["npv_low", "npv_high"]].max(axis=1)
    base, above, below = floating(low, high)
    scale = slide_scale([*low, *high], numbers)
    texts = [
        f"{numbers.scaled(a, scale)} … {numbers.scaled(b, scale)}" for a, b in zip(low, high, strict=True)
    ]
    series = [
        Bars(BASE, base, labelled=False),
        Bars(_("below zero"), below, "bad", labelled=False),
        Bars(_("above zero"), above, "actual", labelled=False),
        _labels(texts, base, above, below, _BESIDE),
    ]
    bar_chart(slide, box, rows["name"].tolist(), series, number_format(high, "money", numbers), stacked=True)
