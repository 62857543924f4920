"""Colours: ours by what they mean, and what a client's own must hold before it takes part.

Contrast is that of WCAG 2.2; colour vision is simulated with the matrices of Machado, Oliveira and
Fernandes (2009) for full dichromacy, on linear RGB; differences are those of CIELAB (CIE 1976).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atan2, degrees, hypot
from types import MappingProxyType

__all__ = [
    "COLOURFUL",
    "LEAST_DIFFERENCE",
    "LEAST_GREY",
    "MARK",
    "OURS",
    "SAME_HUE",
    "TEXT",
    "VISIONS",
    "Fault",
    "contrast",
    "difference",
    "faults",
    "readable_shade",
    "safe",
    "seen",
]

OURS = MappingProxyType(
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

MARK, TEXT = 3.0, 4.5
"""Least contrast against white of a mark and of text (WCAG 2.2, 1.4.11 and 1.4.3)."""

LEAST_DIFFERENCE = 10.0
"""Least difference in CIELAB of two colours that mean different things, in every kind of vision."""

SAME_HUE, COLOURFUL = 30.0, 25.0
"""Within so many degrees of hue, a colour of at least this chroma reads as the same word."""

LEAST_GREY = 1.3
"""Least contrast with each other, so that they differ in grey print, of colours that meet as areas."""

Rgb = tuple[float, float, float]
Matrix = tuple[Rgb, Rgb, Rgb]

VISIONS: Mapping[str, Matrix] = MappingProxyType(
    {
        "usual": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
        "protan": (
            (0.152286, 1.052583, -0.204868),
            (0.114503, 0.786281, 0.099216),
            (-0.003882, -0.048116, 1.051998),
        ),
        "deutan": (
            (0.367322, 0.860646, -0.227968),
            (0.280085, 0.672501, 0.047413),
            (-0.011820, 0.042940, 0.968881),
        ),
        "tritan": (
            (1.255528, -0.076749, -0.178779),
            (-0.078411, 0.930809, 0.147602),
            (0.004733, 0.691367, 0.303900),
        ),
    }
)
"""By kind of vision, what linear RGB turns into (Machado et al. 2009, severity 1.0)."""

_TO_XYZ: Matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
_WHITE: Rgb = (0.9505, 1.0, 1.089)
_APART = ("second", "good", "bad")


def contrast(one: str, other: str = "#FFFFFF") -> float:
    """Contrast of two colours, from 1 to 21 (WCAG 2.2).

    >>> round(contrast("#767676"), 2)
    4.54
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, vision: str) -> Rgb:
    """Linear RGB of a colour as a kind of vision sees it.

    >>> [round(v, 2) for v in seen("#FFFFFF", "deutan")]
    [1.0, 1.0, 1.0]
    """
    return _clipped(_times(VISIONS[vision], _linear(colour)))


def difference(one: str, other: str, vision: str = "usual") -> float:
    """Distance in CIELAB (CIE 1976) of two colours in a kind of vision; about 2 can just be seen.

    >>> round(difference("#000000", "#FFFFFF"))
    100
    """
    a, b = (_lab(seen(colour, vision)) for colour in (one, other))
    return float(sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) ** 0.5)


@dataclass(frozen=True)
class Fault:
    """What a colour fails: against which, in contrast, hue, grey print or a kind of vision, by how much."""

    against: str
    what: str
    value: float
    least: float


def faults(colour: str) -> list[Fault]:
    """What a colour would fail in the place of ``actual``: text, headings and bars are drawn in it.

    Examples
    --------
    >>> faults("#0B3C5D")
    []
    >>> [(fault.against, fault.what) for fault in faults("#E2001A")]
    [('bad', 'hue'), ('bad', 'protan')]
    """
    found = []
    if (held := contrast(colour)) < TEXT:
        found.append(Fault("white", "contrast", held, TEXT))
    found += [f for name in ("good", "bad") if (f := _hue_fault(colour, name))]
    found += [f for name in _APART if (f := _vision_fault(colour, name))]
    if (grey := contrast(colour, OURS["second"])) < LEAST_GREY:
        found.append(Fault("second", "grey print", grey, LEAST_GREY))
    return found


def safe(colour: str) -> bool:
    """Whether a colour can stand for ``actual`` in exhibits.

    >>> safe("#0B3C5D"), safe("#E2001A")
    (True, False)
    """
    return not faults(colour)


def readable_shade(colour: str) -> str:
    """The lightest darker shade of a colour that text can be written in.

    >>> readable_shade("#FF6600")
    '#C95000'
    """
    rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    shades = ("#" + "".join(f"{v * part // 100:02X}" for v in rgb) for part in range(100, -1, -1))
    return next(shade for shade in shades if contrast(shade) >= TEXT)


def _hue_fault(colour: str, name: str) -> Fault | None:
    """Red and green are words: bad and good."""
    (one, chroma), (other, _) = (_hue(_lab(seen(c, "usual"))) for c in (colour, OURS[name]))
    apart = abs((one - other + 180) % 360 - 180)
    return Fault(name, "hue", apart, SAME_HUE) if chroma >= COLOURFUL and apart < SAME_HUE else None


def _vision_fault(colour: str, name: str) -> Fault | None:
    by_vision = {vision: difference(colour, OURS[name], vision) for vision in VISIONS}
    worst = min(by_vision, key=lambda vision: by_vision[vision])
    alike = by_vision[worst] < LEAST_DIFFERENCE
    return Fault(name, worst, by_vision[worst], LEAST_DIFFERENCE) if alike else None


def _hue(lab: Rgb) -> tuple[float, float]:
    """Hue in degrees, and chroma."""
    return degrees(atan2(lab[2], lab[1])), hypot(lab[1], lab[2])


def _linear(colour: str) -> Rgb:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise ValueError(f"{colour!r} is no colour: write #rrggbb")
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return r, g, b


def _luminance(colour: str) -> float:
    return sum(w * v for w, v in zip(_TO_XYZ[1], _linear(colour), strict=True))


def _times(matrix: Matrix, vector: Sequence[float]) -> Rgb:
    x, y, z = (sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix)
    return x, y, z


def _clipped(rgb: Rgb) -> Rgb:
    r, g, b = (min(1.0, max(0.0, v)) for v in rgb)
    return r, g, b


def _lab(rgb: Rgb) -> Rgb:
    x, y, z = (_root(v / w) for v, w in zip(_times(_TO_XYZ, rgb), _WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _root(t: float) -> float:
    return float(t ** (1 / 3)) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29
