"""Tables that passed the gate once come back from the cache as they were, and only while nothing has changed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kamkit.engagement.config import Read
from kamkit.engagement.gate import Source, gate
from kamkit.engagement.reading import intake, remembered
from kamkit.engagement.schemas import LEDGER_TABLES, TABLES

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "data"
SMALL = sorted(f for f in SAMPLE.glob("*.csv") if f.stem in TABLES and f.stem not in LEDGER_TABLES)
TEXT = "account_id;name;payment_days\n00123;Ida;30\n00124;None;\n00125;Ann;60\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_text(TEXT)
    return path


@pytest.fixture
def passes(monkeypatch):
    """How often a table went through the gate."""
    gone, take_in = [], intake.take_in
    monkeypatch.setattr(intake, "take_in", lambda *a: gone.append(a[0].name) or take_in(*a))
    return gone


def through(path, read=None, columns=None, currency="EUR", table="accounts"):
    cache = path.parent / "cache"
    cache.mkdir(exist_ok=True)
    return gate(TABLES[table], Source(path), read or Read(), columns or {}, cache=cache, currency=currency)


@pytest.mark.parametrize("source", SMALL, ids=lambda f: f.stem)
def test_a_remembered_table_is_the_table(source, tmp_path, passes):
    path = tmp_path / source.name
    path.write_bytes(source.read_bytes())
    first, again = through(path, table=source.stem), through(path, table=source.stem)
    assert passes == [source.stem]
    pd.testing.assert_frame_equal(again.frame, first.frame, check_freq=False)
    assert (again.problems, again.rows_read, again.rows_left_out) == (
        first.problems,
        first.rows_read,
        first.rows_left_out,
    )


CHANGES = {
    "a cell": lambda p: through(p) if p.write_text(TEXT.replace("30", "31")) else None,
    "a setting": lambda p: through(p, Read(header_row=1)),
    "a column": lambda p: through(p, columns={"name": "industry"}),
    "the currency": lambda p: through(p, currency="SEK"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_is_read_anew(file, passes, change):
    through(file)
    CHANGES[change](file)
    assert len(passes) == 2


def test_other_code_reads_anew(file, passes, monkeypatch):
    through(file)
    monkeypatch.setattr(remembered, "_made_by", lambda: ("other",))
    through(file)
    assert len(passes) == 2


@pytest.mark.parametrize("ending", [".parquet", ".json"])
@pytest.mark.parametrize("torn", [b"", b"PAR1 and no more"])
def test_a_torn_file_is_made_again(file, passes, ending, torn):
    first = through(file)
    for kept in (file.parent / "cache").glob(f"*{ending}"):
        kept.write_bytes(torn)
    pd.testing.assert_frame_equal(through(file).frame, first.frame)
    assert len(passes) == 2


def test_what_is_refused_is_read_again(file, passes):
    file.write_text("account_id;name\n1;Ida\n1;Max\n")
    assert through(file).frame is None
    assert through(file).problems
    assert len(passes) == 2
    assert not list((file.parent / "cache").iterdir())


def test_the_last_few_states_are_kept(file):
    for days in range(7):
        file.write_text(TEXT.replace("30", str(days)))
        through(file)
    cache = file.parent / "cache"
    assert len(list(cache.glob("accounts-*.parquet"))) == len(list(cache.glob("accounts-*.json"))) == 4


def test_a_frame_that_would_come_back_otherwise_is_not_kept(file, passes, monkeypatch):
    frame = remembered._frame
    monkeypatch.setattr(remembered, "_frame", lambda f: frame(f).assign(name="other"))
    through(file)
    through(file)
    assert len(passes) == 2
