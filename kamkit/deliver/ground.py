"""What every result stands on beside its inputs: kamkit itself, packages that compute, Python, the place."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import kamkit
from kamkit.resources import bundled

__all__ = ["PACKAGES", "ground_of", "library_digest", "versions"]

PACKAGES = (
    "babel",
    "duckdb",
    "filelock",
    "ipykernel",
    "jinja2",
    "joblib",
    "jupyter-client",
    "markdown-it-py",
    "markupsafe",
    "matplotlib",
    "narwhals",
    "nbclient",
    "nbformat",
    "numpy",
    "pandas",
    "papermill",
    "pillow",
    "pyarrow",
    "pydantic",
    "pypdf",
    "python-calamine",
    "python-pptx",
    "scikit-learn",
    "scipy",
    "segno",
    "threadpoolctl",
    "weasyprint",
    "XlsxWriter",
)
"""Packages of which another version may give other figures, pictures or words."""

_NO_LIBRARY = ("__pycache__", "notebooks", "data")
"""Folders of what is shipped that are hashed by themselves, where they are read."""


def ground_of(engagement: Path, packages: Mapping[str, str] | None = None) -> str:
    """One hash of kamkit's own files, the versions of packages and Python, the machine's kind and the place.

    Parameters
    ----------
    engagement : its folder; a notebook may print it.
    packages : versions by name; by default those that are installed.
    """
    machine = [sys.implementation.name, platform.python_version(), platform.system(), platform.machine()]
    packages = versions() if packages is None else packages
    told = [library_digest(), dict(packages), machine, str(engagement)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def library_digest(package: Path | None = None, templates: Path | None = None) -> str:
    """One hash of kamkit's source, its catalogues and its templates, by name and content."""
    places = [package or Path(kamkit.__file__).parent, templates or bundled("templates")]
    digest = hashlib.sha256()
    for place in places:
        for file in sorted(_files(place)):
            digest.update(f"{file.relative_to(place).as_posix()}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files(place: Path) -> Iterator[Path]:
    for path in place.iterdir():
        if path.is_dir():
            yield from () if path.name in _NO_LIBRARY else _files(path)
        elif not path.name.endswith((".pyc", ".part")):
            yield path


def versions() -> dict[str, str]:
    """The installed versions of the packages; those that are not there are left away."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
