"""What an offer is worth to the customer: step by step for one, and side by side for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers, Scale
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, in_rows, label, make_room, room, rows_of, shorten, widest
from kamkit.plots.marks import bar, dot, vline
from kamkit.plots.rows import Column, name_of, rest_note, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL
from kamkit.plots.waterfall import known_steps

__all__ = ["offer_value", "value_stairs"]

_MOST, _BAR = 24, 0.6
_STEPS = {
    "reference_price": N_("Price of the next best alternative"),
    "switching_cost": N_("Cost of switching"),
    "economic_value": N_("Worth to the customer"),
    "price": N_("Our price"),
    "customer_surplus": N_("Left for the customer"),
}


def _amount(stairs: pd.DataFrame, step: str) -> float:
    rows = stairs.loc[(stairs["step"] == step) & (stairs["kind"] != "once"), "amount"]
    return float(rows.iloc[0]) if len(rows) else float("nan")


def _stairs_message(stairs: pd.DataFrame, *, numbers: Numbers) -> str:
    value, surplus = _amount(stairs, "economic_value"), _amount(stairs, "customer_surplus")
    drivers = _drivers(stairs)
    agreed = int(drivers["confirmed"].fillna(False).sum())
    parts = {
        "value": numbers.money(value),
        "surplus": numbers.money(abs(surplus)),
        "agreed": numbers.count(agreed),
        "n": numbers.count(len(drivers)),
    }
    if pd.isna(surplus):
        text = _("The offer is worth {value} a year to the customer; our price is not stated.")
    elif surplus < 0:
        text = _("The offer is worth {value} a year to the customer, {surplus} less than we ask.")
    else:
        text = _("The offer is worth {value} a year to the customer and leaves {surplus} at our price.")
    sure = ngettext(
        "The customer has confirmed {agreed} of {n} driver.",
        "The customer has confirmed {agreed} of {n} drivers.",
        len(drivers),
    )
    return f"{text} {sure}".format(**parts)


def _drivers(stairs: pd.DataFrame) -> pd.DataFrame:
    return stairs[(stairs["kind"] == "change") & stairs["confirmed"].notna()]


@exhibit(
    what=N_("value of the offer to the customer"),
    how=N_(
        "From the price of what the customer would buy instead, each driver adds what our offer is worth "
        "more in a year. Solid drivers are confirmed by the customer, hollow ones are our own estimate."
    ),
    drawn=N_("Stairs from the reference price over the value drivers to the economic value, less our price."),
    tables={"stairs": ("step", "kind", "amount", "confirmed")},
    message=_stairs_message,
    unit=lambda stairs, numbers: numbers.scale(stairs["amount"]).unit_label,
    figsize=(7.2, 3.0),
    height=lambda stairs: 0.75 + 0.3 * len(stairs) + (0.35 if (stairs["kind"] == "once").any() else 0.0),
)
def value_stairs(stairs: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the economic value of one offer as stairs (Forbis & Mehta, 1981).

    Parameters
    ----------
    stairs : step, kind (total, change, once), amount (money a year; of a step that comes once, money),
        confirmed, as ``method.offers.value_stairs`` returns it.

    Raises
    ------
    AllocationError
        The steps do not add up to the totals.
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> from kamkit.method import offers
    >>> worth = offers.economic_value(300, {"energy": 350, "stops": 100, "orders": 200}, price=825)
    >>> value_stairs.message(offers.value_stairs(worth))[:67]
    'The offer is worth EUR 950 a year to the customer and leaves EUR 12'
    """
    chain = known_steps(stairs[stairs["kind"] != "once"].reset_index(drop=True))
    once = stairs[stairs["kind"] == "once"].reset_index(drop=True)
    scale = numbers.scale(stairs["amount"])
    names = [_(_STEPS[s]) if s in _STEPS else str(s) for s in [*chain["step"], *once["step"]]]
    ends = [0.0, *chain["start"], *chain["end"], *once["amount"]]
    wide = room(ax)[0]
    names_wide = min(widest(names, bold=True) + 12, 0.44 * wide)
    marks = max(widest([_MARKS[True](), _MARKS[False]()], SMALL), 40.0)
    bare(ax)
    ax.set_ylim(len(chain) + (1.2 + len(once) if len(once) else 0.0) - 0.3, -1.2)
    amounts = [numbers.scaled(a, scale) for a in stairs["amount"]]
    make_room(ax, "x", min(ends), max(ends), names_wide + 8, widest(amounts, bold=True) + marks + 24)
    bottom = len(chain) - 0.45
    _draw_price(ax, chain, numbers, scale)
    for row, step in rows_of(chain):
        _draw_step(ax, row, step, names_wide, numbers, scale)
        if row + 1 < len(chain):
            vline(ax, step.end, row + _BAR / 2, row + 1 - _BAR / 2, color=PALETTE["muted"], linewidth=0.7)
    _draw_once(ax, once, len(chain) + 0.9, names_wide, numbers, scale)
    label(ax, (0, -0.85), scale.unit_label, 0, fontsize=SMALL, color=PALETTE["muted"])
    vline(ax, 0, -0.55, bottom, color=PALETTE["text"], linewidth=0.9, zorder=4)


_MARKS = {True: lambda: _("✓ confirmed"), False: lambda: _("○ our estimate")}


def _draw_step(ax: Axes, row: float, step: Any, names_wide: float, numbers: Numbers, scale: Scale) -> None:
    """A bar with its name and amount, and whether the customer has confirmed it."""
    low, high = sorted((step.start, step.end))
    weight = "bold" if step.kind == "total" else "normal"
    known = _STEPS.get(step.step)
    name = shorten(_(known) if known else step.step, names_wide - 8, bold=step.kind == "total")
    bar(ax, row, high - low, _BAR, left=low, zorder=3, **_look(step))
    label(ax, (0, row), name, 8, xycoords=in_rows(ax), fontweight=weight)
    over: dict[str, Any] = {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.8}, "zorder": 6}
    label(ax, (max(high, 0.0), row), numbers.scaled(step.amount, scale), 5, fontweight=weight, **over)
    _draw_mark(ax, row, step.confirmed)


def _draw_mark(ax: Axes, row: float, confirmed: Any) -> None:
    if not pd.isna(confirmed):
        color = PALETTE["good" if confirmed else "muted"]
        place: dict[str, Any] = {"xycoords": in_rows(ax), "ha": "right", "fontsize": SMALL}
        label(ax, (1, row), _MARKS[bool(confirmed)](), -8, color=color, **place)


def _look(step: Any) -> dict[str, Any]:
    if step.kind == "total":
        color = PALETTE["bad" if step.amount < 0 else "actual"]
        return {"facecolor": color, "edgecolor": color, "linewidth": 0.8}
    hollow = not pd.isna(step.confirmed) and not step.confirmed
    face = "white" if hollow else PALETTE["second"]
    return {"facecolor": face, "edgecolor": PALETTE["second"], "linewidth": 1.0}


def _draw_price(ax: Axes, chain: pd.DataFrame, numbers: Numbers, scale: Scale) -> None:
    """Our price as a dashed line through the stairs, named above them."""
    price = -_amount(chain, "price")
    if pd.isna(price):
        return
    line: dict[str, Any] = {"color": PALETTE["text"], "linewidth": 0.9, "linestyle": (0, (4, 2)), "zorder": 5}
    vline(ax, price, -0.6, len(chain) - 1.5, **line)
    text = _("our price {price}").format(price=numbers.scaled(price, scale))
    label(ax, (price, -0.85), text, 0, ha="center", fontsize=SMALL)


def _draw_once(
    ax: Axes, once: pd.DataFrame, top: float, names_wide: float, numbers: Numbers, scale: Scale
) -> None:
    """What comes once, below and apart from the yearly stairs."""
    if once.empty:
        return
    place: dict[str, Any] = {
        "xycoords": in_rows(ax),
        "fontsize": SMALL,
        "color": PALETTE["muted"],
    }
    label(ax, (0, top - 0.75), _("Once, in no figure above"), 8, **place)
    for row, step in rows_of(once):
        low, high = sorted((0.0, float(step.amount)))
        look: dict[str, Any] = {"facecolor": "white", "edgecolor": PALETTE["muted"], "hatch": "////"}
        bar(ax, top + row, high - low, _BAR, left=low, linewidth=0.7, zorder=3, **look)
        name = shorten(step.step, names_wide - 8)
        label(ax, (0, top + row), name, 8, xycoords=in_rows(ax))
        label(ax, (high, top + row), numbers.scaled(step.amount, scale), 5)
        _draw_mark(ax, top + row, step.confirmed)


# -- all offers ----------------------------------------------------------------------------------

_STANDING_NAMES = {
    "confirmed": N_("✓ confirmed"),
    "to_confirm": N_("○ to confirm"),
    "too_dear": N_("✗ too dear"),
    "incomplete": N_("incomplete"),
}
_LACKS = {
    "offer": N_("no offer is stated"),
    "reference": N_("the next best alternative has no price"),
    "price": N_("our price is not stated"),
    "drivers": N_("no value driver is complete"),
}


def _offers_message(offers: pd.DataFrame, *, numbers: Numbers) -> str:
    counts = offers["standing"].value_counts()
    whole = len(offers) - int(counts.get("incomplete", 0))
    parts = {
        "n": numbers.count(len(offers)),
        "whole": numbers.count(whole),
        "agreed": numbers.count(counts.get("confirmed", 0)),
        "dear": numbers.count(counts.get("too_dear", 0)),
    }
    if not whole:
        return _(
            "None of {n} offers can be judged: price, next best alternative or value is missing."
        ).format(**parts)
    first = ngettext(
        "What is confirmed covers our premium in {agreed} of {whole} offer",
        "What is confirmed covers our premium in {agreed} of {whole} offers",
        whole,
    )
    dear = _("{dear} too dear") if counts.get("too_dear", 0) else _("none is too dear")
    sentence = f"{first}; {dear}.".format(**parts)
    known = offers[offers["captured_share"].notna()]
    if known.empty:
        return sentence
    largest = known.iloc[known["driver_value"].argmax()]
    kept = _("In the largest we ask {share} of the value we add.")
    return f"{sentence} {kept.format(share=numbers.percent(largest['captured_share']))}"


@exhibit(
    what=N_("value of the offers over the next best alternative"),
    how=N_(
        "The bar is what the offer adds for the customer in a year: dark what the customer has confirmed, "
        "hollow what is our estimate. The diamond is the premium we ask for it."
    ),
    drawn=N_("A bar per offer, confirmed and estimated value, with a diamond for the premium."),
    tables={
        "offers": ("account_id", "driver_value", "confirmed_value", "premium_asked", "customer_surplus",
                   "captured_share", "missing", "standing")
    },
    message=_offers_message,
    unit=lambda offers, numbers: numbers.scale(offers[["driver_value", "premium_asked"]].stack()).unit_label,
    figsize=(7.2, 4.0),
    height=lambda offers: rows_height(min(len(offers), _MOST), note=True),
)  # fmt: skip
def offer_value(
    offers: pd.DataFrame, *, ax: Axes, numbers: Numbers, names: Mapping[str, str] | None = None
) -> None:
    """Draw what each offer adds for the customer beside the premium that we ask.

    Parameters
    ----------
    offers : by account_id: driver_value, confirmed_value, premium_asked, customer_surplus (money a year),
        captured_share, missing, standing, as ``method.offers.stated_value`` returns it.
    names : by account_id, what the accounts are called.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> offers = pd.DataFrame({"account_id": ["a"], "driver_value": [50e3], "confirmed_value": [30e3],
    ...     "premium_asked": [9e3], "customer_surplus": [41e3], "captured_share": [0.18], "missing": None,
    ...     "standing": "confirmed"})
    >>> offer_value.message(offers)[:53]
    'What is confirmed covers our premium in 1 of 1 offer;'
    """
    rows = offers.sort_values(["driver_value", "account_id"], ascending=[False, True]).head(_MOST)
    scale = numbers.scale(rows[["driver_value", "premium_asked"]].stack())
    bad = [PALETTE["bad" if s == "too_dear" else "text"] for s in rows["standing"]]
    columns = [
        Column(_("premium"), [numbers.scaled(p, scale) for p in rows["premium_asked"]]),
        Column(_("of the\nvalue"), [numbers.percent(s) for s in rows["captured_share"]]),
        Column(_("left for the\ncustomer"), [numbers.scaled(s, scale) for s in rows["customer_surplus"]]),
        Column(_("standing"), [_(_STANDING_NAMES.get(s, str(s))) for s in rows["standing"]], bad),
    ]
    ends = pd.concat([rows["driver_value"], rows["confirmed_value"], rows["premium_asked"]])
    note = rest_note(len(rows), len(offers), numbers) or _(
        "◇ premium: our price less that of the next best alternative"
    )
    span = (min(0.0, float(ends.min())), max(0.0, float(ends.max())) or 1.0)
    set_rows(ax, [name_of(a, names) for a in rows["account_id"]], columns, span, 8, note)
    for row, offer in rows_of(rows):
        _draw_offer(ax, row, offer)
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)


def _draw_offer(ax: Axes, row: int, offer: Any) -> None:
    if isinstance(offer.missing, str):
        text = _(_LACKS.get(offer.missing, offer.missing))
        label(ax, (0, row), text, 4, color=PALETTE["muted"], fontsize=SMALL, style="italic")
        return
    edge: dict[str, Any] = {"edgecolor": PALETTE["actual"], "linewidth": 0.8, "zorder": 2}
    bar(ax, row, offer.driver_value, _BAR, facecolor="white", **edge)
    bar(ax, row, offer.confirmed_value, _BAR, facecolor=PALETTE["actual"], **edge)
    mark: dict[str, Any] = {
        "color": "white",
        "markeredgecolor": PALETTE["text"],
        "markersize": 6,
        "zorder": 5,
    }
    dot(ax, offer.premium_asked, row, "D", **mark)
