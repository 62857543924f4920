"""Where the notebooks, templates and the sample lie: in the installed package or in the checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled(*parts: str) -> Path:
    """Path of something shipped with kamkit, such as ``bundled("data", "sample")``.

    >>> bundled("templates").name
    'templates'
    """
    installed = _PACKAGE / "bundle"
    return (installed if installed.is_dir() else _PACKAGE.parent).joinpath(*parts)
