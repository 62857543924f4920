"""A new engagement's folder: empty and ready to be filled, or the sample."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from pathlib import Path

from kamkit.engagement.config import FILE, load
from kamkit.engagement.request import write_request
from kamkit.errors import ParameterError, TableError
from kamkit.locale import LANGUAGES
from kamkit.resources import bundled

__all__ = ["REQUEST", "create"]

REQUEST = "data-request.xlsx"
"""The data-request workbook's name; it lies beside ``data/``, where the gate does not read it."""

_PLACEHOLDER = "@CLIENT@"
_NOT_COPIED = ("runs", "deliverables", ".kamkit", "__pycache__", ".ipynb_checkpoints", "*.lock")
_HOW_THE_SAMPLE_IS_MADE = ("make_sample.py", "generator", "README.md")


def create(
    path: str | os.PathLike[str], sample: bool = False, client: str | None = None, language: str = "en"
) -> Path:
    """Make an engagement's folder; it appears complete or not at all.

    Parameters
    ----------
    path : the folder to make. It may exist if it is empty.
    sample : copy the sample engagement instead of an empty one.
    client : the client's name; if absent, the folder's name. The sample keeps its own.
    language : of the data request and of what the client will read.

    Returns
    -------
    The folder.

    Raises
    ------
    ParameterError
        Something is there already, the client's name cannot be written, or the language has no catalogue.
    TableError
        The folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> folder = create(Path(tempfile.mkdtemp()) / "acme", client="Acme AB")
    >>> sorted(p.name for p in folder.iterdir() if p.name != "notebooks")
    ['.gitignore', 'README.md', 'data', 'data-request.xlsx', 'engagement.toml']
    """
    target = Path(path).expanduser().absolute()
    _refuse_taken(target)
    if language not in LANGUAGES:
        allowed = ", ".join(LANGUAGES)
        raise ParameterError(f"there is no report in {language!r}", where="--lang", allowed=allowed)
    name = _client_name(target.name if client is None else client)
    unfinished = target.parent / f".{uuid.uuid4().hex[:12]}.unfinished"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished.mkdir()
        _fill_with_sample(unfinished) if sample else _fill(unfinished, name)
        _speak(unfinished, language)
        _put_in_place(unfinished, target)
    except OSError as error:
        raise TableError(
            f"the folder can't be made: {error.strerror or error}",
            where=str(target),
            remedy="choose a place that can be written to and has room",
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return target


def _refuse_taken(target: Path) -> None:
    if target.is_dir() and not any(target.iterdir()):
        return
    if target.exists() or target.is_symlink():
        what = "this folder is not empty" if target.is_dir() else "there is a file of this name"
        raise ParameterError(what, where=str(target), remedy="choose another name; nothing was changed")


def _client_name(name: str) -> str:
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise ParameterError(
            "the client's name holds a character that can't be written", remedy="type the name again"
        ) from error
    if not name.strip():
        raise ParameterError("the client's name is empty", remedy="give a name")
    return " ".join(name.split())


def _fill(folder: Path, client: str) -> None:
    settings = (bundled("templates", "engagement") / "engagement.toml").read_text(encoding="utf-8")
    quoted = json.dumps(client, ensure_ascii=False).replace("\x7f", "\\u007f")
    _write(folder / "engagement.toml", settings.replace(f'"{_PLACEHOLDER}"', quoted))
    (folder / "data").mkdir()
    _add_papers(folder, client)
    _add_notebooks(folder)


def _fill_with_sample(folder: Path) -> None:
    leave = shutil.ignore_patterns(*_NOT_COPIED, *_HOW_THE_SAMPLE_IS_MADE)
    shutil.copytree(bundled("data", "sample"), folder, dirs_exist_ok=True, ignore=leave)
    _add_papers(folder, load(folder).client)
    _add_notebooks(folder)


def _add_papers(folder: Path, client: str) -> None:
    """What tells people what to do, and git what to leave alone."""
    template = bundled("templates", "engagement")
    readme = (template / "README.md").read_text(encoding="utf-8")
    _write(folder / "README.md", readme.replace(_PLACEHOLDER, client))
    shutil.copyfile(template / "gitignore", folder / ".gitignore")


def _speak(folder: Path, language: str) -> None:
    """The data request in the client's language, which ``engagement.toml`` then says."""
    write_request(folder / REQUEST, language)
    settings = (folder / FILE).read_text(encoding="utf-8")
    _write(folder / FILE, settings.replace('\nlanguage = "en"\n', f'\nlanguage = "{language}"\n', 1))


def _add_notebooks(folder: Path) -> None:
    notebooks = bundled("notebooks")
    if notebooks.is_dir() and not (folder / "notebooks").exists():
        shutil.copytree(notebooks, folder / "notebooks", ignore=shutil.ignore_patterns(*_NOT_COPIED))
        for copy in (folder / "notebooks").glob("*.ipynb"):
            text = copy.read_text(encoding="utf-8")
            _write(copy, text.replace(r"engagement = \"data/sample\"", r"engagement = \"..\""))


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")


def _put_in_place(unfinished: Path, target: Path) -> None:
    if target.is_dir():
        target.rmdir()
    unfinished.rename(target)
