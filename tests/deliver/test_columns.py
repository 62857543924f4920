"""One meaning for each column, whichever step it comes from."""

from collections import Counter

import pandas as pd
import pytest

from kamkit.deliver.columns import COLUMNS, accounts, choice, column, customers, measures
from kamkit.deliver.tables import view
from kamkit.locale.numbers import Numbers


def test_no_column_is_defined_twice():
    """A second definition would silently win, and print a depth as money."""
    rooms = (accounts, choice, customers, measures)
    names = Counter(c.name for room in rooms for part in room.__all__ for c in getattr(room, part))
    assert [name for name, times in names.items() if times > 1] == []
    assert set(names) == set(COLUMNS)


@pytest.mark.parametrize(
    ("table", "name"),
    [("failed_gates", "value"), ("failed_gates", "gate"), ("flips", "change"), ("choice_sheet", "change")],
)
def test_points_of_a_scale_and_moves_of_weights_are_no_money(table, name):
    assert column(name, table=table).kind == "number"


@pytest.mark.parametrize(
    ("table", "name", "kind"),
    [
        ("effort", "change", "number"),
        ("effort_placement", "change", "number"),
        ("value_drivers", "change", "number"),
        ("growth_split", "change", "money"),
        ("choice_curve", "marginal", "money"),
        ("importance", "sure", "share"),
        ("choice_certainty", "sure", "flag"),
        ("loss_history", "rate", "share"),
        ("decisions_log", "value", "text"),
        ("judged_scores", "revenue", "number"),
        ("rank_acceptability", "1", "share"),
    ],
)
def test_one_name_stands_for_another_unit_in_another_table(table, name, kind):
    """Hours are no money, a share is no yes, a criterion called revenue is scored in points."""
    assert column(name, table=table).kind == kind


def test_a_page_writes_each_row_in_its_own_unit():
    frame = pd.DataFrame(
        {
            "line": ["a", "b", "c"],
            "unit": ["money", "share", "accounts"],
            "key_figure": [1_500_000.0, 0.25, 18.0],
        }
    )
    shown = view(frame, Numbers("EUR"), table="charter")
    assert [row[2] for row in shown.rows] == ["1.50", "25.0%", "18"]
    assert shown.unit == "EUR m"
