"""In a language a third longer nothing leaves its place: every picture and every slide of a whole run."""

from __future__ import annotations

import pytest
from matplotlib import pyplot as plt

from kamkit import plots
from kamkit.deliver.deck.master import open_master
from kamkit.deliver.deck.pages import Pages
from kamkit.deliver.deck.text import wrapped
from kamkit.deliver.kept import FOLDER, read_kept
from kamkit.deliver.wording import worded
from kamkit.locale.numbers import Numbers
from tests.deliver.test_deck import POINT, boxes, text_height
from tests.plots.pictures import drawn_texts, outside, overlapping
from tests.whole.pseudo import longer, pseudo

NUMBERS = Numbers("EUR", "en")


@pytest.fixture(scope="module")
def exhibits(run_folder):
    """One of each exhibit, in the longer language."""
    found = {}
    with pseudo():
        for file in sorted((run_folder / FOLDER).glob("*.json")):
            one = read_kept(run_folder, file.stem)
            if one.kind == "exhibit" and one.draw not in found:
                found[one.draw] = worded(one)
    assert len(found) > 55
    return found


def test_the_language_is_a_third_longer():
    words = "Which of these markets do we want to be larger in, and which do we only follow?"
    assert len(longer(words)) >= 1.3 * len(words)
    assert longer("{n} of {all}, <b>95 %</b>") == "{n} öff {all}, <b>95 %</b>"


def test_every_picture_holds_its_words(exhibits):
    faults = {}
    with pseudo():
        for name, one in exhibits.items():
            ax = getattr(plots, name)(*one.tables, numbers=NUMBERS, **one.options)
            left, met = outside(ax), overlapping(ax)
            if left or met:
                faults[name] = (left[:3], met[:3])
            assert any(ord(c) > 127 for t in drawn_texts(ax) for c in t.get_text()), name
            plt.close("all")
    assert not faults


@pytest.fixture(scope="module")
def pages(exhibits):
    """A slide of each, or as many as its list needs."""
    made = Pages(open_master(), NUMBERS)
    with pseudo():
        for one in exhibits.values():
            made.exhibit(one)
    return made


def test_every_slide_holds_its_words(exhibits, pages):
    across, tall = pages.master.deck.slide_width / POINT, pages.master.deck.slide_height / POINT
    slides = list(pages.master.deck.slides)
    assert len(slides) >= len(exhibits)
    for slide in slides:
        placed = list(boxes(slide))
        title = slide.shapes.title.text_frame.text
        for shape, left, top, wide, high in placed:
            assert left >= 0, title
            assert left + wide <= across + 1, title
            assert top + high <= tall + 1, title
            if shape.has_text_frame and shape.text_frame.text:
                assert text_height(shape, wide) <= high + 2, shape.text_frame.text
            if shape.has_table:
                assert table_height(shape.table) <= pages.master.content.height + 2, title
        for i, (first, l1, t1, w1, h1) in enumerate(placed):
            for second, l2, t2, w2, h2 in placed[i + 1 :]:
                apart = l1 + w1 <= l2 + 1 or l2 + w2 <= l1 + 1 or t1 + h1 <= t2 + 1 or t2 + h2 <= t1 + 1
                assert apart, (title, first.name, second.name)


def table_height(table) -> float:
    """What the rows need, by the lines of their cells; no word broken but one that no column holds."""
    total = 0.0
    for row in table.rows:
        lines = 1
        for cell, column in zip(row.cells, table.columns, strict=True):
            [paragraph] = cell.text_frame.paragraphs
            size = next((run.font.size.pt for run in paragraph.runs), 8)
            bold = any(run.font.bold for run in paragraph.runs)
            lines = max(lines, len(wrapped(paragraph.text, column.width / POINT - 12, size, bold=bold)))
        total += lines * size * 1.22 + 4
    return total


def test_no_message_is_cut_on_a_slide(pages):
    for slide in pages.master.deck.slides:
        assert not slide.shapes.title.text_frame.text.endswith("…"), slide.shapes.title.text_frame.text
