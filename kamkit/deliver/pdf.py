"""The report as a PDF: the same page, set for paper, tagged and with embedded fonts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kamkit.deliver.chromium import find_chromium, print_pdf
from kamkit.errors import RunError
from kamkit.resources import bundled

__all__ = ["HOW_TO_INSTALL", "can_set", "write_pdf"]

HOW_TO_INSTALL = (
    "install Pango (Debian: apt install libpango-1.0-0 libpangoft2-1.0-0; macOS: brew install pango; "
    "Windows: the MSYS2 package mingw-w64-x86_64-pango), or Chromium, Chrome or Edge"
)
_VARIANT = "pdf/ua-1"


def write_pdf(page: Path, target: Path) -> str:
    """Set an HTML page for paper; by WeasyPrint, or by Chromium where its libraries are missing.

    Parameters
    ----------
    page : a report or plan, one file with everything in it.
    target : the file to write.

    Returns
    -------
    Which program set it.

    Raises
    ------
    RunError
        If neither is on this machine, or the PDF can't be made.
    """
    if can_set():
        _set(page, target)
        return "WeasyPrint"
    chromium = find_chromium()
    if chromium is None:
        raise RunError("neither Pango nor Chromium is on this machine", remedy=HOW_TO_INSTALL)
    print_pdf(chromium, page, target)
    return chromium.name


def can_set() -> bool:
    """Whether WeasyPrint and the libraries of the system that it needs are there."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


def _set(page: Path, target: Path) -> None:
    import weasyprint

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    html = weasyprint.HTML(string=_for_paper(page.read_text(encoding="utf-8")), url_fetcher=_only_data())
    html.write_pdf(str(target), pdf_variant=_VARIANT)


def _for_paper(html: str) -> str:
    """The page with the rules of print.css behind its own, so that they win."""
    sheet = bundled("templates", "report", "print.css").read_text(encoding="utf-8")
    return html.replace("</head>", f"<style>{sheet}</style></head>", 1)


def _only_data() -> Callable[..., Any]:
    """A fetcher that opens what the page itself holds, and nothing of the disk or the network."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=["data"], allow_redirects=False)
