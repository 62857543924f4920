"""How a client's file becomes a typed table: one room per thing that can be read in two ways.

``encoding`` bytes to text · ``delimited``, ``workbook``, ``columnar`` files to cells · ``header`` which
row names the columns · ``totals`` rows that only add up others · ``emptiness``, ``numbers``, ``dates``,
``words`` cells to values · ``body`` all of it in two passes over the file · ``verdict`` what is wrong
with the typed table, whatever it came from.
"""

from __future__ import annotations

from kamkit.engagement.reading.report import CellTable, cells

__all__ = ["CellTable", "cells"]
