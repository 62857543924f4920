"""Cells of a table shaded by their figure, as the page shades them, with writing that can be read on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import matplotlib as mpl
import pandas as pd

from kamkit.method.demand import ALL
from kamkit.plots.capability import shortfall_shade
from kamkit.plots.offers_heat import sales_shade
from kamkit.plots.segmentation import NOT_ASKED, need_shade

__all__ = ["SHADES"]

_MOST_MIGRATED = 0.55

Shade = Callable[[Any], str]


def _hex(color: Any) -> str:
    return str(mpl.colors.to_hex(color)).upper()


def _needs(frame: pd.DataFrame) -> Shade:
    limit = frame["importance"].abs().max()
    return lambda row: "" if pd.isna(row["importance"]) else _hex(need_shade(row["importance"], limit))


def _moved(frame: pd.DataFrame) -> Shade:
    def shade(row: Any) -> str:
        asked = row["after"] != NOT_ASKED and pd.notna(row["share"])
        return _hex(need_shade(min(float(row["share"]), _MOST_MIGRATED) if asked else 0.0, 1.0))

    return shade


def _levels(frame: pd.DataFrame) -> Shade:
    return lambda row: "" if pd.isna(row["shortfall"]) else _hex(shortfall_shade(row["shortfall"]))


def _bought(frame: pd.DataFrame) -> Shade:
    """Sums over all customers, or all families, have no colour."""
    inner = frame[(frame["account_id"] != ALL) & (frame["family"] != ALL)]
    limit = inner["sales"].max()
    blank = frame["sales"].isna() | (frame["sales"] == 0) | ~frame.index.isin(inner.index)
    return lambda row: "" if blank[row.name] else _hex(sales_shade(row["sales"], limit))


SHADES: Mapping[str, Callable[[pd.DataFrame], Shade]] = {
    "segment_needs": _needs,
    "segment_migration": _moved,
    "skill_levels": _levels,
    "family_sales": _bought,
}
"""By exhibit: what gives a row of its table the colour of its cell."""
