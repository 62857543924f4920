"""What arguments may look like, and what the others get: an error that says where."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kamkit.errors import ColumnError, EmptyError, ParameterError, ValuesError
from kamkit.method.concentration import abc_classes, gini, top_share
from kamkit.method.markets import market_share, profit_pool
from kamkit.method.profitability import capacity_rates, cost_to_serve, customer_pnl, whale_curve
from tests.method import toy

FIVE = [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "values",
    [FIVE, tuple(FIVE), np.array(FIVE), pd.Series(FIVE), dict(zip("abcde", FIVE, strict=True))],
    ids=["list", "tuple", "array", "series", "dict"],
)
def test_values_in_any_usual_form(values):
    """Worked case of methods.md: 0.2667, five holding 5 of 15, ranked from the fifth."""
    assert gini(values) == pytest.approx(4 / 15)
    assert top_share(values, top=0.2) == pytest.approx(1 / 3)
    assert whale_curve(values)["profit"].tolist() == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("values", [np.ones((2, 2)), pd.DataFrame({"profit": [1.0, 2.0]})])
@pytest.mark.parametrize("function", [gini, whale_curve])
def test_a_table_is_no_column(function, values):
    with pytest.raises(ParameterError, match="2 dimensions"):
        function(values)


@pytest.mark.parametrize("function", [gini, whale_curve])
def test_values_without_an_account(function):
    with pytest.raises(ValuesError, match=r"1 value\(s\) without an account"):
        function(pd.Series([1.0, 2.0], index=["a", None]))


def test_a_single_cut_is_not_two():
    with pytest.raises(ParameterError, match="two rising fractions"):
        abc_classes(FIVE, cuts=0.8)


@pytest.mark.parametrize("column", ["net_amount", "account_id"])
def test_rows_of_what_is_missing(column):
    sales = toy.sales()
    sales.loc[3, column] = None
    with pytest.raises(ValuesError, match=rf"sales\.{column}.*rows 3"):
        customer_pnl(sales, toy.ledger())


def test_rows_of_what_is_infinite():
    sales = toy.sales()
    sales.loc[[1, 4], "list_amount"] = np.inf
    with pytest.raises(ValuesError, match="rows 1, 4"):
        customer_pnl(sales, toy.ledger())


@pytest.mark.parametrize("engine", toy.ENGINES.values(), ids=toy.ENGINES)
def test_no_rows_and_no_types(engine):
    empty = pd.DataFrame(columns=toy.sales().columns)
    with pytest.raises(EmptyError, match="sales has no rows"):
        customer_pnl(engine(empty), toy.ledger())


def test_another_column_of_the_table_is_no_misspelling():
    with pytest.raises(ColumnError, match="add the column 'count'") as caught:
        cost_to_serve(toy.ledger(), toy.activities(), toy.activity_use().drop(columns="count"))
    assert "rename" not in str(caught.value)
    with pytest.raises(ColumnError, match="rename 'amnt' to 'amount'"):
        capacity_rates(toy.ledger().rename(columns={"amount": "amnt"}))


DEMAND = pd.DataFrame({"scope": "market", "scope_id": "Sweden", "family": ["Pumps", "Valves"],
                       "year": [2024, 2025], "supplier": "total", "amount": [300.0, 100.0]})  # fmt: skip


def test_half_a_year_is_no_year():
    with pytest.raises(ValuesError, match=r"demand\.year, rows 1"):
        market_share(DEMAND.assign(year=[2024, 2024.5]))


@pytest.mark.parametrize(
    ("margin", "message"),
    [
        (pd.Series([0.1, 0.2, 0.3], index=["Pumps", "Valves", "Valves"]), "margin stands twice.*'Valves'"),
        (pd.Series(["much", "little"], index=["Pumps", "Valves"]), "holds text"),
        (pd.Series([0.1, 0.2], index=[1, 2]), "has no margin"),
        (pd.Series([0.1, np.nan], index=["Pumps", "Valves"]), "has no margin.*Valves, 2025"),
    ],
)
def test_margins_that_fit_no_market(margin, message):
    with pytest.raises(ValuesError, match=f"(?s){message}"):
        profit_pool(DEMAND, margin)


def test_margins_by_year_as_text():
    margin = pd.Series([0.1, 0.5], index=pd.Index(["2024", "2025"], name="year"))
    assert profit_pool(DEMAND, margin)["pool"].tolist() == [30, 50]
