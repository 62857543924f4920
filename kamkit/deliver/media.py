"""The report in each of its forms: page, PDF, deck, workbook.

What writes a form is imported where the form is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from kamkit.deliver.glyphs import glyphs_remark
from kamkit.deliver.pdf import set_beside
from kamkit.errors import KamkitError

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__all__ = ["FILES", "make_media"]

FILES = {"pdf": "report.pdf", "deck": "deck.pptx", "workbook": "workbook.xlsx"}
"""By form, the file among the deliverables."""

Build = Callable[[Path, "Engagement", Path], object]


def make_media(
    run_folder: Path, engagement: Engagement, formats: Sequence[str], folder: Path | None = None
) -> tuple[dict[str, Path], list[str]]:
    """Make each form that is asked for from the finished run, in the language in force.

    The PDF is set beside the others. One that can't be made is told and left out.

    Parameters
    ----------
    run_folder : folder of the run.
    engagement : the engagement that was run.
    formats : of *pdf*, *deck*, *workbook*; others are passed over.
    folder : where ``report.html`` is written and they are put; the run's folder by default.

    Returns
    -------
    By name among the deliverables, the file that was made; and a sentence for each that was not, and for
    characters that no font of this machine can draw.
    """
    place = folder or run_folder
    made, remarks = {}, []
    page, paper = place / "report.html", place / FILES["pdf"]
    with set_beside(page, paper) if "pdf" in formats else nullcontext(_nothing) as pdf:
        builders: dict[str, Build] = {"deck": _deck, "workbook": _workbook, "pdf": lambda *_: pdf()}
        for form, build in builders.items():
            if form not in formats:
                continue
            target = place / FILES[form]
            try:
                build(run_folder, engagement, target)
                made[FILES[form]] = target
            except KamkitError as error:
                target.unlink(missing_ok=True)
                remarks.append(f"{FILES[form]} was not made: {error}")
    remark = glyphs_remark(run_folder)
    return made, [*remarks, remark] if remark else remarks


def _deck(run_folder: Path, engagement: Engagement, target: Path) -> None:
    from kamkit.deliver.deck import build_deck

    build_deck(run_folder, engagement, target, engagement.config.report.audience)


def _workbook(run_folder: Path, engagement: Engagement, target: Path) -> None:
    from kamkit.deliver.workbook import build_workbook

    build_workbook(run_folder, engagement, target)


def _nothing() -> None:
    """What is waited for where no PDF is asked for."""
