"""Shapiro's matrix: bubbles by area, names without overlap, nothing left out uncounted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.transforms import Bbox

from kamkit.locale.numbers import Numbers
from kamkit.plots import price_cost_matrix
from kamkit.plots.placement import Box, Mark, place_names
from tests.plots import tables as t
from tests.plots.pictures import boxes, drawn_texts

EN = Numbers("EUR", "en")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def texts(matrix, **options) -> list[str]:
    return [text.get_text() for text in drawn_texts(price_cost_matrix(matrix, numbers=EN, **options))]


def test_area_not_radius_is_the_revenue():
    matrix = t.matrix(12)
    ax = price_cost_matrix(matrix, numbers=EN)
    sizes = next(c.get_sizes() for c in ax.collections if len(c.get_offsets()) == 12)
    revenue = np.sort(matrix["pocket_revenue"])[::-1]
    assert sizes / sizes[0] == pytest.approx(revenue / revenue[0], rel=1e-6)


def test_bubbles_stand_at_price_and_cost():
    matrix = t.matrix(12).sort_values("pocket_revenue", ascending=False)
    ax = price_cost_matrix(matrix, numbers=EN)
    offsets = next(c.get_offsets() for c in ax.collections if len(c.get_offsets()) == 12)
    far = 1 if matrix["cost_share"].max() != offsets[:, 0].max() else 0
    assert np.isclose(offsets[:, 1], matrix["price_realisation"]).sum() >= 12 - far


def test_quadrants_are_named_with_their_counts():
    matrix = t.matrix()
    counts = matrix["quadrant"].value_counts()
    shown = texts(matrix)
    for quadrant, name in (
        ("passive", "Passive"),
        ("aggressive", "Aggressive"),
        ("carriage_trade", "Carriage trade"),
    ):
        assert f"{name}: {counts[quadrant]} accounts" in shown


def test_cut_lines_are_labelled():
    matrix = t.matrix()
    shown = " ".join(texts(matrix))
    assert f"average {EN.percent(matrix['cost_cut'].iloc[0])}" in shown
    assert f"average {EN.percent(matrix['price_cut'].iloc[0])}" in shown


@pytest.mark.parametrize("seed", range(6))
def test_the_size_key_keeps_clear_of_all_text(seed):
    ax = price_cost_matrix(t.matrix(40, seed), numbers=EN)
    rings = []
    for ring in ax.collections[-2:]:
        [(x, y)] = ax.transAxes.transform(ring.get_offsets())
        radius = np.sqrt(ring.get_sizes()[0]) / 2 * ax.figure.dpi / 72
        rings.append(Bbox.from_extents(x - radius, y - radius, x + radius, y + radius))
    assert rings[0].y0 > rings[1].y1
    assert not any(ring.overlaps(box) for ring in rings for _, box in boxes(ax))


def test_what_is_not_drawn_or_at_the_edge_is_counted():
    shown = " ".join(texts(t.matrix(300, outlier=True)))
    assert "1 account without price or cost is not drawn." in shown
    assert "1 far outside stands at the edge" in shown


def test_no_account_to_place_is_said():
    matrix = t.matrix(3).assign(quadrant=np.nan, price_realisation=np.nan)
    assert texts(matrix) == ["not assessed"]
    assert "No account can be placed" in price_cost_matrix.message(matrix)


def test_the_message_counts_the_aggressive():
    matrix = t.matrix()
    count = int((matrix["quadrant"] == "aggressive").sum())
    assert price_cost_matrix.message(matrix, numbers=EN).startswith(
        f"{count} of 120 accounts pay less than average"
    )


def test_only_a_few_of_five_thousand_are_named():
    names = t.names(t.account_ids(5_000))
    assert len(set(texts(t.matrix(5_000), names=names)) & set(names.values())) <= 12


marks = st.builds(Mark, st.floats(0, 300), st.floats(0, 200), st.floats(1, 25))


@given(st.lists(marks, max_size=25), st.lists(marks, max_size=25))
def test_names_never_meet_nor_leave_their_bounds(named, others):
    bounds = Box(0, 0, 300, 200)
    key = Box(250, 150, 300, 200)
    placed = place_names(named, [(40.0, 10.0)] * len(named), bounds, [key], others)
    found = [box for box in placed if box is not None]
    assert len(placed) == len(named)
    assert all(box.within(bounds) and not box.meets(key) for box in found)
    assert not any(a.meets(b) for i, a in enumerate(found) for b in found[i + 1 :])
    assert placed == place_names(named, [(40.0, 10.0)] * len(named), bounds, [key], others)


def test_a_lone_mark_gets_its_name_at_the_right():
    assert place_names([Mark(50, 50, 5)], [(20, 10)], Box(0, 0, 100, 100)) == [Box(57, 45, 77, 55)]


def test_the_name_gives_way_to_another_mark():
    [box] = place_names([Mark(50, 50, 5)], [(20, 10)], Box(0, 0, 100, 100), others=[Mark(65, 50, 5)])
    assert box is not None
    assert box.right <= 43 + 1e-9
