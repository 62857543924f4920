"""The client's own words in the language in force, such as the questions of a questionnaire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pandas as pd

from kamkit.errors import Sentence

__all__ = ["CRITERION", "criterion_word", "in_own_words", "own_words", "use_own_words"]

CRITERION = "criterion:"
"""What stands before the key of a criterion among the words: a key may be a word of the tables, too."""

_state: dict[str, Mapping[str, str]] = {"words": {}}
_BETWEEN, _CRITERIA = "; ", "criterion"


def use_own_words(words: Mapping[str, str]) -> None:
    """Set by which words those of the client's tables are replaced where they are shown."""
    _state["words"] = {said: own for said, own in words.items() if said != own}


def own_words() -> Mapping[str, str]:
    """By text as a table has it, the text in the language in force."""
    return _state["words"]


def criterion_word(key: str) -> str:
    """What the questionnaire calls a criterion, in the language in force; its key where it says nothing.

    >>> criterion_word("growth_potential")
    'growth_potential'
    """
    return _state["words"].get(CRITERION + key, key)


def in_own_words(value: Any) -> Any:
    """A value with its texts in the client's words: cells, rows' and columns' names, items of lists.

    Several texts in one cell are parted by semicolons; a column ``criterion`` holds keys of criteria.

    Examples
    --------
    >>> use_own_words({"Growth": "Tillväxt"})
    >>> in_own_words("Growth; Other")
    'Tillväxt; Other'
    >>> in_own_words(["Growth", {"x": "Growth"}, "Other"])
    ['Tillväxt', {'x': 'Tillväxt'}, 'Other']
    >>> in_own_words(pd.DataFrame({"text": ["Growth"]}))["text"].tolist()
    ['Tillväxt']
    >>> use_own_words({"marginal": "marginell", "A low price": "Ett lågt pris"})
    >>> in_own_words(pd.DataFrame(columns=["marginal", "A low price"])).columns.tolist()
    ['marginal', 'Ett lågt pris']
    >>> use_own_words({})
    """
    words = _state["words"]
    return _replaced(value, words) if words else value


def _replaced(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, Sentence):
        return value
    if isinstance(value, str):
        return _said(value, words)
    if isinstance(value, pd.DataFrame):
        return _frame(value, words)
    if isinstance(value, pd.Series):
        return _series(value, words)
    if isinstance(value, Mapping):
        return {k: _replaced(v, words) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)([_replaced(v, words) for v in value])
    if is_dataclass(value) and not isinstance(value, type):
        held = {f.name: getattr(value, f.name) for f in fields(value) if f.init}
        return replace(value, **{name: _replaced(v, words) for name, v in held.items()})
    return value


def _said(text: str, words: Mapping[str, str]) -> str:
    parts = text.split(_BETWEEN) if text not in words else [text]
    return _BETWEEN.join(words.get(part, part) for part in parts)


def _frame(frame: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
    told = frame.copy()
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        if _holds_text(column):
            criteria = frame.columns[place] == _CRITERIA
            own = column.map(criterion_word, na_action="ignore") if criteria else _series(column, words)
            told.isetitem(place, own.array)
    ours = {name for name in frame.columns if isinstance(name, str) and _is_key(name)}
    told.index = _index(frame.index, words)
    told.columns = _index(frame.columns, {said: own for said, own in words.items() if said not in ours})
    return told


def _is_key(name: str) -> bool:
    """Whether a column's name is one of a table's keys, such as ``marginal``, and no text of the client's."""
    return name.isidentifier() and name == name.lower()


def _series(series: pd.Series, words: Mapping[str, str]) -> pd.Series:
    told = series
    if _holds_text(series):
        told = series.map(lambda v: _said(v, words) if isinstance(v, str) else v).astype(series.dtype)
    return told.set_axis(_index(series.index, words))


def _index(index: pd.Index, words: Mapping[str, str]) -> pd.Index:
    if isinstance(index, pd.MultiIndex) or not _holds_text(index):
        return index
    told = [words.get(v, v) if isinstance(v, str) else v for v in index]
    return pd.Index(told, dtype=index.dtype, name=index.name)


def _holds_text(values: pd.Series | pd.Index) -> bool:
    return pd.api.types.is_object_dtype(values.dtype) or isinstance(values.dtype, pd.StringDtype)
