"""What the gate tells of deals that leave things unsaid."""

from __future__ import annotations

import pandas as pd

import kamkit
from kamkit.engagement.schemas import UNASSIGNED
from tests.engagement.test_check import MAY, accounts, checked, frame


def deals(**columns) -> pd.DataFrame:
    whole = {"opportunity_id": ["o1", "o2"], "account_id": ["1", "1"], "created": [MAY, MAY], "stage": ["s", "s"],
             "amount": [1.0, 2.0]}  # fmt: skip
    return frame(**{**whole, **columns})


def told(**tables) -> dict[str | None, tuple[str, int, str]]:
    return {p.column: (p.severity, p.count, p.what) for p in checked(accounts=accounts(), **tables)}


def test_deals_that_say_everything_have_no_problem():
    assert told(opportunities=deals()) == {}


def test_deals_without_customer_are_counted_and_no_unknown_customer():
    found = told(opportunities=deals(account_id=["1", UNASSIGNED]))
    assert found["account_id"] == ("warning", 1, "1 of 2 deals without a customer, kept as unassigned")
    assert told(opportunities=deals().drop(columns="account_id"))["account_id"][1] == 2


def test_what_no_deal_says_and_what_some_do_not():
    found = told(opportunities=deals(amount=[1.0, None]).drop(columns="stage"))
    assert found["amount"][:2] == ("warning", 1)
    assert "1 of 2 deals: their value can't be assessed" in found["amount"][2]
    assert found["stage"][1] == 2
    assert "for want of the column stage" in found["stage"][2]


def test_families_that_the_products_do_not_know_are_named_with_what_was_meant():
    products = frame(product_id=["p"], name=["P"], family=["GTX Pro"])
    problem = checked(
        accounts=accounts(), products=products, opportunities=deals(family=["GTXPro", "GTX Pro"])
    )[0]
    assert (problem.column, problem.count, problem.value) == ("family", 1, "GTXPro")
    assert "'GTXPro' → 'GTX Pro'?" in problem.remedy


def test_a_file_with_little_in_it_comes_through_the_gate(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "engagement.toml").write_text('client = "Acme"\ncurrency = "EUR"\n', encoding="utf-8")
    (tmp_path / "data" / "accounts.csv").write_text("account_id,name\n1,Åkerlund\n", encoding="utf-8")
    rows = "opportunity_id,account_id,outcome\na,1,won\nb,,Lost\nc,9,open\n"
    (tmp_path / "data" / "opportunities.csv").write_text(rows, encoding="utf-8")
    table = kamkit.open(tmp_path).table("opportunities")
    assert table["account_id"].tolist() == ["1", UNASSIGNED, UNASSIGNED]
    assert table["outcome"].tolist() == ["won", "lost", "open"]
