"""A whole anonymised run: nothing original in any deliverable, and the same shares, ranks and choices."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import zipfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import kamkit
from kamkit.deliver.pdf import can_set
from kamkit.deliver.runner import run
from kamkit.engagement.anonymous.secret import FILE
from kamkit.engagement.decisions import record
from kamkit.errors import RunError
from tests.whole.conftest import shared

WHY = "Skogsta Varv Eesti cost 61,000, says Līga Vītola"
KEY = bytes(range(32)).hex()
"""The secret, always the same: of another, a factor like 2.8 would be a length in some picture by chance."""


def prepare(folder):
    """Anonymised, with decisions whose words tell names and amounts; two plans are enough."""
    (folder / FILE).parent.mkdir(exist_ok=True)
    (folder / FILE).write_text(KEY, encoding="ascii")
    file = folder / "engagement.toml"
    settings = 'anonymise = true\n\n[report]\ntitle = "Nordvik review"\nconfidentiality = "Nordvik only"\n'
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\n[period]", f"\n{settings}\n[period]", 1), encoding="utf-8")
    record(folder, "programme_cost", 61_000, by="Anna Tamm", why=WHY, role="Nordvik's sponsor")
    record(folder, "plan.accounts", ["10192", "10161"], by="Anna Tamm", why=WHY)


@pytest.fixture(scope="session")
def masked(tmp_path_factory):
    return shared(tmp_path_factory, "secret-nordvik", prepare)


@pytest.fixture(scope="session")
def masked_run(masked):
    return sorted(masked.glob("runs/*T*Z-*"))[-1]


@pytest.fixture(scope="session")
def delivered(masked):
    """Every file delivered by its name, as one text: parts of packages, pictures within pages, PDF text."""
    files = [p for p in sorted((masked / "deliverables").rglob("*")) if p.is_file()]
    return {p.relative_to(masked / "deliverables").as_posix(): readable(p.read_bytes()) for p in files}


def readable(content):
    """All that can be read in a file, without markup that splits words."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return " ".join(f"{name} {readable(package.read(name))}" for name in package.namelist())
    if content.startswith(b"%PDF"):
        pypdf = pytest.importorskip("pypdf")
        read = pypdf.PdfReader(io.BytesIO(content))
        return " ".join([str(read.metadata), *(page.extract_text() for page in read.pages)])
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        with Image.open(io.BytesIO(content)) as picture:
            return str(picture.info)
    text = content.decode("utf-8", errors="replace")
    pictures = re.findall(r"data:[\w/+.-]+;base64,([A-Za-z0-9+/=]+)", text)
    text = re.sub(r"base64,[A-Za-z0-9+/=]+", "", text)
    within = [readable(base64.b64decode(picture)) for picture in pictures]
    return " ".join(html.unescape(" ".join([text, re.sub("<[^>]*>", " ", text), *within])).split())


def column(masked, table, *names):
    file = masked / "data" / f"{table}.csv"
    frame = pd.read_csv(file, dtype=str)
    return {value for name in names for value in frame[name].dropna()}


def test_no_name_stands_in_any_deliverable(masked, delivered):
    names = column(masked, "accounts", "name") | column(masked, "contacts", "name")
    names |= column(masked, "demand", "supplier") - {"us", "total"}
    names |= {"Nordvik", "Tamm", "secret-nordvik"}
    assert len(names) > 500
    for file, text in delivered.items():
        folded = text.casefold()
        assert [name for name in names if name.casefold() in folded] == [], file


def test_no_number_stands_where_a_reader_sees_it(masked, delivered):
    codes = column(masked, "assignments", "person_id") | column(masked, "contacts", "contact_id")
    codes |= column(masked, "opportunities", "opportunity_id", "owner") | column(
        masked, "plan_items", "item_id"
    )
    for file, text in delivered.items():
        words = set(re.findall(r"[\w-]+", text))
        assert codes & words == set(), file
    numbers = column(masked, "accounts", "account_id")
    page = set(
        re.findall(r"(?<![\w.,\"#-])\d{5}(?![\w.,\"%-])", re.sub("<[^>]*>", " ", delivered["report.html"]))
    )
    assert numbers & page == set()


def test_all_deliverables_and_plans_are_made_and_their_names_tell_nobody(masked, delivered):
    plans = [name for name in delivered if name.startswith("plans/")]
    assert len(plans) == 2
    assert {"report.html", "deck.pptx", "workbook.xlsx"} <= set(delivered)
    assert ("report.pdf" in delivered) == can_set()
    assert all(re.fullmatch(r"plans/[a-z]+-[0-9a-f]{8}_customer-[a-z]+\.html", name) for name in plans)


def test_the_reader_is_told_and_the_secret_is_not(masked, delivered):
    assert "Anonymised: names are pseudonyms" in delivered["report.html"]
    factor = repr(kamkit.open(masked).door.mask.factor)
    assert len(factor) == len("2.1234"), "fewer digits stand somewhere by chance"
    figure = re.compile(rf"(?<![\d.]){re.escape(factor)}0*(?!\d)")
    assert {file for file, text in delivered.items() if KEY in text or figure.search(text)} == set()


def test_no_amount_of_free_text_is_told(delivered):
    assert "61,000" not in delivered["report.html"]
    assert "61,000" not in delivered["deck.pptx"]


def test_shares_ranks_and_choices_are_those_of_the_plain_run(masked, masked_run, run_folder):
    opened = kamkit.open(masked)
    numbers, factor = opened.door.mask.pseudonyms.numbers("account"), opened.door.mask.factor

    def tables(name):
        before = pd.read_parquet(run_folder / "tables" / f"{name}.parquet").rename(index=numbers)
        return before, pd.read_parquet(masked_run / "tables" / f"{name}.parquet").reindex(before.index)

    before, after = tables("customer_pnl")
    np.testing.assert_allclose(after, before * factor, rtol=1e-6, atol=1e-5)
    before, after = tables("choice_sheet")
    pd.testing.assert_frame_equal(
        before[["segment", "treatment", "abc_class", "chosen"]],
        after[["segment", "treatment", "abc_class", "chosen"]],
    )
    before, after = tables("attractiveness")
    pd.testing.assert_frame_equal(before, after)
    before, after = tables("investment_cases")
    np.testing.assert_allclose(after["npv"], before["npv"] * factor, rtol=1e-6, atol=1e-4)
    np.testing.assert_allclose(after["irr"], before["irr"], rtol=1e-6)
    for name, share in (("whale_summary", "peak_share"), ("concentration", "gini")):
        read = [pd.read_parquet(r / "tables" / f"{name}.parquet")[share][0] for r in (run_folder, masked_run)]
        assert read[0] == pytest.approx(read[1], rel=1e-9)


def test_everything_still_ties_to_the_ledger(masked_run):
    assert pd.read_parquet(masked_run / "tables" / "reconciliation.parquet")["ok"].all()


def test_groups_of_fewer_than_five_are_not_told(masked_run, delivered):
    groups = pd.read_parquet(masked_run / "tables" / "segment_strategies.parquet")
    few = groups["accounts"].isna()
    assert few.any()
    assert groups.loc[few, ["pocket_revenue", "customer_profit", "cost_share"]].isna().all(axis=None)
    assert groups.loc[~few, "accounts"].min() >= 5
    for file in ("report.html", "workbook.xlsx"):
        assert "fewer than five" in delivered[file], file


@pytest.fixture
def html_only(masked):
    """The engagement writes a page alone for a while, so that a run of one step is a matter of seconds."""
    file = masked / "engagement.toml"
    given = file.read_text(encoding="utf-8")
    file.write_text(given.replace("[report]\n", '[report]\nformats = ["html"]\n', 1), encoding="utf-8")
    yield masked
    file.write_text(given, encoding="utf-8")


def test_a_name_in_a_notebook_fails_the_run_and_delivers_nothing(html_only):
    """A consultant's own sentence that names a customer, in one step of the engagement."""
    masked = html_only
    file = masked / "notebooks" / "01_markets.ipynb"
    given = file.read_text(encoding="utf-8")
    notebook = json.loads(given)
    prose = next(c for c in notebook["cells"] if c["cell_type"] == "markdown")
    prose["source"] = [*prose["source"], "\n\nAs Bjørkeli Trelast AS told us."]
    before = {p: p.read_bytes() for p in (masked / "deliverables").rglob("*") if p.is_file()}
    try:
        file.write_text(json.dumps(notebook), encoding="utf-8")
        with pytest.raises(RunError, match="nothing was delivered") as error:
            run(masked, steps="1", progress=False)
    finally:
        file.write_text(given, encoding="utf-8")
    assert "report.html: name of a customer 'Bjørkeli Trelast AS'" in str(error.value)
    assert {p: p.read_bytes() for p in (masked / "deliverables").rglob("*") if p.is_file()} == before
    newest = sorted(masked.glob("runs/*T*Z-*"))[-1]
    assert json.loads((newest / "run.json").read_text(encoding="utf-8"))["status"] == "failed"
