"""What happens at a panel: moves, the way back, and decisions that are recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kamkit.engagement.decisions import Decision
from kamkit.errors import KamkitError
from kamkit.locale import _
from kamkit.workshop.panels.model import Figures, Panel, same

__all__ = ["Session"]

_SLIDES = ("share", "change", "number", "money")
_OPTIONS = 8


@dataclass(frozen=True)
class _Moved:
    """A move: the state before it, and the control that was moved."""

    before: Mapping[str, Any]
    control: str


@dataclass(frozen=True)
class _Recorded:
    """Decisions that were recorded at once."""

    made: tuple[Decision, ...]


class Session:
    """One panel in use: where it stands, how it came there, what was wrong with the last move.

    A state that is impossible is kept, so that one more move can mend it; the figures stay those of
    the last state that was possible.

    Attributes
    ----------
    state : value of each control.
    figures : of the last possible state.
    problem : why the state is impossible, empty where it is not.
    """

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.state: dict[str, Any] = dict(panel.start())
        self.problem = ""
        self.figures: Figures = panel.figures(self.state)
        self._done: list[_Moved | _Recorded] = []
        self._tried: list[dict[str, Any]] = []

    def move(self, name: str, value: Any) -> None:
        """Move one control."""
        if same(self.state.get(name), value):
            return
        last = self._done[-1] if self._done else None
        slides = self.panel.control(name).kind in _SLIDES
        if not (slides and isinstance(last, _Moved) and last.control == name):
            self._done.append(_Moved(self.state, name))
            self._tried.append(self.state)
        try:
            self._take(self.panel.moved(self.state, name, value))
        except KamkitError as error:
            self.problem = _sentence(error)

    def reset(self) -> None:
        """Back to the decisions in force."""
        start = dict(self.panel.start())
        if not same(start, self.state):
            self._done.append(_Moved(self.state, ""))
        self._take(start)

    def undo(self) -> str:
        """Take the last move or recorded decision back; says what was taken back, if a decision was.

        Raises
        ------
        KamkitError
            The log can't be written.
        """
        if not self._done:
            return ""
        last = self._done.pop()
        if isinstance(last, _Moved):
            self._take(dict(last.before))
            return ""
        return self._withdraw(last.made)

    @property
    def can_undo(self) -> bool:
        """Whether anything was done."""
        return bool(self._done)

    def record(
        self, by: str, role: str, why: str, expected: str = "", review: str = ""
    ) -> tuple[Decision, ...]:
        """Record what this state decides otherwise than before; all of it where nothing differs.

        Raises
        ------
        KamkitError
            The state is impossible; who, role or why is missing; the value is not allowed.
        """
        if self.problem:
            raise KamkitError(_("an impossible combination can't be decided"), where=self.problem)
        for said, name in ((by, _("who decides")), (role, _("the role")), (why, _("why"))):
            if not said.strip():
                raise KamkitError(_("say {what}").format(what=name))
        given = {"role": role.strip(), "step": self.panel.step, "figures": self._cells()}
        given |= {"expected": expected.strip(), "review": review}
        engagement = self.panel.material.engagement
        made = []
        for key, value in self.to_record().items():
            options = self._options(key, value)
            made.append(engagement.decide(key, value, by.strip(), why.strip(), options=options, **given))
        self._done.append(_Recorded(tuple(made)))
        self._take(self.state)
        return tuple(made)

    def to_record(self) -> dict[str, Any]:
        """What would be recorded now: what differs from before, else all that can be decided here."""
        return self.panel.changed(self.state) or self.panel.decided(self.state)

    def _take(self, state: Mapping[str, Any]) -> None:
        self.state = dict(state)
        try:
            self.figures, self.problem = self.panel.figures(self.state), ""
        except KamkitError as error:
            self.problem = _sentence(error)

    def _withdraw(self, made: tuple[Decision, ...]) -> str:
        engagement = self.panel.material.engagement
        for decision in made:
            why = _("taken back on the screen")
            engagement.withdraw(decision.id, decision.by, why, decision.role)
        self._take(self.state)
        return ", ".join(d.key for d in made)

    def _cells(self) -> dict[str, float]:
        """The figures on the screen."""
        return {f"{self.panel.name}: {name}": value for name, value in self.figures.cells.items()}

    def _options(self, key: str, value: Any) -> list[Any]:
        """What else was looked at, what was in force first."""
        seen = [self.panel.decided(state).get(key) for state in (self.panel.start(), *self._tried)]
        options: list[Any] = []
        for option in seen:
            if option is not None and not same(option, value) and not any(same(option, o) for o in options):
                options.append(option)
        return options[:_OPTIONS]


def _sentence(error: KamkitError) -> str:
    """What is wrong, and what to do about it."""
    said = error.what[:1].upper() + error.what[1:]
    return f"{said}. {error.remedy[:1].upper()}{error.remedy[1:]}." if error.remedy else f"{said}."
