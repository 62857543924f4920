"""What the documentation says holds: its figures, its parts of the method, its links into the code."""

from __future__ import annotations

import importlib.util
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

import kamkit
import kamkit.method
from kamkit import plots
from kamkit.method import concentration, profitability
from tests.real_engagements import DATA, truths

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
INNER = {"arguments", "frames", "settled"}
"""Modules of ``kamkit.method`` that serve its own functions and are no part of the handbook."""


def loaded(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_part_of_the_method_has_a_page() -> None:
    parts = {m.name for m in pkgutil.iter_modules(kamkit.method.__path__) if not m.name.startswith("_")}
    assert set(loaded(DOCS / "pages.py").HANDBOOK) == parts - INNER


def test_every_command_that_the_documentation_types_is_one_of_kamkit() -> None:
    from typer.main import get_command

    from kamkit.cli import app

    known = get_command(app).commands  # type: ignore[attr-defined]
    pages = [page.read_text(encoding="utf-8") for page in (*DOCS.glob("*.md"), ROOT / "README.md")]
    blocks = [block for page in pages for block in re.findall(r"```sh\n(.*?)```", page, re.S)]
    typed = {command for block in blocks for command in re.findall(r"^kamkit ([a-z]+)", block, re.M)}
    assert typed
    assert typed <= set(known)


def test_every_exhibit_has_a_sentence_on_how_to_read_it() -> None:
    drawn = [e for e in vars(plots).values() if isinstance(e, plots.Exhibit)]
    assert drawn
    assert all(e.how.endswith(".") for e in drawn)


STORY = (DOCS / "story.md").read_text(encoding="utf-8")
RETAIL = DATA / "online_retail_2010_2011" / "online_retail.parquet"


@pytest.fixture(scope="module")
def retail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not RETAIL.is_file():
        pytest.skip("the public data set is not on this machine")
    make = loaded(ROOT / "examples" / "online_retail.py")
    folder = make.engagement_of(RETAIL, tmp_path_factory.mktemp("story") / "retail")
    assert isinstance(folder, Path)
    return folder


def test_the_gate_counts_what_the_story_tells(retail: Path) -> None:
    known, said = truths("online_retail_2010_2011"), " ".join(map(str, kamkit.open(retail).check()))
    amount, late = (
        f"{known['value_rows_without_customer']:,.2f}",
        f"{known['monthly_total_value']['2011-12']:,.2f}",
    )
    rows = f"{known['null_CustomerID']:,} lines"
    assert all(figure in said for figure in (amount, late, rows))
    assert all(figure in STORY for figure in (amount, late, rows, f"{known['rows']:,} invoice lines"))


def test_the_concentration_is_that_of_the_invoices(retail: Path) -> None:
    lines = pd.read_parquet(RETAIL)
    lines = lines[pd.to_datetime(lines["InvoiceDate"]) < "2011-12-01"].dropna(subset="CustomerID")
    value = (
        (lines["Quantity"] * lines["UnitPrice"])
        .groupby(lines["CustomerID"])
        .sum()
        .sort_values(ascending=False)
    )
    shares = value.cumsum() / value.sum()
    tenth, fifth = shares.iloc[-(-len(value) // 10) - 1], shares.iloc[-(-len(value) // 5) - 1]
    told = [f"{share:.1%}".replace("%", " %") for share in (tenth, fifth, shares.iloc[0])]
    assert [figure for figure in (f"{len(value):,}", *told) if figure not in STORY] == []
    step = kamkit.open(retail).step("02_customers")
    pnl = step.compute(profitability.customer_pnl, ledger=None)
    customers = step.compute(profitability.known_customers, pnl=pnl)
    assert concentration.top_share(customers["invoiced_revenue"], 0.10) == pytest.approx(tenth)
