"""A step as the report tells it: what it shows, and once, at its end, what it can't answer yet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from markupsafe import Markup

from kamkit.deliver.prose import prose
from kamkit.deliver.templates import render

__all__ = ["Passage", "told"]

_GAP = re.compile(r'<p class="kk-message"><strong>(.*?)\.?</strong>\s*(.*?)</p>', re.DOTALL)
_REQUEST = re.compile(r'<p class="kk-request-line">.*?</p>', re.DOTALL)


@dataclass
class Passage:
    """Some prose of a notebook, with what the cells below it show; ``gaps`` counts what they could not."""

    text: str
    shown: list[Markup] = field(default_factory=list)
    gaps: int = 0

    @property
    def heading(self) -> str:
        """The question that the prose opens with, empty where it has no heading."""
        first = self.text.strip().partition("\n")[0]
        return first.lstrip("# ").strip() if first.startswith("#") else ""

    @property
    def is_bare(self) -> bool:
        """A heading that nothing follows, such as the one above the cells that hand tables on."""
        return all(line.startswith("#") or not line.strip() for line in self.text.splitlines())

    @property
    def is_unanswered(self) -> bool:
        """Whether nothing but gaps came of it."""
        return 0 < len(self.shown) == self.gaps


def told(passages: Iterable[Passage]) -> Markup:
    """The passages with something to show, then the questions that wait for data, by what they wait for."""
    parts: list[Markup] = []
    waiting: dict[str, list[str]] = {}
    for passage in passages:
        if passage.is_unanswered and passage.heading:
            _note(passage, waiting)
        elif passage.shown or not passage.is_bare:
            parts += [prose(passage.text), *passage.shown]
    if waiting:
        parts.append(Markup(render("unanswered.html.j2", waiting=waiting)))
    return _asked_once(Markup("\n").join(parts))


def _note(passage: Passage, waiting: dict[str, list[str]]) -> None:
    """The question under each sentence that says what it lacks."""
    for sentence in dict.fromkeys(found[2] for html in passage.shown if (found := _GAP.search(html))):
        questions = waiting.setdefault(sentence, [])
        if passage.heading not in questions:
            questions.append(passage.heading)


def _asked_once(body: Markup) -> Markup:
    """A step asks for a missing table where it first lacks it, not at each gap again."""
    seen: set[str] = set()

    def first_only(match: re.Match[str]) -> str:
        repeated = match[0] in seen
        seen.add(match[0])
        return "" if repeated else match[0]

    return Markup(_REQUEST.sub(first_only, body))
