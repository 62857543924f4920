"""The data request: a workbook a client can fill in and the gate can read back."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from kamkit.engagement import request
from kamkit.engagement.config import Read
from kamkit.engagement.gate import find_sources, gate
from kamkit.engagement.request_cells import comment, entry_rule
from kamkit.engagement.schemas import TABLES
from kamkit.errors import TableError
from kamkit.locale import language, use_language

DOCS = Path(__file__).parents[2] / "docs" / "data-request.md"
SPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
COLUMNS = [(table, place, column) for table in TABLES.values() for place, column in enumerate(table.columns)]


@pytest.fixture(scope="module")
def workbook(tmp_path_factory) -> Path:
    return request.write_request(tmp_path_factory.mktemp("request") / "data-request.xlsx")


@pytest.fixture(scope="module")
def sheets(workbook) -> dict[str, list]:
    book = CalamineWorkbook.from_path(str(workbook))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def xml(workbook: Path, table: str) -> ElementTree.Element:
    number = list(TABLES).index(table) + 3
    with zipfile.ZipFile(workbook) as archive:
        return ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))


def test_there_is_a_sheet_for_each_table_after_contents_and_guide(sheets):
    assert list(sheets) == ["Contents", "Guide", *TABLES]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_sheet_holds_exactly_our_names_and_nothing_else(sheets, name):
    assert sheets[name] == [list(TABLES[name].names)]


def test_the_contents_mark_what_is_obligatory(sheets):
    marked = {row[0]: row[1] for row in sheets["Contents"] if row[0] in TABLES}
    assert [name for name, needed in marked.items() if needed.startswith("●")] == ["accounts", "sales"]
    assert set(marked) == set(TABLES) == set(request.STEPS)


def test_the_guide_explains_every_column(sheets):
    rows = {(row[0], row[1]): row[2:] for row in sheets["Guide"][1:]}
    assert list(rows) == [(table.name, column.name) for table, _, column in COLUMNS]
    for table, _, column in COLUMNS:
        needed, meaning, form, allowed, example = rows[table.name, column.name]
        assert needed.startswith("●") == column.required
        assert meaning
        assert form
        assert str(example) == column.example
        assert all(value in allowed for value in column.allowed)


@pytest.mark.parametrize("name", TABLES)
def test_identifiers_and_texts_are_text_cells_and_obligatory_headings_look_different(workbook, name):
    sheet = xml(workbook, name)
    with zipfile.ZipFile(workbook) as archive:
        styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    formats = {f.get("numFmtId"): f.get("formatCode") for f in styles.findall(".//x:numFmt", SPACE)} | {
        "49": "@"
    }
    looks, fonts = styles.findall("x:cellXfs/x:xf", SPACE), styles.findall("x:fonts/x:font", SPACE)
    columns = sheet.findall(".//x:col", SPACE)
    of_columns = [formats.get(looks[int(c.get("style"))].get("numFmtId")) for c in columns
                  for _ in range(int(c.get("min")), int(c.get("max")) + 1)]  # fmt: skip
    headings = sheet.findall(".//x:row[@r='1']/x:c", SPACE)
    for column, format_, heading in zip(TABLES[name].columns, of_columns, headings, strict=True):
        assert (format_ == "@") == (column.kind in ("id", "text", "flag")), column.name
        font = fonts[int(looks[int(heading.get("s"))].get("fontId"))]
        for mark in ("x:b", "x:u"):
            assert (font.find(mark, SPACE) is not None) == column.required, column.name


@pytest.mark.parametrize("name", TABLES)
def test_every_column_says_what_it_takes(workbook, name):
    rules = xml(workbook, name).findall(".//x:dataValidation", SPACE)
    assert len(rules) == len(TABLES[name].columns)
    for rule, column in zip(rules, TABLES[name].columns, strict=True):
        assert rule.get("promptTitle") == column.name
        if column.allowed:
            assert rule.get("type") == "list"
            assert rule.findtext("x:formula1", namespaces=SPACE) == f'"{",".join(column.allowed)}"'


def test_texts_fit_what_excel_allows():
    for _, place, column in COLUMNS:
        rule = entry_rule(column, place)
        assert len(rule["input_title"]) <= 32
        assert len(rule["error_title"]) <= 32
        assert not rule["input_message"].endswith("…")
        assert len(rule["error_message"]) <= 255
        assert ("OBLIGATORY" in comment(column)) == column.required


def test_numbers_are_held_to_their_range():
    rule = entry_rule(TABLES["relationships"].column("depth"), 2)
    assert (rule["validate"], rule["minimum"], rule["maximum"]) == ("integer", 0, 4)
    assert entry_rule(TABLES["ledger"].column("month"), 0)["value"] == "=AND(ISNUMBER(A2),DAY(A2)=1)"


def test_a_filled_workbook_passes_the_gate(tmp_path):
    """Filled cell by cell as a client's Excel would store it, each column with its example."""
    import datetime as dt

    import xlsxwriter

    (tmp_path / "data").mkdir()
    cast = {"money": float, "number": float, "fraction": float, "integer": int}
    with xlsxwriter.Workbook(
        tmp_path / "data" / "filled.xlsx", {"default_date_format": "yyyy-mm-dd"}
    ) as book:
        book.add_worksheet("Contents").write_string(0, 0, "Data request")
        book.add_worksheet("Guide").write_string(0, 0, "Sheet")
        for table in TABLES.values():
            sheet = book.add_worksheet(table.name)
            for place, column in enumerate(table.columns):
                sheet.write_string(0, place, column.name)
                if column.kind in ("date", "month"):
                    sheet.write_datetime(1, place, dt.datetime.fromisoformat(column.example))
                elif column.kind in cast:
                    sheet.write_number(1, place, cast[column.kind](column.example))
                else:
                    sheet.write_string(1, place, "00123" if column.name == "account_id" else column.example)
    sources, problems = find_sources(tmp_path / "data", {})
    assert set(sources) == set(TABLES)
    assert [p for p in problems if p.severity == "fatal"] == []
    for table in TABLES.values():
        gated = gate(table, sources[table.name], Read(), {}, cache=tmp_path / "cache", currency="EUR")
        assert [str(p) for p in gated.problems if p.severity == "fatal"] == [], table.name
        assert gated.rows_read == 1
    accounts = gate(TABLES["accounts"], sources["accounts"], Read(), {}, cache=tmp_path, currency="EUR").frame
    assert accounts["account_id"].tolist() == ["00123"]


def test_the_empty_workbook_is_no_data_and_no_traceback(workbook, tmp_path):
    sources, _ = find_sources(workbook.parent, {})
    gated = gate(TABLES["contacts"], sources["contacts"], Read(), {}, cache=tmp_path, currency="EUR")
    assert gated.rows_read == 0


def test_the_language_is_put_back(tmp_path):
    use_language("en")
    request.write_request(tmp_path / "x.xlsx", language="sv")
    assert language() == "en"


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(TableError) as error:
        request.write_request(tmp_path / "nowhere" / "x.xlsx")
    assert "nowhere" in error.value.where


def test_the_page_in_the_user_guide_is_current():
    how = (
        'python -c "from kamkit.engagement.request import data_request_markdown as m; print(m(), end=str())"'
    )
    assert DOCS.read_text(encoding="utf-8") == request.data_request_markdown(), (
        f"{how} > docs/data-request.md"
    )


def test_the_page_names_every_column_once_per_table():
    page = request.data_request_markdown()
    for table in TABLES.values():
        section = page.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(table.names)
