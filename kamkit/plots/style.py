"""The notation every exhibit shares: palette, scenarios, type sizes.

Marks keep a contrast of at least 3 : 1 and text 4.5 : 1 against white; the colours that meet in one
exhibit differ in lightness, so that they are told apart in grey print and with any colour vision.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager

__all__ = ["OTHER_SCRIPTS", "PALETTE", "SCENARIOS", "SIZE", "SMALL", "style"]

SIZE, SMALL = 8.5, 7.5
"""Type sizes in points: labels, and notes."""

PALETTE = MappingProxyType(
    {
        "text": "#1F2933",
        "muted": "#56616D",
        "line": "#A9B3BD",
        "actual": "#1D3F66",
        "second": "#7D8CA0",
        "wash": "#DCE3EA",
        "good": "#00664F",
        "good_wash": "#CFE6DF",
        "bad": "#C7451F",
        "bad_wash": "#F8DDD3",
    }
)
"""Colours by what they mean; the washes fill areas whose edge is drawn in a colour of full contrast."""

SCENARIOS = MappingProxyType(
    {
        "actual": MappingProxyType({"facecolor": PALETTE["actual"], "edgecolor": PALETTE["actual"]}),
        "previous": MappingProxyType({"facecolor": PALETTE["second"], "edgecolor": PALETTE["second"]}),
        "plan": MappingProxyType({"facecolor": "none", "edgecolor": PALETTE["actual"]}),
        "forecast": MappingProxyType(
            {"facecolor": "white", "edgecolor": PALETTE["actual"], "hatch": "/////"}
        ),
    }
)
"""Patch properties: actual solid, previous year lighter, plan outlined, forecast hatched."""

_STYLE = Path(__file__).with_name("kamkit.mplstyle")
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
    with mpl.rc_context(_settings(), fname=_STYLE):
        yield


@lru_cache
def _settings() -> Any:
    """DejaVu Sans comes with matplotlib; other scripts are drawn with what the machine has."""
    installed = set(font_manager.get_font_names())
    return {"font.sans-serif": ["DejaVu Sans", *(f for f in OTHER_SCRIPTS if f in installed)]}
