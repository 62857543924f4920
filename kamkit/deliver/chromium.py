"""A Chromium that the machine has: found, and asked to print, without the network."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kamkit.errors import RunError

__all__ = ["find_chromium", "print_pdf"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_INSTALLED = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "{ProgramFiles}/Google/Chrome/Application/chrome.exe",
    "{ProgramFiles(x86)}/Microsoft/Edge/Application/msedge.exe",
)
_QUIET = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_SECONDS = 180


def find_chromium() -> Path | None:
    """The first Chromium, Chrome or Edge of this machine; None where there is none."""
    on_path = (shutil.which(name) for name in _NAMES)
    elsewhere = (_filled(place) for place in _INSTALLED)
    return next((Path(found) for found in [*on_path, *elsewhere] if found and Path(found).is_file()), None)


def print_pdf(chromium: Path, page: Path, target: Path) -> None:
    """Print a page with its outline and tags.

    Raises
    ------
    RunError
        If the program fails or takes longer than three minutes.
    """
    with tempfile.TemporaryDirectory(prefix="kamkit-chromium-", ignore_cleanup_errors=True) as profile:
        command = [
            str(chromium),
            *_QUIET,
            *_as_root(),
            f"--user-data-dir={profile}",
            "--no-pdf-header-footer",
            "--generate-pdf-document-outline",
            "--export-tagged-pdf",
            f"--print-to-pdf={target}",
            page.resolve().as_uri(),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
        except (OSError, subprocess.SubprocessError) as error:
            raise RunError(
                f"{chromium.name} could not print the report: {error}", remedy="run kamkit doctor"
            ) from error
    if not target.is_file():
        raise RunError(f"{chromium.name} printed nothing", remedy="run kamkit doctor")


def _as_root() -> Sequence[str]:
    """Chromium refuses to run as root inside its sandbox, as in a container."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def _filled(place: str) -> str:
    for variable in ("ProgramFiles", "ProgramFiles(x86)"):
        place = place.replace(f"{{{variable}}}", os.environ.get(variable, ""))
    return place
