"""What a notebook shows: an output that the report may print, and how it is shown again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from importlib import import_module
from typing import Any

from kamkit.deliver.kept import decoded, encoded
from kamkit.engagement.scene import Scene
from kamkit.engagement.step import Step
from kamkit.errors import RunError
from kamkit.locale import language
from kamkit.locale.own_words import in_own_words
from kamkit.resources import bundled

__all__ = ["MIME", "Shown", "retell", "scene_of", "told_again"]

MIME = "application/vnd.kamkit.shown+json"
"""Marks an output that the report may print; all others stay in the notebook."""

_OURS = "kamkit.deliver."


@dataclass(frozen=True)
class Shown:
    """Something a notebook shows: HTML for the report and Jupyter, a sentence for a terminal.

    ``kind`` is *exhibit*, *table* or *gap*; ``name`` is what the deck and links call it; ``message``
    is the computed sentence, empty for a gap, which is no finding; ``plain`` stands in a terminal;
    ``key`` finds what the run has kept of it (see :mod:`kamkit.deliver.kept`); ``call`` is what made it,
    where it is made again from that.
    """

    kind: str
    name: str
    message: str
    plain: str
    html: str = field(repr=False)
    key: str = ""
    call: Mapping[str, Any] | None = field(default=None, repr=False)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            "text/plain": self.plain,
            "text/html": _styled(self.html),
            MIME: self._note(),
        }

    def _note(self) -> dict[str, Any]:
        """What the output says of itself to those who print it."""
        note = {"kind": self.kind, "name": self.name, "message": self.message, "key": self.key}
        return note | {"language": language()} | ({"call": self.call} if self.call else {})


def scene_of(step: Step | Scene) -> Scene:
    """What is shown needs of its step no more than the scene, from which it is shown again."""
    return step.scene if isinstance(step, Step) else step


def told_again(function: Callable[..., Shown]) -> Callable[..., Shown]:
    """A function that shows something of its arguments alone: what it shows can be shown again."""

    @wraps(function)
    def showing(step: Step | Scene, *args: Any, **options: Any) -> Shown:
        scene = scene_of(step)
        address = f"{function.__module__}:{function.__name__}"
        call = {"function": address, "given": encoded((scene, *args)), "options": encoded(options)}
        return replace(function(scene, *args, **options), call=call)

    return showing


def retell(call: Mapping[str, Any]) -> Shown:
    """What a call shows in the language in force.

    Raises
    ------
    RunError
        If the call is not one of kamkit's.
    """
    module, _colon, name = call["function"].partition(":")
    if not module.startswith(_OURS):
        raise RunError("the run holds a call that is not kamkit's", where=call["function"])
    return getattr(import_module(module), name)(
        *in_own_words(decoded(call["given"])), **in_own_words(decoded(call["options"]))
    )


def _styled(html: str) -> str:
    style = bundled("templates", "report", "notebook.css").read_text(encoding="utf-8")
    return f"<style>{style}</style>{html}"
