"""The facilitator's screen: seven panels behind seven tabs, each built when it is first opened."""

from __future__ import annotations

import html
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from kamkit.errors import KamkitError, ParameterError
from kamkit.locale import N_, _
from kamkit.resources import bundled
from kamkit.workshop.panels.form import Person
from kamkit.workshop.panels.material import Material
from kamkit.workshop.panels.model import Panel
from kamkit.workshop.panels.view import PanelView

if TYPE_CHECKING:
    from kamkit.engagement.engagement import Engagement

__all__ = ["PANELS", "Screen", "build_page", "build_panel"]

_ROOM = "kamkit.workshop.panels"


@dataclass(frozen=True)
class Entry:
    """A tab: its title, its model, and what draws it; both are imported when the tab is opened."""

    title: str
    model: str
    draw: str


PANELS: dict[str, Entry] = {
    "weights": Entry(N_("Weights"), "weights:Weights", "bubbles:draw_placement"),
    "matrix": Entry(N_("Matrix"), "matrix:Matrix", "bubbles:draw_placement"),
    "cost": Entry(N_("Cost to serve"), "cost:Cost", "curves:draw_whales"),
    "choice": Entry(N_("How many"), "choice:Choice", "bars:draw_marginal"),
    "investment": Entry(N_("Investment"), "investment:Investment", "curves:draw_futures"),
    "loss": Entry(N_("Loss"), "loss:Loss", "bars:draw_steps"),
    "transfer": Entry(N_("Transfer price"), "transfer:Transfer", "curves:draw_sweep"),
}
"""The panels in the order of the tabs."""


def load(place: str) -> Any:
    """What stands at a place of this package, such as ``weights:Weights``."""
    module, _colon, name = place.partition(":")
    return getattr(import_module(f"{_ROOM}.{module}"), name)


def build_panel(
    material: Material, name: str, person: Person | None = None, panel: Panel | None = None
) -> tuple[PanelView | None, widgets.Widget]:
    """One panel and its widget; where its tables are missing, only what is missing."""
    entry = PANELS[name]
    try:
        view = PanelView(panel or load(entry.model)(material), load(entry.draw), person)
    except KamkitError as error:
        return None, _gap(entry, error)
    return view, view.widget


def _gap(entry: Entry, error: KamkitError) -> widgets.Widget:
    text = "<br>".join(html.escape(line) for line in str(error).splitlines())
    title = f"<h2 class='kk-message'>{html.escape(_(entry.title))}</h2>"
    gap = widgets.VBox([widgets.HTML(f"{title}<p class='kk-problem'>⚠ {text}</p>")])
    gap.add_class("kk-panel")
    return gap


class Screen(widgets.VBox):
    """The tabs, and who decided last."""

    def __init__(self, material: Material) -> None:
        self.material, self.person = material, Person()
        self.views: dict[int, PanelView] = {}
        self.tabs = widgets.Tab(children=[widgets.VBox() for _name in PANELS], selected_index=0)
        for i, entry in enumerate(PANELS.values()):
            self.tabs.set_title(i, f"{i + 1} {_(entry.title)}")
        self._built: set[int] = set()
        self._ahead: dict[str, Panel] = {}
        self._build(0)
        self.tabs.observe(lambda change: self._build(change["new"]), names="selected_index")
        head = widgets.HTML(f"<p class='kk-client'>{html.escape(material.origin)}</p>")
        super().__init__([styles(), head, self.tabs])
        self.add_class("kk-screen")

    def prepare(self) -> None:
        """Compute what each panel starts with, while nobody waits: its tab then opens at once."""
        for name, entry in PANELS.items():
            with suppress(KamkitError):
                panel = self._ahead[name] = load(entry.model)(self.material)
                load(entry.draw)
                _ = panel.controls, panel.figures(panel.start())

    def restore(self) -> None:
        """Set every panel that stands to the decisions in force."""
        for view in self.views.values():
            view.restore()

    def _build(self, index: int | None) -> None:
        """Build the panel behind a tab, the first time it is opened."""
        if index is None or index in self._built:
            return
        self._built.add(index)
        name = list(PANELS)[index]
        view, widget = build_panel(self.material, name, self.person, self._ahead.get(name))
        if view is not None:
            self.views[index] = view
        self.tabs.children[index].children = (widget,)


def build_page(engagement: Engagement, name: str) -> widgets.Widget:
    """One panel for the page of a notebook, in the type of a page."""
    if name not in PANELS:
        raise ParameterError(f"there is no panel {name!r}", where="name", allowed=", ".join(PANELS))
    page = widgets.VBox([styles(), build_panel(Material(engagement), name)[1]])
    page.add_class("kk-page")
    return page


def styles() -> widgets.HTML:
    """The look of the panels; each page needs it once."""
    css = bundled("templates", "workshop", "panels.css").read_text(encoding="utf-8")
    return widgets.HTML(f"<style>{css}</style>")
