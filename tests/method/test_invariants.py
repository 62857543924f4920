"""What must hold whatever the tables: property tests over generated companies."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kamkit.method.concentration import abc_classes, gini, hhi, lorenz, top_share
from kamkit.method.profitability import (
    allocation_check,
    capacity_rates,
    capacity_use,
    cost_views,
    customer_pnl,
    reconcile,
    whale_curve,
    whale_summary,
)
from tests.method import toy

WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
CALM = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=WITHOUT_SHRINKING
)
QUICK = settings(max_examples=60, deadline=None)

cents = st.integers(-10_000_00, 50_000_00).map(lambda c: c / 100)
names = st.sampled_from(["a", "b", "c", "d", "Åkerlund", "unassigned"])
days = st.sampled_from(["2025-01-01", "2025-01-31", "2025-02-01", "2025-12-31"]).map(pd.Timestamp)
units = st.sampled_from(["U1", "U2", None])


@st.composite
def companies(draw):
    """Sales, ledger, activities, use and accounts that fit together."""
    line = st.tuples(days, names, units, cents, cents, cents)
    columns = ["date", "account_id", "bu_id", "net_amount", "list_amount", "product_cost"]
    sales = pd.DataFrame(draw(st.lists(line, min_size=1, max_size=25)), columns=columns).astype(
        {"bu_id": object}
    )
    booking = st.tuples(
        days,
        st.sampled_from(["deduction", "marketing", "service", "key_account", "capital"]),
        cents,
        st.one_of(st.none(), names),
    )
    booked = draw(st.lists(booking, max_size=15))
    ledger = pd.DataFrame(booked, columns=["month", "rung", "amount", "account_id"])
    amount = st.integers(1, 10**8).map(lambda c: c / 100)
    teams = pd.DataFrame(
        {
            "month": toy.JAN,
            "rung": ["selling", "service", "sustaining"],
            "amount": [draw(amount) for _ in range(3)],
            "team": ["Desk", "Van", None],
            "practical_minutes": [draw(st.integers(1, 10**6)), draw(st.integers(1, 10**6)), None],
        }
    )
    work = st.tuples(days, names, units, st.sampled_from(["order", "delivery"]), st.integers(0, 500))
    use = pd.DataFrame(
        draw(st.lists(work, min_size=1, max_size=15)),
        columns=["month", "account_id", "bu_id", "activity_id", "count"],
    ).astype({"bu_id": object})
    return (
        sales,
        pd.concat([ledger, teams], ignore_index=True).astype({"amount": float}),
        toy.activities(),
        use,
    )


def pnl_of(company, **options):
    sales, ledger, activities, use = company
    return customer_pnl(sales, ledger, activities, use, **options)


def close(one, other, scale):
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9 * max(scale, 1))


def size(company):
    return (
        company[0][["net_amount", "list_amount", "product_cost"]].abs().sum().max()
        + company[1]["amount"].abs().sum()
    )


@CALM
@given(
    companies(), st.sampled_from([("account_id",), ("account_id", "bu_id"), ("month",), ("bu_id", "year")])
)
def test_what_is_allocated_adds_up_in_total(company, by):
    assert allocation_check(pnl_of(company, by=by), *company)["ok"].all()


@CALM
@given(companies())
def test_rungs_add_up_row_by_row(company):
    pnl = pnl_of(company)
    below = ["deductions", "product_cost", "marketing", "selling", "service", "key_account", "capital"]
    close(pnl["invoiced_revenue"] - pnl[below].sum(axis=1), pnl["customer_profit"], size(company))
    close(pnl["list_revenue"] - pnl["invoice_discount"], pnl["invoiced_revenue"], size(company))


@CALM
@given(companies())
def test_assigned_and_unassigned_make_the_ledger(company):
    table = reconcile(pnl_of(company), company[1])
    costs = table[~table["rung"].isin(["revenue", "product_cost"])]
    close(costs["assigned"] + costs["unassigned"], costs["ledger"], size(company))
    booked = company[1].groupby("rung")["amount"].sum()
    close(costs.set_index("rung")["ledger"].reindex(booked.index), booked, size(company))


@CALM
@given(companies())
def test_used_and_unused_capacity_make_the_teams_cost(company):
    table = capacity_use(*company[1:]).set_index("team")
    cost = capacity_rates(company[1]).set_index("team")["cost"]
    pnl = pnl_of(company)
    traced = company[1][company[1]["account_id"].notna()].groupby("rung")["amount"].sum()
    for team, rung in (("Desk", "selling"), ("Van", "service")):
        charged = pnl[rung].sum() - traced.get(rung, 0.0)
        close(charged + table.loc[team, "unused_cost"], cost[team], size(company) + abs(charged))


@CALM
@given(companies(), st.randoms(use_true_random=False))
def test_row_order_changes_nothing(company, random):
    shuffled = tuple(
        t.sample(frac=1, random_state=random.randint(0, 2**31)).reset_index(drop=True) for t in company
    )
    pd.testing.assert_frame_equal(
        pnl_of(company)[["invoiced_revenue"]], pnl_of(shuffled)[["invoiced_revenue"]], rtol=0
    )
    close(pnl_of(company), pnl_of(shuffled), size(company))


@CALM
@given(companies())
def test_account_names_change_nothing(company):
    sales, ledger, activities, use = company
    renamed = {name: f"{99 - i:03d}" for i, name in enumerate(["a", "b", "c", "d", "Åkerlund"])}
    other = pnl_of(
        (
            sales.replace({"account_id": renamed}),
            ledger.replace({"account_id": renamed}),
            activities,
            use.replace({"account_id": renamed}),
        )
    )
    pnl = pnl_of(company).rename(index=renamed).sort_index()
    pd.testing.assert_frame_equal(pnl, other, rtol=1e-9, atol=1e-6)


@CALM
@given(companies(), st.sampled_from([0.01, 8.0, 100.0]))
def test_the_currency_unit_changes_nothing(company, factor):
    sales, ledger, activities, use = company
    money = ["net_amount", "list_amount", "product_cost"]
    scaled = (
        sales.assign(**{c: sales[c] * factor for c in money}),
        ledger.assign(amount=ledger["amount"] * factor),
    )
    other = pnl_of((*scaled, activities, use))
    close(pnl_of(company) * factor, other, size(company) * factor)


@CALM
@given(companies(), st.sampled_from([("account_id",), ("bu_id",), ("month", "account_id"), ("year",)]))
def test_engines_agree(company, by):
    sales, ledger, activities, use = company
    sales = sales.astype({"account_id": "str", "bu_id": "str"})
    use = use.astype({"account_id": "str", "bu_id": "str"})
    expected = pnl_of((sales, ledger, activities, use), by=by)
    for engine in ("duckdb", "pyarrow"):
        hold = toy.ENGINES[engine]
        held = pnl_of((hold(sales), ledger, activities, hold(use)), by=by)
        pd.testing.assert_frame_equal(expected, held, check_exact=True)


@CALM
@given(companies())
def test_roll_up_to_parents_conserves_every_rung(company):
    accounts = pd.DataFrame({"account_id": ["a", "b", "c", "d"], "parent_id": [None, "a", "b", None]})
    own, parents = pnl_of(company), pnl_of(company, accounts=accounts, by="parent_id")
    close(own.sum(), parents.sum(), size(company))
    assert set(parents.index) <= {"a", "d", "Åkerlund", "unassigned"}


@CALM
@given(companies())
def test_absorbing_leaves_nothing_over(company):
    attributable = pnl_of(company)
    if not attributable["pocket_revenue"].sum() > 1:
        return
    absorbed = pnl_of(company, absorb=True)
    totals = company[1].groupby("rung")["amount"].sum()
    rungs = ["marketing", "selling", "service", "sustaining"]
    pool = sum(totals.get(rung, 0.0) for rung in rungs) - attributable[rungs[:3]].sum().sum()
    reach = absorbed["absorbed"].abs().sum() + size(company) + attributable.abs().sum().sum()
    close(absorbed["absorbed"].sum(), pool, reach)
    views = cost_views(attributable, absorbed)
    close(views["attributable_profit"] - views["absorbed_cost"], views["absorbed_profit"], reach)


@CALM
@given(companies(), st.data())
def test_a_lost_line_a_phantom_line_and_a_cent_of_drift_are_caught(company, data):
    sales, ledger, activities, use = company
    row = data.draw(st.integers(0, len(sales) - 1))
    pnl = pnl_of(company)
    if abs(sales.loc[row, "net_amount"]) > 0.01:
        phantom = pd.concat([sales, sales.iloc[[row]]])
        assert not allocation_check(pnl, phantom, ledger, activities, use)["ok"].all()
    if abs(sales.loc[row, "net_amount"]) > 0.01 and len(sales) > 1:
        assert not allocation_check(pnl, sales.drop(index=row), ledger, activities, use)["ok"].all()
    account = data.draw(st.sampled_from(list(pnl.index)))
    pnl.loc[account, data.draw(st.sampled_from([c for c in toy.PNL if c != "capital"]))] += 0.01
    assert not allocation_check(pnl, sales, ledger, activities, use)["ok"].all()


profits = st.lists(st.integers(-(10**9), 10**9).map(lambda c: c / 100), min_size=1, max_size=40).map(
    lambda values: pd.Series(values, index=[f"k{i:03d}" for i in range(len(values))])
)


@QUICK
@given(profits)
def test_the_whale_curve_ends_at_the_total(profit):
    curve, summary = whale_curve(profit), whale_summary(profit)
    scale = profit.abs().sum() + 1
    close(curve["cumulative_profit"].iloc[-1], profit.sum(), scale)
    close(summary.peak, max(0.0, profit[profit > 0].sum()), scale)
    close(summary.peak - summary.erosion, summary.total, scale)
    close(summary.peak + summary.loss_sum, summary.total, scale)
    assert summary.earners + summary.break_even + summary.losers == summary.n == len(profit)
    assert (curve["profit"].diff().dropna() <= 0).all()


@QUICK
@given(profits, st.randoms(use_true_random=False))
def test_the_whale_curve_knows_no_row_order(profit, random):
    shuffled = profit.sample(frac=1, random_state=random.randint(0, 2**31))
    pd.testing.assert_frame_equal(whale_curve(profit), whale_curve(shuffled), check_exact=True)


revenues = st.lists(st.integers(0, 10**9).map(lambda c: c / 100), min_size=2, max_size=40).filter(
    lambda v: sum(v) > 0
)


@QUICK
@given(revenues, st.sampled_from([0.01, 3.0, 1000.0]))
def test_concentration_knows_no_order_and_no_currency(values, factor):
    one, other = pd.Series(values), pd.Series(values[::-1]) * factor
    for figure in (gini, hhi, top_share):
        assert figure(one) == pytest.approx(figure(other), rel=1e-9, abs=1e-9)
    assert 0 <= gini(one) < 1
    assert 10_000 / len(values) <= hhi(one) * (1 + 1e-9)
    assert hhi(one) <= 10_000 * (1 + 1e-9)


@QUICK
@given(revenues)
def test_lorenz_is_concave_and_its_area_is_gini(values):
    curve = lorenz(pd.Series(values))
    steps = np.diff(curve["value_share"])
    assert (np.diff(steps) <= 1e-12).all()
    area = np.trapezoid(curve["value_share"], curve["account_share"])
    assert gini(pd.Series(values)) == pytest.approx(2 * area - 1, abs=1e-9)


@QUICK
@given(profits.filter(lambda v: len(v) > 1 and (v != 0).any()))
def test_gini_with_negatives_stays_a_fraction(profit):
    assert -1e-12 <= gini(profit, form="rsv") <= 1 + 1e-12


@QUICK
@given(revenues)
def test_abc_classes_follow_the_values(values):
    series = pd.Series(values)
    worth = series.groupby(abc_classes(series)).agg(["min", "max"])
    assert "A" in worth.index
    for better, worse in (("A", "B"), ("B", "C"), ("A", "C")):
        if better in worth.index and worse in worth.index:
            assert worth.loc[better, "min"] >= worth.loc[worse, "max"]
