"""What this machine can make and what it can't, and how to mend it, before a run depends on it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from kamkit.deliver.chromium import find_chromium
from kamkit.deliver.pdf import HOW_TO_INSTALL, can_set
from kamkit.locale import N_, _
from kamkit.plots.style import OTHER_SCRIPTS

__all__ = ["Finding", "examine"]

_LEAST_DISK_GB = 2


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Parameters
    ----------
    what : what was looked at.
    ok : whether it is as it should be.
    found : what is there.
    needed_for : what can't be made without it, where it is missing.
    remedy : how to mend it.
    vital : whether a run fails without it.
    """

    what: str
    ok: bool
    found: str = ""
    needed_for: str = ""
    remedy: str = ""
    vital: bool = False


def examine() -> list[Finding]:
    """Look at everything that a deliverable needs and an installation may lack.

    Examples
    --------
    >>> [finding.what for finding in examine()][:2]
    ['Python', 'PDF']
    """
    return [look() for look in _LOOKS]


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    new = sys.version_info >= (3, 11)
    return Finding("Python", new, found, _("run at all"), _("install Python 3.11 or newer"), vital=True)


def _pdf() -> Finding:
    chromium = find_chromium()
    by = "WeasyPrint" if can_set() else (chromium.name if chromium else "")
    return Finding("PDF", bool(by), by, _("report.pdf; all else is delivered"), HOW_TO_INSTALL)


def _fonts() -> Finding:
    from matplotlib import font_manager

    found = sorted(set(font_manager.get_font_names()) & set(OTHER_SCRIPTS))
    needed_for = _("names in Chinese, Japanese, Korean or Arabic letters in charts")
    return Finding(_("Fonts"), bool(found), ", ".join(found), needed_for, _("install the Noto fonts"))


def _deck() -> Finding:
    return _package("pptx", N_("Deck"), "deck.pptx", "pip install python-pptx")


def _panels() -> Finding:
    return _package("voila", N_("Workshop"), _("kamkit workshop"), 'pip install "kamkit[workshop]"')


def _browser() -> Finding:
    found = find_chromium()
    return Finding(
        "Chromium",
        found is not None,
        str(found or ""),
        _("tests in a browser, and PDF where Pango is missing"),
        _("install Chromium, Chrome or Edge"),
    )


def _java() -> Finding:
    found = shutil.which("java") or ""
    return Finding(
        "Java", bool(found), found, _("a ledger in Spark; none else needs it"), _("install Java 17")
    )


def _room() -> Finding:
    free = shutil.disk_usage(os.getcwd()).free / 1e9
    return Finding(
        _("Disk"), free >= _LEAST_DISK_GB, f"{free:.0f} GB", _("runs of large ledgers"), _("make room")
    )


def _package(module: str, what: str, needed_for: str, remedy: str) -> Finding:
    return Finding(_(what), find_spec(module) is not None, module, needed_for, remedy)


_LOOKS: tuple[Callable[[], Finding], ...] = (
    _python,
    _pdf,
    _fonts,
    _deck,
    _panels,
    _browser,
    _java,
    _room,
)
