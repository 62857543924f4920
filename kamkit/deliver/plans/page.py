"""The page of one account's plan: two sheets, one file, made of what its notebook has shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from markupsafe import Markup

from kamkit.deliver.plans.showing import KIND
from kamkit.deliver.record import RunRecord
from kamkit.deliver.show import MIME, in_this_language
from kamkit.deliver.templates import render, style_sheet
from kamkit.errors import RunError
from kamkit.locale import N_, _
from kamkit.locale.numbers import Numbers

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__all__ = ["build_plan"]

_SHEETS = (
    (N_("Where we stand"), (("earned", "room"), ("people", "changed"))),
    (N_("What we will do"), (("goals", "actions", "risks", "team"), ("offers", "deals", "money"))),
)
_HEAD = ("who", "figures")


def build_plan(executed: Path, engagement: Engagement, record: RunRecord, account: str) -> str:
    """The page of a plan as HTML that opens offline, without script, and prints on A4.

    Parameters
    ----------
    executed : the executed notebook of the plan.
    engagement : the engagement it belongs to.
    record : the run whose tables it was made from.
    account : the account's number.

    Raises
    ------
    RunError
        If the notebook has shown no part of a plan.
    """
    parts = shown_parts(executed)
    if not parts:
        raise RunError(
            f"{executed.name} shows no part of a plan",
            where=str(executed),
            remedy="show its parts with kamkit.deliver.show_part",
        )
    numbers, words = engagement.numbers, engagement.config.report
    client = engagement.config.client
    return render(
        "plan.html.j2",
        style=style_sheet("plan.css", engagement.config.branding),
        name=record.plans[account].name if account in record.plans else account,
        client=client,
        period=_period(engagement, numbers),
        head=Markup("\n").join(parts[name] for name in _HEAD if name in parts),
        sheets=_sheets(parts),
        confidentiality=words.confidentiality
        or _("Confidential. For {client} and those it names.").format(client=client),
        source=_source(record, account, numbers),
    )


def shown_parts(executed: Path) -> dict[str, Markup]:
    """What a notebook has shown of a plan, by part; of one shown twice the last."""
    cells = nbformat.read(executed, as_version=4).cells
    outputs = [o.get("data", {}) for cell in cells for o in cell.get("outputs", ())]
    marked = [(data[MIME], data["text/html"]) for data in outputs if MIME in data]
    parts = [
        (note["name"], in_this_language(note, html, executed.parent))
        for note, html in marked
        if note["kind"] == KIND
    ]
    return {name: Markup(html) for name, html in parts}


def _sheets(parts: dict[str, Markup]) -> list[dict[str, Any]]:
    """The sheets with their columns; what the notebook shows beyond them stands on a sheet of its own."""
    placed = {name for _title, columns in _SHEETS for column in columns for name in column} | set(_HEAD)
    more = [name for name in parts if name not in placed]
    layout = [*_SHEETS, (N_("More"), (more[::2], more[1::2]))] if more else _SHEETS
    return [
        {"title": _(title), "columns": [[parts[n] for n in column if n in parts] for column in columns]}
        for title, columns in layout
    ]


def _source(record: RunRecord, account: str, numbers: Numbers) -> str:
    """The run that the page belongs to; where its notebook was not executed again, also that which did."""
    made = _("Run {run} of {date}").format(run=record.id, date=numbers.date(record.started[:10]))
    origin = record.plans[account].reused_from if account in record.plans else ""
    return _("{run}; unchanged since run {origin}").format(run=made, origin=origin) if origin else made


def _period(engagement: Engagement, numbers: Numbers) -> str:
    start, end = engagement.period
    if start.is_year_start and end.is_year_end and start.year == end.year:
        return _("{year}, actual; as of {day}").format(year=start.year, day=numbers.date(end))
    months = f"{numbers.month(start)} – {numbers.month(end)}"
    return _("{months}, actual; as of {day}").format(months=months, day=numbers.date(end))
