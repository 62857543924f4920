"""What a reader sees of a page, a deck and a workbook, as text."""

from __future__ import annotations

import base64
import html
import re
import zipfile
from pathlib import Path

_ATTRIBUTE = re.compile(r'\b(?:alt|title|aria-label)="([^"]*)"')
_PICTURE = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
_CODE = re.compile(r"<(style|code|title|script)\b.*?</\1>", re.DOTALL)


def text_of(page: str) -> str:
    """The text of a page and of the attributes that are read; other text stays as it is."""
    shown = _CODE.sub("", page)
    read = [*re.sub(r"<[^>]+>", "\n", shown).split("\n"), *_ATTRIBUTE.findall(shown)]
    return "\n".join(html.unescape(line).strip() for line in read if line.strip())


def pictures_of(page: str) -> str:
    """The text within the pictures of a page."""
    drawn = (base64.b64decode(found).decode() for found in _PICTURE.findall(page))
    plain = (re.sub(r"<(style|metadata)\b.*?</\1>", "", svg, flags=re.DOTALL) for svg in drawn)
    return "\n".join(text_of(re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)) for svg in plain)


def slides_of(deck: Path) -> str:
    """Text, notes, charts and alternative texts of a deck."""
    parts = []
    with zipfile.ZipFile(deck) as package:
        for name in sorted(package.namelist()):
            if re.match(r"ppt/(slides|notesSlides|charts)/[^/]+\.xml", name):
                xml = package.read(name).decode("utf-8")
                paragraphs = re.findall(r"<a:p>(.*?)</a:p>", xml, re.DOTALL)
                parts += ["".join(re.findall(r"<a:t>([^<]*)</a:t>", p)) for p in paragraphs]
                parts += re.findall(r"<c:strCache>.*?</c:strCache>", xml, re.DOTALL)
                parts += re.findall(r'\bdescr="([^"]*)"', xml)
    return text_of("\n".join(parts))


def cells_of(workbook: Path) -> str:
    """The words in the cells of a workbook and its sheets' names, without the last one, of definitions."""
    with zipfile.ZipFile(workbook) as package:
        names = re.findall(r'<sheet name="([^"]*)"', package.read("xl/workbook.xml").decode("utf-8"))
        sheets = [f"xl/worksheets/sheet{i + 1}.xml" for i in range(len(names) - 1)]
        texts = [package.read(name).decode("utf-8") for name in sheets]
    cells = [html.unescape(t) for text in texts for t in re.findall(r"<t(?: [^>]*)?>([^<]*)</t>", text)]
    return "\n".join([*map(html.unescape, names), *cells])
