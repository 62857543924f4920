"""What step 9 finds of the programme in the sample is what was planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kamkit.method.programme import (
    difference_in_differences,
    evaluate_programme,
    event_study,
    growth_against_market,
    key_accounts,
    matched_effect,
    programme_effects,
    sales_panel,
    tenfold_accounts,
)


@pytest.fixture(scope="module")
def accounts(tables):
    return tables["accounts"].assign(considered=tables["accounts"]["considered"] == "true")


@pytest.fixture(scope="module")
def found(tables, accounts):
    return evaluate_programme(tables["sales"], accounts, until="2025-12-31", draws=999)


def test_the_planted_effect_lies_in_the_interval(found, truth):
    main = programme_effects(found).iloc[0]
    assert found.identified
    assert found.design.controls == "candidates"
    assert sorted(found.design.starts.index) == truth["key_accounts"]
    assert sorted(set(found.design.panel.index) - set(truth["key_accounts"])) == truth["considered_accounts"]
    assert found.effects.low < truth["kam_effect"] < found.effects.high
    assert main["uplift_low"] < np.exp(truth["kam_effect"]) - 1 < main["uplift_high"]
    assert main["permutation_p"] <= 0.001
    assert found.design.left_out.empty


def test_each_cohort_and_the_matched_accounts_say_the_same(found, truth):
    planted = np.exp(truth["kam_effect"]) - 1
    effects = programme_effects(found).set_index("design")
    cohorts = effects.loc["joined_together"]
    assert cohorts["joined_from"].dt.strftime("%Y-%m-%d").tolist() == sorted(
        set(truth["kam_starts"].values())
    )
    assert cohorts["accounts"].tolist() == [6, 6, 6]
    assert ((cohorts["uplift_low"] < planted) & (planted < cohorts["uplift_high"])).all()
    matched = effects.loc["nearest_accounts"]
    assert matched["uplift_low"] < planted < matched["uplift_high"]


def test_a_placebo_start_gives_none(found, accounts, tables, truth):
    placebo = programme_effects(found).set_index("design").loc["placebo_start"]
    assert placebo["uplift_low"] < 0 < placebo["uplift_high"]
    status = key_accounts(accounts)
    both = status.index[status["is_key"] | status["considered"]]
    panel = np.log(sales_panel(tables["sales"], until="2023-12-31").loc[both])
    calendar = difference_in_differences(panel, status.loc[both, "is_key"], "2023-07-01")
    assert calendar.low < 0 < calendar.high


def test_before_they_joined_no_time_stands_out(found):
    events = event_study(found)
    before = events[~events["in_programme"]]
    assert (before["band_low"] < 0).all()
    assert (before["band_high"] > 0).all()
    assert (events.loc[events["in_programme"], "band_low"] > 0).all()


def test_without_the_candidates_the_design_is_refused_and_would_have_been_wrong(tables, accounts, truth):
    """Key accounts and candidates share a higher growth: others of their size are no yardstick."""
    nobody = accounts.drop(columns="considered")
    refused = evaluate_programme(tables["sales"], nobody, until="2025-12-31", draws=99)
    assert not refused.identified
    assert "before" in refused.design.reason
    naive = matched_effect(refused.design.panel, refused.design.starts)
    assert naive.effect > 1.4 * truth["kam_effect"]


def test_growth_of_key_accounts_is_as_published_and_is_no_effect(tables, accounts, truth):
    is_key = key_accounts(accounts)["is_key"]
    growth = growth_against_market(tables["sales"], tables["demand"], is_key)
    assert growth.key_accounts == pytest.approx(truth["key_account_growth"], abs=1e-6)
    assert growth.market == pytest.approx(truth["market_growth"], abs=1e-6)
    assert growth.low < growth.key_accounts < growth.high
    assert growth.low > np.exp(truth["kam_effect"]) - 1


def test_one_account_grew_tenfold_and_many_began_like_it(tables, truth):
    grown = tenfold_accounts(tables["sales"], until="2025-12-31")
    assert grown.index.tolist() == [truth["grown_account"]]
    first, last = grown[["first_year", "last_year"]].iloc[0]
    planted = truth["grown_account_revenue"]
    assert (first, last) == pytest.approx((planted["2023"], planted["2025"]), abs=0.01)
    assert grown["alike"].iloc[0] > 50
    assert grown["alike_grown"].iloc[0] == 1


def test_the_step_reads_all_years_not_only_the_period(found):
    panel = found.design.panel
    assert (panel.columns[0], panel.columns[-1]) == (pd.Timestamp("2023-01-01"), pd.Timestamp("2025-12-01"))
