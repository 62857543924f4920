"""Share of wallet and white space against hand arithmetic, the literature, and what must always hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamkit.errors import ColumnError, EmptyError, NotDefinedError, ParameterError, UnitError, ValuesError
from kamkit.method import offers


def sales_of(rows, **more) -> pd.DataFrame:
    """Rows of date, account_id, family, net_amount."""
    table = pd.DataFrame(rows, columns=["date", "account_id", "family", "net_amount"])
    return table.assign(date=pd.to_datetime(table["date"]), **more)


def demand_of(rows) -> pd.DataFrame:
    """Rows of scope_id, family, year, supplier, amount, confidence, all of scope account."""
    columns = ["scope_id", "family", "year", "supplier", "amount", "confidence"]
    return pd.DataFrame(rows, columns=columns).assign(scope="account")


SALES = sales_of([
    ("2025-01-31", "a", "Valves", 60.0), ("2025-03-31", "a", "Valves", -10.0), ("2025-03-31", "a", "Pumps", 20.0),
    ("2025-05-31", "a", None, 5.0), ("2025-06-30", "b", "Valves", 40.0), ("2025-06-30", "c", "Valves", 7.0),
    ("2025-06-30", "a", "Seals", 3.0),
])  # fmt: skip
DEMAND = demand_of([
    ("a", "Valves", 2025, "total", 200.0, "B"), ("a", "Pumps", 2025, "total", 40.0, "D"),
    ("a", "Drives", 2025, "total", 100.0, "C"), ("b", "Valves", 2025, "total", 50.0, "A"),
    ("a", "Chains", 2025, "total", 0.0, "B"),
])  # fmt: skip


def by_account(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index("account_id")


def cell(table: pd.DataFrame, account: str, family: str) -> pd.Series:
    return table.set_index(["account_id", "family"]).loc[(account, family)]


# -- share of wallet -----------------------------------------------------------------------------


def test_share_is_our_sales_over_the_wallets_that_are_known():
    found = by_account(offers.share_of_wallet(SALES, DEMAND))
    assert found.loc["a", "sales"] == 70.0
    assert found.loc["a", "wallet"] == 340.0
    assert found["share"].to_dict() == pytest.approx({"a": 70 / 340, "b": 0.8})
    assert found["confidence"].to_dict() == {"a": "D", "b": "A"}
    assert found.loc["a", "other_sales"] == 8.0
    assert found["families"].to_dict() == {"a": 3, "b": 1}


def test_a_total_that_is_absent_is_the_sum_of_the_suppliers_with_us_in_it():
    rivals = [("a", "Valves", 2025, "Norr", 90.0, "D"), ("a", "Valves", 2025, "Kugel", 60.0, "C")]
    without_us = offers.wallet_cells(SALES, demand_of(rivals))
    assert cell(without_us, "a", "Valves")[["wallet", "confidence"]].tolist() == [200.0, "D"]
    with_us = offers.wallet_cells(SALES, demand_of([*rivals, ("a", "Valves", 2025, "us", 50.0, "A")]))
    assert cell(with_us, "a", "Valves")["wallet"] == 200.0


def test_our_own_row_alone_is_no_wallet():
    with pytest.raises(NotDefinedError):
        offers.wallet_cells(SALES, demand_of([("a", "Valves", 2025, "us", 50.0, "A")]))


@pytest.mark.parametrize(
    ("us", "cause"), [(30.0, "hierarchy"), (60.0, "wallet"), (None, "hierarchy_or_wallet")]
)
def test_above_one_is_an_error_that_names_the_likely_cause(us, cause):
    rows = [("a", "Valves", 2025, "total", 40.0, "B"), ("b", "Valves", 2025, "total", 50.0, "B")]
    if us is not None:
        rows.append(("a", "Valves", 2025, "us", us, "A"))
    with pytest.raises(ValuesError, match=cause.split("_")[0]) as caught:
        offers.share_of_wallet(SALES, demand_of(rows))
    assert "'a 2025" in str(caught.value)
    found = by_account(offers.share_of_wallet(SALES, demand_of(rows), strict=False))
    assert found.loc["a", "cause"] == cause
    assert np.isnan(found.loc["a", "share"])
    assert found.loc["b", "share"] == 0.8
    assert pd.isna(found.loc["b", "cause"])
    summary = offers.wallet_summary(found.reset_index())
    assert (summary.n, summary.accounts_above, summary.share) == (1, 1, 0.8)


def test_exactly_the_whole_wallet_is_no_error():
    found = offers.share_of_wallet(SALES, demand_of([("a", "Valves", 2025, "total", 50.0, "B")]))
    assert found["share"].tolist() == [1.0]


def test_years_without_sales_are_left_out_instead_of_shown_as_nothing():
    both = pd.concat([DEMAND, DEMAND.assign(year=2024)])
    assert set(offers.share_of_wallet(SALES, both)["year"]) == {2025}
    with pytest.raises(NotDefinedError, match="other years"):
        offers.share_of_wallet(SALES, DEMAND.assign(year=2019))


def whole_years() -> tuple[pd.DataFrame, pd.DataFrame]:
    """a sells 10 a month in 2024 and 15 in 2025 of a wallet of 600; 2026 has two months."""
    months = pd.date_range("2024-01-01", "2026-02-01", freq="MS")
    amount = np.select([months.year == 2024, months.year == 2025], [10.0, 15.0], 15.0)
    sales = sales_of([(m, "a", "Valves", v) for m, v in zip(months, amount, strict=True)])
    return sales, demand_of([("a", "Valves", y, "total", 600.0, "B") for y in (2024, 2025, 2026)])


def test_part_of_a_year_is_never_the_latest_and_never_compared():
    table = offers.share_of_wallet(*whole_years())
    assert table["months_sold"].tolist() == [12, 12, 2]
    latest = offers.last_whole_year(table)
    assert latest[["year", "share", "share_before"]].iloc[0].tolist() == pytest.approx([2025, 0.3, 0.2])
    assert np.isnan(table.loc[2, "share_before"])
    with pytest.raises(NotDefinedError, match="whole calendar year"):
        offers.last_whole_year(table.tail(1))


def test_half_a_year_before_is_no_comparison():
    sales, demand = whole_years()
    table = offers.share_of_wallet(sales[sales["date"] >= "2024-07-01"], demand).set_index("year")
    assert table["share_before"].isna().all()


def test_pace_is_what_was_gained_of_the_gap_before():
    pace = offers.pace_so_far(offers.white_space(*whole_years(), 0.5))
    assert (pace.year_from, pace.year_to, pace.open_before, pace.gained) == (2024, 2025, 180.0, 60.0)
    assert pace.filled_share == pytest.approx(1 / 3)


def test_coverage_adds_up_to_the_sales():
    found = offers.wallet_coverage(SALES, DEMAND).iloc[0]
    parts = found[["with_wallet", "other_families", "no_family", "no_wallet"]]
    assert parts.tolist() == [110.0, 3.0, 5.0, 7.0]
    assert parts.sum() == found["sales"] == SALES["net_amount"].sum()


def test_a_wallet_without_any_sales_is_counted():
    prospect = pd.concat([DEMAND, demand_of([("p", "Valves", 2025, "total", 10.0, "D")])])
    found = offers.wallet_coverage(SALES, prospect).iloc[0]
    assert (found["accounts_with_wallet"], found["accounts_without_sales"]) == (3, 1)
    assert by_account(offers.share_of_wallet(SALES, prospect)).loc["p", "share"] == 0


@pytest.mark.parametrize(
    ("sales", "demand", "error"),
    [
        (SALES.drop(columns="family"), DEMAND, ColumnError),
        (SALES.assign(family=None), DEMAND, NotDefinedError),
        (SALES.assign(net_amount=np.nan), DEMAND, ValuesError),
        (SALES.head(0), DEMAND, EmptyError),
        (SALES, DEMAND.assign(scope="market"), NotDefinedError),
        (SALES, DEMAND.assign(confidence="E"), ValuesError),
        (SALES, DEMAND.assign(confidence=None), ValuesError),
        (SALES, pd.concat([DEMAND, DEMAND]), ValuesError),
        (SALES, DEMAND.assign(amount=-1.0), ValuesError),
        (SALES, DEMAND.head(0), EmptyError),
    ],
)
def test_what_can_not_be_a_share_is_refused(sales, demand, error):
    for function in (offers.share_of_wallet, offers.wallet_coverage):
        with pytest.raises(error):
            function(sales, demand)
    with pytest.raises(error):
        offers.white_space(sales, demand, 0.5)


def _held(engine: str, sales: pd.DataFrame):
    module = pytest.importorskip(engine)
    return module.connect().from_df(sales) if engine == "duckdb" else module.from_pandas(sales)


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_sales_may_lie_in_any_engine(engine):
    held, sheet = _held(engine, SALES), offers.share_of_wallet(SALES, DEMAND)
    pd.testing.assert_frame_equal(offers.share_of_wallet(held, DEMAND), sheet)
    expected = offers.white_space(SALES, DEMAND, 0.5)
    pd.testing.assert_frame_equal(offers.white_space(held, DEMAND, 0.5), expected)


# -- wallet allocation ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("brands", "shares"), [(2, [0.667, 0.333]), (3, [0.5, 0.333, 0.167]), (4, [0.4, 0.3, 0.2, 0.1])]
)
def test_wallet_allocation_of_keiningham(brands, shares):
    found = [offers.wallet_allocation(rank, brands) for rank in range(1, brands + 1)]
    assert found == pytest.approx(shares, abs=5e-4)


@given(st.integers(1, 60))
def test_allocated_shares_sum_to_the_wallet(brands):
    ranks = pd.Series(range(1, brands + 1), dtype=float)
    shares = offers.wallet_allocation(ranks, brands)
    assert shares.sum() == pytest.approx(1.0)
    assert shares.is_monotonic_decreasing


def test_tied_suppliers_share_alike():
    tied = offers.wallet_allocation(1.5, 3)
    assert tied == pytest.approx((0.5 + 1 / 3) / 2)


@pytest.mark.parametrize(
    ("rank", "brands", "error"),
    [(0, 3, ValuesError), (4, 3, ValuesError), (float("nan"), 3, ValuesError), (1, 0, ParameterError),
     (1, 2.5, ParameterError), ("first", 3, ParameterError)],
)  # fmt: skip
def test_ranks_that_do_not_exist(rank, brands, error):
    with pytest.raises(error):
        offers.wallet_allocation(rank, brands)


def test_estimated_wallets_are_guesses_of_the_table_demand():
    ranks = pd.DataFrame(
        {"account_id": ["b", "a"], "family": ["Valves", "Drives"], "rank": [1, 2], "brands": 2}
    )
    found = offers.estimated_wallets(SALES, ranks)
    assert found[["scope_id", "supplier", "confidence"]].values.tolist() == [["b", "total", "D"]]
    assert found["amount"].tolist() == pytest.approx([40 / (2 / 3)])
    share = offers.share_of_wallet(SALES, found)["share"]
    assert share.tolist() == pytest.approx([2 / 3])


# -- white space ---------------------------------------------------------------------------------


def test_white_space_cell_by_cell():
    found = offers.white_space(SALES, DEMAND, 0.5)
    valves = cell(found, "a", "Valves")
    assert valves[["potential", "current", "gap"]].tolist() == [100.0, 50.0, 50.0]
    assert valves["expected_value"] == pytest.approx(50 * 0.75)
    assert cell(found, "a", "Drives")[["current", "gap"]].tolist() == [0.0, 50.0]
    assert cell(found, "a", "Pumps")["gap"] == 0.0
    assert cell(found, "b", "Valves")["gap"] == 0.0


def test_no_cell_without_a_need():
    found = offers.white_space(SALES, DEMAND, 0.5)
    assert "Chains" not in set(found["family"])
    assert set(found["account_id"]) == {"a", "b"}
    assert "Seals" not in set(found["family"])


def test_target_fit_and_probability_by_family_or_account():
    fit = {"Valves": 0.9, "Pumps": 1.0, "Drives": 0.0}
    target = pd.Series({"a": 0.5, "b": 1.0}).rename_axis("account_id")
    found = offers.white_space(SALES, DEMAND, target, fit, certainty={"B": 0.5}, probability=0.2)
    assert cell(found, "a", "Valves")["potential"] == pytest.approx(200 * 0.5 * 0.9)
    assert cell(found, "a", "Drives")["gap"] == 0.0
    assert cell(found, "b", "Valves")["potential"] == pytest.approx(45.0)
    assert cell(found, "a", "Valves")["expected_value"] == pytest.approx(40 * 0.5 * 0.2)
    both = pd.Series(0.5, index=pd.MultiIndex.from_frame(found[["account_id", "family"]]))
    assert offers.white_space(SALES, DEMAND, both)["potential"].sum() == pytest.approx(390 / 2)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"target_share": 50}, UnitError),
        ({"target_share": float("nan")}, ValuesError),
        ({"target_share": 0.5, "fit": {"Valves": 1.0}}, ValuesError),
        ({"target_share": 0.5, "fit": pd.Series({"SE": 1.0}).rename_axis("country")}, ParameterError),
        ({"target_share": 0.5, "certainty": {"E": 1.0}}, ParameterError),
        ({"target_share": 0.5, "certainty": {"A": 100}}, UnitError),
        ({"target_share": 0.5, "probability": 40}, UnitError),
    ],
)
def test_fractions_are_fractions_and_cover_every_cell(options, error):
    with pytest.raises(error):
        offers.white_space(SALES, DEMAND, **options)


def test_net_credit_notes_never_widen_the_gap_beyond_the_potential():
    sales = sales_of([("2025-01-31", "a", "Valves", -30.0), ("2025-01-31", "a", "Pumps", 1.0)])
    found = cell(offers.white_space(sales, DEMAND, 0.5), "a", "Valves")
    assert found[["current", "gap"]].tolist() == [-30.0, 100.0]


def test_a_cell_above_its_wallet_is_marked_and_has_no_share():
    sales = sales_of([("2025-01-31", "a", "Pumps", 60.0)])
    found = cell(offers.white_space(sales, DEMAND, 0.5), "a", "Pumps")
    assert found["above_wallet"]
    assert np.isnan(found["share"])
    assert found["gap"] == 0


def test_units_that_sell_a_family_are_named():
    sales = SALES.assign(bu_id=["Flow", "Flow", "Flow", None, "Motion", "Motion", "Supply"])
    found = offers.white_space(sales, DEMAND, 0.5).drop_duplicates("family").set_index("family")["bu_id"]
    assert found["Valves"] == "Flow, Motion"
    assert found["Pumps"] == "Flow"
    assert pd.isna(found["Drives"])


def test_the_map_adds_up_in_both_directions():
    found = offers.white_space_map(offers.white_space(SALES, DEMAND, 0.5)).set_index(
        ["account_id", "family"]
    )["gap"]
    assert found["all", "all"] == 100.0
    assert found["a", "all"] == 100.0
    assert found["b", "all"] == 0.0
    assert found["all", "Valves"] == 50.0
    assert list(dict.fromkeys(found.index.get_level_values(0))) == ["a", "b", "all"]
    with pytest.raises(NotDefinedError, match="several years"):
        offers.white_space_map(offers.white_space(*whole_years(), 0.5))


amounts = st.floats(0, 1e6, allow_nan=False).map(lambda v: round(v, 2))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(amounts, amounts), min_size=2, max_size=6), st.floats(0.05, 1.0), st.randoms())
def test_white_space_stays_what_it_is(pairs, target, random):
    """Within 0 and the wallet; scales with the currency; no order of rows and no names change it."""
    rows = [("2025-06-30", f"c{i}", "Valves", own) for i, (own, _more) in enumerate(pairs)]
    wallets = [(f"c{i}", "Valves", 2025, "total", own + more + 1, "C") for i, (own, more) in enumerate(pairs)]
    found = offers.white_space(sales_of(rows), demand_of(wallets), target)
    assert found["gap"].between(0, found["wallet"]).all()
    assert (found["gap"] + found["current"] >= found["potential"] * (1 - 1e-12)).all()
    random.shuffle(rows)
    random.shuffle(wallets)
    pd.testing.assert_frame_equal(offers.white_space(sales_of(rows), demand_of(wallets), target), found)
    cents = offers.white_space(
        sales_of(rows).assign(net_amount=lambda t: t["net_amount"] * 100),
        demand_of(wallets).assign(amount=lambda t: t["amount"] * 100),
        target,
    )
    assert (cents["gap"] / 100).to_numpy() == pytest.approx(found["gap"].to_numpy(), rel=1e-9, abs=1e-6)
    shares = offers.share_of_wallet(sales_of(rows), demand_of(wallets))
    assert shares["share"].between(0, 1).all()
