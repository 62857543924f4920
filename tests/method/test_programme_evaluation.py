"""When a difference may be called an effect, and what is said where it may not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kamkit.errors import NotDefinedError
from kamkit.method.programme import (
    evaluate_programme,
    event_study,
    programme_design,
    programme_effects,
    programme_paths,
    programme_worth,
)

MONTHS = pd.date_range("2023-01-01", periods=36, freq="MS")
KEYS = [f"k{i}" for i in range(6)]
OTHERS = [f"o{i}" for i in range(8)]


def accounts(**changes: object) -> pd.DataFrame:
    table = pd.DataFrame({"account_id": [*KEYS, *OTHERS]})
    table["kam_start"] = pd.NaT
    table.loc[:5, "kam_start"] = pd.to_datetime(["2024-07-01", "2025-01-01"] * 3)
    table["considered"] = table["account_id"].isin(OTHERS)
    return table.assign(**changes)


def sales(effect: float = 0.2, trend: float = 0.0, noise: float = 0.05, seed: int = 0) -> pd.DataFrame:
    """One line a month and account: level × season × noise, exp(effect) from the start on."""
    draw, table = np.random.default_rng(seed), accounts().set_index("account_id")
    parts = []
    for account in table.index:
        months = np.arange(36)
        log = draw.normal(9, 0.5) + 0.2 * np.sin(months / 12 * 2 * np.pi) + draw.normal(0, noise, 36)
        start = table.loc[account, "kam_start"]
        if pd.notna(start):
            log = log + effect * (start <= MONTHS) + trend * months / 12
        parts.append(pd.DataFrame({"date": MONTHS, "account_id": account, "net_amount": np.exp(log)}))
    return pd.concat(parts, ignore_index=True)


def test_a_planted_effect_is_told_as_percent_with_its_interval():
    found = evaluate_programme(sales(0.2), accounts(), draws=500)
    main = programme_effects(found).iloc[0]
    assert found.identified
    assert found.message == ""
    assert main["uplift_low"] < np.exp(0.2) - 1 < main["uplift_high"]
    assert main["uplift"] == pytest.approx(np.exp(main["log_effect"]) - 1)
    assert (main["accounts"], main["permutation_p"] < 0.01) == (6, True)
    placebo = programme_effects(found).set_index("design").loc["placebo_start"]
    assert placebo["uplift_low"] < 0 < placebo["uplift_high"]


def test_no_effect_is_not_made_one():
    found = evaluate_programme(sales(0.0, seed=1), accounts(), draws=500)
    main = programme_effects(found).iloc[0]
    assert main["uplift_low"] < 0 < main["uplift_high"]
    assert main["permutation_p"] > 0.05


FAULTS = {
    "nobody is a key account": (accounts(kam_start=pd.NaT), sales(), "names no key account"),
    "no starts": (accounts(kam_start=pd.NaT, kam_tier=["A"] * 6 + [None] * 8), sales(), "not known when"),
    "no controls": (accounts().head(6), sales().query("account_id in @KEYS"), "too few accounts outside"),
    "joined too early": (accounts(kam_start=[*[pd.Timestamp("2023-06-01")] * 6, *[pd.NaT] * 8]), sales(), "long enough"),
    "joined too late": (accounts(kam_start=[*[pd.Timestamp("2025-12-01")] * 6, *[pd.NaT] * 8]), sales(), "long enough"),
    "grew before": (accounts(), sales(trend=0.3), "differently from the others before"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_design_that_cannot_tell_describes_and_says_why_and_what_to_collect(name):
    table, lines, reason = FAULTS[name]
    found = evaluate_programme(lines, table)
    assert not found.identified
    assert found.heading.startswith("Descriptive")
    assert reason in found.design.reason
    assert found.table["collect"].notna().all()
    assert found.message.startswith("Descriptive only: ")
    told = " ".join(
        [found.heading, found.message, found.design.reason, found.table.to_string(), *found.table.columns]
    )
    assert "effect" not in told.lower()
    for function in (programme_effects, event_study):
        with pytest.raises(NotDefinedError) as error:
            function(found)
        assert "effect" not in str(error.value)
    with pytest.raises(NotDefinedError):
        programme_worth(lines, found, None, "2025-01-01", "2025-12-31")


def test_where_no_candidates_are_named_the_most_similar_accounts_are_taken():
    found = evaluate_programme(sales(0.2), accounts().drop(columns="considered"), draws=200)
    assert found.design.controls == "matched"
    assert set(found.design.panel.index) - set(KEYS) <= set(OTHERS)


def test_a_month_without_sales_moves_to_quarters_and_leaves_nobody_out_in_silence():
    lines = sales()
    quiet = (lines["account_id"] == "k0") & (lines["date"] == "2024-05-01")
    design = programme_design(lines[~quiet], accounts())
    assert (design.every, len(design.starts), len(design.left_out)) == ("quarter", 6, 0)
    gone = (lines["account_id"] == "k0") & (lines["date"] >= "2025-07-01")
    left = (lines["account_id"] == "o0") & (lines["date"] >= "2025-07-01")
    found = evaluate_programme(lines[~gone & ~left], accounts(), draws=200)
    out = found.design.left_out.set_index("account_id")
    assert out["reason"].to_dict() == {"k0": "gap_in_sales", "o0": "gap_in_sales"}
    counts = programme_effects(found).set_index("design")["accounts"]
    assert counts[["key_accounts_left_out", "candidates_left_out"]].tolist() == [1, 1]


def test_why_a_key_account_is_left_out_is_said_one_by_one():
    table = accounts()
    table.loc[0, "kam_start"] = pd.Timestamp("2023-03-01")
    table.loc[1, "kam_start"] = pd.Timestamp("2025-12-01")
    table["kam_tier"] = [None, None, "A", *[None] * 11]
    table.loc[2, "kam_start"] = pd.NaT
    lines = sales().query("account_id != 'k3'")
    reasons = programme_design(lines, table).left_out.set_index("account_id")["reason"]
    assert reasons.to_dict() == {
        "k0": "short_before",
        "k1": "short_after",
        "k2": "no_start",
        "k3": "no_sales",
    }


def test_the_event_study_is_flat_before_and_up_after():
    events = event_study(evaluate_programme(sales(0.2), accounts(), draws=200))
    before, after = events[~events["in_programme"]], events[events["in_programme"]]
    assert (before["band_low"] < 0).all()
    assert (before["band_high"] > 0).all()
    assert (after["uplift_low"] > 0).all()
    assert events["months_since"].diff().dropna().eq(3).all()


def test_paths_tie_to_the_sales_and_count_who_joins():
    lines = sales()
    paths = programme_paths(lines, accounts(), evaluate_programme(lines, accounts(), draws=100))
    own = paths[paths["group"] == "key_accounts"]
    assert own["sales"].sum() == pytest.approx(lines.loc[lines["account_id"].isin(KEYS), "net_amount"].sum())
    assert own["joined"].sum() == 6
    assert own["of_first_year"].head(4).mean() == pytest.approx(1.0)
    first, last = own["sales"].head(4).sum(), own["sales"].tail(4).sum()
    assert own["grown"].iloc[0] == pytest.approx(last / first - 1)
    alone = programme_paths(lines.query("account_id in @KEYS"), accounts().head(6),
                            evaluate_programme(lines.query("account_id in @KEYS"), accounts().head(6)))  # fmt: skip
    assert alone["group"].unique().tolist() == ["key_accounts"]
    with pytest.raises(NotDefinedError, match="quarters"):
        programme_paths(
            lines, accounts(), evaluate_programme(lines, accounts(), draws=100), until="2024-06-30"
        )


def test_what_it_is_worth_by_hand():
    lines = sales(0.2)
    found = evaluate_programme(lines, accounts(), draws=100)
    pnl = pd.DataFrame(
        {"invoiced_revenue": 1000.0, "cm1": 400.0, "cm4": 100.0, "key_account": 50.0}, index=KEYS
    )
    worth = programme_worth(lines, found, pnl, "2025-01-01", "2025-12-31").set_index("cost_basis")
    year = lines[(lines["date"] >= "2025-01-01") & lines["account_id"].isin(KEYS)]["net_amount"].sum()
    uplift = programme_effects(found)["uplift"].iloc[0]
    extra = year * uplift / (1 + uplift)
    assert worth["extra_revenue"].tolist() == pytest.approx([extra, extra])
    assert worth.loc["only_goods", "net"] == pytest.approx(extra * 0.4 - 300.0)
    assert worth.loc["goods_and_service", "extra_contribution"] == pytest.approx(extra * 0.1)
    assert (worth["net_low"] < worth["net"]).all()
    assert (worth["net"] < worth["net_high"]).all()
    for unknown in (pnl.assign(cm4=np.nan), pnl.assign(key_account=0.0), pnl.head(3)):
        with pytest.raises(NotDefinedError):
            programme_worth(lines, found, unknown, "2025-01-01", "2025-12-31")


def test_order_of_rows_and_the_currency_unit_change_nothing():
    lines, table = sales(), accounts()
    one = programme_effects(evaluate_programme(lines, table, draws=100)).drop(columns="permutation_p")
    other = evaluate_programme(
        lines.assign(net_amount=lines["net_amount"] / 10).sample(frac=1, random_state=1),
        table.sample(frac=1, random_state=2), draws=100,
    )  # fmt: skip
    pd.testing.assert_frame_equal(one, programme_effects(other).drop(columns="permutation_p"), rtol=1e-5)
