"""The error family: what went wrong, where, what is allowed, and how to mend it.

Every error a user can cause is a :class:`KamkitError`, so that a notebook, the command line and a
panel can show it as a sentence instead of a traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

__all__ = [
    "AllocationError",
    "ColumnError",
    "ConfigError",
    "EmptyError",
    "KamkitError",
    "LockedError",
    "NotDefinedError",
    "ParameterError",
    "RunError",
    "Sentence",
    "TableError",
    "UndeclaredError",
    "UnitError",
    "ValuesError",
    "joined",
    "list_some",
    "nearest",
]


class Sentence(str):
    """A sentence that keeps its pattern and its values, so that it can be said in another language.

    Parameters
    ----------
    pattern : the sentence with a field for each value, as for :meth:`str.format`.
    values : what stands in the fields; a value may be a sentence itself.

    Examples
    --------
    >>> told = Sentence("{n} accounts are too few", n=3)
    >>> told, told.said({"{n} accounts are too few": "{n} kunder är för få"}.get)
    ('3 accounts are too few', '3 kunder är för få')
    """

    pattern: str
    values: dict[str, Any]

    def __new__(cls, pattern: str, **values: Any) -> Sentence:
        self = super().__new__(cls, pattern.format(**values))
        self.pattern, self.values = pattern, values
        return self

    def said(self, translate: Callable[[str], str], write: Callable[[Any, str], str] = format) -> str:
        """The sentence anew: its pattern translated, its values written by ``write(value, spec)``."""
        values = {name: _Written(translate, write, value) for name, value in self.values.items()}
        return translate(self.pattern).format(**values)

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.pattern,), self.values


class _Written:
    """A value that is written by somebody else."""

    def __init__(self, translate: Callable[[str], str], write: Callable[[Any, str], str], value: Any) -> None:
        self.translate, self.write, self.value = translate, write, value

    def __format__(self, spec: str) -> str:
        return (
            self.translate(self.value) if isinstance(self.value, Sentence) else self.write(self.value, spec)
        )


class KamkitError(ValueError):
    """Base of all errors a user can cause.

    Parameters
    ----------
    what : the fault, one sentence, no full stop.
    where : file, table, column or rows it was seen in.
    allowed : the values that would have been accepted.
    remedy : what to do about it.

    Examples
    --------
    >>> print(KamkitError("weights sum to 0.99", where="criteria.weight", remedy="make them sum to 1"))
    weights sum to 0.99
      where: criteria.weight
      remedy: make them sum to 1
    """

    def __init__(self, what: str, *, where: str = "", allowed: str = "", remedy: str = "") -> None:
        self.what, self.where, self.allowed, self.remedy = what, where, allowed, remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        parts = [("where", self.where), ("allowed", self.allowed), ("remedy", self.remedy)]
        return "\n".join([self.what, *(f"  {label}: {text}" for label, text in parts if text)])

    def __reduce__(self) -> tuple:
        return _rebuild, (type(self), self.what, self.where, self.allowed, self.remedy)


def _rebuild(cls: type[KamkitError], what: str, where: str, allowed: str, remedy: str) -> KamkitError:
    return cls(what, where=where, allowed=allowed, remedy=remedy)


class ColumnError(KamkitError):
    """A required column is missing."""


class ValuesError(KamkitError):
    """Values of a column that can't be accepted: NaN, infinite, outside the scale, unknown, double."""


class UnitError(ValuesError):
    """A rate or share given in percent where a fraction 0–1 is asked."""


class EmptyError(KamkitError):
    """A frame or series without rows."""


class NotDefinedError(KamkitError):
    """The figure does not exist for these data, such as a share of a total that is not positive."""


class AllocationError(KamkitError):
    """What was handed out does not add up to what there was."""


class TableError(KamkitError):
    """A table of the engagement can't be read or used."""


class ConfigError(KamkitError):
    """A mistake in ``engagement.toml``."""


class ParameterError(KamkitError):
    """A parameter nobody knows, or with a value that can't be used."""


class UndeclaredError(KamkitError):
    """A step reads or writes a table that its notebook's metadata does not declare."""


class RunError(KamkitError):
    """A step of a run failed."""


class LockedError(KamkitError):
    """Another process is at work on the same engagement."""


def joined(parts: Iterable[str], between: str = "; ") -> Sentence:
    """Sentences one after the other, each of which can be said in another language.

    >>> joined(["no stage", Sentence("{n} amounts", n=2)])
    'no stage; 2 amounts'
    """
    named = {
        f"part{i}": part if isinstance(part, Sentence) else Sentence("{p}", p=part)
        for i, part in enumerate(parts)
    }
    return Sentence(between.join(f"{{{name}}}" for name in named), **named)


def nearest(name: str, candidates: Iterable[str], n: int = 3) -> list[str]:
    """The candidates that look most like ``name``, best first.

    >>> nearest("GTXPro", ["GTX Pro", "MG Special", "GTK 500"])
    ['GTX Pro']
    """
    options = {c.casefold(): c for c in map(str, candidates)}
    hits = difflib.get_close_matches(str(name).casefold(), list(options), n=n, cutoff=0.6)
    return [options[h] for h in hits]


def list_some(values: Sequence, most: int = 5) -> str:
    """Some values as text, with how many more there are.

    >>> list_some(["a", "b", "c"], most=2)
    "'a', 'b' and 1 more"
    """
    shown = ", ".join(repr(v) for v in list(values)[:most])
    rest = len(values) - most
    return f"{shown} and {rest} more" if rest > 0 else shown
