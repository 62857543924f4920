"""Data of native charts, whose embedded workbooks keep text as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pptx.chart.data import BubbleChartData, CategoryChartData, XyChartData
from pptx.chart.xlsx import BubbleWorkbookWriter, CategoryWorkbookWriter, XyWorkbookWriter
from xlsxwriter import Workbook

__all__ = ["BubbleData", "CategoryData", "XyData"]

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


_ALWAYS = dt.datetime(2000, 1, 1)
"""Made when the deck was, which says when; a time of its own would make two equal decks differ."""


class _TextStaysText:
    """A customer called ``=1+1`` is text in the workbook behind the chart, too."""

    @contextmanager
    def _open_worksheet(self, xlsx_file: Any) -> Iterator[tuple[Any, Any]]:
        workbook = Workbook(xlsx_file, _OPTIONS)
        workbook.set_properties({"created": _ALWAYS})
        yield workbook, workbook.add_worksheet()
        workbook.close()


class _CategoryWriter(_TextStaysText, CategoryWorkbookWriter):
    pass


class _XyWriter(_TextStaysText, XyWorkbookWriter):
    pass


class _BubbleWriter(_TextStaysText, BubbleWorkbookWriter):
    pass


class CategoryData(CategoryChartData):
    """Values by category."""

    @property
    def _workbook_writer(self) -> _CategoryWriter:
        return _CategoryWriter(self)


class XyData(XyChartData):
    """Points."""

    @property
    def _workbook_writer(self) -> _XyWriter:
        return _XyWriter(self)


class BubbleData(BubbleChartData):
    """Points with sizes."""

    @property
    def _workbook_writer(self) -> _BubbleWriter:
        return _BubbleWriter(self)
