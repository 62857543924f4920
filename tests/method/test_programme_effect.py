"""Difference in differences, staggered starts, matching and permutation against hand work and oracles."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kamkit.errors import EmptyError, NotDefinedError, ParameterError, ValuesError
from kamkit.method.programme import (
    difference_in_differences,
    group_time_effects,
    match_accounts,
    matched_effect,
    permutation_p,
    placebo_start,
    pre_trend,
    sales_panel,
)

MONTHS = pd.date_range("2023-01-01", periods=24, freq="MS")


def panel_of(n: int, seed: int = 0, noise: float = 0.1, months: pd.DatetimeIndex = MONTHS) -> pd.DataFrame:
    """Accounts with levels of their own, a common path, and noise."""
    draw = np.random.default_rng(seed)
    values = draw.normal(5, 1, (n, 1)) + draw.normal(0, 0.3, (1, len(months)))
    values = values + draw.normal(0, noise, (n, len(months)))
    return pd.DataFrame(values, index=[f"a{i:02d}" for i in range(n)], columns=months)


def with_effect(panel: pd.DataFrame, starts: dict[str, str], size: float) -> pd.DataFrame:
    changed = panel.copy()
    for account, start in starts.items():
        changed.loc[account, changed.columns >= pd.Timestamp(start)] += size
    return changed


STARTS = {
    "a00": "2024-01-01", "a01": "2024-01-01", "a02": "2024-07-01", "a03": "2024-07-01", "a04": "2024-10-01",
}  # fmt: skip


# -- difference in differences ------------------------------------------------------------------


def test_card_and_krueger_by_hand():
    """Card & Krueger (1994), table 3: New Jersey 20.44 to 21.03, Pennsylvania 23.33 to 21.17: 2.76 with rounding."""
    months = pd.to_datetime(["1992-02-01", "1992-11-01"])
    panel = pd.DataFrame([[20.44, 21.03], [23.33, 21.17]], index=["NJ", "PA"], columns=months)
    found = difference_in_differences(panel, {"NJ": True, "PA": False}, "1992-11-01")
    assert found.effect == pytest.approx(2.75)


def test_it_is_welchs_test_of_the_changes_of_accounts():
    panel = panel_of(14, seed=3)
    treated = pd.Series(np.arange(14) < 5, index=panel.index)
    found = difference_in_differences(panel, treated, "2024-03-01")
    change = panel.loc[:, MONTHS >= "2024-03-01"].mean(axis=1) - panel.loc[:, MONTHS < "2024-03-01"].mean(
        axis=1
    )
    oracle = stats.ttest_ind(change[treated], change[~treated], equal_var=False)
    low, high = oracle.confidence_interval(0.95)
    assert found.effect == pytest.approx(change[treated].mean() - change[~treated].mean())
    assert found.p_value == pytest.approx(oracle.pvalue)
    assert (found.low, found.high) == pytest.approx((low, high))
    assert (found.treated, found.controls) == (5, 9)


def test_a_single_treated_account_is_judged_by_the_spread_of_the_others():
    months = MONTHS[:2]
    changes = np.array([5.0, 1.0, 2.0, 3.0])
    panel = pd.DataFrame({months[0]: np.zeros(4), months[1]: changes}, index=list("abcd"))
    found = difference_in_differences(panel, pd.Series([True, False, False, False], list("abcd")), months[1])
    error = changes[1:].std(ddof=1) * np.sqrt(1 + 1 / 3)
    assert (found.effect, found.standard_error) == (pytest.approx(3.0), pytest.approx(error))
    assert found.p_value == pytest.approx(2 * stats.t.sf(3 / error, 2))


@settings(deadline=None, max_examples=30)
@given(
    st.integers(0, 10_000),
    st.floats(-5, 5),
    st.floats(0.1, 50),
)
def test_levels_common_shocks_row_order_and_units_do_not_matter(seed, level, unit):
    panel = panel_of(9, seed)
    treated = pd.Series(np.arange(9) < 4, index=panel.index)
    base = difference_in_differences(panel, treated, "2024-01-01")
    shock = pd.Series(np.random.default_rng(seed).normal(0, 3, len(MONTHS)), index=MONTHS)
    moved = panel.add(pd.Series(level * np.arange(9), index=panel.index), axis=0) + shock
    again = difference_in_differences((moved * unit).iloc[::-1], treated, "2024-01-01")
    assert again.effect == pytest.approx(base.effect * unit, abs=1e-8 * unit)
    assert again.standard_error == pytest.approx(base.standard_error * unit)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda p: p.mask(p == p.iloc[0, 0]), ValuesError),
        (lambda p: p.replace([np.inf], 1).assign(**{}).iloc[:0], EmptyError),
        (lambda p: pd.concat([p, p]), ValuesError),
    ],
)
def test_faulty_panels_are_refused(change, error):
    panel = panel_of(5)
    with pytest.raises(error):
        difference_in_differences(change(panel), pd.Series(np.arange(5) < 2, panel.index), "2024-01-01")


def test_nobody_treated_nobody_to_compare_and_no_time_before_are_said():
    panel = panel_of(4)
    flags = pd.Series(np.arange(4) < 2, panel.index)
    for treated, post in ((flags & False, "2024-01-01"), (flags | True, "2024-01-01"), (flags, "2023-01-01"),
                          (flags, "2025-01-01")):  # fmt: skip
        with pytest.raises(NotDefinedError):
            difference_in_differences(panel, treated, post)
    with pytest.raises(ValuesError, match="a03"):
        difference_in_differences(panel, flags.drop("a03"), "2024-01-01")


# -- staggered starts ---------------------------------------------------------------------------


def brute_force(panel: pd.DataFrame, starts: dict[str, str], controls: str) -> dict[tuple, float]:
    """ATT(g, t) of Callaway & Sant'Anna, base the period before, in plain loops."""
    start = {a: pd.Timestamp(starts[a]) if a in starts else pd.Timestamp.max for a in panel.index}
    periods = list(panel.columns)
    found = {}
    for g in sorted(set(start.values()) - {pd.Timestamp.max}):
        before = periods[periods.index(g) - 1]
        for t in periods:
            after = max(t, g)
            others = [
                a for a in panel.index
                if (start[a] > after if controls == "not_yet" else start[a] == pd.Timestamp.max)
            ]  # fmt: skip
            mine = [a for a in panel.index if start[a] == g]
            own = np.mean([panel.loc[a, t] - panel.loc[a, before] for a in mine])
            found[g, t] = own - np.mean([panel.loc[a, t] - panel.loc[a, before] for a in others])
    return found


@pytest.mark.parametrize("controls", ["not_yet", "never"])
def test_every_group_and_time_is_as_brute_force_finds_it(controls):
    panel = panel_of(11, seed=7)
    found = group_time_effects(panel, STARTS, base=1, controls=controls)
    oracle = brute_force(panel, STARTS, controls)
    table = found.table.set_index(["group", "period"])["effect"]
    assert len(table) == len(oracle) == 3 * 24
    for key, value in oracle.items():
        assert table[key] == pytest.approx(value, abs=1e-12)
    of_group = {
        g: np.mean([v for (h, t), v in oracle.items() if h == g and t >= g]) for g in table.index.levels[0]
    }
    sizes = pd.Series(STARTS).map(pd.Timestamp).map(of_group)
    assert found.effect == pytest.approx(sizes.mean())
    event = np.mean(
        [oracle[pd.Timestamp(s), pd.Timestamp(s) + pd.DateOffset(months=2)] for s in STARTS.values()]
    )
    assert found.events.set_index("event_time")["effect"][2] == pytest.approx(event)


def test_an_effect_that_grows_is_found_where_two_way_fixed_effects_are_wrong():
    """Goodman-Bacon (2021): accounts that joined early are bad controls for those that join late."""
    months = MONTHS[:12]
    panel = pd.DataFrame(0.0, index=list("abcdef"), columns=months)
    starts = {"a": months[3], "b": months[3], "c": months[8], "d": months[8]}
    for account, start in starts.items():
        since = np.arange(12) - list(months).index(start)
        panel.loc[account] += np.where(since >= 0, 1.0 + since, 0.0)
    truth = np.mean([np.mean(1.0 + np.arange(12 - list(months).index(s))) for s in starts.values()])
    found = group_time_effects(panel.drop(index=["e"]), starts, base=1, controls="not_yet")
    assert found.effect == pytest.approx(truth)
    treated = np.array([[m >= starts[a] if a in starts else False for m in months] for a in panel.index])
    y, d = panel.to_numpy(), treated.astype(float)
    inner = d - d.mean(1, keepdims=True) - d.mean(0, keepdims=True) + d.mean()
    assert (inner * y).sum() / (inner * d).sum() < 0.9 * truth


def test_a_single_start_and_the_whole_time_before_is_plain_difference_in_differences():
    panel = panel_of(12, seed=5)
    flags = pd.Series(np.arange(12) < 4, panel.index)
    plain = difference_in_differences(panel, flags, "2024-01-01")
    starts = pd.Series("2024-01-01", index=panel.index[flags])
    found = group_time_effects(panel, starts, base=12)
    assert (found.effect, found.standard_error) == pytest.approx((plain.effect, plain.standard_error))


def test_a_start_within_a_month_counts_from_that_month_and_one_after_the_end_never():
    panel = panel_of(8, seed=2)
    one = group_time_effects(panel, {"a00": "2024-03-17", "a01": "2030-01-01"})
    other = group_time_effects(panel, {"a00": "2024-03-01"})
    assert one.effect == pytest.approx(other.effect)
    assert one.controls == 7


def test_ninety_five_of_a_hundred_intervals_hold_the_truth():
    """Serially dependent noise, three starts: the errors are by account, so months are not overcounted."""
    draw = np.random.default_rng(11)
    months, accounts = MONTHS[:12], [f"a{i:02d}" for i in range(30)]
    starts = {name: ["2023-05-01", "2023-07-01", "2023-10-01"][i % 3] for i, name in enumerate(accounts[:12])}
    truth = with_effect(pd.DataFrame(0.0, accounts, months), starts, 0.2)
    hits = []
    for _ in range(300):
        shocks = draw.normal(0, 0.1, truth.shape)
        for t in range(1, len(months)):
            shocks[:, t] += 0.6 * shocks[:, t - 1]
        found = group_time_effects(truth + shocks, starts, draws=10)
        hits.append(found.low <= 0.2 <= found.high)
    assert 0.91 <= np.mean(hits) <= 0.985


def test_the_band_for_all_times_is_wider_than_each_interval():
    events = group_time_effects(panel_of(20, seed=9), STARTS, bins=3).events
    assert (events["band_low"] <= events["low"] + 1e-12).all()
    assert (events["band_high"] >= events["high"] - 1e-12).all()
    assert (events["band_high"] - events["high"]).max() > 0


def test_starts_that_cannot_be_used_are_named():
    panel = panel_of(6)
    with pytest.raises(NotDefinedError, match="no period before"):
        group_time_effects(panel, {"a00": "2023-01-01"})
    with pytest.raises(NotDefinedError, match="no key account"):
        group_time_effects(panel, {})
    with pytest.raises(NotDefinedError, match="compare"):
        group_time_effects(panel, dict.fromkeys(panel.index, "2024-01-01"))
    with pytest.raises(ValuesError, match="stranger"):
        group_time_effects(panel, {"stranger": "2024-01-01"})
    for wrong in ({"base": 0}, {"controls": "all"}, {"bins": 0}):
        with pytest.raises(ParameterError):
            group_time_effects(panel, STARTS, **wrong)


# -- before the start ---------------------------------------------------------------------------


def test_a_planted_trend_before_the_start_is_found_and_none_where_there_is_none():
    trend = panel_of(16, seed=4, noise=0.02)
    assert pre_trend(trend, STARTS).p_value > 0.05
    trend.loc[list(STARTS)] += 0.24 / 12 * np.arange(24)
    found = pre_trend(trend, STARTS)
    assert found.low < 0.24 < found.high
    assert found.p_value < 0.001
    assert placebo_start(trend, STARTS, 6).p_value < 0.01


def test_a_placebo_start_reads_nothing_from_the_real_one_on():
    panel = panel_of(10, seed=6)
    assert placebo_start(panel, STARTS, 6).effect == pytest.approx(
        placebo_start(with_effect(panel, STARTS, 5.0), STARTS, 6, controls="never").effect, abs=0.2
    )
    early = {a: s for a, s in STARTS.items() if s == "2024-10-01"}
    untouched = placebo_start(panel, early, 6).effect
    assert placebo_start(with_effect(panel, early, 5.0), early, 6).effect == pytest.approx(untouched)


# -- permutation --------------------------------------------------------------------------------


def test_all_deals_are_counted_where_there_are_few():
    panel = panel_of(8, seed=1)
    flags = pd.Series(np.arange(8) < 3, panel.index)
    found = permutation_p(panel, flags, "2024-01-01")
    change = (
        panel.loc[:, MONTHS >= "2024-01-01"].mean(axis=1) - panel.loc[:, MONTHS < "2024-01-01"].mean(axis=1)
    ).to_numpy()
    deals = [change[list(c)].mean() - np.delete(change, list(c)).mean() for c in combinations(range(8), 3)]
    ours = change[:3].mean() - change[3:].mean()
    assert found.exact
    assert found.draws == len(deals) == 56
    assert found.p_value == pytest.approx(np.mean(np.abs(deals) >= abs(ours) - 1e-12))
    assert found.smallest == pytest.approx(1 / 56)


def test_random_deals_agree_with_all_of_them():
    panel = panel_of(9, seed=12)
    flags = pd.Series(np.arange(9) < 4, panel.index)
    exact = permutation_p(panel, flags, "2024-01-01").p_value
    drawn = permutation_p(panel, flags, "2024-01-01", draws=100, seed=5)
    assert not drawn.exact
    assert drawn.p_value == pytest.approx(exact, abs=0.16)
    assert permutation_p(panel, flags, "2024-01-01", draws=100, seed=5) == drawn


def test_staggered_starts_give_the_statistic_of_never_treated_controls():
    panel = panel_of(12, seed=8)
    found = permutation_p(panel, STARTS, draws=200)
    assert found.statistic == pytest.approx(group_time_effects(panel, STARTS, controls="never").effect)
    certain = permutation_p(with_effect(panel, STARTS, 300.0), STARTS, draws=99)
    assert not certain.exact
    assert 0 < certain.smallest == 1 / 100 <= certain.p_value <= 0.03
    with pytest.raises(ParameterError):
        permutation_p(panel, STARTS, draws=0)


# -- matching -----------------------------------------------------------------------------------


def test_candidates_come_first_and_the_nearest_of_them():
    panel = pd.DataFrame(
        np.array([10.0, 10.1, 9.0, 14.0, 10.0])[:, None] + np.zeros(24), index=list("kabcd"), columns=MONTHS
    )
    considered = pd.Series([False, True, True, True, False], list("kabcd"))
    pairs = match_accounts(panel, {"k": "2024-01-01"}, considered=considered, matches=2)
    assert pairs["control_id"].tolist() == ["a", "b"]
    assert pairs["candidate"].all()
    anybody = match_accounts(panel, {"k": "2024-01-01"}, matches=2)
    assert anybody["control_id"].tolist() == ["d", "a"]
    assert not anybody["candidate"].any()


def test_another_industry_counts_as_a_standard_deviation():
    panel = pd.DataFrame(
        np.array([10.0, 10.0, 10.1])[:, None] + np.zeros(24), index=list("kab"), columns=MONTHS
    )
    industry = pd.Series({"k": "Paper", "a": "Food", "b": "Paper"})
    pairs = match_accounts(panel, {"k": "2024-01-01"}, industry=industry, matches=2)
    assert pairs.set_index("control_id")["distance"]["a"] == pytest.approx(1.0)


def test_the_matched_figure_and_its_error_by_hand():
    """Two key accounts, one shared match: Abadie & Imbens (2006), M = 1."""
    months = MONTHS[:2]
    before, after = [10.0, 10.2, 10.1, 20.0, 21.0], [14.0, 13.2, 11.1, 20.0, 24.0]
    panel = pd.DataFrame({months[0]: before, months[1]: after}, index=list("klabc"))
    found = matched_effect(panel, {"k": months[1], "l": months[1]}, matches=1, base=1)
    gaps = np.array([4.0 - 1.0, 3.0 - 1.0])
    assert found.pairs["control_id"].tolist() == ["a", "a"]
    assert found.effect == pytest.approx(gaps.mean())
    again = 2 * (2 - 1) / 1 * 0.0
    assert found.standard_error == pytest.approx(np.sqrt(((gaps - 2.5) ** 2).sum() / 2 + again / 4))
    assert found.controls == 1


def test_matching_finds_what_was_added_and_shows_the_balance():
    panel = panel_of(40, seed=10, noise=0.05)
    found = matched_effect(with_effect(panel, STARTS, 0.5), STARTS, matches=3)
    assert found.low < 0.5 < found.high
    size = found.balance.set_index("property").loc["size_before"]
    assert abs(size["distance_after"]) < 0.5
    with pytest.raises(NotDefinedError, match="to choose"):
        matched_effect(panel.iloc[:6], STARTS, matches=3)
    with pytest.raises(ParameterError):
        matched_effect(panel, STARTS, matches=0)


# -- panels -------------------------------------------------------------------------------------


def test_a_panel_ties_to_the_sales_and_leaves_out_what_is_not_whole():
    draw = np.random.default_rng(0)
    days = pd.Timestamp("2024-02-10") + pd.to_timedelta(draw.integers(0, 500, 300), unit="D")
    sales = pd.DataFrame({"date": days, "account_id": draw.choice(["a", "b", "unassigned"], 300),
                          "net_amount": draw.normal(100, 40, 300).round(2)})  # fmt: skip
    known = sales[sales["account_id"] != "unassigned"]
    panel = sales_panel(sales)
    assert panel.to_numpy().sum() == pytest.approx(known["net_amount"].sum())
    assert "unassigned" not in panel.index
    quarters = sales_panel(sales, every="quarter")
    assert quarters.columns[0] == pd.Timestamp("2024-04-01")
    inside = known[
        (known["date"] >= "2024-04-01") & (known["date"] < quarters.columns[-1] + pd.DateOffset(months=3))
    ]
    assert quarters.to_numpy().sum() == pytest.approx(inside["net_amount"].sum())
    assert sales_panel(sales, until="2024-12-31").columns[-1] == pd.Timestamp("2024-12-01")
    with pytest.raises(NotDefinedError):
        sales_panel(sales.assign(account_id="unassigned"))
    with pytest.raises(ParameterError):
        sales_panel(sales, every="week")
