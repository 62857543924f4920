"""File names from identifiers: safe on any system, and no two alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkit.engagement.file_names import file_name

IDENTIFIERS = st.text(min_size=1, max_size=80)
RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}


@given(IDENTIFIERS, st.text(max_size=80))
def test_any_identifier_makes_a_short_plain_name(identifier, name):
    made = file_name(identifier, name)
    assert made
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")
    assert len(made) <= 90
    assert made.split(".")[0].split("_")[0] not in RESERVED


@given(st.lists(st.tuples(IDENTIFIERS, st.text(max_size=20)), unique_by=lambda pair: pair[0], max_size=20))
def test_no_two_identifiers_share_a_name(pairs):
    assert len({file_name(identifier, name) for identifier, name in pairs}) == len(pairs)


@pytest.mark.parametrize(
    ("one", "other"), [("A/1", "a/1"), ("a-1", "a 1"), ("ab", "AB"), ("Å", "A"), ("日", "本")]
)
def test_names_differ_also_where_case_does_not_count(one, other):
    assert file_name(one).casefold() != file_name(other).casefold()


def test_an_identifier_and_a_name_can_not_be_taken_for_each_other():
    assert file_name("a", "1-b") != file_name("a-1", "b")
