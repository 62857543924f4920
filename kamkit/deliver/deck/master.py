"""The master of the deck: ours, or the client's own, with its layouts and the room that they leave."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from kamkit.deliver.deck.text import Box
from kamkit.errors import ConfigError
from kamkit.plots.style import PALETTE, brand_font
from kamkit.resources import bundled

__all__ = ["Master", "open_master"]

_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_MARGIN, _FOOT, _SUBTITLE = 43.0, 42.0, 20.0
_POINT = 12_700
_IN_OWN_COLOUR = ("dk2", "accent1", "hlink")


@dataclass(frozen=True)
class Master:
    """A presentation without slides, and where things stand on its slides, in points.

    Parameters
    ----------
    deck : the presentation.
    cover : layout with a title and a subtitle.
    page : layout with a title and nothing else.
    title, block, content, foot : places of the message, the title block, the exhibit and the source.
    """

    deck: Any
    cover: Any
    page: Any
    title: Box
    block: Box
    content: Box
    foot: Box


def open_master(own: Path | None = None) -> Master:
    """Open the client's master, or ours where none is given; slides that it holds are left out.

    Raises
    ------
    ConfigError
        If the file is no presentation, or has no layout with a title.
    """
    file = own or bundled("templates", "report", "deck.pptx")
    try:
        deck = Presentation(str(file))
    except (PackageNotFoundError, KeyError, ValueError, OSError) as error:
        raise ConfigError(
            "the master is no PowerPoint file that can be read",
            where=str(file),
            allowed="a .pptx or .potx saved as .pptx",
            remedy="save it as .pptx in PowerPoint",
        ) from error
    _drop_slides(deck)
    if own is None:
        _dress(deck)
    titled = [layout for layout in deck.slide_layouts if _title_of(layout) is not None]
    if not titled:
        raise ConfigError("no layout of the master has a title", where=str(file), remedy="add one")
    page = min(titled, key=lambda layout: (_is_cover(layout), len(_bodies(layout))))
    cover = next((layout for layout in titled if _is_cover(layout)), page)
    return _measured(deck, cover, page)


def _dress(deck: Any) -> None:
    """Our master in the client's colour and font, where they are in force."""
    part = next(r.target_part for r in deck.slide_master.part.rels.values() if r.reltype == RT.THEME)
    theme = parse_xml(part.blob)
    for name in _IN_OWN_COLOUR:
        for slot in theme.iter(qn(f"a:{name}")):
            slot[0].set("val", PALETTE["actual"].lstrip("#"))
    for font in theme.iter(qn("a:latin")) if brand_font() else ():
        font.set("typeface", brand_font())
    part._blob = serialize_part_xml(theme)


def _measured(deck: Any, cover: Any, page: Any) -> Master:
    wide, tall = deck.slide_width / _POINT, deck.slide_height / _POINT
    placed = _box(_title_of(page)) or Box(_MARGIN, 28, wide - 2 * _MARGIN, 68)
    left, across = placed.left, min(placed.width, wide - placed.left - 10)
    title = Box(left, placed.top, across, min(max(placed.height, 50), 0.2 * tall))
    block = Box(left, title.top + title.height + 2, across, _SUBTITLE)
    top = block.top + block.height + 8
    content = Box(left, top, across, tall - _FOOT - top - 6)
    foot = Box(left, tall - _FOOT, across, 26)
    return Master(deck, cover, page, title, block, content, foot)


def _drop_slides(deck: Any) -> None:
    ids = deck.slides._sldIdLst
    for entry in list(ids):
        deck.part.drop_rel(entry.rId)
        ids.remove(entry)


def _title_of(layout: Any) -> Any:
    return next((p for p in layout.placeholders if p.placeholder_format.type in _TITLES), None)


def _bodies(layout: Any) -> list[Any]:
    small = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, *_TITLES)
    return [p for p in layout.placeholders if p.placeholder_format.type not in small]


def _is_cover(layout: Any) -> bool:
    title = _title_of(layout)
    return title is not None and title.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE


def _box(shape: Any) -> Box | None:
    """A placeholder's place; None where neither the layout nor its master states one."""
    sides = (shape.left, shape.top, shape.width, shape.height)
    return None if any(s is None for s in sides) else Box(*(s / _POINT for s in sides))
