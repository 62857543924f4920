"""The text of ``engagement.toml``: read whatever editor wrote it, lines found, secrets masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kamkit.engagement.config import FILE
from kamkit.errors import ConfigError

__all__ = ["SECRET", "line_of", "line_of_table", "mask", "numbered_lines", "read_text"]

SECRET = re.compile(
    r"://[^\s\"'/@]*:[^\s\"']*@"  # scheme://user:password@host
    r"|\b(?:password|passwort|passwd|pwd|secret|token|api_?key)\b\W{0,3}=\s*[^\s;]",
    re.IGNORECASE,
)
"""An address with a password in it, or a password given by name."""

_SECRET_KEY = re.compile(r"pass|pwd|secret|token|api_?key|credential", re.IGNORECASE)


def read_text(folder: Path) -> str:
    """The file's text, whatever byte-order mark the editor wrote."""
    path = folder / FILE
    if not path.is_file():
        raise ConfigError(f"there is no {FILE} in {folder}", remedy=_how_to_begin(folder))
    data = path.read_bytes()
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding).replace("\r\n", "\n").replace("\x00", "")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise ConfigError(
            f"line {row} holds a character that is not UTF-8", remedy="save the file as UTF-8 in your editor"
        ) from error


def _how_to_begin(folder: Path) -> str:
    if not folder.exists():
        return f"there is no folder {folder}: check its name, or make it with: kamkit new {folder}"
    if folder.is_file():
        return "give the engagement's folder, not a file in it"
    return f"is this an engagement's folder? A new one is made with: kamkit new {folder}"


def mask(text: str, key: str = "") -> str:
    """The text, or a mask in its place where it, or its key, tells of a secret.

    >>> mask("postgresql://anna:hunter2@db/sales")
    '(not shown: holds a password)'
    """
    return "(not shown: holds a password)" if SECRET.search(text) or _SECRET_KEY.search(key) else text


def line_of(text: str, key: str) -> int | None:
    """Number of the line that holds ``section.key``, counted from 1; None if it can't be told.

    >>> line_of('client = "A"\\n[controls]\\ntolerance = 5\\n', "controls.tolerance")
    3
    """
    for number, section, line in numbered_lines(text):
        name = _plain(line.partition("=")[0]) if "=" in line else ""
        if name and key == f"{section}.{name}".lstrip("."):
            return number
    return None


def numbered_lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Each line with its number, counted from 1, and the section it stands in."""
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[([^\[\]]+)\]", line)
        section = _plain(header[1]) if header else section
        yield number, section, line


def line_of_table(text: str, key: str) -> int | None:
    """Number of the line that opens the section of a key, a part of it, or the section above it."""
    opened: dict[str, int] = {}
    for number, section, _line in numbered_lines(text):
        for depth in range(section.count(".") + 1):
            opened.setdefault(section.rsplit(".", depth)[0], number)
    while key and key not in opened:
        key = key.rpartition(".")[0]
    return opened.get(key) if key else None


def _plain(name: str) -> str:
    return re.sub(r"[\"'\s]*\.[\"'\s]*", ".", name.strip().strip("\"'")).strip()
