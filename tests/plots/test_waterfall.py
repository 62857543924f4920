"""Waterfalls: bars where the amounts say, sums checked, and what is not known never drawn as zero."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from kamkit.errors import AllocationError
from kamkit.locale.numbers import Numbers
from kamkit.plots import contribution_ladder, price_waterfall
from kamkit.plots.style import PALETTE
from kamkit.plots.waterfall import known_steps
from tests.plots import tables as t
from tests.plots.pictures import drawn_texts

EN = Numbers("EUR", "en")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def bars(ax) -> list[tuple[float, float]]:
    return [(round(p.get_x(), 6), round(p.get_x() + p.get_width(), 6)) for p in ax.patches]


def test_bars_span_what_the_amounts_say():
    ax = price_waterfall(t.waterfall(1_000.0, 150.0, 50.0), numbers=EN)
    assert bars(ax) == [(0, 1000), (850, 1000), (0, 850), (800, 850), (0, 800)]
    assert ax.get_xlim()[0] < 0 < 1000 < ax.get_xlim()[1]


def test_a_result_below_zero_is_drawn_to_the_left_and_marked():
    ax = price_waterfall(t.waterfall(1_000.0, 300.0, 900.0), numbers=EN)
    assert bars(ax)[-2:] == [(-200, 700), (-200, 0)]
    assert to_hex(ax.patches[-1].get_facecolor()) == PALETTE["bad"].lower()


@pytest.mark.parametrize("row", [2, 4])
@pytest.mark.parametrize("drift", [0.01, -0.01, 1e6])
def test_a_cent_that_does_not_add_up_is_refused(row, drift):
    table = t.waterfall()
    table.loc[row, "amount"] += drift
    with pytest.raises(AllocationError, match="add up to"):
        price_waterfall(table, numbers=EN)


def test_rounding_of_large_sums_is_no_drift():
    table = t.waterfall(3e11, 1.1e11, 0.7e11)
    table.loc[4, "amount"] *= 1 + 1e-14
    assert known_steps(table)["chained"].tolist()[1:] == [True] * 4


def test_without_a_list_the_waterfall_starts_from_what_was_invoiced():
    ax = price_waterfall(t.waterfall(float("nan")), numbers=EN)
    shown = [text.get_text() for text in drawn_texts(ax)]
    assert "List revenue" not in shown
    assert bars(ax)[0] == (0, 54_140_000)
    assert "% of invoiced" in shown
    assert "not assessed" in price_waterfall.message(t.waterfall(float("nan")))


def test_the_price_message_says_what_reaches_the_pocket():
    message = price_waterfall.message(t.waterfall(1_000.0, 150.0, 50.0), numbers=EN)
    assert (
        message == "80.0% of list revenue reaches the pocket: EUR 150 goes on the invoice, EUR 50.0 after it."
    )


def test_no_share_is_named_where_nothing_reaches_the_pocket():
    message = price_waterfall.message(t.waterfall(1_000.0, 300.0, 900.0), numbers=EN)
    assert "%" not in message
    assert "EUR −200" in message


def test_an_unknown_cost_is_named_and_never_a_zero():
    table = t.ladder(product_cost=float("nan"))
    ax = contribution_ladder(table, numbers=EN)
    shown = [text.get_text() for text in drawn_texts(ax)]
    assert shown.count("not assessed") == int(table["amount"].isna().sum()) == 6
    assert not any(text in ("0", "0.0", "0.00") for text in shown)
    assert len(ax.patches) == int(table["amount"].notna().sum())
    message = contribution_ladder.message(table, numbers=EN)
    assert message.startswith("Customer profit is not assessed, for want of product cost.")
    assert "service and logistics, EUR 6.48 m" in message


def test_what_is_known_after_an_unknown_cost_hangs_from_zero_hollow():
    steps = known_steps(t.ladder(product_cost=float("nan")))
    marketing = steps[steps["rung"] == "marketing"].iloc[0]
    assert (marketing["start"], marketing["end"], marketing["chained"]) == (0.0, -1_900_000.0, False)
    ax = contribution_ladder(t.ladder(product_cost=float("nan")), numbers=EN)
    assert np.allclose(ax.patches[1].get_facecolor(), (1, 1, 1, 1))


def test_the_ladder_ends_after_the_absorbed_share():
    ax = contribution_ladder(t.ladder(absorbed=1e6), numbers=EN)
    profit = 50_040_000 - 31_200_000 - 1_900_000 - 5_200_000 - 6_480_000 - 900_000 - 640_000 - 1_000_000
    assert bars(ax)[-2:] == [(profit, profit + 1e6), (0, profit)]


def test_the_ladder_message_names_the_largest_cost():
    message = contribution_ladder.message(t.ladder(), numbers=EN)
    assert message == (
        "7.4% of pocket revenue is left as customer profit: EUR 3.72 m of EUR 50.0 m. "
        "The largest cost is product cost, EUR 31.2 m."
    )


def test_a_loss_is_told_in_money():
    message = contribution_ladder.message(t.ladder(pocket=-1e6), numbers=EN)
    assert "%" not in message
    assert "EUR −1.00 m" in message


def test_a_surcharge_is_no_discount():
    """List 1000, invoiced 1050, of which 50 are given back: a discount of minus 50."""
    message = price_waterfall.message(t.waterfall(1_000.0, -50.0, 50.0), numbers=EN)
    assert message.endswith("EUR −50.0 goes on the invoice, EUR 50.0 after it.")
