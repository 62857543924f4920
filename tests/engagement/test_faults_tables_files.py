"""What goes wrong with files, and the one verdict whatever the file: a group of tests per line."""

from __future__ import annotations

import datetime as dt
import os
import zipfile
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kamkit.engagement.config import Read
from kamkit.engagement.gate import find_sources
from tests.engagement.tables import (
    as_parquet,
    frame_of,
    said,
    sales,
    through_gate,
    workbook,
    written,
)

# 17 Parquet's own types


def test_17_parquet_decimals_zones_categories_and_large_strings_are_the_table_of_the_csv(tmp_path):
    ids, amounts = ["00123", "A"], ["1234.50", "-7.25"]
    text = "".join(
        f"2025-01-0{i};{a};{m};3;{o}\n" for i, (a, m, o) in enumerate(zip(ids, amounts, "98", strict=True), 1)
    )
    header = "date;account_id;net_amount;quantity;order_id"
    csv = written(tmp_path, "sales.csv", f"{header}\n{text}")
    days = [dt.datetime(2025, 1, 1, 23, 30), dt.datetime(2025, 1, 2, 0, 30)]
    stockholm = pd.DatetimeIndex(days).tz_localize("Europe/Stockholm")
    table = pa.table(
        {
            "date": pa.array(stockholm, pa.timestamp("us", "Europe/Stockholm")),
            "account_id": pa.array(ids, pa.large_string()).dictionary_encode(),
            "net_amount": pa.array([Decimal(m) for m in amounts], pa.decimal128(12, 2)),
            "quantity": pa.array([3, 3], pa.int8()),
            "order_id": pa.array([9, 8], pa.int64()),
        }
    )
    zoned, naive = tmp_path / "zoned.parquet", tmp_path / "naive.parquet"
    pq.write_table(table, zoned)
    pq.write_table(table.set_column(0, "date", pa.array(days, pa.timestamp("ns"))), naive)
    expected = frame_of(through_gate(csv, "sales"))
    for path in (zoned, naive):
        pd.testing.assert_frame_equal(frame_of(through_gate(path, "sales")), expected)
    assert said(through_gate(zoned, "sales"), "time zone", "local day").count == 2


def test_17_parquet_accounts_have_the_types_of_the_csv(tmp_path):
    header = "account_id,name,since,considered,payment_days,relationship_stage"
    text = f"{header}\n7,Ab,2020-01-31,true,30.5,1\n8,Bo,,,,\n"
    expected = frame_of(through_gate(written(tmp_path, "accounts.csv", text), "accounts"))
    table = pa.table(
        {
            "account_id": pa.array([7, 8], pa.int32()),
            "name": pa.array(["Ab", "Bo"]).dictionary_encode(),
            "since": pa.array([dt.date(2020, 1, 31), None], pa.date32()),
            "considered": pa.array([True, None]),
            "payment_days": pa.array([30.5, float("nan")]),
            "relationship_stage": pa.array([1, None], pa.uint8()),
        }
    )
    pq.write_table(table, tmp_path / "accounts.parquet")
    pd.testing.assert_frame_equal(frame_of(through_gate(tmp_path / "accounts.parquet", "accounts")), expected)


# 18 files that are not what they seem


def test_18_a_truncated_workbook_is_named(tmp_path):
    whole = workbook(tmp_path / "w.xlsx", [["account_id", "name"], ["1", "a"]]).read_bytes()
    path = written(tmp_path, "accounts.xlsx", whole[: len(whole) // 2])
    assert said(through_gate(path, "accounts"), "damaged or cut off").severity == "fatal"


def test_18_an_encrypted_workbook_is_named(tmp_path):
    content = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 600
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 600
    )
    assert (
        said(through_gate(written(tmp_path, "accounts.xlsx", content), "accounts"), "encrypted").severity
        == "fatal"
    )


def test_18_a_zip_bomb_is_not_opened(tmp_path):
    workbook(tmp_path / "accounts.xlsx", [["account_id", "name"], ["1", "a"]])
    with zipfile.ZipFile(tmp_path / "accounts.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b"\0" * (60 * 1024**2))
    assert said(through_gate(tmp_path / "accounts.xlsx", "accounts"), "unpacks to").severity == "fatal"


def test_18_one_stray_cell_at_the_end_of_a_sheet_is_not_opened(tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "accounts.xlsx") as book:
        page = book.add_worksheet("accounts")
        page.write_row(0, 0, ["account_id", "name"])
        page.write(1048575, 16383, "stray")
    assert (
        said(through_gate(tmp_path / "accounts.xlsx", "accounts"), "XFD1048576", "stray cell").severity
        == "fatal"
    )


def test_18_two_gigabytes_called_excel_are_refused_unread(tmp_path):
    path = tmp_path / "accounts.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        os.truncate(file.fileno(), 2 * 1024**3)
    assert said(through_gate(path, "accounts"), "2,048 MB", "too large").severity == "fatal"


def test_18_a_file_under_another_s_name_is_named(tmp_path):
    text = b"account_id,name\n1,a\n"
    book = workbook(tmp_path / "w.xlsx", [["account_id", "name"], ["1", "a"]]).read_bytes()
    for name, content, what in [
        ("accounts.xlsx", text, "not a workbook"),
        ("accounts.csv", book, "this is a workbook"),
        ("accounts.xls", book, "an .xlsx workbook"),
        ("accounts.parquet", text, "Parquet"),
        ("accounts.txt", b"a\0b\0\x01\x00\x00c", "not a text file"),
    ]:
        assert said(through_gate(written(tmp_path, name, content), "accounts"), what).severity == "fatal"


# 19 one verdict from every source

_DEFECTS = {
    "empty amount": ("net_amount", None),
    "infinite amount": ("net_amount", float("inf")),
    "absurd amount": ("net_amount", 1e200),
    "empty date": ("date", None),
    "empty customer": ("account_id", None),
    "early date": ("date", dt.datetime(1901, 5, 6)),
    "probable double": ("account_id", "a 1"),
    "nothing wrong": ("net_amount", 5.0),
}


@pytest.mark.parametrize("defect", _DEFECTS)
def test_19_a_defect_gets_the_same_verdict_from_csv_excel_and_parquet(tmp_path, defect):
    column, cell = _DEFECTS[defect]
    rows = [[dt.datetime(2025, 1, d), "A1", 10.0 + d] for d in range(1, 5)]
    rows[2][["date", "account_id", "net_amount"].index(column)] = cell
    frame = pd.DataFrame(rows, columns=["date", "account_id", "net_amount"])
    frame["date"] = frame["date"].astype("datetime64[us]")
    frame.to_csv(tmp_path / "sales.csv", index=False, date_format="%Y-%m-%d")
    as_parquet(tmp_path / "sales.parquet", frame)
    excel = [[("inf" if c == float("inf") else c) for c in row] for row in rows]
    workbook(tmp_path / "sales.xlsx", [list(frame.columns), *excel])
    verdicts = [
        _verdict(through_gate(tmp_path / f"sales.{end}", "sales")) for end in ("csv", "xlsx", "parquet")
    ]
    assert verdicts[0] == verdicts[1] == verdicts[2]
    assert bool(verdicts[0]) == (defect != "nothing wrong")


_CRITERIA = ["instrument", "item_id", "text", "scale_min", "scale_max", "direction", "weight"]
_DEFECTS_OF_CRITERIA = {
    "percent": (1, "weight", 35.0),
    "unknown direction": (1, "direction", "higher"),
    "key given twice": (1, "item_id", "i0"),
    "empty text": (1, "text", None),
    "below zero": (1, "weight", -0.5),
    "no text at all": (1, "instrument", "\u00a0"),
}


@pytest.mark.parametrize("defect", _DEFECTS_OF_CRITERIA)
def test_19_criteria_get_the_same_verdict_from_csv_excel_and_parquet(tmp_path, defect):
    rows = [["growth", f"i{i}", "Growth?", 1.0, 5.0, "max", 0.25] for i in range(4)]
    row, column, cell = _DEFECTS_OF_CRITERIA[defect]
    rows[row][_CRITERIA.index(column)] = cell
    frame = pd.DataFrame(rows, columns=_CRITERIA)
    frame.to_csv(tmp_path / "criteria.csv", index=False)
    as_parquet(tmp_path / "criteria.parquet", frame)
    workbook(tmp_path / "criteria.xlsx", [_CRITERIA, *rows])
    verdicts = [
        _verdict(through_gate(tmp_path / f"criteria.{end}", "criteria")) for end in ("csv", "xlsx", "parquet")
    ]
    assert verdicts[0] == verdicts[1] == verdicts[2]
    assert [v[0] for v in verdicts[0]] == ["fatal"]


@pytest.mark.parametrize(("cell", "what"), [(float("nan"), "is empty"), (float("-inf"), "infinite")])
def test_19_a_float_that_is_no_number_in_parquet_is_judged_as_in_csv(tmp_path, cell, what):
    days = pa.array([dt.date(2025, 1, 1)] * 2)
    table = pa.table({"date": days, "account_id": ["A", "B"], "net_amount": pa.array([1.0, cell])})
    pq.write_table(table, tmp_path / "sales.parquet")
    csv = sales(tmp_path, "2025-01-01;A;1", f"2025-01-01;B;{cell}")
    verdicts = [_verdict(through_gate(path, "sales")) for path in (csv, tmp_path / "sales.parquet")]
    assert verdicts[0] == verdicts[1]
    assert [what in v[1] for v in verdicts[0]] == [True]


def test_19_a_total_row_in_parquet_is_left_out_as_from_csv(tmp_path):
    frame = pd.DataFrame(
        {
            "date": pd.to_datetime(["2025-01-01", "2025-01-02", None]).astype("datetime64[us]"),
            "account_id": ["A", "B", "Summa"],
            "net_amount": [1.0, 2.0, 3.5],
        }
    )
    frame.to_csv(tmp_path / "sales.csv", index=False)
    as_parquet(tmp_path / "sales.parquet", frame)
    both = [through_gate(tmp_path / f"sales.{end}", "sales") for end in ("csv", "parquet")]
    assert _verdict(both[0]) == _verdict(both[1])
    assert "difference of 0.50" in _verdict(both[0])[0][1]
    assert [frame_of(g)["net_amount"].tolist() for g in both] == [[1.0, 2.0]] * 2


def _verdict(gated) -> list[tuple]:
    return sorted(
        (p.severity, p.what, p.remedy, p.row or 0, p.column, p.count)
        for p in gated.problems
        if p.severity != "note" or "unassigned" in p.what
    )


def test_19_the_checker_judges_a_duckdb_relation_as_it_judges_pandas():
    import duckdb

    from kamkit.engagement.reading.findings import Findings
    from kamkit.engagement.reading.verdict import ROW, judge_rows, judge_whole
    from kamkit.engagement.schemas import TABLES

    frame = pd.DataFrame(
        {
            "account_id": ["a", "A", "b", "b", None],
            "name": ["x", None, "z", "z", "v"],
            "status": ["active", "actve", None, "lost", "lost"],
            "payment_days": [30.0, -1.0, 2000.0, None, float("inf")],
            "relationship_stage": [1.0, 2.5, 9.0, None, 5.0],
            ROW: [2, 3, 4, 5, 6],
        }
    )
    relation = duckdb.from_arrow(pa.Table.from_pandas(frame, preserve_index=False))
    verdicts = []
    for native in (frame, relation):
        found = Findings("accounts")
        judge_rows(TABLES["accounts"], native, found)
        judge_whole(TABLES["accounts"], native, found)
        verdicts.append(found.problems)
    assert verdicts[0] == verdicts[1]
    faults = {(p.column, p.row) for p in verdicts[0] if p.severity == "fatal"}
    assert faults == {
        ("account_id", 6), ("account_id", 4), ("name", 3), ("status", 3),
        ("payment_days", 3), ("payment_days", 4), ("payment_days", 6),
        ("relationship_stage", 3), ("relationship_stage", 4),
    }  # fmt: skip
    assert any('" = "active"' in p.remedy for p in verdicts[0])


# 25 (the part that is the gate's): a link that leads out


def test_25_a_link_that_leads_out_of_the_data_folder_is_refused(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    written(tmp_path, "secret.csv", "account_id,name\n1,a\n")
    (data / "accounts.csv").symlink_to(tmp_path / "secret.csv")
    sources, problems = find_sources(data, {"products": Read(file="../secret.csv")})
    assert sources == {}
    assert [p.severity for p in problems] == ["fatal", "fatal"]
    assert all("leads out" in p.what for p in problems)
