"""What a notebook shows: message, title block, picture, source, the table behind; gaps and what they need."""

import base64
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from kamkit import plots
from kamkit.deliver import show, show_table
from kamkit.deliver.columns import COLUMNS, column, word
from kamkit.deliver.show import MIME
from kamkit.deliver.tables import view
from kamkit.engagement.gaps import NotAssessed
from kamkit.engagement.scene import Scene
from kamkit.engagement.schemas import TABLES
from kamkit.errors import ColumnError
from kamkit.locale.numbers import Numbers
from kamkit.method import profitability

HOSTILE = [
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{0.__class__}",
    r"$\undefined$",
    '" onerror="x',
    "</style>",
]


@pytest.fixture
def step():
    start, end = pd.Timestamp("2024-01-01"), pd.Timestamp("2025-12-31")
    return Scene("02_customers", "", "Nordvik", "EUR", start, end, used=("sales",))


@pytest.fixture
def profit():
    return pd.Series(
        [300.0, 100.0, -150.0], index=pd.Index(["A", "B", "C"], name="account_id"), name="profit"
    )


class Page(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.cells = [], "", []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data):
        self.text += data
        if self.cells:
            self.cells[-1] += data

    def all(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.fixture
def whale(step, profit):
    curve, summary = profitability.whale_curve(profit), profitability.whale_summary(profit)
    return show(step, plots.whale_curve, curve, summary)


def test_an_exhibit_has_its_message_title_source_and_rows(whale, profit):
    page = Page(whale.html)
    assert whale.message in page.text.replace("\u00a0", " ")
    assert "Nordvik · " in page.text
    assert "2024–2025, actual" in page.text
    assert "Source: sales" in page.text
    assert len(page.all("tr")) == 1 + len(profit)
    assert {"300", "100", "−150", "400", "250"} <= {cell.strip() for cell in page.cells}


def test_the_picture_is_inside_the_page_and_has_an_alternative_text(whale):
    (image,) = Page(whale.html).all("img")
    kind, _, content = image["src"].partition(",")
    assert kind == "data:image/svg+xml;base64"
    assert b"<svg" in base64.b64decode(content)
    assert whale.message in image["alt"]


def test_no_figure_stays_open(whale):
    assert plt.get_fignums() == []


def test_the_report_can_tell_our_outputs_from_others(whale):
    bundle = whale._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", MIME}
    assert bundle[MIME]["name"] == "whale_curve"


def test_what_is_shown_can_be_said_more_exactly(step, profit):
    tables = profitability.whale_curve(profit), profitability.whale_summary(profit)
    assert (
        "gross margin before returns"
        in show(step, plots.whale_curve, *tables, what="gross margin before returns").html
    )


def test_a_profit_before_the_cost_to_serve_says_so_wherever_its_message_goes(step, profit):
    tables = profitability.whale_curve(profit), profitability.whale_summary(profit)
    shown = show(step, plots.whale_curve, *tables, what="gross_margin")
    assert shown.message.endswith("This is gross margin: what it costs to serve them is not known.")
    assert shown.message in shown.html.replace("\u00a0", " ")
    assert "gross margin" not in show(step, plots.whale_curve, *tables, what="customer_profit").message


def test_a_column_named_as_subject_reads_as_its_title(step, profit):
    assert "Nordvik · customer profit, EUR" in show_table(step, profit, what="customer_profit").html


def test_a_table_without_rows_is_a_sentence(step):
    nothing = pd.DataFrame({"profit": pd.Series([], dtype=float)})
    shown = show_table(step, nothing, what="Losses", none="No customer loses money.")
    assert "No customer loses money." in shown.html
    assert "Losses: none." in show_table(step, nothing, what="Losses").html
    assert "<table" not in shown.html
    some = show_table(step, pd.DataFrame({"profit": [-1.0]}), what="Losses", none="No customer loses money.")
    assert "No customer" not in some.html


def test_a_gap_says_what_it_needs_as_the_data_request_does(step):
    gap = NotAssessed("capacity use", needs=("activities",))
    shown = show(step, plots.capacity_use, gap)
    page = Page(shown.html)
    assert shown.kind == "gap"
    assert shown.message == ""
    for name in TABLES["activities"].required:
        assert TABLES["activities"].column(name).meaning in page.text
    assert not page.all("img")


def test_a_gap_among_several_tables_is_a_gap(step, profit):
    gap = NotAssessed("whale curve", reason="the total is not positive")
    shown = show(step, plots.whale_curve, profitability.whale_curve(profit), gap)
    assert "Not assessed: the total is not positive" in Page(shown.html).text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text(step, name):
    frame = pd.DataFrame({"name": [name], "profit": [1.0]})
    shown = show_table(step, frame, what=name, message=name)
    page = Page(shown.html)
    assert page.text.count(name) >= 3
    assert not page.all("script")
    assert not any("onerror" in attributes for _, attributes in page.tags)


def test_control_characters_and_half_characters_become_a_mark(step):
    shown = show_table(step, pd.DataFrame({"rank": [1]}), what="names", message="a\x00b\ud800c\u202ed")
    assert "a\ufffdb\ufffdcd" in shown.html
    shown.html.encode("utf-8")


def test_money_has_one_scale_per_table_and_nan_is_no_zero():
    frame = pd.DataFrame({"pocket_revenue": [1_230_000.0, np.nan], "customer_profit": [-45_600.0, 0.0]})
    shown = view(frame, Numbers("EUR"))
    assert shown.unit == "EUR k"
    assert shown.rows == (("1,230", "−46"), ("–", "0"))


@pytest.mark.parametrize(
    ("amounts", "unit", "first"),
    [
        ([1_230_000.0, -456_000.0], "EUR m", "1.23"),
        ([5_200_000.0, -30_000.0, 40_000.0], "EUR k", "5,200"),
        ([950.0, 0.4], "EUR", "950"),
        ([0.0, 0.0], "EUR", "0"),
        ([np.nan], "EUR", "–"),
    ],
)
def test_the_scale_suits_most_rows(amounts, unit, first):
    shown = view(pd.DataFrame({"profit": amounts}), Numbers("EUR"))
    assert (shown.unit, shown.rows[0][0]) == (unit, first)


def test_shares_counts_years_flags_and_keys_are_written_as_such():
    frame = pd.DataFrame(
        {"cost_share": [0.1234], "rank": [1406], "year": [2025], "ok": [True], "quadrant": ["carriage_trade"]}
    )
    assert view(frame, Numbers("EUR")).rows == (("12.3%", "1,406", "2025", "yes", "Carriage trade"),)


def test_numbers_are_on_the_right_and_text_on_the_left():
    heads = view(pd.DataFrame({"name": ["a"], "profit": [1.0]}), Numbers("EUR")).headers
    assert [h.is_number for h in heads] == [False, True]


def test_rows_left_out_are_counted():
    shown = view(pd.DataFrame({"rank": range(20)}), Numbers("EUR"), rows=12)
    assert (len(shown.rows), shown.left_out, shown.size) == (12, 8, 20)


def test_columns_can_be_chosen_and_their_format_too():
    frame = pd.DataFrame({"a_rate": [0.5], "b": [1]})
    shown = view(frame, Numbers("EUR"), columns=["a_rate"], formats={"a_rate": "share"})
    assert shown.rows == (("50.0%",),)


@pytest.mark.parametrize("asked", [{"columns": ["profits"]}, {"formats": {"profits": "share"}}])
def test_a_column_that_is_not_there_is_refused_with_the_nearest(asked):
    with pytest.raises(ColumnError) as caught:
        view(pd.DataFrame({"profit": [1.0]}), Numbers("EUR"), **asked)
    assert caught.value.remedy == "profit?"


def test_an_empty_table_has_headers_and_no_rows():
    shown = view(pd.DataFrame({"name": pd.Series([], dtype="str")}), Numbers("EUR"))
    assert (len(shown.headers), shown.rows) == (1, ())


def test_every_rung_of_the_ladder_has_a_title():
    ladder = ["list_revenue", "pocket_revenue", "cm1", "cm2", "cm3", "cm4", "customer_profit", "absorbed"]
    assert all(COLUMNS[name].kind == "money" and COLUMNS[name].meaning for name in ladder)


def test_an_unknown_column_takes_its_format_from_its_values():
    kinds = [
        column("x", pd.Series(v)).kind for v in ([1], [1.5], ["a"], [True], [pd.Timestamp("2025-01-01")])
    ]
    assert kinds == ["count", "number", "text", "flag", "date"]


def test_a_word_that_is_no_key_stands_as_it_is():
    assert (word("cm1"), word("Åkerlund & Söner")) == ("Contribution 1", "Åkerlund & Söner")


CONTRACT = """
    scope scope_id family year market own competitor share relative_share growth year_from year_to
    own_from own_to change market_effect share_effect interaction step kind amount rung rank
    account_id account_share value_share n total top_share_10 top_share_20 gini hhi effective_number
    largest_share profit cumulative_profit cumulative_share peak peak_share peak_rank erosion losers
    earners break_even loss_sum pocket_revenue price_realisation cost_to_serve cost_share price_cut
    cost_cut quadrant team supplied_minutes used_minutes unused_minutes utilisation unused_cost cost
    rate attributable_profit absorbed_profit absorbed_cost sign_change ledger assigned unassigned
    difference ok minutes activity_id practical_minutes
"""


@pytest.mark.parametrize("name", CONTRACT.split())
def test_every_column_of_the_result_tables_is_defined(name):
    assert COLUMNS[name].title
