"""Colours: ours and the client's, held to contrast, grey print and three kinds of colour blindness."""

from __future__ import annotations

import ast
import threading
from itertools import combinations
from pathlib import Path

import pytest

import kamkit.plots
from kamkit import palette
from kamkit.engagement.check import check_tables
from kamkit.engagement.config import Branding, Config
from kamkit.palette import (
    LEAST_DIFFERENCE,
    OURS,
    TEXT,
    VISIONS,
    contrast,
    difference,
    faults,
    readable_shade,
    safe,
)
from kamkit.plots.style import PALETTE, SCENARIOS, brand_font, branded

MEANT = ("actual", "second", "good", "bad")


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize(("one", "other"), list(combinations(MEANT, 2)))
def test_colours_that_mean_different_things_differ_in_every_vision(one, other, vision):
    assert difference(OURS[one], OURS[other], vision) >= LEAST_DIFFERENCE


@pytest.mark.parametrize("vision", VISIONS)
def test_grey_stays_grey_in_every_vision(vision):
    """The rows of a simulation matrix add up to one (Machado et al. 2009)."""
    assert [sum(row) for row in VISIONS[vision]] == pytest.approx([1, 1, 1], abs=1e-5)


def test_red_and_green_are_alike_for_those_who_do_not_tell_them_apart():
    """A red and a green of like lightness: far apart usually, near for protan and deutan vision."""
    red, green = "#B05A00", "#6E7A00"
    usual = difference(red, green)
    assert difference(red, green, "protan") < usual / 2
    assert difference(red, green, "deutan") < usual / 2
    assert difference(red, green, "tritan") > usual / 2


def test_contrast_is_that_of_the_standard():
    """WCAG 2.2: black on white 21, #767676 the lightest grey that passes with 4.54, #777777 fails with 4.48."""
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#767676") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(
    ("colour", "against", "what"),
    [
        ("#FFD500", "white", "contrast"),  # yellow
        ("#E2001A", "bad", "hue"),  # red
        ("#C8102E", "bad", "hue"),
        ("#00883A", "good", "hue"),  # green
        ("#00857F", "good", "hue"),  # teal
        ("#77889A", "second", "grey print"),  # our grey, nearly
    ],
)
def test_a_colour_that_would_be_misread_is_named_with_what_it_fails(colour, against, what):
    assert (against, what) in {(fault.against, fault.what) for fault in faults(colour)}
    assert not safe(colour)


@pytest.mark.parametrize("colour", ["#0B3C5D", "#003087", "#005AA0", "#4B2E83", "#000000"])
def test_dark_blues_violets_and_black_are_safe(colour):
    assert safe(colour)


@pytest.mark.parametrize("colour", ["#FFD500", "#FF6600", "#FFFFFF", "#00FF00", "#123456"])
def test_the_shade_that_is_offered_can_be_read(colour):
    assert contrast(readable_shade(colour)) >= TEXT


def test_the_check_says_which_colour_fails_what_and_what_is_done():
    config = Config(client="Us", currency="EUR", branding=Branding(colours=("#E2001A",)))
    [problem] = [p for p in check_tables({}, None, None, config, {}) if p.column == "branding.colours"]
    assert problem.severity == "warning"
    assert problem.value == "#E2001A"
    assert "red that means bad" in problem.what
    assert "protan" in problem.what
    assert "kamkit's own blue" in problem.remedy
    fine = Config(client="Us", currency="EUR", branding=Branding(colours=("#0B3C5D",)))
    assert not [p for p in check_tables({}, None, None, fine, {}) if p.column == "branding.colours"]


def test_scenarios_follow_the_clients_colour_and_forget_it():
    with branded(["#4B2E83"], "Georgia"):
        assert (
            PALETTE["actual"]
            == SCENARIOS["actual"]["facecolor"]
            == SCENARIOS["plan"]["edgecolor"]
            == "#4B2E83"
        )
        assert PALETTE["bad"] == OURS["bad"]
        assert brand_font() == "Georgia"
    assert PALETTE["actual"] == SCENARIOS["forecast"]["edgecolor"] == OURS["actual"]
    assert brand_font() == ""


def test_an_unsafe_colour_changes_no_exhibit():
    with branded(["#E2001A"]):
        assert dict(PALETTE) == dict(OURS)


def test_a_block_that_fails_leaves_nothing_behind():
    with pytest.raises(RuntimeError), branded(["#4B2E83"]):
        raise RuntimeError
    assert PALETTE["actual"] == OURS["actual"]


def test_another_thread_draws_in_its_own_colours():
    seen = []
    with branded(["#4B2E83"]):
        other = threading.Thread(target=lambda: seen.append(PALETTE["actual"]))
        other.start()
        other.join()
    assert seen == [OURS["actual"]]


def test_no_module_reads_a_colour_that_clients_replace_before_it_draws():
    """What is read when a module is imported would stay ours in a client's exhibits."""
    for file in sorted(Path(kamkit.plots.__file__).parent.glob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and file.name != "style.py":
                text = ast.unparse(node)
                assert 'PALETTE["actual"]' not in text.replace("'", '"'), f"{file.name}: {text}"
                assert "SCENARIOS[" not in text, f"{file.name}: {text}"


def test_every_name_of_the_module_is_there():
    assert all(hasattr(palette, name) for name in palette.__all__)
