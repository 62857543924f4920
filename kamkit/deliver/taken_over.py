"""Results of an earlier run, taken over: copied, and their tables noted as made of today's inputs."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kamkit.deliver.record import sha256
from kamkit.deliver.stale import Lent
from kamkit.engagement.handed_on import note_of, renoted

__all__ = ["take_over"]


def take_over(
    lent: Lent, run_folder: Path, inputs: Mapping[str, str], decided: Mapping[str, Any]
) -> dict[str, str]:
    """Copy what an earlier run made of a step or plan.

    Parameters
    ----------
    lent : what is taken over, and found to be as good as made today.
    run_folder : the run that takes it over; the steps before are done.
    inputs, decided : today's hashes of the tables, and the values in force; the tables say of themselves
        that they rest on them, as they would had they been made now.

    Returns
    -------
    The hash of each file, by its place in the run's folder.
    """
    for name in lent.made.files:
        (run_folder / name).parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".parquet"):
            _table(lent.folder / name, run_folder / name, run_folder, inputs, decided)
        else:
            shutil.copy2(lent.folder / name, run_folder / name)
    return {name: sha256(run_folder / name) for name in lent.made.files}


def _table(
    file: Path, target: Path, run_folder: Path, inputs: Mapping[str, str], decided: Mapping[str, Any]
) -> None:
    note = note_of(file)
    if "asked" not in note:
        shutil.copy2(file, target)
        return
    before = [note_of(run_folder / "tables" / f"{name}.parquet") for name in note["read"]]
    rests_on = {key: value for other in before for key, value in other["decisions"].items()}
    rests_on |= {key: [decided[key]] if key in decided else [] for key in note["asked"]}
    today = {"inputs": dict(inputs), "decisions": rests_on}
    if {name: note[name] for name in today} == today:
        shutil.copy2(file, target)
    else:
        renoted(file, target, **today)
