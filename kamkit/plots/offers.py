"""Our share of what customers buy, and what a lower price must bring back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import label, rows_of
from kamkit.plots.marks import bar, vline
from kamkit.plots.rows import Column, name_of, rest_note, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["discount_break_even", "share_of_wallet"]

_MOST, _BAR = 16, 0.6
_FACES = {"A": "actual", "B": "actual", "C": "second", "D": "wash"}
_CAUSES = {
    "hierarchy": N_("over 100%: hierarchy?"),
    "wallet": N_("over 100%: wallet too low"),
    "hierarchy_or_wallet": N_("over 100%: hierarchy or wallet?"),
}


def _share_message(shares: pd.DataFrame, summary: Any, *, numbers: Numbers) -> str:
    first = ngettext(
        "We hold {share} of what {n} customer buys from anybody",
        "We hold {share} of what {n} customers buy from anybody",
        summary.n,
    )
    moved = _(" ({rising} rose, {falling} fell in a year)") if summary.rising or summary.falling else ""
    sure = _("; {uncertain} of these wallets are estimates and guesses.")
    out = ngettext(
        "{out} customer is left out: sales exceed the wallet.",
        "{out} customers are left out: sales exceed the wallet.",
        summary.accounts_above,
    )
    text = first + moved + sure + (f" {out}" if summary.accounts_above else "")
    return text.format(
        share=numbers.percent(summary.share),
        n=numbers.count(summary.n),
        uncertain=numbers.percent(summary.uncertain_share),
        rising=numbers.count(summary.rising),
        falling=numbers.count(summary.falling),
        out=numbers.count(summary.accounts_above),
    )


@exhibit(
    what=N_("share of wallet"),
    how=N_(
        "The bar is our part of all that the customer buys in our families; the frame ends at 100%. "
        "Dark: the wallet is known (A ledger, B customer's word); grey: an estimate (C); pale: a guess (D)."
    ),
    drawn=N_("A bar per customer, the largest wallet first, with wallet, grade and earlier share."),
    tables={"shares": ("account_id", "wallet", "share", "share_before", "confidence", "cause")},
    message=_share_message,
    unit=lambda shares, summary, numbers: _("% of the wallet"),
    figsize=(7.2, 4.0),
    height=lambda shares, summary: rows_height(min(len(shares), _MOST), note=len(shares) > _MOST),
)
def share_of_wallet(
    shares: pd.DataFrame, summary: Any, *, ax: Axes, numbers: Numbers, names: Mapping[str, str] | None = None
) -> None:
    """Draw our share of each customer's wallet, with how sure the wallet is.

    Parameters
    ----------
    shares : rows of one year: account_id, wallet (money), share, share_before (fractions), confidence,
        cause, as ``method.offers.share_of_wallet`` returns them.
    summary : as ``method.offers.wallet_summary`` returns it.
    names : by account_id, what the accounts are called.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> from kamkit.method.offers import wallet_summary
    >>> shares = pd.DataFrame({"account_id": ["a"], "year": 2025, "sales": 60.0, "wallet": 200.0,
    ...     "share": 0.3, "share_before": 0.2, "confidence": "C", "cause": None})
    >>> share_of_wallet.message(shares, wallet_summary(shares))[:50]
    'We hold 30.0% of what 1 customer buys from anybody'
    """
    order = shares.assign(wrong=shares["cause"].notna())
    rows = order.sort_values(["wrong", "wallet", "account_id"], ascending=[False, False, True]).head(_MOST)
    scale = numbers.scale(rows["wallet"])
    bad = [isinstance(cause, str) for cause in rows["cause"]]
    columns = [
        Column(_("share"), [numbers.percent(s) for s in rows["share"]]),
        Column(_("year\nbefore"), [numbers.percent(s) for s in rows["share_before"]]),
        Column(f"{_('wallet')}\n{scale.unit_label}", [numbers.scaled(w, scale) for w in rows["wallet"]]),
        Column(_("grade"), list(rows["confidence"])),
    ]
    note = rest_note(len(rows), len(shares), numbers)
    set_rows(ax, [name_of(a, names) for a in rows["account_id"]], columns, (0, 1), 6, note)
    for (row, cell), wrong in zip(rows_of(rows), bad, strict=True):
        bar(ax, row, 1.0, _BAR, facecolor="none", edgecolor=PALETTE["wash"], linewidth=0.7, zorder=1)
        if wrong:
            cause = _(_CAUSES.get(str(cell.cause), str(cell.cause)))
            label(ax, (0, row), cause, 4, color=PALETTE["bad"], fontsize=SMALL)
        elif cell.share > 0:
            face = PALETTE[_FACES.get(str(cell.confidence), "wash")]
            bar(
                ax,
                row,
                cell.share,
                _BAR,
                facecolor=face,
                edgecolor=PALETTE["second"],
                linewidth=0.7,
                zorder=3,
            )
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)


def _discount_message(breaks: pd.DataFrame, *, numbers: Numbers) -> str:
    never = int(breaks["never"].sum())
    known = breaks[~breaks["never"]]
    if known.empty:
        return _("No volume makes up for this discount: it takes the whole margin of every customer.")
    largest = known.iloc[known["pocket_revenue"].argmax()]
    text = _(
        "At {discount} off the largest customer must buy {volume} more to make up for {given} given away."
    )
    sentence = text.format(
        discount=numbers.percent(largest["discount"]),
        volume=numbers.percent(largest["volume_needed"]),
        given=numbers.money(largest["contribution_given"]),
    )
    if not never:
        return sentence
    out = ngettext(
        "At {never} customer no volume pays for it.", "At {never} customers no volume pays for it.", never
    )
    return f"{sentence} {out.format(never=numbers.count(never))}"


@exhibit(
    what=N_("volume that pays for a discount"),
    how=N_(
        "The bar is how much more a customer must buy before the discount leaves the contribution as it was, "
        "on its own margin after product cost. Cost to serve the additional volume comes on top."
    ),
    drawn=N_("A bar per customer for the additional volume, with margin and what the discount gives away."),
    tables={
        "breaks": (
            "account_id",
            "pocket_revenue",
            "margin_rate",
            "contribution_given",
            "volume_needed",
            "never",
        )
    },
    message=_discount_message,
    unit=lambda breaks, numbers: _("% of today's volume"),
    figsize=(7.2, 4.0),
    height=lambda breaks: rows_height(min(len(breaks), _MOST), note=len(breaks) > _MOST),
)  # fmt: skip
def discount_break_even(
    breaks: pd.DataFrame, *, ax: Axes, numbers: Numbers, names: Mapping[str, str] | None = None
) -> None:
    """Draw the additional volume that each customer must buy to pay for a discount.

    Parameters
    ----------
    breaks : by account_id: pocket_revenue, contribution_given (money), margin_rate, volume_needed
        (fractions), never, as ``method.offers.discount_break_even`` returns it. The largest customers
        are drawn.
    names : by account_id, what the accounts are called.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> breaks = pd.DataFrame({"account_id": ["a"], "pocket_revenue": [100e3], "margin_rate": [0.3],
    ...     "discount": 0.05, "contribution_given": [5e3], "volume_needed": [0.2], "never": [False]})
    >>> discount_break_even.message(breaks)
    'At 5.0% off the largest customer must buy 20.0% more to make up for EUR 5.00 k given away.'
    """
    rows = breaks.sort_values(["pocket_revenue", "account_id"], ascending=[False, True]).head(_MOST)
    scale = numbers.scale(rows["contribution_given"])
    margins = [PALETTE["bad" if never else "text"] for never in rows["never"]]
    given = f"{_('given away')}\n{scale.unit_label}"
    columns = [
        Column(_("margin"), [numbers.percent(m) for m in rows["margin_rate"]], margins),
        Column(given, [numbers.scaled(g, scale) for g in rows["contribution_given"]]),
    ]
    known = rows["volume_needed"].dropna()
    longest = min(float(known.max()), 2.0) if len(known) else 1.0
    note = rest_note(len(rows), len(breaks), numbers)
    set_rows(ax, [name_of(a, names) for a in rows["account_id"]], columns, (0, longest), 60, note)
    for row, cell in rows_of(rows):
        if cell.never or pd.isna(cell.volume_needed):
            label(ax, (0, row), _("✗ no volume pays for it"), 4, color=PALETTE["bad"], fontsize=SMALL)
            continue
        shown = min(cell.volume_needed, longest)
        bar(ax, row, shown, _BAR, facecolor=PALETTE["actual"], zorder=3)
        more = " ▸" if cell.volume_needed > longest else ""
        label(ax, (shown, row), numbers.percent(cell.volume_needed, change=True) + more, 4)
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)
