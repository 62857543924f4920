"""Early warnings: the falling are found, chance is not, whatever the season does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from kamkit.errors import NotDefinedError, ParameterError, UnitError
from kamkit.method.risk import early_warnings, false_discovery

END = pd.Timestamp("2025-12-31")
MONTHS = pd.date_range("2024-07-01", periods=18, freq="MS")


def invoices(n: int = 40, seed: int = 0, fall: dict[int, float] | None = None, season=None) -> pd.DataFrame:
    """Six orders a month of an account, of families A and B, with noise of a sixth; some fall."""
    draw = np.random.default_rng(seed)
    shape = np.ones(18) if season is None else np.asarray(season, dtype=float)
    rows = []
    for i in range(n):
        left = np.where(np.arange(18) >= 12, (fall or {}).get(i, 1.0), 1.0)
        counts = draw.poisson(6 * shape * left)
        for month, count in zip(MONTHS, counts, strict=True):
            for k in range(count):
                day = month + pd.Timedelta(days=int(draw.integers(0, 28)))
                row = f"C{i:03d}", day, f"{i}-{month:%y%m}-{k}", 100 * draw.lognormal(0, 0.15), "AB"[k % 2]
                rows.append(row)
    return pd.DataFrame(rows, columns=["account_id", "date", "order_id", "net_amount", "family"])


def warned(table: pd.DataFrame) -> set[str]:
    return set(table.loc[table["warned"], "account_id"])


def test_accounts_that_buy_a_fifth_are_found_and_no_others():
    found = early_warnings(invoices(fall={3: 0.2, 17: 0.2}), END)
    assert warned(found) == {"C003", "C017"}
    assert (found["account_id"].nunique(), len(found)) == (40, 120)


def test_a_season_that_all_have_is_no_warning():
    season = [1.0] * 12 + [0.4] * 6
    assert warned(early_warnings(invoices(season=season), END)) == set()


def test_chance_alone_warns_seldom():
    alarms = sum(len(warned(early_warnings(invoices(seed=s), END))) for s in range(10))
    assert alarms <= 2  # of 1,200 tests; at 5 % each, without control, 60 would be expected


def test_a_family_that_is_no_longer_ordered_is_named():
    sales = invoices(n=20)
    late = (sales["date"] >= MONTHS[12]) & (sales["account_id"] == "C005")
    sales.loc[late, "family"] = "A"
    found = early_warnings(sales, END)
    row = found[found["warned"]].iloc[0]
    assert (row["account_id"], row["sign"], row["family"], row["recent"]) == ("C005", "range", "B", 0.0)


def test_ratios_are_those_of_the_accounts_by_hand():
    steady = pd.DataFrame({"account_id": "a", "date": MONTHS, "net_amount": 100.0})
    half = steady.assign(account_id="b", net_amount=np.where(np.arange(18) >= 12, 50.0, 100.0))
    table = early_warnings(pd.concat([steady, half]), END).set_index(["account_id", "sign"])
    assert table.loc[("b", "revenue"), ["usual", "recent"]].tolist() == [100.0, 50.0]
    assert table.loc[("b", "revenue"), "ratio"] == pytest.approx(0.5)
    assert table.loc[("b", "orders"), "ratio"] == pytest.approx(1.0)


def test_credit_notes_are_no_orders():
    sales = invoices(n=10)
    credit = sales.iloc[:50].assign(net_amount=-1.0, order_id="credit")
    one, other = (
        early_warnings(s, END).query("sign == 'orders'") for s in (sales, pd.concat([sales, credit]))
    )
    pd.testing.assert_frame_equal(one[["account_id", "usual"]], other[["account_id", "usual"]])


def test_known_losses_are_left_out_and_short_histories_refused():
    sales = invoices(n=10, fall={2: 0.1})
    accounts = pd.DataFrame({"account_id": ["C002"], "status": ["lost"]})
    assert warned(early_warnings(sales, END, accounts)) == set()
    with pytest.raises(NotDefinedError, match="18 months"):
        early_warnings(sales[sales["date"] >= MONTHS[2]], END)
    with pytest.raises(UnitError):
        early_warnings(sales, END, level=5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
@settings(max_examples=50)
def test_q_values_are_those_of_scipy(p_values):
    ours = false_discovery(pd.Series(p_values)).to_numpy()
    np.testing.assert_allclose(ours, false_discovery_control(p_values, method="bh"), atol=1e-12)


def test_p_values_outside_zero_to_one_are_refused():
    with pytest.raises(ParameterError):
        false_discovery(pd.Series([0.5, np.nan]))


def test_any_engine_gives_the_same_warnings():
    import duckdb

    sales = invoices(n=12, fall={4: 0.2})
    other = duckdb.connect()
    found = early_warnings(
        other.from_df(sales.astype({"account_id": object, "order_id": object, "family": object})), END
    )
    pd.testing.assert_frame_equal(found, early_warnings(sales, END), check_dtype=False)
