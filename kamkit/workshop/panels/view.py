"""A panel on the screen: controls, picture, figures, buttons; nothing here computes."""

from __future__ import annotations

import html
from collections.abc import Callable
from math import isfinite
from typing import Any

import ipywidgets as widgets

from kamkit.engagement.decisions import KEYS
from kamkit.errors import KamkitError
from kamkit.locale import _
from kamkit.plots.style import branded
from kamkit.workshop.panels.controls import Grip, Slider, make_control
from kamkit.workshop.panels.form import DecisionForm, Person
from kamkit.workshop.panels.model import Panel, Table
from kamkit.workshop.panels.session import Session
from kamkit.workshop.panels.stage import Stage

__all__ = ["PICTURE", "PanelView"]

PICTURE = (880.0, 750.0)
"""Width and height of the picture in pixels of a screen of 1920 × 1080."""

Draw = Callable[[Stage, Any, Any], None]


class PanelView:
    """The widgets of one panel.

    Parameters
    ----------
    panel : what is moved.
    draw : draws its picture on a stage.
    person : who decided last, shared between the panels of a screen.
    """

    def __init__(self, panel: Panel, draw: Draw, person: Person | None = None) -> None:
        self.session, self._draw = Session(panel), draw
        self._following = False
        self.message, self.problem, self.status = (widgets.HTML() for _slot in range(3))
        self.picture, self.table = widgets.HTML(), widgets.HTML()
        self.controls = {c.name: make_control(c, self._moved, panel.numbers) for c in panel.controls}
        self.buttons = self._buttons()
        self.form = DecisionForm(self._record, self._close, person or Person())
        self.widget = self._laid_out()
        self.show()

    # -- what is on the screen -------------------------------------------------------------------

    def show(self) -> None:
        """Show the session as it stands, the picture first: it is what people look at."""
        session, figures = self.session, self.session.figures
        self.picture.value = _image(self._drawn(), figures.message)
        self.message.value = f"<p class='kk-message' aria-live='polite'>{html.escape(figures.message)}</p>"
        self.table.value = table_html(figures.table, figures.notes)
        self.problem.value = _alert(session.problem)
        self._follow()
        self.buttons["undo"].disabled = not session.can_undo
        if self.form.is_open:
            self.form.describe(session)

    def _drawn(self) -> str:
        """The picture, in the client's colour and font."""
        panel = self.session.panel
        worn = panel.material.engagement.config.branding
        with branded(worn.colours, worn.font):
            stage = Stage(panel.name, *PICTURE)
            self._draw(stage, self.session.figures.picture, panel.numbers)
            return stage.svg()

    def restore(self) -> None:
        """Start again from the decisions in force."""
        self.session = Session(self.session.panel)
        self.status.value = ""
        self._close()
        self.show()

    def _follow(self) -> None:
        """Move the controls to where the session stands."""
        self._following = True
        try:
            for name, control in self.controls.items():
                control.set(self.session.state[name])
        finally:
            self._following = False

    def _buttons(self) -> dict[str, widgets.Button]:
        made = {
            "reset": (_("Reset"), _("Back to the decisions in force"), self._reset),
            "undo": (_("Undo"), _("Take the last step back"), self._undo),
            "record": (_("Record decision"), _("Write down what was decided"), self._open),
        }
        buttons = {}
        for name, (label, tooltip, act) in made.items():
            buttons[name] = widgets.Button(description=label, tooltip=tooltip)
            buttons[name].add_class(f"kk-{name}")
            buttons[name].on_click(act)
        return buttons

    def _laid_out(self) -> widgets.Widget:
        panel = self.session.panel
        question = widgets.HTML(f"<h2 class='kk-question'>{html.escape(_(panel.question))}</h2>")
        row = widgets.HBox(list(self.buttons.values()))
        moved = widgets.VBox([*(c.widget for c in self.controls.values())])
        left, middle = widgets.VBox([moved, row]), widgets.VBox([self.picture, Grip(self._dragged).widget])
        right = widgets.VBox([self.problem, self.table, self.form.widget, self.status])
        for box, name in (
            (moved, "controls"),
            (row, "row"),
            (left, "left"),
            (middle, "middle"),
            (right, "right"),
        ):
            box.add_class(f"kk-{name}")
        body = widgets.HBox([left, middle, right])
        body.add_class("kk-body")
        whole = widgets.VBox([question, self.message, body])
        whole.add_class("kk-panel")
        whole.add_class(f"kk-panel-{panel.name}")
        return whole

    # -- what people do --------------------------------------------------------------------------

    def _moved(self, name: str, value: Any) -> None:
        if not self._following:
            self.session.move(name, value)
            self.status.value = ""
            self.show()

    def _dragged(self, name: str, value: float) -> None:
        """A slider's value by another way; nothing else is dragged."""
        control = self.controls.get(name)
        if isinstance(control, Slider) and isfinite(value):
            self._moved(name, control.nearest(value))

    def _reset(self, _button: Any) -> None:
        self.session.reset()
        self.status.value = ""
        self.show()

    def _undo(self, _button: Any) -> None:
        try:
            taken = self.session.undo()
        except KamkitError as error:
            self.status.value = _alert(str(error))
            return
        said = _("Taken back: {keys}.").format(keys=taken) if taken else ""
        self.status.value = _status(said)
        self.show()

    def _open(self, _button: Any) -> None:
        self.table.layout.display, self.status.value = "none", ""
        self.form.describe(self.session)
        self.form.open()

    def _close(self) -> None:
        self.table.layout.display = ""
        self.form.close()

    def _record(self, **given: str) -> None:
        made = self.session.record(**given)
        self._close()
        keys = "; ".join(_(KEYS[d.key].meaning) for d in made)
        said = _("Recorded: {keys}, by {by}. Every report from now on tells it.")
        self.status.value = _status(said.format(keys=keys, by=made[0].by))
        self.show()


def _image(svg: str, said: str) -> str:
    """The picture as part of the page: a picture in an address of its own is decoded and painted later."""
    return f'<div class="kk-picture" role="img" aria-label="{html.escape(said, quote=True)}">{svg}</div>'


def table_html(table: Table, notes: tuple[str, ...] = ()) -> str:
    """The figures as a table; marked rows say so by a sign and by bold type.

    >>> said = table_html(Table(("Treatment", "Accounts"), (("Invest", "12"),), frozenset({0})))
    >>> said[said.index("<tbody>") :]
    "<tbody><tr class='kk-marked'><td>● Invest</td><td class='kk-number'>12</td></tr></tbody></table>"
    """
    heads = "".join(_head(html.escape(h), right) for h, right in zip(table.heads, table.numeric, strict=True))
    rows = []
    for i, cells in enumerate(table.rows):
        marked = i in table.marked
        texts = [html.escape(c) for c in cells]
        texts[0] = f"● {texts[0]}" if marked else texts[0]
        opened = "<tr class='kk-marked'>" if marked else "<tr>"
        rows.append(opened + "".join(map(_cell, texts, table.numeric)) + "</tr>")
    below = "".join(f"<p class='kk-note'>{html.escape(n)}</p>" for n in (table.note, *notes) if n)
    body = f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f"<table class='kk-table'>{body}</table>{below}"


def _head(text: str, right: bool) -> str:
    return f"<th scope='col' class='kk-number'>{text}</th>" if right else f"<th scope='col'>{text}</th>"


def _cell(text: str, right: bool) -> str:
    return f"<td class='kk-number'>{text}</td>" if right else f"<td>{text}</td>"


def _alert(text: str) -> str:
    return f"<p class='kk-refusal' role='alert'>⚠ {html.escape(text)}</p>" if text else ""


def _status(text: str) -> str:
    return f"<p class='kk-status' role='status'>✓ {html.escape(text)}</p>" if text else ""
