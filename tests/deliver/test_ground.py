"""What every result stands on: another source, package or Python makes another ground."""

import platform
import re
import tomllib
from pathlib import Path

import pytest

from kamkit.deliver.ground import PACKAGES, ground_of, library_digest, versions

ROOT = Path(__file__).parents[2]
TALK_ONLY = {"pyzmq", "rich", "tornado", "typer"}
"""They carry messages and words of the command line; no figure or picture comes from them."""


@pytest.fixture
def library(tmp_path):
    """A package with a room, a catalogue and compiled files; and templates."""
    for name in (
        "package/method/shares.py",
        "package/locale/sv.po",
        "package/__pycache__/x.pyc",
        "templates/t.css",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("a = 1\n")
    return tmp_path


def digest(library):
    return library_digest(library / "package", library / "templates")


@pytest.mark.parametrize("name", ["package/method/shares.py", "package/locale/sv.po", "templates/t.css"])
def test_a_file_of_another_content_name_or_none_is_another_library(library, name):
    before, file = digest(library), library / name
    text = file.read_text()
    file.write_text(text + "\n")
    changed = digest(library)
    file.write_text(text)
    assert digest(library) == before
    file.rename(file.with_stem("other"))
    renamed = digest(library)
    file.with_stem("other").unlink()
    assert len({before, changed, renamed, digest(library)}) == 4


def test_what_python_compiles_is_no_part_of_the_library(library):
    before = digest(library)
    (library / "package" / "__pycache__" / "x.pyc").write_text("b")
    assert digest(library) == before


def test_another_version_python_or_place_is_another_ground(tmp_path, monkeypatch):
    here = ground_of(tmp_path)
    assert ground_of(tmp_path) == here
    assert ground_of(tmp_path / "moved") != here
    assert ground_of(tmp_path, versions() | {"numpy": "99.0"}) != here
    monkeypatch.setattr(platform, "python_version", lambda: "3.99.0")
    assert ground_of(tmp_path) != here


def test_every_package_that_kamkit_needs_is_part_of_the_ground():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.match(r"[\w.-]+", text)[0] for text in declared}
    assert names - TALK_ONLY <= set(PACKAGES)
