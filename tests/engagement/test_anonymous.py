"""The anonymised mode: every column is classified, nothing original is handed out, ratios stay."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import narwhals as nw
import numpy as np
import pandas as pd
import pytest

import kamkit
from kamkit.deliver.tables import view
from kamkit.engagement.anonymous.few import has_few, without_few
from kamkit.engagement.anonymous.marks import MARKS
from kamkit.engagement.anonymous.mask import Mask, is_money
from kamkit.engagement.anonymous.originals import Original, Originals, flat
from kamkit.engagement.anonymous.pseudonyms import Pseudonyms
from kamkit.engagement.anonymous.secret import FILE, Secret
from kamkit.engagement.anonymous.told import value_told
from kamkit.engagement.decisions import record
from kamkit.engagement.gaps import NotAssessed
from kamkit.engagement.schemas import LEDGER_TABLES, TABLES, UNASSIGNED
from kamkit.errors import ParameterError, RunError
from kamkit.locale import in_language
from kamkit.locale.numbers import Numbers
from kamkit.method.profitability import customer_pnl, reconcile
from kamkit.resources import bundled


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The sample's data, with a decision in money and one on accounts."""
    made = tmp_path_factory.mktemp("secret") / "nordvik-2025"
    sample = bundled("data", "sample")
    shutil.copytree(sample / "data", made / "data")
    shutil.copy2(sample / "engagement.toml", made)
    record(made, "programme_cost", 60_000, by="Anna Tamm", why="Strandbjerg Papir A/S cost 59,000 last year")
    record(made, "choice.mandatory", ["10192"], by="Anna Tamm", why="the largest")
    return made


@pytest.fixture(scope="module")
def plain(folder):
    return kamkit.open(folder, anonymise=False)


@pytest.fixture(scope="module")
def masked(folder):
    return kamkit.open(folder, anonymise=True)


def everything(engagement):
    """Each table as it is handed out, the long ones collected."""
    for name in TABLES:
        if name in LEDGER_TABLES:
            yield name, getattr(engagement, name).collect("pandas").to_native()
        else:
            yield name, engagement.shown(name)


def test_every_column_of_every_table_is_classified():
    assert {t: set(m) for t, m in MARKS.items()} == {t.name: set(t.names) for t in TABLES.values()}


def test_money_columns_are_scaled_and_references_masked_alike():
    telling = {"account", "contact", "person"}
    for table in TABLES.values():
        for column in table.columns:
            mark = MARKS[table.name][column.name]
            if column.kind == "money":
                assert mark == "money", (table.name, column.name)
            target = column.references.partition(".")
            if target[2] and MARKS[target[0]][target[2]] in telling:
                assert mark == MARKS[target[0]][target[2]], (table.name, column.name)


def test_no_cell_handed_out_holds_an_original(masked):
    originals = masked.door.originals
    assert len(originals) > 1500
    for name, frame in everything(masked):
        words = frame.select_dtypes(["object", "str"])
        for column in words:
            cells = words[column].dropna().unique()
            held = [(c, o.kind) for c in cells for o in originals.found(flat(str(c)))]
            assert held == [], (name, column)


def test_the_search_sees_what_is_handed_out_plain(plain, masked):
    """Without the mask the same search finds names in every table that has any."""
    found = {
        name
        for name, frame in everything(plain)
        for column in frame.select_dtypes(["object", "str"])
        for cell in frame[column].dropna().unique()[:300]
        if masked.door.originals.found(flat(str(cell)))
    }
    assert found >= {
        "accounts", "sales", "activity_use", "demand", "responses", "contacts", "relationships",
        "assignments", "opportunities", "plan_items", "products", "ledger",
    }  # fmt: skip


def test_money_has_one_factor_everywhere(plain, masked):
    factor = masked.door.mask.factor
    before, after = dict(everything(plain)), dict(everything(masked))
    assert factor != 1
    for name, marks in MARKS.items():
        for column in (c for c, mark in marks.items() if mark == "money" and c in before[name]):
            if (name, column) == ("plan_items", "amount"):
                continue
            ratio = after[name][column].sum() / before[name][column].sum()
            assert ratio == pytest.approx(factor, abs=1e-6), (name, column)


def test_worth_of_a_driver_is_scaled_once(plain, masked):
    """Change times worth of a unit is money, whether the change is in hours or in money."""

    def worth(engagement):
        items = engagement.shown("plan_items").query("kind == 'value_driver'")
        return (items["amount"] * (items["baseline"] - items["target"])).groupby(items["metric"]).sum()

    assert (worth(masked) / worth(plain)).to_numpy() == pytest.approx(masked.door.mask.factor, abs=1e-6)


def test_shares_and_ranks_are_those_without_the_mask(plain, masked):
    names = ("ledger", "activities", "activity_use", "accounts")
    profit = {}
    for engagement in (plain, masked):
        given = {name: engagement.within_period(name) for name in names}
        pnl = customer_pnl(engagement.within_period("sales"), **given)
        tied = reconcile(pnl, given["ledger"], tolerance=1e-4, absolute=engagement.config.controls.absolute)
        assert tied["ok"].all()
        profit[engagement.anonymous] = pnl
    numbers = masked.door.mask.pseudonyms.numbers("account")
    before = profit[False].rename(index=numbers)
    after = profit[True].reindex(before.index)
    shares = [p["pocket_revenue"] / p["pocket_revenue"].sum() for p in (before, after)]
    assert np.allclose(*shares, rtol=1e-9)
    ranks = [p["customer_profit"].rank() for p in (before, after)]
    pd.testing.assert_series_equal(*ranks)
    assert np.allclose(after["customer_profit"] / before["customer_profit"], masked.door.mask.factor)


def test_pseudonyms_are_told_in_each_language(masked):
    there = masked.shown("accounts")["name"].tolist()
    with in_language("sv"):
        words, told = masked.own_words(), masked.shown("accounts")["name"].tolist()
        assert masked.config.report.confidentiality.startswith("Anonymiserad")
        assert masked.config.client == words["The company"] == "Företaget"
    assert there[0].startswith("Customer ")
    assert told[0] == "Kund " + there[0].removeprefix("Customer ")
    assert [words[name] for name in there] == told
    assert masked.config.client == "The company"


def test_reserved_words_and_what_is_missing_stay(masked):
    assert masked.door.mask.pseudonyms.number("account", UNASSIGNED) == UNASSIGNED
    assert {"us", "total"} <= set(masked.shown("demand")["supplier"])
    assert masked.shown("accounts")["parent_id"].isna().sum() == (
        kamkit.open(masked.path, anonymise=False).shown("accounts")["parent_id"].isna().sum()
    )


def test_pseudonyms_are_the_same_again_and_others_elsewhere(folder, masked, tmp_path):
    again = kamkit.open(folder, anonymise=True)
    pd.testing.assert_frame_equal(again.shown("accounts"), masked.shown("accounts"))
    elsewhere = tmp_path / "other"
    shutil.copytree(folder, elsewhere, ignore=shutil.ignore_patterns(".kamkit"))
    other = kamkit.open(elsewhere, anonymise=True)
    here, there = (e.door.mask.pseudonyms.numbers("account") for e in (masked, other))
    assert sum(here[number] == there[number] for number in here if number != UNASSIGNED) < 3
    assert other.door.mask.factor != masked.door.mask.factor


def test_the_secret_is_kept_for_this_user_and_shown_nowhere(folder, masked):
    file = folder / FILE
    masked.shown("accounts")
    assert file.stat().st_mode & 0o077 == 0
    key = file.read_text()
    assert key not in repr(masked.door.mask.secret)
    assert key not in json.dumps(masked.fingerprint())


def test_a_secret_that_is_none_is_refused(tmp_path):
    (tmp_path / ".kamkit").mkdir()
    (tmp_path / FILE).write_text("abc")
    with pytest.raises(RunError, match="secret"):
        Secret.of(tmp_path)


def test_hashes_can_not_be_checked_against_the_files(plain, masked):
    assert plain.fingerprint().keys() == masked.fingerprint().keys()
    assert not set(plain.fingerprint().values()) & set(masked.fingerprint().values())


def test_decisions_are_told_without_names_and_amounts(masked):
    factor, numbers = masked.door.mask.factor, masked.door.mask.pseudonyms.numbers("account")
    assert masked.decision("programme_cost", 50_000) == pytest.approx(60_000 * factor)
    assert masked.decision("choice.mandatory", []) == [numbers["10192"]]
    made = masked.history()[0].decision
    assert "Tamm" not in made.by
    assert "Strandbjerg" not in made.why
    assert "59" not in made.why
    assert made.why.endswith("last year")


def test_fields_of_a_decision_are_masked_by_what_they_are(masked):
    mask = masked.door.mask
    item = next(iter(mask.pseudonyms.numbers("item")))
    decided = {
        item: {"owner": "Anna Tamm", "effect": 1000.0, "due": "2026-03-31", "action": "Ask 10192 for 7"}
    }
    told = value_told("improve.backlog", decided, mask)
    fields = told[mask.pseudonyms.numbers("item")[item]]
    customer = mask.pseudonyms.numbers("account")["10192"]
    assert fields["effect"] == pytest.approx(1000 * mask.factor)
    assert (fields["due"], fields["action"]) == ("2026-03-31", f"Ask {customer} for …")
    assert fields["owner"] == mask.pseudonyms.number("person", "Anna Tamm")
    by_account = value_told("risk.probability", {"10192": 0.2}, mask)
    assert by_account == {customer: 0.2}


def test_an_amount_that_everybody_knows_does_not_tell_the_factor(tmp_path, folder):
    undecided = tmp_path / "undecided"
    shutil.copytree(folder, undecided, ignore=shutil.ignore_patterns("decisions.jsonl", ".kamkit"))
    value = kamkit.open(undecided, anonymise=True).decision("programme_cost", 50_000)
    assert isinstance(value, NotAssessed)


def test_nothing_is_decided_on_pseudonyms(masked):
    with pytest.raises(ParameterError, match="pseudonyms"):
        masked.decide("choice.mandatory", ["10192"], by="A", why="B")


def test_an_account_is_found_by_its_own_name_or_its_pseudonym(masked):
    number = masked.door.mask.pseudonyms.numbers("account")["10001"]
    assert masked.account("10001") == masked.account("strandbjerg papir a/s") == number
    assert masked.account(number) == number


def test_what_the_gate_found_is_only_counted(masked):
    for problem in masked.check_shown():
        assert (problem.value, problem.column, problem.row) == ("", "", None)
        assert masked.door.originals.found(flat(str(problem))) == []


def test_configuration_and_title_block_name_nobody(masked):
    config = masked.config
    assert config.client == "The company"
    assert config.report.contacts == "roles"
    assert config.report.title is None
    assert (config.branding.logo, config.branding.colours) == (None, ())


def test_classes_of_fewer_than_five_are_pooled():
    accounts = pd.DataFrame(
        {"account_id": [str(n) for n in range(12)], "name": "x", "industry": ["Steel"] * 8 + ["Salt"] * 4}
    )
    pseudonyms = Pseudonyms(Secret(bytes(32)), {"accounts": accounts})
    shown = Mask(Secret(bytes(32)), pseudonyms, "EUR", accounts).table("accounts", accounts)
    assert shown["industry"].value_counts().to_dict() == {"Steel": 8, "fewer than five": 4}


def test_groups_of_fewer_than_five_lose_their_figures_and_single_customers_do_not():
    groups = pd.DataFrame(
        {
            "segment": ["A", "B", "C"],
            "accounts": [5, 4, 0],
            "revenue": [5.0, 4.0, 0.0],
            "names": ["x", "y", ""],
        }
    )
    told = without_few(groups)
    assert told["accounts"].tolist()[::2] == [5, 0]
    assert told.loc[1, ["accounts", "revenue"]].isna().all()
    assert told["names"].tolist() == ["x", "fewer than five", ""]
    assert has_few(told.head(2))
    single = groups.assign(account_id="1")
    curve = groups[["accounts", "revenue"]]
    assert without_few(single) is single
    assert without_few(curve) is curve
    assert not has_few(groups.assign(accounts=float("nan")))


def test_a_table_says_fewer_than_five_only_where_they_were_left_out():
    groups = pd.DataFrame({"segment": ["A", "B"], "accounts": [5.0, 4.0], "pocket_revenue": [5.0, 4.0]})
    assert view(without_few(groups), Numbers("EUR")).rows[1][1] == "fewer than five"
    unknown = groups.assign(accounts=[5.0, float("nan")])
    assert view(unknown, Numbers("EUR")).rows[1][1] != "fewer than five"


def test_a_team_keeps_its_name_unless_it_holds_another(masked):
    pseudonyms = masked.door.mask.pseudonyms
    assert pseudonyms.team("Order desk") == "Order desk"
    assert "KAM01" not in pseudonyms.team("Team KAM01")


@pytest.mark.parametrize(
    ("metric", "money"),
    [("kEUR in stock", True), ("EUR a year", True), ("revenue", True), ("share of revenue", False),
     ("share of wallet", False), ("MWh a year", False), ("orders a year", False), (None, False)],
)  # fmt: skip
def test_which_metrics_are_money(metric, money):
    assert is_money(metric, "EUR") is money


@pytest.mark.parametrize(
    ("text", "found"),
    [("Ask Sõõru Metall OÜ!", True), ("SÕÕRU  METALL\u00a0OÜ", True), ("So\u0303o\u0303ru Metall OÜ", True),
     ("Sõõru Metallid OÜ", False), ("no 10042.", True), ("10042.5", False), ("EUR 10,042", False),
     ("210042", False), ("C-0001", True), ("C-00011", False), ("Põld", True), ("põld", False)],
)  # fmt: skip
def test_names_and_numbers_are_found_as_whole_words(text, found):
    sought = Originals(Original(t, "a", "b") for t in ("Sõõru Metall OÜ", "10042", "C-0001", "Põld", "10"))
    assert bool(sought.found(flat(text))) is found


def test_long_tables_stay_lazy(masked):
    assert isinstance(masked.sales, nw.LazyFrame)
    assert set(masked.sales.collect_schema().names()) == set(
        kamkit.open(masked.path, anonymise=False).sales.collect_schema().names()
    )
