"""The parts of a plan as its notebook shows them: heading, one sentence, a small table or picture."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from markupsafe import Markup

from kamkit.deliver.columns import word
from kamkit.deliver.drawn import once
from kamkit.deliver.plans.head import facts, tiles
from kamkit.deliver.plans.parts import PARTS, Part
from kamkit.deliver.plans.sentences import (
    SENTENCES,
    change_rows,
    defects_sentence,
    needs_sentence,
    people_sentence,
    value_sentence,
)
from kamkit.deliver.shown import Shown, scene_of, told_again
from kamkit.deliver.tables import TableView, as_frame, view
from kamkit.deliver.templates import render
from kamkit.engagement.gaps import NotAssessed
from kamkit.engagement.scene import Scene
from kamkit.engagement.step import Step
from kamkit.errors import ParameterError, nearest
from kamkit.locale import N_, _
from kamkit.plots.exhibit import Exhibit
from kamkit.plots.offers_value import value_stairs
from kamkit.plots.relationships_map import relationship_map
from kamkit.plots.style import branded
from kamkit.plots.svg import to_svg

__all__ = [
    "KIND",
    "show_changes",
    "show_figures",
    "show_offers",
    "show_part",
    "show_people",
    "show_team",
    "show_who",
]

KIND = "plan part"
"""Marks the outputs of a notebook that its plan prints."""

_INCHES = 5.2
_STAIRS, _MAP = (5.9, 2.2), 6.2
_LINE, _NARROW = 34, 8

_GRADES = {"A": N_("ledger"), "B": N_("their word"), "C": N_("estimate"), "D": N_("guess")}


@told_again
def show_part(
    step: Step | Scene,
    name: str,
    result: Any = None,
    *,
    draw: Exhibit | None = None,
    message: str = "",
    title: str = "",
    columns: Sequence[str] = (),
    rows: int = 0,
    formats: Mapping[str, str] | None = None,
    figures: pd.Series | None = None,
    width: float = _INCHES,
    height: float | None = None,
    **options: Any,
) -> Shown:
    """Show one part of an account plan.

    Parameters
    ----------
    step : the open step.
    name : a part of :data:`~kamkit.deliver.plans.parts.PARTS`; any other stands behind them, under its
        ``title``.
    result : a table, or the gap in its place; an empty table says what is missing.
    draw : an exhibit of :mod:`kamkit.plots` that draws it, in place of a table.
    message : what follows, in a sentence; by default computed from the table, or the exhibit's own.
    columns, rows, formats : as in :func:`kamkit.deliver.show_table`; by default those of the part.
    figures : the plan's figures, for a sentence that needs more than the table.
    width, height : inches that the picture has on paper, so that its type is as large as that of the
        page; as high as the exhibit asks for where no height is given.
    options : passed on to ``draw``.

    Raises
    ------
    ParameterError
        The name is no part, and there is no title.
    ColumnError
        A column is not in the table.
    """
    scene, part = scene_of(step), _part(name, title)
    if isinstance(result, NotAssessed):
        return _shown(part, message=_(message), missing=_one_line(result))
    if _is_empty(result):
        return _shown(part, message=_(message), missing=_(part.empty))
    said = _(message) or _sentence(scene, name, result, figures)
    if draw is not None:
        size = width, height or draw.size(result)[1]
        said = said or draw.message(result, numbers=scene.numbers)
        return _shown(part, message=said, picture=_picture(scene, draw, result, size, options))
    grid, looks = _grid(scene, part, _told(as_frame(result)), columns, rows, formats)
    return _shown(part, message=said, grid=grid, looks=looks)


def _sentence(scene: Scene, name: str, result: Any, figures: pd.Series | None) -> str:
    """What follows from the part, where it has a sentence of its own."""
    if name not in SENTENCES:
        return ""
    known = {} if figures is None else {str(k): float(v) for k, v in figures.items()}
    return SENTENCES[name](result, scene.numbers, known)


def _grid(
    scene: Scene,
    part: Part,
    table: pd.DataFrame,
    columns: Sequence[str],
    rows: int,
    formats: Mapping[str, str] | None,
) -> tuple[TableView, list[str]]:
    """The table as text under the part's own titles, and how each column looks."""
    chosen = list(columns) or [c for c in part.columns if c in table]
    kinds = {c: part.heads[c][1] for c in chosen if c in part.heads} | dict(formats or {})
    most = rows or _rows_that_fit(table, part)
    grid = view(table, scene.numbers, columns=chosen or None, rows=most, formats=kinds)
    return _renamed(grid, chosen, part), _looks(grid, chosen, part)


@told_again
def show_who(step: Step | Scene, profile: Any) -> Shown:
    """Show the head of a plan: the account's name, and what the tables know of it.

    Parameters
    ----------
    step : the open step.
    profile : as ``account_profile`` returns it: one value per fact, with the name.
    """
    known = {} if isinstance(profile, NotAssessed) else dict(profile)
    name = str(known.get("name") or step.subject)
    html = render("plan_head.html.j2", name=name, long=len(name) > _LINE, facts=facts(known, step.numbers))
    return Shown(KIND, "who", "", name, html)


@told_again
def show_figures(step: Step | Scene, figures: Any, before: Any = None) -> Shown:
    """Show the six figures of a plan.

    Parameters
    ----------
    step : the open step.
    figures : as ``plan_figures`` returns them.
    before : those of the last run on other inputs, in the column value; a gap where there was none.
    """
    now = pd.Series(dtype="float64") if isinstance(figures, NotAssessed) else figures
    earlier = before["value"] if isinstance(before, pd.DataFrame) else None
    shown = tiles(now, earlier, step.numbers)
    html = render("plan_head.html.j2", tiles=shown)
    return Shown(KIND, "figures", "", "; ".join(f"{t.title} {t.value}" for t in shown), html)


@told_again
def show_offers(step: Step | Scene, stairs: Any, needs: Any = None, value: Any = None) -> Shown:
    """Show what they need and what our offer is worth to them.

    Parameters
    ----------
    step : the open step.
    stairs : from the price of the next best alternative to what is left to them, as ``value_stairs``
        returns it, or the gap in its place.
    needs : text, the most wanted first; a gap where the account has not answered.
    value : the account's row of ``customer_value``; a gap where there is none.
    """
    said = [needs_sentence(needs), value_sentence(value, step.numbers)]
    message = " ".join(filter(None, said))
    return show_part(
        step, "offers", stairs, draw=value_stairs, message=message, width=_STAIRS[0], height=_STAIRS[1]
    )


@told_again
def show_people(step: Step | Scene, people: Any, coverage: Any = None) -> Shown:
    """Show whom we know at the customer, and how well.

    Parameters
    ----------
    step : the open step.
    people : as ``account_people`` returns them, or the gap in their place.
    coverage : the account's row of ``relationship_coverage``; a gap where there is none.
    """
    said = people_sentence(coverage, step.numbers)
    return show_part(step, "people", people, draw=relationship_map, message=said, width=_MAP)


@told_again
def show_team(step: Step | Scene, team: Any, defects: Any = None) -> Shown:
    """Show who of us works for the account, and which tasks nobody answers for.

    Parameters
    ----------
    step : the open step.
    team : as ``account_team`` returns it, or the gap in its place.
    defects : the account's rows of ``raci_defects``; a gap where they were not looked for.
    """
    said = SENTENCES["team"](team, step.numbers, {}) if isinstance(team, pd.DataFrame) and len(team) else ""
    return show_part(step, "team", team, message=" ".join(filter(None, [said, defects_sentence(defects)])))


@told_again
def show_changes(step: Step | Scene, figures: Any, items: Any) -> Shown:
    """Show what has moved since the last run on other inputs: figures, and items of the plan.

    Parameters
    ----------
    step : the open step.
    figures : as ``figure_changes`` returns them, or the gap where there is no earlier run.
    items : as ``item_changes`` returns them, or the gap.
    """
    tables = [change_rows(f, step.numbers) for f in (figures, items) if isinstance(f, pd.DataFrame)]
    if not tables:
        return show_part(step, "changed", figures)
    return show_part(step, "changed", pd.concat(tables, ignore_index=True))


def _part(name: str, title: str) -> Part:
    if name in PARTS:
        known = PARTS[name]
        return known if not title else Part(name, title, known.sheet, known.empty, known.columns, known.rows)
    if not title:
        close = nearest(name, PARTS)
        raise ParameterError(
            f"a plan has no part {name!r}",
            allowed=", ".join(PARTS),
            remedy=f"{close[0]}?" if close else "give it a title",
        )
    return Part(name, title, 3, "")


def _is_empty(result: Any) -> bool:
    return result is None or (isinstance(result, pd.DataFrame | pd.Series) and result.empty)


def _one_line(gap: NotAssessed) -> str:
    """What is missing, in one sentence: the heading says of what."""
    if gap.needs:
        return gap.sentence
    reason = _(gap.reason)
    return f"{reason[:1].upper()}{reason[1:]}."


def _looks(grid: TableView, chosen: Sequence[str], part: Part) -> list[str]:
    """How each column looks: a number, one that takes the room there is, one that may say overdue."""
    names = list(chosen) or [""] * len(grid.headers)
    kinds = {**dict.fromkeys(part.wide, "kp-wide"), **dict.fromkeys(part.alarms, "kp-alarm")}
    pairs = zip(grid.headers, names, strict=True)
    return ["kp-number" if head.is_number else kinds.get(name, "") for head, name in pairs]


def _rows_that_fit(table: pd.DataFrame, part: Part) -> int:
    """How many rows there is room for: a long text takes two lines, and one row is always shown."""
    room = {**dict.fromkeys(part.wide, _LINE), **({"metric": _NARROW} if "metric" in part.columns else {})}
    texts = [table[c].astype("string").str.len().fillna(0).gt(most) for c, most in room.items() if c in table]
    if not part.lines or not texts:
        return part.rows
    taken = (pd.concat(texts, axis=1).any(axis=1).astype(int) + 1).cumsum()
    return min(part.rows, max(1, int((taken <= part.lines).sum())))


def _told(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the grades of a wallet in words, and what is overdue said with its status."""
    if "confidence" in table:
        words = {grade: _(text) for grade, text in _GRADES.items()}
        table = table.assign(confidence=table["confidence"].replace(words))
    if {"status", "overdue"} <= set(table.columns):
        late, status = table["overdue"].astype(bool), table["status"].map(word, na_action="ignore")
        said = _("overdue") + (", " + status.astype("string")).fillna("")
        table = table.assign(status=status.astype("string").mask(late, said))
    return table


def _renamed(grid: TableView, chosen: Sequence[str], part: Part) -> TableView:
    """The table under the part's own titles."""
    titles = [part.heads[name][0] if name in part.heads else "" for name in chosen]
    pairs = zip(grid.headers, titles, strict=True) if chosen else ()
    headers = tuple(replace(head, title=_(title)) if title else head for head, title in pairs)
    return replace(grid, headers=headers or grid.headers)


def _picture(
    scene: Scene, draw: Exhibit, table: Any, size: tuple[float, float], options: Mapping[str, Any]
) -> dict[str, Any]:
    """The exhibit, drawn as large as it is printed."""
    svg = once(lambda: _drawn(scene, draw, table, size, options), draw, scene, table, size, options)
    return {"svg": svg, "alt": draw.alt(table, numbers=scene.numbers)}


def _drawn(
    scene: Scene, draw: Exhibit, table: Any, size: tuple[float, float], options: Mapping[str, Any]
) -> bytes:
    figure = plt.figure(figsize=size)
    try:
        with branded(scene.colours, scene.font):
            draw(table, ax=figure.add_axes((0, 0, 1, 1)), numbers=scene.numbers, **options)
            return to_svg(figure)
    finally:
        plt.close(figure)


def _shown(
    part: Part,
    *,
    message: str = "",
    missing: str = "",
    grid: TableView | None = None,
    looks: Sequence[str] = (),
    picture: Mapping[str, Any] | None = None,
) -> Shown:
    html = render(
        "plan_part.html.j2",
        part=part,
        message=message,
        missing=missing,
        grid=grid,
        looks=list(looks),
        alarm=_("overdue"),
        source=_address(picture["svg"]) if picture else "",
        alt=picture["alt"] if picture else "",
    )
    return Shown(KIND, part.name, message, message or missing or _(part.title), html)


def _address(svg: bytes) -> Markup:
    return Markup(f"data:image/svg+xml;base64,{base64.b64encode(svg).decode('ascii')}")
