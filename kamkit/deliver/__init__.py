"""What a client gets: exhibits and tables, the runner that makes them, the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kamkit.deliver.show import Shown, show, show_table
from kamkit.kernels.lean import without

if TYPE_CHECKING:
    from kamkit.deliver.runner import RunResult, run

__all__ = ["RunResult", "Shown", "run", "show", "show_table"]


def __getattr__(name: str) -> Any:
    """The runner is fetched when it is asked for: a notebook shows exhibits and never runs one.

    nbformat imports jsonschema, which builds a grammar of web addresses for a second and a half where it
    finds one; no notebook is checked for them.
    """
    if name in ("RunResult", "run"):
        with without("rfc3987_syntax"):
            from kamkit.deliver import runner

        return getattr(runner, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
