"""The workbook: text stays text, totals are formulas that come to the sum of the rows, links lead to sheets."""

import datetime as dt
import math
import zipfile
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from kamkit.deliver.columns import column
from kamkit.deliver.sheet import HEADINGS_ROW, Formats, write_sheet
from kamkit.deliver.workbook import _totals, _without_margins
from kamkit.errors import TableError
from kamkit.spreadsheets import LONGEST_TEXT, cell_text, new_workbook, sheet_names

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DANGEROUS = [
    "=cmd|'/c calc'!A1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\x00y",
    "http://example.org",
    "00123",
    "1E5",
]


def written(path, frame, totals=(), table="t"):
    columns = [column(str(name), frame[name], table) for name in frame]
    sums = {name: math.fsum(frame[name].dropna()) for name in totals}
    with new_workbook(path, "Test", row_by_row=True) as book:
        sheet = book.add_worksheet("T")
        sheet.write_string(0, 0, "Title")
        write_sheet(sheet, table, frame, columns, Formats(book, "EUR"), sums)
    return path


def cells(path, sheet=1):
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{sheet}.xml"))
    return {c.get("r"): c for c in root.iter(f"{MAIN}c")}


def rows_of(path):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_dangerous_names_stay_text(tmp_path):
    frame = pd.DataFrame({"name": DANGEROUS})
    held = cells(written(tmp_path / "a.xlsx", frame))
    for row in range(len(DANGEROUS)):
        cell = held[f"A{HEADINGS_ROW + 2 + row}"]
        assert cell.find(f"{MAIN}f") is None
        assert cell.get("t") in ("inlineStr", "s")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert not [n for n in archive.namelist() if "_rels/sheet" in n]


def test_the_total_is_a_formula_over_the_rows_with_their_sum_as_value(tmp_path):
    frame = pd.DataFrame({"account_id": ["A", "B", "C"], "customer_profit": [10.1, -4.05, np.nan]})
    total = cells(written(tmp_path / "a.xlsx", frame, totals=["customer_profit"]))["B3"]
    assert total.find(f"{MAIN}f").text == "SUBTOTAL(109,B5:B7)"
    assert float(total.find(f"{MAIN}v").text) == pytest.approx(6.05)


def test_what_is_not_known_is_blank_and_never_zero(tmp_path):
    frame = pd.DataFrame({"name": ["A", None], "revenue": [np.nan, 5.0], "irr": [np.inf, 0.1]})
    rows = rows_of(written(tmp_path / "a.xlsx", frame))
    assert rows[HEADINGS_ROW + 1][:3] == ["A", "", "∞"]
    assert rows[HEADINGS_ROW + 2][:3] == ["", 5.0, 0.1]


def test_the_reconciliation_computes_its_own_differences(tmp_path):
    frame = pd.DataFrame(
        {
            "rung": ["revenue", "selling"],
            "ledger": [100.0, 50.0],
            "assigned": [99.0, 40.0],
            "unassigned": [0.0, 10.0],
            "difference": [1.0, 0.0],
        }
    )
    held = cells(written(tmp_path / "a.xlsx", frame, table="reconciliation"))
    assert held["E5"].find(f"{MAIN}f").text == "B5-C5"
    assert held["D6"].find(f"{MAIN}f").text == "B6-C6"
    assert held["D5"].find(f"{MAIN}f") is None
    assert held["E6"].find(f"{MAIN}f") is None


def test_a_long_text_is_shortened_with_a_mark():
    assert cell_text("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT
    assert cell_text("x" * 40_000) == "x" * (LONGEST_TEXT - 1) + "…"
    assert cell_text("a\ud800b") == "a?b"


@given(st.lists(st.text(max_size=60), max_size=12))
def test_sheet_names_are_what_excel_takes_and_distinct(titles):
    names = sheet_names(titles)
    assert len({n.casefold() for n in names}) == len(titles)
    for name in names:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")


def test_a_hundred_thousand_rows_take_bounded_memory(tmp_path):
    import resource

    rows = 100_000
    frame = pd.DataFrame({f"c{i}": np.arange(rows, dtype=float) for i in range(20)})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    written(tmp_path / "a.xlsx", frame)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 150, f"{grown:.0f} MiB for two million cells"
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        tail = archive.read("xl/worksheets/sheet1.xml")[-3000:]
    assert f'r="T{rows + HEADINGS_ROW + 1}"'.encode() in tail


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    with (
        pytest.raises(TableError, match="can't be written"),
        new_workbook(tmp_path / "no" / "a.xlsx", "T") as book,
    ):
        book.add_worksheet()


def test_the_same_tables_give_the_same_bytes(tmp_path):
    frame = pd.DataFrame({"account_id": ["A"], "revenue": [1.0]})
    files = []
    for name in ("a", "b"):
        with new_workbook(tmp_path / f"{name}.xlsx", "T", created=dt.datetime(2026, 1, 1)) as book:
            write_sheet(
                book.add_worksheet("T"), "t", frame, [column(c) for c in frame], Formats(book, "EUR"), {}
            )
        files.append((tmp_path / f"{name}.xlsx").read_bytes())
    assert files[0] == files[1]


def test_a_day_that_is_none_stays_what_it_is(tmp_path):
    """A decision without a day of review has an empty text there."""
    frame = pd.DataFrame({"key": ["a", "b", "c"], "review": ["", "2026-05-01", "next spring"]})
    held = rows_of(written(tmp_path / "a.xlsx", frame, table="decisions_log"))
    shown = [row[1] for row in held[HEADINGS_ROW + 1 : HEADINGS_ROW + 4]]
    assert shown[0] == ""
    assert str(shown[1]).startswith("2026-05-01")
    assert shown[2] == "next spring"


def test_figures_of_several_units_are_written_each_in_its_own(tmp_path):
    frame = pd.DataFrame(
        {
            "line": ["a", "b"],
            "unit": ["money", "share"],
            "key_figure": [1_500_000.0, 0.25],
            "rest_figure": np.nan,
        }
    )
    held = cells(written(tmp_path / "a.xlsx", frame, table="charter"))
    assert held["C5"].get("s") != held["C6"].get("s")
    assert [float(held[c].find(f"{MAIN}v").text) for c in ("C5", "C6")] == [1_500_000.0, 0.25]


def test_no_total_stands_over_running_sums_or_several_years():
    running = pd.DataFrame({"account_id": ["", "A", "B"], "ebit_change": [0.0, -8.0, -13.0]})
    years = pd.DataFrame({"account_id": ["A", "A"], "year": [2024, 2025], "wallet": [5.0, 6.0]})
    parts = pd.DataFrame({"account_id": ["A", "A"], "family": ["x", "y"], "gap": [5.0, 6.0]})
    found = [
        _totals(table, frame, [column(str(n), frame[n], table) for n in frame])
        for table, frame in (("joint_losses", running), ("share_of_wallet", years), ("white_space", parts))
    ]
    assert found == [{}, {}, {"gap": 11.0}]


def test_a_text_that_is_longer_than_its_column_makes_its_row_higher(tmp_path):
    frame = pd.DataFrame({"name": ["short", "a name of many words " * 6]})
    with zipfile.ZipFile(written(tmp_path / "a.xlsx", frame)) as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    heights = {row.get("r"): row.get("ht") for row in root.iter(f"{MAIN}row")}
    assert heights["5"] is None
    assert float(heights["6"]) >= 45


def test_sums_over_all_customers_or_families_are_no_rows_of_their_own():
    sales = pd.DataFrame(
        {"account_id": ["A", "A", "all"], "family": ["x", "all", "all"], "sales": [5.0, 5.0, 9.0]}
    )
    units = pd.DataFrame({"account_id": ["A"], "bu_id": ["all"], "result": [5.0]})
    assert _without_margins("family_sales", sales)["sales"].tolist() == [5.0]
    assert len(_without_margins("group_results", units)) == 1
