"""The sample, after one decision in step 4: what is executed again, and that nobody can tell from the tables.

The notebooks are executed in this process and their exhibits are not drawn; what they compute and hand on
is the sample's.
"""

import json
from types import SimpleNamespace

import pytest

import kamkit
import kamkit.deliver
from kamkit.engagement.new import create
from tests.deliver import staleness

SHOWN = SimpleNamespace(kind="exhibit", message="")


@pytest.fixture
def sample(tmp_path):
    """The sample's engagement, without account plans, run once."""
    folder = create(tmp_path / "nordvik", sample=True)
    (folder / "notebooks" / "account_plan.ipynb").unlink()
    settings = folder / "engagement.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + '\n[report]\nformats = ["html"]\n')
    with pytest.MonkeyPatch.context() as patch:
        staleness.without_kernels(patch)
        for name in ("show", "show_table"):
            patch.setattr(kamkit.deliver, name, lambda *given, **named: SHOWN, raising=False)
        staleness.run(folder)
        yield folder


def test_a_decision_in_step_4_executes_what_rests_on_it_and_leaves_the_tables_of_a_full_run(sample):
    kamkit.open(sample).decide("choice.uplift", 0.08, by="A. Tamm", why="a cautious year")
    record = staleness.run(sample)
    chosen = {"04", "05", "07"}
    told_of_decisions = {"09", "10"}
    assert staleness.executed(record) == chosen | told_of_decisions
    everything = staleness.run(sample, force=True)
    assert len(everything["steps"]) == 10
    assert staleness.tables(sample, record) == staleness.tables(sample, everything)
    for name in everything["steps"]:
        findings = [sample / "runs" / r["id"] / "findings" / f"{name}.json" for r in (record, everything)]
        first, second = (json.loads(file.read_text(encoding="utf-8")) for file in findings)
        assert first == second
