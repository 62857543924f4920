"""Earlier runs on other inputs, which a step compares itself with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from kamkit.engagement.handed_on import note_of

__all__ = ["EarlierRuns"]

_NO_INPUT = "decisions.jsonl"
"""What a run's record holds beside the hashes of its tables."""


class EarlierRuns:
    """The successful runs on other inputs than today's, the latest first.

    Runs on today's inputs are passed over, so that the same inputs give the same comparison; so are
    those that are masked where today's is not, or the other way round.
    """

    def __init__(self, engagement: Path, inputs: Mapping[str, str], anonymous: bool) -> None:
        self._runs, self._inputs, self._anonymous = engagement / "runs", dict(inputs), anonymous

    def table(self, place: Path) -> Path | None:
        """The file at a place in the latest of the runs where it holds a table, not a gap."""
        files = (run / place for run in self._runs_compared)
        return next((file for file in files if file.is_file() and self._tells(note_of(file))), None)

    def _tells(self, note: Mapping[str, Any]) -> bool:
        return note["inputs"] != self._inputs and not note["gap"]

    @cached_property
    def _runs_compared(self) -> list[Path]:
        return [r for r in sorted(self._runs.glob("*T*Z-*"), reverse=True) if self._compares(_record(r))]

    def _compares(self, record: Mapping[str, Any]) -> bool:
        inputs = {name: sha for name, sha in dict(record.get("inputs", {})).items() if name != _NO_INPUT}
        other = inputs != self._inputs and bool(record.get("anonymous")) == self._anonymous
        return other and record.get("status") == "succeeded"


def _record(run: Path) -> dict[str, Any]:
    try:
        record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}
