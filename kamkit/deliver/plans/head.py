"""The head of a plan: who the account is, and the figures that its reader looks for first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from kamkit.deliver.columns import word
from kamkit.locale import N_, _
from kamkit.locale.numbers import MISSING, Numbers

__all__ = ["Fact", "Tile", "facts", "tiles"]


@dataclass(frozen=True)
class Fact:
    """One thing said of the account: what it is called, and what it is."""

    title: str
    value: str


@dataclass(frozen=True)
class Tile:
    """One figure: what it is, its value, what it means beside others, and how it has moved."""

    title: str
    value: str
    note: str
    change: str = ""


_DAYS = ("since", "kam_start")
_FACTS = MappingProxyType(
    {
        "account_id": N_("Customer number"),
        "parent": N_("Belongs to"),
        "industry": N_("Industry"),
        "country": N_("Country"),
        "since": N_("Customer since"),
        "kam_start": N_("Key account since"),
        "kam_tier": N_("Tier"),
        "segment": N_("Wants most"),
        "treatment": N_("Treatment"),
        "relationship_stage": N_("Stage of the relationship"),
    }
)


def facts(profile: Mapping[str, Any], numbers: Numbers) -> list[Fact]:
    """What the tables know of the account, as label and text; what they don't know is left out.

    >>> facts({"country": "Finland", "since": None}, Numbers("EUR"))
    [Fact(title='Country', value='Finland')]
    """
    known = {name: profile.get(name) for name in _FACTS}
    return [
        Fact(_(_FACTS[name]), _fact(name, value, numbers))
        for name, value in known.items()
        if value is not None and not pd.isna(value) and str(value).strip()
    ]


def _fact(name: str, value: Any, numbers: Numbers) -> str:
    if name in _DAYS:
        return numbers.month(value)
    if name == "relationship_stage":
        return _("{stage} of 5").format(stage=int(float(str(value))))
    return word(str(value))


def tiles(figures: pd.Series, before: pd.Series | None, numbers: Numbers) -> list[Tile]:
    """The six figures of a plan, in the order of the money: what it brings, what it could, what it costs.

    Parameters
    ----------
    figures : as ``plan_figures`` returns them; one that is not there shows a dash and what would give it.
    before : those of the last run on other inputs, or None.
    numbers : how the client reads numbers.
    """
    return [_tile(name, figures, before, numbers) for name in _TILES]


def _tile(name: str, figures: pd.Series, before: pd.Series | None, numbers: Numbers) -> Tile:
    title, write, note, needs = _TILES[name]
    if name not in figures.index:
        return Tile(_(title), MISSING, _("needs {table}").format(table=needs))
    change = ""
    if before is not None and name in before.index and before[name] != figures[name]:
        change = _("was {value}").format(value=write(before[name], numbers))
    return Tile(_(title), write(figures[name], numbers), note(figures, numbers), change)


def _money(value: float, numbers: Numbers) -> str:
    return numbers.money(value)


def _share(value: float, numbers: Numbers) -> str:
    return numbers.percent(value)


def _rank(name: str) -> Callable[[pd.Series, Numbers], str]:
    def note(figures: pd.Series, numbers: Numbers) -> str:
        rank, all_ = figures.get(f"{name}_rank"), figures.get("customers")
        parts = {"rank": numbers.count(rank), "all": numbers.count(all_)}
        share = figures.get("profit_share") if name == "profit" else None
        said = _("rank {rank} of {all}").format(**parts)
        if share is None:
            return said
        return _("{share} of pocket revenue; {rank}").format(share=numbers.percent(share), rank=said)

    return note


def _wallet_note(figures: pd.Series, numbers: Numbers) -> str:
    return _("of what they buy in families they need")


def _gap_note(figures: pd.Series, numbers: Numbers) -> str:
    expected = figures.get("expected_gap")
    return "" if expected is None else _("{amount} expected").format(amount=numbers.money(expected))


def _deal_note(figures: pd.Series, numbers: Numbers) -> str:
    parts = {
        "n": numbers.count(figures.get("open_deals")),
        "amount": numbers.money(figures.get("open_amount")),
    }
    return _("{n} open, {amount} in all").format(**parts)


def _npv_note(figures: pd.Series, numbers: Numbers) -> str:
    loss = figures.get("probability_of_loss")
    return (
        "" if loss is None else _("chance of a loss {share}").format(share=numbers.percent(loss, decimals=0))
    )


_Write = Callable[[float, Numbers], str]
_Note = Callable[[pd.Series, Numbers], str]
_TILES: Mapping[str, tuple[str, _Write, _Note, str]] = MappingProxyType(
    {
        "revenue": (N_("Revenue"), _money, _rank("revenue"), "sales"),
        "profit": (N_("Customer profit"), _money, _rank("profit"), "ledger"),
        "share_of_wallet": (N_("Share of wallet"), _share, _wallet_note, "demand"),
        "gap": (N_("White space, a year"), _money, _gap_note, "demand"),
        "weighted": (N_("Open deals, weighted"), _money, _deal_note, "opportunities"),
        "npv": (N_("Value of the plan"), _money, _npv_note, "plan_items"),
    }
)
