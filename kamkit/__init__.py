"""kamkit: from a client's sales ledger to a key-account decision that stands up in the boardroom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(
    path: Any, anonymise: bool | None = None, *, sales: Any = None, activity_use: Any = None
) -> Engagement:
    """Open an engagement folder.

    The import of pandas and the ledger engine waits until an engagement is opened, so that
    ``import kamkit`` and ``kamkit --help`` stay quick.

    Parameters
    ----------
    path : the folder that holds ``engagement.toml`` and ``data/``.
    anonymise : whether all that it hands out is masked; None as ``engagement.toml`` says.
    sales, activity_use : the table as a frame of pandas, Polars, PyArrow, DuckDB or PySpark, instead of a
        file. A frame of Spark stays where it is: only sums are brought here.

    Raises
    ------
    ConfigError
        ``engagement.toml`` is missing or holds a mistake.
    ParameterError
        What is handed in is no such frame.
    """
    from kamkit.engagement import Engagement

    return Engagement(path, anonymise, sales=sales, activity_use=activity_use)
