"""The pages of the voting: templates filled once, at the start, everything in them escaped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kamkit.locale import _, language, ngettext
from kamkit.workshop.voting.pages.words import facilitator_words, voter_words

__all__ = ["Page", "qr_image", "read_pages"]

_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Page:
    """What one address answers with."""

    kind: str
    content: bytes


def read_pages() -> dict[str, Page]:
    """All pages, scripts and styles, by their address, in the language in force."""
    return {
        "/": _html("voter.html.j2", voter_words()),
        "/facilitator": _html("facilitator.html.j2", facilitator_words()),
        "/voter.js": _file("voter.js", "text/javascript"),
        "/facilitator.js": _file("facilitator.js", "text/javascript"),
        "/shared.js": _file("shared.js", "text/javascript"),
        "/voting.css": _file("voting.css", "text/css"),
    }


def _html(template: str, words: Mapping[str, str]) -> Page:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(_=_, ngettext=ngettext)
    text = environment.get_template(template).render(language=language(), words=json.dumps(words))
    return Page("text/html; charset=utf-8", text.encode())


def _file(name: str, kind: str) -> Page:
    return Page(f"{kind}; charset=utf-8", (_FOLDER / name).read_bytes())


@lru_cache(maxsize=4)
def qr_image(address: str) -> str:
    """A QR code of an address, as a picture that needs no other file."""
    import segno

    return str(
        segno.make(address, error="m", micro=False).svg_data_uri(border=3, omitsize=True, xmldecl=False)
    )
