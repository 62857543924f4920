"""Capacity, the two views of cost, markets: what is drawn where, sorted, and what the message says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from kamkit.locale.numbers import Numbers
from kamkit.method.concentration import concentration_summary, lorenz
from kamkit.plots import capacity_use, cost_views, lorenz_curve, market_growth, market_growth_split
from kamkit.plots.style import PALETTE
from tests.plots import tables as t
from tests.plots.pictures import drawn_texts

EN = Numbers("EUR", "en")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def texts(ax) -> list[str]:
    return [text.get_text() for text in drawn_texts(ax)]


def widths(ax, color: str) -> list[float]:
    return [p.get_width() for p in ax.patches if to_hex(p.get_facecolor()) == PALETTE[color].lower()]


def kaplan_anderson() -> pd.DataFrame:
    """700,000 minutes, 578,600 used, 560,000 of cost (Kaplan & Anderson, 2004)."""
    return pd.DataFrame(
        {
            "team": ["Customer service"],
            "supplied_minutes": [700_000.0],
            "used_minutes": [578_600.0],
            "utilisation": [0.826571],
            "unused_cost": [97_120.0],
        }
    )


def test_capacity_of_the_worked_case():
    ax = capacity_use(kaplan_anderson(), numbers=EN)
    assert widths(ax, "wash") == [700_000]
    assert widths(ax, "actual") == [578_600]
    assert {"Customer service", "700,000", "82.7%", "97.1", "cost of unused, EUR k"} <= set(texts(ax))
    assert "EUR 97.1 k at 82.7% use" in capacity_use.message(kaplan_anderson(), numbers=EN)


def test_use_beyond_the_supply_is_marked_not_clipped():
    table = t.capacity(over=True)
    ax = capacity_use(table, numbers=EN)
    assert widths(ax, "bad") == pytest.approx([700_000 * 0.12])
    assert 700_000 in widths(ax, "actual")
    assert max(widths(ax, "actual")) <= 1_240_000
    assert "112% ▲" in texts(ax)
    assert "1 team uses more than it has" in capacity_use.message(table, numbers=EN)


def test_unknown_minutes_are_no_zero():
    table = kaplan_anderson().assign(
        supplied_minutes=np.nan, used_minutes=np.nan, utilisation=np.nan, unused_cost=np.nan
    )
    assert "not assessed" in capacity_use.message(table, numbers=EN)
    ax = capacity_use(table, numbers=EN)
    assert len(ax.patches) == 0
    assert texts(ax).count("–") == 3


def test_accounts_whose_sign_changes_come_first():
    views = t.views(300)
    turned = [f"C{i:05d}" for i in np.flatnonzero(views["sign_change"])]
    shown = [text for text in texts(cost_views(views, numbers=EN)) if text.startswith("C0")]
    assert len(shown) == 14
    assert set(shown) <= set(turned)
    order = views.loc[shown, "attributable_profit"]
    assert order.is_monotonic_decreasing
    assert "14 of 300 shown; all stand in the table." in texts(cost_views(views, numbers=EN))


def test_no_changed_sign_is_said():
    views = t.views(3).assign(sign_change=False)
    assert "changes the sign of no account" in cost_views.message(views)


def views(*rows) -> pd.DataFrame:
    names = ["account_id", "attributable_profit", "absorbed_profit"]
    table = pd.DataFrame(rows, columns=names).set_index("account_id")
    before, after = table["attributable_profit"], table["absorbed_profit"]
    return table.assign(absorbed_cost=before - after, sign_change=(before < 0) != (after < 0))


def test_a_loss_that_spreading_hides_is_said():
    message = cost_views.message(views(("a", -5.0, 3.0), ("b", 20.0, 30.0)))
    assert message.startswith("1 of 2 accounts earns money only because what is spread on it is below zero")


def test_what_nobody_is_known_for_is_no_account():
    turning = ("unassigned", 4.0, -1.0)
    assert cost_views.message(views(("a", 5.0, -3.0), ("b", 20.0, 10.0), turning)).startswith("1 of 2 ")
    assert "the sign of no account" in cost_views.message(views(("b", 20.0, 10.0), turning))


def test_markets_are_sorted_by_size_and_the_unknown_is_no_zero():
    ax = market_growth(t.shares(), numbers=EN)
    shown = [x for x in texts(ax) if x in set(t.shares()["family"])]
    assert shown == ["Pumps", "Valves", "Seals", "Bearings", "Service contracts", "Hydraulics"]
    assert widths(ax, "wash") == [41.2e6, 27.8e6, 19.5e6, 12.1e6, 3.3e6]
    assert texts(ax).count("–") == 4
    assert {"+7.0%", "−2.1%", "23.3%"} <= set(texts(ax))


def test_a_market_without_the_latest_year_is_counted():
    table = t.shares()
    gone = table[(table["family"] != "Seals") | (table["year"] == 2024)]
    assert "1 market without figures for 2025 is not drawn." in texts(market_growth(gone, numbers=EN))


def test_the_market_message():
    assert market_growth.message(t.shares(), numbers=EN) == (
        "The largest market in 2025 is Pumps, EUR 41.2 m; we hold 23.3% of it. 4 of 5 markets grew."
    )


def test_a_known_market_without_our_sales():
    own = t.shares().assign(own=np.nan, share=np.nan, relative_share=np.nan)
    assert market_growth.message(own, numbers=EN) == (
        "The largest market in 2025 is Pumps, EUR 41.2 m; our share of it is not known. 4 of 5 markets grew."
    )


def test_a_split_over_several_years_names_both_ends():
    split = t.split().assign(year_from=2021)
    assert "EUR +2.65 m from 2021 to 2025" in market_growth_split.message(split, numbers=EN)


def test_few_accounts_have_no_tenth():
    values = pd.Series({"a": 50.0, "b": 30.0, "c": 20.0})
    message = lorenz_curve.message(lorenz(values), concentration_summary(values))
    assert message == "The largest of 3 accounts makes 50.0% of the total."


def test_a_tenth_that_is_rounded_up_is_told_as_accounts():
    """Twelve accounts of 1 to 12: two hold 23 of 78, three 33, the largest 12."""
    values = pd.Series(range(1, 13), dtype=float)
    message = lorenz_curve.message(lorenz(values), concentration_summary(values))
    assert message == (
        "The 2 largest of 12 accounts make 29.5% of the total, the 3 largest 42.3%; "
        "the largest account alone 15.4%."
    )


def test_effects_are_signed_and_stand_apart():
    ax = market_growth_split(t.split(), numbers=EN)
    assert {"+1.90", "−0.42", "+2.65", "change, EUR m"} <= set(texts(ax))
    assert sorted(widths(ax, "bad")) == pytest.approx(sorted([-0.07e6, -0.42e6, -0.25e6, -0.03e6, -0.48e6]))


def test_the_split_message():
    assert market_growth_split.message(t.split(), numbers=EN) == (
        "Our sales moved most in Pumps: EUR +2.65 m from 2024 to 2025, of which EUR +620 k from the market and "
        "EUR +1.90 m from our share. We gained share in 2 of 5 markets."
    )


def test_the_lorenz_curve_marks_the_tenth_and_the_fifth():
    curve, summary = t.lorenz([49, 11, 10, 10, 5, 5, 4, 3, 2, 1])
    ax = lorenz_curve(curve, summary, numbers=EN)
    assert {"the largest account: 49.0%", "the 2 largest accounts: 60.0%"} <= set(texts(ax))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([30, *[10] * 7], "The largest of 8 accounts makes 30.0% of the total."),
        ([10, *[10] * 9], "The largest of 10 accounts makes 10.0% of the total."),
        ([15, 15, *[5] * 14], "The 2 largest of 16 accounts make 30.0% of the total, the 4 largest 40.0%; "),
        ([20, 20, *[60 / 18] * 18], "The 2 largest of 20 accounts make 40.0% of the total, the 4 largest 46.7%; "),
        ([20, 20, 6, *[2] * 27], "The largest tenth of 30 accounts makes 46.0% of the total, the largest fifth 52.0%; "),
    ],
)  # fmt: skip
def test_few_accounts_are_counted_and_a_tenth_is_three_or_more(values, said):
    assert lorenz_curve.message(*t.lorenz(values), numbers=EN).startswith(said)


def test_tables_of_the_method_are_drawn_as_they_come():
    from kamkit.method import concentration, markets, profitability

    profit = pd.Series([50.0, 30, 20, 10, 5, 0, -5, -10, -20, -30], index=t.account_ids(10))
    from kamkit.plots import whale_curve

    whale_curve(profitability.whale_curve(profit), profitability.whale_summary(profit), numbers=EN)
    revenue = pd.Series([49.0, 11, 10, 10, 5, 5, 4, 3, 2, 1], index=t.account_ids(10))
    lorenz_curve(concentration.lorenz(revenue), concentration.concentration_summary(revenue), numbers=EN)
    demand = pd.DataFrame(
        {
            "scope": "market",
            "scope_id": "SE",
            "family": "Valves",
            "year": [2024, 2024, 2025, 2025],
            "supplier": ["us", "total"] * 2,
            "amount": [10.0, 100, 18, 120],
        }
    )
    assert "Valves" in market_growth.message(markets.market_share(demand), numbers=EN)
    assert "EUR +8.00" in market_growth_split.message(markets.growth_split(demand), numbers=EN)
    market_growth(markets.market_share(demand), numbers=EN)
    market_growth_split(markets.growth_split(demand), numbers=EN)
