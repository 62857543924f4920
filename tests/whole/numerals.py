"""Numerals as readers see them, and whether a table holds the figure behind each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

_NUMERAL = re.compile(
    r"(?<![\w.,:])[+−-]?(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?P<rest>\.\d+)?(?:\s?(?P<unit>%|k\b|m\b|bn\b|tn\b))?(?![\w])"
)
_FACTORS = {"%": 0.01, "k": 1e3, "m": 1e6, "bn": 1e9, "tn": 1e12}


class Numeral(NamedTuple):
    """A figure as it is printed: the value, and half a unit of its last digit."""

    text: str
    value: float
    half: float


def numerals(text: str) -> Iterator[Numeral]:
    """Every numeral of a text; the sign is left out, since words bear it in sentences."""
    for found in _NUMERAL.finditer(text):
        digits, factor = found["rest"] or "", _FACTORS.get(found["unit"] or "", 1.0)
        value = float(found["whole"].replace(",", "") + digits)
        yield Numeral(found[0].strip(), value * factor, 0.5 * 10.0 ** -max(0, len(digits) - 1) * factor)


class Figures:
    """All that tables hold: their cells, how many rows they have, and how many rows are of each kind."""

    def __init__(self, values: Iterable[Any]) -> None:
        self._held = np.unique(np.abs(np.fromiter(set(_figures(values)), dtype=float)))

    def hold(self, numeral: Numeral) -> bool:
        """Whether one of the figures reads like the numeral at the precision printed."""
        slack = numeral.half * (1 + 1e-9) + 1e-12
        place = np.searchsorted(self._held, [numeral.value - slack, numeral.value + slack])
        return bool(place[1] > place[0])

    def hold_exactly(self, value: float) -> bool:
        """Whether one of the figures is the value itself, but for the last digits of a float."""
        slack = 1e-9 * max(1.0, value)
        place = np.searchsorted(self._held, [value - slack, value + slack])
        return bool(place[1] > place[0])


def _figures(values: Iterable[Any]) -> Iterator[float]:
    for value in values:
        if isinstance(value, pd.DataFrame):
            yield from _of_frame(value)
        elif isinstance(value, pd.Series):
            yield from _of_frame(value.to_frame("values"))
        elif is_dataclass(value) and not isinstance(value, type):
            yield from _figures(getattr(value, f.name) for f in fields(value))
        elif isinstance(value, (list, tuple)):
            yield float(len(value))
            yield from _figures(value)
        elif isinstance(value, dict):
            yield from _figures(value.values())
        else:
            yield from _of_scalar(value)


def _of_frame(frame: pd.DataFrame) -> Iterator[float]:
    flat = frame.reset_index()
    yield float(len(flat))
    for name in flat:
        column = flat[name].dropna()
        yield float(len(column))
        yield from map(
            float, column.astype(str).value_counts() if column.dtype == object else column.value_counts()
        )
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            values = column.to_numpy(dtype=float)
            yield from values[np.isfinite(values)]
            yield from (float((values > 0).sum()), float((values < 0).sum()), float((values < 1).sum()))
            yield float(np.nansum(values[np.isfinite(values)]))
        else:
            yield from _figures(column.unique().tolist())


def _of_scalar(value: Any) -> Iterator[float]:
    if isinstance(value, (bool, np.bool_)) or value is None:
        return
    if isinstance(value, (int, float, np.number)):
        if np.isfinite(value):
            yield float(value)
    elif isinstance(value, pd.Timestamp):
        yield from (float(value.year), float(value.day))
    elif isinstance(value, str):
        yield from (numeral.value for numeral in numerals(value))
