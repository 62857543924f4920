"""The notation every exhibit shares: palette, scenarios, type sizes.

Marks keep a contrast of at least 3 : 1 and text 4.5 : 1 against white; the colours that meet in one
exhibit differ in lightness, so that they are told apart in grey print and with any colour vision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager

from kamkit.palette import OURS, TEXT, contrast, safe

__all__ = [
    "OTHER_SCRIPTS",
    "PALETTE",
    "SCENARIOS",
    "SIZE",
    "SMALL",
    "brand_font",
    "branded",
    "ink_on",
    "style",
]

SIZE, SMALL = 8.5, 7.5
"""Type sizes in points: labels, and notes."""


@dataclass(frozen=True)
class _Brand:
    """What the client's own replaces."""

    actual: str = ""
    font: str = ""


_PLAIN = _Brand()
_BRAND: ContextVar[_Brand] = ContextVar("kamkit_brand", default=_PLAIN)


class _Palette(Mapping[str, str]):
    """Ours, with the client's own colour where one is in force."""

    def __getitem__(self, name: str) -> str:
        return (_BRAND.get().actual if name == "actual" else "") or OURS[name]

    def __iter__(self) -> Iterator[str]:
        return iter(OURS)

    def __len__(self) -> int:
        return len(OURS)


PALETTE: Mapping[str, str] = _Palette()
"""Colours by what they mean; the washes fill areas whose edge is drawn in a colour of full contrast."""


class _Scenarios(Mapping[str, Mapping[str, str]]):
    """The looks in the colours in force."""

    _LOOKS = MappingProxyType(
        {
            "actual": {"facecolor": "actual", "edgecolor": "actual"},
            "previous": {"facecolor": "second", "edgecolor": "second"},
            "plan": {"facecolor": "none", "edgecolor": "actual"},
            "forecast": {"facecolor": "white", "edgecolor": "actual", "hatch": "/////"},
        }
    )

    def __getitem__(self, name: str) -> Mapping[str, str]:
        look = self._LOOKS[name]
        return {key: PALETTE.get(value, value) for key, value in look.items()}

    def __iter__(self) -> Iterator[str]:
        return iter(self._LOOKS)

    def __len__(self) -> int:
        return len(self._LOOKS)


SCENARIOS: Mapping[str, Mapping[str, str]] = _Scenarios()
"""Patch properties: actual solid, previous year lighter, plan outlined, forecast hatched."""

_STYLE = Path(__file__).with_name("kamkit.mplstyle")
_OF_THE_SESSION = frozenset(
    {
        "backend",
        "backend_fallback",
        "date.epoch",
        "docstring.hardcopy",
        "figure.max_open_warning",
        "figure.raise_window",
        "interactive",
        "savefig.directory",
        "timezone",
        "tk.window_focus",
        "toolbar",
        "webagg.address",
        "webagg.open_in_browser",
        "webagg.port",
        "webagg.port_retries",
    }
)
"""Settings of windows and of the whole session, which no style changes."""

OTHER_SCRIPTS = (
    "Noto Sans CJK SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Yu Gothic",
    "Malgun Gothic",
    "Noto Sans Arabic",
    "Noto Emoji",
)
"""Fonts for letters that DejaVu Sans lacks, used where the machine has them."""


@contextmanager
def style() -> Iterator[None]:
    """The exhibits' matplotlib settings, for the time of a ``with`` block only.

    Examples
    --------
    >>> with style():
    ...     mpl.rcParams["svg.fonttype"]
    'none'
    """
    ours = _settings()
    others = [name for name, value in dict.items(mpl.rcParams) if ours.get(name, value) != value]
    with mpl.rc_context({name: ours[name] for name in others}):
        yield


@contextmanager
def branded(colours: Sequence[str] = (), font: str | None = None) -> Iterator[None]:
    """Draw in the client's first colour and font for the time of a ``with`` block only.

    The colour replaces ``actual`` where it is safe (see :func:`kamkit.palette.safe`); ours stands
    where it is not. Nothing outside the block, and no other thread, sees it.

    Parameters
    ----------
    colours : as ``#rrggbb``; the first one is used.
    font : name of a font that readers have.

    Examples
    --------
    >>> with branded(["#0b3c5d"]):
    ...     PALETTE["actual"]
    '#0B3C5D'
    >>> PALETTE["actual"]
    '#1D3F66'
    """
    own = colours[0].upper() if colours and safe(colours[0]) else ""
    token = _BRAND.set(_Brand(own, font or ""))
    try:
        yield
    finally:
        _BRAND.reset(token)


def brand_font() -> str:
    """The client's font in force, else an empty text.

    >>> with branded(font="Georgia"):
    ...     brand_font()
    'Georgia'
    """
    return _BRAND.get().font


def ink_on(fill: str) -> str:
    """The colour of writing on a cell: that of text, or white, or black where neither can be read.

    >>> ink_on("#FFFFFF") == PALETTE["text"], ink_on("#10243A"), ink_on("#73869F")
    (True, '#FFFFFF', '#000000')
    """
    inks = (PALETTE["text"], "#FFFFFF", "#000000")
    return next((ink for ink in inks if contrast(ink, fill) >= TEXT), inks[-1])


@lru_cache
def _settings() -> Mapping[str, Any]:
    """All that a picture depends on; other scripts than DejaVu's are drawn with what the machine has."""
    settings = dict(mpl.rc_params_from_file(_STYLE))
    installed = set(font_manager.get_font_names())
    settings["font.sans-serif"] = ["DejaVu Sans", *(f for f in OTHER_SCRIPTS if f in installed)]
    return {name: value for name, value in settings.items() if name not in _OF_THE_SESSION}
