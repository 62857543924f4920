"""The field's published figures, made from data whose answers are known by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kamkit.errors import ColumnError, NotDefinedError, ParameterError, ValuesError
from kamkit.method.programme import (
    growth_against_market,
    key_account_multiple,
    large_customers,
    published_figures,
    tenfold_accounts,
    tenfold_stories,
)

DAYS = pd.to_datetime(["2024-01-15", "2024-12-01", "2025-01-01", "2025-12-01"])


def pnl(profit: list[float], revenue: list[float]) -> pd.DataFrame:
    index = pd.Index([f"a{i}" for i in range(len(profit))], name="account_id")
    return pd.DataFrame({"customer_profit": profit, "pocket_revenue": revenue}, index=index)


def flags(table: pd.DataFrame, n: int) -> pd.Series:
    return pd.Series(np.arange(len(table)) < n, table.index)


def lines(**years: tuple[float, float]) -> pd.DataFrame:
    """Two lines a year and account, half the year's sales each."""
    parts = [
        pd.DataFrame({"date": DAYS, "account_id": account, "net_amount": np.repeat(values, 2) / 2.0})
        for account, values in years.items()
    ]
    return pd.concat(parts, ignore_index=True)


def market(*amounts: float, start: int = 2024) -> pd.DataFrame:
    years = range(start, start + len(amounts))
    return pd.DataFrame({"scope": "market", "scope_id": "SE", "family": "Valves", "year": years,
                         "supplier": "total", "amount": amounts})  # fmt: skip


def test_a_multiple_that_is_only_size_vanishes_at_equal_size():
    """Profit is a tenth of revenue everywhere: 2.4 times as much raw, once as much per revenue."""
    revenue = [240.0, 240.0, 240.0, 240.0, 20.0, 20.0, 20.0]
    table = pnl([r / 10 for r in revenue], revenue)
    found = key_account_multiple(table, flags(table, 2), matches=2)
    others = np.mean([24.0, 24.0, 2.0, 2.0, 2.0])
    assert found.raw == pytest.approx(24 / others)
    assert found.per_revenue == pytest.approx(1.0)
    assert found.size_matched == pytest.approx(1.0)
    assert found.interval[0] <= 1.0


def test_size_matching_takes_the_nearest_in_revenue_whatever_the_order_of_rows():
    draw = np.random.default_rng(8)
    revenue, profit = draw.uniform(10, 1000, 40).round(1), draw.uniform(1, 50, 40)
    table = pnl(list(profit), list(revenue))
    found = key_account_multiple(table, flags(table, 6), draws=50)
    nearest = [
        p for r in revenue[:6] for _, p in sorted((abs(revenue[j] - r), profit[j]) for j in range(6, 40))[:3]
    ]
    assert found.size_matched == pytest.approx(profit[:6].mean() / np.mean(nearest))
    turned = key_account_multiple(table.iloc[::-1], flags(table, 6), draws=50)
    assert turned.size_matched == pytest.approx(found.size_matched)


def test_the_interval_holds_the_value_and_narrows_with_more_accounts():
    draw = np.random.default_rng(5)

    def width(n: int) -> float:
        revenue = draw.uniform(100, 200, n)
        table = pnl(list(revenue * draw.uniform(0.1, 0.3, n)), list(revenue))
        found = key_account_multiple(table, flags(table, n // 4), draws=800)
        assert found.interval[0] < found.size_matched < found.interval[1]
        return found.interval[1] - found.interval[0]

    assert width(400) < width(60)


@pytest.mark.parametrize(("keys", "others", "matches"), [(1, 2, 2), (7, 30, 3), (9, 150, 4), (3, 400, 1)])
def test_the_intervals_are_those_of_a_bootstrap_told_draw_by_draw(keys, others, matches):
    draw = np.random.default_rng(keys)
    revenue, profit = draw.uniform(1, 9, keys + others).round(1), draw.normal(20, 30, keys + others)
    table = pnl(list(profit), list(revenue))
    found = key_account_multiple(table, flags(table, keys), matches=matches, draws=700, seed=4)
    pairs = sorted(zip(revenue[:keys], profit[:keys], strict=True))
    rest = sorted(zip(revenue[keys:], profit[keys:], strict=True))
    random, drawn = np.random.default_rng(4), []
    for _ in range(700):
        mine = [pairs[i] for i in random.integers(0, keys, keys)]
        theirs = [rest[i] for i in sorted(random.integers(0, others, others))]
        near = [p for r, _ in mine for _, p in sorted(theirs, key=lambda one: abs(one[0] - r))[:matches]]
        ours = np.mean([p for _, p in mine])
        rate, their_rate = (sum(p for _, p in part) / sum(r for r, _ in part) for part in (mine, theirs))
        told = [(ours, np.mean([p for _, p in theirs])), (rate, their_rate), (ours, np.mean(near))]
        drawn.append([a / b if b > 0 else np.inf for a, b in told])
    ends = np.sort(drawn, axis=0)[[17, 682]].T
    expected = np.where(np.isfinite(ends), ends, np.nan)
    assert found.table[["low", "high"]].to_numpy() == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_a_multiple_of_a_loss_is_no_number():
    table = pnl([30.0, 10, -20, -30, 5], [100.0, 90, 80, 120, 100])
    found = key_account_multiple(table, flags(table, 1), matches=2)
    assert np.isnan(found.raw)
    assert np.isnan(found.per_revenue)
    assert found.table["others"].iloc[0] == pytest.approx(np.mean([10, -20, -30, 5]))


def test_what_a_multiple_needs_is_said():
    table = pnl([30.0, 10, 20], [100.0, 90, 80])
    for key, given in ((flags(table, 0), table), (flags(table, 2), table),
                       (flags(table, 1), table.assign(customer_profit=np.nan))):  # fmt: skip
        with pytest.raises(NotDefinedError):
            key_account_multiple(given, key)
    with pytest.raises(ColumnError):
        key_account_multiple(table.drop(columns="pocket_revenue"), flags(table, 1), matches=1)
    with pytest.raises(ValuesError, match="a2"):
        key_account_multiple(table, flags(table, 1).drop("a2"), matches=1)


def test_growth_beside_market_and_beside_choosing_the_largest():
    sales = lines(k=(100.0, 132.0), fast=(50.0, 150.0), big=(140.0, 120.0), small=(10.0, 10.0))
    found = growth_against_market(sales, market(100.0, 107.0), {"k": True})
    assert found.key_accounts == pytest.approx(0.32)
    assert found.market == pytest.approx(0.07)
    assert found.others == pytest.approx(280 / 200 - 1)
    assert (found.n, found.year) == (1, 2025)
    assert found.largest_now == pytest.approx(150 / 50 - 1)
    assert found.largest_before == pytest.approx(120 / 140 - 1)
    assert np.isnan(found.low)


def test_only_markets_known_in_both_years_are_compared():
    both = pd.concat([market(100.0, 107.0), market(50.0).assign(scope_id="NO")])
    found = growth_against_market(lines(k=(100.0, 132.0), o=(10.0, 10.0)), both, {"k": True})
    assert found.market == pytest.approx(0.07)
    with pytest.raises(NotDefinedError, match="share no two"):
        growth_against_market(lines(k=(100.0, 132.0)), market(100.0, 107.0, start=2019), {"k": True})
    with pytest.raises(NotDefinedError, match="key account"):
        growth_against_market(lines(k=(100.0, 132.0)), market(100.0, 107.0), {"x": True})


def test_seven_to_seventy_is_found_with_those_that_began_like_it():
    sales = lines(k=(7.0, 70.0), a=(8.0, 9.0), b=(13.9, 1.0), c=(3.4, 50.0), d=(15.0, 150.0))
    found = tenfold_accounts(sales)
    assert found.index.tolist() == ["c", "d", "k"]
    assert found.loc["k", ["times_as_much", "alike", "alike_grown"]].tolist() == pytest.approx([10.0, 3, 1])
    assert found.loc["k", "cagr"] == pytest.approx(9.0)
    assert found.loc["c", "times_as_much"] == pytest.approx(50 / 3.4)
    assert tenfold_accounts(lines(a=(8.0, 9.0))).empty
    with pytest.raises(NotDefinedError):
        tenfold_accounts(sales[sales["date"] < "2025-01-01"])
    with pytest.raises(ParameterError):
        tenfold_accounts(sales, times=1.0)


def test_a_newcomers_few_months_make_no_tenfold():
    sales = lines(k=(7.0, 7.0), new=(4.0, 60.0))
    late = (sales["account_id"] == "new") & (sales["date"] < "2024-12-01")
    assert tenfold_accounts(sales[~late]).empty


def test_the_story_stands_below_with_every_period_it_may_have_taken():
    accounts = pd.DataFrame({"account_id": ["k"], "name": ["Kõrv"]})
    stories = tenfold_stories(tenfold_accounts(lines(k=(7.0, 70.0))), accounts)
    assert stories["name"].tolist() == ["Kõrv", *["7 → 70"] * 4]
    assert stories["cagr"].iloc[1:].tolist() == pytest.approx([1.154, 0.585, 0.389, 0.259], abs=5e-4)
    assert stories["first_year"].iloc[1:].isna().all()


def test_a_five_percent_customer_is_one_of_five_percent_or_more():
    found = large_customers(pd.Series({"a": 5.0, "b": 4.99, "c": 90.01}))
    assert found["share"].to_dict() == pytest.approx({"c": 0.9001, "a": 0.05})
    with pytest.raises(NotDefinedError):
        large_customers(pd.Series({"a": -5.0, "b": 4.0}))


def test_published_and_own_stand_in_one_row():
    revenue = pd.Series(np.arange(1.0, 21.0), index=[f"a{i}" for i in range(20)])
    table = pnl(list(revenue / 10), list(revenue))
    figures = published_figures(
        revenue,
        key_account_multiple(table, flags(table, 5)),
        growth_against_market(lines(k=(100.0, 132.0)), market(100.0, 107.0), {"k": True}),
        tenfold_accounts(lines(k=(7.0, 70.0))),
    ).set_index("figure")
    assert figures.loc["profit_raw", "published"] == 2.4
    assert (figures.loc["key_growth", "published"], figures.loc["market_growth", "published"]) == (0.32, 0.07)
    assert figures.loc["tenfold", ["here", "n"]].tolist() == [1, 1]
    assert figures.loc["over_five_share", "here"] == (revenue / 210 >= 0.05).sum()
    assert published_figures(revenue)["figure"].tolist() == ["large_customer", "over_five_share"]


def test_the_largest_tenth_needs_three_customers_to_be_one():
    """Of 16 customers two are an eighth: not the share that the published one is."""
    for n, tenth in ((16, None), (29, None), (30, 3), (31, 4), (240, 24)):
        revenue = pd.Series(np.arange(1.0, n + 1), index=[f"a{i}" for i in range(n)])
        rows = published_figures(revenue).set_index("figure")
        assert ("top_decile" in rows.index) == (tenth is not None)
        if tenth:
            largest = sum(range(n, n - tenth, -1)) / (n * (n + 1) / 2)
            assert rows.loc["top_decile", ["here", "n"]].tolist() == pytest.approx([largest, tenth])
