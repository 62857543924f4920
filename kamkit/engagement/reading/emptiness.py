"""What counts as an empty cell.

Blank is always empty. In columns of numbers, dates and flags the usual markers are empty too, and
counted. In identifiers and texts they are not: a customer may be called ``None`` or ``NA``. Only the
database export's ``NULL`` is read as empty there, and only where several columns of the file say it.
"""

from __future__ import annotations

from kamkit.engagement.reading.cells import Cell

__all__ = ["EXCEL_ERRORS", "EXPORT_MARKERS", "NOT_COMPUTED", "is_marker"]

_MARKERS = frozenset({"null", "nan", "na", "n/a", "#n/a", "#null!", "none", "nil", "-", "–", "—", "\\n", "."})
EXPORT_MARKERS = frozenset({"NULL", "\\N", "#N/A"})
"""Texts that a database or Excel writes for nothing; compared exactly."""


NOT_COMPUTED = "formula without a value"
"""What the gate puts into a cell whose formula was never computed."""
EXCEL_ERRORS = frozenset(
    {"#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#SPILL!", "#CALC!", NOT_COMPUTED}
)
"""What stands in a cell whose formula failed: never a value, and never nothing."""


def is_marker(cell: Cell) -> bool:
    """Whether the cell says in so many words that nothing stands in it.

    >>> is_marker("#N/A"), is_marker("-"), is_marker("0")
    (True, True, False)
    """
    return isinstance(cell, str) and cell.strip().casefold() in _MARKERS
