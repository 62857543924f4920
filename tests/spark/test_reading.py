"""What Spark can't read at first, or not at all, and what a user is told."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kamkit
from kamkit.method.profitability import customer_pnl

SALES = pd.DataFrame(
    {
        "date": pd.to_datetime(["2025-01-10", "2025-02-11", "2025-02-12"]).date,
        "account_id": ["a", "b", "a"],
        "net_amount": [100.25, 50.5, 7.125],
    }
)


@pytest.fixture
def folder(tmp_path):
    """An engagement with the lines in Spark, without lines."""
    (tmp_path / "data").mkdir()
    (tmp_path / "engagement.toml").write_text(
        'client = "Acme"\ncurrency = "EUR"\n[ledger]\nengine = "spark"\n', encoding="utf-8"
    )
    (tmp_path / "data" / "accounts.csv").write_text("account_id,name\na,Anna\nb,Bo\n", encoding="utf-8")
    return tmp_path


def _write(file: Path, **how: object) -> None:
    pq.write_table(pa.Table.from_pandas(SALES), file, **how)


def test_numbers_whose_bytes_stand_apart_are_read(spark, folder):
    _write(folder / "data" / "sales.parquet", use_dictionary=False, use_byte_stream_split=["net_amount"])
    engagement = kamkit.open(folder)
    engagement.require_sound()
    revenue = customer_pnl(engagement.shown("sales"), None)["invoiced_revenue"]
    assert revenue.to_dict() == {"a": 107.375, "b": 50.5}
    assert spark.conf.get("spark.sql.parquet.enableVectorizedReader") == "true"


def test_a_file_that_breaks_off_within_is_a_finding(spark, folder):
    """Its foot says what is in it, so that only a look at the rows shows the damage."""
    file = folder / "data" / "sales.parquet"
    _write(file, compression="none", use_dictionary=False)
    whole = file.read_bytes()
    file.write_bytes(whole[:4] + b"\xff" * 60 + whole[64:])
    found = [p for p in kamkit.open(folder).check() if p.severity == "fatal"]
    assert [(p.file, p.table) for p in found] == [("sales.parquet", "sales")]
    assert "Spark can't read its rows" in found[0].what
    assert "Caused by" not in str(found[0])
    assert "\tat " not in str(found[0])


def test_findings_name_the_file_and_no_folder_of_the_machine(spark, folder):
    _write(folder / "data" / "sales.parquet")
    (folder / "data" / "accounts.csv").write_text("account_id,name\na,Anna\n", encoding="utf-8")
    found = [p for p in kamkit.open(folder).check() if p.table == "sales"]
    assert {p.file for p in found} == {"sales.parquet"}


def test_a_table_that_is_not_there_is_a_finding(spark, folder):
    with (folder / "engagement.toml").open("a", encoding="utf-8") as file:
        file.write('sales = "finance.invoice_lines"\n')
    [found] = [p for p in kamkit.open(folder).check() if p.severity == "fatal" and p.table == "sales"]
    assert (found.file, "TABLE_OR_VIEW_NOT_FOUND" in found.what) == ("finance.invoice_lines", True)
    assert "correct sales under [ledger]" in found.remedy


def test_a_frame_that_fails_is_a_finding(spark, folder):
    """The first look at it is the checksum, which a view or frame needs."""
    file = folder / "elsewhere.parquet"
    _write(file)
    frame = spark.read.parquet(str(file))
    file.unlink()
    found = [p for p in kamkit.open(folder, sales=frame).check() if p.severity == "fatal"]
    assert [(p.file, p.table) for p in found] == [("the frame sales", "sales")]
    assert "does not exist" in found[0].what
