"""A toy engagement: notebooks of trivial cells, and an engagement that asks nothing of the gate."""

from __future__ import annotations

import signal
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pandas as pd

from kamkit.engagement.anonymous.door import Door
from kamkit.engagement.config import Branding, Report
from kamkit.engagement.decisions import history
from kamkit.engagement.problems import GateError, Problem, fatal
from kamkit.locale.numbers import Numbers

HAND_ON = """\
import shutil
from kamkit.engagement.reads import run_folder
shutil.copy('toy.parquet', run_folder() / 'tables' / '{}.parquet')"""


def engagement(path: Path, **inputs: str) -> Any:
    """Stands in for an opened engagement of two years."""
    controls = SimpleNamespace(tolerance=0.001, absolute=0.01)
    worn = {"branding": Branding(), "report": Report(formats=("html",))}
    read: dict[str, Any] = {"read": {}, "columns": {}}
    config = SimpleNamespace(
        client="Nordvik", language="en", currency="EUR", controls=controls, **worn, **read
    )
    made = SimpleNamespace(
        path=path,
        lakes=(),
        config=config,
        period=(pd.Timestamp("2024-01-01"), pd.Timestamp("2025-12-31")),
        check=lambda: [],
        table=lambda name: None,
        numbers=Numbers("EUR"),
        fingerprint=lambda: inputs or {"sales": "1f", "engagement.toml": "2e"},
    )
    made.check_shown = lambda: made.check()
    made.require_sound = lambda: require_sound(made.check())
    made.door, made.anonymous = Door(made, config), False
    made.in_force = dict
    made.history, made.plain = lambda: history(path), lambda name: made.table(name)
    made.own_words = lambda: {}
    return made


def require_sound(problems: list[Problem]) -> None:
    """As an engagement does."""
    if fatal(problems):
        raise GateError(problems)


def notebook(
    folder: Path,
    name: str,
    *cells: str,
    reads: tuple[str, ...] = (),
    writes: tuple[str, ...] = (),
    **tags: str,
) -> Path:
    """Write a notebook that hands on what it declares and then runs the cells.

    A keyword such as ``workshop="1/0"`` adds a cell of that tag.
    """
    new = nbformat.v4.new_notebook()
    new.metadata.kamkit = {"reads": list(reads), "writes": list(writes)}
    new.metadata.kernelspec = {"name": "no-such-kernel", "display_name": "gone", "language": "python"}
    new.cells = [nbformat.v4.new_markdown_cell(f"# Title of {name}\n\nIts purpose.")]
    parameters = tags.pop("parameters", "engagement = 'data/sample'")
    sources = [
        ("parameters", parameters),
        *((None, HAND_ON.format(w)) for w in writes),
        *((None, c) for c in cells),
    ]
    for tag, source in [*sources, *tags.items()]:
        cell = nbformat.v4.new_code_cell(source)
        if tag:
            cell.metadata.tags = [tag]
        new.cells.append(cell)
    (folder / "notebooks").mkdir(parents=True, exist_ok=True)
    nbformat.write(new, folder / "notebooks" / f"{name}.ipynb")
    pd.DataFrame({"value": [1.0]}).to_parquet(folder / "toy.parquet")
    return folder / "notebooks" / f"{name}.ipynb"


def printed(path: Path) -> str:
    """All that an executed notebook printed."""
    cells = nbformat.read(path, as_version=4).cells
    return "".join(o.text for c in cells for o in c.get("outputs", ()) if o.output_type == "stream")


def light_kernels() -> None:
    """Fork kernels from a process that has not loaded what toys don't use."""
    from kamkit.deliver import runner
    from kamkit.kernels import pool

    runner.pool = partial(pool, ("ipykernel.kernelapp", "ipykernel.ipkernel"), late=())


def listen_to_interrupts() -> None:
    """Take SIGINT for Ctrl-C, also where the tests run in the background of a shell that ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def main() -> None:
    """Run a toy engagement from a process of its own."""
    import kamkit

    listen_to_interrupts()
    light_kernels()
    kamkit.open = engagement  # type: ignore[assignment]
    from kamkit.deliver.runner import run

    run(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
