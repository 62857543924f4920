"""Segments, importance, willingness to pay and price levels as pictures."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from kamkit.errors import ColumnError
from kamkit.locale.numbers import Numbers
from kamkit.plots import (
    importance_map,
    price_level,
    price_sensitivity,
    segment_choice,
    segment_migration,
    segment_needs,
    segment_worth,
)
from kamkit.plots.style import PALETTE
from tests.plots.pictures import drawn_texts, numerals, outside, overlapping, readable
from tests.plots.tables import NASTY

EN = Numbers("EUR", "en")
PLAIN = ["An answer within the hour", "A low price", "Ordering with few clicks", "Development together"]


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def texts(ax) -> list[str]:
    return [text.get_text() for text in drawn_texts(ax)]


def needs(names=PLAIN, items=10, seed=0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = [
        (name, 10 + i, i % 2, f"i{k}", f"{names[k % len(names)]} {k}", rng.normal(), k + 1)
        for i, name in enumerate(names)
        for k in range(items)
    ]
    columns = ["segment", "accounts", "borderline", "item_id", "text", "importance", "rank"]
    return pd.DataFrame(rows, columns=columns)


def tried(chosen: int = 4) -> pd.DataFrame:
    k = np.arange(2, 9)
    stability = np.array([1.0, 0.84, 0.97, 0.49, 0.53, 0.38, 0.43])
    table = pd.DataFrame({"k": k, "silhouette": np.linspace(0.6, -0.05, 7), "stability": stability})
    return table.assign(smallest=30 - k, stable=stability >= 0.75, chosen=k == chosen)


def cells(names=PLAIN) -> pd.DataFrame:
    rows = [
        (before, after, 3 + i, (3 + i) / 30, "; ".join([names[0], names[-1], "Vesi"]))
        for i, before in enumerate("ABC")
        for after in [*names, "not_asked"]
    ]
    return pd.DataFrame(rows, columns=["before", "after", "accounts", "share", "names"])


def importance(names=PLAIN) -> pd.DataFrame:
    n = len(names)
    table = pd.DataFrame(
        {"text": names, "stated": np.linspace(4, 8, n), "derived": np.linspace(0.6, 0.1, n) / n}
    )
    spread = {"derived_low": table["derived"] * 0.8, "derived_high": table["derived"] * 1.2}
    quadrant = ["moves_unsaid", "said_and_moves", "neither", "said_not_moving"]
    return table.assign(
        **spread,
        stated_cut=6.0,
        derived_cut=table["derived"].mean(),
        quadrant=[quadrant[i % 4] for i in range(n)],
        sure=[1.0 if i % 4 != 1 else 0.4 for i in range(n)],
    )


def curves() -> tuple[pd.DataFrame, SimpleNamespace]:
    price = np.arange(100.0, 801, 50)
    x = np.linspace(0, 1, len(price))
    table = pd.DataFrame(
        {"price": price, "too_cheap": (1 - 2 * x).clip(0), "cheap": (1.3 - 1.6 * x).clip(0, 1)}
    )
    table = table.assign(expensive=(1.6 * x - 0.3).clip(0, 1), too_expensive=(2 * x - 1).clip(0))
    found = {"opp": 450.0, "ipp": 455.0, "lower": 380.0, "upper": 520.0, "opp_low": 420.0, "opp_high": 470.0}
    return table, SimpleNamespace(**found, respondents=80, left_out=3, convention="")


def levels(names=PLAIN) -> pd.DataFrame:
    premium = np.linspace(0.1, -0.12, len(names) + 1)
    table = pd.DataFrame({"segment": [*names, "not_asked"], "accounts": 20, "premium": premium})
    sure = np.abs(premium) > 0.05
    return table.assign(
        premium_low=premium - 0.05, premium_high=premium + 0.05, premium_amount=premium * 1e7, sure=sure
    )


def worth(names=PLAIN, known: bool = True) -> pd.DataFrame:
    n = len(names) + 1
    table = pd.DataFrame(
        {"segment": [*names, "not_asked"], "accounts": 30, "revenue": np.linspace(11e6, 3e6, n)}
    )
    profit = np.linspace(-520e3, 2.3e6, n) if known else np.nan
    share = table["revenue"] / table["revenue"].sum()
    return table.assign(revenue_share=share, revenue_growth=0.1, customer_profit=profit, price_level=0.98)


def pictures(names=PLAIN):
    return [
        (segment_needs, (needs(names),)),
        (segment_choice, (tried(),)),
        (segment_migration, (cells(names),)),
        (importance_map, (importance(names),)),
        (price_sensitivity, curves()),
        (price_level, (levels(names),)),
        (segment_worth, (worth(names),)),
    ]


@pytest.mark.parametrize(("draw", "tables"), pictures(), ids=lambda v: getattr(v, "__name__", ""))
def test_words_stay_inside_and_apart(draw, tables):
    ax = draw(*tables, numbers=EN)
    assert outside(ax) == []
    assert overlapping(ax) == []


@pytest.mark.parametrize(("draw", "tables"), pictures(NASTY[:6]), ids=lambda v: getattr(v, "__name__", ""))
def test_nasty_names_are_drawn_as_typed_and_stay_inside(draw, tables):
    ax = draw(*tables, numbers=EN)
    assert outside(ax) == []
    assert not any(text.get_parse_math() for text in drawn_texts(ax))
    assert "\n" not in draw.message(*tables, numbers=EN)


@pytest.mark.parametrize(("draw", "tables"), pictures(), ids=lambda v: getattr(v, "__name__", ""))
def test_every_numeral_of_a_message_is_in_the_tables(draw, tables):
    sums = {
        str(cells().query("before == 'A' and after != 'not_asked'")["accounts"].sum()),
        "0.75",
        "90",
        "100",
    }
    sums |= {str(len(PLAIN))}
    known = set().union(*(numerals(f"{v:.2f}") for v in tried()["stability"]))
    assert numerals(draw.message(*tables, numbers=EN)) <= readable(EN, *tables) | sums | known
    assert draw.alt(*tables, numbers=EN).startswith(draw.message(*tables, numbers=EN))


@pytest.mark.parametrize(("draw", "tables"), pictures(), ids=lambda v: getattr(v, "__name__", ""))
def test_a_missing_column_is_named(draw, tables):
    with pytest.raises(ColumnError, match="is missing"):
        draw(tables[0].iloc[:, :1], *tables[1:], numbers=EN)


def test_a_need_that_is_not_known_stays_blank_and_zero_does_not():
    table = needs(items=3)
    table.loc[0, "importance"], table.loc[1, "importance"] = np.nan, 0.0
    shown = texts(segment_needs(table, numbers=EN))
    assert "0.0" in shown
    assert sum(text.replace("−", "").replace(".", "").isdigit() for text in shown) == len(table) - 1


def test_borderline_accounts_are_marked():
    assert "1 of 11 unsure" in texts(segment_needs(needs(), numbers=EN))


def test_the_chosen_number_is_dark_and_the_unstable_ones_are_marked():
    ax = segment_choice(tried(), numbers=EN)
    dark = [
        p.get_y() + p.get_height() / 2
        for p in ax.patches
        if to_hex(p.get_facecolor()) == PALETTE["actual"].lower()
    ]
    assert dark == pytest.approx([2.0])
    assert sum(text.endswith("▼") for text in texts(ax)) == 4
    assert "separate best and are stable" in segment_choice.message(tried(), numbers=EN)
    assert "not sure: the least stable reaches 0.49" in segment_choice.message(tried(chosen=5), numbers=EN)


def test_what_flips_easily_has_a_dashed_rim_and_no_place_in_the_message():
    table = importance()
    ax = importance_map(table, numbers=EN)
    hollow = [
        c for c in ax.collections if len(c.get_facecolor()) and to_hex(c.get_facecolor()[0]) == "#ffffff"
    ]
    assert len(hollow) == 1
    assert any("1 item could as well stand elsewhere" in text for text in texts(ax))
    doubtful = importance_map.message(table.assign(sure=0.5), numbers=EN)
    assert doubtful == "What customers say matters is also what moves their satisfaction."


def test_a_difference_that_is_not_sure_is_grey_and_not_told():
    table = levels().assign(sure=False)
    ax = price_level(table, numbers=EN)
    assert {to_hex(p.get_facecolor()) for p in ax.patches} == {PALETTE["second"].lower()}
    assert "No segment pays reliably more or less" in price_level.message(table, numbers=EN)
    both = levels().iloc[[0, 3, 4]].assign(sure=True)
    assert "“Development together” 6.5% under" in price_level.message(both, numbers=EN)
    assert "not_asked" not in price_level.message(both, numbers=EN)


def test_a_b_and_c_say_that_they_are_classes_by_revenue():
    size = {"accounts": [5, 20, 80], "revenue": [80.0, 15, 5], "revenue_share": [0.8, 0.15, 0.05]}
    rest = {"revenue_growth": 0.0, "price_level": 1.0}
    classes = pd.DataFrame({"segment": list("ABC"), **size, "customer_profit": [9.0, 1, -2], **rest})
    assert segment_worth.message(classes, numbers=EN) == (
        "“Class C by revenue”, 5.0% of revenue, loses EUR 2.00. "
        "“Class A by revenue” earns EUR 9.00 with 80.0% of revenue."
    )
    segments = classes.assign(segment=["C", "B", "A"])
    assert "Class" not in segment_worth.message(segments, numbers=EN)


def test_profit_that_is_not_known_is_revenue_drawn_pale():
    table = worth(known=False)
    ax = segment_worth(table, numbers=EN)
    assert [p.get_width() for p in ax.patches] == pytest.approx(table["revenue"].tolist())
    assert "its profit is not known" in segment_worth.message(table, numbers=EN)
    assert "loses EUR 520 k" in segment_worth.message(worth(), numbers=EN)


def test_customers_left_out_of_the_prices_are_counted():
    assert any(
        "3 respondents with prices out of order" in text
        for text in texts(price_sensitivity(*curves(), numbers=EN))
    )


def test_classes_that_need_the_same_are_told_so():
    same = pd.DataFrame(
        [("A", "Stock", 9, 0.9, "x"), ("A", "Price", 1, 0.1, "y")], columns=list(cells().columns)
    )
    assert (
        segment_migration.message(same)
        == "Nearly all customers of class A need the same: 9 of 10 stand in Stock."
    )
