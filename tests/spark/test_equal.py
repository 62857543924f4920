"""The same ledger in Spark and in DuckDB: the same tables, and nothing of the ledger on this machine."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

import kamkit
from kamkit.engagement.config import Read
from kamkit.engagement.gate import Source, gate
from kamkit.engagement.lake import Lake
from kamkit.engagement.schemas import TABLES
from kamkit.method import offers, profitability, risk, segmentation
from tests import real_engagements

needs_data = pytest.mark.skipif(
    not real_engagements.DATA.is_dir(), reason="the public data lie outside the project"
)
MONEY = 0.005
LINES = 5_000_000

GENERATED = """
copy (
    select date '2024-01-01' + cast(hash(i) % 731 as integer) as date,
           'A' || cast(hash(i * 7) % 1999 as varchar) as account_id,
           'P' || cast(hash(i * 11) % 40 as varchar) as product_id, 'U' || cast(hash(i * 13) % 3 as varchar) as bu_id,
           round(cast(hash(i * 19) % 200000 as double) / 100 - 500, 2) as net_amount,
           round(cast(hash(i * 19) % 200000 as double) / 90 - 500, 2) as list_amount,
           round(cast(hash(i * 19) % 200000 as double) / 160 - 300, 2) as product_cost
    from range({lines}) as t(i)
) to '{path}' (format parquet)
"""

ORDERS = """
copy (
    select date '2024-01-01' + cast(i * 7 % 730 as integer) as date, 'A' || cast(i % 23 as varchar) as account_id,
           'O' || cast(i // 3 as varchar) as order_id, 'F' || cast(i % 5 as varchar) as family,
           10.0 + cast(hash(i) % 1000 as double) / 10 as net_amount
    from range(9000) as t(i)
) to '{path}' (format parquet)
"""

DEFECTS = """
copy (
    select * from (values
        (date '2025-01-10', 'a', 1e300::double, 1.0::double), (date '1900-01-01', 'A ', 5.0, 'infinity'),
        (date '2025-02-01', null, 7.0, null), (date '2025-02-01', '  ', 'nan', 3.0), (date '2150-01-01', 'b', null, 2.0)
    ) as t(date, account_id, net_amount, product_cost)
) to '{path}' (format parquet)
"""


WORDS = """
copy (
    select * from (values
        (date '2025-01-10', 'a', 1.0::double, 'kr'), (date '2025-01-11', 'a', 2.0, 'EUR'),
        (date '2025-01-12', 'b', 3.0, 'KR '), (date '2025-01-13', 'b', 4.0, null)
    ) as t(date, account_id, net_amount, currency)
) to '{path}' (format parquet)
"""


def _lake(file: Path) -> Lake:
    return Lake("sales", str(file))


def _said(gated: Any) -> set[tuple[str, str, str, int]]:
    return {(p.severity, p.column, p.what, p.count) for p in gated.problems}


def collected_words(lines: Any) -> list[str]:
    return sorted(row["currency"] or "" for row in lines.to_native().collect())


def both(folder: Path) -> tuple[Any, Any]:
    """The engagement with its sales in DuckDB, and in Spark."""
    plain = kamkit.open(folder)
    plain.require_sound()
    with (folder / "engagement.toml").open("a", encoding="utf-8") as file:
        file.write('[ledger]\nengine = "spark"\n')
    return plain, kamkit.open(folder)


def equal(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """To the cent where it is money, to the last digit or so elsewhere."""
    pd.testing.assert_frame_equal(one, other, rtol=1e-12, atol=1e-9, check_categorical=False)


def pnl(engagement: Any, **options: Any) -> pd.DataFrame:
    sales, ledger = engagement.shown("sales"), engagement.table("ledger")
    return profitability.customer_pnl(sales, ledger, accounts=engagement.table("accounts"), **options)


@pytest.fixture(scope="module")
def adventureworks(spark, tmp_path_factory):
    return both(real_engagements.adventureworks(tmp_path_factory.mktemp("aw") / "e"))


@pytest.fixture(scope="module")
def online_retail(spark, tmp_path_factory):
    return both(real_engagements.online_retail(tmp_path_factory.mktemp("retail") / "e"))


@needs_data
@pytest.mark.parametrize("by", [("account_id",), ("account_id", "month"), ("industry", "year")])
def test_customer_pnl_of_adventureworks(adventureworks, by):
    duck, spark = (pnl(engagement, by=by) for engagement in adventureworks)
    pd.testing.assert_frame_equal(duck, spark, check_exact=True)


@needs_data
def test_adventureworks_ties_out_in_spark(adventureworks):
    engagement = adventureworks[1]
    sales, ledger = engagement.shown("sales"), engagement.table("ledger")
    truth = real_engagements.truths("adventureworks_resellers")
    table = pnl(engagement)
    assert math.fsum(table["invoiced_revenue"]) == pytest.approx(truth["total_sales"], abs=MONEY)
    assert profitability.allocation_check(table, sales, ledger)["ok"].all()
    assert profitability.reconcile(table, ledger).set_index("rung").loc["revenue", "ok"]


@needs_data
def test_customer_pnl_of_online_retail(online_retail):
    for by in (("account_id",), ("account_id", "month")):
        duck, spark = (pnl(engagement, by=by) for engagement in online_retail)
        pd.testing.assert_frame_equal(duck, spark, check_exact=True)
    assert "unassigned" in spark.index.get_level_values("account_id")


@needs_data
@pytest.mark.parametrize(
    "assessed",
    [
        profitability.invoice_pattern,
        profitability.order_values,
        segmentation.price_premium,
        lambda sales: segmentation.account_revenue(sales, "2013-01-01", "2013-11-30"),
        offers.family_sales,
    ],
)
def test_whatever_reads_the_lines_says_the_same(adventureworks, assessed: Callable[[Any], pd.DataFrame]):
    duck, spark = (assessed(engagement.shown("sales", families=True)) for engagement in adventureworks)
    equal(duck, spark)


def test_early_warnings_say_the_same(spark, tmp_path):
    file = tmp_path / "sales.parquet"
    duckdb.execute(ORDERS.format(path=file.as_posix()))
    duck, warned = (
        risk.early_warnings(sales, "2025-12-31")
        for sales in (duckdb.read_parquet(str(file)), spark.read.parquet(str(file)))
    )
    equal(duck, warned)
    assert set(duck["sign"]) == {"orders", "revenue", "range"}


@needs_data
def test_the_gate_says_the_same_of_both(adventureworks, online_retail):
    for duck, spark in (adventureworks, online_retail):
        assert _told(duck) == _told(spark)
        assert duck.period == spark.period
        assert duck.unassigned_share == pytest.approx(spark.unassigned_share, rel=1e-12)


def _told(engagement: Any) -> list[tuple]:
    return sorted(
        (p.severity, p.table, p.column, p.what, p.count)
        for p in engagement.check()
        if "not read" not in p.what
    )


@needs_data
def test_masked_sales_say_the_same(adventureworks):
    """Scaled amounts are rounded to six decimals, where the engines part at a half."""
    folder = adventureworks[0].path
    spark = kamkit.open(folder, anonymise=True)
    duck = kamkit.open(folder, anonymise=True, sales=duckdb.read_parquet(str(folder / "data/sales.parquet")))
    for read in (lambda sales: profitability.customer_pnl(sales, None), profitability.invoice_pattern):
        one, other = (read(engagement.shown("sales")) for engagement in (duck, spark))
        pd.testing.assert_frame_equal(one, other, rtol=0, atol=MONEY)


def test_a_defect_gets_the_same_verdict(spark, tmp_path):
    """Fault 19; rows of Spark have no number, so a finding shows a value."""
    file = tmp_path / "sales.parquet"
    duckdb.execute(DEFECTS.format(path=file.as_posix()))
    given = (TABLES["sales"], Read(), {}, tmp_path / "cache", "EUR")
    told = []
    for source in (Source(file), Lake("sales", str(file))):
        table, read, columns, cache, currency = given
        gated = gate(table, source, read, columns, cache=cache, currency=currency)
        told.append({(p.severity, p.column, p.what, p.count) for p in gated.problems})
        assert gated.parquet is None
        assert gated.lines is None
    assert told[0] == told[1]
    assert {column for severity, column, *_ in told[0] if severity == "fatal"} == {
        "net_amount",
        "product_cost",
    }


def test_words_of_the_client_are_mapped_in_the_engine(spark, tmp_path):
    file = tmp_path / "sales.parquet"
    duckdb.execute(WORDS.format(path=file.as_posix()))
    read, given = Read(values={"currency": {"Kr": "SEK"}}), {"cache": tmp_path / "cache", "currency": "EUR"}
    lake, plain = (gate(TABLES["sales"], source, read, {}, **given) for source in (_lake(file), Source(file)))
    assert collected_words(lake.lines) == ["", "EUR", "SEK", "SEK"]
    assert _said(lake) == _said(plain)
    assert ("note", "currency", "'Kr' was read as 'SEK', as [values.sales.currency] says", 2) in _said(lake)
    again = gate(TABLES["sales"], _lake(file), Read(), {}, **given)
    assert collected_words(again.lines) == ["", "EUR", "KR ", "kr"]
    chained = gate(
        TABLES["sales"], _lake(file), Read(values={"currency": {"Kr": "EUR", "EUR": "SEK"}}), {}, **given
    )
    assert collected_words(chained.lines) == ["", "EUR", "EUR", "SEK"]


def test_five_million_lines_and_what_is_brought_here(spark, collected, tmp_path):
    file = tmp_path / "sales.parquet"
    duckdb.execute(GENERATED.format(lines=LINES, path=file.as_posix()))
    in_duckdb, in_spark = duckdb.read_parquet(str(file)), spark.read.parquet(str(file))
    for by in (("account_id",), ("bu_id", "year")):
        duck, table = (profitability.customer_pnl(sales, None, by=by) for sales in (in_duckdb, in_spark))
        pd.testing.assert_frame_equal(duck, table, check_exact=True)
    assert max(collected) <= 1999 * 3 * 2
    assert sum(collected) < LINES / 100
