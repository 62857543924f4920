"""Columns of the result tables, in their order: what consultants' notebooks are written against."""

from __future__ import annotations

import pandas as pd
import pytest

from kamkit.method.concentration import abc_classes, lorenz
from kamkit.method.markets import growth_split, market_share, profit_pool, supplier_concentration
from kamkit.method.profitability import (
    capacity_rates,
    capacity_use,
    cost_to_serve,
    customer_pnl,
    price_levers,
    reconcile,
    whale_curve,
)
from tests.method import toy

LADDER = [
    "list_revenue", "invoice_discount", "invoiced_revenue", "deductions", "pocket_revenue",
    "product_cost", "cm1", "marketing", "cm2", "selling", "cm3", "service", "cm4", "key_account",
    "capital", "customer_profit",
]  # fmt: skip
CELL = ["scope", "scope_id", "family", "year"]
COSTING = (toy.ledger(), toy.activities(), toy.activity_use())
DEMAND = pd.DataFrame({"scope": "market", "scope_id": "Sweden", "family": "Valves",
                       "year": [2024, 2024, 2025, 2025], "supplier": ["us", "total"] * 2,
                       "amount": [10.0, 100.0, 18.0, 120.0]})  # fmt: skip


def test_the_tables_of_costing():
    assert list(capacity_rates(toy.ledger())) == ["team", "cost", "practical_minutes", "rate"]
    assert list(capacity_use(*COSTING)) == [
        "team", "supplied_minutes", "used_minutes", "unused_minutes", "utilisation", "unused_cost",
    ]  # fmt: skip


@pytest.mark.parametrize("by", [("account_id",), ("account_id", "bu_id"), ("month",), ("year", "account_id")])
def test_cost_to_serve_starts_with_its_keys(by):
    assert list(cost_to_serve(*COSTING, by=by)) == [*by, "activity_id", "minutes", "cost"]


@pytest.mark.parametrize("by", [("account_id",), ("account_id", "bu_id"), ("month",), ("industry",)])
def test_the_ladder(by):
    pnl = customer_pnl(toy.sales(), *COSTING, toy.accounts(), by=by)
    assert list(pnl) == LADDER
    assert list(pnl.index.names) == list(by)
    absorbed = customer_pnl(toy.sales(), *COSTING, toy.accounts(), by=by, absorb=True)
    assert list(absorbed) == [*LADDER[:-1], "absorbed", "customer_profit"]


def test_reconciliation_and_whale_curve():
    pnl = customer_pnl(toy.sales(), *COSTING)
    assert list(reconcile(pnl, toy.ledger())) == [
        "rung", "ledger", "assigned", "unassigned", "difference", "ok",
    ]  # fmt: skip
    assert list(whale_curve(pnl["customer_profit"])) == [
        "rank", "account_id", "profit", "cumulative_profit", "cumulative_share", "account_share",
    ]  # fmt: skip


def test_levers_and_concentration():
    assert list(price_levers(100, 60, 30).index) == ["price", "variable_cost", "volume", "fixed_cost"]
    values = pd.Series({"a": 1.0, "b": 3.0}).rename_axis("account_id")
    assert list(lorenz(values)) == ["rank", "account_id", "account_share", "value_share"]
    assert abc_classes(values).index.equals(values.index)


def test_the_tables_of_markets():
    assert list(market_share(DEMAND)) == [
        *CELL, "market", "own", "competitor", "share", "relative_share", "growth",
    ]  # fmt: skip
    assert list(growth_split(DEMAND)) == [
        *CELL[:3], "year_from", "year_to", "own_from", "own_to", "change", "market_effect",
        "share_effect", "interaction",
    ]  # fmt: skip
    assert list(profit_pool(DEMAND, 0.1)) == [*CELL, "market", "margin", "pool", "size_share", "pool_share"]
    assert {"hhi", "effective_number", "cr1", "cr4"} < set(supplier_concentration(DEMAND))
