"""The rules of an exhibit, held by every exhibit of :mod:`kamkit.plots` as a whole run of the sample shows it."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle, Wedge

from kamkit import plots
from kamkit.deliver.deck.text import wrapped
from kamkit.deliver.kept import Kept
from kamkit.locale.numbers import Numbers
from kamkit.plots import to_svg
from kamkit.plots.style import PALETTE, branded
from tests.plots.pictures import drawn_texts, outside, overlapping, picture
from tests.plots.tables import NASTY

EN = Numbers("EUR", "en")
EXHIBITS = sorted(name for name in plots.__all__ if isinstance(getattr(plots, name), plots.Exhibit))
NOT_IN_A_RUN = {
    "family_sales": pd.DataFrame(
        {
            "account_id": ["A", "A", "B", "B", "all"],
            "family": ["Pumps", "Seals", "Pumps", "Seals", "all"],
            "sales": [900.0, 0.0, 100.0, np.nan, 1000.0],
        }
    )
}
"""Exhibits that no notebook shows by itself, with a table to draw."""

FLOATING = {
    "contribution_ladder", "market_growth_split", "price_waterfall", "programme_cash_flow", "service_menu_effect",
    "tornado", "value_stairs",
}  # fmt: skip
"""Bars that stand on one another, side by side, or around the base value, as their rules ask."""

LINE = 46.0
"""Width of a line of the report in sizes of its messages, as the deck measures it: 46 rem hold 41.8 letters
of 1.1 rem; the faces that readers have take 0.83 of DejaVu Sans, of which the deck takes 0.92."""

NUMERAL = re.compile(r"(?<![\w.,])(\d[\d,]*)\.(\d+)(?!\w)")


@pytest.fixture(params=EXHIBITS)
def shown(request, kept):
    """An exhibit with its tables, options and, where a run shows it, its sentences."""
    if request.param in kept:
        return kept[request.param]
    table = NOT_IN_A_RUN[request.param]
    draw = getattr(plots, request.param)
    message, title = draw.message(table, numbers=EN), f"Acme · {draw.what}, EUR · 2025, actual"
    source = "Source: sales · 2025-01 – 2025-12 · run 1"
    return [Kept("exhibit", "", request.param, request.param, (table,), {}, message, title, source, draw.how)]


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def pictures(shown):
    for one in shown:
        yield one, picture(one)


def test_all_text_stands_inside_the_picture_and_none_on_another(shown):
    for _one, ax in pictures(shown):
        assert outside(ax) == []
        assert overlapping(ax) == []


def test_1_message_and_title_block_are_two_and_take_few_lines(shown):
    for one in shown:
        assert one.message.endswith(".")
        assert len(wrapped(one.message, 10 * LINE, 10, bold=True)) <= 2, one.message
        assert len(wrapped(one.title, 10 * LINE, 9)) <= 2
        who, what, when = one.title.split(" · ", 2)
        assert who
        assert what
        assert when
        assert one.message not in one.title


def test_2_colours_are_those_of_the_palette_or_tints_of_them(shown):
    for one, ax in pictures(shown):
        strangers = {c for c in _colours(ax) if not _known(c)}
        assert not strangers, (one.draw, strangers)


def test_2_red_and_green_are_never_alone(shown):
    """Wherever a mark is red or green, a sign, a mark or a word of the picture says it too."""
    for one, ax in pictures(shown):
        if not _meanings(ax):
            continue
        texts = " ".join(t.get_text() for t in drawn_texts(ax))
        assert re.search(r"[−+▼▲✓✗✕●◐○◆]|\b(not|no|below|lose|against)\b", texts), one.draw


def test_4_axes_are_linear_and_bars_start_at_zero(shown):
    for one, ax in pictures(shown):
        assert ax.get_xscale() == ax.get_yscale() == "linear"
        if one.draw in FLOATING:
            continue
        bars = _bars(ax)
        for place, start, _end in bars:
            others = [end for row, _start, end in bars if abs(row - place) < 1e-6]
            assert any(np.isclose(start, end) for end in [0.0, *others]), (one.draw, start)


def test_5_no_pie_no_second_axis_no_third_dimension_no_legend_box(shown):
    for _one, ax in pictures(shown):
        figure = ax.get_figure(root=True)
        assert figure.axes == [ax]
        assert ax.name == "rectilinear"
        assert ax.get_legend() is None
        assert not figure.legends
        assert not ax.findobj(Wedge)


def test_6_the_source_line_says_tables_period_and_run(shown):
    for one in shown:
        assert one.source.startswith("Source: ")
        assert re.search(r"\d{4}-\d{2} – \d{4}-\d{2}", one.source)
        assert re.search(r"run \S+$", one.source)


def test_15_no_number_has_more_digits_than_a_reader_keeps(shown):
    """Three significant digits; whole numbers such as counts, prices and identifiers as they are."""
    for one, ax in pictures(shown):
        for text in (one.message, *(t.get_text() for t in drawn_texts(ax))):
            for whole, decimals in NUMERAL.findall(text):
                digits = (whole.replace(",", "") + decimals).lstrip("0")
                assert len(digits) <= 3 or _shares_decimals(ax, decimals), (one.draw, text)


def test_16_the_alternative_text_says_the_message(shown):
    for one in shown:
        draw = getattr(plots, one.draw)
        alt, message = draw.alt(*one.tables, numbers=EN), draw.message(*one.tables, numbers=EN)
        assert alt.startswith(message)
        assert one.message.startswith(message)
        assert len(alt) > len(message) + 15


def test_17_no_text_is_read_as_mathematics(shown):
    for _one, ax in pictures(shown):
        assert not [t.get_text() for t in drawn_texts(ax) if t.get_parse_math()]


@pytest.mark.filterwarnings("ignore:Glyph .* missing")
def test_17_a_name_that_looks_like_code_is_drawn_as_typed(shown):
    for one in shown:
        names = one.options.get("names")
        ids = [] if names is None else list(names.keys())
        if not ids:
            continue
        ugly = {key: NASTY[i % len(NASTY)] for i, key in enumerate(ids)}
        ax = getattr(plots, one.draw)(*one.tables, numbers=EN, **{**one.options, "names": ugly})
        assert outside(ax) == []
        assert overlapping(ax) == []
        svg = to_svg(ax.get_figure(root=True)).decode("utf-8")
        assert "<script" not in svg


def test_the_clients_colour_reaches_every_picture_and_leaves_none_behind(shown):
    """What is drawn in ``actual`` turns to the client's colour; the next picture is ours again."""
    one = shown[0]
    draw = getattr(plots, one.draw)

    def svg():
        return to_svg(draw(*one.tables, numbers=EN, **one.options).get_figure(root=True)).decode().lower()

    ours = PALETTE["actual"].lower()
    plain = svg()
    with branded(["#4B2E83"], "Georgia"):
        own = svg()
    assert ours not in own
    assert ("#4b2e83" in own) == (ours in plain)
    assert "'Georgia', " in own or "georgia" in own
    assert svg() == plain


def _colours(ax) -> set[str]:
    found = set()
    for artist in ax.get_children():
        if not artist.get_visible() or (isinstance(artist, PathCollection) and not len(artist.get_offsets())):
            continue
        if isinstance(artist, (Rectangle, PathCollection, PolyCollection)):
            found |= _of(artist.get_facecolor()) | _of(artist.get_edgecolor())
        elif isinstance(artist, Line2D):
            found |= _of(artist.get_color())
    return found | {to_hex(t.get_color()) for t in drawn_texts(ax)}


def _of(colours) -> set[str]:
    rows = np.atleast_2d(colours) if not isinstance(colours, str) else [colours]
    return {to_hex(c) for c in rows if isinstance(c, str) or (len(c) and (len(c) < 4 or c[3] > 0))}


def _known(colour: str) -> bool:
    """Whether a colour is white, black of an unseen frame, one of the palette, or a mix of one with white."""
    rgb = np.array(to_rgb(colour))
    for base in ("#ffffff", "#000000", *PALETTE.values()):
        away = 1 - np.array(to_rgb(base))
        part = float((1 - rgb) @ away / (away @ away)) if away.any() else 0.0
        if -0.01 <= part <= 1.01 and np.abs((1 - rgb) - part * away).max() < 0.012:
            return True
    return False


def _meanings(ax) -> bool:
    marked = {PALETTE[name].lower() for name in ("good", "bad")}
    return bool(_colours(ax) & marked)


def _bars(ax) -> list[tuple[float, float, float]]:
    """Per bar its row or column, its start and its end."""
    return [
        (b.get_y(), b.get_x(), b.get_x() + b.get_width())
        if c.orientation == "horizontal"
        else (b.get_x(), b.get_y(), b.get_y() + b.get_height())
        for c in ax.containers
        if isinstance(c, BarContainer)
        for b in c.patches
    ]


def _shares_decimals(ax, decimals: str) -> bool:
    """Whether a smaller number of the picture needs as many decimals: a column has one number of them."""
    texts = " ".join(t.get_text() for t in drawn_texts(ax))
    return any(whole == "0" and len(d) == len(decimals) for whole, d in NUMERAL.findall(texts))
