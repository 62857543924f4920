"""What is left of the pocket revenue, and how it looks after a share of everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers
from kamkit.method.frames import UNASSIGNED
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import label, rows_of, width
from kamkit.plots.marks import bar, dot, hline, vline
from kamkit.plots.matrix import price_cost_matrix
from kamkit.plots.rows import Column, name_of, rest_note, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL
from kamkit.plots.waterfall import draw_waterfall, waterfall_height
from kamkit.plots.whale import whale_curve

__all__ = ["contribution_ladder", "cost_views", "price_cost_matrix", "whale_curve"]

RUNG_NAMES = {
    "pocket_revenue": N_("Pocket revenue"),
    "product_cost": N_("Product cost"),
    "cm1": N_("Contribution margin 1"),
    "marketing": N_("Marketing"),
    "cm2": N_("Contribution margin 2"),
    "selling": N_("Sales and order handling"),
    "cm3": N_("Contribution margin 3"),
    "service": N_("Service and logistics"),
    "cm4": N_("Contribution margin 4"),
    "key_account": N_("Key-account team"),
    "capital": N_("Capital"),
    "customer_profit": N_("Customer profit"),
    "absorbed": N_("Share of unassigned cost"),
    "absorbed_profit": N_("Profit after that share"),
}
_MOST, _BAR = 14, 0.55


def _ladder_message(ladder: pd.DataFrame, *, numbers: Numbers) -> str:
    rows = ladder.set_index("rung")
    amount = rows["amount"]
    profit, pocket = amount.get("customer_profit", float("nan")), amount["pocket_revenue"]
    changes = amount[(rows["kind"] == "change") & amount.notna() & (rows.index != "absorbed")]
    parts = {"pocket": numbers.money(pocket), "profit": numbers.money(profit)}
    if changes.lt(0).any():
        parts |= {"cost": _rung_name(changes.idxmin()).lower()}
        parts |= {"amount": numbers.money(abs(changes.min()))}
    if pd.isna(profit):
        return _unknown_message(rows, parts, numbers)
    if profit < 0 or pocket <= 0:
        sentences = [
            _("Pocket revenue of {pocket} does not cover what accounts cost: customer profit is {profit}.")
        ]
    else:
        parts |= {"share": numbers.percent(rows["share"]["customer_profit"])}
        sentences = [_("{share} of pocket revenue is left as customer profit: {profit} of {pocket}.")]
    if "cost" in parts:
        sentences.append(_("The largest cost is {cost}, {amount}."))
    return " ".join(sentences).format(**parts)


def _unknown_message(rows: pd.DataFrame, parts: Mapping[str, str], numbers: Numbers) -> str:
    unknown = rows.index[rows["amount"].isna() & (rows["kind"] == "change")]
    causes = ", ".join(_rung_name(rung).lower() for rung in unknown)
    text = _("Customer profit is not assessed, for want of {causes}. Pocket revenue is {pocket}.")
    sentences = [text.format(causes=causes or _("a cost"), **parts)]
    if "cost" in parts:
        sentences.append(_("The largest known cost is {cost}, {amount}.").format(**parts))
    return " ".join(sentences)


def _rung_name(rung: Any) -> str:
    return _(RUNG_NAMES.get(rung, str(rung)))


def _ladder_unit(ladder: pd.DataFrame, *, numbers: Numbers) -> str:
    return numbers.scale(ladder["amount"]).unit_label


@exhibit(
    what=N_("contribution ladder"),
    how=N_(
        "From the top, each cost that accounts cause is taken off; the dark bars are what is left after it."
    ),
    drawn=N_(
        "Waterfall of horizontal bars from pocket revenue over the contribution margins to customer profit."
    ),
    tables={"ladder": ("rung", "kind", "amount", "share")},
    message=_ladder_message,
    unit=_ladder_unit,
    figsize=(7.2, 4.4),
    height=waterfall_height,
)
def contribution_ladder(ladder: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the contribution ladder from pocket revenue down to customer profit.

    Parameters
    ----------
    ladder : columns rung, kind (total, change), amount (money, costs negative), share (of pocket
        revenue), as ``method.profitability.contribution_ladder`` returns it. An amount that is NaN
        is named "not assessed"; what follows it and is known is drawn from zero, hollow.

    Raises
    ------
    AllocationError
        The rungs don't add up to the totals.

    Examples
    --------
    >>> ladder = pd.DataFrame({"rung": ["pocket_revenue", "product_cost", "customer_profit"],
    ...     "kind": ["total", "change", "total"], "amount": [800.0, -600.0, 200.0],
    ...     "share": [1, -0.75, 0.25]})
    >>> contribution_ladder.message(ladder)
    '25.0% of pocket revenue is left as customer profit: EUR 200 of EUR 800. The largest cost is product...'
    """
    names = [_rung_name(rung) for rung in ladder["rung"]]
    draw_waterfall(ax, ladder, names, _("% of pocket"), numbers, numbers.scale(ladder["amount"]))


def _views_message(views: pd.DataFrame, *, numbers: Numbers) -> str:
    known = views[views["account_id"] != UNASSIGNED]
    covers = known["attributable_profit"] >= 0
    turned, saved = (int((known["sign_change"] & which).sum()) for which in (covers, ~covers))
    parts = {"n": numbers.count(turned or saved), "all": numbers.count(len(known))}
    if turned == 0 and saved:
        return ngettext(
            "{n} of {all} accounts earns money only because what is spread on it is below zero: "
            "more was charged than was spent, or its own revenue is negative.",
            "{n} of {all} accounts earn money only because what is spread on them is below zero: "
            "more was charged than was spent, or their own revenue is negative.",
            saved,
        ).format(**parts)
    if turned == 0:
        return _(
            "Spreading the unassigned cost changes the sign of no account: "
            "both views lead to the same decisions."
        )
    text = ngettext(
        "{n} of {all} accounts covers the cost it causes, but not a share of everything: "
        "dropping it would leave that share behind.",
        "{n} of {all} accounts cover the cost they cause, but not a share of everything: "
        "dropping them would leave that share behind.",
        turned,
    )
    return text.format(**parts)


def _views_unit(views: pd.DataFrame, *, numbers: Numbers) -> str:
    return numbers.scale(views[["attributable_profit", "absorbed_profit"]].stack()).unit_label


def _views_height(views: pd.DataFrame) -> float:
    return rows_height(min(len(views), _MOST), note=len(views) > _MOST)


@exhibit(
    what=N_("customer profit, two views of cost"),
    how=N_(
        "The bar is the profit after the cost the account causes, the diamond after a share of everything."
    ),
    drawn=N_("A bar per account for the profit before, and a diamond for the profit after absorbed cost."),
    tables={
        "views": ("account_id", "attributable_profit", "absorbed_profit", "absorbed_cost", "sign_change")
    },
    message=_views_message,
    unit=_views_unit,
    figsize=(7.2, 4.4),
    height=_views_height,
)
def cost_views(
    views: pd.DataFrame, *, ax: Axes, numbers: Numbers, names: Mapping[str, str] | None = None
) -> None:
    """Draw customer profit attributable only, and after absorbed cost, side by side.

    Parameters
    ----------
    views : by account_id: attributable_profit, absorbed_profit, absorbed_cost (money), sign_change
        (whether the profit turns into a loss), as ``method.profitability.cost_views`` returns it.
        Drawn are the accounts whose sign changes, then those that bear most.
    names : by account_id, what the accounts are called.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> views = pd.DataFrame({"account_id": ["a", "b"], "attributable_profit": [10.0, 90.0],
    ...     "absorbed_profit": [-5.0, 60.0], "absorbed_cost": [15.0, 30.0], "sign_change": [True, False]})
    >>> cost_views.message(views)[:63]
    '1 of 2 accounts covers the cost it causes, but not a share of e'
    """
    rows = views.sort_values(["sign_change", "absorbed_cost", "account_id"], ascending=[False, False, True])
    rows = rows.head(_MOST).sort_values(["attributable_profit", "account_id"], ascending=[False, True])
    both = rows[["attributable_profit", "absorbed_profit"]]
    scale = numbers.scale(both.stack())
    turned = [PALETTE["bad" if t else "text"] for t in rows["sign_change"]]
    columns = [
        Column("■ " + _("caused by\nthe account"), [numbers.scaled(v, scale) for v in both.iloc[:, 0]]),
        Column(
            "◆ " + _("after a share\nof everything"),
            [numbers.scaled(v, scale) for v in both.iloc[:, 1]],
            turned,
        ),
    ]
    span = min(0.0, both.min().min()), max(0.0, both.max().max())
    note = rest_note(len(rows), len(views), numbers)
    labels = [name_of(key, names) for key in rows["account_id"]]
    set_rows(ax, labels, columns, span, width("◆"), note)
    label(ax, (0, -0.75), scale.unit_label, fontsize=SMALL, color=PALETTE["muted"], va="bottom")
    for row, view in rows_of(rows):
        _draw_view(ax, row, view)
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)


def _draw_view(ax: Axes, row: int, view: Any) -> None:
    before, after = view.attributable_profit, view.absorbed_profit
    bar(ax, row, before, _BAR, facecolor=PALETTE["bad" if before < 0 else "actual"], zorder=2)
    hline(ax, row, *sorted((before, after)), color=PALETTE["muted"], linewidth=1.0, zorder=1)
    color = PALETTE["bad" if after < 0 else "actual"]
    dot(ax, after, row, "D", color=color, markeredgecolor="white", markersize=6, zorder=5)
