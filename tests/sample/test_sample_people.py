"""What was planted in words and people is in the tables: needs, scores, relationships, deals, plans."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


def _answers(tables: dict[str, pd.DataFrame], instrument: str) -> pd.DataFrame:
    rows = tables["responses"].query("instrument == @instrument")
    return rows.pivot_table(index=["subject_id", "respondent"], columns="item_id", values="value")


def test_weights_sum_to_one_or_are_absent(tables):
    weights = tables["criteria"].groupby("instrument")["weight"]
    sums = weights.sum(min_count=1).dropna()
    assert set(sums.index) == {"attractiveness", "attractiveness_horizon", "strength"}
    assert sums.to_numpy() == pytest.approx(1.0, abs=1e-12)
    assert (weights.count()[sums.index] == weights.size()[sums.index]).all()


def test_answers_lie_on_their_scales_and_stand_once(tables):
    scale = ["instrument", "item_id"]
    rows = tables["responses"].merge(
        tables["criteria"][[*scale, "scale_min", "scale_max"]], on=scale, how="left"
    )
    assert rows["value"].between(rows["scale_min"], rows["scale_max"]).all()
    grain = [*scale, "subject_type", "subject_id", "respondent", "respondent_role", "round"]
    assert not rows.duplicated(grain).any()
    about = rows[rows["subject_type"].isin(["account", "competitor"])]
    assert set(about["subject_id"]) <= set(tables["accounts"]["account_id"])


def _k_means(points: np.ndarray, k: int, seed: int) -> tuple[float, np.ndarray]:
    draw = np.random.default_rng(seed)
    centres = points[draw.choice(len(points), k, replace=False)]
    for _ in range(50):
        labels = ((points[:, None] - centres) ** 2).sum(2).argmin(1)
        centres = np.array(
            [points[labels == j].mean(0) if (labels == j).any() else points[j] for j in range(k)]
        )
    return ((points - centres[labels]) ** 2).sum(), labels


def _adjusted_rand(first: pd.Series, second: pd.Series) -> float:
    """Hubert and Arabie (1985)."""
    table = pd.crosstab(first, second).to_numpy()
    pairs = lambda n: (n * (n - 1) / 2).sum()  # noqa: E731
    rows, columns = pairs(table.sum(1)), pairs(table.sum(0))
    expected = rows * columns / pairs(np.array([table.sum()]))
    return (pairs(table) - expected) / ((rows + columns) / 2 - expected)


def test_four_need_segments_come_back(tables, truth):
    needs = _answers(tables, "needs")
    z = needs.sub(needs.mean(axis=1), axis=0).div(needs.std(axis=1), axis=0)
    labels = min((_k_means(z.to_numpy(), 4, seed) for seed in range(12)), key=lambda run: run[0])[1]
    true = z.index.get_level_values("subject_id").map(truth["need_segments"])
    assert len(set(z.index.get_level_values("subject_id"))) >= 120
    assert set(true) == {"uptime", "price", "development", "simplicity"}
    assert _adjusted_rand(pd.Series(labels), pd.Series(true)) >= 0.9


def _relative_weights(ratings: pd.DataFrame, outcome: pd.Series) -> pd.Series:
    """Johnson (2000)."""
    r = np.corrcoef(np.column_stack([ratings, outcome]).T)
    value, vector = np.linalg.eigh(r[:-1, :-1])
    root = vector @ np.diag(np.sqrt(value)) @ vector.T
    beta = np.linalg.solve(root, r[:-1, -1])
    return pd.Series(root**2 @ beta**2, index=ratings.columns)


def test_what_is_said_is_not_what_moves(tables, truth):
    told = _answers(tables, "satisfaction")
    derived = _relative_weights(told.drop(columns="overall"), told["overall"]).rank()
    stated = _answers(tables, "needs").mean().rank()
    spoken, unspoken = truth["spoken_not_moving"], truth["moving_not_spoken"]
    assert stated[spoken] == 10
    assert derived[spoken] <= 4
    assert derived[unspoken] == 10
    assert stated[unspoken] <= 4


def test_price_points(tables, truth):
    said = _answers(tables, "wtp")[["too_cheap", "cheap", "expensive", "too_expensive"]]
    assert (said.diff(axis=1).iloc[:, 1:] >= 0).all().all()
    for name, low, high in (
        ("optimal", "too_cheap", "too_expensive"),
        ("indifference", "cheap", "expensive"),
    ):
        price = truth[f"{name}_price_point"]
        assert (said[high] <= price).mean() >= (said[low] >= price).mean()
        assert (said[high] <= price - 1).mean() < (said[low] >= price - 1).mean()


def test_nps(tables, truth):
    value = tables["responses"].query("instrument == 'nps'")["value"]
    assert truth["nps"] == pytest.approx(100 * ((value >= 9).mean() - (value <= 6).mean()), abs=1e-5)


def test_discussion_narrows_the_scores_and_one_role_stands_out(tables, truth):
    scores = tables["responses"].query("instrument == 'attractiveness'")
    spread = scores.groupby(["round", "item_id", "subject_id"])["value"].std().groupby("round").mean()
    assert spread["consensus"] < 0.5 * spread["blind"]
    growth = scores.query("item_id == 'growth_potential' and round == 'blind'")
    assert growth.groupby("respondent_role")["value"].mean().idxmax() == truth["outlier_role"]


def test_candidates_that_pay_badly_fail_the_gate(tables, truth):
    scores = tables["responses"].query(
        "instrument == 'attractiveness' and item_id == 'payment_reliability' and round == 'consensus'"
    )
    mean = scores.groupby("subject_id")["value"].mean()
    gate = tables["criteria"].query("item_id == 'payment_reliability'")["gate"].iloc[0]
    assert sorted(mean.index[mean < gate]) == truth["gate_failing_accounts"]
    assert not set(truth["gate_failing_accounts"]) & set(truth["key_accounts"])


def test_skill_gaps_by_background(tables, truth):
    required = tables["criteria"].query("instrument == 'skills'").set_index("item_id")["gate"]
    background = tables["assignments"].drop_duplicates("person_id").set_index("person_id")["background"]
    rows = tables["responses"].query("instrument == 'skills' and respondent_role == 'manager'")
    assert set(rows["subject_id"]) <= set(background.index)
    gap = rows["item_id"].map(required) - rows["value"]
    mean = gap.groupby([rows["subject_id"].map(background), rows["item_id"]]).mean().unstack()
    found = {name: sorted(row.index[row > 1]) for name, row in mean.iterrows()}
    assert found == truth["skill_gaps"]


def test_one_account_has_200_contacts(tables, truth):
    count = tables["contacts"]["account_id"].value_counts()
    assert count.iloc[0] == 200
    assert count.index[0] == truth["account_with_200_contacts"]
    others = count[[a for a in truth["key_accounts"] if a != count.index[0]]]
    assert others.between(13, 19).all()


def test_duplicates_are_of_one_account_and_nearly_one_name(tables, truth):
    contacts = tables["contacts"].set_index("contact_id")
    for first, second in truth["duplicate_contacts"]:
        assert contacts.loc[first, "account_id"] == contacts.loc[second, "account_id"]
        assert contacts.loc[first, "name"] != contacts.loc[second, "name"]
    assert not contacts.duplicated(["account_id", "name"]).any()


def test_ties(tables, truth):
    contacts, ties = tables["contacts"], tables["relationships"]
    ties = ties.merge(contacts[["contact_id", "account_id", "level"]])
    people = ties[ties["depth"] > 0].groupby("account_id")["person_id"].nunique()
    assert sorted(people.index[people == 1]) == truth["single_thread_accounts"]
    age = (pd.Timestamp("2025-12-31") - ties["last_contact"]).dt.days
    assert (age > 365).sum() == truth["stale_ties"] > 0
    key = contacts[contacts["account_id"].isin(truth["key_accounts"])]
    assert (~key["contact_id"].isin(ties["contact_id"])).sum() == truth["contacts_without_owner"] > 0
    assert (ties["desired_depth"] >= ties["depth"]).all()
    top = set(key.loc[key["level"] == "executive", "contact_id"])
    met = set(ties.loc[ties["person_id"].str.startswith("DIR"), "contact_id"])
    assert sorted(top - met) == truth["executives_without_counterpart"]


def test_role_gaps_are_those_planted(tables, truth):
    chart = tables["assignments"][tables["assignments"]["respondent"].isna()]
    task = chart.groupby(["account_id", "task"])
    letters = chart.pivot_table(
        index=["account_id", "task"], columns="raci", values="person_id", aggfunc="nunique"
    )
    letters = letters.reindex(task.size().index).fillna(0)
    for name, found in (
        ("no_a", letters["A"] == 0),
        ("two_a", letters["A"] == 2),
        ("no_r", letters["R"] == 0),
    ):
        assert sorted(map(list, letters.index[found])) == sorted(truth[f"raci_{name}"])
    assert (letters["A"] <= 2).all()


def test_role_disagreement(tables, truth):
    said = tables["assignments"].dropna(subset=["respondent"])
    named = said.groupby(["account_id", "task"])["person_id"].agg(lambda p: p.value_counts().iloc[0] / len(p))
    lowest = named.groupby("account_id").min()
    assert sorted(lowest.index[lowest < 1]) == truth["role_disagreement"]
    assert lowest[lowest < 1].to_numpy() == pytest.approx(0.4)


def test_hours_and_sponsors(tables, truth):
    rows = tables["assignments"]
    assert rows.groupby("incentive")["hours_year"].sum().to_dict() == truth["hours_by_incentive"]
    sponsored = set(rows.loc[rows["role"] == "Executive sponsor", "account_id"])
    assert sorted(set(truth["key_accounts"]) - sponsored) == truth["accounts_without_sponsor"]


def test_double_booked_deals_are_those_planted(tables, truth):
    deals = tables["opportunities"]
    pairs = deals.merge(deals, on=["account_id", "family"], suffixes=("", "_b")).query(
        "opportunity_id < opportunity_id_b"
    )
    near = (pairs["created"] - pairs["created_b"]).abs().dt.days <= 7
    alike = (pairs["amount"] / pairs["amount_b"] - 1).abs() < 0.05
    found = pairs[near & alike & (pairs["bu_id"] != pairs["bu_id_b"])]
    assert sorted(found[["opportunity_id", "opportunity_id_b"]].to_numpy().tolist()) == sorted(
        truth["double_booked"]
    )
    assert len(found) >= 5


def test_deals_are_consistent_in_time(tables):
    deals = tables["opportunities"]
    assert (deals["closed"].isna() == (deals["outcome"] == "open")).all()
    assert (deals["created"] < deals["expected_close"]).all()
    closed = deals.dropna(subset=["closed"])
    assert (closed["created"] < closed["closed"]).all()
    assert deals[["created", "closed"]].max().max() <= pd.Timestamp("2025-12-31")


def test_every_key_account_has_an_open_deal(tables, truth):
    open_deals = tables["opportunities"].query("outcome == 'open'")
    assert set(truth["key_accounts"]) <= set(open_deals["account_id"])


def test_sellers_hope_too_much(tables, truth):
    closed = tables["opportunities"].query("outcome != 'open'")
    won = (closed["outcome"] == "won").astype(float)
    seller, base = ((closed["probability"] - won) ** 2).mean(), ((won.mean() - won) ** 2).mean()
    assert seller > base
    assert truth["brier_seller"] == pytest.approx(seller, abs=1e-6)
    assert truth["brier_base"] == pytest.approx(base, abs=1e-6)
    rates = won.groupby(closed["stage"]).agg(["mean", "size"])
    for stage, true in truth["stage_win_rates"].items():
        assert abs(rates.loc[stage, "mean"] - true) < 2.58 * np.sqrt(
            true * (1 - true) / rates.loc[stage, "size"]
        )


def test_plans_of_three_accounts_do_not_pay(tables, truth):
    items = tables["plan_items"]
    money = items[items["kind"].isin(["investment", "benefit"])]
    sign = money["kind"].map({"investment": -1.0, "benefit": 1.0})
    flow = (money["amount"] * sign * money["probability"].fillna(1)).groupby(
        [money["subject_id"], money["month"].dt.year]
    )
    yearly = flow.sum().unstack()
    npv = (yearly / 1.1 ** np.arange(3)).sum(axis=1)
    assert npv.to_dict() == pytest.approx(truth["plan_npv"], abs=0.01)
    assert sorted(npv.index[npv < 0]) == truth["poor_cases"]
    assert len(truth["poor_cases"]) == 3


def test_every_key_account_has_goals_that_can_be_measured(tables, truth):
    goals = tables["plan_items"].query("kind == 'goal' and subject_type == 'account'")
    assert set(goals["subject_id"]) == set(truth["key_accounts"])
    assert goals[["metric", "baseline", "target", "owner", "due"]].notna().all().all()
    assert set(goals["customer_agreed"]) == {"true", "false"}
