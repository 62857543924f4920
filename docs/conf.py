"""How the documentation site is built: ``make docs``. A broken link, a failing cell or a warning fails it."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import kamkit  # noqa: E402

project = "kamkit"
author = "The kamkit authors"
release = version = kamkit.__version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "adr/README.md"]
html_theme = "furo"
html_title = "kamkit"
html_static_path = ["_static"]
html_css_files = ["kamkit.css"]
html_copy_source = False
html_show_sphinx = False

autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_rtype = False

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_execution_cache_path = str(HERE / "_build" / "cells")
nb_merge_streams = True
suppress_warnings = ["mystnb.unknown_mime_type"]  # what the report reads beside the HTML


def setup(app: object) -> None:
    """Write the pages that follow from the code before Sphinx reads them."""
    from pages import write_handbook

    write_handbook(HERE / "handbook")
