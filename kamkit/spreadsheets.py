"""The one way in which kamkit writes Excel workbooks: text stays text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kamkit.errors import TableError

__all__ = ["LONGEST_TEXT", "MOST_ROWS", "cell_text", "new_workbook", "sheet_names"]

MOST_ROWS = 1_048_576
"""Rows of a sheet."""

LONGEST_TEXT = 32_767
"""Characters of a cell."""

_LONGEST_NAME = 31
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@contextmanager
def new_workbook(
    path: Path, title: str, *, created: dt.datetime | None = None, row_by_row: bool = False
) -> Iterator[Any]:
    """An XlsxWriter workbook that is written when the block ends.

    Parameters
    ----------
    path : file to write, ``.xlsx``.
    title : in the file's properties.
    created : in the file's properties; now by default.
    row_by_row : whether each sheet is written from top to bottom, so that no sheet is held in memory.

    Raises
    ------
    TableError
        If the file can't be written.
    """
    import xlsxwriter

    try:
        with xlsxwriter.Workbook(str(path), {**_OPTIONS, "constant_memory": row_by_row}) as book:
            properties = {"title": cell_text(title), "comments": "", "author": "kamkit"}
            book.set_properties(properties if created is None else {**properties, "created": created})
            yield book
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise TableError(
            "the workbook can't be written",
            where=str(path),
            remedy="close it if it is open, make room on the disk, or choose another place",
        ) from error


def cell_text(text: str) -> str:
    """The text as a cell can hold it: no control characters, shortened with a mark where it is too long.

    Examples
    --------
    >>> cell_text("=1+1"), cell_text("a\\x00b"), len(cell_text("x" * 40_000))
    ('=1+1', 'a�b', 32767)
    """
    held = _CONTROL.sub("�", text).encode("utf-8", errors="replace").decode("utf-8")
    return held if len(held) <= LONGEST_TEXT else f"{held[: LONGEST_TEXT - 1]}…"


def sheet_names(titles: Iterable[str]) -> list[str]:
    """Names of sheets for titles: no forbidden character, at most 31 characters, distinct in any case.

    Examples
    --------
    >>> sheet_names(["Profit/loss", "profit:loss", "History", "x" * 40])
    ['Profit loss', 'profit loss (2)', 'History (2)', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…']
    """
    taken, names = {"history", ""}, []
    for title in titles:
        name = _distinct(" ".join(_NOT_IN_NAMES.sub(" ", cell_text(title)).split()).strip("'"), taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def _distinct(name: str, taken: set[str]) -> str:
    for number in range(1, len(taken) + 2):
        mark = "" if number == 1 else f" ({number})"
        room = _LONGEST_NAME - len(mark)
        tried = (name if len(name) <= room else f"{name[: room - 1].rstrip()}…") + mark
        if tried.casefold() not in taken:
            return tried
    raise AssertionError("more sheets are taken than there are")
