"""The same inputs give the same tables and deliverables: one step at a time, elsewhere, hours apart."""

import json
import re
import time

import pyarrow.parquet as pq
import pytest

import kamkit
from kamkit.deliver.deck import build_deck
from kamkit.deliver.runner import run
from kamkit.deliver.workbook import build_workbook
from kamkit.engagement.new import create
from tests.whole.sameness import parts, plain

OTHERWISE = re.compile(r'<section[^>]* id="plans".*?</section>|\b[0-9a-f]{64}\b', re.DOTALL)
"""The chapter of the account plans, which the second run leaves out; digests, its settings are others."""


@pytest.fixture
def elsewhere(monkeypatch):
    """A machine on the other side of the date line, set to Turkish."""
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    for variable in ("LC_ALL", "LANG"):
        monkeypatch.setenv(variable, "tr_TR.UTF-8")
    if hasattr(time, "tzset"):
        time.tzset()
    yield
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()


@pytest.fixture
def again(tmp_path, elsewhere):
    """The sample run once more: its folder and what came of it."""
    folder = create(tmp_path / "nordvik", sample=True)
    settings = folder / "engagement.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + '\n[report]\nformats = ["html"]\n', "utf-8")
    result = run(folder, steps="1-10", jobs=1, progress=False)
    assert result.succeeded, result.messages
    return folder, result.run_folder


def test_steps_side_by_side_hand_on_what_they_do_one_by_one_elsewhere(whole, run_folder, again, tmp_path):
    folder, made = again
    tables = [{p.name: p for p in place.glob("tables/*.parquet")} for place in (run_folder, made)]
    assert set(tables[0]) == set(tables[1])
    for name, file in tables[0].items():
        assert said(file) == said(tables[1][name]), name
        assert pq.read_table(file).equals(pq.read_table(tables[1][name])), name
    engagement = kamkit.open(folder)
    build_workbook(made, engagement, tmp_path / "workbook.xlsx")
    build_deck(made, engagement, tmp_path / "deck.pptx")
    same_but_for_the_run(whole / "deliverables" / "workbook.xlsx", tmp_path / "workbook.xlsx")
    same_but_for_the_run(whole / "deliverables" / "deck.pptx", tmp_path / "deck.pptx")
    pages = [
        (place / "deliverables" / "report.html").read_text(encoding="utf-8") for place in (whole, folder)
    ]
    first, second = (plain(OTHERWISE.sub("", page)) for page in pages)
    assert first == second


def said(file):
    """What a table says of itself and of what it was computed from; the settings name other formats here."""
    notes = dict(pq.read_schema(file).metadata)
    note = json.loads(notes.pop(b"kamkit"))
    note["inputs"].pop("engagement.toml")
    return notes, note


def same_but_for_the_run(*files):
    first, second = (parts(file.read_bytes()) for file in files)
    assert set(first) == set(second)
    assert [part for part in first if first[part] != second[part]] == []
