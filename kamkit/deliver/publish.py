"""The deliverables change in one step, or not at all.

The new folder is built beside the old one and the two change places, on Linux in one step, elsewhere by
two renamings. What a run that was killed in between left behind is put right at the next start.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from kamkit.errors import ParameterError, RunError

__all__ = ["MANIFEST", "check_target", "publish", "recover", "refuse_links"]

MANIFEST = ".kamkit.json"
"""Lists which files of a deliverables folder were written by kamkit; all others are kept as they are."""

_HERE, _EXCHANGE = -100, 2


def check_target(target: Path, *, chosen: bool) -> None:
    """Refuse a folder that can't take deliverables, before anything is run.

    Parameters
    ----------
    target : folder of the deliverables.
    chosen : whether the user named it; such a folder must be new, empty or written by kamkit before.

    Raises
    ------
    ParameterError
        If files of others stand in a folder that the user named, or it is a file.
    RunError
        If it can't be written.
    """
    if target.exists() and not target.is_dir():
        raise ParameterError(
            "deliverables can't be put into a file", where=str(target), remedy="name a folder"
        )
    if chosen and target.is_dir() and not (target / MANIFEST).is_file() and any(target.iterdir()):
        raise ParameterError(
            "the folder holds other files",
            where=str(target),
            allowed="a new or empty folder, or one that kamkit wrote before",
            remedy="name another folder with --out",
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(error, target) from error
    for folder in (target.parent, target):
        if folder.exists() and not os.access(folder, os.W_OK):
            raise RunError(
                "the folder is read-only", where=str(folder), remedy="name another folder with --out"
            )


def refuse_links(engagement: Path, *names: str) -> None:
    """Nothing is written through a link to a place that the user has not named.

    Raises
    ------
    RunError
        If one of these folders of the engagement is a link that leads out of it.
    """
    for name in names:
        if not (engagement / name).resolve().is_relative_to(engagement):
            raise RunError(
                f"{name} is a link that leads out of the engagement",
                where=str(engagement / name),
                remedy="make it a folder; deliverables can go elsewhere with --out",
            )


def recover(target: Path) -> bool:
    """Put right what an interrupted swap left: the previous deliverables come back whole.

    Returns
    -------
    Whether the previous deliverables had to be put back.
    """
    old, new = _old(target), _new(target)
    put_back = old.exists() and not target.exists()
    if put_back:
        os.replace(old, target)
    for left_over in (old, new):
        if left_over.exists():
            shutil.rmtree(left_over)
    return put_back


def publish(files: Mapping[str, Path], target: Path, run_id: str) -> None:
    """Make ``files`` the deliverables, all at once; files of others in the folder stay.

    Parameters
    ----------
    files : name within the deliverables → the file to be copied.
    target : folder of the deliverables.
    run_id : the run they come from.

    Raises
    ------
    RunError
        If a file or folder can't be written; it is named, and the previous deliverables stand.
    """
    recover(target)
    new, old = _new(target), _old(target)
    try:
        _build(files, target, new, run_id)
        if not (target.exists() and _change_places(new, target)):
            if target.exists():
                os.replace(target, old)
            os.replace(new, target)
    except OSError as error:
        with suppress(OSError):
            recover(target)
        raise _not_written(error, target) from error
    for left_over in (old, new):
        shutil.rmtree(left_over, ignore_errors=True)


def _change_places(new: Path, target: Path) -> bool:
    """Let two folders change names in one step, so that at no moment either name is missing.

    False where the system or the disk can't; then nothing has changed.
    """
    try:
        change = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return change(_HERE, os.fsencode(new), _HERE, os.fsencode(target), _EXCHANGE) == 0


def _build(files: Mapping[str, Path], target: Path, new: Path, run_id: str) -> None:
    new.mkdir(parents=True)
    for name, source in files.items():
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, new / name)
        _to_disk(new / name)
    for kept in _of_others(target):
        if not (new / kept).exists():
            (new / kept).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(target / kept, new / kept)
    manifest = {"run": run_id, "files": sorted(files)}
    (new / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def _of_others(target: Path) -> list[Path]:
    """Files in the deliverables that no run of ours has written, such as a letter put there by hand."""
    manifest = target / MANIFEST
    try:
        ours = set(json.loads(manifest.read_text(encoding="utf-8"))["files"]) | {MANIFEST}
    except (OSError, ValueError, KeyError, TypeError):
        ours = {MANIFEST}
    found = [p.relative_to(target) for p in target.rglob("*") if p.is_file()]
    return [p for p in found if p.as_posix() not in ours]


def _to_disk(file: Path) -> None:
    """Wait until the file is on the disk, so that a power cut after the swap finds it whole."""
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def _new(target: Path) -> Path:
    return target.with_name(f".{target.name}-new")


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}-previous")


def _not_written(error: OSError, target: Path) -> RunError:
    return RunError(
        f"the deliverables can't be written: {error.strerror or error}",
        where=str(error.filename or target),
        remedy="close the file where it is open, make room on the disk or name another folder with --out",
    )
