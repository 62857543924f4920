"""What losing customers costs: one by one, and several at once."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers, Scale
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, label, make_room, mention, rows_of
from kamkit.plots.marks import bar, hline, vline
from kamkit.plots.rows import Column, rest_note, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["ebit_at_stake", "joint_loss_curve"]

_MOST, _BAR = 15, 0.62
_STAKE = (
    "account_id", "revenue", "revenue_share", "contribution", "avoidable_cost", "idle_cost",
    "ebit_change", "share_of_ebit",
)  # fmt: skip


def _called(row: Any) -> str:
    """The account's name where the table has one, else its number."""
    name = getattr(row, "name", None) if hasattr(row, "_fields") else row.get("name")
    return mention(name if isinstance(name, str) and name.strip() else row.account_id)


def _known(losses: pd.DataFrame) -> bool:
    return bool(losses["ebit_change"].notna().all())


def _first(losses: pd.DataFrame) -> pd.DataFrame:
    """The rows to draw: most EBIT at stake first, by revenue where that is not known."""
    by = ["ebit_change", "account_id"] if _known(losses) else ["revenue", "account_id"]
    return losses.sort_values(by, ascending=[_known(losses), True], kind="stable").head(_MOST)


def _stake_message(losses: pd.DataFrame, *, numbers: Numbers) -> str:
    first = _first(losses).iloc[0]
    parts = {
        "name": _called(first),
        "share": numbers.percent(first["revenue_share"]),
        "loss": numbers.money(abs(first["ebit_change"])),
        "of_ebit": numbers.percent(first["share_of_ebit"]),
    }
    if not _known(losses):
        text = _("{name} alone is {share} of revenue; what its loss would do to EBIT is not known.")
        return text.format(**parts)
    if first["ebit_change"] >= 0:
        return _("No account carries EBIT: none leaves less behind than it takes away.")
    if pd.isna(first["share_of_ebit"]):
        return _("Losing {name} alone, {share} of revenue, would cost {loss} of EBIT.").format(**parts)
    if first["share_of_ebit"] > 1:
        text = _(
            "{name}, {share} of revenue, carries more than all EBIT: losing it costs {loss}, {of_ebit} of it."
        )
    else:
        text = _("Losing {name} alone, {share} of revenue, would cost {loss}, {of_ebit} of EBIT.")
    return text.format(**parts)


def _stake_scale(losses: pd.DataFrame, numbers: Numbers) -> Scale:
    return numbers.scale(_first(losses)["ebit_change" if _known(losses) else "revenue"])


@exhibit(
    what=N_("EBIT at stake by account"),
    how=N_(
        "A whole bar is the contribution that leaves with the account. The dark part is EBIT lost; the "
        "pale part "
        "is cost that leaves too. Time of the teams stays, and is left idle."
    ),
    drawn=N_("A bar per account, the largest loss on top, divided into EBIT lost and cost that falls away."),
    tables={"losses": _STAKE},
    message=_stake_message,
    unit=lambda losses, numbers: _stake_scale(losses, numbers).unit_label,
    figsize=(7.2, 4.0),
    height=lambda losses: rows_height(min(len(losses), _MOST), note=len(losses) > _MOST),
)
def ebit_at_stake(losses: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw what losing each account would cost, with what falls away and what stays.

    Parameters
    ----------
    losses : account_id, revenue, revenue_share, contribution, avoidable_cost, idle_cost, ebit_change,
        share_of_ebit; name and months_to_replace where known; as ``method.risk.account_losses`` returns it.
        Where EBIT is not known the bars are revenue.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> losses = pd.DataFrame({"account_id": ["C1"], "revenue": [5.0], "revenue_share": [0.05],
    ...     "contribution": [1.75], "avoidable_cost": 0.0, "idle_cost": 0.0, "ebit_change": [-1.75],
    ...     "share_of_ebit": [0.175]})
    >>> ebit_at_stake.message(losses)
    'Losing C1 alone, 5.0% of revenue, would cost EUR 1.75, 17.5% of EBIT.'
    """
    rows, scale, known = _first(losses), _stake_scale(losses, numbers), _known(losses)
    columns = [Column(_("share of\nrevenue"), [numbers.percent(s) for s in rows["revenue_share"]])]
    if known:
        columns += _stake_columns(rows, scale, numbers)
    drawn = rows["contribution"] if known else rows["revenue"]
    low = min(0.0, float(-rows["ebit_change"].max())) if known else 0.0
    note = rest_note(len(rows), len(losses), numbers)
    set_rows(ax, [_called(r) for r in rows.itertuples()], columns, (low, float(drawn.max())), 4, note)
    for row, lost in rows_of(rows):
        whole = lost.contribution if known else lost.revenue
        bar(
            ax,
            row,
            whole,
            _BAR,
            facecolor=PALETTE["wash"],
            edgecolor=PALETTE["second"],
            linewidth=0.6,
            zorder=2,
        )
        if known:
            bar(ax, row, -lost.ebit_change, _BAR, facecolor=PALETTE["actual"], zorder=3)
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)


def _stake_columns(rows: pd.DataFrame, scale: Scale, numbers: Numbers) -> list[Column]:
    columns = [
        Column(
            _("EBIT lost,\n{unit}").format(unit=scale.unit_label),
            [numbers.scaled(c, scale) for c in rows["ebit_change"]],
        ),
        Column(_("of EBIT"), [numbers.percent(s) for s in rows["share_of_ebit"]]),
        Column(
            _("idle time,\n{unit}").format(unit=scale.unit_label),
            [numbers.scaled(c, scale) for c in rows["idle_cost"]],
        ),
    ]
    if "months_to_replace" in rows and rows["months_to_replace"].notna().any():
        months = [numbers.number(round(m)) if pd.notna(m) else "–" for m in rows["months_to_replace"]]
        columns.append(Column(_("months to\nreplace"), months))
    return columns


def _joint_message(joint: pd.DataFrame, *, numbers: Numbers) -> str:
    rows = joint.sort_values("lost")
    today, last = rows.iloc[0], rows.iloc[-1]
    if rows["ebit_after"].isna().all():
        return _("Losing the {n} that carry most would cost {loss}.").format(
            n=numbers.count(last["lost"]), loss=numbers.money(abs(last["ebit_change"]))
        )
    gone = rows[rows["ebit_after"] < 0]
    if today["ebit_after"] <= 0:
        text = _("EBIT is {ebit} as it is; losing the {n} that carry most would take it to {after}.")
        return text.format(
            ebit=numbers.money(today["ebit_after"]),
            n=numbers.count(last["lost"]),
            after=numbers.money(last["ebit_after"]),
        )
    if gone.empty:
        text = _(
            "EBIT survives the loss of the {n} accounts that carry most: {after} of {ebit} would be left."
        )
        return text.format(
            n=numbers.count(last["lost"]),
            after=numbers.money(last["ebit_after"]),
            ebit=numbers.money(today["ebit_after"]),
        )
    first = gone.iloc[0]
    text = ngettext(
        "Losing {n} account, {share} of revenue, turns an EBIT of {ebit} into {after}.",
        "Losing {n} accounts, {share} of revenue, turns an EBIT of {ebit} into {after}.",
        int(first["lost"]),
    )
    return text.format(
        n=numbers.count(first["lost"]),
        share=numbers.percent(first["revenue_share"]),
        ebit=numbers.money(today["ebit_after"]),
        after=numbers.money(first["ebit_after"]),
    )


def _joint_values(joint: pd.DataFrame) -> pd.Series:
    return joint["ebit_change" if joint["ebit_after"].isna().all() else "ebit_after"]


@exhibit(
    what=N_("EBIT after the loss of the accounts that carry most"),
    how=N_(
        "Each column is EBIT of a year without the first 1, 2, 3 … accounts, those that carry most EBIT "
        "first."
    ),
    drawn=N_(
        "A column for EBIT today and one for each number of accounts lost, below zero where EBIT is negative."
    ),
    tables={"joint": ("lost", "revenue_share", "ebit_change", "ebit_after")},
    message=_joint_message,
    unit=lambda joint, numbers: numbers.scale(_joint_values(joint)).unit_label,
    figsize=(7.2, 2.6),
)
def joint_loss_curve(joint: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw EBIT after several accounts are lost together.

    Parameters
    ----------
    joint : lost, revenue_share, ebit_change, ebit_after, as ``method.risk.joint_losses`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> joint = pd.DataFrame({"lost": [0, 1], "revenue_share": [0.0, 0.3], "ebit_change": [0.0, -8.0],
    ...                       "ebit_after": [10.0, 2.0]})
    >>> joint_loss_curve.message(joint)
    'EBIT survives the loss of the 1 accounts that carry most: EUR 2.00 of EUR 10.0 would be left.'
    """
    rows = joint.sort_values("lost")
    values = _joint_values(rows)
    scale = numbers.scale(values)
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    bare(ax)
    make_room(ax, "x", -0.5, len(rows) - 0.5, 8, 8)
    make_room(ax, "y", low, high, 26 if low < 0 else 46, 34)
    colors = [PALETTE["bad" if v < 0 else "actual"] for v in values]
    ax.bar(range(len(rows)), values, 0.62, color=colors, zorder=2)
    hline(ax, 0, -0.5, len(rows) - 0.5, color=PALETTE["text"], linewidth=0.9, zorder=3)
    for place, (value, (_row, lost)) in enumerate(zip(values, rows.iterrows(), strict=True)):
        below = value < 0
        label(ax, (place, value), numbers.scaled(value, scale), 0, -7 if below else 7, ha="center")
        head = _("today") if lost["lost"] == 0 else numbers.count(lost["lost"])
        up = 8 if below else -9
        label(ax, (place, 0), head, 0, up, ha="center", fontsize=SMALL, color=PALETTE["muted"])
    foot = _("accounts lost →")
    label(
        ax,
        (1, 1),
        foot,
        -8,
        -10,
        xycoords="axes fraction",
        ha="right",
        fontsize=SMALL,
        color=PALETTE["muted"],
    )
    label(
        ax, (0, 1), scale.unit_label, 8, -10, xycoords="axes fraction", fontsize=SMALL, color=PALETTE["muted"]
    )
