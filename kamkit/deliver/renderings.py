"""One run in several languages: each has its report, deck, workbook, PDF and plans; nothing is computed anew.

The first language stands at the root of the deliverables, each other one in a folder by its code, so that
the links within a language stay as they are.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kamkit.deliver.media import FILES, make_media
from kamkit.deliver.plans.page import build_plan
from kamkit.deliver.plans.schedule import FOLDER as PLANS
from kamkit.deliver.plans.schedule import own_folder
from kamkit.deliver.record import RunRecord
from kamkit.deliver.report import build_report
from kamkit.errors import ParameterError
from kamkit.locale import LANGUAGES, in_language
from kamkit.locale.own_words import use_own_words

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__all__ = ["Rendered", "in_words_of", "languages_of", "render_run", "reports_of"]

REPORT = "report.html"


@dataclass(frozen=True)
class Rendered:
    """What was made: by name among the deliverables the file, and what a reader of the terminal must know."""

    files: Mapping[str, Path]
    remarks: tuple[str, ...] = ()


def languages_of(engagement: Engagement, asked: Sequence[str] | str | None = None) -> tuple[str, ...]:
    """The languages that a run is written in, the first of them first.

    Parameters
    ----------
    engagement : whose ``[report] languages`` hold where none is asked for, and else its language.
    asked : codes such as ``["sv", "en"]`` or ``"sv,en"``.

    Raises
    ------
    ParameterError
        If there is no catalogue for one of them.
    """
    named = asked.split(",") if isinstance(asked, str) else list(asked or ())
    codes = tuple(dict.fromkeys(code.strip().lower() for code in named if code.strip()))
    unknown = [code for code in codes if code not in LANGUAGES]
    if unknown or (asked and not codes):
        raise ParameterError(
            f"there is no report in {', '.join(map(repr, unknown)) or 'no language'}",
            where="--lang",
            allowed=", ".join(LANGUAGES),
        )
    config = engagement.config
    return codes or tuple(getattr(config.report, "languages", ())) or (config.language,)


def reports_of(languages: Sequence[str]) -> dict[str, str]:
    """By language the name of its report among the deliverables.

    >>> reports_of(["en", "sv"])
    {'en': 'report.html', 'sv': 'sv/report.html'}
    """
    return {code: f"{_place(code, languages)}{REPORT}" for code in languages}


def render_run(
    run_folder: Path,
    engagement: Engagement,
    record: RunRecord,
    languages: Sequence[str],
    lender: Path | None = None,
) -> Rendered:
    """Write a finished run in each language.

    Parameters
    ----------
    run_folder : folder of the run; its report in the first language, and the plans, are written.
    engagement : the engagement that was run.
    record : the run's record, with the plans that were made.
    languages : codes, the first of which is in force.
    lender : a run from which PDF, deck and workbook are taken as far as it has them.
    """
    files: dict[str, Path] = {}
    remarks: list[str] = []
    for code in languages:
        place = _place(code, languages)
        with in_language(code), in_words_of(engagement):
            made = _one(run_folder, run_folder / place, engagement, record, lender and lender / place)
        files |= {f"{place}{name}": file for name, file in made.files.items()}
        remarks += [remark for remark in made.remarks if remark not in remarks]
    return Rendered(files, tuple(remarks))


@contextmanager
def in_words_of(engagement: Engagement) -> Iterator[None]:
    """The client's questionnaires in the language in force."""
    use_own_words(engagement.own_words())
    try:
        yield
    finally:
        use_own_words({})


def _one(
    run_folder: Path, folder: Path, engagement: Engagement, record: RunRecord, lender: Path | None
) -> Rendered:
    """Everything in the language in force, written to a folder."""
    if folder != run_folder:
        folder.mkdir(parents=True, exist_ok=True)
        build_report(run_folder, engagement, folder / REPORT)
    pages = {f"{PLANS}/{p.file}": a for a, p in record.plans.items() if p.status in ("done", "reused")}
    for page, account in pages.items() if folder != run_folder else ():
        _plan(run_folder, engagement, record, account, folder / page)
    lent = _lent(lender, folder)
    made, remarks = ({}, ()) if lent else make_media(run_folder, engagement, _formats(engagement), folder)
    files = {REPORT: folder / REPORT, **made, **lent, **{page: folder / page for page in pages}}
    return Rendered(files, tuple(remarks))


def _plan(run_folder: Path, engagement: Engagement, record: RunRecord, account: str, target: Path) -> None:
    own = run_folder / own_folder(account)
    target.parent.mkdir(exist_ok=True)
    page = build_plan(next(own.glob("*.ipynb")), engagement, record, account)
    target.write_text(page, encoding="utf-8", newline="\n")


def _lent(lender: Path | None, folder: Path) -> dict[str, Path]:
    if lender is None:
        return {}
    names = [name for name in FILES.values() if (lender / name).is_file()]
    return {name: Path(shutil.copy2(lender / name, folder / name)) for name in names}


def _formats(engagement: Engagement) -> Sequence[str]:
    return engagement.config.report.formats


def _place(code: str, languages: Sequence[str]) -> str:
    return "" if code == languages[0] else f"{code}/"
