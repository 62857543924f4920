"""A picture is drawn once; whatever changes what it is drawn from or how it looks has it drawn again."""

import json

import matplotlib as mpl
import pandas as pd
import pytest

from kamkit import plots
from kamkit.deliver import drawn, show
from kamkit.engagement.scene import Scene
from kamkit.engagement.step import RUN_VARIABLE
from kamkit.locale import in_language
from kamkit.locale.own_words import use_own_words
from kamkit.method import profitability
from kamkit.plots.exhibit import Exhibit

ACCOUNTS = pd.Index(["A", "B", "C"], name="account_id")
PROFIT = pd.Series([300.0, 100.0, -150.0], index=ACCOUNTS, name="profit")
PERIOD = (pd.Timestamp("2024-01-01"), pd.Timestamp("2025-12-31"))


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The folder of a run at work."""
    folder = tmp_path / "runs" / "20251122T040000Z-0"
    folder.mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "02_customers.ipynb").write_text("{}", encoding="utf-8")
    in_run(folder, monkeypatch)
    return folder


def in_run(folder, monkeypatch, ground="g"):
    (folder / "run.json").write_text(json.dumps({"ground": ground}), encoding="utf-8")
    monkeypatch.setenv(RUN_VARIABLE, str(folder))
    drawn._ground.cache_clear()


@pytest.fixture
def times(monkeypatch):
    """How often something was drawn."""
    calls = []
    draw = Exhibit.__call__
    monkeypatch.setattr(Exhibit, "__call__", lambda *a, **o: calls.append(1) or draw(*a, **o))
    return calls


def whale(profit=PROFIT, exhibit=plots.whale_curve, currency="EUR", colours=(), font=None):
    scene = Scene("02_customers", "", "Nordvik", currency, *PERIOD, colours=colours, font=font)
    return show(scene, exhibit, profitability.whale_curve(profit), profitability.whale_summary(profit)).html


def test_the_same_is_drawn_once_and_looks_the_same(run, times):
    assert whale() == whale()
    assert len(times) == 1


def test_outside_a_run_everything_is_drawn(run, times, monkeypatch):
    whale()
    monkeypatch.delenv(RUN_VARIABLE)
    whale()
    assert len(times) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"profit": PROFIT + 1e-9},
        {"profit": PROFIT.set_axis(pd.Index(["A", "B", "D"], name="account_id"))},
        {"currency": "SEK"},
        {"colours": ("#0b3c5d",)},
        {"font": "Georgia"},
    ],
    ids=["an amount", "a name", "currency", "colour", "font"],
)
def test_another_figure_or_dress_is_drawn(run, times, change):
    whale()
    whale(**change)
    assert len(times) == 2


def test_another_option_is_drawn(run):
    scene = Scene("02_customers", "", "Nordvik", "EUR", *PERIOD)

    def made(picture, top):
        return drawn.once(lambda: picture, plots.whale_curve, scene, (PROFIT,), {"top": top})

    assert [made(b"one", 1), made(b"two", 2), made(b"three", 1)] == [b"one", b"two", b"one"]


def test_another_language_and_the_clients_own_words_are_drawn(run, times):
    whale()
    with in_language("sv"):
        whale()
    use_own_words({"A": "Alfa"})
    try:
        whale()
    finally:
        use_own_words({})
    assert len(times) == 3


def test_other_settings_of_matplotlib_are_drawn(run, times):
    whale()
    with mpl.rc_context({"lines.linewidth": 9.0}):
        whale()
    assert len(times) == 2


def test_another_notebook_or_kamkit_is_drawn(run, times, monkeypatch):
    whale()
    (run.parents[1] / "notebooks" / "02_customers.ipynb").write_text('{"a": 1}', encoding="utf-8")
    whale()
    in_run(run, monkeypatch, ground="another")
    whale()
    assert len(times) == 3


def test_a_run_whose_ground_is_not_known_draws_everything(run, times, monkeypatch):
    in_run(run, monkeypatch, ground="")
    whale()
    whale()
    assert len(times) == 2


def test_an_exhibit_of_somebody_elses_is_drawn_each_time(run, times):
    own = Exhibit(plots.whale_curve._draw, plots.whale_curve._contract)
    whale(exhibit=own)
    whale(exhibit=own)
    assert len(times) == 2


def test_a_damaged_picture_is_drawn_again(run, times):
    whole = whale()
    for file in (run.parents[1] / ".kamkit" / "pictures").iterdir():
        file.write_bytes(file.read_bytes()[:-9])
    assert whale() == whole
    assert len(times) == 2


def test_a_run_that_makes_all_anew_forgets_and_the_latest_stay(run, times, monkeypatch):
    whale()
    drawn.start(run.parents[1])
    whale()
    assert len(times) == 1
    drawn.start(run.parents[1], anew=True)
    whale()
    assert len(times) == 2
    monkeypatch.setattr(drawn, "MOST", 0)
    drawn.start(run.parents[1])
    whale()
    assert len(times) == 3


def test_what_a_killed_run_has_left_half_written_goes(run):
    left = run.parents[1] / ".kamkit" / "pictures" / ".0123.picture-xyz"
    whale()
    left.touch()
    drawn.start(run.parents[1])
    assert [file.suffix for file in left.parent.iterdir()] == [".picture"]


def test_what_another_process_reads_of_the_run_is_the_same_picture(run, times, monkeypatch):
    whale()
    monkeypatch.delenv(RUN_VARIABLE)
    with drawn.within(run):
        whale()
    assert len(times) == 1
