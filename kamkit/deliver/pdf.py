"""The report as a PDF: the same page, set for paper, tagged and with embedded fonts."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kamkit.deliver.chromium import find_chromium, print_pdf
from kamkit.errors import KamkitError, RunError
from kamkit.kernels import where_kamkit_is
from kamkit.resources import bundled

__all__ = ["HOW_TO_INSTALL", "can_set", "set_beside", "write_pdf"]

HOW_TO_INSTALL = (
    "install Pango (Debian: apt install libpango-1.0-0 libpangoft2-1.0-0; macOS: brew install pango; "
    "Windows: the MSYS2 package mingw-w64-x86_64-pango), or Chromium, Chrome or Edge"
)
_VARIANT = "pdf/ua-1"
_ON_SCREEN_ONLY = re.compile(r'<details class="kk-details">.*?</details>', re.DOTALL)
_BESIDE = re.compile(r"""(<a\b[^>]*?)\s+href="(?!#|[a-z][a-z0-9+.-]*:)[^"]*\"""", re.IGNORECASE)
_REFUSED = 3
_PATIENCE = 5


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
    with tempfile.TemporaryDirectory(prefix="kamkit-page-") as folder:
        alone = Path(folder) / page.name
        alone.write_text(_on_its_own(page.read_text(encoding="utf-8")), encoding="utf-8")
        print_pdf(chromium, alone, target)
    return chromium.name


@contextmanager
def set_beside(page: Path, target: Path) -> Iterator[Callable[[], None]]:
    """Set a page as :func:`write_pdf` does, in a process of its own, while this one does other work.

    What is yielded waits for the file. The process ends with the block, and when this process ends,
    however it ends.

    Raises
    ------
    RunError
        From the waiting: if the PDF can't be made.
    """
    with subprocess.Popen(
        [sys.executable, "-m", __name__, str(page), str(target)],
        env={**os.environ, **where_kamkit_is(), "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as setting:
        try:
            yield lambda: _wait(setting)
        finally:
            _end(setting)


def _wait(setting: subprocess.Popen[str]) -> None:
    said = setting.stderr.read() if setting.stderr else ""
    setting.wait()
    if setting.returncode == _REFUSED:
        raise RunError(said.strip())
    if setting.returncode:
        last = (said.strip().splitlines() or [f"it ended with code {setting.returncode}"])[-1]
        raise RunError(f"the program that sets it failed: {last}")


def _end(setting: subprocess.Popen[str]) -> None:
    """End it with what it has started, by closing its end of the pipe."""
    if setting.stdin:
        setting.stdin.close()
    try:
        setting.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        setting.kill()


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
    """The page without what only a screen shows, the rules of print.css behind its own, so that they win."""
    html = _ON_SCREEN_ONLY.sub("", html)
    sheet = bundled("templates", "report", "print.css").read_text(encoding="utf-8")
    return html.replace("</head>", f"<style>{sheet}</style></head>", 1)


def _on_its_own(html: str) -> str:
    """The page without links to files beside it: printed, they would name the folders of this machine.

    >>> _on_its_own('<a href="plans/10_acme.html">Acme</a> <a class="x" href="#one">One</a>')
    '<a>Acme</a> <a class="x" href="#one">One</a>'
    """
    return _BESIDE.sub(r"\1", html)


def _only_data() -> Callable[..., Any]:
    """A fetcher that opens what the page itself holds, and nothing of the disk or the network."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=["data"], allow_redirects=False)


def _end_with_parent() -> None:
    """End this process, and the Chromium it may have started, where the one that started it has gone."""
    os.read(0, 1)
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        write_pdf(Path(sys.argv[1]), Path(sys.argv[2]))
    except KamkitError as error:
        sys.stderr.write(str(error))
        sys.exit(_REFUSED)
