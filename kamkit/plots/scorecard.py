"""Scorecards of the programme and of its accounts: points, parts, and what moved them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import mention, rows_of
from kamkit.plots.marks import bar, vline
from kamkit.plots.rows import Column, rest_note, rows_height, set_rows
from kamkit.plots.style import PALETTE

__all__ = ["PART_NAMES", "account_scorecards", "part_name", "programme_scorecard"]

PART_NAMES = {
    "sales_growth": N_("Growth"),
    "return_on_sales": N_("Customer profit over pocket revenue"),
    "share_of_wallet": N_("Share of wallet"),
    "power_reached": N_("Power reached at the customer"),
    "satisfaction": N_("Satisfaction"),
    "score": N_("Score"),
}
_SHORT = {
    "sales_growth": N_("growth"),
    "return_on_sales": N_("profit"),
    "share_of_wallet": N_("wallet"),
    "power_reached": N_("reach"),
    "satisfaction": N_("satis-\nfaction"),
}
_BAR, _MOST = 0.6, 24
_OWN = ("account_id", "score", "known_weight", "score_before", "score_change", "largest")


def part_name(part: str) -> str:
    return _(PART_NAMES[part]) if part in PART_NAMES else mention(part.replace("_", " "))


def _programme_message(scorecard: pd.DataFrame, *, numbers: Numbers) -> str:
    total = scorecard[scorecard["element"] == "score"].iloc[-1]
    parts = scorecard[(scorecard["element"] != "score") & scorecard["points"].notna()]
    if pd.isna(total["points"]):
        told = _("The programme can't be scored: only {known} of the weights stand on something known.")
        return told.format(known=numbers.percent(total["weight"], decimals=0))
    text = [_("The programme scores {points}.").format(points=numbers.percent(total["points"], decimals=0))]
    if len(parts) > 1:
        short = parts.assign(missing=parts["possible"] - parts["points"]).sort_values(
            "missing", ascending=False
        )
        worst = short.iloc[0]
        told = _("Most is missing in “{part}”: {value}, {high} is full.")
        text.append(
            told.format(
                part=part_name(worst["element"]),
                value=numbers.percent(worst["achieved"]),
                high=numbers.percent(worst["anchor_high"]),
            )
        )
    if pd.notna(total["points_change"]):
        moved = parts.loc[parts["points_change"].abs().fillna(0.0).sort_values(ascending=False).index]
        told = _("Since the last run {change}, mostly by “{part}”.")
        if total["points_change"] or moved["points_change"].fillna(0.0).abs().iloc[0] > 0:
            change = numbers.percent(total["points_change"], change=True)
            text.append(told.format(change=change, part=part_name(moved["element"].iloc[0])))
        else:
            text.append(_("Nothing has moved since the last run."))
    return " ".join(text)


@exhibit(
    what=N_("scorecard of the key-account programme"),
    how=N_(
        "The outline is what a part can bring, the filled bar what it brings; the anchors say which "
        "value brings nothing and which brings all."
    ),
    drawn=N_(
        "A filled bar in an outlined one per part, with value, anchors and what moved since the last run."
    ),
    tables={
        "scorecard": (
            "element",
            "achieved",
            "anchor_low",
            "anchor_high",
            "weight",
            "possible",
            "points",
            "points_change",
        )
    },
    message=_programme_message,
    unit=lambda scorecard, numbers: _("% of all points"),
    figsize=(7.2, 2.4),
    height=lambda scorecard: rows_height(len(scorecard)),
)
def programme_scorecard(scorecard: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the points of each part of the programme's score (Kaplan & Norton, 1992).

    Parameters
    ----------
    scorecard : element, achieved, anchor_low, anchor_high, weight, possible, points, points_change
        (fractions), the row "score" last, as ``method.programme.scorecard`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> table = pd.DataFrame({"element": ["growth", "score"],
    ...     "achieved": [0.1, None],
    ...     "anchor_low": [0.0, None], "anchor_high": [0.2, None],
    ...     "weight": 1.0, "possible": 1.0, "points": 0.5,
    ...     "points_change": float("nan")})
    >>> programme_scorecard.message(table)
    'The programme scores 50%.'
    """
    rows = scorecard.reset_index(drop=True)
    columns = [
        Column(_("value"), [numbers.percent(v) if pd.notna(v) else "" for v in rows["achieved"]]),
        Column(_("anchors"), [_anchors(r, numbers) for r in rows.itertuples()]),
        Column(_("points"), [numbers.percent(p) for p in rows["points"]]),
    ]
    if rows["points_change"].notna().any():
        colors = [PALETTE["bad" if c < 0 else "text"] for c in rows["points_change"]]
        columns.append(
            Column(
                _("since\nlast run"), [numbers.percent(c, change=True) for c in rows["points_change"]], colors
            )
        )
    set_rows(ax, [part_name(p) for p in rows["element"]], columns, (0.0, _widest(rows)), 4)
    for row, part in rows_of(rows):
        edge: dict[str, Any] = {"facecolor": "none", "edgecolor": PALETTE["second"], "linewidth": 0.8}
        if pd.notna(part.points):
            bar(ax, row, part.possible, _BAR, zorder=2, **edge)
            bar(ax, row, part.points, _BAR, facecolor=PALETTE["actual"], zorder=3)
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)


def _widest(rows: pd.DataFrame) -> float:
    return float(rows["possible"].max()) if rows["possible"].notna().any() else 1.0


def _anchors(row: Any, numbers: Numbers) -> str:
    if pd.isna(row.anchor_low):
        return ""
    ends = (numbers.percent(v, decimals=0) for v in (row.anchor_low, row.anchor_high))
    return _("{low} to {high}").format(**dict(zip(("low", "high"), ends, strict=True)))


def _accounts_message(card: pd.DataFrame, *, numbers: Numbers) -> str:
    known = card[card["score"].notna()].sort_values(["score", "account_id"], ascending=[False, True])
    if known.empty:
        return _("None of the accounts can be scored.")
    best, worst = (_called(row) for row in (known.iloc[0], known.iloc[-1]))
    text = _("Accounts score from {low} ({worst}) to {high} ({best}).").format(
        low=numbers.percent(known["score"].iloc[-1], decimals=0),
        high=numbers.percent(known["score"].iloc[0], decimals=0),
        worst=worst,
        best=best,
    )
    moved = known[known["score_change"].abs().fillna(0.0) > 0]
    if moved.empty:
        return text
    most = moved.iloc[int(moved["score_change"].abs().argmax())]
    told = _("Since the last run {name} moved most: {change}, by “{part}”.").format(
        name=_called(most),
        change=numbers.percent(most["score_change"], change=True),
        part=part_name(str(most["largest"])),
    )
    return f"{text} {told}"


def _called(row: Any) -> str:
    name = row.get("name")
    return mention(name if isinstance(name, str) and name.strip() else row["account_id"])


@exhibit(
    what=N_("scorecards of the accounts"),
    how=N_(
        "The bar is the score; the columns say how many of its points each part brings. Where a part is "
        "not known the "
        "score rests on the others."
    ),
    drawn=N_("A bar per account for its score, the best on top, with the points of each part."),
    tables={"card": _OWN},
    message=_accounts_message,
    unit=lambda card, numbers: _("% of all points"),
    figsize=(7.2, 4.4),
    height=lambda card: rows_height(min(len(card), _MOST), note=len(card) > _MOST),
)
def account_scorecards(card: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the score of each account and the points of its parts.

    Parameters
    ----------
    card : account_id, a column of points for each part, score, known_weight, score_before, score_change,
        largest; name where known; as ``method.programme.account_scorecard`` returns it.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> nothing = float("nan")
    >>> card = pd.DataFrame({"account_id": ["C1"], "growth": [0.5], "score": [0.5], "known_weight": [1.0],
    ...                      "score_before": nothing, "score_change": nothing, "largest": [None]})
    >>> account_scorecards.message(card)
    'Accounts score from 50% (C1) to 50% (C1).'
    """
    rows = card.sort_values(["score", "account_id"], ascending=[False, True]).head(_MOST)
    parts = [c for c in rows.select_dtypes("number") if c not in _OWN and rows[c].notna().any()]
    columns = [Column(_("score"), [numbers.percent(s, decimals=0) for s in rows["score"]])]
    columns += [
        Column(
            _(_SHORT.get(str(p), str(p))),
            [numbers.percent(v, decimals=0) if pd.notna(v) else "–" for v in rows[p]],
        )
        for p in parts
    ]
    if rows["score_change"].notna().any():
        colors = [PALETTE["bad" if c < 0 else "text"] for c in rows["score_change"]]
        columns.append(
            Column(
                _("since\nlast run"), [numbers.percent(c, change=True) for c in rows["score_change"]], colors
            )
        )
    note = rest_note(len(rows), len(card), numbers)
    set_rows(ax, [_called(r) for _i, r in rows.iterrows()], columns, (0.0, 1.0), 4, note)
    for row, account in rows_of(rows):
        bar(ax, row, 1.0, _BAR, facecolor="none", edgecolor=PALETTE["line"], linewidth=0.6, zorder=2)
        if pd.notna(account.score):
            bar(ax, row, account.score, _BAR, facecolor=PALETTE["actual"], zorder=3)
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)
