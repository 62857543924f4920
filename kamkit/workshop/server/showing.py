"""What the kernel of the screen does: build the panels, or say why they can't be shown."""

from __future__ import annotations

import html
import os
import traceback
from pathlib import Path
from typing import Any

from kamkit.errors import KamkitError
from kamkit.locale import _

__all__ = ["bring_back", "prepare", "show_screen"]


def show_screen() -> Any:
    """The panels of the engagement that the server has named, or a message in their place."""
    from kamkit.workshop import screen
    from kamkit.workshop.server.options import ENGAGEMENT_VARIABLE

    folder = Path(os.environ[ENGAGEMENT_VARIABLE])
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
    """Let panels whose tabs are not open yet compute what they start with."""
    ahead = getattr(shown, "prepare", None)
    if ahead is not None:
        ahead()


def _message(title: str, text: str) -> Any:
    import ipywidgets

    body = (
        f"<div class='kk-message kk-failed'><h1>{html.escape(title)}</h1><pre>{html.escape(text)}</pre></div>"
    )
    return ipywidgets.HTML(body)
