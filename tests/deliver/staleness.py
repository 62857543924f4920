"""An engagement of a handful of rows with steps that each read one kind of thing, run without kernels."""

from __future__ import annotations

import json
import shutil
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest

from kamkit.deliver import runner
from kamkit.deliver.plans import making
from kamkit.engagement import reads
from kamkit.engagement.engagement import Engagement

TOML = """\
client = "Nordvik"
currency = "EUR"

[period]
start = "2025-01"
end = "2025-12"

[controls]
tolerance = 0.001
required_return = 0.1

[report]
formats = ["html"]
confidentiality = "Secret"
"""
TABLES = {
    "accounts.csv": "account_id,name,country,kam_tier\na,Alfa AB,Sweden,A\nb,Beta OÜ,Estonia,\n",
    "sales.csv": (
        "date,account_id,product_id,net_amount\n2025-01-05,a,p,60\n2025-02-05,a,q,40\n2025-12-05,b,p,50\n"
    ),
    "responses.csv": ("instrument,item_id,subject_type,subject_id,respondent,value\nfit,i1,account,a,r1,3\n"),
    "criteria.csv": (
        "instrument,item_id,text,scale_min,scale_max,direction\nfit,i1,How well they fit,1,5,max\n"
    ),
}
OPEN = "import kamkit\nimport pandas as pd\nfolder = kamkit.open(engagement)\nstep = folder.step('{}')"

STEPS: dict[str, dict[str, Any]] = {
    "01_lines": {
        "reads": ("sales",),
        "writes": ("by_account", "by_product"),
        "cells": [
            "lines = step.table('sales').df()",
            "by_account = lines.groupby('account_id')[['net_amount']].sum()",
            "by_product = lines.groupby('product_id')[['net_amount']].sum()",
            "step.write_all(by_account=by_account, by_product=by_product)",
        ],
    },
    "02_sums": {
        "reads": ("by_account",),
        "writes": ("total",),
        "cells": ["step.write('total', step.read('by_account').sum().to_frame('total'))"],
    },
    "03_judged": {
        "reads": ("responses", "total"),
        "writes": ("judged",),
        "cells": [
            "uplift = folder.decision('choice.uplift', 0.1)",
            "step.write('judged', step.read('total') * (1 + uplift))",
            "step.table('responses')",
        ],
    },
    "04_chosen": {
        "reads": ("accounts", "judged"),
        "writes": ("chosen",),
        "cells": [
            "judged, accounts = step.read('judged'), step.table('accounts')",
            "step.write('chosen', accounts.set_index('account_id')[['name']].assign(big=judged.iloc[0, 0] > 160))",
        ],
    },
    "05_case": {
        "reads": ("chosen",),
        "writes": ("case",),
        "parameters": "engagement = 'x'\ntop = 0.1",
        "cells": [
            "rate = folder.config.controls.required_return",
            "step.write('case', step.read('chosen').assign(rate=rate, top=top))",
        ],
    },
    "06_before": {
        "reads": ("by_account",),
        "writes": ("moved",),
        "cells": [
            "before = step.previous('by_account')",
            "step.write('moved', pd.DataFrame({'seen': [isinstance(before, pd.DataFrame)]}))",
        ],
    },
    "07_log": {
        "reads": (),
        "writes": ("log",),
        "cells": ["step.write('log', kamkit.engagement.decision_table(folder)[['key', 'value']])"],
    },
    "08_day": {
        "reads": (),
        "writes": ("day",),
        "cells": ["step.write('day', pd.DataFrame({'day': [pd.Timestamp.today().normalize()]}))"],
    },
    "09_file": {
        "reads": (),
        "writes": ("extra",),
        "cells": ["step.write('extra', pd.read_csv('extra.csv'))"],
    },
    "10_absent": {
        "reads": ("demand",),
        "writes": ("wallets",),
        "cells": ["step.write('wallets', pd.DataFrame({'known': [folder.has('demand')]}))"],
    },
}
PLAN: dict[str, Any] = {
    "reads": ("accounts", "judged"),
    "writes": ("plan_sum",),
    "parameters": "engagement = 'x'\naccount_id = ''",
    "cells": [
        "step = folder.step('account_plan', folder.account(account_id))",
        "step.write('plan_sum', step.read('judged').assign(account=account_id))",
    ],
}
EVERY = {name[:2] for name in STEPS} | {"plan"}
"""What a run can execute: the steps by their numbers, and the account plan."""


def make(folder: Path) -> Path:
    """Write the engagement."""
    (folder / "data").mkdir(parents=True)
    (folder / "engagement.toml").write_text(TOML, encoding="utf-8")
    for name, text in TABLES.items():
        (folder / "data" / name).write_text(text, encoding="utf-8")
    (folder / "extra.csv").write_text("x\n1\n", encoding="utf-8")
    for name in (*STEPS, "account_plan"):
        write_notebook(folder, name)
    return folder


def write_notebook(folder: Path, name: str, *more: str, prose: str = "Its purpose.") -> None:
    """Write a step's notebook, with further cells."""
    step = STEPS.get(name, PLAN)
    new = nbformat.v4.new_notebook()
    new.metadata.kamkit = {"reads": list(step["reads"]), "writes": list(step["writes"])}
    new.cells = [nbformat.v4.new_markdown_cell(f"# {name}\n\n{prose}", id="prose")]
    sources = [step.get("parameters", "engagement = 'x'"), OPEN.format(name), *step["cells"], *more]
    new.cells += [nbformat.v4.new_code_cell(s, id=f"cell-{n}") for n, s in enumerate(sources)]
    new.cells[1].metadata.tags = ["parameters"]
    (folder / "notebooks").mkdir(exist_ok=True)
    nbformat.write(new, folder / "notebooks" / f"{name}.ipynb")


@contextmanager
def noting(run_folder: Path, output: Path, cwd: Path):
    """As a kernel is set up: told where the run is, its reads noted."""
    told = {reads.VARIABLE: str(reads.file_for(output)), "KAMKIT_RUN": str(run_folder)}
    with pytest.MonkeyPatch.context() as patch, chdir(cwd):
        patch.syspath_prepend(str(cwd))
        for name, value in told.items():
            patch.setenv(name, value)
        reads.start()
        try:
            yield
        finally:
            reads.stop()


def execute_here(path, output, parameters, *, run_folder, cwd, cell_done):
    """In the place of a kernel: the cells in this process."""
    notebook = nbformat.read(path, as_version=4)
    names: dict[str, Any] = {"display": lambda *shown: None}
    with noting(run_folder, output, cwd):
        for cell in (c for c in notebook.cells if c.cell_type == "code" and not is_workshops(c)):
            exec(cell.source, names)
            if "parameters" in cell.metadata.get("tags", ()):
                names.update(parameters)
    nbformat.write(notebook, output)


def is_workshops(cell: Any) -> bool:
    """Whether a cell is left out of a run."""
    return "workshop" in cell.metadata.get("tags", ())


class NoKernels:
    """In the place of the pool of kernels."""

    reason = ""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def stop(self) -> None:
        """Nothing is at work."""


def write_page(run_folder, *_others, **_named):
    """In the place of the report."""
    page = run_folder / "report.html"
    page.write_text("report", encoding="utf-8")
    return page


def without_kernels(patch: pytest.MonkeyPatch) -> None:
    """Let runs execute their notebooks in this process, and make no report."""
    patch.setattr(runner, "pool", NoKernels)
    patch.setattr(runner, "execute", execute_here)
    patch.setattr(making, "execute", execute_here)
    patch.setattr(runner, "build_report", write_page)
    patch.setattr(making, "build_plan", lambda *_given: "plan")
    patch.setattr(runner, "ground_of", lambda path: "the same library")
    patch.setattr(Engagement, "require_sound", lambda engagement: None)


def run(folder: Path, **asked: Any) -> dict[str, Any]:
    """The record of a run, one notebook at a time."""
    result = runner.run(folder, progress=False, jobs=1, **asked)
    assert not result.messages
    return json.loads((result.run_folder / "run.json").read_text(encoding="utf-8"))


def executed(record: dict[str, Any]) -> set[str]:
    """Numbers of the steps that a run executed; *plan* where it made a plan."""
    plans = {"plan" for plan in record["plans"].values() if plan["status"] == "done"}
    return plans | {name[:2] for name, step in record["steps"].items() if step["status"] == "done"}


def put_back(kept: Path, folder: Path) -> None:
    """The engagement as it was kept."""
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)


def edit(file: Path, old: str, new: str) -> None:
    """Change a text in a file, where it stands once."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def tables(folder: Path, record: dict[str, Any]) -> dict[str, bytes]:
    """The bytes of every table of a run, by its place."""
    made = folder / "runs" / record["id"]
    return {f.relative_to(made).as_posix(): f.read_bytes() for f in made.rglob("*.parquet")}
