"""Title block, message and notes of what is shown, in the language in force."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kamkit import plots
from kamkit.deliver.columns import COLUMNS, caveat
from kamkit.deliver.tables import money_unit
from kamkit.engagement.scene import Scene
from kamkit.locale import _, language
from kamkit.locale.own_words import in_own_words
from kamkit.plots.exhibit import Exhibit

if TYPE_CHECKING:
    from kamkit.deliver.kept import Kept

__all__ = ["drawing", "worded"]


def worded(kept: Kept, draw: Exhibit | None = None) -> Kept:
    """What was shown with all its words in the language in force.

    One without a scene, and one that a function of somebody else's drew, stays as it is, unless that
    function is given.
    """
    drawn = draw or drawing(kept)
    if kept.scene is None or (kept.kind == "exhibit" and drawn is None):
        return kept
    words = _of_table(kept, kept.scene) if drawn is None else _of_exhibit(kept, kept.scene, drawn)
    return replace(words, source=kept.scene.source(*kept.tables), language=language())


def drawing(kept: Kept) -> Exhibit | None:
    """The exhibit that drew it, or None where it is not one of kamkit's."""
    found = getattr(plots, kept.draw, None)
    return found if isinstance(found, Exhibit) else None


def _of_exhibit(kept: Kept, scene: Scene, draw: Exhibit) -> Kept:
    numbers = scene.numbers
    return replace(
        kept,
        message=" ".join(filter(None, [draw.message(*kept.tables, numbers=numbers), caveat(kept.what)])),
        title=_title(scene, _subject(kept.what), draw.unit(*kept.tables, numbers=numbers), kept.when),
        how=_(draw.how),
    )


def _of_table(kept: Kept, scene: Scene) -> Kept:
    unit = money_unit(kept.tables[0], scene.numbers, **kept.options)
    return replace(kept, message=_(kept.said), title=_title(scene, _subject(kept.what), unit, kept.when))


def _title(scene: Scene, what: str, unit: str, when: str) -> str:
    """Who · what and unit · when, scenario."""
    subject = f"{what}, {unit}" if unit else what
    then = _(when) or _("{period}, actual").format(period=_period(scene))
    return f"{in_own_words(scene.client)} · {subject} · {then}"


def _subject(what: str) -> str:
    """What is shown; the name of a column reads as its title."""
    return _(COLUMNS[what].title).lower() if what in COLUMNS else _(what)


def _period(scene: Scene) -> str:
    """The period as a reader says it: whole years by number, else first and last month.

    A whole year runs from 1 January to 31 December.
    """
    start, end, numbers = scene.start, scene.end, scene.numbers
    if start.is_year_start and end.is_year_end:
        return f"{start.year}" if start.year == end.year else f"{start.year}–{end.year}"
    return f"{numbers.month(start)} – {numbers.month(end)}"
