"""What goes wrong with tables, and what the gate does then: one group of tests per line of that list."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import zipfile
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kamkit.engagement.config import Read
from kamkit.engagement.gate import find_sources
from tests.engagement.tables import (
    MESSY,
    as_parquet,
    fatal,
    frame_of,
    needs_messy_files,
    said,
    sales,
    through_gate,
    workbook,
    written,
)  # fmt: skip

# 1 identifiers and names that look like something else


def test_1_identifiers_and_names_stay_text(tmp_path):
    path = written(
        tmp_path, "accounts.csv", "account_id,name\n00123,NA\n1E5,None\n12-03,null\n2025-01-01,nan\n"
    )
    frame = frame_of(through_gate(path, "accounts"))
    assert frame["account_id"].tolist() == ["00123", "1E5", "12-03", "2025-01-01"]
    assert frame["name"].tolist() == ["NA", "None", "null", "nan"]


def test_1_a_single_customer_called_null_is_kept_and_asked_about(tmp_path):
    path = written(tmp_path, "accounts.csv", "account_id,name\n1,NULL\n2,Bo\n")
    gated = through_gate(path, "accounts")
    assert frame_of(gated)["name"].tolist() == ["NULL", "Bo"]
    assert said(gated, "kept as text", severity="warning").row == 2


def test_1_null_in_several_columns_is_an_export_s_mark_for_nothing(tmp_path):
    text = "account_id,name,industry,country\n1,Ab,NULL,SE\n2,Bo,NULL,NULL\n3,None,Pulp,FI\n"
    gated = through_gate(written(tmp_path, "accounts.csv", text), "accounts")
    frame = frame_of(gated)
    assert frame["industry"].isna().tolist() == [True, True, False]
    assert frame["country"].isna().tolist() == [False, True, False]
    assert frame["name"].tolist() == ["Ab", "Bo", "None"]
    assert {(p.column, p.count) for p in gated.problems if "several columns" in p.what} == {
        ("industry", 2), ("country", 1),
    }  # fmt: skip


def test_1_an_identifier_that_excel_made_a_date_is_refused(tmp_path):
    rows = [["account_id", "name"], ["A1", "Ab"], [dt.date(2025, 2, 1), "Bo"]]
    problem = said(through_gate(workbook(tmp_path / "accounts.xlsx", rows), "accounts"), "become a date")
    assert (problem.severity, problem.row, problem.column) == ("fatal", 3, "account_id")


def test_1_identifiers_as_numbers_lose_their_decimal_point_and_are_noted(tmp_path):
    rows = [["account_id", "name"], [10042, "Ab"], ["00123", "Bo"]]
    gated = through_gate(workbook(tmp_path / "accounts.xlsx", rows), "accounts")
    assert frame_of(gated)["account_id"].tolist() == ["10042", "00123"]
    assert said(gated, "leading zeros").count == 1


# 2 decimal signs


@pytest.mark.parametrize(
    ("cells", "amounts"),
    [
        (["1.234,56", "7,5"], [1234.56, 7.5]),
        (["1,234.56", "7.5"], [1234.56, 7.5]),
        (["1 234,56", "1\u00a0234 567"], None),
        (["1 234,56", "12\u00a0345,60", "1\u202f234,5"], [1234.56, 12345.6, 1234.5]),
        (["1'234.56", "1’234’567.00"], [1234.56, 1234567.0]),
        (["1.234.567", "1.234"], [1234567.0, 1234.0]),
        (["1,234", "12,34"], [1.234, 12.34]),
        (["1.234", "0.5"], [1.234, 0.5]),
        (["1.5e3", "-2E2"], [1500.0, -200.0]),
        ([".5", "1."], [0.5, 1.0]),
    ],
)
def test_2_the_column_s_own_evidence_settles_the_decimal_sign(tmp_path, cells, amounts):
    gated = through_gate(sales(tmp_path, *(f"2025-01-31;A;{c}" for c in cells)), "sales")
    if amounts is None:
        assert fatal(gated)[0].row == 3
    else:
        assert frame_of(gated)["net_amount"].tolist() == amounts


@pytest.mark.parametrize(("cell", "readings"), [("1.234", "1.234 or 1234"), ("1,234", "1.234 or 1234")])
def test_2_one_separator_alone_is_asked_with_both_readings(tmp_path, cell, readings):
    problem = said(through_gate(sales(tmp_path, f"2025-01-31;A;{cell}"), "sales"), "ambiguous", readings)
    assert (problem.severity, problem.row, problem.value) == ("fatal", 2, cell)
    assert 'decimal = ","' in problem.remedy
    assert "[read.sales]" in problem.remedy


@pytest.mark.parametrize(("decimal", "amount"), [(",", 1234.0), (".", 1.234)])
def test_2_what_engagement_toml_says_settles_it(tmp_path, decimal, amount):
    gated = through_gate(sales(tmp_path, "2025-01-31;A;1.234"), "sales", decimal=decimal)
    assert frame_of(gated)["net_amount"].tolist() == [amount]


def test_2_two_decimal_signs_in_one_column_are_refused_with_both_rows(tmp_path):
    gated = through_gate(sales(tmp_path, "2025-01-31;A;1.234,56", "2025-01-31;A;1,234.56"), "sales")
    problem = said(gated, "two decimal signs", "row 2", "row 3")
    assert problem.severity == "fatal"


def test_2_the_file_s_other_columns_may_settle_it_and_it_is_noted(tmp_path):
    path = sales(tmp_path, "2025-01-31;A;1.234;7,5", header="date;account_id;net_amount;quantity")
    gated = through_gate(path, "sales")
    assert frame_of(gated)["net_amount"].tolist() == [1234.0]
    assert said(gated, "other columns").severity == "note"


def test_2_a_wrong_grouping_is_no_number(tmp_path):
    gated = through_gate(sales(tmp_path, "2025-01-31;A;12.34.56", "2025-01-31;A;1,5"), "sales")
    assert said(gated, "not a number").row == 2


# 3 signs, percent, currency


def test_3_every_way_to_write_minus_seven(tmp_path):
    cells = ["(7)", "7-", "−7", "-7", "7"]
    gated = through_gate(sales(tmp_path, *(f"2025-01-31;A;{c}" for c in cells)), "sales")
    assert frame_of(gated)["net_amount"].tolist() == [-7.0, -7.0, -7.0, -7.0, 7.0]
    assert said(gated, "negative numbers written").count == 3


def _criteria(tmp_path: Path, *weights: str) -> Path:
    head = "instrument;item_id;text;scale_min;scale_max;direction;weight"
    rows = [f"growth;i{i};Growth?;1;5;max;{w}" for i, w in enumerate(weights)]
    return written(tmp_path, "criteria.csv", "\n".join([head, *rows]))


def test_3_percent_where_a_fraction_is_asked_is_refused(tmp_path):
    problem = said(through_gate(_criteria(tmp_path, "12 %", "88 %"), "criteria"), "percent where a fraction")
    assert (problem.severity, problem.row) == ("fatal", 2)
    assert 'percent = ["weight"] under [read.criteria]' in problem.remedy


@pytest.mark.parametrize("weights", [("12 %", "88 %"), ("12", "88"), ("12,0%", "88,0%")])
def test_3_percent_is_divided_where_the_column_says_so(tmp_path, weights):
    gated = through_gate(_criteria(tmp_path, *weights), "criteria", percent=("weight",))
    assert frame_of(gated)["weight"].tolist() == pytest.approx([0.12, 0.88])


def test_3_values_above_one_are_taken_for_percent_and_refused(tmp_path):
    problem = said(through_gate(_criteria(tmp_path, "12", "88"), "criteria"), "is it percent?")
    assert (problem.severity, problem.count, problem.value) == ("fatal", 2, "12.0")


def test_3_a_percent_column_that_is_half_fractions_is_refused(tmp_path):
    gated = through_gate(_criteria(tmp_path, "12 %", "0,88"), "criteria", percent=("weight",))
    assert said(gated, "carry a percent sign").severity == "fatal"


def test_3_one_currency_is_left_out_and_noted_another_than_the_reporting_one_refused(tmp_path):
    path = sales(tmp_path, "2025-01-31;A;€ 1,50", "2025-01-31;A;2,50 €")
    gated = through_gate(path, "sales")
    assert frame_of(gated)["net_amount"].tolist() == [1.5, 2.5]
    assert said(gated, "currency EUR").count == 2
    assert said(through_gate(path, "sales", currency="SEK"), "marked EUR, not SEK").severity == "fatal"


def test_3_two_currencies_in_one_column_are_refused(tmp_path):
    gated = through_gate(sales(tmp_path, "2025-01-31;A;EUR 1,50", "2025-01-31;A;2,50 kr"), "sales")
    assert len(fatal(gated)) == 2


# 4 dates


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (["03.04.2025", "25.04.2025"], ["2025-04-03", "2025-04-25"]),
        (["03/04/2025", "04/25/2025"], ["2025-03-04", "2025-04-25"]),
        (["2025-04-03", "2025/04/25"], ["2025-04-03", "2025-04-25"]),
        (["20250403", "20250425"], ["2025-04-03", "2025-04-25"]),
        (["2025-04-03 00:00:00.000", "2025-04-25T13:05:00Z"], ["2025-04-03", "2025-04-25"]),
        (["3 Apr 2025", "April 25, 2025"], ["2025-04-03", "2025-04-25"]),
        (["3 maj 2025", "25 oktober 2025"], ["2025-05-03", "2025-10-25"]),
        (["04.04.2025", "05.05.2025"], ["2025-04-04", "2025-05-05"]),
        (["3-Apr-99", "25-Apr-24"], ["1999-04-03", "2024-04-25"]),
        (["3/4/2025 14:30", "25/4/2025 9:05"], ["2025-04-03", "2025-04-25"]),
    ],
)
def test_4_dates_are_read_where_only_one_reading_is_possible(tmp_path, cells, days):
    gated = through_gate(sales(tmp_path, *(f"{c};A;1" for c in cells)), "sales")
    assert frame_of(gated)["date"].dt.strftime("%Y-%m-%d").tolist() == days


def test_4_dates_that_read_both_ways_are_asked_with_both_readings(tmp_path):
    gated = through_gate(sales(tmp_path, "03/04/2025;A;1", "01/02/2025;A;1"), "sales")
    problem = said(gated, "ambiguous", "2025-04-03 (day-first)", "2025-03-04 (month-first)")
    assert (problem.severity, problem.row, problem.value) == ("fatal", 2, "03/04/2025")
    assert 'dates = "day-first"' in problem.remedy
    assert "[read.sales]" in problem.remedy


@pytest.mark.parametrize(("order", "day"), [("day-first", "2025-04-03"), ("month-first", "2025-03-04")])
def test_4_what_engagement_toml_says_settles_the_order(tmp_path, order, day):
    gated = through_gate(sales(tmp_path, "03/04/2025;A;1"), "sales", dates=order)
    assert frame_of(gated)["date"].dt.strftime("%Y-%m-%d").tolist() == [day]


def test_4_iso_mixed_with_others_is_refused_until_settled(tmp_path):
    path = sales(tmp_path, "2025-04-03;A;1", "25/04/2025;A;1")
    problem = said(through_gate(path, "sales"), "two ways", "row 2", "row 3")
    assert problem.severity == "fatal"
    settled = frame_of(through_gate(path, "sales", dates="day-first"))
    assert settled["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-04-03", "2025-04-25"]


def test_4_excel_dates_mixed_with_typed_ones_are_refused(tmp_path):
    rows = [["date", "account_id", "net_amount"], [dt.date(2025, 4, 3), "A", 1.0], ["25/04/2025", "A", 1.0]]
    assert (
        said(through_gate(workbook(tmp_path / "sales.xlsx", rows), "sales"), "two ways").severity == "fatal"
    )


def test_4_no_order_that_fits_every_cell_is_refused_with_the_witnesses(tmp_path):
    gated = through_gate(sales(tmp_path, "25/04/2025;A;1", "04/25/2025;A;1"), "sales")
    assert said(gated, "no one order", "25/04/2025", "04/25/2025").severity == "fatal"


@pytest.mark.parametrize(
    ("serial", "epoch_1904", "day"),
    [
        (45720, False, "2025-03-04"),
        (61, False, "1900-03-01"),
        (59, False, "1900-02-28"),
        (44258, True, "2025-03-04"),
    ],
)
def test_4_excel_days_of_both_systems_are_right_and_reported(tmp_path, serial, epoch_1904, day):
    rows = [["date", "account_id", "net_amount"], [serial, "A", 1.0]]
    gated = through_gate(workbook(tmp_path / "sales.xlsx", rows, epoch_1904=epoch_1904), "sales")
    assert frame_of(gated)["date"].dt.strftime("%Y-%m-%d").tolist() == [day]
    assert said(gated, f"{1904 if epoch_1904 else 1900} system", day).severity == "note"


def test_4_the_day_that_excel_invented_is_refused(tmp_path):
    rows = [["date", "account_id", "net_amount"], [60, "A", 1.0]]
    assert said(through_gate(workbook(tmp_path / "sales.xlsx", rows), "sales"), "not a date").row == 2


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_4_formatted_excel_dates_need_no_serials(tmp_path, epoch_1904):
    rows = [["date", "account_id", "net_amount"], [dt.datetime(2025, 3, 4, 23, 59), "A", 1.0]]
    gated = through_gate(workbook(tmp_path / "sales.xlsx", rows, epoch_1904=epoch_1904), "sales")
    assert frame_of(gated)["date"].tolist() == [pd.Timestamp("2025-03-04")]


def test_4_serials_in_a_text_file_are_read_by_the_1900_system_with_a_warning(tmp_path):
    gated = through_gate(sales(tmp_path, "45720;A;1"), "sales")
    assert frame_of(gated)["date"].tolist() == [pd.Timestamp("2025-03-04")]
    assert "1904" in said(gated, "1900 system", severity="warning").what


@pytest.mark.parametrize("cell", ["2025-03", "03/2025", "202503", "March 2025", "2025-03-17", "mars 2025"])
def test_4_months_are_their_first_day(tmp_path, cell):
    text = f"month;account_id;activity_id;count\n{cell};A;order;3\n"
    gated = through_gate(written(tmp_path, "activity_use.csv", text), "activity_use")
    assert frame_of(gated)["month"].tolist() == [pd.Timestamp("2025-03-01")]
    assert len([p for p in gated.problems if "first day" in p.what]) == (cell == "2025-03-17")


@pytest.mark.parametrize("cell", ["31/04/2025", "2025-02-30", "yesterday", "2025", "13/13/2025"])
def test_4_what_is_no_date_is_refused_by_row(tmp_path, cell):
    gated = through_gate(sales(tmp_path, "2025-01-31;A;1", f"{cell};A;1"), "sales")
    assert fatal(gated)[0].row == 3


# 5 encodings

_NAMES = ["Åkerlund & Söner", "Põld", "Café Ünlü"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1257"])
def test_5_encodings_that_agree_or_are_marked_are_read_and_reported(tmp_path, encoding):
    text = "account_id;name\n" + "".join(f"{i};{n}\n" for i, n in enumerate(_NAMES))
    gated = through_gate(written(tmp_path, "accounts.csv", text, encoding), "accounts")
    assert frame_of(gated)["name"].tolist() == _NAMES
    reported = {"cp1257": "cp1252"}.get(encoding, encoding)
    assert said(gated, f"encoding {reported}").severity == "note"


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1257", ["UAB Kučinskas ir Co", "Šiaulių žuvis", "Panevėžys", "Mažeikių nafta", "Bačiūnai"]),
        ("cp1257", ["SIA Ķekava", "Bērziņš un dēli", "Jānis Kalniņš", "Grīziņkalns", "Mežaparks"]),
        ("cp1252", ["Mère Paillarde", "Suprêmes délices", "Père et fils", "Trèfle Île"]),
        ("cp1252", ["Tradição Hipermercados", "Que Delícia", "Comércio Mineiro", "Família São João"]),
    ],
)
def test_5_the_words_of_a_file_tell_west_from_baltic(tmp_path, encoding, names):
    text = "account_id;name\n" + "".join(f"{i};{n}\n" for i, n in enumerate(names))
    gated = through_gate(written(tmp_path, "accounts.csv", text, encoding), "accounts")
    assert frame_of(gated)["name"].tolist() == names


def test_5_an_encoding_that_reads_either_way_is_asked_with_both_readings(tmp_path):
    path = written(tmp_path, "accounts.csv", b"account_id;name\n1;\xdealgiris\n")
    problem = said(
        through_gate(path, "accounts"), "ambiguous", "'Þalgiris' as cp1252", "'Žalgiris' as cp1257"
    )
    assert problem.severity == "fatal"
    assert 'encoding = "cp1257" under [read.accounts]' in problem.remedy
    assert frame_of(through_gate(path, "accounts", encoding="cp1257"))["name"].tolist() == ["Žalgiris"]


def test_5_a_settled_encoding_that_does_not_fit_is_refused(tmp_path):
    path = written(tmp_path, "accounts.csv", b"account_id;name\n1;\xdealgiris\n")
    assert (
        said(through_gate(path, "accounts", encoding="utf-8"), "does not decode as utf-8").severity == "fatal"
    )
    assert (
        said(through_gate(path, "accounts", encoding="klingon"), "no encoding is called").severity == "fatal"
    )


# 6 quoting and shifted rows


def test_6_quoted_breaks_and_delimiters_give_the_same_table(tmp_path):
    plain = written(tmp_path, "a.csv", "account_id,name\n1,Ab\n2,Bo\n")
    text = 'account_id,name\n"1","Ab, ""the"" first\r\nline"\n2,"Bo"\n'
    gated = through_gate(written(tmp_path, "b.csv", text), "accounts")
    assert frame_of(gated)["name"].tolist() == ['Ab, "the" first\r\nline', "Bo"]
    assert (
        frame_of(through_gate(plain, "accounts"))["account_id"].tolist()
        == frame_of(gated)["account_id"].tolist()
    )


def test_6_row_numbers_are_lines_of_the_file_even_below_a_quoted_break(tmp_path):
    path = written(tmp_path, "sales.csv", 'date,account_id,net_amount\n2025-01-01,"A\nB",1\n2025-01-02,C,x\n')
    assert said(through_gate(path, "sales"), "not a number").row == 4


def test_6_a_shifted_row_is_refused_by_number(tmp_path):
    path = written(
        tmp_path, "sales.csv", "date,account_id,net_amount\n2025-01-01,A,1\n2025-01-02,B,1,5\n2025-01-03,C\n"
    )
    problem = said(through_gate(path, "sales"), "wrong column", "rows 3–4")
    assert (problem.severity, problem.row, problem.count) == ("fatal", 3, 2)


def test_6_empty_cells_at_the_end_of_rows_are_harmless(tmp_path):
    path = written(tmp_path, "sales.csv", "date,account_id,net_amount\n2025-01-01,A,1,,\n2025-01-02,B,2\n")
    assert frame_of(through_gate(path, "sales"))["net_amount"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('date,account_id,net_amount\n2025-01-01,A,1\n2025-01-02,"B,2\n2025-01-03,C,3\n', 3),
        ('date,account_id,net_amount\n2025-01-01,"A" B,1\n', 2),
    ],
)
def test_6_a_quote_left_open_is_refused_where_it_opened(tmp_path, text, row):
    gated = through_gate(written(tmp_path, "sales.csv", text), "sales")
    assert fatal(gated)[0].row == row
    assert "quote" in fatal(gated)[0].what


@needs_messy_files
@pytest.mark.parametrize("table", ["customers", "orders"])
def test_6_every_shifted_row_of_a_real_export_is_named(tmp_path, table):
    path = MESSY / f"6_neo4j_northwind_{table}_unquoted_commas.csv"
    truth = json.loads((MESSY / "truths.json").read_text())["6_neo4j"][table]
    lines = path.read_text(encoding="utf-8").splitlines()
    shifted = {i for i, line in enumerate(lines, 1) if line.count(",") + 1 != truth["header_columns"]}
    copy = Path(shutil.copy(path, tmp_path / "sales.csv"))
    columns = {
        "customerID": "account_id",
        "companyName": "name",
        "orderDate": "date",
        "freight": "net_amount",
    }
    gated = through_gate(copy, "accounts" if table == "customers" else "sales", columns)
    problem = said(gated, "wrong column")
    assert problem.count == truth["rows_with_wrong_column_count"] == len(shifted)
    assert _numbers_in(problem.what) == shifted
    assert gated.rows_read == truth["data_rows"]
    assert gated.frame is None
    assert gated.parquet is None


def _numbers_in(sentence: str) -> set[int]:
    runs = [part.split("–") for part in sentence.split("rows ")[-1].split(", ")]
    return {n for run in runs for n in range(int(run[0]), int(run[-1]) + 1)}


# 7 headers


def test_7_titles_and_blank_rows_above_the_header(tmp_path):
    text = "Sales 2025;;\n;;\nPrinted 2026-01-01;;\n\ndate;account_id;net_amount\n2025-01-01;A;1\n"
    assert frame_of(through_gate(written(tmp_path, "sales.csv", text), "sales"))["net_amount"].tolist() == [
        1.0
    ]


def test_7_a_header_repeated_lower_down_is_left_out_and_counted(tmp_path):
    head = "date;account_id;net_amount"
    gated = through_gate(
        sales(tmp_path, "2025-01-01;A;1", head, "2025-01-02;B;2", head, "2025-01-03;C;3"), "sales"
    )
    assert frame_of(gated)["net_amount"].tolist() == [1.0, 2.0, 3.0]
    assert (gated.rows_read, gated.rows_left_out) == (5, 2)
    assert said(gated, "header is repeated", "3, 5").count == 2


def test_7_a_header_in_two_merged_rows(tmp_path):
    rows = [
        ["Report"],
        [None],
        ["Customer", None, "Since"],
        ["No", "Name", None],
        ["00123", "Ab", dt.date(2020, 1, 31)],
    ]
    path = workbook(tmp_path / "accounts.xlsx", rows, merge=[(2, 0, 2, 1, "Customer")])
    columns = {"Customer No": "account_id", "Customer Name": "name"}
    frame = frame_of(through_gate(path, "accounts", columns))
    assert frame.iloc[0].tolist() == ["00123", "Ab", pd.Timestamp("2020-01-31")]


def test_7_names_are_matched_but_for_case_spaces_and_underscores(tmp_path):
    path = sales(tmp_path, "2025-01-01;A;1", header=" Date ;Account ID;NET-AMOUNT")
    assert list(frame_of(through_gate(path, "sales")).columns) == ["date", "account_id", "net_amount"]


def test_7_two_headers_for_one_column_are_refused(tmp_path):
    path = sales(tmp_path, "2025-01-01;A;1;2", header="date;account_id;net_amount;Net Amount")
    assert said(through_gate(path, "sales"), "2 headers mean 'net_amount'").severity == "fatal"


def test_7_header_row_in_engagement_toml_is_obeyed(tmp_path):
    text = "date;account_id;net_amount\nDatum;Kund;Belopp\n2025-01-01;A;1\n"
    columns = {"Datum": "date", "Kund": "account_id", "Belopp": "net_amount"}
    gated = through_gate(written(tmp_path, "sales.csv", text), "sales", columns, header_row=2)
    assert frame_of(gated)["net_amount"].tolist() == [1.0]


def test_7_excel_s_own_first_line_names_the_delimiter(tmp_path):
    text = "sep=|\ndate|account_id|net_amount\n2025-01-01|A|1\n"
    assert frame_of(through_gate(written(tmp_path, "sales.csv", text), "sales"))["net_amount"].tolist() == [
        1.0
    ]


# 8 totals


@pytest.mark.parametrize(
    "label", ["Total", "Grand total:", "Summa", "TOTALT", "Kokku", "Yhteensä", "Gesamt", "Summe"]
)
def test_8_a_total_row_is_left_out_counted_and_used_as_a_check(tmp_path, label):
    lines = ["2025-01-01;A;100,10", "2025-01-02;B;50,20", f";{label};150,30"]
    gated = through_gate(sales(tmp_path, *lines), "sales")
    assert frame_of(gated)["net_amount"].tolist() == [100.1, 50.2]
    assert (gated.rows_read, gated.rows_left_out) == (3, 1)
    assert said(gated, "total rows were left out").row == 4
    assert not [p for p in gated.problems if p.severity == "warning"]


def test_8_a_total_that_misses_the_rows_above_is_a_warning_with_the_difference(tmp_path):
    gated = through_gate(sales(tmp_path, "2025-01-01;A;100", "2025-01-02;B;50", ";Total;175,5"), "sales")
    assert said(gated, "difference of 25.50", severity="warning").row == 4


def test_8_subtotals_and_a_grand_total(tmp_path):
    lines = [
        "2025-01-01;A;1",
        "2025-01-02;A;2",
        ";Subtotal;3",
        "2025-01-01;B;4",
        ";Subtotal;4",
        ";Grand total;7",
    ]
    gated = through_gate(sales(tmp_path, *lines), "sales")
    assert frame_of(gated)["net_amount"].tolist() == [1.0, 2.0, 4.0]
    assert gated.rows_left_out == 3
    assert not [p for p in gated.problems if p.severity == "warning"]


def test_8_a_total_with_its_keys_filled_is_known_by_its_sum(tmp_path):
    lines = ["2025-01-01;A;100", "2025-01-02;B;50", "2025-01-31;Summa;150"]
    assert frame_of(through_gate(sales(tmp_path, *lines), "sales"))["net_amount"].sum() == 150.0


def test_8_a_customer_called_total_is_no_total(tmp_path):
    lines = ["2025-01-01;Total Oil AB;100", "2025-01-02;B;50", "2025-01-31;Total;77"]
    gated = through_gate(sales(tmp_path, *lines), "sales")
    assert frame_of(gated)["account_id"].tolist() == ["Total Oil AB", "B", "Total"]
    assert gated.rows_left_out == 0
    path = written(tmp_path, "accounts.csv", "account_id,name\n1,Total Oil AB\n2,Summa Finans AB\n3,Kokku\n")
    assert len(frame_of(through_gate(path, "accounts"))) == 3


def test_8_a_sale_without_customer_of_a_product_called_total_is_no_total(tmp_path):
    lines = ["2025-01-01;A;100;P1", "2025-01-02;;50;Total station"]
    path = sales(tmp_path, *lines, header="date;account_id;net_amount;product")
    assert frame_of(through_gate(path, "sales"))["net_amount"].tolist() == [100.0, 50.0]


# 9 nothing there


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_9_an_empty_file_is_not_assessed(tmp_path, text):
    gated = through_gate(written(tmp_path, "accounts.csv", text), "accounts")
    assert said(gated, "not assessed").severity == "fatal"


@pytest.mark.parametrize("table", ["accounts", "sales"])
def test_9_a_header_alone_gives_a_typed_empty_table_not_assessed(tmp_path, table):
    header = {"accounts": "account_id;name;since", "sales": "date;account_id;net_amount"}[table]
    gated = through_gate(written(tmp_path, f"{table}.csv", header + "\n"), table)
    frame = frame_of(gated)
    assert list(frame.columns) == header.split(";")
    assert len(frame) == 0
    assert said(gated, "not assessed").severity == "note"


def test_9_a_missing_required_column_offers_the_nearest_header_and_the_line_to_write(tmp_path):
    path = sales(tmp_path, "2025-01-01;A;1", header="date;account_id;net amont")
    problem = said(through_gate(path, "sales"), "'net_amount' is missing", "net amont")
    assert problem.severity == "fatal"
    assert problem.remedy.startswith('write "net amont" = "net_amount" under [columns.sales]')


# 10 identifiers that only look different


def test_10_probable_doubles_are_reported_and_never_merged(tmp_path):
    ids = ["ab12", "AB12", "AB 12", "AB\u00a012", "ＡＢ12", "other"]
    path = written(tmp_path, "accounts.csv", "account_id,name\n" + "".join(f"{i},x\n" for i in ids))
    gated = through_gate(path, "accounts")
    assert frame_of(gated)["account_id"].tolist() == ids
    assert said(gated, "probable doubles", severity="warning").count == 5


def test_10_a_key_given_twice_is_refused_with_both_rows(tmp_path):
    path = written(tmp_path, "accounts.csv", "account_id,name\n1,a\n2,b\n1,c\n")
    problem = said(through_gate(path, "accounts"), "more than once", "rows 2 and 4")
    assert (problem.severity, problem.value) == ("fatal", "1")


# 11 (the part one table can tell)


def test_11_sales_of_no_customer_are_kept_as_unassigned_and_counted(tmp_path):
    gated = through_gate(sales(tmp_path, "2025-01-01;A;1", "2025-01-01;;2", "2025-01-01; ;3"), "sales")
    frame = frame_of(gated)
    assert frame.groupby("account_id")["net_amount"].sum().to_dict() == {"A": 1.0, "unassigned": 5.0}
    assert said(gated, "kept as 'unassigned'", severity="warning").count == 2


def test_11_no_account_may_be_called_unassigned(tmp_path):
    path = written(tmp_path, "accounts.csv", "account_id,name\nunassigned,a\n")
    assert said(through_gate(path, "accounts"), "reserved").severity == "fatal"


# 13 numbers that are none


@pytest.mark.parametrize(
    "cell", ["inf", "-inf", "1e308", "1e16", "NaN", "", "#N/A", "-", "#DIV/0!", "n/a", "abc"]
)
def test_13_what_is_no_number_is_refused_in_a_required_column(tmp_path, cell):
    gated = through_gate(sales(tmp_path, "2025-01-01;A;1", f"2025-01-01;A;{cell}"), "sales")
    assert gated.parquet is None
    assert [(p.row, p.column) for p in fatal(gated)] == [(3, "net_amount")]


@pytest.mark.parametrize("cell", ["NaN", "", "#N/A", "-", "NULL"])
def test_13_marks_for_nothing_are_empty_never_zero_where_a_number_is_optional(tmp_path, cell):
    path = sales(
        tmp_path, "2025-01-01;A;1;5", f"2025-01-01;A;1;{cell}", header="date;account_id;net_amount;quantity"
    )
    gated = through_gate(path, "sales")
    assert np.isnan(frame_of(gated)["quantity"].iloc[1])
    assert len([p for p in gated.problems if "mark for nothing" in p.what]) == bool(cell)


def test_13_a_failed_excel_formula_is_refused_by_row(tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "sales.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["date", "account_id", "net_amount", "quantity"])
        for i, failed in enumerate(["", "#DIV/0!"], 1):
            page.write_row(i, 0, ["2025-01-01", "A", 1.0])
            page.write_formula(i, 3, "=1/1", None, failed or 5)
    gated = through_gate(tmp_path / "sales.xlsx", "sales")
    assert (said(gated, "formula failed").row, said(gated, "formula failed").column) == (3, "quantity")


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
    pa.parquet.write_table(table, zoned)
    pa.parquet.write_table(table.set_column(0, "date", pa.array(days, pa.timestamp("ns"))), naive)
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
    pa.parquet.write_table(table, tmp_path / "accounts.parquet")
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


def _verdict(gated) -> list[tuple]:
    return sorted(
        (p.severity, p.what, p.remedy, p.row or 0, p.column, p.count)
        for p in gated.problems
        if p.severity != "note"
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
    assert any("did you mean 'active'?" in p.remedy for p in verdicts[0])


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
