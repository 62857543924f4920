"""Satisfaction with its errors, scorecards by hand, and what changed since the last run, line by line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkit.errors import NotDefinedError, ParameterError, UnitError, ValuesError
from kamkit.method import programme

HALVES = {"sales_growth": (0.5, 0.0, 0.2), "satisfaction": (0.5, 0.0, 1.0)}


# -- satisfaction ------------------------------------------------------------------------------------


def test_nps_of_the_worked_case():
    found = programme.nps([9] * 25 + [7] * 15 + [0] * 10)
    assert found.nps == pytest.approx(30.0)
    assert found.half_width == pytest.approx(21.6, abs=0.05)


@given(st.lists(st.integers(0, 10), min_size=2, max_size=60))
def test_nps_is_the_mean_of_plus_and_minus_one(answers):
    votes = np.select([np.array(answers) >= 9, np.array(answers) <= 6], [1.0, -1.0], 0.0)
    found = programme.nps(answers)
    assert found.nps == pytest.approx(100 * votes.mean())
    assert found.half_width == pytest.approx(196 * votes.std() / np.sqrt(len(votes)), rel=1e-4, abs=1e-9)


@pytest.mark.parametrize(
    ("answers", "error"), [([11], ValuesError), ([np.nan], ValuesError), ([], NotDefinedError)]
)
def test_what_is_no_answer_is_refused(answers, error):
    with pytest.raises(error):
        programme.nps(answers)


def test_one_answer_has_no_interval():
    assert np.isnan(programme.nps([10]).half_width)


def answers(instrument: str, values: dict[tuple[str, str], float], kind: str = "account") -> pd.DataFrame:
    rows = [(s, r, v) for (s, r), v in values.items()]
    table = pd.DataFrame(rows, columns=["subject_id", "respondent", "value"])
    return table.assign(instrument=instrument, item_id="overall", subject_type=kind)


def test_each_account_counts_once_however_many_answer():
    criteria = pd.DataFrame({"instrument": ["satisfaction"], "item_id": ["overall"], "scale_min": [1],
                             "scale_max": [5]})  # fmt: skip
    told = {("a", "r1"): 5, ("a", "r2"): 5, ("a", "r3"): 5, ("b", "r4"): 1}
    row = programme.satisfaction(answers("satisfaction", told), criteria).iloc[0]
    assert (row["basis"], row["n"], row["rating"], row["place"]) == ("accounts", 2, 3.0, 0.5)
    # t(1) at 97.5 % is 12.706; the mean's standard error is √8 / √2 = 2
    assert row["half_width"] == pytest.approx(12.706 * 2, rel=1e-4)
    assert (row["place_low"], row["place_high"]) == (0.0, 1.0)
    with pytest.raises(ValuesError):
        programme.satisfaction(answers("satisfaction", {("a", "r"): 6}), criteria)
    with pytest.raises(NotDefinedError):
        programme.satisfaction(answers("other", told), criteria)


# -- scorecards --------------------------------------------------------------------------------------


def parts(**values: tuple[float, float]) -> pd.DataFrame:
    """Growth and satisfaction of each account; NaN has no row."""
    rows = [(a, e, v) for a, pair in values.items() for e, v in zip(HALVES, pair, strict=True) if v == v]
    return pd.DataFrame(rows, columns=["account_id", "element", "achieved"]).assign(base=1.0)


def test_points_are_weight_times_utility_and_held_at_the_anchors():
    card = programme.account_scorecard(parts(a=(0.1, 0.5), b=(0.9, -0.3)), HALVES)
    assert card.loc["a", ["sales_growth", "satisfaction", "score"]].tolist() == [0.25, 0.25, 0.5]
    assert card.loc["b", ["sales_growth", "satisfaction", "score"]].tolist() == [0.5, 0.0, 0.5]


def test_what_is_missing_is_neither_zero_nor_guessed():
    card = programme.account_scorecard(parts(a=(0.1, np.nan)), HALVES)
    assert card.loc["a", ["score", "known_weight"]].tolist() == [0.5, 0.5]
    assert np.isnan(card.loc["a", "satisfaction"])


def test_there_is_no_score_where_less_than_half_of_the_weights_is_known():
    third = {"sales_growth": (0.3, 0.0, 0.2), "satisfaction": (0.7, 0.0, 1.0)}
    table = parts(a=(0.1, np.nan), b=(np.nan, 0.5))
    assert programme.account_scorecard(table, third)["score"].to_dict() == {
        "b": 0.5,
        "a": pytest.approx(np.nan, nan_ok=True),
    }
    card = programme.scorecard(table[table["account_id"] == "a"], third).set_index("element")
    assert card["points"].isna().all()
    assert card.loc["sales_growth", "achieved"] == 0.1


def test_what_moved_a_score_adds_up_to_its_change():
    before, after = parts(a=(0.1, 0.5), b=(0.2, 0.5)), parts(a=(0.0, 0.6), c=(0.1, 0.1))
    card = programme.account_scorecard(after, HALVES, before)
    assert card.loc["a", "score_before"] == pytest.approx(0.5)
    assert card.loc["a", "score_change"] == pytest.approx(-0.25 + 0.05)
    assert card.loc["a", "largest"] == "sales_growth"
    assert card.loc["c", ["score_before", "score_change", "largest"]].isna().all()


def test_a_part_that_came_to_be_known_does_not_move_the_score():
    card = programme.account_scorecard(parts(a=(0.1, 1.0)), HALVES, parts(a=(0.1, np.nan)))
    assert card.loc["a", "score_change"] == 0.0
    assert pd.isna(card.loc["a", "largest"])


def test_the_programme_is_a_ratio_of_sums():
    table = parts(a=(0.2, 0.5), b=(0.0, 0.5))
    table.loc[table["element"] == "sales_growth", "base"] = [100.0, 300.0]
    card = programme.scorecard(table, HALVES).set_index("element")
    assert card.loc["sales_growth", "achieved"] == pytest.approx(20 / 400)
    assert card.loc["score", "points"] == pytest.approx(0.5 * 0.25 + 0.25)
    assert card.loc["score", "points"] == pytest.approx(card.loc[list(HALVES), "points"].sum())


@pytest.mark.parametrize(
    ("weights", "error"),
    [
        ({"sales_growth": (0.5, 0, 1)}, ValuesError),
        ({"sales_growth": (100, 0, 1)}, UnitError),
        ({"sales_growth": (1.0, 1, 1)}, ValuesError),
        ({"satisfaction": (1.0, 0, 1)}, ParameterError),
    ],
)
def test_weights_that_cannot_be_meant_are_refused(weights, error):
    with pytest.raises(error):
        programme.account_scorecard(parts(a=(0.1, np.nan)), weights)


def test_growth_compares_periods_of_the_same_length():
    days = pd.to_datetime(["2024-01-31", "2024-12-01", "2025-05-05", "2025-06-01"])
    sales = pd.DataFrame(
        {"date": days, "account_id": ["a", "a", "a", "b"], "net_amount": [10.0, 10.0, 30.0, 5.0]}
    )
    table = programme.account_growth(sales, "2025-01-01", "2025-12-31")
    assert table.loc["a"].tolist() == [20.0, 30.0, 0.5]
    assert table.loc["b", ["revenue_before", "revenue"]].tolist() == [0.0, 5.0]
    assert np.isnan(table.loc["b", "growth"])
    with pytest.raises(NotDefinedError):
        programme.account_growth(sales.iloc[1:], "2025-01-01", "2025-12-31")


# -- since the last run ------------------------------------------------------------------------------


def pnl(**rows: tuple[float, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, index=["invoiced_revenue", "customer_profit"]).T.assign(product_cost=0.0)
    return table.rename_axis("account_id")


def test_accounts_up_and_down_line_by_line():
    then = pnl(a=(100, 10), b=(50, 5), c=(30, 3), d=(20, 2), unassigned=(7, 7))
    now = pnl(a=(140, 8), b=(50, 5), c=(30, 1), e=(25, -4), unassigned=(9, 9))
    table = programme.account_changes(then, now)
    lines = table[["revenue_change", "profit_change", "direction"]].to_dict("index")
    assert {k: list(v.values()) for k, v in lines.items()} == {
        "a": [40, -2, "up"], "e": [25, -4, "new"], "d": [-20, -2, "gone"], "unassigned": [2, 2, "up"],
        "c": [0, -2, "down"], "b": [0, 0, "same"]}  # fmt: skip
    assert list(table.index)[:3] == ["a", "e", "d"]
    assert table["revenue_change"].sum() == now["invoiced_revenue"].sum() - then["invoiced_revenue"].sum()
    assert programme.period_changes(table).loc["up"].tolist() == [1, 42, 0]


@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(-1e6, 1e6)),
       st.dictionaries(st.sampled_from("abcdef"), st.floats(-1e6, 1e6)))  # fmt: skip
def test_the_lines_add_up_to_the_change_of_the_total(then, now):
    old, new = (pnl(**{k: (v, v / 2) for k, v in rows.items()}, z=(0, 0)) for rows in (then, now))
    change = programme.account_changes(old, new)["revenue_change"].sum()
    assert change == pytest.approx(sum(now.values()) - sum(then.values()), abs=1e-6)


def test_profits_on_other_bases_are_not_compared():
    then, now = pnl(a=(100, 10)), pnl(a=(120, 12)).assign(customer_profit=np.nan)
    table = programme.account_changes(then, now)
    assert table.loc["a", "revenue_change"] == 20
    assert np.isnan(table.loc["a", "profit_change"])


def log(*rows: tuple[str, str, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["id", "key", "state"])
    return table.assign(value="1", by="A", why="w", at="t", expected="more", review="2026-06-30")


def test_decisions_taken_replaced_and_withdrawn_since():
    then = log(("1", "k", "in force"), ("2", "m", "in force"), ("3", "n", "in force"))
    now = log(
        ("1", "k", "superseded"), ("2", "m", "withdrawn"), ("3", "n", "in force"), ("4", "k", "in force")
    )
    table = programme.decision_changes(now, then)
    assert table[["key", "news"]].to_numpy().tolist() == [
        ["k", "superseded"],
        ["m", "withdrawn"],
        ["k", "taken"],
    ]
    assert table["expected"].tolist() == ["more"] * 3
    assert programme.decision_changes(now.iloc[:0], then).empty
    assert programme.decision_changes(now)["news"].eq("taken").all()


def test_an_assumption_that_held_no_longer_does():
    seen = {"growth": (0.02, -0.02, 0.06)}
    first = programme.assumptions({"growth": 0.05, "kept": (0.9, 1.0)}, {**seen, "kept": (0.97, 0.95, 0.99)})
    assert first["verdict"].tolist() == ["holds", "holds"]
    second = programme.assumptions(
        {"growth": 0.10, "kept": (0.9, 1.0)}, {**seen, "kept": (0.8, 0.7, 0.85)}, first
    )
    assert second["verdict"].tolist() == ["no longer holds", "no longer holds"]
    third = programme.assumptions({"growth": 0.05, "kept": (0.9, 1.0)}, seen, second)
    assert third["verdict"].tolist() == ["holds again", "not known"]
    with pytest.raises(ValuesError):
        programme.assumptions({"growth": 0.1}, {"growth": (0.5, 0.0, 0.1)})
