"""Messages of Python code and of notebooks, for Babel's extraction.

Unlike Babel's own extraction of Python, both branches of a condition are messages, and so is what stands
within the braces of an f-string. An f-string itself can't be translated; :func:`untranslatable` finds them.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from typing import IO, Any

__all__ = ["extract", "extract_python", "untranslatable"]

_CALLS = frozenset({"_", "N_", "Sentence", "NotDefinedError", "say", "not_assessed"})
_PLURAL = "ngettext"
_WORDS = frozenset({"what", "when", "title", "reason", "message", "none"})
"""Arguments of what a notebook calls that a client reads."""

Message = tuple[int, str, Any, list[str]]


def extract(
    fileobj: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, str]
) -> Iterator[Message]:
    """Yield each Markdown cell of a notebook as one message, and the words in its code.

    >>> import io
    >>> book = b'{"cells": [{"cell_type": "markdown", "source": ["# One\\\\n", "text"]}]}'
    >>> [message for _, _, message, _ in extract(io.BytesIO(book), (), (), {})]
    ['# One\\ntext']
    """
    for number, cell in enumerate(json.load(fileobj)["cells"], start=1):
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and text.strip():
            yield number, "gettext", text, []
        elif cell["cell_type"] == "code":
            yield from ((number, function, said, []) for _l, function, said in _messages(text, notebook=True))


def extract_python(
    fileobj: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, str]
) -> Iterator[Message]:
    """Yield the messages of a module.

    >>> import io
    >>> code = b'f"{_(\\'a\\')}"; _("b" if x else "c"); N_("d" "e")'
    >>> [message for _, _, message, _ in extract_python(io.BytesIO(code), (), (), {})]
    ['a', 'b', 'c', 'de']
    """
    found = _messages(fileobj.read().decode("utf-8"), notebook=False)
    yield from ((line, function, said, []) for line, function, said in found)


def untranslatable(code: str, notebook: bool = False) -> list[tuple[int, str]]:
    """Texts that a client reads and that no catalogue can hold: f-strings and sums of strings, by line."""
    texts = _texts(code, notebook)
    return [(text.lineno, ast.unparse(text)) for text in texts if isinstance(text, ast.JoinedStr | ast.BinOp)]


def _messages(code: str, notebook: bool) -> Iterator[tuple[int, str, Any]]:
    texts = (t for t in _texts(code, notebook) if isinstance(t, ast.Constant) and _is_text(t))
    found: list[tuple[int, int, str, Any]] = [(t.lineno, t.col_offset, "gettext", t.value) for t in texts]
    for call in _calls(code):
        if _name(call) == _PLURAL and all(map(_is_text, call.args[:2])):
            one, many = (argument.value for argument in call.args[:2])  # type: ignore[attr-defined]
            found.append((call.lineno, call.col_offset, _PLURAL, (one, many)))
    for (line, _column, function, said), _same in groupby(sorted(found, key=lambda f: f[:2])):
        yield line, function, said


def _texts(code: str, notebook: bool) -> Iterator[ast.expr]:
    """The expressions that are translated: first arguments of marks, and a notebook's words."""
    for call in _calls(code):
        if _name(call) in _CALLS and call.args:
            yield from _branches(call.args[0])
        if notebook:
            yield from (t for k in call.keywords if k.arg in _WORDS for t in _branches(k.value))
    if notebook:
        yield from _assigned(code)


def _assigned(code: str) -> Iterator[ast.expr]:
    """Words that a notebook keeps under the name, or the key, of the argument they are for."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") in _WORDS for t in node.targets):
            yield from _branches(node.value)
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield from (t for k, v in pairs if getattr(k, "value", "") in _WORDS for t in _branches(v))


def _branches(text: ast.expr) -> Iterator[ast.expr]:
    if isinstance(text, ast.IfExp):
        yield from _branches(text.body)
        yield from _branches(text.orelse)
    elif isinstance(text, ast.BoolOp):
        for value in text.values:
            yield from _branches(value)
    else:
        yield text


def _calls(code: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", "") or getattr(call.func, "attr", "")


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value.strip())
