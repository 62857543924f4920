"""The client's words for our fixed ones: mapped under [values], told in the error, noted by the gate."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kamkit
from kamkit.deliver.today import Today
from kamkit.engagement.problems import settling_lines
from kamkit.engagement.reading.straight import Passage
from kamkit.engagement.reading.usual_words import USUAL
from kamkit.engagement.schemas import TABLES
from tests.engagement.tables import fatal, frame_of, said, through_gate, workbook, written

LEDGER = "month;code;rung;amount\n2025-01;3010;Intäkter;100\n2025-01;5700;Frakt;7\n2025-02;5700;FRAKT ;8\n"
RUNGS = {"Intäkter": "revenue", "Frakt": "service"}


def test_words_of_the_client_are_read_as_ours(tmp_path):
    gated = through_gate(written(tmp_path, "ledger.csv", LEDGER), "ledger", values={"rung": RUNGS})
    assert frame_of(gated)["rung"].tolist() == ["revenue", "service", "service"]
    freight = said(gated, "'Frakt' was read as 'service', as [values.ledger.rung] says", severity="note")
    assert (freight.row, freight.count) == (3, 2)


def test_an_unknown_word_is_told_with_lines_to_copy(tmp_path):
    text = LEDGER + "2025-02;9999;Qwert;1\n"
    problem = said(through_gate(written(tmp_path, "ledger.csv", text), "ledger"), "not one of the words")
    assert (problem.row, problem.value, problem.count) == (2, "Intäkter", 4)
    assert "under [values.ledger.rung] in engagement.toml, a line for each" in problem.remedy
    for line in ('"Frakt" = "service"', '"Intäkter" = "revenue"', '"Qwert" = "?"'):
        assert line in problem.remedy


def test_what_is_mapped_goes_before_what_is_spelt_like_ours(tmp_path):
    text = "month,code,rung,amount\n2025-01,7000,service,1\n"
    gated = through_gate(
        written(tmp_path, "ledger.csv", text), "ledger", values={"rung": {"service": "selling"}}
    )
    assert frame_of(gated)["rung"].tolist() == ["selling"]


def test_numbers_and_flags_of_a_workbook_are_words_too(tmp_path):
    rows = [["account_id", "name", "status", "considered"], ["1", "Ab", 1, "K"], ["2", "Bo", 2, "nej"]]
    path = workbook(tmp_path / "accounts.xlsx", rows)
    gated = through_gate(
        path, "accounts", values={"status": {"1": "active", "2": "lost"}, "considered": {"k": "true"}}
    )
    assert frame_of(gated)["status"].tolist() == ["active", "lost"]
    assert frame_of(gated)["considered"].tolist() == [True, False]
    refused = said(through_gate(path, "accounts"), "neither true nor false")
    assert '"K" = "?"' in refused.remedy


def test_a_slip_among_free_words_is_a_warning_and_among_fixed_ones_a_note(tmp_path):
    text = "scope,scope_id,family,year,supplier,amount,confidence\nmarket,SE,V,2025,vi,5,A\n"
    values = {"supplier": {"vii": "us"}, "scope": {"Marknad": "market"}, "source": {"x": "y"}}
    gated = through_gate(written(tmp_path, "demand.csv", text), "demand", values=values)
    assert said(gated, "maps 'vii', which no cell says").severity == "warning"
    assert said(gated, "maps 'Marknad', which no cell says").severity == "note"
    assert said(gated, "[values.demand.source] is not used").severity == "warning"


def _typed_sales(path, currencies):
    n = len(currencies)
    columns = {
        "date": pa.array([f"2025-01-{i + 1:02d}" for i in range(n)]).cast(pa.date32()),
        "account_id": pa.array(["A"] * n),
        "net_amount": pa.array([float(i) for i in range(n)]),
        "currency": pa.array(currencies),
    }
    pq.write_table(pa.table(columns), path)
    return path


def test_a_ledger_read_straight_by_the_engine_gets_the_same_words(tmp_path, monkeypatch):
    """The typed file goes into DuckDB without a look at its cells; the CSV of the same lines goes cell by cell."""
    words = ["kr", "EUR", "KR ", None, "o'Neill"]
    values = {"currency": {"Kr": "SEK", "o'neill": "it's"}}
    path = _typed_sales(tmp_path / "sales.parquet", words)
    lines = "".join(f"2025-01-{i + 1:02d},A,{i},{word or ''}\n" for i, word in enumerate(words))
    text = written(tmp_path, "sales.csv", "date,account_id,net_amount,currency\n" + lines)
    with monkeypatch.context() as patched:
        patched.setattr(Passage, "is_open", property(lambda self: False))
        by_cell = frame_of(through_gate(text, "sales", values=values))
    gated = through_gate(path, "sales", values=values)
    straight = frame_of(gated)
    assert straight["currency"].fillna("").tolist() == ["SEK", "EUR", "SEK", "", "it's"]
    assert by_cell["currency"].fillna("").tolist() == straight["currency"].fillna("").tolist()
    note = said(gated, "'Kr' was read as 'SEK'")
    assert (note.row, note.count) == (2, 2)
    assert through_gate(path, "sales").parquet != gated.parquet


@pytest.mark.parametrize("ours", USUAL)
def test_each_word_that_is_offered_is_one_of_ours(ours):
    taken = {word for table in TABLES.values() for column in table.columns for word in column.allowed}
    assert ours in taken


def test_a_mapping_is_part_of_what_a_step_has_read(tmp_path):
    (tmp_path / "data").mkdir()
    written(tmp_path / "data", "ledger.csv", LEDGER)
    toml = 'client = "Acme"\ncurrency = "EUR"\n[values.ledger.rung]\n"Intäkter" = "revenue"\n'
    states = []
    for line in ('"Frakt" = "service"\n', '"Frakt" = "selling"\n'):
        (tmp_path / "engagement.toml").write_text(toml + line, encoding="utf-8")
        engagement = kamkit.open(tmp_path)
        assert engagement.table("ledger")["rung"].tolist()[1:] == [line.split('"')[3]] * 2
        states.append({name: Today(engagement).state(f"table:{name}", {}) for name in ("ledger", "accounts")})
    assert states[0]["ledger"] != states[1]["ledger"]
    assert states[0]["accounts"] == states[1]["accounts"]


def test_without_a_mapping_nothing_is_fatal_that_was_not(tmp_path):
    text = "month,code,rung,amount\n2025-01,3010,Revenue,1\n"
    gated = through_gate(written(tmp_path, "ledger.csv", text), "ledger")
    assert not fatal(gated)
    assert frame_of(gated)["rung"].tolist() == ["revenue"]


def test_what_is_offered_for_the_configuration_can_be_copied_in_one_piece(tmp_path):
    """Title rows, headers in Swedish, files of another name: two rounds of copying are enough."""
    (tmp_path / "data").mkdir()
    (tmp_path / "engagement.toml").write_text('client = "Acme"\ncurrency = "SEK"\n', encoding="utf-8")
    written(
        tmp_path / "data", "kunder.csv", "Kundregister;;\n\nKundnr;Kundnamn;Land\n10;Ab;Sverige\n", "cp1252"
    )
    written(tmp_path / "data", "fakturor per kund.csv", "Fakturadatum;Kundnr;Belopp\n2025-01-31;10;1,50\n")
    written(tmp_path / "data", "huvudbok.csv", "Period;Konto;Kontogrupp;Saldo\n2025-01;3010;Intäkter;1,50\n")
    offered = []
    for _ in range(3):
        problems = kamkit.open(tmp_path).check()
        offered.append(settling_lines(problems))
        with (tmp_path / "engagement.toml").open("a", encoding="utf-8") as file:
            file.write("\n".join(["", *offered[-1], ""]))
    assert '"Kundnr" = "account_id"' in offered[1]
    assert '"Land" = "country"' in offered[1]
    assert offered[2] == ["[values.ledger.rung]", '"Intäkter" = "revenue"']
    engagement = kamkit.open(tmp_path)
    assert [str(p) for p in engagement.check() if p.severity == "fatal"] == []
    assert engagement.table("ledger")["amount"].tolist() == [1.5]


def test_the_row_of_a_header_that_names_nothing_of_ours_is_its_own(tmp_path):
    text = "Kundregister;;\n;;\nKundnr;Kundnamn;Land\n10;Ab;Sverige\n"
    problem = said(through_gate(written(tmp_path, "accounts.csv", text), "accounts"), "'name' is missing")
    assert problem.row == 3
    assert problem.toml == '[columns.accounts]\n"Kundnamn" = "name"'
