"""The widgets that move a panel: sliders, lists to pick from, check boxes for accounts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from kamkit.locale import _
from kamkit.workshop.panels.model import Control

if TYPE_CHECKING:
    from kamkit.locale.numbers import Numbers

__all__ = ["Accounts", "Choice", "Grip", "Slider", "make_control"]

Moved = Callable[[str, Any], None]


class Slider:
    """A number that slides; the arrow keys move it by one step, Page Up and Down by ten.

    A browser sends back what it is told, rounded to the step. So the slider is told the nearest step
    itself, and what comes back within half a step of it is no move of a hand. Beside it stands where it is,
    as the client's language writes numbers.
    """

    def __init__(self, control: Control, moved: Moved, numbers: Numbers) -> None:
        self._control, self._told, self._moved, self._numbers = control, control.low, moved, numbers
        unit = f" ({control.unit})" if control.unit else ""
        self.slider = widgets.FloatSlider(
            min=control.low,
            max=control.high,
            step=control.step,
            value=control.low,
            description=control.label + unit,
            readout=False,
        )
        self.slider.observe(lambda change: self._by_hand(change["new"]), names="value")
        self.value = widgets.HTML(self._said(control.low))
        self.value.add_class("kk-value")
        self.widget = widgets.Box([self.slider, self.value])
        self.widget.add_class("kk-slide")

    def _said(self, value: float) -> str:
        if self._control.kind not in ("share", "change"):
            return self._numbers.plain(value)
        digits = 1 if self._control.step < 0.01 else 0
        return self._numbers.percent(value, change=self._control.kind == "change", decimals=digits)

    def _by_hand(self, value: float) -> None:
        if abs(value - self._told) > self._control.step / 2:
            self._told = self.nearest(value)
            self._moved(self._control.name, self._told)

    def nearest(self, value: float) -> float:
        """The step nearest to a value, without the noise of a browser's last digits."""
        low, high, step = self._control.low, self._control.high, self._control.step
        return min(max(round(low + round((value - low) / step) * step, 10), low), high)

    def set(self, value: Any) -> None:
        """Move the slider without a hand, to the nearest step; beyond its ends it stands at the end."""
        self._told = self.nearest(float(value))
        if abs(self.slider.value - self._told) > self._control.step / 2:
            self.slider.value = self._told
        self.value.value = self._said(float(value))


class Choice:
    """One of several."""

    def __init__(self, control: Control, moved: Moved) -> None:
        self.widget = widgets.Dropdown(options=list(control.options), description=control.label)
        self.widget.observe(lambda change: moved(control.name, change["new"]), names="value")

    def set(self, value: Any) -> None:
        """Choose without a hand."""
        if self.widget.value != value:
            self.widget.value = value


class Accounts:
    """Accounts to tick; those that matter most stand there, any other is added by its name."""

    def __init__(self, control: Control, moved: Moved) -> None:
        self._name, self._moved = control.name, moved
        self._texts = {str(value): text for text, value in control.options}
        self._following = False
        self._boxes: dict[str, widgets.Checkbox] = {}
        head = widgets.HTML(f"<p class='kk-label'>{control.label}</p>")
        self._list = widgets.VBox()
        self._list.add_class("kk-boxes")
        self._more = widgets.Combobox(
            placeholder=_("another: type its name"),
            options=sorted(set(self._texts.values())),
            ensure_option=True,
        )
        self._more.observe(self._added, names="value")
        for account in list(self._texts)[: control.boxes]:
            self._box(account)
        self.widget = widgets.VBox([head, self._list, self._more])

    def _box(self, account: str) -> widgets.Checkbox:
        box = widgets.Checkbox(description=self._texts.get(account, account), indent=False)
        box.observe(self._ticked, names="value")
        self._boxes[account] = box
        self._list.children = tuple(self._boxes.values())
        return box

    def _added(self, change: Any) -> None:
        wanted = change["new"]
        account = next((a for a, text in self._texts.items() if wanted and text == wanted), None)
        if account is not None:
            box = self._boxes.get(account) or self._box(account)
            box.value = True
            self._more.value = ""

    def _ticked(self, _change: Any) -> None:
        if not self._following:
            self._moved(self._name, tuple(a for a, box in self._boxes.items() if box.value))

    def set(self, value: Any) -> None:
        """Tick these and no others."""
        self._following = True
        try:
            for account in value:
                if str(account) not in self._boxes:
                    self._box(str(account))
            for account, box in self._boxes.items():
                if box.value != (account in value):
                    box.value = account in value
        finally:
            self._following = False


class Grip:
    """What a pointer drags on the picture: the page writes the control and its value into a field."""

    def __init__(self, moved: Moved) -> None:
        self.widget = widgets.Text()
        self.widget.add_class("kk-dragged")
        self._moved = moved
        self.widget.observe(lambda change: self._dragged(change["new"]), names="value")

    def _dragged(self, said: str) -> None:
        name, _blank, value = said.partition(" ")
        with suppress(ValueError):
            self._moved(name, float(value))


def make_control(control: Control, moved: Moved, numbers: Numbers) -> Slider | Choice | Accounts:
    """The widget of a control; ``moved`` is told of each move."""
    if control.kind == "accounts":
        return Accounts(control, moved)
    return Choice(control, moved) if control.kind == "choice" else Slider(control, moved, numbers)
