"""Coverage, support, threads and what leaves with a person: hand arithmetic, brute force, invariants."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamkit.errors import ColumnError, EmptyError, NotDefinedError, ValuesError
from kamkit.method import relationships as rel
from kamkit.method.relationships import threads

CONTACTS = pd.DataFrame(
    {
        "contact_id": list("abcdef"),
        "account_id": ["1"] * 4 + ["2"] * 2,
        "name": ["Anna Ek", "Bo Ek", "Carl Lind", "Dana Roos", "Eva Kask", "Filip Kask"],
        "level": ["executive", "management", "management", "operational", "executive", "operational"],
        "buying_role": ["approver", "decision_maker", "evaluator", "user", "decision_maker", "user"],
        "power": [3, 3, 2, 0, 3, np.nan],
        "attitude": [2, -1, 0, 2, -2, 1],
    }
)
TIES = pd.DataFrame(
    {
        "contact_id": list("aabcce"),
        "person_id": list("KDKKLM"),
        "depth": [2, 1, 3, 1, 1, 0],
        "desired_depth": [3, 1, 3, 2, 1, 2],
        "last_contact": pd.to_datetime(
            ["2025-06-01", "2025-12-30", "2024-01-01", None, "2025-12-31", "2025-12-01"]
        ),
    }
)


def test_coverage_by_hand():
    """Account 1 has power 8: a and b are linked at depth 2 or more, c is not; account 2 has no link."""
    reached = rel.coverage(CONTACTS, TIES)
    assert reached.to_dict() == {"1": 6 / 8, "2": 0.0}
    assert rel.coverage(CONTACTS, TIES, depth=1)["1"] == 1.0
    assert rel.coverage(CONTACTS, TIES, depth=3)["1"] == 3 / 8


def test_support_by_hand():
    """(3·1 + 3·(−½) + 2·0 + 0·1) / 8, and one enemy who alone has a known power."""
    assert rel.support(CONTACTS).to_dict() == {"1": 1.5 / 8, "2": -1.0}


def test_threads_by_hand():
    """K alone knows b (power 3 of 8); losing K and D costs a and b, 6 of 8, K alone only 3 of 8."""
    risk = rel.thread_risk(CONTACTS, TIES)
    assert risk.loc["1"].tolist() == [4, 3, 3 / 8, 2]
    assert risk.loc["2", ["contacts", "people", "single_thread_power"]].tolist() == [2, 0, 0.0]
    assert np.isnan(risk.loc["2", "bus_factor"])


def test_an_unknown_power_is_neither_counted_as_power_nor_lost():
    table = rel.relationship_coverage(CONTACTS, TIES)
    assert table["unrated"].to_dict() == {"1": 0, "2": 1}
    assert table["contacts"].sum() == len(CONTACTS)
    nobody = rel.relationship_coverage(CONTACTS.drop(columns="power"), TIES)
    assert nobody["power_reached"].isna().all()
    assert nobody["bus_factor"].isna().all()
    assert nobody["people"].to_dict() == {"1": 3, "2": 0}
    with pytest.raises(NotDefinedError, match="power"):
        rel.coverage(CONTACTS.assign(power=np.nan), TIES)


def test_deciders_and_density_by_hand():
    """a has two of us, b one, e none; 5 links of 4 contacts × 3 of us."""
    threads = rel.multi_threading(CONTACTS, TIES)
    assert threads.loc["1"].tolist() == [2, 0, 1, 0.5]
    assert threads.loc["2"].tolist() == [1, 1, 0, 0.0]
    density = rel.link_density(CONTACTS, TIES)
    assert density["1"] == 5 / 12
    assert np.isnan(density["2"])


def test_what_leaves_with_a_person():
    """Reached power is 8, all at account 1; K alone holds b: 3 of 8, under half."""
    loss = rel.leaver_loss(CONTACTS, TIES, pd.Series({"1": 1000.0}))
    assert loss.index[0] == "K"
    assert loss.loc["K", ["accounts", "contacts", "contacts_lost", "power_lost"]].tolist() == [1, 3, 1, 3]
    assert loss["share_lost"].to_dict() == {"K": 3 / 8, "D": 0.0, "L": 0.0}
    assert loss["accounts_cut"].sum() == 0
    assert loss["revenue_at_risk"].sum() == 0
    alone = rel.leaver_loss(CONTACTS, TIES[TIES["person_id"] == "K"], pd.Series({"1": 1000.0}))
    assert alone.loc["K", ["share_lost", "accounts_cut", "revenue_at_risk"]].tolist() == [1.0, 1, 1000.0]
    unknown = rel.leaver_loss(CONTACTS, TIES[TIES["person_id"] == "K"], pd.Series({"2": 1000.0}))
    assert np.isnan(unknown.loc["K", "revenue_at_risk"])
    assert pd.api.types.is_float_dtype(unknown["revenue_at_risk"])
    bare = rel.leaver_loss(CONTACTS.drop(columns="power"), TIES, pd.Series({"1": 5.0}))
    assert pd.api.types.is_float_dtype(bare["revenue_at_risk"])
    empty = rel.leaver_loss(CONTACTS, TIES[TIES["person_id"] == "K"], pd.Series({"1": np.nan}))
    assert np.isnan(empty.loc["K", "revenue_at_risk"])


def brute_bus_factor(power: dict[str, float], ties: list[tuple[str, str]]) -> float:
    """All sets of our people, the smallest first: which cut at least half of the power reached?"""
    knows: dict[str, set[str]] = {}
    for contact, person in ties:
        knows.setdefault(contact, set()).add(person)
    total = sum(power[c] for c in knows)
    if total == 0:
        return float("nan")
    people = sorted({p for _c, p in ties})
    for size in range(1, len(people) + 1):
        for gone in combinations(people, size):
            if sum(power[c] for c in knows if knows[c] <= set(gone)) >= total / 2:
                return size
    raise AssertionError


networks = st.tuples(
    st.lists(st.integers(0, 3), min_size=1, max_size=7),
    st.sets(st.tuples(st.integers(0, 6), st.integers(0, 5)), min_size=1, max_size=18),
)


def tables(network) -> tuple[pd.DataFrame, pd.DataFrame]:
    powers, pairs = network
    contacts = pd.DataFrame(
        {"contact_id": [f"c{k}" for k in range(len(powers))], "account_id": "1", "power": powers}
    )
    kept = sorted(pair for pair in pairs if pair[0] < len(powers)) or [(0, 0)]
    ties = pd.DataFrame({"contact_id": [f"c{c}" for c, _p in kept], "person_id": [f"p{p}" for _c, p in kept]})
    return contacts, ties.assign(depth=[1 + (c + p) % 4 for c, p in kept])


@settings(deadline=None, max_examples=40)
@given(networks)
def test_the_bus_factor_is_the_smallest_of_all_sets(network):
    """Found by trying, and by the integer programme that many people take."""
    contacts, ties = tables(network)
    power = dict(zip(contacts["contact_id"], contacts["power"], strict=True))
    expected = brute_bus_factor(power, list(zip(ties["contact_id"], ties["person_id"], strict=True)))
    with pytest.MonkeyPatch.context() as patch:
        for few in (16, 0):
            patch.setattr(threads, "_FEW", few)
            found = rel.thread_risk(contacts, ties).loc["1", "bus_factor"]
            assert found == expected or (np.isnan(found) and np.isnan(expected))


@settings(deadline=None, max_examples=40)
@given(networks, st.randoms(use_true_random=False))
def test_order_and_names_change_nothing_and_shares_stay_shares(network, random):
    contacts, ties = tables(network)
    table = rel.relationship_coverage(contacts, ties)
    turned = rel.relationship_coverage(
        contacts.sample(frac=1, random_state=random.randint(0, 99)), ties.iloc[::-1]
    )
    pd.testing.assert_frame_equal(table, turned)
    renamed = ties.assign(person_id="x" + ties["person_id"])
    pd.testing.assert_frame_equal(table, rel.relationship_coverage(contacts, renamed))
    shares = table[["power_reached", "single_thread_power", "link_density", "multi_thread"]].stack()
    assert shares.dropna().between(0, 1).all()


@settings(deadline=None, max_examples=40)
@given(networks)
def test_a_deeper_bar_never_covers_more_and_one_more_tie_never_less(network):
    contacts, ties = tables(network)
    if contacts["power"].sum() == 0:
        return
    bars = [rel.coverage(contacts, ties, depth=d)["1"] for d in (1, 2, 3, 4)]
    assert bars == sorted(bars, reverse=True)
    more = pd.concat([ties, pd.DataFrame({"contact_id": ["c0"], "person_id": ["new"], "depth": [4]})])
    assert rel.coverage(contacts, more)["1"] >= bars[1]


def test_the_limit_of_half_is_reached_not_passed():
    """Two contacts of equal power, each known to one of us: either of the two cuts exactly half."""
    contacts = pd.DataFrame({"contact_id": list("ab"), "account_id": "1", "power": [2, 2]})
    ties = pd.DataFrame({"contact_id": list("ab"), "person_id": list("KL"), "depth": 1})
    assert rel.thread_risk(contacts, ties).loc["1", "bus_factor"] == 1
    assert rel.leaver_loss(contacts, ties)["accounts_cut"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("contacts", "ties", "error", "match"),
    [
        (CONTACTS.assign(power=[4, 3, 2, 0, 3, 1]), TIES, ValuesError, "power"),
        (CONTACTS.assign(attitude=[-3, 0, 0, 0, 0, 0]), TIES, ValuesError, "attitude"),
        (CONTACTS, TIES.assign(depth=[5, 1, 1, 1, 1, 1]), ValuesError, "depth"),
        (CONTACTS, TIES.assign(depth=[np.nan, 1, 1, 1, 1, 1]), ValuesError, "depth"),
        (CONTACTS, pd.concat([TIES, TIES.head(1)]), ValuesError, "twice"),
        (pd.concat([CONTACTS, CONTACTS.head(1)]), TIES, ValuesError, "not unique"),
        (CONTACTS.drop(columns="account_id"), TIES, ColumnError, "account_id"),
        (CONTACTS, TIES.drop(columns="person_id"), ColumnError, "person_id"),
        (CONTACTS.head(0), TIES, EmptyError, "no rows"),
        (CONTACTS, TIES.head(0), EmptyError, "no rows"),
        (CONTACTS.assign(account_id=None), TIES, ValuesError, "account_id"),
    ],
)
def test_bad_tables_are_refused_by_name(contacts, ties, error, match):
    for function in (rel.coverage, rel.thread_risk, rel.relationship_coverage, rel.leaver_loss):
        with pytest.raises(error, match=match):
            function(contacts, ties)


def test_ties_to_people_who_are_not_there_count_for_no_account():
    strange = pd.concat([TIES, TIES.head(1).assign(contact_id="nobody")])
    pd.testing.assert_frame_equal(rel.thread_risk(CONTACTS, TIES), rel.thread_risk(CONTACTS, strange))


def test_a_thousand_contacts_and_forty_of_us_are_solved_exactly_and_soon():
    """Ties in pairs around a ring of 40: n people hold n − 1 of 40 links, so half takes 21."""
    rng = np.random.default_rng(0)
    contact = np.arange(1000)
    contacts = pd.DataFrame({"contact_id": contact.astype(str), "account_id": "1", "power": 1})
    ties = pd.DataFrame(
        {
            "contact_id": np.tile(contact, 2).astype(str),
            "person_id": np.r_[contact % 40, (contact + 1) % 40].astype(str),
            "depth": rng.integers(1, 5, 2000),
        }
    )
    assert rel.thread_risk(contacts, ties).loc["1", "bus_factor"] == 21


def test_key_contacts_take_the_programme_then_the_choice_then_all():
    accounts = pd.DataFrame({"account_id": ["1", "2"], "kam_start": [pd.NaT, pd.Timestamp("2024-01-01")]})
    assert set(rel.key_contacts(CONTACTS, accounts)["account_id"]) == {"2"}
    chosen = pd.DataFrame({"chosen": [True, False]}, index=pd.Index(["1", "2"], name="account_id"))
    none = accounts.assign(kam_start=pd.NaT)
    assert set(rel.key_contacts(CONTACTS, none, chosen)["account_id"]) == {"1"}
    assert len(rel.key_contacts(CONTACTS, none, chosen.assign(chosen=False))) == 6
    assert len(rel.key_contacts(CONTACTS, accounts[["account_id"]])) == 6
    with pytest.raises(NotDefinedError, match="key account"):
        rel.key_contacts(CONTACTS.assign(account_id="9"), accounts)
