"""The tables of the sample keep the rules of the schemas, tie to each other, and can be made again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kamkit.engagement.schemas import RUNGS, TABLES, Column

from .conftest import SAMPLE


def _every_column() -> list[tuple[str, Column]]:
    return [(table.name, column) for table in TABLES.values() for column in table.columns]


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_those_of_the_schema(tables, name):
    frame = tables[name]
    assert len(frame) > 0
    assert set(frame.columns) <= set(TABLES[name].names)
    assert set(TABLES[name].required) <= set(frame.columns)
    assert frame[list(TABLES[name].required)].notna().all().all()


@pytest.mark.parametrize("name", TABLES)
def test_keys_are_unique(tables, name):
    key = list(TABLES[name].key)
    assert not key or not tables[name].duplicated(key).any()


@pytest.mark.parametrize(("name", "column"), _every_column(), ids=lambda v: getattr(v, "name", v))
def test_values_are_allowed(tables, name, column):
    if column.name not in tables[name]:
        assert not column.required
        return
    values = tables[name][column.name].dropna()
    if column.allowed:
        assert set(values) <= set(column.allowed)
    if column.low is not None:
        assert values.min() >= column.low
    if column.high is not None:
        assert values.max() <= column.high
    if column.kind == "month":
        assert (values.dt.day == 1).all()
    if column.kind == "integer":
        assert (values == values.round()).all()
    if column.references:
        other, field = column.references.split(".")
        assert set(values) <= set(tables[other][field])


def test_money_of_sales_and_ledger_is_in_whole_cents(tables):
    for name, columns in {
        "sales": ["net_amount", "list_amount", "product_cost"],
        "ledger": ["amount"],
    }.items():
        money = tables[name][columns].to_numpy()
        assert np.abs(money * 100 - np.rint(money * 100)).max() < 1e-4


def test_every_rung_but_capital_is_booked(tables):
    assert set(tables["ledger"]["rung"]) == set(RUNGS) - {"capital"}


def test_parents_are_no_children(tables):
    accounts = tables["accounts"]
    parents = set(accounts["parent_id"].dropna())
    assert len(parents) == 25
    assert accounts.loc[accounts["account_id"].isin(parents), "parent_id"].isna().all()


@pytest.mark.parametrize(("rung", "column"), [("revenue", "net_amount"), ("product_cost", "product_cost")])
def test_sales_tie_to_the_ledger_to_the_cent(tables, rung, column):
    sales, ledger = tables["sales"], tables["ledger"]
    month = sales["date"].dt.to_period("M").dt.to_timestamp()
    ours = sales[column].groupby([month, sales["bu_id"]]).sum()
    theirs = ledger[ledger["rung"] == rung].groupby(["month", "bu_id"])["amount"].sum()
    assert len(ours) == len(theirs) == 36 * 3
    assert ((ours * 100).round().to_numpy() == (theirs * 100).round().to_numpy()).all()


def test_transfers_net_to_zero_each_month(tables):
    ledger = tables["ledger"]
    moved = ledger[ledger["rung"] == "transfer"].groupby("month")["amount"].sum()
    assert len(moved) == 36
    assert moved.abs().max() < 0.005


def test_our_part_of_the_markets_is_what_was_invoiced(tables):
    products, accounts, demand = tables["products"], tables["accounts"], tables["demand"]
    sales = (
        tables["sales"].merge(products[["product_id", "family"]]).merge(accounts[["account_id", "country"]])
    )
    ours = sales.groupby(["country", "family", sales["date"].dt.year])["net_amount"].sum()
    us = demand[(demand["scope"] == "market") & (demand["supplier"] == "us") & (demand["year"] >= 2023)]
    us = us.groupby(["scope_id", "family", "year"])["amount"].sum()
    assert np.abs(us.to_numpy() - ours.to_numpy()).max() < 0.005


def test_suppliers_never_exceed_the_total(tables):
    demand = tables["demand"]
    cell = ["scope", "scope_id", "family", "year"]
    total = demand[demand["supplier"] == "total"].set_index(cell)["amount"]
    parts = demand[demand["supplier"] != "total"].groupby(cell)["amount"].sum()
    assert (parts.reindex(total.index) <= total).all()
    assert (total > 0).all()


def _files(folder: Path) -> dict[str, Path]:
    files = [*sorted((folder / "data").iterdir()), folder / "truth.json", folder / "engagement.toml"]
    return {path.relative_to(folder).as_posix(): path for path in files}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> list[dict[str, Path]]:
    folders = [tmp_path_factory.mktemp("made") for _ in range(2)]
    for folder in folders:
        command = [sys.executable, str(SAMPLE / "make_sample.py"), str(folder)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    return [_files(folder) for folder in folders]


def test_the_script_writes_the_same_bytes_twice(made):
    first, second = made
    assert first.keys() == second.keys()
    assert [name for name in first if first[name].read_bytes() != second[name].read_bytes()] == []


def test_the_files_kept_are_those_the_script_writes(made):
    """Parquet by its content, since the file names the version of its writer."""
    kept, new = _files(SAMPLE), made[0]
    assert kept.keys() == new.keys()
    for name, path in kept.items():
        if path.suffix == ".parquet":
            pd.testing.assert_frame_equal(pd.read_parquet(path), pd.read_parquet(new[name]))
        else:
            assert path.read_bytes() == new[name].read_bytes(), name


def test_the_sample_is_small(tables):
    assert sum(path.stat().st_size for path in _files(SAMPLE).values()) < 6_000_000
    assert 100_000 <= len(tables["sales"]) <= 150_000


def test_truths_say_what_they_are():
    facts = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
    for name, fact in facts.items():
        assert fact.keys() == {"value", "unit", "definition"}, name
        assert fact["unit"], name
        assert fact["definition"], name
