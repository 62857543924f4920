"""The same figure everywhere: every numeral of page, PDF, deck and workbook is a cell of a result table."""

from __future__ import annotations

import html
import io
import re
import zipfile
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from pptx import Presentation
from python_calamine import CalamineWorkbook

import kamkit
from kamkit.deliver.deck import build_deck
from kamkit.deliver.deck.charts.native import BASE, LABELS
from kamkit.deliver.kept import FOLDER, read_kept
from kamkit.deliver.pdf import can_set
from kamkit.deliver.report import build_report
from kamkit.deliver.workbook import build_workbook
from tests.whole.numerals import Figures, numerals
from tests.whole.readable import pictures_of

WORD = re.compile(r"[^\W\d_]{2,}")
STATED = {2.4, 0.95, 0.9, 0.75, 0.05, 0.1, 10.0}
"""Figures of the method itself that sentences quote: the field's published ones, levels of certainty."""


@pytest.fixture(scope="session")
def kept(run_folder):
    return {
        file.stem: read_kept(run_folder, file.stem) for file in sorted((run_folder / FOLDER).glob("*.json"))
    }


@pytest.fixture(scope="session")
def everything(run_folder, kept):
    """All figures of all tables that the run handed on or showed."""
    tables = [pd.read_parquet(file) for file in sorted((run_folder / "tables").glob("*.parquet"))]
    shown = [value for one in kept.values() for value in (*one.tables, *one.options.values())]
    return Figures([*tables, *shown])


class Text(HTMLParser):
    """What a page says: text and alternative texts, without style."""

    def __init__(self, html):
        super().__init__()
        self.parts, self.alts, self.skipping = [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.skipping = tag == "style"
        self.alts += [value for name, value in attrs if name == "alt" and value]

    def handle_endtag(self, tag):
        self.skipping = False

    def handle_data(self, data):
        if not self.skipping:
            self.parts.append(data)


def tokens(text):
    """Runs of digits with their decimal signs, wherever a line breaks."""
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))


def missing(texts, figures):
    stated = Figures(STATED)
    return [
        (numeral.text, text)
        for text in texts
        for numeral in numerals(text)
        if not (figures.hold(numeral) or stated.hold(numeral))
    ]


def test_most_messages_are_told_by_their_own_tables(kept):
    """Rule 16: in the table beside it, or else in the workbook; the next test looks there."""
    counted = elsewhere = 0
    for one in kept.values():
        own = Figures([*one.tables, *one.options.values()])
        found = list(numerals(one.message))
        counted += len(found)
        elsewhere += sum(not own.hold(n) for n in found)
    assert counted > 100
    assert elsewhere <= 0.05 * counted


def test_every_numeral_of_messages_findings_and_alternative_texts_is_a_cell(whole, kept, everything):
    page = Text((whole / "deliverables" / "report.html").read_text(encoding="utf-8"))
    assert page.alts
    assert missing([one.message for one in kept.values()], everything) == []
    assert missing(page.alts, everything) == []


def test_a_numeral_that_no_table_holds_is_seen(everything):
    assert missing(["EUR 5.37123 m is left."], everything) == [("5.37123 m", "EUR 5.37123 m is left.")]


@pytest.mark.skipif(not can_set(), reason="Pango is not installed")
def test_the_pdf_says_what_the_page_says(whole):
    import pypdf

    page = Text((whole / "deliverables" / "report.html").read_text(encoding="utf-8"))
    read = pypdf.PdfReader(whole / "deliverables" / "report.pdf")
    numbers = {str(n) for n in range(1, len(read.pages) + 1)}
    told = tokens(" ".join([*page.parts, *page.alts])) | numbers
    drawn = drawn_tokens(whole)
    written = [p.extract_text() for p in read.pages]
    said = set().union(*map(tokens, written))
    assert len(said) > 300
    assert said - told - drawn == set()
    assert strange_words(written[1:], whole / "deliverables" / "report.html") == []


def strange_words(pages, report):
    """Words on paper that the page, which is held against the catalogues, has not; a cell may break a word."""
    page = report.read_text(encoding="utf-8")
    shown = re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", "\n", page, flags=re.DOTALL)
    told = "\n".join([html.unescape(shown), pictures_of(page)])
    return sorted(w for w in {w for page in pages for w in WORD.findall(page)} if w not in told)


def drawn_tokens(whole):
    """Numerals inside the pictures, which a PDF holds as text."""
    import base64

    page = (whole / "deliverables" / "report.html").read_text(encoding="utf-8")
    pictures = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", page)
    return tokens(" ".join(base64.b64decode(p).decode("utf-8") for p in pictures))


def charts(deck):
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def test_every_value_of_the_decks_charts_is_a_cell(whole, everything):
    deck = Presentation(str(whole / "deliverables" / "deck.pptx"))
    found = charts(deck)
    assert len(found) > 20
    for chart in found:
        series = {
            s.name: np.array([np.nan if v is None else v for v in s.values]) for s in chart.plots[0].series
        }
        base = series.pop(BASE, None)
        series.pop(LABELS, None)
        for name, values in series.items():
            for place, value in enumerate(values[np.isfinite(values)]):
                ends = [] if base is None else [abs(base[place]), abs(base[place] + value)]
                assert holds(everything, value) or (all(holds(everything, e) for e in ends) and ends), (
                    name,
                    value,
                )


def holds(figures, value):
    return value == 0 or figures.hold_exactly(abs(float(value)))


def test_every_numeral_of_the_decks_text_is_a_cell(whole, run_folder, everything):
    deck = Presentation(str(whole / "deliverables" / "deck.pptx"))
    titles = [s.shapes.title.text_frame.text for s in list(deck.slides)[1:] if s.shapes.title is not None]
    assert len(titles) > 20
    assert missing(titles, everything) == []
    told = tokens(" ".join(Text(read(whole)).parts))
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_table:
                cells = [cell.text for row in shape.table.rows for cell in row.cells]
                unknown = [c for c in cells if not tokens(c) <= told]
                assert [c for c in unknown if not in_some_scale(c, everything)] == []


def in_some_scale(cell, figures):
    """Whether a figure of a table is printed so in units, thousands or millions; its head says which."""
    scales = [[n._replace(value=n.value * f, half=n.half * f) for n in numerals(cell)] for f in (1, 1e3, 1e6)]
    return any(all(figures.hold(n) for n in scaled) for scaled in scales)


def read(whole):
    return (whole / "deliverables" / "report.html").read_text(encoding="utf-8")


def test_totals_of_the_workbook_are_those_of_the_contribution_ladder(whole, run_folder):
    ladder = pd.read_parquet(run_folder / "tables" / "contribution_ladder.parquet").set_index("rung")[
        "amount"
    ]
    book = CalamineWorkbook.from_path(str(whole / "deliverables" / "workbook.xlsx"))
    name = next(n for n in book.sheet_names if n.startswith("Profit and loss of the custo"))
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    totals = dict(zip(rows[3], rows[2], strict=True))
    assert totals["Pocket revenue"] == pytest.approx(ladder["pocket_revenue"], abs=0.005)
    assert totals["Customer profit"] == pytest.approx(ladder["customer_profit"], abs=0.005)
    below = [row[rows[3].index("Customer profit")] for row in rows[4:]]
    assert sum(below) == pytest.approx(totals["Customer profit"], abs=0.005)


def test_the_same_run_gives_the_same_deliverables_again(whole, run_folder, tmp_path):
    engagement, delivered = kamkit.open(whole), whole / "deliverables"
    for build, name in ((build_workbook, "workbook.xlsx"), (build_report, "report.html")):
        build(run_folder, engagement, tmp_path / name)
        assert (tmp_path / name).read_bytes() == (delivered / name).read_bytes(), name
    build_deck(run_folder, engagement, tmp_path / "deck.pptx")
    once, again = (parts((place / "deck.pptx").read_bytes()) for place in (delivered, tmp_path))
    assert once == again


def parts(content):
    """The parts of a package; the times at which they were packed say nothing."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_sizes_are_sane(whole):
    made = whole / "deliverables"
    assert (made / "report.html").stat().st_size < 8e6
    assert (made / "deck.pptx").stat().st_size < 10e6
    assert {p.name for p in made.iterdir()} >= {
        "report.html",
        "report.pdf",
        "deck.pptx",
        "workbook.xlsx",
        "plans",
    }
