"""The page on the programme where its data are poor: it describes, and the word effect does not appear."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pandas as pd
import papermill
import pytest
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from kamkit.kernels import PROVISIONED, pool, where_kamkit_is

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "data" / "sample"
NOTEBOOK = ROOT / "notebooks" / "09_measure.ipynb"


def engagement(folder: Path, tables: list[str], drop: list[str]) -> Path:
    """The sample with some of its tables, and without some columns of its accounts."""
    (folder / "data").mkdir(parents=True)
    shutil.copy(SAMPLE / "engagement.toml", folder)
    for table in tables:
        (file,) = (SAMPLE / "data").glob(f"{table}.*")
        shutil.copy(file, folder / "data")
    accounts = pd.read_csv(SAMPLE / "data" / "accounts.csv", dtype=str, keep_default_na=False)
    only_key = drop == ["others"]
    accounts = accounts[accounts["kam_start"] != ""] if only_key else accounts.drop(columns=drop)
    accounts.to_csv(folder / "data" / "accounts.csv", index=False)
    return folder


class Warm(AsyncKernelManager):
    """Its kernel is forked from one that has the libraries loaded."""

    @property
    def kernel_spec(self) -> KernelSpec:
        plain = get_kernel_dict()
        metadata = {**plain["metadata"], **PROVISIONED}
        return KernelSpec(**{**plain, "metadata": metadata, "env": where_kamkit_is()})


@pytest.fixture(scope="module", autouse=True)
def loaded():
    with pool():
        yield


def page(folder: Path, tmp_path: Path) -> str:
    """What the cells on the programme and the published figures show, as HTML."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells = [c for c in notebook.cells if c["id"].startswith(("effect-", "figures-"))]
    part, out = tmp_path / "09_measure.ipynb", tmp_path / "out.ipynb"
    nbformat.write(notebook, part)
    papermill.execute_notebook(
        part, out, {"engagement": str(folder)}, progress_bar=False, kernel_manager_class=Warm
    )
    executed = nbformat.read(out, as_version=4)
    shown = [o["data"] for c in executed.cells for o in c.get("outputs", []) if "data" in o]
    prose = [c.source for c in notebook.cells if c.cell_type == "markdown"]
    return "\n".join([*prose, *("".join(data.get("text/html", "")) for data in shown)])


POOR = {
    "first day": (["sales"], ["kam_start", "kam_tier", "considered", "parent_id"]),
    "starts not known": (["sales"], ["kam_start"]),
    "no controls": (["sales", "demand"], ["others"]),
    "candidates not known": (["sales", "demand"], ["considered"]),
}


@pytest.mark.parametrize("name", POOR)
def test_a_page_that_cannot_tell_is_headed_descriptive(name, tmp_path):
    text = page(engagement(tmp_path / "client", *POOR[name]), tmp_path)
    assert "Descriptive" in text
    assert "effect" not in text.lower().replace("effective", "")
    assert "Accounts: " in text or "Candidates not chosen, older sales" in text


def test_the_sample_tells_an_effect(tmp_path):
    text = page(SAMPLE, tmp_path)
    assert "Effect of the programme on sales to key accounts" in text
    assert "Descriptive" not in text
