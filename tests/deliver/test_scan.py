"""The search for original names in files that would be delivered."""

from __future__ import annotations

import base64
from types import SimpleNamespace

import pytest
import xlsxwriter
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from kamkit.deliver.pdf import can_set, write_pdf
from kamkit.deliver.scan import require_anonymous, scan
from kamkit.engagement.anonymous.originals import Original, Originals
from kamkit.errors import RunError

NAME, NUMBER, CODE = "Sõõru & Pojad OÜ", "10042", "KAM03"
SOUGHT = Originals(Original(text, "an original", "instead") for text in (NAME, NUMBER, CODE))


def engagement(originals):
    return SimpleNamespace(door=SimpleNamespace(originals=originals))


def found(tmp_path, name, content):
    file = tmp_path / "file"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return {f.original.text for f in scan({name: file}, SOUGHT)}


@pytest.mark.parametrize(
    "html",
    [
        "<p>Sõõru &amp; Pojad OÜ</p>",
        "<p>S&otilde;&#245;ru &amp; <b>Pojad</b> OÜ</p>",
        '<img alt="Sõõru &amp; Pojad OÜ">',
        "<!-- Sõõru & Pojad OÜ -->",
        '<meta name="author" content="Sõõru &amp; Pojad OÜ">',
        "<style>/* Sõõru & Pojad OÜ */</style>",
    ],
)
def test_a_name_is_found_wherever_a_page_holds_it(tmp_path, html):
    assert NAME in found(tmp_path, "report.html", html)


def test_pictures_within_a_page_are_read(tmp_path):
    svg = f"<svg><title>x</title><text>{NUMBER}</text><text>Sõõru &amp; Pojad OÜ</text></svg>"
    page = f'<img src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}">'
    assert found(tmp_path, "report.html", page) == {NAME, NUMBER}


def test_numbers_are_sought_where_readers_see_them(tmp_path):
    assert found(tmp_path, "a.html", "<td>10042</td>") == {NUMBER}
    assert found(tmp_path, "a.html", '<a href="plans/10042.html">x</a>') == {NUMBER}
    assert found(tmp_path, "a.html", '<path d="M 10042 0"/><td>10,042</td><td>10042.5</td>') == set()


def test_names_of_files_are_read_in_plain_letters(tmp_path):
    assert found(tmp_path, "plans/10042_sooru-pojad-ou.html", "<p>x</p>") == {
        "sooru pojad ou", NUMBER,
    }  # fmt: skip


def test_every_part_of_a_deck_is_read(tmp_path):
    deck, file = Presentation(), tmp_path / "deck.pptx"
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    chart = CategoryChartData()
    chart.categories = [CODE, "other"]
    chart.add_series("profit", [10042.0, 2.0])
    slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, 0, 0, Inches(4), Inches(3), chart)
    slide.notes_slide.notes_text_frame.text = NAME
    deck.core_properties.subject = NUMBER
    deck.save(str(file))
    assert {f.original.text for f in scan({"deck.pptx": file}, SOUGHT)} == {NAME, CODE, NUMBER}
    deck.core_properties.subject, slide.notes_slide.notes_text_frame.text = "", ""
    deck.save(str(file))
    assert {f.original.text for f in scan({"deck.pptx": file}, SOUGHT)} == {CODE}


def test_texts_of_a_workbook_are_read_and_figures_are_not(tmp_path):
    file = tmp_path / "workbook.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet("KAM03")
        sheet.write_number(0, 0, 10042)
        sheet.write_string(1, 0, NAME)
    assert {f.original.text for f in scan({"workbook.xlsx": file}, SOUGHT)} == {NAME, CODE}


@pytest.mark.skipif(not can_set(), reason="Pango is not installed")
def test_text_outline_and_metadata_of_a_pdf_are_read(tmp_path):
    pytest.importorskip("pypdf")
    page, file = tmp_path / "page.html", tmp_path / "report.pdf"
    page.write_text(
        f"<html lang='en'><head><title>{CODE}</title></head><body><h1>{NUMBER}</h1><p>Sõõru &amp; Pojad OÜ"
    )
    write_pdf(page, file)
    assert {f.original.text for f in scan({"report.pdf": file}, SOUGHT)} == {NAME, NUMBER, CODE}


def test_the_desk_is_told_what_stands_where_and_nothing_is_refused_without(tmp_path):
    file = tmp_path / "report.html"
    file.write_text(f"<p>{NUMBER}</p>")
    with pytest.raises(RunError, match=r"nothing was delivered\n.*report.html: an original '10042'"):
        require_anonymous(engagement(SOUGHT), {"report.html": file})
    require_anonymous(engagement(None), {"report.html": file})
    file.write_text("<p>Customer Bako</p>")
    require_anonymous(engagement(SOUGHT), {"report.html": file})


def test_a_file_that_can_not_be_read_is_not_passed(tmp_path):
    with pytest.raises(RunError, match="can't be searched"):
        found(tmp_path, "deck.pptx", b"PK\x03\x04 torn")
