"""Widths agree with matplotlib's own; cutting and spreading keep their promises."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kamkit.plots.layout import clean, label, make_room, room, shorten, spread, width
from kamkit.plots.style import style


@pytest.mark.parametrize("text", ["Põhja Auto", "Örebro Stål AB", "−1,234.5", "WWWWiiii", "Контрагент"])
@pytest.mark.parametrize("bold", [False, True])
def test_width_agrees_with_what_is_drawn(text, bold):
    with style():
        figure = Figure(figsize=(6, 1), dpi=300)
        ax = figure.add_axes((0, 0, 1, 1))
        drawn = label(ax, (0, 0), text, fontweight="bold" if bold else "normal")
        box = drawn.get_window_extent(FigureCanvasAgg(figure).get_renderer())
    assert width(text, bold=bold) == pytest.approx(box.width * 72 / 300, rel=0.06)


@given(st.text(max_size=120), st.floats(20, 300))
def test_what_is_cut_fits_and_says_so(text, most):
    cut = shorten(text, most)
    assert width(cut) <= most
    assert cut == clean(text) or cut.endswith("…")


@given(st.text(max_size=2_000))
def test_cleaned_text_is_one_line_that_can_be_written(text):
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in cleaned)
    assert clean(cleaned) == cleaned


def test_a_letter_keeps_its_accent_when_cut():
    assert shorten("a\u0303" * 50, 60).rstrip("…")[-1] == "\u0303"


@pytest.mark.parametrize("name", ["Põhja Auto", "$\\undefined$", "a_b^c", 'R&D "q" <b>'])
def test_short_text_stays_as_it_is(name):
    assert shorten(name, 500) == name


@given(st.lists(st.tuples(st.floats(0, 400), st.floats(5, 60)), min_size=1, max_size=6))
def test_spread_labels_do_not_meet(wanted):
    wanted.sort()
    centres = spread([w for w, _ in wanted], [s for _, s in wanted], 0, 400)
    for i in range(len(centres) - 1):
        assert centres[i] + wanted[i][1] / 2 <= centres[i + 1] - wanted[i + 1][1] / 2 + 1e-6
    assert centres[0] >= wanted[0][1] / 2 - 1e-6
    assert centres[-1] <= 400 - wanted[-1][1] / 2 + 1e-6


@pytest.mark.parametrize(("low", "high"), [(0, 100), (-50, 10), (0, 0), (5, 5)])
def test_room_is_left_in_points(low, high):
    ax = Figure(figsize=(4, 2)).add_axes((0, 0, 1, 1))
    make_room(ax, "x", low, high, 60, 30)
    x0, x1 = ax.get_xlim()
    per_point = (x1 - x0) / room(ax)[0]
    assert (low - x0) / per_point == pytest.approx(60)
    assert (x1 - max(high, low + 1 if low == high else high)) / per_point == pytest.approx(30)
