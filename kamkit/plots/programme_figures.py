"""The field's published figures beside the client's own, each with its caveat."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _
from kamkit.locale.numbers import MISSING, Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, in_rows, label, room, rows_of, shorten, widest
from kamkit.plots.style import PALETTE, SIZE, SMALL

__all__ = ["figure_name", "figure_texts", "published_figures"]

NAMES = {
    "profit_raw": N_("Profit of a key account over that of another"),
    "profit_per_revenue": N_("The same per unit of revenue"),
    "profit_size_matched": N_("The same at equal size"),
    "key_growth": N_("Growth of key accounts in a year"),
    "market_growth": N_("Growth of the market in that year"),
    "largest_now": N_("Growth of as many customers, the largest now"),
    "largest_before": N_("Growth of as many, the largest a year before"),
    "tenfold": N_("Accounts that grew tenfold"),
    "top_decile": N_("Revenue with the {n} largest customers"),
    "large_customer": N_("Revenue with the largest customer"),
    "over_five_share": N_("Customers with a twentieth of revenue or more"),
}
_CAVEATS = {
    "profit_raw": N_("Large customers earn more whoever serves them."),
    "profit_per_revenue": N_("Takes out size as far as profit follows revenue."),
    "profit_size_matched": N_("Against those nearest in revenue; choice and programme are still in it."),
    "key_growth": N_("Market, choice and programme together: accounts are chosen because they grow."),
    "market_growth": N_("All markets for which demand is known in both years."),
    "largest_now": N_("To be among the largest at the end, one has grown: choosing alone does this."),
    "largest_before": N_("Chosen before anybody knew who would grow."),
    "tenfold": N_("One story; {n} customers began with half to twice as much."),
    "top_decile": N_("A tenth of all, rounded up. Published is a mean of 84 firms, neither good nor bad."),
    "large_customer": N_("Published: a customer of this size is hard to replace. See what losing one costs."),
    "over_five_share": N_("Each of them deserves a plan for losing it."),
}
_ROW, _CAVEAT_DROP = 1.0, 0.42


def _message(figures: pd.DataFrame, *, numbers: Numbers) -> str:
    own = figures.set_index("figure")
    if _known(own, "profit_raw") and _known(own, "profit_size_matched"):
        return _multiple_message(own, numbers)
    if _known(own, "key_growth") and _known(own, "market_growth"):
        text = _("Key accounts grew by {key} in a market that grew by {market}; part of it is choice.")
        return text.format(
            key=numbers.percent(own.loc["key_growth", "here"]),
            market=numbers.percent(own.loc["market_growth", "here"]),
        )
    if _known(own, "top_decile"):
        text = _("The {n} largest customers, a tenth of all, bring {own} of revenue; published are {told}.")
        return text.format(
            n=numbers.count(own.loc["top_decile", "n"]),
            own=numbers.percent(own.loc["top_decile", "here"]),
            told=numbers.percent(own.loc["top_decile", "published"]),
        )
    if _known(own, "large_customer"):
        text = _(
            "The largest customer brings {own} of revenue; from {told} on, one counts as hard to replace."
        )
        return text.format(
            own=numbers.percent(own.loc["large_customer", "here"]),
            told=numbers.percent(own.loc["large_customer", "published"]),
        )
    return _("None of the published figures can be compared with the client's own.")


def _known(own: pd.DataFrame, figure: str) -> bool:
    return figure in own.index and bool(own["here"].notna()[figure])


def _multiple_message(own: pd.DataFrame, numbers: Numbers) -> str:
    matched = own.loc["profit_size_matched"]
    sure = matched["here_low"] > 1 or matched["here_high"] < 1
    text = (
        _("A key account earns {raw} times as much as another; at equal size it is {matched} times.")
        if sure
        else _(
            "A key account earns {raw} times as much as another; at equal size it is {matched} times, "
            "which may be chance."
        )
    )
    return text.format(
        raw=numbers.number(own.loc["profit_raw", "here"]), matched=numbers.number(matched["here"])
    )


def _unit(figures: pd.DataFrame, *, numbers: Numbers) -> str:
    return ""


def _height(figures: pd.DataFrame) -> float:
    return 0.5 + 0.4 * len(figures)


@exhibit(
    what=N_("what the field publishes, and the same figure here"),
    how=N_(
        "Published figures are anecdotes, no benchmarks: below each stands what to beware of. "
        "The range holds 95 in 100; it is not settled where the customers divided by may earn nothing at all."
    ),
    drawn=N_("A row per figure: published, here, with its range and its caveat."),
    tables={"figures": ("figure", "counted_as", "published", "here", "here_low", "here_high", "n")},
    message=_message,
    unit=_unit,
    figsize=(7.2, 4.8),
    height=_height,
)
def published_figures(figures: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the published figures beside the client's own.

    Parameters
    ----------
    figures : figure, counted_as (multiple, share, count), published, here, here_low, here_high, n, as
        ``method.programme.published_figures`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> figures = pd.DataFrame({"figure": ["top_decile"], "counted_as": "share", "published": [0.49],
    ...                         "here": [0.44], "here_low": [None], "here_high": [None], "n": [24]})
    >>> published_figures.message(figures)
    'The 24 largest customers, a tenth of all, bring 44.0% of revenue; published are 49.0%.'
    """
    bare(ax)
    ax.set_xlim(0, 1)
    ax.set_ylim(len(figures) - 0.3, -1.15)
    heads = [_("published"), _("here"), _("range")]
    rows = [figure_texts(figure, numbers) for _i, figure in rows_of(figures)]
    wides = [widest([h, *(r[i] for r in rows)], bold=i == 1) + 18 for i, h in enumerate(heads)]
    ends = [-8.0 - sum(wides[i + 1 :]) for i in range(len(wides))]
    left = room(ax)[0] - sum(wides) - 24
    for head, end in zip(heads, ends, strict=True):
        _put(ax, -0.85, head, end, color=PALETTE["muted"], fontsize=SMALL)
    for row, figure in rows_of(figures):
        _draw_figure(ax, row, figure, rows[row], ends, left, numbers)


def figure_name(figure: Any, numbers: Numbers) -> str:
    """What a row of the figures is called, with how many customers stand behind it where that matters."""
    return _(NAMES.get(figure.figure, str(figure.figure))).format(n=numbers.count(figure.n))


def figure_texts(figure: Any, numbers: Numbers) -> tuple[str, str, str]:
    told, own = (_written(value, figure.counted_as, numbers) for value in (figure.published, figure.here))
    return told, own, _range(figure, numbers)


def _written(value: Any, unit: str, numbers: Numbers) -> str:
    if pd.isna(value):
        return MISSING
    if unit == "multiple":
        return f"{numbers.number(value)} ×"
    return numbers.percent(value) if unit == "share" else numbers.count(value)


def _range(figure: Any, numbers: Numbers) -> str:
    """Low to high; open at an end that has no bound."""
    low, high = (_written(value, figure.counted_as, numbers) for value in (figure.here_low, figure.here_high))
    if pd.isna(figure.here_low) and pd.isna(figure.here_high):
        return MISSING
    if pd.isna(figure.here_high) and figure.here_low <= 0:
        return _("not settled")
    if pd.isna(figure.here_high):
        return _("over {low}").format(low=low)
    if pd.isna(figure.here_low):
        return _("under {high}").format(high=high)
    return _("{low} to {high}").format(low=low, high=high)


def _put(ax: Axes, row: float, text: str, end: float, **look: Any) -> None:
    label(ax, (1, row), text, end, ha="right", xycoords=in_rows(ax), **look)


def _draw_figure(
    ax: Axes, row: int, figure: Any, texts: tuple[str, ...], ends: list[float], left: float, numbers: Numbers
) -> None:
    place: dict[str, Any] = {"xycoords": in_rows(ax)}
    name = figure_name(figure, numbers)
    label(ax, (0, row), shorten(name, left, SIZE), 8, **place)
    caveat = _(_CAVEATS[figure.figure]) if figure.figure in _CAVEATS else ""
    caveat = shorten(caveat.format(n=numbers.count(figure.n)), room(ax)[0] - 24, SMALL)
    label(ax, (0, row + _CAVEAT_DROP), caveat, 8, fontsize=SMALL, color=PALETTE["muted"], **place)
    for i, (text, end) in enumerate(zip(texts, ends, strict=True)):
        bold = {"fontweight": "bold", "color": PALETTE["actual"]} if i == 1 else {}
        _put(ax, row, text, end, **bold)
    ax.axhline(row + 0.7, color=PALETTE["line"], linewidth=0.4, zorder=0)
