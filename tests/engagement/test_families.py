"""Sales carry the family of their product, and no line is lost on the way."""

from __future__ import annotations

from pathlib import Path

import narwhals as nw
import pandas as pd
import pytest

import kamkit

ACCOUNTS = "account_id,name\na,Åkerlund\n"
PRODUCTS = "product_id,name,family\nP1,Ball valve,Valves\nP2,Pump,Pumps\n"
SALES = (
    "date,account_id,net_amount,product_id\n2024-12-31,a,7,P1\n2025-01-31,a,100.5,P1\n2025-02-01,a,50,P2\n"
    "2025-02-02,a,-20,P9\n2025-03-16,zz,40,\n"
)


def engagement(folder: Path, **tables: str) -> Path:
    (folder / "data").mkdir(parents=True)
    toml = 'client = "Acme"\ncurrency = "EUR"\n[period]\nstart = 2025-01-01\nend = 2025-12-31\n'
    (folder / "engagement.toml").write_text(toml, encoding="utf-8")
    for name, text in {"accounts": ACCOUNTS, **tables}.items():
        (folder / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def by_family(sales) -> dict[str, float]:
    sums = nw.from_native(sales).group_by("family").agg(nw.col("net_amount").sum())
    return dict(sums.collect("pandas").to_native().to_numpy().tolist())


def test_lines_of_no_known_product_are_unassigned_and_counted(tmp_path):
    opened = kamkit.open(engagement(tmp_path / "e", sales=SALES, products=PRODUCTS))
    assert by_family(opened.sales) == {"Valves": 107.5, "Pumps": 50.0, "unassigned": 20.0}
    assert isinstance(opened.sales, nw.LazyFrame)


@pytest.mark.parametrize("products", [None, PRODUCTS])
def test_without_products_or_product_numbers_no_family_is_known(tmp_path, products):
    sales = SALES if products is None else "date,account_id,net_amount\n2025-01-31,a,177.5\n"
    tables = {"sales": sales, **({"products": products} if products else {})}
    assert by_family(kamkit.open(engagement(tmp_path / "e", **tables)).sales) == {"unassigned": 177.5}


def test_a_product_listed_twice_doubles_no_line():
    duckdb = pytest.importorskip("duckdb")
    from kamkit.engagement.ledger import with_families

    connection = duckdb.connect()
    lines = pd.DataFrame({"product_id": ["P1", "P1"], "net_amount": [1.0, 2.0]})
    twice = pd.DataFrame({"product_id": ["P1", "P1"], "family": ["Valves", "Pumps"]})
    joined = with_families(nw.from_native(connection.from_df(lines)), twice, connection)
    assert by_family(joined) == {"Valves": 3.0}


def test_a_step_has_families_where_it_declares_the_products(tmp_path):
    opened = kamkit.open(engagement(tmp_path / "e", sales=SALES, products=PRODUCTS))
    within = opened.within_period("sales", families=True)
    assert by_family(within) == {"Valves": 100.5, "Pumps": 50.0, "unassigned": 20.0}
    assert "family" not in nw.from_native(opened.within_period("sales")).collect_schema().names()
