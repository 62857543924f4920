"""A new engagement's folder appears complete or not at all."""

from __future__ import annotations

import os
import stat
import zipfile

import pytest

from kamkit.engagement import new
from kamkit.engagement.config import load
from kamkit.engagement.gate import find_sources
from kamkit.errors import ParameterError, TableError
from kamkit.resources import bundled


def test_the_folder_holds_what_the_readme_speaks_of(tmp_path):
    folder = new.create(tmp_path / "acme", client="Acme AB")
    assert {"engagement.toml", "README.md", ".gitignore", "data", "data-request.xlsx"} <= {
        p.name for p in folder.iterdir()
    }
    assert load(folder).client == "Acme AB"
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert readme.startswith("# Acme AB\n")
    assert "@CLIENT@" not in readme
    assert "data/" in (folder / ".gitignore").read_text(encoding="utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["acme"]


def test_the_data_request_is_not_read_as_data(tmp_path):
    folder = new.create(tmp_path / "acme")
    assert find_sources(folder / "data", {}) == ({}, [])


def test_notebooks_come_along(tmp_path):
    folder = new.create(tmp_path / "acme")
    shipped = sorted(p.name for p in bundled("notebooks").glob("*.ipynb"))
    assert sorted(p.name for p in (folder / "notebooks").glob("*.ipynb")) == shipped


@pytest.mark.parametrize(
    "client",
    ['He said "no"', "back\\slash", "a = 1\n[controls]", "Åkerlund & Söner", "مصنع", "工厂 🏭", "\x7f\x01",
     "x" * 300, "{0.__class__}", "=cmd|'/c calc'!A1", "@CLIENT@", "#"],
)  # fmt: skip
def test_any_client_name_is_kept(tmp_path, client):
    config = load(new.create(tmp_path / "acme", client=client))
    assert config.client == " ".join(client.split())
    assert config.controls.tolerance == 0.001


@pytest.mark.parametrize("name", ["Åkerlund & Söner", "a b", "工厂", "100%", "it's", "acme.v2", "[x]"])
def test_the_folders_name_is_the_client_unless_told(tmp_path, name):
    assert load(new.create(tmp_path / name)).client == name


@pytest.mark.parametrize("client", ["", "  ", "\ud800"])
def test_a_name_that_cannot_be_written_is_refused_and_nothing_is_left(tmp_path, client):
    with pytest.raises(ParameterError):
        new.create(tmp_path / "acme", client=client)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_already_is_left_alone(tmp_path):
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "engagement.toml").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name, what in (("acme", "not empty"), ("file", "a file of this name")):
        with pytest.raises(ParameterError, match=what):
            new.create(tmp_path / name)
    assert (tmp_path / "acme" / "engagement.toml").read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["acme", "file"]


def test_an_empty_folder_and_missing_parents_are_fine(tmp_path):
    (tmp_path / "empty").mkdir()
    assert load(new.create(tmp_path / "empty")).client == "empty"
    assert load(new.create(tmp_path / "clients" / "2025" / "acme")).client == "acme"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_fault_on_the_way_leaves_nothing(tmp_path, monkeypatch, error):
    def fails(*_):
        raise error

    monkeypatch.setattr(new, "write_request", fails)
    with pytest.raises(TableError if isinstance(error, OSError) else KeyboardInterrupt) as raised:
        new.create(tmp_path / "acme")
    assert list(tmp_path.iterdir()) == []
    if isinstance(error, OSError):
        assert "No space left" in str(raised.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_place_that_cannot_be_written_is_named(tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(TableError, match="acme"):
        new.create(tmp_path / "acme")


def test_the_parent_being_a_file_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(TableError) as error:
        new.create(tmp_path / "file" / "acme")
    assert "acme" in error.value.where


def test_the_sample_comes_without_its_workshop(tmp_path):
    if not (bundled("data", "sample") / "engagement.toml").exists():
        pytest.skip("the sample is not there yet")
    folder = new.create(tmp_path / "sample", sample=True)
    names = {p.name for p in folder.iterdir()}
    assert {"engagement.toml", "data", "README.md", ".gitignore"} <= names
    assert not names & {"runs", "deliverables", "make_sample.py", "generator", ".kamkit"}
    assert load(folder).client == load(bundled("data", "sample")).client


@pytest.mark.parametrize("sample", [False, True])
def test_the_client_is_asked_in_his_language(tmp_path, sample):
    folder = new.create(tmp_path / "acme", sample=sample, language="sv")
    assert load(folder).language == "sv"
    with zipfile.ZipFile(folder / "data-request.xlsx") as book:
        said = "".join(book.read(name).decode("utf-8") for name in book.namelist() if name.endswith(".xml"))
    assert "Kundnummer" in said
    with pytest.raises(ParameterError, match="there is no report in 'xx'"):
        new.create(tmp_path / "other", language="xx")
