"""What the bar of the screen says, translated."""

from __future__ import annotations

import html

from kamkit.locale import _

__all__ = ["bar_labels", "bar_words", "waiting_page"]


def bar_labels() -> dict[str, str]:
    """Labels of the bar."""
    return {
        "voting": _("Voting"),
        "anew": _("Start anew"),
        "reload": _("Reload"),
        "loading": _("Loading …"),
        "working": _("Calculating …"),
    }


def bar_words() -> dict[str, str]:
    """What its script says."""
    return {
        "changed": _("New votes, data or a new run: start anew to see them."),
        "dead": _("The calculation has stopped. Recorded decisions are kept and come back with a reload."),
        "replaced": _("The screen was started anew elsewhere. Reload to go on here."),
        "stranger": _("kamkit workshop was started again. Open the address in its terminal."),
        "offline": _("No connection to kamkit workshop. Recorded decisions are kept. Trying again …"),
    }


def waiting_page() -> str:
    """What is shown while the panels are made; it asks again by itself."""
    text = html.escape(_("The panels are made anew from today's data …"))
    return (
        '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0.5;url=/">'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="/workshop/static/workshop.css">'
        f"<title>kamkit</title><p id='loading' role='status'>{text}</p>"
    )
