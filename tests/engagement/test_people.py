"""People at the customers by role or by name: one setting, one place."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import kamkit
from kamkit.engagement.people import names_in
from kamkit.errors import ConfigError

CONTACTS = """contact_id;account_id;name;title;unit;level;power;attitude
C1;10;Maarja Põld;Buyer;Mill 2;operational;1;-2
jaan.kask@mill.ee;10;Jaan Kask;;;executive;3;2
"""
TIES = "contact_id;person_id;depth\nC1;KAM1;2\njaan.kask@mill.ee;KAM1;3\neva.roos@mill.ee;KAM1;1\n"


@pytest.fixture
def engagement(tmp_path: Path):
    def opened(setting: str = ""):
        (tmp_path / "data").mkdir(exist_ok=True)
        written = f'[report]\ncontacts = "{setting}"\n' if setting else ""
        text = f'client = "Acme"\ncurrency = "EUR"\n{written}'
        (tmp_path / "engagement.toml").write_text(text, encoding="utf-8")
        tables = {
            "accounts": "account_id;name\n10;Põhja Auto\n",
            "sales": "date;account_id;net_amount\n2025-01-31;10;100\n",
            "contacts": CONTACTS,
            "relationships": TIES,
        }
        for name, rows in tables.items():
            (tmp_path / "data" / f"{name}.csv").write_text(rows, encoding="utf-8")
        return kamkit.open(tmp_path)

    return opened


def test_roles_are_the_default_and_the_desk_still_has_the_names(engagement):
    opened = engagement()
    assert opened.config.report.contacts == "roles"
    assert opened.table("contacts")["name"].tolist() == ["Maarja Põld", "Jaan Kask"]
    shown = opened.shown("contacts")
    assert shown["name"].tolist() == ["Buyer, Mill 2", "Executive"]
    assert "attitude" not in shown
    assert shown["account_support"].isna().all()


def test_a_step_gets_what_may_be_shown(engagement):
    step = engagement().step("07_relationships")
    assert "attitude" not in step.table("contacts")
    kept = step.compute(lambda contacts: contacts)
    assert kept["name"].tolist() == ["Buyer, Mill 2", "Executive"]


def test_numbers_that_tell_a_name_are_replaced_alike_in_both_tables(engagement):
    opened = engagement()
    assert opened.shown("contacts")["contact_id"].tolist() == ["C1", "10-2"]
    assert opened.shown("relationships")["contact_id"].tolist() == ["C1", "10-2", "unknown contact 1"]


def test_names_show_everything(engagement):
    opened = engagement("names")
    pd.testing.assert_frame_equal(opened.shown("contacts"), opened.table("contacts"))
    pd.testing.assert_frame_equal(opened.shown("relationships"), opened.table("relationships"))
    assert opened.check_shown() == opened.check()


def test_what_the_gate_says_of_people_holds_no_name_in_the_report(engagement):
    said = "\n".join(map(str, engagement().check()))
    assert "eva.roos@mill.ee" in said
    shown = "\n".join(map(str, engagement().check_shown()))
    assert "@" not in shown
    assert len(engagement().check_shown()) == len(engagement().check())


def test_another_word_is_refused_with_what_is_allowed(engagement):
    with pytest.raises(ConfigError, match="roles") as refused:
        engagement("initials")
    assert "report.contacts" in str(refused.value)


def test_names_are_found_in_a_text():
    contacts = pd.DataFrame({"name": ["Maarja Põld", "Bo"]})
    assert names_in("ask Maarja Põld or Bo", contacts) == ["Maarja Põld"]
    assert names_in("ask Maarja Põld", None) == []
