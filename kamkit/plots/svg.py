"""Pictures as files: SVG with text kept as text, PNG where a picture of dots is needed."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from matplotlib.figure import Figure

from kamkit.plots.style import brand_font, style

__all__ = ["FACES", "to_png", "to_svg"]

FACES = "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
"""None of them wider than DejaVu Sans, with which the labels were placed."""


def to_svg(fig: Figure) -> bytes:
    """The figure as SVG, the same bytes each time, with text as text and no date.

    Examples
    --------
    >>> figure = Figure(figsize=(1, 1))
    >>> to_svg(figure) == to_svg(figure)
    True
    """
    buffer = io.BytesIO()
    with style(), _quiet_about_glyphs():
        fig.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "kamkit"})
    own = f"'{brand_font()}', " if brand_font() else ""
    return re.sub(rb"'DejaVu Sans'(, ?[^;\"]*?)?(?=[;\"])", f"{own}{FACES}".encode(), buffer.getvalue())


def to_png(fig: Figure, dpi: float = 150) -> bytes:
    """The figure as PNG at ``dpi`` dots per inch, without date or program version.

    >>> to_png(Figure(figsize=(1, 1)))[1:4]
    b'PNG'
    """
    buffer = io.BytesIO()
    with style(), _quiet_about_glyphs():
        fig.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


@contextmanager
def _quiet_about_glyphs() -> Iterator[None]:
    """A glyph that DejaVu lacks is found by the browser among its own fonts."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        yield
