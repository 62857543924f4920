"""Recording a decision: who, in which role, why; what is expected of it and when to look at it again."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets

from kamkit.engagement.decisions import KEYS
from kamkit.errors import KamkitError
from kamkit.locale import _
from kamkit.locale.numbers import Numbers
from kamkit.workshop.panels.session import Session

__all__ = ["DecisionForm", "Person"]

_LONGEST = 330
_WHOLE: dict[str, Any] = {"continuous_update": False}
"""A text is sent once, when its field is left: letters that wait to be sent are overtaken by a click."""


@dataclass
class Person:
    """Who decided last, so that nobody types a name twice."""

    by: str = ""
    role: str = ""


class DecisionForm:
    """The form behind "Record decision"."""

    def __init__(self, record: Callable[..., None], close: Callable[[], None], person: Person) -> None:
        self._do, self._person = record, person
        self.what, self.problem = widgets.HTML(), widgets.HTML()
        self.by = widgets.Text(description=_("Who decides"), **_WHOLE)
        self.role = widgets.Text(description=_("Role"), **_WHOLE)
        self.why = widgets.Textarea(description=_("Why"), rows=2, **_WHOLE)
        self.expected = widgets.Textarea(description=_("Expected outcome (optional)"), rows=2, **_WHOLE)
        self.review = widgets.DatePicker(description=_("Look at it again on (optional)"))
        self.save, cancel = widgets.Button(description=_("Record")), widgets.Button(description=_("Cancel"))
        self.save.on_click(self._recorded)
        cancel.on_click(lambda _button: close())
        self.save.add_class("kk-save")
        fields = [self.by, self.role, self.why, self.expected, self.review]
        row = widgets.HBox([self.save, cancel])
        row.add_class("kk-row")
        self.widget = widgets.VBox([self.what, *fields, self.problem, row])
        self.widget.add_class("kk-form")
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether it can be seen."""
        return self.widget.layout.display != "none"

    def describe(self, session: Session) -> None:
        """Say what would be recorded."""
        names = {c.name: c.label for c in session.panel.controls}
        names |= {str(a): text for c in session.panel.controls for text, a in c.options}
        shares = {c.name for c in session.panel.controls if c.kind == "share"}
        words = _Words(names, shares, session.panel.numbers)
        lines = [words.line(key, value) for key, value in session.to_record().items()]
        items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
        self.what.value = f"<p class='kk-label'>{html.escape(_('Decide'))}</p><ul>{items}</ul>"

    def open(self) -> None:
        """Show the form, with who decided last."""
        self.by.value, self.role.value = self._person.by, self._person.role
        self.why.value, self.expected.value, self.review.value, self.problem.value = "", "", None, ""
        self.widget.layout.display = ""
        (self.why if self.by.value else self.by).focus()

    def close(self) -> None:
        """Put the form away."""
        self.widget.layout.display = "none"

    def _recorded(self, _button: Any) -> None:
        review = "" if self.review.value is None else self.review.value.isoformat()
        given = {"by": self.by.value, "role": self.role.value, "why": self.why.value}
        try:
            self._do(**given, expected=self.expected.value, review=review)
        except KamkitError as error:
            text = html.escape(str(error).replace("\n", " · "))
            self.problem.value = f"<p class='kk-problem' role='alert'>⚠ {text}</p>"
            return
        self._person.by, self._person.role = self.by.value, self.role.value


@dataclass(frozen=True)
class _Words:
    """Values as a person reads them: names of controls and accounts, which of them are shares, numbers."""

    names: Mapping[str, str]
    shares: AbstractSet[str]
    numbers: Numbers

    def line(self, key: str, value: Any) -> str:
        """A key's meaning and the value that is decided; shares are written in percent."""
        known = KEYS.get(key)
        meaning = _(known.meaning) if known else key
        if isinstance(value, Mapping):
            value = {name: self._share(name, v) for name, v in value.items()}
        text = self._plain(self._share(key, value))
        return f"{meaning}: {text if len(text) <= _LONGEST else f'{text[: _LONGEST - 1]}…'}"

    def _share(self, name: str, value: Any) -> Any:
        return self.numbers.percent(value) if name in self.shares and isinstance(value, float) else value

    def _plain(self, value: Any) -> str:
        """Names instead of numbers and keys, three digits of a figure below a thousand."""
        if isinstance(value, Mapping):
            return ", ".join(f"{self.names.get(k, k)} {self._plain(v)}" for k, v in value.items())
        if isinstance(value, (list, tuple)):
            return ", ".join(map(self._plain, value)) or _("none")
        if isinstance(value, float):
            return self.numbers.plain(round(value) if abs(value) >= 1000 else float(f"{value:.3g}"))
        return self.names.get(value, value) if isinstance(value, str) else json.dumps(value)
