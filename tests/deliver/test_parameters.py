"""Parameters are values, never code, and an unknown one stops everything."""

import pytest

from kamkit.deliver.order import find_notebooks
from kamkit.deliver.parameters import for_notebooks, parse
from kamkit.errors import ParameterError
from tests.deliver import toy


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("top=0.2", 0.2),
        ("top=3", 3),
        ("top=true", True),
        ('top="3"', "3"),
        ("top=plain words", "plain words"),
        ("top=a=b", "a=b"),
        ("top=", ""),
        ("top=__import__('os').system('true')", "__import__('os').system('true')"),
        ("top=1\nother = 2", "1\nother = 2"),
        ("top=nan", "nan"),
        ("top=2025-03-01", "2025-03-01"),
    ],
)
def test_a_value_is_read_as_toml_or_kept_as_text(text, value):
    assert parse([text]) == {"top": value}


@pytest.mark.parametrize("given", [["top"], ["=3"], ["top=1", "top=2"], ["top=[1, 2]"], ["top={a = 1}"]])
def test_what_is_no_single_value_is_refused(given):
    with pytest.raises(ParameterError):
        parse(given)


def test_a_number_that_is_none_is_refused():
    with pytest.raises(ParameterError):
        parse({"top": float("nan")})


@pytest.fixture
def notebooks(tmp_path):
    toy.notebook(tmp_path, "01_a", parameters="engagement = 'x'\ntop = 0.1")
    toy.notebook(tmp_path, "02_b", parameters="engagement = 'x'\nabsorb = False")
    return find_notebooks(tmp_path)


def test_each_notebook_gets_what_it_knows(notebooks):
    assert for_notebooks({"top": 0.2}, notebooks) == {"01_a": {"top": 0.2}, "02_b": {}}


def test_an_unknown_name_is_refused_with_the_nearest(notebooks):
    with pytest.raises(ParameterError, match="'absorbed'") as caught:
        for_notebooks({"absorbed": True}, notebooks)
    assert caught.value.remedy == "absorb?"


@pytest.mark.parametrize("name", ["engagement", "top; import os", "__class__", "top=1\nx"])
def test_a_name_that_is_not_the_users_to_set_is_refused(notebooks, name):
    with pytest.raises(ParameterError):
        for_notebooks({name: 1}, notebooks)
