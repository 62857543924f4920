"""The log of decisions as a table, for what is computed from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamkit.engagement.decisions.log import history

if TYPE_CHECKING:
    import pandas as pd

    from kamkit.engagement.engagement import Engagement

__all__ = ["decision_table"]

_COLUMNS = ["id", "key", "value", "by", "why", "at", "expected", "review", "state"]


def decision_table(source: Path | Engagement) -> pd.DataFrame:
    """Every decision ever made, in order: who, what, why, when, and what was expected of it.

    Parameters
    ----------
    source : the engagement, or its folder; in anonymised mode only the engagement leaves names out.

    Returns
    -------
    DataFrame
        id, key, value (as text), by, why, at, expected, review, state (in force, superseded, withdrawn);
        no rows where nothing was decided.

    Examples
    --------
    >>> import tempfile
    >>> from kamkit.engagement.decisions.log import record
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = record(folder, "choice.uplift", 0.05, by="A. Tamm", why="last year", expected="5 % more")
    >>> decision_table(folder)[["key", "value", "expected", "state"]].to_numpy().tolist()
    [['choice.uplift', '0.05', '5 % more', 'in force']]
    """
    import pandas as pd

    rows = [
        {
            **{c: getattr(e.decision, c, "") for c in _COLUMNS},
            "value": _text(e.decision.value),
            "state": e.state,
        }
        for e in (history(source) if isinstance(source, Path) else source.history())
    ]
    return pd.DataFrame(rows, columns=_COLUMNS).astype("str")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
