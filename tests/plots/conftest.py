"""What a whole run of the sample has shown, for the tests of all exhibits."""

from __future__ import annotations

import pytest

from kamkit.deliver.kept import FOLDER, Kept, read_kept
from tests.whole.conftest import shared


@pytest.fixture(scope="session")
def kept(tmp_path_factory) -> dict[str, list[Kept]]:
    """By exhibit, all that the run of the sample has shown of it."""
    whole = shared(tmp_path_factory, "nordvik", lambda folder: None)
    run = sorted(whole.glob("runs/*T*Z-*"))[-1]
    found: dict[str, list[Kept]] = {}
    for file in sorted((run / FOLDER).glob("*.json")):
        one = read_kept(run, file.stem)
        if one.kind == "exhibit":
            found.setdefault(one.draw, []).append(one)
    return found
