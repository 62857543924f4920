"""Markdown cells as HTML: text only, nothing that reaches out of the page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from kamkit.deliver.templates import clean_text

__all__ = ["prose"]


def prose(text: str, *, first_level: int = 2) -> Markup:
    """Markdown as HTML: markup in it is shown as typed, links print their address, pictures their caption.

    Parameters
    ----------
    text : CommonMark with tables.
    first_level : the HTML level that a ``#`` heading gets; deeper ones follow.

    Examples
    --------
    >>> prose("## Who *pays*\\n\\n<script>")
    Markup('<h3>Who <em>pays</em></h3>\\n<p>&lt;script&gt;</p>\\n')
    """
    tokens = _parser().parse(clean_text(text))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + first_level - 1)}"
    parser = _parser()
    return Markup(parser.renderer.render(tokens, parser.options, {}))


class _Renderer(RendererHTML):
    """A link leads within the page or is printed; a picture is never fetched."""

    def image(self, tokens: Sequence[Token], index: int, options: Any, environment: Any) -> str:
        return str(escape(self.renderInlineAsText(tokens[index].children or [], options, environment)))

    def link_open(self, tokens: Sequence[Token], index: int, options: Any, environment: Any) -> str:
        address = str(tokens[index].attrGet("href") or "")
        return f'<a href="{escape(address)}">' if address.startswith("#") else "<span>"

    def link_close(self, tokens: Sequence[Token], index: int, options: Any, environment: Any) -> str:
        opened = next(t for t in reversed(tokens[:index]) if t.type == "link_open")
        address = str(opened.attrGet("href") or "")
        return "</a>" if address.startswith("#") else f" ({escape(address)})</span>"


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
