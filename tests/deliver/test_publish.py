"""Deliverables change all at once or not at all."""

import os
import shutil
import sys

import pytest

from kamkit.deliver import publish as module
from kamkit.deliver.publish import MANIFEST, check_target, publish, recover
from kamkit.errors import ParameterError, RunError


@pytest.fixture
def files(tmp_path):
    made = tmp_path / "run"
    made.mkdir()
    (made / "report.html").write_text("new")
    (made / "plan.html").write_text("new plan")
    return {"report.html": made / "report.html", "plans/a.html": made / "plan.html"}


@pytest.fixture
def target(tmp_path, files):
    folder = tmp_path / "acme" / "deliverables"
    folder.parent.mkdir()
    publish({"report.html": files["report.html"], "old.html": files["report.html"]}, folder, "run-1")
    (folder / "report.html").write_text("old")
    return folder


def content(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_text()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != MANIFEST
    }


def test_a_new_set_replaces_the_old_one(target, files):
    publish(files, target, "run-2")
    assert content(target) == {"report.html": "new", "plans/a.html": "new plan"}
    assert sorted(p.name for p in target.parent.iterdir()) == ["deliverables"]


def test_what_others_put_there_stays(target, files):
    (target / "letter.txt").write_text("by hand")
    publish(files, target, "run-2")
    publish(files, target, "run-3")
    assert content(target)["letter.txt"] == "by hand"


@pytest.mark.parametrize("fails_at", [1, 2])
def test_a_swap_that_fails_leaves_the_old_set_whole_and_names_the_file(target, files, monkeypatch, fails_at):
    before, calls, replace = content(target), [], os.replace
    monkeypatch.setattr(module, "_change_places", lambda new, target: False)

    def stubborn(source, destination):
        calls.append(source)
        if len(calls) == fails_at:
            raise PermissionError(13, "open in another program", str(source))
        replace(source, destination)

    monkeypatch.setattr(module.os, "replace", stubborn)
    with pytest.raises(RunError, match="open in another program") as caught:
        publish(files, target, "run-2")
    assert "deliverables" in caught.value.where
    assert content(target) == before


@pytest.mark.skipif(sys.platform != "linux", reason="folders change places on Linux alone")
def test_on_linux_the_folders_change_places_in_one_step(target, files, monkeypatch):
    def never(source, destination):
        raise AssertionError("the name was missing for a moment")

    monkeypatch.setattr(module.os, "replace", never)
    publish(files, target, "run-2")
    assert content(target)["report.html"] == "new"
    assert sorted(p.name for p in target.parent.iterdir()) == ["deliverables"]


def test_a_full_disk_leaves_the_old_set_whole(target, files, monkeypatch):
    before = content(target)

    def full(source, destination):
        raise OSError(28, "No space left on device", str(destination))

    monkeypatch.setattr(shutil, "copy2", full)
    with pytest.raises(RunError, match="No space left"):
        publish(files, target, "run-2")
    assert content(target) == before


def test_a_swap_killed_between_its_two_renames_is_put_right(target):
    before = content(target)
    os.replace(target, target.with_name(".deliverables-previous"))
    target.with_name(".deliverables-new").mkdir()
    assert recover(target)
    assert content(target) == before
    assert not recover(target)


def test_a_swap_killed_after_both_renames_keeps_the_new_set(target):
    target.with_name(".deliverables-previous").mkdir()
    assert not recover(target)
    assert sorted(p.name for p in target.parent.iterdir()) == ["deliverables"]


def test_a_read_only_file_of_others_is_kept(target, files):
    (target / "letter.txt").write_text("by hand")
    (target / "letter.txt").chmod(0o444)
    publish(files, target, "run-2")
    assert content(target)["letter.txt"] == "by hand"


def test_a_chosen_folder_with_files_of_others_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ParameterError, match="other files"):
        check_target(tmp_path, chosen=True)


def test_a_chosen_folder_may_be_new_empty_or_ours(tmp_path, target):
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "new" / "deep", tmp_path / "empty", target):
        check_target(folder, chosen=True)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ParameterError):
        check_target(tmp_path / "file", chosen=True)


def test_a_read_only_folder_is_named(target, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: path != target)
    with pytest.raises(RunError, match="read-only") as caught:
        check_target(target, chosen=False)
    assert caught.value.where == str(target)
