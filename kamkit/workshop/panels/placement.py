"""What the matrix of a panel is drawn from: the bubbles, their size, colour, name and marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["DRAWN", "Placement", "placement"]

_TURNED = 26
DRAWN = 300
"""So many accounts are drawn at most, those that flip and the largest first; all of them count."""


@dataclass(frozen=True)
class Placement:
    """Bubbles, the largest first: positions, revenue, treatment, whether they flip; the cuts; names.

    ``are_dragged`` says whether the cuts can be dragged on the picture.
    """

    accounts: np.ndarray
    strength: np.ndarray
    attractiveness: np.ndarray
    revenue: np.ndarray
    treatment: np.ndarray
    flips: np.ndarray
    names: tuple[str, ...]
    cuts: tuple[float, float]
    left_out: int
    counts: dict[str, int]
    are_dragged: bool = False


def placement(
    treated: pd.DataFrame, revenue: pd.Series, flips: pd.Series, name: Callable[[Any], str], named: int = 12
) -> Placement:
    """The bubbles of a treated portfolio; accounts without a place are left out, and counted.

    Parameters
    ----------
    treated : as ``method.portfolio.treatment`` returns it.
    revenue : by account, NaN where it is not known.
    flips : whether the treatment changes against the decisions in force.
    name : names an account.
    named : how many of the largest are named, besides those that flip.
    """
    known = treated["treatment"].notna() & treated["attractiveness"].notna() & treated["strength"].notna()
    rows = treated[known]
    turns = flips.reindex(rows.index, fill_value=False).to_numpy(dtype=bool)
    size = revenue.reindex(rows.index).fillna(0.0).clip(lower=0.0).to_numpy(dtype=float)
    order = np.lexsort((-size, ~turns))[:DRAWN]
    order = order[np.argsort(-size[order], kind="stable")]
    drawn = rows.iloc[order]
    accounts = drawn.index.to_numpy(dtype=object)
    first = np.flatnonzero(turns[order])[:_TURNED]
    wanted = {*range(named), *first.tolist()}
    names = tuple(name(a) if i in wanted else "" for i, a in enumerate(accounts))
    counts = rows["treatment"].value_counts()
    return Placement(
        accounts=accounts,
        strength=drawn["strength"].to_numpy(dtype=float),
        attractiveness=drawn["attractiveness"].to_numpy(dtype=float),
        revenue=size[order],
        treatment=drawn["treatment"].to_numpy(dtype=object),
        flips=turns[order],
        names=names,
        cuts=(float(treated["attractiveness_cut"].iloc[0]), float(treated["strength_cut"].iloc[0])),
        left_out=len(treated) - len(drawn),
        counts={str(t): int(n) for t, n in counts.items()},
    )
