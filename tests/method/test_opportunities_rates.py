"""Win rates: counted by hand, shrunk as Efron and Morris did, and never flattered by what is still open."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamkit.errors import ColumnError, EmptyError, NotDefinedError, UnitError, ValuesError
from kamkit.method.opportunities import efron_morris, win_rates, win_rates_by

# Eighteen players after 45 times at bat, 1970: Efron & Morris (1975), table 1.
HITS = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]


def deals(*rows: tuple[str, str, float | None]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["owner", "outcome", "amount"])
    return table.assign(opportunity_id=[f"D{n}" for n in range(len(rows))])


SOME = deals(
    ("x", "won", 100.0), ("x", "lost", 300.0), ("x", "open", 50.0), ("y", "won", 20.0), ("y", "lost", 20.0)
)


def test_rates_by_count_and_by_value_are_won_over_decided():
    table = win_rates(SOME, "owner", shrink=False)
    assert table[["won", "closed", "open"]].values.tolist() == [[1, 2, 1], [1, 2, 0]]
    assert table["win_rate"].tolist() == [0.5, 0.5]
    assert table["value_rate"].tolist() == [0.25, 0.5]
    assert not {"shrunk", "value_shrunk"} & set(table)


def test_baseball_players_are_drawn_together_as_published():
    at_bats = pd.Series(45.0, range(18))
    found = efron_morris(pd.Series(HITS) / 45, at_bats)
    mean, kept = 0.265, 0.212  # Efron & Morris (1977): c = 0.212
    assert found.to_numpy() == pytest.approx([mean + kept * (h / 45 - mean) for h in HITS], abs=1e-3)


def test_unequal_numbers_solve_the_equation_of_the_method():
    p, n = pd.Series([0.1, 0.3, 0.5, 0.7, 0.6]), pd.Series([80.0, 40, 20, 60, 5])
    found = efron_morris(p, n).to_numpy()
    overall = np.average(p, weights=n)
    v = overall * (1 - overall) / n
    # Recover A from the first rate, then ask whether the published equation holds.
    ratio = (found[0] - found[1]) / (p[0] - p[1])
    assert 0 < ratio < 1
    tried = np.linspace(1e-4, 0.5, 10_001)
    weights = 1 / (tried[:, None] + v.to_numpy())
    means = np.average(np.tile(p, (len(tried), 1)), axis=1, weights=weights)
    best = np.argmin(abs(((p.to_numpy() - means[:, None]) ** 2 * weights).sum(axis=1) - 2))
    a, m = tried[best], means[best]
    assert found == pytest.approx((m + a / (a + v) * (p - m)).to_numpy(), abs=1e-4)


def test_few_deals_are_drawn_further_than_many():
    p, n = pd.Series([0.9, 0.9, 0.1, 0.2, 0.5]), pd.Series([2.0, 200, 100, 100, 100])
    found = efron_morris(p, n)
    assert found[0] < found[1] < 0.9


@pytest.mark.parametrize("p", [[0.2, 0.5, 0.8], [0.5, 0.5, 0.5, 0.5], [0.48, 0.5, 0.52, 0.5]])
def test_three_groups_or_no_more_than_chance_give_the_mean(p):
    found = efron_morris(pd.Series(p), pd.Series(10.0, range(len(p))))
    assert found.to_numpy() == pytest.approx(np.mean(p))


def test_a_group_without_decided_deals_gets_the_mean_and_no_rate():
    table = win_rates(deals(("x", "won", 1.0), ("x", "lost", 1.0), ("z", "open", 1.0)), "owner")
    assert np.isnan(table.loc["z", "win_rate"])
    assert table.loc["z", "shrunk"] == pytest.approx(0.5)


def test_all_won_stays_all_won():
    assert win_rates(deals(("x", "won", 1.0), ("y", "won", 1.0)), "owner")["shrunk"].tolist() == [1.0, 1.0]


def test_lost_deals_of_nothing_give_no_rate_by_value():
    table = win_rates(deals(("x", "won", 100.0), ("x", "lost", 0.0)), "owner")
    assert np.isnan(table.loc["x", "value_rate"])
    assert table.loc["x", "without_amount"] == 1


def test_deals_of_nobody_stand_under_unassigned():
    assert win_rates(deals(("x", "won", 1.0), (None, "lost", 1.0)), "owner").index.tolist() == [
        "unassigned",
        "x",
    ]


def test_several_columns_make_one_row_for_each_pair():
    table = win_rates(SOME.assign(unit=["a", "b", "a", "b", "b"]), ["owner", "unit"], shrink=False)
    assert table.index.tolist() == [("x", "a"), ("x", "b"), ("y", "b")]


def test_one_below_the_other_leaves_out_what_no_deal_says():
    assert set(win_rates_by(SOME, ("owner", "family"))["dimension"]) == {"owner"}
    with pytest.raises(NotDefinedError, match="name no family"):
        win_rates_by(SOME, ("family",))


def test_stages_that_only_repeat_the_outcome_say_it():
    said = pd.DataFrame({"stage": ["Won", "closed lost", "Offer"], "owner": "x"})
    assert win_rates(said, "owner", shrink=False)[["won", "closed", "open"]].values.tolist() == [[1, 2, 1]]


def test_a_deal_that_closed_and_does_not_say_how_is_counted_apart():
    closed = pd.DataFrame({"owner": "x", "outcome": ["won", None], "closed": ["2025-01-01", "2025-01-02"]})
    assert win_rates(closed, "owner")[["closed", "unknown", "open"]].values.tolist() == [[1, 1, 0]]


@pytest.mark.parametrize(
    ("frame", "by", "error"),
    [
        (SOME.assign(outcome="open"), "owner", NotDefinedError),
        (SOME, "ownr", ColumnError),
        (SOME.head(0), "owner", EmptyError),
        (SOME.assign(outcome="gone"), "owner", ValuesError),
        (SOME.assign(amount=np.inf), "owner", ValuesError),
        (SOME.assign(probability=40.0), "owner", UnitError),
        (SOME.assign(opportunity_id="same"), "owner", ValuesError),
    ],
)
def test_what_cannot_be_is_refused(frame, by, error):
    with pytest.raises(error):
        win_rates(frame, by)


counts = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(counts)
def test_shrunk_rates_stay_between_the_extremes_and_keep_the_order_of_equal_groups(pairs):
    n = pd.Series([float(a + b) for a, b in pairs])
    p = pd.Series([a / (a + b) for a, b in pairs])
    found = efron_morris(p, n)
    assert found.between(p.min() - 1e-12, p.max() + 1e-12).all()
    alike = efron_morris(p, pd.Series(20.0, range(len(p))))
    assert (alike.iloc[np.argsort(p.to_numpy(), kind="stable")].diff().dropna() >= -1e-12).all()


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(5)))
def test_the_order_of_the_rows_changes_nothing(order):
    pd.testing.assert_frame_equal(win_rates(SOME.iloc[list(order)], "owner"), win_rates(SOME, "owner"))
