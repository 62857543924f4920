"""Reading reports as they stand, and the corners of the readers that no table shows."""

from __future__ import annotations

import json
import math

import pytest

from kamkit.engagement.config import Read
from kamkit.engagement.gate import Source
from kamkit.engagement.problems import GateError
from kamkit.engagement.reading import cells, dates, numbers, totals
from kamkit.engagement.reading.cells import Tally
from tests.engagement.tables import MESSY, needs_messy_files, workbook, written

_REPORT = MESSY / "4_report_merged_headers_subtotals.xlsx"


@needs_messy_files
def test_a_report_in_two_header_rows_sums_to_the_known_truth():
    truth = json.loads((MESSY / "truths.json").read_text())["4_report"]
    report = cells(Source(_REPORT))
    assert list(report.frame.columns[:4]) == ["Land", "Kund Nr", "Kund Namn", "1996 Belopp"]
    assert len(report.frame) == truth["customer_rows"]
    years = {year: math.fsum(report.frame[f"{year} Belopp"].dropna()) for year in truth["by_year"]}
    assert {year: round(total, 2) for year, total in years.items()} == truth["by_year"]
    assert round(math.fsum(years.values()), 2) == truth["grand_total"]


@needs_messy_files
def test_a_report_s_totals_are_kept_apart_and_meet_their_rows():
    truth = json.loads((MESSY / "truths.json").read_text())["4_report"]
    report = cells(Source(_REPORT))
    amounts = [f"{year} Belopp" for year in truth["by_year"]]
    assert report.totals["Land"].iloc[-1] == "TOTALT"
    assert report.totals[amounts].iloc[-1].tolist() == list(truth["by_year"].values())
    naive = report.frame[amounts].sum().sum() + report.totals[amounts].sum().sum()
    assert round(naive, 2) == truth["naive_column_sum"]
    assert [p.severity for p in report.problems] == ["note"] * len(report.problems)


@needs_messy_files
def test_cells_merged_downwards_are_filled_and_marks_for_nothing_are_empty_not_zero():
    report = cells(Source(_REPORT))
    assert report.frame.loc[[6, 7, 8], "Land"].tolist() == ["Argentina"] * 3
    assert report.frame.loc[6, "Kund Nr"] == "CACTU"
    assert math.isnan(report.frame.loc[6, "1996 Belopp"])


def test_a_report_s_total_that_misses_its_rows_is_a_warning(tmp_path):
    rows = [["Country", "Customer", "2025"], ["SE", "A", 10.0], ["SE", "B", 5.0], ["Total", None, 16.0]]
    report = cells(Source(workbook(tmp_path / "r.xlsx", rows)))
    assert [(p.severity, p.row) for p in report.problems if "difference of 1.00" in p.what] == [
        ("warning", 4)
    ]
    assert report.frame["2025"].tolist() == [10.0, 5.0]


def test_a_report_s_header_row_may_be_told(tmp_path):
    text = "a;b\nc;d\nName;Amount\nx;1,5\n"
    report = cells(Source(written(tmp_path, "r.csv", text)), Read(header_row=3))
    assert report.frame.to_dict("list") == {"Name": ["x"], "Amount": [1.5]}


def test_a_report_without_header_is_refused(tmp_path):
    with pytest.raises(GateError, match="no row looks like a header"):
        cells(Source(written(tmp_path, "r.csv", "just one line\n")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1,2,3.4,5",
        "--7",
        "(7",
        "7)",
        "(-7)",
        "1 23",
        "1,23,456",
        "€7€",
        "7 pcs",
        "1.2.3",
        "+-7",
        "0x1F",
    ],
)
def test_what_is_no_number(text):
    assert numbers.parse(text) is None


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("SEK 1 250,50", ",", 1250.5),
        ("-€7.25", ".", -7.25),
        ("1.250,50-", ",", -1250.5),
        ("( 1,250.50 )", ".", -1250.5),
        ("+3", ".", 3.0),
        ("100:-", ",", 100.0),
        ("kr 12,5", ",", 12.5),
        ("1,5E+3", ",", 1500.0),
        ("12 %", ".", 12.0),
    ],
)
def test_numbers_taken_apart(text, decimal, value):
    assert numbers.value_of(numbers.parse(text), decimal) == value


def test_a_column_with_two_decimal_signs_proves_none_to_others():
    evidence = numbers.NumberEvidence()
    for row, cell in enumerate(("1.234,56", "1,234.56")):
        evidence.see(Tally(1, row, cell))
    assert evidence.sign() is None
    assert evidence.contradicts_itself


def test_a_language_s_months_do_not_contradict_another_s():
    from babel import Locale

    names = dates.month_names()
    for language in ("en", "sv", "de", "et", "fi", "da", "nb", "lv", "lt"):
        months = Locale(language).months["format"]["wide"]
        assert {names[name.casefold()] for name in months.values()} == set(range(1, 13)), language
        assert [names[months[m].casefold()] for m in range(1, 13)] == list(range(1, 13)), language


@pytest.mark.parametrize(
    "label", ["Summa Argentina", "Germany total", "** Total **", "Yhteensä:", "Sub-total North"]
)
def test_labels_of_totals(label):
    assert totals.says_total(label)


@pytest.mark.parametrize(
    "name", ["Totalförsvar AB", "Summit Oy", "Kokkula", "Altogether Ltd", "Somme SA", ""]
)
def test_names_that_only_begin_like_a_total(name):
    assert not totals.says_total(name)
