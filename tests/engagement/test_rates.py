"""Several currencies: rates by month, and sales in the reporting currency."""

from __future__ import annotations

import duckdb
import narwhals as nw
import pandas as pd
import pytest

from kamkit.engagement import rates
from kamkit.engagement.config import Read
from kamkit.engagement.gate import Source
from kamkit.engagement.problems import GateError
from kamkit.errors import KamkitError, TableError


def lazy(table: pd.DataFrame) -> nw.LazyFrame:
    connection = duckdb.connect()
    connection.register("given", table)
    return nw.from_native(connection.sql("select * from given"))


def monthly(rows) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["month", "currency", "rate"])
    return table.assign(month=pd.to_datetime(table["month"]))


def lines(rows, **more) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["date", "net_amount", "currency"]).assign(**more)
    return table.assign(date=pd.to_datetime(table["date"]))


def collected(frame: nw.LazyFrame) -> pd.DataFrame:
    return frame.collect("pandas").to_native()


RATES = monthly([("2025-01-01", "SEK", 0.08), ("2025-02-01", "SEK", 0.10), ("2025-02-01", "USD", 0.5)])


def test_each_line_takes_the_rate_of_its_month_and_currency():
    sold = lines([
        ("2025-01-31", 100.0, "SEK"), ("2025-02-01", 100.0, "SEK"), ("2025-02-28", -10.0, "USD"),
        ("2025-02-10", 7.0, "EUR"), ("2025-03-10", 3.0, None), ("2025-02-10", 100.0, " sek "),
    ])  # fmt: skip
    found = collected(rates.to_reporting(lazy(sold), RATES, "EUR"))
    assert found["net_amount"].tolist() == pytest.approx([8.0, 10.0, -5.0, 7.0, 3.0, 10.0])
    assert set(found["currency"]) == {"EUR"}


def test_list_amount_and_product_cost_are_converted_and_the_rest_is_not():
    sold = lines([("2025-02-10", 100.0, "SEK")], list_amount=200.0, product_cost=50.0, quantity=4.0)
    found = collected(rates.to_reporting(lazy(sold), RATES, "EUR")).iloc[0]
    assert found[["list_amount", "product_cost", "quantity"]].tolist() == pytest.approx([20.0, 5.0, 4.0])


def test_converting_twice_changes_nothing():
    once = rates.to_reporting(lazy(lines([("2025-02-10", 100.0, "SEK")])), RATES, "EUR")
    assert collected(rates.to_reporting(once, RATES, "EUR"))["net_amount"].tolist() == pytest.approx([10.0])


@pytest.mark.parametrize("months", [1, 2, 3, 36, 37])
def test_every_month_of_a_long_file_meets_its_own_rate(months):
    days = pd.date_range("2022-01-01", periods=months, freq="MS")
    file = pd.DataFrame({"month": days, "currency": "SEK", "rate": [1.0 + k for k in range(months)]})
    last_days = days + pd.offsets.MonthEnd(0)
    for when in (days, last_days):
        sold = pd.DataFrame({"date": when, "net_amount": 1.0, "currency": "SEK"}).sample(
            frac=1, random_state=1
        )
        found = collected(rates.to_reporting(lazy(sold), file.sample(frac=1, random_state=2), "EUR"))
        assert found.sort_values("date")["net_amount"].tolist() == file["rate"].tolist()


def test_what_is_missing_is_listed():
    sold = lines([("2025-01-05", 1.0, "USD"), ("2025-03-05", 1.0, "SEK"), ("2025-03-06", 1.0, "SEK")])
    with pytest.raises(TableError) as error:
        rates.to_reporting(lazy(sold), RATES, "EUR")
    assert "2 exchange rates are missing (3 lines): SEK 2025-03, USD 2025-01" in error.value.what
    assert "EUR for one unit" in error.value.remedy


def test_sales_without_a_currency_column_stay_as_they_are():
    sold = lazy(lines([("2025-01-05", 1.0, None)]).drop(columns="currency"))
    assert rates.to_reporting(sold, RATES, "EUR") is sold
    assert rates.missing_rates(sold, None, "EUR").empty


def read(folder, text, **settings):
    (folder / "rates.csv").write_text(text, encoding="utf-8")
    return rates.read(Source(folder / "rates.csv"), cache=folder / "cache", settings=Read(**settings)).frame


def test_a_rates_file_is_read_through_the_gate(tmp_path):
    found = read(tmp_path, "month;currency;rate\n2025-01-01;sek;0,0915\n2025-02-01;NOK;0,0860\n")
    assert found["rate"].tolist() == [0.0915, 0.0860]
    assert found["currency"].tolist() == ["SEK", "NOK"]


def test_no_rates_file_is_no_rates(tmp_path):
    assert rates.read(None, cache=tmp_path) is None


@pytest.mark.parametrize(
    "text",
    [
        "month,currency,rate\n2025-01-01,SEK,0\n",
        "month,currency,rate\n2025-01-01,SEK,\n",
        "month,currency,rate\n2025-01-01,SEK,x\n",
        "month,currency,rate\n2025-01-01,SEK,0.09\n2025-01-01,SEK,0.10\n",
        "month,currency,rate\n2025-01-01,SEK,0.09\n2025-01-01,sek,0.10\n",
        "month,currency\n2025-01-01,SEK\n",
    ],
)
def test_rates_that_cannot_be_used_are_refused(tmp_path, text):
    with pytest.raises(GateError) as error:
        read(tmp_path, text)
    assert isinstance(error.value, KamkitError)
    assert "rates.csv" in str(error.value)
