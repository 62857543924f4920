"""Which engagement is shown, and where."""

from __future__ import annotations

import importlib.util
import os
import site
from dataclasses import dataclass
from pathlib import Path

import kamkit
from kamkit.errors import KamkitError, ParameterError

__all__ = ["ENGAGEMENT_VARIABLE", "PORT", "SCREEN", "Options", "where_kamkit_is"]

ENGAGEMENT_VARIABLE = "KAMKIT_ENGAGEMENT"
"""Where the kernel of the screen finds the engagement folder."""

PORT = 8779
"""The port of the facilitator's screen, unless another is given; the voting page has the next one."""

SCREEN = Path(__file__).with_name("screen.ipynb")
_LARGEST_PORT = 65535


@dataclass(frozen=True)
class Options:
    """Which engagement is shown, and where.

    Parameters
    ----------
    engagement : the engagement folder.
    port : of the page, on this machine alone.
    notebook : what the page shows; the panels unless another is given.
    voting : address of the facilitator's page of a voting, which the screen leads to.
    """

    engagement: str | os.PathLike[str]
    port: int = PORT
    notebook: str | os.PathLike[str] = SCREEN
    voting: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.port <= _LARGEST_PORT:
            raise ParameterError(f"port = {self.port}", where="--port", allowed=f"1 to {_LARGEST_PORT}")

    @property
    def folder(self) -> Path:
        """The engagement folder, in full."""
        return Path(self.engagement).resolve()

    def check(self) -> None:
        """Refuse what can't be shown.

        Raises
        ------
        KamkitError
            There is no engagement, or Voilà is not installed.
        """
        if not (self.folder / "engagement.toml").is_file():
            raise KamkitError(f"there is no engagement in {self.folder}", remedy=f"kamkit new {self.folder}")
        if importlib.util.find_spec("voila") is None:
            raise KamkitError("Voilà is not installed", remedy="pip install 'kamkit[workshop]'")


def where_kamkit_is() -> dict[str, str]:
    """Lets another process import this very kamkit, also from a checkout that is not installed."""
    here = str(Path(kamkit.__file__).resolve().parents[1])
    if here in site.getsitepackages():
        return {}
    others = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([here, others] if others else [here])}
