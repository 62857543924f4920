"""The workshop: blind voting, and panels over the same functions that the report calls."""

from __future__ import annotations

import os
from typing import Any

__all__ = ["panel", "screen"]


def screen(engagement: str | os.PathLike[str]) -> Any:
    """The facilitator's screen: seven what-if panels, each built when its tab is opened.

    Parameters
    ----------
    engagement : the engagement folder.

    Returns
    -------
    ipywidgets.Widget
        To be displayed by a notebook, or served as a page of its own; its ``restore()`` sets all panels
        to the decisions in force.

    Raises
    ------
    ConfigError
        If the folder holds no sound ``engagement.toml``.
    """
    import kamkit
    from kamkit.workshop.panels.material import Material
    from kamkit.workshop.panels.screen import Screen

    return Screen(Material(kamkit.open(engagement)))


def panel(engagement: str | os.PathLike[str], name: str) -> Any:
    """One what-if panel, for the cell of a notebook.

    Parameters
    ----------
    engagement : the engagement folder.
    name : weights, matrix, cost, choice, investment, loss or transfer.

    Returns
    -------
    ipywidgets.Widget

    Raises
    ------
    ParameterError
        There is no such panel.
    """
    import kamkit
    from kamkit.workshop.panels.screen import build_page

    return build_page(kamkit.open(engagement), name)
