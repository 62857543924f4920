"""How far we reach, what hangs on one of us, and whether roles are clear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers, Scale
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, gridline, label, make_room, mention, room, shorten, width
from kamkit.plots.marks import bar, hline, vline
from kamkit.plots.placement import Box, Mark, place_names
from kamkit.plots.rows import Column, marked, name_of, rest_note, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["leaver_loss", "relationship_coverage", "role_agreement"]

_MOST, _MOST_OURS, _BAR = 24, 14, 0.66
_LEFT, _RIGHT, _HEAD, _FOOT, _STRIP = 52.0, 16.0, 22.0, 44.0, 30.0
_NAMED, _NAME_WIDE, _LINE, _RADIUS = 30, 96.0, 10.0, 5.0
_HALF = 0.5


def _coverage_message(coverage: pd.DataFrame, *, numbers: Numbers) -> str:
    known = coverage[coverage["power_reached"].notna()]
    if known.empty:
        return _("How much of the power we reach is not known: nobody has stated it.")
    low, one = int((known["power_reached"] < _HALF).sum()), int((known["bus_factor"] == 1).sum())
    reach = _("At {low} of {n} accounts we reach less than half of the power that decides")
    if low == 0:
        reach = _("At each of {n} accounts we reach at least half of the power that decides")
    hangs = _("at {one}, half of what we reach hangs on one of us") if one else ""
    counts = {"low": numbers.count(low), "n": numbers.count(len(known)), "one": numbers.count(one)}
    return "; ".join(filter(None, [reach, hangs])).format(**counts) + "."


def _coverage_unit(coverage: pd.DataFrame, *, numbers: Numbers) -> str:
    return _("% of the power; support from −1 to +1")


@exhibit(
    what=N_("how much of the power we reach, and how it stands towards us"),
    how=N_(
        "Further right we reach more of the power that decides, higher it is more for us; a dashed rim marks "
        "where half of what we reach hangs on one of us."
    ),
    drawn=N_("A mark per account: coverage to the right, support upwards, accounts without it below."),
    tables={"coverage": ("account_id", "power_reached", "support", "bus_factor")},
    message=_coverage_message,
    unit=_coverage_unit,
    figsize=(7.2, 4.8),
    height=lambda coverage: 4.8 if coverage["support"].notna().any() else 2.1,
)
def relationship_coverage(
    coverage: pd.DataFrame, *, ax: Axes, numbers: Numbers, names: Mapping[str, str] | None = None
) -> None:
    """Draw accounts by the power we reach and its support.

    Parameters
    ----------
    coverage : by account_id: power_reached (fraction), support (−1 to 1; missing where it is not told),
        bus_factor, as ``method.relationships.relationship_coverage`` returns it.
    names : by account_id, what the accounts are called.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Notes
    -----
    Source: power and attitude after Mendelow (1991).

    Examples
    --------
    >>> coverage = pd.DataFrame({"account_id": ["a", "b"], "power_reached": [0.4, 0.9],
    ...                          "support": [0.2, np.nan], "bus_factor": [1.0, 2.0]})
    >>> relationship_coverage.message(coverage)[:76]
    'At 1 of 2 accounts we reach less than half of the power that decides; at 1, '
    """
    bare(ax)
    rows = coverage[coverage["power_reached"].notna()].sort_values(
        ["power_reached", "account_id"], ignore_index=True
    )
    support = rows["support"].dropna()
    left_out = len(coverage) - len(rows)
    strip = _STRIP if rows["support"].isna().any() else 0.0
    make_room(ax, "x", 0.0, 1.0, _LEFT, _RIGHT + _RADIUS)
    ends = _ends(support)
    make_room(ax, "y", *ends, _FOOT + strip, _HEAD)
    _draw_grid(ax, ends if len(support) else None, ends[0] - strip * _per_point(ax), numbers)
    heights = rows["support"].fillna(ends[0] - 0.55 * strip * _per_point(ax))
    _draw_strip_name(ax, rows["support"].isna(), heights)
    _draw_marks(ax, rows, heights)
    _draw_account_names(ax, rows, heights, names)
    if left_out:
        text = ngettext(
            "{n} account without stated power is not drawn.",
            "{n} accounts without stated power are not drawn.",
            left_out,
        ).format(n=numbers.count(left_out))
        label(ax, (0, 0), text, 8, 7, xycoords="axes fraction", fontsize=SMALL, color=PALETTE["muted"])


def _per_point(ax: Axes) -> float:
    low, high = ax.get_ylim()
    return (high - low) / room(ax)[1]


def _ends(support: pd.Series) -> tuple[float, float]:
    """Quarters around the support there is, zero among them."""
    low = np.floor(4 * min(support.min(), -0.25)) / 4 if len(support) else -0.25
    high = np.ceil(4 * max(support.max(), 0.25)) / 4 if len(support) else 0.25
    return float(low), float(high)


def _draw_grid(ax: Axes, ends: tuple[float, float] | None, foot: float, numbers: Numbers) -> None:
    top = ends[1] if ends is not None else 0.25
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        gridline(ax, "x", share, numbers.percent(share, decimals=0), (foot, top))
    small: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"]}
    if ends is not None:
        for value in np.arange(ends[0], ends[1] + 0.01, 0.25):
            gridline(ax, "y", value, _signed(value, numbers), (0.0, 1.0))
        label(ax, (0.0, top), _("↑ for us"), 0, 11, **small)
        hline(ax, 0.0, 0.0, 1.0, color=PALETTE["text"], linewidth=0.8, zorder=1)
    vline(ax, _HALF, foot, top, color=PALETTE["text"], linewidth=0.8, zorder=1)
    label(ax, (1.0, foot), _("power that we reach →"), 0, -24, ha="right", **small)


def _signed(value: float, numbers: Numbers) -> str:
    text = numbers.scaled(value, Scale(1.0, "", 2)) if value else "0"
    return f"+{text}" if value > 0 else text


def _draw_strip_name(ax: Axes, untold: pd.Series, heights: pd.Series) -> None:
    """Name the strip of those whose support is not told."""
    if not untold.any():
        return
    small: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"], "ha": "right"}
    for text, dy in zip((_("support"), _("not shown")), (4.5, -4.5), strict=True):
        label(ax, (0.0, float(heights[untold].iloc[0])), text, -5, dy, **small)


def _draw_marks(ax: Axes, rows: pd.DataFrame, heights: pd.Series) -> None:
    hangs = (rows["bus_factor"] == 1).to_numpy(dtype=bool)
    looks: tuple[tuple[np.ndarray, dict[str, Any]], ...] = (
        (~hangs, {"c": PALETTE["second"], "edgecolors": PALETTE["actual"], "linewidths": 0.8}),
        (
            hangs,
            {
                "c": PALETTE["bad_wash"],
                "edgecolors": PALETTE["bad"],
                "linewidths": 1.3,
                "linestyles": [(0, (2.2, 1.3))],
            },
        ),
    )
    for which, look in looks:
        if which.any():
            ax.scatter(rows["power_reached"][which], heights[which], s=(2 * _RADIUS) ** 2, zorder=3, **look)


def _draw_account_names(
    ax: Axes, rows: pd.DataFrame, heights: pd.Series, names: Mapping[str, str] | None
) -> None:
    wide, tall = room(ax)
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    marks = [
        Mark((x - x0) / (x1 - x0) * wide, (y - y0) / (y1 - y0) * tall, _RADIUS)
        for x, y in zip(rows["power_reached"], heights, strict=True)
    ]
    texts = [shorten(name_of(key, names), _NAME_WIDE, SMALL) for key in rows["account_id"].head(_NAMED)]
    sizes = [(width(text, SMALL) + 2, _LINE) for text in texts]
    bounds = Box(_LEFT, _FOOT - 8, wide - 4, tall - _HEAD + 4)
    boxes = place_names(marks[: len(texts)], sizes, bounds, obstacles=[mark.box for mark in marks])
    for text, box in zip(texts, boxes, strict=True):
        if box is not None:
            at = (box.left + box.right) / 2, (box.bottom + box.top) / 2
            paper = {"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 0.5}
            place: dict[str, Any] = {"xycoords": "axes fraction", "ha": "center", "fontsize": SMALL}
            label(ax, (0, 0), text, *at, zorder=6, bbox=paper, **place)


def _loss_message(loss: pd.DataFrame, *, numbers: Numbers) -> str:
    first = _ranked(loss).iloc[0]
    if pd.isna(first["share_lost"]):
        return _("What would be lost is not known: nobody has stated the power of the contacts.")
    if first["share_lost"] == 0:
        return _("Nobody of us holds a tie that no other holds too.")
    text = _("If {person} left, {share} of the power we reach would be known to none of us.")
    cut = int(first["accounts_cut"])
    many = ngettext(
        "At {n} account at least half of it would go.", "At {n} accounts at least half of it would go.", cut
    )
    said = f"{text} {many}" if cut else text
    return said.format(
        person=mention(first["person_id"]), share=numbers.percent(first["share_lost"]), n=numbers.count(cut)
    )


def _ranked(loss: pd.DataFrame) -> pd.DataFrame:
    order = ["power_lost", "contacts", "person_id"]
    return loss.sort_values(order, ascending=[False, False, True], ignore_index=True)


def _loss_unit(loss: pd.DataFrame, *, numbers: Numbers) -> str:
    money = _money(loss, numbers)
    share = _("% of the power we reach")
    return f"{share}; {money.unit_label}" if money else share


def _money(loss: pd.DataFrame, numbers: Numbers) -> Scale | None:
    known = loss["revenue_at_risk"].dropna()
    return numbers.scale(known) if len(known) else None


def _many_height(table: pd.DataFrame) -> float:
    return rows_height(min(len(table), _MOST), note=len(table) > _MOST)


@exhibit(
    what=N_("what we lose if one of us leaves"),
    how=N_(
        "The bar is the power that only this person knows, of all the power we reach; revenue stands for "
        "the accounts where half of the ties would go with the person."
    ),
    drawn=N_("A bar per person of ours, the greatest loss first."),
    tables={
        "loss": (
            "person_id", "accounts", "contacts", "contacts_lost", "power_lost", "share_lost", "accounts_cut",
            "revenue_at_risk",
        )
    },
    message=_loss_message,
    unit=_loss_unit,
    figsize=(7.2, 4.0),
    height=lambda loss: rows_height(min(len(loss), _MOST_OURS), note=len(loss) > _MOST_OURS),
)  # fmt: skip
def leaver_loss(
    loss: pd.DataFrame, *, ax: Axes, numbers: Numbers, ours: Mapping[str, str] | None = None
) -> None:
    """Draw what goes with each of our people who leaves without handing over.

    Parameters
    ----------
    loss : by person_id: accounts, contacts, contacts_lost, power_lost, share_lost (fraction),
        accounts_cut, revenue_at_risk (money), as ``method.relationships.leaver_loss`` returns it.
    ours : by person_id, the role of our people.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Notes
    -----
    Source: the truck factor of software teams (Williams & Kessler, 2002).

    Examples
    --------
    >>> loss = pd.DataFrame({"person_id": ["K"], "accounts": 1, "contacts": 2, "contacts_lost": 1,
    ...                      "power_lost": 3.0, "share_lost": 0.6, "accounts_cut": 1,
    ...                      "revenue_at_risk": 900.0})
    >>> leaver_loss.message(loss)[:66]
    'If K left, 60.0% of the power we reach would be known to none of u'
    """
    rows = _ranked(loss).head(_MOST_OURS)
    roles = [ours.get(p) if ours is not None else None for p in rows["person_id"]]
    names = [
        f"{p} · {r}" if isinstance(r, str) and r else str(p)
        for p, r in zip(rows["person_id"], roles, strict=True)
    ]
    columns = [
        Column(_("share"), [numbers.percent(s) for s in rows["share_lost"]]),
        Column(_("contacts\nonly here"), [numbers.count(n) for n in rows["contacts_lost"]]),
        Column(_("accounts\ncut by half"), [marked(numbers.count(n), n > 0) for n in rows["accounts_cut"]]),
    ]
    scale = _money(loss, numbers)
    if scale is not None:
        head = _("revenue there,\n{unit}").format(unit=scale.unit_label)
        columns.append(Column(head, [numbers.scaled(m, scale) for m in rows["revenue_at_risk"]]))
    longest = max(float(rows["share_lost"].max()), 0.01) if rows["share_lost"].notna().any() else 1.0
    set_rows(ax, names, columns, (0, longest), 6, rest_note(len(rows), len(loss), numbers))
    cut = rows["accounts_cut"].to_numpy() > 0
    faces = [PALETTE["bad" if c else "actual"] for c in cut]
    for row, (lost, face) in enumerate(zip(rows["share_lost"].fillna(0.0), faces, strict=True)):
        bar(ax, row, lost, _BAR, facecolor=face, zorder=3)
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)


def _agreement_message(agreement: pd.DataFrame, *, numbers: Numbers) -> str:
    known = agreement[agreement["agreement"].notna()]
    if known.empty:
        return _("Whether those asked agree is not known: at no account were two of us asked.")
    apart = known[known["agreement"] < 1]
    if apart.empty:
        return _("At all {n} accounts everybody asked names the same accountable people.").format(
            n=numbers.count(len(known))
        )
    text = ngettext(
        "At {apart} of {n} accounts those asked do not name the same accountable people; "
        "at worst {share} name the same one.",
        "At {apart} of {n} accounts those asked do not name the same accountable people; "
        "at worst {share} name the same one.",
        len(apart),
    )
    counts = {"apart": numbers.count(len(apart)), "n": numbers.count(len(known))}
    return text.format(share=numbers.percent(known["lowest"].min()), **counts)


def _agreement_unit(agreement: pd.DataFrame, *, numbers: Numbers) -> str:
    return _("% of those asked")


@exhibit(
    what=N_("whether those asked name the same accountable person"),
    how=N_(
        "The bar is the share who name the person most often named, on average over the tasks; “as agreed” "
        "is the share who name the one whom the agreed roles name."
    ),
    drawn=N_("A bar per account, the least agreement first."),
    tables={"agreement": ("account_id", "tasks", "respondents", "agreement", "lowest", "as_agreed")},
    message=_agreement_message,
    unit=_agreement_unit,
    figsize=(7.2, 4.0),
    height=_many_height,
)
def role_agreement(
    agreement: pd.DataFrame, *, ax: Axes, numbers: Numbers, names: Mapping[str, str] | None = None
) -> None:
    """Draw how far those asked name the same accountable person.

    Parameters
    ----------
    agreement : by account_id: tasks, respondents, agreement (fraction; missing with one respondent),
        lowest, as_agreed, as ``method.relationships.agreement_by_account`` returns it.
    names : by account_id, what the accounts are called.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Notes
    -----
    Source: percent agreement on the modal answer.

    Examples
    --------
    >>> agreement = pd.DataFrame({"account_id": ["a"], "tasks": 3, "respondents": 5, "agreement": 0.6,
    ...                           "lowest": 0.4, "as_agreed": 0.6})
    >>> role_agreement.message(agreement)[-36:]
    'e; at worst 40.0% name the same one.'
    """
    order = ["agreement", "account_id"]
    rows = agreement.sort_values(order, na_position="last", ignore_index=True).head(_MOST)
    columns = [
        Column(_("agree"), [marked(numbers.percent(s), s < 1) for s in rows["agreement"]]),
        Column(_("worst task"), [numbers.percent(s) for s in rows["lowest"]]),
        Column(_("as agreed"), [numbers.percent(s) for s in rows["as_agreed"]]),
        Column(_("asked"), [numbers.count(n) for n in rows["respondents"]]),
    ]
    shown = [name_of(key, names) for key in rows["account_id"]]
    set_rows(ax, shown, columns, (0, 1.0), 6, rest_note(len(rows), len(agreement), numbers))
    faces = [PALETTE["bad" if a < 1 else "actual"] for a in rows["agreement"].fillna(1.0)]
    for row, (agreed, face) in enumerate(zip(rows["agreement"].fillna(0.0), faces, strict=True)):
        bar(ax, row, agreed, _BAR, facecolor=face, zorder=3)
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)
