"""What is shipped, and that the lists of what it needs agree."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONDA_NAMES = {"matplotlib-base": "matplotlib", "python-duckdb": "duckdb", "jupyter_client": "jupyter-client"}


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [r for group in project["optional-dependencies"].values() for r in group]
    return {r.lower() for r in project["dependencies"] + extras}


def test_conda_environment_agrees_with_pyproject():
    lines = re.findall(
        r"^ +- ([a-z][\w.-]+?)(>=\S+)", (ROOT / "environment.yml").read_text(encoding="utf-8"), re.M
    )
    conda = {CONDA_NAMES.get(name, name) + bound for name, bound in lines if name != "python"}
    assert conda == declared()


def test_every_requirement_is_pinned_with_hashes_and_no_address():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.M))
    names = {re.split(r"[<>=]", r)[0].replace("_", "-") for r in declared()}
    assert names <= {n.lower().replace("_", "-") for n in pins}
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=\S+==)", text)[1:])
    assert not re.search(r"https?://|--(extra-)?index|--find-links|--trusted", text.split("\n", 7)[7])


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_notebooks_templates_and_sample(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "notebooks/02_customers.ipynb",
        "templates/engagement/engagement.toml",
        "data/sample/truth.json",
    ):
        assert f"kamkit/bundle/{wanted}" in names
    assert not [n for n in names if "/runs/" in n or "/deliverables/" in n or "/.kamkit/" in n]


def test_the_wheel_works_outside_the_repository(wheel, tmp_path):
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    code = (
        "import kamkit, kamkit.cli, sys; assert kamkit.__file__.startswith(sys.argv[1]), kamkit.__file__;"
        "sys.argv = ['kamkit', 'new', 'acme', '--sample']; kamkit.cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(site)!r}); {code}", str(site)],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert (tmp_path / "acme" / "engagement.toml").is_file(), done.stderr
    assert (tmp_path / "acme" / "notebooks" / "02_customers.ipynb").is_file()
