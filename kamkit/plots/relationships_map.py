"""The relationship map: who decides at the customer, who of us knows them, and how well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from kamkit.errors import ParameterError, list_some
from kamkit.locale import N_, _, ngettext
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.layout import bare, label, mention, room, shorten, spread, widest, width
from kamkit.plots.marks import dot
from kamkit.plots.style import PALETTE, SIZE, SMALL

__all__ = ["relationship_map"]

_LEVELS = {
    "executive": N_("Executives"),
    "management": N_("Management"),
    "operational": N_("Operational"),
    "": N_("Level not known"),
}
_DECIDING = ("decision_maker", "approver")
_PITCH, _BAND, _TOP, _FOOT, _KEY = 15.5, 17.0, 20.0, 34.0, 13.0
_NODE, _GAP, _EDGE = 13.0, 10.0, 8.0
_NAME_MOST, _TEXT_MOST, _OURS_MOST = 168.0, 92.0, 96.0
_ALL_THREE = (112.0, 78.0, 32.0)
_RADII = {0.0: 1.8, 1.0: 3.0, 2.0: 4.2, 3.0: 5.4}
_UNKNOWN, _MOST_OURS = 3.0, 12


def _message(people: pd.DataFrame, *, numbers: Numbers) -> str:
    persons = _persons(people)
    threads = people.groupby("contact_id")["linked"].sum().reindex(persons["contact_id"]).to_numpy()
    deciding = persons["decides"].to_numpy()
    which = deciding if deciding.any() else np.ones(len(persons), dtype=bool)
    none, one = int((which & (threads == 0)).sum()), int((which & (threads == 1)).sum())
    text = _sentence(bool(deciding.any()), none > 0, one > 0)
    said = text.format(n=numbers.count(which.sum()), none=numbers.count(none), one=numbers.count(one))
    return f"{said} {_against(persons, numbers)}".rstrip()


def _sentence(decide: bool, none: bool, one: bool) -> str:
    """Whom we do not know enough: of those who decide, or, where that is not stated, of all shown."""
    if none and one:
        if decide:
            return _(
                "Of {n} people shown who decide, none of us knows {none}, and only one of us knows {one}."
            )
        return _("Of {n} people shown, none of us knows {none}, and only one of us knows {one}.")
    if none or one:
        text = _("Of {n} people shown who decide, none of us knows {none}.")
        if one:
            text = _("Of {n} people shown who decide, only one of us knows {one}.")
        if decide:
            return text
        return (
            _("Of {n} people shown, none of us knows {none}.")
            if none
            else _("Of {n} people shown, only one of us knows {one}.")
        )
    if decide:
        return _("At least two of us know each of the {n} people shown who decide.")
    return _("At least two of us know each of the {n} people shown.")


def _against(persons: pd.DataFrame, numbers: Numbers) -> str:
    """Who of those with the most power is against us; empty where attitudes are not told."""
    against = persons[persons["decides"] & (persons["attitude"] < 0)]
    if against.empty:
        return ""
    if len(against) == 1:
        return _("{name} is against us.").format(name=mention(against["name"].iloc[0]))
    return ngettext(
        "{n} of those who decide is against us.", "{n} of those who decide are against us.", len(against)
    ).format(n=numbers.count(len(against)))


def _unit(people: pd.DataFrame, *, numbers: Numbers) -> str:
    return ""


def _height(people: pd.DataFrame) -> float:
    persons = people.drop_duplicates("contact_id")
    ours = min(people["person_id"].nunique(), _MOST_OURS)
    rows = len(persons) * _PITCH + persons["level"].nunique() * _BAND
    return (max(rows, ours * _NODE) + _TOP + _FOOT + 8) / 72


@exhibit(
    what=N_("people who decide, and who of us knows them"),
    how=N_(
        "A line is a tie, the wider the deeper; dashed is less deep than we want it. A larger mark has "
        "more power; names in bold decide or approve."
    ),
    drawn=N_("The customer's people by level and unit at the left, ours at the right, lines between them."),
    tables={
        "people": (
            "account_id", "contact_id", "name", "title", "unit", "level", "buying_role", "power", "attitude",
            "rank", "person_id", "depth", "desired_depth", "contacts", "rest",
        )
    },
    message=lambda people, numbers: _message(_one_account(people), numbers=numbers),
    unit=_unit,
    figsize=(7.2, 5.0),
    height=lambda people: _height(people),
)  # fmt: skip
def relationship_map(
    people: pd.DataFrame, *, ax: Axes, numbers: Numbers, ours: Mapping[str, str] | None = None
) -> None:
    """Draw one account's people by level and unit, ours, and the ties between them.

    Parameters
    ----------
    people : a row per tie, and one for each person without: account_id, contact_id, name, title, unit,
        level, buying_role, power (0–3), attitude (−2 to 2; missing where it is not told), rank, person_id,
        depth, desired_depth, contacts, rest, as ``method.relationships.relationship_map`` returns it for
        one account.
    ours : by person_id, the role of our people.

    Raises
    ------
    ParameterError
        The table holds several accounts.
    ColumnError, EmptyError
        The table lacks columns or rows.

    Notes
    -----
    Sources: power and attitude after Mendelow (1991); buying roles after Webster & Wind (1972).

    Examples
    --------
    >>> people = pd.DataFrame({"account_id": "1", "contact_id": ["a", "b"], "name": ["Maarja", "Jaan"],
    ...     "title": "", "unit": "", "level": "executive", "buying_role": ["approver", "user"],
    ...     "power": [3, 1], "attitude": [1, 0], "rank": [1, 2], "person_id": ["K", None],
    ...     "depth": [2, np.nan], "desired_depth": [3, np.nan], "contacts": 2, "rest": 0})
    >>> relationship_map.message(people)
    'Of 1 people shown who decide, only one of us knows 1.'
    """
    table = _one_account(people)
    persons = _persons(table)
    wide, tall = room(ax)
    bare(ax)
    ax.set(xlim=(0, wide), ylim=(0, tall))
    persons, bands = _placed(persons, tall - _TOP)
    marks = _draw_persons(ax, persons)
    drawn = _with_most_ties(table)
    places = _our_places(drawn, persons, tall, ours, wide)
    _draw_bands(ax, bands, marks)
    _draw_ties(ax, drawn, persons, marks, places)
    _draw_untied(ax, table, persons, marks)
    _draw_ours(ax, places, ours)
    _draw_heads(ax, persons, marks, places, tall)
    _draw_keys(ax, persons, table, numbers)


def _one_account(people: pd.DataFrame) -> pd.DataFrame:
    accounts = list(people["account_id"].unique())
    if len(accounts) > 1:
        raise ParameterError(
            f"the map is of one account, not of {list_some(accounts, 3)}",
            where="relationship_map(people)",
            remedy="take one account's rows",
        )
    linked = people["person_id"].notna() & (people["depth"] > 0)
    short = people["person_id"].notna() & (people["desired_depth"] > people["depth"])
    return people.assign(linked=linked, short=short, level=people["level"].fillna("").astype(str))


def _persons(people: pd.DataFrame) -> pd.DataFrame:
    """One row per person at the customer, as ranked."""
    persons = people.sort_values(["rank", "contact_id"]).drop_duplicates("contact_id", ignore_index=True)
    texts = {c: persons[c].fillna("").astype(str) for c in ("name", "title", "unit", "buying_role")}
    known = persons["level"].isin(_LEVELS)
    return persons.assign(
        **texts,
        level=persons["level"].where(known, ""),
        decides=texts["buying_role"].isin(_DECIDING),
        power=persons["power"].astype(float),
        attitude=persons["attitude"].astype(float),
    )


def _placed(persons: pd.DataFrame, top: float) -> tuple[pd.DataFrame, list[tuple[str, float]]]:
    """Persons from the top by level, unit and rank, each with its height; and where the bands begin."""
    order = persons["level"].map({name: k for k, name in enumerate(_LEVELS)})
    first = persons.groupby(["level", "unit"])["rank"].transform("min")
    rows = persons.assign(order=order, first=first).sort_values(["order", "first", "unit", "rank"])
    heights, bands, at, before = [], [], top, None
    for level in rows["level"]:
        if level != before:
            bands.append((_(_LEVELS[level]), at - _BAND / 2))
            at, before = at - _BAND, level
        heights.append(at - _PITCH / 2)
        at -= _PITCH
    return rows.assign(y=heights).reset_index(drop=True), bands


def _draw_persons(ax: Axes, persons: pd.DataFrame) -> float:
    """Names, titles, units and attitudes as columns, then the marks; returns where the marks stand."""
    told = bool(persons["attitude"].notna().any())
    known = [(t if t not in n else "") for t, n in zip(persons["title"], persons["name"], strict=True)]
    units = [(u if u not in n else "") for u, n in zip(persons["unit"], persons["name"], strict=True)]
    changed = (persons["unit"] != persons["unit"].shift()) | (persons["level"] != persons["level"].shift())
    units = [u if new else "" for u, new in zip(units, changed, strict=True)]
    x = _EDGE
    most = _room_for_columns(any(known), any(units))
    bold = list(persons["decides"])
    for texts, wide, strong in zip(
        (list(persons["name"]), known, units), most, (bold, None, None), strict=True
    ):
        x += _column(ax, texts, persons["y"], x, wide, strong)
    x += max(_RADII.values()) + 2
    for y, power, attitude in persons[["y", "power", "attitude"]].itertuples(index=False):
        _mark(ax, (x, y), power, attitude, told)
        if told and pd.notna(attitude) and attitude != 0:
            sign = "+" if attitude > 0 else "−"
            face = PALETTE["good" if attitude > 0 else "bad"]
            label(ax, (x + 9, y), f"{sign}{abs(attitude):.0f}", color=face, fontsize=SMALL)
    return x + (24.0 if told else 9.0)


def _room_for_columns(titled: bool, united: bool) -> tuple[float, float, float]:
    """Points for names, titles and units at most; all three leave a third of the picture to the ties."""
    if titled and united:
        return _ALL_THREE
    name = _NAME_MOST + (0 if titled else _TEXT_MOST / 2) + (0 if united else _TEXT_MOST / 2)
    return name, _TEXT_MOST, 0.7 * _TEXT_MOST


def _column(
    ax: Axes, texts: list[str], heights: pd.Series, x: float, most: float, bold: list[bool] | None = None
) -> float:
    """Write a column of texts cut to at most ``most`` points; returns the points it takes."""
    if not any(texts):
        return 0.0
    weights = bold or [False] * len(texts)
    size = SIZE if bold else SMALL
    shown = [shorten(t, most, size, b) for t, b in zip(texts, weights, strict=True)]
    for text, y, strong in zip(shown, heights, weights, strict=True):
        look: dict[str, Any] = {"fontweight": "bold" if strong else "normal", "fontsize": size}
        label(ax, (x, y), text, color=PALETTE["text" if bold else "muted"], **look)
    return max(width(t, size, b) for t, b in zip(shown, weights, strict=True)) + _GAP


def _mark(ax: Axes, at: tuple[float, float], power: float, attitude: float, told: bool) -> None:
    """Size power; colour and shape attitude, where attitudes are told; hollow where one is not stated."""
    shape, tone = "o", "actual"
    if told:
        shape = "o" if pd.isna(attitude) or attitude == 0 else "^" if attitude > 0 else "v"
        tone = "good" if attitude > 0 else "bad" if attitude < 0 else "second"
    hollow = pd.isna(power) or (told and pd.isna(attitude))
    look: dict[str, Any] = {"color": "white" if hollow else PALETTE[tone], "markeredgecolor": PALETTE[tone]}
    size = 2 * _RADII.get(power, _UNKNOWN)
    ax.plot([at[0]], [at[1]], marker=shape, markersize=size, zorder=4, **look)


def _with_most_ties(people: pd.DataFrame) -> pd.DataFrame:
    """The ties of those of us who have the most and deepest; what else there is would be a thicket."""
    ties = people.dropna(subset=["person_id"])
    by_person = ties.groupby("person_id")["depth"].agg(["size", "sum"]).reset_index()
    order = by_person.sort_values(["size", "sum", "person_id"], ascending=[False, False, True])
    return ties[ties["person_id"].isin(order["person_id"].head(_MOST_OURS))]


def _our_places(
    people: pd.DataFrame, persons: pd.DataFrame, tall: float, ours: Mapping[str, str] | None, wide: float
) -> pd.DataFrame:
    """Our people from the top, each near those it knows."""
    ties = people.merge(persons[["contact_id", "y"]], on="contact_id")
    if ties.empty:
        return pd.DataFrame({"y": [], "x": [], "ties": []})
    means = ties.groupby("person_id")["y"].mean().reset_index().sort_values(["y", "person_id"])
    texts = [_our_text(p, ours) for p in means["person_id"]]
    small = widest([_("our people"), *(t[1] for t in texts)], SMALL)
    x = wide - _EDGE - 10 - min(max(widest([t[0] for t in texts], SIZE, bold=True), small), _OURS_MOST)
    pitch = 2 * _NODE if any(t[1] for t in texts) else _NODE
    pitch = min(pitch, (tall - _TOP - _FOOT) / len(means))
    heights = spread(list(means["y"]), [pitch] * len(means), _FOOT, tall - _TOP)
    return means.assign(y=heights, x=x, pitch=pitch).set_index("person_id")


def _our_text(person: str, ours: Mapping[str, str] | None) -> tuple[str, str]:
    role = ours.get(person, "") if ours is not None else ""
    return str(person), str(role) if isinstance(role, str) else ""


def _draw_bands(ax: Axes, bands: list[tuple[str, float]], marks: float) -> None:
    for name, y in bands:
        label(ax, (_EDGE, y), name, color=PALETTE["muted"], fontsize=SMALL, fontweight="bold")
        ax.plot([_EDGE, marks - 9], [y - 7] * 2, color=PALETTE["line"], linewidth=0.5, zorder=0)


def _draw_ties(
    ax: Axes, people: pd.DataFrame, persons: pd.DataFrame, marks: float, places: pd.DataFrame
) -> None:
    """A line per tie."""
    ties = people.merge(persons[["contact_id", "y"]], on="contact_id")
    ends = places[["x", "y"]].loc[ties["person_id"]].to_numpy(dtype=float)
    rows = zip(ties["y"], ends, ties["depth"], ties["short"], strict=True)
    for here, (end, there), depth, short in rows:
        middle = (marks + end) / 2
        way = [(marks, here), (middle, here), (middle, there), (end - 4, there)]
        look: dict[str, Any] = {
            "edgecolor": PALETTE["actual" if short else "second"],
            "linewidth": 0.7 + 0.75 * depth,
            "linestyle": (0, (2.2, 1.4)) if short else "solid",
        }
        codes = [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
        ax.add_patch(PathPatch(Path(way, codes), fill=False, alpha=0.75, zorder=2, **look))


def _draw_untied(ax: Axes, people: pd.DataFrame, persons: pd.DataFrame, marks: float) -> None:
    """Whom none of us knows is said to have no tie."""
    known = set(people.loc[people["linked"], "contact_id"])
    alone = persons[~persons["contact_id"].isin(known)]
    for y, decides in zip(alone["y"], alone["decides"], strict=True):
        tone = PALETTE["bad" if decides else "muted"]
        look: dict[str, Any] = {"color": tone, "fontsize": SMALL, "style": "italic", "zorder": 5}
        look["bbox"] = {"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 0.4}
        label(ax, (marks, y), _("no tie"), 2, **look)


def _draw_ours(ax: Axes, places: pd.DataFrame, ours: Mapping[str, str] | None) -> None:
    for person, place in places.iterrows():
        name, role = _our_text(str(person), ours)
        ax.plot([place["x"]], [place["y"]], marker="s", markersize=6, color=PALETTE["text"], zorder=4)
        both = bool(role) and place["pitch"] >= 1.7 * _NODE
        shown = shorten(name, _OURS_MOST, SIZE, bold=True)
        label(ax, (place["x"], place["y"]), shown, 8, 5 if both else 0, fontweight="bold")
        if both:
            small: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"]}
            label(ax, (place["x"], place["y"]), shorten(role, _OURS_MOST, SMALL), 8, -5, **small)


def _draw_heads(ax: Axes, persons: pd.DataFrame, marks: float, places: pd.DataFrame, tall: float) -> None:
    look: dict[str, Any] = {"fontsize": SMALL, "color": PALETTE["muted"]}
    label(ax, (_EDGE, tall - 9), _("their people"), **look)
    if not places.empty:
        label(ax, (float(places["x"].iloc[0]), tall - 9), _("our people"), 8, **look)


def _draw_keys(ax: Axes, persons: pd.DataFrame, people: pd.DataFrame, numbers: Numbers) -> None:
    """What sizes, marks and lines mean; and how many people are not shown."""
    rest = int(people["rest"].iloc[0])
    upper, lower = _FOOT - _KEY, _FOOT - 2 * _KEY
    x = _key_text(ax, _EDGE, upper, _("power"))
    for power, radius in _RADII.items():
        dot(ax, x + radius, upper, "o", markersize=2 * radius, color=PALETTE["actual"])
        x = _key_text(ax, x + 2 * radius + 3, upper, f"{power:.0f}")
    x = _key_text(ax, x + 12, upper, _("depth"))
    for depth in (1, 2, 3, 4):
        ax.plot([x, x + 14], [upper] * 2, color=PALETTE["second"], linewidth=0.7 + 0.75 * depth)
        x = _key_text(ax, x + 16, upper, f"{depth}") - 2
    ax.plot([x + 8, x + 26], [upper] * 2, color=PALETTE["actual"], linewidth=2.2, linestyle=(0, (2.2, 1.4)))
    _key_text(ax, x + 30, upper, _("less deep than we want"))
    x, told = _EDGE, bool(persons["attitude"].notna().any())
    if told:
        for attitude, text in ((1.0, _("for us")), (0.0, _("neutral")), (-1.0, _("against us"))):
            _mark(ax, (x + 5, lower), 2.0, attitude, told=True)
            x = _key_text(ax, x + 13, lower, text) + 4
    if persons["power"].isna().any() or (told and persons["attitude"].isna().any()):
        _mark(ax, (x + 5, lower), float("nan"), float("nan"), told=False)
        x = _key_text(ax, x + 13, lower, _("not stated")) + 4
    _key_text(ax, x, lower, _not_shown(rest, people["person_id"].nunique() - _MOST_OURS, numbers), bold=True)


def _not_shown(rest: int, ours: int, numbers: Numbers) -> str:
    """How many of theirs and of ours the picture leaves out; empty where it leaves out nobody."""
    parts = []
    if rest > 0:
        text = ngettext("{n} more contact is not shown", "{n} more contacts are not shown", rest)
        parts.append(text.format(n=numbers.count(rest)))
    if ours > 0:
        text = ngettext("{n} more of us is not shown", "{n} more of us are not shown", ours)
        parts.append(text.format(n=numbers.count(ours)))
    return "; ".join(parts)


def _key_text(ax: Axes, x: float, y: float, text: str, bold: bool = False) -> float:
    weight = "bold" if bold else "normal"
    label(ax, (x, y), text, fontsize=SMALL, color=PALETTE["text" if bold else "muted"], fontweight=weight)
    return x + width(text, SMALL, bold) + 7
