"""A configuration that notes which of its settings are read."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from kamkit.engagement import reads

__all__ = ["watched"]

Model = TypeVar("Model", bound=BaseModel)


def watched(config: Model, place: str = "") -> Model:
    """The configuration; where reads are noted, one that notes each setting read, as ``config:section.key``.

    Parameters
    ----------
    config : the configuration, or a section of it.
    place : of a section, its name and a full stop.
    """
    if not reads.noting():
        return config
    values = {name: getattr(config, name) for name in type(config).model_fields}
    sections = {name for name, value in values.items() if isinstance(value, BaseModel)}
    given = {n: watched(v, f"{place}{n}.") if n in sections else v for n, v in values.items()}
    return _watching(type(config), place, frozenset(values) - sections).model_construct(**given)


def _watching(kind: type[Model], place: str, settings: frozenset[str]) -> type[Model]:
    class Watched(kind):  # type: ignore[valid-type, misc]
        model_config = ConfigDict(defer_build=True)

        def __getattribute__(self, name: str) -> Any:
            if name in settings:
                reads.note_unless_known(f"config:{place}{name}")
            elif name == "__dict__" or name.startswith("model_"):
                reads.note_unless_known(f"config:{place}*")
            return super().__getattribute__(name)

    Watched.__name__ = Watched.__qualname__ = kind.__name__
    return Watched
