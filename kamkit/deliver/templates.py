"""The HTML templates: one environment, everything that comes from data escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from kamkit.locale import _, language, ngettext
from kamkit.resources import bundled

if TYPE_CHECKING:
    from kamkit.engagement.config import Branding

__all__ = ["breakable", "clean_text", "prepare", "render", "style_sheet", "unbroken"]

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_AMOUNT = re.compile(r"(?:\b[A-Z]{3} )?[+−-]?\d[\d.,]*(?: (?:k|m|bn|mn|tn|md)\b)?(?: [A-Z]{3}\b)?")
_UNBROKEN = 24
_LONG_WORD = re.compile(rf"(\S{{{_UNBROKEN + 1},}})")
_MARGINS = ("top-left", "top-right", "bottom-left", "bottom-right")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean_text(text: Any) -> str:
    """Text that any HTML reader can hold: control characters and lone surrogates become a visible mark.

    Marks that turn the direction of what follows are taken out, so that no name can rewrite the
    sentence it stands in.

    Examples
    --------
    >>> clean_text("Nord\\x00vik")
    'Nord�vik'
    """
    return _DIRECTION.sub("", _UNPRINTABLE.sub("\ufffd", str(text)))


def unbroken(text: str) -> str:
    """Amounts that no line break tears apart: ``EUR 602 k`` stays together.

    Examples
    --------
    >>> unbroken("EUR 602 k at 78.0%").split(" ")
    ['EUR\xa0602\xa0k', 'at', '78.0%']
    """
    return _AMOUNT.sub(lambda found: found[0].replace(" ", "\u00a0"), text)


def breakable(text: str) -> Markup:
    """Text whose long words may break, so that no name pushes a column off the page.

    Examples
    --------
    >>> str(breakable("<b>")), str(breakable("x" * 30))
    ('&lt;b&gt;', 'xxxxxxxxxxxxxxxxxxxxxxxx<wbr>xxxxxx')
    """
    parts = _LONG_WORD.split(clean_text(text))
    if len(parts) == 1:
        return escape(parts[0])
    return Markup("").join(_broken(part) if place % 2 else escape(part) for place, part in enumerate(parts))


def _broken(word: str) -> Markup:
    pieces = (word[i : i + _UNBROKEN] for i in range(0, len(word), _UNBROKEN))
    return Markup("<wbr>").join(escape(piece) for piece in pieces)


def render(template: str, **values: Any) -> str:
    """Fill a template of ``templates/report/``; values are escaped unless they are markup already."""
    return _environment().get_template(template).render(language=language(), **values)


def prepare(templates: Iterable[str]) -> None:
    """Compile templates before they are needed."""
    for template in templates:
        _environment().get_template(template)


def style_sheet(name: str, branding: Branding) -> Markup:
    """A style sheet of the report, with the client's colours and font where they are given."""
    sheet = bundled("templates", "report", name).read_text(encoding="utf-8")
    names = ("--accent", "--ornament")
    own = "".join(f"{name}: {colour}; " for name, colour in zip(names, branding.colours, strict=False))
    colours = f":root {{ {own}}}" if own else ""
    return Markup("\n".join((sheet, colours, _font_rules(branding.font) if branding.font else "")))


def _font_rules(font: str) -> str:
    """The client's font on the page and in the margins of paper, whatever style sheet comes after."""
    family = f'font-family: "{font}", system-ui, sans-serif !important;'
    margins = " ".join(f"@{place} {{ {family} }}" for place in _MARGINS)
    return f"body {{ {family} }}\n@page {{ {margins} }}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(bundled("templates", "report")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) else clean_text(value),
    )
    environment.filters["unbroken"] = unbroken
    environment.filters["breakable"] = breakable
    environment.globals.update(_=_, ngettext=ngettext)
    return environment
