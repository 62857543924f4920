"""Decisions with the figures they were made on, then and now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kamkit.engagement.decisions.table import decision_table
from kamkit.engagement.gaps import NotAssessed

if TYPE_CHECKING:
    import pandas as pd

    from kamkit.engagement.step import Step

__all__ = ["decided_figures"]

_CELL = re.compile(r"(?P<table>\w+)\.(?P<column>\w+)(?:\[(?P<row>[^\]]+)\])?")


def decided_figures(step: Step) -> pd.DataFrame:
    """Every decision that was not withdrawn, one row per figure it was made on, then and now.

    Parameters
    ----------
    step : the open step; a figure named ``table.column`` or ``table.column[row]`` is looked up where the
        step's notebook reads that table.

    Returns
    -------
    DataFrame
        id, key, value (as text), by, why, at, expected, review, state; figure, then, now (empty where there
        is none, or where it cannot be looked up). No rows where nothing was decided.
    """
    import pandas as pd

    made = decision_table(step.engagement)
    rows = [
        {"id": e.decision.id, "figure": name, "then": then, "now": _look_up(step, name)}
        for e in step.engagement.history()
        for name, then in _numbers(e.decision.figures)
    ]
    figures = pd.DataFrame(rows, columns=["id", "figure", "then", "now"])
    return made[made["state"] != "withdrawn"].merge(figures, on="id", how="left")


def _numbers(figures: Any) -> Iterator[tuple[str, float]]:
    """The figures that are numbers."""
    for name, value in figures.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            yield name, float(value)


def _look_up(step: Step, name: str) -> float:
    """The cell of that name in the tables handed on; NaN where there is no such single number."""
    import pandas as pd

    nothing = float("nan")
    place = _CELL.fullmatch(name)
    if place is None or place["table"] not in step.reads:
        return nothing
    table = step.read(place["table"])
    if isinstance(table, NotAssessed) or place["column"] not in table:
        return nothing
    column = table[place["column"]]
    cells = column if place["row"] is None else column[column.index.astype(str) == place["row"]]
    number = pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells)
    return float(cells.iloc[0]) if len(cells) == 1 and number else nothing
