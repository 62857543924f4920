"""What goes wrong with rows and headers, and what the gate does: a group of tests per line."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.engagement.tables import (
    MESSY,
    fatal,
    frame_of,
    needs_messy_files,
    said,
    sales,
    through_gate,
    workbook,
    written,
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


def test_8_a_total_with_fewer_cells_than_the_header(tmp_path):
    lines = ["2025-01-01;A;1;5", "2025-01-02;B;2;5", "Total;;3"]
    path = sales(tmp_path, *lines, header="date;account_id;net_amount;quantity")
    assert frame_of(through_gate(path, "sales"))["net_amount"].tolist() == [1.0, 2.0]


def test_8_a_shifted_customer_called_total_is_shifted_not_a_total(tmp_path):
    path = written(tmp_path, "accounts.csv", "account_id,name\n1,Ab\n2,Total Oil, Ltd\n")
    assert said(through_gate(path, "accounts"), "wrong column").row == 3


def test_8_the_suppliers_called_total_in_demand_are_no_totals(tmp_path):
    header = "scope;scope_id;family;year;supplier;amount;confidence"
    lines = ["market;SE;V;2025;us;100;A", "market;SE;V;2025;Rival;200;A", "market;SE;V;2025;total;300;B"]
    path = written(tmp_path, "demand.csv", "\n".join([header, *lines]))
    assert frame_of(through_gate(path, "demand"))["amount"].tolist() == [100.0, 200.0, 300.0]


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


def test_9_headers_of_a_usual_export_are_offered_and_an_account_code_is_no_month(tmp_path):
    path = written(tmp_path, "ledger.csv", "Konto;Kontonamn;Belopp\n3000;Varor;1\n")
    gated = through_gate(path, "ledger")
    lines = {p.column: p.remedy for p in fatal(gated)}
    assert lines["code"].startswith('write "Konto" = "code"')
    assert lines["amount"].startswith('write "Belopp" = "amount"')
    assert lines["month"].startswith('write "client\'s header" = "month"')
    assert '"Kontonamn" = "name"' in said(gated, "further columns", severity="note").what


def test_9_every_missing_column_is_told_and_what_is_there_is_judged(tmp_path):
    gated = through_gate(written(tmp_path, "sales.csv", "account_id;amount;quantity\nA;1;x\n"), "sales")
    assert {p.column for p in fatal(gated)} == {"date", "net_amount", "quantity"}


def test_9_a_file_without_any_header_is_refused_with_what_was_seen(tmp_path):
    gated = through_gate(written(tmp_path, "sales.csv", "2025-01-01;A;1\n2025-01-02;B;2\n"), "sales")
    assert {p.column for p in fatal(gated)} == {"date", "account_id", "net_amount"}
    assert "'2025-01-01', 'A', '1'" in fatal(gated)[0].what


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
    assert said(gated, "kept as 'unassigned'", severity="note").count == 2


def test_11_no_account_may_be_called_unassigned(tmp_path):
    path = written(tmp_path, "accounts.csv", "account_id,name\nunassigned,a\n")
    assert said(through_gate(path, "accounts"), "reserved").severity == "fatal"
