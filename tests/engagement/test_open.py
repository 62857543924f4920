"""Opening an engagement: tables behind the gate, the ledger engine, and what forbids a run."""

from __future__ import annotations

from pathlib import Path

import narwhals as nw
import pandas as pd
import pytest
import xlsxwriter

import kamkit
from kamkit.engagement import GateError
from kamkit.errors import ConfigError, TableError

ACCOUNTS = "account_id,name\n00123,Åkerlund\n1E5,NA\n"
SALES = "date,account_id,net_amount\n2025-01-31,00123,100.50\n2025-02-01,1E5,49.50\n2025-03-15,,10.00\n2025-03-16,999,40.00\n"


def engagement(folder: Path, toml: str = "", **tables: str) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "engagement.toml").write_text(f'client = "Acme"\ncurrency = "EUR"\n{toml}', encoding="utf-8")
    for name, text in tables.items():
        (folder / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def by_account(frame) -> dict[str, float]:
    sums = nw.from_native(frame).group_by("account_id").agg(nw.col("net_amount").sum())
    return dict(sums.collect("pandas").to_native().to_numpy().tolist())


def test_identifiers_and_names_stay_what_they_are(tmp_path):
    opened = kamkit.open(engagement(tmp_path / "e", accounts=ACCOUNTS, sales=SALES))
    accounts = opened.table("accounts")
    assert accounts["account_id"].tolist() == ["00123", "1E5"]
    assert accounts["name"].tolist() == ["Åkerlund", "NA"]


def test_sales_of_nobody_known_are_kept_as_unassigned_and_still_tie(tmp_path):
    opened = kamkit.open(engagement(tmp_path / "e", accounts=ACCOUNTS, sales=SALES))
    assert by_account(opened.sales) == {"00123": 100.50, "1E5": 49.50, "unassigned": 10.00 + 40.00}
    assert opened.unassigned_share == pytest.approx(50 / 200)


def test_period_is_the_months_the_sales_cover_unless_configured(tmp_path):
    opened = kamkit.open(engagement(tmp_path / "e", accounts=ACCOUNTS, sales=SALES))
    assert opened.period == (pd.Timestamp("2025-01-01"), pd.Timestamp("2025-03-31"))
    toml = "[period]\nstart = 2025-02-01\nend = 2025-02-28\n"
    configured = kamkit.open(engagement(tmp_path / "f", toml, accounts=ACCOUNTS, sales=SALES))
    assert by_account(configured.within_period("sales")) == {"1E5": 49.50}


def test_last_day_of_the_period_counts_to_its_last_hour(tmp_path):
    sales = "date,account_id,net_amount\n2025-02-28 23:59:00,00123,7\n2025-03-01 00:00:00,00123,5\n"
    toml = "[period]\nstart = 2025-02-01\nend = 2025-02-28\n"
    opened = kamkit.open(engagement(tmp_path / "e", toml, accounts=ACCOUNTS, sales=sales))
    assert by_account(opened.within_period("sales")) == {"00123": 7.0}


def test_other_currencies_are_turned_into_the_reporting_currency_by_month(tmp_path):
    sales = "date,account_id,net_amount,currency\n2025-01-31,00123,1000,SEK\n2025-02-01,00123,1000,SEK\n2025-02-02,1E5,5,EUR\n"
    folder = engagement(tmp_path / "e", accounts=ACCOUNTS, sales=sales)
    (folder / "data" / "rates.csv").write_text(
        "month,currency,rate\n2025-01-01,SEK,0.09\n2025-02-01,SEK,0.10\n"
    )
    assert by_account(kamkit.open(folder).sales) == pytest.approx({"00123": 90 + 100, "1E5": 5})


def test_missing_rates_are_listed_and_forbid_the_run(tmp_path):
    sales = "date,account_id,net_amount,currency\n2025-01-31,00123,1000,SEK\n2025-02-01,00123,1000,NOK\n"
    opened = kamkit.open(engagement(tmp_path / "e", accounts=ACCOUNTS, sales=sales))
    with pytest.raises(GateError, match=r"(?s)SEK 2025-01|NOK 2025-02"):
        opened.require_sound()


def test_an_account_of_the_ledger_that_nobody_knows_is_unassigned(tmp_path):
    ledger = "month,code,rung,amount,account_id\n2025-01-01,61,service,5,00123\n2025-01-01,61,service,6,888\n"
    opened = kamkit.open(engagement(tmp_path / "e", accounts=ACCOUNTS, sales=SALES, ledger=ledger))
    assert opened.table("ledger")["account_id"].tolist() == ["00123", "unassigned"]


def test_a_missing_table_is_none_and_a_missing_obligatory_one_is_fatal(tmp_path):
    opened = kamkit.open(engagement(tmp_path / "e", accounts=ACCOUNTS))
    assert opened.table("contacts") is None
    with pytest.raises(GateError, match="there is no table sales"):
        opened.sales  # noqa: B018 - the property raises
    with pytest.raises(GateError, match="sales"):
        opened.require_sound()


def test_an_empty_optional_table_is_as_good_as_none(tmp_path):
    header = "contact_id,account_id\n"
    opened = kamkit.open(engagement(tmp_path / "e", accounts=ACCOUNTS, sales=SALES, contacts=header))
    assert opened.table("contacts") is None
    opened.require_sound()


def test_unknown_tables_offer_the_nearest(tmp_path):
    opened = kamkit.open(engagement(tmp_path / "e", accounts=ACCOUNTS, sales=SALES))
    with pytest.raises(TableError, match="accounts"):
        opened.table("acounts")


def test_a_folder_without_configuration_says_how_to_make_one(tmp_path):
    with pytest.raises(ConfigError, match="kamkit new"):
        kamkit.open(tmp_path)


def test_fingerprint_follows_the_content(tmp_path):
    folder = engagement(tmp_path / "e", accounts=ACCOUNTS, sales=SALES)
    before = kamkit.open(folder).fingerprint()
    (folder / "data" / "sales.csv").write_text(SALES + "2025-03-17,00123,1\n", encoding="utf-8")
    after = kamkit.open(folder).fingerprint()
    assert {name for name in before if before[name] != after[name]} == {"sales"}


def test_decisions_come_back_and_the_default_stands_where_none_was_made(tmp_path):
    opened = kamkit.open(engagement(tmp_path / "e", accounts=ACCOUNTS, sales=SALES))
    assert opened.decision("required_return", 0.08) == 0.08
    opened.decide("required_return", 0.12, by="Board", why="Cost of capital has risen")
    assert kamkit.open(opened.path).decision("required_return", 0.08) == 0.12


def test_a_folder_that_can_not_be_written_is_read_all_the_same(tmp_path, monkeypatch):
    folder = engagement(tmp_path / "e", accounts=ACCOUNTS, sales=SALES)
    real = Path.mkdir

    def refuse(self, *args, **options):
        if folder in self.parents:
            raise PermissionError(13, "read-only", str(self))
        return real(self, *args, **options)

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert by_account(kamkit.open(folder).sales)["00123"] == 100.50


def test_a_relative_folder_is_looked_for_upwards(tmp_path, monkeypatch):
    engagement(tmp_path / "data" / "e", accounts=ACCOUNTS, sales=SALES)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert kamkit.open("data/e").path == tmp_path / "data" / "e"


FOREIGN = "date,account_id,net_amount,currency\n2025-01-05,00123,100,SEK\n"


@pytest.mark.parametrize("name", ["Rates.CSV", "rates.txt", "rates.tsv"])
def test_rates_are_found_under_every_name_that_a_table_may_have(tmp_path, name):
    folder = engagement(tmp_path / "e", accounts=ACCOUNTS, sales=FOREIGN)
    (folder / "data" / name).write_text("month\tcurrency\trate\n2025-01\tSEK\t0.09\n")
    assert by_account(kamkit.open(folder).sales) == {"00123": 9.0}


def test_rates_may_be_a_sheet_and_how_they_were_read_is_said(tmp_path):
    folder = engagement(tmp_path / "e", accounts=ACCOUNTS, sales=FOREIGN)
    with xlsxwriter.Workbook(folder / "data" / "client.xlsx") as book:
        page = book.add_worksheet("Rates")
        page.write_row(0, 0, ["month", "currency", "rate"])
        page.write_row(1, 0, ["2025-01", "SEK", "0,09"])
    opened = kamkit.open(folder)
    assert by_account(opened.sales) == {"00123": 9.0}
    assert any(p.file == "client.xlsx[Rates]" and "decimal sign" in p.what for p in opened.check())


def test_other_rates_are_other_inputs(tmp_path):
    folder = engagement(tmp_path / "e", accounts=ACCOUNTS, sales=FOREIGN, rates="month,currency,rate\n")
    before = kamkit.open(folder).fingerprint()
    (folder / "data" / "rates.csv").write_text("month,currency,rate\n2025-01,SEK,0.09\n")
    assert kamkit.open(folder).fingerprint() != before


def test_an_obligatory_table_with_a_header_alone_is_not_called_absent(tmp_path):
    sales = SALES.splitlines()[0] + "\n"
    opened = kamkit.open(engagement(tmp_path / "e", accounts=ACCOUNTS, sales=sales))
    assert [p.what.split(",")[0] for p in opened.check() if p.severity == "fatal"] == [
        "the table sales has no rows"
    ]


def test_a_table_that_stands_twice_is_not_called_absent_too(tmp_path):
    folder = engagement(tmp_path / "e", accounts=ACCOUNTS, sales=SALES)
    (folder / "data" / "sales.txt").write_text(SALES)
    assert [p.what for p in kamkit.open(folder).check() if p.severity == "fatal"] == [
        "the table 'sales' stands 2 times"
    ]


def test_a_ledger_with_a_header_alone_is_as_if_it_were_not_there(tmp_path):
    ledger = "month,code,rung,amount\n"
    opened = kamkit.open(engagement(tmp_path / "e", accounts=ACCOUNTS, sales=SALES, ledger=ledger))
    assert [p.what for p in opened.check() if p.file == "ledger.csv" and p.severity != "note"] == []
