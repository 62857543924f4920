"""What step 6 finds in the sample is what was planted."""

from __future__ import annotations

import pandas as pd
import pytest

from kamkit.method import offers


@pytest.fixture(scope="module")
def sold(tables) -> pd.DataFrame:
    return tables["sales"].merge(tables["products"][["product_id", "family"]], on="product_id", how="left")


def test_share_of_wallet_of_every_account(tables, truth, sold):
    found = offers.last_whole_year(offers.share_of_wallet(sold, tables["demand"]))
    assert found.set_index("account_id")["share"].to_dict() == pytest.approx(
        truth["share_of_wallet"], abs=1e-6
    )
    assert set(found["year"]) == {2025}
    assert found["share_before"].notna().all()


def test_white_space_of_every_account(tables, truth, sold):
    found = offers.last_whole_year(offers.white_space(sold, tables["demand"], 0.5))
    gap = found.groupby("account_id")["gap"].sum()
    assert gap.to_dict() == pytest.approx(truth["white_space"], abs=0.01)
    total = offers.white_space_map(found).set_index(["account_id", "family"])["gap"]["all", "all"]
    assert total == pytest.approx(sum(truth["white_space"].values()), abs=0.5)
    assert not found["above_wallet"].any()


def test_there_is_no_cell_without_a_need(tables, sold):
    found = offers.white_space(sold, tables["demand"], 0.5)
    demand = tables["demand"].query("scope == 'account' and supplier == 'total'")
    assert len(found) == len(demand)
    assert len(found) < found["account_id"].nunique() * found["family"].nunique() * found["year"].nunique()


def test_wallets_speak_of_part_of_the_sales_and_the_rest_is_counted(tables, truth, sold):
    found = offers.wallet_coverage(sold, tables["demand"]).set_index("year").loc[2025]
    parts = found[["with_wallet", "other_families", "no_family", "no_wallet"]]
    assert parts.sum() == pytest.approx(truth["revenue"], abs=0.01)
    assert found["accounts_with_wallet"] == len(truth["key_accounts"]) + len(truth["considered_accounts"])


def test_value_to_the_customer_of_every_plan(tables, truth):
    found = offers.stated_value(tables["plan_items"])
    assert found["driver_value"].to_dict() == pytest.approx(truth["value_to_customer"], abs=0.01)
    assert sorted(found.index) == truth["key_accounts"]
    assert found["missing"].isna().all()


def test_only_the_first_driver_of_a_plan_is_confirmed_by_the_customer(tables):
    found = offers.value_drivers(tables["plan_items"])
    assert found.groupby("account_id")["confirmed"].sum().eq(1).all()
    assert not found["repeated"].any()
    assert not found["once"].any()
