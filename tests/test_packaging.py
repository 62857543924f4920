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
    conda = {
        CONDA_NAMES.get(name, name) + bound for name, bound in lines if name not in ("python", "openjdk")
    }
    assert conda == declared()


def test_every_requirement_is_pinned_with_hashes_and_no_address():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.M))
    names = {re.split(r"[<>=]", r)[0].replace("_", "-") for r in declared()}
    assert names <= {n.lower().replace("_", "-") for n in pins}
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=\S+==)", text)[1:])
    assert not re.search(r"https?://|--(extra-)?index|--find-links|--trusted", text.split("\n", 7)[7])


def test_the_recipe_asks_for_what_pyproject_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    recipe = (ROOT / "recipe" / "recipe.yaml").read_text(encoding="utf-8")
    run = re.search(r"^  run:\n(.*?)^  \w", recipe, re.M | re.S)
    assert run
    asked = {
        CONDA_NAMES.get(n, n) + b for n, b in re.findall(r"- ([a-z][\w.-]+) (>=\S+)", run[1]) if n != "python"
    }
    assert asked == {r.lower() for r in project["dependencies"]}
    assert f'version: "{project["version"]}"' in recipe
    assert f"version: {project['version']}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build(folder, "-t", "wheel")
    return next(folder.glob("*.whl"))


def build(folder: Path, *what: str) -> None:
    command = [sys.executable, "-m", "hatchling", "build", *what, "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def test_what_is_built_twice_is_the_same_byte_for_byte(tmp_path):
    for place in ("once", "again"):
        build(tmp_path / place)
    once, again = ({f.name: f.read_bytes() for f in (tmp_path / p).iterdir()} for p in ("once", "again"))
    assert {Path(name).suffix for name in once} == {".whl", ".gz"}
    assert once == again


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


def test_files_that_are_begun_first_exist():
    from tests.conftest import LONGEST

    assert [name for name in LONGEST if not (ROOT / name).is_file()] == []
