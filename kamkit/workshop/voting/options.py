"""What a voting is about and where its pages are found."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from kamkit.errors import ParameterError

__all__ = ["PORT", "Options"]

PORT = 8780
"""The port of the voting page, unless another is given: fixed, so that a printed code stays right."""

_EARLIER = ("replaced", "kept")


@dataclass(frozen=True)
class Options:
    """What a voting is about and where its pages are found.

    Parameters
    ----------
    engagement : the engagement folder.
    instrument : of the table ``criteria``.
    subjects : what is voted on, such as customer numbers; by default what the instrument was answered
        about before, else the key accounts and those considered.
    earlier : whether earlier answers about the same are ``"replaced"``, or ``"kept"`` beside the votes.
    lan : whether the room's network can reach the page; else this machine alone.
    address : this machine's address in that network, where it can't be found out.
    port : of the page.
    """

    engagement: str | os.PathLike[str]
    instrument: str = "attractiveness"
    subjects: tuple[str, ...] = ()
    earlier: str = "replaced"
    lan: bool = False
    address: str = ""
    port: int = PORT

    def __post_init__(self) -> None:
        object.__setattr__(self, "subjects", tuple(map(str, self.subjects)))
        if self.earlier not in _EARLIER:
            raise ParameterError(f"earlier = {self.earlier!r}", where="earlier", allowed=", ".join(_EARLIER))
        if not 1 <= int(self.port) <= 65535:
            raise ParameterError(f"port = {self.port}", where="port", allowed="1 to 65535")

    @property
    def folder(self) -> Path:
        """The engagement folder."""
        return Path(self.engagement).expanduser().resolve()
