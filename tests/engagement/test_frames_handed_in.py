"""Sales that are handed in as a frame: the same tables and verdicts as from a file."""

from __future__ import annotations

import duckdb
import narwhals as nw
import pandas as pd
import pyarrow as pa
import pytest

import kamkit
from kamkit.errors import ParameterError
from kamkit.method.profitability import customer_pnl

SALES = pd.DataFrame(
    {
        "date": pd.to_datetime(["2025-01-10", "2025-02-11", "2025-02-12"]),
        "account_id": ["a", "b", None],
        "net_amount": [100.0, 50.0, 7.0],
    }
)
FRAMES = {
    "pandas": lambda frame: frame,
    "pyarrow": pa.Table.from_pandas,
    "duckdb": duckdb.from_df,
    "narwhals": lambda frame: nw.from_native(frame),
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "engagement.toml").write_text('client = "Acme"\ncurrency = "EUR"\n', encoding="utf-8")
    (tmp_path / "data" / "accounts.csv").write_text("account_id,name\na,Anna\nb,Bo\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("kind", FRAMES)
def test_a_frame_is_a_table(folder, kind):
    engagement = kamkit.open(folder, sales=FRAMES[kind](SALES))
    engagement.require_sound()
    revenue = customer_pnl(engagement.shown("sales"), None)["invoiced_revenue"]
    assert revenue.to_dict() == {"a": 100.0, "b": 50.0, "unassigned": 7.0}
    assert {p.file for p in engagement.check() if p.table == "sales"} == {"the frame sales"}


def test_a_frame_goes_before_a_file_and_says_so(folder):
    (folder / "data" / "sales.csv").write_text(
        "date,account_id,net_amount\n2025-01-01,a,1\n", encoding="utf-8"
    )
    engagement = kamkit.open(folder, sales=SALES)
    assert any("comes from the frame sales" in p.what for p in engagement.check())
    assert customer_pnl(engagement.sales, None)["invoiced_revenue"].sum() == 157.0


def test_other_rows_are_another_input(folder):
    one, same, other = (
        kamkit.open(folder, sales=frame).fingerprint(["sales"])["sales"]
        for frame in (SALES, SALES.copy(), SALES.assign(net_amount=[100.0, 50.0, 8.0]))
    )
    assert one == same != other


def test_a_defect_of_a_frame_is_refused(folder):
    engagement = kamkit.open(folder, sales=SALES.assign(net_amount=[float("inf"), 1.0, 2.0]))
    assert any(p.column == "net_amount" and p.severity == "fatal" for p in engagement.check())


def test_what_is_no_frame_is_refused(folder):
    with pytest.raises(ParameterError, match="sales is list") as refused:
        kamkit.open(folder, sales=[1, 2]).check()
    assert "PySpark" in refused.value.allowed


def test_a_place_in_spark_without_spark_is_told(folder):
    with (folder / "engagement.toml").open("a", encoding="utf-8") as file:
        file.write('[ledger]\nsales = "lake.lines"\n')
    told = [p.what for p in kamkit.open(folder, sales=SALES).check()]
    assert "[ledger] sales is not read: the engine is duckdb" in told
