"""The rules of an exhibit in the deck and on the page of a whole run: message, block, source, words, axes."""

from __future__ import annotations

import base64
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml.ns import qn

import kamkit
from kamkit.deliver.deck import build_deck
from kamkit.deliver.deck.charts.native import BASE, LABELS
from kamkit.deliver.kept import FOLDER, read_kept
from kamkit.deliver.templates import style_sheet
from kamkit.deliver.workbook import build_workbook
from kamkit.engagement.config import Branding
from kamkit.locale.numbers import Numbers
from kamkit.palette import OURS
from kamkit.plots.whale import end_texts, group_texts, peak_text
from tests.whole.conftest import shared
from tests.whole.test_ugly import Page

BARS = (
    XL_CHART_TYPE.BAR_CLUSTERED, XL_CHART_TYPE.BAR_STACKED, XL_CHART_TYPE.COLUMN_CLUSTERED,
    XL_CHART_TYPE.COLUMN_STACKED,
)  # fmt: skip
LINES = (XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, XL_CHART_TYPE.XY_SCATTER)
KINDS = (*BARS, *LINES, XL_CHART_TYPE.BUBBLE)
WITH_LEGEND = (XL_CHART_TYPE.BAR_STACKED, XL_CHART_TYPE.BUBBLE, XL_CHART_TYPE.XY_SCATTER)
"""Groups of bubbles, and parts of a bar too short for a name, are told apart by a key above the chart."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return shared(tmp_path_factory, "nordvik", lambda folder: None)


@pytest.fixture(scope="module")
def kept(folder):
    run = sorted(folder.glob("runs/*T*Z-*"))[-1]
    found = [read_kept(run, file.stem) for file in sorted((run / FOLDER).glob("*.json"))]
    return [one for one in found if one.kind == "exhibit"]


@pytest.fixture(scope="module")
def slides(folder, kept):
    """The slides whose title is the message of an exhibit."""
    messages = {one.message for one in kept}
    deck = Presentation(str(folder / "deliverables" / "deck.pptx"))
    found = [slide for slide in deck.slides if slide.shapes.title.text_frame.text in messages]
    assert len(found) > 40
    return found


@pytest.fixture(scope="module")
def charts(slides):
    return [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]


def test_1_and_6_a_slide_has_message_block_and_source(slides, kept):
    """The block of a slide may name another unit, where its chart is written in one; never another period."""
    titles = {one.message: {_ends(k.title) for k in kept if k.message == one.message} for one in kept}
    for slide in slides:
        texts = [s.text_frame.text for s in slide.shapes if s.has_text_frame]
        known = titles[slide.shapes.title.text_frame.text]
        assert any(_ends(text) in known for text in texts if " · " in text)
        assert any(text.startswith("Source: ") and "run " in text for text in texts)


def _ends(block: str) -> tuple[str, str]:
    """Who, and when with its scenario."""
    parts = block.split(" · ")
    return parts[0], parts[-1]


@pytest.fixture(scope="module")
def slide_of(slides, kept):
    """By exhibit, its slides."""
    found: dict[str, list] = {}
    for one in kept:
        for slide in slides:
            if slide.shapes.title.text_frame.text == one.message:
                found.setdefault(one.draw, []).append((one, slide))
    return found


def chart_on(slide):
    return next(shape.chart for shape in slide.shapes if shape.has_chart)


def test_2_plans_are_outlined_on_slides_too(slide_of):
    for name in ("investment_cases", "programme_cash_flow"):
        for _one, slide in slide_of[name]:
            for series in chart_on(slide).plots[0].series:
                if series.name not in (BASE, LABELS):
                    faces = [
                        e.get("val") for e in series._element.iterfind(f"{qn('c:dPt')}//{qn('a:srgbClr')}")
                    ]
                    assert "FFFFFF" in faces or not any(v > 0 for v in series.values if v)


UPRIGHT = {
    "contribution_ladder", "price_waterfall", "service_menu_effect", "value_stairs", "programme_cash_flow",
    "npv_distribution", "pipeline_value", "loss_distribution",
}  # fmt: skip
"""Steps of a calculation, time, classes of an amount."""

AS_LISTED = {
    "deal_ageing": "classes of age", "stage_probabilities": "stages", "deal_slippage": "won, lost, open",
    "segment_choice": "number of segments", "satisfaction": "who was asked", "win_rate_groups": "kind of group",
    "programme_scorecard": "parts, and their sum", "programme_worth": "two views of cost",
    "capacity_use": "teams", "share_of_wallet": "by sales", "discount_break_even": "by revenue",
    "effort_placement": "by the hours moved", "price_level": "who was not asked last",
    "leaver_loss": "by accounts cut", "choice_certainty": "by probability", "market_growth_split": "by the change, the sum of the parts",
}  # fmt: skip
"""Exhibits whose rows follow something else than the length of a bar."""


def test_3_bars_of_slides_are_sorted_and_upright_only_over_time_and_classes(slide_of):
    for name, shown in slide_of.items():
        for _one, slide in shown:
            chart = next((shape.chart for shape in slide.shapes if shape.has_chart), None)
            if chart is None or chart.chart_type not in BARS:
                continue
            upright = chart.chart_type in (XL_CHART_TYPE.COLUMN_CLUSTERED, XL_CHART_TYPE.COLUMN_STACKED)
            assert upright == (name in UPRIGHT), name
            if upright or name in AS_LISTED or name == "tornado":
                continue
            rows = [s.values for s in chart.plots[0].series]
            rows.append([max(map(abs, pair)) for pair in zip(*rows, strict=True)])
            assert any(list(r) == sorted(r) or list(r) == sorted(r, reverse=True) for r in rows), name


def test_7_the_slide_of_the_whale_curve_says_the_same(slide_of):
    for one, slide in slide_of["whale_curve"]:
        _curve, summary = one.tables
        chart = chart_on(slide)
        texts = {e.text for e in chart._chartSpace.iter(qn("a:t"))}
        numbers = Numbers("EUR")
        scale = numbers.scale([summary.peak, summary.total])
        assert peak_text(summary, numbers, scale) in texts
        assert ", ".join(end_texts(summary, numbers, scale)) in texts
        assert any(all(g in text for g in group_texts(summary, numbers)) for text in texts)


def test_9_bubbles_of_slides_are_sales_by_area_and_axes_cross_at_the_cuts(slide_of):
    for name, size in (("portfolio_matrix", "revenue"), ("price_cost_matrix", "pocket_revenue")):
        for one, slide in slide_of[name]:
            chart = chart_on(slide)
            sizes = [
                float(e.text) for e in chart._chartSpace.findall(f".//{qn('c:bubbleSize')}//{qn('c:v')}")
            ]
            assert {round(s, 2) for s in sizes} <= {round(s, 2) for s in one.tables[0][size]}
            assert [e.get("val") for e in chart._chartSpace.iter(qn("c:sizeRepresents"))] in ([], ["area"])
            crossing = sorted(float(e.get("val")) for e in chart._chartSpace.iter(qn("c:crossesAt")))
            cuts = [c for c in one.tables[0] if c.endswith("_cut")]
            assert crossing == pytest.approx(sorted(float(one.tables[0][c].iloc[0]) for c in cuts))


def test_11_the_tornado_of_the_slide_is_sorted_with_its_ranges(slide_of):
    for _one, slide in slide_of["tornado"]:
        chart = chart_on(slide)
        series = {s.name: np.array(s.values) for s in chart.plots[0].series}
        drawn = sum(np.abs(v) for name, v in series.items() if name not in (BASE, LABELS))
        assert list(drawn) == sorted(drawn, reverse=True)
        assert all("…" in str(category) for category in chart.plots[0].categories)


def test_15_the_block_of_a_slide_names_the_scale_of_its_chart(slide_of):
    """The commas behind a format code divide by a thousand each; the unit in the block says the same."""
    seen = 0
    for shown in slide_of.values():
        for _one, slide in shown:
            chart = next((shape.chart for shape in slide.shapes if shape.has_chart), None)
            codes = [] if chart is None else [e.text for e in chart._chartSpace.iter(qn("c:formatCode"))]
            commas = {
                len(re.search(r",*$", c.split(";")[0])[0]) for c in codes if c and not c.startswith("0")
            }
            block = next(
                s.text_frame.text for s in slide.shapes if s.has_text_frame and " · " in s.text_frame.text
            )
            units = re.findall(r"EUR(?: (k|m)\b)?", block.split(" · ", 1)[1])
            if chart is None or not commas - {0}:
                continue
            seen += 1
            assert {{"k": 1, "m": 2}[u] for u in units if u} == commas - {0}, block
    assert seen > 10


def test_16_every_chart_and_picture_says_its_message(slides):
    for slide in slides:
        message = slide.shapes.title.text_frame.text.rstrip("…")
        for shape in slide.shapes:
            if shape.has_chart or shape.shape_type == 13:
                alt = shape._element.xpath(".//p:cNvPr")[0].get("descr", "")
                assert alt[:60] == message[:60]


def test_4_scales_are_linear_and_bars_start_at_zero(charts):
    assert len(charts) > 25
    for chart in charts:
        assert not list(chart._chartSpace.iter(qn("c:logBase")))
        if chart.chart_type in BARS:
            low = chart.value_axis.minimum_scale
            values = [v for s in chart.plots[0].series for v in s.values if v is not None]
            assert low is None or low == 0 or low <= min(values)


def test_4_scales_under_lines_hold_the_lines_and_start_where_they_do(charts):
    lines = [chart for chart in charts if chart.chart_type in LINES and not chart.has_legend]
    assert len(lines) >= 5
    for chart in lines:
        xs = [float(v.text) for v in chart._chartSpace.findall(f".//{qn('c:xVal')}//{qn('c:v')}")]
        assert chart.category_axis.minimum_scale == pytest.approx(min(xs))
        assert chart.category_axis.maximum_scale == pytest.approx(max(xs))
        ys = [y for s in chart.plots[0].series for y in s.values if y is not None]
        assert min(ys) < 0 or chart.value_axis.minimum_scale == 0


def test_5_no_pie_no_third_dimension_no_second_axis_and_names_at_the_marks(charts):
    for chart in charts:
        assert chart.chart_type in KINDS
        assert len(chart.plots) == 1
        assert len(list(chart._chartSpace.iter(qn("c:valAx")))) <= 2
        assert not list(chart._chartSpace.iter(qn("c:view3D")))
        if chart.has_legend:
            assert chart.chart_type in WITH_LEGEND


def test_5_where_there_is_no_key_every_series_says_its_name(charts):
    for chart in charts:
        series = list(chart.plots[0].series)
        if chart.chart_type == XL_CHART_TYPE.BAR_CLUSTERED and len(series) > 1:
            for one in series:
                first = one._element.find(f".//{qn('c:dLbl')}")
                assert first.find(qn("c:showSerName")).get("val") == "1"


def test_2_charts_hold_no_colour_but_those_of_the_palette(charts):
    known = {colour.lstrip("#").upper() for colour in OURS.values()} | {"FFFFFF"}
    for chart in charts:
        found = {e.get("val").upper() for e in chart._chartSpace.iter(qn("a:srgbClr"))}
        assert found <= known


def test_the_page_shows_message_block_picture_reading_and_source_of_every_exhibit(folder, kept):
    html = (folder / "deliverables" / "report.html").read_text(encoding="utf-8")
    figures = re.findall(r'<figure class="kk-exhibit" id="[^"]+">.*?</figure>', html, re.DOTALL)
    assert len(figures) >= len({one.key for one in kept if one.step != "account_plan"}) - 2
    for figure in figures:
        page = Page(figure)
        classes = [attributes.get("class", "") for _tag, attributes in page.elements]
        for name in ("kk-message", "kk-title", "kk-how", "kk-source"):
            assert classes.count(name) == 1
        [image] = [attributes for tag, attributes in page.elements if tag == "img"]
        message = re.sub(r"\s+", " ", figure.split('dir="auto">', 1)[1].split("</h3>")[0])
        assert image["alt"][:20].replace("\u00a0", " ") == Page(message).text[0][:20].replace("\u00a0", " ")


def test_pictures_of_the_page_keep_text_as_text_in_the_faces_of_readers(folder):
    html = (folder / "deliverables" / "report.html").read_text(encoding="utf-8")
    for coded in re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", html):
        svg = base64.b64decode(coded)
        root = ElementTree.fromstring(svg)
        assert list(root.iter("{http://www.w3.org/2000/svg}text"))
        assert b"'DejaVu Sans'" not in svg.replace(b"'Liberation Sans', 'DejaVu Sans', sans-serif", b"")


def test_the_clients_colour_and_font_reach_deck_workbook_and_page(folder, tmp_path, monkeypatch):
    engagement = kamkit.open(folder)
    branding = Branding(colours=("#4B2E83", "#D9822B"), font="Georgia")
    own = engagement.config.model_copy(update={"branding": branding})
    monkeypatch.setattr(type(engagement), "config", property(lambda _self: own))
    run = sorted(folder.glob("runs/*T*Z-*"))[-1]
    deck = _parts(build_deck(run, engagement, tmp_path / "deck.pptx", "board"), "ppt/")
    assert b'srgbClr val="4B2E83"' in deck
    assert b'typeface="Georgia"' in deck
    assert OURS["actual"].lstrip("#").encode() not in deck.upper()
    book = _parts(build_workbook(run, engagement, tmp_path / "workbook.xlsx"), "xl/styles")
    assert b"FF4B2E83" in book
    assert b'name val="Georgia"' in book
    sheet = str(style_sheet("report.css", branding))
    assert "--accent: #4B2E83" in sheet
    assert "--ornament: #D9822B" in sheet
    assert sheet.count('"Georgia"') >= 5


def _parts(file: Path, start: str) -> bytes:
    with zipfile.ZipFile(file) as archive:
        names = [n for n in archive.namelist() if n.startswith(start) and n.endswith(".xml")]
        return b"".join(archive.read(name) for name in names)
