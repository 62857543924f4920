"""What was shown comes back from the run's folder as it went in: tables, records, messages."""

import json

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from kamkit import plots
from kamkit.deliver.kept import Kept, keep, read_kept, read_one_more
from kamkit.engagement.step import RUN_VARIABLE
from kamkit.errors import RunError
from kamkit.method import profitability

PROFIT = pd.Series([300.0, 100.0, -150.0], index=pd.Index(["A", "B", "C"], name="account_id"), name="profit")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv(RUN_VARIABLE, str(tmp_path))
    return tmp_path


def shown(*tables, message="Two earn.", **options):
    return Kept(
        "exhibit", "02_customers", "02_customers-whale", "whale_curve", tables, options, message, "Acme"
    )


def test_an_exhibit_is_drawn_again_from_what_was_kept(run):
    curve, summary = profitability.whale_curve(PROFIT), profitability.whale_summary(PROFIT)
    kept = read_kept(run, keep(shown(curve, summary)))
    assert_frame_equal(kept.tables[0], curve)
    assert kept.tables[1] == summary
    assert plots.whale_curve.message(*kept.tables) == plots.whale_curve.message(curve, summary)


def test_options_come_back(run):
    names = pd.Series(["Ä", "B"], index=pd.Index(["1", "2"], name="account_id"))
    counts = pd.DataFrame({1: [2.0, np.nan], 2: [0.0, 1.0]}, index=pd.Index(["x", "y"], name="account_id"))
    kept = read_kept(
        run, keep(shown(counts, names=names, cuts=(0.5, np.inf), when=pd.Timestamp("2025-01-01")))
    )
    assert_frame_equal(kept.tables[0], counts, check_column_type=False)
    assert_series_equal(kept.options["names"], names)
    assert kept.options["cuts"] == (0.5, np.inf)
    assert kept.options["when"] == pd.Timestamp("2025-01-01")


def test_the_same_content_has_the_same_key_and_other_content_another(run):
    assert keep(shown(PROFIT)) == keep(shown(PROFIT))
    assert keep(shown(PROFIT)) != keep(shown(PROFIT + 1))
    assert keep(shown(PROFIT)) != keep(shown(PROFIT, message="Three earn."))


def test_what_was_kept_is_read_once_each_until_there_is_no_more(run):
    assert not read_one_more(run, set())
    keys, known = {keep(shown(PROFIT)), keep(shown(PROFIT + 1))}, set()
    assert [read_one_more(run, known) for _ in range(3)] == [True, True, False]
    assert known == keys


def test_nothing_is_kept_outside_a_run(tmp_path, monkeypatch):
    monkeypatch.delenv(RUN_VARIABLE, raising=False)
    assert keep(shown(PROFIT)) == ""


def test_what_one_reader_changes_no_other_sees(run):
    key = keep(shown(PROFIT.to_frame()))
    table = read_kept(run, key).tables[0]
    table.loc["A", "profit"], table["more"] = 0.0, 1
    assert_frame_equal(read_kept(run, key).tables[0], PROFIT.to_frame())


def test_a_file_that_is_written_anew_is_read_anew(run):
    key = keep(shown(PROFIT))
    file = run / "exhibits" / f"{key}.json"
    read_kept(run, key)
    file.write_text(file.read_text(encoding="utf-8").replace("Two earn.", "Three earn."), encoding="utf-8")
    assert read_kept(run, key).message == "Three earn."


def test_a_key_that_the_run_does_not_hold_is_named(run):
    with pytest.raises(RunError, match="does not hold"):
        read_kept(run, "02_customers-other")


def test_a_record_of_somebody_elses_is_not_made(run):
    key = keep(shown(profitability.whale_summary(PROFIT)))
    file = run / "exhibits" / f"{key}.json"
    text = file.read_text(encoding="utf-8")
    name = json.loads(text)["tables"]["tuple"][0]["record"]
    file.write_text(text.replace(name, "os:system"), encoding="utf-8")
    with pytest.raises(RunError, match="not kamkit's"):
        read_kept(run, key)
