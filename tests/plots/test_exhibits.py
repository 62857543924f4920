"""What every exhibit owes: text that fits, messages whose numerals are cells, no trace left behind."""

from __future__ import annotations

import warnings

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from kamkit import plots
from kamkit.errors import ColumnError, EmptyError, ParameterError, ValuesError
from kamkit.locale.numbers import Numbers
from kamkit.plots import to_png, to_svg
from tests.plots import tables as t
from tests.plots.pictures import boxes, drawn_texts, numerals, outside, overlapping, readable

EN = Numbers("EUR", "en")
RNG = np.random.default_rng(11)

CASES = {
    "whale": (plots.whale_curve, t.whale(t.profits()), {}),
    "whale of ten": (plots.whale_curve, t.whale([50, 30, 20, 10, 5, 0, -5, -10, -20, -30]), {}),
    "whale with a loss": (plots.whale_curve, t.whale(t.profits() - 150_000), {}),
    "whale, all lose": (plots.whale_curve, t.whale([-5, -10, -20]), {}),
    "whale, all earn": (plots.whale_curve, t.whale([5, 10, 20]), {}),
    "whale of one": (plots.whale_curve, t.whale([5_000.0]), {}),
    "whale of one loser": (plots.whale_curve, t.whale([-5_000.0]), {}),
    "whale, nothing": (plots.whale_curve, t.whale([0, 0, 0]), {}),
    "whale, total zero": (plots.whale_curve, t.whale([30, 10, -40]), {}),
    "whale of 5000": (plots.whale_curve, t.whale(t.profits(5_000)), {}),
    "whale, flat end": (plots.whale_curve, t.whale([1e6, 10, -1]), {}),
    "lorenz": (plots.lorenz_curve, t.lorenz(RNG.pareto(1.449, 260) + 0.3), {}),
    "lorenz of one": (plots.lorenz_curve, t.lorenz([5]), {}),
    "lorenz of twelve": (plots.lorenz_curve, t.lorenz([30, 20, 10, -4, 8, 8, 9, 7, 6, 4, 3, 2]), {}),
    "lorenz, all equal": (plots.lorenz_curve, t.lorenz([5.0] * 40), {}),
    "lorenz of a giant": (plots.lorenz_curve, t.lorenz([900, 50, 20, *([1] * 30)]), {}),
    "whale, late peak": (plots.whale_curve, t.whale([9, 8, 7, 6, 5, -0.3]), {}),
    "matrix of two": (plots.price_cost_matrix, (t.matrix(2, 5),), {}),
    "lorenz of 5000": (plots.lorenz_curve, t.lorenz(RNG.pareto(1.2, 5000) + 0.1), {}),
    "waterfall": (plots.price_waterfall, (t.waterfall(),), {}),
    "waterfall without list": (plots.price_waterfall, (t.waterfall(float("nan")),), {}),
    "waterfall below zero": (plots.price_waterfall, (t.waterfall(1_000.0, 300.0, 900.0),), {}),
    "ladder": (plots.contribution_ladder, (t.ladder(),), {}),
    "ladder absorbed": (plots.contribution_ladder, (t.ladder(absorbed=7e6),), {}),
    "ladder without product cost": (plots.contribution_ladder, (t.ladder(float("nan")),), {}),
    "ladder of a loss": (plots.contribution_ladder, (t.ladder(pocket=-1e6),), {}),
    "matrix": (plots.price_cost_matrix, (t.matrix(),), {"names": t.names(t.account_ids(120))}),
    "matrix, nasty": (
        plots.price_cost_matrix,
        (t.matrix(300, outlier=True),),
        {"names": t.names(t.account_ids(300), True)},
    ),
    "matrix of one": (plots.price_cost_matrix, (t.matrix(1),), {}),
    "matrix of 5000": (plots.price_cost_matrix, (t.matrix(5_000, outlier=True),), {}),
    "capacity": (plots.capacity_use, (t.capacity(),), {}),
    "capacity over": (plots.capacity_use, (t.capacity(over=True),), {}),
    "capacity of one": (plots.capacity_use, (t.capacity(1),), {}),
    "capacity of thirty": (plots.capacity_use, (t.capacity(30),), {}),
    "views": (plots.cost_views, (t.views(),), {"names": t.names(t.account_ids(60))}),
    "views, nasty": (plots.cost_views, (t.views(300),), {"names": t.names(t.account_ids(300), True)}),
    "views of one": (plots.cost_views, (t.views(1),), {}),
    "growth": (plots.market_growth, (t.shares(),), {}),
    "growth of one": (plots.market_growth, (t.shares().query("family == 'Pumps'"),), {}),
    "split": (plots.market_growth_split, (t.split(),), {}),
    "split of one": (plots.market_growth_split, (t.split().head(1),), {}),
}  # fmt: skip
EXHIBITS = sorted({draw.__name__ for draw, _, _ in CASES.values()})


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


def test_every_numeral_of_the_message_is_a_cell_of_the_tables(case):
    draw, given, _ = case
    message = draw.message(*given, numbers=EN)
    assert numerals(message) <= readable(EN, *given), message


def test_the_message_takes_two_lines_at_most(case):
    draw, given, _ = case
    message = draw.message(*given, numbers=EN)
    assert 10 < len(message) <= 200
    assert message.endswith(".")
    assert "nan" not in message.lower()
    assert "{" not in message


@pytest.mark.parametrize("name", [name for name in t.NASTY if "\ud800" not in name])
def test_a_nasty_name_leaves_a_message_readable(name):
    for draw, table in (
        (plots.capacity_use, t.capacity().assign(team=name)),
        (plots.market_growth, t.shares().assign(family=name).head(1)),
        (plots.market_growth_split, t.split().assign(family=name).head(1)),
    ):
        message = draw.message(table, numbers=EN)
        message.encode("utf-8")
        assert len(message) < 260
        assert "\n" not in message
        assert message.endswith(".")


def test_the_alternative_text_says_the_message_and_what_is_drawn(case):
    draw, given, _ = case
    message = draw.message(*given, numbers=EN)
    alt = draw.alt(*given, numbers=EN)
    assert alt.startswith(message)
    assert len(alt) > len(message) + 20


def test_no_text_of_a_picture_is_read_as_mathematics(case):
    draw, given, options = case
    ax = draw(*given, numbers=EN, **options)
    assert not any(text.get_parse_math() for text in drawn_texts(ax))
    assert not any("nan" in text.get_text().lower() for text in drawn_texts(ax))


@pytest.mark.parametrize("language", ["sv", "et"])
def test_other_languages_write_their_own_decimal_sign(language):
    draw, given, _ = CASES["whale"]
    assert "," in draw.message(*given, numbers=Numbers("SEK", language))
    assert outside(draw(*given, numbers=Numbers("SEK", language))) == []


@pytest.mark.parametrize("name", ["whale", "matrix, nasty", "views, nasty"])
def test_the_svg_is_the_same_each_time_and_keeps_its_text(name):
    draw, given, options = CASES[name]
    first, second = (to_svg(draw(*given, numbers=EN, **options).get_figure()) for _ in range(2))
    assert first == second
    assert b"<text" in first
    assert b"<dc:date" not in first
    first.decode("utf-8")


def test_the_settings_of_the_notebook_change_nothing():
    draw, given, options = CASES["ladder"]
    plain = to_svg(draw(*given, numbers=EN, **options).get_figure())
    with mpl.rc_context({"font.family": ["serif"], "text.color": "red", "figure.facecolor": "black"}):
        assert to_svg(draw(*given, numbers=EN, **options).get_figure()) == plain


def test_names_are_drawn_as_typed():
    nasty = {"C00000": "$\\undefined$", "C00001": "<script>alert(1)</script>"}
    svg = to_svg(plots.cost_views(t.views(2), numbers=EN, names=nasty).get_figure()).decode()
    assert "$\\undefined$" in svg
    assert "&lt;script&gt;" in svg
    assert "<script>" not in svg


def test_files_are_written_without_a_word_about_missing_glyphs():
    draw, given, options = CASES["views, nasty"]
    figure = draw(*given, numbers=EN, **options).get_figure()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert to_png(figure)[:4] == b"\x89PNG"
        assert to_svg(figure).startswith(b"<?xml")


@pytest.mark.parametrize("name", EXHIBITS)
def test_an_exhibit_draws_on_the_axes_given_and_nowhere_else(name):
    draw, given, options = next(c for c in CASES.values() if c[0].__name__ == name)
    figure, axes = plt.subplots(2, figsize=(7, 9))
    before = dict(mpl.rcParams)
    assert draw(*given, ax=axes[1], numbers=EN, **options) is axes[1]
    assert plt.get_fignums() == [figure.number]
    assert not axes[0].has_data()
    assert len(figure.axes) == 2
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("name", EXHIBITS)
def test_an_exhibit_leaves_its_tables_alone(name):
    draw, given, options = next(c for c in CASES.values() if c[0].__name__ == name)
    before = given[0].copy(deep=True)
    draw(*given, numbers=EN, **options)
    pd.testing.assert_frame_equal(given[0], before)


@pytest.mark.parametrize("name", EXHIBITS)
def test_faulty_tables_are_named(name):
    draw, given, _ = next(c for c in CASES.values() if c[0].__name__ == name)
    table, rest = given[0], given[1:]
    needed = next(c for c in table.columns if c in str(draw._contract.tables))
    with pytest.raises(ColumnError, match=needed):
        draw(table.drop(columns=needed), *rest)
    with pytest.raises(EmptyError):
        draw.message(table.head(0), *rest)
    with pytest.raises(ParameterError, match="table"):
        draw(table.to_dict(), *rest)
    with pytest.raises(ParameterError, match="colour"):
        draw(table, *rest, colour="red")
    number = next(c for c in table.select_dtypes("float").columns if c in str(draw._contract.tables))
    with pytest.raises(ValuesError, match=number):
        draw(table.assign(**{number: np.inf}), *rest)


@pytest.mark.parametrize("name", EXHIBITS)
def test_order_of_rows_changes_nothing_where_rows_are_accounts_teams_or_markets(name):
    draw, given, options = next(c for c in CASES.values() if c[0].__name__ == name)
    if name in ("whale_curve", "lorenz_curve", "price_waterfall", "contribution_ladder"):
        pytest.skip("its rows have an order of their own")
    turned = (given[0].iloc[::-1],)
    assert draw.message(*given, numbers=EN) == draw.message(*turned, numbers=EN)
    one, other = (boxes(draw(*g, numbers=EN, **options)) for g in (given, turned))
    assert [text for text, _ in one] == [text for text, _ in other]


def test_every_picture_has_a_figure_of_its_own_that_knows_nothing_of_the_one_before():
    first = plots.cost_views(t.views(2), numbers=EN)
    first.set_xlim(-1, 5)
    first.get_figure().set_facecolor("red")
    second = plots.cost_views(t.views(30), numbers=EN)
    assert len(plt.get_fignums()) == 2
    assert second.get_figure() is not first.get_figure()
    assert second.get_xlim() != (-1, 5)
    assert second.get_figure().get_facecolor() == (1.0, 1.0, 1.0, 1.0)
    assert tuple(second.get_figure().get_size_inches()) == plots.cost_views.size(t.views(30))
