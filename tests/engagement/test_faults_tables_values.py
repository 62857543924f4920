"""What goes wrong with values, and what the gate does then: a group of tests per line of that list."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.engagement.tables import (
    fatal,
    frame_of,
    said,
    sales,
    through_gate,
    workbook,
    written,
)

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
        ("cp1252", ["Sørensen", "Bjørn Ægir", "Kjær", "Ørsted", "Bærum Kjøpmann"]),
        ("cp1257", ["Šahh", "Žalgiris", "Šokolaad", "Dušanbe", "Tšehhi Põld"]),
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


@pytest.mark.parametrize(
    "names",
    [
        ["Kučinskas", "Mačiulis"],
        ["Kučinskas", "Mačiulis", "Račkauskas", "Bačys", "Ivančikas"],
        ["Žiguli", "Šahh"],
    ],
)
def test_5_evidence_that_is_not_one_sided_is_asked(tmp_path, names):
    text = "account_id;name\n" + "".join(f"{i};{n}\n" for i, n in enumerate(names))
    gated = through_gate(written(tmp_path, "accounts.csv", text, "cp1257"), "accounts")
    assert said(gated, "encoding is ambiguous").severity == "fatal"


def test_5_a_settled_encoding_that_does_not_fit_is_refused(tmp_path):
    path = written(tmp_path, "accounts.csv", b"account_id;name\n1;\xdealgiris\n")
    assert (
        said(through_gate(path, "accounts", encoding="utf-8"), "does not decode as utf-8").severity == "fatal"
    )
    assert (
        said(through_gate(path, "accounts", encoding="klingon"), "no encoding is called").severity == "fatal"
    )


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
