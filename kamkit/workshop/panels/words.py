"""Words that several panels use."""

from __future__ import annotations

from typing import Any

from kamkit.locale import _
from kamkit.plots.portfolio import TREATMENT_NAMES

__all__ = ["FACES", "TREATMENTS", "treatment_word"]

TREATMENTS = tuple(TREATMENT_NAMES)

FACES = {"invest": "actual", "maintain": "second", "cost_efficient": "wash", "exit": "bad"}
"""Treatment → colour of the palette, as in the report's matrix."""


def treatment_word(treatment: Any) -> str:
    """A treatment as a reader sees it; a dash where there is none.

    >>> treatment_word("cost_efficient"), treatment_word(None)
    ('Serve cost-efficiently', '–')
    """
    return _(TREATMENT_NAMES[treatment]) if isinstance(treatment, str) else "–"
