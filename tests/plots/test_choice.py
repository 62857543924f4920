"""The portfolio, scores, consensus and choice as pictures: text apart, cuts labelled, doubt marked."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from kamkit.errors import ColumnError, EmptyError
from kamkit.locale.numbers import Numbers
from kamkit.plots import (
    choice_certainty,
    choice_curve,
    consensus_spread,
    portfolio_matrix,
    score_contributions,
    to_svg,
)
from tests.plots import tables as t
from tests.plots.pictures import drawn_texts, numerals, outside, overlapping, readable

EN = Numbers("EUR", "en")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def texts(ax) -> list[str]:
    return [text.get_text() for text in drawn_texts(ax)]


def placed(n: int = 40, seed: int = 1, horizon: bool = True, revenue: bool = True) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "account_id": t.account_ids(n),
            "attractiveness": rng.uniform(0.2, 0.9, n),
            "strength": rng.normal(0, 0.8, n),
            "attractiveness_cut": 0.5,
            "strength_cut": 0.0,
            "treatment": rng.choice(["invest", "maintain", "cost_efficient", "exit"], n),
            "revenue": rng.pareto(1.4, n) * 1e5 + 1e4 if revenue else np.nan,
            "flips_easily": rng.random(n) < 0.3,
        }
    )
    return table.assign(attractiveness_horizon=rng.uniform(0.2, 0.9, n)) if horizon else table


def scores(n: int = 39, width: int = 7, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    parts = pd.DataFrame(rng.uniform(0, 1 / width, (n, width)), columns=[f"item {k}" for k in range(width)])
    total = parts.sum(axis=1)
    return parts.assign(account_id=t.account_ids(n), score=total, gate_failed=rng.random(n) < 0.2)


def rounds(n: int = 7, seed: int = 1, outlier: bool = True) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "item_id": [f"k{i}" for i in range(n)],
            "text": [t.NASTY[i % 3] for i in range(n)],
            "blind_spread": rng.uniform(0.3, 1.2, n),
            "consensus_spread": rng.uniform(0.05, 0.5, n),
            "outlier_role": None,
            "outlier_deviation": np.nan,
        }
    ).astype({"outlier_role": "object"})
    if outlier:
        table.loc[n - 1, ["outlier_role", "outlier_deviation"]] = ["Head of field sales", 1.15]
    return table


def curve(n: int = 18, chosen: int = 12, price: float = 12.1) -> tuple[pd.DataFrame, SimpleNamespace]:
    marginal = 94_000 / np.arange(1, n + 1)
    table = pd.DataFrame(
        {
            "accounts": range(n + 1),
            "value": np.concatenate([[0.0], marginal.cumsum()]),
            "hours": np.arange(n + 1) * 450.0,
            "marginal": np.concatenate([[np.nan], marginal]),
        }
    )
    facts = {"hours": 450.0 * chosen, "capacity": 5_600.0, "shadow_price": price, "hour_cost": 70.0}
    return table, SimpleNamespace(chosen=tuple(t.account_ids(chosen)), break_even=0.228, **facts)


def certainty(n: int = 18, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ranks = np.sort(rng.integers(1, max(n, 3), (n, 3)), axis=1)
    chosen = np.arange(n) < max(1, n // 2)
    flips = rng.random(n) < 0.3
    return pd.DataFrame(
        {
            "account_id": t.account_ids(n),
            "rank_low": ranks[:, 0].astype(float),
            "rank_middle": ranks[:, 1].astype(float),
            "rank_high": ranks[:, 2].astype(float),
            "probability": rng.random(n),
            "probability_any": rng.random(n),
            "chosen": chosen,
            "sure": chosen & ~flips,
            "criterion": rng.choice(["growth", "pays as agreed, always and everywhere", None], n),
            "change": rng.normal(0, 0.4, n),
            "flips_easily": flips,
        }
    )


NASTY_NAMES = {"names": t.names(t.account_ids(60), nasty=True)}
CASES = {
    "matrix": (portfolio_matrix, (placed(),), {"names": t.names(t.account_ids(40))}),
    "matrix, nasty": (portfolio_matrix, (placed(60, 3),), NASTY_NAMES),
    "matrix of one": (portfolio_matrix, (placed(1),), {}),
    "matrix without horizon": (portfolio_matrix, (placed(12, 2, horizon=False),), {}),
    "matrix without sales": (portfolio_matrix, (placed(12, 2, revenue=False),), {}),
    "matrix of 400": (portfolio_matrix, (placed(400, 5),), {}),
    "matrix of none": (portfolio_matrix, (placed(3).assign(treatment=None),), {}),
    "scores": (score_contributions, (scores(),), {"names": t.names(t.account_ids(39))}),
    "scores, nasty": (score_contributions, (scores(30, 12),), NASTY_NAMES),
    "scores of one": (score_contributions, (scores(1, 1),), {}),
    "consensus": (consensus_spread, (rounds(),), {}),
    "consensus of one": (consensus_spread, (rounds(1),), {}),
    "no outlier": (consensus_spread, (rounds(outlier=False),), {}),
    "blind only": (consensus_spread, (rounds().assign(consensus_spread=np.nan),), {}),
    "consensus only": (consensus_spread, (rounds().assign(blind_spread=np.nan),), {}),
    "curve": (choice_curve, curve(), {}),
    "curve, all fit": (choice_curve, curve(18, 18, 0.0), {}),
    "curve of one": (choice_curve, curve(1, 1), {}),
    "curve of a hundred": (choice_curve, curve(100, 40), {}),
    "certainty": (choice_certainty, (certainty(),), {"names": t.names(t.account_ids(18))}),
    "certainty, nasty": (choice_certainty, (certainty(60),), NASTY_NAMES),
    "certainty of one": (choice_certainty, (certainty(1),), {}),
}


@pytest.fixture(params=list(CASES))
def case(request):
    return CASES[request.param]


@pytest.mark.filterwarnings("ignore:Glyph .* missing")
def test_all_text_stands_inside_the_picture_and_none_on_another(case):
    draw, given, options = case
    ax = draw(*given, numbers=EN, **options)
    assert outside(ax) == []
    assert overlapping(ax) == []
    assert not any(text.get_parse_math() for text in drawn_texts(ax))
    assert not any("nan" in text.lower().split() for text in texts(ax))


def test_messages_are_short_and_their_numerals_are_cells(case):
    draw, given, _options = case
    message = draw.message(*given, numbers=EN)
    known = readable(EN, *given) | {EN.count(len(v)) for v in _tuples(given)}
    assert numerals(message) <= known, message
    assert 10 < len(message) <= 260
    assert message.endswith(".")
    assert "nan" not in message.lower()
    assert draw.alt(*given, numbers=EN).startswith(message)


def _tuples(given):
    return [
        v for g in given if isinstance(g, SimpleNamespace) for v in vars(g).values() if isinstance(v, tuple)
    ]


@pytest.mark.parametrize("name", ["matrix", "scores", "consensus", "curve", "certainty"])
def test_faulty_tables_are_named_and_pictures_repeat(name):
    draw, given, options = CASES[name]
    with pytest.raises(EmptyError):
        draw.message(given[0].head(0), *given[1:])
    needed = next(c for c in given[0].columns if c in str(draw._contract.tables))
    with pytest.raises(ColumnError, match=needed):
        draw(given[0].drop(columns=needed), *given[1:])
    before = given[0].copy(deep=True)
    first, second = (to_svg(draw(*given, numbers=EN, **options).get_figure()) for _ in range(2))
    assert first == second
    pd.testing.assert_frame_equal(given[0], before)


@pytest.mark.parametrize("name", ["matrix", "scores", "consensus", "certainty"])
def test_the_order_of_rows_changes_nothing(name):
    draw, given, options = CASES[name]
    turned = given[0].iloc[::-1]
    assert draw.message(*given, numbers=EN) == draw.message(turned, numbers=EN)
    assert texts(draw(*given, numbers=EN, **options)) == texts(draw(turned, numbers=EN, **options))


# -- the portfolio -------------------------------------------------------------------------------


def bubbles(ax, n):
    """Offsets, areas and line styles of the accounts' bubbles, all collections together."""
    found = [c for c in ax.collections if c.get_offset_transform() == ax.transData and len(c.get_sizes())]
    return [(c.get_offsets(), c.get_sizes(), c.get_linestyles()[0]) for c in found]


def test_area_not_radius_is_the_revenue():
    table = placed(8, 4).assign(revenue=np.arange(8, 0, -1) * 1e6, flips_easily=False)
    sizes = np.concatenate([s for _o, s, _l in bubbles(portfolio_matrix(table, numbers=EN), 8)])
    assert sizes / sizes[0] == pytest.approx(np.arange(8, 0, -1) / 8, rel=1e-6)


def test_what_flips_easily_has_a_dashed_rim_and_nothing_else():
    table = placed(20, 4)
    drawn = bubbles(portfolio_matrix(table, numbers=EN), 20)
    dashed = np.concatenate([o for o, _s, line in drawn if line[1] is not None])
    expected = table[table["flips_easily"]][["strength", "attractiveness"]]
    assert sorted(map(tuple, np.round(dashed, 9))) == sorted(map(tuple, expected.round(9).to_numpy()))


def test_the_arrow_leads_from_today_to_the_horizon():
    table = placed(1).assign(attractiveness=0.4, attractiveness_horizon=0.8, strength=0.3)
    ax = portfolio_matrix(table, numbers=EN)
    arrows = [a for a in ax.texts if getattr(a, "arrow_patch", None) is not None]
    assert [(a.xy, a.xyann) for a in arrows] == [((0.3, 0.8), (0.3, 0.4))]


def test_cuts_treatments_and_sizes_are_labelled():
    table = placed(20, 4)
    shown = texts(portfolio_matrix(table, numbers=EN))
    assert "cut 50%" in shown
    assert "cut 0" in shown
    counts = table["treatment"].value_counts()
    assert f"Invest: {counts['invest']}" in shown
    assert f"Exit: {counts['exit']}" in shown
    assert f"flips easily: {table['flips_easily'].sum()}" in shown
    scale = EN.scale(table["revenue"])
    assert EN.scaled(table["revenue"].max(), scale) in shown


def test_what_is_not_placed_is_counted():
    table = placed(10)
    table.loc[0, "strength"] = np.nan
    assert "1 account without attractiveness or strength is not drawn." in texts(
        portfolio_matrix(table, numbers=EN)
    )


# -- scores, curve, certainty --------------------------------------------------------------------


def test_the_parts_of_a_bar_end_at_the_score():
    table = scores(5, 4)
    ax = score_contributions(table, numbers=EN)
    ends = {}
    for bar in ax.patches:
        row = round(bar.get_y() + bar.get_height() / 2)
        ends[row] = max(ends.get(row, 0), bar.get_x() + bar.get_width())
    assert [ends[i] for i in range(5)] == pytest.approx(sorted(table["score"], reverse=True))


def test_a_failed_gate_is_said_in_words():
    table = scores(4).assign(gate_failed=[True, False, False, False])
    assert "✕ failed" in texts(score_contributions(table, numbers=EN))
    assert "1 account fails a gate and is out" in score_contributions.message(table, numbers=EN)


def test_columns_beyond_the_number_chosen_are_outlined():
    ax = choice_curve(*curve(18, 12), numbers=EN)
    filled = [p for p in ax.patches if p.get_facecolor()[:3] != (1.0, 1.0, 1.0)]
    assert len(filled) == 12
    assert len(ax.patches) == 18


def test_the_price_of_an_hour_stands_beside_its_cost():
    shown = texts(choice_curve(*curve(), numbers=EN))
    assert "an hour more: EUR 12.1" in shown
    assert "an hour costs: EUR 70.0" in shown
    assert "all that are worth it" in choice_curve.message(*curve(18, 18, 0.0), numbers=EN)


def test_a_doubtful_choice_is_dashed_and_its_flip_is_named():
    table = certainty(2).assign(flips_easily=[True, False], criterion="growth", change=[0.04, -0.3])
    ax = choice_certainty(table, numbers=EN, items={"growth": "Growth"})
    assert {"+4 Growth", "−30 Growth"} <= set(texts(ax))
    assert sum(c.get_linestyles()[0][1] is not None for c in ax.collections) == 1


def test_the_role_that_stood_apart_is_named_with_its_sign():
    assert "Head of field sales +1.15" in texts(consensus_spread(rounds(), numbers=EN))
    assert "Head of field sales stood apart" in consensus_spread.message(rounds(), numbers=EN)
