"""One notebook, executed by papermill in a kernel of its own that runs this very interpreter."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

import nbformat
import papermill
import zmq
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from kamkit import errors
from kamkit.engagement import reads
from kamkit.engagement.step import RUN_VARIABLE
from kamkit.kernels import (
    CHANCES,
    NO_HISTORY,
    PROVISIONED,
    PromptManager,
    StillbornKernelError,
    calm,
    where_kamkit_is,
)

__all__ = ["Failure", "cells_of", "execute", "known_parameters", "prepared"]

LEFT_OUT = "workshop"
"""Cells of this tag are taken out before a notebook is executed for a report."""

_KERNEL, _LANGUAGE, _ENGINE = "python3", "python", "kamkit"
_NOTE_READS = "__import__('kamkit.engagement.reads', fromlist=['start']).start()"
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ARROW = re.compile(r"^-+> \d+ (.+)$", re.MULTILINE)
_OUR_ERRORS = {name for name in errors.__all__ if name.endswith("Error")} | {"GateError"}


@dataclass(frozen=True)
class Failure:
    """Why a notebook did not run to its end: a sentence to act on, and the traceback for the log."""

    message: str
    traceback: str


def known_parameters(path: Path) -> tuple[str, ...]:
    """Names that the notebook's ``parameters`` cell sets."""
    return tuple(papermill.inspect_notebook(prepared(path)))


def cells_of(path: Path) -> int:
    """Number of cells that will be executed, the injected parameters included."""
    return len(prepared(path).cells) + 1


def execute(
    path: Path,
    output: Path,
    parameters: Mapping[str, Any],
    *,
    run_folder: Path,
    cwd: Path,
    cell_done: Callable[[], None],
) -> Failure | None:
    """Execute a notebook and store it with its outputs; several may be at work in threads of one process.

    Parameters
    ----------
    path, output : the notebook, and where it is stored once executed.
    parameters : values for its ``parameters`` cell.
    run_folder : what its kernel finds as ``KAMKIT_RUN``.
    cwd : working directory of the kernel.
    cell_done : called after each cell.

    Returns
    -------
    None where all went well, else why it did not.
    """
    watch = _Watch(cell_done, prepared(path))
    reads.file_for(output).unlink(missing_ok=True)
    try:
        _in_a_kernel(watch, parameters, _kernel_manager(run_folder, cwd, reads.file_for(output)))
    except PapermillExecutionError:
        return _failure(path, watch.notebook)
    except (DeadKernelError, CellTimeoutError, RuntimeError, OSError) as error:
        return _broken(path, watch.notebook, error)
    finally:
        nbformat.write(watch.notebook, output)
    return None


def _in_a_kernel(watch: _Watch, parameters: Mapping[str, Any], manager: type[PromptManager]) -> None:
    """Execute it; in another kernel where one ends before it was asked for anything."""
    given = watch.notebook
    for chances_left in reversed(range(CHANCES)):
        try:
            papermill.execute_notebook(
                given,
                None,
                dict(parameters),
                engine_name=_ENGINE,
                kernel_name=_KERNEL,
                language=_LANGUAGE,
                progress_bar=False,
                watch=watch,
                kernel_manager_class=manager,
            )
        except StillbornKernelError:
            if not chances_left:
                raise
        else:
            return


@dataclass
class _Watch:
    """Keeps hold of the notebook that papermill works on, and counts its cells."""

    cell_done: Callable[[], None]
    notebook: Any = field(repr=False)


class _Engine(NBClientEngine):
    """papermill's own engine, which tells after each cell."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, watch: _Watch, **options: Any) -> Any:
        watch.notebook, complete = nb_man.nb, nb_man.cell_complete

        def complete_and_tell(*cell: Any, **named: Any) -> None:
            complete(*cell, **named)
            watch.cell_done()

        nb_man.cell_complete = complete_and_tell
        return super().execute_managed_notebook(nb_man, kernel_name, **options)


papermill_engines.register(_ENGINE, _Engine)
logging.getLogger("papermill").setLevel(logging.ERROR)


def _kernel_manager(run_folder: Path, cwd: Path, notes: Path) -> type[PromptManager]:
    """Starts the interpreter that runs kamkit, whatever kernels are registered on the machine.

    The kernel is told its working directory: papermill would change that of the whole process. What it
    reads it notes in a file.
    """
    environment = calm({RUN_VARIABLE: str(run_folder), reads.VARIABLE: str(notes), **where_kamkit_is()})
    escaped = {name: value.replace("$", "$$") for name, value in environment.items()}
    plain = get_kernel_dict([NO_HISTORY, f"--IPKernelApp.exec_lines={_NOTE_READS}"])
    spec = KernelSpec(**{**plain, "env": escaped, "metadata": {**plain["metadata"], **PROVISIONED}})

    log = run_folder / "logs" / "kernels.log"

    class OwnInterpreter(PromptManager):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            if self.has_trait("transport_encryption") and zmq.has("curve"):
                self.transport_encryption = "auto"

        async def start_kernel(self, **options: Any) -> Any:  # type: ignore[override]
            with log.open("ab") as stream:
                return await super().start_kernel(**{**options, "stderr": stream, "cwd": str(cwd)})

        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

    return OwnInterpreter


def prepared(path: Path) -> Any:
    """The notebook as it is executed for a report; each cell knows its number in the file."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        cell.metadata["kamkit"] = {"cell": number}
    notebook.cells = _without_workshop(notebook.cells)
    notebook.metadata["kernelspec"] = {"name": _KERNEL, "display_name": _KERNEL, "language": _LANGUAGE}
    return notebook


def _without_workshop(cells: list[Any]) -> list[Any]:
    """The cells of the report: none of the workshop's, nor the prose that introduces nothing else."""
    kept: list[Any] = []
    for index, cell in enumerate(cells):
        below = list(takewhile(lambda c: c.cell_type == "code", cells[index + 1 :]))
        introduces_workshop = cell.cell_type == "markdown" and below and all(map(_is_workshop, below))
        if not (_is_workshop(cell) or introduces_workshop):
            kept.append(cell)
    return kept


def _is_workshop(cell: Any) -> bool:
    return LEFT_OUT in cell.metadata.get("tags", ())


def _failure(path: Path, notebook: Any) -> Failure:
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                traceback = _COLOURS.sub("", "\n".join(output.traceback))
                return Failure(f"{_place(path, cell, traceback)}\n{_sentence(output)}", traceback)
    return Failure(f"{path.name}: a cell failed", "")


def _broken(path: Path, notebook: Any, error: Exception) -> Failure:
    """The kernel itself failed: died, did not start, or took too long."""
    begun = [c for c in notebook.cells if c.metadata.get("papermill", {}).get("start_time")]
    place = _place(path, begun[-1]) if begun else path.name
    if isinstance(error, DeadKernelError):
        what = (
            "the kernel died, most often for want of memory; lower memory_limit in engagement.toml [ledger]"
        )
    else:
        what = f"the kernel failed: {_first_line(str(error))}"
    return Failure(f"{place}\n{what}", repr(error))


def _place(path: Path, cell: Any, traceback: str = "") -> str:
    """Notebook, cell and the line that failed; the cell's first line where that is not known."""
    number = cell.metadata.get("kamkit", {}).get("cell")
    if number is None:
        return f"{path.name}, the injected parameters"
    arrow = _ARROW.search(traceback)
    line = arrow[1].strip() if arrow else _first_line(cell.source)
    return f"{path.name}, code cell {number}: {line}"


def _sentence(output: Any) -> str:
    """What the error says; of an error that is not ours also its class."""
    says = _COLOURS.sub("", str(output.evalue)).strip()
    return says if output.ename in _OUR_ERRORS and says else f"{output.ename}: {says}"


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
