"""Ledgers of many lines: within the memory they are given, interruptible, nothing left lying about."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import duckdb
import narwhals as nw
import pandas as pd
import pytest

import kamkit
from kamkit.engagement.config import Read
from kamkit.engagement.gate import Source, gate
from kamkit.engagement.reading import ledger_intake
from kamkit.engagement.schemas import TABLES
from kamkit.engagement.watching import watched
from kamkit.method.frames import distinct

LINES = """
copy (
    select date '2024-01-01' + cast(i % 700 as integer) as date, 'A' || cast(i % 997 as varchar) as account_id,
           md5(cast(i as varchar)) as order_id, round(i % 100003 / 7.0, 2) as net_amount
    from range({lines}) as t(i)
) to '{path}' (format parquet)
"""

LIMIT = "select current_setting('memory_limit')"


@pytest.fixture
def sales(tmp_path):
    path = tmp_path / "data" / "sales.parquet"
    path.parent.mkdir()
    duckdb.execute(LINES.format(lines=400_000, path=path.as_posix()))
    return path


@pytest.fixture
def folder(sales, tmp_path):
    (tmp_path / "engagement.toml").write_text(
        'client = "Acme"\ncurrency = "EUR"\n[ledger]\nmemory_limit = "150MB"\n', encoding="utf-8"
    )
    ids = [f"A{i}" for i in range(997)]
    (tmp_path / "data" / "accounts.csv").write_text(
        "account_id,name\n" + "".join(f"{i},{i}\n" for i in ids), encoding="utf-8"
    )
    return tmp_path


def limits(asked: list[str], monkeypatch) -> None:
    """Note the memory limit of every connection that is opened."""
    opened = duckdb.connect

    def connect(*args, **options):
        connection = opened(*args, **options)
        asked.append(connection.execute(LIMIT).fetchall()[0][0])
        return connection

    monkeypatch.setattr(duckdb, "connect", connect)


def test_the_memory_limit_holds_in_the_gate_and_after_it(folder, monkeypatch):
    asked: list[str] = []
    limits(asked, monkeypatch)
    engagement = kamkit.open(folder)
    engagement.require_sound()
    assert engagement.sales.collect("pandas").shape[0] == 400_000
    given = duckdb.connect(config={"memory_limit": "150MB"}).execute(LIMIT).fetchall()[0][0]
    assert asked[:2] == [given, given]


def test_what_is_spilled_goes_with_the_process(folder):
    cache = folder / ".kamkit" / "cache"
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True)
    left = cache / f"spill-{int(ended.stdout)}"
    left.mkdir(parents=True)
    (left / "duckdb_temp_storage.tmp").touch()
    script = f"""
        import kamkit
        engagement = kamkit.open({str(folder)!r})
        sales = engagement.sales.to_native()
        print(sales.order("order_id").aggregate("count(*)").fetchall()[0][0])
        print(sorted(p.name for p in engagement._cache.glob("spill-*") if any(p.iterdir())))
    """
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines()[0] == "400000"
    assert not list(cache.glob("spill-*"))


def test_ctrl_c_while_the_gate_reads_leaves_no_half_written_cache(sales, tmp_path, monkeypatch):
    """The engine is at work for seconds; the interrupt ends it at once."""
    cache = tmp_path / "cache"
    slow = "select max(hash(a.range, b.range)) from range(100000) a, range(1000000) b"
    monkeypatch.setattr(ledger_intake.Passage, "judge", lambda self, found: self._ask(slow))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    soon = threading.Timer(0.7, os.kill, (os.getpid(), signal.SIGINT))
    soon.start()
    started = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            gate(TABLES["sales"], Source(sales), Read(), {}, cache=cache, currency="EUR")
    finally:
        soon.cancel()
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - started < 10
    assert [p.name for p in cache.rglob("*") if p.is_file()] == []
    monkeypatch.undo()
    gated = gate(TABLES["sales"], Source(sales), Read(), {}, cache=cache, currency="EUR")
    assert gated.rows_read == 400_000
    assert gated.parquet.is_file()


def test_what_a_killed_process_has_left_half_written_is_deleted(sales, tmp_path):
    cache = tmp_path / "cache"
    cache.mkdir()
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True)
    torn = cache / f".sales-0.parquet.part-{int(ended.stdout)}-abc"
    working = cache / f".sales-1.parquet.part-{os.getpid()}-abc"
    of_the_engine = cache / f"tmp_{torn.name}"
    for left in (torn, of_the_engine, working):
        left.touch()
    gate(TABLES["sales"], Source(sales), Read(), {}, cache=cache, currency="EUR")
    assert not torn.exists()
    assert not of_the_engine.exists()
    assert working.exists()


def test_different_rows_are_found_without_a_window_over_all_of_them():
    rows = pd.DataFrame({"a": ["x", "x", None, None, "y"], "b": [1.0, 1.0, 2.0, 2.0, None]})
    found = distinct(nw.from_native(duckdb.from_df(rows)).lazy())
    assert "row_number" not in found.to_native().sql_query().lower()
    expected = rows.drop_duplicates().sort_values(["a", "b"], ignore_index=True)
    pd.testing.assert_frame_equal(
        found.collect("pandas").to_native().sort_values(["a", "b"], ignore_index=True),
        expected,
        check_dtype=False,
    )
    assert len(distinct(nw.from_native(rows).lazy()).collect()) == len(expected)


def test_work_in_the_engine_hands_its_errors_on():
    with duckdb.connect() as on:
        assert watched(on, "adding", lambda: on.execute("select 2 + 2").fetchall()) == [(4,)]
        with pytest.raises(duckdb.CatalogException):
            watched(on, "looking", lambda: on.execute("select * from nowhere"))


def test_progress_shows_on_a_terminal_only_and_only_when_it_takes_long(monkeypatch, capsys):
    with duckdb.connect() as on:
        monkeypatch.setattr("kamkit.engagement.watching._PATIENCE", 0.15)
        slow = "select max(hash(a.range, b.range)) from range(300000) a, range(1000) b"
        watched(on, "reading sales.parquet", lambda: on.execute(slow).fetchall())
        assert capsys.readouterr().err == ""
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
        watched(on, "reading sales.parquet", lambda: on.execute(slow).fetchall())
        told = capsys.readouterr().err
        watched(on, "reading sales.parquet", lambda: on.execute("select 1").fetchall())
        assert capsys.readouterr().err == ""
    assert "\rreading sales.parquet: " in told
    assert told.endswith(" \r")
