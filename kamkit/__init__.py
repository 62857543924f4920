"""kamkit: from a client's sales ledger to a key-account decision that stands up in the boardroom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(path: Any, anonymise: bool | None = None) -> Engagement:
    """Open an engagement folder; ``anonymise`` says whether all that it hands out is masked.

    The import of pandas and the ledger engine waits until an engagement is opened, so that
    ``import kamkit`` and ``kamkit --help`` stay quick.
    """
    from kamkit.engagement import Engagement

    return Engagement(path, anonymise)
