"""The pipeline's value with its spread, against what is wanted; its age; its delays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, label, make_room, rows_of, tick_scale, width
from kamkit.plots.marks import bar, classes, hline, vline
from kamkit.plots.rows import Column, marked, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["OUTCOMES", "deal_ageing", "deal_slippage", "pipeline_value"]

_BAR = 0.62
OUTCOMES = {"won": N_("Won"), "lost": N_("Lost"), "open": N_("Open and overdue")}


def _value_message(histogram: pd.DataFrame, simulation: Any, pipeline: Any, *, numbers: Numbers) -> str:
    parts = {
        "booked": numbers.money(pipeline.open_amount),
        "weighted": numbers.money(simulation.weighted),
        "low": numbers.money(simulation.low),
        "high": numbers.money(simulation.high),
        "target": numbers.money(simulation.target),
        "chance": numbers.percent(simulation.probability_of_target, decimals=0),
    }
    parts["double"] = numbers.money(pipeline.double_amount)
    text = _(
        "Of {booked} booked {weighted} is expected within a year, {low} to {high} in nine of ten futures."
    )
    if pipeline.double_amount > 0:
        text = _(
            "Of {booked} booked ({double} probably twice) {weighted} is expected within a year, {low} to "
            "{high} in nine of ten futures."
        )
    if pd.notna(simulation.target):
        wanted = _("{target} is reached in {chance}.")
        text = _("{value} {target}").format(value=text, target=wanted)
    return text.format(**parts)


def _value_unit(histogram: pd.DataFrame, simulation: Any, pipeline: Any, *, numbers: Numbers) -> str:
    return numbers.scale(histogram[["class_from", "class_to"]].stack()).unit_label


@exhibit(
    what=N_("simulated value of the open deals"),
    how=N_(
        "Each bar counts simulated futures by the amount won, each deal counted once and with its "
        "probability from history; deals of one customer are won and lost together more often."
    ),
    drawn=N_("Histogram of simulated amounts with the expected value, the sellers' view and the target."),
    tables={"histogram": ("class_from", "class_to", "draws", "share")},
    message=_value_message,
    unit=_value_unit,
    figsize=(7.2, 2.9),
)
def pipeline_value(
    histogram: pd.DataFrame, simulation: Any, pipeline: Any, *, ax: Axes, numbers: Numbers
) -> None:
    """Draw what the open deals may bring, against the target (Vasicek, 1987, by account).

    Parameters
    ----------
    histogram : class_from, class_to (money), draws, share, as ``method.opportunities.pipeline_histogram``
        returns it.
    simulation : weighted, low, high, target (money), probability_of_target, as
        ``method.opportunities.simulate_pipeline`` returns it.
    pipeline : open_amount, double_amount, seller_weighted (money), as
        ``method.opportunities.pipeline_summary`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> histogram = pd.DataFrame({"class_from": [0.0], "class_to": [50.0], "draws": [100], "share": [1.0]})
    >>> simulation = SimpleNamespace(weighted=30.0, low=10.0, high=45.0, target=float("nan"),
    ...                              probability_of_target=float("nan"))
    >>> pipeline = SimpleNamespace(open_amount=90.0, double_amount=0.0, seller_weighted=50.0)
    >>> pipeline_value.message(histogram, simulation, pipeline)[:62]
    'Of EUR 90.0 booked EUR 30.0 is expected within a year, EUR 10.'
    """
    scale = numbers.scale(histogram[["class_from", "class_to"]].stack())
    marks = _marks(simulation, pipeline, numbers)
    low = min(0.0, float(histogram["class_from"].min()))
    high = max([float(histogram["class_to"].max()), *(at for at, *_rest in marks)])
    top = float(histogram["share"].max())
    bare(ax)
    last = marks[-1] if marks else (low, "", "")
    beside = width(last[1]) + 12 if high - last[0] < 0.3 * (high - low) else 40
    make_room(ax, "x", low, high, 40, beside)
    make_room(ax, "y", 0, top, 30, 26 + 16 * len(marks))
    wide = histogram["class_to"] - histogram["class_from"]
    under = histogram["class_to"] <= simulation.target if pd.notna(simulation.target) else wide < 0
    colors = [PALETTE["second" if u else "actual"] for u in under]
    classes(ax, histogram, colors, 0.92)
    hline(ax, 0, low, high, color=PALETTE["text"], linewidth=0.9, zorder=3)
    step = float(wide.iloc[0]) * max(1.0, np.ceil((high - low) / float(wide.iloc[0]) / 6))
    ticks = np.arange(low, high + step / 1e6, step).tolist()
    for at in ticks:
        text = numbers.scaled(at, tick_scale(ticks, scale))
        label(ax, (at, 0), text, 0, -10, ha="center", color=PALETTE["muted"])
    label(
        ax, (0, 0), scale.unit_label, 8, 8, xycoords="axes fraction", fontsize=SMALL, color=PALETTE["muted"]
    )
    _draw_marks(ax, marks, top)


def _marks(simulation: Any, pipeline: Any, numbers: Numbers) -> list[tuple[float, str, Any]]:
    """What is marked on the axis: amount, words, line."""
    marks = [
        (simulation.weighted, _("by history {amount}"), "solid"),
        (pipeline.seller_weighted, _("sellers say {amount}"), "dotted"),
        (simulation.target, _("wanted {amount}"), "dashed"),
    ]
    known = [mark for mark in marks if pd.notna(mark[0])]
    return sorted((at, words.format(amount=numbers.money(at)), line) for at, words, line in known)


def _draw_marks(ax: Axes, marks: list[tuple[float, str, Any]], top: float) -> None:
    """A line from the axis to its words; the further left the higher, so that no line crosses words."""
    per_point = (ax.get_ylim()[1] - top) / (26 + 16 * len(marks))
    for step, (at, words, line) in enumerate(reversed(marks)):
        height = top + (10 + 16 * step) * per_point
        vline(ax, at, 0, height, color=PALETTE["text"], linewidth=1.1, linestyles=line, zorder=4)
        label(ax, (at, height), words, 4, 1)


def _ageing_message(ageing: pd.DataFrame, *, numbers: Numbers) -> str:
    known = ageing[ageing["probability"].notna()]
    first, last = known.iloc[0], known.iloc[-1]
    ancient = ageing[ageing["age_from"].notna() & ageing["age_to"].isna()]
    parts = {
        "new": numbers.percent(first["probability"], decimals=0),
        "old": numbers.percent(last["probability"], decimals=0),
        "days": numbers.count(last["age_from"]),
    }
    text = _("Age alone says little: {old} of those still open after {days} days are won, {new} of new ones.")
    if last["factor"] < 0.9:
        text = _("Age tells: {old} of those still open after {days} days are won, against {new} of new ones.")
    said = text.format(**parts)
    if ancient.empty or not ancient.iloc[0]["open"]:
        return said
    oldest: Any = ancient.iloc[0]
    n = int(oldest.open)
    worth = "" if pd.isna(oldest.amount) else f" ({numbers.money(oldest.amount)})"
    ask = ngettext(
        "{n} open deal{worth} is older than any ever decided: revive it or close it.",
        "{n} open deals{worth} are older than any ever decided: revive or close them.",
        n,
    ).format(n=numbers.count(n), worth=worth)
    return _("{ask} {said}").format(ask=ask, said=said)


def _age_name(row: Any, numbers: Numbers) -> str:
    if pd.isna(row.age_from):
        return _("Age not known")
    if pd.isna(row.age_to):
        return _("Over {days} days").format(days=numbers.count(row.age_from))
    return _("{low} to {high} days").format(low=numbers.count(row.age_from), high=numbers.count(row.age_to))


def _measure(ageing: pd.DataFrame) -> str:
    return "amount" if ageing["amount"].notna().any() else "open"


def _ageing_unit(ageing: pd.DataFrame, *, numbers: Numbers) -> str:
    return (
        numbers.scale(ageing["amount"]).unit_label if _measure(ageing) == "amount" else _("number of deals")
    )


@exhibit(
    what=N_("open deals by age"),
    how=N_(
        "Bars are what stands open at each age. Beside them: of earlier deals that were still open at that "
        "age, the share won in the end. The lowest class has no precedent and counts nothing."
    ),
    drawn=N_("A horizontal bar per class of age, with the share of earlier deals that was won from there."),
    tables={"ageing": ("age_from", "age_to", "open", "amount", "at_risk", "probability", "factor")},
    message=_ageing_message,
    unit=_ageing_unit,
    figsize=(7.2, 2.4),
    height=lambda ageing: rows_height(len(ageing)) + 0.1,
)
def deal_ageing(ageing: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw open deals by age, with what became of earlier ones of that age.

    Parameters
    ----------
    ageing : age_from, age_to (days), open, amount (money), at_risk, probability, factor, as
        ``method.opportunities.ageing`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> ageing = pd.DataFrame({"age_from": [0.0, 90], "age_to": [90.0, float("nan")], "open": [4, 2],
    ...     "amount": [40.0, 20.0], "at_risk": [30.0, 0.0], "probability": [0.4, None], "factor": 1.0})
    >>> deal_ageing.message(ageing)[:75]
    '2 open deals (EUR 20.0) are older than any ever decided: revive or close th'
    """
    measure = _measure(ageing)
    scale = numbers.scale(ageing["amount"])
    first = (
        Column(scale.unit_label, [numbers.scaled(v, scale) for v in ageing["amount"]])
        if measure == "amount"
        else Column(_("amount"), [numbers.scaled(v, scale) for v in ageing["amount"]])
    )
    columns = [
        Column(
            _("open\ndeals"),
            [
                marked(numbers.count(n), ancient)
                for n, ancient in zip(ageing["open"], ageing["probability"].isna(), strict=True)
            ],
        ),
        first,
        Column(_("earlier deals\nso old"), [numbers.count(n) for n in ageing["at_risk"]]),
        Column(_("won from\nthere"), [numbers.percent(p, decimals=0) for p in ageing["probability"]]),
    ]
    longest = float(ageing[measure].max())
    names = [_age_name(row, numbers) for _n, row in rows_of(ageing)]
    set_rows(ax, names, columns, (0, longest or 1.0), 4)
    for row, part in rows_of(ageing):
        ancient = pd.isna(part.probability)
        bar(
            ax, row, getattr(part, measure), _BAR, facecolor=PALETTE["bad" if ancient else "actual"], zorder=3
        )
    vline(ax, 0, -0.55, len(ageing) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)


def _slippage_message(slippage: pd.DataFrame, *, numbers: Numbers) -> str:
    rows: dict[str, Any] = {str(row.outcome): row for row in slippage.itertuples()}
    said = [_won_sentence(rows["won"], numbers)] if "won" in rows and rows["won"].late_share >= 0 else []
    said += [_overdue_sentence(rows["open"], numbers)] if "open" in rows else []
    return " ".join(said) or _("No won or open deal has an expected day.")


def _won_sentence(won: Any, numbers: Numbers) -> str:
    text = _("Won deals close when expected or before, {share} of them late.")
    if won.mean_days > 0:
        text = _(
            "Won deals close {days} days later than expected on average, {share} of them late: move "
            "forecasts by that."
        )
    return text.format(days=numbers.count(won.mean_days), share=numbers.percent(won.late_share, decimals=0))


def _overdue_sentence(opened: Any, numbers: Numbers) -> str:
    n = int(opened.late)
    if not n:
        return _("No open deal is past its day.")
    text = ngettext("{n} open deal{worth} is past its day.", "{n} open deals{worth} are past their day.", n)
    worth = "" if pd.isna(opened.amount) else f" ({numbers.money(opened.amount)})"
    return text.format(n=numbers.count(n), worth=worth)


@exhibit(
    what=N_("days behind the expected close"),
    how=N_(
        "Mean days between the expected and the real close; of open deals, those past their day, up to "
        "today. Where expected days are moved along, the true delay is longer."
    ),
    drawn=N_("A horizontal bar per outcome: mean days late."),
    tables={
        "slippage": (
            "outcome", "deals", "late", "late_share", "mean_days", "median_days", "worst_days", "amount",
        )
    },
    message=_slippage_message,
    unit=lambda slippage, *, numbers: _("days"),
    figsize=(7.2, 1.6),
    height=lambda slippage: rows_height(len(slippage)) + 0.1,
)  # fmt: skip
def deal_slippage(slippage: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw how far deals close behind the expected day.

    Parameters
    ----------
    slippage : by outcome: deals, late, late_share (fraction), mean_days, median_days, worst_days, amount
        (money), as ``method.opportunities.slippage`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> slippage = pd.DataFrame({"outcome": ["won"], "deals": [4], "late": [3], "late_share": [0.75],
    ...     "mean_days": [20.0], "median_days": [18.0], "worst_days": [60.0], "amount": [90.0]})
    >>> deal_slippage.message(slippage)[:66]
    'Won deals close 20 days later than expected on average, 75% of the'
    """
    columns = [
        Column(_("deals"), [numbers.count(n) for n in slippage["deals"]]),
        Column(_("late"), [numbers.percent(s, decimals=0) for s in slippage["late_share"]]),
        Column(_("mean"), [marked(numbers.count(d), d > 0) for d in slippage["mean_days"]]),
        Column(_("median"), [numbers.count(d) for d in slippage["median_days"]]),
        Column(_("worst"), [numbers.count(d) for d in slippage["worst_days"]]),
    ]
    known = slippage["mean_days"].dropna()
    low, high = min([0.0, *known]), max([0.0, *known])
    names = [_(OUTCOMES.get(o, o)) for o in slippage["outcome"]]
    set_rows(ax, names, columns, (low, high or 1.0), 4)
    for row, part in rows_of(slippage):
        if pd.notna(part.mean_days):
            bar(
                ax,
                row,
                part.mean_days,
                _BAR,
                facecolor=PALETTE["bad" if part.mean_days > 0 else "actual"],
                zorder=3,
            )
    vline(ax, 0, -0.55, len(slippage) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)
