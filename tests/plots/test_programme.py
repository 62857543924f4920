"""Exhibits of the programme: text that fits, messages whose numerals are cells, ordinary and nasty tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from kamkit import plots
from kamkit.errors import ColumnError, EmptyError, ValuesError
from kamkit.locale.numbers import Numbers
from kamkit.plots import to_svg
from tests.plots.pictures import boxes, drawn_texts, numerals, outside, overlapping, readable

EN = Numbers("EUR", "en")


def events(first: int = -24, last: int = 24, effect: float = 0.14, spread: float = 0.04) -> pd.DataFrame:
    months = np.arange(first, last, 3)
    after = months >= 0
    uplift = np.where(after, effect, 0.0) + 0.01 * np.sin(months)
    return pd.DataFrame(
        {
            "months_since": months,
            "months_in_row": 3,
            "in_programme": after,
            "accounts": np.where(np.abs(months) < 12, 18, 6),
            "uplift": uplift,
            "uplift_low": uplift - spread,
            "uplift_high": uplift + spread,
            "band_low": uplift - 1.4 * spread,
            "band_high": uplift + 1.4 * spread,
            "overall": effect,
            "overall_low": effect - spread / 2,
            "overall_high": effect + spread / 2,
        }
    )


def paths(n: int = 12, other: str | None = "candidates", growth: float = 0.75) -> pd.DataFrame:
    quarters = pd.date_range("2023-01-01", periods=n, freq="QS")
    parts = []
    for group, grown in (("key_accounts", growth), (other, 0.2)):
        if group is None:
            continue
        index = 1 + grown * np.arange(n) / n + 0.05 * np.sin(np.arange(n))
        joined = np.where(np.isin(np.arange(n), [4, 6]) & (group == "key_accounts"), [6] * n, 0)
        parts.append(pd.DataFrame({"quarter": quarters, "group": group, "accounts": 18, "of_first_year": index,
                                   "grown": grown, "joined": joined}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def worth(best: float = 37e3, worst: float = -128e3, half: float = 45e3) -> pd.DataFrame:
    net = np.array([best, worst])
    cost = 355e3
    return pd.DataFrame(
        {
            "cost_basis": ["only_goods", "goods_and_service"],
            "extra_revenue": 1.34e6,
            "contribution_rate": (net + cost) / 1.34e6,
            "extra_contribution": net + cost,
            "programme_cost": cost,
            "net": net,
            "net_low": net - half,
            "net_high": net + half,
        }
    )


def figures() -> pd.DataFrame:
    nan = np.nan
    rows = [
        ("profit_raw", "multiple", 2.4, 15.6, -1.25, nan, 0),
        ("profit_per_revenue", "multiple", nan, 3.3, 1.2, nan, 0),
        ("profit_size_matched", "multiple", nan, 1.53, 0.7, 2.4, 0),
        ("key_growth", "share", 0.32, 0.3217, 0.277, 0.384, 18),
        ("market_growth", "share", 0.07, 0.07, nan, nan, 0),
        ("largest_now", "share", nan, 0.312, nan, nan, 18),
        ("largest_before", "share", nan, 0.281, nan, nan, 18),
        ("tenfold", "count", 1.0, 1.0, nan, nan, 176),
        ("top_decile", "share", 0.49, 0.4907, nan, nan, 240),
        ("large_customer", "share", 0.05, 0.087, nan, nan, 1),
        ("over_five_share", "count", nan, 2.0, nan, nan, 240),
    ]
    columns = ["figure", "counted_as", "published", "here", "here_low", "here_high", "n"]
    return pd.DataFrame(rows, columns=columns)


def row(name: str) -> pd.DataFrame:
    return figures()[figures()["figure"] == name].reset_index(drop=True)


CASES = {
    "study": (plots.event_study, (events(),)),
    "study, chance": (plots.event_study, (events(effect=0.01),)),
    "study, harm": (plots.event_study, (events(effect=-0.3),)),
    "study, short": (plots.event_study, (events(-12, 3),)),
    "study, long": (plots.event_study, (events(-60, 60),)),
    "study, huge": (plots.event_study, (events(effect=3.2, spread=0.9),)),
    "paths": (plots.programme_paths, (paths(),)),
    "paths beside all others": (plots.programme_paths, (paths(other="others", growth=0.21),)),
    "paths alone": (plots.programme_paths, (paths(other=None),)),
    "paths of ten years": (plots.programme_paths, (paths(40, "matched", 9.0),)),
    "paths, falling": (plots.programme_paths, (paths(growth=-0.6),)),
    "worth": (plots.programme_worth, (worth(),)),
    "worth, pays": (plots.programme_worth, (worth(900e3, 700e3),)),
    "worth, does not pay": (plots.programme_worth, (worth(-100e3, -300e3),)),
    "figures": (plots.published_figures, (figures(),)),
    "figures without profit": (plots.published_figures, (figures().iloc[3:].reset_index(drop=True),)),
    "figures of revenue": (plots.published_figures, (row("top_decile"),)),
    "figures of nothing": (plots.published_figures, (row("tenfold"),)),
}


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture(params=list(CASES))
def case(request):
    return CASES[request.param]


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
    assert numerals(message) <= readable(EN, *given), message
    assert 10 < len(message) <= 170, len(message)
    assert message.endswith(".")
    assert "nan" not in message.lower()
    assert "{" not in message
    assert draw.alt(*given, numbers=EN).startswith(message)


def test_an_exhibit_leaves_its_tables_and_other_axes_alone(case):
    draw, given = case
    before = given[0].copy(deep=True)
    figure, axes = plt.subplots(2, figsize=(7.2, 11))
    assert draw(*given, ax=axes[1], numbers=EN) is axes[1]
    assert not axes[0].has_data()
    assert plt.get_fignums() == [figure.number]
    pd.testing.assert_frame_equal(given[0], before)


@pytest.mark.parametrize("name", ["study", "paths", "worth", "figures"])
def test_faulty_tables_are_named(name):
    draw, (table,) = CASES[name]
    needed = next(c for c in table.columns if c in str(draw._contract.tables))
    with pytest.raises(ColumnError, match=needed):
        draw(table.drop(columns=needed))
    with pytest.raises(EmptyError):
        draw.message(table.head(0))
    number = next(c for c in table.select_dtypes("float").columns if c in str(draw._contract.tables))
    with pytest.raises(ValuesError, match=number):
        draw(table.assign(**{number: np.inf}))


@pytest.mark.parametrize("name", ["study", "paths"])
def test_the_order_of_rows_changes_nothing(name):
    draw, (table,) = CASES[name]
    turned = table.iloc[::-1]
    assert draw.message(table, numbers=EN) == draw.message(turned, numbers=EN)
    one, other = (boxes(draw(t, numbers=EN)) for t in (table, turned))
    assert [text for text, _ in one] == [text for text, _ in other]


def test_only_the_event_study_speaks_of_an_effect():
    for name in ("paths", "paths beside all others", "paths alone", "figures"):
        draw, given = CASES[name]
        said = " ".join([draw.what, draw.how, draw.alt(*given, numbers=EN), draw.unit(*given, numbers=EN)])
        drawn = " ".join(text.get_text() for text in drawn_texts(draw(*given, numbers=EN)))
        assert "effect" not in f"{said} {drawn}".lower()


def test_what_chance_may_have_done_is_said_to_be_chance():
    assert "chance" in plots.event_study.message(events(effect=0.01), numbers=EN)
    assert "lower" in plots.event_study.message(events(effect=-0.3), numbers=EN)
    assert "pays only if" in plots.programme_worth.message(worth(), numbers=EN)
    assert "does not pay" in plots.programme_worth.message(worth(-100e3, -300e3), numbers=EN)


def test_an_interval_without_an_end_is_not_given_one():
    texts = [t.get_text() for t in drawn_texts(plots.published_figures(figures(), numbers=EN))]
    assert "not settled" in texts
    assert any(text.startswith("over 1.2") for text in texts)


def test_other_languages_and_the_same_picture_each_time():
    for draw, given in (CASES["study"], CASES["paths"], CASES["figures"]):
        assert outside(draw(*given, numbers=Numbers("SEK", "sv"))) == []
    first, second = (to_svg(plots.event_study(events(), numbers=EN).get_figure()) for _ in range(2))
    assert first == second
