"""What the machine lacks is said with what it is needed for and how to mend it."""

from types import SimpleNamespace

import pytest

from kamkit.deliver import doctor


def by_name():
    return {finding.what: finding for finding in doctor.examine()}


def test_pdf_is_missing_only_where_both_ways_are(monkeypatch):
    monkeypatch.setattr(doctor, "can_set", lambda: False)
    monkeypatch.setattr(doctor, "find_chromium", lambda: None)
    lacking = by_name()["PDF"]
    assert not lacking.ok
    assert "apt install" in lacking.remedy
    monkeypatch.setattr(doctor, "find_chromium", lambda: SimpleNamespace(name="chrome"))
    assert by_name()["PDF"].found == "chrome"


@pytest.mark.parametrize(("module", "what"), [("pptx", "Deck"), ("voila", "Workshop")])
def test_a_missing_package_is_named(monkeypatch, module, what):
    monkeypatch.setattr(doctor, "find_spec", lambda name: None if name == module else object())
    found = by_name()[what]
    assert not found.ok
    assert "pip install" in found.remedy


def test_java_is_looked_for(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    assert not by_name()["Java"].ok


def test_a_full_disk_is_told(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: SimpleNamespace(free=1e8))
    assert not by_name()["Disk"].ok


def test_only_what_stops_a_run_is_vital():
    assert [f.what for f in doctor.examine() if f.vital] == ["Python"]
