"""Group against unit: worked case, netting by hand, what the transfer price cannot change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkit.errors import NotDefinedError, UnitError, ValuesError
from kamkit.method import programme
from tests.method import toy

MONEY = st.floats(-1e5, 1e5, allow_nan=False)


def ledger_with(*transfers: tuple) -> pd.DataFrame:
    """The toy ledger, its own transfers replaced: (code, unit, amount, account)."""
    kept = toy.ledger().query("rung != 'transfer'").assign(bu_id="U1")
    rows = pd.DataFrame(transfers, columns=["code", "bu_id", "amount", "account_id"])
    return pd.concat([kept, rows.assign(month=toy.JAN, rung="transfer")], ignore_index=True)


def results(rows: list[tuple[str, str, float, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["account_id", "bu_id", "contribution", "transfers"])
    return table.assign(revenue=100.0, result=table["contribution"] - table["transfers"])


def test_the_transfer_price_moves_seller_and_buyer_and_leaves_the_group():
    table = programme.transfer_prices(1000, 300, 650, [500, 600, 700])
    assert table["seller"].tolist() == [-150, -50, 50]
    assert table["buyer"].tolist() == [200, 100, 0]
    assert table["group"].tolist() == [50, 50, 50]


@given(MONEY, MONEY, MONEY, st.lists(MONEY, min_size=1, max_size=5))
def test_seller_and_buyer_add_up_to_the_group_at_any_price(external, buyer, seller, prices):
    table = programme.transfer_prices(external, buyer, seller, prices)
    np.testing.assert_allclose(table["seller"] + table["buyer"], table["group"], atol=1e-6)
    assert table["group"].nunique() == 1


def test_transfers_follow_the_buyers_revenue_and_net_for_each_account():
    # U2 buys for 70 from U1; U2 sells 500 to a and 200 to nobody known: a bears 50, unassigned 20
    table = programme.group_results(
        toy.sales(), ledger_with(("8", "U2", 70.0, None), ("8", "U1", -70.0, None))
    )
    by_cell = table.set_index(["account_id", "bu_id"])["transfers"]
    assert by_cell[("a", "U2")] == pytest.approx(50.0)
    assert by_cell[("a", "U1")] == pytest.approx(-50.0)
    assert by_cell[("unassigned", "U1")] == pytest.approx(-20.0)
    assert table.groupby("account_id")["transfers"].sum().abs().max() == pytest.approx(0.0, abs=1e-9)


def test_traced_transfers_stay_with_their_account():
    moved = ledger_with(("8", "U2", 30.0, "b"), ("8", "U1", -30.0, "b"))
    by_cell = programme.group_results(toy.sales(), moved).set_index(["account_id", "bu_id"])["transfers"]
    assert by_cell[("b", "U2")] == 30.0
    assert by_cell[("a", "U1")] == 0.0


@pytest.mark.parametrize(
    ("transfers", "match"),
    [
        ([("8", "U2", 70.0, None), ("8", "U1", -69.0, None)], "1.00"),
        ([("8", "U2", 70.0, "a"), ("8", "U1", -70.0, None)], "net"),
        ([("8", None, 70.0, None), ("8", "U1", -70.0, None)], "business unit"),
    ],
)
def test_transfers_that_do_not_net_are_refused(transfers, match):
    with pytest.raises(ValuesError, match=match):
        programme.group_results(toy.sales(), ledger_with(*transfers))


def test_the_group_earns_what_its_customers_leave():
    from kamkit.method.profitability import customer_pnl

    tables = toy.ledger().query("rung != 'transfer'"), toy.activities(), toy.activity_use()
    group = programme.group_results(toy.sales(), *tables).groupby("account_id")["contribution"].sum()
    profit = customer_pnl(toy.sales(), *tables)["customer_profit"]
    pd.testing.assert_series_equal(group, profit, check_names=False)


def test_without_units_nothing_can_be_told():
    with pytest.raises(NotDefinedError, match="business unit"):
        programme.group_results(toy.sales().drop(columns="bu_id"))


def test_good_for_the_group_and_bad_for_a_unit():
    table = results(
        [("a", "X", 40, 0), ("a", "Y", -5, 0), ("b", "X", -9, 0), ("b", "Y", 4, 0), ("c", "X", 3, 0)]
    )
    found = programme.conflicts(table)
    assert found[["account_id", "bu_id", "group_result", "unit_result"]].to_numpy().tolist() == [
        ["a", "Y", 35, -5]
    ]
    assert found["share_of_group"].tolist() == pytest.approx([5 / 35])
    assert programme.conflicts(table, least=5).empty


@given(
    st.lists(st.tuples(MONEY, MONEY), min_size=2, max_size=12),
    st.lists(st.floats(0, 3), min_size=1, max_size=4),
)
def test_no_transfer_price_changes_the_group(pairs, factors):
    rows = []
    for i, (contribution, moved) in enumerate(pairs):
        rows += [(f"C{i}", "X", contribution, moved + 1), (f"C{i}", "Y", 10.0, -moved - 1)]
    table = results(rows)
    if not (table["transfers"].abs() > 0.005).any():
        return
    sweep = programme.transfer_sweep(table, factors)
    group = sweep.groupby(sweep.index // 2)["unit_result"].sum()
    np.testing.assert_allclose(
        group, table["contribution"].sum(), atol=1e-6 * (1 + table["contribution"].abs().sum())
    )
    assert sweep["group_result"].nunique() == 1


def test_the_sweep_counts_conflicts_as_the_table_of_conflicts_does():
    table = results([("a", "X", 40, 50), ("a", "Y", 5, -50), ("b", "X", 20, 5), ("b", "Y", -1, -5)])
    sweep = programme.transfer_sweep(table, [0.0, 1.0]).groupby("factor")["conflicts"].first()
    expected = [programme.conflicts(table, transfers=t)["account_id"].nunique() for t in (False, True)]
    assert sweep.tolist() == expected == [1, 1]


def test_credits_may_exceed_the_sale_and_change_no_result():
    table = results([("a", "X", 40, 0), ("a", "Y", -5, 0)])
    before = table.copy()
    shares = pd.DataFrame({"account_id": "a", "bu_id": ["X", "Y", "Z"], "credit_share": [1.0, 0.5, 0.25]})
    credited = programme.shadow_credits(table, shares)
    assert credited["credited"].tolist() == [200.0, 100.0, 50.0]
    assert credited["credited_share"].unique().tolist() == [1.75]
    pd.testing.assert_frame_equal(table, before)
    with pytest.raises(UnitError):
        programme.shadow_credits(table, shares.assign(credit_share=50))
    with pytest.raises(ValuesError):
        programme.shadow_credits(table, pd.concat([shares, shares]))


def test_ten_thousand_accounts_are_swept_within_a_key_press():
    import time

    draw = np.random.default_rng(2)
    n = 10_000
    moved = draw.uniform(0, 50, n)
    rows = {"account_id": np.tile([f"C{i}" for i in range(n)], 2), "bu_id": np.repeat(["X", "Y"], n)}
    table = pd.DataFrame(rows).assign(revenue=1.0, contribution=draw.normal(10, 30, 2 * n))
    table["transfers"] = np.concatenate([moved, -moved])
    table["result"] = table["contribution"] - table["transfers"]
    times = []
    for _ in range(5):
        start = time.perf_counter()
        programme.transfer_sweep(table, [1.1])
        times.append(time.perf_counter() - start)
    assert min(times) < 0.05
