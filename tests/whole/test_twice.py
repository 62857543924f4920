"""Two runs on the same inputs: the same tables to the byte, and up to run and day the same deliverables."""

from __future__ import annotations

import io
import shutil

import pytest

from kamkit.deliver.pdf import can_set
from kamkit.deliver.runner import run
from kamkit.engagement.new import create
from tests.whole.sameness import parts, plain


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """The first step run twice from nothing: by name, the tables and the deliverables of each run."""
    folder = tmp_path_factory.mktemp("twice") / "nordvik"
    create(folder, sample=True)
    found = []
    for _time in range(2):
        result = run(folder, steps="1", force=True, progress=False)
        assert result.succeeded, result.messages
        newest = sorted(folder.glob("runs/*T*Z-*"))[-1]
        files = [*newest.glob("tables/*.parquet"), *(folder / "deliverables").glob("*.*")]
        found.append({f.name: f.read_bytes() for f in files if not f.name.startswith(".")})
        shutil.rmtree(newest)
    return found


def test_tables_are_the_same_to_the_byte(two):
    first, second = ({n: c for n, c in one.items() if n.endswith(".parquet")} for one in two)
    assert len(first) >= 3
    assert first == second


@pytest.mark.parametrize("name", ["report.html", "deck.pptx", "workbook.xlsx"])
def test_page_deck_and_workbook_are_the_same_but_for_run_and_time(two, name):
    first, second = (parts(one[name]) for one in two)
    assert set(first) == set(second)
    assert [part for part in first if first[part] != second[part]] == []


@pytest.mark.skipif(not can_set(), reason="Pango is not installed")
def test_the_pdf_is_the_same_but_for_run_and_time(two):
    pypdf = pytest.importorskip("pypdf")
    pages = [
        [plain(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(one["report.pdf"])).pages]
        for one in two
    ]
    assert len(pages[0]) > 3
    assert pages[0] == pages[1]
