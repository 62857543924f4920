"""Exhibits of step 8: words within the picture and apart from each other, every numeral a cell."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from kamkit.errors import ColumnError, EmptyError
from kamkit.locale.numbers import Numbers
from kamkit.method import opportunities as method
from kamkit.plots import (
    deal_ageing,
    deal_priorities,
    deal_slippage,
    pipeline_value,
    stage_probabilities,
    to_svg,
    win_rate_groups,
)
from tests.plots import tables as t
from tests.plots.pictures import drawn_texts, numerals, outside, overlapping, readable

EN = Numbers("EUR", "en")
TODAY = pd.Timestamp("2025-12-31")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def book(n: int = 400, seed: int = 1, amount: float = 1e5, nasty: bool = True) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    outcome = rng.choice(["won", "lost", "open"], n, p=[0.35, 0.4, 0.25])
    days, ago = rng.integers(5, 200, n), rng.integers(0, 500, n)
    end = TODAY - pd.to_timedelta(np.where(outcome == "open", 0, ago), unit="D")
    created = end - pd.to_timedelta(
        days + np.where(rng.random(n) < 0.02, 400, 0) * (outcome == "open"), unit="D"
    )
    names = list(t.NASTY[:3]) if nasty else ["A", "B", "C"]
    return pd.DataFrame(
        {
            "opportunity_id": [f"OPP-{k:05d}" for k in range(n)],
            "account_id": rng.choice(t.account_ids(30), n),
            "created": created,
            "closed": pd.Series(end).where(pd.Series(outcome) != "open"),
            "expected_close": created + pd.to_timedelta(rng.integers(10, 200, n), unit="D"),
            "outcome": outcome,
            "stage": rng.choice([*names, "Offer"], n),
            "owner": rng.choice([*names, "Ann", "Bo"], n),
            "amount": rng.pareto(1.3, n) * amount + amount / 10,
            "margin_rate": rng.uniform(-0.1, 0.5, n),
            "probability": rng.uniform(0, 1, n).round(2),
        }
    )


def results(deals: pd.DataFrame, target: float | None = None) -> SimpleNamespace:
    stages, ages = method.stage_probabilities(deals, TODAY), method.age_effect(deals, TODAY)
    opened = method.open_pipeline(deals, method.deal_probability(deals, stages, ages, TODAY), today=TODAY)
    counted = method.valued(opened)
    simulation = method.simulate_pipeline(counted, draws=500, target=target)
    hours = method.deal_hours(counted)
    there = method.hours_there(hours)
    ranking = method.prioritise(counted, there, effort=hours)
    return SimpleNamespace(
        stages=stages,
        accuracy=method.seller_accuracy(deals),
        rates=method.win_rates_by(deals),
        ageing=method.ageing(deals, TODAY),
        slippage=method.slippage(deals, TODAY),
        simulation=simulation,
        histogram=method.pipeline_histogram(simulation),
        pipeline=method.pipeline_summary(opened, counted, deals, TODAY, target),
        ranking=ranking,
        summary=method.priority_summary(ranking, there),
    )


def drawn(found: SimpleNamespace) -> list[tuple]:
    return [
        (stage_probabilities, (found.stages, found.accuracy)),
        (win_rate_groups, (found.rates,)),
        (deal_ageing, (found.ageing,)),
        (deal_slippage, (found.slippage,)),
        (pipeline_value, (found.histogram, found.simulation, found.pipeline)),
        (deal_priorities, (found.ranking, found.summary)),
    ]


CASES = {
    "many": lambda: results(book(), target=3e6),
    "few": lambda: results(book(40, seed=3, nasty=False), target=1e7),
    "small money": lambda: results(book(200, seed=2, amount=0.8)),
    "large money": lambda: results(book(200, seed=5, amount=4e8), target=1e9),
}


@pytest.mark.parametrize("case", CASES)
def test_words_stay_within_the_picture_and_apart(case):
    for draw, tables in drawn(CASES[case]()):
        ax = draw(*tables, numbers=EN)
        assert not outside(ax), draw
        assert not overlapping(ax), draw
        plt.close("all")


@pytest.mark.parametrize("case", CASES)
def test_every_numeral_of_a_message_is_a_cell(case):
    for draw, tables in drawn(CASES[case]()):
        message = draw.message(*tables, numbers=EN)
        known = readable(EN, *tables) | {EN.percent(v, decimals=0).rstrip("%") for v in _fractions(tables)}
        known |= numerals("95%") | {n for table in tables for n in _named(table)}
        assert numerals(message) <= known, (draw, message)
        assert len(message) < 230


def _fractions(tables) -> list[float]:
    values: list[float] = []
    for table in tables:
        cells = (
            table.select_dtypes("number").to_numpy().ravel()
            if isinstance(table, pd.DataFrame)
            else vars(table).values()
        )
        values += [float(v) for v in cells if isinstance(v, int | float) and -10 <= v <= 10]
    return values


def _named(table) -> set[str]:
    """Numerals in names, and cells rounded to whole numbers."""
    if not isinstance(table, pd.DataFrame):
        return {EN.count(v) for v in vars(table).values() if isinstance(v, int | float)}
    flat = table.reset_index()
    texts = flat.select_dtypes(exclude="number").astype(str).to_numpy().ravel()
    numbers = flat.select_dtypes("number").to_numpy().ravel()
    return {n for text in texts for n in numerals(text)} | {EN.count(v) for v in numbers}


def test_sellers_who_do_worse_than_one_average_are_told_to_count_by_history():
    stages = method.stage_probabilities(book(), TODAY)
    worse = SimpleNamespace(said=0.6, win_rate=0.4, seller_brier=0.30, base_brier=0.24, history_brier=0.2)
    assert "worse than one average" in stage_probabilities.message(stages, worse, numbers=EN)
    between = SimpleNamespace(said=0.6, win_rate=0.4, seller_brier=0.22, base_brier=0.24, history_brier=0.2)
    assert "not the history of the stages" in stage_probabilities.message(stages, between, numbers=EN)
    better = SimpleNamespace(said=0.4, win_rate=0.4, seller_brier=0.1, base_brier=0.24, history_brier=0.2)
    assert "listen to them" in stage_probabilities.message(stages, better, numbers=EN)


def test_stages_that_cannot_be_told_apart_say_so():
    deals = book(nasty=False)
    deals["stage"] = deals["outcome"].map({"won": "Won", "lost": "Lost", "open": "Talks"})
    stages = method.stage_probabilities(deals, TODAY)
    message = stage_probabilities.message(stages, numbers=EN)
    assert "Stages can't be told apart" in message
    assert not outside(stage_probabilities(stages, numbers=EN))


def test_the_system_stands_beside_where_it_is_known():
    deals = book(nasty=False)
    stages = method.stage_probabilities(deals, TODAY, crm={"A": 0.2, "B": 0.4})
    ax = stage_probabilities(stages, numbers=EN)
    assert "system" in [text.get_text() for text in drawn_texts(ax)]
    assert not overlapping(ax)


def test_deals_booked_twice_are_in_the_message():
    found = results(book())
    plain = pipeline_value.message(found.histogram, found.simulation, found.pipeline, numbers=EN)
    twice = SimpleNamespace(**{**vars(found.pipeline), "double_amount": 5e5})
    assert "twice" not in plain
    assert "EUR 500 k probably twice" in pipeline_value.message(
        found.histogram, found.simulation, twice, numbers=EN
    )


def test_age_that_tells_and_age_that_does_not():
    table = pd.DataFrame({
        "age_from": [0.0, 60.0], "age_to": [60.0, 90.0], "open": [3, 4], "amount": [1.0, 2.0],
        "at_risk": [90.0, 40.0], "probability": [0.5, 0.2], "factor": [1.0, 0.45],
    })  # fmt: skip
    assert deal_ageing.message(table, numbers=EN).startswith("Age tells: 20%")
    assert "says little" in deal_ageing.message(table.assign(factor=1.0), numbers=EN)


def test_open_deals_without_amounts_are_drawn_by_number():
    table = method.ageing(book().drop(columns="amount"), TODAY)
    assert deal_ageing.unit(table, numbers=EN) == "number of deals"
    assert not outside(deal_ageing(table, numbers=EN))


def test_nothing_overdue_and_nothing_late():
    table = pd.DataFrame({
        "outcome": ["won", "open"], "deals": [4, 2], "late": [0, 0], "late_share": [0.0, 0.0], "mean_days": [-3.0, np.nan],
        "median_days": [-2.0, np.nan], "worst_days": [0.0, np.nan], "amount": [np.nan, np.nan],
    })  # fmt: skip
    message = deal_slippage.message(table, numbers=EN)
    assert (
        message == "Won deals close when expected or before, 0% of them late. No open deal is past its day."
    )
    assert not outside(deal_slippage(table, numbers=EN))


def test_the_hours_that_carry_all_and_those_that_carry_none():
    found = results(book(60, nasty=False))
    everything = method.prioritise(
        found.ranking.drop(columns="effort").assign(margin_rate=0.3), 1e6, effort=40.0
    )
    summary = method.priority_summary(everything, 1e6)
    assert "carry all" in deal_priorities.message(everything, summary, numbers=EN)
    nothing = method.prioritise(found.ranking.drop(columns="effort"), 1.0, effort=40.0)
    assert "No deal" in deal_priorities.message(nothing, method.priority_summary(nothing, 1.0), numbers=EN)
    assert not outside(deal_priorities(nothing, method.priority_summary(nothing, 1.0), numbers=EN))


def test_tables_that_lack_columns_or_rows_are_refused():
    for draw, tables in drawn(results(book(60))):
        with pytest.raises(EmptyError):
            draw(tables[0].head(0), *tables[1:])
        with pytest.raises(ColumnError):
            draw(tables[0].drop(columns=tables[0].columns[:3]), *tables[1:])
        plt.close("all")


def test_text_from_data_is_drawn_as_typed():
    deals = book()
    deals["owner"] = "$\\undefined$"
    assert b"undefined" in to_svg(
        win_rate_groups(method.win_rates_by(deals), numbers=EN).get_figure(root=True)
    )
