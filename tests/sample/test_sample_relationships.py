"""The sample's people: what was planted comes back."""

from __future__ import annotations

import pandas as pd
import pytest

from kamkit.method import relationships as rel


@pytest.fixture(scope="module")
def people(tables):
    return rel.key_contacts(tables["contacts"], tables["accounts"])


@pytest.fixture(scope="module")
def reach(tables, people):
    return rel.relationship_coverage(people, tables["relationships"], tables["assignments"])


def test_the_account_with_200_contacts_shows_twenty(tables, people, reach, truth):
    account = truth["account_with_200_contacts"]
    assert reach["contacts"].idxmax() == account
    assert reach.loc[account, "contacts"] == 200
    shown = rel.relationship_map(people, tables["relationships"], account)
    assert shown["contact_id"].nunique() == 20
    assert set(shown["rest"]) == {180}
    assert shown["power"].min() >= 2


def test_probable_doubles_are_the_planted_pairs(tables, truth):
    found = rel.duplicates(tables["contacts"])
    pairs = found[["double_of", "contact_id"]].values.tolist()
    assert sorted(pairs) == sorted(truth["duplicate_contacts"])
    assert set(found["double_why"]) == {"order", "accents", "initials"}
    public = rel.duplicates(rel.without_names(tables["contacts"]))
    assert public[["double_of", "contact_id"]].values.tolist() == pairs


def test_contacts_without_owner(reach, truth):
    assert reach["unowned"].sum() == truth["contacts_without_owner"]


def test_accounts_that_hang_on_one_of_us(reach, truth):
    alone = reach[reach["people"] == 1]
    assert sorted(alone.index) == truth["single_thread_accounts"]
    assert (alone["bus_factor"] == 1).all()
    pd.testing.assert_series_equal(
        alone["single_thread_power"].fillna(0) >= alone["power_reached"],
        pd.Series(True, index=alone.index),
        check_names=False,
    )


def test_ties_that_rest(tables, truth):
    stale = rel.stale_ties(tables["contacts"], tables["relationships"], "2025-12-31")
    assert len(stale) == truth["stale_ties"]


def test_executives_without_counterpart(tables, people, truth):
    alone = rel.executives_without_counterpart(people, tables["relationships"], tables["assignments"])
    assert sorted(alone["contact_id"]) == sorted(truth["executives_without_counterpart"])


@pytest.mark.parametrize(
    ("defect", "planted"), [("no_a", "raci_no_a"), ("several_a", "raci_two_a"), ("no_r", "raci_no_r")]
)
def test_defects_of_the_agreed_roles(tables, truth, defect, planted):
    found = rel.raci_defects(tables["assignments"])
    cells = found.loc[found["defect"] == defect, ["account_id", "task"]].values.tolist()
    assert sorted(cells) == sorted(truth[planted])
    assert set(found["defect"]) == {"no_a", "several_a", "no_r"}


def test_accounts_without_sponsor(tables, truth):
    missing = rel.unfilled_roles(tables["assignments"])
    assert set(missing["role"]) == {"Executive sponsor"}
    assert sorted(missing["account_id"]) == truth["accounts_without_sponsor"]


def test_those_asked_disagree_where_it_was_planted(tables, truth):
    asked = rel.agreement_by_account(rel.role_agreement(tables["assignments"]))
    apart = asked[asked["agreement"] < 1]
    assert sorted(apart.index) == truth["role_disagreement"]
    assert apart["agreement"].tolist() == pytest.approx([2 / 5] * len(apart))
