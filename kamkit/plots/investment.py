"""The investment in key accounts: which cases earn what is asked, and when the money is back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, label, make_room, rows_of, widest
from kamkit.plots.marks import bar, hline, vline
from kamkit.plots.rows import Column, name_of, rest_note, rows_height, set_rows
from kamkit.plots.style import PALETTE, SCENARIOS, SIZE, SMALL

__all__ = ["investment_cases", "programme_cash_flow"]

VERDICT_NAMES = {
    "earns_required_return": N_("✓ earns it"),
    "below_required_return": N_("✗ too little"),
    "loses_money": N_("✗ loses"),
    "not_judged": N_("not judged"),
    "incomplete": N_("incomplete"),
}
_MOST, _BAR = 24, 0.5


def _cases_message(cases: pd.DataFrame, *, numbers: Numbers) -> str:
    earn = int((cases["verdict"] == "earns_required_return").sum())
    lose = int((cases["verdict"] == "loses_money").sum())
    close = int(cases["close_call"].sum())
    parts = {
        "n": numbers.count(len(cases)),
        "earn": numbers.count(earn),
        "lose": numbers.count(lose),
        "close": numbers.count(close),
    }
    if cases["verdict"].isin(["not_judged", "incomplete"]).all():
        return _(
            "{n} plans are worked out and none is judged: "
            "no required return is stated, or the plans are incomplete."
        ).format(**parts)
    verdict = ngettext(
        "{earn} of {n} plans earns the required return",
        "{earn} of {n} plans earn the required return",
        earn,
    )
    losing = ngettext("{lose} loses money", "{lose} lose money", lose) if lose else _("none loses money")
    return f"{verdict}, {losing}; {_close_sentence(close)}".format(**parts)


def _close_sentence(close: int) -> str:
    if close == 0:
        return _("no verdict is a close call.")
    return ngettext(
        "{close} verdict is a close call (≈): it fails in more than a quarter of the futures.",
        "{close} verdicts are close calls (≈): they fail in more than a quarter of the futures.",
        close,
    )


def _cases_unit(cases: pd.DataFrame, *, numbers: Numbers) -> str:
    return numbers.scale(cases[["npv", "low", "high"]].stack()).unit_label


def _cases_height(cases: pd.DataFrame) -> float:
    return rows_height(min(len(cases), _MOST), note=len(cases) > _MOST)


@exhibit(
    what=N_("net present value of the account plans"),
    how=N_(
        "The bar is the plan's value today; the thin line spans nine of ten simulated futures. "
        "Left of zero a plan is worth less than it costs."
    ),
    drawn=N_("A bar per account for the planned value, and a line from the 5th to the 95th percentile."),
    tables={"cases": ("account_id", "npv", "low", "high", "probability_of_loss", "verdict", "close_call")},
    message=_cases_message,
    unit=_cases_unit,
    figsize=(7.2, 5.4),
    height=_cases_height,
)
def investment_cases(
    cases: pd.DataFrame, *, ax: Axes, numbers: Numbers, names: Mapping[str, str] | None = None
) -> None:
    """Draw the net present value of each account's plan, with how sure it is and the verdict.

    Parameters
    ----------
    cases : by account_id: npv, low, high (money), irr, discounted_payback, probability_of_loss,
        verdict, close_call, as ``method.investment.simulate_cases`` returns it.
    names : by account_id, what the accounts are called.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> cases = pd.DataFrame({"account_id": ["a", "b"], "npv": [50.0, -20.0], "low": [10.0, -30.0],
    ...     "high": [80.0, -5.0], "probability_of_loss": [0.02, 0.97], "close_call": False,
    ...     "verdict": ["earns_required_return", "loses_money"]})
    >>> investment_cases.message(cases)
    '1 of 2 plans earns the required return, 1 loses money; no verdict is a close call.'
    """
    rows = cases.sort_values(["npv", "account_id"], ascending=[False, True])
    rows = pd.concat([rows.head(_MOST // 2), rows.tail(_MOST - _MOST // 2)]) if len(rows) > _MOST else rows
    bounds = rows[["npv", "low", "high"]]
    scale = numbers.scale(bounds.stack())
    bad = rows["verdict"].isin(["loses_money", "below_required_return"])
    verdicts = [
        _(VERDICT_NAMES.get(v, str(v))) + (" ≈" if c else "")
        for v, c in zip(rows["verdict"], rows["close_call"], strict=True)
    ]
    columns = [
        Column(scale.unit_label, [numbers.scaled(v, scale) for v in rows["npv"]]),
        *_optional(rows, numbers),
        Column(_("below\nzero in"), [numbers.percent(p, decimals=0) for p in rows["probability_of_loss"]]),
        Column(_("verdict"), verdicts, [PALETTE["bad" if b else "text"] for b in bad]),
    ]
    span = min(0.0, float(bounds.min().min())), max(0.0, float(bounds.max().max()))
    labels = [name_of(key, names) for key in rows["account_id"]]
    set_rows(ax, labels, columns, span, 0, rest_note(len(rows), len(cases), numbers))
    for row, case in rows_of(rows):
        color = PALETTE["bad" if case.npv < 0 else "actual"]
        bar(ax, row, case.npv, _BAR, facecolor="white", edgecolor=color, linewidth=1.1, zorder=2)
        hline(ax, row, case.low, case.high, color=color, linewidth=1.4, zorder=3)
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)


def _optional(rows: pd.DataFrame, numbers: Numbers) -> list[Column]:
    """Internal rate of return and payback, where the table has them."""
    columns = []
    if "irr" in rows:
        columns.append(Column(_("return\np.a."), [numbers.percent(v, decimals=0) for v in rows["irr"]]))
    if "discounted_payback" in rows:
        texts = [_("never") if np.isinf(v) else numbers.number(v) for v in rows["discounted_payback"]]
        columns.append(Column(_("back in\nyears"), texts))
    return columns


def _flow_message(yearly: pd.DataFrame, *, numbers: Numbers) -> str:
    last, lowest = yearly["cumulative_discounted"].iloc[-1], yearly["cumulative_discounted"].min()
    positive = yearly.loc[(yearly["cumulative_discounted"] >= 0)[::-1].cummin()[::-1], "year"]
    parts = {
        "npv": numbers.money(abs(last)),
        "lowest": numbers.money(abs(lowest)),
        "year": f"{yearly['year'].iloc[0]:.0f}" if positive.empty else f"{positive.iloc[0]:.0f}",
    }
    if last < 0:
        return _(
            "The programme as planned never earns its money back: {npv} of today's money is lost."
        ).format(**parts)
    if lowest >= 0:
        return _(
            "The programme as planned is never out of pocket over a year and is worth {npv} today."
        ).format(**parts)
    return _(
        "The programme as planned takes {lowest} of today's money, has it back in {year} "
        "and is worth {npv} in the end."
    ).format(**parts)


def _flow_unit(yearly: pd.DataFrame, *, numbers: Numbers) -> str:
    return numbers.scale(yearly[["discounted", "cumulative_discounted"]].stack()).unit_label


@exhibit(
    what=N_("cash flow of the programme, in money of today"),
    how=N_("The outlined bars are what each year brings; the line adds them up, to the programme's value."),
    drawn=N_("Outlined bars of the discounted flow by year, and a line of their running total."),
    tables={"yearly": ("year", "discounted", "cumulative_discounted")},
    message=_flow_message,
    unit=_flow_unit,
    figsize=(7.2, 2.9),
)
def programme_cash_flow(yearly: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the discounted cash flow by year and its running total.

    Parameters
    ----------
    yearly : columns year, discounted, cumulative_discounted (money), as the ``table`` of
        ``method.investment.InvestmentCase``.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> yearly = pd.DataFrame({"year": [2026, 2027], "discounted": [-100.0, 130.0],
    ...                        "cumulative_discounted": [-100.0, 30.0]})
    >>> programme_cash_flow.message(yearly)
    "The programme as planned takes EUR 100 of today's money, has it back in 2027 and is worth EUR 30.0..."
    """
    scale = numbers.scale(yearly[["discounted", "cumulative_discounted"]].stack())
    both = yearly[["discounted", "cumulative_discounted"]]
    places = np.arange(len(yearly))
    totals = [numbers.scaled(v, scale) for v in yearly["cumulative_discounted"]]
    bare(ax)
    make_room(ax, "x", -0.6, len(yearly) - 0.4, 12, widest(totals, bold=True) + 24)
    make_room(ax, "y", min(0.0, float(both.min().min())), max(0.0, float(both.max().max())), 42, 26)
    hline(ax, 0, -0.6, len(yearly) - 0.4, color=PALETTE["text"], linewidth=0.9, zorder=2)
    look: dict[str, Any] = dict(SCENARIOS["plan"])
    ax.bar(places, yearly["discounted"], 0.46, linewidth=1.1, zorder=3, **look)
    ax.plot(
        places + 0.36, yearly["cumulative_discounted"], "o-", color=PALETTE["muted"], zorder=4, markersize=4
    )
    for place, year in zip(places, yearly.itertuples(), strict=True):
        _draw_year(ax, float(place), year, totals[int(place)], numbers.scaled(year.discounted, scale))
    label(
        ax, (0, 1), scale.unit_label, 8, -8, xycoords="axes fraction", fontsize=SMALL, color=PALETTE["muted"]
    )


def _draw_year(ax: Axes, place: float, year: Any, total: str, flow: str) -> None:
    """What the year brings at its bar, the running total at its mark, the year below."""
    up = year.discounted >= 0
    label(
        ax,
        (place, year.discounted),
        flow,
        0,
        8 if up else -8,
        ha="center",
        color=PALETTE["actual" if up else "bad"],
    )
    color = PALETTE["bad" if year.cumulative_discounted < 0 else "actual"]
    label(ax, (place + 0.36, year.cumulative_discounted), total, 7, color=color, fontweight="bold")
    text = f"{year.year:.0f}"
    label(ax, (place, 0), text, 0, 12, xycoords=("data", "axes fraction"), ha="center", fontsize=SIZE)
