"""Workbooks that are not .xlsx: binary and OpenDocument ones are read; what can't be is named with the way out."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from tests.engagement.tables import frame_of, said, through_gate, workbook, written

ROWS = [["account_id", "name"], ["00123", "Örnäs Kraft"], ["00124", "Õun & Pojad"]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OPEN_DOCUMENT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="accounts">{}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)
RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
)


def binary(path: Path) -> Path:
    """An .xlsb workbook, record by record of [MS-XLSB]."""
    cells = b""
    for number, row in enumerate(ROWS):
        cells += record(0, struct.pack("<I", number) + bytes(13))
        cells += b"".join(record(6, struct.pack("<II", i, 0) + wide(text)) for i, text in enumerate(row))
    size = record(148, struct.pack("<4I", 0, len(ROWS) - 1, 0, 1))
    sheet = record(129) + size + record(145) + cells + record(146) + record(130)
    name = record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("accounts"))
    settings = record(153, bytes(8) + wide(""))
    book = record(131) + settings + record(143) + name + record(144) + record(157, bytes(26)) + record(132)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/_rels/workbook.bin.rels", RELATION)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    return path


def record(kind: int, content: bytes = b"") -> bytes:
    return sevens(kind) + sevens(len(content)) + content


def sevens(number: int) -> bytes:
    """A number in bytes of seven bits, the lowest first; the eighth says that more follow."""
    return bytes([number]) if number < 128 else bytes([number % 128 + 128]) + sevens(number // 128)


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def open_document(path: Path) -> Path:
    """An .ods workbook."""
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = ("".join(cell.format(text.replace("&", "&amp;")) for text in row) for row in ROWS)
    content = OPEN_DOCUMENT.format("".join(f"<table:table-row>{row}</table:table-row>" for row in rows))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


@pytest.mark.parametrize(("ending", "make"), [("xlsb", binary), ("ods", open_document)])
def test_binary_and_open_document_workbooks_are_read(tmp_path, ending, make):
    found = frame_of(through_gate(make(tmp_path / f"accounts.{ending}"), "accounts"))
    assert found[["account_id", "name"]].to_numpy().tolist() == ROWS[1:]


@pytest.mark.parametrize(("ending", "start"), [("xls", OLE), ("xlsb", b"PK\x03\x04"), ("ods", b"PK\x03\x04")])
def test_one_that_cannot_be_read_is_named_with_the_ending_to_save_it_under(tmp_path, ending, start):
    file = written(tmp_path, f"accounts.{ending}", start + bytes(1000))
    problem = said(through_gate(file, "accounts"), "damaged or cut off")
    assert (problem.severity, problem.file) == ("fatal", f"accounts.{ending}")
    assert "save it as .xlsx" in problem.remedy


@pytest.mark.parametrize(
    ("make", "is_a", "called"),
    [(open_document, ".ods", ".xls"), (open_document, ".ods", ".xlsx"), (binary, ".xlsb", ".xls"), (binary, ".xlsb", ".ods")],
)  # fmt: skip
def test_one_under_another_s_ending_is_named_with_its_own(tmp_path, make, is_a, called):
    problem = said(through_gate(make(tmp_path / f"accounts{called}"), "accounts"), f"under the name {called}")
    assert problem.severity == "fatal"
    assert f"this is an {is_a} workbook" in problem.what
    assert problem.remedy == f"rename it to {is_a}"


def test_one_with_macros_is_read_under_its_own_ending(tmp_path):
    file = workbook(tmp_path / "accounts.xlsx", ROWS).rename(tmp_path / "accounts.xlsm")
    assert len(frame_of(through_gate(file, "accounts"))) == 2
