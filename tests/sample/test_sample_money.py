"""What was planted in money is in the tables: concentration, profit, capacity, units, the programme."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kamkit.method import concentration, profitability


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
    minutes = use["count"] * use["base_minutes"] + use["extra_units"].fillna(0) * use["extra_minutes"].fillna(
        0
    )
    cost = minutes * use["team"].map(team["amount"] / team["practical_minutes"])
    traced = ledger[ledger["account_id"].notna() & (ledger["rung"] != "transfer")]
    margin = (sales["net_amount"] - sales["product_cost"]).groupby([sales[k] for k in keys]).sum()
    work = cost.groupby([use[k] for k in keys]).sum()
    return margin.sub(work, fill_value=0).sub(traced.groupby(keys)["amount"].sum(), fill_value=0)


def test_top_decile_holds_49_percent(tables, truth):
    revenue = _revenue(tables).sort_values(ascending=False)
    share = revenue.head(int(np.ceil(0.1 * len(revenue)))).sum() / revenue.sum()
    assert share == pytest.approx(0.49, abs=0.003)
    assert truth["top_decile_share"] == pytest.approx(share, abs=1e-6)
    assert truth["accounts_with_revenue"] == len(revenue)


def test_one_account_grew_from_7_to_70(tables, truth):
    account = truth["grown_account"]
    assert _revenue(tables, 2023)[account] == pytest.approx(70_000, abs=0.005)
    assert _revenue(tables, 2025)[account] == pytest.approx(700_000, abs=0.005)


def test_premium_accounts_pay_more_for_the_same_products(tables, truth):
    sales = tables["sales"].query("date >= '2025-01-01'")
    product = sales.groupby("product_id")[["net_amount", "quantity"]].sum()
    usual = sales["quantity"] * sales["product_id"].map(product["net_amount"] / product["quantity"])
    index = sales.groupby("account_id")["net_amount"].sum() / usual.groupby(sales["account_id"]).sum()
    premium = truth["premium_accounts"]
    assert index[premium].to_dict() == pytest.approx(truth["price_index"], abs=1e-5)
    revenue = _revenue(tables)
    alike = index[revenue.between(revenue[premium].min(), revenue[premium].max())].drop(premium)
    assert 1.08 < index[premium].median() / alike.median() < 1.18
    assert index[premium].min() > alike.quantile(0.75)


def test_falling_accounts_order_less_and_less(tables, truth):
    sales = tables["sales"].query("quantity > 0")
    falling = sales[sales["account_id"].isin(truth["falling_accounts"])]
    orders = falling.groupby(falling["date"].dt.to_period("Q"))["order_id"].nunique()
    assert orders["2025Q4"] < 0.65 * orders["2024Q4"]


def test_whale_curve_peaks_near_200_percent(tables, truth):
    profit = _profit(tables).sort_values(ascending=False)
    assert profit.cumsum().max() / profit.sum() == pytest.approx(2.0, abs=0.05)
    assert profit.sum() == pytest.approx(truth["customer_profit_total"], abs=0.01)
    assert profit.to_dict() == pytest.approx(truth["customer_profit"], abs=0.006)
    assert (profit < 0).sum() == truth["losing_accounts"]


def test_a_few_of_the_largest_lose_money(tables, truth):
    profit = _profit(tables)[_revenue(tables).nlargest(15).index]
    losing = profit[profit < 0]
    assert len(losing) >= 3
    assert losing.to_dict() == pytest.approx(truth["large_losing_accounts"], abs=0.006)


def test_exactly_two_teams_have_capacity_to_spare(tables, truth):
    ledger = tables["ledger"].query("month >= '2025-01-01'")
    use = tables["activity_use"].query("month >= '2025-01-01'").merge(tables["activities"], on="activity_id")
    minutes = use["count"] * use["base_minutes"] + use["extra_units"].fillna(0) * use["extra_minutes"].fillna(
        0
    )
    used = minutes.groupby(use["team"]).sum() / ledger.groupby("team")["practical_minutes"].sum()
    assert used.to_dict() == pytest.approx(truth["utilisation"], abs=1e-6)
    assert sorted(used.index[used < 0.85]) == truth["teams_with_unused_capacity"]
    assert len(truth["teams_with_unused_capacity"]) == 2
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
    for rung, row in truth["reconciliation"].items():
        assert row["ledger"] == pytest.approx(booked[rung], abs=0.006)
        assert row["assigned"] + row["unassigned"] == pytest.approx(row["ledger"], abs=0.011)
    ebit = 2 * booked["revenue"] - booked.drop(["excluded", "transfer"]).sum()
    assert truth["ebit"] == pytest.approx(ebit, abs=0.01)
    spread = sum(row["unassigned"] for row in truth["reconciliation"].values())
    assert truth["customer_profit_total"] - spread == pytest.approx(ebit, abs=0.05)


def test_accounts_good_for_the_group_and_bad_for_a_unit(tables, truth):
    by_unit = _profit(tables, ("account_id", "bu_id")).unstack()
    planted = truth["good_for_group_bad_for_unit"]
    assert len(planted) >= 3
    for account, loss in planted.items():
        assert by_unit.loc[account].sum() > 0
        assert by_unit.loc[account, loss["unit"]] == pytest.approx(loss["result"], abs=0.01)
        assert loss["result"] < -10_000
    torn = by_unit[(by_unit.sum(axis=1) > 0) & (by_unit.min(axis=1) < 0)]
    assert set(torn.index) == set(truth["good_for_group_bad_for_unit_all"])


def test_key_accounts_grow_32_percent_in_a_market_that_grows_7(tables, truth):
    accounts, demand = tables["accounts"], tables["demand"]
    key = accounts.loc[accounts["kam_start"].notna(), "account_id"]
    growth = _revenue(tables)[key].sum() / _revenue(tables, 2024)[key].sum() - 1
    assert growth == pytest.approx(0.32, abs=0.003)
    assert truth["key_account_growth"] == pytest.approx(growth, abs=1e-6)
    market = (
        demand[(demand["scope"] == "market") & (demand["supplier"] == "total")]
        .groupby("year")["amount"]
        .sum()
    )
    assert market[2025] / market[2024] - 1 == pytest.approx(0.07, abs=1e-6)
    assert truth["market_growth"] == 0.07


def _log_panel(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Log revenue, accounts × months, of key accounts and those considered."""
    accounts, sales = tables["accounts"], tables["sales"]
    named = accounts[accounts["kam_start"].notna() | (accounts["considered"] == "true")]["account_id"]
    month = sales["date"].dt.to_period("M").dt.to_timestamp()
    revenue = sales["net_amount"].groupby([sales["account_id"], month]).sum().unstack()
    assert (revenue.loc[named] > 0).all().all()
    return np.log(revenue.loc[named])


def _changes(panel: pd.DataFrame, start: pd.Timestamp) -> pd.Series:
    return panel.loc[:, panel.columns >= start].mean(axis=1) - panel.loc[:, panel.columns < start].mean(
        axis=1
    )


def _effect(panel: pd.DataFrame, starts: pd.Series) -> tuple[float, float]:
    """Difference in differences, cohort by cohort against those considered, weighted by size."""
    effects, variances, sizes = [], [], []
    for start, cohort in starts.groupby(starts):
        change = _changes(panel, start)
        control = change.drop(starts.index)
        effects.append(change[cohort.index].mean() - control.mean())
        variances.append(change[cohort.index].var() / len(cohort) + control.var() / len(control))
        sizes.append(len(cohort))
    weight = np.array(sizes) / sum(sizes)
    return float(weight @ effects), float(np.sqrt(weight**2 @ variances))


def _starts(tables: dict[str, pd.DataFrame]) -> pd.Series:
    return tables["accounts"].dropna(subset=["kam_start"]).set_index("account_id")["kam_start"]


def test_programme_effect_is_recovered(tables, truth):
    starts = _starts(tables)
    effect, error = _effect(_log_panel(tables), starts)
    assert starts.nunique() == 3
    assert abs(effect - truth["kam_effect"]) < 1.96 * error
    assert effect - 1.96 * error > 0


def test_placebo_start_shows_no_effect(tables):
    starts = _starts(tables)
    panel = _log_panel(tables)
    before = panel.loc[:, panel.columns < starts.min()]
    effect, error = _effect(before, pd.Series(pd.Timestamp("2023-07-01"), index=starts.index))
    assert abs(effect) < 1.96 * error


def test_key_and_considered_accounts_were_of_like_size_before(tables, truth):
    before = np.log(_revenue(tables, 2023))
    key, considered = truth["key_accounts"], truth["considered_accounts"]
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
    assert gap.to_dict() == pytest.approx(truth["white_space"], abs=0.01)


# ---------------------------------------------------------------------- the library finds it as well


def _period(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {
        "sales": tables["sales"].query("date >= '2025-01-01'"),
        "ledger": tables["ledger"].query("month >= '2025-01-01'"),
        "activities": tables["activities"],
        "activity_use": tables["activity_use"].query("month >= '2025-01-01'"),
    }


def test_library_profit_is_the_truth_to_the_cent(tables, truth):
    pnl = profitability.customer_pnl(**_period(tables), accounts=tables["accounts"])
    assert pnl["customer_profit"].to_dict() == pytest.approx(truth["customer_profit"], abs=0.006)
    whale = profitability.whale_summary(pnl["customer_profit"])
    assert whale.peak_share == pytest.approx(truth["whale_peak_share"], abs=1e-6)
    assert (whale.peak_rank, whale.losers) == (truth["whale_peak_rank"], truth["losing_accounts"])
    assert concentration.top_share(pnl["invoiced_revenue"]) == pytest.approx(
        truth["top_decile_share"], abs=1e-6
    )


def test_library_reconciles_with_the_ledger(tables, truth):
    period = _period(tables)
    rows = profitability.reconcile(profitability.customer_pnl(**period), period["ledger"]).set_index("rung")
    for rung, row in truth["reconciliation"].items():
        found = rows.loc[rung, ["ledger", "assigned", "unassigned"]]
        assert found.to_list() == pytest.approx(list(row.values()), abs=0.01)


def test_library_finds_the_capacity_to_spare(tables, truth):
    period = _period(tables)
    capacity = profitability.capacity_use(period["ledger"], period["activities"], period["activity_use"])
    capacity = capacity.set_index("team")
    assert capacity["utilisation"].to_dict() == pytest.approx(truth["utilisation"], abs=1e-6)
    assert capacity["unused_cost"].to_dict() == pytest.approx(truth["unused_cost"], abs=0.01)
