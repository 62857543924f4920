"""The unit of a slide: one scale for its amounts, which the title block names."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kamkit.deliver.deck.charts.names import Values
from kamkit.locale.numbers import Numbers, Scale

__all__ = ["SlideNumbers", "in_unit", "number_format", "slide_scale"]

_FACTORS = (1e12, 1e9, 1e6, 1e3, 1.0)


@dataclass(frozen=True)
class SlideNumbers(Numbers):
    """Numbers of one slide, which remember in which scales its chart writes amounts."""

    used: list[Scale] = field(default_factory=list, compare=False)


def in_unit(block: str, unit: str, numbers: SlideNumbers) -> str:
    """The title block with the unit in which the slide's chart writes its amounts.

    The exhibit may show more columns, in another scale, than its chart; what the chart has no
    amounts of is left out of the block.

    Examples
    --------
    >>> numbers = SlideNumbers("EUR")
    >>> numbers.used.append(numbers.scale([61_440]))
    >>> in_unit("Acme · growth, EUR m · 2025", "EUR m", numbers)
    'Acme · growth, EUR k · 2025'
    >>> in_unit("Acme · capacity, minutes; EUR k · 2025", "minutes; EUR k", SlideNumbers("EUR"))
    'Acme · capacity, minutes · 2025'
    """
    parts = unit.split("; ")
    labels = [numbers.scale([factor]).unit_label for factor in _FACTORS]
    money = {p: next((label for label in labels if label in p), "") for p in parts}
    scale = max(numbers.used, key=lambda s: s.factor, default=None)
    if scale is None:
        kept = [p for p in parts if not money[p]] or parts
    else:
        kept = [p.replace(money[p], scale.unit_label) if money[p] else p for p in parts]
    return block.replace(unit, "; ".join(kept), 1) if unit else block


def slide_scale(values: Values, numbers: Numbers) -> Scale:
    """The scale of a chart's amounts, which its slide remembers."""
    scale = numbers.scale(values)
    if isinstance(numbers, SlideNumbers):
        numbers.used.append(scale)
    return scale


def number_format(values: Values, kind: str, numbers: Numbers) -> str:
    """The format code of amounts, shares or counts; amounts stand in the scale of the exhibit.

    Examples
    --------
    >>> number_format([2_680_000.0], "money", Numbers("EUR"))
    '#,##0.00,,;−#,##0.00,,'
    >>> number_format([0.5], "share", Numbers("EUR"))
    '0.0%;−0.0%'
    """
    if kind == "share":
        code = "0.0%"
    elif kind == "money":
        scale = slide_scale(values, numbers)
        thousands = round(np.log10(scale.factor) / 3)
        code = "#,##0" + ("." + "0" * scale.decimals if scale.decimals else "") + "," * thousands
    else:
        code = "#,##0" if kind == "count" else "0.00"
    return f"{code};−{code}"
