"""The deck: one message per slide, native charts and tables that the client can edit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from kamkit.deliver.decided import decided
from kamkit.deliver.deck.lists import pieces
from kamkit.deliver.deck.master import open_master
from kamkit.deliver.deck.pages import Pages
from kamkit.deliver.deck.text import plain
from kamkit.deliver.kept import Kept, read_kept
from kamkit.deliver.record import RunRecord
from kamkit.deliver.results import Section, chosen, files_more, read_result, sections_of
from kamkit.deliver.show import MIME
from kamkit.deliver.tables import Header, TableView, view
from kamkit.errors import RunError
from kamkit.locale import _, language
from kamkit.locale.numbers import Scale
from kamkit.plots.style import branded

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__all__ = ["AUDIENCES", "build_deck"]

AUDIENCES = ("board", "management", "analyst")
"""Ten slides; one per exhibit that its notebook calls a slide; these and all tables."""

SLIDE = "slide"
"""Tag of cells whose exhibits belong in the deck."""

_BOARD = (
    "whale_curve",
    "portfolio_matrix",
    "choice_curve",
    "npv_distribution",
    "white_space",
    "event_study",
    "loss_stakes",
)
_BOARD_EXHIBITS, _SUMMARY, _DECISIONS, _FILES_MORE = 7, 10, 10, 8


def build_deck(run_folder: Path, engagement: Engagement, target: Path, audience: str = "management") -> Path:
    """Write the deck of a run.

    Parameters
    ----------
    run_folder : folder of the run, with what its notebooks have shown.
    engagement : the engagement that was run.
    target : the file to write, ``.pptx``.
    audience : *board* (ten slides), *management*, or *analyst* (with all tables).

    Raises
    ------
    RunError
        If the folder holds no run.
    ConfigError
        If the client's own master can't be used.
    """
    record = RunRecord.load(run_folder)
    if record is None:
        raise RunError("the folder holds no run", where=str(run_folder), remedy="kamkit run")
    branding = engagement.config.branding
    with branded(branding.colours, branding.font):
        _Deck(run_folder, engagement, record, audience).write(target)
    return target


class _Deck:
    """A deck while it is made."""

    def __init__(self, run_folder: Path, engagement: Engagement, record: RunRecord, audience: str) -> None:
        self.run, self.engagement, self.record, self.audience = run_folder, engagement, record, audience
        branding = engagement.config.branding
        own = getattr(branding, "deck", None)
        self.master = open_master(engagement.path / own if own else None)
        self.pages = Pages(self.master, engagement.numbers)
        every = [s for s in sections_of(run_folder, record) if s.told]
        self.sections = chosen(every, engagement.config.report.sections)
        self.shown = {s.name: list(_shown_in(run_folder, s.name, audience)) for s in self.sections}

    def write(self, target: Path) -> None:
        self._cover()
        self.pages.listed(_("What follows from the figures"), _summary(self.sections))
        chosen = self._chosen()
        if self.audience != "board":
            self._files_more()
            self._agenda(chosen)
        for shown in chosen:
            (self.pages.exhibit if shown.kind == "exhibit" else self.pages.table)(shown)
        self._decisions()
        if self.audience != "board":
            self._appendix()
        self._properties()
        self.master.deck.save(str(target))

    def _cover(self) -> None:
        config, numbers = self.engagement.config, self.engagement.numbers
        start, end = self.engagement.period
        confidential = config.report.confidentiality or _(
            "Confidential. For {client} and those it names."
        ).format(client=config.client)
        facts = [
            f"{numbers.month(start)} – {numbers.month(end)} · {numbers.date(self.record.started[:10])} · "
            + _("run {id}").format(id=self.record.id),
            confidential,
        ]
        title = config.report.title or _("Key-account review")
        self.pages.cover(config.client, title, facts, self._logo())

    def _logo(self) -> bytes | None:
        """A logo that PowerPoint takes as a picture; SVG is none."""
        name = self.engagement.config.branding.logo
        if not name or name.lower().endswith(".svg"):
            return None
        return (self.engagement.path / name).read_bytes()

    def _chosen(self) -> list[Kept]:
        """What goes on slides, in the order of the process."""
        every = [shown for section in self.sections for shown in self.shown[section.name]]
        if self.audience != "board":
            return every
        by_name = {shown.draw: shown for shown in reversed(every) if shown.draw}
        first = [by_name[name] for name in _BOARD if name in by_name]
        others = [shown for shown in every if shown.kind == "exhibit" and shown not in first]
        picked = [*first, *others][:_BOARD_EXHIBITS]
        return [shown for shown in every if shown in picked]

    def _agenda(self, chosen: Sequence[Kept]) -> None:
        steps = {shown.step for shown in chosen}
        lines = [f"{s.number}  {s.title}" for s in self.sections if s.name in steps]
        self.pages.listed(_("Agenda"), lines)

    def _files_more(self) -> None:
        """What the next file from the client would answer; nothing where none is missing."""
        more = files_more([gap for section in self.sections for gap in section.gaps])
        if more:
            self.pages.listed(_("What one file more would answer"), [str(one) for one in more[:_FILES_MORE]])

    def _decisions(self) -> None:
        """What was decided, or else the question that a meeting should not leave open."""
        made = decided(self.engagement, self.run, self.record).in_force
        if not made:
            question = _("No decision has been recorded yet: who decides what, and by when?")
            return self.pages.listed(_("Decisions"), [question])
        headers = {
            "title": _("Decision"),
            "value": _("Value"),
            "by": _("By"),
            "at": _("When"),
            "why": _("Why"),
        }
        rows = tuple(tuple(str(row.get(name, "")) for name in headers) for row in made)
        heads = tuple(Header(title, "", False) for title in headers.values())
        for part in pieces(TableView(heads, rows, "", 0), _DECISIONS):
            self.pages.grid(_("Decisions in force"), part)
        return None

    def _appendix(self) -> None:
        table = read_result(self.run, "reconciliation")
        numbers = self.engagement.numbers
        if table is not None and not hasattr(table, "needs"):
            seen = view(table, numbers, scale=Scale(1.0, numbers.currency))
            tied = bool(table["ok"].astype(bool).all())
            title = _("Every rung ties to the client's own accounts") if tied else _("Not every rung ties")
            self.pages.grid(f"{title} ({numbers.currency})", seen, _("run {id}").format(id=self.record.id))
        gaps = [gap for section in self.sections for gap in section.gaps if not gap.needs]
        if gaps:
            lines = list(dict.fromkeys(_gap_line(g.what, g.reason) for g in gaps))
            self.pages.listed(_("What the data could not answer"), lines[:12])

    def _properties(self) -> None:
        core = self.master.deck.core_properties
        started = dt.datetime.fromisoformat(self.record.started).replace(tzinfo=None)
        core.title = plain(f"{self.engagement.config.client} – {_('Key-account review')}")
        core.language = language()
        core.author = core.last_modified_by = "kamkit"
        core.created = core.modified = started
        core.identifier = self.record.id


def _shown_in(run_folder: Path, step: str, audience: str) -> list[Kept]:
    """What the slide cells of an executed notebook have shown: exhibits, and tables where asked for."""
    file = run_folder / "notebooks" / f"{step}.ipynb"
    found = []
    for cell in nbformat.read(file, as_version=4).cells if file.is_file() else ():
        if cell.cell_type != "code" or SLIDE not in cell.metadata.get("tags", ()):
            continue
        notes = [o["data"][MIME] for o in cell.outputs if MIME in o.get("data", {})]
        kept = [read_kept(run_folder, n["key"]) for n in notes if n.get("key")]
        exhibits = [k for k in kept if k.kind == "exhibit"]
        found += kept if audience == "analyst" or not exhibits else exhibits
    return found


def _summary(sections: Sequence[Section]) -> list[str]:
    """The first finding of each step, then the second ones while there is room."""
    rounds = zip_longest(*(s.findings for s in sections))
    told = [finding for one in rounds for finding in one if finding][:_SUMMARY]
    in_order = [finding for s in sections for finding in s.findings if finding in told]
    return in_order or [_("No step has stated a finding yet.")]


def _gap_line(what: str, reason: str) -> str:
    return f"{what[:1].upper()}{what[1:]}: {reason}"
