"""One meaning for each column, whichever step it comes from."""

from collections import Counter

from kamkit.deliver.columns import COLUMNS, accounts, choice, customers, measures


def test_no_column_is_defined_twice():
    """A second definition would silently win, and print a depth as money."""
    rooms = (accounts, choice, customers, measures)
    names = Counter(c.name for room in rooms for part in room.__all__ for c in getattr(room, part))
    assert [name for name, times in names.items() if times > 1] == []
    assert set(names) == set(COLUMNS)
