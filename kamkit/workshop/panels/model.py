"""What every panel is made of: controls, a state, and a function from the state to figures.

Nothing here knows of widgets or pictures: a panel can be asked by a test, a benchmark or a notebook.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from kamkit.errors import NotDefinedError, Sentence

if TYPE_CHECKING:
    from kamkit.workshop.panels.material import Material

__all__ = ["Control", "Figures", "Panel", "State", "Table", "same"]

Kind = Literal["share", "change", "number", "money", "accounts", "choice"]
State = Mapping[str, Any]
_SAME = 1e-9


@dataclass(frozen=True)
class Control:
    """One thing that can be moved.

    Parameters
    ----------
    name : under which the state holds its value.
    label : as it stands on the wall.
    kind : *share* moves in percent, *change* in percent with a sign, *number* and *money* plainly;
        *accounts* picks customers, *choice* one of ``options``.
    low, high, step : ends and step of a slider.
    options : what can be picked, as (text, value).
    unit : said behind a number.
    boxes : how many accounts stand there to be ticked; all others are found by name.
    """

    name: str
    label: str
    kind: Kind
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01
    options: tuple[tuple[str, Any], ...] = ()
    unit: str = ""
    boxes: int = 10


@dataclass(frozen=True)
class Table:
    """Figures as text, ready to be read: nothing is left to compute.

    ``marked`` are rows to be printed bold with a mark of their own; a column is aligned to the right
    where most of its cells hold digits.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: frozenset[int] = frozenset()
    note: str = ""

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Which columns hold numbers; the first names the row."""
        columns = zip(*self.rows, strict=True) if self.rows else [()] * len(self.heads)
        return tuple(i > 0 and _are_numbers(cells) for i, cells in enumerate(columns))


def _are_numbers(cells: Sequence[str]) -> bool:
    return sum(any(c.isdigit() for c in cell) for cell in cells) > len(cells) / 2


@dataclass(frozen=True)
class Figures:
    """What follows from a state.

    Parameters
    ----------
    message : the sentence above the picture.
    table : what stands beside the picture.
    picture : what the drawing is made from.
    cells : single figures by name, as a decision keeps them.
    results : the tables that the method returned, by name.
    notes : what must be known to read the figures right.
    """

    message: str
    table: Table
    picture: Any = field(repr=False)
    cells: Mapping[str, float] = field(default_factory=dict)
    results: Mapping[str, Any] = field(default_factory=dict, repr=False)
    notes: tuple[str, ...] = ()


class Panel(ABC):
    """One what-if: what can be moved, where it starts, and what follows.

    A panel starts at the decisions in force, so that a reload brings back what was decided, and keeps
    the figures of that start beside what is tried.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    question: ClassVar[str]
    step: ClassVar[str]
    """The step whose figures these are."""
    keys: ClassVar[tuple[str, ...]]
    """What can be decided here, see :mod:`kamkit.engagement.decisions.keys`."""

    def __init__(self, material: Material) -> None:
        self.material, self.numbers = material, material.numbers

    @property
    @abstractmethod
    def controls(self) -> tuple[Control, ...]:
        """What can be moved, in the order of the screen."""

    @abstractmethod
    def start(self) -> dict[str, Any]:
        """The state that follows from the decisions in force, else from the defaults of the report."""

    @abstractmethod
    def figures(self, state: State) -> Figures:
        """What follows from a state.

        Raises
        ------
        KamkitError
            The combination is impossible: says why.
        """

    @abstractmethod
    def decided(self, state: State) -> dict[str, Any]:
        """The value of each key of ``keys`` that this state stands for."""

    def moved(self, state: State, name: str, value: Any) -> dict[str, Any]:
        """The state after one control was moved; others may have to follow."""
        return {**state, name: value}

    def changed(self, state: State) -> dict[str, Any]:
        """What this state decides otherwise than the decisions in force and defaults do."""
        before = self.decided(self.start())
        now = self.decided(state)
        return {k: v for k, v in now.items() if k not in before or not same(v, before[k])}

    def control(self, name: str) -> Control:
        """The control of a name."""
        found = next((c for c in self.controls if c.name == name), None)
        if found is None:
            raise NotDefinedError(
                Sentence("the panel {panel} has no control {control!r}", panel=self.name, control=name),
                where=self.name,
            )
        return found


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same, up to the rounding of their last digits.

    >>> same({"a": 0.1 + 0.2}, {"a": 0.3}), same([0.5, 0.0], (0.5, 0.0)), same(None, 0.0)
    (True, True, False)
    """
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= _SAME * max(1.0, abs(one), abs(other))
    return bool(one == other)
