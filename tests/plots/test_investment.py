"""Exhibits of step 5: text that fits, messages whose numerals are cells, ordinary and nasty tables."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from kamkit import plots
from kamkit.errors import AllocationError, ColumnError, EmptyError, ValuesError
from kamkit.locale.numbers import Numbers
from kamkit.plots import to_svg
from tests.plots import tables as t
from tests.plots.pictures import boxes, drawn_texts, numerals, outside, overlapping, readable

EN = Numbers("EUR", "en")
VERDICTS = ["earns_required_return", "below_required_return", "loses_money", "not_judged", "incomplete"]


def cases(n: int = 18, shift: float = 0.0) -> pd.DataFrame:
    draw = np.random.default_rng(4)
    npv = draw.normal(8_000, 15_000, n) + shift
    spread = np.abs(draw.normal(9_000, 4_000, n))
    earns = npv >= 0
    return pd.DataFrame(
        {
            "npv": npv,
            "irr": np.where(np.arange(n) % 7 == 3, np.nan, npv / 40_000),
            "discounted_payback": np.where(earns, 1.0 + draw.random(n), np.inf),
            "mean": npv - 2_000,
            "low": npv - spread,
            "high": npv + spread,
            "probability_of_loss": draw.random(n),
            "verdict": np.where(earns, VERDICTS[0], VERDICTS[2]),
            "close_call": np.arange(n) % 4 == 0,
        },
        index=pd.Index(t.account_ids(n), name="account_id"),
    )


def yearly(flows) -> pd.DataFrame:
    discounted = np.asarray(flows, dtype=float)
    years = 2026 + np.arange(len(discounted))
    return pd.DataFrame(
        {"year": years, "discounted": discounted, "cumulative_discounted": discounted.cumsum()}
    )


def tornado(base: float = 226_600.0) -> pd.DataFrame:
    ends = {"uplift": (0.6, 1.0, 1.3, -382e3, 287e3), "cost": (0.9, 1.0, 1.2, 73e3, -146e3),
            "ramp": (0.0, 0.0, 0.5, 0.0, -193e3), "retention": (0.9, 1.0, 1.0, -99e3, 0.0)}  # fmt: skip
    rows = [(i, a, b, c, base + low, base, base + high) for i, (a, b, c, low, high) in ends.items()]
    columns = ["input", "input_low", "input_base", "input_high", "npv_low", "npv_base", "npv_high"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(span=table[["npv_low", "npv_base", "npv_high"]].agg(np.ptp, axis=1))


def distribution(mean: float = 76_000.0, sd: float = 140_000.0) -> tuple[pd.DataFrame, SimpleNamespace]:
    values = np.sort(np.random.default_rng(6).normal(mean, sd, 4_000))
    width = np.ptp(values) / 24
    edges = np.arange(np.floor(values[0] / width), np.floor(values[-1] / width) + 2) * width
    counts = np.histogram(values, edges)[0]
    table = pd.DataFrame(
        {"class_from": edges[:-1], "class_to": edges[1:], "draws": counts, "share": counts / len(values)}
    )
    low, high = np.quantile(values, [0.05, 0.95])
    loss = float((values < 0).mean())
    summary = SimpleNamespace(planned=mean + sd, mean=values.mean(), low=low, high=high, draws=4_000)
    summary.probability_of_loss = loss
    return table, summary


def effort(n: int = 18) -> pd.DataFrame:
    draw = np.random.default_rng(8)
    now = draw.uniform(300, 500, n)
    marginal = draw.lognormal(3, 1.2, n)
    then = now * marginal / np.median(marginal)
    return pd.DataFrame(
        {
            "hours_now": now,
            "hours": then,
            "change": then - now,
            "gain": (then - now) * marginal / 2,
            "marginal_now": marginal,
            "marginal": 40.0,
        },
        index=pd.Index(t.account_ids(n), name="account_id"),
    )


def effect(saving=630e3, price=92e3, lost=-88e3, avoided=133e3, now=2_680e3) -> pd.DataFrame:
    amounts = [now, saving, price, lost, avoided, now + saving + price + lost + avoided]
    steps = ["profit_now", "saving", "price_effect", "lost_margin", "avoided_cost", "profit_then"]
    kinds = ["total", *["change"] * 4, "total"]
    share = np.array(amounts) / now if now > 0 else np.nan
    stays = [0.0] * 5 + [410e3]
    return pd.DataFrame(
        {"step": steps, "kind": kinds, "amount": amounts, "share": share, "stranded_cost": stays}
    )


UNJUDGED = cases(5).assign(verdict="not_judged", close_call=False)
CASES = {
    "cases": (plots.investment_cases, (cases(),), {"names": t.names(t.account_ids(18))}),
    "cases, nasty": (plots.investment_cases, (cases(60),), {"names": t.names(t.account_ids(60), True)}),
    "case of one": (plots.investment_cases, (cases(1),), {}),
    "cases, all lose": (plots.investment_cases, (cases(5, -1e6),), {}),
    "cases, all earn": (plots.investment_cases, (cases(5, 1e6),), {}),
    "cases, not judged": (plots.investment_cases, (UNJUDGED,), {}),
    "flow": (plots.programme_cash_flow, (yearly([-464e3, 362e3, 329e3]),), {}),
    "flow of a year": (plots.programme_cash_flow, (yearly([-464e3]),), {}),
    "flow of eight years": (plots.programme_cash_flow, (yearly([-900e3, *[160e3] * 7]),), {}),
    "flow that never returns": (plots.programme_cash_flow, (yearly([-464e3, 30e3, 20e3]),), {}),
    "flow without outlay": (plots.programme_cash_flow, (yearly([10e3, 30e3, 20e3]),), {}),
    "tornado": (plots.tornado, (tornado(),), {}),
    "tornado above zero": (plots.tornado, (tornado(2e6),), {}),
    "tornado below zero": (plots.tornado, (tornado(-2e6),), {}),
    "tornado of one": (plots.tornado, (tornado().head(1),), {}),
    "distribution": (plots.npv_distribution, distribution(), {}),
    "distribution, all lose": (plots.npv_distribution, distribution(-2e6), {}),
    "distribution, none loses": (plots.npv_distribution, distribution(2e6), {}),
    "effort": (plots.effort_placement, (effort(),), {"names": t.names(t.account_ids(18))}),
    "effort, nasty": (plots.effort_placement, (effort(60),), {"names": t.names(t.account_ids(60), True)}),
    "effort of one": (plots.effort_placement, (effort(1),), {}),
    "menu": (plots.service_menu_effect, (effect(),), {}),
    "menu that costs": (plots.service_menu_effect, (effect(saving=-300e3),), {}),
    "menu of a loss": (plots.service_menu_effect, (effect(now=-500e3),), {}),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


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
    assert not any("nan" in text.get_text().lower() for text in drawn_texts(ax))


def test_the_message_is_short_and_every_numeral_of_it_is_a_cell(case):
    draw, given, _ = case
    message = draw.message(*given, numbers=EN)
    years = {str(year) for year in given[0].get("year", [])}
    assert numerals(message) <= readable(EN, *given) | years, message
    assert 10 < len(message) <= 200, len(message)
    assert message.endswith(".")
    assert "nan" not in message.lower()
    assert "{" not in message


def test_the_alternative_text_says_the_message_and_what_is_drawn(case):
    draw, given, _ = case
    message = draw.message(*given, numbers=EN)
    assert draw.alt(*given, numbers=EN).startswith(message)
    assert len(draw.alt(*given, numbers=EN)) > len(message) + 20


def test_an_exhibit_leaves_its_tables_and_other_axes_alone(case):
    draw, given, options = case
    before = given[0].copy(deep=True)
    figure, axes = plt.subplots(2, figsize=(7, 9))
    assert draw(*given, ax=axes[1], numbers=EN, **options) is axes[1]
    assert not axes[0].has_data()
    assert plt.get_fignums() == [figure.number]
    pd.testing.assert_frame_equal(given[0], before)


@pytest.mark.parametrize("name", ["cases", "flow", "tornado", "distribution", "effort", "menu"])
def test_faulty_tables_are_named(name):
    draw, given, _ = CASES[name]
    table, rest = given[0], given[1:]
    needed = next(c for c in table.columns if c in str(draw._contract.tables))
    with pytest.raises(ColumnError, match=needed):
        draw(table.drop(columns=needed), *rest)
    with pytest.raises(EmptyError):
        draw.message(table.head(0), *rest)
    number = next(c for c in table.select_dtypes("float").columns if c in str(draw._contract.tables))
    with pytest.raises(ValuesError, match=number):
        draw(table.assign(**{number: np.inf}), *rest)


@pytest.mark.parametrize("name", ["cases", "tornado", "effort"])
def test_the_order_of_rows_changes_nothing(name):
    draw, given, options = CASES[name]
    turned = (given[0].iloc[::-1],)
    assert draw.message(*given, numbers=EN) == draw.message(*turned, numbers=EN)
    one, other = (boxes(draw(*g, numbers=EN, **options)) for g in (given, turned))
    assert [text for text, _ in one] == [text for text, _ in other]


def test_a_close_call_is_marked_at_its_verdict():
    ax = plots.investment_cases(cases(8), numbers=EN)
    marked = [x.get_text() for x in drawn_texts(ax) if "≈" in x.get_text()]
    assert len(marked) == cases(8)["close_call"].sum()


def test_the_widest_input_stands_on_top_and_shows_its_range():
    ax = plots.tornado(tornado().iloc[::-1], numbers=EN)
    texts = {x.get_text() for x in drawn_texts(ax)}
    assert {"60%", "130%", "120%", "90%", "6 months"} <= texts
    bars = sorted((p for p in ax.patches if isinstance(p, Rectangle)), key=lambda p: p.get_y())
    top = [p for p in bars if abs(p.get_y() - bars[0].get_y()) < 0.1]
    assert sum(abs(p.get_width()) for p in top) == pytest.approx(tornado()["span"].max())


def test_a_plan_is_outlined_not_filled():
    bars = [p for p in plots.programme_cash_flow(yearly([-5.0, 9.0]), numbers=EN).patches]
    assert bars
    assert all(p.get_facecolor()[3] == 0 for p in bars)


def test_a_menu_that_does_not_add_up_is_refused():
    wrong = effect()
    wrong.loc[5, "amount"] += 1
    with pytest.raises(AllocationError):
        plots.service_menu_effect(wrong)


def test_other_languages_and_the_same_picture_each_time():
    draw, given, options = CASES["tornado"]
    assert outside(draw(*given, numbers=Numbers("SEK", "sv"), **options)) == []
    first, second = (to_svg(draw(*given, numbers=EN).get_figure()) for _ in range(2))
    assert first == second
