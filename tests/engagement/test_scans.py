"""How often a step looks at the whole ledger, and which process has to ask the engine at all."""

from __future__ import annotations

import duckdb
import narwhals as nw
import pandas as pd
import pytest
from narwhals._duckdb.dataframe import DuckDBLazyFrame

import kamkit
from kamkit.engagement import lake
from kamkit.engagement.lake import Lake
from kamkit.method import offers, programme, risk
from kamkit.method.profitability import customer_pnl

LINES = (
    "select date '2025-01-05' + cast(31 * (i % 12) as integer) as date, 'a' || cast(i % 3 as varchar) as account_id,"
    " 'p' as product_id, 10.0 + i as net_amount from range(120) as t(i)"
)


@pytest.fixture
def engagement(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "engagement.toml").write_text('client = "Acme"\ncurrency = "EUR"\n', encoding="utf-8")
    (tmp_path / "data" / "accounts.csv").write_text(
        "account_id,name\na0,Ann\na1,Bo\na2,Cy\n", encoding="utf-8"
    )
    (tmp_path / "data" / "products.csv").write_text(
        "product_id,name,family\np,Pump,Pumps\n", encoding="utf-8"
    )
    duckdb.sql(f"copy ({LINES}) to '{(tmp_path / 'data' / 'sales.parquet').as_posix()}' (format parquet)")
    opened = kamkit.open(tmp_path)
    opened.require_sound()
    assert opened.period
    return opened


@pytest.fixture
def scans(monkeypatch):
    """The shape of every table that leaves DuckDB."""
    shapes: list[tuple[int, int]] = []
    plain = DuckDBLazyFrame.collect

    def collect(self, *args, **options):
        found = plain(self, *args, **options)
        shapes.append(found.native.shape)
        return found

    monkeypatch.setattr(DuckDBLazyFrame, "collect", collect)
    return shapes


def test_the_same_question_scans_the_lines_once(engagement, scans):
    panels = [programme.sales_panel(engagement.sales, every=every) for every in ("month", "quarter")]
    assert (panels[0].shape, panels[1].shape) == ((3, 12), (3, 4))
    assert scans == [(12, 5)]
    tables = [offers.family_sales(engagement.sales) for _ in range(3)]
    assert len(scans) == 3
    assert tables[0]["sales"].sum() == 120 * 10 + sum(range(120))
    for _ in range(2):
        customer_pnl(engagement.within_period("sales"), None)
    assert len(scans) == 4


@pytest.mark.parametrize("today", ["2025-12-31", "2025-11-30", "2025-12-30", "2024-12-31"])
def test_losses_and_warnings_take_the_months_that_the_programme_has_asked_for(engagement, scans, today):
    """Told of the ledger they say what they say of the same lines in memory, which nobody has asked."""
    days = "date '2023-01-01' + cast(7 * (i // 5) as integer) as date, 10.0 + i * i % 97 as net_amount"
    accounts = "'a' || cast(i % 4 as varchar) as account_id, cast(i // 3 as varchar) as order_id"
    lines = f"select {days}, {accounts}, 'p' as product_id from range(780) as t(i) where i % 4 < 2 or i % 24 < 19 - i // 60"
    file = engagement.path / "data" / "sales.parquet"
    duckdb.sql(f"copy ({lines}) to '{file.as_posix()}' (format parquet)")
    sales = kamkit.open(engagement.path).sales
    programme.sales_panel(sales)
    scans.clear()
    history, warned = risk.loss_history(sales, today), risk.early_warnings(sales, today)
    assert len(scans) == (3 if pd.Timestamp(today).is_month_end else 4)
    held = sales.collect("pandas").to_native()
    assert history == risk.loss_history(held, today)
    pd.testing.assert_frame_equal(warned, risk.early_warnings(held, today), check_exact=True)


def test_who_changes_an_answer_changes_only_its_own(engagement):
    first = offers.family_sales(engagement.sales)
    untouched = first.copy()
    first["sales"] = 0.0
    pd.testing.assert_frame_equal(offers.family_sales(engagement.sales), untouched)


def test_another_frame_is_asked_anew(scans):
    """It may hold other rows by then, as a table of one's own connection can."""
    on = duckdb.connect()
    on.execute(f"create table lines as {LINES}")
    before = customer_pnl(on.table("lines"), None)["invoiced_revenue"].sum()
    lines = nw.from_native(on.table("lines")).lazy()
    customer_pnl(lines, None)
    on.execute("update lines set net_amount = 2 * net_amount")
    assert customer_pnl(lines, None)["invoiced_revenue"].sum() == 2 * before
    assert len(scans) == 3


def test_a_process_of_a_run_takes_the_mark_from_the_runner(tmp_path, monkeypatch):
    """A session of Spark takes seconds to start, a checksum a look at every row."""
    cache = tmp_path / ".kamkit"
    told = ["rows", "12"]
    monkeypatch.setattr(Lake, "_listing", lambda self: [])
    monkeypatch.setattr(Lake, "_checksum", lambda self: list(told))
    table = Lake("sales", "finance.lines", marks=cache)
    mark = table.fingerprint()
    table.keep_mark("20260101T000000Z-a")
    table.keep_mark("20260102T000000Z-b")
    assert [p.name for p in cache.iterdir()] == ["mark-sales-20260102T000000Z-b"]

    def no_session():
        raise AssertionError("Spark was asked")

    monkeypatch.setattr(lake, "spark_session", no_session)
    monkeypatch.setattr(Lake, "_checksum", lambda self: no_session())
    monkeypatch.setenv("KAMKIT_RUN", str(tmp_path / "runs" / "20260102T000000Z-b"))
    assert Lake("sales", "finance.lines", marks=cache).fingerprint() == mark
    monkeypatch.setenv("KAMKIT_RUN", str(tmp_path / "runs" / "20260101T000000Z-a"))
    with pytest.raises(AssertionError, match="Spark was asked"):
        Lake("sales", "finance.lines", marks=cache).fingerprint()


def test_a_checksum_is_made_once_until_one_looks_again(monkeypatch):
    passes = iter(range(9))
    monkeypatch.setattr(Lake, "_checksum", lambda self: [str(next(passes))])
    view = Lake("sales", frame=object())
    first = view.fingerprint()
    assert view.fingerprint() == first
    view.look_again()
    assert view.fingerprint() != first
    assert next(passes) == 2
