"""Who may be about to leave: the accounts whose purchases fall."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import label, mention, rows_of
from kamkit.plots.marks import bar, vline
from kamkit.plots.rows import Column, marked, rest_note, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["SIGNS", "drawn_warnings", "early_warnings"]

_MOST, _BAR = 15, 0.62
SIGNS = {"orders": N_("orders a month"), "revenue": N_("sales a month"), "range": N_("share of orders")}


def drawn_warnings(warnings: pd.DataFrame) -> pd.DataFrame:
    """Those that are warned of; where there are none, the three nearest to it."""
    warned = warnings[warnings["warned"]]
    return (warned if len(warned) else warnings.head(3)).head(_MOST)


def _message(warnings: pd.DataFrame, *, numbers: Numbers) -> str:
    warned = warnings[warnings["warned"]]
    if warned.empty:
        text = _("No account buys less than chance among {tests} tests would show.")
        return text.format(tests=numbers.count(len(warnings)))
    first = warned.sort_values(["ratio", "account_id"]).iloc[0]
    name = first.get("name")
    accounts = warned["account_id"].nunique()
    text = ngettext(
        "{n} account has begun to buy less: {name}, at {ratio} of what it bought before.",
        "{n} accounts have begun to buy less than the season and chance explain; most of all {name}, at "
        "{ratio} of "
        "what it bought before.",
        accounts,
    )
    return text.format(
        n=numbers.count(accounts),
        name=mention(name if isinstance(name, str) else first["account_id"]),
        ratio=numbers.percent(first["ratio"]),
    )


@exhibit(
    what=N_("early warnings from the invoices, last six months against the year before"),
    how=N_(
        "100% is what the account bought in the twelve months before, moved as all others moved. All "
        "tests together "
        "are held to a false discovery rate: of the accounts named, at most one in twenty is named by chance."
    ),
    drawn=N_("A bar per account and sign: what is left of its former purchases."),
    tables={"warnings": ("account_id", "sign", "usual", "recent", "ratio", "q_value", "warned")},
    message=_message,
    unit=lambda warnings, numbers: _("% of the year before"),
    figsize=(7.2, 2.4),
    height=lambda warnings: rows_height(len(drawn_warnings(warnings)), note=True),
)
def early_warnings(warnings: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the accounts whose purchases fell beyond season and chance.

    Parameters
    ----------
    warnings : account_id, sign, usual, recent, ratio, q_value, warned; name where known; as
        ``method.risk.early_warnings`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> warnings = pd.DataFrame({"account_id": ["C1"], "sign": ["orders"], "usual": [9.0], "recent": [4.0],
    ...                          "ratio": [0.45], "q_value": [0.01], "warned": [True]})
    >>> early_warnings.message(warnings)
    '1 account has begun to buy less: C1, at 45.0% of what it bought before.'
    """
    rows = drawn_warnings(warnings)
    names = rows["name"] if "name" in rows else rows["account_id"]
    titles = [mention(n if isinstance(n, str) else a) for n, a in zip(names, rows["account_id"], strict=True)]
    columns = [
        Column(_("sign"), [_(SIGNS.get(s, str(s))) for s in rows["sign"]]),
        Column(_("before"), [_amount(r, "usual", numbers) for r in rows.itertuples()]),
        Column(_("now"), [_amount(r, "recent", numbers) for r in rows.itertuples()]),
        Column(
            _("left"),
            [
                marked(numbers.percent(ratio, decimals=0), warned)
                for ratio, warned in zip(rows["ratio"], rows["warned"], strict=True)
            ],
        ),
        Column(_("q-value"), [numbers.number(q) if q >= 0.001 else "<0.001" for q in rows["q_value"]]),
    ]
    note = rest_note(len(rows), len(warnings), numbers)
    set_rows(ax, titles, columns, (0.0, max(1.0, float(rows["ratio"].max()))), 14, note)
    for row, sign in rows_of(rows):
        color = PALETTE["bad" if sign.warned else "second"]
        bar(ax, row, sign.ratio, _BAR, facecolor=color, zorder=2)
    end = len(rows) - 0.45
    vline(ax, 0, -0.55, end, color=PALETTE["text"], linewidth=0.9, zorder=4)
    vline(ax, 1.0, -0.55, end, color=PALETTE["muted"], linewidth=0.9, linestyle=(0, (2, 2)), zorder=4)
    label(ax, (1.0, -0.75), numbers.percent(1.0, decimals=0), ha="center", va="bottom", fontsize=SMALL,
          color=PALETTE["muted"])  # fmt: skip


def _amount(row: Any, column: str, numbers: Numbers) -> str:
    value = getattr(row, column)
    if row.sign == "revenue":
        return numbers.money(value)
    return numbers.percent(value) if row.sign == "range" else numbers.number(value)
