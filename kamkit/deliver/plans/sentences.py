"""What follows from each part of a plan, in one sentence; every figure in it is a cell of its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from kamkit.deliver.columns import word
from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers

__all__ = [
    "FIGURES",
    "SENTENCES",
    "change_rows",
    "defects_sentence",
    "needs_sentence",
    "people_sentence",
    "value_sentence",
]

_NEEDS = 3


def _earned(ladder: pd.DataFrame, numbers: Numbers, figures: Mapping[str, float]) -> str:
    amounts = ladder.set_index("rung")["amount"]
    profit, share = amounts["customer_profit"], ladder.set_index("rung")["share"]["customer_profit"]
    if pd.isna(profit):
        return ""
    served = -amounts.reindex(["marketing", "selling", "service", "key_account", "capital"]).dropna()
    said = _("They cost us {amount} more than they bring.")
    parts = {"amount": numbers.money(abs(profit))}
    if profit >= 0:
        said = (
            _("They leave us {amount}.")
            if pd.isna(share)
            else _("They leave us {amount}, {share} of pocket revenue.")
        )
        parts["share"] = numbers.percent(share)
    if not (served > 0).any():
        return said.format(**parts)
    most = {"cost": word(str(served.idxmax())).lower(), "most": numbers.money(served.max())}
    return f"{said} {_('The largest cost after the product: {cost}, {most}.')}".format(**parts, **most)


def _goals(goals: pd.DataFrame, numbers: Numbers, figures: Mapping[str, float]) -> str:
    agreed = int(goals["customer_agreed"].astype("boolean").fillna(False).sum())
    n = len(goals)
    if agreed == n:
        return ngettext("The customer has agreed to it.", "The customer has agreed to all {n}.", n).format(
            n=n
        )
    if not agreed:
        return ngettext(
            "The customer has not agreed to it.", "The customer has agreed to none of the {n}.", n
        ).format(n=n)
    return _("The customer has agreed to {agreed} of {n}.").format(agreed=agreed, n=n)


def _actions(actions: pd.DataFrame, numbers: Numbers, figures: Mapping[str, float]) -> str:
    left, late = int((~actions["done"]).sum()), int(actions["overdue"].sum())
    if not left:
        return ngettext("It is done.", "All {n} are done.", len(actions)).format(n=len(actions))
    said = _("{left} of {n} open").format(left=left, n=len(actions))
    nameless = int((actions["owner"].isna() & ~actions["done"]).sum())
    parts = [said, _("{n} overdue").format(n=late) if late else _("none overdue")]
    parts += [_("{n} without owner").format(n=nameless)] if nameless else []
    return ", ".join(parts) + "."


def _risks(risks: pd.DataFrame, numbers: Numbers, figures: Mapping[str, float]) -> str:
    expected = risks["expected_loss"].sum(min_count=1)
    if pd.isna(expected):
        return _("No risk states both amount and probability: the expected loss is not known.")
    without = int(risks["expected_loss"].isna().sum())
    said = _("Expected loss {amount}").format(amount=numbers.money(expected))
    rest = ngettext("; {n} risk is not valued", "; {n} risks are not valued", without).format(n=without)
    return f"{said}{rest if without else ''}."


def _room(room: pd.DataFrame, numbers: Numbers, figures: Mapping[str, float]) -> str:
    gap = room["gap"].sum(min_count=1)
    if pd.isna(gap) or gap <= 0:
        return _("We already hold the share we aim at in every family they need.")
    first = room.iloc[0]
    parts = {"gap": numbers.money(gap), "family": first["family"], "first": numbers.money(first["gap"])}
    said = _("{gap} a year short of the share we aim at; the largest gap is {family}, {first}.").format(
        **parts
    )
    grades = set(room.loc[room["gap"] > 0, "confidence"])
    doubt = _("Some of it is a guess.") if "D" in grades else _("Some of it is an estimate.")
    return f"{said} {doubt}" if grades & {"C", "D"} else said


def _deals(deals: pd.DataFrame, numbers: Numbers, figures: Mapping[str, float]) -> str:
    counted = deals[deals["double_of"].isna()]
    amount, weighted = counted["amount"].sum(min_count=1), counted["weighted"].sum(min_count=1)
    said = ngettext("{n} open deal, {amount}", "{n} open deals, {amount}", len(counted))
    said = said.format(n=len(counted), amount=numbers.money(amount))
    if pd.notna(weighted):
        said += "; " + _("{weighted} weighted by our own history").format(weighted=numbers.money(weighted))
    doubles = len(deals) - len(counted)
    double = ngettext(" {n} deal is booked twice.", " {n} deals are booked twice.", doubles).format(n=doubles)
    return f"{said}.{double if doubles else ''}"


def _money(case: pd.DataFrame, numbers: Numbers, figures: Mapping[str, float]) -> str:
    spent, brought = case["programme_cost"].sum(), case["incremental_contribution"].sum()
    said = _("{spent} for {brought} expected").format(
        spent=numbers.money(spent), brought=numbers.money(brought)
    )
    if "npv" in figures:
        said += "; " + _("net present value {npv}").format(npv=numbers.money(figures["npv"]))
    if "probability_of_loss" in figures:
        said += ", " + _("chance of a loss {share}").format(
            share=numbers.percent(figures["probability_of_loss"], decimals=0)
        )
    return f"{said}."


def _team(team: pd.DataFrame, numbers: Numbers, figures: Mapping[str, float]) -> str:
    hours = team["hours"].sum(min_count=1)
    if pd.isna(hours):
        return ngettext("{n} of us.", "{n} of us.", len(team)).format(n=len(team))
    return _("{n} of us, {hours} hours a year.").format(n=len(team), hours=numbers.count(hours))


def needs_sentence(needs: Any) -> str:
    """The three things that customers like this one want most."""
    if not isinstance(needs, pd.DataFrame) or needs.empty:
        return ""
    first = [f"{text[:1].lower()}{text[1:]}" for text in needs["text"].astype(str).head(_NEEDS)]
    return _("Customers like them want most: {needs}.").format(needs=", ".join(first))


def people_sentence(coverage: Any, numbers: Numbers) -> str:
    """How much of the power at the customer we reach, whom who decides nobody knows, who has no owner."""
    if not isinstance(coverage, pd.DataFrame) or coverage.empty:
        return ""
    row = coverage.iloc[0]
    said = []
    if pd.notna(row["power_reached"]):
        said.append(
            _("We know people who hold {share} of the power.").format(
                share=numbers.percent(row["power_reached"], decimals=0)
            )
        )
    if row["deciders"]:
        said.append(_deciders_sentence(row, numbers))
    if row["unowned"]:
        n = int(row["unowned"])
        text = ngettext("{n} of {all} contacts has no owner.", "{n} of {all} contacts have no owner.", n)
        said.append(text.format(n=numbers.count(n), all=numbers.count(row["contacts"])))
    return " ".join(said)


def _deciders_sentence(row: pd.Series, numbers: Numbers) -> str:
    """Who of those who decide is not reached, or hangs on one of us."""
    none, one = int(row["deciders_unreached"]), int(row["deciders_one_thread"])
    text = _("At least two of us know each of the {n} who decide.")
    if none == row["deciders"]:
        text = _("None of us knows any of the {n} who decide.")
    elif one == row["deciders"]:
        text = ngettext(
            "Only one of us knows the one who decides.",
            "Only one of us knows each of the {n} who decide.",
            one,
        )
    elif none and one:
        text = _("Of {n} who decide, none of us knows {none}, and only one of us knows {one}.")
    elif none:
        text = _("Of {n} who decide, none of us knows {none}.")
    elif one:
        text = _("Of {n} who decide, only one of us knows {one}.")
    counts = {"n": row["deciders"], "none": none, "one": one}
    return text.format(**{name: numbers.count(count) for name, count in counts.items()})


def defects_sentence(defects: Any) -> str:
    """Tasks for which nobody, or more than one person, answers."""
    if not isinstance(defects, pd.DataFrame) or defects.empty:
        return ""
    texts = {
        "no_a": _("nobody answers for {tasks}"),
        "several_a": _("more than one answers for {tasks}"),
        "no_r": _("nobody does {tasks}"),
    }
    found = {key: list(defects.loc[defects["defect"] == key, "task"].astype(str)) for key in texts}
    said = [texts[key].format(tasks=", ".join(tasks)) for key, tasks in found.items() if tasks]
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def value_sentence(value: Any, numbers: Numbers) -> str:
    """What our offer is worth to them, and how much of that they have confirmed."""
    if not isinstance(value, pd.DataFrame) or value.empty:
        return ""
    row = value.iloc[0]
    if pd.isna(row.get("driver_value")):
        return ""
    parts = {"offer": row.get("offer"), "value": numbers.money(row["driver_value"])}
    said = _("{offer}: worth {value} a year more to them than the next best").format(**parts)
    if pd.notna(row.get("confirmed_value")):
        said += ", " + _("{amount} of it confirmed").format(amount=numbers.money(row["confirmed_value"]))
    if pd.notna(row.get("premium_asked")):
        said += "; " + _("we ask {amount} more").format(amount=numbers.money(row["premium_asked"]))
    return f"{said}."


def change_rows(changes: pd.DataFrame, numbers: Numbers) -> pd.DataFrame:
    """Figures or items that have moved, as text: what, before, after."""
    if "change" in changes and "kind" in changes:
        told = [_item_row(row) for row in changes.itertuples()]
    else:
        told = [
            _figure_row(str(row.Index), row, numbers) for row in changes.itertuples() if row.Index in FIGURES
        ]
    return pd.DataFrame(told, columns=["what", "before", "after"])


def _figure_row(name: str, row: Any, numbers: Numbers) -> tuple[str, str, str]:
    title, kind = FIGURES[name]
    write = {"money": numbers.money, "share": numbers.percent, "count": numbers.count}[kind]
    return _(title), write(row.before), write(row.after)


def _item_row(row: Any) -> tuple[str, str, str]:
    change = _(_CHANGES.get(row.change, row.change))
    what = _("{kind}: {text}").format(kind=_(_KINDS.get(row.kind, row.kind)), text=row.text)
    return (
        what,
        row.before,
        _("{change}: {after}").format(change=change, after=row.after) if row.after else change,
    )


_KINDS = {
    "goal": N_("Goal"),
    "offer": N_("Offer"),
    "value_driver": N_("Value driver"),
    "action": N_("Action"),
    "investment": N_("Investment"),
    "benefit": N_("Benefit"),
    "risk": N_("Risk"),
}
_CHANGES = {
    "new": N_("new"),
    "gone": N_("no longer planned"),
    "done": N_("closed"),
    "agreed": N_("agreed with the customer"),
    "put_off": N_("put off"),
    "brought_forward": N_("brought forward"),
    "status": N_("now"),
}

FIGURES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "revenue": (N_("Revenue"), "money"),
        "profit": (N_("Customer profit"), "money"),
        "profit_rank": (N_("Rank by profit"), "count"),
        "share_of_wallet": (N_("Share of wallet"), "share"),
        "gap": (N_("White space, a year"), "money"),
        "open_deals": (N_("Open deals"), "count"),
        "weighted": (N_("Open deals, weighted"), "money"),
        "npv": (N_("Value of the plan"), "money"),
        "probability_of_loss": (N_("Chance of a loss"), "share"),
        "power_reached": (N_("Power that we reach"), "share"),
        "deciders_unreached": (N_("Decision-makers we do not reach"), "count"),
        "goals_agreed": (N_("Goals agreed with the customer"), "count"),
        "overdue_actions": (N_("Overdue actions"), "count"),
    }
)
"""The figures that are compared from run to run: title, and how they are written."""

SENTENCES: Mapping[str, Callable[[Any, Numbers, Mapping[str, float]], str]] = MappingProxyType(
    {
        "earned": _earned,
        "goals": _goals,
        "actions": _actions,
        "risks": _risks,
        "room": _room,
        "deals": _deals,
        "money": _money,
        "team": _team,
    }
)
"""The sentence of a part, from its table, the client's way with numbers, and the plan's figures."""
