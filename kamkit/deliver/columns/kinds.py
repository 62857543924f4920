"""What is said of a column: its title, its kind, its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Kind", "ResultColumn", "columns_of"]

Kind = Literal[
    "money",
    "share",
    "number",
    "count",
    "minutes",
    "year",
    "date",
    "month",
    "flag",
    "word",
    "text",
    "part",
    "told",
]


@dataclass(frozen=True)
class ResultColumn:
    """One column of a result table: its title, how its values are written, what they mean.

    ``kind`` decides the format: *money* in the currency, thousands or millions chosen once per table;
    *share* in percent; *word* is looked up in :data:`WORDS`; *text* stands as it is, *part* too but for
    our own key of all parts together; *told* is a sentence that was told in English.
    """

    name: str
    title: str
    kind: Kind
    meaning: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the values are aligned to the right."""
        return self.kind not in ("text", "word", "flag", "part", "told")


def columns_of(kind: Kind, /, **texts: tuple[str, str] | str) -> list[ResultColumn]:
    """Columns of one kind: by name the title, or title and meaning."""
    pairs = {name: (text, "") if isinstance(text, str) else text for name, text in texts.items()}
    return [ResultColumn(name, title, kind, meaning) for name, (title, meaning) in pairs.items()]
