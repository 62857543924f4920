"""Markets: growth, share, concentration, profit pool."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from kamkit.errors import ColumnError, EmptyError, NotDefinedError, ParameterError, UnitError, ValuesError
from kamkit.method.markets import (
    cagr,
    growth_split,
    growth_table,
    market_share,
    profit_pool,
    supplier_concentration,
)


def demand(*rows):
    """Rows of (family, year, supplier, amount) in one market."""
    table = pd.DataFrame(rows, columns=["family", "year", "supplier", "amount"])
    return table.assign(scope="market", scope_id="Sweden")


TWO_YEARS = demand(
    ("Valves", 2024, "total", 100.0),
    ("Valves", 2024, "us", 10.0),
    ("Valves", 2024, "Rival", 40.0),
    ("Valves", 2025, "total", 120.0),
    ("Valves", 2025, "us", 18.0),
    ("Valves", 2025, "Rival", 36.0),
    ("Valves", 2025, "Other", 12.0),
)


@pytest.mark.parametrize(("years", "percent"), [(3, 115.4), (5, 58.5), (7, 38.9), (10, 25.9)])
def test_from_7_to_70(years, percent):
    """Growth table of methods.md."""
    assert 100 * cagr(7, 70, years) == pytest.approx(percent, abs=0.05)


def test_growth_table_has_a_row_for_each_period():
    table = growth_table(7, 70)
    assert table["years"].tolist() == [3, 5, 7, 10]
    assert (100 * table["cagr"]).round(1).tolist() == [115.4, 58.5, 38.9, 25.9]


def test_cagr_counts_intervals():
    assert 100 * (1 + cagr(100, 121, 2)) ** 2 == pytest.approx(121)
    assert cagr(100, 0, 2) == -1


def test_cagr_refusals():
    for first, last in [(0, 5), (-1, 5), (5, -1)]:
        with pytest.raises(NotDefinedError, match="no rate"):
            cagr(first, last, 2)
    with pytest.raises(ValuesError, match="years"):
        cagr(1, 2, 0)
    with pytest.raises(ValuesError, match="missing"):
        cagr(math.nan, 2, 1)
    with pytest.raises(ParameterError, match="no period"):
        growth_table(1, 2, [])


def test_market_share_against_total_and_rival():
    shares = market_share(TWO_YEARS)
    assert list(shares.columns) == [
        "scope",
        "scope_id",
        "family",
        "year",
        "market",
        "own",
        "competitor",
        "share",
        "relative_share",
        "growth",
    ]
    assert shares["share"].tolist() == pytest.approx([0.10, 0.15])
    assert shares["competitor"].tolist() == [40, 36]
    assert shares["relative_share"].tolist() == pytest.approx([0.25, 0.5])
    assert math.isnan(shares["growth"][0])
    assert shares["growth"][1] == pytest.approx(0.20)


def test_absent_total_is_the_sum_of_suppliers():
    shares = market_share(demand(("V", 2025, "us", 30.0), ("V", 2025, "P", 70.0)))
    assert shares["market"].tolist() == [100]
    assert shares["share"].tolist() == [0.3]


def test_what_no_row_states_is_unknown_not_zero():
    shares = market_share(demand(("V", 2025, "total", 100.0), ("W", 2025, "us", 5.0)))
    assert shares.loc[0, ["own", "competitor", "share", "relative_share"]].isna().all()
    assert shares.loc[1, "share"] == 1
    assert math.isnan(shares.loc[1, "relative_share"])


def test_growth_needs_the_year_before():
    shares = market_share(demand(("V", 2022, "total", 80.0), ("V", 2024, "total", 100.0)))
    assert shares["growth"].isna().all()


def test_a_share_above_one_is_shown():
    assert market_share(demand(("V", 2025, "total", 10.0), ("V", 2025, "us", 12.0)))["share"].tolist() == [
        1.2
    ]


def test_growth_split_adds_up():
    """Market 10 · 20 % = 2; share 100 · 5 points = 5; both 20 · 5 points = 1; together 8."""
    split = growth_split(TWO_YEARS).iloc[0]
    assert split[["year_from", "year_to", "own_from", "own_to", "change"]].tolist() == [2024, 2025, 10, 18, 8]
    effects = split[["market_effect", "share_effect", "interaction"]].astype(float)
    assert effects.tolist() == pytest.approx([2, 5, 1])


def test_growth_split_of_random_markets_adds_up_row_by_row():
    rng = np.random.default_rng(1)
    rows = [
        (family, year, supplier, float(amount))
        for family in "VWX"
        for year in (2021, 2022, 2025)
        for supplier, amount in zip(["us", "P", "Q"], rng.uniform(1, 100, 3), strict=True)
    ]
    split = growth_split(demand(*rows))
    assert len(split) == 6
    parts = split[["market_effect", "share_effect", "interaction"]].sum(axis=1)
    np.testing.assert_allclose(parts, split["change"], rtol=1e-9)


def test_growth_split_needs_two_years():
    with pytest.raises(NotDefinedError, match="two years"):
        growth_split(demand(("V", 2025, "us", 5.0)))


def test_supplier_concentration_when_all_are_named():
    """Shares 30, 30, 20, 20: HHI 2 600, effective number 3.846 (definition)."""
    row = supplier_concentration(
        demand(*[("V", 2025, s, a) for s, a in zip("PQRS", (30.0, 30, 20, 20), strict=True)])
    ).iloc[0]
    assert row["hhi"] == row["hhi_lower"] == row["hhi_upper"] == pytest.approx(2600)
    assert row["effective_number"] == pytest.approx(3.846, abs=5e-4)
    assert (row["suppliers"], row["named_share"]) == (4, 1)
    assert row[["cr1", "cr4"]].tolist() == pytest.approx([0.3, 1.0])


def test_supplier_concentration_with_an_unnamed_rest_has_bounds():
    """40 + 20 named of 100: 1600 + 400 = 2000 if the rest is countless, + 40² = 3600 if it is one."""
    row = supplier_concentration(
        demand(("V", 2025, "us", 40.0), ("V", 2025, "P", 20.0), ("V", 2025, "total", 100.0))
    ).iloc[0]
    assert math.isnan(row["hhi"])
    assert row[["hhi_lower", "hhi_upper"]].tolist() == pytest.approx([2000, 3600])
    assert row[["effective_lower", "effective_upper"]].tolist() == pytest.approx([10 / 3.6, 5])
    assert row["named_share"] == pytest.approx(0.6)


def test_supplier_concentration_of_a_total_alone():
    row = supplier_concentration(demand(("V", 2025, "total", 100.0))).iloc[0]
    assert row[["suppliers", "hhi_lower", "hhi_upper", "cr1"]].tolist() == [0, 0, 10_000, 0]
    assert math.isnan(row["effective_upper"])


def test_suppliers_beyond_the_total_are_refused():
    with pytest.raises(ValuesError, match="Sweden, V, 2025"):
        supplier_concentration(
            demand(("V", 2025, "us", 60.0), ("V", 2025, "P", 50.0), ("V", 2025, "total", 100.0))
        )


POOL = demand(("V", 2025, "total", 100.0), ("P", 2025, "total", 300.0))


def test_profit_pool_by_family():
    pools = profit_pool(POOL, pd.Series({"V": 0.3, "P": 0.1})).set_index("family")
    assert pools["pool"].to_dict() == pytest.approx({"V": 30, "P": 30})
    assert pools["size_share"].to_dict() == pytest.approx({"V": 0.25, "P": 0.75})
    assert pools["pool_share"].to_dict() == pytest.approx({"V": 0.5, "P": 0.5})


def test_profit_pool_with_one_margin_and_with_named_levels():
    assert profit_pool(POOL, 0.2)["pool"].sum() == pytest.approx(80)
    index = pd.MultiIndex.from_tuples([("Sweden", "V"), ("Sweden", "P")], names=["scope_id", "family"])
    assert profit_pool(POOL, pd.Series([0.5, 0.1], index=index))["pool"].sum() == pytest.approx(80)


def test_profit_pool_that_is_not_positive_has_no_shares():
    assert profit_pool(POOL, -0.1)["pool_share"].isna().all()


def test_profit_pool_refusals():
    with pytest.raises(ValuesError, match="no margin"):
        profit_pool(POOL, pd.Series({"V": 0.3}))
    with pytest.raises(UnitError, match=r"0\.3"):
        profit_pool(POOL, pd.Series({"V": 30.0, "P": 0.1}))
    with pytest.raises(ParameterError, match="colour"):
        profit_pool(POOL, pd.Series([0.1], index=pd.Index(["V"], name="colour")))


@pytest.mark.parametrize("function", [market_share, growth_split, supplier_concentration])
def test_demand_that_can_not_be_right_is_refused(function):
    with pytest.raises(ValuesError, match="negative"):
        function(demand(("V", 2025, "us", -1.0)))
    with pytest.raises(ValuesError, match="missing"):
        function(demand(("V", 2025, "us", math.nan)))
    with pytest.raises(ValuesError, match="twice"):
        function(demand(("V", 2025, "us", 1.0), ("V", 2025, "us", 2.0)))
    with pytest.raises(NotDefinedError, match="zero"):
        function(demand(("V", 2025, "us", 0.0)))
    with pytest.raises(EmptyError):
        function(TWO_YEARS.head(0))
    with pytest.raises(ColumnError, match="amount") as caught:
        function(TWO_YEARS.rename(columns={"amount": "Amount"}))
    assert "'Amount'" in caught.value.remedy


def test_nothing_is_so_many_times_a_rival_without_sales():
    shares = market_share(demand(("Valves", 2025, "us", 18.0), ("Valves", 2025, "Rival", 0.0)))
    assert shares["competitor"].tolist() == [0]
    assert shares["relative_share"].isna().all()


def test_wallets_are_no_part_of_the_markets_pool():
    markets = demand(("Valves", 2025, "total", 100.0), ("Pumps", 2025, "total", 300.0))
    wallet = demand(("Valves", 2025, "total", 50.0)).assign(scope="account", scope_id="10001")
    pools = profit_pool(pd.concat([markets, wallet], ignore_index=True), 0.1).set_index(["scope", "family"])
    assert pools["size_share"].to_dict() == pytest.approx({
        ("account", "Valves"): 1.0, ("market", "Pumps"): 0.75, ("market", "Valves"): 0.25,
    })  # fmt: skip
    assert pools["pool_share"].to_dict() == pytest.approx(pools["size_share"].to_dict())
