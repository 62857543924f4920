"""Where our hours go and where they should; what a service menu does to the profit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import label, mention, rows_of, width
from kamkit.plots.marks import bar, dot, hline, vline
from kamkit.plots.rows import Column, name_of, rest_note, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL
from kamkit.plots.waterfall import draw_waterfall, waterfall_height

__all__ = ["effort_placement", "service_menu_effect"]

STEP_NAMES = {
    "profit_now": N_("Customer profit today"),
    "saving": N_("Less service to those who stay"),
    "price_effect": N_("Price of those who stay"),
    "lost_margin": N_("Margin of those who leave"),
    "avoided_cost": N_("Cost that leaves with them"),
    "profit_then": N_("Customer profit with the menu"),
}
_MOST, _BAR = 24, 0.55


def _effort_message(effort: pd.DataFrame, *, numbers: Numbers) -> str:
    marginal = effort.sort_values(["marginal_now", "account_id"])
    first, last = marginal.iloc[-1], marginal.iloc[0]
    grows = int((effort["change"] > 0).sum())
    parts = {
        "n": numbers.count(grows),
        "all": numbers.count(len(effort)),
        "high": numbers.money(first["marginal_now"]),
        "low": numbers.money(last["marginal_now"]),
    }
    if len(effort) == 1 or grows == 0:
        return _("The hours stand where they earn most: an hour more brings {high} a year.").format(**parts)
    text = ngettext(
        "An hour more brings {high} a year at one account and {low} at another: "
        "{n} of {all} should get more hours, the others fewer.",
        "An hour more brings {high} a year at one account and {low} at another: "
        "{n} of {all} should get more hours, the others fewer.",
        grows,
    )
    return text.format(**parts)


def _effort_unit(effort: pd.DataFrame, *, numbers: Numbers) -> str:
    return _("hours a year")


def _effort_height(effort: pd.DataFrame) -> float:
    return rows_height(min(len(effort), _MOST), note=len(effort) > _MOST)


@exhibit(
    what=N_("hours on accounts, today and proposed"),
    how=N_(
        "The bar is today's hours, the diamond the hours at which one more earns the same everywhere, "
        "by the judgement of those who know the account."
    ),
    drawn=N_("A bar per account for today's hours, and a diamond for the proposed ones."),
    tables={"effort": ("account_id", "hours_now", "hours", "change", "marginal_now", "marginal", "gain")},
    message=_effort_message,
    unit=_effort_unit,
    figsize=(7.2, 5.2),
    height=_effort_height,
)
def effort_placement(
    effort: pd.DataFrame, *, ax: Axes, numbers: Numbers, names: Mapping[str, str] | None = None
) -> None:
    """Draw today's and the proposed hours of each account (Lodish, 1971).

    Parameters
    ----------
    effort : by account_id: hours_now, hours, change (hours a year), marginal_now, marginal (money per
        hour), gain (money a year), as the ``table`` of ``method.investment.allocate_effort``. Drawn
        are the accounts that change most.
    names : by account_id, what the accounts are called.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> effort = pd.DataFrame({"account_id": ["a", "b"], "hours_now": [30.0, 10.0], "hours": [20.0, 20.0],
    ...     "change": [-10.0, 10.0], "marginal_now": [5.0, 80.0], "marginal": 20.0, "gain": [-90.0, 300.0]})
    >>> effort_placement.message(effort)[:57]
    'An hour more brings EUR 80.0 a year at one account and EU'
    """
    order = effort["change"].abs().sort_values(ascending=False, kind="stable").index[:_MOST]
    rows = effort.loc[order].sort_values(["change", "account_id"], ascending=[False, True])
    scale = numbers.scale(rows["gain"])
    colors = [PALETTE["muted" if c < 0 else "actual"] for c in rows["change"]]
    columns = [
        Column("■ " + _("today"), [numbers.count(round(h)) for h in rows["hours_now"]]),
        Column("◆ " + _("proposed"), [numbers.count(round(h)) for h in rows["hours"]], colors),
        Column(_("one hour more\nbrings today"), [numbers.number(m) for m in rows["marginal_now"]]),
        Column(
            _("effect a year,\n{unit}").format(unit=scale.unit_label),
            [numbers.scaled(g, scale) for g in rows["gain"]],
        ),
    ]
    span = 0.0, float(rows[["hours_now", "hours"]].max().max())
    labels = [name_of(key, names) for key in rows["account_id"]]
    set_rows(ax, labels, columns, span, width("◆"), rest_note(len(rows), len(effort), numbers))
    label(ax, (0, -0.75), _("hours a year"), fontsize=SMALL, color=PALETTE["muted"], va="bottom")
    for row, account in rows_of(rows):
        _draw_account(ax, row, account)
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)


def _draw_account(ax: Axes, row: int, account: Any) -> None:
    now, then = account.hours_now, account.hours
    bar(ax, row, now, _BAR, facecolor=PALETTE["second"], zorder=2)
    hline(ax, row, *sorted((now, then)), color=PALETTE["muted"], linewidth=1.0, zorder=3)
    color = PALETTE["muted" if then < now else "actual"]
    dot(ax, then, row, "D", color=color, markeredgecolor="white", markersize=6, zorder=5)


def _menu_message(effect: pd.DataFrame, *, numbers: Numbers) -> str:
    amount = effect.set_index("step")["amount"]
    change = amount[["saving", "price_effect", "lost_margin", "avoided_cost"]].sum()
    parts = {
        "now": numbers.money(amount["profit_now"]),
        "then": numbers.money(amount["profit_then"]),
        "lost": numbers.money(abs(amount["lost_margin"])),
        "stays": numbers.money(effect["stranded_cost"].iloc[-1]),
    }
    if change >= 0:
        text = _(
            "With the menu the profit of the accounts placed goes from {now} to {then}, "
            "after {lost} of margin lost with those who leave; {stays} of cost stays behind."
        )
    else:
        text = _(
            "The menu costs more than it brings: from {now} to {then}; "
            "{lost} of margin leaves with customers, {stays} of cost stays behind."
        )
    return text.format(**parts)


def _menu_unit(effect: pd.DataFrame, *, numbers: Numbers) -> str:
    return numbers.scale(effect["amount"]).unit_label


@exhibit(
    what=N_("effect of the service menu on the profit of the accounts placed"),
    how=N_(
        "From today's profit each effect is added or taken off; cost that stays behind when work falls away "
        "is not counted as saved."
    ),
    drawn=N_(
        "Waterfall of horizontal bars from today's profit over the effects to the profit with the menu."
    ),
    tables={"effect": ("step", "kind", "amount", "share", "stranded_cost")},
    message=_menu_message,
    unit=_menu_unit,
    figsize=(7.2, 2.4),
    height=waterfall_height,
)
def service_menu_effect(effect: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw what a service menu does to the profit, with the customers who leave.

    Parameters
    ----------
    effect : columns step, kind (total, change), amount (money), share, as
        ``method.service.menu_effect`` returns it.

    Raises
    ------
    AllocationError
        The steps don't add up to the totals.

    Examples
    --------
    >>> effect = pd.DataFrame({"step": ["profit_now", "saving", "price_effect", "lost_margin", "avoided_cost",
    ...     "profit_then"], "kind": ["total", *["change"] * 4, "total"], "share": 0.0, "stranded_cost": 6.0,
    ...     "amount": [100.0, 20.0, 5.0, -15.0, 4.0, 114.0]})
    >>> service_menu_effect.message(effect)
    'With the menu the profit of the accounts placed goes from EUR 100 to EUR 114, after EUR 15.0 of...'
    """
    names = [mention(_(STEP_NAMES.get(step, str(step)))) for step in effect["step"]]
    steps = effect.assign(planned=effect["step"].eq("profit_then"))
    draw_waterfall(ax, steps, names, _("% of today"), numbers, numbers.scale(effect["amount"]))
