"""Exhibits that are bars: by customer, team, segment or class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from kamkit.deliver.columns import COLUMNS, word
from kamkit.deliver.deck.charts.native import Bars, bar_chart
from kamkit.deliver.deck.charts.units import number_format, slide_scale
from kamkit.deliver.deck.charts.waterfall import tornado_chart, waterfall_chart
from kamkit.deliver.deck.text import Box
from kamkit.deliver.kept import Kept
from kamkit.locale import _
from kamkit.locale.numbers import Numbers
from kamkit.plots.rows import name_of

__all__ = [
    "ageing",
    "flat",
    "growth",
    "histogram",
    "leavers",
    "markets",
    "rows",
    "tornado",
    "waterfall",
    "white_space",
]

_MOST_ROWS, _ALL, _PLANNED = 14, "all", "profit_then"
Draw = Callable[[Any, Box, Kept, Numbers], bool | None]
"""Draws on a slide; false where there is nothing to draw."""

Order = Literal["size", "falling", "rising"]
"""By size whatever the sign, from the largest, or from the smallest value."""


def rows(
    columns: Sequence[tuple[str, str]],
    kind: str,
    *,
    label: str = "account_id",
    sort: str | None = None,
    order: Order = "size",
    stacked: bool = False,
    signed: bool = False,
    planned: bool = False,
    most: int = _MOST_ROWS,
) -> Draw:
    """Bars of columns of the exhibit's table, one row per customer, team or segment, in an order."""

    def draw(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> bool:
        table = flat(shown.tables[0]).dropna(subset=[c for c, _color in columns], how="all")
        if table.empty:
            return False
        if sort:
            key = table[sort].abs() if order == "size" else table[sort]
            table = table.reindex(key.sort_values(ascending=order == "rising", kind="stable").index)
        table = table.head(most)
        called = (
            [str(n) for n in table["name"]]
            if "name" in table
            else [row_name(k, label, shown) for k in table[label]]
        )
        values = [table[c].to_numpy(dtype=float) for c, _color in columns]
        code = number_format(np.concatenate(values), kind, numbers)
        series = [
            Bars(title(c), v, color, signed=signed, planned=range(len(v) * planned))
            for (c, color), v in zip(columns, values, strict=True)
        ]
        bar_chart(slide, box, called, series, code, stacked=stacked)
        return True

    return draw


def markets(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """The markets of the last year and what we sell there."""
    table = shown.tables[0]
    latest = table[table["year"] == table["year"].max()].nlargest(_MOST_ROWS, "market")
    label = "family" if latest["scope_id"].nunique() == 1 else "scope_id"
    code = number_format(latest["market"], "money", numbers)
    series = [Bars(_("Market"), latest["market"], "line"), Bars(_("Own sales"), latest["own"], "actual")]
    bar_chart(slide, box, [str(n) for n in latest[label]], series, code)


def growth(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """Where growth of the last year came from."""
    table = shown.tables[0]
    latest = table[table["year_to"] == table["year_to"].max()]
    latest = latest.reindex(latest["change"].abs().sort_values(ascending=False).index).head(_MOST_ROWS)
    label = "family" if latest["scope_id"].nunique() == 1 else "scope_id"
    parts = (("market_effect", "line"), ("share_effect", "actual"), ("interaction", "second"))
    code = number_format(np.concatenate([latest[c] for c, _color in parts]), "money", numbers)
    series = [Bars(title(c), latest[c], color) for c, color in parts]
    bar_chart(slide, box, [str(n) for n in latest[label]], series, code)


def waterfall(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """Totals and the changes between them."""
    steps = shown.tables[0].reset_index(drop=True)
    key = "rung" if "rung" in steps else "step"
    planned = [place for place, step in enumerate(steps[key]) if step == _PLANNED]
    waterfall_chart(slide, box, steps, [word(str(k)) for k in steps[key]], numbers, planned)


def tornado(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """What each input does to the result, with its range."""
    table = shown.tables[0]
    ranges = [
        f"{word(str(r.input))}\n{numbers.number(r.input_low)} … {numbers.number(r.input_high)}"
        for r in table.itertuples()
    ]
    tornado_chart(slide, box, table, ranges, numbers)


def histogram(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """Shares of the draws by class; each column bears the lower end of its class."""
    table = shown.tables[0]
    scale = slide_scale([*table["class_from"], *table["class_to"]], numbers)
    names = [numbers.scaled(low, scale) for low in table["class_from"]]
    below = (table["class_to"] <= 0).to_numpy()
    series = [
        Bars(_("below zero"), np.where(below, table["share"], 0.0), "bad", labelled=False),
        Bars(_("zero or more"), np.where(below, 0.0, table["share"]), "actual", labelled=False),
    ]
    bar_chart(slide, box, names, series, "0%", stacked=True, columns=True)


def white_space(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """The gap of each product family over all customers."""
    table = shown.tables[0]
    table = table[table["account_id"].eq(_ALL) & table["family"].ne(_ALL)].nlargest(_MOST_ROWS, "gap")
    code = number_format(table["gap"], "money", numbers)
    series = [
        Bars(title("gap"), table["gap"], "line"),
        Bars(title("expected_value"), table["expected_value"]),
    ]
    bar_chart(slide, box, [str(f) for f in table["family"]], series, code)


def leavers(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> None:
    """What would be lost with each of our people."""
    table = flat(shown.tables[0]).head(_MOST_ROWS)
    roles = shown.options.get("ours")
    names = [", ".join(dict.fromkeys((str(p), name_of(p, roles)))) for p in table["person_id"]]
    code = number_format(table["share_lost"], "share", numbers)
    bar_chart(slide, box, names, [Bars(title("share_lost"), table["share_lost"])], code)


def ageing(slide: Any, box: Box, shown: Kept, numbers: Numbers) -> bool:
    """What the open deals are worth by age."""
    table = shown.tables[0].dropna(subset=["age_from", "amount"])
    if table.empty:
        return False
    names = [_("from {n} days").format(n=numbers.count(age)) for age in table["age_from"]]
    code = number_format(table["amount"], "money", numbers)
    bar_chart(slide, box, names, [Bars(title("amount"), table["amount"])], code)
    return True


def flat(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its index as a column."""
    return table.reset_index() if table.index.name else table


def row_name(key: Any, label: str, shown: Kept) -> str:
    """What a row is called: a customer by name, a key in the client's words."""
    return name_of(key, shown.options.get("names")) if label == "account_id" else word(str(key))


def title(name: str) -> str:
    """What a column is called."""
    return _(COLUMNS[name].title) if name in COLUMNS else word(name)
