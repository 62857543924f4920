"""The report: one file that opens offline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__all__ = ["build_report"]


def build_report(run_folder: Path, engagement: Engagement, target: Path) -> Path:
    """Write the report of a run to ``target``; its pages follow in the next slice."""
    target.write_text("<!doctype html><title>kamkit</title>", encoding="utf-8")
    return target
