"""Whole runs by role: no contact's name leaves the desk, neither in the report nor in its pictures."""

from __future__ import annotations

import base64
import html
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

import kamkit
from kamkit.deliver.runner import run
from kamkit.engagement.people import names_in
from tests.whole.conftest import shared

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
FURTHER_PLANS = ("10161", "10248")
KEPT = ("accounts", "products", "contacts", "relationships", "assignments", "opportunities", "plan_items")
_PICTURE = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")


def _told(page: str) -> str:
    """All that a page says: its text, its attributes, and the pictures in it."""
    pictures = [base64.b64decode(data).decode("utf-8") for data in _PICTURE.findall(page)]
    return html.unescape("\n".join([_PICTURE.sub("", page), *pictures]))


def wrongly_filled_in(folder: Path) -> Path:
    """The sample's people and plans, a month of sales, and a tie with a name where the number should be."""
    (folder / "data").mkdir(parents=True)
    for name in KEPT:
        shutil.copy(SAMPLE / "data" / f"{name}.csv", folder / "data")
    sales = pd.read_parquet(SAMPLE / "data" / "sales.parquet")
    sales[pd.to_datetime(sales["date"]) >= "2025-12-01"].to_parquet(folder / "data" / "sales.parquet")
    settings = (SAMPLE / "engagement.toml").read_text(encoding="utf-8")
    (folder / "engagement.toml").write_text(f'{settings}\n[report]\nformats = ["html"]\n', encoding="utf-8")
    ties = pd.read_csv(folder / "data" / "relationships.csv", dtype=str)
    contact = pd.read_csv(folder / "data" / "contacts.csv", dtype=str).iloc[0]
    ties.loc[len(ties)] = [contact["name"], "KAM01", "1", "2", "2025-06-01"]
    ties.to_csv(folder / "data" / "relationships.csv", index=False)
    planned = [contact["account_id"], *FURTHER_PLANS]
    kamkit.open(folder).decide("plan.accounts", planned, by="A. Tamm", why="enough to read")
    return folder


@pytest.fixture(scope="module", params=["the sample", "a name for a number"])
def by_role(request, tmp_path_factory) -> tuple[Path, str]:
    """An engagement that was run, and its report."""
    if request.param == "the sample":
        folder = shared(tmp_path_factory, "nordvik", lambda folder: None)
    else:
        folder = wrongly_filled_in(tmp_path_factory.mktemp("people") / "sample")
        assert not run(folder, progress=False).failed
    return folder, (folder / "deliverables" / "report.html").read_text(encoding="utf-8")


def test_no_name_stands_in_the_report_or_any_page_beside_it(by_role):
    folder, report = by_role
    contacts = kamkit.open(folder).table("contacts")
    assert names_in(_told(report), contacts) == []
    for page in (folder / "deliverables").rglob("*.html"):
        assert names_in(_told(page.read_text(encoding="utf-8")), contacts) == [], page.name


def test_no_name_stands_in_a_table_that_is_handed_on(by_role):
    folder, _report = by_role
    contacts = kamkit.open(folder).table("contacts")
    for file in folder.glob("runs/*/tables/*.parquet"):
        table = pd.read_parquet(file).reset_index()
        said = "\n".join(map(str, table.to_numpy(dtype=object).ravel()))
        assert names_in(said, contacts) == [], file.name


def test_attitudes_are_not_told(by_role):
    folder, report = by_role
    table = pd.read_parquet(next(folder.glob("runs/*/tables/relationship_map.parquet")))
    assert table["attitude"].isna().all()
    assert not re.search("(is|are) against us", _told(report))


def test_the_search_finds_a_name_in_a_picture():
    contacts = pd.DataFrame({"name": ["Maarja Põld"]})
    picture = base64.b64encode("<svg><text>Maarja Põld</text></svg>".encode()).decode()
    assert names_in(_told(f'<img src="data:image/svg+xml;base64,{picture}">'), contacts) == ["Maarja Põld"]
    assert names_in(_told("<p>Maarja P&otilde;ld</p>"), contacts) == ["Maarja Põld"]
