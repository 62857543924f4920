"""What customers say they would pay, what they do pay, and where the A-B-C customers went."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamkit.errors import NotDefinedError, ParameterError, ValuesError
from kamkit.method import segmentation

# -- Van Westendorp ----------------------------------------------------------------------------


def crossing(falls, rises) -> float:
    """The first price of a fine grid from which the rising share is no lower than the falling one."""
    grid = np.arange(0, 160, 0.25)[:, None]
    falling, rising = (np.asarray(falls) >= grid).mean(axis=1), (np.asarray(rises) <= grid).mean(axis=1)
    return float(grid[np.argmax(rising >= falling), 0])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(1, 150), min_size=4, max_size=4), min_size=1, max_size=25))
def test_crossings_are_those_of_a_search_on_a_grid(rows):
    """The falling curve drops just behind a price, so the grid sees a crossing there one step later."""
    prices = np.sort(np.array(rows, dtype=float), axis=1)
    found = segmentation.willingness_to_pay(*prices.T)
    pairs = {"opp": (0, 3), "ipp": (1, 2), "lower": (0, 2), "upper": (1, 3)}
    for name, (falls, rises) in pairs.items():
        assert 0 <= crossing(prices[:, falls], prices[:, rises]) - getattr(found, name) <= 0.25
    assert found.lower_1976 <= found.lower <= found.upper <= found.upper_1976


def test_hand_drawn_case():
    """Three people, prices one apart: too cheap is over at 4, too expensive begins at 8."""
    found = segmentation.willingness_to_pay([2, 3, 4], [4, 5, 6], [5, 6, 7], [8, 9, 10])
    assert (found.opp, found.ipp, found.respondents) == (4.0, 5.0, 3)
    assert "too cheap × expensive" in found.convention


def test_prices_out_of_order_are_left_out_and_counted():
    found = segmentation.willingness_to_pay([2, 3, 9], [4, 5, 6], [5, 6, 7], [8, 9, 10])
    assert (found.respondents, found.left_out) == (2, 1)
    with pytest.raises(NotDefinedError, match="in order"):
        segmentation.willingness_to_pay([9], [6], [5], [1])


def test_prices_of_others_or_none_are_errors():
    index = ["p", "q"]
    series = [pd.Series([1.0, 2.0], index) + i for i in range(4)]
    with pytest.raises(ParameterError, match="same respondents"):
        segmentation.willingness_to_pay(*series[:3], pd.Series([5.0, 6.0], ["p", "r"]))
    with pytest.raises(ValuesError, match="missing, negative or infinite for 1"):
        segmentation.willingness_to_pay(*series[:3], pd.Series([5.0, np.nan], index))
    with pytest.raises(ValuesError, match="negative"):
        segmentation.willingness_to_pay(series[0] - 5, *series[1:])


def test_curves_fall_and_rise_from_end_to_end():
    curves = segmentation.price_curves([2, 3, 4], [4, 5, 6], [5, 6, 7], [8, 9, 10])
    assert curves.set_index("price").loc[4.0, ["too_cheap", "cheap", "expensive"]].tolist() == [
        pytest.approx(1 / 3),
        1.0,
        0.0,
    ]
    assert (curves[["too_cheap", "cheap"]].diff().dropna() <= 0).all().all()
    assert (curves[["expensive", "too_expensive"]].diff().dropna() >= 0).all().all()
    assert curves["too_expensive"].iloc[-1] == 1.0


# -- realised price ----------------------------------------------------------------------------


def sales() -> pd.DataFrame:
    """p: 2,000 for 200, so 10 each; q: 900 for 30, so 30 each. a: 1,100/100·10 and 280/10·30."""
    rows = [
        ("a", "p", 100.0, 1100.0),
        ("b", "p", 100.0, 900.0),
        ("a", "q", 10.0, 280.0),
        ("b", "q", 20.0, 620.0),
    ]
    return pd.DataFrame(rows, columns=["account_id", "product_id", "quantity", "net_amount"])


def test_price_level_is_hand_arithmetic():
    found = segmentation.price_premium(sales())
    assert found["expected_amount"].tolist() == pytest.approx([1300.0, 1600.0])
    assert found["price_level"].tolist() == pytest.approx([1380 / 1300, 1520 / 1600])
    assert found["premium_amount"].sum() == pytest.approx(0)


def test_units_order_and_engine_change_nothing():
    plain = segmentation.price_premium(sales())
    cents = segmentation.price_premium(sales().assign(net_amount=sales()["net_amount"] * 100).iloc[::-1])
    pd.testing.assert_series_equal(plain["price_level"], cents["price_level"])
    lines = sales()
    engine = segmentation.price_premium(duckdb.sql("SELECT * FROM lines"))
    pd.testing.assert_frame_equal(plain, engine)
    assert len(lines) == 4


def test_what_can_not_be_compared_is_said_not_guessed():
    more = pd.DataFrame({"account_id": ["a", "c"], "product_id": [None, "p"], "quantity": [1.0, np.nan],
                         "net_amount": [120.0, 50.0]})  # fmt: skip
    found = segmentation.price_premium(pd.concat([sales(), more], ignore_index=True))
    assert found.loc["a", "price_level"] == pytest.approx(1380 / 1300)
    assert found.loc["a", "covered"] == pytest.approx(1380 / 1500)
    assert np.isnan(found.loc["c", "price_level"])
    assert found.loc["c", "covered"] == 0
    with pytest.raises(NotDefinedError, match="quantity, or a list amount"):
        segmentation.price_premium(sales().drop(columns="quantity"))


def test_the_list_price_stands_in_for_quantity():
    lines = pd.DataFrame(
        {"account_id": ["a", "b"], "net_amount": [90.0, 70.0], "list_amount": [100.0, 100.0]}
    )
    assert segmentation.price_premium(lines)["price_level"].tolist() == pytest.approx([90 / 80, 70 / 80])


def test_a_product_that_one_account_buys_is_marked_as_compared_with_itself():
    alone = pd.DataFrame([("c", "z", 1.0, 99.0)], columns=sales().columns)
    found = segmentation.price_premium(pd.concat([sales(), alone], ignore_index=True))
    assert found["shared"].tolist() == [1.0, 1.0, 0.0]
    assert found.loc["c", "price_level"] == 1.0


def test_level_of_segments_is_a_ratio_of_sums_and_says_when_it_is_not_sure():
    index = pd.Index([f"a{i}" for i in range(12)], name="account_id")
    premium = pd.DataFrame(
        {"compared_amount": [110.0] * 6 + [80.0, 120.0] * 3, "expected_amount": 100.0}, index
    )
    labels = pd.Series(["high"] * 6 + ["mixed"] * 6, index)
    found = segmentation.premium_by_segment(premium, labels).set_index("segment")
    assert found["premium"].tolist() == pytest.approx([0.1, 0.0])
    assert found["sure"].tolist() == [True, False]
    few = segmentation.premium_by_segment(premium.head(4), labels)
    assert few["premium_low"].isna().all()
    assert not few["sure"].any()
    assert list(segmentation.premium_by_segment(premium, labels.head(6))["segment"]) == ["high", "not_asked"]


# -- profiles and moves ------------------------------------------------------------------------


def dated() -> pd.DataFrame:
    rows = [
        ("2024-02-01", "a", 100.0),
        ("2025-02-01", "a", 150.0),
        ("2025-12-31", "b", 50.0),
        ("2024-01-05", "c", 40.0),
    ]
    table = pd.DataFrame(rows, columns=["date", "account_id", "net_amount"])
    return table.assign(date=pd.to_datetime(table["date"]))


def test_growth_against_the_period_before():
    found = segmentation.account_revenue(dated(), "2025-01-01", "2025-12-31")
    assert found["revenue"].to_dict() == {"a": 150.0, "b": 50.0, "c": 0.0}
    assert found.loc["a", "revenue_growth"] == pytest.approx(0.5)
    assert found.loc["c", "revenue_growth"] == -1.0
    assert np.isnan(found.loc["b", "revenue_growth"])
    short = segmentation.account_revenue(dated().query("date >= '2024-02-01'"), "2025-01-01", "2025-12-31")
    assert short["previous_revenue"].isna().all()
    with pytest.raises(NotDefinedError, match="no sales"):
        segmentation.account_revenue(dated(), "2030-01-01", "2030-12-31")


def test_profiles_add_up_and_growth_is_of_sums():
    revenue = segmentation.account_revenue(dated(), "2025-01-01", "2025-12-31")
    pnl = pd.DataFrame({"customer_profit": [30.0, -10.0], "pocket_revenue": [150.0, 50.0]}, index=["a", "b"])
    found = segmentation.segment_profiles(pd.Series({"a": "S", "c": "S"}), revenue, pnl=pnl)
    assert list(found.index) == ["S", "not_asked"]
    assert found["revenue"].tolist() == [150.0, 50.0]
    assert found.loc["S", "revenue_growth"] == pytest.approx(150 / 140 - 1)
    assert found["customer_profit"].tolist() == [30.0, -10.0]
    assert found.loc["S", "profit_margin"] == pytest.approx(0.2)
    assert found["losers"].tolist() == [0, 1]
    assert found["price_level"].isna().all()


def test_every_account_stands_in_one_cell():
    before, after = pd.Series({"a": "A", "b": "A", "c": "C"}), pd.Series({"a": "X", "b": "Y", "d": "X"})
    counts = segmentation.migration(before, after)
    assert counts.loc["A"].to_dict() == {"X": 1, "Y": 1, "not_asked": 0}
    assert counts.loc["C", "not_asked"] == counts.loc["not_asked", "X"] == 1
    assert counts.to_numpy().sum() == 4
    with pytest.raises(ValuesError, match="stand twice"):
        segmentation.migration(pd.concat([before, before]), after)


def test_cells_name_the_largest_first():
    before, after = pd.Series({"a": "A", "b": "A"}), pd.Series({"a": "X", "b": "X"})
    revenue = pd.DataFrame({"revenue": {"a": 10.0, "b": 20.0}})
    accounts = pd.DataFrame({"account_id": ["a", "b"], "name": ["Kõrv", "Vesi"]})
    cells = segmentation.migration_cells(before, after, revenue, accounts)
    assert cells.loc[0, ["accounts", "share", "revenue", "names"]].tolist() == [2, 1.0, 30.0, "Vesi; Kõrv"]
