"""Whether the client's own colours can be used where colours mean something."""

from __future__ import annotations

from collections.abc import Iterator

from kamkit.engagement.check.given import Given
from kamkit.engagement.config import FILE
from kamkit.engagement.problems import Problem
from kamkit.palette import Fault, faults

__all__ = ["colour_in_exhibits"]

_WORDS = {
    "good": "the green that means good",
    "bad": "the red that means bad",
    "second": "the grey of the previous year",
}
_VISIONS = {
    "usual": "",
    "protan": " for readers with protan colour blindness",
    "deutan": " for readers with deutan colour blindness",
    "tritan": " for readers with tritan colour blindness",
}


def colour_in_exhibits(given: Given) -> Iterator[Problem]:
    """The first colour is too much like one that has a meaning: exhibits keep ours."""
    colour = next(iter(given.config.branding.colours), "")
    found = faults(colour) if colour else []
    if found:
        what = "; ".join(_sentence(fault) for fault in found)
        remedy = "It is used for headings and rules only; in exhibits kamkit's own blue stands"
        yield Problem("warning", FILE, what, remedy, column="branding.colours", value=colour)


def _sentence(fault: Fault) -> str:
    said = _WORDS.get(fault.against, fault.against)
    if fault.what == "hue":
        return f"reads as {said} (hue {fault.value:.0f}° away, at least {fault.least:.0f}° needed)"
    if fault.what in ("contrast", "grey print"):
        where = "in grey print " if fault.what == "grey print" else ""
        return f"{where}has a contrast of {fault.value:.1f} : 1 to {said}, at least {fault.least} : 1 needed"
    needed = f"CIELAB difference {fault.value:.0f}, at least {fault.least:.0f} needed"
    return f"is too much like {said}{_VISIONS[fault.what]} ({needed})"
