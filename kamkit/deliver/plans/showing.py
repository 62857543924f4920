"""The parts of a plan as its notebook shows them: heading, one sentence, a small table or picture."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from markupsafe import Markup

from kamkit.deliver.plans.head import facts, tiles
from kamkit.deliver.plans.parts import PARTS, Part
from kamkit.deliver.plans.sentences import SENTENCES, change_rows, needs_sentence, value_sentence
from kamkit.deliver.show import Shown
from kamkit.deliver.tables import TableView, as_frame, view
from kamkit.deliver.templates import render
from kamkit.engagement.gaps import NotAssessed
from kamkit.engagement.step import Step
from kamkit.errors import ParameterError, nearest
from kamkit.locale import _
from kamkit.plots.exhibit import Exhibit
from kamkit.plots.svg import to_svg

__all__ = ["KIND", "show_changes", "show_figures", "show_offers", "show_part", "show_who"]

KIND = "plan part"
"""Marks the outputs of a notebook that its plan prints."""

_INCHES = 5.0


def show_part(
    step: Step,
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
    width : inches that the picture has on paper, so that its type is as large as that of the page.
    options : passed on to ``draw``.

    Raises
    ------
    ParameterError
        The name is no part, and there is no title.
    ColumnError
        A column is not in the table.
    """
    part = _part(name, title)
    if isinstance(result, NotAssessed):
        return _shown(part, missing=_one_line(result))
    if _is_empty(result):
        return _shown(part, missing=message or _(part.empty))
    if draw is not None:
        said = message or draw.message(result, numbers=step.numbers)
        return _shown(part, message=said, picture=_picture(step, draw, result, width, options))
    asked = list(columns or part.columns)
    table = as_frame(result)
    chosen = [c for c in asked if c in table] if not columns else asked
    grid = view(table, step.numbers, columns=chosen or None, rows=rows or part.rows, formats=formats)
    known = {} if figures is None else {str(k): float(v) for k, v in figures.items()}
    said = message or (SENTENCES[name](result, step.numbers, known) if name in SENTENCES else "")
    return _shown(part, message=said, grid=grid, wide=_wide(grid, chosen, part))


def show_who(step: Step, profile: Any) -> Shown:
    """Show the head of a plan: the account's name, and what the tables know of it.

    Parameters
    ----------
    step : the open step.
    profile : as ``account_profile`` returns it: one value per fact, with the name.
    """
    known = {} if isinstance(profile, NotAssessed) else dict(profile)
    name = str(known.get("name") or step.subject)
    html = render("plan_head.html.j2", name=name, facts=facts(known, step.numbers))
    return Shown(KIND, "who", "", name, html)


def show_figures(step: Step, figures: Any, before: Any = None) -> Shown:
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


def show_offers(step: Step, drivers: Any, needs: Any = None, value: Any = None) -> Shown:
    """Show what they need and what our offer is worth to them.

    Parameters
    ----------
    step : the open step.
    drivers : the value drivers of the account's offer, or the gap in their place.
    needs : text, the most wanted first; a gap where the account has not answered.
    value : the account's row of ``customer_value``; a gap where there is none.
    """
    said = [needs_sentence(needs), value_sentence(value, step.numbers)]
    return show_part(step, "offers", drivers, message=" ".join(filter(None, said)))


def show_changes(step: Step, figures: Any, items: Any) -> Shown:
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
    """What is missing, without the names of its columns, which the report lists."""
    return gap.sentence


def _wide(grid: TableView, chosen: Sequence[str], part: Part) -> list[bool]:
    return [name in part.wide for name in chosen] if chosen else [False] * len(grid.headers)


def _picture(
    step: Step, draw: Exhibit, table: Any, width: float, options: Mapping[str, Any]
) -> dict[str, Any]:
    """The exhibit, drawn as wide as it is printed."""
    height = draw.size(table)[1]
    figure = plt.figure(figsize=(width, height))
    try:
        draw(table, ax=figure.add_axes((0, 0, 1, 1)), numbers=step.numbers, **options)
        svg = to_svg(figure)
    finally:
        plt.close(figure)
    return {"svg": svg, "alt": draw.alt(table, numbers=step.numbers)}


def _shown(
    part: Part,
    *,
    message: str = "",
    missing: str = "",
    grid: TableView | None = None,
    wide: Sequence[bool] = (),
    picture: Mapping[str, Any] | None = None,
) -> Shown:
    html = render(
        "plan_part.html.j2",
        part=part,
        message=message,
        missing=missing,
        grid=grid,
        wide=list(wide),
        source=_address(picture["svg"]) if picture else "",
        alt=picture["alt"] if picture else "",
    )
    return Shown(KIND, part.name, message, message or missing or _(part.title), html)


def _address(svg: bytes) -> Markup:
    return Markup(f"data:image/svg+xml;base64,{base64.b64encode(svg).decode('ascii')}")
