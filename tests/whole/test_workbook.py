"""The workbook of the whole sample: each column in the unit of what it holds, totals only of parts of a whole."""

from __future__ import annotations

import math
import re
import zipfile
from functools import cache

import pytest
from pandas.api import types
from python_calamine import CalamineWorkbook

from kamkit.deliver.columns import BY_DATA, COLUMNS, ELSEWHERE, column, total_keys
from kamkit.deliver.kept import FOLDER, read_kept
from kamkit.deliver.results import read_result
from kamkit.deliver.sheet import HEADINGS_ROW
from kamkit.deliver.sheet_titles import sheet_title
from kamkit.deliver.tables import as_frame
from kamkit.engagement.gaps import NotAssessed
from tests.whole.numerals import Figures, numerals

BEYOND_ONE = {"relative_share", "share_of_ebit", "share_of_group", "value_bias", "irr", "of_first_year"}
"""Fractions that may be many times the whole."""

INDEX = {"hhi", "hhi_lower", "hhi_upper"}
"""Written as counts, without decimals: an index from 0 to 10 000."""

TOLD = [
    ("whale_curve", "profit", "whale_curve"),
    ("customer_pnl", "pocket_revenue", "contribution_ladder"),
    ("customer_pnl", "customer_profit", "contribution_ladder"),
    ("group_results", "result", "contribution_ladder"),
    ("chosen_accounts", "hours", "choice_curve"),
    ("service_menu", "profit_now", "service_menu_effect"),
    ("service_menu", "profit_then", "service_menu_effect"),
    ("service_menu", "lost_margin", "service_menu_effect"),
    ("service_menu", "stranded_cost", "service_menu_effect"),
    ("investment_cases", "npv", "programme_cash_flow"),
    ("white_space", "gap", "white_space"),
    ("white_space", "expected_value", "white_space"),
    ("deals", "amount", "pipeline_value"),
    ("double_booked", "later_amount", "pipeline_value"),
    ("loss_impact", "expected_loss", "loss_distribution"),
]
"""Totals that a sentence of the report tells: table, column, exhibit."""


@pytest.fixture(scope="session")
def tables(run_folder):
    """All result tables of the whole run, as the workbook takes them."""
    read = {file.stem: read_result(run_folder, file.stem) for file in run_folder.glob("tables/*.parquet")}
    return {name: as_frame(table) for name, table in read.items() if not isinstance(table, NotAssessed)}


def columns_of(tables):
    for table, frame in sorted(tables.items()):
        for name in frame:
            yield table, column(str(name), frame[name], table), frame[name]


def test_every_column_is_defined(tables):
    unknown = [
        (table, said.name)
        for table, said, _values in columns_of(tables)
        if said.name not in COLUMNS and table not in BY_DATA and said.name not in ELSEWHERE.get(table, {})
    ]
    assert unknown == []


def test_no_table_has_two_columns_of_the_same_title(tables):
    seen: dict[tuple[str, str], str] = {}
    doubled = [
        (table, said.title, said.name)
        for table, said, _values in columns_of(tables)
        if seen.setdefault((table, said.title), said.name) != said.name
    ]
    assert doubled == []


def test_every_table_has_a_sheet_title_of_its_own(tables):
    titles = [sheet_title(name) for name in tables]
    assert len(set(titles)) == len(titles)


def fits(said, values):
    known = values.dropna()
    numeric = types.is_numeric_dtype(values) and not types.is_bool_dtype(values)
    if known.empty:
        return True
    if said.kind == "flag":
        return types.is_bool_dtype(values)
    if said.kind in ("date", "month"):
        return types.is_datetime64_any_dtype(values)
    if said.kind == "count" and said.name not in INDEX:
        return numeric and bool((known % 1 == 0).all())
    if said.kind == "year":
        return numeric and bool(known.between(1900, 2100).all())
    if said.kind == "share" and said.name not in BEYOND_ONE:
        return numeric and bool(known.abs().max() <= 3)
    return numeric == said.is_number


def test_every_column_is_written_as_what_it_holds(tables):
    wrong = [
        (table, said.name, said.kind) for table, said, values in columns_of(tables) if not fits(said, values)
    ]
    assert wrong == []


def test_a_total_stands_only_over_rows_that_are_told_apart(tables):
    """Running sums, several years or prices one beside the other do not add up."""
    apart = {
        name: [k for k in total_keys(name, frame.columns) if k in frame] for name, frame in tables.items()
    }
    for name in ("joint_losses", "choice_curve", "transfer_sweep", "share_of_wallet", "pipeline_simulation"):
        assert not apart[name] or tables[name].duplicated(apart[name]).any(), name
    assert not tables["white_space"].duplicated(apart["white_space"]).any()


class Sheet:
    """One sheet of the workbook: headings, values, and the totals as the formulas come to."""

    def __init__(self, file, title):
        book = CalamineWorkbook.from_path(str(file))
        place = next(i for i, name in enumerate(book.sheet_names) if title.startswith(name.rstrip("…")))
        self.rows = book.get_sheet_by_index(place).to_python(skip_empty_area=False)
        self.headings = self.rows[HEADINGS_ROW]
        with zipfile.ZipFile(file) as archive:
            self.text = archive.read(f"xl/worksheets/sheet{place + 1}.xml").decode("utf-8")

    def total(self, heading):
        """The formula over a heading, worked out from the cells it names; it covers all rows."""
        place = self.headings.index(heading)
        letter = chr(ord("A") + place)
        found = re.search(
            rf'<c r="{letter}3"[^>]*><f>SUBTOTAL\(109,{letter}(\d+):{letter}(\d+)\)</f>', self.text
        )
        first, last = int(found[1]), int(found[2])
        assert (first, last) == (HEADINGS_ROW + 2, len(self.rows))
        cells = [row[place] for row in self.rows[first - 1 : last]]
        return math.fsum(cell for cell in cells if isinstance(cell, float | int))

    def under(self, heading):
        place = self.headings.index(heading)
        return [row[place] for row in self.rows[HEADINGS_ROW + 1 :]]


@pytest.fixture(scope="session")
def messages(run_folder):
    """By exhibit, what it says."""
    kept = [read_kept(run_folder, file.stem) for file in sorted((run_folder / FOLDER).glob("*.json"))]
    return {one.draw: one.message for one in kept if one.draw}


@pytest.fixture(scope="session")
def sheet_of(whole):
    """The sheet of a table, read once."""
    return cache(lambda table: Sheet(whole / "deliverables" / "workbook.xlsx", sheet_title(table)))


@pytest.mark.parametrize(("table", "name", "exhibit"), TOLD)
def test_the_live_totals_are_what_the_report_tells(sheet_of, messages, table, name, exhibit):
    total = sheet_of(table).total(column(name, table=table).title)
    assert abs(total) > 1
    told = list(numerals(messages[exhibit]))
    assert any(Figures([total]).hold(numeral) for numeral in told), (total, messages[exhibit])


def test_the_weighted_pipeline_is_the_sum_of_amount_times_probability(sheet_of, tables, messages):
    deals = sheet_of("deals")
    counted = zip(deals.under("Counted as"), deals.under("Amount"), deals.under("Probability"), strict=True)
    weighted = math.fsum(amount * chance for how, amount, chance in counted if how == "Counted")
    assert weighted == pytest.approx(tables["pipeline"]["weighted"].item(), abs=0.01)
    assert any(Figures([weighted]).hold(numeral) for numeral in numerals(messages["pipeline_value"]))


def test_each_further_key_account_brings_its_own_value(sheet_of):
    curve, chosen = sheet_of("choice_curve"), sheet_of("chosen_accounts")
    steps = [value for value in curve.under("One more brings") if value != ""]
    assert math.fsum(steps) == pytest.approx(curve.under("Value")[-1], abs=0.01)
    assert math.fsum(steps) == pytest.approx(math.fsum(chosen.under("Value")), abs=0.01)
