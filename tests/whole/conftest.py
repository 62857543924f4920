"""One run of the whole sample, shared by all test processes."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from kamkit.deliver.runner import run
from kamkit.engagement.new import create


@pytest.fixture(scope="session")
def whole(tmp_path_factory) -> Path:
    """The folder of a sample engagement whose ten steps, plans and deliverables have been made."""
    return shared(tmp_path_factory, "nordvik", lambda folder: None)


def shared(tmp_path_factory, name: str, prepare) -> Path:
    """An engagement made from the sample and run once, by whichever process comes first."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if root.name.startswith("popen-") else root
    folder, done = root / name, root / f"{name}.done"
    with FileLock(root / f"{name}.lock"):
        if not done.exists():
            create(folder, sample=True)
            prepare(folder)
            result = run(folder, progress=False)
            assert result.succeeded, result.messages
            done.write_text("\n".join(result.remarks))
    return folder


@pytest.fixture(scope="session")
def run_folder(whole) -> Path:
    """The run folder of the whole sample."""
    return sorted(whole.glob("runs/*T*Z-*"))[-1]
