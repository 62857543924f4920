"""A result table as text: titles, formatted cells, one scale for its money."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.deliver.columns import ResultColumn, column, word
from kamkit.engagement.anonymous.few import COUNT, FEW, has_few
from kamkit.errors import ColumnError, nearest
from kamkit.locale import _
from kamkit.locale.numbers import MISSING, Numbers, Scale

__all__ = ["Header", "TableView", "as_frame", "view"]

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
    rows are not shown.
    """

    headers: tuple[Header, ...]
    rows: tuple[tuple[str, ...], ...]
    unit: str
    left_out: int

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

    Raises
    ------
    ColumnError
        If one of ``columns`` or ``formats`` is not in the table.
    """
    whole = as_frame(frame)
    _require([*(columns or ()), *(formats or ())], whole)
    chosen = whole if columns is None else whole[list(columns)]
    shown = chosen if rows is None else chosen.head(rows)
    kinds = [_with_kind(column(str(name), chosen[name]), (formats or {}).get(str(name))) for name in chosen]
    unit, writers = _writers(shown, kinds, numbers, scale)
    cells = [[write(v) for v in shown.iloc[:, i]] for i, write in enumerate(writers)]
    headers = tuple(Header(_(c.title), _(c.meaning), c.is_number) for c in kinds)
    return TableView(headers, tuple(zip(*cells, strict=True)), unit, len(chosen) - len(shown))


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


def _writers(
    frame: pd.DataFrame, kinds: Sequence[ResultColumn], numbers: Numbers, scale: Scale | None
) -> tuple[str, list[Format]]:
    """The unit of the table's money, and one function per column that writes a value."""
    money = [frame.iloc[:, i] for i, c in enumerate(kinds) if c.kind == "money"]
    if money and scale is None:
        scale = _scale(money, numbers)
    plain: dict[str, Format] = {
        "money": lambda v: numbers.scaled(v, scale) if scale else "",
        "share": numbers.percent,
        "number": numbers.number,
        "minutes": numbers.count,
        "count": numbers.count,
        "date": numbers.date,
        "month": numbers.month,
        "year": _known(lambda v: str(int(v))),
        "flag": _known(lambda v: _("yes") if v else _("no")),
        "word": _known(lambda v: word(str(v))),
        "text": _known(lambda v: _shortened(str(v))),
    }
    plain["few"] = lambda v: _(FEW) if pd.isna(v) else numbers.count(v)
    few = has_few(frame)
    writers = [plain["few" if few and c.name == COUNT else c.kind] for c in kinds]
    return scale.unit_label if money and scale else "", writers


def _scale(money: Sequence[pd.Series], numbers: Numbers) -> Scale:
    """One scale for all amounts: the largest one's, or finer where that hides a column or most rows."""
    sizes = pd.concat(money).abs()
    coarse = numbers.scale(sizes)
    seen = sizes[np.isfinite(sizes) & (sizes > 0)]
    smallest_column = min((column.abs().max() for column in money if column.abs().max() > 0), default=0.0)
    hides = smallest_column < coarse.factor or seen.median() < coarse.factor / 10
    if seen.empty or coarse.factor == 1.0 or not hides:
        return coarse
    finer = numbers.scale([coarse.factor / 1000])
    return Scale(finer.factor, finer.unit_label)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _known(write: Format) -> Format:
    return lambda value: MISSING if pd.isna(value) else write(value)
