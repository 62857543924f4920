"""What the bar of the screen says, translated."""

from __future__ import annotations

from kamkit.locale import _

__all__ = ["bar_labels", "bar_words"]


def bar_labels() -> dict[str, str]:
    """Labels of the bar."""
    return {"voting": _("Voting"), "anew": _("Start anew"), "reload": _("Reload"), "loading": _("Loading …")}


def bar_words() -> dict[str, str]:
    """What its script says."""
    return {
        "busy": _("Calculating …"),
        "changed": _("New votes, data or a new run: start anew to see them."),
        "slow": _("This takes unusually long. Wait, or start anew; recorded decisions are kept."),
        "dead": _("The calculation has stopped. Recorded decisions are kept and come back with a reload."),
        "replaced": _("The screen was started anew elsewhere. Reload to go on here."),
        "stranger": _("kamkit workshop was started again. Open the address in its terminal."),
        "offline": _("No connection to kamkit workshop. Recorded decisions are kept. Trying again …"),
    }
