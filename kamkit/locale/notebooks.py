"""Markdown cells of notebooks as messages of the catalogue."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import IO

__all__ = ["extract"]


def extract(
    fileobj: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, str]
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Yield each Markdown cell as one message, for Babel's extraction.

    >>> import io
    >>> book = b'{"cells": [{"cell_type": "markdown", "source": ["# One\\\\n", "text"]}]}'
    >>> [message for _, _, message, _ in extract(io.BytesIO(book), (), (), {})]
    ['# One\\ntext']
    """
    for number, cell in enumerate(json.load(fileobj)["cells"], start=1):
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and text.strip():
            yield number, "gettext", text, []
