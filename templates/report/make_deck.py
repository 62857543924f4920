"""Make the master of kamkit's deck, ``deck.pptx``: 16:9, two layouts, Arial, the palette of the exhibits.

    python templates/report/make_deck.py
"""

from __future__ import annotations

from pathlib import Path

from lxml import etree
from pptx import Presentation
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

KEPT = ("Title Slide", "Title Only")
INK = "1D3F66"
COLOURS = {
    "dk1": "1F2933", "lt1": "FFFFFF", "dk2": INK, "lt2": "F3F5F8",
    "accent1": INK, "accent2": "7D8CA0", "accent3": "00664F", "accent4": "C7451F",
    "accent5": "A9B3BD", "accent6": "56616D", "hlink": INK, "folHlink": "56616D",
}  # fmt: skip
TITLE_SLIDE = {0: (0.9, 2.35, 11.5, 1.3, 40), 1: (0.9, 3.75, 11.5, 1.5, 18)}
TITLE_ONLY = {0: (0.6, 0.4, 12.1, 0.95, 24)}


def main() -> None:
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    drop_layouts(deck)
    recolour(deck)
    place(deck.slide_master, {0: (0.6, 0.4, 12.1, 0.95, 24), 1: (0.6, 1.9, 12.1, 4.7, 18)})
    for layout in deck.slide_layouts:
        place(layout, TITLE_SLIDE if layout.name == "Title Slide" else TITLE_ONLY)
    deck.core_properties.title, deck.core_properties.author = "", "kamkit"
    deck.save(str(Path(__file__).with_name("deck.pptx")))


def drop_layouts(deck) -> None:
    for layout in list(deck.slide_layouts):
        if layout.name not in KEPT:
            deck.slide_layouts.remove(layout)


def recolour(deck) -> None:
    """The theme's colours and its face."""
    part = next(r.target_part for r in deck.slide_master.part.rels.values() if r.reltype.endswith("/theme"))
    theme = etree.fromstring(part.blob)
    for name, value in COLOURS.items():
        slot = theme.find(f".//{qn('a:clrScheme')}/{qn(f'a:{name}')}")
        for old in list(slot):
            slot.remove(old)
        etree.SubElement(slot, qn("a:srgbClr")).set("val", value)
    for font in theme.iter(qn("a:latin")):
        font.set("typeface", "Arial")
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def place(holder, places: dict[int, tuple[float, float, float, float, int]]) -> None:
    """Put titles where the deck wants them, left-aligned at the top; drop date, footer and number."""
    for shape in list(holder.placeholders):
        index = shape.placeholder_format.idx
        if index not in places:
            shape._element.getparent().remove(shape._element)
            continue
        left, top, width, height, size = places[index]
        shape.left, shape.top, shape.width, shape.height = map(Inches, (left, top, width, height))
        body = shape.text_frame._txBody.find(qn("a:bodyPr"))
        body.set("anchor", "b" if index == 0 and size > 30 else "t")
        for side in ("lIns", "rIns", "tIns", "bIns"):
            body.set(side, "0")
        for paragraph in shape.text_frame.paragraphs:
            paragraph.font.size = Pt(size)
            paragraph.font.bold = index == 0
            paragraph.alignment = PP_ALIGN.LEFT
        for level in body.getparent().iter(qn("a:lvl1pPr")):
            level.set("algn", "l")
    style(holder)


def style(holder) -> None:
    styles = holder._element.find(qn("p:txStyles"))
    if styles is None:
        return
    title = styles.find(f"{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    title.set("algn", "l")
    run = title.find(qn("a:defRPr"))
    run.set("sz", "2400")
    run.set("b", "1")


if __name__ == "__main__":
    main()
