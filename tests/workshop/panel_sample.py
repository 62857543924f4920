"""The sample engagement for the panels' tests: a copy that decisions may be written to."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path

import kamkit
from kamkit.workshop.panels.material import Material

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def copied(folder: Path) -> Path:
    """A copy of the sample without runs."""
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("runs", "deliverables", ".kamkit"))
    return folder


@lru_cache(maxsize=1)
def read_once() -> Material:
    """The sample as it is in the checkout, read once; nothing may be decided in it."""
    return Material(kamkit.open(SAMPLE))


def material_of(folder: Path) -> Material:
    """The sample's tables with the decisions of another folder: nothing is computed twice."""
    here, shared = Material(kamkit.open(folder)), read_once()
    for name in ("names", "pnl", "customers", "values", "counting", "later", "strength"):
        here.__dict__[name] = getattr(shared, name)
    here._tables = shared._tables
    return here
