"""How many key accounts the hours carry, and how sure it is who they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers, Scale
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, label, make_room, room, rows_of, shorten, widest
from kamkit.plots.marks import column, dot, hline
from kamkit.plots.rows import Column, name_of, rest_note, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["choice_certainty", "choice_curve"]

_HEAD, _FOOT, _MOST = 34.0, 30.0, 40


def _curve_message(curve: pd.DataFrame, choice: Any, *, numbers: Numbers) -> str:
    n = len(choice.chosen)
    text = ngettext(
        "The hours carry {n} key account ({hours} of {capacity} hours){more}.",
        "The hours carry {n} key accounts ({hours} of {capacity} hours){more}.",
        n,
    ).format(
        n=numbers.count(n),
        hours=numbers.count(choice.hours),
        capacity=numbers.count(choice.capacity),
        more=_more(choice, numbers),
    )
    if pd.isna(choice.break_even):
        return text
    pays = _("They pay for their hours within a year from {growth} growth.")
    return _("{carry} {pays}").format(carry=text, pays=pays.format(growth=numbers.percent(choice.break_even)))


def _more(choice: Any, numbers: Numbers) -> str:
    """What an hour more would bring, as the end of a sentence."""
    if not choice.shadow_price > 0:
        return _(", all that are worth it")
    price, cost = numbers.money(choice.shadow_price), numbers.money(choice.hour_cost)
    if pd.isna(choice.hour_cost):
        return _("; one hour more would bring {price} a year").format(price=price)
    return _("; one hour more would bring {price} a year and costs {cost}").format(price=price, cost=cost)


def _curve_unit(curve: pd.DataFrame, choice: Any, *, numbers: Numbers) -> str:
    return _("{unit} a year").format(unit=numbers.scale(curve["marginal"].dropna()).unit_label)


@exhibit(
    what=N_("what one key account more brings"),
    how=N_(
        "Each column is what the best choice of that many accounts brings more than the best choice of one "
        "fewer; the outlined ones are beyond the number chosen."
    ),
    drawn=N_("A column per number of key accounts: the value that one account more adds."),
    tables={"curve": ("accounts", "value", "hours", "marginal")},
    message=_curve_message,
    unit=_curve_unit,
    figsize=(7.2, 3.2),
)
def choice_curve(curve: pd.DataFrame, choice: Any, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the marginal value of key accounts, with what an hour more is worth.

    Parameters
    ----------
    curve : accounts, value, hours, marginal (money a year), as ``method.portfolio.choose_accounts`` has it.
    choice : chosen, hours, capacity, shadow_price, hour_cost, break_even (fraction), as
        ``method.portfolio.priced`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The curve lacks columns or rows.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> curve = pd.DataFrame({"accounts": [0, 1], "value": [0.0, 50.0], "hours": [0.0, 90.0],
    ...                       "marginal": [float("nan"), 50.0]})
    >>> choice = SimpleNamespace(chosen=("a",), hours=90.0, capacity=120.0, shadow_price=0.0,
    ...                          hour_cost=70.0, break_even=0.23)
    >>> choice_curve.message(curve, choice)[:70]
    'The hours carry 1 key account (90 of 120 hours), all that are worth it'
    """
    bare(ax)
    rows = curve[curve["marginal"].notna()].sort_values("accounts", ignore_index=True)
    if rows.empty:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        label(ax, (0.5, 0.5), _("nothing to add"), ha="center", color=PALETTE["muted"], style="italic")
        return
    n, scale = len(choice.chosen), numbers.scale(rows["marginal"])
    texts = [numbers.scaled(v, scale) for v in rows["marginal"]]
    low, high = min(0.0, float(rows["marginal"].min())), max(0.0, float(rows["marginal"].max()))
    side = _side(choice, numbers)
    first, last = float(rows["accounts"].min()), float(rows["accounts"].max())
    make_room(ax, "x", first - 0.5, last + 0.5, 12, widest(side, bold=True) + 20)
    make_room(ax, "y", low, high, _FOOT, _HEAD)
    step = float(np.diff(rows["accounts"]).min()) if len(rows) > 1 else 1.0
    per_bar = step * room(ax)[0] / np.diff(ax.get_xlim())[0]
    every = int(np.ceil((widest([*texts, numbers.count(last)], SMALL) + 3) / per_bar))
    for row, point in rows_of(rows):
        face = PALETTE["actual"] if point.accounts <= n else "white"
        look: dict[str, Any] = {"facecolor": face, "edgecolor": PALETTE["actual"], "linewidth": 0.8}
        column(ax, point.accounts, point.marginal, 0.72 * step, **look)
        if row % every == 0:
            _label_bar(ax, point, texts[row], low, numbers)
    ax.axhline(0, 0.01, 0.99 - (widest(side) + 12) / room(ax)[0], color=PALETTE["text"], linewidth=0.9)
    _draw_side(ax, side)
    muted: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"], "xycoords": "axes fraction"}
    head = _("{unit} a year, added by the n-th account").format(unit=scale.unit_label)
    label(ax, (0, 1), head, 12, -8, **muted)
    label(ax, (0, 0), _("number of key accounts →"), 12, 6, **muted)


def _label_bar(ax: Axes, point: Any, text: str, low: float, numbers: Numbers) -> None:
    small: dict[str, Any] = {"ha": "center", "fontsize": SMALL}
    up = point.marginal >= 0
    beside = {"va": "bottom" if up else "top", **small}
    label(ax, (point.accounts, point.marginal), text, 0, 5 if up else -5, **beside)
    below = {"color": PALETTE["muted"], "va": "top", **small}
    label(ax, (point.accounts, low), numbers.count(point.accounts), 0, -5 if low == 0 else -15, **below)


def _side(choice: Any, numbers: Numbers) -> list[str]:
    """What stands beside the columns: the number carried, the hours, the price of an hour."""
    lines = [
        _("{n} chosen").format(n=numbers.count(len(choice.chosen))),
        _("{hours} of {capacity} hours").format(
            hours=numbers.count(choice.hours), capacity=numbers.count(choice.capacity)
        ),
        _("an hour more: {price}").format(price=numbers.money(choice.shadow_price)),
    ]
    if pd.notna(choice.hour_cost):
        lines.append(_("an hour costs: {price}").format(price=numbers.money(choice.hour_cost)))
    return lines


def _draw_side(ax: Axes, lines: list[str]) -> None:
    wide, tall = room(ax)
    for i, line in enumerate(lines):
        at = (wide - 8, tall - _HEAD - 8 - 14 * i)
        weight = "bold" if i == 0 else "normal"
        label(ax, at, line, xycoords="axes points", ha="right", fontweight=weight)


def _certainty_message(certainty: pd.DataFrame, *, numbers: Numbers) -> str:
    chosen, sure = int(certainty["chosen"].sum()), int(certainty["sure"].sum())
    text = ngettext(
        "{sure} of {n} chosen account stays chosen when weights move within reason; it is in doubt.",
        "{sure} of {n} chosen accounts stay chosen when weights move within reason; the rest is in doubt.",
        chosen,
    )
    if sure == chosen:
        text = ngettext(
            "The {n} chosen account stays chosen when weights move within reason.",
            "All {n} chosen accounts stay chosen when weights move within reason.",
            chosen,
        )
    return text.format(sure=numbers.count(sure), n=numbers.count(chosen))


def _certainty_unit(certainty: pd.DataFrame, *, numbers: Numbers) -> str:
    return _("rank; probability of being chosen")


def _certainty_height(certainty: pd.DataFrame) -> float:
    return rows_height(min(len(certainty), _MOST), note=len(certainty) > _MOST) + 0.15


@exhibit(
    what=N_("how sure the choice is"),
    how=N_(
        "The line spans the ranks that nine in ten possible weights give, the mark is the middle; "
        "“near” draws weights around the agreed ones, “any” from all there are."
    ),
    drawn=N_("A line per account: the range of its rank over many weights; the probability of being chosen."),
    tables={
        "certainty": (
            "account_id", "rank_low", "rank_middle", "rank_high", "probability", "probability_any", "chosen",
            "sure", "flips_easily",
        )
    },
    message=_certainty_message,
    unit=_certainty_unit,
    figsize=(7.2, 4.0),
    height=_certainty_height,
)  # fmt: skip
def choice_certainty(
    certainty: pd.DataFrame,
    *,
    ax: Axes,
    numbers: Numbers,
    names: Mapping[str, str] | None = None,
    items: Mapping[str, str] | None = None,
) -> None:
    """Draw ranks and probabilities over possible weights (Lahdelma, Hokkanen & Salminen, 1998).

    Parameters
    ----------
    certainty : by account_id: rank_low, rank_middle, rank_high, probability, probability_any (fractions),
        chosen, sure, flips_easily; criterion and change where known, as
        ``method.portfolio.choice_certainty`` returns it.
    names, items : what accounts and criteria are called.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> certainty = pd.DataFrame({"account_id": ["a"], "rank_low": [1.0], "rank_middle": [2.0],
    ...     "rank_high": [4.0], "probability": [0.97], "probability_any": [0.9], "chosen": [True],
    ...     "sure": [True], "flips_easily": False})
    >>> choice_certainty.message(certainty)
    'The 1 chosen account stays chosen when weights move within reason.'
    """
    order = ["probability", "rank_middle", "account_id"]
    rows = certainty.sort_values(order, ascending=[False, True, True]).head(_MOST)
    doubt = [PALETTE["bad" if f else "text"] for f in rows["flips_easily"]]
    columns = [
        Column(_("chosen"), ["●" if c else "–" for c in rows["chosen"]]),
        Column(_("near"), [numbers.percent(p, decimals=0) for p in rows["probability"]]),
        Column(_("any"), [numbers.percent(p, decimals=0) for p in rows["probability_any"]]),
        Column(_("flips by"), [_flip(r, items, numbers) for _n, r in rows_of(rows)], doubt),
    ]
    worst = float(certainty["rank_high"].max())
    note = rest_note(len(rows), len(certainty), numbers)
    set_rows(ax, [name_of(key, names) for key in rows["account_id"]], columns, (1, max(worst, 2.0)), 16, note)
    for row, account in rows_of(rows):
        face = PALETTE["actual" if account.chosen else "second"]
        look: Any = (0, (2, 1.5)) if account.flips_easily else "solid"
        span = (account.rank_low, account.rank_high)
        hline(ax, row, *span, color=face, linewidth=2.2, linestyles=look, zorder=2)
        dot(ax, account.rank_middle, row, "o", color=face, markersize=6, zorder=3)
    small: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"], "va": "bottom", "ha": "center"}
    label(ax, (1, -0.75), _("rank 1"), **small)
    if worst > 2:
        label(ax, (worst, -0.75), numbers.count(worst), **{**small, "ha": "right"})


def _flip(row: Any, items: Mapping[str, str] | None, numbers: Numbers) -> str:
    """The smallest change of weight, in points of a hundred; none where no single weight does it."""
    change, criterion = getattr(row, "change", None), getattr(row, "criterion", None)
    if not isinstance(criterion, str) or change is None or pd.isna(change) or abs(change) >= 1:
        return _("no one weight")
    sign = "+" if change > 0 else ""
    called = items.get(criterion, criterion) if items is not None else criterion
    points = sign + numbers.scaled(100 * float(change), Scale(1.0, "", 0))
    return _("{points} {criterion}").format(points=points, criterion=shorten(called, 76.0))
