"""The palette is held to WCAG's contrast, to grey print and to three kinds of colour blindness."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from kamkit import plots
from kamkit.plots.style import PALETTE, SCENARIOS, style

TEXT = ("text", "muted", "actual", "good", "bad")
MARKS = (*TEXT, "second")
MET = [("good", "bad"), ("actual", "second"), ("actual", "bad"), ("second", "bad"), ("good", "second")]

# Viénot, Brettel & Mollon (1999), dichromats simulated on linear RGB.
PROTAN = np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]])
DEUTAN = np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]])


def linear(color: str) -> np.ndarray:
    rgb = np.array(to_rgb(color))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def luminance(color: str) -> float:
    return float(linear(color) @ [0.2126, 0.7152, 0.0722])


def contrast(one: float, other: float) -> float:
    light, dark = max(one, other), min(one, other)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", TEXT)
def test_text_has_a_contrast_of_four_and_a_half(name):
    assert contrast(luminance(PALETTE[name]), 1.0) >= 4.5


@pytest.mark.parametrize("name", MARKS)
def test_marks_have_a_contrast_of_three(name):
    assert contrast(luminance(PALETTE[name]), 1.0) >= 3.0


@pytest.mark.parametrize(("one", "other"), MET)
def test_colours_that_meet_differ_in_grey_print(one, other):
    assert contrast(luminance(PALETTE[one]), luminance(PALETTE[other])) >= 1.3


@pytest.mark.parametrize("kind", [PROTAN, DEUTAN])
@pytest.mark.parametrize(("one", "other"), MET)
def test_colours_that_meet_differ_for_the_colour_blind(one, other, kind):
    seen = [np.clip(kind @ linear(PALETTE[c]), 0, 1) ** (1 / 2.2) for c in (one, other)]
    assert np.abs(seen[0] - seen[1]).max() > 0.12


def test_scenarios_look_different_from_each_other():
    looks = [tuple(sorted(look.items())) for look in SCENARIOS.values()]
    assert all(a != b for a, b in combinations(looks, 2))
    assert SCENARIOS["plan"]["facecolor"] == "none"
    assert SCENARIOS["forecast"]["hatch"]


def test_the_style_ends_with_its_block():
    before = dict(mpl.rcParams)
    with style():
        assert mpl.rcParams["svg.fonttype"] == "none"
        assert mpl.rcParams["text.parse_math"] is False
    assert dict(mpl.rcParams) == before


def test_the_style_stands_whatever_was_set_before_but_leaves_the_session_alone():
    with mpl.rc_context({"lines.linewidth": 9.0, "axes.titlesize": 40.0, "figure.max_open_warning": 3}):
        with style():
            assert mpl.rcParams["lines.linewidth"] == 1.8
            assert mpl.rcParams["axes.titlesize"] == mpl.rcParamsDefault["axes.titlesize"]
            assert mpl.rcParams["figure.max_open_warning"] == 3
        assert mpl.rcParams["lines.linewidth"] == 9.0


def test_the_style_is_that_of_its_file():
    with mpl.rc_context(fname=Path(plots.__file__).with_name("kamkit.mplstyle")):
        wanted = dict(dict.items(mpl.rcParams))
    with style():
        ours = dict(dict.items(mpl.rcParams))
    del wanted["font.sans-serif"], ours["font.sans-serif"]
    assert ours == wanted
