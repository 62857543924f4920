"""What every exhibit is: a plain function that draws, with its message, title parts and alternative text."""

from __future__ import annotations

import functools
import inspect
import pickle
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kamkit.errors import ColumnError, EmptyError, ParameterError, ValuesError, list_some
from kamkit.locale import _, language
from kamkit.locale.numbers import Numbers
from kamkit.plots.style import style

__all__ = ["Exhibit", "exhibit"]

Columns = Mapping[str, Sequence[str]]


class Exhibit:
    """A drawing function with the sentences that belong to it.

    Call it as ``draw(*tables, ax=None, numbers=None, **options)``; it draws on ``ax`` only (on a new
    figure where none is given), shows nothing and returns the axes.

    Attributes
    ----------
    what : what is shown, such as "customer profit", to be translated.
    how : one sentence on how to read it, to be translated.
    figsize : width and height in inches of an ordinary one.
    """

    def __init__(self, draw: Callable[..., None], contract: _Contract) -> None:
        functools.update_wrapper(self, draw)
        self.__name__: str = draw.__name__
        self._draw, self._contract = draw, contract
        self._signature = inspect.signature(draw)
        self.what, self.how, self.figsize = contract.what, contract.how, contract.figsize

    def __repr__(self) -> str:
        return f"<exhibit {self.__name__}>"

    def __call__(
        self, *tables: Any, ax: Axes | None = None, numbers: Numbers | None = None, **options: Any
    ) -> Axes:
        self._check_options(options)
        checked = self._checked(tables)
        with style():
            used = ax if ax is not None else _new_axes(self._size(checked))
            self._draw(*checked, ax=used, numbers=numbers or _default_numbers(), **options)
        return used

    def message(self, *tables: Any, numbers: Numbers | None = None) -> str:
        """The computed sentence: what follows from the figure. Every numeral is a cell of the tables."""
        return self._contract.message(*self._checked(tables), numbers=numbers or _default_numbers())

    def unit(self, *tables: Any, numbers: Numbers | None = None) -> str:
        """What the numbers in the picture are counted in, such as ``EUR k``."""
        return self._contract.unit(*self._checked(tables), numbers=numbers or _default_numbers())

    def alt(self, *tables: Any, numbers: Numbers | None = None) -> str:
        """The alternative text: the message, and what is drawn."""
        return f"{self.message(*tables, numbers=numbers)} {_(self._contract.drawn)}"

    def size(self, *tables: Any) -> tuple[float, float]:
        """Width and height in inches for these tables, where the height depends on their rows."""
        return self._size(self._checked(tables))

    def _size(self, checked: Sequence[Any]) -> tuple[float, float]:
        if self._contract.height is None:
            return self.figsize
        return self.figsize[0], round(self._contract.height(*checked), 2)

    def _checked(self, tables: tuple[Any, ...]) -> list[Any]:
        asked = [p for p in self._signature.parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
        least = sum(p.default is p.empty for p in asked)
        if not least <= len(tables) <= len(asked):
            raise ParameterError(
                f"{self.__name__} takes {least} table(s), got {len(tables)}",
                allowed=", ".join(p.name for p in asked),
            )
        return [self._check(p.name, table) for p, table in zip(asked, tables, strict=False)]

    def _check(self, name: str, table: Any) -> Any:
        columns = self._contract.tables.get(name)
        if columns is None or table is None:
            return table
        if not isinstance(table, pd.DataFrame):
            raise ParameterError(f"{name} is not a table", where=self.__name__, allowed="a pandas DataFrame")
        flat = table.reset_index() if table.index.name in columns else table.reset_index(drop=True)
        _check_frame(flat, columns, where=f"{self.__name__}({name})")
        return flat

    def _check_options(self, options: Mapping[str, Any]) -> None:
        known = [p.name for p in self._signature.parameters.values() if p.kind is p.KEYWORD_ONLY]
        allowed = [name for name in known if name not in ("ax", "numbers")]
        unknown = sorted(set(options) - set(allowed))
        if unknown:
            raise ParameterError(
                f"{self.__name__} knows no option {list_some(unknown)}", allowed=", ".join(allowed) or "none"
            )


class _Contract:
    """What the decorator was given."""

    def __init__(
        self,
        *,
        what: str,
        how: str,
        drawn: str,
        tables: Columns,
        message: Callable[..., str],
        unit: Callable[..., str],
        figsize: tuple[float, float],
        height: Callable[..., float] | None,
    ) -> None:
        self.what, self.how, self.drawn, self.tables = what, how, drawn, tables
        self.message, self.unit, self.figsize, self.height = message, unit, figsize, height


def exhibit(
    *,
    what: str,
    how: str,
    drawn: str,
    tables: Columns,
    message: Callable[..., str],
    unit: Callable[..., str],
    figsize: tuple[float, float] = (7.2, 3.6),
    height: Callable[..., float] | None = None,
) -> Callable[[Callable[..., None]], Exhibit]:
    """Make an :class:`Exhibit` of a function ``draw(*tables, ax, numbers, **options)``.

    Parameters
    ----------
    what, how, drawn : ``N_``-marked: what is shown, how to read it, what the picture consists of.
    tables : by parameter name, the columns a table must have; parameters left out take anything.
    message : ``message(*tables, numbers)``, the computed sentence.
    unit : ``unit(*tables, numbers)``, the unit of the picture's numbers.
    figsize : inches.
    height : ``height(*tables)`` in inches, where it follows from the number of rows.

    Raises
    ------
    ColumnError, EmptyError, ParameterError, ValuesError
        When called with a table that lacks columns or rows, or holds an infinite amount.

    Examples
    --------
    >>> @exhibit(what="teams", how="", drawn="Bars.", tables={"teams": ("team",)},
    ...          message=lambda teams, numbers: f"{len(teams)} teams.", unit=lambda teams, numbers: "")
    ... def draw(teams, *, ax, numbers):
    ...     ax.barh(teams["team"], 1)
    >>> draw.alt(pd.DataFrame({"team": ["Order desk", "Warehouse"]}))
    '2 teams. Bars.'
    """
    contract = _Contract(
        what=what,
        how=how,
        drawn=drawn,
        tables=tables,
        message=message,
        unit=unit,
        figsize=figsize,
        height=height,
    )
    return lambda draw: Exhibit(draw, contract)


def _new_axes(size: tuple[float, float]) -> Axes:
    """Axes that fill a figure: every exhibit keeps its own margins inside them."""
    figure: Figure = pickle.loads(_empty_figure())
    figure.set_size_inches(size)
    return figure.axes[0]


@lru_cache(maxsize=1)
def _empty_figure() -> bytes:
    """A pickled figure with its axes; matplotlib needs three times as long to build another one."""
    figure = plt.figure()
    figure.add_axes((0, 0, 1, 1))
    pickled = pickle.dumps(figure)
    plt.close(figure)
    return pickled


def _default_numbers() -> Numbers:
    return Numbers(language=language())


def _check_frame(frame: pd.DataFrame, columns: Sequence[str], where: str) -> None:
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise ColumnError(
            f"column {list_some(missing)} is missing",
            where=where,
            allowed=", ".join(columns),
            remedy="pass the table as the method returned it",
        )
    if frame.empty:
        raise EmptyError("the table has no rows", where=where)
    bad = [c for c in columns if _holds_infinity(frame[c])]
    if bad:
        raise ValuesError(
            f"infinite values in {list_some(bad)}", where=where, allowed="finite numbers or NaN"
        )


def _holds_infinity(values: pd.Series) -> bool:
    if not pd.api.types.is_numeric_dtype(values.dtype):
        return False
    return bool(np.isinf(values.to_numpy(dtype=float, na_value=np.nan)).any())
