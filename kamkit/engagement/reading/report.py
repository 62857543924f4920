"""Reports that are no table yet: their cells under their headers, total rows left out and used as a check."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from kamkit.engagement.problems import Problem

__all__ = ["CellTable", "cells"]


@dataclass(frozen=True)
class CellTable:
    """The cells of a report as they stand, one column per header, indexed by row in the file."""

    frame: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    totals: pd.DataFrame = field(default_factory=pd.DataFrame)


def cells(path: Path) -> CellTable:
    raise NotImplementedError
