"""Keys that some tables do not carry, or not in every row: what has them not is kept, under its own name."""

from __future__ import annotations

import pandas as pd
import pytest

from kamkit.method.profitability import customer_pnl, reconcile
from tests.method import toy


def test_an_account_that_is_not_in_the_table_of_accounts_is_its_own_parent():
    """b stands under a; z is nowhere; sales of no known customer stay apart."""
    sales = pd.concat([toy.sales(), toy.sales().head(1).assign(account_id="z", net_amount=7.0)])
    pnl = customer_pnl(sales, toy.ledger(), accounts=toy.accounts(), by=("parent_id",))
    assert pnl["invoiced_revenue"].to_dict() == {"a": 1800, "unassigned": 200, "z": 7}


def test_bookings_without_a_unit_are_kept_as_unassigned():
    """Of the deductions of a, 90 name no unit and 5 name U1."""
    named = pd.DataFrame({"month": [toy.JAN], "code": "3900", "rung": "deduction", "amount": 5.0,
                          "account_id": "a", "bu_id": "U1"})  # fmt: skip
    ledger = pd.concat([toy.ledger(), named], ignore_index=True)
    pnl = customer_pnl(toy.sales(), ledger, toy.activities(), toy.activity_use(), by=("account_id", "bu_id"))
    assert pnl["deductions"][pnl["deductions"] != 0].to_dict() == {("a", "U1"): 5, ("a", "unassigned"): 90}
    assert pnl.loc[("a", "unassigned"), "invoiced_revenue"] == 0
    assert reconcile(pnl, ledger).set_index("rung")["assigned"].to_dict() == pytest.approx(
        {"revenue": 2000, "deduction": 95, "product_cost": 1175, "marketing": 20, "selling": 300,
         "service": 180, "key_account": 50, "sustaining": 0}
    )  # fmt: skip
