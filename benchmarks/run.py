"""A run of the sample against plain papermill and one warm process; one plan of many against one alone.

    python benchmarks/run.py [--rounds 3] [--plans 200] [--jobs 2] [--whole]

The same cells everywhere (those of the workshop are left out everywhere), the same inputs, each side in a
process of its own, imports included. The rounds are interleaved, so that a busy machine slows all; what
counts is the ratio of the medians. What is counted:

report     kamkit run: gate, ten notebooks two at a time, the report as a page; no plans, no other formats
papermill  the same ten notebooks with ``papermill.execute_notebook``, one after another; no report
floor      the same cells in one process, one after another; no kernels, no notebooks written, no report
plans      kamkit: so many account plans, steps taken over, everything around them included, per plan
plan       the notebook of the account plan with ``papermill.execute_notebook``, for one account
whole      (--whole) kamkit: ten notebooks, plans, page, PDF, deck and workbook

The tables that each side hands on are compared, byte by byte.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import nbformat

from kamkit.deliver.execute import prepared
from kamkit.deliver.order import find_notebooks, find_plan_notebook, ordered
from kamkit.engagement.decisions import record
from kamkit.engagement.new import create

ROOT = Path(__file__).parents[1]
GOALS = {"papermill": 0.20, "floor": 2.0, "plan": 0.10}
PARTS = ("tables", "findings", "notebooks", "logs")

KAMKIT = "import sys\nfrom kamkit.cli import main\nsys.argv[1:1] = ['run']\nmain()"
PAPERMILL = """\
import json, logging, os, sys
import papermill
logging.getLogger("papermill").setLevel(logging.ERROR)
given = json.loads(sys.argv[2])
for notebook in sys.argv[3:]:
    out = os.path.join(os.environ["KAMKIT_RUN"], "notebooks", os.path.basename(notebook))
    papermill.execute_notebook(notebook, out, given, kernel_name="python3", progress_bar=False)
"""
FLOOR = """\
import json, sys
import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
given = json.loads(sys.argv[2])
for path in sys.argv[3:]:
    shell = InteractiveShell(user_ns={})
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            with capture_output():
                done = shell.run_cell(cell.source)
            done.raise_error()
            if "parameters" in cell.metadata.get("tags", ()):
                shell.user_ns.update(given)
"""


def formats(folder: Path, wanted: list[str]) -> None:
    """Let the engagement ask for these formats."""
    file = folder / "engagement.toml"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("formats")]
    if "[report]" not in lines:
        lines.append("[report]")
    lines.insert(lines.index("[report]") + 1, f"formats = {json.dumps(wanted)}")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def code_of(notebooks: list[Path], folder: Path) -> list[Path]:
    """The notebooks as a run executes them, without the cells of the workshop."""
    folder.mkdir(exist_ok=True)
    for path in notebooks:
        notebook = prepared(path)
        for cell in notebook.cells:
            cell.metadata.pop("kamkit", None)
        nbformat.write(notebook, folder / path.name)
    return [folder / path.name for path in notebooks]


def run_folder(engagement: Path, name: str) -> Path:
    """An empty run folder, as the runner makes it."""
    folder = engagement / "runs" / name
    shutil.rmtree(folder, ignore_errors=True)
    for part in PARTS:
        (folder / part).mkdir(parents=True)
    return folder


def measured(program: str, *arguments: str, run: Path | None = None) -> tuple[float, float]:
    """Seconds on the clock, and of the processor, that a process and its children took."""
    extra = {"KAMKIT_RUN": str(run)} if run else {}
    environment = {**os.environ, **extra, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(
        command,
        env=environment,
        cwd=arguments[0],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    took, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compared(engagement: Path) -> str:
    """Whether papermill and the one process handed on what the run did."""
    ours = sorted(engagement.glob("runs/*T*Z-*/tables"))[0]
    names = sorted(p.name for p in ours.glob("*.parquet"))
    told = []
    for other in ("papermill", "floor"):
        theirs = engagement / "runs" / other / "tables"
        same = [
            n
            for n in names
            if (theirs / n).is_file() and (ours / n).read_bytes() == (theirs / n).read_bytes()
        ]
        different = ", ".join(sorted(set(names) - set(same)))
        but = f"; not {different}" if different else ""
        told.append(f"{other}: {len(same)} of {len(names)} tables byte for byte{but}")
    return "\n".join(told)


def main() -> None:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--plans", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--whole", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        engagement = create(Path(place) / "nordvik", sample=True)
        sides = competitors(engagement, Path(place), asked)
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
        for number in range(asked.rounds):
            for name, side in sides.items():
                took[name].append(side())
                clock, processor = took[name][-1]
                told = f"round {number + 1}: {name} {clock:.2f} s, of the processor {processor:.2f} s"
                print(told, file=sys.stderr, flush=True)
        said(took, asked)
        print(compared(engagement))


def competitors(
    engagement: Path, place: Path, asked: argparse.Namespace
) -> dict[str, Callable[[], tuple[float, float]]]:
    """What is measured, in the order of a round."""
    steps = code_of([n.path for n in ordered(find_notebooks(engagement))], place / "steps")
    plan = find_plan_notebook(engagement)
    assert plan is not None
    (alone,) = code_of([plan.path], place / "plan")
    accounts = plan_accounts(engagement, asked.plans)
    where = {"engagement": str(engagement)}
    formats(engagement, ["html"])

    def ours(*given: str) -> tuple[float, float]:
        return measured(KAMKIT, str(engagement), "--jobs", str(asked.jobs), *given)

    def theirs(program: str, name: str, notebooks: list[Path], **given: str) -> tuple[float, float]:
        folder = run_folder(engagement, name)
        if name == "plan":
            shutil.copytree(
                sorted(engagement.glob("runs/*T*Z-*/tables"))[-1], folder / "tables", dirs_exist_ok=True
            )
        return measured(
            program, str(engagement), json.dumps({**where, **given}), *map(str, notebooks), run=folder
        )

    def plans() -> tuple[float, float]:
        for old in (engagement / "runs").glob("*T*Z-*/plans"):
            shutil.rmtree(old)
        clock, processor = ours()
        return clock / len(accounts), processor / len(accounts)

    def whole() -> tuple[float, float]:
        formats(engagement, ["html", "pdf", "deck", "workbook"])
        took = ours("--force")
        formats(engagement, ["html"])
        return took

    sides: dict[str, Callable[[], tuple[float, float]]] = {
        "report": partial(ours, "--steps", "1-10", "--force"),
        "papermill": partial(theirs, PAPERMILL, "papermill", steps),
        "floor": partial(theirs, FLOOR, "floor", steps),
    }
    if accounts:
        sides["plans"] = plans
        sides["plan"] = partial(theirs, PAPERMILL, "plan", [alone], account=accounts[0])
    if asked.whole:
        sides["whole"] = whole
    return sides


def plan_accounts(engagement: Path, number: int) -> list[str]:
    """So many accounts of the sample, decided to get a plan."""
    import pandas as pd

    if not number:
        return []
    accounts = (
        pd.read_csv(engagement / "data" / "accounts.csv", dtype=str)["account_id"].head(number).tolist()
    )
    record(engagement, "plan.accounts", accounts, by="benchmark", why="many plans")
    return accounts


def said(took: dict[str, list[tuple[float, float]]], asked: argparse.Namespace) -> None:
    """Medians and ratios."""
    clock = {name: statistics.median(c for c, _ in rounds) for name, rounds in took.items()}
    processor = {name: statistics.median(p for _, p in rounds) for name, rounds in took.items()}
    print(f"{'':12}{'clock':>10}{'processor':>12}   medians of {asked.rounds} interleaved rounds, s")
    for name in took:
        print(f"{name:12}{clock[name]:10.2f}{processor[name]:12.2f}")
    for ours, theirs in (
        ("report", "papermill"),
        ("report", "floor"),
        ("plans", "plan"),
        ("whole", "papermill"),
    ):
        if ours in took and theirs in took:
            goal = f"goal ≤ {GOALS[theirs]}" if ours != "whole" else "no goal: it makes more"
            ratio, used = clock[ours] / clock[theirs], processor[ours] / processor[theirs]
            print(f"{ours} / {theirs}: {ratio:.3f} by the clock, {used:.3f} of the processor ({goal})")


if __name__ == "__main__":
    main()
