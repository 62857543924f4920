"""Exhibits of risk, units, satisfaction and scorecards: ordinary and nasty tables."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from kamkit import plots
from kamkit.errors import ColumnError, EmptyError
from kamkit.locale.numbers import Numbers
from kamkit.method import risk
from kamkit.plots import to_svg
from tests.plots import tables as t
from tests.plots.pictures import drawn_texts, numerals, outside, overlapping, readable

EN = Numbers("EUR", "en")


def called(n: int, nasty: bool = False) -> list[str]:
    """Names as a text column can hold them: no half pairs of surrogates."""
    names = t.names(t.account_ids(n), nasty).values()
    return [name.encode("utf-8", "replace").decode() for name in names]


def losses(n: int = 18, nasty: bool = False, known: bool = True, ebit: float = 8e5) -> pd.DataFrame:
    draw = np.random.default_rng(3)
    revenue = np.sort(draw.pareto(1.2, n) * 2e5 + 4e4)[::-1]
    contribution = revenue * 0.34
    avoidable = contribution * draw.uniform(0, 0.3, n)
    change = avoidable - contribution if known else np.full(n, np.nan)
    return pd.DataFrame(
        {
            "account_id": t.account_ids(n),
            "name": called(n, nasty),
            "revenue": revenue,
            "revenue_share": revenue / revenue.sum(),
            "contribution": contribution,
            "avoidable_cost": avoidable,
            "idle_cost": contribution * 0.1,
            "ebit_change": change,
            "share_of_ebit": -change / ebit if ebit > 0 else np.nan,
            "months_to_replace": contribution / 9_500,
        }
    )


def joint(ebit: float = 8e5, most: int = 10) -> pd.DataFrame:
    return risk.joint_losses(losses().set_index("account_id"), ebit=ebit, most=most)


def simulated(ebit: float = 8e5) -> tuple:
    impact = losses(60).set_index("account_id")["ebit_change"]
    found = risk.simulate_losses(impact, 0.05, ebit=ebit, draws=2_000)
    return risk.loss_histogram(found), found


def warnings(n: int = 6, warned: int = 4, nasty: bool = False) -> pd.DataFrame:
    signs = np.array(["revenue", "orders", "range"])[np.arange(n) % 3]
    usual = np.where(signs == "revenue", 11_200.0, np.where(signs == "orders", 7.1, 0.31))
    ratio = np.linspace(0.2, 0.9, n)
    return pd.DataFrame(
        {"account_id": t.account_ids(n), "name": called(n, nasty), "sign": signs, "usual": usual,
         "recent": usual * ratio, "ratio": ratio, "q_value": np.linspace(1e-5, 0.9, n),
         "warned": np.arange(n) < warned}
    )  # fmt: skip


def conflicts(n: int = 20, nasty: bool = False) -> pd.DataFrame:
    return pd.DataFrame(
        {"account_id": t.account_ids(n), "name": called(n, nasty),
         "bu_id": (t.NASTY if nasty else ["Motion", "Flow", "Supply"])[0],
         "group_result": np.linspace(1.5e5, 3e2, n), "unit_result": -np.linspace(1.3e5, 1e2, n)}
    )  # fmt: skip


def sweep(units: int = 3, factors=(0.0, 0.5, 0.75, 1.0, 1.25, 1.5)) -> pd.DataFrame:
    rows = []
    for f in factors:
        own = [2e6 / units + (f * 1e6 if u else -f * 1e6 * (units - 1)) for u in range(units)]
        rows += [(f, f"Unit {u}", value, 2e6, round(50 + 20 * f)) for u, value in enumerate(own)]
    return pd.DataFrame(rows, columns=["factor", "bu_id", "unit_result", "group_result", "conflicts"])


def satisfied() -> pd.DataFrame:
    rows = [
        ("customers", "mean", "accounts", 150, 7.14, 0.14, 1, 10),
        ("customers", "nps", "accounts", 150, 26.8, 8.3, -100, 100),
        ("staff", "mean", "respondents", 24, 3.03, 0.21, 1, 5),
        ("owners", "mean", "respondents", 1, 3.4, np.nan, 1, 5),
    ]
    columns = ["asked", "measure", "basis", "n", "rating", "half_width", "scale_min", "scale_max"]
    table = pd.DataFrame(rows, columns=columns)
    wide = table["scale_max"] - table["scale_min"]
    place, half = (table["rating"] - table["scale_min"]) / wide, table["half_width"] / wide
    return table.assign(
        place=place, place_low=(place - half).clip(0), place_high=(place + half).clip(upper=1)
    )


def card(moved: float = np.nan) -> pd.DataFrame:
    table = pd.DataFrame(
        {"element": ["sales_growth", "return_on_sales", "satisfaction", "score"],
         "achieved": [0.32, -0.02, np.nan, np.nan], "anchor_low": [-0.1, -0.05, 0.0, np.nan],
         "anchor_high": [0.3, 0.2, 1.0, np.nan], "weight": [0.4, 0.6, 0.2, 0.8], "possible": [0.4, 0.6, np.nan, 1.0],
         "points": [0.4, 0.072, np.nan, 0.472], "points_change": [moved, 0.0, np.nan, moved]}
    )  # fmt: skip
    return table if moved == moved else table.assign(points_change=np.nan)


def cards(n: int = 18, nasty: bool = False, moved: bool = False) -> pd.DataFrame:
    draw = np.random.default_rng(5)
    parts = pd.DataFrame({"sales_growth": draw.uniform(0, 0.5, n), "satisfaction": draw.uniform(0, 0.5, n)})
    change = draw.normal(0, 0.05, n) if moved else np.full(n, np.nan)
    return parts.assign(
        account_id=t.account_ids(n), name=called(n, nasty), score=parts.sum(axis=1), known_weight=1.0,
        score_before=parts.sum(axis=1) - change, score_change=change, largest="sales_growth" if moved else None,
    )  # fmt: skip


CASES = {
    "stake": (plots.ebit_at_stake, (losses(),)),
    "stake, nasty": (plots.ebit_at_stake, (losses(40, nasty=True),)),
    "stake of one": (plots.ebit_at_stake, (losses(1),)),
    "stake, revenue only": (plots.ebit_at_stake, (losses(known=False),)),
    "stake of a loss": (plots.ebit_at_stake, (losses(ebit=-1.0),)),
    "joint": (plots.joint_loss_curve, (joint(),)),
    "joint, survives": (plots.joint_loss_curve, (joint(9e7),)),
    "joint, negative already": (plots.joint_loss_curve, (joint(-4e5),)),
    "joint of one": (plots.joint_loss_curve, (joint(most=1),)),
    "distribution": (plots.loss_distribution, simulated()),
    "distribution, ebit far": (plots.loss_distribution, simulated(9e7)),
    "warnings": (plots.early_warnings, (warnings(),)),
    "warnings, nasty": (plots.early_warnings, (warnings(30, 20, nasty=True),)),
    "warnings, none": (plots.early_warnings, (warnings(warned=0),)),
    "conflicts": (plots.unit_conflicts, (conflicts(),)),
    "conflicts, nasty": (plots.unit_conflicts, (conflicts(30, nasty=True),)),
    "conflict of one": (plots.unit_conflicts, (conflicts(1),)),
    "conflicts, none": (plots.unit_conflicts, (conflicts(0),)),
    "sweep": (plots.transfer_sweep, (sweep(),)),
    "sweep of two units": (plots.transfer_sweep, (sweep(2, (0.5, 1.0)),)),
    "sweep of eight units": (plots.transfer_sweep, (sweep(8),)),
    "satisfaction": (plots.satisfaction, (satisfied(),)),
    "programme": (plots.programme_scorecard, (card(),)),
    "programme, moved": (plots.programme_scorecard, (card(0.031),)),
    "programme, still": (plots.programme_scorecard, (card(0.0),)),
    "programme, too little known": (
        plots.programme_scorecard,
        (card().assign(points=np.nan, possible=np.nan),),
    ),
    "accounts, too little known": (plots.account_scorecards, (cards().assign(score=np.nan),)),
    "conflicts in gross margin": (plots.unit_conflicts, (conflicts(3).assign(basis="gross_margin"),)),
    "accounts": (plots.account_scorecards, (cards(),)),
    "accounts, moved": (plots.account_scorecards, (cards(moved=True),)),
    "accounts, nasty": (plots.account_scorecards, (cards(40, nasty=True),)),
}
NO_CELL = {"1", "0%", "50%", "100%"}


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture(params=list(CASES))
def case(request):
    return CASES[request.param]


@pytest.mark.filterwarnings("ignore:Glyph .* missing")
def test_all_text_stands_inside_the_picture_and_none_on_another(case):
    draw, given = case
    ax = draw(*given, numbers=EN)
    assert outside(ax) == []
    assert overlapping(ax) == []
    assert not any(text.get_parse_math() for text in drawn_texts(ax))
    assert not any("nan" in text.get_text().lower() for text in drawn_texts(ax))


def test_the_message_is_short_and_every_numeral_of_it_is_a_cell(case):
    draw, given = case
    message = draw.message(*given, numbers=EN)
    named = numerals(" ".join(map(str, given[0].get("name", []))))
    whole = numerals(" ".join(EN.percent(v, decimals=0) for v in given[0].select_dtypes("number").stack()))
    magnitudes = [table.select_dtypes("number").abs() for table in given[:1]]
    simulation = [SimpleNamespace(**{k: abs(v) for k, v in vars(x).items() if isinstance(v, float)})
                  for x in given[1:]]  # fmt: skip
    cells = readable(EN, *given[:1], *magnitudes, *simulation) | named | whole | NO_CELL
    distinct = {str(given[0]["account_id"].nunique())} if "account_id" in given[0] else set()
    draws = {EN.count(x.draws) for x in given[1:]}
    flagged = {str(int(given[0]["warned"].sum()))} if "warned" in given[0] else set()
    assert numerals(message) <= cells | distinct | draws | flagged, message
    assert 10 < len(message) <= 330, len(message)
    assert message.endswith(".")
    assert "nan" not in message.lower().split()
    assert "{" not in message.replace("{0.__class__} {{7*7}}", "")


def test_the_alternative_text_says_the_message_and_what_is_drawn(case):
    draw, given = case
    assert len(draw.alt(*given, numbers=EN)) > len(draw.message(*given, numbers=EN)) + 20


@pytest.mark.filterwarnings("ignore:Glyph .* missing")
def test_an_exhibit_leaves_its_tables_alone_and_can_be_written(case):
    draw, given = case
    copies = [table.copy() for table in given[:1]]
    assert to_svg(draw(*given, numbers=EN).get_figure(root=True))
    pd.testing.assert_frame_equal(given[0], copies[0])


@pytest.mark.parametrize("draw", [plots.ebit_at_stake, plots.transfer_sweep, plots.satisfaction])
def test_a_table_that_is_none_is_refused(draw):
    with pytest.raises(ColumnError):
        draw(pd.DataFrame({"x": [1]}))


def test_a_table_without_rows_is_refused():
    with pytest.raises(EmptyError):
        plots.ebit_at_stake(losses().head(0))


def test_the_bars_are_the_losses():
    table = losses(6)
    ax = plots.ebit_at_stake(table)
    dark = sorted(p.get_width() for p in ax.patches)[-12:]
    assert set(np.round(-table["ebit_change"], 6)) <= {round(w, 6) for w in dark}
