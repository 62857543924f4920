"""Imports run one way, and what must stay quick stays quick."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "kamkit"

MAY_IMPORT = {
    "errors": set(),
    "resources": set(),
    "palette": set(),
    "spreadsheets": {"errors"},
    "locale": {"errors"},
    "kernels": {"errors", "locale"},
    "method": {"errors"},
    "engagement": {"errors", "locale", "method", "palette", "resources", "spreadsheets"},
    "plots": {"errors", "locale", "method", "palette"},
    "workshop": {"errors", "kernels", "locale", "method", "engagement", "plots", "resources"},
    "deliver": {"errors", "kernels", "locale", "method", "engagement", "plots", "resources", "spreadsheets"},
    "cli": {"errors", "kernels", "locale", "engagement", "workshop", "deliver", "resources"},
}


def rooms_imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            names = [
                f"{node.module}.{a.name}" if node.module == "kamkit" else str(node.module) for a in node.names
            ]
        else:
            continue
        found |= {n.split(".")[1] for n in names if n.startswith("kamkit.")}
    return found


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_imports_run_one_way(room):
    files = (
        [PACKAGE / f"{room}.py"]
        if (PACKAGE / f"{room}.py").is_file()
        else sorted((PACKAGE / room).rglob("*.py"))
    )
    for file in files:
        strangers = rooms_imported(file) - MAY_IMPORT[room] - {room, "__version__"}
        assert not strangers, f"{file.relative_to(PACKAGE)} imports {strangers}"


def modules_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys; print('\\n'.join(sys.modules))"
    return set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )


HEAVY = {"pandas", "numpy", "duckdb", "matplotlib", "narwhals", "papermill", "pyarrow", "pydantic", "jinja2"}


@pytest.mark.parametrize("statement", ["import kamkit", "import kamkit.cli"])
def test_start_up_loads_nothing_heavy(statement):
    assert not modules_after(statement) & HEAVY


def test_a_run_builds_no_grammar_of_web_addresses():
    loaded = modules_after("from kamkit.deliver import run")
    assert "nbformat" in loaded
    assert "rfc3987_syntax" not in loaded


def test_gate_and_steps_do_not_draw():
    assert "matplotlib" not in modules_after("import kamkit.engagement")
