"""The notebook contract, and that each runs alone with plain papermill."""

from __future__ import annotations

import json
from pathlib import Path

import papermill
import pytest

from kamkit.deliver.notebooks import contract

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_there_is_one_notebook_for_each_step():
    steps = [f"{n:02d}" for n in range(1, 11)]
    assert [p.name[:2] for p in NOTEBOOKS if p.stem != "account_plan"] == steps


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebooks_keep_the_contract(path):
    assert contract(path) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_output_is_kept_only_where_it_is_checked(path):
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code" and "nbval-check-output" not in cell["metadata"].get("tags", []):
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


def test_customers_runs_alone_with_plain_papermill(tmp_path):
    out = tmp_path / "out.ipynb"
    papermill.execute_notebook(
        ROOT / "notebooks" / "02_customers.ipynb",
        out,
        {"engagement": str(ROOT / "data" / "sample")},
        progress_bar=False,
    )
    shown = [o for c in json.loads(out.read_text(encoding="utf-8"))["cells"] for o in c.get("outputs", [])]
    assert sum("text/html" in o.get("data", {}) for o in shown) >= 9
    assert not [o for o in shown if o["output_type"] == "error"]
