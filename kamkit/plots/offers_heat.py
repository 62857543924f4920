"""Heat maps of customers against product families: what is missing, and what is sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers, Scale
from kamkit.method.demand import ALL
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, label, mention, room, shorten, widest, width
from kamkit.plots.marks import rectangle
from kamkit.plots.rows import name_of
from kamkit.plots.segmentation import wrapped
from kamkit.plots.style import PALETTE, SIZE, SMALL

__all__ = ["family_sales", "sales_shade", "white_space"]

_MOST_ACCOUNTS, _MOST_FAMILIES = 40, 12
_PITCH, _HEAD_FLAT, _HEAD_TALL, _FOOT = 12.2, 36.0, 76.0, 30.0
_NARROWEST, _DOUBT = 46.0, "?"
_POWERS = (1e9, 1e6, 1e3, 1.0)


@dataclass(frozen=True)
class _Heat:
    """What a heat map shows: its cells, and the words around them."""

    cells: pd.DataFrame
    value: str
    names: Mapping[str, str] | None
    numbers: Numbers
    low: str
    blank: str
    grades: bool

    @cached_property
    def accounts(self) -> list[str]:
        """Customers in the order of the table, as many as are drawn, and then all together."""
        return [*self._first("account_id", _MOST_ACCOUNTS), ALL]

    @cached_property
    def families(self) -> list[str]:
        """Families in the order of the table, as many as are drawn."""
        return self._first("family", _MOST_FAMILIES)

    def _first(self, key: str, most: int) -> list[str]:
        values = dict.fromkeys(self.cells[key].astype(str))
        return [value for value in values if value != ALL][:most]

    @cached_property
    def scale(self) -> Scale:
        """Whole numbers in the unit that suits the ordinary cell."""
        inner = self.cells[(self.cells["account_id"] != ALL) & (self.cells["family"] != ALL)]
        sizes = inner[self.value][inner[self.value] > 0]
        return _whole_scale(sizes, self.numbers)

    def name(self, account: str) -> str:
        """What a row is called."""
        return _("All") if account == ALL else name_of(account, self.names)

    def cell(self, account: str, family: str) -> float:
        """The value of a cell; NaN where there is none."""
        return self._values.get((account, family), float("nan"))

    def doubtful(self, account: str, family: str) -> bool:
        """Whether sales exceed the wallet there, so that no gap can be given."""
        return (account, family) in self._doubts

    @cached_property
    def _doubts(self) -> set[tuple[str, str]]:
        if "above_wallet" not in self.cells:
            return set()
        rows = _inner(self.cells)
        rows = rows[rows["above_wallet"].astype(bool)]
        return set(zip(rows["account_id"].astype(str), rows["family"].astype(str), strict=True))

    def grade(self, account: str) -> str:
        """The grade of a row."""
        rows = self.cells[(self.cells["account_id"] == account) & (self.cells["family"] == ALL)]
        return str(rows["confidence"].iloc[0]) if len(rows) else ""

    @cached_property
    def _values(self) -> dict[tuple[str, str], float]:
        keys = zip(self.cells["account_id"].astype(str), self.cells["family"].astype(str), strict=True)
        return dict(zip(keys, self.cells[self.value].astype(float), strict=True))


def _whole_scale(sizes: pd.Series, numbers: Numbers) -> Scale:
    if sizes.empty:
        return numbers.scale([0.0])
    factor = next((p for p in _POWERS if sizes.median() >= p), 1.0)
    if sizes.max() / factor >= 1e5:
        factor *= 1e3
    return replace(numbers.scale([factor]), decimals=0)


def _height(cells: pd.DataFrame) -> float:
    accounts = min(cells.loc[cells["account_id"] != ALL, "account_id"].nunique(), _MOST_ACCOUNTS)
    families = cells.loc[cells["family"] != ALL, "family"].nunique()
    head = _HEAD_FLAT if families <= 6 else _HEAD_TALL
    return (head + _FOOT + 16 + _PITCH * (accounts + 1)) / 72


def _draw(ax: Axes, heat: _Heat) -> None:
    """One block of rows, or two side by side where the axes are wide and the rows many."""
    wide, tall = room(ax)
    bare(ax)
    ax.set(xlim=(0, wide), ylim=(0, tall))
    rows = heat.accounts
    blocks = 2 if len(rows) > 20 and wide > 1.3 * tall else 1
    each = -(-len(rows) // blocks)
    gap = 18.0 if blocks == 2 else 0.0
    block = (wide - 8 - gap * (blocks - 1)) / blocks
    tall_head = _column(heat, block, SIZE)[1] < _NARROWEST
    head = _HEAD_TALL if tall_head else _HEAD_FLAT
    pitch = min((tall - head - _FOOT - 16) / each, 22.0)
    size = float(np.clip(0.62 * pitch, 6.0, 11.0))
    for i in range(blocks):
        left = 4 + i * (block + gap)
        _draw_block(ax, heat, rows[i * each : (i + 1) * each], (left, tall - head), (block, pitch), size)
    _draw_key(ax, heat, 4.0, wide - 4)
    _draw_rest(ax, heat)


def _column(heat: _Heat, block: float, size: float) -> tuple[float, float, float]:
    """Width of the names, of one family's column, and of the sums with their grade."""
    sums = [heat.numbers.scaled(heat.cell(a, ALL), heat.scale) for a in heat.accounts]
    total = max(widest(sums, size, bold=True), width(_("sum"), SMALL)) + 10 + (20 if heat.grades else 0)
    names = min(widest([heat.name(a) for a in heat.accounts], size, bold=True) + 8, 0.36 * block)
    return names, (block - names - total) / max(len(heat.families), 1), total


def _draw_block(
    ax: Axes,
    heat: _Heat,
    rows: Sequence[str],
    at: tuple[float, float],
    room_of: tuple[float, float],
    size: float,
) -> None:
    (left, top), (block, pitch) = at, room_of
    names, column, _total = _column(heat, block, size)
    _draw_heads(ax, heat, (left + names, top), column, left + block, size)
    limit = max((heat.cell(a, f) for a in heat.accounts[:-1] for f in heat.families
                 if not np.isnan(heat.cell(a, f))), default=0.0)  # fmt: skip
    for i, account in enumerate(rows):
        y = top - (i + 0.5) * pitch - (4 if account == ALL else 0)
        weight = "bold" if account == ALL else "normal"
        text = shorten(heat.name(account), names - 6, size, bold=account == ALL)
        label(ax, (left, y), text, fontsize=size, fontweight=weight)
        for k, family in enumerate(heat.families):
            box = (left + names + k * column, y - pitch / 2, column, pitch)
            _draw_cell(ax, heat, (account, family), box, size, None if account == ALL else limit)
        end = left + block - (20 if heat.grades else 0) - 2
        sum_text = heat.numbers.scaled(heat.cell(account, ALL), heat.scale)
        label(ax, (end, y), sum_text, ha="right", fontsize=size, fontweight="bold")
        if heat.grades:
            label(ax, (left + block - 8, y), heat.grade(account), ha="center", fontsize=size)


def _draw_heads(
    ax: Axes, heat: _Heat, at: tuple[float, float], column: float, right: float, size: float
) -> None:
    muted: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"], "va": "bottom"}
    flat = column >= _NARROWEST
    for k, family in enumerate(heat.families):
        x = at[0] + (k + 0.5) * column
        lines = wrapped(family, column - 4 if flat else _HEAD_TALL - 12, 3 if flat else 2)
        place: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": SMALL, "linespacing": 1.1}
        label(ax, (x, at[1] + 4), "\n".join(lines), rotation=0 if flat else 90, **place)
    end = right - (20 if heat.grades else 0) - 2
    label(ax, (end, at[1] + 4), _("sum"), ha="right", **muted)
    if heat.grades:
        text = shorten(_("grade"), 40, SMALL)
        label(ax, (right - 8, at[1] + 4), text, ha="center", rotation=90, **muted)


def sales_shade(value: float, limit: float) -> Any:
    """From nearly white at zero to the colour of actual figures."""
    part = 0.06 + 0.86 * float(np.clip(value / limit, 0.0, 1.0) if limit > 0 else 0.0)
    return tuple(1 - part * (1 - np.asarray(mpl.colors.to_rgb(PALETTE["actual"]))))


def _draw_cell(
    ax: Axes,
    heat: _Heat,
    key: tuple[str, str],
    box: tuple[float, float, float, float],
    size: float,
    limit: float | None,
) -> None:
    """A cell with its number, or a question mark; nothing where there is no need; sums without colour."""
    value, doubtful = heat.cell(*key), heat.doubtful(*key)
    if np.isnan(value):
        return
    x, y, wide, tall = box
    text = _DOUBT if doubtful else heat.numbers.scaled(value, heat.scale)
    ink = PALETTE["bad" if doubtful else "muted" if value == 0 else "text"]
    if limit is not None:
        color = sales_shade(value, limit)
        rectangle(ax, (x, y), wide, tall, facecolor=color, edgecolor="white", linewidth=1.0)
        ink = "white" if np.dot(color, (0.299, 0.587, 0.114)) < 0.55 else ink
    fitting = size * min(1.0, (wide - 2) / max(width(text, size), 1.0))
    weight = "bold" if limit is None or doubtful else "normal"
    place: dict[str, Any] = {"ha": "center", "fontsize": fitting, "fontweight": weight, "color": ink}
    label(ax, (x + wide / 2, y + tall / 2), text, **place)


def _draw_key(ax: Axes, heat: _Heat, left: float, right: float) -> None:
    """The colour scale with its ends labelled, and what a blank cell says."""
    inner = [heat.cell(a, f) for a in heat.accounts[:-1] for f in heat.families]
    limit = float(np.nanmax([0.0, *inner]))
    ends = (heat.low, _("largest: {money}").format(money=heat.numbers.money(limit)))
    muted: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"]}
    y, bar = 9.0, 84.0
    label(ax, (left, y), ends[0], **muted)
    start = left + width(ends[0], SMALL) + 6
    steps = np.linspace(0, 1, 7)
    for i, value in enumerate(steps):
        place = (start + i * bar / len(steps), y - 4.5)
        rectangle(ax, place, bar / len(steps), 9, facecolor=sales_shade(value, 1.0), linewidth=0)
    rectangle(ax, (start, y - 4.5), bar, 9, fill=False, edgecolor=PALETTE["line"], linewidth=0.5)
    label(ax, (start + bar + 6, y), ends[1], **muted)
    used = start + bar + 12 + width(ends[1], SMALL)
    label(ax, (right, y), shorten(heat.blank, right - used - 6, SMALL), ha="right", **muted)


def _draw_rest(ax: Axes, heat: _Heat) -> None:
    """How many rows and columns are left to the table."""
    parts = []
    for key, shown, text in (
        ("account_id", len(heat.accounts) - 1, N_("{shown} of {n} customers shown")),
        ("family", len(heat.families), N_("{shown} of {n} families shown")),
    ):
        n = heat.cells.loc[heat.cells[key] != ALL, key].nunique()
        if n > shown:
            parts.append(_(text).format(shown=heat.numbers.count(shown), n=heat.numbers.count(n)))
    if parts:
        text = _("{shown}; the sums hold all.").format(shown=", ".join(parts))
        place: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"]}
        label(ax, (4, 22), shorten(text, room(ax)[0] - 12, SMALL), **place)


def _all(cells: pd.DataFrame) -> Any:
    """The row that sums everything."""
    return cells[(cells["account_id"] == ALL) & (cells["family"] == ALL)].iloc[0]


def _inner(cells: pd.DataFrame) -> pd.DataFrame:
    return cells[(cells["account_id"] != ALL) & (cells["family"] != ALL)]


def _message(cells: pd.DataFrame, *, numbers: Numbers) -> str:
    total = _all(cells)
    if not total["gap"] > 0:
        return _("No white space: the share aimed for is reached wherever a need is known.")
    families = cells[(cells["account_id"] == ALL) & (cells["family"] != ALL)]
    first = families.iloc[families["gap"].argmax()]
    text = _("White space of {gap} a year, {family} first with {part}.")
    if total["expected_value"] < total["gap"]:
        text = _(
            "White space of {gap} a year, {family} first with {part}; weighed by how sure it is, {expected}."
        )
    return text.format(
        gap=numbers.money(total["gap"]),
        family=mention(first["family"]),
        part=numbers.money(first["gap"]),
        expected=numbers.money(total["expected_value"]),
    )


def _unit(cells: pd.DataFrame, *, numbers: Numbers) -> str:
    inner = _inner(cells)
    column = "gap" if "gap" in inner else "sales"
    sizes = inner[column]
    return _whole_scale(sizes[sizes > 0], numbers).unit_label


@exhibit(
    what=N_("white space by customer and product family"),
    how=N_(
        "A number is what the customer would buy in a year beyond today, at the share we aim for. Grade of "
        "the wallet: A ledger, B customer's word, C estimate, D guess."
    ),
    drawn=N_("Heat map: customers in rows, families in columns, the gap in the cells, sums at the edges."),
    tables={"cells": ("account_id", "family", "gap", "expected_value", "confidence")},
    message=_message,
    unit=_unit,
    figsize=(7.2, 5.0),
    height=_height,
)
def white_space(
    cells: pd.DataFrame, *, ax: Axes, numbers: Numbers, names: Mapping[str, str] | None = None
) -> None:
    """Draw the white space as a heat map; on wide axes, as a slide has them, in two blocks of rows.

    Parameters
    ----------
    cells : account_id, family, gap, expected_value (money a year), confidence, with the sums under
        ``all``, as ``method.offers.white_space_map`` returns it. Forty customers and twelve families are
        drawn.
    names : by account_id, what the accounts are called.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> cells = pd.DataFrame({"account_id": ["a", "a", "all", "all"], "family": ["Valves", "all"] * 2,
    ...     "gap": 40e3, "expected_value": 30e3, "confidence": "B"})
    >>> white_space.message(cells)
    'White space of EUR 40.0 k a year, Valves first with EUR 40.0 k; weighed by how sure it is, EUR 30.0 k.'
    """
    blank = _("blank: no need known")
    if "above_wallet" in cells and cells["above_wallet"].astype(bool).any():
        blank = _("{blank}; ?: sales exceed the wallet").format(blank=blank)
    _draw(ax, _Heat(cells, "gap", names, numbers, _("0: aim reached"), blank, grades=True))


def _sales_message(cells: pd.DataFrame, *, numbers: Numbers) -> str:
    inner = _inner(cells)
    accounts, families = inner["account_id"].nunique(), inner["family"].nunique()
    bought = inner[inner["sales"] > 0].groupby("account_id").size()
    all_of_them = int((bought == families).sum())
    text = ngettext(
        "{all} of {n} customers buys all {families} families from us; a blank is a question, not yet a gap.",
        "{all} of {n} customers buy all {families} families from us; a blank is a question, not yet a gap.",
        all_of_them,
    )
    counts = {"all": all_of_them, "n": accounts, "families": families}
    return text.format(**{name: numbers.count(n) for name, n in counts.items()})


@exhibit(
    what=N_("sales by customer and product family"),
    how=N_(
        "A number is what the customer bought from us in the period; a blank says that it bought nothing."
    ),
    drawn=N_("Heat map: customers in rows, families in columns, our sales in the cells, sums at the edges."),
    tables={"cells": ("account_id", "family", "sales")},
    message=_sales_message,
    unit=_unit,
    figsize=(7.2, 5.0),
    height=_height,
)
def family_sales(
    cells: pd.DataFrame, *, ax: Axes, numbers: Numbers, names: Mapping[str, str] | None = None
) -> None:
    """Draw what each customer buys from us, by family, where nobody knows what it buys in all.

    Parameters
    ----------
    cells : account_id, family, sales (money), with the sums under ``all``, as
        ``method.offers.family_map`` returns it. Forty customers and twelve families are drawn.
    names : by account_id, what the accounts are called.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> cells = pd.DataFrame({"account_id": ["a", "a", "all", "all"], "family": ["Valves", "all"] * 2,
    ...     "sales": 40e3})
    >>> family_sales.message(cells)[:49]
    '1 of 1 customers buys all 1 families from us; a b'
    """
    _draw(ax, _Heat(cells, "sales", names, numbers, _("0"), _("blank: nothing bought"), grades=False))
