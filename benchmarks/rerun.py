"""A second run: after one decision in step 4, and after nothing, against a run that executes all.

Each round makes the three of them one after the other on the sample, in one engagement, so that what else
the machine does falls on all alike (the work of the processors is given beside); the decision is another
one in each round. The ratio is taken within a round, and the median of the rounds is printed. The first,
full run of the engagement is not counted: it reads the client's files for the first time.

    python benchmarks/rerun.py [ROUNDS] [--whole]

By default the ten notebooks and the page; with ``--whole`` account plans, PDF, deck and workbook too.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import kamkit
from kamkit.deliver.runner import run
from kamkit.engagement.new import create

GOAL = 0.5
"""A rerun after one decision in step 4, as a fraction of a full run."""


def sample(folder: Path, whole: bool) -> Path:
    """The sample's engagement; without plans, and with the page alone, where it is not to be whole."""
    made = create(folder / "sample", sample=True)
    if not whole:
        (made / "notebooks" / "account_plan.ipynb").unlink()
        settings = made / "engagement.toml"
        settings.write_text(settings.read_text(encoding="utf-8") + '\n[report]\nformats = ["html"]\n')
    return made


class Spent(NamedTuple):
    """Seconds on the clock, and of all processors, kernels included."""

    clock: float
    work: float

    def of(self, whole: Spent) -> str:
        """As fractions of another."""
        return f"{self.clock / whole.clock:.2f} of the clock, {self.work / whole.work:.2f} of the work"


def timed(engagement: Path, **asked: bool) -> tuple[Spent, list[str]]:
    """What a run took, and the steps that it executed."""
    started, before = time.perf_counter(), sum(os.times()[:4])
    result = run(engagement, progress=False, **asked)
    seconds = Spent(time.perf_counter() - started, sum(os.times()[:4]) - before)
    assert result.succeeded, result.messages
    steps = json.loads((result.run_folder / "run.json").read_text(encoding="utf-8"))["steps"]
    return seconds, [name[:2] for name, step in steps.items() if step["status"] == "done"]


def decide(engagement: Path, round_: int) -> None:
    """Another growth is assumed of key accounts."""
    uplift = 0.04 + 0.01 * (round_ % 5)
    kamkit.open(engagement).decide("choice.uplift", uplift, by="Benchmark", why="another round")


def measure(rounds: int, whole: bool) -> None:
    """Print the rounds and their medians."""
    folder = Path(tempfile.mkdtemp(prefix="kamkit-rerun-"))
    try:
        engagement = sample(folder, whole)
        timed(engagement)
        ratios: dict[str, list[float]] = {"decision": [], "nothing": []}
        for number in range(rounds):
            full, _all = timed(engagement, force=True)
            decide(engagement, number)
            again, executed = timed(engagement)
            nothing, none = timed(engagement)
            assert not none, f"executed though nothing has changed: {none}"
            ratios["decision"].append(again.clock / full.clock)
            ratios["nothing"].append(nothing.clock / full.clock)
            print(f"round {number + 1}: full {full.clock:.1f} s, work of {full.work:.1f} s")
            print(f"  after a decision {again.clock:.1f} s: {again.of(full)}; steps {' '.join(executed)}")
            print(f"  after nothing {nothing.clock:.1f} s: {nothing.of(full)}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    what = "plans, page, PDF, deck, workbook" if whole else "ten notebooks and the page"
    for name, found in ratios.items():
        goal = f", goal {GOAL}" if name == "decision" else ""
        print(f"rerun after {'one decision in step 4' if name == 'decision' else name} / full run")
        print(f"  ({what}): {statistics.median(found):.2f} (median of {rounds}{goal})")


if __name__ == "__main__":
    given = [a for a in sys.argv[1:] if not a.startswith("-")]
    measure(int(given[0]) if given else 5, "--whole" in sys.argv)
