"""Sentences that are said again in another language: as data, with figures, and computed ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from kamkit.errors import RunError, Sentence
from kamkit.locale import language

__all__ = ["Figure", "Told", "from_data", "to_data"]

_OURS = "kamkit.plots"


@dataclass(frozen=True)
class Figure:
    """A value within a sentence, written the way of the language in force whenever it is formatted.

    ``kind`` names the method of :class:`~kamkit.locale.numbers.Numbers` that writes it.

    >>> str(Sentence("{paid} a year", paid=Figure("money", 50_000.0, "EUR")))
    'EUR 50.0 k a year'
    """

    kind: Literal["money", "percent", "count", "number", "date", "month"]
    value: Any
    currency: str = "EUR"

    def __str__(self) -> str:
        from kamkit.locale.numbers import Numbers

        return str(getattr(Numbers(self.currency, language()), self.kind)(self.value))

    def __format__(self, spec: str) -> str:
        return format(self.value, spec) if spec else str(self)


class Told(Sentence):
    """A sentence that a function of :mod:`kamkit.plots` has computed, and computes anew when it is said.

    Parameters
    ----------
    function : ``function(**given) -> str``, which reads the language in force.
    given : its arguments; ``numbers`` among them are taken in the language in force.
    """

    function: Callable[..., str]
    given: Mapping[str, Any]

    def __new__(cls, function: Callable[..., str], given: Mapping[str, Any]) -> Told:
        self = str.__new__(cls, function(**given))
        self.pattern, self.values = str(self), {}
        self.function, self.given = function, given
        return self

    def said(self, translate: Callable[[str], str], write: Callable[[Any, str], str] = format) -> str:
        """The sentence anew, computed in the language in force."""
        from kamkit.locale.numbers import Numbers

        numbers = self.given.get("numbers")
        here = {"numbers": Numbers(numbers.currency, language())} if isinstance(numbers, Numbers) else {}
        return self.function(**{**self.given, **here})

    @property
    def address(self) -> str:
        """Where its function is found."""
        return f"{self.function.__module__}:{self.function.__name__}"

    @classmethod
    def at(cls, address: str, given: Mapping[str, Any]) -> Told:
        """The sentence of a function that is named by its address.

        Raises
        ------
        RunError
            If the function is not one of kamkit's.
        """
        module, _colon, name = address.partition(":")
        if module.split(".")[:2] != _OURS.split("."):
            raise RunError("the run holds a sentence that is not kamkit's", where=address)
        return cls(getattr(import_module(module), name), given)

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.function, self.given), {}


def to_data(text: str) -> Any:
    """A text as JSON holds it; a sentence with its values, so that it can be said in another language.

    >>> from_data(to_data(Sentence("{n} deals", n=3))).values
    {'n': 3}
    """
    if not isinstance(text, Sentence) or isinstance(text, Told):
        return str(text)
    return {"pattern": text.pattern, "values": {name: _value(held) for name, held in text.values.items()}}


def from_data(data: Any) -> str:
    """The text that :func:`to_data` has made data of."""
    if not isinstance(data, Mapping):
        return str(data)
    return Sentence(data["pattern"], **{name: _restored(held) for name, held in data["values"].items()})


def _value(held: Any) -> Any:
    if isinstance(held, Figure):
        value = held.value.isoformat() if hasattr(held.value, "isoformat") else held.value
        return {"figure": [held.kind, value, held.currency]}
    if isinstance(held, Sentence):
        return to_data(held)
    return held.item() if hasattr(held, "item") else held


def _restored(held: Any) -> Any:
    if not isinstance(held, Mapping):
        return held
    return Figure(*held["figure"]) if "figure" in held else from_data(held)
