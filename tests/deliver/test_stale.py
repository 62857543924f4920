"""One thing is changed at a time: exactly the steps that read it are executed again, and no other.

The steps of the engagement in :mod:`tests.deliver.staleness` read one kind of thing each. ``06_before``
compares itself with the last run on other inputs, so that it is stale whenever an input changes.
"""

import datetime as dt
import json
import os
import shutil
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kamkit
from kamkit.deliver import record, runner, today
from kamkit.engagement.decisions.rules import newest_run
from tests.deliver import staleness as toy
from tests.engagement.test_votes import Log

EVERY = toy.EVERY


@pytest.fixture(scope="module")
def patched():
    with pytest.MonkeyPatch.context() as patch:
        toy.without_kernels(patch)
        yield patch


@pytest.fixture(scope="module")
def first_run(patched, tmp_path_factory):
    """An engagement that was run once; where it lies, and a copy to put it back from."""
    folder = toy.make(tmp_path_factory.mktemp("stale") / "acme")
    record = toy.run(folder)
    assert toy.executed(record) == EVERY
    kept = folder.with_name("kept")
    shutil.copytree(folder, kept)
    return folder, kept


@pytest.fixture
def folder(first_run):
    toy.put_back(first_run[1], first_run[0])
    return first_run[0]


def data(name, old, new):
    return lambda folder: toy.edit(folder / "data" / name, old, new)


def setting(old, new):
    return lambda folder: toy.edit(folder / "engagement.toml", old, new)


def decide(key, value):
    return lambda folder: kamkit.open(folder).decide(key, value, by="A. Tamm", why="trial")


def vote(folder):
    Log(folder, earlier="kept").whole(4, 5)


def vote_half(folder):
    log = Log(folder)
    log.join(1)
    log.line("opened", round="blind")


def write(name, text):
    return lambda folder: (folder / name).write_text(text, encoding="utf-8")


def dated(days, *names, then=lambda folder: None):
    """Files whose time of writing is so many days from now, whatever is in them."""

    def change(folder):
        then(folder)
        for name in names:
            when = time.time() + days * 86_400
            os.utime(folder / name, (when, when))

    return change


def notebook(name, *cells, **more):
    return lambda folder: toy.write_notebook(folder, name, *cells, **more)


def spoil(pattern):
    """Another byte in what the earlier run kept."""

    def change(folder):
        (file,) = (folder / "runs").glob(f"*/{pattern}")
        file.write_bytes(file.read_bytes() + b" ")

    return change


def note_in_record(**values):
    """Another word in the record of the earlier run."""

    def change(folder):
        (file,) = (folder / "runs").glob("*/run.json")
        file.write_text(json.dumps(json.loads(file.read_text()) | values))

    return change


INPUTS = [f"data/{name}" for name in toy.TABLES]
CHANGES = {
    "nothing": (lambda folder: None, ""),
    "a table, in a way that those downstream don't see": (data("sales.csv", ",q,", ",r,"), "01 06"),
    "a table, and what follows until the choice is the same": (data("sales.csv", ",50", ",51"), "01 02 03 04 06 plan"),
    "a table, and the choice with it": (data("sales.csv", ",50", ",10"), "01 02 03 04 05 06 plan"),
    "a column that one step reads": (data("accounts.csv", "Alfa AB", "Alfa Oy"), "01 04 05 06 plan"),
    "a column that nobody hands on": (data("accounts.csv", "Sweden", "Norway"), "01 04 06 plan"),
    "answers": (data("responses.csv", ",3", ",4"), "03 06"),
    "votes that count": (vote, "03 06"),
    "votes that don't count yet": (vote_half, ""),
    "a table that nobody reads": (data("criteria.csv", "How well", "How good"), "06"),
    "a table that was not there": (
        write("data/demand.csv", "scope,scope_id,family,year,supplier,amount,confidence\n"
              "account,a,all,2025,all,9,A\n"),
        "06 10",
    ),
    "rows that move, to another file": (
        lambda folder: (folder / "data" / "responses.csv").rename(folder / "data" / "responses.txt"), "03",
    ),
    "a decision": (decide("choice.uplift", 0.2), "03 04 07 plan"),
    "a decision that changes the choice": (decide("choice.uplift", 0.0), "03 04 05 07 plan"),
    "a decision for what was the default": (decide("choice.uplift", 0.1), "03 07"),
    "a decision that no step asks for": (decide("offers.discount", 0.1), "07"),
    "a parameter": ({"parameters": {"top": 0.2}}, "05"),
    "a parameter that is the same": ({"parameters": {"top": 0.1}}, "05"),
    "a cell": (notebook("02_sums", "1 + 1"), "02"),
    "prose": (notebook("02_sums", prose="Its other purpose."), "02"),
    "a cell of the plan": (notebook("account_plan", "1 + 1"), "plan"),
    "a table that was kept of a plan, spoilt": (spoil("plans/a/tables/plan_sum.parquet"), "plan"),
    "the notebook, saved again": (notebook("02_sums"), ""),
    "a setting that is read": (setting("required_return = 0.1", "required_return = 0.2"), "05 06"),
    "a setting that no step reads": (setting("tolerance = 0.001", "tolerance = 0.002"), "06"),
    "words on the cover": (setting('"Secret"', '"Open"'), "06"),
    "a comment in the settings": (setting("[controls]", "# rates\n[controls]"), "06"),
    "the period": (setting('end = "2025-12"', 'end = "2025-11"'), "01 02 03 04 05 06 plan"),
    "the currency": (setting('"EUR"', '"SEK"'), "01 03 04 06 10 plan"),
    "the language": (setting('"EUR"', '"EUR"\nlanguage = "sv"'), " ".join(sorted(EVERY))),
    "how a file is read": (setting("[report]", '[read.sales]\ndelimiter = ","\n[report]'), "01 06"),
    "masked": (setting('"EUR"', '"EUR"\nanonymise = true'), " ".join(sorted(EVERY))),
    "masked, for once": ({"anonymise": True}, " ".join(sorted(EVERY))),
    "a file that a cell reads": (write("extra.csv", "x\n2\n"), "09"),
    "a file that a cell reads, saved again": (write("extra.csv", "x\n1\n"), ""),
    "a file that a cell reads, older than the run that read another": (
        dated(-400, "extra.csv", then=write("extra.csv", "x\n2\n")), "09",
    ),
    "a table, older than the run that read another": (
        dated(-400, "data/accounts.csv", then=data("accounts.csv", "Sweden", "Norway")), "01 04 06 plan",
    ),
    "files written long ago": (dated(-400, "extra.csv", "engagement.toml", *INPUTS), ""),
    "files written in the future": (dated(400, "engagement.toml", *INPUTS), ""),
    "a file that nobody reads": (write("other.csv", "x\n2\n"), ""),
    "a table that was kept, spoilt": (spoil("tables/by_account.parquet"), "01"),
    "findings that were kept, spoilt": (spoil("findings/03_judged.json"), "03"),
    "a notebook that was kept, spoilt": (spoil("notebooks/07_log.ipynb"), "07"),
    "a record of another format": (note_in_record(format=1), " ".join(sorted(EVERY))),
    "a run that failed": (note_in_record(status="failed"), " ".join(sorted(EVERY))),
    "a run without states": (note_in_record(states={}), " ".join(sorted(EVERY))),
    "all, by force": ({"force": True}, " ".join(sorted(EVERY))),
    "steps that are asked for": ({"steps": "2,9"}, "02 09"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_exactly_what_is_stale_is_executed(folder, change):
    how, expected = CHANGES[change]
    if callable(how):
        how(folder)
    record = toy.run(folder, **({} if callable(how) else how))
    assert toy.executed(record) == set(expected.split())
    made = [*record["steps"].values(), *record["plans"].values()]
    assert {thing["status"] for thing in made} <= {"done", "reused"}
    assert (len(record["steps"]), len(record["plans"])) == (len(toy.STEPS), 1)


def test_another_library_makes_all_stale(folder, patched):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "ground_of", lambda path: "another library")
        assert toy.executed(toy.run(folder)) == EVERY


def test_another_day_makes_stale_what_asks_for_the_day(folder, monkeypatch):
    class Tomorrow(dt.date):
        @classmethod
        def today(cls):
            return dt.date(2099, 1, 1)

    monkeypatch.setattr(today.dt, "date", Tomorrow)
    assert toy.executed(toy.run(folder)) == {"08"}


def test_what_was_read_unnoticed_is_executed_again(folder, monkeypatch):
    monkeypatch.setattr("kamkit.engagement.reads.start", lambda: None)
    toy.write_notebook(folder, "02_sums", "1 + 1")
    assert toy.executed(toy.run(folder)) == {"02"}
    assert toy.executed(toy.run(folder)) == {"02"}, "nobody knows what it read"


@pytest.mark.parametrize(
    "cell",
    [
        "import os; os.environ.get('HOME')",
        "import random; random.random()",
        "pd.Timestamp.now()",
        "open('written.txt', 'w').close()",
        "import helpers",
        "import subprocess; subprocess.run(['true'])",
        "step._folder",
    ],
)
def test_what_can_be_held_against_nothing_is_executed_each_time(folder, cell):
    (folder / "helpers.py").write_text("x = 1\n")
    toy.write_notebook(folder, "02_sums", cell)
    assert toy.executed(toy.run(folder)) == {"02"}
    assert toy.executed(toy.run(folder)) == {"02"}


def test_a_notebook_that_opens_another_engagement_is_executed_each_time(folder):
    shutil.copytree(folder / "data", folder / "other" / "data")
    shutil.copy(folder / "engagement.toml", folder / "other")
    toy.write_notebook(folder, "02_sums", "kamkit.open(folder.path / 'other').table('accounts')")
    assert toy.executed(toy.run(folder)) == {"02"}
    assert toy.executed(toy.run(folder)) == {"02"}


def test_a_step_that_read_a_file_before_it_changed_is_executed_again(folder):
    """Two steps read a file; between them it changes. One of them has read what is there no more."""
    for name in ("01_lines", "02_sums"):
        toy.write_notebook(folder, name, "pd.read_csv('extra.csv')")

    def executed_then_changed(path, *given, **named):
        toy.execute_here(path, *given, **named)
        if path.stem == "01_lines":
            (folder / "extra.csv").write_text("x\n7\n", encoding="utf-8")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "execute", executed_then_changed)
        assert toy.executed(toy.run(folder)) >= {"01", "02"}
    assert "01" in toy.executed(toy.run(folder))


def test_pictures_of_earlier_runs_are_forgotten_where_all_is_made_anew(folder):
    picture = folder / ".kamkit" / "pictures" / "x.picture"
    picture.parent.mkdir(parents=True)
    picture.touch()
    toy.run(folder)
    assert picture.exists()
    toy.run(folder, force=True)
    assert not picture.exists()


def test_where_the_clock_was_set_back_the_later_run_is_still_the_newest(folder, monkeypatch):
    (first,) = (run.name for run in (folder / "runs").iterdir())
    monkeypatch.setattr(record, "now", lambda: "2020-01-01T00:00:00+00:00")
    decide("choice.uplift", 0.2)(folder)
    second = toy.run(folder)
    assert toy.executed(second) == {"03", "04", "07", "plan"}
    assert second["started"].startswith("2020")
    third = toy.run(folder)
    assert sorted([third["id"], second["id"], first]) == [first, second["id"], third["id"]]
    assert (toy.executed(third), third["steps"]["03_judged"]["reused_from"]) == (set(), second["id"])
    assert newest_run(kamkit.open(folder)).id == third["id"]
    toy.edit(folder / "data" / "sales.csv", ",50", ",51")
    assert toy.executed(toy.run(folder)) == {"01", "02", "03", "04", "06", "plan"}


def test_a_run_in_a_year_that_nobody_lives_to_see_does_no_harm(folder):
    for name in ("99991231T235959Z-0", "2025T1Z-0", "T*Z-"):
        (folder / "runs" / name).mkdir()
    assert toy.executed(toy.run(folder)) == set()


def test_a_decision_that_is_taken_back_brings_the_earlier_results_back(folder):
    decide("choice.uplift", 0.0)(folder)
    assert toy.executed(toy.run(folder)) == {"03", "04", "05", "07", "plan"}
    kamkit.open(folder).withdraw("choice.uplift", by="A. Tamm", why="a trial")
    record = toy.run(folder)
    assert toy.executed(record) == {"07"}
    (first, *_later) = sorted(p.name for p in (folder / "runs").iterdir())
    assert {record["steps"][name]["reused_from"] for name in ("03_judged", "05_case")} == {first}


def test_the_run_that_executed_a_step_is_named_however_often_it_was_taken_over(folder):
    (first,) = (p.name for p in (folder / "runs").iterdir())
    for _time in range(3):
        record = toy.run(folder)
    made = [*record["steps"].values(), *record["plans"].values()]
    assert {thing["reused_from"] for thing in made} == {first}


def test_it_is_said_why_a_step_is_executed_again(folder):
    decide("choice.uplift", 0.0)(folder)
    steps = toy.run(folder)["steps"]
    assert steps["03_judged"]["because"] == "the decision choice.uplift has changed"
    assert "judged" in steps["04_chosen"]["because"]


def test_a_step_that_is_neither_selected_nor_needed_is_left_out_where_it_is_stale(folder):
    data("responses.csv", ",3", ",4")(folder)
    record = toy.run(folder, steps="2")
    assert toy.executed(record) == {"02"}
    assert set(toy.STEPS) - set(record["steps"]) == {"03_judged", "04_chosen", "05_case", "06_before"}


def test_a_stale_step_is_executed_where_a_selected_one_needs_it(folder):
    data("sales.csv", ",50", ",10")(folder)
    assert toy.executed(toy.run(folder, steps="2")) == {"01", "02"}


ONE_BY_ONE = [
    data("sales.csv", "05,b,p,50", "05,b,p,10"),
    data("sales.csv", "05,b,p,10", "05,b,p,50"),
    data("accounts.csv", "Alfa AB", "Alfa Oy"),
    data("responses.csv", "r1,3", "r1,4"),
    decide("choice.uplift", 0.0),
    decide("choice.uplift", 0.1),
    decide("offers.discount", 0.1),
    setting("required_return = 0.1\n", "required_return = 0.2\n"),
    setting("required_return = 0.2\n", "required_return = 0.1\n"),
    setting("tolerance = 0.001", "tolerance = 0.002"),
    notebook("04_chosen", "1 + 1"),
    notebook("04_chosen"),
    write("extra.csv", "x\n2\n"),
    vote,
]


def tried(change, folder):
    """Make a change where it can be made: one text may have been changed already."""
    try:
        change(folder)
    except AssertionError:
        return


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    changes=st.lists(st.lists(st.sampled_from(ONE_BY_ONE), min_size=1, max_size=2), min_size=1, max_size=3)
)
def test_whatever_changes_the_tables_are_those_of_a_run_that_executes_all(first_run, changes):
    folder, kept = first_run
    toy.put_back(kept, folder)
    for at_once in changes:
        for change in at_once:
            tried(change, folder)
        record = toy.run(folder)
    everything = toy.run(folder, force=True)
    assert toy.tables(folder, record) == toy.tables(folder, everything)
