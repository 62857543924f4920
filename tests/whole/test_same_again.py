"""The same inputs give the same tables: one step at a time, in another time zone and language, hours apart."""

import time

import pyarrow.parquet as pq
import pytest

from kamkit.deliver.runner import run
from kamkit.engagement.new import create


@pytest.fixture
def elsewhere(monkeypatch):
    """A machine on the other side of the date line, set to Turkish."""
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    for variable in ("LC_ALL", "LANG"):
        monkeypatch.setenv(variable, "tr_TR.UTF-8")
    if hasattr(time, "tzset"):
        time.tzset()
    yield
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()


def test_steps_side_by_side_hand_on_what_they_do_one_by_one_elsewhere(run_folder, tmp_path, elsewhere):
    folder = create(tmp_path / "nordvik", sample=True)
    settings = folder / "engagement.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + '\n[report]\nformats = ["html"]\n', "utf-8")
    again = run(folder, steps="1-10", jobs=1, progress=False)
    assert again.succeeded, again.messages
    tables = sorted(p.name for p in (run_folder / "tables").glob("*.parquet"))
    assert tables == sorted(p.name for p in (again.run_folder / "tables").glob("*.parquet"))
    for name in tables:
        first, second = (pq.read_table(place / "tables" / name) for place in (run_folder, again.run_folder))
        assert first.schema.metadata[b"pandas"] == second.schema.metadata[b"pandas"], name
        assert first.equals(second), name
