"""Exhibits and tables as a notebook shows them and a report prints them."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from kamkit.deliver.columns import COLUMNS, caveat, kinds_in
from kamkit.deliver.kept import Kept, keep
from kamkit.deliver.tables import view
from kamkit.deliver.templates import render
from kamkit.engagement.anonymous.few import has_few
from kamkit.engagement.gaps import NotAssessed
from kamkit.engagement.schemas import TABLES
from kamkit.locale import _
from kamkit.plots.exhibit import Exhibit
from kamkit.plots.style import branded
from kamkit.plots.svg import to_svg
from kamkit.resources import bundled

if TYPE_CHECKING:
    from kamkit.engagement.step import Step

__all__ = ["MIME", "Shown", "plain_html", "show", "show_table"]

MIME = "application/vnd.kamkit.shown+json"
"""Marks an output that the report may print; all others stay in the notebook."""

_DETAIL_ROWS = 200
_STYLE = re.compile(r"\A<style>.*?</style>", re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """Something a notebook shows: HTML for the report and Jupyter, a sentence for a terminal.

    ``kind`` is *exhibit*, *table* or *gap*; ``name`` is what the deck and links call it; ``message``
    is the computed sentence, empty for a gap, which is no finding; ``plain`` stands in a terminal;
    ``key`` finds what the run has kept of it (see :mod:`kamkit.deliver.kept`).
    """

    kind: str
    name: str
    message: str
    plain: str
    html: str = field(repr=False)
    key: str = ""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            "text/plain": self.plain,
            "text/html": _styled(self.html),
            MIME: {"kind": self.kind, "name": self.name, "message": self.message, "key": self.key},
        }


def show(
    step: Step,
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
    called = name or draw.__name__
    gap = next((t for t in tables if isinstance(t, NotAssessed)), None)
    if gap is not None:
        return _gap(step, gap, called)
    few = next((t for t in tables if has_few(t)), None)
    if few is not None:
        return show_table(step, few, what=what or draw.what, rows=_DETAIL_ROWS, name=called, when=when)
    numbers = step.numbers
    message = " ".join(filter(None, [draw.message(*tables, numbers=numbers), caveat(what or "")]))
    kept = Kept(
        "exhibit",
        step.name,
        _anchor(step, called),
        draw.__name__,
        tables,
        options,
        message=message,
        title=_title(step, _subject(what or draw.what), draw.unit(*tables, numbers=numbers), when),
        source=step.source(*tables),
        how=_(draw.how),
    )
    html = render(
        "exhibit.html.j2",
        shown=kept,
        picture=_picture(step, draw, tables, options),
        alt=draw.alt(*tables, numbers=numbers),
        view=view(_details(tables), numbers, rows=_DETAIL_ROWS, formats=kinds_in(draw.__name__)),
    )
    return Shown("exhibit", called, message, message, html, keep(kept))


def show_table(
    step: Step,
    frame: Any,
    *,
    what: str,
    message: str = "",
    columns: Sequence[str] | None = None,
    rows: int = 12,
    formats: Mapping[str, str] | None = None,
    name: str | None = None,
    when: str = "",
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

    Raises
    ------
    ColumnError
        If one of ``columns`` or ``formats`` is not in the table.
    """
    called = name or what
    if isinstance(frame, NotAssessed):
        return _gap(step, frame, called)
    table = view(frame, step.numbers, columns=columns, rows=rows, formats=formats)
    kept = Kept(
        "table",
        step.name,
        _anchor(step, called),
        "",
        (frame,),
        {"columns": columns, "rows": rows, "formats": formats},
        message=message,
        title=_title(step, _subject(what), table.unit, when),
        source=step.source(frame),
    )
    html = render("table.html.j2", shown=kept, view=table)
    return Shown("table", called, message, message or _(what), html, keep(kept))


def plain_html(html: str) -> str:
    """The HTML without the style that it brings along for Jupyter; the report has its own."""
    return _STYLE.sub("", html, count=1)


def _styled(html: str) -> str:
    style = bundled("templates", "report", "notebook.css").read_text(encoding="utf-8")
    return f"<style>{style}</style>{html}"


def _gap(step: Step, gap: NotAssessed, called: str) -> Shown:
    asked = [TABLES[t] for t in gap.needs if t in TABLES]
    html = render("gap.html.j2", name=_anchor(step, called), gap=gap, tables=asked)
    return Shown("gap", called, "", str(gap), html)


def _picture(step: Step, draw: Exhibit, tables: tuple[Any, ...], options: dict[str, Any]) -> str:
    """The exhibit as a data address, so that the page needs no other file."""
    branding = step.engagement.config.branding
    with branded(branding.colours, branding.font):
        figure = cast(Figure, draw(*tables, numbers=step.numbers, **options).get_figure(root=True))
        try:
            svg = to_svg(figure)
        finally:
            plt.close(figure)
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode('ascii')}"


def _details(tables: tuple[Any, ...]) -> Any:
    return next((t for t in tables if isinstance(t, (pd.DataFrame, pd.Series))), tables[0])


def _title(step: Step, what: str, unit: str, when: str = "") -> str:
    """Who · what and unit · when, scenario."""
    subject = f"{what}, {unit}" if unit else what
    then = _(when) or _("{period}, actual").format(period=_period(step))
    return f"{step.engagement.config.client} · {subject} · {then}"


def _subject(what: str) -> str:
    """What is shown; the name of a column reads as its title."""
    return _(COLUMNS[what].title).lower() if what in COLUMNS else _(what)


def _period(step: Step) -> str:
    """The period as a reader says it: whole years by number, else first and last month.

    A whole year runs from 1 January to 31 December.
    """
    start, end = step.engagement.period
    if start.is_year_start and end.is_year_end:
        return f"{start.year}" if start.year == end.year else f"{start.year}–{end.year}"
    return f"{step.numbers.month(start)} – {step.numbers.month(end)}"


def _anchor(step: Step, name: str) -> str:
    return f"{step.name}-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}"
