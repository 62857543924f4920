"""The facilitator's screen: one page, one kernel at work and one on standby, on this machine alone.

:func:`start` runs it as a process beside other work, ``kamkit workshop`` by itself. It is Voilà's server
behind a gate of kamkit's own: every path asks for the token, foreign hosts and origins are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kamkit.workshop.server.running import Running

__all__ = ["start"]


def start(engagement: Any, **options: Any) -> Running:
    """Start the facilitator's screen beside other work.

    Parameters
    ----------
    engagement : the engagement folder.
    options : port, notebook; see :class:`kamkit.workshop.server.options.Options`.

    Returns
    -------
    Running
        With the address of the page, and ``stop()``; it ends with the process that started it.

    Raises
    ------
    KamkitError
        The port is taken, Voilà is not installed, there is no engagement.
    """
    from kamkit.workshop.server.options import Options
    from kamkit.workshop.server.running import start_process

    return start_process(Options(engagement, **options))
