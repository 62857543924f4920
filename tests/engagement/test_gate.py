"""The gate as a whole: real exports against known truth, one table from many files, and bounded memory."""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from kamkit.engagement.config import Read
from kamkit.engagement.gate import Source, find_sources
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
)

_HEADERS = {
    "1_swedish_semicolon_cp1252.csv": ("Kundnr", "Orderdatum", "Belopp", "Ordernr"),
    "2_german_bom_utf8.csv": ("Kunde", "Datum", "Betrag (EUR)", "Auftrag"),
    "3_excel_unicode_text_utf16.txt": ("CustomerID", "OrderDate", "Amount", "OrderID"),
}


@needs_messy_files
@pytest.mark.parametrize("name", _HEADERS)
def test_three_systems_exports_of_the_same_invoices_give_the_known_truth(tmp_path, name):
    truth = json.loads((MESSY / "truths.json").read_text())["common_truth_for_files_1_2_3"]
    columns = dict(zip(_HEADERS[name], ("account_id", "date", "net_amount", "order_id"), strict=True))
    gated = through_gate(Path(shutil.copy(MESSY / name, tmp_path)), "sales", columns)
    frame = frame_of(gated)
    assert len(frame) == gated.rows_read == truth["lines"]
    assert round(math.fsum(frame["net_amount"]), 2) == truth["total_line_amount(rounded to cents per line)"]
    assert frame["order_id"].nunique() == truth["orders"]
    assert frame["account_id"].nunique() == truth["customers"]
    assert str(frame["date"].min().date()) == truth["min_date"]
    assert str(frame["date"].max().date()) == truth["max_date"]
    top = frame.groupby("account_id")["net_amount"].sum().nlargest(3)
    assert top.round(2).tolist() == list(truth["top3"].values())
    assert top.index[0] == truth["concentration"]["top1_customer"]


@needs_messy_files
def test_a_report_with_merged_cells_gives_its_customers_as_accounts(tmp_path):
    path = Path(shutil.copy(MESSY / "4_report_merged_headers_subtotals.xlsx", tmp_path))
    gated = through_gate(path, "accounts", {"Kund Nr": "account_id", "Kund Namn": "name"})
    truth = json.loads((MESSY / "truths.json").read_text())["4_report"]
    assert len(frame_of(gated)) == truth["customer_rows"]
    assert gated.rows_left_out == gated.rows_read - truth["customer_rows"] == 22


# one table, many files


def _accounts() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_id": ["00123", "1E5", "NA", "-7"],
            "name": ["None", 'Åkerlund & Söner; "AB"', "Põld", "x\ny"],
            "since": pd.to_datetime(["2020-01-31", None, "1999-12-01", "2021-05-06"]).astype(
                "datetime64[us]"
            ),
            "considered": pd.array([True, None, False, None], dtype="boolean"),
            "payment_days": [30.5, None, 0.0, 45.0],
            "relationship_stage": [1.0, None, 5.0, 2.0],
        }
    ).astype({"account_id": "str", "name": "str"})


_DIALECTS = {
    "comma": {"sep": ",", "date_format": "%Y-%m-%d"},
    "semicolon": {"sep": ";", "decimal": ",", "date_format": "%d.%m.%Y"},
    "tab": {"sep": "\t", "encoding": "utf-16", "date_format": "%m/%d/%Y"},
    "quoted": {
        "sep": "|",
        "quoting": 1,
        "encoding": "utf-8-sig",
        "date_format": "%Y%m%d",
        "lineterminator": "\r\n",
    },
    "code page": {"sep": ";", "encoding": "cp1257", "decimal": ",", "date_format": "%d.%m.%Y"},
}


@pytest.mark.parametrize("dialect", _DIALECTS)
def test_accounts_come_back_from_every_dialect(tmp_path, dialect):
    _accounts().to_csv(tmp_path / "accounts.csv", index=False, **_DIALECTS[dialect])
    pd.testing.assert_frame_equal(frame_of(through_gate(tmp_path / "accounts.csv", "accounts")), _accounts())


def test_accounts_come_back_from_a_workbook(tmp_path):
    frame = _accounts()
    rows = [[None if pd.isna(c) else c.to_pydatetime() if isinstance(c, pd.Timestamp) else c for c in row]
            for row in frame.itertuples(index=False)]  # fmt: skip
    path = workbook(tmp_path / "data.xlsx", [list(frame.columns), *rows], sheet="Accounts")
    sources, problems = find_sources(tmp_path, {})
    assert (sources, problems) == ({"accounts": Source(path, "Accounts")}, [])
    pd.testing.assert_frame_equal(frame_of(through_gate(path, "accounts")), frame)


def test_accounts_come_back_from_parquet(tmp_path):
    path = as_parquet(tmp_path / "accounts.parquet", _accounts())
    pd.testing.assert_frame_equal(frame_of(through_gate(path, "accounts")), _accounts())


_text = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12
).filter(lambda t: t.strip() and t not in ("NULL", "\\N", "#N/A") and not t.startswith("#"))
_line = st.tuples(
    st.dates(dt.date(1970, 1, 1), dt.date(2099, 12, 31)),
    st.text("abcXYZ0189-_/å", min_size=1, max_size=8),
    st.integers(-(10**11), 10**11).map(lambda cents: cents / 100),
    _text,
    st.none() | st.integers(-99, 10**6),
)


@settings(max_examples=25, deadline=None)
@given(
    lines=st.lists(_line, min_size=1, max_size=15),
    sep=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    decimal=st.sampled_from([".", ","]),
    day=st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d %b %Y"]),
)
def test_random_sales_in_random_dialects_come_back_equal(
    tmp_path_factory, lines, sep, encoding, decimal, day
):
    folder = tmp_path_factory.mktemp("dialect")
    names = ["date", "account_id", "net_amount", "bu_id", "quantity"]
    frame = pd.DataFrame(lines, columns=names)
    out = frame.assign(
        date=[d.strftime(day) for d in frame["date"]],
        net_amount=[f"{x:.2f}".replace(".", decimal) for x in frame["net_amount"]],
        quantity=frame["quantity"].astype("Int64"),
    )
    out.to_csv(folder / "sales.csv", index=False, sep=sep, encoding=encoding)
    got = frame_of(through_gate(folder / "sales.csv", "sales"))
    expected = frame.astype({"account_id": "str", "bu_id": "str", "quantity": "float64"})
    expected["date"] = pd.to_datetime(expected["date"]).astype("datetime64[us]")
    expected = expected[["date", "account_id", "net_amount", "bu_id", "quantity"]]
    pd.testing.assert_frame_equal(got[expected.columns], expected)


# the cache


def test_the_typed_file_is_used_again_until_file_or_settings_change(tmp_path):
    path = sales(tmp_path, "2025-01-01;A;1", "2025-01-02;;2")
    first = through_gate(path, "sales")
    made = first.parquet.stat().st_mtime_ns
    again = through_gate(path, "sales")
    assert again == first
    assert again.parquet.stat().st_mtime_ns == made
    assert through_gate(path, "sales", dates="day-first").parquet != first.parquet
    sales(tmp_path, "2025-01-01;A;1", "2025-01-02;;3")
    assert frame_of(through_gate(path, "sales"))["net_amount"].tolist() == [1.0, 3.0]


@pytest.mark.parametrize("line", ["2025-01-02;B;x", "2025-01-02;B;1e300", "2025-01-02;B;1;1"])
def test_nothing_of_a_refused_table_stays_in_the_cache(tmp_path, line):
    gated = through_gate(sales(tmp_path, "2025-01-01;A;1", line), "sales")
    assert fatal(gated)
    assert list((tmp_path / "cache").iterdir()) == []


# which file holds which table


def test_a_table_found_twice_is_refused_until_the_file_is_named(tmp_path):
    written(tmp_path, "sales.csv", "x")
    workbook(tmp_path / "sales.xlsx", [["x"]])
    sources, problems = find_sources(tmp_path, {})
    assert sources == {}
    assert 'file = "sales.csv" under [read.sales]' in problems[0].remedy
    sources, problems = find_sources(tmp_path, {"sales": Read(file="sales.xlsx")})
    assert (sources, problems) == ({"sales": Source(tmp_path / "sales.xlsx")}, [])


def test_a_workbook_with_a_sheet_per_table(tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "client.xlsx") as book:
        for sheet, header in [("Read me", ["x"]), ("ACCOUNTS", ["account_id", "name"]), ("products", ["a"])]:
            book.add_worksheet(sheet).write_row(0, 0, header)
    written(tmp_path, "rates.csv", "x")
    sources, problems = find_sources(tmp_path, {})
    path = tmp_path / "client.xlsx"
    assert sources == {
        "accounts": Source(path, "ACCOUNTS"),
        "products": Source(path, "products"),
        "rates": Source(tmp_path / "rates.csv"),
    }
    assert problems == []


def test_files_that_no_table_is_called_like_are_named_not_skipped_in_silence(tmp_path):
    for name in ("customers.csv", "notes.docx", "~$sales.xlsx", ".hidden.csv"):
        written(tmp_path, name, "x")
    sources, problems = find_sources(tmp_path, {})
    assert sources == {}
    assert {(p.file, p.severity) for p in problems} == {("customers.csv", "note"), ("notes.docx", "note")}


def test_a_table_in_parts_is_refused_with_what_to_do(tmp_path):
    written(tmp_path, "sales_2024.csv", "x")
    written(tmp_path, "sales_2025.csv", "x")
    problems = find_sources(tmp_path, {})[1]
    assert [p.severity for p in problems] == ["fatal", "fatal"]
    assert "join the parts to sales.csv" in problems[0].remedy


def test_a_named_file_that_is_not_there(tmp_path):
    problems = find_sources(tmp_path, {"sales": Read(file="umsatz.csv")})[1]
    assert [(p.file, p.what) for p in problems] == [("umsatz.csv", "the file is not there")]


# what is said


def test_columns_that_no_table_asks_for_are_noted(tmp_path):
    path = sales(tmp_path, "2025-01-01;A;1;x", header="date;account_id;net_amount;Seller")
    gated = through_gate(path, "sales")
    assert list(frame_of(gated).columns) == ["date", "account_id", "net_amount"]
    assert said(gated, "left out: 'Seller'").severity == "note"


def test_all_problems_of_a_table_are_told_at_once(tmp_path):
    head = "account_id;name;status;payment_days;relationship_stage;since"
    lines = ["1;a;activ;-5;7;31/12/2020", "1;;lost;x;2,5;2020-13-01"]
    gated = through_gate(written(tmp_path, "accounts.csv", "\n".join([head, *lines])), "accounts")
    assert {p.column for p in fatal(gated)} == {"status", "payment_days", "relationship_stage", "since"}


def test_enumerations_are_read_in_our_spelling_and_noted(tmp_path):
    path = written(tmp_path, "accounts.csv", "account_id,name,status\n1,a,Active\n2,b,LOST\n3,c,active\n")
    gated = through_gate(path, "accounts")
    assert frame_of(gated)["status"].tolist() == ["active", "lost", "active"]
    assert said(gated, "read as 'lost'").value == "LOST"


def test_a_missing_or_locked_file_is_a_problem_not_a_traceback(tmp_path):
    assert said(through_gate(tmp_path / "sales.csv", "sales"), "can't be read").severity == "fatal"


# how little it holds

_MEASURE = """
import resource, sys
from pathlib import Path
from kamkit.engagement.config import Read
from kamkit.engagement.gate import Source, gate
from kamkit.engagement.schemas import TABLES
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
small, large, cache = map(Path, sys.argv[1:])
gate(TABLES["sales"], Source(small), Read(), {}, cache=cache, currency="EUR")
before = peak()
gated = gate(TABLES["sales"], Source(large), Read(), {}, cache=cache, currency="EUR")
print(gated.rows_read, len(gated.problems), peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux only")
def test_a_million_lines_of_csv_are_read_in_bounded_memory(tmp_path):
    header = "date;account_id;net_amount;order_id\n"
    block = "".join(
        f"2025-01-{i % 28 + 1:02};K{i % 997};{i % 5000},{i % 90 + 10};SO-{i}\n" for i in range(100_000)
    )
    small = written(tmp_path, "small.csv", header + block)
    with (tmp_path / "large.csv").open("w") as file:
        file.write(header)
        for _ in range(10):
            file.write(block)
    command = [
        sys.executable,
        "-c",
        _MEASURE,
        str(small),
        str(tmp_path / "large.csv"),
        str(tmp_path / "cache"),
    ]
    root = str(Path(__file__).parents[2])
    run = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": root}
    )
    rows, _, kilobytes = map(int, run.stdout.split())
    assert rows == 1_000_000
    assert kilobytes < 250_000, "ten times the rows must not need ten times the memory"


def test_in_a_workbook_cells_right_of_the_table_are_left_out_and_counted(tmp_path):
    rows = [["account_id", "name"], ["1", "a", None, "a remark"], ["2", "b"]]
    gated = through_gate(workbook(tmp_path / "accounts.xlsx", rows), "accounts")
    assert frame_of(gated)["name"].tolist() == ["a", "b"]
    assert said(gated, "right of the last header").count == 1


def test_a_named_file_s_sheet_is_the_one_called_like_the_table(tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "client.xlsx") as book:
        book.add_worksheet("Read me").write(0, 0, "x")
        page = book.add_worksheet("Accounts")
        page.write_row(0, 0, ["account_id", "name"])
        page.write_row(1, 0, ["1", "a"])
    path = tmp_path / "client.xlsx"
    assert frame_of(through_gate(path, "accounts"))["name"].tolist() == ["a"]
    assert said(through_gate(path, "accounts", sheet="Kunden"), "no sheet 'Kunden'").severity == "fatal"


def test_a_line_without_end_is_refused_in_bounded_memory(tmp_path):
    path = tmp_path / "sales.csv"
    with path.open("w") as file:
        file.write("date;account_id;net_amount\n")
        file.write("x" * 25_000_000)
    assert said(through_gate(path, "sales"), "longer than").severity == "fatal"


@pytest.mark.parametrize("month", [202503, 20250317, dt.date(2025, 3, 1), "Mar 2025"])
def test_months_in_a_workbook(tmp_path, month):
    rows = [["month", "account_id", "activity_id", "count"], [month, "A", "order", 3]]
    gated = through_gate(workbook(tmp_path / "activity_use.xlsx", rows), "activity_use")
    assert frame_of(gated)["month"].tolist() == [pd.Timestamp("2025-03-01")]


def book_of(path, **sheets):
    """A workbook of named sheets, each a list of rows."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)


ROWS = [["account_id", "name"], ["1", "Ann"]]


def test_empty_sheets_of_a_data_request_give_way_to_files(tmp_path):
    book_of(tmp_path / "data-request.xlsx", sales=[["date", "account_id"]], contacts=[["contact_id"], ["c"]])
    written(tmp_path, "sales.csv", "x")
    sources, problems = find_sources(tmp_path, {})
    assert sources["sales"] == Source(tmp_path / "sales.csv")
    assert sources["contacts"].sheet == "contacts"
    assert [(p.severity, p.file) for p in problems] == [("note", "data-request.xlsx[sales]")]


def test_a_sheet_that_looks_like_a_part_is_refused_and_others_are_named(tmp_path):
    book_of(tmp_path / "client.xlsx", **{"sales": ROWS, "Sales (2)": ROWS, "opportunites": ROWS})
    problems = find_sources(tmp_path, {})[1]
    assert [(p.severity, p.file) for p in problems] == [
        ("fatal", "client.xlsx[Sales (2)]"),
        ("note", "client.xlsx"),
    ]
    assert "'opportunites'" in problems[1].what


@pytest.mark.parametrize(("file", "reads"), [("sales.xlsx", {}), ("x.xlsx", {"sales": Read(file="x.xlsx")})])
def test_several_sheets_of_which_none_is_called_like_the_table_are_asked(tmp_path, file, reads):
    book_of(tmp_path / file, **{"2023": ROWS, "2024": ROWS, "Sheet3": []})
    problems = find_sources(tmp_path, reads)[1]
    assert [p.severity for p in problems] == ["fatal"]
    assert "'2023', '2024'" in problems[0].what
    assert 'sheet = "2023" under [read.sales]' in problems[0].remedy
    settled = {"sales": reads.get("sales", Read()).model_copy(update={"sheet": "2024"})}
    assert [p for p in find_sources(tmp_path, settled)[1] if p.severity == "fatal"] == []


def test_a_file_that_engagement_toml_names_is_no_part_and_not_unread(tmp_path):
    written(tmp_path, "sales 2024.csv", "x")
    book_of(tmp_path / "currencies.xlsx", rates=ROWS)
    reads = {"sales": Read(file="sales 2024.csv"), "rates": Read(file="currencies.xlsx", sheet="rates")}
    sources, problems = find_sources(tmp_path, reads)
    assert sources["sales"] == Source(tmp_path / "sales 2024.csv")
    assert problems == []


def test_a_mapped_header_that_the_file_does_not_have_is_refused(tmp_path):
    path = written(tmp_path, "sales.csv", "date;account_id;net_amount;Valuta\n2025-01-03;1;5;SEK\n")
    gated = through_gate(path, "sales", {"Valutta": "currency"})
    problem = said(gated, "'Valutta', which is no header of the file")
    assert (problem.severity, problem.column, problem.remedy) == ("fatal", "currency", "write 'Valuta'")


def test_a_mapping_for_a_column_that_is_there_under_our_name_does_no_harm(tmp_path):
    path = written(tmp_path, "sales.csv", "date;account_id;net_amount\n2025-01-03;1;5\n")
    assert frame_of(through_gate(path, "sales", {"Belopp": "net_amount"}))["net_amount"].tolist() == [5.0]


def test_a_second_byte_order_mark_hides_no_header(tmp_path):
    path = written(tmp_path, "accounts.csv", "\ufeff\ufeffaccount_id;name\n1;Ann\n")
    assert frame_of(through_gate(path, "accounts"))["account_id"].tolist() == ["1"]


def test_identifiers_that_differ_by_a_mark_no_one_sees_are_probable_doubles(tmp_path):
    path = written(tmp_path, "accounts.csv", "account_id;name\nA1;Ann\nA1\u200b;Bob\n")
    assert said(through_gate(path, "accounts"), "probable doubles").count == 2


@pytest.mark.parametrize("table", ["accounts", "sales"])
def test_identifiers_that_excel_has_rounded_are_refused(tmp_path, table):
    header = ["account_id", "name"] if table == "accounts" else ["account_id", "date", "net_amount"]
    rest = ["Ann"] if table == "accounts" else [dt.date(2025, 1, 3), 5.0]
    path = workbook(tmp_path / f"{table}.xlsx", [header, [12345678901234567.0, *rest]])
    problem = said(through_gate(path, table), "more than 15 digits")
    assert (problem.severity, problem.row, problem.column) == ("fatal", 2, "account_id")
    path = workbook(tmp_path / f"{table}.xlsx", [header, [999999999999999.0, *rest]])
    assert frame_of(through_gate(path, table))["account_id"].tolist() == ["999999999999999"]


@pytest.mark.parametrize("value", ["<v></v>", "<v/>", "", "<v>#DIV/0!</v>"])
def test_a_formula_without_a_value_is_refused_not_read_as_empty(tmp_path, value):
    header = ["date", "account_id", "net_amount", "product_cost"]
    path = workbook(tmp_path / "plain.xlsx", [header, [dt.date(2025, 1, 3), "1", 10.0, 4.0]])
    kind = ' t="e"' if "#" in value else ""
    formula = f'<c r="D2"{kind}><f>{"C2+" * 200}0</f>{value}</c>'
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "sales.xlsx", "w") as new:
        for name in old.namelist():
            text = old.read(name).replace(b'<c r="D2"><v>4</v></c>', formula.encode())
            new.writestr(name, text)
    problem = said(through_gate(tmp_path / "sales.xlsx", "sales"), "never computed")
    assert (problem.severity, problem.row, problem.column) == ("fatal", 2, "product_cost")


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1250", ["Łódź", "Spółka", "Kraków", "Święty", "Własna"]),
        ("cp850", ["Påväl", "Åkerlund", "Älvsjö", "Väster"]),
    ],
)
def test_other_code_pages_are_asked_about_not_read_as_signs(tmp_path, encoding, names):
    lines = "".join(f"{i};{name}\n" for i, name in enumerate(names))
    path = written(tmp_path, "accounts.csv", f"account_id;name\n{lines}", encoding)
    problem = said(through_gate(path, "accounts"), "neither UTF-8 nor")
    assert problem.severity == "fatal"
    assert "under [read.accounts]" in problem.remedy
    assert frame_of(through_gate(path, "accounts", encoding=encoding))["name"].tolist() == names


def test_signs_between_words_are_no_other_code_page(tmp_path):
    names = ["Malmö–Lund AB", "D’Arcy Café", "Brand® Ltd", "Müller „Süd“ KG", "Café·Bar", "Åbo 2×4"]
    lines = "".join(f"{i};{name}\n" for i, name in enumerate(names))
    path = written(tmp_path, "accounts.csv", f"account_id;name\n{lines}", "cp1252")
    assert frame_of(through_gate(path, "accounts"))["name"].tolist() == names


def test_a_file_whose_only_sign_beyond_ascii_is_a_no_break_space_is_read(tmp_path):
    path = written(tmp_path, "accounts.csv", "account_id;name\n1;Ann\u00a0Lee\n", "cp1252")
    assert frame_of(through_gate(path, "accounts"))["name"].tolist() == ["Ann\u00a0Lee"]
