"""The order in which notebooks run follows from the tables they declare."""

import json

import pytest

from kamkit.deliver.order import find_notebooks, needed_for, ordered, selected
from kamkit.errors import ParameterError, RunError
from tests.deliver import toy


@pytest.fixture
def folder(tmp_path):
    toy.notebook(tmp_path, "01_last", reads=("figures",))
    toy.notebook(tmp_path, "02_first", reads=("sales",), writes=("base",))
    toy.notebook(tmp_path, "03_middle", reads=("base",), writes=("figures",))
    toy.notebook(tmp_path, "04_alone", reads=("accounts",))
    return tmp_path


def names(notebooks):
    return [n.name for n in notebooks]


def test_each_notebook_comes_after_those_it_reads_from(folder):
    assert names(ordered(find_notebooks(folder))) == ["02_first", "03_middle", "01_last", "04_alone"]


def test_what_a_step_waits_for_includes_what_that_waits_for(folder):
    assert needed_for(find_notebooks(folder), ["01_last"]) == {"03_middle", "02_first"}


def test_title_and_declaration_come_from_the_file(folder):
    middle = find_notebooks(folder)[2]
    assert (middle.title, middle.reads, middle.writes, middle.number) == (
        "Title of 03_middle",
        ("base",),
        ("figures",),
        3,
    )


def test_a_circle_is_named(folder):
    toy.notebook(folder, "02_first", reads=("figures",), writes=("base",))
    with pytest.raises(RunError, match=r"02_first.*03_middle|03_middle.*02_first"):
        ordered(find_notebooks(folder))


def test_two_writers_of_one_table_are_refused(folder):
    toy.notebook(folder, "04_alone", writes=("base",))
    with pytest.raises(RunError, match="04_alone writes the table 'base', which 02_first"):
        ordered(find_notebooks(folder))


def test_an_input_table_is_nobodys_to_write(folder):
    toy.notebook(folder, "04_alone", writes=("accounts",))
    with pytest.raises(RunError, match="'accounts'"):
        ordered(find_notebooks(folder))


def test_a_table_nobody_writes_is_refused_with_the_nearest_name(folder):
    toy.notebook(folder, "04_alone", reads=("figure",))
    with pytest.raises(RunError, match="04_alone reads the table 'figure'") as caught:
        ordered(find_notebooks(folder))
    assert caught.value.remedy == "figures?"


def test_a_broken_notebook_is_named(folder):
    (folder / "notebooks" / "04_alone.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(RunError, match=r"04_alone\.ipynb"):
        find_notebooks(folder)


def test_a_file_of_another_program_is_named(folder):
    (folder / "notebooks" / "04_alone.ipynb").write_text(json.dumps({"nbformat": 4}), encoding="utf-8")
    with pytest.raises(RunError, match=r"04_alone\.ipynb"):
        find_notebooks(folder)


def test_notebooks_that_are_no_steps_are_left_alone(folder):
    toy.notebook(folder, "scratch")
    toy.notebook(folder, "account_plan")
    assert len(find_notebooks(folder)) == 4


def test_an_engagement_without_notebooks_takes_the_bundled_ones(tmp_path):
    assert names(find_notebooks(tmp_path))[:2] == ["01_markets", "02_customers"]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [(None, {1, 2, 3, 4}), ("2", {2}), ("1-3", {1, 2, 3}), ("1-2, 4", {1, 2, 4}), ("04", {4})],
)
def test_steps_are_selected_by_number(folder, steps, expected):
    assert selected(find_notebooks(folder), steps) == {
        n.name for n in find_notebooks(folder) if n.number in expected
    }


@pytest.mark.parametrize("steps", ["7", "1-9", "", "a", "3-1", "1;2", "1--2", "-1", "1e1"])
def test_a_selection_that_makes_no_sense_is_refused(folder, steps):
    with pytest.raises(ParameterError):
        selected(find_notebooks(folder), steps)
