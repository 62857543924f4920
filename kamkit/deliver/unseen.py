"""What a notebook's code could read unnoticed by its kernel: clock, chance, the machine, other engines."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

__all__ = ["unseen"]

_SEEN_THROUGH = {
    "kamkit",
    "pandas",
    "numpy",
    "scipy",
    "sklearn",
    "matplotlib",
    "math",
    "statistics",
    "datetime",
    "decimal",
    "fractions",
    "itertools",
    "functools",
    "collections",
    "operator",
    "re",
    "json",
    "csv",
    "string",
    "textwrap",
    "typing",
    "dataclasses",
    "warnings",
    "pathlib",
    "shutil",
    "__future__",
}
"""Modules that compute, or that read files only where the interpreter tells of it."""

_UNSEEN = {
    *("now", "utcnow", "gmtime", "localtime", "environ", "getenv", "expandvars", "expanduser", "getlogin"),
    *("exists", "is_file", "is_dir", "is_symlink", "stat", "lstat", "access", "cwd", "getcwd", "which"),
    *("import_module", "run_cell", "default_rng", "sql", "execute", "memmap", "fromfile", "sample", "rvs"),
    *(
        "random",
        "rand",
        "randn",
        "randint",
        "choice",
        "shuffle",
        "permutation",
        "RandomState",
        "uuid1",
        "uuid4",
    ),
    *(
        "read_parquet",
        "read_orc",
        "read_hdf",
        "read_sql",
        "read_sql_query",
        "read_sql_table",
        "read_clipboard",
        "read_spss",
    ),
    *("read_table", "read_schema", "scan_parquet", "scan_csv", "from_parquet", "from_csv", "query_db"),
}
"""Names of functions whose use leaves no trace that could be held against anything later."""

_BUILT_IN = {"eval", "exec", "compile", "__import__", "get_ipython", "globals", "getattr", "vars", "input"}


def unseen(path: Path) -> list[str]:
    """What of a notebook's code can't be noted as it runs, each as a read that is never the same again.

    Returns
    -------
    list of str
        ``always:…`` with the reason, or ``day:today``; empty for a notebook that computes with kamkit.

    Raises
    ------
    ValueError
        If the file is no notebook.
    """
    cells = nbformat.read(path, as_version=4).cells
    try:
        trees = [ast.parse(cell.source) for cell in cells if cell.cell_type == "code"]
    except SyntaxError:
        return ["always:code that is no Python, such as a magic command"]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imports = [alias for node in nodes for alias in _imports(node)]
    ours = {alias.name for alias in imports if alias.module.split(".")[0] == "kamkit"}
    found = {what for alias in imports for what in _imported(alias)}
    foreign = {alias.name for alias in imports} - ours
    return sorted(found | {what for node in nodes for what in _used(node, ours, foreign)})


class _Import(NamedTuple):
    """A name that an import binds: the module it comes from, and what it is there; nothing for the module."""

    name: str
    module: str
    member: str = ""


def _imports(node: ast.AST) -> Iterator[_Import]:
    if isinstance(node, ast.Import):
        yield from (_Import(a.asname or a.name.split(".")[0], a.name) for a in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (_Import(a.asname or a.name, node.module or ".", a.name) for a in node.names)


def _imported(alias: _Import) -> Iterator[str]:
    module = alias.module.split(".")[0]
    if module not in _SEEN_THROUGH:
        yield f"always:imports {alias.module}"
    elif module != "kamkit":
        yield from _named(alias.member)


def _used(node: ast.AST, ours: set[str], foreign: set[str]) -> Iterator[str]:
    if isinstance(node, ast.Name) and node.id in _BUILT_IN:
        yield f"always:uses {node.id}"
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if _root(node.func) not in ours:
            yield from _named(node.func.attr)
    elif isinstance(node, ast.Attribute) and _root(node) in foreign:
        yield from _named(node.attr)
    elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
        yield f"always:uses {node.attr}"


def _named(name: str) -> Iterator[str]:
    if name == "today":
        yield "day:today"
    elif name in _UNSEEN:
        yield f"always:uses {name}"


def _root(node: Any) -> str:
    """The name that a chain of attributes and calls begins with."""
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
