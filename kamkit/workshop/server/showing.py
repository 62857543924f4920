"""What the kernel of the screen does: build the panels, or say why they can't be shown."""

from __future__ import annotations

import gc
import html
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from kamkit.errors import KamkitError
from kamkit.locale import _

__all__ = ["bring_back", "prepare", "show_screen"]

_HANDED_OVER = 0.0005
"""Seconds after which a thread at work lets another go on: the picture leaves while the table is written."""


def show_screen() -> Any:
    """The panels of the engagement that the server has named, or a message in their place."""
    from kamkit.workshop import screen
    from kamkit.workshop.server.options import ENGAGEMENT_VARIABLE

    folder = Path(os.environ[ENGAGEMENT_VARIABLE])
    sys.setswitchinterval(_HANDED_OVER)
    try:
        return screen(folder)
    except KamkitError as error:
        return _message(_("The panels can't be shown"), str(error))
    except Exception:
        return _message(_("The panels can't be shown, by a fault of kamkit's own"), traceback.format_exc())


def bring_back(shown: Any) -> None:
    """Let panels take the values of the decision log."""
    restore = getattr(shown, "restore", None)
    if restore is not None:
        restore()


def prepare(shown: Any) -> None:
    """Let panels whose tabs are not open yet compute what they start with.

    What then stands is there to stay: the garbage collector, which would go through all of it now and
    then while somebody waits for a picture, is told to leave it alone.
    """
    ahead = getattr(shown, "prepare", None)
    if ahead is not None:
        ahead()
    gc.collect()
    gc.freeze()


def _message(title: str, text: str) -> Any:
    import ipywidgets

    body = (
        f"<div class='kk-message kk-failed'><h1>{html.escape(title)}</h1><pre>{html.escape(text)}</pre></div>"
    )
    return ipywidgets.HTML(body)
