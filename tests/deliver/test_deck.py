"""The deck: its charts hold the tables' own figures, text fits and stays text, any master serves."""

import io
import re
import zipfile

import numpy as np
import pandas as pd
import pytest
from pptx import Presentation
from pptx.util import Inches
from python_calamine import CalamineWorkbook

from kamkit import plots
from kamkit.deliver.deck.charts import NATIVE
from kamkit.deliver.deck.charts.native import BASE
from kamkit.deliver.deck.charts.units import SlideNumbers, in_unit, number_format
from kamkit.deliver.deck.charts.waterfall import floating
from kamkit.deliver.deck.grid import planned
from kamkit.deliver.deck.lists import LISTS, PICTURES
from kamkit.deliver.deck.master import open_master
from kamkit.deliver.deck.pages import Pages
from kamkit.deliver.deck.questions import question_about
from kamkit.deliver.deck.text import Box, fit, line_width, wrapped
from kamkit.deliver.kept import Kept
from kamkit.deliver.tables import Header, TableView, view
from kamkit.errors import ConfigError
from kamkit.locale.numbers import Numbers
from kamkit.method import profitability

EUR = Numbers("EUR")
HOSTILE = [
    "=cmd|'/c calc'!A1",
    "<script>alert(1)</script>",
    "Ö" * 80,
    'a "quoted" name',
    "שלום עולם",
    "\x00x\x1f",
]
POINT = 12_700


def kept(draw, *tables, message="Two earn.", **options):
    return Kept(
        "exhibit",
        "02_customers",
        f"02_customers-{draw}",
        draw,
        tables,
        options,
        message,
        "Acme · EUR",
        "Source: sales",
    )


@pytest.fixture
def pages():
    return Pages(open_master(), EUR)


def slides(pages):
    stream = io.BytesIO()
    pages.master.deck.save(stream)
    stream.seek(0)
    return list(Presentation(stream).slides), stream


def chart_of(slide):
    return next(shape.chart for shape in slide.shapes if shape.has_chart)


@pytest.fixture
def whale():
    profit = pd.Series(
        [300.0, 100.0, -150.0], index=pd.Index(["A", "B", "C"], name="account_id"), name="profit"
    )
    return profitability.whale_curve(profit), profitability.whale_summary(profit)


def test_the_whale_curve_holds_the_cells_of_its_table(pages, whale):
    pages.exhibit(kept("whale_curve", *whale))
    series = list(chart_of(slides(pages)[0][0]).plots[0].series)
    assert list(series[0].values) == [0.0, 300.0, 400.0, 250.0]
    assert list(series[1].values) == [400.0]
    assert list(series[2].values) == [250.0]


def test_a_waterfall_stands_on_a_base_that_is_not_seen(pages):
    ladder = pd.DataFrame(
        {
            "rung": ["pocket_revenue", "product_cost", "cm1"],
            "kind": ["total", "change", "total"],
            "amount": [100.0, -60.0, 40.0],
            "share": [1.0, -0.6, 0.4],
        }
    )
    pages.exhibit(kept("contribution_ladder", ladder))
    base, total, change, labels = chart_of(slides(pages)[0][0]).plots[0].series
    assert base.name == BASE
    assert list(base.values) == [0.0, 40.0, 0.0]
    assert list(total.values) == [100.0, 0.0, 40.0]
    assert list(change.values) == [0.0, 60.0, 0.0]
    assert base.format.fill.type is not None
    assert base.format.fill.type.name == "BACKGROUND"
    assert [p.data_label.text_frame.text for p in (labels.points[i] for i in range(3))] == [
        "100",
        "−60",
        "40",
    ]


def test_bars_that_cross_zero_reach_from_end_to_end():
    rng = np.random.default_rng(7)
    ends = np.sort(rng.normal(size=(200, 2)) * 100, axis=1)
    base, above, below = floating(ends[:, 0], ends[:, 1])
    top = np.maximum(base, 0) + above
    bottom = np.minimum(base, 0) + below
    assert np.allclose(np.where(above > 0, top, base), ends[:, 1])
    assert np.allclose(np.where(below < 0, bottom, base), ends[:, 0])
    assert (above >= 0).all()
    assert (below <= 0).all()


def test_amounts_keep_all_digits_and_are_shown_in_the_scale_of_the_exhibit():
    assert number_format([61_440.0], "money", EUR) == "#,##0.0,;−#,##0.0,"
    assert number_format([7.0], "count", EUR) == "#,##0;−#,##0"


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_text_in_slides_and_in_the_workbooks_behind_charts(pages, name):
    capacity = pd.DataFrame(
        {
            "team": [name, "Order desk"],
            "supplied_minutes": [100.0, 50.0],
            "used_minutes": [80.0, 50.0],
            "unused_minutes": [20.0, 0.0],
            "utilisation": [0.8, 1.0],
            "unused_cost": [10.0, 0.0],
        }
    )
    pages.exhibit(kept("capacity_use", capacity, message=name))
    pages.grid(name, view(pd.DataFrame({"name": [name]}), EUR))
    _read, stream = slides(pages)
    with zipfile.ZipFile(stream) as deck:
        for part in deck.namelist():
            if part.endswith(".xml"):
                assert "<script" not in deck.read(part).decode("utf-8")
        books = [n for n in deck.namelist() if n.endswith(".xlsx")]
        assert books
        for book in books:
            with zipfile.ZipFile(io.BytesIO(deck.read(book))) as inner:
                assert b"<f>" not in inner.read("xl/worksheets/sheet1.xml")
            cells = (
                CalamineWorkbook.from_filelike(io.BytesIO(deck.read(book))).get_sheet_by_index(0).to_python()
            )
            assert (
                str(cells[1][0])[:8]
                == re.sub(r"[\x00-\x1f]", "", name).encode("utf-8", "replace").decode()[:8]
            )


def test_a_text_is_set_in_the_largest_size_that_fits_and_cut_where_none_does():
    box = Box(0, 0, 300, 50)
    text, size = fit("word " * 24, box, (24, 18, 12))
    assert size == 12
    assert len(wrapped(text, 300, 12)) * 12 * 1.22 <= 50
    cut, _size = fit("word " * 400, box, (24, 18, 12))
    assert cut.endswith("…")
    assert len(wrapped(cut, 300, 12)) * 12 * 1.22 <= 50


def boxes(slide):
    for shape in slide.shapes:
        yield shape, shape.left / POINT, shape.top / POINT, shape.width / POINT, shape.height / POINT


def text_height(shape, wide):
    total = 0.0
    for paragraph in shape.text_frame.paragraphs:
        size = next((r.font.size.pt for r in paragraph.runs if r.font.size), 9)
        bold = any(r.font.bold for r in paragraph.runs) or shape.is_placeholder
        total += len(wrapped(paragraph.text, wide, size, bold=bold)) * size * 1.22
    return total


LONG = "En mycket lång mening om " + "kundlönsamhetsutvecklingen " * 9


def test_nothing_overflows_or_overlaps_with_long_texts(pages, whale):
    pages.cover(LONG[:90], LONG[:80], ["Jan 2025 – Dec 2025", LONG], None)
    pages.exhibit(kept("whale_curve", *whale, message=LONG))
    pages.listed(LONG, [LONG] * 12)
    frame = pd.DataFrame({f"column_{i}": [LONG[:70], "x"] * 15 for i in range(9)})
    pages.grid(LONG, view(frame, EUR), LONG)
    deck, _stream = slides(pages)
    tall, across = pages.master.deck.slide_height / POINT, pages.master.deck.slide_width / POINT
    for slide in deck:
        placed = list(boxes(slide))
        for shape, left, top, wide, high in placed:
            assert left >= 0
            assert left + wide <= across + 1
            assert top + high <= tall + 1, shape.name
            if shape.has_text_frame and shape.text_frame.text:
                assert text_height(shape, wide) <= high + 2, shape.text_frame.text
        for i, (first, l1, t1, w1, h1) in enumerate(placed):
            for second, l2, t2, w2, h2 in placed[i + 1 :]:
                apart = l1 + w1 <= l2 + 1 or l2 + w2 <= l1 + 1 or t1 + h1 <= t2 + 1 or t2 + h2 <= t1 + 1
                assert apart, (first.name, second.name)


def test_notes_say_how_to_read_it_and_what_to_ask(pages, whale):
    pages.exhibit(kept("whale_curve", *whale))
    notes = slides(pages)[0][0].notes_slide.notes_text_frame.text
    assert "Which losing customers do we keep on purpose" in notes


def test_every_exhibit_has_a_question_of_its_own():
    exhibits = {name for name in plots.__all__ if isinstance(getattr(plots, name), plots.Exhibit)}
    asked = [question_about(name) for name in sorted(exhibits)]
    assert len(set(asked)) == len(exhibits)
    assert question_about("unknown") not in asked


def test_every_chart_has_its_alternative_text(pages, whale):
    pages.exhibit(kept("whale_curve", *whale))
    frame = next(s for s in slides(pages)[0][0].shapes if s.has_chart)
    assert frame._element.nvGraphicFramePr.cNvPr.get("descr") == plots.whale_curve.alt(*whale, numbers=EUR)


def test_a_picture_stands_where_powerpoint_has_no_chart(pages):
    people = pd.DataFrame(
        {
            "account_id": "A", "contact_id": ["C1", "C2"], "name": ["Ilze", "Jānis"], "title": ["CEO", "Buyer"],
            "unit": "Site 1", "level": ["executive", "operational"], "buying_role": ["decision_maker", "user"],
            "power": [3.0, 1.0], "attitude": [1.0, np.nan], "rank": [1, 2], "person_id": ["P1", None],
            "depth": [2.0, np.nan], "desired_depth": [3.0, np.nan], "contacts": 2, "rest": 0,
        }
    )  # fmt: skip
    pages.exhibit(kept("relationship_map", people))
    pictures = [
        s for s in slides(pages)[0][0].shapes if s.shape_type is not None and s.shape_type.name == "PICTURE"
    ]
    assert len(pictures) == 1
    assert pictures[0]._element.nvPicPr.cNvPr.get("descr")


def test_every_exhibit_is_a_native_chart_or_table_or_has_a_reason_to_be_a_picture():
    exhibits = {name for name in plots.__all__ if isinstance(getattr(plots, name), plots.Exhibit)}
    ways = [set(NATIVE), set(LISTS), set(PICTURES)]
    assert set().union(*ways) == exhibits
    assert sum(map(len, ways)) == len(exhibits)
    assert set(PICTURES) == {"relationship_map"}
    assert all(PICTURES.values())


def test_bars_start_at_zero_also_where_all_are_about_as_long(pages):
    views = pd.DataFrame(
        {"attributable_profit": [96.0, 92.0], "absorbed_profit": [95.0, 91.0], "absorbed_cost": 1.0,
         "sign_change": False},
        index=pd.Index(["A", "B"], name="account_id"),
    )  # fmt: skip
    pages.exhibit(kept("cost_views", views))
    axis = chart_of(slides(pages)[0][0]).value_axis
    assert axis.minimum_scale == 0
    assert axis.maximum_scale > 96


def test_the_block_names_the_unit_in_which_the_chart_is_written(pages):
    """The picture of this exhibit writes thousands; the chart, which shows the gaps, millions."""
    cells = pd.DataFrame(
        {
            "account_id": ["A", "A", "all", "all"],
            "family": ["Pumps", "all", "Pumps", "all"],
            "gap": [2.6e6, 2.6e6, 2.6e6, 2.6e6],
            "expected_value": [0.5e6] * 4,
        }
    )
    numbers = SlideNumbers("EUR")
    code = number_format(cells["gap"], "money", numbers)
    assert code.split(";")[0].endswith(",,")
    assert in_unit("Acme · white space, EUR k · 2025", "EUR k", numbers) == "Acme · white space, EUR m · 2025"
    assert (
        in_unit("Acme · days late, days · 2025", "days", SlideNumbers("EUR"))
        == "Acme · days late, days · 2025"
    )


def test_no_word_of_a_table_is_broken_and_numbers_stand_near_their_names():
    heads = tuple(Header(h, "", i > 0) for i, h in enumerate(["Improvement", "Effort", "Value wanted"]))
    seen = TableView(
        heads, (("An owner for each contact; take out who is listed twice", "Medium", "20.0%"),), "", 0
    )
    plan = planned(seen, Box(0, 0, 300, 300), 3, (16, 12, 8))
    for column, room in zip(
        zip(*(["Improvement", "Effort", "Value wanted"], seen.rows[0]), strict=True), plan.widths, strict=True
    ):
        for word in " ".join(column).split():
            assert line_width(word, plan.size, bold=False) <= room
    short = TableView(heads, (("Roles", "Low", "20.0%"),), "", 0)
    assert sum(planned(short, Box(0, 0, 860, 300), 3, (16,)).widths) < 700


def test_every_native_chart_is_of_an_exhibit_that_exists():
    assert set(NATIVE) <= set(plots.__all__)


@pytest.mark.parametrize("layouts", ["4:3", "wide"])
def test_a_master_of_the_clients_own_is_used_without_its_slides(tmp_path, whale, layouts):
    own = Presentation()
    if layouts == "wide":
        own.slide_width, own.slide_height = Inches(16), Inches(9)
    own.slides.add_slide(own.slide_layouts[0]).shapes.title.text = "Somebody else's slide"
    own.save(tmp_path / "own.pptx")
    pages = Pages(open_master(tmp_path / "own.pptx"), EUR)
    pages.cover("Acme", "Review", ["facts"], None)
    pages.exhibit(kept("whale_curve", *whale))
    deck, _stream = slides(pages)
    assert len(deck) == 2
    assert deck[0].slide_layout.name == "Title Slide"
    assert deck[1].slide_layout.name == "Title Only"
    assert deck[1].shapes.title.text_frame.text == "Two earn."
    for shape, left, _top, wide, _high in boxes(deck[1]):
        assert left + wide <= pages.master.deck.slide_width / POINT + 1, shape.name


def test_a_master_that_is_none_is_named(tmp_path):
    (tmp_path / "own.pptx").write_text("no deck")
    with pytest.raises(ConfigError, match=r"no PowerPoint file"):
        open_master(tmp_path / "own.pptx")
