"""One meaning for each column, whichever step it comes from."""

from collections import Counter

import pytest

from kamkit.deliver.columns import COLUMNS, accounts, choice, column, customers, measures


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
