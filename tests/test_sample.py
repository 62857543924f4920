"""The sample engagement keeps the schemas' rules, holds what was planted in it, and can be made again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kamkit.engagement.schemas import RUNGS, TABLES, Column

SAMPLE = Path(__file__).parents[1] / "data" / "sample"


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {name: _read(name) for name in TABLES}


@pytest.fixture(scope="module")
def truth() -> dict[str, dict]:
    return json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))


def _read(name: str) -> pd.DataFrame:
    """One table with the kinds of its schema, by plain pandas."""
    parquet = SAMPLE / "data" / f"{name}.parquet"
    if parquet.exists():
        frame = pd.read_parquet(parquet)
    else:
        frame = pd.read_csv(SAMPLE / "data" / f"{name}.csv", dtype=str, keep_default_na=False, na_values=[""])
    for column in TABLES[name].columns:
        if column.name not in frame:
            continue
        if column.kind in ("money", "number", "fraction", "integer"):
            frame[column.name] = pd.to_numeric(frame[column.name]).astype(float)
        elif column.kind in ("date", "month"):
            frame[column.name] = pd.to_datetime(frame[column.name])
    return frame


def _every_column() -> list[tuple[str, Column]]:
    return [(table.name, column) for table in TABLES.values() for column in table.columns]


# ---------------------------------------------------------------------------------------------- schemas


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_those_of_the_schema(tables, name):
    frame = tables[name]
    assert len(frame) > 0
    assert set(frame.columns) <= set(TABLES[name].names)
    assert set(TABLES[name].required) <= set(frame.columns)
    assert frame[list(TABLES[name].required)].notna().all().all()


@pytest.mark.parametrize("name", TABLES)
def test_keys_are_unique(tables, name):
    key = list(TABLES[name].key)
    assert not key or not tables[name].duplicated(key).any()


@pytest.mark.parametrize(("name", "column"), _every_column(), ids=lambda v: getattr(v, "name", v))
def test_values_are_allowed(tables, name, column):
    if column.name not in tables[name]:
        assert not column.required
        return
    values = tables[name][column.name].dropna()
    if column.allowed:
        assert set(values) <= set(column.allowed)
    if column.low is not None:
        assert values.min() >= column.low
    if column.high is not None:
        assert values.max() <= column.high
    if column.kind == "month":
        assert (values.dt.day == 1).all()
    if column.kind == "integer":
        assert (values == values.round()).all()
    if column.references:
        other, field = column.references.split(".")
        assert set(values) <= set(tables[other][field])


def test_money_of_sales_and_ledger_is_in_whole_cents(tables):
    for name, columns in {
        "sales": ["net_amount", "list_amount", "product_cost"],
        "ledger": ["amount"],
    }.items():
        money = tables[name][columns].to_numpy()
        assert np.abs(money * 100 - np.rint(money * 100)).max() < 1e-4


def test_every_rung_but_capital_is_booked(tables):
    assert set(tables["ledger"]["rung"]) == set(RUNGS) - {"capital"}


def test_parents_are_no_children(tables):
    accounts = tables["accounts"]
    parents = set(accounts["parent_id"].dropna())
    assert len(parents) == 25
    assert accounts.loc[accounts["account_id"].isin(parents), "parent_id"].isna().all()


# ------------------------------------------------------------------------------------------ ties


@pytest.mark.parametrize(("rung", "column"), [("revenue", "net_amount"), ("product_cost", "product_cost")])
def test_sales_tie_to_the_ledger_to_the_cent(tables, rung, column):
    sales, ledger = tables["sales"], tables["ledger"]
    month = sales["date"].dt.to_period("M").dt.to_timestamp()
    ours = sales[column].groupby([month, sales["bu_id"]]).sum()
    theirs = ledger[ledger["rung"] == rung].groupby(["month", "bu_id"])["amount"].sum()
    assert len(ours) == len(theirs) == 36 * 3
    assert ((ours * 100).round().to_numpy() == (theirs * 100).round().to_numpy()).all()


def test_transfers_net_to_zero_each_month(tables):
    ledger = tables["ledger"]
    moved = ledger[ledger["rung"] == "transfer"].groupby("month")["amount"].sum()
    assert len(moved) == 36
    assert moved.abs().max() < 0.005


def test_our_part_of_the_markets_is_what_was_invoiced(tables):
    products, accounts, demand = tables["products"], tables["accounts"], tables["demand"]
    sales = (
        tables["sales"].merge(products[["product_id", "family"]]).merge(accounts[["account_id", "country"]])
    )
    ours = sales.groupby(["country", "family", sales["date"].dt.year])["net_amount"].sum()
    us = demand[(demand["scope"] == "market") & (demand["supplier"] == "us") & (demand["year"] >= 2023)]
    us = us.groupby(["scope_id", "family", "year"])["amount"].sum()
    assert np.abs(us.to_numpy() - ours.to_numpy()).max() < 0.005


def test_suppliers_never_exceed_the_total(tables):
    demand = tables["demand"]
    cell = ["scope", "scope_id", "family", "year"]
    total = demand[demand["supplier"] == "total"].set_index(cell)["amount"]
    parts = demand[demand["supplier"] != "total"].groupby(cell)["amount"].sum()
    assert (parts.reindex(total.index) <= total).all()
    assert (total > 0).all()


# ---------------------------------------------------------------------------------------- customers


def _revenue(tables: dict[str, pd.DataFrame], year: int = 2025) -> pd.Series:
    sales = tables["sales"]
    return sales[sales["date"].dt.year == year].groupby("account_id")["net_amount"].sum()


def _profit(tables: dict[str, pd.DataFrame], by: tuple[str, ...] = ("account_id",)) -> pd.Series:
    """Customer profit of 2025 from the published files alone."""
    keys = list(by)
    sales = tables["sales"].query("date >= '2025-01-01'")
    ledger = tables["ledger"].query("month >= '2025-01-01'")
    team = ledger.groupby("team")[["amount", "practical_minutes"]].sum()
    use = tables["activity_use"].query("month >= '2025-01-01'").merge(tables["activities"], on="activity_id")
    minutes = use["count"] * use["base_minutes"] + use["extra_units"].fillna(0) * use["extra_minutes"].fillna(0)
    cost = minutes * use["team"].map(team["amount"] / team["practical_minutes"])
    traced = ledger[ledger["account_id"].notna() & (ledger["rung"] != "transfer")]
    margin = (sales["net_amount"] - sales["product_cost"]).groupby([sales[k] for k in keys]).sum()
    work = cost.groupby([use[k] for k in keys]).sum()
    return margin.sub(work, fill_value=0).sub(traced.groupby(keys)["amount"].sum(), fill_value=0)


def test_top_decile_holds_49_percent(tables, truth):
    revenue = _revenue(tables).sort_values(ascending=False)
    share = revenue.head(int(np.ceil(0.1 * len(revenue)))).sum() / revenue.sum()
    assert share == pytest.approx(0.49, abs=0.003)
    assert truth["top_decile_share"]["value"] == pytest.approx(share, abs=1e-6)
    assert truth["accounts_with_revenue"]["value"] == len(revenue)


def test_one_account_grew_from_7_to_70(tables, truth):
    account = truth["grown_account"]["value"]
    assert _revenue(tables, 2023)[account] == pytest.approx(70_000, abs=0.005)
    assert _revenue(tables, 2025)[account] == pytest.approx(700_000, abs=0.005)


def test_premium_accounts_pay_more_for_the_same_products(tables, truth):
    sales = tables["sales"].query("date >= '2025-01-01'")
    product = sales.groupby("product_id")[["net_amount", "quantity"]].sum()
    usual = sales["quantity"] * sales["product_id"].map(product["net_amount"] / product["quantity"])
    index = sales.groupby("account_id")["net_amount"].sum() / usual.groupby(sales["account_id"]).sum()
    premium = truth["premium_accounts"]["value"]
    assert index[premium].to_dict() == pytest.approx(truth["price_index"]["value"], abs=1e-5)
    revenue = _revenue(tables)
    alike = index[revenue.between(revenue[premium].min(), revenue[premium].max())].drop(premium)
    assert 1.08 < index[premium].median() / alike.median() < 1.18
    assert index[premium].min() > alike.quantile(0.75)


def test_falling_accounts_order_less_and_less(tables, truth):
    sales = tables["sales"].query("quantity > 0")
    falling = sales[sales["account_id"].isin(truth["falling_accounts"]["value"])]
    orders = falling.groupby(falling["date"].dt.to_period("Q"))["order_id"].nunique()
    assert orders["2025Q4"] < 0.65 * orders["2024Q4"]


# ------------------------------------------------------------------------------------------- profit


def test_whale_curve_peaks_near_200_percent(tables, truth):
    profit = _profit(tables).sort_values(ascending=False)
    assert profit.cumsum().max() / profit.sum() == pytest.approx(2.0, abs=0.05)
    assert profit.sum() == pytest.approx(truth["customer_profit_total"]["value"], abs=0.01)
    assert profit.to_dict() == pytest.approx(truth["customer_profit"]["value"], abs=0.006)
    assert (profit < 0).sum() == truth["losing_accounts"]["value"]


def test_a_few_of_the_largest_lose_money(tables, truth):
    profit = _profit(tables)[_revenue(tables).nlargest(15).index]
    losing = profit[profit < 0]
    assert len(losing) >= 3
    assert losing.to_dict() == pytest.approx(truth["large_losing_accounts"]["value"], abs=0.006)


def test_exactly_two_teams_have_capacity_to_spare(tables, truth):
    ledger = tables["ledger"].query("month >= '2025-01-01'")
    use = tables["activity_use"].query("month >= '2025-01-01'").merge(tables["activities"], on="activity_id")
    minutes = use["count"] * use["base_minutes"] + use["extra_units"].fillna(0) * use["extra_minutes"].fillna(0)
    used = minutes.groupby(use["team"]).sum() / ledger.groupby("team")["practical_minutes"].sum()
    assert used.to_dict() == pytest.approx(truth["utilisation"]["value"], abs=1e-6)
    assert sorted(used.index[used < 0.85]) == truth["teams_with_unused_capacity"]["value"]
    assert len(truth["teams_with_unused_capacity"]["value"]) == 2
    assert used[used >= 0.85].between(0.90, 0.98).all()


def test_teams_and_activities_agree_on_the_rung(tables):
    of_ledger = tables["ledger"].dropna(subset=["team"]).groupby("team")["rung"].unique()
    of_work = tables["activities"].groupby("team")["rung"].unique()
    assert {k: list(v) for k, v in of_ledger.items()} == {k: list(v) for k, v in of_work.items()}


def test_practical_minutes_stand_once_per_team_and_month(tables):
    given = tables["ledger"].dropna(subset=["practical_minutes"])
    assert not given.duplicated(["team", "month"]).any()


def test_reconciliation_adds_up_and_gives_the_ebit(tables, truth):
    ledger = tables["ledger"].query("month >= '2025-01-01'")
    booked = ledger.groupby("rung")["amount"].sum()
    for rung, row in truth["reconciliation"]["value"].items():
        assert row["ledger"] == pytest.approx(booked[rung], abs=0.006)
        assert row["assigned"] + row["unassigned"] == pytest.approx(row["ledger"], abs=0.011)
    ebit = 2 * booked["revenue"] - booked.drop(["excluded", "transfer"]).sum()
    assert truth["ebit"]["value"] == pytest.approx(ebit, abs=0.01)
    spread = sum(row["unassigned"] for row in truth["reconciliation"]["value"].values())
    assert truth["customer_profit_total"]["value"] - spread == pytest.approx(ebit, abs=0.05)


def test_accounts_good_for_the_group_and_bad_for_a_unit(tables, truth):
    by_unit = _profit(tables, ("account_id", "bu_id")).unstack()
    planted = truth["good_for_group_bad_for_unit"]["value"]
    assert len(planted) >= 3
    for account, loss in planted.items():
        assert by_unit.loc[account].sum() > 0
        assert by_unit.loc[account, loss["unit"]] == pytest.approx(loss["result"], abs=0.01)
        assert loss["result"] < -10_000
    torn = by_unit[(by_unit.sum(axis=1) > 0) & (by_unit.min(axis=1) < 0)]
    assert set(torn.index) == set(truth["good_for_group_bad_for_unit_all"]["value"])


# ------------------------------------------------------------------------------------- the programme


def test_key_accounts_grow_32_percent_in_a_market_that_grows_7(tables, truth):
    accounts, demand = tables["accounts"], tables["demand"]
    key = accounts.loc[accounts["kam_start"].notna(), "account_id"]
    growth = _revenue(tables)[key].sum() / _revenue(tables, 2024)[key].sum() - 1
    assert growth == pytest.approx(0.32, abs=0.003)
    assert truth["key_account_growth"]["value"] == pytest.approx(growth, abs=1e-6)
    market = demand[(demand["scope"] == "market") & (demand["supplier"] == "total")].groupby("year")["amount"].sum()
    assert market[2025] / market[2024] - 1 == pytest.approx(0.07, abs=1e-6)
    assert truth["market_growth"]["value"] == 0.07


def _log_panel(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Log revenue, accounts × months, of key accounts and those considered."""
    accounts, sales = tables["accounts"], tables["sales"]
    named = accounts[accounts["kam_start"].notna() | (accounts["considered"] == "true")]["account_id"]
    month = sales["date"].dt.to_period("M").dt.to_timestamp()
    revenue = sales["net_amount"].groupby([sales["account_id"], month]).sum().unstack()
    assert (revenue.loc[named] > 0).all().all()
    return np.log(revenue.loc[named])


def _changes(panel: pd.DataFrame, start: pd.Timestamp) -> pd.Series:
    return panel.loc[:, panel.columns >= start].mean(axis=1) - panel.loc[:, panel.columns < start].mean(axis=1)


def _effect(panel: pd.DataFrame, starts: pd.Series) -> tuple[float, float]:
    """Difference in differences, cohort by cohort against those considered, weighted by size."""
    effects, variances, sizes = [], [], []
    for start, cohort in starts.groupby(starts):
        change = _changes(panel, start)
        control = change.drop(starts_of_programme(starts, panel))
        effects.append(change[cohort.index].mean() - control.mean())
        variances.append(change[cohort.index].var() / len(cohort) + control.var() / len(control))
        sizes.append(len(cohort))
    weight = np.array(sizes) / sum(sizes)
    return float(weight @ effects), float(np.sqrt(weight**2 @ variances))


def starts_of_programme(starts: pd.Series, panel: pd.DataFrame) -> list[str]:
    return [account for account in panel.index if account in starts.index]


def _starts(tables: dict[str, pd.DataFrame]) -> pd.Series:
    return tables["accounts"].dropna(subset=["kam_start"]).set_index("account_id")["kam_start"]


def test_programme_effect_is_recovered(tables, truth):
    starts = _starts(tables)
    effect, error = _effect(_log_panel(tables), starts)
    assert starts.nunique() == 3
    assert abs(effect - truth["kam_effect"]["value"]) < 1.96 * error
    assert effect - 1.96 * error > 0


def test_placebo_start_shows_no_effect(tables):
    starts = _starts(tables)
    panel = _log_panel(tables)
    before = panel.loc[:, panel.columns < starts.min()]
    effect, error = _effect(before, pd.Series(pd.Timestamp("2023-07-01"), index=starts.index))
    assert abs(effect) < 1.96 * error


def test_key_and_considered_accounts_were_of_like_size_before(tables, truth):
    before = np.log(_revenue(tables, 2023))
    key, considered = truth["key_accounts"]["value"], truth["considered_accounts"]["value"]
    gap = before[key].mean() - before[considered].mean()
    error = np.sqrt(before[key].var() / len(key) + before[considered].var() / len(considered))
    assert (len(key), len(considered)) == (18, 20)
    assert abs(gap) < error


def test_white_space_and_wallets(tables, truth):
    products = tables["products"][["product_id", "family"]]
    sales = tables["sales"].query("date >= '2025-01-01'").merge(products)
    ours = sales.groupby(["account_id", "family"])["net_amount"].sum()
    demand = tables["demand"].query("scope == 'account' and year == 2025 and supplier == 'total'")
    wallet = demand.set_index(["scope_id", "family"])["amount"]
    current = ours.reindex(wallet.index).fillna(0.0).clip(lower=0)
    assert (current < wallet).all()
    gap = (0.5 * wallet - current).clip(lower=0).groupby("scope_id").sum()
    assert gap.to_dict() == pytest.approx(truth["white_space"]["value"], abs=0.01)


# ------------------------------------------------------------------------------------ what people say


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
    rows = tables["responses"].merge(tables["criteria"][[*scale, "scale_min", "scale_max"]], on=scale, how="left")
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
        centres = np.array([points[labels == j].mean(0) if (labels == j).any() else points[j] for j in range(k)])
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
    true = z.index.get_level_values("subject_id").map(truth["need_segments"]["value"])
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
    spoken, unspoken = truth["spoken_not_moving"]["value"], truth["moving_not_spoken"]["value"]
    assert stated[spoken] == 10
    assert derived[spoken] <= 4
    assert derived[unspoken] == 10
    assert stated[unspoken] <= 4


def test_price_points(tables, truth):
    said = _answers(tables, "wtp")[["too_cheap", "cheap", "expensive", "too_expensive"]]
    assert (said.diff(axis=1).iloc[:, 1:] >= 0).all().all()
    for name, low, high in (("optimal", "too_cheap", "too_expensive"), ("indifference", "cheap", "expensive")):
        price = truth[f"{name}_price_point"]["value"]
        assert (said[high] <= price).mean() >= (said[low] >= price).mean()
        assert (said[high] <= price - 1).mean() < (said[low] >= price - 1).mean()


def test_nps(tables, truth):
    value = tables["responses"].query("instrument == 'nps'")["value"]
    assert truth["nps"]["value"] == pytest.approx(100 * ((value >= 9).mean() - (value <= 6).mean()), abs=1e-5)


def test_discussion_narrows_the_scores_and_one_role_stands_out(tables, truth):
    scores = tables["responses"].query("instrument == 'attractiveness'")
    spread = scores.groupby(["round", "item_id", "subject_id"])["value"].std().groupby("round").mean()
    assert spread["consensus"] < 0.5 * spread["blind"]
    growth = scores.query("item_id == 'growth_potential' and round == 'blind'")
    assert growth.groupby("respondent_role")["value"].mean().idxmax() == truth["outlier_role"]["value"]


def test_candidates_that_pay_badly_fail_the_gate(tables, truth):
    scores = tables["responses"].query(
        "instrument == 'attractiveness' and item_id == 'payment_reliability' and round == 'consensus'"
    )
    mean = scores.groupby("subject_id")["value"].mean()
    gate = tables["criteria"].query("item_id == 'payment_reliability'")["gate"].iloc[0]
    assert sorted(mean.index[mean < gate]) == truth["gate_failing_accounts"]["value"]
    assert not set(truth["gate_failing_accounts"]["value"]) & set(truth["key_accounts"]["value"])


def test_skill_gaps_by_background(tables, truth):
    required = tables["criteria"].query("instrument == 'skills'").set_index("item_id")["gate"]
    background = tables["assignments"].drop_duplicates("person_id").set_index("person_id")["background"]
    rows = tables["responses"].query("instrument == 'skills' and respondent_role == 'manager'")
    assert set(rows["subject_id"]) <= set(background.index)
    gap = rows["item_id"].map(required) - rows["value"]
    mean = gap.groupby([rows["subject_id"].map(background), rows["item_id"]]).mean().unstack()
    found = {name: sorted(row.index[row > 1]) for name, row in mean.iterrows()}
    assert found == truth["skill_gaps"]["value"]


# ------------------------------------------------------------------------------------- relationships


def test_one_account_has_200_contacts(tables, truth):
    count = tables["contacts"]["account_id"].value_counts()
    assert count.iloc[0] == 200
    assert count.index[0] == truth["account_with_200_contacts"]["value"]
    others = count[[a for a in truth["key_accounts"]["value"] if a != count.index[0]]]
    assert others.between(13, 19).all()


def test_duplicates_are_of_one_account_and_nearly_one_name(tables, truth):
    contacts = tables["contacts"].set_index("contact_id")
    for first, second in truth["duplicate_contacts"]["value"]:
        assert contacts.loc[first, "account_id"] == contacts.loc[second, "account_id"]
        assert contacts.loc[first, "name"] != contacts.loc[second, "name"]
    assert not contacts.duplicated(["account_id", "name"]).any()


def test_ties(tables, truth):
    contacts, ties = tables["contacts"], tables["relationships"]
    ties = ties.merge(contacts[["contact_id", "account_id", "level"]])
    people = ties[ties["depth"] > 0].groupby("account_id")["person_id"].nunique()
    assert sorted(people.index[people == 1]) == truth["single_thread_accounts"]["value"]
    age = (pd.Timestamp("2025-12-31") - ties["last_contact"]).dt.days
    assert (age > 365).sum() == truth["stale_ties"]["value"] > 0
    key = contacts[contacts["account_id"].isin(truth["key_accounts"]["value"])]
    assert (~key["contact_id"].isin(ties["contact_id"])).sum() == truth["contacts_without_owner"]["value"] > 0
    assert (ties["desired_depth"] >= ties["depth"]).all()
    top = set(key.loc[key["level"] == "executive", "contact_id"])
    met = set(ties.loc[ties["person_id"].str.startswith("DIR"), "contact_id"])
    assert sorted(top - met) == truth["executives_without_counterpart"]["value"]


def test_role_gaps_are_those_planted(tables, truth):
    chart = tables["assignments"][tables["assignments"]["respondent"].isna()]
    task = chart.groupby(["account_id", "task"])
    letters = chart.pivot_table(index=["account_id", "task"], columns="raci", values="person_id", aggfunc="nunique")
    letters = letters.reindex(task.size().index).fillna(0)
    for name, found in (("no_a", letters["A"] == 0), ("two_a", letters["A"] == 2), ("no_r", letters["R"] == 0)):
        assert sorted(map(list, letters.index[found])) == sorted(truth[f"raci_{name}"]["value"])
    assert (letters["A"] <= 2).all()


def test_role_disagreement(tables, truth):
    said = tables["assignments"].dropna(subset=["respondent"])
    named = said.groupby(["account_id", "task"])["person_id"].agg(lambda p: p.value_counts().iloc[0] / len(p))
    lowest = named.groupby("account_id").min()
    assert sorted(lowest.index[lowest < 1]) == truth["role_disagreement"]["value"]
    assert lowest[lowest < 1].to_numpy() == pytest.approx(0.4)


def test_hours_and_sponsors(tables, truth):
    rows = tables["assignments"]
    assert rows.groupby("incentive")["hours_year"].sum().to_dict() == truth["hours_by_incentive"]["value"]
    sponsored = set(rows.loc[rows["role"] == "Executive sponsor", "account_id"])
    assert sorted(set(truth["key_accounts"]["value"]) - sponsored) == truth["accounts_without_sponsor"]["value"]


# -------------------------------------------------------------------------------- deals and plans


def test_double_booked_deals_are_those_planted(tables, truth):
    deals = tables["opportunities"]
    pairs = deals.merge(deals, on=["account_id", "family"], suffixes=("", "_b")).query("opportunity_id < opportunity_id_b")
    near = (pairs["created"] - pairs["created_b"]).abs().dt.days <= 7
    alike = (pairs["amount"] / pairs["amount_b"] - 1).abs() < 0.05
    found = pairs[near & alike & (pairs["bu_id"] != pairs["bu_id_b"])]
    assert sorted(found[["opportunity_id", "opportunity_id_b"]].to_numpy().tolist()) == sorted(
        truth["double_booked"]["value"]
    )
    assert len(found) >= 5


def test_deals_are_consistent_in_time(tables):
    deals = tables["opportunities"]
    assert (deals["closed"].isna() == (deals["outcome"] == "open")).all()
    assert (deals["created"] < deals["expected_close"]).all()
    closed = deals.dropna(subset=["closed"])
    assert (closed["created"] < closed["closed"]).all()
    assert deals[["created", "closed"]].max().max() <= pd.Timestamp("2025-12-31")


def test_sellers_hope_too_much(tables, truth):
    closed = tables["opportunities"].query("outcome != 'open'")
    won = (closed["outcome"] == "won").astype(float)
    seller, base = ((closed["probability"] - won) ** 2).mean(), ((won.mean() - won) ** 2).mean()
    assert seller > base
    assert truth["brier_seller"]["value"] == pytest.approx(seller, abs=1e-6)
    assert truth["brier_base"]["value"] == pytest.approx(base, abs=1e-6)
    rates = won.groupby(closed["stage"]).agg(["mean", "size"])
    for stage, true in truth["stage_win_rates"]["value"].items():
        assert abs(rates.loc[stage, "mean"] - true) < 2.58 * np.sqrt(true * (1 - true) / rates.loc[stage, "size"])


def test_plans_of_three_accounts_do_not_pay(tables, truth):
    items = tables["plan_items"]
    money = items[items["kind"].isin(["investment", "benefit"])]
    sign = money["kind"].map({"investment": -1.0, "benefit": 1.0})
    flow = (money["amount"] * sign * money["probability"].fillna(1)).groupby(
        [money["subject_id"], money["month"].dt.year]
    )
    yearly = flow.sum().unstack()
    npv = (yearly / 1.1 ** np.arange(3)).sum(axis=1)
    assert npv.to_dict() == pytest.approx(truth["plan_npv"]["value"], abs=0.01)
    assert sorted(npv.index[npv < 0]) == truth["poor_cases"]["value"]
    assert len(truth["poor_cases"]["value"]) == 3


def test_every_key_account_has_goals_that_can_be_measured(tables, truth):
    goals = tables["plan_items"].query("kind == 'goal' and subject_type == 'account'")
    assert set(goals["subject_id"]) == set(truth["key_accounts"]["value"])
    assert goals[["metric", "baseline", "target", "owner", "due"]].notna().all().all()
    assert set(goals["customer_agreed"]) == {"true", "false"}


# --------------------------------------------------------------------------------- made again


def _files(folder: Path) -> dict[str, Path]:
    files = [*sorted((folder / "data").iterdir()), folder / "truth.json", folder / "engagement.toml"]
    return {path.relative_to(folder).as_posix(): path for path in files}


def test_the_script_writes_the_same_bytes(tmp_path):
    script = SAMPLE / "make_sample.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, capture_output=True, timeout=60)
    kept, made = _files(SAMPLE), _files(tmp_path)
    assert kept.keys() == made.keys()
    assert [name for name in kept if kept[name].read_bytes() != made[name].read_bytes()] == []


def test_the_sample_is_small():
    assert sum(path.stat().st_size for path in _files(SAMPLE).values()) < 6_000_000
    assert 100_000 <= len(_read("sales")) <= 150_000


def test_truths_say_what_they_are(truth):
    for name, fact in truth.items():
        assert fact.keys() == {"value", "unit", "definition"}, name
        assert fact["definition"], name
