"""The report: one file that opens offline, from cover to provenance."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from kamkit.deliver.columns import COLUMNS
from kamkit.deliver.decided import decided
from kamkit.deliver.kept import FOLDER as EXHIBITS
from kamkit.deliver.kept import read_kept
from kamkit.deliver.order import find_notebooks
from kamkit.deliver.plans.schedule import FOLDER as PLANS
from kamkit.deliver.record import RunRecord
from kamkit.deliver.results import asked_for, chosen, files_more, read_result, sections_of
from kamkit.deliver.tables import as_frame, view
from kamkit.deliver.templates import render, style_sheet
from kamkit.engagement.gaps import NotAssessed
from kamkit.engagement.said_of_input import said_of_input
from kamkit.engagement.schemas import TABLES
from kamkit.errors import RunError
from kamkit.locale import N_, _, language
from kamkit.locale.glossary import glossary, in_order, sort_key
from kamkit.locale.numbers import Numbers, Scale

if TYPE_CHECKING:
    from kamkit.engagement import Engagement, Problem

__all__ = ["build_report"]

RECONCILIATION = "reconciliation"
"""The table, handed on by the customers' step, that proves the report ties to the ledger."""

_ID = re.compile(r'(?<=\sid=")[^"]+(?=")')


def build_report(run_folder: Path, engagement: Engagement, target: Path) -> Path:
    """Write the report of a run as one HTML file.

    Parameters
    ----------
    run_folder : folder of the run, with its record, tables, findings and executed notebooks.
    engagement : the engagement that was run.
    target : the file to write.

    Raises
    ------
    RunError
        If the folder holds no run.
    """
    record = RunRecord.load(run_folder)
    if record is None:
        raise RunError("the folder holds no run", where=str(run_folder), remedy="kamkit run")
    every = sections_of(run_folder, record)
    sections = chosen(every, engagement.config.report.sections)
    gaps = [gap for section in sections for gap in section.gaps]
    problems = engagement.check_shown()
    numbers = engagement.numbers
    html = render(
        "report.html.j2",
        style=style_sheet("report.css", engagement.config.branding),
        cover=_cover(engagement, record, numbers),
        sections=sections,
        broken=[s.name for s in every if not s.told],
        silent=[s.title for s in sections if s.told and not s.findings],
        left_out=[n.title for n in find_notebooks(engagement.path) if n.name not in record.steps],
        borrowed=_taken_over(record),
        reconciliation=_reconciliation(run_folder, engagement, numbers),
        asked=asked_for(gaps),
        files_more=files_more(gaps),
        undefined=[gap for gap in gaps if not gap.needs],
        warnings=[p for p in problems if p.severity == "warning"],
        notes=_by_file([p for p in problems if p.severity == "note"]),
        decided=decided(engagement, run_folder, record),
        plans=_plans(record),
        record=record,
        glossary=_glossary(run_folder),
        field_terms=in_order(glossary(language()), language()),
        said=said_of_input,
        count=numbers.count,
    )
    target.write_text(_distinct_ids(html), encoding="utf-8")
    return target


def _logo(engagement: Engagement) -> str:
    """The client's logo as a data address, so that the page needs no other file; else empty."""
    name = engagement.config.branding.logo
    if not name:
        return ""
    file = engagement.path / name
    kind = {".svg": "svg+xml", ".png": "png"}.get(file.suffix.lower(), "jpeg")
    return f"data:image/{kind};base64,{base64.b64encode(file.read_bytes()).decode('ascii')}"


def _cover(engagement: Engagement, record: RunRecord, numbers: Numbers) -> dict[str, str]:
    start, end = engagement.period
    words = engagement.config.report
    return {
        "client": engagement.config.client,
        "title": words.title or "",
        "confidentiality": words.confidentiality or "",
        "logo": _logo(engagement),
        "period": f"{numbers.month(start)} – {numbers.month(end)}",
        "date": numbers.date(record.started[:10]),
        "run": record.id,
    }


def _reconciliation(run_folder: Path, engagement: Engagement, numbers: Numbers) -> dict[str, Any]:
    """How the customers' figures tie to the client's own accounts, or why that can't be shown."""
    table = read_result(run_folder, RECONCILIATION)
    if not isinstance(table, pd.DataFrame):
        not_run = NotAssessed(
            N_("reconciliation"), (), N_("the step that ties sales to the ledger was not run")
        )
        gap = not_run if table is None else table
        return {"gap": gap, "asked": [TABLES[n] for n in gap.needs if n in TABLES]}
    controls = engagement.config.controls
    missed = table.loc[~table["ok"].astype(bool), "rung"] if "ok" in table else pd.Series(dtype=str)
    cents = Scale(1.0, numbers.unit, decimals=2)
    shown = view(table, numbers, scale=Scale(1.0, numbers.unit))
    return {
        "gap": None,
        "view": shown,
        "unit": shown.unit,
        "missed": [_(COLUMNS[r].title) if r in COLUMNS else r for r in missed.astype(str)],
        "relative": numbers.percent(controls.tolerance),
        "absolute": ""
        if controls.absolute is None or engagement.anonymous
        else numbers.ordered(numbers.scaled(controls.absolute, cents)),
    }


def _taken_over(record: RunRecord) -> dict[str, list[str]]:
    """By the run that executed them, the steps that were not executed again."""
    found: dict[str, list[str]] = {}
    for name, step in record.steps.items():
        if step.status == "reused":
            found.setdefault(step.reused_from, []).append(name)
    return found


def _plans(record: RunRecord) -> list[dict[str, str]]:
    """The account plans by name: where the page is, or why there is none."""
    made = ("done", "reused")
    why = {"failed": _("could not be made"), "not run": _("was not made in this run")}
    in_turn = sort_key(language())
    plans = sorted(record.plans.items(), key=lambda item: (in_turn(item[1].name), item[0]))
    return [
        {
            "account": account,
            "name": plan.name,
            "page": f"{PLANS}/{plan.file}" if plan.status in made else "",
            "why": why.get(plan.status, ""),
        }
        for account, plan in plans
    ]


def _by_file(problems: Sequence[Problem]) -> dict[str, list[Problem]]:
    """What the gate decided by itself, file by file."""
    files = dict.fromkeys(p.file for p in problems)
    return {file: [p for p in problems if p.file == file] for file in files}


def _glossary(run_folder: Path) -> list[Mapping[str, str]]:
    """Title and meaning of every column of the tables that the report prints; one of two meanings twice."""
    names = {
        name for file in sorted((run_folder / EXHIBITS).glob("*.json")) for name in _headers(run_folder, file)
    }
    known = [COLUMNS[name] for name in names if name in COLUMNS and COLUMNS[name].meaning]
    terms, in_turn = {(_(column.title), _(column.meaning)) for column in known}, sort_key(language())
    return [
        {"term": term, "meaning": meaning}
        for term, meaning in sorted(terms, key=lambda pair: (in_turn(pair[0]), pair[1]))
    ]


def _headers(run_folder: Path, file: Path) -> list[str]:
    shown = read_kept(run_folder, file.stem)
    if shown.kind != "table":
        return []
    return [str(name) for name in shown.options.get("columns") or as_frame(shown.tables[0]).columns]


def _distinct_ids(html: str) -> str:
    """Number the anchors that two exhibits of one step share, so that links stay unambiguous."""
    seen: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        seen[match[0]] = seen.get(match[0], 0) + 1
        return match[0] if seen[match[0]] == 1 else f"{match[0]}-{seen[match[0]]}"

    return _ID.sub(numbered, html)
