"""Exhibits and tables as a notebook shows them and a report prints them."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from kamkit.deliver import drawn
from kamkit.deliver.kept import Kept, keep, read_kept
from kamkit.deliver.shown import MIME, Shown, retell, scene_of, told_again
from kamkit.deliver.tables import as_frame, view
from kamkit.deliver.templates import render
from kamkit.deliver.wording import drawing, worded
from kamkit.engagement.anonymous.few import has_few
from kamkit.engagement.gaps import NotAssessed
from kamkit.engagement.scene import Scene
from kamkit.engagement.schemas import TABLES
from kamkit.engagement.step import Step
from kamkit.locale import _, language
from kamkit.plots.exhibit import Exhibit
from kamkit.plots.style import branded
from kamkit.plots.svg import to_svg

__all__ = ["MIME", "Shown", "in_this_language", "plain_html", "show", "show_gap", "show_table"]

_DETAIL_ROWS = 200
_DRAWING = threading.RLock()
"""Pictures are drawn one at a time: neither pyplot nor its fonts may be used by two threads."""
_STYLE = re.compile(r"\A<style>.*?</style>", re.DOTALL)


def show(
    step: Step | Scene,
    draw: Exhibit,
    *tables: Any,
    name: str | None = None,
    what: str | None = None,
    when: str = "",
    **options: Any,
) -> Shown:
    """Show an exhibit: its message, title block, picture, how to read it, source, and the table behind.

    Where figures of groups are left out, as in anonymised mode, the table is shown alone: what a picture
    and its sentence add up would lack them.

    Parameters
    ----------
    step : the open step, which knows the client, the period and the source line.
    draw : a function of :mod:`kamkit.plots`.
    tables : the tables it draws; where one is a gap, the gap is shown instead.
    name : what links and the deck call the exhibit; the function's name by default.
    what : what is shown, where the exhibit's own word for it is too general; some columns bring a caveat
        that goes wherever the message goes (see :func:`kamkit.deliver.columns.caveat`).
    when : time and scenario, such as "2026–2028, plan"; the period's actuals where nothing is given.
    options : passed on to ``draw``.
    """
    scene, called = scene_of(step), name or draw.__name__
    gap = next((t for t in tables if isinstance(t, NotAssessed)), None)
    if gap is not None:
        return show_gap(scene, gap, called)
    few = next((t for t in tables if has_few(t)), None)
    if few is not None:
        return show_table(scene, few, what=what or draw.what, rows=_DETAIL_ROWS, name=called, when=when)
    words = {"name": called, "what": what or draw.what, "when": when}
    shown = Kept(
        "exhibit", scene.name, _anchor(scene, called), draw.__name__, tables, options, "", "", **words,
        scene=scene,
    )  # fmt: skip
    kept = worded(shown, draw)
    return Shown("exhibit", called, kept.message, kept.message, _exhibit(kept, draw), keep(kept))


def show_table(
    step: Step | Scene,
    frame: Any,
    *,
    what: str,
    message: str = "",
    columns: Sequence[str] | None = None,
    rows: int = 12,
    formats: Mapping[str, str] | None = None,
    name: str | None = None,
    when: str = "",
    none: str = "",
) -> Shown:
    """Show a table as an exhibit: message, title block, rows, source.

    Parameters
    ----------
    step : the open step.
    frame : a result table (frame, series or dataclass), or the gap that stands in its place.
    what : what the table holds, for the title block.
    message : what follows from it, one sentence.
    columns : which columns, in which order; all by default.
    rows : how many rows at most; how many are left out is said below.
    formats : kind of single columns where it differs from their definition (see
        :data:`kamkit.deliver.columns.COLUMNS`), such as ``{"value": "share"}``.
    name : what links and the deck call it; made from ``what`` by default.
    when : time and scenario, where it is not the period's actuals.
    none : the sentence that stands in place of a table without rows; made from ``what`` by default.

    Raises
    ------
    ColumnError
        If one of ``columns`` or ``formats`` is not in the table.
    """
    scene, called = scene_of(step), name or what
    if isinstance(frame, NotAssessed):
        return show_gap(scene, frame, called)
    said = none if none and as_frame(frame).empty else message
    words = {"name": called, "what": what, "when": when, "said": said}
    options = {"columns": columns, "rows": rows, "formats": formats}
    kept = worded(
        Kept("table", scene.name, _anchor(scene, called), "", (frame,), options, "", "", **words, scene=scene)
    )
    return Shown("table", called, kept.message, kept.message or _(what), _table(kept), keep(kept))


@told_again
def show_gap(step: Step | Scene, gap: NotAssessed, called: str) -> Shown:
    """Show what could not be assessed where it would stand, and what would mend it."""
    asked = [TABLES[t] for t in gap.needs if t in TABLES]
    html = render("gap.html.j2", name=_anchor(scene_of(step), called), gap=gap, tables=asked)
    return Shown("gap", called, "", str(gap), html)


def in_this_language(note: Mapping[str, Any], html: str, run_folder: Path) -> str:
    """What an executed notebook has shown, in the language in force.

    Parameters
    ----------
    note : what the output says of itself, under :data:`MIME`.
    html : the output as the notebook holds it, in the language it was executed in.
    run_folder : the run that has kept what was shown.
    """
    if note.get("language", language()) == language():
        return plain_html(html)
    with _DRAWING, drawn.within(run_folder):
        if note.get("call"):
            return retell(note["call"]).html
        kept = read_kept(run_folder, note["key"]) if note.get("key") else None
        if kept is None or kept.language != language():
            return plain_html(html)
        draw = drawing(kept)
        return _table(kept) if draw is None else _exhibit(kept, draw)


def plain_html(html: str) -> str:
    """The HTML without the style that it brings along for Jupyter; the report has its own."""
    return _STYLE.sub("", html, count=1)


def _exhibit(kept: Kept, draw: Exhibit) -> str:
    scene = cast(Scene, kept.scene)
    return render(
        "exhibit.html.j2",
        shown=kept,
        picture=_picture(scene, draw, kept),
        alt=draw.alt(*kept.tables, numbers=scene.numbers),
        view=view(_details(kept.tables), scene.numbers, rows=_DETAIL_ROWS, table=draw.__name__),
    )


def _table(kept: Kept) -> str:
    table = view(kept.tables[0], cast(Scene, kept.scene).numbers, **kept.options)
    return render("table.html.j2", shown=kept, view=table)


def _picture(scene: Scene, draw: Exhibit, kept: Kept) -> str:
    """The exhibit as a data address, so that the page needs no other file."""
    svg = drawn.once(lambda: _drawn(scene, draw, kept), draw, scene, kept.tables, kept.options)
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode('ascii')}"


def _drawn(scene: Scene, draw: Exhibit, kept: Kept) -> bytes:
    with branded(scene.colours, scene.font):
        axes = draw(*kept.tables, numbers=scene.numbers, **kept.options)
        figure = cast(Figure, axes.get_figure(root=True))
        try:
            return to_svg(figure)
        finally:
            plt.close(figure)


def _details(tables: tuple[Any, ...]) -> Any:
    return next((t for t in tables if isinstance(t, (pd.DataFrame, pd.Series))), tables[0])


def _anchor(scene: Scene, name: str) -> str:
    return f"{scene.name}-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}"
