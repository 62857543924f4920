"""Step 6 on engagements that lack tables and that hold one dirty account."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from kamkit.deliver.runner import run

TOML = 'client = "Acme"\ncurrency = "EUR"\n[period]\nstart = 2025-01-01\nend = 2025-12-31\n[report]\nformats = ["html"]\n'
MONTHS = pd.date_range("2024-01-01", "2025-12-01", freq="MS")


class Done:
    """Steps 2 and 6 of an engagement, run."""

    def __init__(self, folder: Path) -> None:
        result = run(folder, steps="2,6", progress=False)
        self.failed, self.folder = result.failed, result.run_folder
        report = Path(result.report).read_text(encoding="utf-8")
        self.text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", report))
        found = json.loads((self.folder / "findings" / "06_offers.json").read_text(encoding="utf-8"))
        self.gaps = [r["text"] for r in found if r["kind"] == "not_assessed"]
        self.findings = [r["text"] for r in found if r["kind"] == "finding"]

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / "tables" / f"{name}.parquet")


def engagement(folder: Path, **tables: pd.DataFrame) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "engagement.toml").write_text(TOML, encoding="utf-8")
    for name, table in tables.items():
        table.to_csv(folder / "data" / f"{name}.csv", index=False)
    return folder


ACCOUNTS = pd.DataFrame({"account_id": ["a", "b"], "name": ["Alfa", "Beeta"]})


def _sales() -> pd.DataFrame:
    lines = [(month.date(), account, 10.0, "P1") for month in MONTHS for account in ("a", "b")]
    return pd.DataFrame(lines, columns=["date", "account_id", "net_amount", "product_id"])


@pytest.fixture(scope="module")
def first_day(tmp_path_factory):
    folder = tmp_path_factory.mktemp("first") / "e"
    return Done(engagement(folder, accounts=ACCOUNTS, sales=_sales().drop(columns="product_id")))


def test_first_day_says_what_is_missing_and_each_thing_once(first_day):
    assert not first_day.failed
    assert len(first_day.gaps) == len(set(first_day.gaps)) == 4
    needs = " ".join(first_day.gaps)
    assert all(
        name in needs for name in ("needs demand", "needs plan_items", "product family", "product cost")
    )
    assert first_day.findings == []


@pytest.fixture(scope="module")
def dirty(tmp_path_factory):
    products = pd.DataFrame({"product_id": ["P1"], "name": ["Ball valve"], "family": ["Valves"]})
    wallets = [("a", 2025, 80.0), ("b", 2025, 480.0), ("b", 2024, 400.0)]
    demand = pd.DataFrame(wallets, columns=["scope_id", "year", "amount"])
    demand = demand.assign(scope="account", family="Valves", supplier="total", confidence="C")
    folder = tmp_path_factory.mktemp("dirty") / "e"
    return Done(engagement(folder, accounts=ACCOUNTS, sales=_sales(), products=products, demand=demand))


def test_one_dirty_account_is_a_finding_and_the_others_are_assessed(dirty):
    found = dirty.table("share_of_wallet").query("year == 2025").set_index("account_id")
    assert found["share"].isna().to_dict() == {"a": True, "b": False}
    assert found.loc["a", "cause"] == "hierarchy_or_wallet"
    assert found.loc["b", ["share", "share_before"]].tolist() == pytest.approx([0.25, 0.3])
    assert any("1 customer is left out: sales exceed the wallet" in text for text in dirty.findings)
    assert dirty.table("white_space").set_index("account_id")["gap"].to_dict() == {"a": 0.0, "b": 120.0}
