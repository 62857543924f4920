"""Heavy work in processes that end: the server asks, a child computes and is gone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kamkit.errors import KamkitError

__all__ = ["Told", "ask_child", "tell_parent"]

_SECONDS = 120


@dataclass(frozen=True)
class Told:
    """What a child found, or the sentence that says why not."""

    found: Any = None
    error: str = ""


def tell_parent(told: Told) -> None:
    """Write the answer of a child."""
    json.dump({"found": told.found, "error": told.error}, sys.stdout)


def ask_child(module: str, asked: Mapping[str, Any]) -> Any:
    """Let ``python -m module`` answer.

    Raises
    ------
    KamkitError
        What the child says, or that it broke.
    """
    command = [sys.executable, "-m", module]
    try:
        done = subprocess.run(
            command, input=json.dumps(asked), capture_output=True, text=True, timeout=_SECONDS
        )
        told = Told(**json.loads(done.stdout))
    except (OSError, ValueError, TypeError, subprocess.TimeoutExpired) as error:
        raise KamkitError("the figures could not be made", where=module, remedy="see kamkit check") from error
    if told.error:
        raise KamkitError(told.error)
    return told.found
