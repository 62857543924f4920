"""What matters to whom: standardising, refusing what is no need, and what moves satisfaction."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kamkit.errors import ColumnError, EmptyError, NotDefinedError, ParameterError, ValuesError
from kamkit.method import segmentation

ITEMS = ["price", "stock", "advice"]


def answers(rows, instrument="needs") -> pd.DataFrame:
    """One row per (account, respondent, values in the order of ITEMS)."""
    return pd.DataFrame(
        [
            {
                "instrument": instrument,
                "item_id": item,
                "subject_id": account,
                "respondent": who,
                "value": value,
            }
            for account, who, values in rows
            for item, value in zip(ITEMS, values, strict=True)
            if value is not None
        ]
    )


def asked(items=ITEMS, instrument="needs", **more) -> pd.DataFrame:
    table = pd.DataFrame({"instrument": instrument, "item_id": items, "text": [i.title() for i in items]})
    return table.assign(**{"scale_min": 1.0, "scale_max": 10.0, "direction": "max", **more})


# -- within respondent -------------------------------------------------------------------------


def test_scores_are_hand_arithmetic():
    table = segmentation.within_respondent(answers([("a", "p", (1.0, 2.0, 3.0))]))
    assert table.loc[("a", "p"), ["price", "stock", "advice"]].tolist() == pytest.approx(
        [-1.224745, 0, 1.224745]
    )


def test_a_constant_respondent_becomes_zeros_and_stays_incomplete_where_silent():
    table = segmentation.within_respondent(
        answers([("a", "p", (7.0, 7.0, None)), ("b", "q", (0.1, 0.1, 0.1))])
    )
    assert table.loc[("a", "p"), ["price", "stock"]].tolist() == [0.0, 0.0]
    assert np.isnan(table.loc[("a", "p"), "advice"])
    assert table.loc[("b", "q")].tolist() == [0.0, 0.0, 0.0]


@settings(max_examples=60, deadline=None)
@given(
    arrays(float, (4, 5), elements=st.integers(1, 10).map(float)),
    st.floats(0.5, 3.0),
    st.floats(-5.0, 5.0),
)
def test_how_a_respondent_uses_the_scale_does_not_matter(values, spread, level):
    plain = segmentation.within_respondent(pd.DataFrame(values))
    shifted = segmentation.within_respondent(pd.DataFrame(values * spread + level))
    np.testing.assert_allclose(plain, shifted, atol=1e-7)
    assert np.abs(plain.mean(axis=1)).max() < 1e-9


def test_bad_answers_are_errors():
    good = answers([("a", "p", (1.0, 2.0, 3.0))])
    with pytest.raises(ParameterError, match="several instruments"):
        segmentation.within_respondent(pd.concat([good, answers([("a", "p", (1, 2, 3))], "satisfaction")]))
    with pytest.raises(ValuesError, match="given twice"):
        segmentation.within_respondent(pd.concat([good, good]))
    with pytest.raises(ValuesError, match="missing"):
        segmentation.within_respondent(good.assign(value=[1.0, np.nan, 3.0]))
    with pytest.raises(ColumnError):
        segmentation.within_respondent(good.drop(columns="respondent"))
    with pytest.raises(EmptyError):
        segmentation.within_respondent(good.head(0))


# -- needs -------------------------------------------------------------------------------------


def test_two_respondents_of_an_account_weigh_the_same():
    table = segmentation.needs_from(answers([("a", "p", (1, 2, 3)), ("a", "q", (9, 5, 1))]), asked())
    assert table.loc["a"].tolist() == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)


def test_an_item_where_one_is_most_important_is_turned():
    up = segmentation.needs_from(answers([("a", "p", (1, 2, 6))]), asked())
    down = segmentation.needs_from(answers([("a", "p", (10, 9, 5))]), asked(direction="min"))
    np.testing.assert_allclose(up, down)


def test_accounts_that_left_an_item_out_are_counted_not_lost():
    given = answers([("a", "p", (1, 2, 3)), ("b", "q", (4, None, 5)), ("c", "r", (5, 5, 5))])
    found = segmentation.needs_coverage(given, asked())
    assert (found.respondents, found.accounts, found.complete, found.incomplete, found.undecided) == (
        3,
        3,
        2,
        1,
        1,
    )
    assert list(segmentation.needs_from(given, asked()).index) == ["a", "c"]


@pytest.mark.parametrize(
    "instrument", ["satisfaction", "strength", "attractiveness", "nps", "satisfaction_staff"]
)
def test_other_instruments_are_no_needs(instrument):
    given = answers([("a", "p", (1, 2, 3))], instrument)
    with pytest.raises(NotDefinedError, match="holds no needs but"):
        segmentation.needs_from(given, asked(instrument=instrument), instrument=instrument)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"scale_max": 2000.0}, "amounts, such as spend"),
        ({"weight": 0.3}, "scorecard"),
        ({"gate": 2.0}, "scorecard"),
    ],
)
def test_what_the_questionnaire_says_of_itself_is_believed(more, why):
    with pytest.raises(NotDefinedError, match=why):
        segmentation.needs_from(answers([("a", "p", (1, 2, 3))]), asked(**more))


def test_answers_about_others_than_accounts_are_no_needs():
    given = answers([("a", "p", (1, 2, 3))]).assign(subject_type="competitor")
    with pytest.raises(NotDefinedError, match="competitor"):
        segmentation.needs_from(given, asked())


def test_a_questionnaire_nobody_answered_is_a_gap_and_an_unknown_item_an_error():
    with pytest.raises(NotDefinedError, match="nobody answered"):
        segmentation.needs_from(answers([("a", "p", (1, 2, 3))], "other"), asked())
    with pytest.raises(ValuesError, match="not in criteria"):
        segmentation.needs_from(answers([("a", "p", (1, 2, 3))]), asked(["price", "stock"]))


# -- derived importance ------------------------------------------------------------------------


def with_correlations(r12: float, r1y: float, r2y: float, n: int = 40) -> tuple[pd.DataFrame, pd.Series]:
    """Data of exactly these correlations."""
    rng = np.random.default_rng(3)
    raw = rng.normal(size=(n, 3))
    orthonormal, _ = np.linalg.qr(raw - raw.mean(axis=0))
    root = np.linalg.cholesky(np.array([[1, r12, r1y], [r12, 1, r2y], [r1y, r2y, 1]]))
    data = orthonormal @ root.T
    return pd.DataFrame(data[:, :2], columns=["one", "two"]), pd.Series(data[:, 2])


def test_two_attributes_share_r_squared_as_general_dominance_does():
    """R² = (.36 + .16 − 2·.6·.4·.5) / .75 = .37333; shares ½(.36 + R² − .16) and ½(.16 + R² − .36).

    For two predictors relative weights are the averages over both orders of entry (Johnson, 2000).
    """
    ratings, outcome = with_correlations(0.5, 0.6, 0.4)
    weights = segmentation.derived_importance(ratings, outcome)
    assert weights.tolist() == pytest.approx([0.286667, 0.086667], abs=1e-6)


def r_squared(ratings: pd.DataFrame, outcome: pd.Series) -> float:
    design = np.column_stack([np.ones(len(ratings)), ratings])
    fitted = design @ np.linalg.lstsq(design, outcome, rcond=None)[0]
    return 1 - ((outcome - fitted) ** 2).sum() / ((outcome - outcome.mean()) ** 2).sum()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6))
def test_weights_add_up_to_r_squared_whatever_the_unit_and_order(seed, attributes):
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(60, 1))
    ratings = pd.DataFrame(common + rng.normal(size=(60, attributes)))
    outcome = pd.Series(ratings.to_numpy() @ rng.normal(size=attributes) + rng.normal(size=60))
    weights = segmentation.derived_importance(ratings, outcome)
    assert (weights >= -1e-12).all()
    assert weights.sum() == pytest.approx(r_squared(ratings, outcome), abs=1e-9)
    order = rng.permutation(60)
    again = segmentation.derived_importance(ratings.iloc[order] * 7 - 3, outcome * -2)
    np.testing.assert_allclose(weights, again, atol=1e-9)


def test_equal_attributes_share_equally_where_regression_has_no_answer():
    ratings, outcome = with_correlations(0.5, 0.6, 0.4)
    weights = segmentation.derived_importance(ratings.assign(twin=ratings["one"]), outcome)
    assert weights["one"] == pytest.approx(weights["twin"])
    assert weights.sum() == pytest.approx(0.373333, abs=1e-6)


def test_too_few_respondents_and_flat_ratings_have_no_answer():
    ratings = pd.DataFrame(np.random.default_rng(0).normal(size=(9, 2)), columns=["one", "two"])
    with pytest.raises(NotDefinedError, match="9 respondents are too few for 2 attributes, which need 10"):
        segmentation.derived_importance(ratings, ratings["one"])
    many = pd.concat([ratings, ratings + 1], ignore_index=True)
    assert len(segmentation.derived_importance(many.head(10), many["one"].head(10))) == 2
    with pytest.raises(NotDefinedError, match="same rating for 'two'"):
        segmentation.derived_importance(many.assign(two=4.0), many["one"])
    with pytest.raises(ValuesError, match="missing for 1 respondent"):
        segmentation.derived_importance(many, many["one"].drop(3))


# -- spend -------------------------------------------------------------------------------------

WHOLESALE = (
    Path(__file__).parents[2].parent
    / "shared"
    / "data"
    / "wholesale_customers"
    / "Wholesale customers data.csv"
)


@pytest.fixture
def spend() -> pd.DataFrame:
    if not WHOLESALE.is_file():
        pytest.skip("the real data are not on this machine")
    return pd.read_csv(WHOLESALE).drop(columns=["Channel", "Region"]).astype(float)


def test_spend_is_refused_as_needs_with_the_reason(spend):
    for function in (segmentation.needs_segments, segmentation.segments_by_rule, segmentation.find_segments):
        with pytest.raises(NotDefinedError, match="amount, such as spend"):
            function(spend)
    logs = np.log(spend)
    with pytest.raises(NotDefinedError, match="standardised by column"):
        segmentation.needs_segments((logs - logs.mean()) / logs.std())


def test_stability_of_spend_as_numbers(spend):
    """Two groups, hotels and shops, come back; six are chance."""
    from sklearn.cluster import KMeans

    known = json.loads(WHOLESALE.with_name("truths.json").read_text(encoding="utf-8"))
    logs = np.log1p(spend)
    scaled = (logs - logs.mean()) / logs.std()
    two, six = (KMeans(k, n_init=10, random_state=0).fit_predict(scaled) for k in (2, 6))
    assert sorted(np.bincount(two)) == known["kmeans_k2_on_standardised_log_spend"]["sizes"]
    assert segmentation.stability(scaled, two, draws=30).min() > 0.85
    assert segmentation.stability(scaled, six, draws=30).min() < 0.75


def test_amounts_are_refused_wherever_they_come_from():
    amounts = pd.DataFrame(np.random.default_rng(0).lognormal(8, 1, (80, 4)))
    with pytest.raises(NotDefinedError, match="no needs"):
        segmentation.needs_segments(amounts)
    shares_of_hundred = pd.DataFrame(np.random.default_rng(0).dirichlet(np.ones(4), 80) * 100)
    assert segmentation.segments_by_rule(shares_of_hundred).labels.notna().all()
