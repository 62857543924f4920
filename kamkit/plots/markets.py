"""How the markets grow, and whether we grow with them."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import label, mention, rows_of
from kamkit.plots.marks import bar, vline
from kamkit.plots.rows import Column, rest_note, rows_height, set_rows
from kamkit.plots.style import PALETTE, SMALL

__all__ = ["market_growth", "market_growth_split"]

_MOST, _BAR = 12, 0.6
_PARTS = ("market_effect", "share_effect", "interaction", "change")


def _growth_message(shares: pd.DataFrame, *, numbers: Numbers) -> str:
    rows = _latest(shares, "year")
    known = rows[rows["growth"].notna()]
    top = rows.iloc[0]
    parts = {
        "year": str(int(top["year"])),
        "n": numbers.count(len(known)),
        "grown": numbers.count(int((known["growth"] > 0).sum())),
        "market": mention(_market_names(rows)[0]),
        "amount": numbers.money(top["market"]),
        "share": numbers.percent(top["share"]),
    }
    first = ngettext(
        "{market} is a market of {amount} in {year}; we hold {share} of it.",
        "The largest market in {year} is {market}, {amount}; we hold {share} of it.",
        len(rows),
    )
    second = ngettext("{grown} of {n} market grew.", "{grown} of {n} markets grew.", len(known))
    sentences = [first, second] if len(known) else [first]
    if pd.isna(top["market"]):
        sentences[0] = _("The size of no market in {year} is known, so shares are not assessed.")
    elif pd.isna(top["share"]):
        sentences[0] = ngettext(
            "{market} is a market of {amount} in {year}; our share of it is not known.",
            "The largest market in {year} is {market}, {amount}; our share of it is not known.",
            len(rows),
        )
    return " ".join(sentences).format(**parts)


def _growth_unit(shares: pd.DataFrame, *, numbers: Numbers) -> str:
    return numbers.scale(_latest(shares, "year")["market"]).unit_label


def _growth_height(shares: pd.DataFrame) -> float:
    return _rows_height(shares, "year")


@exhibit(
    what=N_("markets, their growth and our share"),
    how=N_("The length of a bar is the market, its dark part is ours."),
    drawn=N_(
        "A bar per market, sorted by size, with our part of it, its growth, our share and relative share."
    ),
    tables={
        "shares": (
            "scope",
            "scope_id",
            "family",
            "year",
            "market",
            "own",
            "share",
            "relative_share",
            "growth",
        )
    },
    message=_growth_message,
    unit=_growth_unit,
    figsize=(7.2, 2.6),
    height=_growth_height,
)
def market_growth(shares: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw the markets of the latest year with growth, our share and relative share (Henderson, 1970).

    Parameters
    ----------
    shares : columns scope, scope_id, family, year, market, own (money), share (fraction),
        relative_share (ours ÷ the largest competitor's), growth (of the market, fraction), as
        ``method.markets.market_share`` returns it. Rows of scope "market" are drawn where there are
        any, otherwise the accounts' wallets.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> shares = pd.DataFrame({"scope": "market", "scope_id": "Nordics", "family": ["Pumps"], "year": [2025],
    ...     "market": [1000.0], "own": [230.0], "share": [0.23], "relative_share": [0.8], "growth": [0.07]})
    >>> market_growth.message(shares)
    'Pumps is a market of EUR 1.00 k in 2025; we hold 23.0% of it. 1 of 1 market grew.'
    """
    latest = _latest(shares, "year")
    rows = latest.head(_MOST)
    scale = numbers.scale(rows["market"])
    columns = [
        Column(
            _("market, {unit}").format(unit=scale.unit_label),
            [numbers.scaled(m, scale) for m in rows["market"]],
        ),
        Column(
            _("growth"),
            [numbers.percent(g, change=True) for g in rows["growth"]],
            [PALETTE["bad" if g < 0 else "text"] for g in rows["growth"]],
        ),
        Column(_("our share"), [numbers.percent(s) for s in rows["share"]]),
        Column(_("relative to\nthe largest"), [numbers.number(s) for s in rows["relative_share"]]),
    ]
    longest = rows["market"].max()
    note = _note(shares, latest, "year", numbers)
    set_rows(ax, _market_names(rows), columns, (0, 1.0 if pd.isna(longest) else longest), 0, note)
    for row, market in rows_of(rows):
        if pd.notna(market.market):
            bar(
                ax,
                row,
                market.market,
                _BAR,
                facecolor=PALETTE["wash"],
                edgecolor=PALETTE["second"],
                linewidth=0.8,
            )
        if pd.notna(market.own):
            bar(ax, row, market.own, _BAR, facecolor=PALETTE["actual"], zorder=3)
    label(ax, (0, -0.75), _("market, of which ours"), fontsize=SMALL, color=PALETTE["muted"], va="bottom")
    vline(ax, 0, -0.55, len(rows) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)


def _split_message(split: pd.DataFrame, *, numbers: Numbers) -> str:
    rows = _latest(split, "year_to")
    top = rows.iloc[0]
    known = rows[rows["share_effect"].notna()]
    parts = {
        "n": numbers.count(len(known)),
        "gained": numbers.count(int((known["share_effect"] > 0).sum())),
        "market": mention(_market_names(rows)[0]),
        "change": numbers.change(top["change"]),
        "from_market": numbers.change(top["market_effect"]),
        "from_share": numbers.change(top["share_effect"]),
        "before": str(int(top["year_from"])),
        "year": str(int(top["year_to"])),
    }
    if known.empty:
        return _("Whether we grew with our markets or against them is not assessed: their size is not known.")
    first = _(
        "Our sales moved most in {market}: {change} from {before} to {year}, of which {from_market} from the "
        "market and {from_share} from our share."
    )
    second = ngettext(
        "We gained share in {gained} of {n} market.",
        "We gained share in {gained} of {n} markets.",
        len(known),
    )
    return f"{first} {second}".format(**parts)


def _split_unit(split: pd.DataFrame, *, numbers: Numbers) -> str:
    return numbers.scale(_latest(split, "year_to")[list(_PARTS)].stack()).unit_label


def _split_height(split: pd.DataFrame) -> float:
    return _rows_height(split, "year_to")


@exhibit(
    what=N_("growth of our sales: with the market, and against it"),
    how=N_("To the right of each line is growth; the last column is the sum of the three before it."),
    drawn=N_(
        "For each market, bars for the effect of the market, of our share, of both together, and their sum."
    ),
    tables={"split": ("scope", "scope_id", "family", "year_from", "year_to", *_PARTS)},
    message=_split_message,
    unit=_split_unit,
    figsize=(7.2, 2.6),
    height=_split_height,
)
def market_growth_split(split: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw what of the change of our sales came from the market and what from our share (shift-share).

    Parameters
    ----------
    split : columns scope, scope_id, family, year_from, year_to, market_effect, share_effect,
        interaction, change (money), as ``method.markets.growth_split`` returns it; the latest
        year_to is drawn.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Examples
    --------
    >>> split = pd.DataFrame({"scope": "market", "scope_id": "Nordics", "family": ["Pumps"],
    ...     "year_from": [2024], "year_to": [2025], "market_effect": [7.0],
    ...     "share_effect": [20.0], "interaction": [1.4], "change": [28.4]})
    >>> market_growth_split.message(split)
    'Our sales moved most in Pumps: EUR +28.4 from 2024 to 2025, of which EUR +7.00 from the market and...'
    """
    latest = _latest(split, "year_to")
    rows = latest.head(_MOST)
    scale = numbers.scale(rows[list(_PARTS)].stack())
    texts = {part: [numbers.change(v, scale) for v in rows[part]] for part in _PARTS}
    low, high = min(0.0, rows[list(_PARTS)].min().min()), max(0.0, rows[list(_PARTS)].max().max())
    reach = (high - low) or 1.0
    room_per_part = reach * 1.75
    offsets = [i * room_per_part - low for i in range(len(_PARTS))]
    note = _note(split, latest, "year_to", numbers)
    set_rows(ax, _market_names(rows), [], (0, room_per_part * len(_PARTS)), 0, note)
    heads = (
        _("market"),
        _("our share"),
        _("both together"),
        _("change, {unit}").format(unit=scale.unit_label),
    )
    for part, offset, head in zip(_PARTS, offsets, heads, strict=True):
        _draw_part(ax, offset, rows[part], texts[part], total=part == "change")
        label(ax, (offset, -0.75), head, fontsize=SMALL, color=PALETTE["muted"], va="bottom")


def _draw_part(ax: Axes, offset: float, values: pd.Series, texts: list[str], total: bool) -> None:
    """One column of variances around its own zero line; green and red with the sign printed."""
    for row, (value, text) in enumerate(zip(values, texts, strict=True)):
        if pd.notna(value):
            color = PALETTE["bad" if value < 0 else "good"]
            bar(ax, row, value, _BAR, left=offset, facecolor=color, zorder=3)
        end = offset + max(0.0, 0.0 if pd.isna(value) else value)
        label(ax, (end, row), text, 4, fontweight="bold" if total else "normal")
    vline(ax, offset, -0.55, len(values) - 0.45, color=PALETTE["text"], linewidth=0.9, zorder=4)


def _rows_height(table: pd.DataFrame, year: str) -> float:
    latest = _latest(table, year)
    return rows_height(min(len(latest), _MOST), note=bool(_note(table, latest, year, Numbers())))


def _note(table: pd.DataFrame, latest: pd.DataFrame, year: str, numbers: Numbers) -> str:
    """Says which markets the picture leaves out: the smaller ones, and those without the latest year."""
    notes = [rest_note(min(len(latest), _MOST), len(latest), numbers)]
    without = len(_in_scope(table)[["scope_id", "family"]].drop_duplicates()) - len(latest)
    if without > 0:
        text = ngettext(
            "{n} market without figures for {year} is not drawn.",
            "{n} markets without figures for {year} are not drawn.",
            without,
        )
        notes.append(text.format(n=numbers.count(without), year=int(latest[year].iloc[0])))
    return " ".join(note for note in notes if note)


def _in_scope(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of markets, or of accounts' wallets where there are no markets."""
    markets = table["scope"] == "market"
    return table[markets] if markets.any() else table


def _latest(table: pd.DataFrame, year: str) -> pd.DataFrame:
    """The rows of the latest year, the largest first."""
    rows = _in_scope(table)
    rows = rows[rows[year] == rows[year].max()]
    size = rows["market"] if "market" in rows.columns else rows["change"].abs()
    order = rows.assign(_size=size.fillna(-1.0)).sort_values(
        ["_size", "scope_id", "family"], ascending=[False, True, True], kind="stable"
    )
    return order.drop(columns="_size").reset_index(drop=True)


def _market_names(rows: pd.DataFrame) -> list[str]:
    """The family, the scope, or both: what tells the rows apart."""
    scopes, families = rows["scope_id"].astype(str), rows["family"].astype(str)
    if scopes.nunique() == 1:
        return list(families)
    return list(scopes if families.nunique() == 1 else scopes + " · " + families)
