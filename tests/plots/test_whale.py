"""The whale curve against the worked case of Kaplan & Narayanan's form: total 50, peak 115 (230 %) at 5."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib import pyplot as plt

from kamkit.locale.numbers import Numbers
from kamkit.plots import whale_curve
from tests.plots import tables as t
from tests.plots.pictures import drawn_texts

EN = Numbers("EUR", "en")
TEN = [50, 30, 20, 10, 5, 0, -5, -10, -20, -30]


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def texts(profits) -> list[str]:
    return [text.get_text() for text in drawn_texts(whale_curve(*t.whale(profits), numbers=EN))]


def test_the_curve_starts_at_nothing_and_passes_the_table():
    ax = whale_curve(*t.whale(TEN), numbers=EN)
    x, y = ax.lines[0].get_data()
    assert x.tolist() == list(range(11))
    assert y.tolist() == [0, 50, 80, 100, 110, 115, 115, 110, 100, 80, 50]


def test_peak_erosion_total_and_groups_are_named():
    shown = texts(TEN)
    assert "Peak 115 after 5 accounts (230% of the total)" in shown
    assert {"Erosion 65", "Total 50", "5 accounts earn", "1 breaks even", "4 lose", "EUR"} <= set(shown)


def test_the_message_of_the_worked_case():
    assert whale_curve.message(*t.whale(TEN), numbers=EN) == (
        "5 of 10 accounts earn EUR 115, 230% of the total. "
        "4 accounts lose EUR 65.0 of it again; EUR 50.0 is left."
    )


@pytest.mark.parametrize("profits", [[30, 10, -40], [30, 10, -90], [-5, -10, -20], [0, 0]])
def test_no_percentage_is_shown_where_the_total_is_not_positive(profits):
    assert "%" not in whale_curve.message(*t.whale(profits), numbers=EN)
    assert not any("%" in text for text in texts(profits))


@pytest.mark.parametrize(
    ("profits", "message"),
    [
        ([30, 10, -40], "2 accounts earn EUR 40.0. 1 account loses EUR 40.0: nothing is left."),
        (
            [30, -20, -40],
            "1 account earns EUR 30.0. 2 accounts lose EUR 60.0: in all a loss of EUR 30.0. A loss has no shares.",
        ),
        ([-5], "The only account loses EUR 5.00; a share of a loss has no meaning."),
        ([0, 0], "No account earns or loses anything."),
        ([4, 6], "No account loses money: 2 of 2 earn all of EUR 10.0."),
    ],
)
def test_the_message_of_special_cases(profits, message):
    assert whale_curve.message(*t.whale(profits), numbers=EN) == message


def test_all_losing_has_neither_peak_nor_erosion():
    shown = texts([-5, -10, -20])
    assert not any(text.startswith(("Peak", "Erosion")) for text in shown)
    assert "Total −35.0" in shown
    assert "EUR 35.0" in whale_curve.message(*t.whale([-5, -10, -20]), numbers=EN)


def test_the_axes_hold_zero_and_the_whole_curve():
    for profits in (TEN, [-5, -10, -20], t.profits(5_000)):
        ax = whale_curve(*t.whale(profits), numbers=EN)
        y = ax.lines[0].get_ydata()
        low, high = ax.get_ylim()
        assert low < min(0, np.min(y)) <= max(0, np.max(y)) < high


def test_five_thousand_accounts_get_no_marker_each():
    assert whale_curve(*t.whale(TEN), numbers=EN).lines[0].get_marker() == "o"
    assert whale_curve(*t.whale(t.profits(5_000)), numbers=EN).lines[0].get_marker() == "None"
