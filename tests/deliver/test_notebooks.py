"""The notebook contract, on notebooks that keep and break it; and the bundled ones, which keep it."""

import json

import nbformat
import pytest

from kamkit.deliver.notebooks import clean, contract, refresh
from kamkit.errors import RunError
from kamkit.resources import bundled
from tests.deliver import toy

BUNDLED = sorted(bundled("notebooks").glob("*.ipynb"))


@pytest.fixture
def path(tmp_path):
    return toy.notebook(tmp_path, "01_a", "show(step, plots.whale_curve, curve)")


def edited(path, change):
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)
    return contract(path)


def with_cell(path, source, **metadata):
    return edited(path, lambda nb: nb.cells.append(nbformat.v4.new_code_cell(source, metadata=metadata)))


def test_a_notebook_that_keeps_the_contract_has_no_faults(path):
    assert contract(path) == []


def test_there_are_ten_steps():
    assert [p.name[:2] for p in BUNDLED if p.stem != "account_plan"] == [f"{n:02}" for n in range(1, 11)]


@pytest.mark.parametrize("bundled_notebook", BUNDLED, ids=lambda p: p.stem)
def test_the_bundled_notebooks_keep_the_contract(bundled_notebook):
    assert contract(bundled_notebook) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("\n".join("x = 1" for _ in range(9)), "9 lines, where 8 are allowed"),
        ("def f():\n    return 1", "a definition"),
        ("class A:\n    pass", "a definition"),
        ("for x in y:\n    z(x)", "a loop"),
        ("[f(x) for x in y]", "a loop"),
        ("while True:\n    pass", "a loop"),
        ("a = lambda x: x\nb = lambda x: x", "more than one lambda"),
        ("import matplotlib.pyplot as plt", "chart fiddling"),
        ("from seaborn import barplot", "chart fiddling"),
        ("ax.set_title('x')", "chart fiddling"),
        ("%matplotlib inline", "not plain Python"),
        ("kamkit.open(engagement).step('02_other')", "opens the step '02_other'"),
        ("show(step, plots.capacity_use, capacity)", "no sentence says how to read"),
    ],
)
def test_a_cell_that_breaks_it_is_named(path, source, fault):
    (found,) = with_cell(path, source)
    assert found.startswith("code cell 3: ")
    assert fault in found


def test_more_than_fifteen_code_cells_are_too_many(path):
    found = edited(path, lambda nb: nb.cells.extend(nbformat.v4.new_code_cell("1") for _ in range(14)))
    assert found == ["16 code cells, where 15 are allowed"]


def test_a_bare_heading_explains_nothing(path):
    def change(notebook):
        notebook.cells += [
            nbformat.v4.new_markdown_cell("## Next"),
            nbformat.v4.new_code_cell("show_table(step, t)"),
        ]

    assert edited(path, change) == ["code cell 3: shows something that no sentence says how to read"]


@pytest.mark.parametrize("key", ["reads", "writes"])
def test_tables_must_be_declared(path, key):
    assert edited(path, lambda nb: nb.metadata.kamkit.pop(key)) == [
        f"metadata kamkit.{key} is no list of table names"
    ]


def test_a_parameters_cell_must_set_the_engagement(path):
    def no_engagement(notebook):
        notebook.cells[1].source = "top = 1"

    def no_tag(notebook):
        notebook.cells[1].metadata.pop("tags")

    assert edited(path, no_engagement) == ["the parameters cell does not set engagement"]
    assert edited(path, no_tag) == ["0 cells are tagged parameters, where one is asked"]


@pytest.mark.parametrize(
    ("text", "fault"), [("Text", "the first cell is no title"), ("# T", "no paragraph of purpose")]
)
def test_title_and_purpose_come_first(path, text, fault):
    def change(notebook):
        notebook.cells[0].source = text
        notebook.cells.insert(1, nbformat.v4.new_markdown_cell("How to read it."))

    (found,) = edited(path, change)
    assert fault in found


def test_output_is_stored_only_where_it_is_compared(path):
    assert with_cell(path, "1", tags=["nbval-check-output"]) == []

    def run(notebook):
        notebook.cells[-1].execution_count = 3
        notebook.cells[-2].execution_count = 2

    assert edited(path, run) == ["code cell 2: stored output in a cell that is not tagged nbval-check-output"]


def test_workshop_cells_are_skipped_by_nbval(path):
    assert with_cell(path, "1", tags=["workshop"]) == ["code cell 3: tagged workshop but not nbval-skip"]


def test_cleaning_keeps_the_checked_output_and_nothing_else(path):
    def run(notebook):
        output = nbformat.v4.new_output("stream", text="0.49\n")
        notebook.cells[1].update(outputs=[output], execution_count=1)
        checked = nbformat.v4.new_code_cell(
            "1", metadata={"tags": ["nbval-check-output"], "papermill": {"x": 1}}
        )
        checked.update(outputs=[output], execution_count=7)
        notebook.cells.append(checked)
        notebook.metadata.papermill = {"duration": 3}

    edited(path, run)
    assert clean(path)
    cells = nbformat.read(path, as_version=4).cells
    assert (cells[1].outputs, cells[1].execution_count) == ([], None)
    assert (cells[-1].outputs[0].text, cells[-1].execution_count) == ("0.49\n", 7)
    assert dict(cells[-1].metadata) == {"tags": ["nbval-check-output"]}
    assert set(json.loads(path.read_text(encoding="utf-8"))["metadata"]) == {
        "kamkit",
        "kernelspec",
        "language_info",
    }
    assert not clean(path)


def test_refreshing_runs_the_notebooks_and_keeps_what_the_checked_cells_print(tmp_path):
    first = toy.notebook(tmp_path, "01_a", writes=("base",), **{"nbval-check-output": "print(engagement)"})
    broken = toy.notebook(tmp_path, "02_b", "1/0", reads=("base",))
    with pytest.raises(RunError, match=r"02_b\.ipynb, code cell 2"):
        refresh(tmp_path / "notebooks", tmp_path)
    checked = nbformat.read(first, as_version=4).cells[-1]
    assert checked.outputs[0].text == f"{tmp_path}\n"
    assert checked.execution_count == 3
    assert "ZeroDivisionError" not in broken.read_text(encoding="utf-8")
