"""A whole run with the lines in Spark hands on the tables of one with the lines in DuckDB."""

import json
from pathlib import Path

import duckdb
import nbformat
import pytest

import kamkit
from kamkit.engagement.handed_on import content_of
from tests.deliver import staleness as toy

TOML = """\
client = "Nordvik"
currency = "EUR"

[period]
start = "2025-01"
end = "2025-12"

[report]
formats = ["html"]
"""
TABLES = {
    "accounts.csv": "account_id,name,country,kam_tier\na,Alfa AB,Sweden,A\nb,Beta OÜ,Estonia,\n",
    "ledger.csv": (
        "month,code,name,rung,amount,account_id,team,practical_minutes\n"
        "2025-01,30,Sales,revenue,150.10,,,\n2025-01,31,Bonus,deduction,3.05,a,,\n"
        "2025-01,60,Order desk,service,40,,Desk,1000\n"
    ),
    "activities.csv": (
        "activity_id,name,team,rung,unit,base_minutes,extra_minutes\no,Order entry,Desk,service,order,8,2\n"
    ),
}
LINES = {
    "sales": (
        "select * from (values (date '2025-01-05', 'a', 'p', 60.1, 30.0), (date '2025-02-05', 'a', 'q', 40.0, 10.0),"
        " (date '2025-12-05', 'b', 'p', 50.0, 45.5)) as t(date, account_id, product_id, net_amount, product_cost)"
    ),
    "activity_use": (
        "select * from (values (date '2025-01-01', 'a', 'o', 10.0, 30.0), (date '2025-03-01', 'b', 'o', 5.0, 0.0))"
        " as t(month, account_id, activity_id, count, extra_units)"
    ),
}
STEPS = {
    "01_lines": (
        ["accounts", "sales", "ledger", "activities", "activity_use"],
        ["pnl", "pattern"],
        [
            "from kamkit.method import profitability",
            "pnl = step.compute(profitability.customer_pnl)",
            "months = step.compute(profitability.customer_pnl, by=('account_id', 'month'), activity_use=None)",
            "step.write_all(pnl=pnl, pattern=months)",
        ],
    ),
    "02_sums": (["pnl"], ["total"], ["step.write('total', step.read('pnl').sum().to_frame('total'))"]),
    "03_names": (["accounts"], ["names"], ["step.write('names', step.table('accounts')[['name']])"]),
}


@pytest.fixture
def engagement(tmp_path):
    """Two customers, three lines, the lines and the use of activities as Parquet."""
    folder = tmp_path / "nordvik"
    (folder / "data").mkdir(parents=True)
    (folder / "notebooks").mkdir()
    (folder / "engagement.toml").write_text(TOML, encoding="utf-8")
    for name, text in TABLES.items():
        (folder / "data" / name).write_text(text, encoding="utf-8")
    for name, query in LINES.items():
        duckdb.sql(f"copy ({query}) to '{(folder / 'data' / name).as_posix()}.parquet' (format parquet)")
    for name, step in STEPS.items():
        _write(folder / "notebooks" / f"{name}.ipynb", *step)
    return folder


def _write(file: Path, reads: list[str], writes: list[str], cells: list[str]) -> None:
    new = nbformat.v4.new_notebook()
    new.metadata.kamkit = {"reads": reads, "writes": writes}
    new.cells = [nbformat.v4.new_markdown_cell(f"# {file.stem}\n\nIts purpose.", id="prose")]
    sources = ["engagement = 'x'", toy.OPEN.format(file.stem), *cells]
    new.cells += [nbformat.v4.new_code_cell(s, id=f"cell-{n}") for n, s in enumerate(sources)]
    new.cells[1].metadata.tags = ["parameters"]
    nbformat.write(new, file)


def _contents(folder: Path, record: dict) -> dict[str, str]:
    tables = (folder / "runs" / record["id"] / "tables").glob("*.parquet")
    return {file.stem: content_of(file) for file in tables}


def test_a_run_on_spark_hands_on_the_same_tables_and_makes_its_steps_on_spark_again(
    spark, engagement, monkeypatch
):
    toy.without_kernels(monkeypatch)
    duck = toy.run(engagement)
    with (engagement / "engagement.toml").open("a", encoding="utf-8") as file:
        file.write('[ledger]\nengine = "spark"\n')
    assert [p for p in kamkit.open(engagement).check() if p.severity == "fatal"] == []
    on_spark = toy.run(engagement)
    assert {"01"} <= toy.executed(on_spark)
    assert _contents(engagement, on_spark) == _contents(engagement, duck)
    assert set(_contents(engagement, duck)) == {"pnl", "pattern", "total", "names"}
    again = toy.run(engagement)
    read = json.dumps(again["steps"]["01_lines"]["read"])
    assert (toy.executed(again), "always:socket.connect" in read) == ({"01"}, True)
    assert _contents(engagement, again) == _contents(engagement, duck)
