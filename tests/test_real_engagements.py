"""Public data as engagements: figures equal those computed with plain pandas, independently of kamkit."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

import kamkit
from kamkit.deliver.runner import run
from kamkit.engagement.schemas import UNASSIGNED
from kamkit.method import concentration, profitability

from . import real_engagements as real

pytestmark = pytest.mark.skipif(not real.DATA.is_dir(), reason="the public data sets are not on this machine")

CENT = 0.005


class Done:
    """A finished run: its tables, findings and report."""

    def __init__(self, folder: Path, steps: str | None) -> None:
        self.engagement = kamkit.open(folder)
        self.result = run(folder, steps=steps, progress=False)
        self.report = Path(self.result.report).read_text(encoding="utf-8")
        self.text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.report))

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.result.run_folder / "tables" / f"{name}.parquet")

    def gaps(self) -> list[dict]:
        files = sorted((self.result.run_folder / "findings").glob("*.json"))
        records = [r for f in files for r in json.loads(f.read_text(encoding="utf-8"))]
        return [r for r in records if r["kind"] == "not_assessed"]


@pytest.fixture(scope="module")
def adventureworks(tmp_path_factory):
    return Done(real.adventureworks(tmp_path_factory.mktemp("real") / "aw"), None)


@pytest.fixture(scope="module")
def northwind(tmp_path_factory):
    return Done(real.northwind(tmp_path_factory.mktemp("real") / "nw"), "1-2")


@pytest.fixture(scope="module")
def online_retail(tmp_path_factory):
    return Done(real.online_retail(tmp_path_factory.mktemp("real") / "or"), "1-2")


def test_adventureworks_runs_all_ten_steps(adventureworks):
    assert not adventureworks.result.failed
    executed = sorted(p.stem for p in (adventureworks.result.run_folder / "notebooks").glob("*.ipynb"))
    assert len(executed) == 10


def test_adventureworks_sales_and_margin(adventureworks):
    truth, pnl = real.truths("adventureworks_resellers"), adventureworks.table("customer_pnl")
    assert pnl["invoiced_revenue"].sum() == pytest.approx(truth["total_sales"], abs=CENT)
    assert pnl["product_cost"].sum() == pytest.approx(truth["total_product_cost"], abs=CENT)
    assert profitability.gross_margin(pnl).sum() == pytest.approx(truth["gross_margin"], abs=CENT)
    assert pnl["service"].sum() == pytest.approx(truth["freight"], abs=CENT)
    assert pnl["invoice_discount"].sum() == pytest.approx(
        truth["discount_amount"], abs=0.05
    )  # rounded by line


def test_adventureworks_concentration(adventureworks):
    truth = real.truths("adventureworks_resellers")["sales_concentration"]
    revenue = adventureworks.table("customer_pnl")["invoiced_revenue"]
    assert len(revenue) == truth["n_customers"]
    assert concentration.top_share(revenue) == pytest.approx(truth["top10pct_share"], abs=1e-6)
    assert concentration.top_share(revenue, 0.20) == pytest.approx(truth["top20pct_share"], abs=1e-6)
    assert concentration.hhi(revenue) == pytest.approx(truth["HHI(0-10000)"], abs=0.005)
    assert concentration.gini(revenue) == pytest.approx(truth["gini"], abs=1e-6)


@pytest.mark.parametrize("truth_name", ["whale_curve_gross_margin", "whale_curve_margin_after_freight"])
def test_adventureworks_whale_curve(adventureworks, truth_name):
    truth, pnl = real.truths("adventureworks_resellers")[truth_name], adventureworks.table("customer_pnl")
    profit = (
        profitability.gross_margin(pnl) if truth_name.endswith("gross_margin") else pnl["customer_profit"]
    )
    summary = profitability.whale_summary(profit)
    assert summary.total == pytest.approx(truth["total_profit"], abs=CENT)
    assert summary.peak == pytest.approx(truth["peak_cum_profit"], abs=CENT)
    assert summary.peak_rank == truth["peak_at_customer_rank"]
    assert summary.losers == truth["loss_customers(<0)"]
    curve = profitability.whale_curve(profit)
    assert (curve["account_id"].iloc[0], curve["account_id"].iloc[-1]) == (
        truth["best_customer"],
        truth["worst_customer"],
    )


def test_adventureworks_negative_total_has_no_shares(adventureworks):
    assert adventureworks.table("whale_summary")["peak_share"].isna().all()
    assert "in all a loss of USD 1.54 m. A loss has no shares." in adventureworks.text
    curve = adventureworks.text.split("Who earns the money?")[-1].split("What does it cost to serve them?")[0]
    assert "a loss of USD 1.54 m" in curve
    assert "123" not in re.findall(r"(\d+)(?:\.\d+)?\s?%", curve)


def test_adventureworks_ties_to_its_ledger(adventureworks):
    table = adventureworks.table("reconciliation").set_index("rung")
    assert table["ok"].all()
    assert table.loc["service", "unassigned"] == pytest.approx(0, abs=CENT)


def test_adventureworks_has_families_and_no_wallets(adventureworks):
    truth = real.truths("adventureworks_resellers")
    sold = adventureworks.table("family_sales").set_index(["account_id", "family"])["sales"]
    assert sold["all", "all"] == pytest.approx(truth["total_sales"], abs=0.005)
    source = real.DATA / "adventureworks_resellers"
    lines = pd.read_parquet(source / "FactResellerSales.parquet", columns=["ProductKey", "SalesAmount"])
    product = pd.read_parquet(source / "DimProduct.parquet").merge(
        pd.read_parquet(source / "DimProductSubcategory.parquet"), on="ProductSubcategoryKey"
    )
    bikes = product.loc[product["ProductCategoryKey"] == 1, "ProductKey"]
    amount = lines.loc[lines["ProductKey"].isin(bikes), "SalesAmount"].astype(float).sum()
    assert sold["all", "Bikes"] == pytest.approx(amount, abs=0.005)
    assert any("needs demand" in gap["text"] for gap in adventureworks.gaps() if gap["step"] == "06_offers")
    breaks = adventureworks.table("discount_break_even")
    assert breaks["never"].sum() == (breaks["margin_rate"] <= 0.05).sum()


def test_northwind_sales_and_concentration(northwind):
    truth, pnl = real.truths("northwind"), northwind.table("customer_pnl")
    assert pnl["list_revenue"].sum() == pytest.approx(truth["gross_sales"], abs=CENT)
    assert pnl["invoiced_revenue"].sum() == pytest.approx(truth["net_sales_after_discount"], abs=CENT)
    assert pnl["service"].sum() == pytest.approx(truth["freight_total"], abs=CENT)
    share = concentration.top_share(pnl["invoiced_revenue"])
    assert share == pytest.approx(truth["net_sales_concentration"]["top10pct_share"], abs=1e-6)


def test_northwind_under_its_stated_cost_model(northwind):
    truth, pnl = real.truths("northwind")["whale_curve_under_that_model"], northwind.table("customer_pnl")
    pattern = profitability.invoice_pattern(northwind.engagement.sales)
    cost = pnl["service"] + 75 * pattern["orders"] + 10 * pattern["lines"]
    summary = profitability.whale_summary(0.15 * pnl["invoiced_revenue"] - cost)
    assert summary.total == pytest.approx(truth["total_profit"], abs=CENT)
    assert summary.peak == pytest.approx(truth["peak_cum_profit"], abs=CENT)
    assert (summary.peak_rank, summary.losers) == (
        truth["peak_at_customer_rank"],
        truth["loss_customers(<0)"],
    )


@pytest.mark.parametrize("engagement", ["northwind", "online_retail"])
def test_without_product_cost_profit_is_not_assessed(engagement, request):
    done = request.getfixturevalue(engagement)
    pnl = done.table("customer_pnl")
    assert pnl[["product_cost", "cm1", "customer_profit"]].isna().all(axis=None)
    ruled_out = "it can't be said who earns or loses money: no margin, no whale curve, no customer profit"
    assert any(ruled_out in gap["text"] for gap in done.gaps())
    assert ruled_out in done.text.replace("&#39;", "'")


def test_online_retail_keeps_what_no_customer_carries(online_retail):
    truth, pnl = real.truths("online_retail_2010_2011"), online_retail.table("customer_pnl")
    assert pnl["invoiced_revenue"].sum() == pytest.approx(truth["total_value_all_rows_GBP"], abs=CENT)
    unassigned = pnl.loc[UNASSIGNED, "invoiced_revenue"]
    assert unassigned == pytest.approx(truth["value_rows_without_customer"], abs=CENT)
    problems = online_retail.engagement.check()
    assert any(p.count == truth["null_CustomerID"] and p.column == "account_id" for p in problems)


def test_online_retail_concentration_of_known_customers(online_retail):
    truth = real.truths("online_retail_2010_2011")["net(sales less cancellations), known customers only"]
    revenue = online_retail.table("customer_pnl")["invoiced_revenue"].drop(UNASSIGNED)
    assert len(revenue) == truth["n_customers"]
    assert revenue.sum() == pytest.approx(truth["total_revenue"], abs=CENT)
    assert concentration.top_share(revenue) == pytest.approx(truth["top10pct_share"], abs=1e-6)
    # One of the truth's 42 is customer 18072, whose lines cancel out: -5e-15 when floats are added.
    assert (revenue < 0).sum() == truth["customers_with_negative_total"] - 1
    assert revenue["18072"] == 0


def test_reports_speak_of_each_gap_once(online_retail):
    gaps = [(g["step"], g["what"], tuple(g["needs"]), g["reason"]) for g in online_retail.gaps()]
    assert len(gaps) == len(set(gaps))
