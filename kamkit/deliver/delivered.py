"""What a run has delivered, file by file, as the terminal tells it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kamkit.deliver.media import FILES
from kamkit.deliver.plans.schedule import FOLDER as PLANS

if TYPE_CHECKING:
    from kamkit.deliver.runner import RunResult

__all__ = ["delivered_lines"]

_NAMES = {"pdf": "PDF", "deck": "Deck", "workbook": "Workbook"}


def delivered_lines(result: RunResult) -> list[str]:
    """One line for each report, PDF, deck, workbook and folder of plans; paths as short as they can be.

    Parameters
    ----------
    result : of the run. Files of further languages carry their code.
    """
    pages = result.reports or {"": result.report}
    several = len(pages) > 1
    return [
        f"{name} ({code}): {shown}" if several else f"{name}: {shown}"
        for code, page in pages.items()
        if page
        for name, shown in _beside(page, result)
    ]


def _beside(report: Path, result: RunResult) -> Iterator[tuple[str, str]]:
    yield "Report", _short(report)
    for kind, name in FILES.items():
        if (made := report.parent / name).is_file():
            yield _NAMES[kind], _short(made)
    plans = report.parent / PLANS
    if result.account in result.plans:
        yield "Account plan", _short(plans / result.plans[result.account].name)
    elif result.plans and plans.is_dir():
        yield "Account plans", f"{_short(plans)} ({len(result.plans)})"


def _short(path: Path) -> str:
    """A path from where the user stands, if it lies below."""
    here = Path.cwd()
    return os.path.relpath(path, here) if path.is_relative_to(here) else str(path)
