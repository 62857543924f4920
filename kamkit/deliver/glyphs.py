"""Characters that the fonts of this machine can't draw in the charts: told, not found out by the client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from kamkit.deliver.kept import FOLDER, read_kept
from kamkit.plots.layout import missing_glyphs
from kamkit.plots.style import OTHER_SCRIPTS

__all__ = ["glyphs_remark", "undrawable"]

_MENTIONED = 20


def glyphs_remark(run_folder: Path) -> str:
    """A sentence on the characters of a run's exhibits that no font here has; empty where all are there."""
    lacking = undrawable(run_folder)
    if not lacking:
        return ""
    which = lacking[:_MENTIONED] + ("…" if len(lacking) > _MENTIONED else "")
    one = len(lacking) == 1
    said = f"The charts' fonts lack {len(lacking)} character{'' if one else 's'} of the names ({which}): "
    said += f"in PDF and pictures {'a box may stand in its' if one else 'boxes may stand in their'} place; "
    return said + f"install a font that has {'it' if one else 'them'}, such as Noto Sans CJK or Noto Emoji."


def undrawable(run_folder: Path) -> str:
    """The characters of what a run has shown that neither DejaVu Sans nor another installed font has."""
    texts: set[str] = set()
    for file in sorted((run_folder / FOLDER).glob("*.json")):
        shown = read_kept(run_folder, file.stem)
        if shown.kind == "exhibit":
            texts.update(_texts((*shown.tables, shown.options)))
    lacking = missing_glyphs(texts)
    for path in _others() if lacking else ():
        known = FT2Font(path).get_charmap()
        lacking = "".join(c for c in lacking if ord(c) not in known)
    return lacking


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, pd.DataFrame):
        for column in (value[name] for name in value.columns):
            yield from _texts(column)
    elif isinstance(value, (pd.Series, pd.Index)):
        if not pd.api.types.is_numeric_dtype(value):
            yield from (text for text in value.unique() if isinstance(text, str))
    elif isinstance(value, Mapping):
        yield from _texts([*value.keys(), *value.values()])
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)


def _others() -> list[str]:
    """Files of the fonts for other scripts that this machine has."""
    files = {entry.name: entry.fname for entry in font_manager.fontManager.ttflist}
    return [files[name] for name in OTHER_SCRIPTS if name in files]
