"""The planted segments, needs and prices come back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from kamkit.errors import NotDefinedError
from kamkit.method import segmentation


@pytest.fixture(scope="module")
def needs(tables) -> pd.DataFrame:
    return segmentation.needs_from(tables["responses"], tables["criteria"])


@pytest.fixture(scope="module")
def found(needs) -> segmentation.NeedsSegments:
    return segmentation.needs_segments(needs)


@pytest.fixture(scope="module")
def sales(tables) -> pd.DataFrame:
    return tables["sales"][tables["sales"]["date"].dt.year == 2025]


def test_the_four_segments_come_back(found, truth):
    planted = pd.Series(truth["need_segments"])
    assert set(found.labels.index) == set(planted.index)
    assert found.labels.nunique() == 4
    assert adjusted_rand_score(planted[found.labels.index], found.labels) >= 0.9


def test_separation_and_stability_agree_on_four(found):
    tried = found.tried.set_index("k")
    assert list(tried.index[tried["chosen"]]) == [4]
    assert tried["silhouette"].idxmax() == 4
    assert found.stability.min() >= 0.75
    assert set(tried.index) == set(range(2, 9))


def test_everybody_asked_is_counted(tables, truth):
    coverage = segmentation.needs_coverage(tables["responses"], tables["criteria"])
    assert coverage.respondents == truth["need_segment_respondents"]
    assert coverage.accounts == coverage.complete == len(truth["need_segments"])


def test_rules_agree_with_what_was_planted_where_the_accounts_are_few(needs, truth):
    few = needs.iloc[:40]
    with pytest.raises(NotDefinedError, match="use rules"):
        segmentation.needs_segments(few)
    result = segmentation.find_segments(few)
    assert result.basis == "rules"
    assert "40 accounts" in result.reason
    planted = pd.Series(truth["need_segments"])[few.index]
    assert adjusted_rand_score(planted, result.accounts["segment"]) > 0.5


def r_squared(ratings: pd.DataFrame, outcome: pd.Series) -> float:
    design = np.column_stack([np.ones(len(ratings)), ratings])
    fitted = design @ np.linalg.lstsq(design, outcome, rcond=None)[0]
    return 1 - ((outcome - fitted) ** 2).sum() / ((outcome - outcome.mean()) ** 2).sum()


def test_spoken_and_unspoken_needs_of_the_sample(tables, truth):
    found = segmentation.importance_map(tables["responses"], tables["criteria"]).set_index("item_id")
    said, moving = truth["spoken_not_moving"], truth["moving_not_spoken"]
    assert found.loc[said, "quadrant"] == "said_not_moving"
    assert found.loc[moving, "quadrant"] == "moves_unsaid"
    assert found["derived"].idxmax() == moving
    assert found["stated"].idxmax() == said
    assert found.loc[[said, moving], "sure"].min() > 0.95
    assert found["derived"].sum() == pytest.approx(1)
    assert (found["derived_low"] <= found["derived"]).all()
    assert (found["derived"] <= found["derived_high"]).all()


def test_weights_of_the_sample_add_up_to_r_squared_of_plain_regression(tables):
    told = tables["responses"].query("instrument == 'satisfaction'")
    wide = told.pivot(index="respondent", columns="item_id", values="value")
    found = segmentation.importance_map(tables["responses"], tables["criteria"], draws=2)
    assert found["weight"].sum() == pytest.approx(r_squared(wide.drop(columns="overall"), wide["overall"]))


def test_price_points_are_those_of_a_search_in_steps_of_one(tables, truth):
    answers = segmentation.price_answers(tables["responses"], tables["criteria"])
    found = segmentation.willingness_to_pay(**answers)
    assert (found.opp, found.ipp) == (truth["optimal_price_point"], truth["indifference_price_point"])
    assert found.respondents + found.left_out == 80
    assert found.opp_low <= found.opp <= found.opp_high
    assert found.lower_1976 <= found.lower <= found.ipp <= found.upper <= found.upper_1976


def test_planted_price_premium_is_found(sales, truth):
    found = segmentation.price_premium(sales)
    planted = pd.Series(truth["price_index"])
    np.testing.assert_allclose(found.loc[planted.index, "price_level"], planted, atol=1e-6)
    assert set(found.nlargest(len(planted), "price_level").index) == set(truth["premium_accounts"])
    assert found["covered"].min() == pytest.approx(1)
    assert found["premium_amount"].sum() == pytest.approx(0, abs=1e-3)


def test_revenue_of_segments_adds_up_to_that_of_the_ledger(tables, found, truth):
    revenue = segmentation.account_revenue(tables["sales"], "2025-01-01", "2025-12-31")
    profile = segmentation.segment_profiles(found.labels, revenue)
    assert profile["revenue"].sum() == pytest.approx(truth["revenue"], abs=0.01)
    assert profile["accounts"].sum() == len(revenue.index.union(found.labels.index))
    grown = revenue.loc[truth["grown_account"]]
    before = truth["grown_account_revenue"]
    assert grown["revenue_growth"] == pytest.approx(before["2025"] / before["2024"] - 1)


def test_the_price_segment_pays_less_and_uptime_more(found, sales, truth):
    planted = pd.Series(truth["need_segments"])
    levels = segmentation.premium_by_segment(segmentation.price_premium(sales), planted).set_index("segment")
    assert levels.loc["price", "premium_high"] < 0 < levels.loc["uptime", "premium_low"]
    assert levels.loc[["price", "uptime"], "sure"].all()


def test_a_b_c_says_little_about_need(tables, found):
    revenue = segmentation.account_revenue(tables["sales"], "2025-01-01", "2025-12-31")
    classes = segmentation.abc_by_revenue(revenue)
    counts = segmentation.migration(classes, found.labels)
    cells = segmentation.migration_cells(classes, found.labels, revenue, tables["accounts"])
    assert counts.to_numpy().sum() == len(classes.index.union(found.labels.index))
    for cell in cells.itertuples():
        assert counts.loc[cell.before, cell.after] == cell.accounts
    largest = revenue.loc[
        classes.index[(classes == "A")].intersection(found.labels.index), "revenue"
    ].idxmax()
    name = tables["accounts"].set_index("account_id").loc[largest, "name"]
    assert cells["names"].str.startswith(name).any()
