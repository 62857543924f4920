"""Ties, doubles, roles, the map and people without names: cases worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamkit.errors import ColumnError, NotDefinedError, ParameterError
from kamkit.method import relationships as rel
from tests.method.test_relationships import CONTACTS, TIES


def test_staleness_is_the_latest_contact_of_any_of_us():
    days = rel.staleness(TIES, "2025-12-31")
    assert days["a"] == 1
    assert days["b"] == 730
    assert days["c"] == 0
    assert "e" not in days.index
    assert rel.staleness(TIES, pd.Timestamp("2025-06-01"))["a"] == 0
    assert np.isnan(rel.staleness(TIES[TIES["last_contact"].isna()], "2025-12-31")["c"])
    with pytest.raises(ParameterError, match="no date"):
        rel.staleness(TIES, "someday")
    with pytest.raises(ColumnError, match="last_contact"):
        rel.staleness(TIES.drop(columns="last_contact"), "2025-12-31")


def test_stale_ties_count_from_the_day_after_the_limit():
    """b: 2024-01-01 to 2025-12-31 are 730 days; a by K: 2025-06-01 are 213."""
    assert rel.stale_ties(CONTACTS, TIES, "2025-12-31")["contact_id"].tolist() == ["b"]
    assert len(rel.stale_ties(CONTACTS, TIES, "2025-12-31", days=730)) == 0
    assert len(rel.stale_ties(CONTACTS, TIES, "2025-12-31", days=729)) == 1
    for undated in (
        TIES.drop(columns="last_contact"),
        TIES.assign(last_contact=pd.NaT),
        TIES.assign(depth=0),
    ):
        with pytest.raises(NotDefinedError, match="last spoke"):
            rel.stale_ties(CONTACTS, undated, "2025-12-31")
    both = rel.stale_ties(CONTACTS, TIES, "2025-12-31", days=212)
    assert both[["contact_id", "days"]].values.tolist() == [["b", 730.0], ["a", 213.0]]


def test_depth_gaps_hold_wanted_ties_too():
    gaps = rel.depth_gaps(CONTACTS, TIES)
    assert gaps[["contact_id", "person_id", "depth_gap"]].values.tolist() == [
        ["e", "M", 2.0],
        ["a", "K", 1.0],
        ["c", "K", 1.0],
    ]
    with pytest.raises(NotDefinedError, match="how deep"):
        rel.depth_gaps(CONTACTS, TIES.drop(columns="desired_depth"))


OURS = pd.DataFrame(
    {
        "person_id": ["K", "L", "D", "M"],
        "account_id": ["1", "1", "1", "2"],
        "role": ["Key account manager", "Unit seller", "Executive sponsor", "Directory editor"],
    }
)


def test_executives_need_one_of_our_executives():
    assert rel.our_executives(OURS) == ["D"]
    match = rel.level_match(CONTACTS, TIES, OURS)
    assert match.loc["1"].tolist() == [1, 1, 1.0]
    assert match.loc["2"].tolist() == [1, 0, 0.0]
    alone = rel.executives_without_counterpart(CONTACTS, TIES, OURS)
    assert alone[["contact_id", "threads"]].values.tolist() == [["e", 0]]
    assert rel.level_match(CONTACTS, TIES, OURS, roles=["Unit seller"]).loc["1", "level_match"] == 0
    with pytest.raises(NotDefinedError, match="executive"):
        rel.level_match(CONTACTS, TIES, OURS.head(2))
    with pytest.raises(NotDefinedError, match="level"):
        rel.level_match(CONTACTS.drop(columns="level"), TIES, OURS)


# -- doubles -------------------------------------------------------------------------------------


def named(*names: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"contact_id": [f"c{k}" for k in range(len(names))], "account_id": "1", "name": names}
    )


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("Maarja Põld", "Maarja  Põld ", "same"),
        ("Maarja Põld", "MAARJA PÕLD", "case"),
        ("Maarja Põld", "Maarja Pold", "accents"),
        ("Bjørn Ødegård", "Bjorn Odegard", "accents"),
        ("Jörg Müller", "Joerg Mueller", "accents"),
        ("Maarja Põld", "Põld, Maarja", "order"),
        ("Põld Maarja", "Maarja Põld", "order"),
        ("Dr. Maarja Põld", "Maarja Põld", "titles"),
        ("Maarja Põld", "M. Põld", "initials"),
        ("M Põld", "Maarja Põld", "initials"),
        ("Põld, M.", "Maarja Põld", "initials"),
        ("Jan P. Kask", "Jan Peeter Kask", "initials"),
        ("Jan Peeter Kask", "J.P. Kask", "initials"),
        ("Анна Петрова", "АННА ПЕТРОВА", "case"),
        ("Sean O'Neill", "Sean ONeill", "accents"),
    ],
)
def test_spellings_of_one_person(one, other, why):
    found = rel.duplicates(named(one, other))
    assert found[["double_why", "candidates"]].values.tolist() == [[why, 1]]
    assert set(found.loc[0, ["contact_id", "double_of"]]) == {"c0", "c1"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maarja Põld", "Mari Põld"),
        ("Michael Berg", "Michal Berg"),
        ("Anna Ek", "Bo Ek"),
        ("M. P.", "Maarja Põld"),
        ("K. Põld", "Maarja Põld"),
        ("Jan Kask", "Jan Peeter Kask"),
        ("山田 太郎", "山田 花子"),
        ("Maarja", "Põld"),
    ],
)
def test_different_persons_are_left_alone(one, other):
    assert rel.duplicates(named(one, other)).empty


def test_doubles_stay_within_an_account_and_initials_may_fit_two():
    people = named("Maarja Põld", "Mart Põld", "M. Põld")
    assert rel.duplicates(people)[["contact_id", "double_of", "candidates"]].values.tolist() == [
        ["c2", "c0", 2]
    ]
    assert rel.duplicates(people.assign(account_id=["1", "2", "3"])).empty
    with pytest.raises(NotDefinedError, match="names"):
        rel.duplicates(people.drop(columns="name"))


@settings(deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=8))
def test_any_text_is_read_and_nobody_doubles_himself(texts):
    people = named(*texts)
    if not any(text.strip() for text in texts):
        return
    found = rel.duplicates(people)
    assert (found["contact_id"] != found["double_of"]).all()
    assert found["contact_id"].is_unique


# -- roles ---------------------------------------------------------------------------------------


def charter(*rows: tuple[str, str, str, str], respondent: str | None = None) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["person_id", "account_id", "task", "raci"])
    return frame.assign(role="Manager", respondent=respondent)


def test_raci_defects_by_hand():
    rows = charter(
        ("K", "1", "plan", "A"), ("K", "1", "plan", "R"),
        ("K", "1", "price", "A"), ("L", "1", "price", "A"), ("L", "1", "price", "R"),
        ("K", "2", "plan", "R"),
        ("N.N.", "2", "price", "A"), ("L", "2", "price", "R"),
        ("K", "3", "plan", "A"), ("L", "3", "plan", "R"),
    )  # fmt: skip
    found = rel.raci_defects(rows)
    assert found.values.tolist() == [
        ["1", "price", "several_a", "K, L"],
        ["2", "plan", "no_a", ""],
        ["2", "price", "no_a", ""],
        ["2", "price", "unfilled", "Manager"],
        ["3", "price", "not_assigned", ""],
    ]
    assert rel.accountable_load(rows).loc["K"].tolist() == [3, 2, 2]


def test_a_clean_charter_has_no_defects_and_the_same_letter_twice_is_one():
    rows = charter(("K", "1", "plan", "A"), ("K", "1", "plan", "R"))
    assert rel.raci_defects(pd.concat([rows, rows])).empty
    with pytest.raises(NotDefinedError, match="agreed"):
        rel.raci_defects(rows.assign(respondent="R1"))
    with pytest.raises(NotDefinedError, match="agreed"):
        rel.raci_defects(rows.drop(columns=["task", "raci"]))


def test_role_agreement_by_hand():
    """K is named by R1 and R2, L by R3, of three; agreed is L. One respondent alone agrees with nobody."""
    agreed = charter(("L", "1", "plan", "A"), ("L", "1", "plan", "R"))
    said = [charter((p, "1", "plan", "A"), respondent=r) for p, r in (("K", "R1"), ("K", "R2"), ("L", "R3"))]
    single = charter(("L", "1", "price", "A"), respondent="R1")
    table = rel.role_agreement(pd.concat([agreed, *said, single])).set_index("task")
    assert table.loc["plan", ["respondents", "named"]].tolist() == [3, "K"]
    assert table.loc["plan", ["agreement", "as_agreed"]].tolist() == [2 / 3, 1 / 3]
    assert np.isnan(table.loc["price", "agreement"])
    assert np.isnan(table.loc["price", "as_agreed"])
    by_account = rel.agreement_by_account(table.reset_index())
    assert by_account.loc["1", ["tasks", "agreement", "lowest"]].tolist() == [2, 2 / 3, 2 / 3]
    with pytest.raises(NotDefinedError, match="asked"):
        rel.role_agreement(agreed)


def test_roles_that_most_accounts_have():
    rows = pd.DataFrame(
        {
            "person_id": ["K", "D", "K", "vacant", "K"],
            "account_id": ["1", "1", "2", "2", "3"],
            "role": ["Manager", "Sponsor", "Manager", "Sponsor", "Manager"],
        }
    )
    assert rel.unfilled_roles(rows).empty  # a third of the accounts is not most
    more = pd.concat([rows, rows.head(2).assign(account_id="4")])
    assert rel.unfilled_roles(more).values.tolist() == [["2", "Sponsor", 0.5], ["3", "Sponsor", 0.5]]
    assert rel.our_roles(more).to_dict() == {"D": "Sponsor", "K": "Manager", "vacant": "Sponsor"}


# -- the map -------------------------------------------------------------------------------------


def test_the_map_shows_those_who_decide_and_counts_the_rest():
    many = pd.DataFrame(
        {
            "contact_id": [f"c{k:03d}" for k in range(200)],
            "account_id": "1",
            "power": [1] * 170 + [3] * 30,
            "buying_role": ["user"] * 195 + ["decision_maker"] * 5,
        }
    )
    ties = pd.DataFrame({"contact_id": ["c199", "c199", "c000"], "person_id": list("KLK"), "depth": 1})
    table = rel.relationship_map(many, ties)
    assert table["contact_id"].nunique() == 20
    assert set(table["contacts"]) == {200}
    assert set(table["rest"]) == {180}
    assert (table["power"] == 3).all()
    assert set(table.loc[table["rank"] <= 5, "contact_id"]) == {f"c{k}" for k in range(195, 200)}
    assert table.loc[table["contact_id"] == "c199", "person_id"].tolist() == ["K", "L"]
    with pytest.raises(NotDefinedError, match="no contacts"):
        rel.relationship_map(many, ties, "2")
    with pytest.raises(ParameterError, match="most"):
        rel.relationship_map(many, ties, most=0)


def test_a_tie_that_is_only_wanted_stands_in_the_map():
    table = rel.relationship_map(CONTACTS, TIES, "2").set_index("contact_id")
    assert table.loc["e", ["person_id", "depth", "desired_depth"]].tolist() == ["M", 0, 2]
    assert pd.isna(table.loc["f", "person_id"])


def test_issues_name_each_unowned_contact_once():
    doubles = rel.duplicates(CONTACTS.assign(name=["Anna Ek", "A. Ek", *"abcd"]))
    unmatched = rel.executives_without_counterpart(CONTACTS, TIES, OURS)
    issues = rel.contact_issues(CONTACTS, TIES, doubles, unmatched)
    assert issues[["contact_id", "issue", "concerns"]].values.tolist() == [
        ["e", "decider_unreached", ""],
        ["b", "decider_one_thread", "K"],
        ["e", "no_counterpart", ""],
        ["b", "double", "a"],
        ["d", "unowned", ""],
        ["f", "unowned", ""],
    ]
    assert rel.issue_counts(issues)["issues"].tolist() == [1, 1, 1, 1, 2]


# -- without names -------------------------------------------------------------------------------

SECRET = pd.DataFrame(
    {
        "contact_id": ["C-1", "maarja.pold@mill.ee", "C-3", "poldm"],
        "account_id": "10",
        "name": ["Jaan Kask", "Maarja Põld", "J. Kask", "Mart Põld"],
        "title": ["Buyer", "PA to Jaan Kask", None, "Buyer"],
        "unit": ["Mill 2", "Põld's office", "Mill 2", "Mill 2"],
        "level": ["operational", "management", "executive", None],
        "power": [1, 2, 3, 1],
        "attitude": [-2, 1, 2, 0],
    }
)


def test_no_name_and_no_attitude_is_left():
    public = rel.without_names(SECRET)
    assert "attitude" not in public
    assert public["name"].tolist() == [
        "Buyer, Mill 2 (1)",
        "Manager",
        "Executive, Mill 2",
        "Buyer, Mill 2 (2)",
    ]
    assert public["contact_id"].tolist() == ["C-1", "10-2", "C-3", "10-4"]
    words = " ".join(map(str, public.to_numpy().ravel())).casefold()
    for part in ("kask", "põld", "pold", "maarja", "jaan", "@"):
        assert part not in words
    assert rel.duplicates(public)[["contact_id", "double_of"]].values.tolist() == [["C-3", "C-1"]]


def test_support_is_told_only_where_it_tells_of_nobody():
    """(1·(−1) + 2·½ + 3·1 + 1·0) / 7 of four people; of two, or of one mind, nothing."""
    assert rel.support(rel.without_names(SECRET))["10"] == pytest.approx(3 / 7)
    assert rel.support(SECRET)["10"] == pytest.approx(3 / 7)
    assert rel.support(rel.without_names(SECRET.head(2))).isna().all()
    assert rel.support(rel.without_names(SECRET.assign(power=[3, 1, 0, 0]))).isna().all()
    assert rel.support(rel.without_names(SECRET.assign(attitude=2))).isna().all()
    assert rel.support(rel.without_names(SECRET.assign(attitude=[1, 1, np.nan, np.nan]))).isna().all()


def test_names_gone_change_no_figure():
    public = rel.without_names(CONTACTS)
    ids = rel.public_ids(CONTACTS)
    ties = TIES.assign(contact_id=TIES["contact_id"].map(ids))
    shown = rel.relationship_coverage(public, ties).drop(columns="support")
    full = rel.relationship_coverage(CONTACTS, TIES).drop(columns="support")
    pd.testing.assert_frame_equal(shown, full)


def test_labels_in_other_words_and_of_nobody_known():
    bare = pd.DataFrame(
        {"contact_id": ["a", "b", "c"], "account_id": "1", "level": ["management", None, None]}
    )
    labels = rel.without_names(bare, {"management": "Chef", "contact": "Kontakt"})["name"]
    assert labels.tolist() == ["Chef", "Kontakt (1)", "Kontakt (2)"]
    with pytest.raises(NotDefinedError, match="names"):
        rel.duplicates(rel.without_names(bare))
    assert rel.duplicates(rel.without_names(bare.assign(name=["Anna", "Bo", "Carl"]))).empty
