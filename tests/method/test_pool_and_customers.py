"""Demand pooled over families, and the customers among the rows of a P&L."""

from __future__ import annotations

import pandas as pd
import pytest

from kamkit.errors import AllocationError, NotDefinedError, ParameterError
from kamkit.method import markets
from kamkit.method.profitability import known_customers, largest_losses, require_allocated


def demand(rows: list[tuple]) -> pd.DataFrame:
    columns = ["scope", "scope_id", "family", "year", "supplier", "amount", "confidence"]
    return pd.DataFrame([("market", *row) for row in rows], columns=columns)


TWO_FAMILIES = demand([
    ("SE", "Valves", 2025, "us", 30.0, "A"), ("SE", "Valves", 2025, "total", 100.0, "C"),
    ("SE", "Pumps", 2025, "us", 20.0, "A"), ("SE", "Pumps", 2025, "Rival", 60.0, "B"),
])  # fmt: skip


def test_pooled_market_is_the_sum_and_an_absent_total_the_sum_of_its_suppliers():
    pooled = markets.pool(TWO_FAMILIES, over="family").set_index("supplier")
    assert pooled["amount"].to_dict() == {"Rival": 60.0, "total": 100.0 + 80.0, "us": 50.0}
    assert set(pooled["family"]) == {"all"}


def test_pooled_confidence_is_the_worst():
    pooled = markets.pool(TWO_FAMILIES, over="family").set_index("supplier")
    assert pooled["confidence"].to_dict() == {"Rival": "B", "total": "C", "us": "A"}


def test_share_of_the_pool_is_the_ratio_of_sums():
    shares = markets.market_share(markets.pool(TWO_FAMILIES, over="family"))
    assert shares["share"].item() == pytest.approx(50 / 180)


def test_ourselves_unknown_in_one_cell_is_unknown_in_the_pool():
    silent = TWO_FAMILIES[~((TWO_FAMILIES["family"] == "Pumps") & (TWO_FAMILIES["supplier"] == "us"))]
    shares = markets.market_share(markets.pool(silent, over="family"))
    assert shares["own"].isna().item()
    assert shares["market"].item() == 160.0


def test_a_cell_stated_in_one_year_only_would_fake_growth():
    rows = pd.concat([TWO_FAMILIES, demand([("SE", "Valves", 2024, "total", 90.0, "C")])])
    with pytest.raises(NotDefinedError, match="first SE, Pumps in 2024"):
        markets.pool(rows, over="family")


def test_pool_refuses_other_keys_and_absent_scopes():
    with pytest.raises(ParameterError, match="family, scope_id"):
        markets.pool(TWO_FAMILIES, over="year")
    with pytest.raises(NotDefinedError, match="scope account"):
        markets.pool(TWO_FAMILIES, over="family", scope="account")


def test_wallets_of_accounts_do_not_enter_the_market():
    wallets = TWO_FAMILIES.assign(scope="account", scope_id="10042")
    pooled = markets.pool(pd.concat([TWO_FAMILIES, wallets]), over="scope_id")
    assert pooled.groupby("family")["amount"].sum().to_dict() == {"Pumps": 20 + 60 + 80, "Valves": 30 + 100}


def pnl(profits: dict[str, float]) -> pd.DataFrame:
    frame = pd.DataFrame({"customer_profit": profits}).rename_axis("account_id")
    rungs = {"marketing": 1.0, "selling": 2.0, "service": 3.0, "key_account": 4.0}
    return frame.assign(pocket_revenue=100.0, invoiced_revenue=100.0, product_cost=50.0, **rungs)


def test_known_customers_leave_out_the_line_of_nobody():
    assert list(known_customers(pnl({"a": 1.0, "unassigned": 5.0})).index) == ["a"]
    with pytest.raises(NotDefinedError):
        known_customers(pnl({"unassigned": 5.0}))


def test_largest_losses_come_first_with_their_names():
    accounts = pd.DataFrame({"account_id": ["a", "b", "c"], "name": ["Aa", "Bb", "Cc"]})
    losses = largest_losses(pnl({"a": -1.0, "b": 2.0, "c": -9.0}), accounts)
    assert list(losses["name"]) == ["Cc", "Aa"]
    assert list(losses["customer_profit"]) == [-9.0, -1.0]
    assert set(losses["cost_to_serve"]) == {2.0 + 3.0 + 4.0}


def test_nobody_losing_is_an_empty_table():
    assert largest_losses(pnl({"a": 1.0})).empty


def test_an_allocation_that_does_not_add_up_stops_the_step():
    table = pd.DataFrame({"rung": ["selling", "service"], "difference": [0.0, 0.01], "ok": [True, False]})
    require_allocated(table[:1])
    with pytest.raises(AllocationError, match=r"service: 0\.01"):
        require_allocated(table)


def test_who_breaks_even_is_no_loser():
    rungs = dict.fromkeys(["pocket_revenue", "selling", "service", "key_account"], 0.0)
    pnl = pd.DataFrame({"invoiced_revenue": 9.0, "product_cost": 9.0, **rungs, "customer_profit": [0.0, -1.0]},
                       index=pd.Index(["a", "b"], name="account_id"))  # fmt: skip
    assert largest_losses(pnl).index.tolist() == ["b"]
