"""Faults between tables and in the configuration, from files in a folder to the words a consultant reads."""

from __future__ import annotations

from pathlib import Path

import pytest

import kamkit
from kamkit.engagement.problems import GateError
from kamkit.errors import ConfigError, KamkitError

TABLES = {
    "accounts": "account_id,name\n1,Tamm AS\n2,Bolt OÜ\n",
    "sales": "date,account_id,net_amount\n2024-05-02,1,100.00\n2024-06-03,2,50.00\n",
}
OVERHEAD = "2024-05-01,8010,sustaining,1.00\n"


def folder_with(tmp_path: Path, settings: str = "", **tables: str) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "engagement.toml").write_text(f'client = "A"\ncurrency = "EUR"\n{settings}', encoding="utf-8")
    for name, text in (TABLES | tables).items():
        (tmp_path / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def problems(folder: Path, *severities: str):
    wanted = severities or ("fatal", "warning")
    return [p for p in kamkit.open(folder).check() if p.severity in wanted]


def test_sound_tables_have_neither_faults_nor_warnings(tmp_path):
    folder = folder_with(tmp_path)
    assert problems(folder) == []
    kamkit.open(folder).require_sound()


def test_a_total_row_is_no_customer(tmp_path):
    lines = TABLES["sales"] + "Total,,150.00\n"
    folder = folder_with(tmp_path, sales=lines)
    assert problems(folder, "fatal") == []
    assert (
        kamkit.open(folder).sales.select("net_amount").collect("pandas").to_native()["net_amount"].sum()
        == 150
    )


@pytest.mark.parametrize("twin", ["tamm as", "Tamm  AS", "Tamm\u00a0AS"])
def test_probable_doubles_are_reported_and_not_merged(tmp_path, twin):
    folder = folder_with(tmp_path, accounts=TABLES["accounts"] + f"3,{twin}\n")
    (found,) = problems(folder)
    assert found.severity == "warning"
    assert "1, 3" in found.what
    assert len(kamkit.open(folder).table("accounts")) == 3


def test_a_loop_of_parents_stops_a_run(tmp_path):
    folder = folder_with(tmp_path, accounts="account_id,name,parent_id\n1,A,2\n2,B,1\n")
    with pytest.raises(GateError, match="1 → 2 → 1"):
        kamkit.open(folder).require_sound()


def test_sales_of_an_unknown_account_are_kept_and_still_tie(tmp_path):
    lines = TABLES["sales"] + "2024-06-04,99,25.00\n"
    booked = "month,code,rung,amount\n2024-05-01,3010,revenue,100.00\n2024-06-01,3010,revenue,75.00\n"
    folder = folder_with(tmp_path, sales=lines, ledger=booked + OVERHEAD)
    (found,) = problems(folder)
    assert (found.severity, found.value, found.count) == ("warning", "99", 1)
    assert "EUR 25.00" in found.what
    kept = kamkit.open(folder).sales.collect("pandas").to_native().groupby("account_id")["net_amount"].sum()
    assert kept.to_dict() == {"1": 100.0, "2": 50.0, "unassigned": 25.0}


def test_two_currencies_need_rates_and_are_then_added_up(tmp_path):
    lines = "date,account_id,net_amount,currency\n2024-05-02,1,100.00,EUR\n2024-05-03,1,1000.00,SEK\n"
    folder = folder_with(tmp_path, sales=lines)
    (found,) = problems(folder)
    assert found.severity == "fatal"
    assert "SEK 2024-05" in found.what
    (folder / "data" / "rates.csv").write_text("month,currency,rate\n2024-05-01,SEK,0.09\n")
    assert problems(folder) == []
    assert kamkit.open(folder).sales.collect("pandas").to_native()["net_amount"].sum() == pytest.approx(190.0)


def test_an_unknown_rung_shows_what_is_allowed(tmp_path):
    found = problems(folder_with(tmp_path, ledger="month,code,rung,amount\n2024-05-01,3010,revenues,100\n"))
    (rung,) = [p for p in found if p.column == "rung"]
    assert rung.severity == "fatal"
    assert "product_cost" in str(rung)
    assert rung.value == "revenues"


def test_transfers_show_the_exact_difference(tmp_path):
    moved = "month,code,rung,amount\n2024-05-01,3010,revenue,100\n2024-06-01,3010,revenue,50\n"
    moved += "2024-05-01,9,transfer,1000000.01\n2024-05-01,9,transfer,-1000000\n"
    (found,) = problems(folder_with(tmp_path, ledger=moved + OVERHEAD))
    assert found.severity == "fatal"
    assert "EUR 0.01 over the period" in found.what


CRITERIA = "instrument,item_id,text,scale_min,scale_max,direction,weight\n"


def test_weights_of_099_are_an_error(tmp_path):
    items = CRITERIA + "a,growth,Growth,1,5,max,0.50\na,fit,Fit,1,5,max,0.49\n"
    (found,) = problems(folder_with(tmp_path, criteria=items))
    assert found.severity == "fatal"
    assert "0.99" in found.what


def test_a_direction_called_higher_shows_what_is_allowed(tmp_path):
    items = CRITERIA + "a,growth,Growth,1,5,higher,1\n"
    found = problems(folder_with(tmp_path, criteria=items))
    (direction,) = [p for p in found if p.column == "direction"]
    assert (direction.severity, direction.value) == ("fatal", "higher")
    assert "max" in str(direction)
    assert "min" in str(direction)


@pytest.mark.parametrize(
    ("controls", "sound"),
    [
        ("tolerance = 0.01\nabsolute = 1", True),
        ("tolerance = 0.01\nabsolute = 0.9", False),
        ("tolerance = 0.001\nabsolute = 100", False),
    ],
)
def test_the_tolerances_are_those_of_engagement_toml(tmp_path, controls, sound):
    booked = "month,code,rung,amount\n2024-05-01,3010,revenue,101.00\n2024-06-01,3010,revenue,50.00\n"
    found = problems(folder_with(tmp_path, f"[controls]\n{controls}\n", ledger=booked + OVERHEAD))
    assert (found == []) == sound
    assert all("EUR 1.00" in p.what and "allowed:" in p.what for p in found)


def test_an_unknown_key_opens_nothing(tmp_path):
    folder = folder_with(tmp_path, 'curency = "SEK"\n')
    with pytest.raises(ConfigError, match="Did you mean currency"):
        kamkit.open(folder)
    assert not (folder / ".kamkit").exists()


def test_a_password_is_in_no_message(tmp_path):
    folder = folder_with(tmp_path, '[read.sales]\nfile = "postgresql://anna:hunter2@db/sales"\n')
    with pytest.raises(KamkitError) as error:
        kamkit.open(folder)
    chain, seen = error.value, ""
    while chain is not None:
        seen += repr(chain)
        chain = chain.__cause__ or chain.__context__
    assert "hunter2" not in seen
