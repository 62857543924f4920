"""A result table as text: titles, formatted cells, one scale for its money."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.deliver.columns import ResultColumn, column, kind_in_row, said, unit_column
from kamkit.engagement.anonymous.few import COUNT, FEW, has_few
from kamkit.errors import ColumnError, nearest
from kamkit.locale import _
from kamkit.locale.numbers import MISSING, Numbers, Scale

__all__ = ["Header", "TableView", "as_frame", "money_unit", "view"]

_LONGEST = 120

Format = Callable[[Any], str]


@dataclass(frozen=True)
class Header:
    """Head of one column: its title, what it means, and whether numbers stand below."""

    title: str
    meaning: str
    is_number: bool


@dataclass(frozen=True)
class TableView:
    """A table as text, ready to be drawn: nothing is left to compute.

    ``unit`` is the unit of its money ("EUR k"), empty where it has none; ``left_out`` is how many
    rows are not shown; ``fills`` are the colours of the cells, row by row, empty where there are none.
    """

    headers: tuple[Header, ...]
    rows: tuple[tuple[str, ...], ...]
    unit: str
    left_out: int
    fills: tuple[tuple[str, ...], ...] = ()

    @property
    def size(self) -> int:
        """Number of rows of the whole table."""
        return len(self.rows) + self.left_out


def as_frame(result: Any) -> pd.DataFrame:
    """A result as a frame: the index becomes columns, a dataclass becomes a single row.

    Examples
    --------
    >>> as_frame(pd.Series([2.0], index=pd.Index(["A"], name="account_id"), name="profit")).columns.tolist()
    ['account_id', 'profit']
    """
    if is_dataclass(result) and not isinstance(result, type):
        return pd.DataFrame([asdict(result)])
    frame = result.to_frame() if isinstance(result, pd.Series) else result
    return frame if list(frame.index.names) == [None] else frame.reset_index()


def view(
    frame: Any,
    numbers: Numbers,
    *,
    columns: Sequence[str] | None = None,
    rows: int | None = None,
    formats: Mapping[str, str] | None = None,
    scale: Scale | None = None,
    table: str = "",
) -> TableView:
    """Format a result table for a reader.

    Parameters
    ----------
    frame : frame, series or dataclass that a method function returned.
    numbers : how the client reads numbers.
    columns : which columns, in which order; all by default.
    rows : how many rows at most, from the top; all by default.
    scale : how money is shown; by default the largest amount has three significant digits, or a step
        finer where that would hide a whole column or most rows.
    formats : the kind of single columns where it differs from :data:`~kamkit.deliver.columns.COLUMNS`.
    table : name of the table or exhibit, where some columns mean something else than elsewhere.

    Raises
    ------
    ColumnError
        If one of ``columns`` or ``formats`` is not in the table.
    """
    chosen, defined = _asked_for(frame, columns, formats, table)
    shown = chosen if rows is None else chosen.head(rows)
    kinds = _kinds_of_cells(shown, defined, table)
    used = _scale_of(shown, kinds, numbers, scale)
    write = _writers(numbers, used)
    cells = [
        [write[kind](value) for kind, value in zip(written, values, strict=True)]
        for written, (_name, values) in zip(kinds, shown.items(), strict=True)
    ]
    headers = tuple(Header(_(c.title), _(c.meaning), c.is_number) for c in defined)
    unit = used.unit_label if used else ""
    return TableView(headers, tuple(zip(*cells, strict=True)), unit, len(chosen) - len(shown))


def money_unit(
    frame: Any,
    numbers: Numbers,
    *,
    columns: Sequence[str] | None = None,
    rows: int | None = None,
    formats: Mapping[str, str] | None = None,
) -> str:
    """The unit of a table's money as :func:`view` shows it, without writing its cells.

    >>> money_unit(pd.DataFrame({"profit": [61_440.0]}), Numbers("EUR"))
    'EUR k'
    """
    chosen, defined = _asked_for(frame, columns, formats, "")
    shown = chosen if rows is None else chosen.head(rows)
    scale = _scale_of(shown, _kinds_of_cells(shown, defined, ""), numbers)
    return scale.unit_label if scale else ""


def _asked_for(
    frame: Any, columns: Sequence[str] | None, formats: Mapping[str, str] | None, table: str
) -> tuple[pd.DataFrame, list[ResultColumn]]:
    """The columns that are to be shown, with what each of them means."""
    whole = as_frame(frame)
    _require([*(columns or ()), *(formats or ())], whole)
    chosen = whole if columns is None else whole[list(columns)]
    kinds = formats or {}
    return chosen, [
        _with_kind(column(str(name), values, table), kinds.get(str(name))) for name, values in chosen.items()
    ]


def _require(names: Sequence[str], frame: pd.DataFrame) -> None:
    for name in names:
        if name not in frame.columns:
            close = nearest(name, map(str, frame.columns))
            raise ColumnError(
                f"the table has no column {name!r}",
                allowed=", ".join(map(str, frame.columns)),
                remedy=f"{close[0]}?" if close else "",
            )


def _with_kind(defined: ResultColumn, kind: str | None) -> ResultColumn:
    return defined if kind is None else ResultColumn(defined.name, defined.title, kind, defined.meaning)  # type: ignore[arg-type]


def _kinds_of_cells(frame: pd.DataFrame, columns: Sequence[ResultColumn], table: str) -> list[Sequence[str]]:
    """How each cell is written, column by column: as its column says, or its own row."""
    few = has_few(frame)
    found: list[Sequence[str]] = []
    for place, defined in enumerate(columns):
        unit = unit_column(table, defined.name)
        if unit in frame.columns:
            values = frame.iloc[:, place]
            found.append([kind_in_row(u, v) for u, v in zip(frame[unit], values, strict=True)])
        else:
            found.append(["few" if few and defined.name == COUNT else defined.kind] * len(frame))
    return found


def _writers(numbers: Numbers, scale: Scale | None) -> dict[str, Format]:
    """By kind the function that writes a value."""
    return {
        "money": lambda v: numbers.scaled(v, scale) if scale else "",
        "share": numbers.percent,
        "number": numbers.number,
        "minutes": numbers.count,
        "count": numbers.count,
        "date": numbers.date,
        "month": numbers.month,
        "year": _known(lambda v: str(int(v))),
        "flag": _known(lambda v: _("yes") if v else _("no")),
        "word": _known(lambda v: said("word", str(v))),
        "part": _known(lambda v: _shortened(said("part", str(v)))),
        "told": _known(lambda v: _shortened(said("told", str(v)))),
        "text": _known(lambda v: _shortened(str(v))),
        "few": lambda v: _(FEW) if pd.isna(v) else numbers.count(v),
    }


def _scale_of(
    frame: pd.DataFrame, kinds: Sequence[Sequence[str]], numbers: Numbers, scale: Scale | None = None
) -> Scale | None:
    """The scale of the table's money, the one that is asked for or its own; None where it has none."""
    money = [
        frame.iloc[:, place][[kind == "money" for kind in cells]]
        for place, cells in enumerate(kinds)
        if "money" in cells
    ]
    return (scale or _scale(money, numbers)) if money else None


def _scale(money: Sequence[pd.Series], numbers: Numbers) -> Scale:
    """One scale for all amounts: the largest one's, or finer where that hides a column or most rows."""
    sizes = pd.concat(money).abs()
    coarse = numbers.scale(sizes)
    seen = sizes[np.isfinite(sizes) & (sizes > 0)]
    largest = (column.abs().max() for column in money)
    smallest_column = min((amount for amount in largest if amount > 0), default=0.0)
    hides = smallest_column < coarse.factor or seen.median() < coarse.factor / 10
    if seen.empty or coarse.factor == 1.0 or not hides:
        return coarse
    finer = numbers.scale([coarse.factor / 1000])
    return Scale(finer.factor, finer.unit_label)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _known(write: Format) -> Format:
    return lambda value: MISSING if pd.isna(value) else write(value)
