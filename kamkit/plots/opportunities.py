"""What deals are worth by their stage, who wins them, and which deserve the hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import label, mention, rows_of
from kamkit.plots.marks import bar, dot, hline, vline
from kamkit.plots.rows import Column, name_of, rest_note, rows_height, set_rows
from kamkit.plots.style import PALETTE, SCENARIOS, SMALL

__all__ = ["DIMENSIONS", "deal_priorities", "stage_probabilities", "win_rate_groups"]

_BAR, _MOST, _MOST_DEALS, _MOST_LEFT_OUT = 0.62, 30, 25, 6
DIMENSIONS = {
    "owner": N_("Owner"),
    "family": N_("Product family"),
    "bu_id": N_("Business unit"),
    "stage": N_("Stage"),
}
_SAME = 0.03


def _stages_message(stages: pd.DataFrame, accuracy: Any = None, *, numbers: Numbers) -> str:
    if accuracy is None or pd.isna(accuracy.seller_brier):
        return _stages_alone(stages, numbers)
    parts = {
        "said": numbers.percent(accuracy.said),
        "won": numbers.percent(accuracy.win_rate),
        "seller": numbers.number(accuracy.seller_brier),
        "base": numbers.number(accuracy.base_brier),
    }
    if accuracy.seller_brier > accuracy.base_brier:
        text = _(
            "Sellers gave {said} to deals of which {won} were won, worse than one average for all (Brier "
            "score {seller} against {base}): count by history."
        )
    elif pd.notna(accuracy.history_brier) and accuracy.history_brier < accuracy.seller_brier:
        text = _(
            "Sellers gave {said} to deals of which {won} were won. They beat one average for all deals, not "
            "the history of the stages (Brier score {seller} against {history}): count by history."
        )
        parts["history"] = numbers.number(accuracy.history_brier)
    else:
        text = _(
            "Sellers gave {said} to deals of which {won} were won, and judge single deals better than "
            "history does (Brier score {seller} against {base} for one average): listen to them."
        )
    return text.format(**parts)


def _stages_alone(stages: pd.DataFrame, numbers: Numbers) -> str:
    known = stages[stages["history"].notna()]
    if known.empty:
        return _("No stage has a history: the probability of its deals can't be assessed.")
    last = known.iloc[-1]
    parts = {
        "stage": mention(last["stage"]),
        "history": numbers.percent(last["history"]),
        "rate": numbers.percent(last["win_rate"]),
    }
    if last["basis"] == "all":
        return _(
            "Where deals were decided from is not known: {history} of all that began were won by the age of "
            "the oldest decided one. Stages can't be told apart."
        ).format(**parts)
    return _(
        "Of the deals that reach {stage}, {history} are won, counting those still open as undecided."
    ).format(**parts)


def _stages_height(stages: pd.DataFrame, accuracy: Any) -> float:
    return rows_height(min(len(stages), _MOST)) + 0.35


@exhibit(
    what=N_("probability of winning by stage"),
    how=N_(
        "Filled: what became of earlier deals, open ones counted as not yet decided, with its 95% interval; "
        "hollow: what sellers say of their open deals; cross: what the system assumes."
    ),
    drawn=N_("A row per stage: a point with its interval for history, a hollow one for the sellers' view."),
    tables={
        "stages": (
            "stage",
            "open",
            "closed",
            "win_rate",
            "history",
            "history_low",
            "history_high",
            "seller",
            "basis",
        )
    },
    message=_stages_message,
    unit=lambda stages, accuracy=None, *, numbers: _("% of deals"),
    figsize=(7.2, 2.4),
    height=lambda stages, accuracy=None: _stages_height(stages, accuracy),
)
def stage_probabilities(stages: pd.DataFrame, accuracy: Any = None, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the probability of winning by stage: history, seller, system.

    Parameters
    ----------
    stages : by stage, as ``method.opportunities.stage_probabilities`` returns it.
    accuracy : seller_brier, base_brier, history_brier (scores), said, win_rate (fractions), as
        ``method.opportunities.seller_accuracy`` returns it, where sellers' probabilities are known.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> stages = pd.DataFrame({"stage": ["Offer"], "open": [4], "closed": [10], "win_rate": [0.5],
    ...     "history": [0.4], "history_low": [0.2], "history_high": [0.6], "seller": [0.7],
    ...     "basis": ["stage"]})
    >>> stage_probabilities.message(stages)
    'Of the deals that reach Offer, 40.0% are won, counting those still open as undecided.'
    """
    rows = stages.head(_MOST)
    system = "crm" in rows
    columns = [
        Column(_("decided"), [numbers.count(n) for n in rows["closed"]]),
        Column(_("open"), [numbers.count(n) for n in rows["open"]]),
        Column(_("won of\ndecided"), [numbers.percent(p) for p in rows["win_rate"]]),
        Column(_("history"), [numbers.percent(p) for p in rows["history"]]),
        Column(_("sellers"), [numbers.percent(p) for p in rows["seller"]]),
    ]
    if system:
        columns.append(Column(_("system"), [numbers.percent(p) for p in rows["crm"]]))
    set_rows(ax, [str(s) for s in rows["stage"]], columns, (0, 1), 14)
    foot = len(rows) - 0.45
    for at in (0.0, 0.5, 1.0):
        vline(ax, at, -0.55, foot, color=PALETTE["line"], linewidth=0.5, zorder=0)
        small: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": SMALL, "color": PALETTE["muted"]}
        label(ax, (at, -0.75), numbers.percent(at, decimals=0), **small)
    for row, stage in rows_of(rows):
        _draw_stage(ax, row, stage, stage.crm if system else np.nan)


def _draw_stage(ax: Axes, row: int, stage: Any, system: float) -> None:
    if pd.notna(stage.history):
        hline(
            ax, row, stage.history_low, stage.history_high, color=PALETTE["actual"], linewidth=2.2, zorder=2
        )
        dot(ax, stage.history, row, "o", color=PALETTE["actual"], markersize=7, zorder=4)
    if pd.notna(stage.seller):
        hollow: dict[str, Any] = {"markerfacecolor": "white", "markeredgewidth": 1.6, "markersize": 7}
        dot(ax, stage.seller, row, "o", color=PALETTE["actual"], zorder=3, **hollow)
    if pd.notna(system):
        dot(ax, system, row, "x", color=PALETTE["text"], markersize=6, markeredgewidth=1.6, zorder=5)


def _groups_message(rates: pd.DataFrame, *, numbers: Numbers) -> str:
    return " ".join(_difference(str(d), part, numbers) for d, part in rates.groupby("dimension", sort=False))


def _difference(dimension: str, part: pd.DataFrame, numbers: Numbers) -> str:
    """Whether the groups of one dimension differ by more than chance, and how far."""
    called = _(DIMENSIONS.get(dimension, dimension))
    decided = part[part["closed"] > 0].sort_values("shrunk", kind="stable")
    if len(decided) < 2:
        return _("{dimension}: only one, nothing to compare.").format(dimension=called)
    low, high = decided.iloc[0], decided.iloc[-1]
    if len(decided) <= 3:
        return _("{dimension}: too few to tell differences from chance.").format(dimension=called)
    if high["shrunk"] - low["shrunk"] < _SAME:
        return _("{dimension}: hardly a difference once chance is taken out.").format(dimension=called)
    return _("{dimension}: from {low} ({worst}) to {high} ({best}), chance taken out.").format(
        dimension=called,
        low=numbers.percent(low["shrunk"]), worst=mention(low["group"]),
        high=numbers.percent(high["shrunk"]), best=mention(high["group"]),
    )  # fmt: skip


@exhibit(
    what=N_("win rates"),
    how=N_(
        "Hollow: won over won and lost. Filled: the same drawn to the mean of its kind, the more the fewer "
        "deals it rests on; where all stand at one point, nobody differs more than chance."
    ),
    drawn=N_("A row per group: the rate as counted and the rate with chance taken out."),
    tables={"rates": ("dimension", "group", "won", "closed", "win_rate", "shrunk")},
    message=_groups_message,
    unit=lambda rates, *, numbers: _("% of decided deals"),
    figsize=(7.2, 4.0),
    height=lambda rates: rows_height(min(len(rates), _MOST), note=len(rates) > _MOST),
)
def win_rate_groups(rates: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw win rates by group, as counted and shrunk (Efron & Morris, 1977).

    Parameters
    ----------
    rates : dimension, group, won, closed, win_rate, shrunk, as ``method.opportunities.win_rates_by`` has it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> rates = pd.DataFrame({"dimension": "owner", "group": ["a", "b", "c", "d"], "won": 5, "closed": 10,
    ...     "win_rate": 0.5, "shrunk": 0.5})
    >>> win_rate_groups.message(rates)
    'Owner: hardly a difference once chance is taken out.'
    """
    rows = rates.head(_MOST).reset_index(drop=True)
    first = rows["dimension"].ne(rows["dimension"].shift())
    kinds = [_(DIMENSIONS.get(d, d)) if f else "" for d, f in zip(rows["dimension"], first, strict=True)]
    columns = [
        Column(_("split by"), kinds),
        Column(_("won"), [numbers.count(n) for n in rows["won"]]),
        Column(_("decided"), [numbers.count(n) for n in rows["closed"]]),
        Column(_("win rate"), [numbers.percent(p) for p in rows["win_rate"]]),
        Column(_("chance\ntaken out"), [numbers.percent(p) for p in rows["shrunk"]]),
    ]
    note = rest_note(len(rows), len(rates), numbers)
    set_rows(ax, [name_of(g, None) for g in rows["group"]], columns, (0, 1), 14, note)
    foot = len(rows) - 0.45
    for at in (0.0, 0.5, 1.0):
        vline(ax, at, -0.55, foot, color=PALETTE["line"], linewidth=0.5, zorder=0)
        small: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": SMALL, "color": PALETTE["muted"]}
        label(ax, (at, -0.75), numbers.percent(at, decimals=0), **small)
    for row, group in rows_of(rows):
        if first[row] and row:
            hline(ax, row - 0.5, 0, 1, color=PALETTE["line"], linewidth=0.8)
        dot(ax, group.win_rate, row, "o", color=PALETTE["second"], markerfacecolor="white", markersize=6)
        dot(ax, group.shrunk, row, "o", color=PALETTE["actual"], markersize=6, zorder=3)


def _priorities_message(deals: pd.DataFrame, summary: Any, *, numbers: Numbers) -> str:
    parts = {
        "hours": numbers.count(summary.capacity),
        "all": numbers.count(summary.deals),
        "n": numbers.count(summary.chosen),
        "margin": numbers.money(summary.margin),
        "share": numbers.percent(summary.margin_share),
        "beyond": numbers.money(summary.beyond),
        "cut": numbers.money(summary.cut),
    }
    if not summary.chosen:
        return _("No deal is expected to bring anything for the {hours} hours there are.").format(**parts)
    if summary.chosen == summary.deals:
        text = _("The {hours} hours carry all {n} deals; the last brings {cut} an hour.")
    elif pd.isna(summary.margin_share):
        text = _("{hours} hours carry {n} of {all} deals, with {margin} of expected contribution.")
    else:
        text = ngettext(
            "{hours} hours carry {n} of {all} deals and {share} of the expected contribution, {margin}. The "
            "best deal left out brings {beyond} an hour.",
            "{hours} hours carry {n} of {all} deals and {share} of the expected contribution, {margin}. The "
            "best of those left out brings {beyond} an hour.",
            summary.deals - summary.chosen,
        )
    return text.format(**parts)


def _priorities_unit(deals: pd.DataFrame, summary: Any, *, numbers: Numbers) -> str:
    return _("{currency} an hour").format(currency=numbers.unit)


def _ranked(deals: pd.DataFrame) -> pd.DataFrame:
    """The best of the chosen, and the best of those left out."""
    ranked = deals[deals["rank"].notna()].sort_values("rank")
    chosen, left_out = ranked[ranked["chosen"]], ranked[~ranked["chosen"]]
    most = _MOST_DEALS - min(len(left_out), _MOST_LEFT_OUT)
    shown = chosen.head(most)
    return pd.concat([shown, left_out.head(_MOST_DEALS - len(shown))])


@exhibit(
    what=N_("expected contribution per hour of the open deals"),
    how=N_(
        "Probability times amount times margin over the hours a deal still takes; filled bars are what the "
        "hours there are carry, outlined ones below the line are left out."
    ),
    drawn=N_("A horizontal bar per open deal, the best on top, filled where the hours carry it."),
    tables={
        "deals": (
            "opportunity_id", "account_id", "stage", "amount", "probability", "effort", "return_per_hour",
            "rank", "chosen",
        )
    },
    message=_priorities_message,
    unit=_priorities_unit,
    figsize=(7.2, 4.0),
    height=lambda deals, summary: rows_height(len(_ranked(deals)), note=True),
)  # fmt: skip
def deal_priorities(
    deals: pd.DataFrame, summary: Any, *, ax: Axes, numbers: Numbers, names: Mapping[str, str] | None = None
) -> None:
    """Draw the deals that deserve the hours there are.

    Parameters
    ----------
    deals : by opportunity_id, ranked, as ``method.opportunities.prioritise`` returns them.
    summary : capacity, deals, chosen, margin, margin_share, cut, beyond, as
        ``method.opportunities.priority_summary`` returns it.
    names : what accounts are called.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> deals = pd.DataFrame({"opportunity_id": ["a"], "account_id": ["x"], "stage": ["Offer"],
    ...     "amount": [100.0], "probability": [0.5], "effort": [10.0], "return_per_hour": [2.0],
    ...     "rank": [1], "chosen": [True]})
    >>> summary = SimpleNamespace(capacity=20.0, deals=1, chosen=1, margin=20.0, margin_share=1.0, cut=2.0,
    ...                           beyond=float("nan"))
    >>> deal_priorities.message(deals, summary)
    'The 20 hours carry all 1 deals; the last brings EUR 2.00 an hour.'
    """
    rows = _ranked(deals).reset_index(drop=True)
    scale = numbers.scale(rows["amount"])
    columns = [
        Column(_("rank"), [numbers.count(r) for r in rows["rank"]]),
        Column(_("deal"), [str(i) for i in rows["opportunity_id"]]),
        Column(_("stage"), ["" if pd.isna(s) else str(s)[:16] for s in rows["stage"]]),
        Column(
            _("amount,\n{unit}").format(unit=scale.unit_label),
            [numbers.scaled(v, scale) for v in rows["amount"]],
        ),
        Column(_("chance"), [numbers.percent(p, decimals=0) for p in rows["probability"]]),
        Column(_("hours"), [numbers.count(h) for h in rows["effort"]]),
        Column(
            _("{currency}\nan hour").format(currency=numbers.unit),
            [numbers.count(v) for v in rows["return_per_hour"]],
        ),
    ]  # fmt: skip
    low, high = min(0.0, float(rows["return_per_hour"].min())), max(0.0, float(rows["return_per_hour"].max()))
    note = rest_note(len(rows), len(deals), numbers)
    set_rows(ax, [name_of(key, names) for key in rows["account_id"]], columns, (low, high or 1.0), 14, note)
    carried = int(rows["chosen"].sum())
    if 0 < carried < len(rows):
        ax.axhline(carried - 0.5, 0.01, 0.99, color=PALETTE["text"], linewidth=0.8, linestyle=(0, (4, 2)))
    for row, deal in rows_of(rows):
        look: Any = SCENARIOS["actual" if deal.chosen else "plan"]
        bar(ax, row, deal.return_per_hour, _BAR, linewidth=0.8, zorder=3, **look)
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)
