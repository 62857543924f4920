"""What a notebook's code can read without leaving a trace."""

import nbformat
import pytest

from kamkit.deliver.unseen import unseen
from kamkit.resources import bundled


def code(tmp_path, *cells):
    new = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    nbformat.write(new, tmp_path / "01_a.ipynb")
    return unseen(tmp_path / "01_a.ipynb")


@pytest.mark.parametrize("path", sorted(bundled("notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_kamkits_own_notebooks_read_nothing_unseen(path):
    assert unseen(path) == []


@pytest.mark.parametrize(
    "source",
    [
        "import kamkit\nstep = kamkit.open('x').step('y')\nstep.table('sales')",
        "today = step.engagement.period[1]\ntoday + pd.Timedelta(days=1)",
        "import pandas as pd\npd.read_csv('x.csv')",
        "from kamkit.method import portfolio\nportfolio.choice(a=1)",
        "now, choice = 1, 2\nnow + choice",
        "import numpy as np\nnp.mean([1])",
    ],
)
def test_what_the_kernel_notices_needs_no_guess(tmp_path, source):
    assert code(tmp_path, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "import duckdb",
        "from polars import scan_csv",
        "import os",
        "import requests as r",
        "from . import helpers",
        "import pandas as pd\npd.Timestamp.now()",
        "from datetime import datetime\nclock = datetime.now",
        "import numpy as np\nnp.random.rand()",
        "from numpy.random import default_rng",
        "frame.sample(3)",
        "import pandas as pd\npd.read_parquet('folder')",
        "eval('1')",
        "getattr(step, 'x')",
        "step._folder",
        "(folder.path / 'x').exists()",
        "!ls",
        "%run other.ipynb",
        "get_ipython().system('ls')",
        "__import__('os')",
    ],
)
def test_what_leaves_no_trace_is_never_the_same_again(tmp_path, source):
    found = code(tmp_path, "1 + 1", source)
    assert found
    assert all(read.startswith("always:") for read in found)


def test_who_asks_for_the_day_depends_on_the_day(tmp_path):
    assert code(tmp_path, "from datetime import date\ndate.today()") == ["day:today"]
