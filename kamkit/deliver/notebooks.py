"""The notebook contract, and the cleaner that keeps committed notebooks small.

A notebook tells a story in few cells and computes nothing itself. ``python -m kamkit.deliver.notebooks
FOLDER`` runs a folder's notebooks on the sample and keeps only the checked output.
"""

from __future__ import annotations

import ast
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat

from kamkit.deliver.execute import execute
from kamkit.deliver.order import ordered, read_notebook
from kamkit.errors import RunError
from kamkit.resources import bundled

__all__ = ["clean", "contract", "refresh"]

CHECKED = "nbval-check-output"
"""Cells of this tag keep their output and execution count, which nbval compares."""

MOST_CELLS, MOST_LINES = 15, 8

_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_CHART_LIBRARIES = {"matplotlib", "seaborn", "pylab"}
_SHOWING = re.compile(r"show(_\w+)?")


def clean(path: Path) -> bool:
    """Strip a notebook of outputs and of what changes from run to run.

    Cells tagged ``nbval-check-output`` keep output and execution count: nbval compares nothing in a
    notebook without output, and refuses output without a count.

    Returns
    -------
    Whether the file was changed.
    """
    before = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(before, as_version=4)
    for cell in notebook.cells:
        _clean_cell(cell)
    metadata = {"kernelspec": _KERNEL, "language_info": {"name": "python"}}
    if "kamkit" in notebook.metadata:
        metadata["kamkit"] = notebook.metadata["kamkit"]
    notebook.metadata = nbformat.from_dict(metadata)
    after = nbformat.writes(notebook).rstrip("\n") + "\n"
    if after != before:
        path.write_text(after, encoding="utf-8")
    return after != before


def refresh(folder: Path, engagement: Path) -> list[str]:
    """Run a folder's notebooks on an engagement; keep the output of the checked cells and nothing else.

    Returns
    -------
    Names of the files that changed.

    Raises
    ------
    RunError
        If a notebook fails; those before it are done.
    """
    line = ordered([read_notebook(path) for path in sorted(folder.glob("*.ipynb"))])
    changed = []
    with tempfile.TemporaryDirectory(prefix="kamkit-notebooks-") as scratch:
        run_folder = Path(scratch)
        for part in ("tables", "findings", "logs"):
            (run_folder / part).mkdir()
        for notebook in line:
            executed = run_folder / notebook.path.name
            given = {"engagement": str(engagement)}
            failure = execute(
                notebook.path,
                executed,
                given,
                run_folder=run_folder,
                cwd=folder.parent,
                cell_done=lambda: None,
            )
            if failure:
                raise RunError(failure.message, where=str(notebook.path))
            if _keep_checked(notebook.path, executed):
                changed.append(notebook.path.name)
    return changed


def _keep_checked(path: Path, executed: Path) -> bool:
    """Take over what the checked cells printed; whether the file changed."""
    before = path.read_text(encoding="utf-8")
    notebook, run = nbformat.reads(before, as_version=4), nbformat.read(executed, as_version=4)
    outputs = {
        cell.metadata["kamkit"]["cell"]: cell.outputs for cell in run.cells if "kamkit" in cell.metadata
    }
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    for number, cell in enumerate(code, start=1):
        if CHECKED in cell.metadata.get("tags", []):
            cell.outputs, cell.execution_count = outputs[number], number
    nbformat.write(notebook, path)
    clean(path)
    return path.read_text(encoding="utf-8") != before


def _clean_cell(cell: Any) -> None:
    tags = cell.metadata.get("tags", [])
    cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
    if cell.cell_type != "code":
        return
    if CHECKED not in tags:
        cell.outputs, cell.execution_count = [], None
    for output in cell.outputs:
        if "metadata" in output:
            output.metadata = nbformat.from_dict({})


def contract(path: Path) -> list[str]:
    """What in a notebook breaks the contract, one sentence each; an empty list means that it is kept.

    The contract: a title and a purpose, a ``parameters`` cell, the declared tables, at most 15 code
    cells of at most 8 lines, prose before each thing shown, no definitions, loops or chart fiddling,
    and stored output only where nbval compares it.
    """
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found = [*_declaration(notebook), *_opening(notebook), *_parameters(code), *_size(code)]
    for number, cell in enumerate(code, start=1):
        found += [f"code cell {number}: {fault}" for fault in _cell_faults(cell, path.stem)]
    return [*found, *_unexplained(notebook.cells)]


def _declaration(notebook: Any) -> Iterator[str]:
    declared = notebook.metadata.get("kamkit", {})
    for key in ("reads", "writes"):
        names = declared.get(key)
        if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
            yield f"metadata kamkit.{key} is no list of table names"


def _opening(notebook: Any) -> Iterator[str]:
    first = notebook.cells[0] if notebook.cells else None
    lines = first.source.strip().splitlines() if first is not None and first.cell_type == "markdown" else [""]
    if not lines[0].startswith("# "):
        yield "the first cell is no title"
    elif not any(line.strip() for line in lines[1:]):
        yield "the title has no paragraph of purpose"


def _parameters(code: Sequence[Any]) -> Iterator[str]:
    cells = [c for c in code if "parameters" in c.metadata.get("tags", [])]
    if len(cells) != 1:
        yield f"{len(cells)} cells are tagged parameters, where one is asked"
    elif "engagement" not in _assigned(cells[0].source):
        yield "the parameters cell does not set engagement"


def _assigned(source: str) -> set[str]:
    tree = _parsed(source)
    targets = [
        t for node in (tree.body if tree else []) if isinstance(node, ast.Assign) for t in node.targets
    ]
    return {t.id for t in targets if isinstance(t, ast.Name)}


def _size(code: Sequence[Any]) -> Iterator[str]:
    if len(code) > MOST_CELLS:
        yield f"{len(code)} code cells, where {MOST_CELLS} are allowed"


def _cell_faults(cell: Any, stem: str) -> Iterator[str]:
    lines = cell.source.strip().splitlines()
    if len(lines) > MOST_LINES:
        yield f"{len(lines)} lines, where {MOST_LINES} are allowed"
    tags = cell.metadata.get("tags", [])
    if CHECKED not in tags and (cell.outputs or cell.execution_count):
        yield f"stored output in a cell that is not tagged {CHECKED}"
    if "workshop" in tags and "nbval-skip" not in tags:
        yield "tagged workshop but not nbval-skip"
    tree = _parsed(cell.source)
    if tree is None:
        yield "not plain Python"
        return
    yield from _code_faults(tree, stem)


def _code_faults(tree: ast.Module, stem: str) -> Iterator[str]:
    nodes = list(ast.walk(tree))
    for kind, what in ((_DEFINITIONS, "a definition"), (_LOOPS, "a loop")):
        if any(isinstance(node, kind) for node in nodes):
            yield f"{what}: it belongs into the library"
    if sum(isinstance(node, ast.Lambda) for node in nodes) > 1:
        yield "more than one lambda: they belong into the library"
    if _imported(nodes) & _CHART_LIBRARIES or any(
        _called(n).startswith(("plt.", "ax.", "fig.")) for n in nodes
    ):
        yield "chart fiddling: it belongs into kamkit.plots"
    for node in nodes:
        if _called(node).rpartition(".")[2] == "step" and _first_text(node) not in (None, stem):
            yield f"opens the step {_first_text(node)!r} in the notebook {stem!r}"


def _imported(nodes: Sequence[ast.AST]) -> set[str]:
    names = [a.name for n in nodes if isinstance(n, ast.Import) for a in n.names]
    names += [n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module]
    return {name.partition(".")[0] for name in names}


def _called(node: ast.AST) -> str:
    """Dotted name of what a call calls, empty for anything else."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def _first_text(node: ast.AST) -> str | None:
    given = node.args[0] if isinstance(node, ast.Call) and node.args else None
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None


def _unexplained(cells: Sequence[Any]) -> Iterator[str]:
    """Cells that show something although no prose has come since the last thing shown."""
    explained, number = False, 0
    for cell in cells:
        if cell.cell_type == "markdown":
            explained = explained or any(line.strip() and line[0] != "#" for line in cell.source.splitlines())
            continue
        number += cell.cell_type == "code"
        tree = _parsed(cell.source) if cell.cell_type == "code" else None
        if tree is not None and any(_SHOWING.fullmatch(_called(n)) for n in ast.walk(tree)):
            if not explained:
                yield f"code cell {number}: shows something that no sentence says how to read"
            explained = False


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except SyntaxError:
        return None


if __name__ == "__main__":
    for name in refresh(Path(sys.argv[1]).resolve(), bundled("data", "sample")):
        sys.stdout.write(f"refreshed {name}\n")
