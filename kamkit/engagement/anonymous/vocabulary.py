"""The words of kamkit's own texts, from which a name that is such a word can't be told."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import kamkit
from kamkit.engagement.schemas import TABLES
from kamkit.resources import bundled

__all__ = ["own_words"]

_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_DOCTEST = re.compile(r"^\s*(?:>>>|\.\.\.).*$", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+")
_WITH_EXAMPLES = "schemas.py"


@cache
def own_words() -> frozenset[str]:
    """Every word that a deliverable may hold of itself, as it is written.

    >>> {"Reconciliation", "Report"} <= own_words(), "Nordvik" in own_words()
    (True, False)
    """
    texts = [*_sources(), *_notebooks(), *_templates(), *_requests()]
    return frozenset(word for text in texts for word in _WORD.findall(text))


def _sources() -> list[str]:
    folder = Path(kamkit.__file__).parent
    files = [f for f in sorted(folder.rglob("*.py")) if f.name != _WITH_EXAMPLES]
    return [t for f in files for t in _LITERAL.findall(_DOCTEST.sub("", f.read_text(encoding="utf-8")))]


def _notebooks() -> list[str]:
    texts: list[str] = []
    for file in sorted(bundled("notebooks").glob("*.ipynb")):
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            texts += [source] if cell["cell_type"] == "markdown" else _LITERAL.findall(source)
    return texts


def _templates() -> list[str]:
    folder = bundled("templates", "report")
    return [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.j2"))]


def _requests() -> list[str]:
    """What the data request says of each table; of the examples those that the report prints."""
    texts: list[str] = []
    for table in TABLES.values():
        texts += [table.grain, table.purpose]
        for column in table.columns:
            texts += [column.meaning, *column.allowed, *([column.example] if column.required else [])]
    return texts
